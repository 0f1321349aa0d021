"""The leaky rectifier with slope 1/100 on the left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Max, Rational

from theory.language.activations import Activation


class leaky_relu(Activation):
    """The larger of x and x/100."""

    symbol = "leaky_relu"
    latex_symbol = r"\operatorname{lrelu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(x/100, x)."""
        return Max(Rational(1, 100) * x, x)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The larger of both branches."""
        return f"{module('numpy.maximum')}(0.01*({x}), {x})"
