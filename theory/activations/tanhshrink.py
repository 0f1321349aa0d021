"""Tanhshrink x − tanh x."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Symbol, exp, oo

from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, infimum, supremum, tends
from theory.language.symbols import NonzeroX, X, eq
from theory.tactics import Approached, Attained, Calc, Cases, Have, Monotone, Nonneg, Parts, Refute, Sign


class tanhshrink(Activation):
    """The input less its hyperbolic tangent: flat at zero, a line far out."""

    symbol = "tanhshrink"
    latex_symbol = r"\operatorname{tanhshrink}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x − tanh x."""
        return x - tanh(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """tanh² and its derivatives: no 1 − tanh', which cancels."""
        if order == 1:
            return tanh(x) ** 2
        return 2 * tanh(x) * tanh.d(x) if order == 2 else -tanh.d(x, order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The difference, and its Taylor polynomial of degree 13 where |x| < 1/10 and the difference would cancel."""
        u = f"{module('numpy.clip')}({x}, -0.1, 0.1)"
        series = "(1/3 - u*(2/15 - u*(17/315 - u*(62/2835 - u*(1382/155925 - u*21844/6081075)))))"
        near = f"({u})**3*{series.replace('u', f'{u}**2')}"
        return f"{module('numpy.where')}({module('numpy.abs')}({x}) < 0.1, {near}, {x} - {module('numpy.tanh')}({x}))"


t = Symbol("t")


@claim(about=tanhshrink)
def tanhshrink_neg(x: X):
    """Tanhshrink is odd."""
    return eq(tanhshrink(-x), -tanhshrink(x)), Calc()


@claim(about=tanhshrink)
def abs_sub_tanhshrink_lt_one(x: X):
    """Tanhshrink stays within 1 of the identity."""
    gap = x - tanhshrink(x)
    return both(gap > -1, gap < 1), Nonneg()


@claim(about=tanhshrink)
def deriv_tanhshrink(x: X):
    """The slope of tanhshrink is the square of the hyperbolic tangent."""
    return eq(tanhshrink.d(x), tanh(x) ** 2), Calc()


@claim(about=tanhshrink)
def deriv_tanhshrink_mem_Ico(x: X):
    """The slope of tanhshrink is not negative and below 1."""
    return both(tanhshrink.d(x) >= 0, tanhshrink.d(x) < 1), Parts((Nonneg(square=tanh(x)), Nonneg(tanh.d(x))))


@claim(about=tanhshrink)
def inf_deriv_tanhshrink():
    """Tanhshrink is flat at zero: inputs near it pass no gradient."""
    return infimum(tanhshrink.d(t), t, 0, attained=True), Attained(at=0, bound=Nonneg(square=tanh(t)))


@claim(about=tanhshrink)
def deriv_tanhshrink_tendsto_one():
    """Far to the right the slope of tanhshrink tends to 1."""
    return tends(tanhshrink.d(t), t, at=oo, to=1), Sign(squeeze=4 * exp(-2 * t))


@claim(about=tanhshrink)
def sup_deriv_tanhshrink():
    """The least upper bound of the slope of tanhshrink is 1, approached and never attained."""
    return supremum(tanhshrink.d(t), t, 1, attained=False), Approached(
        bound=Nonneg(tanh.d(t)), limit=deriv_tanhshrink_tendsto_one
    )


@claim(about=tanhshrink, corrects=["deriv_tanhshrink_pos"])
def deriv_tanhshrink_pos_of_ne(x: NonzeroX):
    """Tanhshrink rises everywhere but at zero."""
    right = Have(exp(2 * x) > 1, Monotone("exp", (0, 2 * x)))
    left = Have(exp(2 * x) < 1, Monotone("exp", (2 * x, 0)))
    ratio = (exp(2 * x) - 1) / (exp(2 * x) + 1)
    return tanhshrink.d(x) > 0, Cases(
        on=x, signs=("+", "-"), then=(Nonneg(square=ratio, by=[right]), Nonneg(square=ratio, by=[left]))
    )


@claim(about=tanhshrink)
def deriv_tanhshrink_pos(x: X):
    """Folklore: tanhshrink rises everywhere with a positive slope."""
    return tanhshrink.d(x) > 0, Refute(at={x: 0})
