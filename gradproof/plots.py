"""Plots of activations with their certified bounds.

Dashed lines at the extrema, dots where they are attained, rings at kinks where they are approached. Matplotlib is an
extra (`gradproof[plot]`) and is imported by this file alone, when something is drawn.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradproof.record import write_atomically
from theory.kernel.enclosure import Study
from theory.kernel.functions import Function, exactly
from theory.kernel.series import Precision
from theory.kernel.terms import Term, var
from theory.language.errors import GradproofError, KernelRefusal
from theory.language.printing import derivative_marks
from theory.tactics.cells import Unsettled
from theory.tactics.kinks import Part, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from matplotlib.axes import Axes

    from theory.certify import Certified, Extremum
    from theory.profiles import Profile

SUFFIXES = (".pdf", ".png", ".svg")
_POINTS = 700
_BITS = 80
_CURVE, _BOUND, _GAP, _DEAD = "#1f4e79", "#b5482a", "#8a8a8a", "#f0ead6"


class PlotError(GradproofError):
    """A plot that cannot be drawn: no Matplotlib, or a file of a kind that is not known."""


def check_suffix(path: Path) -> None:
    """Refuse a file whose kind cannot be written, before anything is computed."""
    if path.suffix not in SUFFIXES:
        raise PlotError(f"a plot is written as {', '.join(SUFFIXES)}, not {path.name}; choose one of these endings")
    _pyplot()


def _pyplot() -> Any:
    try:
        import matplotlib as mpl
    except ImportError:
        raise PlotError("a plot needs Matplotlib, which is not installed; pip install 'gradproof[plot]'") from None
    mpl.use("agg")
    # The same profile gives the same bytes.
    mpl.rcParams.update({"svg.hashsalt": "gradproof", "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    return pyplot


def draw_extrema(found: Certified, title: str, path: Path) -> None:
    """One derivative with its two extrema."""
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    parts = _parts(found.term)
    low, high = _window([e for e in (found.sup, found.inf) if e is not None], _kinks(parts))
    _panel(axes, found, parts, low, high)
    axes.set_title(title, fontsize=10)
    _save(figure, path)


def draw_profile(p: Profile, title: str, path: Path) -> None:
    """φ, φ′ and φ″ below each other; regions without a gradient are shaded."""
    pyplot = _pyplot()
    figure, panels = pyplot.subplots(3, 1, figsize=(6.4, 8.0), sharex=True, layout="constrained")
    extrema = [e for c in p.extrema for e in (c.sup, c.inf) if e is not None]
    parts = _parts(p.term)
    low, high = _window(extrema, _kinks(parts))
    for axes, certified in zip(panels, p.extrema, strict=True):
        for dead in p.dead or ():
            start = low if dead.low is None else dead.low.value
            axes.axvspan(start, high if dead.high is None else dead.high.value, color=_DEAD, linewidth=0, zorder=0)
        _panel(axes, certified, parts, low, high)
    panels[0].set_title(title, fontsize=10)
    panels[-1].set_xlabel("$x$")
    _save(figure, path)


def _panel(axes: Axes, found: Certified, parts: list[Part], low: float, high: float) -> None:
    name = r"\varphi" + (derivative_marks(found.order, "latex") if found.order else "")
    for xs, ys in _curves(Study(found.term, _variable(found.term), found.order), parts, low, high):
        axes.plot(xs, ys, color=_CURVE, linewidth=1.6, zorder=3)
    for kink in _kinks(parts):
        if low < kink < high:
            axes.axvline(float(kink), color=_GAP, linewidth=0.6, linestyle=":", zorder=1)
    for e in (found.sup, found.inf):
        if e is not None and e.lower is not None:
            _bound(axes, e)
    axes.axhline(0, color=_GAP, linewidth=0.6, zorder=1)
    axes.set_xlim(low, high)
    axes.margins(y=0.16)
    axes.set_ylabel(f"${name}$", rotation=0, labelpad=14, fontsize=12)


def _bound(axes: Axes, e: Extremum) -> None:
    """A dashed line at an extremum with its value, and a dot wherever it is attained."""
    axes.axhline(e.value, color=_BOUND, linewidth=0.9, linestyle="--", zorder=2)
    said = e.closed_form if 0 < len(e.closed_form) <= 14 else f"{e.value:.8g}".replace("-", "−")
    word = "" if e.status == "attained" else " (approached)" if e.status == "approached" else ""
    edge = "bottom" if e.kind == "sup" else "top"
    axes.annotate(
        f"{e.kind} = {said}{word}",
        (0.995, e.value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2 if e.kind == "sup" else -2),
        textcoords="offset points",
        ha="right",
        va=edge,
        fontsize=8,
        color=_BOUND,
    )
    if e.status == "attained" and e.certificate.place.kind != "constant":
        at = [float(place[0]) for place in e.at if place[0] is not None]
        axes.plot(at, [e.value] * len(at), "o", markersize=5, color=_BOUND, zorder=4)
    if e.status == "approached" and e.at[0][0] is not None:
        axes.plot([float(e.at[0][0])], [e.value], "o", markersize=5, color=_BOUND, markerfacecolor="white", zorder=4)


def _variable(term: Term) -> Term:
    return next(iter(term.free), var("x"))


def _parts(term: Term) -> list[Part]:
    """The pieces between kinks; the whole line, and so no curve, where they are not found."""
    try:
        with Precision(_BITS):
            return parts_of(Study(term, _variable(term), 0), _BITS, lambda: None)
    except (KernelRefusal, Unsettled):
        return []


def _kinks(parts: list[Part]) -> list[Fraction]:
    return [part.piece[1] for part in parts if part.piece[1] is not None]


def _window(extrema: list[Extremum], kinks: Iterable[Any]) -> tuple[float, float]:
    """Wide enough for every kink and every point where an extremum is attained."""
    marks = [q for e in extrema if e.status == "attained" for place in e.at for q in place if q is not None]
    reach = max(3.0, *(abs(float(m)) for m in [*marks, *kinks, 0]))
    return -1.4 * reach, 1.4 * reach


def _curves(study: Study, parts: list[Part], low: float, high: float) -> Iterator[tuple[list[float], list[float]]]:
    """Points of each piece within the window, from the balls that the bounds come from."""
    left, right = Fraction(low), Fraction(high)
    for part in parts:
        piece = part.piece
        start = left if piece[0] is None else max(left, piece[0])
        end = right if piece[1] is None else min(right, piece[1])
        if start >= end or not part.smooth:
            continue
        count = max(2, round(_POINTS * float((end - start) / (right - left))))
        points = [start + (end - start) * Fraction(k, count) for k in range(count + 1)]
        with Precision(_BITS):
            f = study.on(piece, part.switches)
            yield [float(x) for x in points], [_height(f, x) for x in points]


def _height(f: Function, x: Fraction) -> float:
    try:
        return float(f.at(exactly(x), 1)[0].mid())
    except KernelRefusal:
        return float("nan")


def _save(figure: Any, path: Path) -> None:
    """Write the file whole or not at all; without the date, so that it is the same each time."""
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    buffer = io.BytesIO()
    figure.savefig(buffer, format=path.suffix.removeprefix("."), dpi=150, metadata=undated.get(path.suffix, {}))
    _pyplot().close(figure)
    write_atomically(path, buffer.getvalue())
