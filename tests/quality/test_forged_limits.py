"""Limits through natural numbers at a point or at −∞ say nothing, so that everything could be proved of them."""

from __future__ import annotations

import pytest

from theory.kernel.terms import ZERO, Term, lt, mul, power, rat, var
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import full_ledger
from theory.language.errors import KernelRefusal

full_ledger()
m = var("m", "nat")
FIVE, THREE = rat(5), rat(3)


def two_limits_of_five(kind: str, point: Term, side: str, impossible: Term) -> Theorem:
    """⊢ 5 = 3 from 5 → 5 and 5 → 3, the latter because no natural number is near the point."""
    nowhere = infer("assume", [impossible])
    same = infer("order", ["eq", FIVE, THREE, mul(rat(-2), m, power(m, -1))], [nowhere])
    three = infer("limit_of_equal", [], [infer("limit_of_constant", [m, THREE, kind, point, side]), same])
    return infer("limit_unique", [], [infer("limit_of_constant", [m, FIVE, kind, point, side]), three])


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
