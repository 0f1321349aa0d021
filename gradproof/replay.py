"""Stored derivations, run through the kernel again: what a record or the cache says is believed only so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from gradproof.record import HELD_TRUE, RecordError, point_from_json, record_of, records_in
from theory.kernel.gate import check_axioms, goal_of, passes, refutes
from theory.kernel.theorem import Derivation, linearise, replay_all
from theory.language.errors import GradproofError, KernelRefusal
from theory.storing_derivations import derivation_from_json
from theory.tactics.examples import antecedents, inhabits
from theory.tactics.hashing import claim_hash
from theory.tactics.settle import Settlement, Verdict, find_example, used_lemmas

if TYPE_CHECKING:
    from theory.kernel.gate import Goal, Instance
    from theory.kernel.theorem import Theorem
    from theory.language.claims import Claim, Ledger


def replayed(claim: Claim, ledger: Ledger, derivation: Any, witness: Any = None, example: Any = None) -> Settlement:
    """Run a stored derivation against the claim as the ledger states it; `GradproofError` where it does not prove that.

    With a `witness` the derivation has to refute the claim there. Without one it has to prove it, from no more
    than the claim grants and the cited claims of the ledger; `example` has to meet all hypotheses.
    """
    goal = goal_of(claim)
    denied = point = None
    try:
        read = derivation_from_json(derivation)
        if witness is not None:
            denied = point_from_json(witness)
            theorem = refutes(goal, denied, read)
        else:
            theorem = passes(goal, read)
        _check_labels(read, ledger)
        rests_on = _cited_in(theorem, ledger)
        if denied is None:
            point = None if example is None else point_from_json(example)
            _require_points(claim, goal, point)
    except RecursionError as error:
        raise KernelRefusal("the stored derivation is nested deeper than any that the kernel makes") from error
    verdict = Verdict.REFUTED if denied else Verdict.CONDITIONAL if rests_on else Verdict.PROVED
    used = used_lemmas(theorem.derivation)
    return Settlement(claim, verdict, goal, theorem, "", used, rests_on, denied, denied or point, claim_hash(claim))


def _require_points(claim: Claim, goal: Goal, point: Instance | None) -> None:
    """Refuse unless some point meets what the claim assumes, in each of its parts."""
    parts = [(*goal.hypotheses, *assumed) for assumed in antecedents(goal.conclusion)]
    if point is not None:
        inhabits(parts[0], point)
    elif any(parts):
        raise KernelRefusal("no point is stored that meets the hypotheses, and what is claimed of nothing proves nothing")
    if any(set(part) - set(parts[0]) for part in parts) and find_example(claim) is None:
        raise KernelRefusal("no point is known that meets what a part of the claim assumes, so that part says nothing")


def _cited_in(theorem: Theorem, ledger: Ledger) -> tuple[str, ...]:
    """The claims that a theorem rests on, each word for word one that the ledger cites."""
    names = sorted({str(name) for name, _, _ in theorem.axioms})
    check_axioms(theorem.axioms, {n: goal_of(ledger[n]) for n in names if n in ledger and ledger[n].proof is None})
    return tuple(names)


def _check_labels(derivation: Derivation, ledger: Ledger) -> None:
    """A step that carries the name of a lemma says what that lemma says; the kernel takes the name for a label."""
    steps = linearise(derivation)
    if not any(node.rule == "lemma" for node in steps):
        return
    for node, theorem in zip(steps, replay_all(derivation), strict=True):
        if node.rule == "lemma":
            name = str(node.parameters[0])
            stated = goal_of(ledger[name]) if name in ledger else None
            if not stated or stated.conclusion is not theorem.conclusion or not theorem.hypotheses <= set(stated.hypotheses):
                raise KernelRefusal(f"a step is labelled as the lemma {name}, which is not what it says")


@dataclass(frozen=True)
class Finding:
    """What replaying a record found: `ok` is None where there is nothing to replay."""

    name: str
    verdict: str
    ok: bool | None
    note: str


def replay_record(record: dict[str, Any], ledger: Ledger) -> Finding:
    """Whether a record's derivation proves the claim that it names, and whether it says no more than that."""
    name, verdict = str(record.get("name")), str(record.get("verdict"))
    try:
        if verdict in ("OPEN", "CITED"):
            return Finding(name, verdict, *_nothing_to_replay(record, ledger))
        fault = _fault(record, ledger)
    except GradproofError as error:
        fault = str(error)
    if fault:
        return Finding(name, verdict, False, fault)
    fresh = record.get("hash") == claim_hash(ledger[name])
    return Finding(
        name, verdict, True, "" if fresh else "recorded with another version of claim or kernel, valid with this one"
    )


