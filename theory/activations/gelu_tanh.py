"""The Gaussian error linear unit with its normal distribution function approximated by a hyperbolic tangent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Max, Min, Rational, exp, pi, sqrt

from theory.activations.gelu import gelu
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Enclosure, Nonneg, Parts, Refute


class gelu_tanh(Activation):
    """The input times a hyperbolic tangent that imitates the normal distribution function."""

    symbol = "gelu_tanh"
    latex_symbol = r"\operatorname{gelu}_{\tanh}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))."""
        return x / 2 * (1 + tanh(_inner(x)))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ(u) + xu'σ'(u) and its derivative, with u = 2√(2/π)(x + 0.044715x³) and x held within ±40, where σ(u) is 0 or 1."""
        c, k, v = 2 * sqrt(2 / pi), Rational(44715, 1000000), _held(x)
        u, first, second = c * (v + k * v**3), c * (1 + 3 * k * v**2), 6 * c * k * v
        if order == 1:
            return sigmoid(u) + v * first * sigmoid.d(u)
        if order == 2:
            return (2 * first + v * second) * sigmoid.d(u) + v * first**2 * sigmoid.d(u, 2)
        return None

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """x times SciPy's expit, which does not cancel on the left; the cube is of x held within ±40."""
        u = f"{module('numpy.clip')}({x}, -40.0, 40.0)"
        c = f"{module('numpy.sqrt')}(8.0/{module('numpy.pi')})"
        return f"(({x})*{module('scipy.special.expit')}({c}*({u} + 0.044715*{u}**3)))"


def _held(x: Any) -> Any:
    return Max(-40, Min(40, x))


def _inner(x: Any) -> Any:
    return sqrt(2 / pi) * (x + Rational(44715, 1000000) * x**3)


@claim(about=gelu_tanh)
def gelu_tanh_eq_mul_sigmoid(x: X):
    """The approximation is the input times a sigmoid of a cubic: the form that does not cancel."""
    return eq(gelu_tanh(x), x * sigmoid(2 * _inner(x))), Calc()


@claim(about=gelu_tanh)
def gelu_tanh_sub_gelu_tanh_neg(x: X):
    """Reflecting the input lowers the approximation by exactly the input, as it does the Gaussian error linear unit."""
    return eq(gelu_tanh(x) - gelu_tanh(-x), x), Calc()


@claim(about=gelu)
def gelu_sub_gelu_neg(x: X):
    """Reflecting the input lowers the Gaussian error linear unit by exactly the input."""
    return eq(gelu(x) - gelu(-x), x), Calc()


@claim(about=gelu_tanh)
def gelu_tanh_le_relu(x: X):
    """The approximation never exceeds the rectifier."""
    e = exp(2 * _inner(x))
    return gelu_tanh(x) <= relu(x), Cases(on=x, then=(Nonneg(x / (1 + e)), Nonneg(-x * e / (1 + e))), signs=("0+", "-0"))


@claim(about=gelu_tanh)
def abs_gelu_tanh_le(x: X):
    """The approximation never increases an absolute value."""
    e = exp(2 * _inner(x))
    right = Nonneg(x / (1 + e))
    left = Nonneg(-x / (1 + e))
    return both(gelu_tanh(x) <= Abs(x), gelu_tanh(x) >= -Abs(x)), Parts(
        (
            Cases(on=x, then=(right, Nonneg(-x - x * e / (1 + e))), signs=("0+", "-0")),
            Cases(on=x, then=(Nonneg(x + x * e / (1 + e)), left), signs=("0+", "-0")),
        )
    )


@claim(about=gelu_tanh)
def deriv_gelu_tanh_add_neg(x: X):
    """Slopes of the approximation at opposite points add up to 1, so its infimum is 1 minus its supremum."""
    return eq(gelu_tanh.d(x) + gelu_tanh.d(-x), 1), Calc()


@claim(about=gelu_tanh)
def gelu_tanh_eq_gelu(x: X):
    """Folklore: the approximation is the Gaussian error linear unit."""
    return eq(gelu_tanh(x), gelu(x)), Refute(at={x: 1})


@claim(about=gelu_tanh)
def gelu_tanh_monotone(x: X, y: X):
    """Folklore: the approximation never falls."""
    return implies(x < y, gelu_tanh(x) <= gelu_tanh(y)), Refute(at={x: -2, y: -1})


@claim(about=gelu_tanh, corrects=["gelu_tanh_eq_gelu"])
def gelu_tanh_sub_gelu_mem_Icc(x: X):
    """The approximation is off by less than 0.00048 above and 0.00024 below, wherever it is evaluated."""
    error = gelu_tanh(x) - gelu(x)
    return both(error >= Rational(-24, 10**5), error <= Rational(48, 10**5)), Enclosure()


@claim(about=gelu_tanh)
def deriv_gelu_tanh_sub_deriv_gelu_mem_Icc(x: X):
    """The slope of the approximation is off by less than 0.00087."""
    error = gelu_tanh.d(x) - gelu.d(x)
    return both(error >= Rational(-87, 10**5), error <= Rational(87, 10**5)), Enclosure()


@claim(about=gelu_tanh)
def deriv_gelu_tanh_mem_Icc(x: X):
    """The slope of the approximation leaves [0, 1] on both sides, as that of the Gaussian error linear unit does."""
    return both(gelu_tanh.d(x) >= Rational(-129, 1000), gelu_tanh.d(x) <= Rational(1129, 1000)), Enclosure()
