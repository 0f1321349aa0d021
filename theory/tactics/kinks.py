"""Where the branches of a term meet, and which are taken between: proposals, which the kernel judges.

The line is cut at the zeros of a switch whenever its sign on a piece is not seen. A zero that is no short
rational number lies in a short piece of its own, on which nothing is said of the branches.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb

from theory.kernel.enclosure import Study, Switch, stays_negative
from theory.kernel.functions import Function, constant_value, exact_end, exactly, pitch_of
from theory.kernel.pieces import Piece, Undecided, linear
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision, expand
from theory.kernel.signs import NEG, POS
from theory.kernel.terms import Term, rat
from theory.language.errors import KernelRefusal
from theory.tactics.cells import Unsettled, covered, tail_start
from theory.tactics.numbers import dyadic, grid, shown

MOST_PIECES = 80
_FAR = Fraction(300)


@dataclass(frozen=True)
class Part:
    """A piece and the signs that switches keep on it.

    Or a gap, which is a short piece around a kink; or what lies outside of one period.
    """

    piece: Piece
    switches: tuple[Switch, ...] = ()
    gap: bool = False
    outside: bool = False

    @property
    def smooth(self) -> bool:
        """Whether one branch of each switch is taken on it."""
        return not (self.gap or self.outside)


def parts_of(study: Study, bits: int, tick: Callable[[], None]) -> list[Part]:
    """The line in pieces on which one branch of each switch is taken, and gaps; refused where that is not seen."""
    done: list[Part] = []
    waiting = _at_first(study)
    while waiting:
        tick()
        part = waiting.pop()
        try:
            if part.smooth:
                study.on(part.piece, part.switches).smooth(0)
            done.append(part)
        except Undecided as undecided:
            u = undecided.switch
            zeros = _zeros(u, study.variable, part.piece, bits)
            if not zeros:
                waiting.append(_with_sign(u, study, part, bits, tick))
                continue
            low, high = part.piece
            ends: list[Fraction | None] = [low]
            gaps: set[Fraction] = set()
            for a, b in zeros:
                ends += [a] if a == b else [a, b]
                gaps |= {a} if a != b else set()
            waiting += [Part((a, b), (), a in gaps) for a, b in reversed(list(pairwise([*ends, high])))]
        except KernelRefusal as refusal:  # of a denominator, a root or a logarithm
            u = refusal.about
            if not isinstance(u, Term) or any(switch.term is u for switch in part.switches):
                raise
            _require_somewhere_defined(u, str(refusal), study.variable, part.piece, bits)
            waiting.append(_with_sign(u, study, part, bits, tick))
        if len(waiting) + len(done) > MOST_PIECES:
            raise Unsettled(f"the function has more than {MOST_PIECES // 2} kinks")
    return done


def _at_first(study: Study) -> list[Part]:
    """The whole line, or one period if the term repeats itself and has kinks; the rightmost first."""
    whole = period_of(study.everywhere.term, study.variable)
    try:
        study.on((None, None)).smooth(0)
    except KernelRefusal:
        if whole is not None:
            start = starting_point(whole, lambda g: _height(study, g))
            end = start + whole
            return [Part((end, None), outside=True), Part((start, end)), Part((None, start), outside=True)]
    return [Part((None, None))]


def _height(study: Study, x: Fraction) -> Fraction:
    try:
        return study.everywhere.hull(x, x)[0]
    except KernelRefusal:
        return Fraction(0)


def period_of(t: Term, x: Term) -> Fraction | None:
    """A little more than a period; None where the term does not repeat itself."""
    pitch = pitch_of(t, x)
    return None if pitch is None else 2 * Fraction(355, 113) / pitch


def starting_point(whole: Fraction, value: Callable[[Fraction], Fraction]) -> Fraction:
    """Where a function is neither large nor small, so that no peak lies at an end of the period from there."""
    ranked = sorted(grid(-whole / 2, whole / 2), key=value)
    return ranked[len(ranked) // 2]


def ends_of(f: Function, tick: Callable[[], None]) -> tuple[Fraction, Fraction]:
    """The ends of a piece, or where its tails begin, or of one period where a function repeats itself."""
    (low, high), whole = f.piece, period_of(f.derived, f.variable)
    if whole is not None and None in f.piece:
        start = low if low is not None else None if high is None else high - whole
        if start is None:
            start = starting_point(whole, lambda g: exact_end(f.over(g, g)[0]))
        return start, start + whole
    return low if low is not None else tail_start(f, -1, tick), high if high is not None else tail_start(f, 1, tick)


def _require_somewhere_defined(u: Term, why: str, x: Term, piece: Piece, bits: int) -> None:
    """Refuse with a place where it is undefined, if one is found: u vanishes, or is negative where it must not be."""
    what, _, _ = why.partition(":")
    low, high = piece
    points = grid(low if low is not None else -_FAR, high if high is not None else _FAR)
    for g in sorted(points, key=lambda g: (g.denominator, abs(g))) if "denominator" not in what else ():
        if _sign(u, x, g) < 0:
            raise Unsettled(f"the function is undefined at {shown(g)}: {what}")
    for a, b in _zeros(u, x, piece, bits) if "root" not in what else ():
        raise Unsettled(f"the function is undefined {'at' if a == b else 'near'} {shown(a)}: {what}")


def _with_sign(u: Term, study: Study, part: Part, bits: int, tick: Callable[[], None]) -> Part:
    """The part with the sign that a switch without zeros keeps on it, and cells that show it."""
    x, (low, high) = study.variable, part.piece
    signs = {switch.term: POS if switch.sign > 0 else NEG for switch in part.switches}
    try:
        Function(u, x, part.piece, 0, 1, signs).smooth(0)
    except KernelRefusal as refusal:  # of a denominator in it, whose sign is to be seen first
        if not isinstance(refusal.about, Term) or refusal.about is u or refusal.about in signs:
            raise
        _require_somewhere_defined(refusal.about, str(refusal), x, part.piece, bits)
        return _with_sign(refusal.about, study, part, bits, tick)
    ends = (low if low is not None else -_FAR, high if high is not None else _FAR)
    sign = next((s for g in grid(*ends) if (s := _sign(u, x, g))), 0)
    if not sign:
        raise Unsettled("a switch of the function vanishes on a piece, or its sign there is not seen")
    f = Function(u, x, part.piece, 0, -sign, signs)
    try:
        switch = Switch(u, sign, tuple(covered(f, ends_of(f, tick), lambda cell: stays_negative(f, cell), tick)))
        return Part(part.piece, (*part.switches, switch))
    except Unsettled as reason:
        raise Unsettled(f"the sign of a part of the function is not seen {_between(part.piece)}") from reason


def _between(piece: Piece) -> str:
    low, high = piece
    ends = [f"above {shown(low)}"] if low is not None else []
    ends += [f"below {shown(high)}"] if high is not None else []
    return " and ".join(ends) or "anywhere"


def _sign(u: Term, x: Term, at: Fraction) -> int:
    with suppress(KernelRefusal):
        value = expand(u, x, exactly(at), 1)[0]
        return 1 if value > 0 else -1 if value < 0 else 0
    return 0


def _zeros(u: Term, x: Term, piece: Piece, bits: int) -> list[tuple[Fraction, Fraction]]:
    """Zeros of a switch inside a piece: (q, q) for an exact one, or the ends of a short interval around it."""
    low, high = piece
    line = linear(u, x)
    if line is not None:
        at = -line[1] / line[0] if line[0] else None
        return [] if at is None else [(at, at)]
    inside = grid(low if low is not None else -_FAR, high if high is not None else _FAR, 256)
    points = [*([low] if low is not None else []), *inside, *([high] if high is not None else [])]
    signs = [_sign(u, x, g) for g in points]
    found: list[tuple[Fraction, Fraction]] = []
    for (a, left), (b, right) in pairwise(zip(points, signs, strict=True)):
        if not right and b != high and constant_value(substitute(u, {x: rat(b)})) == 0:
            found.append((b, b))
        elif left * right < 0:
            found += _isolated(u, x, a, b, left, bits)
    return found


def _isolated(u: Term, x: Term, a: Fraction, b: Fraction, left: int, bits: int) -> list[tuple[Fraction, Fraction]]:
    for _ in range(24):
        middle = (a + b) / 2
        sign = _sign(u, x, middle)
        if not sign:
            break
        a, b = (middle, b) if sign == left else (a, middle)
    at = exactly((a + b) / 2)
    with suppress(KernelRefusal), Precision(bits + 40):
        for _ in range(12):  # Newton
            value, slope = expand(u, x, at.mid(), 2)
            at = arb((at - value / slope).mid())
    near = dyadic(at, 2 * bits)
    short = near.limit_denominator(1000)
    if a <= short <= b and constant_value(substitute(u, {x: rat(short)})) == 0:
        return [(short, short)]
    width = Fraction(1, 1 << (bits - 30))
    for _ in range(8):
        low, high = near - width, near + width
        if a < low and high < b and _sign(u, x, low) * _sign(u, x, high) < 0:
            return [(low, high)]
        width *= 1 << 12
    return [(a, b)]
