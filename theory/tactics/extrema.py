"""The search for extrema over the line: where the supremum may be, and cells that prove it is nowhere higher.

Untrusted: what it finds is a certificate, which `theory.kernel.extrema` checks on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

from flint import arb

from theory.kernel.enclosure import Cell, bound_of
from theory.kernel.extrema import Certificate, Checker, Place, inside
from theory.kernel.functions import Function, exact_end, exactly, rational
from theory.kernel.growth import value_of
from theory.kernel.series import Precision
from theory.kernel.terms import ZERO, Term, mul, rat
from theory.language.errors import KernelRefusal
from theory.tactics.cells import Good, Unsettled, covered
from theory.tactics.line import Line
from theory.tactics.mirrors import mirrored
from theory.tactics.numbers import dyadic, exact_value, floor_of, recognised, shown, simplified
from theory.tactics.polynomials import polynomial_of

__all__ = ["Line", "Unsettled", "supremum"]
_FLAT = Fraction(1, 16)


@dataclass(frozen=True)
class Candidate:
    """A place where the supremum may be, with the value there; `exact` where it is a number that is attained."""

    place: Place
    value: arb
    piece: int
    exact: Term | None = None


def supremum(
    t: Term,
    x: Term,
    order: int = 0,
    sign: int = 1,
    digits: int = 30,
    seconds: float = 10.0,
    line: Line | None = None,
) -> Certificate:
    """A checked certificate of the supremum of sign · D^order t, or `Unsettled` with the reason.

    `line` keeps what both extrema of one function need.
    """
    line = Line(t, x, order, digits) if line is None else line
    line.deadline = monotonic() + seconds
    try:
        with Precision(line.bits):
            line.explore()
            line.found[sign] = _found(line, sign)
            return line.found[sign]
    except (KernelRefusal, ArithmeticError, ValueError) as refusal:  # a float may overflow where a ball does not
        raise Unsettled(str(refusal) or "a number overflowed") from refusal


def _found(line: Line, sign: int) -> Certificate:
    """What a few candidates lead to; more are looked for where they do not settle it."""
    line.finer = False
    with suppress(KernelRefusal, Unsettled):
        found = _opposite(line, sign) or Search(line, sign).run()
        if found.status != "unknown":
            return found
    line.tick()
    line.finer, line.parity = True, 0
    return Search(line, sign).run()


def _opposite(line: Line, sign: int) -> Certificate | None:
    """The other extremum of a function that looks odd, in the mirror, if it is checked there."""
    other = line.found.get(-sign)
    found = None if other is None or line.parity >= 0 else mirrored(other)
    if found is None or found.lower is None or found.upper is None:
        return None
    with suppress(KernelRefusal):
        if found.lower < found.upper:  # the ball of the value may be a little wider there
            found = replace(found, lower=min(found.lower, floor_of(Checker(found, line.study).value)))
        line.checked = Checker(found, line.study)
        line.checked.run()
        return found
    return None


class Search:
    """One supremum on a line that is explored."""

    def __init__(self, line: Line, sign: int) -> None:
        self._line, self._sign = line, sign
        self._functions = [f.times(sign) for f in line.functions]
        self._pieces = [part.piece for part in line.parts]
        self._tolerance = line.tolerance

    def run(self) -> Certificate:
        """Candidates; then cells, by each way in turn that may lead to a certificate."""
        candidates = [c for k in range(len(self._pieces)) for c in self._candidates(k)]
        if not candidates:
            raise Unsettled("no value of the function could be enclosed")
        candidates += self._joins(candidates)
        reason: Exception | None = None
        for way in self._ways(candidates):
            try:
                checker = self._checker(way())
                checker.run()
                return self._named(checker)
            except (KernelRefusal, Unsettled) as refusal:
                self._line.tick()
                reason = reason or refusal
        raise Unsettled(str(reason)) from reason

    def _ways(self, candidates: list[Candidate]) -> Iterator[Callable[[], Certificate]]:
        best = max(candidates, key=lambda c: float("inf") if c.place.kind == "infinity" else floor_of(c.value))
        if best.place.kind == "infinity":
            yield lambda: self._unbounded(best)
            return
        tied = [c for c in candidates if not floor_of(best.value) - exact_end(c.value) > self._tolerance / 8]
        exact = [self._exactly(c) for c in tied if c.place.kind in ("constant", "zero", "join", "point")]
        exact = [c for c in exact if c.exact is not None]
        kinds = {c.place.kind for c in tied}
        whole = sorted(exact, key=lambda c: ("constant", "zero", "join", "point").index(c.place.kind))[:1]
        if whole and kinds != {"point"}:
            yield lambda: self._exact(whole[0], exact)
        points = [c for c in tied if c.place.kind == "point" or (c.place.kind == "kink" and self._line.study.order == 0)]
        if points and (kinds <= {"point", "kink", "join", "zero"} or not whole):
            yield lambda: self._peaked(points[0], candidates, flat=False)
        if whole and kinds == {"point"}:
            yield lambda: self._exact(whole[0], exact)
        for c in tied:
            if c.place.kind in ("limit", "kink"):
                yield lambda c=c: self._approached(c)
        if points:
            yield lambda: self._peaked(points[0], candidates, flat=True)
        yield lambda: self._enclosed(best)

    # --- candidates ---------------------------------------------------------------------------------

    def _candidates(self, k: int) -> list[Candidate]:
        line, f, (low, high) = self._line, self._functions[k], self._pieces[k]
        if not line.parts[k].smooth:
            return []
        if line.constant[k]:
            return [Candidate(Place("constant", low), value_of(f.constant()), k, f.constant())]
        start, end = line.ends[k]
        found: list[Candidate] = []
        for x, edge, side in ((start, low, -1), (end, high, 1)):
            if edge is None and line.periodic[k]:
                continue
            if edge is None:
                growth = f.growth(x, side)
                if growth > 0:
                    return [Candidate(Place("infinity", x, side), arb.pos_inf(), k)]
                if growth == 0:
                    found.append(Candidate(Place("limit", x, side), f.limit_at(x, side).limit, k))
            else:
                found.append(Candidate(Place("kink", edge, -side), self._beside(f, edge), k))
        grid, values = line.values(k)
        values = [v * self._sign for v in values]
        tops = [j for j in range(1, len(grid) - 1) if values[j - 1] <= values[j] >= values[j + 1]]
        near = [grid[j - 1 : j + 2] for j in tops if line.parity <= 0 or grid[j] >= 0]  # of an even function, half
        for edge, beside in ((low, grid[1]), (high, grid[-2])):  # it may rise from a kink and fall before the next point
            if edge is not None and self._turns(f, edge, beside):
                near.append(sorted((edge, (edge + beside) / 2, beside)))
        points = [m for bracket in near if inside((low, high), m := self._refined(f, *bracket))]
        return [*found, *(Candidate(Place("point", m), f.over(m, m)[0], k) for m in points)]

    @staticmethod
    def _beside(f: Function, kink: Fraction) -> arb:
        try:
            return f.over(kink, kink)[0]
        except KernelRefusal as refusal:
            raise Unsettled(f"the function has no finite derivatives at {shown(kink)}: {refusal}") from refusal

    @staticmethod
    def _turns(f: Function, edge: Fraction, beside: Fraction) -> bool:
        first, second = (f.over(at, at)[1] * (1 if edge < beside else -1) for at in (edge, beside))
        return bool(first > 0) and bool(second < 0)

    def _joins(self, candidates: list[Candidate]) -> list[Candidate]:
        """Kinks at which the derivative exists all the same, and zeros of absolute values, with a rational value there."""
        found: list[Candidate] = []
        zeros = [Place("zero", part.piece[0]) for part in self._line.parts if part.gap and self._line.study.order == 0]
        for place in [*dict.fromkeys(Place("join", c.place.x) for c in candidates if c.place.kind == "kink"), *zeros]:
            with suppress(KernelRefusal):
                checker = self._checker(self._made(place, "unknown"))
                found.append(Candidate(place, checker.value, 0, checker.exact))
        return found

    def _exactly(self, c: Candidate) -> Candidate:
        """The candidate with its value as a number, at a short rational number near it, where the slope vanishes."""
        if c.place.kind != "point" or c.place.x is None:
            return c
        f, m = self._functions[c.piece], recognised(c.place.x, self._line.bits)
        if m is None or m.op != "rat" or not inside(f.piece, m.data) or f.exact_at(m.data, 1) is not ZERO:
            return c
        return Candidate(Place("point", m.data), f.over(m.data, m.data)[0], c.piece, f.exact_at(m.data))

    def _refined(self, f: Function, low: Fraction, m: Fraction, high: Fraction) -> Fraction:
        """A point near a local maximum: bisection on the sign of f', then Newton where f is not flat."""
        for steps in (12, 2 * self._line.bits):
            for _ in range(steps):
                slope = f.over(m, m)[1]
                if slope.contains(0):
                    return m
                low, high = (m, high) if slope > 0 else (low, m)
                m = (low + high) / 2
            x, last = exactly(m), float("inf")
            for _ in range(12):
                _, slope, curvature = f.at(x.mid(), 3)
                step = (slope / curvature).mid() if curvature < 0 else arb.nan()
                if not abs(float(step)) < last / 2:
                    break
                x, last = (x - step).mid(), abs(float(step))
                if last < 2.0 ** -(self._line.bits // 2):
                    return dyadic(x, self._line.bits)
        return m

    # --- certificates ----------------------------------------------------------------------------------

    def _made(self, place: Place, status: str, lower: Fraction | None = None, upper: Fraction | None = None) -> Certificate:
        line = self._line
        switches = tuple(part.switches for part in line.parts)
        cells = tuple(() for _ in line.parts)
        study = line.study
        made = Certificate(
            study.term, study.variable, study.order, self._sign, line.bits, line.kinks, cells, lower, upper, None, place, status
        )
        return replace(made, switches=switches if any(switches) else ())

    def _checker(self, c: Certificate) -> Checker:
        return Checker(c, self._line.study)

    def _covered(self, c: Certificate, peaks: dict[int, list[Cell]], good: Callable[[Function, Cell], bool]) -> Certificate:
        cells: list[tuple[Cell, ...]] = []
        for k, (f, part) in enumerate(zip(self._functions, self._line.parts, strict=True)):
            low, high = part.piece
            if part.outside:
                cells.append(())
            elif part.gap:
                assert low is not None
                assert high is not None
                cells.append((Cell(low, high, "hull"),))
            elif self._line.constant[k]:
                cells.append((Cell(low, high, "constant"),))
            else:
                on_f: Good = lambda cell, f=f: good(f, cell)  # noqa: E731  # a name for its type
                given = peaks.get(k, ())
                paired = self._line.parity > 0 and any(peak.low is not None and peak.low >= 0 for peak in given)
                found = covered(f, self._line.ends[k], on_f, self._line.tick, given, paired=paired)
                cells.append(tuple(found))
                left, right = found[0], found[-1]
                self._line.keep_tails(k, left.high if left.low is None else None, right.low if right.high is None else None)
        ends, side = self._line.ends, c.place.side
        place = Place("limit", ends[-1][1] if side > 0 else ends[0][0], side) if c.place.kind == "limit" else c.place
        return replace(c, cells=tuple(cells), place=place)

    def _unbounded(self, best: Candidate) -> Certificate:
        made = self._made(best.place, "unbounded")
        gaps = tuple((Cell(*part.piece, "hull"),) if part.gap else () for part in self._line.parts)
        return replace(made, cells=gaps)

    def _bounds(self, value: arb) -> tuple[Fraction, Fraction]:
        exact = exact_value(value)
        return (exact, exact) if exact is not None else (floor_of(value), exact_end(value) + self._tolerance / 4)

    def _approached(self, best: Candidate) -> Certificate:
        made = self._made(best.place, "approached", *self._bounds(best.value))
        return self._covered(made, {}, self._checker(made).stays)

    def _enclosed(self, best: Candidate) -> Certificate:
        made = self._made(best.place, "unknown", floor_of(best.value), exact_end(best.value) + self._tolerance / 4)
        return self._covered(made, {}, self._checker(made).stays)

    def _exact(self, best: Candidate, exact: list[Candidate]) -> Certificate:
        """Attained as a number that is known: everything else is at most that."""
        known = rational(best.exact)
        bounds = (known, known) if known is not None else (floor_of(best.value), exact_end(best.value) + self._tolerance / 4)
        made = self._made(best.place, "attained", *bounds)
        peaks: dict[int, list[Cell]] = {}
        for c in exact:
            if c.place.kind == "point" and c.place.x is not None and (known is None or c.exact is best.exact):
                peaks.setdefault(c.piece, []).append(self._top(c.piece, c.place.x)[0])
        return self._covered(made, peaks, self._checker(made).stays)

    def _peaked(self, best: Candidate, candidates: list[Candidate], *, flat: bool) -> Certificate:
        """Attained over some cells, with everything else well below; flat maxima are covered by many cells."""
        lower, upper = floor_of(best.value), exact_end(best.value) + self._tolerance / 4
        gap = max(Fraction(1, 1 << 20), abs(lower) / (1 << 20))
        peaks: dict[int, list[Cell]] = {}
        others = lower - gap
        for c in candidates:
            top = exact_end(c.value) if c.place.kind != "infinity" else None
            if top is None or top < lower - gap or c.place.x is None or c.place.kind in ("join", "zero"):
                continue
            if c.place.kind not in ("point", "kink"):
                others = max(others, (top + lower) / 2)
                continue
            if flat:
                others = max(others, lower - self._drop(c) / 8)
                continue
            cell, drop = self._peak(c) if c.place.kind == "point" else self._top(c.piece, c.place.x)
            peaks.setdefault(c.piece, []).append(cell)
            others = max(others, lower - drop / 8)
        made = replace(self._made(best.place, "attained", lower, upper), others=others)
        checker, most = self._checker(made), exactly(others)
        if flat:
            return self._covered(made, peaks, checker.stays)
        return self._covered(made, peaks, lambda f, cell: bool(bound_of(f, cell) <= most))

    def _drop(self, c: Candidate) -> Fraction:
        """How far f has dropped at a little distance from a maximum."""
        f, x = self._functions[c.piece], c.place.x
        assert x is not None
        beside = [at for at in (x - _FLAT, x + _FLAT) if inside(f.piece, at)]
        return floor_of(c.value) - max((exact_end(f.over(at, at)[0]) for at in beside), default=floor_of(c.value))

    def _peak(self, c: Candidate) -> tuple[Cell, Fraction]:
        """A cell around a peak, as wide as f'' is seen to be negative, and how far f drops to its ends."""
        f, m = self._functions[c.piece], c.place.x
        assert m is not None
        with suppress(Unsettled):
            return self._widest(f, m, "peak")
        m = self._exactly(c).place.x
        assert m is not None
        return self._top(c.piece, m)

    def _top(self, piece: int, m: Fraction) -> tuple[Cell, Fraction]:
        """A cell around a point that is a maximum by the first derivative that does not vanish there."""
        return self._widest(self._functions[piece], m, "top")

    def _widest(self, f: Function, m: Fraction, rule: str) -> tuple[Cell, Fraction]:
        low, high = f.piece
        width = Fraction(1)
        for _ in range(40):
            self._line.tick()
            width /= 2
            if (low is not None and m != low and m - width <= low) or (high is not None and m != high and m + width >= high):
                continue
            cell = Cell(m if m == low else m - width, m if m == high else m + width, rule, m)
            assert cell.low is not None
            assert cell.high is not None
            with suppress(KernelRefusal):
                bound_of(f, cell)
                ends = [f.over(at, at)[0] for at in (cell.low, cell.high) if at != m]
                drop = floor_of(f.over(m, m)[0]) - max(map(exact_end, ends))
                if drop > 0:
                    return cell, drop
        raise Unsettled(f"the maximum near {float(m):.6g} is too flat to be enclosed")

    # --- which number -------------------------------------------------------------------------------------

    def _named(self, checker: Checker) -> Certificate:
        """With the number that the supremum is, where one is found that the kernel confirms; all else is checked."""
        self._line.checked, c = checker, checker.c
        if c.status not in ("attained", "approached"):
            return c
        for polynomial, closed, points in self._guesses(c, checker):
            with suppress(KernelRefusal):
                checker.number(polynomial, closed, points)
                return replace(c, polynomial=polynomial, closed=closed, points=points)
        return c

    def _guesses(self, c: Certificate, checker: Checker) -> Iterator[tuple[tuple[int, ...], Term | None, tuple[Term, ...]]]:
        peaks = checker.peaks
        if not peaks:
            if checker.exact is not None:
                yield (), simplified(checker.exact), ()
            return
        polynomial: tuple[int, ...] = ()
        if c.lower is not None and c.upper is not None:
            with suppress(KernelRefusal):
                polynomial = polynomial_of(peaks[0][0], c.lower, c.upper)
        points = tuple(p for _, cell in peaks if (p := self._point(cell)) is not None)
        if len(points) == len(peaks):
            f = peaks[0][0]
            closed = simplified(mul(rat(c.sign), f.put(points[0])), f.field_at(points[0]))
            yield polynomial, closed, points
            yield (), closed, points
        yield polynomial, None, ()

    def _point(self, cell: Cell) -> Term | None:
        if cell.point is None or cell.rule == "top":
            return None if cell.point is None else rat(cell.point)
        return recognised(cell.point, self._line.bits)
