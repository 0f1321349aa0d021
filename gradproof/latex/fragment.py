r"""One claim as a file to \input: statement, proof, evidence, and a header that says what it was made from.

A fragment never loads a package and never numbers anything. It holds no time and no path, so a rerun
with the same claims, versions, profile and seed writes the same bytes.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_FLOOR, Context
from typing import TYPE_CHECKING

from gradproof.latex.prose import prose, values
from gradproof.record import versions
from theory.exposition import claim_latex
from theory.typeset import domain_latex
from theory.typeset.layout import breakable, reference

if TYPE_CHECKING:
    from gradproof.record import Record
    from theory.language.claims import Claim
    from theory.typeset import Layout

_HASH = re.compile(r"^% Content hash: ([0-9a-f]+)$", re.MULTILINE)
_LONGEST_POINT = 110


def fragment(claim: Claim, record: Record, layout: Layout) -> str:
    """The file NAME.tex."""
    parts = [
        header(f"claim {claim.name} ({record['verdict']})", record["hash"]),
        rf"\gpmeaning{{{prose(claim.meaning)}}}",
        claim_latex(claim, layout).rstrip(),
        rf"\gpstatus{{{_status(record)}}}",
        rf"\gpevidence{{{claim.name}}}{{{breakable(claim.name)}}}{{%",
        *(rf"  {label} & {value} \\" for label, value in evidence_rows(claim, record)),
        "}",
    ]
    return "\n".join(parts) + "\n"


def header(what: str, content_hash: str = "") -> str:
    """The first lines of every written file; a comment's end would be a line's end, so names are plain ASCII."""
    known = " · ".join(f"{name} {release}" for name, release in versions().items()).replace("·", "-")
    lines = [f"% Written by gradproof latex: do not edit. {what}", f"% {known}"]
    return "\n".join([*lines, f"% Content hash: {content_hash}"] if content_hash else lines)


def hash_in(text: str) -> str:
    """The content hash that a fragment was written with; empty where it names none."""
    found = _HASH.search(text)
    return found[1] if found else ""


def _status(record: Record) -> str:
    verdict = record["verdict"]
    said = {
        "PROVED": "Proved",
        "CONDITIONAL": "Proved, given " + ", ".join(reference(name) for name in record["rests_on"]),
        "REFUTED": "Refuted by exact arithmetic",
        "CITED": "Cited, not proved here: " + prose(record["reason"]).rstrip("."),
        "OPEN": "Open: " + prose(record["reason"]).rstrip("."),
    }.get(verdict, verdict.capitalize())
    sources = rf" Sources: \cite{{{','.join(s['key'] for s in record['sources'])}}}." if record["sources"] else ""
    instead = ", ".join(map(reference, record["corrected_by"]))
    instead = f" What is true instead: {instead}." if instead else ""
    release = versions()["gradproof"]
    name = rf"\texttt{{{breakable(record['name'])}}}"
    return rf"{said}.{instead}{sources} Checked by gradproof {release}: {name}, \texttt{{{record['hash'][:12]}}}."


def evidence_rows(claim: Claim, record: Record) -> list[tuple[str, str]]:
    """What the attack saw, as pairs of label and value in LaTeX."""
    seen = record["evidence"]
    if not seen["examples"]:
        return [("Attack", prose(seen["note"] or "none"))]
    counts = [f"{seen[kind]:,} {kind}" for kind in ("held", "touching") if seen[kind]]
    rows = [
        ("Arithmetic", "exact rationals; balls of up to 1,024 bits decide near misses"),
        ("Samples", f"{seen['examples']:,} ({', '.join(counts) or 'none held'})"),
        ("Profile, seed", f"{seen['profile']}, {seen['seed']}"),
        ("Domain", domain_latex(claim) or "no free variable"),
    ]
    if seen["tightest"] is not None:
        rows.append(("Worst point", values(shortened(seen["where"]))))
        rows.append(("Margin", margin(seen["tightest"])))
    first = f", first at {values(shortened(seen['witness_text']))}" if seen["broken"] else ""
    rows.append(("Violations", f"{seen['broken']}{first}"))
    return rows


def margin(slack: float) -> str:
    """A signed margin to two digits, rounded against the claim: downwards."""
    if not math.isfinite(slack):
        return r"\(\infty\)"
    if slack == 0:
        return r"\(0\)"
    rounded = Context(prec=2, rounding=ROUND_FLOOR).create_decimal_from_float(slack)
    mantissa, _, exponent = f"{rounded:E}".partition("E")
    scale = rf"\times 10^{{{int(exponent)}}}" if int(exponent) else ""
    return rf"\({'' if slack < 0 else '+'}{mantissa.removesuffix('.0')}{scale}\)"


def shortened(point: str) -> str:
    """A point that fits a cell: whole values as long as there is room, then an ellipsis."""
    if len(point) <= _LONGEST_POINT:
        return point
    kept = ""
    for part in re.split(r",\s(?=\w+\W*\s=)", point):
        if len(kept) + len(part) > _LONGEST_POINT:
            continue
        kept += (", " if kept else "") + part
    return kept + ", …"
