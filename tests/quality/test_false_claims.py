"""A false claim cannot pass, whatever proof it comes with; and a true one is not refuted by what does not break it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.quality.false_claims import KINDS, VARIANTS
from tests.quality.variants import MISREAD, UNDEFINED, VACUOUS, Variant, outcome, proofs, with_proof
from tests.quality.wrong_proofs import FRAME, OF_EVERY_KIND
from tests.quality.wrong_refutations import TRUE
from tests.sampling import sampled
from theory.language.claims import Claim
from theory.language.errors import GradproofError, UnsupportedTerm
from theory.tactics.settle import Settlement, Verdict, settle

REJECTED = (Verdict.OPEN, Verdict.REFUTED)


def rejected(claim: Claim) -> str:
    """'' if the claim ends refuted, open or refused, else what it ended as."""
    ended = outcome(claim)
    if isinstance(ended, GradproofError) or ended.verdict in REJECTED:
        return ""
    return f"{claim.name} is {ended.verdict.value} by {type(claim.proof).__name__}"


# A certified search refines for seconds before it gives up on these.
SLOW = frozenset({"deriv_tanh_le_less_than_four_exp", "deriv_sigmoid_le_exp_less"})


@pytest.mark.parametrize("variant", sampled(VARIANTS, 1, slow=SLOW), ids=lambda v: v.name)
def test_a_false_claim_never_passes(variant: Variant) -> None:
    tried = [rejected(with_proof(variant.claim, proof)) for proof in proofs(variant)]
    assert [t for t in [rejected(variant.claim), *tried] if t] == []


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.of is not None], ids=lambda v: v.name)
def test_the_true_claim_is_settled(variant: Variant) -> None:
    assert variant.of is not None
    settled = settle(variant.of)
    assert settled.verdict not in REJECTED, settled.reason
    assert variant.of.name != variant.name


def test_there_are_many_of_each_kind() -> None:
    count = Counter(v.kind for v in VARIANTS)
    assert set(count) == set(KINDS)
    assert len(VARIANTS) >= 70
    several = set(KINDS) - {"monotone"}
    assert {kind: k for kind, k in count.items() if kind in several and k < 2} == {}


def test_names_are_unique() -> None:
    assert max(Counter(v.name for v in VARIANTS).values()) == 1


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.beyond_numbers in (UNDEFINED, VACUOUS)], ids=lambda v: v.name)
def test_what_cannot_be_broken_stays_open(variant: Variant) -> None:
    ended = outcome(variant.claim)
    assert isinstance(ended, Settlement)
    assert ended.verdict is Verdict.OPEN
    assert ended.reason


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.beyond_numbers == MISREAD], ids=lambda v: v.name)
def test_a_name_for_two_kinds_is_refused(variant: Variant) -> None:
    with pytest.raises(UnsupportedTerm):
        settle(variant.claim)


@pytest.mark.parametrize("claim", TRUE, ids=lambda c: c.name)
def test_a_true_claim_is_not_refuted(claim: Claim) -> None:
    ended = outcome(claim)
    assert isinstance(ended, GradproofError) or ended.verdict is Verdict.OPEN


@pytest.mark.parametrize("proof", OF_EVERY_KIND, ids=lambda p: type(p).__name__)
def test_a_proof_of_the_wrong_kind_proves_nothing(proof: Any) -> None:
    assert rejected(with_proof(FRAME, proof)) == ""


def test_a_refused_claim_says_why() -> None:
    for variant in VARIANTS:
        ended = outcome(variant.claim)
        text = str(ended) if isinstance(ended, GradproofError) else ended.reason
        if isinstance(ended, GradproofError) or ended.verdict is Verdict.OPEN:
            assert text
            assert "\n" not in text
