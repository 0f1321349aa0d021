"""Where a function is positive, negative and zero, from one end of the line to the other.

Every sign is proved: by a ball that leaves out 0, by a slope that keeps its sign and the signs at both ends, beyond the
last cell by the leading term of the tail, at a rational zero by the first derivative that does not vanish there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

from flint import arb

from theory.kernel.exact import ball
from theory.kernel.functions import Function, exact_end, exactly, over, pitch_of, same_number
from theory.kernel.growth import Tail, value_of
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision
from theory.kernel.tails import Tails
from theory.kernel.terms import Term, make, mul, neg, rat
from theory.language.errors import GradproofError, KernelRefusal
from theory.profiles.spots import Spot, Stretch
from theory.tactics.cells import STARTS
from theory.tactics.numbers import floor_of, recognised, simplified

_DEEPEST = 40
_MOST_DERIVATIVES = 6
_SHALLOW = 6  # how often a cell is halved before a rational zero is looked for in it
_MOST_DENOMINATOR = 1000
_COARSE = 64  # bits that suffice for a sign


class Undecided(GradproofError):
    """A sign that is not seen."""


@dataclass(frozen=True)
class Chart:
    """Stretches in order, and the points between them where the function is zero.

    They fill the line; or, where `pitch` is g, one period 2π/g of a periodic function about 0.
    """

    stretches: tuple[Stretch, ...]
    zeros: tuple[Spot, ...]
    pitch: Fraction | None = None


def chart_of(functions: list[Function], bits: int, deadline: float) -> Chart:
    """The signs of a function given piece by piece; nothing is said of its kinks. `Undecided` where a sign is not seen."""
    found = [_Charter(f, bits, deadline).run() for f in functions]
    stretches = tuple(s for chart in found for s in chart.stretches)
    return Chart(stretches, tuple(z for chart in found for z in chart.zeros), found[0].pitch)


class _Charter:
    """One piece."""

    def __init__(self, f: Function, bits: int, deadline: float) -> None:
        self._f, self._bits, self._deadline = f, bits, deadline
        self._exact: dict[Fraction, bool] = {}

    def run(self) -> Chart:
        low, high = self._f.piece
        ends = [None if q is None else Spot.at(q) for q in (low, high)]
        try:
            return Chart((Stretch(ends[0], ends[1], _sign(value_of(self._f.constant())) or 0),), ())
        except KernelRefusal:
            pass
        pitch = pitch_of(self._f.derived, self._f.variable) if low is None and high is None else None
        if pitch is not None:
            half = Fraction(355, 113) / pitch  # a little more than half a period
            return _one_period(self._joined(self._cut(-half, half, 0)), pitch)
        before: list[Stretch] = []
        after: list[Stretch] = []
        if low is None:
            low, sign = self._tail(-1)
            before = [Stretch(None, Spot.at(low), sign)]
        if high is None:
            high, sign = self._tail(1)
            after = [Stretch(Spot.at(high), None, sign)]
        return self._joined([*before, *(self._cut(low, high, 0) if low < high else ()), *after])

    def _joined(self, cells: list[Stretch]) -> Chart:
        """Neighbours of one sign made one, with the zeros between the others."""
        stretches, zeros = cells[:1], list[Spot]()
        for cell in cells[1:]:
            here = stretches[-1]
            between = here.high
            assert between is not None
            if between.low == between.high and not self._exact.get(between.low):
                if here.sign != cell.sign:
                    raise Undecided(f"the sign of the function is not seen near {between.value:.6g}")
                stretches[-1] = replace(here, high=cell.high)
            else:
                zeros.append(between)
                stretches.append(cell)
        return Chart(tuple(stretches), tuple(zeros))

    def _tail(self, side: int) -> tuple[Fraction, int]:
        """From where the sign of the leading term is the function's, and which."""
        kink = self._f.piece[0 if side > 0 else 1]
        beyond = abs(kink) + 1 if kink is not None else Fraction(1)
        for start in STARTS:
            if start < beyond:
                continue
            try:
                tails, tail = tail_of(self._f, start, side)
                sign = tails.side(tail)
            except KernelRefusal:
                continue
            if sign:
                return start * side, sign
        raise Undecided("the sign of the function is not seen towards " + ("∞" if side > 0 else "−∞"))

    def _cut(self, low: Fraction, high: Fraction, depth: int) -> list[Stretch]:
        """Stretches that fill a cell, with a zero between each and the next."""
        if monotonic() > self._deadline:
            raise Undecided("the signs of the function took longer than they were given")
        found = self._at_once(low, high, depth)
        if found is not None:
            return found
        if depth > _DEEPEST:
            raise Undecided(f"the sign of the function is not seen near {float(low):.6g}")
        middle = (low + high) / 2
        return [*self._cut(low, middle, depth + 1), *self._cut(middle, high, depth + 1)]

    def _at_once(self, low: Fraction, high: Fraction, depth: int) -> list[Stretch] | None:
        f, inside, middle = self._f, over(low, high), exactly((low + high) / 2)
        start, end = Spot.at(low), Spot.at(high)
        try:
            with Precision(_COARSE):
                value, slope = f.at(inside, 2)
                sign = _sign(value) or _sign(f.at(middle, 1)[0] + slope * (inside - middle))
        except KernelRefusal:
            return None
        if sign:
            return [Stretch(start, end, sign)]
        if _sign(slope):
            left, right = self._sign_at(low), self._sign_at(high)
            if left is not None and right is not None:
                if left * right >= 0:
                    return [Stretch(start, end, left or right)]
                zero = self._root(low, high, left)
                return [Stretch(start, zero, left), Stretch(zero, end, right)]
        return self._rational_zero(start, end) if depth >= _SHALLOW else None

    def _sign_at(self, q: Fraction) -> int | None:
        value = self._f.at(exactly(q), 1)[0]
        return _sign(value) or (0 if self._zero_at(q) else None)

    def _zero_at(self, q: Fraction) -> bool:
        known = self._exact.get(q)
        if known is None:
            known = self._exact[q] = bool(self._f.at(exactly(q), 1)[0].contains(0)) and self._vanishes(rat(q), 0)
        return known

    def _vanishes(self, point: Term, order: int) -> bool:
        try:
            return same_number(substitute(self._f.smooth(self._f.order + order), {self._f.variable: point}), rat(0))
        except KernelRefusal:
            return False

    def _root(self, low: Fraction, high: Fraction, left: int) -> Spot:
        """The one zero of a function that is strictly monotone on the cell, enclosed; `left` is the sign before it."""
        q = _simplest(low, high)
        if self._zero_at(q):
            return Spot.at(q)
        width = Fraction(1, 1 << (self._bits // 2))
        while high - low > width:
            middle = self._newton(low, high)
            # Newton's points lie on one side of the zero: a point a little beyond closes in from the other.
            for point in (middle, middle - width / 4, middle + width / 4):
                sign = _sign(self._f.at(exactly(point), 1)[0]) if low < point < high else None
                if sign:
                    low, high = (point, high) if sign == left else (low, point)
        return Spot(low, high, self._recognised((low + high) / 2, low, high))

    def _newton(self, low: Fraction, high: Fraction) -> Fraction:
        middle = (low + high) / 2
        value, slope = self._f.at(exactly(middle), 2)
        step = float((value / slope).mid()) if not slope.contains(0) else 0.0
        if not 0 < abs(step) < float(high - low) / 4:
            return middle
        man, exp = (exactly(middle) - value / slope).mid().man_exp()
        scale = 1 << (self._bits // 2 + 8)
        better = Fraction(round(Fraction(int(man)) * Fraction(2) ** int(exp) * scale), scale)
        return better if low < better < high else middle

    def _recognised(self, q: Fraction, low: Fraction, high: Fraction) -> Term | None:
        """The zero exactly, where a guess of it vanishes and lies in the enclosure, which holds no other."""
        guess = recognised(q, self._bits)
        fits = guess is not None and self._vanishes(guess, 0) and exactly(low) <= ball(guess) <= exactly(high)
        return guess if fits else None

    def _rational_zero(self, start: Spot, end: Spot) -> list[Stretch] | None:
        """The signs about a rational zero, from the first derivative that does not vanish there."""
        q = _simplest(start.low, end.high)
        if q.denominator > _MOST_DENOMINATOR or not self._zero_at(q):
            return None
        for k in range(1, _MOST_DERIVATIVES):
            sign = _sign(self._f.at(over(start.low, end.high), k + 1)[k])
            if sign:
                left, right = Stretch(start, Spot.at(q), (-1) ** k * sign), Stretch(Spot.at(q), end, sign)
                return [right] if q == start.low else [left] if q == end.high else [left, right]
            if not self._vanishes(rat(q), k):
                return None
        return None


def _one_period(chart: Chart, pitch: Fraction) -> Chart:
    """The part of a chart from −π/g to π/g: what begins or ends where these may be is left out."""
    half = arb.pi() / exactly(pitch)
    low, high = floor_of(half), exact_end(half)
    exact = mul(rat(1 / pitch), make("pi")) if pitch != 1 else make("pi")
    first, last = Spot(-high, -low, simplified(neg(exact))), Spot(low, high, exact)
    kept = [s for s in chart.stretches if s.low is not None and s.high is not None and s.low.high < low and s.high.low > -low]
    kept[0], kept[-1] = replace(kept[0], low=first), replace(kept[-1], high=last)
    return Chart(tuple(kept), tuple(z for z in chart.zeros if -low < z.low), pitch)


def _sign(value: arb) -> int | None:
    return 1 if value > 0 else -1 if value < 0 else None


def tail_of(f: Function, start: Fraction, side: int) -> tuple[Tails, Tail]:
    """f beyond an end of the line's middle, as terms in |x|."""
    tails = Tails(start, f.variable, side)
    return tails, tails.of(f.derived if f.sign > 0 else neg(f.derived))


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the least denominator in [low, high]."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = low.numerator // low.denominator
    if low == whole:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))
