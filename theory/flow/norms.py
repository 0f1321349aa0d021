"""Norms and absolute values: the few general facts that the files beside this one rest on."""

from __future__ import annotations

from sympy import Abs, Identity

from theory.language.claims import claim
from theory.language.matrices import Norm, added, scaled
from theory.language.symbols import T_, NonnegativeX, Square, Start, X, eq, n
from theory.tactics import Cases, Chain, Induction, Nonneg


@claim()
def abs_mul(x: X, y: X):
    """The absolute value of a product is the product of the absolute values."""
    return eq(Abs(x * y), Abs(x) * Abs(y)), Cases(on=[x, y], signs=("0+", "-0"))


@claim()
def abs_pow(a: X, T: T_):
    """The absolute value of a power is the power of the absolute value."""
    step = Nonneg(Abs(a) * (Abs(a) ** T - Abs(a**T)))
    return eq(Abs(a**T), Abs(a) ** T), Induction(on=T, step=Cases(on=[a, a**T], signs=("0+", "-0"), then=step))


@claim()
def norm_mul_column_le(W: Square, u: Start):
    """A matrix stretches a column at most by its norm."""
    return Norm(W * u) <= Norm(W) * Norm(u), Chain()


@claim()
def norm_sub_column_le(y: Start, d: Start):
    """A difference of two columns is at most as long as both together."""
    return Norm(added(y, scaled(-1, d))) <= Norm(y) + Norm(d), Chain()


@claim()
def norm_mul_le(A: Square, B: Square):
    """The norm of a product is at most the product of the norms."""
    return Norm(A * B) <= Norm(A) * Norm(B), Chain()


@claim()
def norm_scaled_of_nonneg(A: Square, c: NonnegativeX):
    """A factor that is not negative comes out of a norm."""
    return eq(Norm(scaled(c, A)), c * Norm(A)), Chain()


@claim()
def norm_add_le(A: Square, B: Square):
    """The norm of a sum is at most the sum of the norms."""
    return Norm(added(A, B)) <= Norm(A) + Norm(B), Chain()


@claim()
def norm_sub_one_le(A: Square):
    """Taking the identity off a matrix adds at most 1 to its norm."""
    return Norm(added(A, scaled(-1, Identity(n)))) <= Norm(A) + 1, Chain()
