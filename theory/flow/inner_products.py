"""Sums of products of numbers: the inequality of Cauchy and Schwarz and its relatives, in any dimension.

A vector of dimension T is a sequence of numbers x_1, …, x_T here, each of them a column of length 1.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Abs, Symbol, sqrt

from theory.language.claims import claim
from theory.language.domains import Sequences
from theory.language.matrices import Entry, Sequence, SumOf
from theory.language.statements import always, implies
from theory.language.symbols import T_, X, eq
from theory.tactics import Calc, Cases, Have, Induction, Nonneg

k = Symbol("k")
Numbers = Annotated[Sequence, Sequences(1)]


def number(x: Any, t: Any) -> Any:
    """The t-th number of a sequence of columns of length 1."""
    return Entry(x.at(t), 1)


def total(x: Any, T: Any) -> Any:
    """x_1 + … + x_T."""
    return SumOf(number(x, k), k, 1, T)


def inner(x: Any, y: Any, T: Any) -> Any:
    """The inner product of the first T numbers of two sequences."""
    return SumOf(number(x, k) * number(y, k), k, 1, T)


def squares(x: Any, T: Any) -> Any:
    """The squared length of the first T numbers of a sequence."""
    return SumOf(number(x, k) ** 2, k, 1, T)


# --- combinations of two vectors ------------------------------------------------------------------


@claim()
def sum_sq_nonneg(x: Numbers, T: T_):
    """A sum of squares is not negative."""
    return squares(x, T) >= 0, Induction(on=T, step=Calc())


@claim()
def inner_mul_self(x: Numbers, c: X, T: T_):
    """The inner product of a vector with c times itself is c times its squared length."""
    return eq(SumOf(number(x, k) * (c * number(x, k)), k, 1, T), c * squares(x, T)), Induction(on=T)


@claim()
def sum_sq_combination(x: Numbers, y: Numbers, a: X, b: X, T: T_):
    """The squared length of a combination a·x − b·y of two vectors, from their lengths and their inner product."""
    combined = SumOf((a * number(x, k) - b * number(y, k)) ** 2, k, 1, T)
    return eq(combined, a**2 * squares(x, T) - 2 * a * b * inner(x, y, T) + b**2 * squares(y, T)), Induction(on=T)


@claim()
def sum_sq_difference(x: Numbers, y: Numbers, T: T_):
    """The squared distance of two vectors, from their lengths and their inner product (the law of cosines)."""
    apart = SumOf((number(x, k) - number(y, k)) ** 2, k, 1, T)
    return eq(apart, squares(x, T) - 2 * inner(x, y, T) + squares(y, T)), Induction(on=T)


@claim()
def sum_sq_combination_nonneg(x: Numbers, y: Numbers, a: X, b: X, T: T_):
    """No combination of two vectors has a negative squared length, whatever their inner product."""
    before = a**2 * squares(x, T) - 2 * a * b * inner(x, y, T) + b**2 * squares(y, T)
    new = a * number(x, T + 1) - b * number(y, T + 1)
    return before >= 0, Induction(on=T, base=Calc(), step=Nonneg(before + new**2))


# --- Cauchy and Schwarz ---------------------------------------------------------------------------


@claim()
def sq_inner_le_sum_sq_mul_sum_sq(x: Numbers, y: Numbers, T: T_):
    """The square of an inner product is at most the product of the squared lengths (Cauchy and Schwarz)."""
    A, B, P = squares(x, T), squares(y, T), inner(x, y, T)
    a, b = number(x, T + 1), number(y, T + 1)
    cross = b**2 * A - 2 * a * b * P + a**2 * B
    shown = Have(cross >= 0, Calc(by=[sum_sq_combination_nonneg.at(x=x, y=y, a=b, b=a, T=T)]))
    return P**2 <= A * B, Induction(on=T, base=Calc(), step=Nonneg((A * B - P**2) + cross, by=[shown]))


@claim()
def abs_inner_le_mul(x: Numbers, y: Numbers, T: T_):
    """An inner product is at most the product of the two lengths, in absolute value."""
    A, B, P = squares(x, T), squares(y, T), inner(x, y, T)
    facts = [sq_inner_le_sum_sq_mul_sum_sq, sum_sq_nonneg.at(x=x), sum_sq_nonneg.at(x=y)]
    return Abs(P) <= sqrt(A) * sqrt(B), Nonneg(A * B - P**2, root=True, by=facts)


@claim(example={"x": [[1]], "y": [[2]], "c": 2, "T": 1})
def sq_inner_eq_of_proportional(x: Numbers, y: Numbers, c: X, T: T_):
    """Cauchy and Schwarz's bound is attained where one vector is a multiple of the other."""
    A, B, P = squares(x, T), squares(y, T), inner(x, y, T)
    multiple = always(k, eq(number(y, k), c * number(x, k)))
    lengths, products = (Have(eq(left, right), Induction(on=T)) for left, right in ((B, c**2 * A), (P, c * A)))
    by_parts = Nonneg(A * (B - c**2 * A) - (P - c * A) * (P + c * A), by=[lengths, products])
    return implies(multiple, eq(P**2, A * B)), by_parts


# --- the mean of squares ----------------------------------------------------------------------------


@claim()
def sq_sum_le_mul_sum_sq(x: Numbers, T: T_):
    """The square of a sum of T numbers is at most T times the sum of their squares."""
    S, Q = total(x, T), squares(x, T)
    later = Nonneg((T * Q - S**2) * (1 + 1 / T) + (S - T * number(x, T + 1)) ** 2 / T)
    return S**2 <= T * Q, Induction(on=T, base=Calc(), step=Cases(on=T, signs=("+", "0"), then=(later, Calc())))


@claim(example={"x": [], "a": 0, "T": 1})
def sq_sum_eq_of_constant(x: Numbers, a: X, T: T_):
    """The bound of a squared sum is attained where all the numbers are equal."""
    S, Q = total(x, T), squares(x, T)
    sums, powers = (Have(eq(left, right), Induction(on=T)) for left, right in ((S, T * a), (Q, T * a**2)))
    by_parts = Nonneg(T * (Q - T * a**2) - (S - T * a) * (S + T * a), by=[sums, powers])
    return implies(always(k, eq(number(x, k), a)), eq(S**2, T * Q)), by_parts
