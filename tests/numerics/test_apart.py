"""Instances that stay away from a limit: readable, the same each time, and none where the limit is reached."""

from __future__ import annotations

from fractions import Fraction

import pytest

from numerics.apart import apart
from numerics.confirm import confirm
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.terms import Term, literal
from theory.language.claims import full_ledger
from theory.typeset import instance_text

FALSE = "pow_tendsto_zero_of_entries_lt_one"
TRUE = "pow_tendsto_zero_of_rowSumNorm_lt_one"


def goal(name: str) -> Goal:
    return goal_of(full_ledger()[name])


def without_if(of: Goal) -> Goal:
    return Goal(of.hypotheses, of.conclusion.args[1])


def weight(of: Goal, entry: Fraction) -> Instance:
    (w,) = (v for v in of.variables if v.sort == "mat")
    value: Term = literal(((entry, entry), (entry, entry)))
    return Instance({w: value}, {"n": 2})


def test_where_the_limit_is_not_reached_a_readable_instance_shows_it() -> None:
    dropped = without_if(goal(TRUE))
    found = apart(dropped)
    assert found is not None
    assert instance_text(found[0]) == "n = 1, W = [[1]]"
    assert found[1].endswith("it does not shrink")
    assert confirm(dropped, found[0]).supports


def test_where_the_limit_is_reached_there_is_none() -> None:
    assert apart(goal(TRUE)) is None


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_instance(seed: int) -> None:
    first, second = (apart(without_if(goal(TRUE)), seed=seed) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (instance_text(first[0]), first[1]) == (instance_text(second[0]), second[1])


def test_a_given_instance_is_tried_first_and_only_where_it_meets_what_is_assumed() -> None:
    folklore = goal(FALSE)
    inside, outside = weight(folklore, Fraction(9, 10)), weight(folklore, Fraction(2))
    assert confirm(folklore, inside).supports
    assert not confirm(folklore, outside).supports, "its entries are not below 1"
    assert apart(folklore, first=[outside, inside]) is not None
    assert apart(goal(TRUE), first=[inside, outside]) is None
