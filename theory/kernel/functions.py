"""A function on a piece of the line: its derivatives as terms and as balls, its tails and limits, each found once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import factorial, gcd, lcm
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast

from flint import arb, ctx

from theory.kernel.field import Field
from theory.kernel.growth import Key, combined
from theory.kernel.pieces import Piece, bounds_of, differentiated, hulls, linear, resolved
from theory.kernel.replacing import substitute, walk
from theory.kernel.series import MOST_TERMS, expand, square
from theory.kernel.tails import CONSTANT, Tail, Tails
from theory.kernel.terms import Term, neg, rat
from theory.language.errors import KernelRefusal, refuse_if

# A number as a closed term, a rational one as a constant; None where it is not known exactly.
Exact: TypeAlias = "Term | None"
_T = TypeVar("_T")
MOST_CLOSER = 300  # subterms of a derivative with a root that is put into its normal form
MOST_EXPONENT = 1 << 20  # of 2, in a bound that is written as a fraction
FACTORIALS = [arb(factorial(k)) for k in range(MOST_TERMS)]


def exactly(q: Fraction) -> arb:
    """A rational as a ball."""
    numerator, denominator = q.as_integer_ratio()
    return arb(numerator) / denominator  # quicker than by a fraction of FLINT's


def exact_end(ball: arb) -> Fraction:
    """The upper end of a ball, which is a dyadic number."""
    refuse_if(not ball.is_finite(), "a value has no finite enclosure")
    man, exp = map(int, ball.upper().man_exp())
    refuse_if(abs(exp) > MOST_EXPONENT, "a value is too large or too near to 0 to be written as a fraction")
    return Fraction(man << exp) if exp >= 0 else Fraction(man, 1 << -exp)


def over(low: Fraction, high: Fraction) -> arb:
    """A ball that holds every point from low to high."""
    return exactly(low) if low is high else exactly(low).union(exactly(high))


def rational(exact: Exact) -> Fraction | None:
    """The number, where it is rational."""
    return exact.data if exact is not None and exact.op == "rat" else None


def _derivatives(coefficients: list[arb], order: int) -> list[arb]:
    return [c * k for c, k in zip(coefficients[order:], FACTORIALS[order:], strict=False)]


def _times(t: Term, sign: int) -> Term:
    return t if sign > 0 else rat(-t.data) if t.op == "rat" else neg(t)


@lru_cache(1 << 12)
def _closer(t: Term, derived: Term, x: Term, piece: Piece) -> tuple[Term, ...]:
    """The normal form of a short derivative with one root: less cancels in it than in the series over a wide ball."""
    powers = {u for u in walk(t) if u.op == "pow" and x in u.free and u.args[1].op == "rat"}
    with suppress(KernelRefusal):
        if sum(u.args[1].data.denominator > 1 for u in powers) == 1 and len(list(walk(derived))) <= MOST_CLOSER:
            field = Field(bounds_of(piece, x))  # of its own: a form depends on what a field has seen before
            field.require_defined(derived)
            return (field.term(field.frac(derived)),)
    return ()


class Function:
    """sign · D^order of an unfolded term on an open piece; the term is smooth there, unless only its `hull` is asked for.

    What is found is kept, and shared with the same function upside down.
    """

    def __init__(
        self, t: Term, x: Term, piece: Piece, order: int, sign: int = 1, signs: Mapping[Term, int] = MappingProxyType({})
    ) -> None:
        self.term, self.variable, self.piece, self.order, self.sign = t, x, piece, order, sign
        self._signs = signs
        self._known: dict[Hashable, Any] = {}

    def times(self, sign: int) -> Function:
        """The same function, or upside down."""
        other = object.__new__(Function)  # copy.copy takes several times as long
        other.__dict__ = {**self.__dict__, "sign": self.sign * sign}
        return other

    def once(self, key: Hashable, work: Callable[[], _T]) -> _T:
        """What some work finds, or why it is refused; done once."""
        found = self._known.get(key)
        if found is None:
            try:
                found = work()
            except KernelRefusal as refusal:
                found = refusal
            self._known[key] = found
        if isinstance(found, KernelRefusal):
            raise found.with_traceback(None)
        return cast("_T", found)

    # --- as terms, but for the sign ---------------------------------------------------------------------

    def smooth(self, order: int) -> Term:
        """The derivative of any order as a term, but for the sign."""
        if order == 0:
            return self.once("body", lambda: resolved(self.term, self.variable, self.piece, tuple(self._signs.items())))
        return self.once(("derivative", order), lambda: differentiated(self.smooth(order - 1), self.variable))

    @property
    def derived(self) -> Term:
        """f, as a term, but for the sign."""
        return self.smooth(self.order)

    def constant(self) -> Term:
        """The number that a function is which does not vary on its piece: in its normal form x does not occur."""
        t = self.derived
        found = t if t.op == "rat" else self.once("constant", lambda: self.field.term(self.field.frac(t)))
        refuse_if(found.free, "the function is not seen to be constant on the piece")
        return _times(found, self.sign)

    @property
    def field(self) -> Field:
        """Where normal forms on the piece are found."""
        return self.once("field", lambda: Field(bounds_of(self.piece, self.variable)))

    def field_at(self, point: Term) -> Field:
        """Where normal forms at a point are found."""
        return self.once(("field", point), Field)

    def exact_at(self, x: Fraction, more: int = 0) -> Term:
        """The value of f (or of a derivative of it) at a point, one-sided at an end of the piece."""
        return _times(self.once(("exact", x, more), lambda: as_number(self.put(rat(x), more))), self.sign)

    def put(self, x: Term, more: int = 0) -> Term:
        """f (or a derivative of it) with a number in the place of its variable, but for the sign."""
        return substitute(self.smooth(self.order + more), {self.variable: x})

    # --- as balls --------------------------------------------------------------------------------------

    def at(self, ball: arb, count: int = 3) -> list[arb]:
        """f, f', f'', … over a ball."""
        return self._signed(self._series(ball, count))

    def _series(self, ball: arb, count: int) -> list[arb]:
        found = _derivatives(expand(self.smooth(0), self.variable, ball, self.order + count), self.order)
        for form in _closer(self.smooth(0), self.derived, self.variable, self.piece) if self.order else ():
            with suppress(KernelRefusal):
                closer = _derivatives(expand(form, self.variable, ball, count), 0)
                return [a.intersection(b) for a, b in zip(found, closer, strict=True)]
        return found

    def _signed(self, values: list[arb]) -> list[arb]:
        return values if self.sign > 0 else [-v for v in values]

    def over(self, low: Fraction, high: Fraction, count: int = 3) -> list[arb]:
        """f, f', f'', … at every point from low to high; three at least, since one evaluation serves every rule."""
        # Whole numbers, of which a hash costs little.
        key = (*low.as_integer_ratio(), *high.as_integer_ratio(), count := max(count, 3), ctx.prec)
        return self._signed(self.once(key, lambda: self._series(over(low, high), count)))

    def taylor(self, low: Fraction, high: Fraction) -> arb:
        """f at every point from low to high, by Taylor's formula about their middle, with f'' over all of them."""

        def found() -> arb:
            box, curvature = over(low, high), self.over(low, high)[2] * self.sign
            value, slope = self._series(box.mid(), 2)
            return value + slope * (box - box.mid()) + curvature * square(box - box.mid()) / 2

        return self.once(("taylor", *low.as_integer_ratio(), *high.as_integer_ratio(), ctx.prec), found) * self.sign

    def hull(self, low: Fraction, high: Fraction) -> tuple[Fraction, bool]:
        """A bound of f from above wherever it exists from low to high, and whether it is seen to exist and be continuous."""
        found, continuous = self.once(
            ("hull", low, high, ctx.prec), lambda: hulls(self.term, self.variable, over(low, high), self.order + 1)
        )
        return max(exact_end(_derivatives(way, self.order)[0] * self.sign) for way in found), continuous and self.order == 0

    def _tail(self, end: Fraction, side: int) -> tuple[Tails, Tail]:
        """f beyond an end, but for the sign, as a function of |x|: to the right of it for side 1, to the left for −1."""
        low, high = self.piece
        refuse_if((high if side > 0 else low) is not None, "a piece with an end has no tail there")

        def found() -> tuple[Tails, Tail]:
            tails = Tails(end * side, self.variable, side, self.once(("ranges", end * side, ctx.prec), dict[Key, arb]))
            return tails, tails.of(self.derived)

        return self.once(("tail", end, side, ctx.prec), found)

    def growth(self, end: Fraction, side: int) -> int:
        """1, −1 where f goes to ∞, to −∞ beyond an end; 0 where neither is seen."""
        tails, tail = self._tail(end, side)
        return self.sign * self.once(("growth", end, side, ctx.prec), lambda: tails.grows(tail))

    def limit_at(self, end: Fraction, side: int) -> Limit:
        """The limit beyond an end; refused where f does not tend to a number."""
        found = self.once(("limit", end, side, ctx.prec), lambda: _limit(*self._tail(end, side)))
        exact = None if found.exact is None else _times(found.exact, self.sign)
        return Limit(found.limit * self.sign, exact, found.side * self.sign)

    def beyond(self, end: Fraction, side: int) -> arb:
        """A ball whose upper end is a bound of f beyond an end."""

        def bound() -> arb:
            tails, tail = self._tail(end, side)
            if self.growth(end, side) < 0:
                return tails.highest(tail, self.sign)
            limit = self.limit_at(end, side)
            # Approached from below, or not seen to be.
            return limit.limit if limit.side < 0 else tails.bounded(tail) * self.sign

        return self.once(("beyond", end, side, self.sign, ctx.prec), bound)


