"""Symmetry about a point of the line: odd, even, or odd about (a, b); proved piece by piece, denied by one point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from theory.kernel.enclosure import Study
from theory.kernel.exact import ball
from theory.kernel.field import Field
from theory.kernel.functions import same_number
from theory.kernel.pieces import Piece, bounds_of
from theory.kernel.replacing import substitute
from theory.kernel.terms import Term, add, mul, neg, rat, sub
from theory.language.errors import KernelRefusal
from theory.tactics.numbers import simplified

Kind: TypeAlias = Literal["odd", "even"]
_KINDS: tuple[Kind, ...] = ("odd", "even")
_PROBES = tuple(map(Fraction, ("1/3", "1", "5/2", "7")))


@dataclass(frozen=True)
class Symmetry:
    """φ(2a − x) = φ(x) (`even`), or φ(2a − x) = 2b − φ(x) (`odd`); about a = 0, and b = 0 for `odd`, in the usual sense."""

    kind: Kind
    centre: Fraction
    height: Term


def symmetry_of(t: Term, x: Term, kinks: tuple[Fraction, ...], centres: Iterable[Fraction]) -> Symmetry | bool | None:
    """The first symmetry that is proved about one of the centres; False where all are denied, None where one is not decided."""
    decided = True
    for a in dict.fromkeys(centres):
        height = simplified(substitute(t, {x: rat(a)}))
        for kind in _KINDS:
            found = _holds(kind, t, x, kinks, a, height)
            if found:
                return Symmetry(kind, a, height)
            decided = decided and found is False
    return False if decided else None


def _holds(kind: Kind, t: Term, x: Term, kinks: tuple[Fraction, ...], a: Fraction, height: Term) -> bool | None:
    """Whether it is symmetric in that way about a; None where neither that nor the contrary is seen."""

    def defect(there: Term, here: Term) -> Term:
        return sub(there, here) if kind == "even" else add(there, here, mul(rat(-2), height))

    image = sub(rat(2 * a), x) if a else neg(x)
    turned = substitute(t, {x: image})
    for u in _PROBES:
        try:
            if not ball(defect(*(substitute(t, {x: rat(q)}) for q in (a - u, a + u)))).contains(0):
                return False
        except KernelRefusal:
            continue
    try:
        marks = sorted({*kinks, *(2 * a - k for k in kinks)})
        at_marks = all(same_number(defect(substitute(turned, {x: rat(k)}), substitute(t, {x: rat(k)})), rat(0)) for k in marks)
        pieces = list(pairwise([None, *marks, None]))
        there, here = Study(turned, x, 0), Study(t, x, 0)
        on_pieces = all(_vanishes(defect(there.on(p).smooth(0), here.on(p).smooth(0)), x, p) for p in pieces)
    except KernelRefusal:
        return None
    return True if at_marks and on_pieces else None


def _vanishes(t: Term, x: Term, piece: Piece) -> bool:
    return Field(bounds_of(piece, x)).same(t, rat(0))
