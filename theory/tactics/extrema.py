"""The search for extrema over the line: where the supremum may be, and cells that prove it is nowhere higher.

Untrusted: what it finds is a certificate, which `theory.kernel.extrema.check` checks on its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from time import monotonic

from flint import arb

from theory.kernel.algebraic import polynomial_of
from theory.kernel.enclosure import Cell, Function, exactly, limit_of, over
from theory.kernel.extrema import Certificate, Checker, Place, check, constant_of
from theory.kernel.pieces import Piece
from theory.kernel.series import Precision
from theory.kernel.terms import Term, add, mul, rat, substitute
from theory.language.errors import GradproofError, KernelRefusal
from theory.tactics.kinks import kinks_of
from theory.tactics.numbers import ceiling_of, contains, dyadic, exact_value, floor_of, recognised, simplified

STARTS = tuple(Fraction(2) ** k for k in range(2, 9))
_GRID = 64


class Unsettled(GradproofError):
    """An extremum that the search could not settle within its bounds."""


@dataclass(frozen=True)
class Candidate:
    """A place where the supremum may be, with the value there."""

    place: Place
    value: arb
    piece: int


def supremum(t: Term, x: Term, order: int = 0, sign: int = 1, digits: int = 30, seconds: float = 10.0) -> Certificate:
    """A checked certificate of the supremum of sign · D^order t, or `Unsettled` with the reason."""
    search = Search(t, x, order, sign, digits, monotonic() + seconds)
    try:
        return search.run()
    except (KernelRefusal, ArithmeticError, ValueError) as refusal:  # a float may overflow where a ball does not
        raise Unsettled(str(refusal) or "a number overflowed") from refusal


class Search:
    """One supremum."""

    def __init__(self, t: Term, x: Term, order: int, sign: int, digits: int, deadline: float) -> None:
        self._t, self._x, self._order, self._sign = t, x, order, sign
        self._bits = max(96, int(digits * 3.4) + 60)
        self._tolerance = Fraction(1, 10 ** (digits + 4))
        self._deadline = deadline
        self._kinks = kinks_of(t, x)
        ends = [None, *self._kinks, None]
        self._pieces: list[Piece] = list(pairwise(ends))

    def run(self) -> Certificate:
        """Candidates, then cells."""
        with Precision(self._bits):
            self._functions = [Function(self._t, self._x, p, self._order, self._sign) for p in self._pieces]
            self._constant = [_try_constant(f) for f in self._functions]
            self._ends = [self._tail_ends(k) for k in range(len(self._pieces))]
            candidates = [c for k in range(len(self._pieces)) for c in self._candidates(k)]
            if not candidates:
                raise Unsettled("no value of the function could be enclosed")
            candidates += self._joins(candidates)
            best = max(candidates, key=lambda c: (float(c.value.mid()), c.place.kind in ("constant", "join")))
            certificate = self._named(self._certificate(best, candidates))
        check(certificate)
        return certificate

    def _named(self, c: Certificate) -> Certificate:
        """With the number that the supremum is, where one is found that the kernel confirms."""
        if c.status == "unbounded":
            return c
        checker = Checker(c)
        for guess in self._guesses(c, checker):
            checker.c = guess
            with suppress(KernelRefusal):
                checker.number()
                return guess
        return c

    def _guesses(self, c: Certificate, checker: Checker) -> Iterator[Certificate]:
        polynomial: tuple[int, ...] = ()
        if c.place.kind == "point" and c.lower is not None and c.upper is not None and c.place.x is not None:
            f = next(g for g in self._functions if contains(g.piece, c.place.x))
            with suppress(KernelRefusal):
                polynomial = polynomial_of(f, c.lower, c.upper)
            peaks = [
                (g, cell) for g, cells in zip(self._functions, c.cells, strict=True) for cell in cells if cell.rule == "peak"
            ]
            points = tuple(recognised(cell.point, self._bits) for _, cell in peaks)
            if all(p is not None for p in points):
                found = tuple(p for p in points if p is not None)
                closed = simplified(mul(rat(c.sign), substitute(peaks[0][0].derived, {self._x: found[0]})))
                yield replace(c, polynomial=polynomial, closed=closed, points=found)
        elif c.status in ("approached", "attained"):
            exact = checker.exact
            if exact is not None:
                closed = simplified(add(*(mul(rat(q), t) for t, q in exact.items())) if exact else rat(0))
                yield replace(c, closed=closed)
        if polynomial:
            yield replace(c, polynomial=polynomial)

    def _tick(self) -> None:
        if monotonic() > self._deadline:
            raise Unsettled("the search took longer than it was given")

    # --- candidates ---------------------------------------------------------------------------------

    def _tail_ends(self, k: int) -> tuple[Fraction | None, Fraction | None]:
        """Where the tails of a piece begin: the nearest ends at which their expansion holds."""
        if self._constant[k] is not None:
            return self._pieces[k]
        pitch = self._functions[k].pitch()
        if pitch is not None and self._pieces[k] == (None, None):
            f, whole = self._functions[k], 2 * Fraction(355, 113) / pitch  # a little more than a period
            # From where the function is smallest, so that no peak lies at an end.
            start = min(_grid(-whole / 2, whole / 2), key=lambda g: float(f.at(exactly(g), 1)[0].mid()))
            return start, start + whole
        low, high = self._pieces[k]
        return (low if low is not None else self._start(k, -1)), (high if high is not None else self._start(k, 1))

    def _start(self, k: int, side: int) -> Fraction:
        low, high = self._pieces[k]
        refusal: KernelRefusal | None = None
        f = self._functions[k]
        beyond = abs(low if low is not None else high if high is not None else 0) + 1
        for start in STARTS:
            if start < beyond:
                continue
            self._tick()
            try:
                tails, tail = f.tail(start * side, side)
                if not tails.grows(tail):
                    limit_of(f, start * side, side)
                return start * side
            except KernelRefusal as error:
                refusal = error
        raise refusal or Unsettled("a kink lies too far out")

    def _candidates(self, k: int) -> list[Candidate]:
        f, (low, high), (start, end) = self._functions[k], self._pieces[k], self._ends[k]
        constant = self._constant[k]
        if constant is not None:
            return [Candidate(Place("constant", low), constant, k)]
        found: list[Candidate] = []
        periodic = self._periodic(k)
        for x, edge, side in ((start, low, -1), (end, high, 1)):
            assert x is not None
            if periodic:
                continue
            if edge is None:
                tails, tail = f.tail(x, side)
                growth = tails.grows(tail)
                if growth > 0:
                    return [Candidate(Place("infinity", x, side), arb.pos_inf(), k)]
                if growth == 0:
                    found.append(Candidate(Place("limit", x, side), limit_of(f, x, side).limit, k))
            else:
                found.append(Candidate(Place("kink", edge, -side), f.at(exactly(edge), 1)[0], k))
        assert start is not None
        assert end is not None
        grid = _grid(start, end)
        with Precision(64):
            values = [float(f.at(exactly(g), 1)[0].mid()) for g in grid]
        for j in range(1, len(grid) - 1):
            if values[j] >= values[j - 1] and values[j] >= values[j + 1]:
                m = self._refined(f, grid[j - 1], grid[j], grid[j + 1])
                found.append(Candidate(Place("point", m), f.at(exactly(m), 1)[0], k))
        return found

    def _joins(self, candidates: list[Candidate]) -> list[Candidate]:
        """Kinks at which the derivative exists all the same, with a rational value."""
        found: list[Candidate] = []
        for c in candidates:
            if c.place.kind == "kink":
                place = Place("join", c.place.x)
                try:
                    value, exact = self._value_at(place)
                except KernelRefusal:
                    continue
                if exact is not None:
                    found.append(Candidate(place, value, c.piece))
        return found

    def _value_at(self, place: Place) -> tuple[arb, dict[Term, Fraction] | None]:
        made = Certificate(self._t, self._x, self._order, self._sign, self._bits, self._kinks, (), None, None, None, place, "")
        checker = Checker(made)
        return checker.value, checker.exact

    def _refined(self, f: Function, low: Fraction, m: Fraction, high: Fraction) -> Fraction:
        """A point near a local maximum: golden section would do, Newton on f' is quicker."""
        for _ in range(12):  # bisect on the sign of f' until Newton is safe
            slope = f.at(exactly(m), 2)[1]
            low, high = (m, high) if slope > 0 else (low, m)
            m = (low + high) / 2
        x = exactly(m)
        for _ in range(12):
            _, slope, curvature = f.at(x.mid(), 3)
            if not curvature < 0:
                break
            step = (slope / curvature).mid()
            x = (x - step).mid()
            if abs(float(step)) < 2.0 ** -(self._bits // 2):
                break
        return dyadic(x, self._bits)

    # --- cells -----------------------------------------------------------------------------------------

    def _certificate(self, best: Candidate, candidates: list[Candidate]) -> Certificate:
        value, place = best.value, best.place
        if place.kind == "infinity":
            return Certificate(
                self._t,
                self._x,
                self._order,
                self._sign,
                self._bits,
                self._kinks,
                tuple(() for _ in self._pieces),
                None,
                None,
                None,
                place,
                "unbounded",
            )
        margin = self._tolerance / 4
        lower = floor_of(value)
        upper = ceiling_of(value) + margin
        if place.kind in ("constant", "join"):
            exact = self._value_at(place)[1] or {}
            lower = upper = sum(exact.values(), Fraction(0))
            return self._assembled(best, lower, upper, None, "attained", [[] for _ in self._pieces])
        if place.kind != "point":
            exact = exact_value(value)
            if exact is not None:
                lower = upper = exact
            return self._assembled(best, lower, upper, None, "approached", [[] for _ in self._pieces])
        gap = max(Fraction(1, 1 << 20), abs(lower) / (1 << 20))
        peaks: list[list[Cell]] = [[] for _ in self._pieces]
        others = lower - gap
        for c in candidates:
            if c.place.kind == "point" and c.place.x is not None and float(c.value.mid()) > float(others) - float(gap):
                cell, drop = self._peak(c)
                peaks[c.piece].append(cell)
                others = max(others, lower - drop) if drop < gap else others
        return self._assembled(best, lower, upper, others, "attained", peaks)

    def _peak(self, c: Candidate) -> tuple[Cell, Fraction]:
        """A cell around a peak, as wide as f'' is seen to be negative, and how far f drops to its ends."""
        f, m = self._functions[c.piece], c.place.x
        assert m is not None
        low, high = self._pieces[c.piece]
        width = Fraction(1)
        for _ in range(40):
            self._tick()
            width /= 2
            if (low is not None and m - width <= low) or (high is not None and m + width >= high):
                continue
            try:
                curvature = f.at(over(m - width, m + width), 3)[2]
            except KernelRefusal:
                continue
            if curvature < 0:
                drop = Fraction(float(abs(curvature.upper()))) * width * width / 8
                return Cell(m - width, m + width, "peak", m), drop
        raise Unsettled(f"the maximum near {float(m):.6g} is too flat to be enclosed")

    def _assembled(
        self, best: Candidate, lower: Fraction, upper: Fraction, others: Fraction | None, status: str, peaks: list[list[Cell]]
    ) -> Certificate:
        made = Certificate(
            self._t, self._x, self._order, self._sign, self._bits, self._kinks, (), lower, upper, others, best.place, status
        )
        self._checker = Checker(made)
        cells = tuple(tuple(self._cells(k, made, sorted(peaks[k], key=lambda c: c.low or 0))) for k in range(len(self._pieces)))
        return replace(made, cells=cells)

    def _cells(self, k: int, c: Certificate, peaks: list[Cell]) -> list[Cell]:
        low, high = self._pieces[k]
        if self._constant[k] is not None:
            return [Cell(low, high, "constant")]
        start, end = self._ends[k]
        assert start is not None
        assert end is not None
        if self._periodic(k):
            low, high = start, end
        if low is None:
            start = self._further(k, c, start, -1)
        if high is None:
            end = self._further(k, c, end, 1)
        found = [Cell(None, start, "tail")] if low is None else []
        here = start
        for peak in [*peaks, None]:
            stop = end if peak is None or peak.low is None else peak.low
            if here < stop:
                found += self._cut(k, c, here, stop, 0)
            if peak is not None and peak.high is not None:
                found.append(peak)
                here = peak.high
        return [*found, Cell(end, None, "tail")] if high is None else found

    def _periodic(self, k: int) -> bool:
        return self._constant[k] is None and self._pieces[k] == (None, None) and self._functions[k].pitch() is not None

    def _further(self, k: int, c: Certificate, end: Fraction, side: int) -> Fraction:
        """Where the tail begins to stay below what it has to."""
        for start in STARTS:
            if start < abs(end):
                continue
            x = start * side
            try:
                if self._good(self._functions[k], c, Cell(x, None, "tail") if side > 0 else Cell(None, x, "tail")):
                    return x
            except KernelRefusal:
                continue
        raise Unsettled("no tail is seen to stay below the supremum")

    def _cut(self, k: int, c: Certificate, low: Fraction, high: Fraction, depth: int) -> list[Cell]:
        self._tick()
        f = self._functions[k]
        rules = ["second", "mean", "range"]
        rules = ["rise"] * (high == self._pieces[k][1]) + ["fall"] * (low == self._pieces[k][0]) + rules
        for rule in rules:
            cell = Cell(low, high, rule)
            try:
                if self._good(f, c, cell):
                    return [cell]
            except KernelRefusal:
                continue
        if depth > 60:
            raise Unsettled(f"the function stays too near its supremum at {float(low):.6g}")
        middle = (low + high) / 2
        return [*self._cut(k, c, low, middle, depth + 1), *self._cut(k, c, middle, high, depth + 1)]

    def _good(self, f: Function, c: Certificate, cell: Cell) -> bool:
        return self._checker.stays(f, cell)


def _try_constant(f: Function) -> arb | None:
    try:
        return constant_of(f)[0]
    except KernelRefusal:
        return None


def _grid(low: Fraction, high: Fraction) -> list[Fraction]:
    """Points that are dense near 0 and sparse far out."""
    return sorted(
        {low + (high - low) * Fraction(j, _GRID * 2) for j in range(1, _GRID * 2)}
        | {Fraction(j, 8) for j in range(-40, 41) if low < Fraction(j, 8) < high}
    )
