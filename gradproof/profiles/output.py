"""A profile as a table on a screen, as JSON and as a LaTeX table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradproof.profiles.rows import UNSETTLED, rows
from gradproof.profiles.script import Script
from theory.certify import decimal
from theory.kernel.definitions import unfolded
from theory.kernel.terms import Term
from theory.profiles.spots import Spot
from theory.profiles.symmetry import Symmetry
from theory.typeset import latex, text

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import Console

    from theory.profiles import Constant, Profile
    from theory.profiles.ends import End
    from theory.profiles.junctions import Junction
    from theory.profiles.spots import Stretch

SCHEMA = 1


def table(console: Console, p: Profile, title: str, digits: int) -> None:
    """Every row, those that belong together in one block."""
    name = f"{title}: " if p.term.op == "app" and title == p.term.args[0].data else ""
    console.print(Text(f"{name}φ({p.variable.data}) = {text(_definition(p))}", style="bold"))
    for _, block in groupby(rows(p, Script(digits)), key=lambda row: row.group):
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=20, style="dim")
        grid.add_column(overflow="fold")
        for row in block:
            grid.add_row(row.label, Text(row.said, style="yellow" if row.said == UNSETTLED else ""))
        console.print(Padding(grid, (1, 0, 0, 2)))
    for k, reason in enumerate(p.unsettled):
        console.print(Text(("\n" if k == 0 else "") + f"  not settled: {reason}", style="bold yellow"))


def in_latex(p: Profile, digits: int) -> str:
    r"""A `tabular` with a rule between the blocks; it needs amsmath, amssymb and booktabs."""
    lines = [
        r"\begin{tabular}{@{}lp{0.66\linewidth}@{}}",
        r"  \toprule",
        rf"  \(\varphi({latex(p.variable)})\) & \({latex(_definition(p))}\) \\",
    ]
    for _, block in groupby(rows(p, Script(digits, tex=True)), key=lambda row: row.group):
        lines.append(r"  \midrule")
        lines += [rf"  {row.label} & {row.said} \\" for row in block]
    return "\n".join([*lines, r"  \bottomrule", r"\end{tabular}"])


def _definition(p: Profile) -> Term:
    """What an activation is defined as; another term as it was given."""
    return unfolded(p.term.args[0].data, p.term.args[1]) if p.term.op == "app" else p.term


# --- JSON -------------------------------------------------------------------------------------------------


def as_json(p: Profile, expr: str, digits: int) -> dict[str, Any]:
    """Everything as data: numbers as decimal strings rounded outward, formulas as text, null where it is not settled."""

    def spot(s: Spot | None) -> Any:
        if s is None:
            return None
        return {**_bounds(s.low, s.high, digits), "exact": None if s.exact is None else text(s.exact)}

    def stretch(s: Stretch) -> dict[str, Any]:
        return {"from": spot(s.low), "to": spot(s.high), "closed": list(s.closed)}

    def places(found: tuple[Spot | Stretch, ...] | None) -> Any:
        return None if found is None else [spot(s) if isinstance(s, Spot) else stretch(s) for s in found]

    def pieces(found: tuple[Stretch, ...] | None, sign: int) -> Any:
        return None if found is None else [stretch(s) for s in found if s.sign == sign]

    extrema = [{"sup": e.sup, "inf": e.inf} for e in p.extrema]
    return {
        "kind": "profile",
        "schema": SCHEMA,
        "expr": expr,
        "definition": text(_definition(p)),
        "extrema": [{kind: None if e is None else e.summary(digits) for kind, e in pair.items()} for pair in extrema],
        "continuous": p.continuous,
        "differentiable": p.differentiable(1),
        "twice_differentiable": p.differentiable(2),
        "junctions": [_junction(j) for j in p.junctions],
        "ends": [_end(end) for end in p.ends],
        "rises": pieces(p.monotone, 1),
        "falls": pieces(p.monotone, -1),
        "constant": pieces(p.monotone, 0),
        "convex": pieces(p.bending(1), 1),
        "concave": pieces(p.bending(-1), -1),
        "affine": pieces(p.bending(0), 0),
        "period": _period(p),
        "symmetry": _symmetry(p.symmetry),
        "zeros": places(p.zeros),
        "fixed_points": places(p.fixed_points),
        "lipschitz": _constant(p.lipschitz, digits),
        "smoothness": _constant(p.smoothness, digits),
        "dead": pieces(p.dead, 0),
        "zero_centred": p.zero_centred,
        "unsettled": list(p.unsettled),
    }


def _bounds(low: Fraction, high: Fraction, digits: int) -> dict[str, str]:
    return {"lower": decimal(low, digits, up=False), "upper": decimal(high, digits, up=True)}


def _junction(j: Junction) -> dict[str, Any]:
    return {
        "at": str(j.at),
        "value": text(j.value),
        "continuous": j.continuous,
        "sides": [{"left": text(s.left), "right": text(s.right), "same": s.same} for s in j.sides],
        "clarke": None if j.clarke is None else [text(t) for t in j.clarke],
    }


def _end(end: End) -> dict[str, Any]:
    def maybe(t: Term | None) -> str | None:
        return None if t is None else text(t)

    limit = text(end.limit) if isinstance(end.limit, Term) else {1: "Infinity", -1: "-Infinity"}.get(end.limit or 0)
    return {
        "towards": "Infinity" if end.side > 0 else "-Infinity",
        "settled": end.known,
        "limit": limit,
        "asymptote": maybe(end.asymptote),
        "asymptotic_to": maybe(end.gap),
        "order": maybe(end.order),
        "saturates": end.saturates,
    }


def _period(p: Profile) -> str | None:
    pitches = {chart.pitch for chart in p.signs[1:] if chart is not None and chart.pitch is not None}
    return f"2π/({pitches.pop()})" if len(pitches) == 1 else None


def _symmetry(s: Symmetry | bool | None) -> Any:
    if not isinstance(s, Symmetry):
        return None if s is None else "none"
    return {"kind": s.kind, "centre": [str(s.centre), text(s.height)]}


def _constant(c: Constant, digits: int) -> Any:
    if c.finite is None:
        return None
    bounds = c.bounds
    return {"finite": bool(bounds), **({} if bounds is None else _bounds(*bounds, digits))}
