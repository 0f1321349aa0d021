"""Mish, x tanh(softplus(x))."""

from __future__ import annotations

from typing import Any

from sympy import exp

from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.symbols import X, eq
from theory.tactics import Calc, Refute


class mish(Activation):
    """The input times the hyperbolic tangent of its softplus."""

    symbol = "mish"
    latex_symbol = r"\operatorname{mish}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x tanh(softplus(x))."""
        return x * tanh(softplus(x))


@claim(about=mish, sources=["misra2019"])
def mish_eq_rational(x: X):
    """Mish is x times a rational function of e^x: one exponential evaluates it."""
    return eq(mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 2)), Calc()


@claim(about=mish)
def mish_eq_silu(x: X):
    """Folklore: mish is the sigmoid linear unit in other words."""
    return eq(mish(x), silu(x)), Refute(at={x: 1})
