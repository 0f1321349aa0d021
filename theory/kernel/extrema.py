"""Certificates of suprema over the line, and their check.

A certificate is data: the term, the order of the derivative, the sign (−1 for an infimum), kinks, for
each piece between them a list of cells that covers it, a bound for all of it, a place that shows the
supremum to be no smaller, and what is claimed of it: attained or approached. `check` searches for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import arb

from theory.kernel.enclosure import Cell, Function, bound_of, exactly, limit_of, tiles
from theory.kernel.field import Field, with_field
from theory.kernel.pieces import Piece, bounds_of, smooth
from theory.kernel.series import Precision
from theory.kernel.terms import ONE, Term, rat, substitute
from theory.language.errors import KernelRefusal

MOST_BITS = 1 << 14
MOST_CELLS = 100_000
Exact: TypeAlias = "dict[Term, Fraction] | None"


@dataclass(frozen=True)
class Place:
    """Where the supremum is reached or approached.

    `point`: at x in a piece. `limit`: beyond the end x of a tail on `side`. `kink`: towards the kink x from
    `side` (1 from above). `join`: at the kink x, where the pieces fit together so well that the derivative
    exists. `constant`: the whole piece that starts at x (None: at −∞) has one value.
    """

    kind: str
    x: Fraction | None
    side: int = 0


@dataclass(frozen=True)
class Certificate:
    """sup of sign · D^order term over the line without the kinks; `lower` ≤ it ≤ `upper`, None for ±∞."""

    term: Term
    variable: Term
    order: int
    sign: int
    bits: int
    kinks: tuple[Fraction, ...]
    cells: tuple[tuple[Cell, ...], ...]
    lower: Fraction
    upper: Fraction
    others: Fraction | None
    place: Place
    status: str

    def pieces(self) -> list[Piece]:
        """The open intervals between the kinks."""
        ends = [None, *self.kinks, None]
        return list(zip(ends[:-1], ends[1:], strict=True))


def check(c: Certificate) -> None:
    """Refuse the certificate unless each of its claims holds."""
    if not (16 <= c.bits <= MOST_BITS and sum(map(len, c.cells)) <= MOST_CELLS and c.sign in (1, -1) and 0 <= c.order <= 8):
        raise KernelRefusal("the certificate asks for more than a check may cost")
    if list(c.kinks) != sorted(set(c.kinks)) or len(c.cells) != len(c.kinks) + 1 or c.term.free - {c.variable}:
        raise KernelRefusal("the kinks are increasing, a list of cells belongs to each piece, and x is the only variable")
    if c.status not in ("attained", "approached", "unknown") or not c.lower <= c.upper:
        raise KernelRefusal("a supremum is attained, approached or unknown to be either, and its bounds are in order")
    with Precision(c.bits):
        functions = [Function(c.term, c.variable, piece, c.order, c.sign) for piece in c.pieces()]
        value, exact = value_at(c.place, functions)
        known = _rational(exact)
        if not (exactly(c.lower) <= value if known is None else c.lower <= known):
            raise KernelRefusal("the supremum is not seen to be as large as the lower bound")
        if c.status == "attained" and c.place.kind not in ("point", "constant", "join"):
            raise KernelRefusal("a supremum is attained at a point")
        if c.place.kind in ("constant", "join") and c.status == "attained" and known != c.upper:
            raise KernelRefusal("a number that is the supremum is its upper bound exactly")
        if c.status == "approached" and c.place.kind not in ("limit", "kink"):
            raise KernelRefusal("a supremum is approached at a kink or at infinity")
        for f, cells in zip(functions, c.cells, strict=True):
            tiles(f, list(cells))
            for cell in cells:
                if not stays(c, f, cell, exact):
                    raise KernelRefusal(f"the cell from {cell.low} to {cell.high} is not seen to stay below the supremum")


def value_at(place: Place, functions: list[Function]) -> tuple[arb, Exact]:
    """The value that the place shows, and the same exactly where that is known."""
    if place.kind == "limit" and place.x is not None and place.side in (1, -1):
        f = functions[-1 if place.side > 0 else 0]
        tail = limit_of(f, place.x, place.side)
        return tail.limit, tail.exact
    if place.kind == "kink" and place.x is not None and place.side in (1, -1):
        f = next((g for g in functions if g.piece[0 if place.side > 0 else 1] == place.x), None)
        if f is not None:
            return f.at(exactly(place.x), 1)[0], _exact_at(f, place.x)
    if place.kind == "join" and place.x is not None:
        left = next((g for g in functions if g.piece[1] == place.x), None)
        right = next((g for g in functions if g.piece[0] == place.x), None)
        if left is not None and right is not None:
            _require_joined(left, right, place.x)
            return left.at(exactly(place.x), 1)[0], _exact_at(left, place.x)
    if place.kind == "constant":
        f = next((g for g in functions if g.piece[0] == place.x), None)
        if f is not None:
            return constant_of(f)
    if place.kind == "point" and place.x is not None:
        f = next((g for g in functions if _contains(g.piece, place.x)), None)
        if f is not None:
            return f.at(exactly(place.x), 1)[0], None
    raise KernelRefusal("the place of a supremum is a point of a piece, a kink, a constant piece or an end of the line")


def _rational(exact: Exact) -> Fraction | None:
    """The number, where it is rational."""
    return None if exact is None or set(exact) - {ONE} else exact.get(ONE, Fraction(0))


def _contains(piece: Piece, x: Fraction) -> bool:
    low, high = piece
    return (low is None or low < x) and (high is None or x < high)


def stays(c: Certificate, f: Function, cell: Cell, exact: Exact) -> bool:
    """Whether f is seen to stay below on a cell: below the upper bound, and as far below as the status says."""
    return _below(c, f, cell) and _fits(c, f, cell, exact)


def _below(c: Certificate, f: Function, cell: Cell) -> bool:
    """Below the upper bound."""
    if cell.rule == "constant":
        known = _rational(constant_of(f)[1])
        return known is not None and known <= c.upper
    return bool(bound_of(f, cell) <= exactly(c.upper))


def _fits(c: Certificate, f: Function, cell: Cell, exact: Exact) -> bool:
    """What the status says of a cell: below the others where it is no peak, strictly below a value that is only approached."""
    if c.status == "unknown" or (c.status == "attained" and c.place.kind in ("constant", "join")):
        return True  # `check` has seen that the value is the upper bound itself
    if c.status == "attained" and c.place.kind == "point":
        if c.others is None or not c.others < c.lower:
            return False
        if cell.rule == "peak":
            return cell.low != f.piece[0] and cell.high != f.piece[1]
        bound = constant_of(f)[0] if cell.rule == "constant" else bound_of(f, cell)
        return bool(bound <= exactly(c.others))
    if cell.rule == "constant":
        value, known = constant_of(f)
        return known is not None and bool(value < exactly(c.lower))
    if bound_of(f, cell) < exactly(c.lower):
        return True
    if cell.rule == "tail":
        end, side = (cell.low, 1) if cell.high is None else (cell.high, -1)
        if end is None:
            return False
        tail = limit_of(f, end, side)
        # The limit is the supremum itself: the same place, or the same number exactly; and it is approached from below.
        same = (end, side) == (c.place.x, c.place.side) if c.place.kind == "limit" else False
        return (same or (tail.exact is not None and tail.exact == exact)) and tail.side < 0
    if cell.rule in ("rise", "fall"):
        # Strictly monotone towards a kink, where the value is the supremum.
        end, side = (cell.high, -1) if cell.rule == "rise" else (cell.low, 1)
        if end is None or end not in f.piece:
            return False
        return (c.place.kind, end, side) == ("kink", c.place.x, c.place.side) or (
            exact is not None and _exact_at(f, end) == exact
        )
    return False


def _exact_at(f: Function, x: Fraction) -> Exact:
    """The one-sided value at an end of the piece, where it is rational."""
    closed = substitute(f.derived, {f.variable: rat(x)})
    try:
        value = with_field((), lambda field: field.ring.as_constant(field.frac(closed)))
    except KernelRefusal:
        return None
    return None if value is None else {ONE: value * f.sign} if value else {}


def _require_joined(left: Function, right: Function, x: Fraction) -> None:
    """The function and its derivatives up to the order agree from both sides, so the derivative exists at the kink."""
    for order in range(left.order + 1):
        ends = [substitute(smooth(g.body, g.variable, g.piece, order), {g.variable: rat(x)}) for g in (left, right)]

        def same(field: Field, ends: list[Term] = ends) -> bool:
            return field.ring.equal(field.frac(ends[0]), field.frac(ends[1]))

        if not with_field((), same):
            raise KernelRefusal("the derivative does not exist at the kink, or is not seen to")


def constant_of(f: Function) -> tuple[arb, Exact]:
    """The value of a function that does not vary on its piece: its normal form is that of a number."""
    value = with_field(bounds_of(f.piece, f.variable), lambda field: field.ring.as_constant(field.frac(f.derived)))
    if value is None:
        raise KernelRefusal("the function is not seen to be constant on the piece")
    return exactly(value * f.sign), {ONE: value * f.sign} if value else {}
