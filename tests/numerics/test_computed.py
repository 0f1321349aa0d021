"""Expectations that samples leave open are computed: what is false by little is broken, and what is true never is."""

from __future__ import annotations

import pytest

from numerics.attack import attack_goal
from numerics.computed import broken_as_computed
from numerics.goals import opened
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from numerics.teeth import variants_of
from theory.kernel.gate import Goal, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import make
from theory.language.claims import full_ledger

NAMES = ("probability_on_off", "mean_relu_normal", "variance_relu_normal", "mean_pow_normal", "mean_sq_relu_unit")


def broken(goal: Goal) -> list[bool]:
    target = opened(goal)
    sampler, source = Sampler(target), FromSeed(0)
    return [broken_as_computed(target, sampler.draw(source)) for _ in range(4)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_true_is_not_broken(name: str) -> None:
    assert not any(broken(goal_of(full_ledger()[name])))


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_inequality_breaks_where_both_sides_are_equal(name: str) -> None:
    goal = goal_of(full_ledger()[name])
    (identity,) = (node for node in walk(goal.conclusion) if node.op == "eq")
    assert any(broken(Goal(goal.hypotheses, make("lt", identity.args))))


def test_a_thousandth_is_too_much() -> None:
    found = [v for v in variants_of(goal_of(full_ledger()["mean_relu_normal"])) if "1.001" in v.change]
    assert found
    assert all(attack_goal(v.goal, profile="dev", readable=False).broken for v in found)


def test_what_is_not_computed_is_not_judged() -> None:
    goal = goal_of(full_ledger()["tanh_chi_at_zero"])
    assert not any(broken(Goal(goal.hypotheses, make("ne", goal.conclusion.args))))
