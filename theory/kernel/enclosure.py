"""Bounds of a smooth function on a piece of the line, from a list of cells that cover it: the check, without any search.

A cell says where it is and why the function stays below the bound there:

- `range`: the ball of f over the cell;
- `mean`, `second`: f(m) plus the ball of f' (or f'(m) plus that of f'') over the cell, m its middle;
- `peak`: f'' ≤ −μ < 0 over the cell, so f ≤ f(m) + f'(m)²/(2μ) for a point m of it;
- `rise`, `fall`: f' > 0 (or < 0) inside the cell, so f stays below its value at the right (or left) end. That is seen
  over the cell, or from f'' < 0 over it and the sign of f' at that end, where f' may vanish;
- `tail`: a sum of I·x^a·(log x)^b·e^{−P(x)} beyond the cell's one end.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from flint import arb, fmpq

from theory.kernel.pieces import Piece, linear, smooth
from theory.kernel.series import expand
from theory.kernel.tails import CONSTANT, Tail, Tails
from theory.kernel.terms import Term, neg, substitute
from theory.language.errors import KernelRefusal


@dataclass(frozen=True)
class Cell:
    """[low, high] with its rule; `point` is m where a rule takes one.

    A `tail` has one end at infinity (None). A `constant` piece is one cell, whatever its ends.
    """

    low: Fraction | None
    high: Fraction | None
    rule: str
    point: Fraction | None = None


def exactly(q: Fraction) -> arb:
    """A rational as a ball."""
    return arb(fmpq(q.numerator, q.denominator))


def _square(ball: arb) -> arb:
    """The squares of a ball: x·x would lose that they are not negative."""
    most = abs(ball).upper()
    return arb(0).union(most * most)


def over(low: Fraction, high: Fraction) -> arb:
    """A ball that holds every point from low to high."""
    return exactly(low).union(exactly(high))


class Function:
    """The `order`-th derivative of a term on an open piece, where the term is smooth; `sign` −1 turns it upside down."""

    def __init__(self, t: Term, x: Term, piece: Piece, order: int, sign: int = 1) -> None:
        self.piece, self.order, self.sign = piece, order, sign
        self.variable = self._x = x
        self.body = smooth(t, x, piece)
        self.derived = smooth(t, x, piece, order)
        self._tails: dict[tuple[Fraction, int], tuple[Tails, Tail]] = {}

    def at(self, ball: arb, count: int = 3) -> list[arb]:
        """f, f', f'', … over a ball."""
        found = expand(self.body, self._x, ball, self.order + count)
        factorial, values = arb(self.sign), list[arb]()
        for k in range(1, self.order + count + 1):
            if k > self.order:
                values.append(found[k - 1] * factorial)
            factorial *= k
        return values

    def derivative_term(self) -> Term:
        """f', as a term, but for the sign."""
        return smooth(self.body, self.variable, self.piece, self.order + 1)

    def pitch(self) -> Fraction | None:
        """A g with f(x + 2π/g) = f(x): x occurs in sines and cosines of multiples of g·x alone; None where it does not."""
        found: list[Fraction] = []

        def only_inside(t: Term) -> bool:
            if self._x not in t.free:
                return True
            if t.op in ("sin", "cos"):
                line = linear(t.args[0], self._x)
                if line is not None:
                    found.append(abs(line[0]))
                    return True
            return t is not self._x and all(map(only_inside, t.args))

        if not only_inside(self.derived) or not found:
            return None
        common = lcm(*(q.denominator for q in found))
        return Fraction(gcd(*(int(q * common) for q in found)), common)

    def tail(self, end: Fraction, side: int) -> tuple[Tails, Tail]:
        """f beyond an end, as a function of |x|: to the right of it for side 1, to the left for −1."""
        key = (end, side)
        if key not in self._tails:
            low, high = self.piece
            if (high if side > 0 else low) is not None:
                raise KernelRefusal("a piece with an end has no tail there")
            start = end * side
            turned = self.body if side > 0 else substitute(self.body, {self._x: neg(self._x)})
            derived = smooth(turned, self._x, (start, None), self.order)
            tails = Tails(start, self._x)
            found = tails.scaled(tails.of(derived), self.sign * side**self.order)
            self._tails[key] = (tails, found)
        return self._tails[key]


