"""Limits through natural numbers at a point or at −∞ say nothing, so that everything could be proved of them."""

from __future__ import annotations

import pytest

from theory.kernel.terms import ZERO, Term, lt, make, mul, power, rat, var
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import full_ledger
from theory.language.errors import KernelRefusal

full_ledger()
m = var("m", "nat")
FIVE, THREE = rat(5), rat(3)


def two_limits_of_five(kind: str, point: Term, side: str, impossible: Term) -> Theorem:
    """5 ↛ 3 because 5 → 5, though 5 → 3 is proved: no natural number is near the point."""
    nowhere = infer("assume", [impossible])
    same = infer("order", ["eq", FIVE, THREE, mul(rat(-2), m, power(m, -1))], [nowhere])
    three = infer("limit_of_equal", [], [infer("limit_of_constant", [m, THREE, kind, point, side]), same])
    five = infer("limit_of_constant", [m, FIVE, kind, point, side])
    return infer("limit_denied", [three.conclusion], [five, infer("decided", [make("ne", (FIVE, THREE))])])


@pytest.mark.parametrize(
    ("kind", "point", "side", "impossible"),
    [
        ("at", ZERO, "-", lt(m, ZERO)),
        ("-oo", ZERO, "", lt(m, ZERO)),
    ],
    ids=["from the left", "to −∞"],
)
def test_five_is_not_three(kind: str, point: Term, side: str, impossible: Term) -> None:
    with pytest.raises(KernelRefusal):
        two_limits_of_five(kind, point, side, impossible)
