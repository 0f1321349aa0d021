"""Sparse codes and linear separability: few nonzero entries do not make two classes separable."""

from __future__ import annotations

from sympy import Max, Rational

from theory.flow.inner_products import Numbers, k, number, total
from theory.language.claims import claim
from theory.language.matrices import SumOf
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, NonzeroX, UnitX, X, eq
from theory.tactics import Calc, Cases, Induction, Nonneg, Refute

ROWS = ["sparse-linearly-separable"]


@claim(sources=["whyrelu"], ledger=ROWS)
def sparse_classes_are_apart(a_1: NonzeroX, a_2: NonzeroX, b_1: NonzeroX, b_2: NonzeroX, s: UnitX, t: UnitX):
    """Folklore: sparse codes are separable, so of two classes with one nonzero entry each, on two axes, no mixtures meet."""
    across, along = (1 - s) * a_1 + s * a_2, (1 - t) * b_1 + t * b_2
    return across**2 + along**2 > 0, Refute(at={a_1: 1, a_2: -1, b_1: 1, b_2: -1, s: Rational(1, 2), t: Rational(1, 2)})


@claim(ledger=ROWS, corrects=["sparse_classes_are_apart"], example={"w_1": 0, "w_2": 0, "b": 1})
def not_separable_of_shared_midpoint(w_1: X, w_2: X, b: X):
    """No line has (1, 0) and (−1, 0) on one side, (0, 1) and (0, −1) on the other: the two pairs share their midpoint."""
    one_side, other_side = both(w_1 + b > 0, -w_1 + b > 0), Max(w_2 + b, -w_2 + b)
    middle = ((w_1 + b) + (-w_1 + b)) / 2
    return implies(one_side, other_side > 0), Cases(on=w_2, then=(Nonneg(middle + w_2), Nonneg(middle + -w_2)))


@claim(ledger=ROWS, corrects=["sparse_classes_are_apart"], example={"w": 0, "b": 1})
def not_separable_of_between(w: X, b: X):
    """Nor does any line part (1, 0) and (3, 0) from (2, 0): what lies between two points is on their side."""
    return implies(both(w + b > 0, 3 * w + b > 0), 2 * w + b > 0), Nonneg(((w + b) + (3 * w + b)) / 2)


# --- how many ways there are to part points ----------------------------------------------------------


@claim(ledger=ROWS, example={"d": [], "T": 1})
def linear_dichotomies_le_of_increments(d: Numbers, T: T_):
    """Lines through 0 part T + 1 vectors of the plane in at most 2(T + 1) ways, if each one after the first adds at most 2."""
    ways = 2 + total(d, T)
    step = Nonneg((2 * (1 + T) - ways) + (2 - number(d, T + 1)))
    return implies(always(k, number(d, k) <= 2), ways <= 2 * (1 + T)), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS, example={"d": [], "T": 1})
def affine_dichotomies_le_of_increments(d: Numbers, T: T_):
    """Lines part T + 1 points of the plane in at most 2(1 + T + C(T, 2)) ways, if the one after k others adds at most 2k."""
    ways, bound = 2 + total(d, T), 2 * (1 + T + T * (T - 1) / 2)
    step = Nonneg((bound - ways) + (2 * (T + 1) - number(d, T + 1)))
    return implies(always(k, number(d, k) <= 2 * k), ways <= bound), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS)
def affine_dichotomies_eq(T: T_):
    """The bound is attained where every point adds as many as it can, as it does in general position."""
    return eq(2 + SumOf(2 * k, k, 1, T), 2 * (1 + T + T * (T - 1) / 2)), Induction(on=T)
