"""Functions that look even or odd: what was found on one side of 0 is proposed for the other side too, and checked there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from theory.kernel.enclosure import Cell, Certificate, Place
from theory.kernel.functions import Function
from theory.kernel.terms import Term, neg, rat
from theory.language.errors import KernelRefusal
from theory.tactics.numbers import negative

_TRIED = (Fraction(3, 8), Fraction(7, 4))
_PLACES = ("point", "limit")


def parity_of(f: Function) -> int:
    """1 where f looks even, −1 where odd, by a few values; else 0."""
    if f.piece != (None, None):
        return 0
    try:
        values = [(f.over(x, x)[0], f.over(-x, -x)[0]) for x in _TRIED]
    except KernelRefusal:
        return 0
    return next((p for p in (1, -1) if all((a - b * p).contains(0) for a, b in values)), 0)


def mirrored_cells(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of f(−x), from left to right."""
    return [Cell(negative(c.high), negative(c.low), c.rule, negative(c.point)) for c in reversed(cells)]


def mirrored(c: Certificate) -> Certificate | None:
    """The certificate for −f of an odd f that is smooth on the line, from that for f."""
    if c.kinks or c.place.kind not in _PLACES:
        return None
    (cells,), place = c.cells, c.place
    return replace(
        c,
        sign=-c.sign,
        cells=(tuple(mirrored_cells(cells)),),
        place=Place(place.kind, negative(place.x), -place.side),
        points=tuple(map(_across, reversed(c.points))),
    )


def _across(point: Term) -> Term:
    """−point, as the search writes points: −√2 has a factor −1, and √2 none."""
    if point.op == "rat":
        return rat(-point.data)
    return point.args[-1] if point is neg(point.args[-1]) else neg(point)
