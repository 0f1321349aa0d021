"""Certificates of suprema over the line, and their check.

A certificate is data: the term, the order of the derivative, the sign (−1 for an infimum), kinks, for
each piece between them a list of cells that covers it, bounds, a place that shows the supremum to be no
smaller, and what is claimed of it: attained, approached, and which number it is. `Checker` searches for
nothing. The supremum of a derivative is over the points where the derivative exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from flint import arb

from theory.kernel.algebraic import check_root
from theory.kernel.enclosure import Cell, Function, bound_of, exactly, grows, limit_of, over, tiles
from theory.kernel.exact import ball, scalar
from theory.kernel.field import Field, with_field
from theory.kernel.pieces import MOST_NODES, Piece, bounds_of, smooth
from theory.kernel.series import Precision, expand
from theory.kernel.terms import ONE, Term, mul, rat, sub, substitute, walk
from theory.language.errors import ClaimError, KernelRefusal

MOST_BITS = 1 << 14
MOST_CELLS = 100_000
MOST_KINKS = 1_000
# A number as rational multiples of closed terms; None where it is not known exactly.
Exact: TypeAlias = "dict[Term, Fraction] | None"


@dataclass(frozen=True)
class Place:
    """Where the supremum is reached or approached.

    `point`: at x inside a piece. `constant`: the piece that starts at x (None: at −∞) has one value. `kink`: towards the
    kink x from `side` (1 from above). `join`: at the kink x itself, where the derivative exists. `limit`: beyond the end x
    of a tail on `side`. `infinity`: there too, where the function is unbounded.
    """

    kind: str
    x: Fraction | None
    side: int = 0


@dataclass(frozen=True)
class Certificate:
    """`lower` ≤ sup of sign · D^order term ≤ `upper`; None for ∞.

    `others` bounds the function outside of the peaks, where the supremum is attained in one of them. `polynomial` (constant
    coefficient first) has the supremum as a root; `closed` is the supremum, and `points` where it is attained: one for each
    peak, in order.
    """

    term: Term
    variable: Term
    order: int
    sign: int
    bits: int
    kinks: tuple[Fraction, ...]
    cells: tuple[tuple[Cell, ...], ...]
    lower: Fraction | None
    upper: Fraction | None
    others: Fraction | None
    place: Place
    status: str
    polynomial: tuple[int, ...] = ()
    closed: Term | None = None
    points: tuple[Term, ...] = ()

    def near(self, peak: Cell) -> tuple[Fraction, Fraction] | None:
        """An interval that holds the maximum over a peak, within |f'(m)|/μ of m; None if it stays below `lower`."""
        low, high, m = peak.low, peak.high, peak.point
        if low is None or high is None or m is None:
            raise KernelRefusal("a peak has two ends and a point")
        with Precision(self.bits):
            piece = next(p for p in self.pieces() if (p[0] is None or p[0] <= low) and (p[1] is None or high <= p[1]))
            f = Function(self.term, self.variable, piece, self.order, self.sign)
            if self.lower is not None and bound_of(f, peak) < exactly(self.lower):
                return None
            _, slope = f.at(exactly(m), 2)
            mu = -f.at(over(low, high), 3)[2].upper()
            man, exp = (abs(slope).upper() / mu).upper().man_exp()
        reach = Fraction(int(man)) * Fraction(2) ** int(exp)
        return max(low, m - reach), min(high, m + reach)

    def pieces(self) -> list[Piece]:
        """The open intervals between the kinks."""
        ends = [None, *self.kinks, None]
        return list(pairwise(ends))


