"""Batch and layer normalisation, and functions that do not see the scale of their weights."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Identity, Matrix, Rational, Transpose, ZeroMatrix, sqrt

from theory.flow.inner_products import Numbers, inner, k, number, sq_sum_le_mul_sum_sq, squares, sum_sq_nonneg, total
from theory.language.claims import claim
from theory.language.matrices import Norm, SumOf, added, grouped, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, NonnegativeX, PositiveX, Start, X, eq, n
from theory.tactics import Calc, Cases, Chain, Have, Induction, Inverse, Nonneg

# --- standardised values -----------------------------------------------------------------------------


def _mean(y: Any, x: Any, T: Any) -> Any:
    """The mean of the T + 1 values y, x_1, …, x_T."""
    return (y + total(x, T)) / (T + 1)


def _around(x: Any, c: Any, T: Any) -> Any:
    """∑ (x_k − c)²."""
    return SumOf((number(x, k) + (-c)) ** 2, k, 1, T)


def _variance(y: Any, x: Any, T: Any) -> Any:
    mean = _mean(y, x, T)
    return ((y - mean) ** 2 + _around(x, mean, T)) / (T + 1)


@claim()
def sum_sq_shifted(x: Numbers, c: X, T: T_):
    """The sum of squares of T numbers, all shifted by c."""
    shifted = SumOf((number(x, k) + c) ** 2, k, 1, T)
    return eq(shifted, squares(x, T) + 2 * c * total(x, T) + T * c**2), Induction(on=T)


@claim(sources=["whyrelu"], ledger=["batchnorm-prevents", "layernorm-jacobian"])
def sq_deviation_le_mul_variance(x: Numbers, y: X, T: T_):
    """Of T + 1 values y, x_1, …, x_T none is further from their mean than √T standard deviations."""
    mean, S, Q = _mean(y, x, T), total(x, T), squares(x, T)
    around = Q - 2 * mean * S + T * mean**2
    gap = ((T * Q - S**2) + T * (_around(x, mean, T) - around)) / (T + 1)
    return (y - mean) ** 2 <= T * _variance(y, x, T), Nonneg(gap, by=[sq_sum_le_mul_sum_sq, sum_sq_shifted.at(c=-mean)])


@claim(sources=["whyrelu"], ledger=["batchnorm-prevents", "layernorm-jacobian"], example={"x": [], "y": 1, "T": 1})
def abs_standardised_le_sqrt(x: Numbers, y: X, T: T_):
    """Standardised over a batch of m = T + 1, no value is larger than √(m − 1), whatever it was before."""
    variance = _variance(y, x, T)
    gap = (T * variance - (y - _mean(y, x, T)) ** 2) / variance
    return implies(variance > 0, Abs((y - _mean(y, x, T)) / sqrt(variance)) <= sqrt(T)), Nonneg(
        gap, root=True, by=[sq_deviation_le_mul_variance]
    )


@claim(ledger=["batchnorm-prevents", "layernorm-jacobian"], example={"x": [], "y": 0, "a": 0, "T": 1})
def sq_deviation_eq_of_outlier(x: Numbers, y: X, a: X, T: T_):
    """One value apart from T equal ones attains the bound."""
    mean, S, Q = _mean(y, x, T), total(x, T), squares(x, T)
    around = Q - 2 * mean * S + T * mean**2
    sums, powers = (Have(eq(left, right), Induction(on=T)) for left, right in ((S, T * a), (Q, T * a**2)))
    gap = (T * (Q - T * a**2) - (S - T * a) * (S + T * a) + T * (_around(x, mean, T) - around)) / (T + 1)
    equal = always(k, eq(number(x, k), a))
    return implies(equal, eq((y - mean) ** 2, T * _variance(y, x, T))), Nonneg(
        gap, by=[sums, powers, sum_sq_shifted.at(c=-mean)]
    )


@claim()
def abs_mul_add_le(gamma: X, x: X, beta: X):
    """The triangle inequality for a scaled and shifted number."""
    return Abs(gamma * x + beta) <= Abs(gamma) * Abs(x) + Abs(beta), Cases(on=[gamma * x + beta, gamma, x, beta])


@claim(sources=["whyrelu"], ledger=["batchnorm-prevents"], example={"x": [], "y": 1, "T": 1})
def abs_batchnorm_output_le(x: Numbers, y: X, gamma: X, beta: X, T: T_):
    """Batch normalisation with scale γ and shift β gives at most |γ|√(m − 1) + |β|, whatever the weights before it."""
    variance = _variance(y, x, T)
    value = (y - _mean(y, x, T)) / sqrt(variance)
    gap = Abs(gamma) * (sqrt(T) - Abs(value)) + (Abs(gamma) * Abs(value) + Abs(beta) - Abs(gamma * value + beta))
    return implies(variance > 0, Abs(gamma * value + beta) <= Abs(gamma) * sqrt(T) + Abs(beta)), Nonneg(
        gap, by=[abs_standardised_le_sqrt, abs_mul_add_le.at(x=value)]
    )


# --- the Jacobian of layer normalisation ----------------------------------------------------------------


@claim(example={"x": 1, "y": 1})
def eq_of_sq_eq(x: NonnegativeX, y: PositiveX):
    """Two numbers of one sign are equal if their squares are."""
    same = Have(eq((x - y) * (x + y), 0), Nonneg(y**2 - x**2))
    return implies(eq(x**2, y**2), eq(x, y)), Inverse(vanish=x - y, times=x + y, by=[same])


@claim(ledger=["layernorm-jacobian"], example={"x": 3, "y": 1})
def layernorm_two_eq_one(x: X, y: X):
    """Of two values layer normalisation keeps only which is the larger: it becomes 1, so no small change has any effect."""
    mean, half = (x + y) / 2, (x - y) / 2
    deviation = sqrt(((x - mean) ** 2 + (y - mean) ** 2) / 2)
    same = eq_of_sq_eq.at(x=deviation, y=half)
    return implies(x > y, eq((x - mean) / deviation, 1)), Nonneg((deviation - half) / deviation, by=[same])


@claim(ledger=["layernorm-jacobian"])
def layernorm_jacobian_two_eq_zero():
    """For two values the Jacobian I − 11ᵀ/2 − x̂x̂ᵀ/2 vanishes, since x̂ is (1, −1) or (−1, 1)."""
    ones, apart = Matrix([[1], [1]]), Matrix([[1], [-1]])
    less = [scaled(Rational(-1, 2), grouped(column, Transpose(column))) for column in (ones, apart)]
    return eq(added(Identity(2), *less), ZeroMatrix(2, 2)), Calc()


def _layernorm_jacobian(e: Any, u: Any) -> Any:
    return added(Identity(n), scaled(-1, grouped(e, Transpose(e))), scaled(-1, grouped(u, Transpose(u))))


@claim(ledger=["layernorm-jacobian"])
def layernorm_jacobian_symmetric(e: Start, u: Start):
    """With e = 1/√n and u = x̂/√n the Jacobian is (I − eeᵀ − uuᵀ)/s, a symmetric matrix."""
    J = _layernorm_jacobian(e, u)
    return eq(Transpose(J), J), Calc()


@claim(ledger=["layernorm-jacobian"], example={"n": 1, "e": [1], "u": [0]})
def layernorm_jacobian_mul_eq_zero(e: Start, u: Start):
    """Both e and u, of length 1 and orthogonal to each other, are mapped to zero: two singular values are 0."""
    known = both(eq(grouped(Transpose(e), e), Identity(1)), eq(grouped(Transpose(u), e), ZeroMatrix(1, 1)))
    return implies(known, eq(grouped(_layernorm_jacobian(e, u), e), ZeroMatrix(n, 1))), Calc()


@claim(ledger=["layernorm-jacobian"], example={"n": 2, "e": [1, 0], "u": [0, 1], "w": [0, 0]})
def layernorm_jacobian_of_orthogonal(e: Start, u: Start, w: Start):
    """Every direction orthogonal to both is multiplied by 1/s: the other n − 2 singular values are 1/s."""
    J = _layernorm_jacobian(e, u)
    orthogonal = [eq(grouped(Transpose(a), w), ZeroMatrix(1, 1)) for a in (e, u)]
    return implies(both(*orthogonal), eq(grouped(J, w), w)), Calc()


# --- what does not see the scale of its weights -----------------------------------------------------------


@claim(ledger=["scale-invariance"], example={"n": 1, "w": [1], "x": [1]})
def normalised_weight_invariant(w: Start, x: Start, c: PositiveX):
    """The preactivation wᵀx/‖w‖ of a normalised weight does not change with the weight's scale c."""
    scaling = Have(eq(Norm(scaled(c, w)), c * Norm(w)), Chain())
    before, after = (scaled(1 / Norm(v), grouped(Transpose(v), x)) for v in (w, scaled(c, w)))
    return implies(Norm(w) > 0, eq(after, before)), Calc(by=[scaling])


