"""Certificates of suprema over the line as data, and bounds of a function from the cells that cover a piece of it.

A certificate holds the term, the order of the derivative, the sign (−1 for an infimum), kinks, for each piece between
them a list of cells that covers it, bounds, a place that shows the supremum to be no smaller, and what is claimed of it.

A cell says where it is and why the function stays below the bound there:

- `range`: the ball of f over the cell;
- `second`: Taylor's formula about the middle m of the cell, with the ball of f'' over all of it;
- `peak`: f'' ≤ −μ < 0 over the cell, so f ≤ f(m) + f'(m)²/(2μ) for a point m of it;
- `top`: f ≤ f(m) for a point m of it, by Taylor's formula: the first derivative that does not vanish at m keeps, over the
  cell, the sign that makes f fall on either side of m (m may be an end);
- `tail`: a sum of I·x^a·(log x)^b·e^{−P(x)} beyond the cell's one end;
- `hull`: the ball of f over the cell, whatever branches are taken there;
- `constant`: f has one value on the piece, by its normal form; the cell is the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import prod
from typing import NamedTuple

from flint import arb, ctx

from theory.kernel.functions import Function, covers_period, exact_end, exactly, over
from theory.kernel.pieces import Piece, hulls, unfold
from theory.kernel.series import square
from theory.kernel.signs import ANY, NEG, NIL, POS
from theory.kernel.terms import ZERO, Term
from theory.language.errors import KernelRefusal, refuse_if

MOST_FLAT = 6  # of a top: the order of the first derivative that does not vanish


class Cell(NamedTuple):
    """[low, high] with its rule; `point` is m where a rule takes one.

    A `tail` has one end at infinity (None). A `constant` piece is one cell, whatever its ends.
    """

    low: Fraction | None
    high: Fraction | None
    rule: str
    point: Fraction | None = None


@dataclass(frozen=True)
class Switch:
    """A smooth term that keeps a sign (1 or −1) on an open piece, by cells over which it stays on that side of 0."""

    term: Term
    sign: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Place:
    """Where the supremum is reached or approached.

    `point`: at x inside a piece. `constant`: the piece that starts at x (None: at −∞) has one value. `kink`: towards the
    kink x from `side` (1 from above). `join`: at the kink x itself, where the derivative exists. `zero`: where what stands in
    an absolute value vanishes, on the piece that starts at x. `limit`: beyond the end x of a tail on `side`. `infinity`:
    there too, where the function is unbounded.
    """

    kind: str
    x: Fraction | None
    side: int = 0


@dataclass(frozen=True)
class Certificate:
    """`lower` ≤ sup of sign · D^order term ≤ `upper`; None for ∞.

    `cells` cover each piece between kinks, and `switches` say which sign a part of the term keeps there. `others`, where it
    is given, bounds the function outside of some closed cells over which it is continuous, so that the supremum is attained
    in one of these peaks. `polynomial` (constant coefficient first) has the supremum as a root; `closed` is the supremum,
    and `points` where it is attained: one for each peak, in order.
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
    switches: tuple[tuple[Switch, ...], ...] = ()

    def pieces(self) -> list[Piece]:
        """The open intervals between the kinks."""
        ends = [None, *self.kinks, None]
        return list(pairwise(ends))


def require_exact(c: Certificate) -> None:
    """Refuse what is not as it is declared: a float equals a rational, and what is reckoned with it is rounded."""
    switches = [switch for found in c.switches for switch in found]
    if any(type(switch) is not Switch for switch in switches) or type(c.place) is not Place:
        raise KernelRefusal("a certificate is made of switches, cells and a place")
    lists = [c.kinks, c.cells, c.switches, c.polynomial, c.points, *c.cells, *c.switches, *(s.cells for s in switches)]
    cells = [cell for found in (*c.cells, *(switch.cells for switch in switches)) for cell in found]
    if any(type(found) is not tuple for found in lists) or any(type(cell) is not Cell for cell in cells):
        raise KernelRefusal("the cells of a certificate are tuples of cells")
    terms = [c.term, c.variable, *c.points, *(switch.term for switch in switches), *([] if c.closed is None else [c.closed])]
    ends = [q for cell in cells for q in (cell.low, cell.high, cell.point)]
    numbers = [q for q in (c.lower, c.upper, c.others, c.place.x, *c.kinks, *ends) if q is not None]
    whole = [c.order, c.sign, c.bits, c.place.side, *c.polynomial, *(switch.sign for switch in switches)]
    words = [c.status, c.place.kind, *(cell.rule for cell in cells)]
    for kind, parts in ((Term, terms), (Fraction, numbers), (int, whole), (str, words)):
        if any(type(part) is not kind for part in parts):
            raise KernelRefusal(f"a part of a certificate is no {kind.__name__}, where one is expected")


def bound_of(f: Function, cell: Cell) -> arb:
    """A ball whose upper end is a bound of f on the cell."""
    low, high, rule, m = cell
    refuse_if(low is None and high is None, "a cell that is the whole line is constant")
    if rule == "tail":
        end = low if high is None else high
        if end is None or (low is None) == (high is None):
            raise KernelRefusal("a tail has one end")
        return f.beyond(end, 1 if high is None else -1)
    if low is None or high is None or not low <= high:
        raise KernelRefusal("a cell has two ends, the lower first")
    if rule == "hull":
        return exactly(highest(f, low, high))
    if rule in ("peak", "top"):
        if m is None or not low <= m <= high:
            raise KernelRefusal("the point of a cell lies in it")
        if rule == "top":
            _require_top(f, low, high, m)
            return f.over(m, m)[0]
    if rule == "range":
        return f.over(low, high)[0]
    if rule == "peak" and m is not None:
        mu = -f.over(low, high)[2].upper()
        refuse_if(not mu > 0, "a peak needs a second derivative that is negative on its cell")
        value, slope, _ = f.over(m, m)
        return value + square(slope) / (2 * mu)
    refuse_if(rule != "second", f"there is no rule {rule!r} for a cell")
    return f.taylor(low, high)


