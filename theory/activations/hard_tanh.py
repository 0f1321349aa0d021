"""Hard tanh: the identity clipped to [−1, 1]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Min, Ne, Symbol

from theory.activations.relu import relu
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval, Real
from theory.language.statements import Statement, both, slopes_within, tends
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Have, Nonneg, Refute, Sign, SlopesFrom


class hard_tanh(Activation):
    """The identity clipped to [−1, 1]."""

    symbol = "hard_tanh"
    latex_symbol = r"\operatorname{htanh}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(−1, min(1, x))."""
        return Max(-1, Min(1, x))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's clip."""
        return f"{module('numpy.clip')}({x}, -1.0, 1.0)"


def _off_kinks(x: Any) -> list[Statement]:
    return [Ne(x, -1, evaluate=False), Ne(x, 1, evaluate=False)]


t = Symbol("t")
h = Symbol("h")
OffKinks = Annotated[Expr, Real.having("neither −1 nor 1", _off_kinks)]
Inside = Annotated[Expr, Interval(-1, 1, left_open=True, right_open=True)]
SIGNS = ("0+", "-0")


def _by_pieces(x: Any) -> Cases:
    """The cases x ≥ 1, |x| ≤ 1 and x ≤ −1; in the last the sign of x − 1 has to be said."""
    left = Calc(by=[Have(x - 1 <= 0, Nonneg(2 - (x + 1)))])
    return Cases(on=x + 1, signs=SIGNS, then=(Cases(on=x - 1, signs=SIGNS), left))


@claim(about=hard_tanh)
def hard_tanh_eq_relu_sub_relu(x: X):
    """Hard tanh is the difference of two rectifiers, less one."""
    return eq(hard_tanh(x), relu(x + 1) - relu(x - 1) - 1), _by_pieces(x)


@claim(about=hard_tanh)
def hard_tanh_eq_half_abs_sub_abs(x: X):
    """Hard tanh in absolute values."""
    return eq(hard_tanh(x), (Abs(x + 1) - Abs(x - 1)) / 2), _by_pieces(x)


@claim(about=hard_tanh)
def hard_tanh_neg(x: X):
    """Hard tanh is odd."""
    return eq(hard_tanh(-x), -hard_tanh(x)), _by_pieces(x)


@claim(about=hard_tanh)
def hard_tanh_mem_Icc(x: X):
    """Hard tanh stays within −1 and 1."""
    return both(hard_tanh(x) >= -1, hard_tanh(x) <= 1), _by_pieces(x)


@claim(about=hard_tanh)
def deriv_hard_tanh_of_mem_Ioo(x: Inside):
    """Between −1 and 1 hard tanh passes the gradient as it is."""
    return eq(hard_tanh.d(x), 1), Calc()


@claim(about=hard_tanh)
def abs_deriv_hard_tanh_le_one(x: OffKinks):
    """Off its kinks the slope of hard tanh is at most 1."""
    left = Calc(by=[Have(x - 1 < 0, Nonneg(2 - (x + 1)))])
    return Abs(hard_tanh.d(x)) <= 1, Cases(on=x + 1, signs=("+", "-"), then=(Cases(on=x - 1, signs=("+", "-")), left))


@claim(about=hard_tanh, sources=["clarke1983"])
def slopes_hard_tanh():
    """Whatever values a network uses at the kinks, the slopes of hard tanh stay within 1."""
    return slopes_within(hard_tanh, 1), SlopesFrom(abs_deriv_hard_tanh_le_one)


@claim(about=hard_tanh)
def right_deriv_hard_tanh_one():
    """The slope of hard tanh at 1, seen from the right, is 0."""
    return tends((hard_tanh(1 + h) - hard_tanh(1)) / h, h, at=0, to=0, side="+"), Sign(equals=0)


@claim(about=hard_tanh)
def hard_tanh_eq_tanh(x: X):
    """Folklore: hard tanh is tanh for inputs within −1 and 1."""
    return eq(hard_tanh(x), tanh(x)), Refute(at={x: 1})
