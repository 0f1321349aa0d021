"""Random even and odd expressions: what is found with the mirror is what is found without it."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import pytest

from tests.quality.random_expressions import X, expression
from theory import certificates
from theory.kernel.enclosure import Certificate
from theory.kernel.extrema import check
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision
from theory.kernel.terms import Term, add, mul, neg, rat
from theory.language.errors import KernelRefusal
from theory.tactics.extrema import Unsettled, supremum
from theory.tactics.line import Line

DIGITS, SECONDS = 20, 5.0


def symmetric(seed: int, parity: int) -> Term:
    """u(x) ± u(−x)."""
    u = expression(seed, 2)
    return add(u, mul(rat(parity), substitute(u, {X: neg(X)})))


def extrema(t: Term, order: int, *, in_the_mirror: bool) -> tuple[Line, list[Certificate | None]]:
    line, found = Line(t, X, order, DIGITS), list[Certificate | None]()
    with suppress(Unsettled, KernelRefusal), Precision(line.bits):
        line.explore()
    line.parity *= in_the_mirror
    for sign in (1, -1):
        try:
            found.append(supremum(t, X, order, sign, DIGITS, SECONDS, line))
        except (Unsettled, KernelRefusal):
            found.append(None)
    return line, found


def compared(seeds: range) -> int:
    """How many extrema of expressions that are seen to be even or odd were found in both ways; all of them agree."""
    agreed = 0
    for seed, parity, order in product(seeds, (1, -1), (0, 1)):
        t = symmetric(seed, parity)
        if X not in t.free:
            continue
        line, mirrored = extrema(t, order, in_the_mirror=True)
        if line.parity == 0:
            continue
        for here, there in zip(mirrored, extrema(t, order, in_the_mirror=False)[1], strict=True):
            if here is not None:
                check(certificates.from_json(certificates.to_json(here)))
            if here is None or there is None:
                assert here is there, (seed, parity, order)
                continue
            assert here.status == there.status, (seed, parity, order)
            if None not in (here.lower, here.upper, there.lower, there.upper):
                assert here.lower is not None
                assert here.upper is not None
                assert there.lower is not None
                assert there.upper is not None
                assert max(here.lower, there.lower) <= min(here.upper, there.upper), (seed, parity, order)
            agreed += 1
    return agreed


def test_the_mirror_changes_no_extremum() -> None:
    assert compared(range(12)) > 12


@pytest.mark.nightly
@pytest.mark.parametrize("start", range(100, 500, 50))
def test_the_mirror_changes_no_extremum_of_four_hundred(start: int) -> None:
    assert compared(range(start, start + 50)) > 40
