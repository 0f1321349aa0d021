"""The scaled exponential linear unit with its published constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Heaviside, Max, Min, Rational, Symbol, exp, nan

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import tends
from theory.language.symbols import NonnegativeX, NonzeroX, PositiveX, eq
from theory.tactics import Calc, Refute, Sign

# The decimals as they were published, exactly.
SCALE: Any = Rational(10507009873554804934193349852946, 10**31)
ALPHA: Any = Rational(16732632423543772848170429916717, 10**31)
SATURATION = SCALE * ALPHA


class selu(Activation):
    """λ times the exponential linear unit with α, so chosen that mean 0 and variance 1 are kept."""

    symbol = "selu"
    latex_symbol = r"\operatorname{selu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """λ (max(0, x) + α (e^{min(0, x)} − 1))."""
        return SCALE * (Max(0, x) + ALPHA * (exp(Min(0, x)) - 1))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """λ to the right, λα e^x to the left, none at the kink."""
        left = ALPHA * exp(Min(0, x)) * Heaviside(-x, nan)
        return SCALE * (left + Heaviside(x, nan) if order == 1 else left)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's expm1, accurate near 0."""
        left = f"{module('numpy.expm1')}({module('numpy.minimum')}(0.0, {x}))"
        return f"({float(SCALE)!r}*({module('numpy.maximum')}(0.0, {x}) + {float(ALPHA)!r}*{left}))"


t = Symbol("t")
h = Symbol("h")


@claim(about=selu)
def selu_of_nonneg(x: NonnegativeX):
    """To the right of zero the scaled exponential linear unit stretches its input by λ."""
    return eq(selu(x), SCALE * x), Calc()


@claim(about=selu)
def deriv_selu_of_pos(x: PositiveX):
    """To the right of zero the slope of the scaled exponential linear unit is λ, above 1."""
    return eq(selu.d(x), SCALE), Calc()


@claim(about=selu)
def deriv_selu_le_scale(x: NonzeroX):
    """Folklore: the slope of the scaled exponential linear unit is at most its scale λ."""
    return selu.d(x) <= SCALE, Refute(at={x: Rational(-1, 10)})


@claim(about=selu)
def right_deriv_selu_zero():
    """The slope of the scaled exponential linear unit at 0, seen from the right, is λ."""
    return tends((selu(h) - selu(0)) / h, h, at=0, to=SCALE, side="+"), Sign(equals=SCALE)
