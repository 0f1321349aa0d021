"""The ledger row by row: what is said, its verdict as stated, and what our claims and observations have settled of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from gradproof.measuring import ObservationRecord, lines_of
from gradproof.measuring import record_of as observed
from gradproof.record import SCHEMA, Formula, SourceRecord, sources_of, versions
from theory.rows import KINDS, PARTS, Row

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from gradproof.record import Record
    from numerics.measuring import Finding

OUTSIDE_OF_PROOF = ("measured", "empirical")
VERDICT_COLOUR = {"true": "green", "true with correction": "cyan", "false as stated": "magenta", "empirical": "blue"}


class ClaimOfRow(TypedDict):
    """One of our claims about a row, with its verdict."""

    name: str
    verdict: str
    statement: Formula
    meaning: str


class Entry(TypedDict):
    """A row with the claims and observations that name it; `verdict` is that of the row as it is stated."""

    id: str
    part: str
    kind: str
    also: list[str]
    says: str
    verdict: str
    corrected: str
    note: str
    sources: list[SourceRecord]
    origin: str
    claims: list[ClaimOfRow]
    observations: list[ObservationRecord]


class Count(TypedDict):
    """How many rows of a part and a kind have claims or observations, and how many have one of these that is open."""

    part: str
    kind: str
    rows: int
    with_claims: int
    with_open_claims: int
    with_observations: int
    with_open_observations: int


def entry_of(row: Row, records: Iterable[Record], findings: Iterable[Finding] = ()) -> Entry:
    """A row with the records of its claims and what its observations came to."""
    return {
        "id": row.id,
        "part": row.part,
        "kind": row.kind,
        "also": list(row.also),
        "says": row.says,
        "verdict": row.verdict,
        "corrected": row.corrected,
        "note": row.note,
        "sources": sources_of(row.sources),
        "origin": row.origin,
        "claims": [
            {"name": r["name"], "verdict": r["verdict"], "statement": r["statement"], "meaning": r["meaning"]} for r in records
        ],
        "observations": [observed(finding) for finding in findings],
    }


def is_open(entry: Entry) -> bool:
    """Whether something is left to do: nothing of the row's own kind names it, or something that names it is open.

    A row that proofs settle needs a claim; one that is measured, or outside of proof, needs an observation.
    """
    outside = entry["kind"] in OUTSIDE_OF_PROOF
    return (
        not (entry["observations"] if outside else entry["claims"])
        or _has_open(entry, "claims")
        or _has_open(entry, "observations")
    )


def _has_open(entry: Entry, what: Literal["claims", "observations"]) -> bool:
    return any(one["verdict"] == "OPEN" for one in entry[what])


def counts(entries: Sequence[Entry]) -> list[Count]:
    """The rows of each part and kind that there are."""
    found: list[Count] = []
    for part in PARTS:
        for kind in KINDS:
            of_kind = [e for e in entries if (e["part"], e["kind"]) == (part, kind)]
            made: Count = {
                "part": part,
                "kind": kind,
                "rows": len(of_kind),
                "with_claims": sum(bool(e["claims"]) for e in of_kind),
                "with_open_claims": sum(_has_open(e, "claims") for e in of_kind),
                "with_observations": sum(bool(e["observations"]) for e in of_kind),
                "with_open_observations": sum(_has_open(e, "observations") for e in of_kind),
            }
            found += [made] if of_kind else []
    return found


def document_of(entries: Sequence[Entry], shown: Sequence[Entry]) -> dict[str, Any]:
    """The document of `gradproof ledger --json`: the rows that are shown, and the counts of all that were asked for."""
    return {"kind": "ledger", "schema": SCHEMA, "versions": versions(), "rows": list(shown), "counts": counts(entries)}


# --- on a screen ----------------------------------------------------------------------------------------

_PARTS = {"A": "Part A: what the articles claim", "B": "Part B: theorems of the literature"}


def table(console: Console, entries: Sequence[Entry], shown: Sequence[Entry]) -> None:
    """The rows part by part, three columns on a wide screen and blocks on a narrow one; then the counts."""
    from rich.rule import Rule
    from rich.text import Text

    from gradproof.present import WIDE

    for part, title in _PARTS.items():
        of_part = [entry for entry in shown if entry["part"] == part]
        if of_part:
            console.print()
            console.print(Rule(Text(title, style="bold"), align="left", style="dim"))
            console.print(_wide(of_part) if console.width >= WIDE else _narrow(of_part))
    if not shown:
        console.print("No row is open.")
    console.print()
    for count in counts(entries):
        if count["kind"] in OUTSIDE_OF_PROOF:
            what, named, left = "observations", count["with_observations"], count["with_open_observations"]
        else:
            what, named, left = "claims", count["with_claims"], count["with_open_claims"]
        said = f"part {count['part']} · {count['kind']}: {named} of {count['rows']} rows have {what}"
        if left:
            said += f", {left} of them an open one"
        console.print(Text(said, style="dim" if count["kind"] != "deterministic" else ""))


def _wide(entries: Iterable[Entry]) -> Table:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2, 0, 0), expand=True)
    made.add_column(no_wrap=True)
    made.add_column(no_wrap=True)
    made.add_column(ratio=1)
    for entry in entries:
        made.add_row(
            Text(entry["id"], style="bold"), _verdict(entry), Group(*_by_verdict(entry)) if _named(entry) else _nothing(entry)
        )
    return made


def _narrow(entries: Iterable[Entry]) -> Table:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2, 0, 0), expand=True)
    made.add_column(ratio=1)
    for entry in entries:
        head = Table.grid(padding=(0, 2, 0, 0), expand=True)
        head.add_column(ratio=1)
        head.add_column(no_wrap=True, width=20)
        name = Text(entry["id"], style="bold")
        head.add_row(name if _named(entry) else Text.assemble(name, "  ", _nothing(entry)), _verdict(entry))
        made.add_row(Group(head, *(Padding(line, (0, 0, 0, 2)) for line in _by_verdict(entry))))
    return made


def _verdict(entry: Entry) -> Text:
    from rich.text import Text

    return Text(entry["verdict"], style=VERDICT_COLOUR[entry["verdict"]])


def _named(entry: Entry) -> list[tuple[str, str]]:
    """The verdicts and names of the row's claims, then of its observations."""
    return [(one["verdict"], one["name"]) for one in (*entry["claims"], *entry["observations"])]


