"""The Gaussian error linear unit x Φ(x)."""

from __future__ import annotations

from typing import Any

from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.silu import silu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.symbols import X, eq
from theory.tactics import Calc, Refute


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


@claim(about=gelu, sources=["hendrycks2016"])
def deriv_gelu(x: X):
    """The slope of the Gaussian error linear unit is the normal distribution function plus x times the density."""
    return eq(gelu.d(x), normal_cdf(x) + x * normal_pdf(x)), Calc()


@claim(about=gelu)
def gelu_eq_silu(x: X):
    """Folklore: weighted by a normal distribution function or by a sigmoid, the input comes out the same."""
    return eq(gelu(x), silu(x)), Refute(at={x: 1})
