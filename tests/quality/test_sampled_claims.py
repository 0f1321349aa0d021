"""Claims about chance: a wrong digit is broken, over the normal law the third one, and no seed breaks what is true."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from numerics.attack import attack, attack_goal
from numerics.chance import is_sampled
from numerics.evidence import Profile
from theory import full_ledger
from theory.kernel.gate import Goal, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import ZERO, Term, eq, make, mul, rat
from theory.language.claims import Claim
from theory.tactics import Refute

# So many draws tell 0.5 from 0.501 as a probability, with intervals that err once in 10¹².
DEEP = Profile("deep", examples=0, bulk=0, refine=0, sampled=16, samples=1 << 25)
LIGHT = Profile("light", examples=0, bulk=0, refine=0, sampled=6, samples=1 << 14)
SEEDS = 20


@cache
def sampled() -> tuple[Claim, ...]:
    """The claims whose expectations are sampled."""
    goals = {claim: goal_of(claim) for claim in full_ledger()}
    return tuple(c for c, goal in goals.items() if is_sampled((*goal.hypotheses, goal.conclusion)) and c.proof is not None)


def concluded(formula: Term) -> Term:
    """What is said under the assumptions."""
    return concluded(formula.args[1]) if formula.op == "implies" else formula


def is_equation(formula: Term) -> bool:
    """Whether a factor makes it wrong."""
    return concluded(formula).op == "eq" and concluded(formula).args[1] is not ZERO


EQUATIONS = [c.name for c in sampled() if is_equation(goal_of(c).conclusion)]


def made_wrong(formula: Term, factor: Fraction) -> Term:
    """The right side that much larger."""
    first, second = formula.args
    if formula.op == "implies":
        return make("implies", (first, made_wrong(second, factor)))
    return eq(first, mul(rat(factor), second))


@pytest.mark.nightly
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_wrong_third_digit_is_broken(name: str) -> None:
    goal = goal_of(full_ledger()[name])
    wrong = Goal(goal.hypotheses, made_wrong(goal.conclusion, Fraction(501, 500)))  # 0.5 becomes 0.501
    found = attack_goal(wrong, profile=DEEP, readable=False)
    assert found.broken, found.note


def _over_any_law() -> list[str]:
    """Equations between expectations over a law that the claim does not name."""
    found: list[str] = []
    for claim in full_ledger():
        goal = goal_of(claim)
        means = [node for node in walk(goal.conclusion) if node.op == "mean"]
        if (
            means
            and is_equation(goal.conclusion)
            and claim not in sampled()
            and not isinstance(claim.proof, Refute)
            and claim.proof is not None
        ):
            found.append(claim.name)
    return found


@pytest.mark.parametrize("name", _over_any_law())
def test_a_wrong_digit_over_any_law_is_broken_exactly(name: str) -> None:
    goal = goal_of(full_ledger()[name])
    wrong = Goal(goal.hypotheses, made_wrong(goal.conclusion, 1 + Fraction(1, 10**9)))
    assert attack_goal(wrong, profile="dev", readable=False).broken


@pytest.mark.parametrize("name", [c.name for c in sampled()])
def test_no_seed_breaks_what_is_true(name: str) -> None:
    claim = full_ledger()[name]
    for seed in range(3):
        assert attack(claim, profile=LIGHT, seed=seed).broken == 0


@pytest.mark.nightly
@pytest.mark.parametrize("name", [c.name for c in sampled()])
def test_no_seed_of_twenty_breaks_what_is_true(name: str) -> None:
    claim = full_ledger()[name]
    for seed in range(SEEDS):
        assert attack(claim, profile="ci", seed=seed).broken == 0
