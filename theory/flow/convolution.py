"""Circular convolutions as matrices: sums k_1 P + k_2 P² + … of powers of the shift P, which is orthogonal."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Identity, Integer, Matrix, Symbol, Transpose

from theory.flow.eigenvalues import pow_eigenvector
from theory.flow.inner_products import Numbers, number
from theory.flow.norms import norm_mul_column_le
from theory.language.claims import claim
from theory.language.matrices import MatrixSum, Norm, SumOf, added, grouped, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, OrthogonalSquare, Square, Start, X, eq, n
from theory.tactics import Calc, Chain, Have, Induction, Nonneg

j = Symbol("j")
ROWS = ["conv-is-matrix", "circulant-conv-norm"]
FIXED = {"n": 1, "P": [[1]], "h": [1], "c": 1}


def convolution(kernel: Any, P: Any, T: Any) -> Any:
    """k_1 P + … + k_T P^T: tap k_j weighs the signal moved on by j places. For n taps on n points P^n is the identity."""
    return MatrixSum(scaled(number(kernel, j), P**j), j, 1, T)


def _response(kernel: Any, c: Any, T: Any) -> Any:
    return SumOf(number(kernel, j) * c**j, j, 1, T)


# --- a convolution is a matrix --------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["conv-is-matrix"])
def convolution_add(kernel: Numbers, P: Square, x: Start, y: Start, a: X, b: X, T: T_):
    """A convolution is linear in the signal."""
    C = convolution(kernel, P, T)
    return eq(grouped(C, added(scaled(a, x), scaled(b, y))), added(scaled(a, grouped(C, x)), scaled(b, grouped(C, y)))), Calc()


@claim(ledger=["conv-is-matrix"])
def convolution_commutes_with_shift(kernel: Numbers, P: Square, T: T_):
    """Moving the signal and then convolving it is convolving it and then moving the outcome."""
    C = convolution(kernel, P, T)
    return eq(grouped(C, P), grouped(P, C)), Induction(on=T)


def _points(*values: Any) -> Any:
    """A column of the given numbers, as a sum of multiples of unit columns."""
    places = range(len(values))
    units = (Matrix([[int(i == p)] for p in places]) for i in places)
    return added(*(scaled(value, unit) for value, unit in zip(values, units, strict=True)))


def _circulant(*taps: Any) -> Any:
    """k_0 I + k_1 P + k_2 P² + …, each power of the shift P written out."""
    places = range(len(taps))
    shifts = (Matrix([[int((p - q) % len(taps) == by) for q in places] for p in places]) for by in places)
    return added(*(scaled(tap, shift) for tap, shift in zip(taps, shifts, strict=True)))


@claim(sources=["zhihu61265076"], ledger=["conv-is-matrix"])
def circulant_three_mul(k_0: X, k_1: X, k_2: X, a: X, b: X, c: X):
    """On three points the circulant matrix k_0 I + k_1 P + k_2 P² gives the circular convolution of (a, b, c) with the taps."""
    convolved = (k_0 * a + k_2 * b + k_1 * c, k_1 * a + k_0 * b + k_2 * c, k_2 * a + k_1 * b + k_0 * c)
    return eq(grouped(_circulant(k_0, k_1, k_2), _points(a, b, c)), _points(*convolved)), Calc()


# --- its norm ---------------------------------------------------------------------------------------


@claim(ledger=["circulant-conv-norm"])
def norm_orthogonal_pow_le_one(P: OrthogonalSquare, T: T_):
    """No power of an orthogonal matrix makes a vector longer."""
    return Norm(P**T) <= 1, Induction(on=T, step=Chain(through=[Norm(grouped(P, P**T))]))


@claim(sources=["zhihu61265076"], ledger=ROWS)
def norm_convolution_le(kernel: Numbers, P: OrthogonalSquare, T: T_):
    """The norm of a convolution is at most the sum of the absolute values of its taps, on however many points."""
    last = scaled(number(kernel, T + 1), P ** (T + 1))
    step = Chain(through=[Norm(added(convolution(kernel, P, T), last))], by=[norm_orthogonal_pow_le_one.at(T=T + 1)])
    return Norm(convolution(kernel, P, T)) <= SumOf(Abs(number(kernel, j)), j, 1, T), Induction(on=T, step=step)


@claim(ledger=["circulant-conv-norm"], example=FIXED)
def convolution_eigenvector(kernel: Numbers, P: Square, h: Start, c: X, T: T_):
    """Eigenvectors of the shift are those of the convolution: a constant one (c = 1) is multiplied by the sum of the taps."""
    C = convolution(kernel, P, T)
    return implies(eq(grouped(P, h), scaled(c, h)), eq(grouped(C, h), scaled(_response(kernel, c, T), h))), Induction(
        on=T, step=Calc(by=[pow_eigenvector.at(T=T + 1)])
    )


@claim(ledger=["circulant-conv-norm"], example={**FIXED, "T": 0})
def abs_response_le_norm_convolution(kernel: Numbers, P: Square, h: Start, c: X, T: T_):
    """The response of a convolution to an eigenvector of the shift is a lower bound of its norm."""
    C, S = convolution(kernel, P, T), _response(kernel, c, T)
    stretched = Have(eq(Norm(grouped(C, h)), Abs(S) * Norm(h)), Chain(through=[Norm(scaled(S, h))]))
    facts = [convolution_eigenvector, stretched, norm_mul_column_le.at(W=C, u=h)]
    gap = (Norm(C) * Norm(h) - Norm(grouped(C, h))) / Norm(h)
    return implies(both(eq(grouped(P, h), scaled(c, h)), Norm(h) > 0), Abs(S) <= Norm(C)), Nonneg(gap, by=facts)


@claim(ledger=["circulant-conv-norm"], example={"n": 1, "kernel": [], "P": [[1]], "h": [1], "T": 1})
def norm_convolution_eq_sum_of_nonneg(kernel: Numbers, P: OrthogonalSquare, h: Start, T: T_):
    """The bound is attained by taps that are not negative, at a constant signal, which the shift leaves alone."""
    C, constant = convolution(kernel, P, T), _response(kernel, Integer(1), T)
    S, sizes = (SumOf(tap, j, 1, T) for tap in (number(kernel, j), Abs(number(kernel, j))))
    facts = [
        norm_convolution_le,
        abs_response_le_norm_convolution.at(c=1),
        *(Have(eq(left, S), Induction(on=T)) for left in (sizes, constant)),
        Have(constant >= 0, Induction(on=T, step=Calc())),
    ]
    below = Have(Norm(C) <= S, Nonneg((sizes - Norm(C)) + (S - sizes), by=facts))
    above = Have(Norm(C) >= S, Nonneg((Norm(C) - Abs(constant)) + (constant - S), by=facts))
    given = both(eq(grouped(P, h), h), Norm(h) > 0, always(j, number(kernel, j) >= 0))
    return implies(given, eq(Norm(C), S)), Calc(by=[below, above])


# --- its singular values -------------------------------------------------------------------------------


def _wave(P: Any, u: Any, v: Any, a: Any, b: Any) -> list[Any]:
    """P turns the plane of u and v by the angle of a + bi, and its transpose turns it back."""
    turned = ((P, u, b, v), (P, v, -b, u), (Transpose(P), u, -b, v), (Transpose(P), v, b, u))
    return [eq(grouped(Q, x), added(scaled(a, x), scaled(c, y))) for Q, x, c, y in turned]


def _three_taps(P: Any, Q: Any, taps: Any) -> Any:
    k_0, k_1, k_2 = taps
    return added(scaled(k_0, Identity(n)), scaled(k_1, P), scaled(k_2, grouped(P, Q)))


def _fourier(taps: Any, a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any]:
    """Real and imaginary part of k_0 + k_1 z + k_2 zw for z = a + bi and w = c + di."""
    k_0, k_1, k_2 = taps
    return k_0 + k_1 * a + k_2 * (a * c - b * d), k_1 * b + k_2 * (a * d + b * c)


def _response_to_wave(P: Any, Q: Any, u: Any, v: Any, taps: Any, *numbers: Any) -> list[Any]:
    C, (R, S) = _three_taps(P, Q, taps), _fourier(taps, *numbers)
    return [
        eq(grouped(C, u), added(scaled(R, u), scaled(S, v))),
        eq(grouped(Transpose(C), C, u), scaled(R**2 + S**2, u)),
    ]


QUARTER_TURN = [[0, -1], [1, 0]]
PLANE = {"n": 2, "P": QUARTER_TURN, "u": [1, 0], "v": [0, 1], "a": 0, "b": 1}


@claim(example={**PLANE, "Q": QUARTER_TURN, "c": 0, "d": 1})
def two_turns_response(P: Square, Q: Square, u: Start, v: Start, k_0: X, k_1: X, k_2: X, a: X, b: X, c: X, d: X):
    """Two matrices that turn one plane: what k_0 I + k_1 P + k_2 PQ does to it is multiplication by a complex number."""
    taps = (k_0, k_1, k_2)
    turning = both(*_wave(P, u, v, a, b), *_wave(Q, u, v, c, d))
    return implies(turning, both(*_response_to_wave(P, Q, u, v, taps, a, b, c, d))), Calc()


@claim(ledger=["circulant-conv-norm"], example=PLANE)
def three_taps_singular_value(P: Square, u: Start, v: Start, k_0: X, k_1: X, k_2: X, a: X, b: X):
    """On a wave that the shift turns by z = a + bi the singular value is |k_0 + k_1 z + k_2 z²|."""
    response = both(*_response_to_wave(P, P, u, v, (k_0, k_1, k_2), a, b, a, b))
    return implies(both(*_wave(P, u, v, a, b)), response), Calc(by=[two_turns_response.at(Q=P, c=a, d=b)])
