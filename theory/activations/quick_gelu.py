"""The quick Gaussian error linear unit x σ(1.702x)."""

from __future__ import annotations

from typing import Any

from sympy import Rational, exp

from theory.activations.gelu import gelu
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Enclosure, Nonneg, Refute

RATE = Rational(1702, 1000)


class quick_gelu(Activation):
    """The input times a sigmoid that imitates the normal distribution function."""

    symbol = "quick_gelu"
    latex_symbol = r"\operatorname{gelu}_{\sigma}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x σ(1.702x)."""
        return x * sigmoid(RATE * x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ + xσ' at 1.702x and its derivatives, in stable sigmoids."""
        lower = sigmoid(RATE * x) if order == 1 else sigmoid.d(RATE * x, order - 1)
        return order * RATE ** (order - 1) * lower + x * RATE**order * sigmoid.d(RATE * x, order)


@claim(about=quick_gelu, sources=["hendrycks2016"])
def quick_gelu_eq_silu_div(x: X):
    """The quick Gaussian error linear unit is the sigmoid linear unit in another scale."""
    return eq(quick_gelu(x), silu(RATE * x) / RATE), Calc()


@claim(about=quick_gelu)
def deriv_quick_gelu_eq_deriv_silu(x: X):
    """Its slopes are those of the sigmoid linear unit at the scaled input, so both have the same extreme slopes."""
    return eq(quick_gelu.d(x), silu.d(RATE * x)), Calc()


@claim(about=quick_gelu)
def quick_gelu_sub_quick_gelu_neg(x: X):
    """Reflecting the input lowers the quick Gaussian error linear unit by exactly the input."""
    return eq(quick_gelu(x) - quick_gelu(-x), x), Calc()


@claim(about=quick_gelu)
def quick_gelu_le_relu(x: X):
    """The quick Gaussian error linear unit never exceeds the rectifier."""
    e = exp(RATE * x)
    return quick_gelu(x) <= relu(x), Cases(on=x, then=(Nonneg(x / (1 + e)), Nonneg(-x * e / (1 + e))), signs=("0+", "-0"))


@claim(about=quick_gelu)
def quick_gelu_eq_gelu(x: X):
    """Folklore: the quick Gaussian error linear unit is the Gaussian error linear unit."""
    return eq(quick_gelu(x), gelu(x)), Refute(at={x: 1})


@claim(about=quick_gelu)
def quick_gelu_monotone(x: X, y: X):
    """Folklore: the quick Gaussian error linear unit never falls."""
    return implies(x < y, quick_gelu(x) <= quick_gelu(y)), Refute(at={x: -2, y: -1})


@claim(about=quick_gelu, corrects=["quick_gelu_eq_gelu"])
def quick_gelu_sub_gelu_mem_Icc(x: X):
    """The quick Gaussian error linear unit is off by less than 0.0064 above and 0.0204 below."""
    error = quick_gelu(x) - gelu(x)
    return both(error >= Rational(-204, 10000), error <= Rational(64, 10000)), Enclosure()
