"""The scaled exponential linear unit with its published constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Heaviside, Max, Min, Rational, Symbol, exp, nan

from theory.activations.elu import elu, exp_lt_one
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, slopes_within, tends
from theory.language.symbols import NonnegativeX, NonpositiveX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Parts, Refute, Sign, SlopesFrom

# The decimals as they were published, exactly.
SCALE: Any = Rational(10507009873554804934193349852946, 10**31)
ALPHA: Any = Rational(16732632423543772848170429916717, 10**31)
SATURATION = SCALE * ALPHA
ROUNDED = Rational(17581, 10000)


class selu(Activation):
    """λ times the exponential linear unit with α, so chosen that mean 0 and variance 1 are kept."""

    symbol = "selu"
    latex_symbol = r"\operatorname{selu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """λ (max(0, x) + α (e^{min(0, x)} − 1))."""
        return SCALE * (Max(0, x) + ALPHA * (exp(Min(0, x)) - 1))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """λ to the right, λα e^x to the left, none at the kink."""
        left = ALPHA * exp(Min(0, x)) * Heaviside(-x, nan)
        return SCALE * (left + Heaviside(x, nan) if order == 1 else left)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's expm1, accurate near 0."""
        left = f"{module('numpy.expm1')}({module('numpy.minimum')}(0.0, {x}))"
        return f"({float(SCALE)!r}*({module('numpy.maximum')}(0.0, {x}) + {float(ALPHA)!r}*{left}))"


t = Symbol("t")
h = Symbol("h")


@claim(about=selu)
def selu_of_nonneg(x: NonnegativeX):
    """To the right of zero the scaled exponential linear unit stretches its input by λ."""
    return eq(selu(x), SCALE * x), Calc()


@claim(about=selu)
def deriv_selu_of_pos(x: PositiveX):
    """To the right of zero the slope of the scaled exponential linear unit is λ, above 1."""
    return eq(selu.d(x), SCALE), Calc()


@claim(about=selu)
def deriv_selu_le_scale(x: NonzeroX):
    """Folklore: the slope of the scaled exponential linear unit is at most its scale λ."""
    return selu.d(x) <= SCALE, Refute(at={x: Rational(-1, 10)})


@claim(about=selu)
def right_deriv_selu_zero():
    """The slope of the scaled exponential linear unit at 0, seen from the right, is λ."""
    return tends((selu(h) - selu(0)) / h, h, at=0, to=SCALE, side="+"), Sign(equals=SCALE)


# --- in decimals that a line holds: λα = 1.75809934… ---------------------------------------------------------


@claim(about=selu)
def neg_lt_selu(x: X):
    """The scaled exponential linear unit stays above −1.7581."""
    left = Nonneg(SATURATION * exp(x) + (ROUNDED - SATURATION))
    return selu(x) > -ROUNDED, Cases(on=x, then=(Nonneg(SCALE * x + ROUNDED), left))


@claim(about=selu, corrects=["deriv_selu_le_scale"])
def deriv_selu_mem_Ioo(x: NonzeroX):
    """Off the kink the slope of the scaled exponential linear unit is positive and below 1.7581."""
    left = Nonneg(SATURATION * (1 - exp(x)) + (ROUNDED - SATURATION), by=[exp_lt_one])
    below = Cases(on=x, signs=("+", "-"), then=(Calc(), left))
    return both(selu.d(x) > 0, selu.d(x) < ROUNDED), Parts((Cases(on=x, signs=("+", "-")), below))


@claim(about=selu)
def abs_deriv_selu_le(x: NonzeroX):
    """Off the kink the slope of the scaled exponential linear unit is at most 1.7581 in absolute value."""
    left = Nonneg(SATURATION * (1 - exp(x)) + (ROUNDED - SATURATION), by=[exp_lt_one])
    return Abs(selu.d(x)) <= ROUNDED, Cases(on=x, signs=("+", "-"), then=(Calc(), left))


@claim(about=selu, sources=["clarke1983"])
def slopes_selu():
    """Whatever value a network uses at the kink, the slopes of the scaled exponential linear unit stay within 1.7581."""
    return slopes_within(selu, ROUNDED), SlopesFrom(abs_deriv_selu_le)


# --- with any scale and any α -----------------------------------------------------------------------------------


def _scaled(c: Any, alpha: Any, x: Any) -> Any:
    return c * (Max(0, x) + alpha * (exp(Min(0, x)) - 1))


@claim(about=selu)
def neg_mul_lt_scaled_elu(c: PositiveX, alpha: PositiveX, x: X):
    """With any scale and any α it stays above minus their product."""
    return _scaled(c, alpha, x) > -c * alpha, Cases(on=x, then=(Nonneg(c * x + c * alpha), Nonneg(c * alpha * exp(x))))


@claim(about=selu)
def scaled_elu_eq_mul_elu(c: PositiveX, alpha: PositiveX, x: NonpositiveX):
    """Left of zero it is the exponential linear unit times both."""
    return eq(_scaled(c, alpha, x), c * alpha * elu(x)), Calc()


@claim(about=selu)
def selu_ge_self(x: X):
    """Folklore: like the exponential linear unit, the scaled one is nowhere below its input."""
    return selu(x) >= x, Refute(at={x: Rational(-1, 10)})
