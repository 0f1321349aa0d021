"""The scaled hyperbolic tangent 1.7159 tanh(2x/3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Rational, Symbol, exp, oo

from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, supremum, tends
from theory.language.symbols import X, eq
from theory.tactics import Approached, Attained, Calc, Nonneg, Refute, Sign

GAIN = Rational(17159, 10000)
RATE = Rational(2, 3)
SLOPE = Rational(17159, 15000)


class lecun_tanh(Activation):
    """A hyperbolic tangent stretched so that it passes close to (1, 1) and (−1, −1)."""

    symbol = "lecun_tanh"
    latex_symbol = r"\operatorname{tanh}_{\mathrm{LeCun}}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """1.7159 tanh(2x/3)."""
        return GAIN * tanh(RATE * x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """The derivatives of tanh."""
        return GAIN * RATE**order * tanh.d(RATE * x, order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's tanh."""
        return f"(1.7159*{module('numpy.tanh')}(2.0*({x}/3.0)))"


t = Symbol("t")


@claim(about=lecun_tanh)
def lecun_tanh_mem_Ioo(x: X):
    """LeCun's tanh lies strictly between −1.7159 and 1.7159."""
    return both(lecun_tanh(x) > -GAIN, lecun_tanh(x) < GAIN), Nonneg()


@claim(about=lecun_tanh)
def lecun_tanh_neg(x: X):
    """LeCun's tanh is odd."""
    return eq(lecun_tanh(-x), -lecun_tanh(x)), Calc()


@claim(about=lecun_tanh)
def lecun_tanh_strictMono(x: X, y: X):
    """LeCun's tanh is strictly increasing."""
    return implies(x < y, lecun_tanh(x) < lecun_tanh(y)), Sign()


@claim(about=lecun_tanh)
def lecun_tanh_tendsto():
    """LeCun's tanh tends to 1.7159 on the right: targets ±1 lie well inside its range."""
    return tends(lecun_tanh(t), t, at=oo, to=GAIN), Sign(squeeze=2 * GAIN * exp(-4 * t / 3))


@claim(about=lecun_tanh)
def sup_lecun_tanh():
    """The least upper bound of LeCun's tanh is 1.7159, approached and never attained."""
    return supremum(lecun_tanh(t), t, GAIN, attained=False), Approached(bound=Nonneg(), limit=lecun_tanh_tendsto)


@claim(about=lecun_tanh)
def deriv_lecun_tanh(x: X):
    """The slope of LeCun's tanh in terms of its value."""
    return eq(lecun_tanh.d(x), SLOPE * (1 - (lecun_tanh(x) / GAIN) ** 2)), Calc()


@claim(about=lecun_tanh)
def sup_deriv_lecun_tanh():
    """The largest slope of LeCun's tanh is 17159/15000 at zero, above the 1 of tanh."""
    return supremum(lecun_tanh.d(t), t, SLOPE, attained=True), Attained(at=0, bound=Nonneg(square=tanh(RATE * t), times=SLOPE))


@claim(about=lecun_tanh)
def lecun_tanh_one():
    """Folklore: the constants are chosen so that LeCun's tanh is exactly 1 at 1."""
    return eq(lecun_tanh(1), 1), Refute(at={})


@claim(about=lecun_tanh)
def lecun_tanh_eq_sigmoid(x: X):
    """LeCun's tanh is a stretched and shifted sigmoid."""
    return eq(lecun_tanh(x), GAIN * (2 * sigmoid(4 * x / 3) - 1)), Calc()
