"""Hard tanh: the identity clipped to [−1, 1]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Max, Min

from theory.language.activations import Activation


class hard_tanh(Activation):
    """The identity clipped to [−1, 1]."""

    symbol = "hard_tanh"
    latex_symbol = r"\operatorname{htanh}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(−1, min(1, x))."""
        return Max(-1, Min(1, x))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's clip."""
        return f"{module('numpy.clip')}({x}, -1.0, 1.0)"
