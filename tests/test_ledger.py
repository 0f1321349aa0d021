"""Every claim of the ledger goes the whole way: one item that proves or refutes it, one that attacks it."""

from __future__ import annotations

import pytest

from gradproof.record import SETTLED
from gradproof.verify import Plan, attacked, contradiction
from theory.language.claims import Claim, full_ledger
from theory.tactics.settle import settle

every_claim = pytest.mark.parametrize("claim", full_ledger(), ids=lambda claim: claim.name)


@every_claim
def test_proof(claim: Claim) -> None:
    settlement = settle(claim)
    assert settlement.verdict.value in SETTLED, f"{claim.name} is {settlement.verdict.value}: {settlement.reason}"


@every_claim
def test_attack(claim: Claim) -> None:
    evidence = attacked(claim, Plan())
    assert evidence["kind"] != "error", evidence["note"]
    assert contradiction(settle(claim), evidence) == ""


def test_what_a_claim_corrects_is_a_refuted_claim() -> None:
    ledger = full_ledger()
    for claim in ledger:
        for name in claim.corrects:
            assert settle(ledger[name]).verdict.value == "REFUTED", f"{claim.name} corrects {name}"
