"""Snake x + sin²x, for periodic data."""

from __future__ import annotations

from typing import Any

from sympy import Symbol, cos, sin

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, infimum
from theory.language.symbols import NonzeroX, X, eq
from theory.tactics import Attained, Calc, Nonneg, Parts, Refute


class snake(Activation):
    """The identity with a wave of period π on top; the frequency a is 1."""

    symbol = "snake"
    latex_symbol = r"\operatorname{snake}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x + sin²x."""
        return x + sin(x) ** 2

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """(sin x + cos x)², which does not cancel, and cos 2x, sin 2x with their factors."""
        if order == 1:
            return (sin(x) + cos(x)) ** 2
        return 2 * (cos(x) - sin(x)) * (cos(x) + sin(x)) if order == 2 else None


t = Symbol("t")


@claim(about=snake)
def snake_sub_self_mem_Icc(x: X):
    """Snake lies above the identity, by at most 1."""
    return both(snake(x) >= x, snake(x) <= x + 1), Parts((Nonneg(square=sin(x)), Nonneg(square=cos(x))))


@claim(about=snake)
def snake_sub_snake_neg(x: X):
    """Reflecting the input lowers snake by twice the input: its wave is even."""
    return eq(snake(x) - snake(-x), 2 * x), Calc()


@claim(about=snake)
def deriv_snake(x: X):
    """The slope of snake is a square."""
    return eq(snake.d(x), (sin(x) + cos(x)) ** 2), Calc()


@claim(about=snake, corrects=["deriv_snake_le_one"])
def deriv_snake_mem_Icc(x: X):
    """The slope of snake lies between 0 and 2: it never falls."""
    return both(snake.d(x) >= 0, snake.d(x) <= 2), Parts((Nonneg(square=sin(x) + cos(x)), Nonneg(square=sin(x) - cos(x))))


@claim(about=snake)
def deriv_snake_add_neg(x: X):
    """Slopes of snake at opposite points add up to 2."""
    return eq(snake.d(x) + snake.d(-x), 2), Calc()


@claim(about=snake)
def snake_div(a: NonzeroX, x: X):
    """Every other frequency is a change of scale: snake(ax)/a is x + sin²(ax)/a."""
    return eq(snake(a * x) / a, x + sin(a * x) ** 2 / a), Calc()


@claim(about=snake)
def inf_snake_sub_self():
    """Snake touches the identity at zero."""
    return infimum(snake(t) - t, t, 0, attained=True), Attained(at=0, bound=Nonneg(square=sin(t)))


@claim(about=snake)
def deriv_snake_le_one(x: X):
    """Folklore: a wave on the identity never steepens a gradient."""
    return snake.d(x) <= 1, Refute(at={x: 1})
