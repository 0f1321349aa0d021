"""What the two items of a claim check. Each finding is plain text by name, so that it travels to any report."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradproof.pytesting import kept
from gradproof.pytesting.refuting import refutation
from gradproof.record import SETTLED
from gradproof.verify import Plan, attacked, contradiction, settled
from theory.language.claims import Claim, Ledger, ledger_of, package_of
from theory.language.errors import GradproofError
from theory.tactics.hashing import lemmas_named

if TYPE_CHECKING:
    from gradproof.pytesting.options import Choice
    from theory.tactics.settle import Settlement


@dataclass(frozen=True)
class Finding:
    """What an item has to say: properties for reports, why it fails, or why it could check nothing."""

    properties: dict[str, str]
    failure: str = ""
    nothing: str = ""


_SETTLED: dict[tuple[Claim, bool], tuple[Settlement, bool]] = {}


def _settled(claim: Claim, fresh: bool) -> tuple[Settlement, bool]:
    """The settlement, and whether a kept proof was replayed for it; once a process, because both items need it."""
    found = _SETTLED.get((claim, fresh))
    if found is None:
        found = _SETTLED[claim, fresh] = settled(claim, _within_reach(claim), fresh=fresh)
    return found


def _within_reach(claim: Claim) -> Ledger:
    """The ledger in which a kept proof finds its lemmas: those of its own package, and those named from others."""
    own = ledger_of(package_of(claim.module))
    reach = Ledger(own.name)
    waiting = [claim]
    while waiting:
        one = waiting.pop()
        if one.name not in reach:
            reach.add(one)
            waiting += lemmas_named(one.proof)
    for one in own:
        if one.name not in reach:
            reach.add(one)
    return reach


def _known(claim: Claim, role: str, choice: Choice) -> dict[str, str]:
    return {"claim": claim.name, "module": claim.module, "item": role, "profile": choice.profile, "seed": str(choice.seed)}


def _unreadable(properties: dict[str, str], error: GradproofError) -> Finding:
    return Finding({**properties, "verdict": "OPEN", "reason": str(error)}, failure=str(error))


def _said(claim: Claim, settlement: Settlement) -> dict[str, str]:
    from theory.typeset import statement_text

    return {"verdict": settlement.verdict.value, "statement": statement_text(claim)}


def proof_of(claim: Claim, choice: Choice) -> Finding:
    """Whether a claim is settled."""
    properties = _known(claim, "proof", choice)
    try:
        settlement, reused = _settled(claim, choice.fresh)
        properties |= _said(claim, settlement)
    except GradproofError as error:
        return _unreadable(properties, error)
    properties |= {
        "reason": settlement.reason,
        "proof": "" if claim.proof is None else type(claim.proof).__name__,
        "rests_on": ", ".join(settlement.rests_on),
        "reused": "true" if reused else "false",
        "hash": settlement.hash,
    }
    if settlement.verdict.value in SETTLED:
        return Finding(properties)
    why = settlement.reason or "no reason is known"
    return Finding(
        properties, failure=_paragraphs(f"{claim.name} is {settlement.verdict.value}: {why}", properties["statement"])
    )


def attack_on(claim: Claim, choice: Choice, where: str) -> Finding:
    """Whether an attack leaves a claim what it is: unbroken, or, if it is refuted, broken by its own witness.

    `where` is what `pytest` is given to run this item again.
    """
    properties = _known(claim, "attack", choice)
    try:
        settlement, _ = _settled(claim, choice.fresh)
        properties |= _said(claim, settlement)
    except GradproofError as error:
        return _unreadable(properties, error)
    expected = settlement.verdict.value == "REFUTED"
    examples = None if expected else kept.Examples(claim, settlement)
    evidence = examples.replayed(choice) if examples and choice.replays_examples else None
    if evidence is None:
        evidence = attacked(claim, Plan(choice.profile, choice.seed, choice.fresh))
        if examples and evidence["broken"]:
            examples.keep(evidence)
    properties |= _seen(evidence)
    if expected and settlement.witness is not None and not evidence["broken"]:
        from theory.typeset import instance_text

        properties["witness"] = instance_text(settlement.witness)
    if evidence["kind"] == "error":
        return Finding(properties, failure=_paragraphs(f"{claim.name}: {evidence['note']}", properties["statement"]))
    disagreement = contradiction(settlement, evidence)
    if disagreement:
        properties |= {"contradiction": disagreement, "snippet": _again(where, choice)}
        return Finding(properties, failure=_failure(f"CONTRADICTION. {claim.name} is {disagreement}", properties, _DOUBT))
    if evidence["broken"] and not expected:
        found = refutation(claim, evidence["witness"])
        properties["snippet"] = found.proof if found.accepted else _again(where, choice)
        what = f"{claim.name} is broken at {evidence['witness_text'] or 'every point'}"
        advice = _FALSE.format(imports=found.imports) if found.accepted else _AGAIN
        return Finding(properties, failure=_failure(what, properties, advice))
    if evidence["kind"] == "none":
        return Finding(properties, nothing=f"the attack found nothing to compute: {evidence['note']}")
    return Finding(properties)


_DOUBT = "Nothing that rests on this claim is to be believed until it is known which of the two is wrong. To see it again:"
_FALSE = "To settle the claim as refuted, return this proof beside its statement; the kernel accepts it ({imports}):"
_AGAIN = "To see it again:"


def _seen(evidence: dict[str, Any]) -> dict[str, str]:
    numbers = {key: str(evidence[key]) for key in ("examples", "held", "broken", "touching")}
    tightest = "" if evidence["tightest"] is None else repr(evidence["tightest"])
    texts = {
        "where": evidence["where"],
        "witness": evidence["witness_text"],
        "note": evidence["note"],
        "kind": evidence["kind"],
    }
    return {**numbers, "tightest": tightest, **texts}


def _again(where: str, choice: Choice) -> str:
    return f"pytest {where} --gradproof-profile={choice.profile} --gradproof-seed={choice.seed}"


def _failure(what: str, properties: dict[str, str], advice: str) -> str:
    run = f"profile {properties['profile']}, seed {properties['seed']}" + ("; " + note if (note := properties["note"]) else "")
    return (
        _paragraphs(f"{what} ({run}).", properties["statement"], advice) + "\n" + textwrap.indent(properties["snippet"], "    ")
    )


def _paragraphs(first: str, statement: str, *rest: str) -> str:
    wrapped = [textwrap.fill(text, 79) for text in (first, *rest)]
    said = textwrap.fill(statement, 79, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([wrapped[0], said, *wrapped[1:]])
