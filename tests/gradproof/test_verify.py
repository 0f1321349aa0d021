"""The engine: what is kept is believed only so far as it replays, and where proof and attack disagree nothing passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any

import pytest
from sympy import Abs, Le, Lt, Rational

import numerics.attack
from gradproof import verify as engine
from gradproof.cache import ProofCache, cache_folder
from gradproof.record import point_to_json
from gradproof.verify import Plan, contradiction, passed, result_of, settled
from numerics.adjudicate import Outcome
from theory.activations.sigmoid import sigmoid
from theory.kernel.gate import Instance, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import rat, var
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Real
from theory.language.errors import GradproofError
from theory.language.statements import both, implies
from theory.storing import to_json
from theory.storing_derivations import derivation_to_json
from theory.tactics import Nonneg, Parts, Refute
from theory.tactics.context import Context
from theory.tactics.hashing import claim_hash
from theory.tactics.prove import prove
from theory.tactics.settle import Verdict, forget, settle, theorem_of

TRUE = "deriv_sigmoid_le_quarter"
CONDITIONED = "relu_mul_of_nonneg"  # has a hypothesis, so that it needs an example
REFUTED = "tanh_linear_in_sigmoid"
Json = dict[str, Any]


X = Annotated[Any, Real]


def _false(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


def _refuted(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Refute(at={x: 0})


def _cited(x: X) -> Any:
    return Le(sigmoid(x), 1), None


def _vacuous(x: X) -> Any:
    below = implies(Lt(Abs(x), 0), Lt(x, 0))
    return both(Le(0, x**2), below), Parts((Nonneg(square=x), Nonneg(difference=(0 - Abs(x)) + (Abs(x) - x))))


FALSE = Claim(name="deriv_sigmoid_le_fifth", module="here", meaning="Not proved here.", builder=_false)
DENIED = Claim(name="deriv_sigmoid_le_fifth", module="here", meaning="False at 0.", builder=_refuted)
VACUOUS = Claim(name="square_nonneg_and_nothing", module="here", meaning="Its second part says nothing.", builder=_vacuous)
CITED = Claim(name="sigmoid_le_one_cited", module="here", meaning="Cited.", builder=_cited, unproved="shown elsewhere")


def kept(cache: Path, claim: Claim) -> Path:
    return cache / "proofs" / claim.module / f"{claim.name}.json"


@pytest.fixture
def ledger() -> Ledger:
    return full_ledger()


# --- the cache ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [TRUE, CONDITIONED, REFUTED])
def test_kept_proof_is_replayed(name: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    made, reused = settled(ledger[name], ledger)
    assert not reused

    def never(claim: Claim) -> None:
        raise AssertionError(f"{claim.name} is proved again")

    monkeypatch.setattr("theory.tactics.settle.settle", never)
    again, reused = settled(ledger[name], ledger)
    assert reused
    assert (again.verdict, again.uses, again.hash) == (made.verdict, made.uses, made.hash)
    assert again.theorem
    assert made.theorem
    assert derivation_to_json(again.theorem.derivation) == derivation_to_json(made.theorem.derivation)


def test_fresh_ignores_what_is_kept(ledger: Ledger) -> None:
    settled(ledger[TRUE], ledger)
    assert settled(ledger[TRUE], ledger, fresh=True)[1] is False


def _other_derivation(entry: Json, ledger: Ledger, claim: Claim) -> None:
    other = ledger["sigmoid_strictMono"]
    settled(other, ledger)
    entry["derivation"] = json.loads(kept(cache_folder() or Path(), other).read_text(encoding="utf-8"))["derivation"]


def _assumed(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["derivation"] = [["assume", [{"term": to_json(goal_of(claim).conclusion)}], []]]


def _cites_itself(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["derivation"] = [["cited", [claim.name, {"term": to_json(goal_of(claim).conclusion)}], []]]


def _cites_nobody(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["derivation"] = [["cited", ["euler1748", {"term": to_json(goal_of(claim).conclusion)}], []]]


def _mislabelled(entry: Json, ledger: Ledger, claim: Claim) -> None:
    steps = entry["derivation"]
    steps.append(["lemma", ["sigmoid_neg"], [len(steps) - 1]])


def _cut_short(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["derivation"] = [[rule, parameters[:-1], premises] for rule, parameters, premises in entry["derivation"]]


def _endless(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["derivation"] = [["identity", [], [0]]]


def _stale(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry["hash"] = "0" * 64


def _empty(entry: Json, ledger: Ledger, claim: Claim) -> None:
    entry.clear()


TAMPERED = [_other_derivation, _assumed, _cites_itself, _cites_nobody, _mislabelled, _cut_short, _endless, _stale, _empty]


@pytest.mark.parametrize("tamper", TAMPERED)
@pytest.mark.parametrize("name", [TRUE, REFUTED])
def test_tampered_cache_is_not_believed(
    tamper: Callable[[Json, Ledger, Claim], None], name: str, cache: Path, ledger: Ledger
) -> None:
    claim = ledger[name]
    made, _ = settled(claim, ledger)
    file = kept(cache, claim)
    entry = json.loads(file.read_text(encoding="utf-8"))
    tamper(entry, ledger, claim)
    file.write_text(json.dumps(entry), encoding="utf-8")
    assert ProofCache(cache).get(claim, ledger) is None
    again, reused = settled(claim, ledger)
    assert (again.verdict, again.rests_on, reused) == (made.verdict, (), False)


def test_cache_proves_nothing_false(cache: Path, ledger: Ledger) -> None:
    true = ledger[TRUE]
    settled(true, ledger)
    entry = json.loads(kept(cache, true).read_text(encoding="utf-8"))
    open_one = settle(FALSE)
    file = kept(cache, FALSE)
    file.parent.mkdir(parents=True)
    for forge in (_assumed, _cites_itself, _cites_nobody, _mislabelled):
        forged = deepcopy(entry) | {"name": FALSE.name, "hash": open_one.hash}
        forge(forged, ledger, FALSE)
        file.write_text(json.dumps(forged), encoding="utf-8")
        assert settled(FALSE, ledger)[0].verdict.value == "OPEN"


@pytest.mark.parametrize("content", ["", "[", "null", "[]", "3", '{"hash": 3}', "[" * 100_000])
def test_unreadable_cache_is_an_empty_one(content: str, cache: Path, ledger: Ledger) -> None:
    file = kept(cache, ledger[TRUE])
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    assert settled(ledger[TRUE], ledger)[1] is False
    assert settled(ledger[TRUE], ledger)[1] is True


def test_verify_works_without_a_cache(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GRADPROOF_CACHE", str(tmp_path / "file"))
    for _ in range(2):
        made, reused = settled(ledger[TRUE], ledger)
        assert (made.verdict.value, reused) == ("PROVED", False)


def test_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("GRADPROOF_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "gradproof"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "gradproof"


def test_example_that_meets_no_hypothesis_is_refused(cache: Path, ledger: Ledger) -> None:
    claim = ledger[CONDITIONED]
    settled(claim, ledger)
    file = kept(cache, claim)
    entry = json.loads(file.read_text(encoding="utf-8"))
    without: list[Any] = []
    for example in (None, {**entry["example"], "values": without}):
        file.write_text(json.dumps({**entry, "example": example}), encoding="utf-8")
        assert ProofCache(cache).get(claim, ledger) is None


def test_a_part_that_no_point_meets_is_open_each_time() -> None:
    own = Ledger("own")
    own.add(VACUOUS)
    for _ in range(2):  # with nothing kept, and with whatever was kept then
        made, reused = settled(VACUOUS, own)
        assert (made.verdict, reused) == (Verdict.OPEN, False)
        forget()


def test_a_kept_proof_of_a_part_that_no_point_meets_is_refused(cache: Path) -> None:
    own = Ledger("own")
    own.add(VACUOUS)
    reader = Reader(VACUOUS.binders)
    goal = goal_of(VACUOUS, reader)
    assert VACUOUS.proof is not None
    proof = prove(VACUOUS.proof, goal.conclusion, Context(reader, theorem_of))
    point = point_to_json(Instance({var("x"): rat(0)}, {}))  # it meets what the first part assumes, which is nothing
    file = kept(cache, VACUOUS)
    file.parent.mkdir(parents=True)
    forged = {"hash": claim_hash(VACUOUS), "derivation": derivation_to_json(proof.derivation), "example": point}
    file.write_text(json.dumps(forged), encoding="utf-8")
    assert ProofCache(cache).get(VACUOUS, own) is None


# --- contradictions -----------------------------------------------------------------------------


def test_broken_proof_is_a_contradiction(seen: Callable[..., None], ledger: Ledger) -> None:
    seen(broken=1, witness_text="x = 7")
    record = result_of(ledger[TRUE], ledger, Plan()).record
    assert record["contradiction"]
    assert record["verdict"] == "PROVED"
    assert "PROVED, and yet" in record["reason"]
    assert "x = 7" in record["reason"]
    assert not passed(record)


def test_broken_citation_is_a_contradiction(seen: Callable[..., None], ledger: Ledger) -> None:
    held = result_of(CITED, ledger, Plan()).record
    assert (held["verdict"], held["reason"], passed(held)) == ("CITED", "shown elsewhere", True)
    seen(broken=1)
    broken = result_of(CITED, ledger, Plan()).record
    assert broken["contradiction"]
    assert not passed(broken)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.BROKEN, Outcome.LIMIT}))
def test_refutation_whose_witness_is_not_seen_to_break_it_is_a_contradiction(
    outcome: Outcome, seen: Callable[..., None], ledger: Ledger
) -> None:
    seen(witness=outcome)
    record = result_of(ledger[REFUTED], ledger, Plan()).record
    assert record["contradiction"]
    assert "its own witness does not break it" in record["reason"]
    assert not passed(record)


def test_broken_refutation_is_what_was_expected(seen: Callable[..., None], ledger: Ledger) -> None:
    seen(broken=17)
    assert passed(result_of(ledger[REFUTED], ledger, Plan()).record)


@pytest.mark.usefixtures("seen")
def test_open_never_passes(ledger: Ledger) -> None:
    record = result_of(FALSE, ledger, Plan()).record
    assert (record["verdict"], record["contradiction"]) == ("OPEN", False)
    assert record["reason"]
    assert not passed(record)


@pytest.mark.parametrize("error", [GradproofError("no member\nfound"), ZeroDivisionError("division by zero"), ValueError()])
def test_attack_that_stops_is_no_pass(error: Exception, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(claim: Claim, *, profile: str, seed: int) -> None:
        raise error

    monkeypatch.setattr(numerics.attack, "attack", stop)
    record = result_of(ledger[TRUE], ledger, Plan()).record
    assert record["evidence"]["kind"] == "error"
    assert "\n" not in record["evidence"]["note"]
    assert not passed(record)


def test_own_witness_breaks_the_refuted_claim(ledger: Ledger) -> None:
    assert contradiction(settle(ledger[REFUTED]), {"broken": 0}) == ""


# --- processes ----------------------------------------------------------------------------------


def test_processes_change_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [ledger[name] for name in (TRUE, "sigmoid_neg", REFUTED)]
    alone = engine.verify(claims, ledger, Plan(fresh=True), jobs=1)
    monkeypatch.setattr(engine, "CLAIMS_WORTH_A_WORKER", 1)
    heard: list[str] = []
    together = engine.verify(claims, ledger, Plan(fresh=True), jobs=2, done=heard.append)
    assert together == alone
    assert sorted(heard) == sorted(c.name for c in claims)


def test_batches_hold_every_claim_once_and_no_two_modules(ledger: Ledger) -> None:
    claims = list(ledger)
    parts = engine.batches(claims, 2)
    assert sorted(name for part in parts for name in part) == sorted(claim.name for claim in claims)
    assert all(len({ledger[name].module for name in part}) == 1 for part in parts)
    assert [len(part) for part in parts] == sorted(map(len, parts), reverse=True)


def test_claims_of_one_module_are_shared_out_too(ledger: Ledger) -> None:
    claims = [claim for claim in ledger if claim.module == ledger[TRUE].module]
    assert len(engine.batches(claims, 2)) >= 8
    assert engine.batches(claims[:1], 2) == [(claims[0].name,)]


def test_dead_workers_are_replaced_by_this_process(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: Any) -> Iterator[Any]:
        return iter(())

    monkeypatch.setattr(engine, "CLAIMS_WORTH_A_WORKER", 1)
    monkeypatch.setattr(engine, "_in_parallel", die)
    claims = [ledger[TRUE], ledger["sigmoid_neg"]]
    results = engine.verify(claims, ledger, Plan(attack=False), jobs=2)
    assert [r.record["verdict"] for r in results] == ["PROVED", "PROVED"]
