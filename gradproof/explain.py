"""A claim explained: why it holds, what each of its hypotheses is for, what it rests on and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict

from gradproof.record import SCHEMA, Formula, Record, SourceRecord, StepRecord, versions
from gradproof.verify import Plan, settled, verify
from numerics.apart import apart
from numerics.attack import attack_goal
from theory.hypotheses import Hypothesis, hypotheses_of, proves
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.terms import make, rat
from theory.language.errors import GradproofError
from theory.rows import all_rows
from theory.tactics.hashing import lemmas_named
from theory.typeset import instance_text, latex, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from theory.language.claims import Claim, Ledger

SHORT = 12
"""Lines of a proof that are shown of one that is longer; `gradproof show` has them all."""


class HypothesisRecord(TypedDict):
    """One condition, and what becomes of the claim without it.

    `effect` is `needed` (`example` is an exact counterexample), `undefined` (`note` says what has no value), `seen` (at
    `example` the distance to the limit does not shrink, as `note` says), `unused` (the same proof goes through without the
    condition) or `unknown`.
    """

    condition: Formula
    effect: str
    example: str
    note: str


class Other(TypedDict):
    """Another claim that has to do with this one."""

    name: str
    verdict: str
    statement: Formula
    witness: str


class RowOfClaim(TypedDict):
    """A row of the ledger that the claim is about."""

    id: str
    verdict: str
    says: str


class Explanation(TypedDict):
    """Everything that `gradproof explain` says of one claim."""

    kind: str
    schema: int
    versions: dict[str, str]
    name: str
    subject: str
    verdict: str
    reason: str
    meaning: str
    statement: Formula
    witness: str
    proof: str
    why: list[StepRecord]
    hypotheses: list[HypothesisRecord]
    uses: list[Other]
    rests_on: list[str]
    sources: list[SourceRecord]
    used_by: list[str]
    used_indirectly_by: list[str]
    corrects: list[Other]
    corrected_by: list[Other]
    rows: list[RowOfClaim]


def explanation(claim: Claim, ledger: Ledger, seed: int = 0) -> Explanation:
    """The explanation of a claim; the same claims and seed give the same bytes."""
    record = _record(claim, ledger)
    true = record["verdict"] in ("PROVED", "CONDITIONAL", "CITED")
    direct, indirect = _used_by(claim, ledger)
    return {
        "kind": "explanation",
        "schema": SCHEMA,
        "versions": versions(),
        "name": claim.name,
        "subject": record["subject"],
        "verdict": record["verdict"],
        "reason": record["reason"],
        "meaning": " ".join(claim.meaning.split()),
        "statement": record["statement"],
        "witness": "" if record["witness"] is None else record["witness"]["text"],
        "proof": record["proof"]["kind"],
        "why": record["proof"]["steps"],
        "hypotheses": [_tested(h, claim, ledger, seed) for h in hypotheses_of(goal_of(claim))] if true else [],
        "uses": _others(record["uses"], ledger),
        "rests_on": record["rests_on"],
        "sources": record["sources"],
        "used_by": direct,
        "used_indirectly_by": indirect,
        "corrects": _others(record["corrects"], ledger),
        "corrected_by": _others(record["corrected_by"], ledger),
        "rows": [
            {"id": row.id, "verdict": row.verdict, "says": row.says}
            for row in (all_rows().get(name) for name in claim.ledger)  # another package may have rows of its own
            if row is not None
        ],
    }


def _record(claim: Claim, ledger: Ledger) -> Record:
    (result,) = verify([claim], ledger, Plan(attack=False), jobs=1)
    return result.record


def _others(names: Iterable[str], ledger: Ledger) -> list[Other]:
    found: list[Other] = []
    for name in names:
        record = _record(ledger[name], ledger)
        witness = "" if record["witness"] is None else record["witness"]["text"]
        found.append({"name": name, "verdict": record["verdict"], "statement": record["statement"], "witness": witness})
    return found


# --- hypotheses -------------------------------------------------------------------------------------------


def _tested(hypothesis: Hypothesis, claim: Claim, ledger: Ledger, seed: int) -> HypothesisRecord:
    """What becomes of the claim without one hypothesis: a proof, a counterexample, or neither."""
    made: HypothesisRecord = {
        "condition": {"text": text(hypothesis.condition), "latex": latex(hypothesis.condition)},
        "effect": "unknown",
        "example": "",
        "note": "",
    }
    if proves(claim, hypothesis.dropped):
        return {**made, "effect": "unused"}
    try:
        # Where the claim is true, what breaks it without the hypothesis is among the points that the hypothesis excludes.
        evidence = attack_goal(hypothesis.denied, seed=seed)
        if evidence.broken:
            return {**made, "effect": "needed", "example": evidence.witness_text}
        if evidence.kind == "limit":
            found = apart(hypothesis.denied, seed=seed, first=_folklore(claim, ledger, hypothesis.denied))
            if found is not None:
                return {**made, "effect": "seen", "example": instance_text(found[0]), "note": found[1]}
            return made
    except (GradproofError, ArithmeticError, ValueError, RecursionError):
        return made
    if evidence.undefined and not evidence.examples:
        return {**made, "effect": "undefined", "note": evidence.note.split(": ", 1)[-1].split("; ")[0]}
    counted = (
        (evidence.held, "hold"),
        (evidence.touching, "are equalities or undecided"),
        (evidence.undefined, "have no value"),
    )
    seen = [f"{number} {what}" for number, what in counted if number]
    return {**made, "note": f"of the examples {', '.join(seen)}" if seen else "no example tests it"}


def _folklore(claim: Claim, ledger: Ledger, goal: Goal) -> Iterator[Instance]:
    """Witnesses against the false statements that the claim replaces, as instances of the goal; φ is relu."""
    for name in claim.corrects:
        witness = settled(ledger[name], ledger)[0].witness
        if witness is None:
            continue
        values = {v: witness.values[v] for v in goal.variables if v in witness.values}
        for v in goal.variables:
            if v.sort == "fun":
                values[v] = make("fun", data="relu")
            elif any(h.op == "slopes_within" and h.args[1] is v for h in goal.hypotheses):
                values[v] = rat(1)
        if set(goal.variables) <= set(values) and set(goal.dimensions) <= set(witness.dims):
            yield Instance(values, witness.dims)


# --- what rests on it -------------------------------------------------------------------------------------


def _used_by(claim: Claim, ledger: Ledger) -> tuple[list[str], list[str]]:
    """The claims whose derivations really apply this one, and those that rest on it through them."""
    naming: dict[str, list[Claim]] = {}
    for other in ledger:
        try:
            named = {lemma.name for lemma in lemmas_named(other.proof)}
        except GradproofError:
            continue  # a claim that cannot be read is reported where it is settled
        for name in named:
            naming.setdefault(name, []).append(other)

    def users(name: str) -> list[str]:
        # A proof names each lemma that it may apply; which it did apply, the derivation says.
        return [other.name for other in naming.get(name, []) if name in settled(other, ledger)[0].uses]

    direct = users(claim.name)
    behind, waiting = list[str](), list(direct)
    while waiting:
        new = [name for name in users(waiting.pop(0)) if name not in direct and name not in behind]
        behind += new
        waiting += new
    order = [known.name for known in ledger]
    return direct, sorted(behind, key=order.index)


# --- on a screen ------------------------------------------------------------------------------------------


def page(console: Console, explained: Explanation) -> None:
    """The explanation, section by section; what there is nothing to say of is left out, but for the hypotheses."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from gradproof.present import section, source_line, verdict_badge

    head = Table.grid(expand=True)
    head.add_column(ratio=1)
    head.add_column(justify="right")
    head.add_row(Text(explained["name"], style="bold"), verdict_badge(explained["verdict"]))
    console.print(head)
    console.print(Text(explained["subject"], style="dim"))
    console.print()
    console.print(Text(explained["meaning"]))
    console.print()
    console.print(Padding(Text(explained["statement"]["text"], style="bold"), (0, 0, 0, 4)))

    refuted = explained["verdict"] == "REFUTED"
    why: list[Text | Padding] = [Text(explained["reason"])] if explained["reason"] else []
    if explained["witness"] and refuted:
        why.append(Text("broken at " + explained["witness"], style="magenta"))
    left = len(explained["why"]) - SHORT
    shown = SHORT if left > 2 else None
    for step in explained["why"][:shown]:
        because = f"   ({step['reason']})" if step["reason"] else ""
        told = step["text"].lstrip()
        further_in = len(step["text"]) - len(told)  # lines that are broken go on as far in as they begin
        why.append(Padding(Text.assemble(told, (because, "cyan")), (0, 0, 0, further_in)))
    if shown:
        why.append(Text(f"… {left} more lines: gradproof show {explained['name']}", style="dim"))
    kind = f" ({explained['proof']})" if explained["proof"] else ""
    section(console, ("Why it is false" if refuted else "Why") + kind, why)

    if explained["verdict"] in ("PROVED", "CONDITIONAL", "CITED"):
        section(console, "What each hypothesis is for", list(_told(explained)))
    for title, others in (
        ("What it rests on", explained["uses"]),
        ("What it corrects", explained["corrects"]),
        ("What is true instead", explained["corrected_by"]),
    ):
        lines: list[Text | Padding] = []
        for other in others:
            lines.append(Text.assemble(verdict_badge(other["verdict"]), "  ", (other["name"], "bold")))
            lines.append(Padding(Text(other["statement"]["text"]), (0, 0, 0, 4)))
            if other["witness"]:
                lines.append(Padding(Text("broken at " + other["witness"], style="magenta"), (0, 0, 0, 4)))
        if lines:
            section(console, title, lines)
    behind = [name for name in explained["rests_on"] if name not in {other["name"] for other in explained["uses"]}]
    if behind:
        section(console, "Cited further behind", [Text(", ".join(behind))])
    if explained["used_by"]:
        through = explained["used_indirectly_by"]
        users = [Text(", ".join(explained["used_by"]))]
        section(console, "What rests on it", users + ([Text("and through these " + ", ".join(through))] if through else []))
    if explained["rows"]:
        told = [Text.assemble((row["id"], "bold"), f" ({row['verdict']}): {row['says']}") for row in explained["rows"]]
        section(console, "Rows of the ledger", told)
    if explained["sources"]:
        section(console, "Sources", [source_line(s["key"], s["text"], s["url"]) for s in explained["sources"]])


def _told(explained: Explanation) -> Iterator[Text]:
    """One paragraph for each hypothesis."""
    from rich.text import Text

    if not explained["hypotheses"]:
        yield Text("It has none: it holds for all values of its variables.")
    for hypothesis in explained["hypotheses"]:
        match hypothesis["effect"]:
            case "needed":
                said = "without it the claim is broken at " + hypothesis["example"]
            case "seen":
                said = f"without it, at {hypothesis['example']}, {hypothesis['note']} (seen, not proved)"
            case "undefined":
                said = "without it the statement has no value: " + hypothesis["note"]
            case "unused":
                said = "not needed: the same proof goes through without it"
            case _:
                proof = "; its proof as it stands uses it" if explained["proof"] else ""
                said = f"no counterexample was found{', ' * bool(hypothesis['note'])}{hypothesis['note']}{proof}"
        yield Text.assemble((hypothesis["condition"]["text"], "bold"), " — ", said)
