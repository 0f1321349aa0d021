"""The attack breaks every false variant that numbers can break, and nothing that is true."""

from __future__ import annotations

import pytest

from numerics.adjudicate import Outcome
from numerics.attack import attack, breaks
from tests.quality.false_claims import VARIANTS
from tests.quality.variants import BROKEN_BY_NUMBERS, LIMIT, UNDEFINED, VACUOUS, Variant
from tests.quality.wrong_refutations import TRUE
from theory.kernel.gate import goal_of, inhabits
from theory.language.claims import Claim

BREAKABLE = [v for v in VARIANTS if v.beyond_numbers == BROKEN_BY_NUMBERS]
BEYOND = [v for v in VARIANTS if v.beyond_numbers in (LIMIT, UNDEFINED, VACUOUS)]


@pytest.mark.parametrize("variant", BREAKABLE, ids=lambda v: v.name)
def test_a_false_variant_is_broken(variant: Variant) -> None:
    evidence = attack(variant.claim)
    if not evidence.broken:  # few activations have slopes above 1, and few seeds meet them
        evidence = attack(variant.claim, profile="ci")
    assert evidence.broken, f"tightest {evidence.tightest} at {evidence.where}; {evidence.note}"
    assert evidence.witness is not None
    assert evidence.witness_text
    goal = goal_of(variant.claim)
    assert breaks(goal, evidence.witness) is Outcome.BROKEN
    known = tuple(h for h in goal.hypotheses if h.op != "slopes_within")  # which the kernel decides for the identity alone
    inhabits(known, evidence.witness)


@pytest.mark.parametrize("variant", BEYOND, ids=lambda v: v.name)
def test_what_is_beyond_numbers_is_not_broken(variant: Variant) -> None:
    evidence = attack(variant.claim)
    assert not evidence.broken, evidence.witness_text
    if variant.beyond_numbers == LIMIT:
        assert evidence.kind == "limit"
    if variant.beyond_numbers == VACUOUS:
        assert not evidence.held + evidence.touching


@pytest.mark.parametrize("claim", TRUE, ids=lambda c: c.name)
def test_a_true_claim_survives(claim: Claim) -> None:
    assert not attack(claim).broken


def test_most_variants_are_breakable() -> None:
    assert len(BREAKABLE) >= 70
