"""The error function as an activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import E, Symbol, exp, oo, pi, sqrt
from sympy import erf as error_function

from theory.activations.gaussian import gaussian, gaussian_le_exp
from theory.activations.gelu import gelu
from theory.activations.normal import normal_cdf
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies, infimum, supremum, tends
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Approached, Attained, Calc, Have, Monotone, Nonneg, Refute, Sign


class erf(Activation):
    """The error function, the sigmoid whose slope is a Gaussian bump."""

    symbol = "erf"
    latex_symbol = r"\operatorname{erf}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """SymPy's error function, which the kernel knows by its derivative."""
        return error_function(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """2/√π times the Gaussian bump and its derivatives."""
        return 2 / sqrt(pi) * (gaussian(x) if order == 1 else gaussian.d(x, order - 1))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """SciPy's erf."""
        return f"{module('scipy.special.erf')}({x})"


t = Symbol("t")


@claim(about=erf)
def erf_neg(x: X):
    """The error function is odd."""
    return eq(erf(-x), -erf(x)), Calc()


@claim(about=erf)
def erf_pos_of_pos(x: PositiveX):
    """The error function is positive to the right of zero."""
    return erf(x) > 0, Nonneg()


@claim(about=erf)
def erf_strictMono(x: X, y: X):
    """The error function is strictly increasing."""
    return implies(x < y, erf(x) < erf(y)), Sign()


@claim(about=erf, corrects=["erf_eq_tanh"])
def erf_eq_two_normal_cdf_sub_one(x: X):
    """The error function is the normal distribution function, stretched and shifted as tanh is a sigmoid."""
    return eq(erf(x), 2 * normal_cdf(sqrt(2) * x) - 1), Calc()


@claim(about=erf, sources=["hendrycks2016"])
def gelu_eq_erf(x: X):
    """The Gaussian error linear unit in the error function."""
    return eq(gelu(x), x / 2 * (1 + erf(x / sqrt(2)))), Calc()


@claim(about=erf)
def deriv_erf(x: X):
    """The slope of the error function is 2/√π times the Gaussian bump."""
    return eq(erf.d(x), 2 / sqrt(pi) * gaussian(x)), Calc()


@claim(about=erf)
def sup_deriv_erf():
    """The largest slope of the error function is 2/√π, at zero."""
    bump = Have(exp(-(t**2)) <= 1, Monotone("exp", (-(t**2), 0)))
    return supremum(erf.d(t), t, 2 / sqrt(pi), attained=True), Attained(
        at=0, bound=Nonneg(2 / sqrt(pi) * (1 - exp(-(t**2))), by=[bump])
    )


@claim(about=erf)
def deriv_erf_tendsto_zero():
    """Far out the slope of the error function tends to zero, faster than every exponential."""
    g = 2 / sqrt(pi) * E * exp(-2 * t)
    bound = Nonneg(2 / sqrt(pi) * (E * exp(-2 * t) - gaussian(t)), by=[gaussian_le_exp.at(x=t)])
    return tends(erf.d(t), t, at=oo, to=0), Sign(squeeze=g, bound=bound)


@claim(about=erf)
def inf_deriv_erf():
    """The slopes of the error function come arbitrarily close to 0 and never reach it: the range is (0, 2/√π]."""
    return infimum(erf.d(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=deriv_erf_tendsto_zero)


@claim(about=erf)
def erf_eq_tanh(x: X):
    """Folklore: the error function is the hyperbolic tangent of the same slope at zero."""
    return eq(erf(x), tanh(2 * x / sqrt(pi))), Refute(at={x: 1})
