"""The Gaussian bump e^{−x²}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import E, Max, Min, Symbol, exp, oo, pi, sqrt

from theory.activations.normal import normal_pdf
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, infimum, supremum, tends
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Approached, Attained, Calc, Have, Monotone, Nonneg, Parts, Refute, Sign


class gaussian(Activation):
    """A bump at zero, as in radial basis networks."""

    symbol = "gaussian"
    latex_symbol = r"\operatorname{gauss}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """e^{−x²}."""
        return exp(-(x**2))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """±H_k(x) e^{−x²} by the recursion of the Hermite polynomials, x held within ±40: the bump is 0 in floats beyond."""
        u = Max(-40, Min(40, x))
        before, now = 0, 1
        for k in range(order):
            before, now = now, -2 * u * now - 2 * k * before
        return now * gaussian(x)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The definition with x held within ±40, so that x² does not overflow."""
        return f"{module('numpy.exp')}(-{module('numpy.clip')}({x}, -40.0, 40.0)**2)"


t = Symbol("t")


@claim(about=gaussian)
def gaussian_neg(x: X):
    """The Gaussian bump is even."""
    return eq(gaussian(-x), gaussian(x)), Calc()


@claim(about=gaussian)
def gaussian_mem_Ioc(x: X):
    """The Gaussian bump is positive and at most 1."""
    return both(gaussian(x) > 0, gaussian(x) <= 1), Parts((Nonneg(), Monotone("exp", (-(x**2), 0))))


@claim(about=gaussian)
def sup_gaussian():
    """The largest value of the Gaussian bump is 1, at zero."""
    return supremum(gaussian(t), t, 1, attained=True), Attained(at=0, bound=Monotone("exp", (-(t**2), 0)))


@claim(about=gaussian)
def gaussian_le_exp(x: X):
    """The Gaussian bump decays faster than every exponential, here at least as fast as e^{1−2x}."""
    below = Have(-(x**2) <= 1 - 2 * x, Nonneg(square=x - 1))
    return gaussian(x) <= E * exp(-2 * x), Monotone("exp", (-(x**2), 1 - 2 * x), by=[below])


@claim(about=gaussian)
def gaussian_tendsto_zero():
    """Far out the Gaussian bump tends to zero."""
    return tends(gaussian(t), t, at=oo, to=0), Sign(squeeze=E * exp(-2 * t), by=[gaussian_le_exp.at(x=t)])


@claim(about=gaussian)
def inf_gaussian():
    """The greatest lower bound of the Gaussian bump is 0, approached and never attained."""
    return infimum(gaussian(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=gaussian_tendsto_zero)


@claim(about=gaussian)
def deriv_gaussian(x: X):
    """The slope of the Gaussian bump is −2x times its value."""
    return eq(gaussian.d(x), -2 * x * gaussian(x)), Calc()


@claim(about=gaussian)
def second_deriv_gaussian(x: X):
    """The curvature of the Gaussian bump is (4x² − 2) times its value: it turns at ±1/√2."""
    return eq(gaussian.d(x, 2), (4 * x**2 - 2) * gaussian(x)), Calc()


@claim(about=gaussian, corrects=["gaussian_monotone"])
def gaussian_strictAnti_of_pos(x: PositiveX, y: PositiveX):
    """To the right of zero the Gaussian bump falls strictly."""
    return implies(x < y, gaussian(y) < gaussian(x)), Sign()


@claim(about=gaussian)
def gaussian_monotone(x: X, y: X):
    """Folklore: an activation function never falls."""
    return implies(x < y, gaussian(x) <= gaussian(y)), Refute(at={x: 0, y: 1})


@claim(about=gaussian)
def gaussian_eq_normal_pdf(x: X):
    """The Gaussian bump is the normal density, stretched and scaled."""
    return eq(gaussian(x), sqrt(2 * pi) * normal_pdf(sqrt(2) * x)), Calc()
