"""Random expressions: each extremum is certified or declared unsettled, and no point ever exceeds a certified bound.

The values at the points come from an evaluation of its own, exact numbers and balls, without the kernel's series.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from flint import arb, fmpq

from tests.quality.random_expressions import X, expression, points, value
from theory import certificates
from theory.kernel.enclosure import Certificate
from theory.kernel.extrema import check
from theory.tactics.extrema import Unsettled, supremum

PER_EXPRESSION = 800  # points for each bounded extremum: more than 10⁵ in all


def ball(q: Fraction) -> arb:
    return arb(fmpq(q.numerator, q.denominator))


def certified(seed: int, sign: int, order: int = 0) -> Certificate | None:
    """The certificate, or None where the search says that it could not settle the question; nothing else may come of it."""
    try:
        found = supremum(expression(seed), X, order, sign, 20, 5.0)
        check(certificates.from_json(certificates.to_json(found)))
        return found
    except Unsettled:
        return None


def exceeded(seed: int, sign: int, found: Certificate) -> tuple[int, Fraction | None]:
    """How many points had a value, and one at which it is above the certified bound."""
    if found.upper is None:
        return 0, None
    near = [c.point for cells in found.cells for c in cells if c.point is not None][:4] + list(found.kinks)
    near += [found.place.x] if found.place.x is not None else []
    tried, upper = 0, ball(found.upper)
    strict = found.status == "approached"
    for p in points(seed, near, PER_EXPRESSION):
        v = value(expression(seed), p, found.order) * sign
        if v.is_finite():
            tried += 1
            if v > upper or (strict and found.lower == found.upper and v >= upper):
                return tried, p
    return tried, None


def report(seeds: range, orders: tuple[int, ...] = (0, 1)) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in seeds:
        if X not in expression(seed).free:
            continue
        for sign, order in product((1, -1), orders):
            found = certified(seed, sign, order)
            seen[found.status if found is not None else "unsettled"] += 1
            if found is not None:
                tried, broken = exceeded(seed, sign, found)
                seen["points"] += tried
                assert broken is None, f"expression {seed}, sign {sign}, order {order}: the bound is exceeded at {broken}"
    return seen


@pytest.mark.parametrize("start", [0, 50, *(pytest.param(k, marks=pytest.mark.nightly) for k in range(100, 300, 50))])
def test_no_point_exceeds_a_certified_bound(start: int) -> None:
    seen = report(range(start, start + 50))
    assert seen["attained"] + seen["approached"] > 10
    assert seen["points"] > 10_000


def test_a_normal_form_is_the_same_in_the_search_and_in_the_check() -> None:
    """Where it depended on what had been asked before, the check saw another last bit, and refused what was found."""
    assert certified(6992, 1, 1) is not None


def test_a_bound_that_is_too_low_is_exceeded() -> None:
    from dataclasses import replace

    caught = 0
    for seed in range(60):
        found = certified(seed, 1) if X in expression(seed).free else None
        if found is not None and found.upper is not None and found.status == "attained":
            lowered = replace(found, upper=found.upper - Fraction(1, 10**12), lower=found.upper - Fraction(1, 10**12))
            caught += exceeded(seed, 1, lowered)[1] is not None
    assert caught >= 5


@pytest.mark.nightly
@pytest.mark.parametrize("start", range(300, 10_300, 500))
def test_no_point_exceeds_a_certified_bound_of_ten_thousand(start: int) -> None:
    assert report(range(start, start + 500))["points"] > 20_000
