"""The standard normal law as two heads: its distribution function Φ and its density φ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Max, Min, Rational, erf, exp, pi, sqrt

from theory.activations.sigmoid import sigmoid
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies
from theory.language.symbols import X, eq
from theory.tactics import Calc, Refute, Sign


class normal_cdf(Activation):
    """The probability that a standard normal number is at most x."""

    symbol = "Φ"
    latex_symbol = r"\Phi"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """(1 + erf(x/√2)) / 2."""
        return Rational(1, 2) * (1 + erf(x / sqrt(2)))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """The density and its derivatives."""
        return normal_pdf(x) if order == 1 else normal_pdf.d(x, order - 1)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """SciPy's ndtr, accurate in the left tail."""
        return f"{module('scipy.special.ndtr')}({x})"


class normal_pdf(Activation):
    """The density of the standard normal law."""

    symbol = "φ"
    latex_symbol = r"\varphi"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """e^{−x²/2} / √(2π)."""
        return exp(-(x**2) / 2) / sqrt(2 * pi)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """±He_k(x) φ(x) by the recursion of the Hermite polynomials, x held within ±40: the density is 0 in floats beyond."""
        u = Max(-40, Min(40, x))
        before, now = 0, 1
        for k in range(order):
            before, now = now, -u * now - k * before
        return now * normal_pdf(x)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The definition with x held within ±40, so that x² does not overflow."""
        exponent = f"-{module('numpy.clip')}({x}, -40.0, 40.0)**2/2"
        return f"({module('numpy.exp')}({exponent})/{module('numpy.sqrt')}(2*{module('numpy.pi')}))"


@claim(about=normal_cdf)
def normal_cdf_neg(x: X):
    """The graph of the normal distribution function is symmetric about the point (0, 1/2)."""
    return eq(normal_cdf(-x), 1 - normal_cdf(x)), Calc()


@claim(about=normal_cdf)
def deriv_normal_cdf(x: X):
    """The slope of the normal distribution function is the density."""
    return eq(normal_cdf.d(x), normal_pdf(x)), Calc()


@claim(about=normal_pdf)
def deriv_normal_pdf(x: X):
    """The slope of the normal density is −x times the density."""
    return eq(normal_pdf.d(x), -x * normal_pdf(x)), Calc()


@claim(about=normal_cdf)
def normal_cdf_strictMono(x: X, y: X):
    """The normal distribution function is strictly increasing."""
    return implies(x < y, normal_cdf(x) < normal_cdf(y)), Sign()


@claim(about=normal_cdf)
def normal_cdf_eq_sigmoid(x: X):
    """Folklore: the normal distribution function is a sigmoid with the gain 1.702."""
    return eq(normal_cdf(x), sigmoid(Rational(851, 500) * x)), Refute(at={x: 1})
