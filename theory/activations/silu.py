"""The sigmoid linear unit x σ(x), also called swish."""

from __future__ import annotations

from typing import Any

from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.symbols import X, eq
from theory.tactics import Calc


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


@claim(about=silu, sources=["elfwing2018"])
def silu_eq_tanh_half(x: X):
    """The sigmoid linear unit written with the hyperbolic tangent of half the input."""
    return eq(silu(x), x / 2 * (1 + tanh(x / 2))), Calc()


@claim(about=silu, sources=["ramachandran2017"])
def deriv_silu_add_neg(x: X):
    """Slopes of the sigmoid linear unit at opposite points add up to 1, so its infimum is 1 minus its supremum."""
    return eq(silu.d(x) + silu.d(-x), 1), Calc()
