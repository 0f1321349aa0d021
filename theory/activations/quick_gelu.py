"""The quick Gaussian error linear unit x σ(1.702x)."""

from __future__ import annotations

from typing import Any

from sympy import Rational

from theory.activations.gelu import gelu
from theory.activations.sigmoid import sigmoid
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies
from theory.language.symbols import X, eq
from theory.tactics import Refute

RATE = Rational(1702, 1000)


class quick_gelu(Activation):
    """The input times a sigmoid that imitates the normal distribution function."""

    symbol = "quick_gelu"
    latex_symbol = r"\operatorname{gelu}_{\sigma}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x σ(1.702x)."""
        return x * sigmoid(RATE * x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ + xσ' at 1.702x and its derivatives, in stable sigmoids."""
        lower = sigmoid(RATE * x) if order == 1 else sigmoid.d(RATE * x, order - 1)
        return order * RATE ** (order - 1) * lower + x * RATE**order * sigmoid.d(RATE * x, order)


@claim(about=quick_gelu)
def quick_gelu_eq_gelu(x: X):
    """Folklore: the quick Gaussian error linear unit is the Gaussian error linear unit."""
    return eq(quick_gelu(x), gelu(x)), Refute(at={x: 1})


@claim(about=quick_gelu)
def quick_gelu_monotone(x: X, y: X):
    """Folklore: the quick Gaussian error linear unit never falls."""
    return implies(x < y, quick_gelu(x) <= quick_gelu(y)), Refute(at={x: -2, y: -1})