def check(c: Certificate) -> None:
    """Refuse the certificate unless each of its claims holds."""
    if not (16 <= c.bits <= MOST_BITS and sum(map(len, c.cells)) <= MOST_CELLS and c.sign in (1, -1) and 0 <= c.order <= 8):
        raise KernelRefusal("the certificate asks for more than a check may cost")
    x = c.variable
    if x.op != "var" or x.sort != "real" or x.shape is not None or sum(1 for _ in walk(c.term)) > MOST_NODES:
        raise KernelRefusal("a real variable is expected, and a term of a size that can be evaluated")
    if (
        len(c.kinks) > MOST_KINKS
        or list(c.kinks) != sorted(set(c.kinks))
        or len(c.cells) != len(c.kinks) + 1
        or c.term.free - {c.variable}
    ):
        raise KernelRefusal("the kinks are increasing, a list of cells belongs to each piece, and x is the only variable")
    try:
        with Precision(c.bits):
            Checker(c).run()
    except (ArithmeticError, TypeError, ValueError, AttributeError, RecursionError, ClaimError) as error:
        raise KernelRefusal(f"the certificate cannot be evaluated: {error}") from error


_NOTHING = (None, None, None, "unbounded", (), None, ())


class Checker:
    """One certificate, under its precision."""

    def __init__(self, c: Certificate) -> None:
        self.c = c
        self.functions = [Function(c.term, c.variable, piece, c.order, c.sign) for piece in c.pieces()]
        self.value, self.exact = self._value()

    def run(self) -> None:
        """Check everything."""
        c = self.c
        if c.place.kind == "infinity":
            if (c.lower, c.upper, c.others, c.status, c.polynomial, c.closed, c.points) != _NOTHING:
                raise KernelRefusal("an unbounded function has no supremum to speak of")
            return
        if c.lower is None or c.upper is None or not c.lower <= c.upper:
            raise KernelRefusal("the bounds of a supremum are numbers in order")
        known = rational(self.exact)
        if not (exactly(c.lower) <= self.value if known is None else c.lower <= known):
            raise KernelRefusal("the supremum is not seen to be as large as the lower bound")
        kinds = {"attained": ("point", "constant", "join"), "approached": ("limit", "kink")}
        if c.place.kind not in kinds.get(c.status, ()) and c.status != "unknown":
            raise KernelRefusal("a supremum is attained at a point, or approached at a kink or an end of the line")
        if c.status == "attained" and c.place.kind != "point" and known != c.upper:
            raise KernelRefusal("a number that is attained as the supremum is its upper bound exactly")
        if c.status == "attained" and c.place.kind == "point" and (c.others is None or not c.others < c.lower):
            raise KernelRefusal("an attained supremum is above everything outside of its peaks")
        for f, cells in zip(self.functions, c.cells, strict=True):
            tiles(f, list(cells))
            for cell in cells:
                if not self.stays(f, cell):
                    raise KernelRefusal(f"the cell from {cell.low} to {cell.high} is not seen to stay below the supremum")
        for kink in c.kinks if c.order == 0 else ():
            self._value_at_kink(kink)
        self.number()

    # --- below the supremum --------------------------------------------------------------------------

    def stays(self, f: Function, cell: Cell) -> bool:
        """Whether f is seen to stay below on a cell: below the upper bound, and as far below as the status says."""
        c = self.c
        if c.upper is None or c.lower is None:
            return False
        if cell.rule == "constant":
            known = rational(constant_of(f)[1])
            if known is None:
                return False
            limit = c.others if c.status == "attained" and c.place.kind == "point" else c.upper
            return limit is not None and known <= limit and (c.status != "approached" or known < c.lower)
        bound = bound_of(f, cell)
        end = {"rise": cell.high, "fall": cell.low}.get(cell.rule)
        known = rational(exact_at(f, end)) if end is not None and end in f.piece else None
        if known is not None and c.status != "approached" and not (c.status == "attained" and c.place.kind == "point"):
            return known <= c.upper  # as numbers, since balls of equal numbers overlap
        if not bound <= exactly(c.upper):
            return False
        if c.status == "attained" and c.place.kind == "point":
            if cell.rule == "peak":  # the maximum over it is taken inside: it does not touch a kink
                return cell.low != f.piece[0] and cell.high != f.piece[1]
            return c.others is not None and bool(bound <= exactly(c.others))
        return c.status != "approached" or bool(bound < exactly(c.lower)) or self._approaches(f, cell)

    def _approaches(self, f: Function, cell: Cell) -> bool:
        """The supremum is the limit of f along this cell, and f stays strictly below it there."""
        c = self.c
        if cell.rule == "tail":
            end, side = (cell.low, 1) if cell.high is None else (cell.high, -1)
            if end is None:
                return False
            limit = limit_of(f, end, side)
            here = c.place == Place("limit", end, side) or (limit.exact is not None and limit.exact == self.exact)
            return here and limit.side < 0
        if cell.rule in ("rise", "fall"):
            end, side = (cell.high, -1) if cell.rule == "rise" else (cell.low, 1)
            if end is None or end not in f.piece:
                return False
            value = exact_at(f, end)
            here = c.place == Place("kink", end, side) or (value is not None and value == self.exact)
            return here and self._no_derivative(end)
        return False

    def _no_derivative(self, kink: Fraction) -> bool:
        """Whether D^order is seen not to exist at a kink (or, for order 0, is checked on its own): one-sided values differ.

        Where a derivative exists and has one-sided limits it is equal to both.
        """
        if self.c.order == 0:
            return True
        left, right = self._beside(kink)
        for order in range(self.c.order + 1):
            a, b = (_one_sided(g, kink, order) for g in (left, right))
            if not a.overlaps(b):
                return True
        return False

    def _beside(self, kink: Fraction) -> tuple[Function, Function]:
        left = next((g for g in self.functions if g.piece[1] == kink), None)
        right = next((g for g in self.functions if g.piece[0] == kink), None)
        if left is None or right is None:
            raise KernelRefusal("the place is no kink")
        return left, right

    def _value_at_kink(self, kink: Fraction) -> None:
        """The function itself is defined at its kinks too, and may jump there."""
        closed = substitute(self.c.term, {self.c.variable: rat(kink)})
        with_field((), lambda field: field.require_defined(closed))
        known = scalar(closed)
        value = ball(closed) * self.c.sign if known is None else exactly(known * self.c.sign)
        peaks = self.c.status == "attained" and self.c.place.kind == "point"
        most = self.c.others if peaks else self.c.upper if self.c.status != "approached" else self.c.lower
        below = most is not None and (known * self.c.sign <= most if known is not None else bool(value <= exactly(most)))
        if not below or most is None or (self.c.status == "approached" and not value < exactly(most)):
            raise KernelRefusal(f"the value at the kink {kink} is not seen to stay below the supremum")

    # --- the value --------------------------------------------------------------------------------------

    def _value(self) -> tuple[arb, Exact]:
        """The value that the place shows, and the same exactly where that is known."""
        x, side, kind = self.c.place.x, self.c.place.side, self.c.place.kind
        if kind in ("limit", "infinity") and x is not None and side in (1, -1):
            f = self.functions[-1 if side > 0 else 0]
            if kind == "infinity":
                grows(f, x, side)
                return arb(0), None
            tail = limit_of(f, x, side)
            return tail.limit, tail.exact
        if kind in ("kink", "join") and x is not None:
            left, right = self._beside(x)
            if kind == "join":
                self._require_joined(left, right, x)
            f = right if side > 0 else left
            return f.at(exactly(x), 1)[0], exact_at(f, x)
        if kind == "constant":
            f = next((g for g in self.functions if g.piece[0] == x), None)
            if f is not None:
                return constant_of(f)
        if kind == "point" and x is not None:
            return self._around(x).at(exactly(x), 1)[0], None
        raise KernelRefusal("the place of a supremum is a point of a piece, a kink, a constant piece or an end of the line")

    def _around(self, x: Fraction) -> Function:
        for f in self.functions:
            low, high = f.piece
            if (low is None or low < x) and (high is None or x < high):
                return f
        raise KernelRefusal("the place of a supremum lies inside a piece")

    def _require_joined(self, left: Function, right: Function, x: Fraction) -> None:
        """The function and its derivatives agree from both sides and with the value, so the derivative exists."""
        at = {self.c.variable: rat(x)}
        for order in range(self.c.order + 1):
            a, b = (substitute(smooth(g.body, g.variable, g.piece, order), at) for g in (left, right))
            if not equal(a, b) or (order == 0 and not equal(a, substitute(self.c.term, at))):
                raise KernelRefusal("the derivative does not exist at the kink, or is not seen to")

    def number(self) -> None:
        """Which number the supremum is, if the certificate says so."""
        c = self.c
        if c.polynomial:
            if c.status != "attained" or c.place.kind != "point" or c.place.x is None or c.lower is None or c.upper is None:
                raise KernelRefusal("a minimal polynomial is that of a maximum")
            for f, cells in zip(self.functions, c.cells, strict=True):  # the maximum may lie in any piece that has a peak
                if any(cell.rule == "peak" for cell in cells):
                    check_root(f, c.polynomial, c.lower, c.upper)
            if not any(cell.rule == "peak" for cells in c.cells for cell in cells):
                raise KernelRefusal("a maximum that is attained lies in a peak")
        at_peaks = c.status == "attained" and c.place.kind == "point"
        if (c.points and (c.closed is None or not at_peaks)) or (c.others is not None and not at_peaks):
            raise KernelRefusal("points and a bound elsewhere belong to a maximum that is attained in a peak")
        if c.closed is None:
            return
        if c.status not in ("attained", "approached"):
            raise KernelRefusal("of a supremum that is only enclosed no exact value is known")
        if c.closed.free or any(p.free for p in c.points):
            raise KernelRefusal("a closed form has no variable")
        if c.place.kind != "point":
            if self.exact is None or not equal(c.closed, _combined(self.exact)):
                raise KernelRefusal("the closed form is not the value")
            return
        peaks = [(f, cell) for f, cells in zip(self.functions, c.cells, strict=True) for cell in cells if cell.rule == "peak"]
        if len(peaks) != len(c.points) or not peaks:
            raise KernelRefusal("a closed form of a maximum comes with the point of each peak")
        for (f, cell), point in zip(peaks, c.points, strict=True):
            at = expand(point, ONE, arb(1), 1)[0]
            if cell.low is None or cell.high is None or not (exactly(cell.low) <= at <= exactly(cell.high)):
                raise KernelRefusal("the point of a peak lies in its cell")
            # f'' < 0 on the cell, so it has one critical point, and that is its maximum.
            slope = substitute(f.derivative_term(), {c.variable: point})
            if not equal(slope, rat(0)) or not equal(mul(rat(c.sign), substitute(f.derived, {c.variable: point})), c.closed):
                raise KernelRefusal("the closed form is not the value at a point where the slope vanishes")


