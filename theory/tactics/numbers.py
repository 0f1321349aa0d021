"""Numbers read off balls, and guesses of what number a ball may hold; the kernel judges the guesses."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from flint import arb

from theory.kernel.field import Field
from theory.kernel.functions import exact_end
from theory.kernel.terms import Term, mul, power, rat
from theory.language.errors import KernelRefusal

_NEAR_ZERO = {j / 16: Fraction(j, 16) for j in range(-80, 81)}


def dyadic(x: arb, bits: int) -> Fraction:
    """A short dyadic number near the middle of a ball; with half the bits, since an extremum is flat."""
    return Fraction(round(exact_end(x.mid()) * (1 << (bits // 2 + 16))), 1 << (bits // 2 + 16))


def floor_of(value: arb) -> Fraction:
    """The lower end of a ball."""
    return -exact_end(-value)


def negative(q: Fraction | None) -> Fraction | None:
    """−q, where there is one."""
    return None if q is None else -q


def exact_value(value: arb) -> Fraction | None:
    """The number itself, where the ball is one number."""
    if value.is_exact():
        return floor_of(value)
    return None


def simplified(t: Term, field: Field | None = None) -> Term:
    """The normal form as a term, where the tower has one; the kernel compares it with the value anyway."""
    try:
        field = field or Field()
        return field.term(field.frac(t))
    except KernelRefusal:
        return t


def shown(q: Fraction) -> str:
    """A rational for a message."""
    return str(q) if q.denominator < 1000 else f"{float(q):.6g}"


@lru_cache(maxsize=64)
def grid(low: Fraction, high: Fraction, parts: int = 32) -> tuple[Fraction, ...]:
    """Points that are dense near 0 and sparse far out."""
    step, ends = (high - low) / parts, (float(low), float(high))
    points = {float(q): q for q in (low + j * step for j in range(1, parts))}
    points |= {x: q for x, q in _NEAR_ZERO.items() if (x * parts / 8).is_integer()}
    return tuple(points[x] for x in sorted(points) if ends[0] < x < ends[1])


def recognised(x: Fraction | None, bits: int) -> Term | None:
    """A short rational number, or a root of one, near x: a guess that the kernel will judge."""
    if x is None:
        return None
    near = Fraction(1, 1 << (bits // 2 - 8))
    q = x.limit_denominator(1000)
    if abs(q - x) <= near:
        return rat(q)
    square = (x * x).limit_denominator(1000)
    if abs(square - x * x) <= 4 * abs(x) * near:
        root = power(rat(square), Fraction(1, 2))
        return root if x > 0 else mul(rat(-1), root)
    return None
