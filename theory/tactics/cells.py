"""Cells that cover a piece: cut in halves until each is good, tails as far out as they have to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from theory.kernel.enclosure import Cell
from theory.kernel.functions import Function, covers_period
from theory.language.errors import GradproofError, KernelRefusal
from theory.tactics.mirrors import mirrored_cells

# Where tails are tried to begin.
STARTS = tuple(Fraction(2) ** k for k in range(9))
_DEEPEST = 60
Good = Callable[[Cell], bool]


class Unsettled(GradproofError):
    """An extremum that the search could not settle within its bounds."""


def tail_start(f: Function, side: int, tick: Callable[[], None]) -> Fraction:
    """The nearest end of those tried beyond which f has an expansion; refused where there is none."""
    low, high = f.piece
    refusal: KernelRefusal | None = None
    beyond = abs(low if low is not None else high if high is not None else 0) + 1
    for start in STARTS:
        if start < beyond:
            continue
        tick()
        try:
            if not f.growth(start * side, side):
                f.limit_at(start * side, side)
            return start * side
        except KernelRefusal as error:
            refusal = error
    raise refusal or Unsettled("a kink lies too far out")


def covered(
    f: Function,
    ends: tuple[Fraction, Fraction],
    good: Good,
    tick: Callable[[], None],
    peaks: Sequence[Cell] = (),
    *,
    paired: bool = False,
) -> list[Cell]:
    """Good cells that cover the piece, or from one end to the other where it has a period; `peaks` are given.

    Those of an even function, whose peaks are given from 0 on, are found to the right of 0 and mirrored. Raises `Unsettled`
    where there are none.
    """
    (low, high), (start, end) = f.piece, ends
    kinks = [kink for kink in f.piece if kink is not None]
    if None in f.piece and covers_period(f.derived, f.variable, start, end):
        low, high = start, end
    if high is None:
        end = _further(max(end, *(peak.high or end for peak in peaks), end), 1, good)
    beyond = [Cell(end, None, "tail")] if high is None else []
    if paired:
        middle = [peak for peak in peaks if peak.low is not None and peak.low < 0]
        here = max((peak.high or Fraction(0) for peak in middle), default=Fraction(0))
        right = [*_between(kinks, good, tick, here, end, [peak for peak in peaks if peak not in middle]), *beyond]
        return [*mirrored_cells(right), *middle, *right]
    if low is None:
        start = _further(min(start, *(peak.low or start for peak in peaks), start), -1, good)
    before = [Cell(None, start, "tail")] if low is None else []
    return [*before, *_between(kinks, good, tick, start, end, peaks), *beyond]


def _between(
    kinks: list[Fraction], good: Good, tick: Callable[[], None], start: Fraction, end: Fraction, peaks: Sequence[Cell]
) -> list[Cell]:
    found, here = list[Cell](), start
    for peak in sorted(peaks, key=lambda cell: cell.low or 0):
        if peak.low is None or peak.high is None:
            continue
        if here < peak.low:
            found += _cut(kinks, good, tick, here, peak.low, 0)
        found.append(peak)
        here = peak.high
    return [*found, *(_cut(kinks, good, tick, here, end, 0) if here < end else [])]


def _further(end: Fraction, side: int, good: Good) -> Fraction:
    """Where the tail begins to stay below what it has to."""
    for start in STARTS:
        if start < abs(end):
            continue
        x = start * side
        try:
            if good(Cell(x, None, "tail") if side > 0 else Cell(None, x, "tail")):
                return x
        except KernelRefusal:
            continue
    raise Unsettled("no tail is seen to stay below the supremum")


def _cut(kinks: list[Fraction], good: Good, tick: Callable[[], None], low: Fraction, high: Fraction, depth: int) -> list[Cell]:
    tick()
    tops = [("top", end) for end in (high, low) if end in kinks]
    for rule, point in (*tops, ("range", None), ("second", None)):
        cell = Cell(low, high, rule, point)
        try:
            if good(cell):
                return [cell]
        except KernelRefusal:
            continue
    if depth > _DEEPEST:
        raise Unsettled(f"the function stays too near its supremum at {float(low):.6g}")
    middle = (low + high) / 2
    return [*_cut(kinks, good, tick, low, middle, depth + 1), *_cut(kinks, good, tick, middle, high, depth + 1)]
