"""Numbers that an attack may trust: rationals as long as arithmetic stays rational, balls from then on.

A rational is known exactly. A ball is an interval that contains the true number, at the working
precision. What is compared is compared for certain or not at all: no tolerance appears here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from fractions import Fraction
from math import isqrt
from types import MappingProxyType
from typing import TypeAlias

from flint import arb, ctx, fmpq

from theory.language.errors import GradproofError

Number: TypeAlias = "fmpq | arb"

PRECISIONS = (64, 256, 1024)
"""Bits of the balls, tried in turn; what 1,024 bits leave undecided counts as touching."""


class Undefined(GradproofError):
    """A term has no value at the instance at hand: a zero denominator, the logarithm of a negative number, a kink."""


@contextmanager
def precision(bits: int) -> Generator[None]:
    """The one place where the precision of balls is set, and put back."""
    saved = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = saved


def exact(value: Fraction | int) -> fmpq:
    """A rational number in flint's form."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: Number) -> Fraction | None:
    """The rational number that this is known to be, or None."""
    return Fraction(int(value.p), int(value.q)) if isinstance(value, fmpq) else None


def ball(value: Number) -> arb:
    """An enclosure at the current precision."""
    return value if isinstance(value, arb) else arb(value)


def to_float(value: Number) -> float:
    """The middle of the number as a float; NaN where nothing finite is known."""
    middle = ball(value)
    return float(middle.mid()) if middle.is_finite() else float("nan")


def order(x: Number, y: Number) -> int | None:
    """The sign of y − x if it is certain: 1 for x < y, −1 for x > y, 0 for equal, None where the balls overlap."""
    if isinstance(x, fmpq) and isinstance(y, fmpq):
        return (x < y) - (x > y)
    a, b = ball(x), ball(y)
    if not (a.is_finite() and b.is_finite()):
        return None
    gap = b - a
    # A ball equals 0 for certain only if both its middle and its radius are 0.
    return 1 if gap > 0 else -1 if gap < 0 else 0 if gap == 0 else None


def sign(x: Number) -> int | None:
    """The sign if it is certain."""
    return order(fmpq(0), x)


def is_zero(x: Number) -> bool:
    """Whether the number is 0 for certain."""
    return bool(x == 0)


def largest(values: list[Number]) -> Number:
    """The largest of the numbers."""
    top = values[0]
    for value in values[1:]:
        known = order(top, value)
        if known is None:
            top = ball(top).max(ball(value))
        elif known > 0:
            top = value
    return top


def absolute(x: Number) -> Number:
    """|x|."""
    return abs(x)


def square_root(x: Number) -> Number:
    """√x, rational where x is the square of a rational; refused for x < 0."""
    if isinstance(x, arb):
        if x < 0:
            raise Undefined("a negative number has no real square root")
        return x.nonnegative_part().sqrt() if x.contains(0) else x.sqrt()
    if x < 0:
        raise Undefined("a negative number has no real square root")
    p, q = isqrt(int(x.p)), isqrt(int(x.q))
    return fmpq(p, q) if p * p == x.p and q * q == x.q else arb(x).sqrt()


def quotient(x: Number, y: Number) -> Number:
    """x / y; refused where y is 0."""
    if is_zero(y):
        raise Undefined("a denominator is zero")
    return x / y


def raised(base: Number, exponent: Number) -> Number:
    """base^exponent over the reals: integer powers of everything but 0^−k, other powers of positive numbers."""
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return _integer_power(base, int(exponent.p))
    positive = sign(base)
    if positive == -1:
        raise Undefined("a negative number is raised to a power that is no integer")
    if positive == 0:
        if sign(exponent) == 1:
            return fmpq(0)
        raise Undefined("zero is raised to a power that is not positive")
    if isinstance(exponent, fmpq) and exponent.q == 2:
        return _integer_power(square_root(base), int(exponent.p))
    return (ball(exponent) * ball(base).log()).exp()


def _integer_power(base: Number, k: int) -> Number:
    if k < 0 and is_zero(base):
        raise Undefined("zero is raised to a negative power")
    if isinstance(base, fmpq) and abs(k) * base.height_bits() > 100_000:
        base = arb(base)
    return base**k


def _logarithm(x: arb) -> arb:
    if x <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return x.log()


def _lambertw(x: arb) -> arb:
    if x < -(arb(-1).exp()):
        raise Undefined("Lambert's W of a number below −1/e")
    return x.lambertw()


_AT_ZERO = MappingProxyType(
    {"exp": 1, "erf": 0, "atan": 0, "sin": 0, "cos": 1, "tanh": 0, "sinh": 0, "cosh": 1} | {"asinh": 0, "lambertw": 0}
)
_BALLS: MappingProxyType[str, Callable[[arb], arb]] = MappingProxyType(
    {
        "exp": arb.exp,
        "log": _logarithm,
        "erf": arb.erf,
        "atan": arb.atan,
        "sin": arb.sin,
        "cos": arb.cos,
        "tanh": arb.tanh,
        "sinh": arb.sinh,
        "cosh": arb.cosh,
        "asinh": arb.asinh,
        "lambertw": _lambertw,
    }
)
ELEMENTARY = frozenset(_BALLS)


def elementary(name: str, x: Number) -> Number:
    """An elementary function of one number, exact at 0 (the logarithm at 1)."""
    if isinstance(x, fmpq):
        if x == 0 and name in _AT_ZERO:
            return fmpq(_AT_ZERO[name])
        if x == 1 and name == "log":
            return fmpq(0)
    return _BALLS[name](ball(x))
