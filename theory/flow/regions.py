"""How many regions hyperplanes cut space into, counted in the line, the plane and space."""

from __future__ import annotations

from typing import Any

from sympy import Integer

from theory.flow.inner_products import Numbers, k, number, total
from theory.language.claims import claim
from theory.language.matrices import SumOf
from theory.language.statements import always, implies
from theory.language.symbols import T_, eq
from theory.tactics import Calc, Induction, Nonneg

ROWS = ["regions-zaslavsky"]


def regions(m: Any, d: int) -> Any:
    """1 + m + C(m, 2) + … + C(m, d), for d up to 3."""
    terms = (1, m, m * (m - 1) / 2, m * (m - 1) * (m - 2) / 6)
    return sum(terms[1 : d + 1], terms[0])


@claim(ledger=ROWS, example={"d": [], "T": 1})
def line_regions_le_of_increments(d: Numbers, T: T_):
    """T points cut a line into at most 1 + T pieces: each point adds at most one."""
    count = 1 + total(d, T)
    step = Nonneg((regions(T, 1) - count) + (1 - number(d, T + 1)))
    return implies(always(k, number(d, k) <= 1), count <= regions(T, 1)), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS, example={"d": [], "T": 1})
def plane_regions_le_of_increments(d: Numbers, T: T_):
    """T lines cut the plane into at most 1 + T + C(T, 2) regions: the k-th adds one for each of its at most k pieces."""
    count = 1 + total(d, T)
    step = Nonneg((regions(T, 2) - count) + (T + 1 - number(d, T + 1)))
    return implies(always(k, number(d, k) <= k), count <= regions(T, 2)), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS)
def plane_regions_eq(T: T_):
    """In general position every line meets all those before it, and the bound of the plane is attained."""
    return eq(1 + SumOf(k, k, 1, T), regions(T, 2)), Induction(on=T)


@claim(ledger=ROWS)
def space_regions_eq(T: T_):
    """In general position the bound of space is attained."""
    return eq(1 + SumOf(regions(k - 1, 2), k, 1, T), regions(T, 3)), Induction(on=T)


@claim(ledger=ROWS)
def five_lines_regions():
    """Five lines cut the plane into at most 16 regions, so five rectifiers of two inputs have at most 16 linear pieces."""
    return eq(regions(Integer(5), 2), 16), Calc()
