"""Where the random integers of a draw come from: Hypothesis, which shrinks what it draws, or a seeded generator."""

from __future__ import annotations

from functools import cache
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy


class FromHypothesis:
    """Integers from Hypothesis, which record, mutate and shrink."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """An integer between the ends."""
        return self._draw(_integers(low, high)) if low < high else low

    def several(self, count: int, low: int, high: int) -> list[int]:
        """So many integers between ends that are less than 256 apart, for the price of one: Hypothesis draws them as bytes."""
        simplest = min(max(low, 0), high)
        return [_counted(byte % (high - low + 1), simplest, low, high) for byte in self._draw(_bytes(count))]


@cache
def _integers(low: int, high: int) -> SearchStrategy[int]:
    return st.integers(low, high)


@cache
def _bytes(count: int) -> SearchStrategy[bytes]:
    return st.binary(min_size=count, max_size=count)


def _counted(place: int, simplest: int, low: int, high: int) -> int:
    """The integer at a place of the order from the simplest up to the high end, then below it down to the low end."""
    return simplest + place if simplest + place <= high else high - place


class FromSeed:
    """Integers from a seeded generator: no shrinking, little overhead."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def integer(self, low: int, high: int) -> int:
        """An integer between the ends."""
        return low + int(self._random() * (high - low + 1))

    def several(self, count: int, low: int, high: int) -> list[int]:
        """So many integers between the ends."""
        return [self.integer(low, high) for _ in range(count)]