def constant_of(f: Function) -> tuple[arb, Exact]:
    """The value of a function that does not vary on its piece: its normal form is that of a number."""
    value = with_field(bounds_of(f.piece, f.variable), lambda field: field.ring.as_constant(field.frac(f.derived)))
    if value is None:
        raise KernelRefusal("the function is not seen to be constant on the piece")
    return exactly(value * f.sign), {ONE: value * f.sign} if value else {}


def rational(exact: Exact) -> Fraction | None:
    """The number, where it is rational."""
    return None if exact is None or set(exact) - {ONE} else exact.get(ONE, Fraction(0))


def exact_at(f: Function, x: Fraction) -> Exact:
    """The one-sided value at an end of the piece, where it is rational."""
    closed = substitute(f.derived, {f.variable: rat(x)})
    try:
        value = with_field((), lambda field: field.ring.as_constant(field.frac(closed)))
    except KernelRefusal:
        return None
    return None if value is None else {ONE: value * f.sign} if value else {}


def _one_sided(f: Function, x: Fraction, order: int) -> arb:
    return expand(f.body, f.variable, exactly(x), order + 1)[order]


def equal(a: Term, b: Term) -> bool:
    """Whether two closed terms are defined and equal, by their normal forms."""

    def same(field: Field) -> bool:
        for t in (a, b):
            field.require_defined(t)
        return field.ring.equal(field.frac(a), field.frac(b))

    return with_field((), same)


def _combined(exact: dict[Term, Fraction]) -> Term:
    total = rat(0)
    for closed, q in exact.items():
        total = sub(total, mul(rat(-q), closed))
    return total