def _by_verdict(entry: Entry) -> list[Table]:
    """The claims and observations of a row, a line for each verdict."""
    from rich.table import Table
    from rich.text import Text

    from gradproof.present import verdict_badge

    lines: list[Table] = []
    named: dict[str, list[str]] = {}
    for verdict, name in _named(entry):
        named.setdefault(verdict, []).append(name)
    for verdict, names in named.items():
        line = Table.grid(padding=(0, 1, 0, 0), expand=True)
        line.add_column(width=13)
        line.add_column(ratio=1)
        line.add_row(verdict_badge(verdict), Text(", ".join(names)))
        lines.append(line)
    return lines


def _nothing(entry: Entry) -> Text:
    """What stands in the place of claims; why there are none is said where it is not for want of a proof."""
    from rich.text import Text

    return Text("—" if entry["kind"] == "deterministic" else f"— {entry['kind']}", style="dim")


def pages(console: Console, entries: Iterable[Entry]) -> None:
    """Rows at length, one after the other."""
    for number, entry in enumerate(entries):
        if number:
            console.print()
        _page(console, entry)


def _page(console: Console, entry: Entry) -> None:
    """One row: what is said, what is true, who says it, and our claims with their statements."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from gradproof.present import section, source_line, verdict_badge

    head = Table.grid(expand=True)
    head.add_column(ratio=1)
    head.add_column(justify="right")
    head.add_row(Text(entry["id"], style="bold"), _verdict(entry))
    console.print(head)
    kinds = entry["kind"] + (f" (in part {', '.join(entry['also'])})" if entry["also"] else "")
    console.print(Text(f"part {entry['part']} · {kinds}", style="dim"))
    said = "What the articles say" if entry["part"] == "A" else "What the theorem says"
    for title, text in ((said, entry["says"]), ("What is true", entry["corrected"]), ("Note", entry["note"])):
        if text:
            section(console, title, [Text(text)])
    sources = [source_line(source["key"], source["text"], source["url"]) for source in entry["sources"]]
    if entry["origin"]:
        sources.append(Text(entry["origin"]))
    if sources:
        section(console, "Sources" if entry["part"] == "A" else "Literature", sources)
    claims = [
        Group(
            Text.assemble(verdict_badge(claim["verdict"]), "  ", (claim["name"], "bold")),
            Padding(Text(claim["statement"]["text"]), (0, 0, 0, 4)),
        )
        for claim in entry["claims"]
    ]
    if claims or not entry["observations"]:
        section(console, "Our claims", claims or [Text("none yet")])
    if entry["observations"]:
        section(console, "Our observations", [line for one in entry["observations"] for line in lines_of(one)])
