"""The hard sigmoid: a ramp of slope 1/6 between −3 and 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Min, Ne, Rational, Symbol

from theory.activations.hard_tanh import hard_tanh
from theory.activations.relu6 import relu6
from theory.activations.sigmoid import sigmoid
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval, Real
from theory.language.statements import Statement, both, infimum, slopes_within, supremum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Cases, Enclosure, Have, Nonneg, Refute, SlopesFrom


class hard_sigmoid(Activation):
    """A piecewise linear imitation of the sigmoid that is 0 up to −3 and 1 from 3 on."""

    symbol = "hard_sigmoid"
    latex_symbol = r"\operatorname{hsigmoid}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """min(max(0, x + 3), 6)/6."""
        return Min(Max(0, x + 3), 6) / 6

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's clip of x + 3, which is exact near −3."""
        return f"({module('numpy.clip')}({x} + 3.0, 0.0, 6.0)/6.0)"


def _off_kinks(x: Any) -> list[Statement]:
    return [Ne(x, -3, evaluate=False), Ne(x, 3, evaluate=False)]


t = Symbol("t")
OffKinks = Annotated[Expr, Real.having("neither −3 nor 3", _off_kinks)]
Inside = Annotated[Expr, Interval(-3, 3, left_open=True, right_open=True)]
SIGNS = ("0+", "-0")


def _by_pieces(x: Any) -> Cases:
    """The cases x ≥ 3, −3 ≤ x ≤ 3 and x ≤ −3; in the last the sign of x − 3 has to be said."""
    left = Calc(by=[Have(x - 3 <= 0, Nonneg(6 - (x + 3)))])
    return Cases(on=x + 3, signs=SIGNS, then=(Cases(on=x - 3, signs=SIGNS), left))


@claim(about=hard_sigmoid)
def hard_sigmoid_eq_relu6(x: X):
    """The hard sigmoid is a sixth of the capped rectifier, shifted by 3."""
    return eq(hard_sigmoid(x), relu6(x + 3) / 6), Calc()


@claim(about=hard_sigmoid)
def hard_sigmoid_eq_hard_tanh(x: X):
    """The hard sigmoid is to hard tanh what the sigmoid is to tanh, with a third in place of a half."""
    return eq(hard_sigmoid(x), (1 + hard_tanh(x / 3)) / 2), _by_pieces(x)


@claim(about=hard_sigmoid)
def hard_sigmoid_mem_Icc(x: X):
    """The hard sigmoid lies between 0 and 1."""
    return both(hard_sigmoid(x) >= 0, hard_sigmoid(x) <= 1), Cases(on=[x + 3, x - 3], signs=SIGNS)


@claim(about=hard_sigmoid)
def hard_sigmoid_neg(x: X):
    """The graph of the hard sigmoid is symmetric about the point (0, 1/2)."""
    return eq(hard_sigmoid(-x), 1 - hard_sigmoid(x)), _by_pieces(x)


@claim(about=hard_sigmoid)
def sup_hard_sigmoid():
    """The hard sigmoid reaches 1, which the sigmoid only approaches."""
    return supremum(hard_sigmoid(t), t, 1, attained=True), Attained(at=3, bound=Cases(on=[t + 3, t - 3], signs=SIGNS))


@claim(about=hard_sigmoid)
def inf_hard_sigmoid():
    """The hard sigmoid reaches 0, which the sigmoid only approaches."""
    return infimum(hard_sigmoid(t), t, 0, attained=True), Attained(at=-3, bound=Cases(on=[t + 3, t - 3], signs=SIGNS))


@claim(about=hard_sigmoid)
def deriv_hard_sigmoid_of_mem_Ioo(x: Inside):
    """Between −3 and 3 the slope of the hard sigmoid is 1/6, below the 1/4 of the sigmoid at zero."""
    return eq(hard_sigmoid.d(x), Rational(1, 6)), Calc()


@claim(about=hard_sigmoid)
def abs_deriv_hard_sigmoid_le_sixth(x: OffKinks):
    """Off its kinks the slope of the hard sigmoid is at most 1/6."""
    return Abs(hard_sigmoid.d(x)) <= Rational(1, 6), Cases(on=[x + 3, x - 3], signs=("+", "-"))


@claim(about=hard_sigmoid, sources=["clarke1983"])
def slopes_hard_sigmoid():
    """Whatever values a network uses at the kinks, the slopes of the hard sigmoid stay within 1/6."""
    return slopes_within(hard_sigmoid, Rational(1, 6)), SlopesFrom(abs_deriv_hard_sigmoid_le_sixth)


@claim(about=hard_sigmoid)
def hard_sigmoid_le_sigmoid(x: X):
    """Folklore: the hard sigmoid lies below the sigmoid."""
    return hard_sigmoid(x) <= sigmoid(x), Refute(at={x: 3})


@claim(about=hard_sigmoid)
def hard_sigmoid_sub_sigmoid_mem_Icc(x: X):
    """The hard sigmoid is off by less than 0.07 from the sigmoid."""
    error = hard_sigmoid(x) - sigmoid(x)
    return both(error >= Rational(-7, 100), error <= Rational(7, 100)), Enclosure()
