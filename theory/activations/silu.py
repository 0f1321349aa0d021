"""The sigmoid linear unit x σ(x), also called swish."""

from __future__ import annotations

from typing import Any

from sympy import Abs, LambertW, Rational, Symbol, exp

from theory.activations.elu import one_add_le_exp
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, infimum, supremum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Enclosure, Nonneg, Refute, Sturm


class silu(Activation):
    """The input times its sigmoid."""

    symbol = "silu"
    latex_symbol = r"\operatorname{silu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x σ(x)."""
        return x * sigmoid(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ + xσ' and its derivatives, in stable sigmoids."""
        lower = sigmoid(x) if order == 1 else sigmoid.d(x, order - 1)
        return order * lower + x * sigmoid.d(x, order)


t = Symbol("t")
DEPTH: Any = LambertW(exp(-1))


@claim(about=silu, sources=["elfwing2018"])
def silu_eq_tanh_half(x: X):
    """The sigmoid linear unit written with the hyperbolic tangent of half the input."""
    return eq(silu(x), x / 2 * (1 + tanh(x / 2))), Calc()


@claim(about=silu, sources=["ramachandran2017"], ledger=["silu-constants"])
def deriv_silu_add_neg(x: X):
    """Slopes of the sigmoid linear unit at opposite points add up to 1, so its infimum is 1 minus its supremum."""
    return eq(silu.d(x) + silu.d(-x), 1), Calc()


@claim(about=silu, ledger=["silu-constants"])
def silu_ge_neg_lambertw(x: X):
    """The sigmoid linear unit never falls below −W(1/e), about −0.278."""
    y = x + 1 + DEPTH
    gap = exp(x) / (1 + exp(x)) * (exp(-y) - (1 - y))
    return silu(x) >= -DEPTH, Nonneg(gap, by=[one_add_le_exp.at(x=-y)])


@claim(about=silu, ledger=["silu-constants"])
def inf_silu():
    """The sigmoid linear unit is smallest at −1 − W(1/e), where it is −W(1/e)."""
    bound = Calc(by=[silu_ge_neg_lambertw.at(x=t)])
    return infimum(silu(t), t, -DEPTH, attained=True), Attained(at=-1 - DEPTH, bound=bound)


@claim(about=silu, corrects=["abs_silu_sub_le"], ledger=["silu-constants"])
def deriv_silu_mem_Icc(x: X):
    """The slope of the sigmoid linear unit leaves [0, 1] on both sides, by less than a tenth."""
    return both(silu.d(x) >= Rational(-999, 10000), silu.d(x) <= Rational(10999, 10000)), Enclosure()


@claim(about=silu)
def sup_second_deriv_silu():
    """The largest curvature of the sigmoid linear unit is 1/2, at zero."""
    return supremum(silu.d(t, 2), t, Rational(1, 2), attained=True), Sturm()


@claim(about=silu)
def abs_silu_sub_le(x: X, y: X):
    """Folklore: the sigmoid linear unit, like the rectifier, never increases a distance."""
    return Abs(silu(x) - silu(y)) <= Abs(x - y), Refute(at={x: 3, y: 2})
