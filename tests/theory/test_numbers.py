"""Decimals: what is long and ends is written as one, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.typeset.numbers import decimal_text


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("8943/200000", "0.044715"),
        ("851/500", "1.702"),
        ("-851/500", "-1.702"),
        ("1/1000", "0.001"),
        ("1/100", None),
        ("1/128", None),
        ("1/300", None),
        ("3", None),
        (f"1/{10**81}", None),
    ],
)
def test_examples(q: str, text: str | None) -> None:
    assert decimal_text(Fraction(q)) == text


@given(st.integers(-(10**12), 10**12), st.integers(0, 12), st.integers(0, 12))
def test_a_decimal_is_the_number(p: int, twos: int, fives: int) -> None:
    q = Fraction(p, 2**twos * 5**fives)
    text = decimal_text(q)
    if text is not None:
        assert Fraction(text) == q
    assert (text is None) == (q.denominator <= 100 or q.denominator % 5 != 0)
