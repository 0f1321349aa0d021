"""Replacing what does not exceed a threshold θ by a value v, with θ = 0 and v = 1/2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Piecewise, Rational, Symbol

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies, tends
from theory.language.symbols import NegativeX, NonpositiveX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Refute, Sign

HALF = Rational(1, 2)


class threshold(Activation):
    """The input where it exceeds θ = 0, else v = 1/2; PyTorch has no defaults, these are its documentation's example."""

    symbol = "threshold"
    latex_symbol = r"\operatorname{threshold}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x where x > 0, else 1/2."""
        return Piecewise((x, x > 0), (HALF, True))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's where."""
        return f"{module('numpy.where')}({x} > 0, {x}, 0.5)"


h = Symbol("h")


@claim(about=threshold)
def threshold_of_pos(x: PositiveX):
    """Inputs above the threshold pass as they are."""
    return eq(threshold(x), x), Calc()


@claim(about=threshold)
def threshold_of_nonpos(x: NonpositiveX):
    """Inputs that do not exceed the threshold give the value."""
    return eq(threshold(x), HALF), Calc()


@claim(about=threshold)
def threshold_nonneg(x: X):
    """Thresholding at 0 with a positive value gives nothing negative, and never exactly zero."""
    return threshold(x) > 0, Cases(on=x, signs=("+", "-0"))


@claim(about=threshold)
def threshold_sub_relu_of_neg(x: NegativeX):
    """Left of the threshold thresholding exceeds the rectifier by the value."""
    return eq(threshold(x) - relu(x), HALF), Calc()


@claim(about=threshold)
def deriv_threshold_eq_deriv_relu(x: NonzeroX):
    """Off the jump thresholding at 0 has the slope of the rectifier, whatever the value."""
    return eq(threshold.d(x), relu.d(x)), Cases(on=x, signs=("+", "-"))


@claim(about=threshold, corrects=["threshold_continuous_at_zero"])
def threshold_jump_zero():
    """Just above its threshold thresholding is 1/2 lower than at it, however small the step."""
    return tends(threshold(h) - threshold(0) - h, h, at=0, to=-HALF, side="+"), Sign(equals=-HALF)


@claim(about=threshold)
def threshold_continuous_at_zero():
    """Folklore: thresholding is continuous, as the rectifier is."""
    return tends(threshold(h) - threshold(0) - h, h, at=0, to=0), Refute(at={}, by=threshold_jump_zero)


@claim(about=threshold)
def threshold_monotone(x: X, y: X):
    """Folklore: slopes that are nowhere negative make thresholding increasing."""
    return implies(x < y, threshold(x) <= threshold(y)), Refute(at={x: 0, y: Rational(1, 4)})
