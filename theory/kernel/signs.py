"""Sets of possible signs, as bit masks: what is known of a number without knowing its value."""

from __future__ import annotations

from fractions import Fraction

NEG, NIL, POS = 1, 2, 4
ANY = NEG | NIL | POS
NONNEG, NONPOS, NONZERO = NIL | POS, NEG | NIL, NEG | POS
# What `a op b` says of the sign of b − a.
RELATIONS = {"le": NONNEG, "lt": POS, "eq": NIL, "ne": NONZERO}
_SIGNS = {NEG: -1, NIL: 0, POS: 1}


def mask_of(value: int | Fraction) -> int:
    """The mask of one exact number."""
    return NEG if value < 0 else NIL if value == 0 else POS


def _members(mask: int) -> list[int]:
    return [sign for bit, sign in _SIGNS.items() if mask & bit]


def times(a: int, b: int) -> int:
    """Possible signs of a product."""
    return sum({mask_of(x * y) for x in _members(a) for y in _members(b)})


def plus(a: int, b: int) -> int:
    """Possible signs of a sum."""
    if (a & NEG and b & POS) or (a & POS and b & NEG):
        return ANY
    return sum({mask_of(x + y) for x in _members(a) for y in _members(b)})


def raised(a: int, k: int) -> int:
    """Possible signs of an integer power, where it is defined."""
    if k == 0:
        return POS
    return sum({mask_of(x ** abs(k)) for x in _members(a & NONZERO if k < 0 else a)})
