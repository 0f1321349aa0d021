"""Swish x σ(βx) with its default β = 1."""

from __future__ import annotations

from typing import Any

from sympy import exp

from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies
from theory.language.symbols import NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Refute


class swish(Activation):
    """The input times a sigmoid of β times the input; with the default β = 1 the sigmoid linear unit."""

    symbol = "swish"
    latex_symbol = r"\operatorname{swish}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x σ(x)."""
        return x * sigmoid(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ + xσ' and its derivatives, in stable sigmoids."""
        lower = sigmoid(x) if order == 1 else sigmoid.d(x, order - 1)
        return order * lower + x * sigmoid.d(x, order)


@claim(about=swish, sources=["ramachandran2017"])
def swish_eq_silu(x: X):
    """At β = 1 swish is the sigmoid linear unit."""
    return eq(swish(x), silu(x)), Calc()


@claim(about=swish, sources=["ramachandran2017"])
def swish_div(beta: NonzeroX, x: X):
    """Every other β is a change of scale: swish(βx)/β is x σ(βx)."""
    return eq(swish(beta * x) / beta, x * sigmoid(beta * x)), Calc()


@claim(about=swish, sources=["ramachandran2017"])
def mul_sigmoid_zero_mul(x: X):
    """At β = 0 swish is half the identity."""
    return eq(x * sigmoid(0 * x), x / 2), Calc()


@claim(about=swish, sources=["ramachandran2017"])
def deriv_swish(x: X):
    """The slope of swish in terms of its value: f + σ(1 − f)."""
    return eq(swish.d(x), swish(x) + sigmoid(x) * (1 - swish(x))), Calc()


@claim(about=swish)
def swish_sub_swish_neg(x: X):
    """Reflecting the input lowers swish by exactly the input."""
    return eq(swish(x) - swish(-x), x), Calc()


@claim(about=swish)
def mul_sigmoid_mul_le_relu(beta: PositiveX, x: X):
    """With any positive β swish never exceeds the rectifier."""
    e = exp(beta * x)
    return x * sigmoid(beta * x) <= relu(x), Cases(
        on=x, then=(Nonneg(x / (1 + e)), Nonneg(-x * e / (1 + e))), signs=("0+", "-0")
    )


@claim(about=swish)
def swish_monotone(x: X, y: X):
    """Folklore: swish never falls."""
    return implies(x < y, swish(x) <= swish(y)), Refute(at={x: -2, y: -1})


@claim(about=swish)
def deriv_mul_sigmoid_mul(beta: X, x: X):
    """The slope of x σ(βx) is that of swish at βx, so every bound on slopes with β = 1 holds with any β."""
    return eq(sigmoid(beta * x) + beta * x * sigmoid.d(beta * x), swish.d(beta * x)), Calc()
