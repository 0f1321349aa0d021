"""The standard normal law as two heads: its distribution function Φ and its density φ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Max, Min, Rational, erf, exp, pi, sqrt

from theory.language.activations import Activation


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
