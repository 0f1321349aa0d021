"""The ledger as a whole. Every claim by itself is proved and attacked by `gradproof.suite`, which this repository runs too."""

from __future__ import annotations

from theory.kernel.gate import Goal, goal_of
from theory.kernel.terms import Term
from theory.language.claims import full_ledger
from theory.tactics.settle import settle


def test_what_a_claim_corrects_is_a_refuted_claim() -> None:
    ledger = full_ledger()
    for claim in ledger:
        for name in claim.corrects:
            assert settle(ledger[name]).verdict.value == "REFUTED", f"{claim.name} corrects {name}"


def without_names(of: Goal) -> str:
    """A statement up to the names of its variables."""
    places: dict[Term, int] = {}

    def shown(t: Term) -> object:
        if t.op == "var":
            return t.sort, t.shape, places.setdefault(t, len(places))
        return t.op, t.data, tuple(map(shown, t.args))

    conclusion = shown(of.conclusion)
    return repr((conclusion, sorted(repr(shown(h)) for h in of.hypotheses)))


def test_nothing_is_claimed_twice() -> None:
    first: dict[str, str] = {}
    for claim in full_ledger():
        assert first.setdefault(without_names(goal_of(claim)), claim.name) == claim.name, "state it once, for both rows"
