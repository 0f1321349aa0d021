"""Where the random integers of a draw come from: Hypothesis, which shrinks what it draws, or a seeded generator."""

from __future__ import annotations

from functools import cache

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy


class FromHypothesis:
    """Integers from Hypothesis, which record, mutate and shrink."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """An integer between the ends."""
        return self._draw(_integers(low, high)) if low < high else low


@cache
def _integers(low: int, high: int) -> SearchStrategy[int]:
    return st.integers(low, high)


class FromNumpy:
    """Integers from a seeded NumPy generator: no shrinking, little overhead."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        """An integer between the ends."""
        return int(self._generator.integers(low, high, endpoint=True))