def pitch_of(t: Term, x: Term) -> Fraction | None:
    """A g with t(x + 2π/g) = t(x): x occurs in sines and cosines of multiples of g·x alone; None where it does not."""
    found: list[Fraction] = []

    @cache
    def only_inside(u: Term) -> bool:
        if x not in u.free:
            return True
        if u.op in ("sin", "cos") and (line := linear(u.args[0], x)) is not None:
            found.append(abs(line[0]))
            return True
        return u is not x and all(map(only_inside, u.args))

    if not only_inside(t) or not any(found):
        return None
    common = lcm(*(q.denominator for q in found))
    return Fraction(gcd(*(int(q * common) for q in found)), common)


def covers_period(t: Term, x: Term, low: Fraction, high: Fraction) -> bool:
    """Whether a term repeats itself, and an interval is as long as a period."""
    pitch = pitch_of(t, x)
    return pitch is not None and bool(exactly(high - low) * exactly(pitch) >= 2 * arb.pi())


def constant_value(closed: Term) -> Fraction | None:
    """The rational number that a closed term is, if its normal form shows it; None where it has none."""
    with suppress(KernelRefusal):
        return Field().frac(closed).constant()
    return None


def as_number(closed: Term) -> Term:
    """A closed term, as a constant where it is seen to be rational."""
    known = None if closed.op == "rat" else constant_value(closed)
    return closed if known is None else rat(known)


def same_number(a: Term, b: Term, field: Field | None = None) -> bool:
    """Whether two closed terms are defined and equal, by their normal forms."""
    field = field or Field()
    field.require_defined(a, b)
    return field.same(a, b)


@dataclass(frozen=True)
class Limit:
    """The limit at an end of the line, and the side of it on which the whole tail lies (0: not seen).

    Where it is not known exactly, `limit` may be the ball of something that varies.
    """

    limit: arb
    exact: Exact
    side: int


def _limit(tails: Tails, tail: Tail) -> Limit:
    rest = {key: part for key, part in tail.items() if key is not CONSTANT}
    tails.bounded(rest)  # refuses what does not decay, or not yet: a peak may lie further out
    constant = tail.get(CONSTANT)
    if constant is None:
        return Limit(arb(0), rat(0), tails.side(rest))
    if constant.exact is None:
        return Limit(constant.ball, None, 0)  # its ball may enclose something that varies, such as a sine
    return Limit(constant.ball, as_number(combined(constant.exact)), tails.side(rest))