@claim(ledger=["scale-invariance"], example={"n": 1, "u": [1], "x": [1], "r": 1, "delta": 1})
def normalised_weight_gradient_orthogonal(u: Start, x: Start, r: PositiveX, delta: X):
    """Its gradient δ(x − (uᵀx)u)/‖w‖ in w, for w = ‖w‖·u with u of length 1, is orthogonal to w."""
    along = scaled(-1, grouped(u, Transpose(u), x))
    gradient = scaled(delta / r, added(x, along))
    known = eq(grouped(Transpose(u), u), Identity(1))
    return implies(known, eq(grouped(Transpose(scaled(r, u)), gradient), ZeroMatrix(1, 1))), Calc()


@claim(ledger=["scale-invariance"])
def normalised_weight_gradient_scaled(u: Start, x: Start, r: PositiveX, delta: X, c: PositiveX):
    """Weights that are c times as long get a gradient that is c times as short."""
    moved = added(x, scaled(-1, grouped(u, Transpose(u), x)))
    return eq(scaled(delta / (c * r), moved), scaled(1 / c, scaled(delta / r, moved))), Calc()


@claim(ledger=["scale-invariance"], example={"w": [], "g": [], "T": 1})
def sum_sq_step_of_orthogonal(w: Numbers, g: Numbers, eta: X, T: T_):
    """A step against a gradient that is orthogonal to the weights adds η²‖∇‖² to their squared length."""
    after = SumOf((number(w, k) - eta * number(g, k)) ** 2, k, 1, T)
    A, B, P = squares(w, T), squares(g, T), inner(w, g, T)
    expanded = Have(eq(after, A - 2 * eta * P + eta**2 * B), Induction(on=T))
    gap = (A - 2 * eta * P + eta**2 * B - after) + 2 * eta * P
    return implies(eq(P, 0), eq(after, A + eta**2 * B)), Nonneg(gap, by=[expanded])


@claim(ledger=["scale-invariance"], example={"w": [], "g": [], "T": 1})
def sum_sq_le_step_of_orthogonal(w: Numbers, g: Numbers, eta: X, T: T_):
    """Under gradient descent the length of scale-invariant weights never decreases, whatever the step size."""
    after = SumOf((number(w, k) - eta * number(g, k)) ** 2, k, 1, T)
    grown = squares(w, T) + eta**2 * squares(g, T)
    gap = (after - grown) + eta**2 * squares(g, T)
    return implies(eq(inner(w, g, T), 0), squares(w, T) <= after), Nonneg(
        gap, by=[sum_sq_step_of_orthogonal, sum_sq_nonneg.at(x=g)]
    )
