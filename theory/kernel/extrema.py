"""The check of a certificate: each cell stays below the supremum, the place reaches it, and it is the number that is claimed.

`Checker` searches for nothing. The supremum of a derivative is over the points where the derivative exists.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx

from theory.kernel.algebraic import check_root
from theory.kernel.enclosure import Cell, Certificate, Place, Study, bound_of, highest, require_exact, tiles
from theory.kernel.exact import ball
from theory.kernel.field import Field
from theory.kernel.functions import (
    Exact,
    Function,
    constant_value,
    covers_period,
    exact_end,
    exactly,
    rational,
    same_number,
)
from theory.kernel.growth import value_of
from theory.kernel.pieces import MOST_NODES, Piece
from theory.kernel.replacing import mapped, substitute, walk
from theory.kernel.series import Precision, expand
from theory.kernel.terms import Term, add, mul, power, rat
from theory.language.errors import ClaimError, KernelRefusal, refuse_if

MOST_BITS = 1 << 14
MOST_CELLS = 100_000
MOST_KINKS = 1_000


def check(c: Certificate, study: Study | None = None) -> Study:
    """Refuse the certificate unless each of its claims holds.

    What was found of its function is handed back; it spares work with another certificate of the same one.
    """
    try:
        require_exact(c)
        switches = [switch for found in c.switches for switch in found]
        cost = sum(map(len, c.cells)) + sum(1 + len(switch.cells) for switch in switches)
        if not (16 <= c.bits <= MOST_BITS and cost <= MOST_CELLS and c.sign in (1, -1) and 0 <= c.order <= 8):
            raise KernelRefusal("the certificate asks for more than a check may cost")
        x = c.variable
        refuse_if(x.op != "var" or x.sort != "real" or x.shape is not None, "a real variable is expected")
        for t in (c.term, *(switch.term for switch in switches)):
            if t.free - {x} or sum(1 for _ in walk(t)) > MOST_NODES:
                raise KernelRefusal("a term in the one variable is expected, of a size that can be evaluated")
        if len(c.kinks) > MOST_KINKS or list(c.kinks) != sorted(set(c.kinks)) or len(c.cells) != len(c.kinks) + 1:
            raise KernelRefusal("the kinks are increasing, and a list of cells belongs to each piece")
        if study is None or not study.is_of(c):
            study = Study(c.term, c.variable, c.order)
        with Precision(c.bits):
            Checker(c, study).run()
        return study
    except (ArithmeticError, TypeError, ValueError, AttributeError, LookupError, RecursionError, ClaimError) as error:
        raise KernelRefusal(f"the certificate cannot be evaluated: {error}") from error


_NOTHING = (None, None, None, "unbounded", (), None, ())


class Checker:
    """One certificate, under its precision; `study` is of its function, and keeps what was found before."""

    def __init__(self, c: Certificate, study: Study) -> None:
        self.c, self._study = c, study
        refuse_if(not study.is_of(c), "the study is that of another function")
        switches = c.switches or ((),) * (len(c.kinks) + 1)
        self.functions = [self._study.on(*on).times(c.sign) for on in zip(c.pieces(), switches, strict=True)]
        self.in_peaks = c.status == "attained" and c.others is not None
        self.value, self.exact = self._value()

    def run(self) -> None:
        """Check everything."""
        c = self.c
        if c.place.kind == "infinity":
            if (c.lower, c.upper, c.others, c.status, c.polynomial, c.closed, c.points) != _NOTHING:
                raise KernelRefusal("an unbounded function has no supremum to speak of")
            self._defined()
            return
        if c.lower is None or c.upper is None or not c.lower <= c.upper:
            raise KernelRefusal("the bounds of a supremum are numbers in order")
        known = rational(self.exact)
        if not (exactly(c.lower) <= self.value if known is None else c.lower <= known):
            raise KernelRefusal("the supremum is not seen to be as large as the lower bound")
        attained = ("point", "kink") if self.in_peaks else ("point", "constant", "join", "zero")
        kinds = {"attained": attained, "approached": ("limit", "kink"), "unknown": (c.place.kind,)}
        if c.place.kind not in kinds.get(c.status, ()):
            raise KernelRefusal("a supremum is attained at a point, or approached at a kink or an end of the line")
        if c.others is not None and not (self.in_peaks and c.others < c.lower):
            raise KernelRefusal("a bound outside of the peaks belongs to a supremum that is attained in them, and is below it")
        if c.status == "attained" and not self.in_peaks and not self._is_number(c.lower, c.upper):
            raise KernelRefusal(
                "a supremum that is attained outside of peaks is a number known exactly, and its upper bound if rational"
            )
        peaks, others = list[tuple[Function, Cell]](), None if c.others is None else exactly(c.others)
        for f, cells in zip(self.functions, c.cells, strict=True):
            if None in f.piece and not cells and self._repeats():
                continue
            tiles(f, list(cells))
            for cell in cells:
                if others is not None and cell.rule != "constant":
                    if bound_of(f, cell) <= others:
                        continue
                    peaks += [(f, cell)] if cell.rule != "tail" else []
                if not self.stays(f, cell):
                    where = [float(end) for end in (cell.low, cell.high) if end is not None]
                    raise KernelRefusal(f"the function is not seen to stay below the supremum near {where}")
        self.peaks = peaks
        for kink in c.kinks:
            self._at_kink(kink)
        self.number(c.polynomial, c.closed, c.points)

    def _repeats(self) -> bool:
        """Whether the term repeats itself, and its kinks reach over a period, so that nothing happens beyond them."""
        ends = self.c.kinks
        return len(ends) > 1 and covers_period(self._study.everywhere.term, self.c.variable, ends[0], ends[-1])

    def _defined(self) -> None:
        """Refuse unless the function is defined on the line: on pieces where it is smooth, and by hulls elsewhere."""
        for f, cells in zip(self.functions, self.c.cells, strict=True):
            if not cells:
                f.smooth(0)
                continue
            tiles(f, list(cells))
            for cell in cells:
                refuse_if(cell.rule != "hull", "the cells of an unbounded function show where it is defined: they are hulls")
                bound_of(f, cell)
        for kink in self.c.kinks:
            self._highest_at(kink)

    # --- below the supremum --------------------------------------------------------------------------

    def stays(self, f: Function, cell: Cell) -> bool:
        """Whether f is seen to stay below on a cell: below the upper bound, and as far below as the status says."""
        c = self.c
        if c.upper is None or c.lower is None:
            return False
        exact = f.constant() if cell.rule == "constant" else None
        bound = bound_of(f, cell) if exact is None else value_of(exact)
        if c.others is not None and bound <= exactly(c.others):
            return True
        most = self._most
        below = bool(bound <= exactly(most))
        if not below and c.status != "approached":  # as numbers, since balls of equal numbers overlap
            exact = self.exact_bound(f, cell) if exact is None else exact
            known = rational(exact)
            below = known <= most if known is not None else most < c.upper and self.same(exact)
        if self.in_peaks:
            return below and cell.rule != "constant" and self._continuous_on(f, cell)
        return below and (c.status != "approached" or bool(bound < exactly(c.lower)) or self._approaches(f, cell))

    @cached_property
    def _most(self) -> Fraction:
        """What everything stays below: the upper bound, or the lower one if an irrational number is to be attained."""
        c = self.c
        if c.lower is None or c.upper is None:
            raise KernelRefusal("the bounds of a supremum are numbers")
        return c.lower if c.status == "attained" and not self.in_peaks and rational(self.exact) is None else c.upper

    def _is_number(self, lower: Fraction, upper: Fraction) -> bool:
        known = rational(self.exact)
        return (
            known == upper
            if known is not None
            else self.exact is not None and bool(exactly(lower) <= self.value <= exactly(upper))
        )

    def same(self, exact: Exact) -> bool:
        """Whether a number is seen to be the one at the place."""
        return exact is not None and self.exact is not None and (exact is self.exact or same_number(exact, self.exact))

    def exact_bound(self, f: Function, cell: Cell) -> Exact:
        """A bound of f on a cell as a number, where the rule gives one."""
        if cell.rule == "top" and cell.point is not None:
            return f.exact_at(cell.point)
        if cell.rule == "hull" and cell.low is not None and cell.high is not None:
            return rat(highest(f, cell.low, cell.high))
        end = cell.low if cell.high is None else cell.high
        if cell.rule != "tail" or end is None or f.growth(end, side := 1 if cell.high is None else -1) < 0:
            return None
        limit = f.limit_at(end, side)
        return limit.exact if limit.side < 0 else None

    def _continuous_on(self, f: Function, cell: Cell) -> bool:
        """Whether D^order is seen to exist and be continuous on a closed cell, so that it has a maximum there."""
        if cell.low is None or cell.high is None:
            return False
        if cell.rule == "hull":
            return f.hull(cell.low, cell.high)[1]
        return all(end not in f.piece or self.continuous_at(end) for end in (cell.low, cell.high))

    def continuous_at(self, kink: Fraction) -> bool:
        """Whether D^order is seen to exist at a kink, and to be continuous there."""
        left, right = self._beside(kink)
        if left.hull(kink, kink)[1]:
            return True
        try:
            self._require_joined(left, right, kink)
        except KernelRefusal:
            return False
        return True

    def _approaches(self, f: Function, cell: Cell) -> bool:
        """The supremum is the limit of f along this cell, and f stays strictly below it there."""
        c, end = self.c, cell.point
        if cell.rule == "tail":
            end, side = (cell.low, 1) if cell.high is None else (cell.high, -1)
            if end is None:
                return False
            limit = f.limit_at(end, side)
            return limit.side < 0 and (c.place == Place("limit", end, side) or self.same(limit.exact))
        if cell.rule != "top" or end is None or end not in f.piece:
            return False
        here = c.place == Place("kink", end, -1 if end == cell.high else 1)
        return (here or self.same(f.exact_at(end))) and self._no_derivative(end)

    def _no_derivative(self, kink: Fraction) -> bool:
        """Whether D^order is seen not to exist at a kink (or, for order 0, is checked on its own): one-sided values differ.

        Where a derivative exists and has one-sided limits it is equal to both.
        """
        if self.c.order == 0:
            return True
        left, right = self._beside(kink)
        return not all(_one_sided(left, kink, k).overlaps(_one_sided(right, kink, k)) for k in range(self.c.order + 1))

    def _beside(self, kink: Fraction) -> tuple[Function, Function]:
        left = next((g for g in self.functions if g.piece[1] == kink), None)
        right = next((g for g in self.functions if g.piece[0] == kink), None)
        if left is None or right is None:
            raise KernelRefusal("the place is no kink")
        return left, right

    def _highest_at(self, kink: Fraction) -> Fraction:
        """A bound of the function at a kink, where it may jump; beside a derivative any number, if it is defined there."""
        everywhere, bounds = self._study.everywhere.times(self.c.sign), list[Fraction]()

        def found() -> Fraction | arb:
            closed = substitute(self.c.term, {self.c.variable: rat(kink)})
            Field().require_defined(closed)
            known = Fraction(0) if self.c.order else constant_value(closed)
            return ball(closed) if known is None else known

        with suppress(KernelRefusal):
            value = everywhere.once(("at", kink, ctx.prec), found) * self.c.sign
            if isinstance(value, Fraction):
                return value
            bounds += [exact_end(value)] if value.is_finite() else []
        with suppress(KernelRefusal):
            bounds.append(highest(everywhere, kink, kink))
        refuse_if(not bounds, f"the function is not seen to be defined at {float(kink)}")
        return min(bounds)

    def _at_kink(self, kink: Fraction) -> None:
        c, value = self.c, self._highest_at(kink)
        if c.order > 0:
            return
        peak = self.in_peaks and self.continuous_at(kink)  # then it belongs to the cells beside it
        most = c.others if self.in_peaks and not peak else self._most if c.status != "approached" else c.lower
        if most is None or not value <= most or (c.status == "approached" and not value < most):
            raise KernelRefusal(f"the value at the kink {float(kink)} is not seen to stay below the supremum")

    # --- the value --------------------------------------------------------------------------------------

    def _value(self) -> tuple[arb, Exact]:
        """The value that the place shows, and the same exactly where that is known."""
        x, side, kind = self.c.place.x, self.c.place.side, self.c.place.kind
        if kind in ("limit", "infinity") and x is not None and side in (1, -1):
            f = self.functions[-1 if side > 0 else 0]
            if kind == "infinity":
                refuse_if(f.growth(x, side) <= 0, "the function is not seen to grow beyond all bounds")
                return arb(0), None
            tail = f.limit_at(x, side)
            return tail.limit, tail.exact
        if kind in ("kink", "join") and x is not None:
            left, right = self._beside(x)
            if kind == "join":
                self._require_joined(left, right, x)
            f = right if side > 0 else left
            return f.over(x, x)[0], f.exact_at(x)
        if kind == "zero":
            known = self._at_zero(self._beside(x)[1]) if x is not None else Fraction(0)
            return exactly(known), rat(known)
        if kind == "constant":
            f = next((g for g in self.functions if g.piece[0] == x), None)
            if f is not None:
                return value_of(f.constant()), f.constant()
        if kind == "point" and x is not None:
            f = next((g for g in self.functions if inside(g.piece, x)), None)
            if f is not None:
                return f.over(x, x)[0], None if self.in_peaks else f.exact_at(x)
        raise KernelRefusal("the place of a supremum is a point of a piece, a kink, a zero, a constant piece or an end")

    def _at_zero(self, f: Function) -> Fraction:
        """The value of f itself where u = 0, for a |u| in it such that u is continuous on the piece and changes its sign."""
        low, high = f.piece
        for t in walk(f.term) if low is not None and high is not None and f.order == 0 and f.hull(low, high)[1] else ():
            if t.op != "abs" or low is None or high is None:
                continue
            u = Function(t.args[0], f.variable, f.piece, 0)
            rises, falls = (g.hull(low, low)[0] < 0 > g.times(-1).hull(high, high)[0] for g in (u, u.times(-1)))
            if (rises or falls) and u.hull(low, high)[1]:
                there = mapped(f.term, lambda node, t=t: rat(0) if node is t else None)
                Field().require_defined(there)
                value = constant_value(there)
                if value is not None:
                    return value * f.sign
        raise KernelRefusal("no absolute value is seen to vanish on the piece, or the value there is not known")

    def _require_joined(self, left: Function, right: Function, x: Fraction) -> None:
        """The function and its derivatives agree from both sides and with the value, so the derivative exists."""
        at = {self.c.variable: rat(x)}
        for order in range(self.c.order + 1):
            a, b = (substitute(g.smooth(order), at) for g in (left, right))
            if not same_number(a, b) or (order == 0 and not same_number(a, substitute(self.c.term, at))):
                raise KernelRefusal("the derivative does not exist at the kink, or is not seen to")

    # --- which number, and where ------------------------------------------------------------------------

    @cached_property
    def peaks(self) -> list[tuple[Function, Cell]]:
        """The cells outside of which the function stays below `others`."""
        if self.c.others is None:
            return []
        most = exactly(self.c.others)
        known = [(f, cell) for f, cells in zip(self.functions, self.c.cells, strict=True) for cell in cells]
        return [on for on in known if on[1].rule not in ("constant", "tail") and not bound_of(*on) <= most]

    def number(self, polynomial: tuple[int, ...], closed: Term | None, points: tuple[Term, ...]) -> None:
        """Refuse unless the supremum is a root of the polynomial, and the closed form, taken at the points."""
        c, peaks = self.c, self.peaks
        if polynomial:
            # With 256 bits each at least, Sturm's theorem takes a tenth of a second at most.
            refuse_if(sum(256 + q.bit_length() for q in polynomial) > MOST_BITS, "a polynomial is more than a check may cost")
            if not peaks or c.lower is None or c.upper is None:
                raise KernelRefusal("a minimal polynomial is that of a maximum that is attained in a peak")
            if any(cell.rule == "hull" or cell.low in f.piece or cell.high in f.piece for f, cell in peaks):
                raise KernelRefusal("a maximum at a kink has no minimal polynomial")
            powers = [] if closed is None else [mul(rat(q), power(closed, k)) for k, q in enumerate(polynomial)]
            unseen = [] if powers and same_number(add(*powers), rat(0)) else list(dict.fromkeys(f for f, _ in peaks))
            check_root(polynomial, c.lower, c.upper, unseen)  # where no closed form is a root, each piece with a peak shows it
        if points and (closed is None or not peaks):
            raise KernelRefusal("points belong to a closed form of a maximum that is attained in a peak")
        if closed is None:
            return
        refuse_if(c.status not in ("attained", "approached"), "of a supremum that is only enclosed no exact value is known")
        refuse_if(closed.free or any(p.free for p in points), "a closed form has no variable")
        if not self.in_peaks:
            refuse_if(self.exact is None or not same_number(closed, self.exact), "the closed form is not the value")
            return
        refuse_if(len(peaks) != len(points) or not peaks, "a closed form of a maximum comes with the point of each peak")
        for (f, cell), point in zip(peaks, points, strict=True):
            self._require_maximum(f, cell, point, closed)

    def _require_maximum(self, f: Function, cell: Cell, point: Term, closed: Term) -> None:
        """Refuse unless the maximum of f over a peak is at the point, and is the closed form."""
        if cell.rule == "top":
            refuse_if(cell.point is None or point is not rat(cell.point), "the point of a top is that of its cell")
        else:
            at = value_of(point)
            if cell.rule != "peak" or cell.low is None or cell.high is None:
                raise KernelRefusal("where the maximum over a cell lies is seen of a peak or a top")
            refuse_if(not (exactly(cell.low) <= at <= exactly(cell.high)), "the point of a peak lies in its cell")
            # f'' < 0 on the cell, so it has one critical point, and that is its maximum.
            if not f.once(("flat", point), lambda: same_number(f.put(point, 1), rat(0), f.field_at(point))):
                raise KernelRefusal("the slope does not vanish at the point of a peak")
        value = mul(rat(f.sign), f.put(point))
        if not f.once(("value", value, closed), lambda: same_number(value, closed, f.field_at(point))):
            raise KernelRefusal("the closed form is not the value at the point of a peak")


def inside(piece: Piece, x: Fraction) -> bool:
    """Whether x lies inside an open piece."""
    low, high = piece
    return (low is None or low < x) and (high is None or x < high)


def _one_sided(f: Function, x: Fraction, order: int) -> arb:
    return expand(f.smooth(0), f.variable, exactly(x), order + 1)[order]
