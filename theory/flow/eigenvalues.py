"""Eigenvalues of the recurrent weight: what grows along an eigenvector, and what the spectral radius does not tell."""

from __future__ import annotations

from typing import Annotated

from sympy import Abs, Identity, MatrixSymbol, Symbol, ZeroMatrix

from theory.activations.identity import identity
from theory.activations.relu import relu
from theory.flow.linear import jacobian_linear_eq_pow
from theory.flow.norms import abs_pow, norm_mul_column_le, norm_mul_le, norm_sub_one_le
from theory.language.claims import claim
from theory.language.domains import Columns
from theory.language.matrices import Norm, Recurrence, SpectralRadius, added, grouped, scaled
from theory.language.statements import both, implies
from theory.language.symbols import T_, Drive, NonnegativeX, OrthogonalSquare, Square, Start, X, eq, n
from theory.tactics import Calc, Chain, Have, Induction, Nonneg, Refute

t = Symbol("t")
Eigenvector = Annotated[MatrixSymbol, Columns(n)]


# --- linear networks --------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["eigenvalue-above-one-linear"], example={"n": 1, "W": [[2]], "u": [1], "a": 2})
def jacobian_linear_mul_eigenvector(W: Square, u: Eigenvector, a: X, T: T_):
    """Without an activation the gradient multiplies an eigenvector by its eigenvalue at each step."""
    return implies(eq(W * u, scaled(a, u)), eq(Recurrence(W, identity).jacobian(T) * u, scaled(a**T, u))), Induction(on=T)


@claim(example={"n": 1, "P": [[1]], "X": [[1]], "h": [1], "a": 1, "c": 1})
def product_eigenvector(P: Square, X: Square, h: Start, a: X, c: X):
    """If two matrices multiply a vector by numbers, their product multiplies it by the product of these."""
    given = both(eq(grouped(X, h), scaled(a, h)), eq(grouped(P, h), scaled(c, h)))
    return implies(given, eq(grouped(P, X, h), scaled(a * c, h))), Calc()


@claim(
    sources=["zhihu61265076"], ledger=["eigenvalue-above-one-linear"], example={"n": 1, "P": [[2]], "h": [1], "c": 2, "T": 1}
)
def pow_eigenvector(P: Square, h: Start, c: X, T: T_):
    """If a matrix multiplies a vector by c, its powers multiply it by the powers of c."""
    return implies(eq(grouped(P, h), scaled(c, h)), eq(grouped(P**T, h), scaled(c**T, h))), Induction(
        on=T, step=Calc(by=[product_eigenvector.at(X=P**T, a=c**T)])
    )


@claim(sources=["zhihu61265076"], ledger=["eigenvalue-above-one-linear"], example={"n": 1, "W": [[2]], "u": [1], "a": 2})
def abs_eigenvalue_pow_le_norm_pow(W: Square, u: Eigenvector, a: X, T: T_):
    """A power of the weight is at least as large as that power of an eigenvalue, whatever the sign of it."""
    moved, size = Norm(grouped(W**T, u)), Norm(W**T) * Norm(u)
    bound = norm_mul_column_le.at(W=W**T, u=u)
    along = Have(eq(moved, Abs(a**T) * Norm(u)), Chain(by=[pow_eigenvector.at(P=W, h=u, c=a)]))
    gap = (size - moved) + (Abs(a**T) - Abs(a) ** T) * Norm(u)
    above = Have(Abs(a) ** T * Norm(u) <= size, Nonneg(gap, by=[abs_pow, along, bound]))
    return implies(both(eq(W * u, scaled(a, u)), Norm(u) > 0), Abs(a) ** T <= Norm(W**T)), Nonneg(
        (size - Abs(a) ** T * Norm(u)) / Norm(u), by=[above]
    )


@claim(
    sources=["zhihu61265076"],
    ledger=["eigenvalue-above-one-linear"],
    example={"n": 1, "W": [[2]], "U": [[1]], "Q": [[1]], "c": 2},
)
def norm_mul_linear_jacobian_of_turned(W: Square, U: Square, Q: OrthogonalSquare, c: NonnegativeX, T: T_):
    """Rows that the weight turns and scales by c are scaled by c at each step of a linear network."""
    J = Recurrence(W, identity).jacobian(T)
    return implies(eq(U * W, scaled(c, Q * U)), eq(Norm(U * J), c**T * Norm(U))), Induction(on=T, step=Chain())


