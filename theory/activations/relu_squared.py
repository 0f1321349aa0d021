"""The squared rectifier max(0, x)²."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Heaviside, Max, nan

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import implies
from theory.language.symbols import NegativeX, NonnegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Refute


class relu_squared(Activation):
    """The square of the positive part: a rectifier whose slope has no jump."""

    symbol = "relu_squared"
    latex_symbol = r"\operatorname{relu2}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x)²."""
        return Max(0, x) ** 2

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """2 max(0, x), also at 0; the second derivative does not exist there."""
        return {1: 2 * Max(0, x), 2: 2 * Heaviside(x, nan)}.get(order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The square of NumPy's maximum."""
        return f"{module('numpy.maximum')}(0.0, {x})**2"


SIGNS = ("0+", "-0")


@claim(about=relu_squared)
def relu_squared_eq_mul_relu(x: X):
    """The squared rectifier is the input times its rectifier."""
    return eq(relu_squared(x), x * relu(x)), Cases(on=x, signs=SIGNS)


@claim(about=relu_squared)
def relu_squared_nonneg(x: X):
    """The squared rectifier never gives a negative output."""
    return relu_squared(x) >= 0, Calc()


@claim(about=relu_squared)
def relu_squared_mul_of_nonneg(a: NonnegativeX, x: X):
    """Scaling the input scales the output of the squared rectifier by the square."""
    return eq(relu_squared(a * x), a**2 * relu_squared(x)), Cases(on=x, signs=SIGNS)


@claim(about=relu_squared)
def relu_squared_strictMono_of_pos(x: X, y: PositiveX):
    """To a positive input the squared rectifier rises strictly, from wherever."""
    rise = Nonneg((y - x) * (y + x))
    return implies(x < y, relu_squared(x) < relu_squared(y)), Cases(on=x, signs=("+", "-0"), then=(rise, Calc()))


@claim(about=relu_squared, corrects=["deriv_relu_squared_le_one"])
def deriv_relu_squared(x: NonzeroX):
    """Off zero the slope of the squared rectifier is twice the rectifier, without a bound."""
    return eq(relu_squared.d(x), 2 * relu(x)), Cases(on=x, signs=("+", "-"))


@claim(about=relu_squared)
def second_deriv_relu_squared_of_pos(x: PositiveX):
    """To the right of zero the curvature of the squared rectifier is 2."""
    return eq(relu_squared.d(x, 2), 2), Calc()


@claim(about=relu_squared)
def second_deriv_relu_squared_of_neg(x: NegativeX):
    """To the left of zero the squared rectifier has no curvature: at zero it jumps by 2."""
    return eq(relu_squared.d(x, 2), 0), Calc()


@claim(about=relu_squared)
def deriv_relu_squared_le_one(x: NonzeroX):
    """Folklore: a rectifier passes gradients without increasing them, squared or not."""
    return relu_squared.d(x) <= 1, Refute(at={x: 1})
