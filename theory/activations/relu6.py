"""The rectifier capped at 6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Min, Ne, Symbol

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval, Real
from theory.language.statements import Statement, both, infimum, slopes_within, supremum, tends
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Attained, Calc, Cases, Refute, Sign, SlopesFrom


class relu6(Activation):
    """The identity clipped to [0, 6]."""

    symbol = "relu6"
    latex_symbol = r"\operatorname{relu6}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """min(max(0, x), 6)."""
        return Min(Max(0, x), 6)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's clip."""
        return f"{module('numpy.clip')}({x}, 0.0, 6.0)"


def _off_kinks(x: Any) -> list[Statement]:
    return [Ne(x, 0, evaluate=False), Ne(x, 6, evaluate=False)]


t = Symbol("t")
h = Symbol("h")
OffKinks = Annotated[Expr, Real.having("neither 0 nor 6", _off_kinks)]
Inside = Annotated[Expr, Interval(0, 6, left_open=True, right_open=True)]
SIGNS = ("0+", "-0")


@claim(about=relu6)
def relu6_mem_Icc(x: X):
    """The capped rectifier lies between 0 and 6."""
    return both(relu6(x) >= 0, relu6(x) <= 6), Cases(on=[x, x - 6], signs=SIGNS)


@claim(about=relu6, corrects=["relu6_mul_of_pos"])
def relu6_eq_relu_sub_relu(x: X):
    """The capped rectifier is the difference of two rectifiers, so a plain rectifier network computes it."""
    return eq(relu6(x), relu(x) - relu(x - 6)), Cases(on=[x, x - 6], signs=SIGNS)


@claim(about=relu6)
def sup_relu6():
    """The largest value of the capped rectifier is 6, and it is reached."""
    return supremum(relu6(t), t, 6, attained=True), Attained(at=6, bound=Cases(on=[t, t - 6], signs=SIGNS))


@claim(about=relu6)
def inf_relu6():
    """The least value of the capped rectifier is 0, and it is reached."""
    return infimum(relu6(t), t, 0, attained=True), Attained(at=0, bound=Cases(on=[t, t - 6], signs=SIGNS))


@claim(about=relu6)
def deriv_relu6_of_mem_Ioo(x: Inside):
    """Between 0 and 6 the slope of the capped rectifier is 1."""
    return eq(relu6.d(x), 1), Calc()


@claim(about=relu6)
def abs_deriv_relu6_le_one(x: OffKinks):
    """Off its kinks the slope of the capped rectifier is at most 1."""
    return Abs(relu6.d(x)) <= 1, Cases(on=[x, x - 6], signs=("+", "-"))


@claim(about=relu6, sources=["clarke1983"])
def slopes_relu6():
    """Whatever values a network uses at the kinks, the slopes of the capped rectifier stay within 1."""
    return slopes_within(relu6, 1), SlopesFrom(abs_deriv_relu6_le_one)


@claim(about=relu6)
def right_deriv_relu6_six():
    """At its cap the slope of the capped rectifier, seen from the right, is 0."""
    return tends((relu6(6 + h) - relu6(6)) / h, h, at=0, to=0, side="+"), Sign(equals=0)


@claim(about=relu6)
def relu6_mul_of_pos(a: PositiveX, x: X):
    """Folklore: the capped rectifier is positively homogeneous, as the rectifier is."""
    return eq(relu6(a * x), a * relu6(x)), Refute(at={a: 2, x: 6})