def _require_top(f: Function, low: Fraction, high: Fraction, m: Fraction) -> None:
    """Refuse unless f ≤ f(m) on the cell, and f < f(m) but for m itself.

    f(x) = f(m) + D^n f(ξ)·(x − m)^n/n! where the derivatives before the n-th vanish at m.
    """
    for n in range(1, MOST_FLAT + 1):
        found = f.over(low, high, n + 1)[n]
        if (m == high or found < 0) and (m == low or (found > 0 if n % 2 else found < 0)) and low < high:
            return
        if f.exact_at(m, n) is not ZERO:
            break
    raise KernelRefusal("the function is not seen to fall on either side of the point of the cell")


def highest(f: Function, low: Fraction, high: Fraction) -> Fraction:
    """A bound from above of f wherever it exists in a cell, whatever branches are taken.

    Of f itself it is the least of what its ball says and of what follows exactly from its parts: −max(u, 0) ≤ 0.
    """

    @cache
    def end(t: Term, sign: int) -> Fraction:
        if t.op == "rat":
            return t.data * sign
        most = max(exact_end(value * sign) for (value,) in hulls(t, f.variable, over(low, high), 1)[0])
        match t.op, t.args:
            case "add", parts:
                return min(most, sum((end(u, sign) for u in parts), Fraction(0)))
            case "mul", (factor, u) if factor.op == "rat":
                return min(most, end(u, sign if factor.data > 0 else -sign) * abs(factor.data))
            case "mul", parts:  # a product of factors that are known not to change their signs
                signs = (1 if end(u, -1) <= 0 else -1 if end(u, 1) <= 0 else 0 for u in parts)
                return min(most, Fraction(0)) if prod(signs) * sign < 0 else most
            case (("max" | "min"), (a, b)):
                return (max if (t.op == "max") == (sign > 0) else min)(end(a, sign), end(b, sign))
            case (("exp" | "tanh" | "erf" | "atan" | "sinh"), (u,)):  # they rise
                return min(most, exact_end(getattr(exactly(end(u, sign) * sign), t.op)() * sign))
            case "abs", (u,):
                return max(end(u, 1), end(u, -1)) if sign > 0 else min(most, Fraction(0))
            case "pw", (u, *branches):
                taken = NEG if end(u, 1) < 0 else POS if end(u, -1) < 0 else ANY
                return max(end(b, sign) for b, mask in zip(branches, (POS, NIL, NEG), strict=True) if mask & taken)
            case _:
                return most

    most = f.hull(low, high)[0]
    return most if f.order else min(most, f.once(("end", low, high, f.sign, ctx.prec), lambda: end(f.term, f.sign)))


def tiles(f: Function, cells: list[Cell]) -> None:
    """Refuse unless the cells, in order, cover the piece, or a whole period of a function that repeats itself on it."""
    refuse_if(not cells, "a piece has cells")
    low, high = cells[0].low, cells[-1].high
    if None in f.piece and low is not None and high is not None:
        refuse_if(not covers_period(f.derived, f.variable, low, high), "the cells do not cover a whole period")
        low, high = (None if end is None else at for end, at in zip(f.piece, (low, high), strict=True))
    refuse_if((low, high) != f.piece, "the cells do not reach from one end of the piece to the other")
    refuse_if(any(a.high is None or a.high != b.low for a, b in pairwise(cells)), "the cells leave a gap or overlap")


def stays_negative(f: Function, cell: Cell) -> bool:
    """Whether f < 0 at every point of the open piece that lies in the cell."""
    bound = bound_of(f, cell)
    if bound < 0:
        return True
    if cell.rule == "tail":  # from below towards 0
        end = cell.high if cell.low is None else cell.low
        return end is not None and bool(bound <= 0) and f.limit_at(end, 1 if cell.high is None else -1).side < 0
    return cell.rule == "top" and cell.point is not None and cell.point in f.piece and f.exact_at(cell.point) is ZERO


class Study:
    """A term and the order of a derivative, and what has been found of it on each piece: for both extrema, search and check."""

    def __init__(self, t: Term, x: Term, order: int) -> None:
        self.term, self.variable, self.order = t, x, order
        self.everywhere = Function(unfold(t), x, (None, None), 0)  # of which only hulls are asked for
        self._functions: dict[tuple[Piece, tuple[Switch, ...]], Function] = {}

    def is_of(self, c: Certificate) -> bool:
        """Whether it is of the function of a certificate."""
        return (self.term, self.variable, self.order) == (c.term, c.variable, c.order)

    def on(self, piece: Piece, switches: tuple[Switch, ...] = ()) -> Function:
        """The function on a piece; refused where a switch is not seen to keep its sign."""
        found = self._functions.get((piece, switches))
        if found is None:
            signs: dict[Term, int] = {}
            for switch in switches:
                u = Function(switch.term, self.variable, piece, 0, -1 if switch.sign > 0 else 1, signs)
                tiles(u, list(switch.cells))
                if not all(stays_negative(u, cell) for cell in switch.cells):
                    raise KernelRefusal("a switch is not seen to keep its sign on a piece")
                signs[switch.term] = POS if switch.sign > 0 else NEG
            found = Function(self.everywhere.term, self.variable, piece, self.order, 1, signs)
            self._functions[piece, switches] = found
        return found
