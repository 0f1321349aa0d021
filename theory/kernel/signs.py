"""Sets of possible signs, as bit masks: what is known of a number without knowing its value."""

from __future__ import annotations

from fractions import Fraction

NEG, NIL, POS = 1, 2, 4
ANY = NEG | NIL | POS
NONNEG, NONPOS, NONZERO = NIL | POS, NEG | NIL, NEG | POS

_SIGNS = ((NEG, -1), (NIL, 0), (POS, 1))


def members(mask: int) -> list[int]:
    """The signs −1, 0, 1 in a mask."""
    return [sign for bit, sign in _SIGNS if mask & bit]


def mask_of(value: int | Fraction) -> int:
    """The mask of one exact number."""
    return NEG if value < 0 else NIL if value == 0 else POS


def times(a: int, b: int) -> int:
    """Possible signs of a product."""
    return sum({mask_of(x * y) for x in members(a) for y in members(b)})


def plus(a: int, b: int) -> int:
    """Possible signs of a sum."""
    found = 0
    for x in members(a):
        for y in members(b):
            found |= ANY if x * y < 0 else mask_of(x + y)
    return found


def raised(a: int, k: int) -> int:
    """Possible signs of an integer power; a negative exponent keeps the sign of a nonzero base."""
    if k == 0:
        return POS
    return sum({mask_of(x ** abs(k)) for x in members(a)})


def flipped(a: int) -> int:
    """Possible signs of the negative."""
    return times(a, NEG)


def fact_mask(op: str) -> int:
    """What `a op b` says of the sign of b − a."""
    return {"le": NONNEG, "lt": POS, "eq": NIL, "ne": NONZERO}[op]
