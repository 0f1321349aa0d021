"""The softsign x/(1 + |x|)."""

from __future__ import annotations

from math import factorial
from typing import Any

from sympy import Abs, Heaviside, Min, nan

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both
from theory.language.symbols import NegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Parts, Refute


class softsign(Activation):
    """The input divided by one plus its absolute value: a sigmoid that saturates like 1/x."""

    symbol = "softsign"
    latex_symbol = r"\operatorname{softsign}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x/(1 + |x|)."""
        return x / (1 + Abs(x))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """±k!/(1 + |x|)^{k+1}: no difference, which cancels, and |x| held where its power is still finite."""
        side = 1 if order == 1 else (1 - 2 * Heaviside(x, nan)) ** (order - 1)
        return factorial(order) * side * (1 + Min(Abs(x), 10 ** (306 // (order + 1)))) ** (-order - 1)


@claim(about=softsign)
def softsign_neg(x: X):
    """The softsign is odd."""
    return eq(softsign(-x), -softsign(x)), Cases(on=x)


@claim(about=softsign)
def softsign_mem_Ioo(x: X):
    """The softsign lies strictly between −1 and 1."""
    return both(softsign(x) > -1, softsign(x) < 1), Cases(on=x)


@claim(about=softsign)
def one_sub_abs_softsign(x: X):
    """The distance of the softsign from ±1 is 1/(1 + |x|): it saturates slowly, where tanh does so exponentially."""
    return eq(1 - Abs(softsign(x)), 1 / (1 + Abs(x))), Cases(on=x, signs=("0+", "-0"))


@claim(about=softsign)
def deriv_softsign(x: NonzeroX):
    """The slope of the softsign is 1/(1 + |x|)²."""
    return eq(softsign.d(x), 1 / (1 + Abs(x)) ** 2), Cases(on=x, signs=("+", "-"))


@claim(about=softsign, corrects=["deriv_softsign_eq_one_sub_sq"])
def deriv_softsign_eq_sq_one_sub_abs(x: NonzeroX):
    """The slope of the softsign in terms of its value."""
    return eq(softsign.d(x), (1 - Abs(softsign(x))) ** 2), Cases(on=x, signs=("+", "-"))


@claim(about=softsign)
def deriv_softsign_mem_Ioo(x: NonzeroX):
    """Off zero the slope of the softsign is positive and below 1."""
    right = Nonneg(x * (2 + x) / (1 + x) ** 2)
    left = Nonneg(-x * (2 - x) / (1 - x) ** 2)
    return both(softsign.d(x) > 0, softsign.d(x) < 1), Parts(
        (Cases(on=x, signs=("+", "-")), Cases(on=x, then=(right, left), signs=("+", "-")))
    )


@claim(about=softsign)
def second_deriv_softsign_of_pos(x: PositiveX):
    """To the right of zero the curvature of the softsign is −2/(1 + x)³: it comes from −2 at zero."""
    return eq(softsign.d(x, 2), -2 / (1 + x) ** 3), Calc()


@claim(about=softsign)
def second_deriv_softsign_of_neg(x: NegativeX):
    """To the left of zero the curvature of the softsign is 2/(1 − x)³: at zero it jumps by 4."""
    return eq(softsign.d(x, 2), 2 / (1 - x) ** 3), Calc()


@claim(about=softsign)
def deriv_softsign_eq_one_sub_sq(x: NonzeroX):
    """Folklore: the slope of the softsign is 1 minus the square of its value, as that of tanh is."""
    return eq(softsign.d(x), 1 - softsign(x) ** 2), Refute(at={x: 1})
