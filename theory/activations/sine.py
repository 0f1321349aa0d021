"""The sine, for periodic signals."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Symbol, cos, sin

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies, supremum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Cases, Nonneg, Refute


class sine(Activation):
    """The sine; every derivative is again a sine, moved by a quarter of a period."""

    symbol = "sine"
    latex_symbol = r"\operatorname{sine}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """sin x."""
        return sin(x)


t = Symbol("t")


@claim(about=sine)
def abs_sine_le_one(x: X):
    """The sine lies between −1 and 1."""
    return Abs(sine(x)) <= 1, Nonneg(cos(x) ** 2, root=True)


@claim(about=sine)
def sine_neg(x: X):
    """The sine is odd."""
    return eq(sine(-x), -sine(x)), Calc()


@claim(about=sine, corrects=["sine_monotone"])
def deriv_sine(x: X):
    """The slope of the sine is the cosine."""
    return eq(sine.d(x), cos(x)), Calc()


@claim(about=sine)
def second_deriv_sine(x: X):
    """The curvature of the sine is its value turned upside down."""
    return eq(sine.d(x, 2), -sine(x)), Calc()


@claim(about=sine)
def sine_sq_add_deriv_sq(x: X):
    """Value and slope of the sine lie on the unit circle: where one vanishes the other is ±1."""
    return eq(sine(x) ** 2 + sine.d(x) ** 2, 1), Calc()


@claim(about=sine)
def abs_deriv_sine_le_one(x: X):
    """The sine is 1-Lipschitz."""
    return Abs(sine.d(x)) <= 1, Nonneg(sin(x) ** 2, root=True)


@claim(about=sine)
def sup_deriv_sine():
    """The largest slope of the sine is 1, reached at zero."""
    return supremum(sine.d(t), t, 1, attained=True), Attained(
        at=0, bound=Cases(on=sine.d(t), by=[abs_deriv_sine_le_one.at(x=t)])
    )


@claim(about=sine)
def sine_monotone(x: X, y: X):
    """Folklore: an activation function never falls."""
    return implies(x < y, sine(x) <= sine(y)), Refute(at={x: 2, y: 3})
