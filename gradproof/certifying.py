"""Certified extrema on the command line: as a table, as JSON, as LaTeX, and certificates as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from theory import certificates
from theory.typeset import latex

if TYPE_CHECKING:
    from rich.console import Console

    from theory.certify import Certified, Extremum

_UP = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STATUS = {
    "attained": ("✓ attained", "green"),
    "approached": ("→ approached", "cyan"),
    "unbounded": ("∞ unbounded", "yellow"),
    "unknown": ("? not known to be attained", "yellow"),
}


def as_json(found: Certified, expr: str, digits: int) -> dict[str, Any]:
    """What `gradproof certify --json` prints; numbers are decimal strings rounded outward, null is what was not settled."""
    known = {"sup": found.sup, "inf": found.inf}
    return {
        "kind": "extrema",
        "schema": 1,
        "expr": expr,
        "order": found.order,
        **{name: None if e is None else e.summary(digits) for name, e in known.items()},
        "unsettled": list(found.unsettled),
        "certificate": certificate_of(found),
    }


def certificate_of(found: Certified) -> dict[str, Any]:
    """Both certificates in one file."""
    return {
        "kind": "certificates",
        "schema": 1,
        "certificates": [certificates.to_json(e.certificate) for e in (found.sup, found.inf) if e is not None],
    }


def table(console: Console, found: Certified, expr: str, digits: int) -> None:
    """The two extrema, one block each."""
    console.print(Text(derivative_of(expr, found.order), style="bold"))
    for extremum in (found.sup, found.inf):
        if extremum is not None:
            console.print(_block(extremum, digits))
    for reason in found.unsettled:
        console.print(Text(reason, style="bold yellow"))


def derivative_of(expr: str, order: int) -> str:
    """How the function is called in headings."""
    raised = "" if order < 2 else str(order).translate(_UP)
    return expr if order == 0 else f"d{raised}/dx{raised} {expr}"


def _block(e: Extremum, digits: int) -> Table:
    shown = e.summary(digits)
    said, style = _STATUS[e.status]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=3, style="bold")
    grid.add_column(width=12, style="dim")
    grid.add_column(overflow="fold")
    rows: list[tuple[str, Text]] = []
    if shown["closed_form"]:
        rows.append(("exactly", Text(shown["closed_form"])))
    if e.status != "unbounded" and (e.lower != e.upper or not shown["closed_form"]):
        rows.append(("between", Text(shown["lower"])))
        rows.append(("and", Text(shown["upper"])))
    if len(e.polynomial) > 2:
        rows.append(("root of", Text(polynomial(e.polynomial))))
    rows.append(("", Text(said, style=style) + Text(" " + where(shown["at"], e.status))))
    for k, (label, value) in enumerate(rows):
        grid.add_row(e.kind if k == 0 else "", label, value)
    return grid


def where(at: list[Any], status: str) -> str:
    """Where an extremum is attained or approached, in words."""
    if status == "attained":
        return "at " + " and ".join(p if isinstance(p, str) else f"[{p[0]}, {p[1]}]" for p in at)
    names = {"Infinity": "∞", "-Infinity": "−∞"}
    return "as x → " + ", ".join(names.get(str(p), str(p)) for p in at)


def polynomial(coefficients: tuple[int, ...]) -> str:
    """108y² − 1 from (−1, 0, 108)."""
    said = ""
    for k, c in reversed(list(enumerate(coefficients))):
        if c:
            size = "" if abs(c) == 1 and k else str(abs(c))
            term = size + ("y" if k else "") + (str(k).translate(_UP) if k > 1 else "")
            said += (" − " if c < 0 else " + ") + term if said else ("−" if c < 0 else "") + term
    return said


def in_latex(found: Certified, digits: int) -> str:
    """The two extrema as displayed formulas with their bounds."""
    body = latex(found.term)
    function = body if found.order == 0 else rf"\frac{{d{_power(found.order)}}}{{dx{_power(found.order)}}}\Bigl[{body}\Bigr]"
    lines: list[str] = []
    for name, e in (("sup", found.sup), ("inf", found.inf)):
        if e is None:
            continue
        shown = e.summary(digits)
        if e.status == "unbounded":
            value = rf"= {'-' if name == 'inf' else ''}\infty"
        elif e.closed_latex:
            value = f"= {e.closed_latex}"
        else:
            value = rf"\in [{shown['lower']},\, {shown['upper']}]"
        lines.append(rf"\[ \{name}_{{x\in\mathbb{{R}}}} {function} {value} \qquad\text{{({e.status})}} \]")
    return "\n".join(lines)


def _power(order: int) -> str:
    return "" if order == 1 else f"^{order}"