def bound_of(f: Function, cell: Cell) -> arb:
    """A ball whose upper end is a bound of f on the cell."""
    low, high = cell.low, cell.high
    if low is None and high is None:
        raise KernelRefusal("a cell that is the whole line is constant")
    if cell.rule == "tail":
        end = low if high is None else high
        if end is None or (low is None) == (high is None):
            raise KernelRefusal("a tail has one end")
        side = 1 if high is None else -1
        tails, tail = f.tail(end, side)
        if tails.grows(tail) < 0:
            return tails.highest(tail)
        limit = limit_of(f, end, side)
        return limit.limit if limit.side < 0 else tails.bounded(tail)  # approached from below, or not seen to be
    if low is None or high is None or not low <= high:
        raise KernelRefusal("a cell has two ends, the lower first")
    inside = over(low, high)
    if cell.rule == "range":
        return f.at(inside, 1)[0]
    if cell.rule in ("rise", "fall"):
        end, sign = exactly(high if cell.rule == "rise" else low), 1 if cell.rule == "rise" else -1
        if not f.at(inside, 2)[1] * sign > 0 and not (f.at(inside, 3)[2] < 0 and f.at(end, 2)[1] * sign >= 0):
            raise KernelRefusal("the slope is not seen to keep its sign on the cell")
        return f.at(end, 1)[0]
    middle = cell.point if cell.rule == "peak" else (low + high) / 2
    if middle is None or not low <= middle <= high:
        raise KernelRefusal("the point of a cell lies in it")
    step = inside - exactly(middle)
    if cell.rule == "mean":
        return f.at(exactly(middle), 1)[0] + f.at(inside, 2)[1] * step
    value, slope = f.at(exactly(middle), 2)
    curvature = f.at(inside, 3)[2]
    if cell.rule == "second":
        return value + slope * step + curvature * _square(step) / 2
    if cell.rule == "peak":
        mu = -curvature.upper()
        if not mu > 0:
            raise KernelRefusal("a peak needs a second derivative that is negative on its cell")
        return value + _square(slope) / (2 * mu)
    raise KernelRefusal(f"there is no rule {cell.rule!r} for a cell")


def tiles(f: Function, cells: list[Cell]) -> None:
    """Refuse unless the cells, in order, cover the piece, or a whole period of a periodic function."""
    if not cells:
        raise KernelRefusal("a piece has cells")
    low, high = cells[0].low, cells[-1].high
    if low is not None and high is not None and f.piece == (None, None):
        pitch = f.pitch()
        if pitch is None or not exactly(high - low) * exactly(pitch) >= 2 * arb.pi():
            raise KernelRefusal("the cells do not cover a whole period")
    elif (low, high) != f.piece:
        raise KernelRefusal("the cells do not reach from one end of the piece to the other")
    for one, other in pairwise(cells):
        if one.high is None or one.high != other.low:
            raise KernelRefusal("the cells leave a gap or overlap")


@dataclass(frozen=True)
class Limit:
    """The limit at an end of the line, exactly where that is known, and the side from which it is approached (0: not seen)."""

    limit: arb
    exact: dict[Term, Fraction] | None
    side: int


def grows(f: Function, end: Fraction, side: int) -> None:
    """Refuse unless f goes to ∞ beyond an end."""
    tails, tail = f.tail(end, side)
    if not tails.grows(tail) > 0:
        raise KernelRefusal("the function is not seen to grow beyond all bounds")


def limit_of(f: Function, end: Fraction, side: int) -> Limit:
    """The limit beyond an end; refused where f does not tend to a number."""
    tails, tail = f.tail(end, side)
    rest = {key: part for key, part in tail.items() if key != CONSTANT}
    tails.bounded(rest)  # refuses what does not decay
    constant = tail.get(CONSTANT)
    if constant is not None and constant.exact is None:
        return Limit(constant.ball, None, 0)  # its ball may enclose something that varies, such as a sine
    approach = tails.side(rest) if rest else 0
    return Limit(arb(0), {}, approach) if constant is None else Limit(constant.ball, constant.exact, approach)
