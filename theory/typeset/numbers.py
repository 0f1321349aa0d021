"""Rational numbers as decimals, where that is how a person would write them."""

from __future__ import annotations

from fractions import Fraction

_LEAST_DENOMINATOR = 100
_MOST_PLACES = 80


def decimal_text(q: Fraction) -> str | None:
    """0.044715 rather than 8943/200000: a number that ends in decimals and whose denominator is long; None for others.

    Powers of two stay fractions: 1/128 says more than 0.0078125.
    """
    if q.denominator <= _LEAST_DENOMINATOR or q.denominator % 5:
        return None
    places = next((k for k in range(1, _MOST_PLACES + 1) if 10**k % q.denominator == 0), None)
    if places is None:
        return None
    digits = str(abs(q.numerator) * (10**places // q.denominator)).rjust(places + 1, "0")
    return f"{'-' if q < 0 else ''}{digits[:-places]}.{digits[-places:]}"