@claim(
    sources=["zhihu61265076"],
    ledger=["eigenvalue-above-one-linear"],
    example={"n": 1, "W": [[2]], "U": [[1]], "Q": [[1]], "c": 2},
)
def pow_le_norm_pow_of_turned(W: Square, U: Square, Q: OrthogonalSquare, c: NonnegativeX, T: T_):
    """An eigenvalue of modulus c, complex ones included, keeps the T-th power of the weight at c^T or above.

    The rows of U span the line or plane that the weight turns by Q and scales by c.
    """
    J = Recurrence(W, identity).jacobian(T)
    moved, size = Norm(U * J), Norm(U) * Norm(J)
    bound, along = norm_mul_le.at(A=U, B=J), norm_mul_linear_jacobian_of_turned
    above = Have(c**T * Norm(U) <= size, Nonneg(size - moved, by=[along, bound]))
    same = Have(eq(Norm(J), Norm(W**T)), Calc(by=[jacobian_linear_eq_pow]))
    long = Have(c**T <= Norm(J), Nonneg((size - c**T * Norm(U)) / Norm(U), by=[above]))
    return implies(both(eq(U * W, scaled(c, Q * U)), Norm(U) > 0), c**T <= Norm(W**T)), Calc(by=[long, same])


@claim(
    ledger=["gelfand", "eigenvalue-above-one-linear"],
    unproved="complex eigenvectors of a variable matrix are outside the language",
)
def spectralRadius_pow_le_norm_pow(W: Square, T: T_):
    """A power of the weight is at least as large as that power of the largest absolute eigenvalue."""
    return SpectralRadius(W) ** T <= Norm(W**T)


@claim(ledger=["eigenvalue-above-one-linear"], example={"n": 1, "N": [[0]]})
def linear_jacobian_of_square_zero(N: Square, T: T_):
    """A defective eigenvalue 1 makes gradients grow, though no eigenvalue is above one: I + N with N² = 0 gives I + TN."""
    net = Recurrence(added(Identity(n), N), identity)
    return implies(eq(N**2, ZeroMatrix(n, n)), eq(net.jacobian(T), added(Identity(n), scaled(T, N)))), Induction(on=T)


@claim(ledger=["eigenvalue-above-one-linear"], example={"n": 1, "N": [[0]]})
def norm_linear_jacobian_of_square_zero_ge(N: Square, T: T_):
    """At a defective eigenvalue 1 the gradient grows at least linearly in the depth."""
    J, grown = Recurrence(added(Identity(n), N), identity).jacobian(T), Norm(scaled(T, N))
    size = Have(eq(grown, T * Norm(N)), Chain())
    below = Have(grown <= Norm(J) + 1, Calc(by=[norm_sub_one_le.at(A=J), linear_jacobian_of_square_zero]))
    return implies(eq(N**2, ZeroMatrix(n, n)), T * Norm(N) - 1 <= Norm(J)), Calc(by=[size, below])


# --- networks of rectifiers --------------------------------------------------------------------------


@claim(
    sources=["zhihu61265076"],
    ledger=["eigenvalue-above-one-relu"],
    example={"n": 2, "W": [[0, -2], [-2, 0]], "h_0": [1, 1], "v": []},
)
def norm_start_le_norm_relu_state_of_one_lt_spectralRadius(W: Square, h_0: Start, v: Drive, T: T_):
    """Folklore: with an eigenvalue above one the state of a rectifier network grows; the weight below has the eigenvalue 2
    and clears the state at once."""
    net = Recurrence(W, relu, h_0, v)
    return implies(SpectralRadius(W) > 1, Norm(h_0) <= Norm(net.state(T))), Refute(
        at={W: [[0, -2], [-2, 0]], "h_0": [1, 1], "v": [], T: 1}
    )


@claim(sources=["pascanu2013"], ledger=["pascanu-arxiv-eigenvalue-gap"])
def norm_jacobian_le_spectralRadius_pow(W: Square, T: T_):
    """Folklore: a gradient is at most the T-th power of slope bound times largest eigenvalue, as an early version of the
    article had it."""
    return Norm(Recurrence(W, identity).jacobian(T)) <= SpectralRadius(W) ** T, Refute(
        at={W: [[0, 1], [0, 0]], "h_0": [0, 0], "v": [], T: 1}
    )
