"""The exponential linear unit with α = 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Heaviside, Max, Min, Symbol, exp, nan, oo

from theory.activations.relu import relu
from theory.activations.sigmoid import exp_le_one
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, infimum, tends
from theory.language.symbols import NegativeX, NonnegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Approached, Calc, Cases, Monotone, Nonneg, Parts, Refute, Sign


class elu(Activation):
    """The identity to the right of zero and e^x − 1 to the left."""

    symbol = "elu"
    latex_symbol = r"\operatorname{elu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x) + e^{min(0, x)} − 1: the branch not taken is 0, so nothing overflows."""
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
h = Symbol("h")


@claim(about=elu)
def one_le_exp(x: NonnegativeX):
    """e^x is at least 1 to the right of zero."""
    return exp(x) >= 1, Monotone("exp", (0, x))


@claim(about=elu)
def exp_lt_one(x: NegativeX):
    """e^x is below 1 to the left of zero."""
    return exp(x) < 1, Monotone("exp", (x, 0))


@claim(about=elu)
def elu_of_nonneg(x: NonnegativeX):
    """To the right of zero the exponential linear unit passes its input."""
    return eq(elu(x), x), Calc()


@claim(about=elu, corrects=["elu_eq_relu"])
def elu_of_neg(x: NegativeX):
    """To the left of zero the exponential linear unit is e^x − 1."""
    return eq(elu(x), exp(x) - 1), Calc()


@claim(about=elu)
def elu_eq_max_add_min(x: X):
    """The form of the libraries: max(0, x) + min(0, e^x − 1)."""
    return eq(elu(x), Max(0, x) + Min(0, exp(x) - 1)), Cases(
        on=x, then=(Calc(by=[one_le_exp]), Calc(by=[exp_le_one])), signs=("0+", "-0")
    )


@claim(about=elu)
def neg_one_lt_elu(x: X):
    """The exponential linear unit stays above −1."""
    return elu(x) > -1, Cases(on=x, then=(Nonneg(x + 1), Nonneg(exp(x))))


@claim(about=elu)
def elu_tendsto_neg_one():
    """To the left the exponential linear unit saturates at −1."""
    return tends(elu(t), t, at=-oo, to=-1), Sign(squeeze=exp(t))


@claim(about=elu)
def inf_elu():
    """The greatest lower bound of the exponential linear unit is −1, approached and never attained."""
    return infimum(elu(t), t, -1, attained=False), Approached(
        bound=Cases(on=t, then=(Nonneg(t + 1), Nonneg(exp(t)))), limit=elu_tendsto_neg_one
    )


@claim(about=elu)
def elu_strictMono_of_neg(x: NegativeX, y: NegativeX):
    """To the left of zero the exponential linear unit rises strictly."""
    return implies(x < y, elu(x) < elu(y)), Sign()


@claim(about=elu)
def deriv_elu_of_pos(x: PositiveX):
    """To the right of zero the slope of the exponential linear unit is 1."""
    return eq(elu.d(x), 1), Calc()


@claim(about=elu)
def deriv_elu_of_neg(x: NegativeX):
    """To the left of zero the slope of the exponential linear unit is its value plus 1."""
    return eq(elu.d(x), elu(x) + 1), Calc()


@claim(about=elu)
def deriv_elu_mem_Ioc(x: NonzeroX):
    """The slope of the exponential linear unit is positive and at most 1."""
    left = Nonneg(1 - exp(x), by=[exp_lt_one])
    return both(elu.d(x) > 0, elu.d(x) <= 1), Parts(
        (Cases(on=x, signs=("+", "-")), Cases(on=x, then=(Calc(), left), signs=("+", "-")))
    )


@claim(about=elu)
def elu_eq_relu(x: X):
    """Folklore: to the left of zero the exponential linear unit gives nothing, as the rectifier does."""
    return eq(elu(x), relu(x)), Refute(at={x: -1})
