"""The ledger as a whole. Every claim by itself is proved and attacked by `gradproof.suite`, which this repository runs too."""

from __future__ import annotations

from theory.language.claims import full_ledger
from theory.tactics.settle import settle


def test_what_a_claim_corrects_is_a_refuted_claim() -> None:
    ledger = full_ledger()
    for claim in ledger:
        for name in claim.corrects:
            assert settle(ledger[name]).verdict.value == "REFUTED", f"{claim.name} corrects {name}"
