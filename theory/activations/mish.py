"""Mish, x tanh(softplus(x))."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Rational, exp

from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both
from theory.language.symbols import X, eq
from theory.tactics import Calc, Enclosure, Refute


class mish(Activation):
    """The input times the hyperbolic tangent of its softplus."""

    symbol = "mish"
    latex_symbol = r"\operatorname{mish}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x tanh(softplus(x))."""
        return x * tanh(softplus(x))


@claim(about=mish, sources=["misra2019"], ledger=["mish-constants"])
def mish_eq_rational(x: X):
    """Mish is x times a rational function of e^x: one exponential evaluates it."""
    return eq(mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 2)), Calc()


@claim(about=mish)
def mish_eq_silu(x: X):
    """Folklore: mish is the sigmoid linear unit in other words."""
    return eq(mish(x), silu(x)), Refute(at={x: 1})


@claim(about=mish, ledger=["mish-constants"])
def mish_ge(x: X):
    """Mish never falls to −0.309."""
    return mish(x) > Rational(-309, 1000), Enclosure()


@claim(about=mish, corrects=["abs_mish_sub_le"], ledger=["mish-constants"])
def deriv_mish_mem_Icc(x: X):
    """The slope of Mish lies between −0.1126 and 1.0885."""
    return both(mish.d(x) >= Rational(-1126, 10000), mish.d(x) <= Rational(10885, 10000)), Enclosure()


@claim(about=mish)
def second_deriv_mish_mem_Icc(x: X):
    """The curvature of Mish lies between −0.0591 and 0.6443."""
    return both(mish.d(x, 2) >= Rational(-591, 10000), mish.d(x, 2) <= Rational(6443, 10000)), Enclosure()


@claim(about=mish)
def abs_mish_sub_le(x: X, y: X):
    """Folklore: Mish, like the rectifier, never increases a distance."""
    return Abs(mish(x) - mish(y)) <= Abs(x - y), Refute(at={x: 2, y: 1})
