"""A record is believed so far as this version finds the same: every field of it is compared or replayed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from sympy import Rational

from gradproof.record import dumps
from gradproof.replay import Finding, replay_record
from gradproof.verify import Plan, result_of
from theory.activations.sigmoid import sigmoid
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Real
from theory.tactics import Refute

TRUE = "deriv_sigmoid_le_quarter"
CONDITIONED = "relu_mul_of_nonneg"  # has a hypothesis, so that it needs an example
REFUTED = "tanh_linear_in_sigmoid"
CITED = "norm_le_spectralRadius_of_normal"
Json = dict[str, Any]
X = Annotated[Any, Real]


def _refuted(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Refute(at={x: 0})


DENIED = Claim(name="deriv_sigmoid_le_fifth", module="here", meaning="False at 0.", builder=_refuted)


def stored(claim: Claim) -> Json:
    """A record as a file would hold it."""
    return json.loads(dumps(result_of(claim, full_ledger(), Plan()).record))


@pytest.fixture
def ledger() -> Ledger:
    return full_ledger()


CHANGES: list[Json] = [
    {"name": "sigmoid_neg"},
    {"name": "no_such_claim"},
    {"name": None},
    {"verdict": "CONDITIONAL"},
    {"verdict": "CITED"},
    {"verdict": "MEASURED"},
    {"verdict": None},
    {"statement": {"text": "For every real x: σ′(x) ≤ 1/5", "latex": "x"}},
    {"statement": None},
    {"proof": None},
    {"proof": {"kind": "Calc", "steps": [], "derivation": None}},
    {"proof": {"kind": "Calc", "steps": [], "derivation": [["believe", [], []]]}},
    {"uses": ["sigmoid_neg"]},
    {"rests_on": ["gelfand"]},
    {"name": ["sigmoid_neg"]},
    {"module": "elsewhere"},
    {"subject": "everything"},
    {"meaning": "The derivative of the sigmoid is unbounded."},
    {"ledger": ["no-such-row"]},
    {"sources": []},
    {"reason": "The exponential is slow."},
    {"corrects": ["sigmoid_neg"]},
    {"corrected_by": ["sigmoid_neg"]},
]


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("name", [TRUE, CONDITIONED, REFUTED, "sigmoid_tendsto_one"])
def test_record_replays(name: str, ledger: Ledger) -> None:
    record = stored(ledger[name])
    assert replay_record(record, ledger) == Finding(name, record["verdict"], ok=True, note="")


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("name", [TRUE, REFUTED])
@pytest.mark.parametrize("change", CHANGES)
def test_tampered_record_is_refused(name: str, change: Json, ledger: Ledger) -> None:
    assert replay_record(stored(ledger[name]) | change, ledger).ok is False


@pytest.mark.usefixtures("seen")
def test_record_with_other_steps_is_refused(ledger: Ledger) -> None:
    record = stored(ledger[TRUE])
    record["proof"]["steps"][0]["text"] = "0 = 1"
    assert "other steps" in replay_record(record, ledger).note


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(("name", "point"), [(TRUE, "example"), (REFUTED, "witness")])
def test_record_that_words_a_point_otherwise_is_refused(name: str, point: str, ledger: Ledger) -> None:
    record = stored(ledger[name])
    record[point]["text"] = "x = 42"
    assert f"the claim's {point}" in replay_record(record, ledger).note


@pytest.mark.usefixtures("seen")
def test_proof_does_not_pass_for_a_refutation(ledger: Ledger) -> None:
    record = stored(ledger[TRUE])
    record |= {"verdict": "REFUTED", "witness": record["example"]}
    assert replay_record(record, ledger).ok is False


@pytest.mark.usefixtures("seen")
def test_witness_moved_is_refused() -> None:
    known = Ledger("test")
    known.add(DENIED)
    record = json.loads(dumps(result_of(DENIED, known, Plan()).record))
    assert replay_record(record, known).ok is True
    record["witness"]["values"][0][1] = ["rat", "3"]
    assert replay_record(record, known).ok is False


def test_record_that_hides_its_contradiction_is_refused(seen: Callable[..., None], ledger: Ledger) -> None:
    seen(broken=1)
    record = stored(ledger[TRUE])
    assert replay_record(record, ledger).ok
    assert "contradicts" in replay_record(record | {"contradiction": False}, ledger).note


@pytest.mark.usefixtures("seen")
def test_record_of_another_version_says_so(ledger: Ledger) -> None:
    finding = replay_record(stored(ledger[TRUE]) | {"hash": "0" * 64}, ledger)
    assert finding.ok
    assert "another version" in finding.note


ADDED: list[Json] = [
    {"reason": "It is well known."},
    {"verdict": "PROVED"},
    {"sources": []},
    {"uses": [TRUE]},
    {"rests_on": [TRUE]},
    {"witness": {"text": "W = 0", "values": [], "dims": {}}},
    {"proof": {"kind": "Calc", "steps": [], "derivation": None}},
]


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("change", ADDED)
def test_tampered_citation_is_refused(change: Json, ledger: Ledger) -> None:
    record = stored(ledger[CITED])
    assert replay_record(record, ledger) == Finding(CITED, "CITED", ok=None, note="nothing to replay")
    assert replay_record(record | change, ledger).ok is False
