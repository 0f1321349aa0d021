"""The continuously differentiable exponential linear unit with α = 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Heaviside, Max, Min, Symbol, exp, nan, oo

from theory.activations.elu import elu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import tends
from theory.language.symbols import NegativeX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Refute, Sign


class celu(Activation):
    """The input where it is positive, else α(e^{x/α} − 1), so that the slopes agree at 0 for every α > 0; here α is 1."""

    symbol = "celu"
    latex_symbol = r"\operatorname{celu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x) + e^{min(0, x)} − 1."""
        return Max(0, x) + exp(Min(0, x)) - 1

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """e^{min(0, x)}, also at 0, where both sides have slope 1; higher derivatives do not exist there."""
        return exp(Min(0, x)) * (1 if order == 1 else Heaviside(-x, nan))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's expm1, accurate near 0."""
        return f"({module('numpy.maximum')}(0.0, {x}) + {module('numpy.expm1')}({module('numpy.minimum')}(0.0, {x})))"


t = Symbol("t")


@claim(about=celu)
def celu_eq_elu(x: X):
    """At α = 1 this is the exponential linear unit."""
    return eq(celu(x), elu(x)), Calc()


@claim(about=celu)
def mul_celu_div(alpha: PositiveX, x: X):
    """Every other α is a change of scale."""
    return eq(alpha * celu(x / alpha), Max(0, x) + alpha * (exp(Min(0, x) / alpha) - 1)), Cases(on=x)


@claim(about=celu, corrects=["mul_elu_eq_mul_celu_div"])
def deriv_celu_of_neg(x: NegativeX):
    """To the left of zero the slope is e^x, which joins the slope 1 of the right."""
    return eq(celu.d(x), exp(x)), Calc()


@claim(about=celu)
def deriv_celu_of_pos(x: PositiveX):
    """To the right of zero the slope is 1."""
    return eq(celu.d(x), 1), Calc()


@claim(about=celu)
def mul_elu_eq_mul_celu_div(alpha: PositiveX, x: X):
    """Folklore: with α the exponential linear unit and its smooth variant are one function."""
    return eq(Max(0, x) + alpha * (exp(Min(0, x)) - 1), alpha * celu(x / alpha)), Refute(at={alpha: 2, x: -1})


@claim(about=celu)
def celu_tendsto_neg_one():
    """To the left it saturates at −1."""
    return tends(celu(t), t, at=-oo, to=-1), Sign(squeeze=exp(t))
