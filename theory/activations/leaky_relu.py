"""The leaky rectifier with slope 1/100 on the left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Max, Rational

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import slopes_within
from theory.language.symbols import NegativeX, NonnegativeX, NonzeroX, X, eq
from theory.tactics import Calc, Cases, SlopesFrom


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


SIGNS = ("0+", "-0")


@claim(about=leaky_relu)
def leaky_relu_eq_relu_sub_relu_neg(x: X):
    """The leaky rectifier is a rectifier less a hundredth of the reflected one."""
    return eq(leaky_relu(x), relu(x) - relu(-x) / 100), Cases(on=x, signs=SIGNS)


@claim(about=leaky_relu)
def leaky_relu_mul_of_nonneg(a: NonnegativeX, x: X):
    """The leaky rectifier is positively homogeneous."""
    return eq(leaky_relu(a * x), a * leaky_relu(x)), Cases(on=x, signs=SIGNS)


@claim(about=leaky_relu)
def deriv_leaky_relu_of_neg(x: NegativeX):
    """To the left of zero the slope of the leaky rectifier is 1/100: no unit is dead there."""
    return eq(leaky_relu.d(x), Rational(1, 100)), Calc()


@claim(about=leaky_relu)
def abs_deriv_leaky_relu_le_one(x: NonzeroX):
    """Off the kink the slope of the leaky rectifier is at most 1."""
    return Abs(leaky_relu.d(x)) <= 1, Cases(on=x, signs=("+", "-"))


@claim(about=leaky_relu, sources=["clarke1983"])
def slopes_leaky_relu():
    """Whatever value a network uses at the kink, the slopes of the leaky rectifier stay within 1."""
    return slopes_within(leaky_relu, 1), SlopesFrom(abs_deriv_leaky_relu_le_one)