def _nothing_to_replay(record: dict[str, Any], ledger: Ledger) -> tuple[bool | None, str]:
    if fault := _unknown(record, ledger):
        return False, fault
    claim = ledger[record["name"]]
    if record["verdict"] == "CITED" and claim.proof is not None:
        return False, "the ledger does not cite this claim, it proves or refutes it"
    settlement = Settlement(claim, Verdict(record["verdict"]), None, None, claim.unproved, (), (), None, None, "")
    # Why a claim is open only a search says, and where the attack broke it only the attack.
    reasoned = record["verdict"] == "CITED" and record.get("contradiction") is not True
    fault = _difference(record, settlement, ledger, (*_UNPROVED, "reason") if reasoned else _UNPROVED)
    return (False, fault) if fault else (None, "nothing to replay")


def _unknown(record: dict[str, Any], ledger: Ledger) -> str:
    known = isinstance(record.get("name"), str) and record["name"] in ledger
    return "" if known else "the ledger has no claim of this name"


_OF_CLAIMS = ("statement", "module", "subject", "ledger", "meaning", "corrects", "corrected_by", "sources")
_UNPROVED = (*_OF_CLAIMS, "uses", "rests_on", "proof", "witness")
_OF_PROOFS = (*_UNPROVED, "example")
_OTHERWISE = {
    "statement": "the record words the statement otherwise than the ledger does",
    "uses": "the record names other claims as its ground than the derivation uses",
    "rests_on": "the record names other claims as its ground than the derivation uses",
    "proof": "the record shows other steps than the derivation has",
}


def _difference(record: dict[str, Any], settlement: Settlement, ledger: Ledger, keys: Iterable[str]) -> str:
    """The first of the fields in which a record differs from one of this settlement, in one sentence."""
    own: dict[str, Any] = {**record_of(settlement, {}, "", ledger)}
    for key in keys:
        wanted, found = (_shown(one.get(key)) if key == "proof" else one.get(key) for one in (own, record))
        if wanted != found:
            return _OTHERWISE.get(key, f"the record says otherwise of the claim's {key} than the ledger and its derivation do")
    return ""


def _shown(proof: Any) -> Any:
    """What a record shows of a proof beside the derivation."""
    return (proof.get("kind"), proof.get("steps")) if isinstance(proof, dict) else proof


def _fault(record: dict[str, Any], ledger: Ledger) -> str:
    """Why a record is not to be believed, in one sentence; empty where it is."""
    if fault := _unknown(record, ledger):
        return fault
    claim, verdict = ledger[record["name"]], record.get("verdict")
    found = replayed(claim, ledger, _part(record, "proof").get("derivation"), record.get("witness"), record.get("example"))
    if found.verdict.value != verdict:
        return f"the derivation makes the claim {found.verdict.value}, but the record says {verdict}"
    if fault := _difference(record, found, ledger, _OF_PROOFS):
        return fault
    if verdict in HELD_TRUE and _part(record, "evidence").get("broken") and record.get("contradiction") is not True:
        return "the record's own evidence contradicts it, and the record does not say so"
    return "" if record.get("contradiction") is True else _difference(record, found, ledger, ("reason",))


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    part = record.get(name)
    return cast("dict[str, Any]", part) if isinstance(part, dict) else {}


def replayable(value: Any, where: str) -> list[Callable[[], Finding]]:
    """What a JSON file holds to be replayed: records with derivations, or certificates; each to be called for its finding."""
    from theory.language.claims import full_ledger

    ledger = full_ledger()  # certificates too speak of activations by name
    found = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    listed: Any = [found] if found.get("kind") == "certificate" else None
    if found.get("kind") == "certificates":
        listed = found.get("certificates")
    elif found.get("kind") == "extrema":
        listed = cast("dict[str, Any]", found.get("certificate") or {}).get("certificates")
    if listed is None:
        return [partial(replay_record, record, ledger) for record in records_in(value, where)]
    if not isinstance(listed, list):
        raise RecordError(f"{where} holds no list of certificates; write them with `gradproof certify --certificate`")
    studies: list[Any] = []  # what the check of one certificate found serves the next, if it is of the same function
    return [partial(replay_certificate, one, studies) for one in cast("list[Any]", listed)]


def replay_certificate(value: Any, studies: list[Any]) -> Finding:
    """Whether a certificate proves the extremum that it names."""
    from theory.certificates import from_json
    from theory.kernel.extrema import check
    from theory.typeset import text

    name = "a certificate"
    try:
        certificate = from_json(value)
        derivative = {0: "", 1: "derivative of ", 2: "second derivative of "}
        of = derivative.get(certificate.order, f"derivative {certificate.order} of ")
        name = f"{'sup' if certificate.sign > 0 else 'inf'} of {of}{text(certificate.term)}"
        studies[:] = [check(certificate, *studies)]
    except (GradproofError, RecursionError) as error:
        return Finding(name, "certificate", False, str(error) or "it is nested too deeply")
    return Finding(name, certificate.status, True, "")
