"""The Gaussian error linear unit x Φ(x)."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Rational, Symbol, erf, exp, pi, sqrt

from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.silu import silu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import infimum, supremum
from theory.language.symbols import X, eq
from theory.tactics import Calc, Enclosure, Refute, Sturm


class gelu(Activation):
    """The input times the probability that a standard normal number lies below it."""

    symbol = "gelu"
    latex_symbol = r"\operatorname{gelu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x Φ(x)."""
        return x * normal_cdf(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """Φ + xφ and its derivatives."""
        lower = normal_cdf(x) if order == 1 else normal_cdf.d(x, order - 1)
        return order * lower + x * normal_cdf.d(x, order)


t = Symbol("t")


@claim(about=gelu, sources=["hendrycks2016"])
def deriv_gelu(x: X):
    """The slope of the Gaussian error linear unit is the normal distribution function plus x times the density."""
    return eq(gelu.d(x), normal_cdf(x) + x * normal_pdf(x)), Calc()


@claim(about=gelu)
def gelu_eq_silu(x: X):
    """Folklore: weighted by a normal distribution function or by a sigmoid, the input comes out the same."""
    return eq(gelu(x), silu(x)), Refute(at={x: 1})


@claim(about=gelu, corrects=["abs_gelu_sub_le"], ledger=["gelu-constants"])
def sup_deriv_gelu():
    """The largest slope of the Gaussian error linear unit, about 1.1289, at x = √2."""
    return supremum(gelu.d(t), t, (1 + erf(1)) / 2 + exp(-1) / sqrt(pi), attained=True), Sturm()


@claim(about=gelu, ledger=["gelu-constants"])
def inf_deriv_gelu():
    """The least slope of the Gaussian error linear unit, about −0.1289, at x = −√2."""
    return infimum(gelu.d(t), t, (1 - erf(1)) / 2 - exp(-1) / sqrt(pi), attained=True), Sturm()


@claim(about=gelu)
def sup_second_deriv_gelu():
    """The largest curvature of the Gaussian error linear unit is twice the height of the normal density, at zero."""
    return supremum(gelu.d(t, 2), t, sqrt(2) / sqrt(pi), attained=True), Sturm()


@claim(about=gelu)
def inf_second_deriv_gelu():
    """The least curvature of the Gaussian error linear unit, at x = 2 and x = −2."""
    return infimum(gelu.d(t, 2), t, -sqrt(2) / sqrt(pi) * exp(-2), attained=True), Sturm()


@claim(about=gelu, ledger=["gelu-constants"])
def gelu_ge(x: X):
    """The Gaussian error linear unit never falls to −0.17."""
    return gelu(x) > Rational(-17, 100), Enclosure()


@claim(about=gelu)
def abs_gelu_sub_le(x: X, y: X):
    """Folklore: the Gaussian error linear unit, like the rectifier, never increases a distance."""
    return Abs(gelu(x) - gelu(y)) <= Abs(x - y), Refute(at={x: 2, y: 1})
