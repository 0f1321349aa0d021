"""Hard thresholding with λ = 1/2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Piecewise, Rational, Symbol, oo

from theory.activations.softshrink import softshrink
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.statements import tends
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Have, Nonneg, Refute, Sign

HALF = Rational(1, 2)


class hardshrink(Activation):
    """The input, and zero if it is within 1/2 of zero: it jumps at ±1/2."""

    symbol = "hardshrink"
    latex_symbol = r"\operatorname{hardshrink}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x beyond 1/2 on either side, else 0; at ±1/2 it is 0, as in PyTorch."""
        return Piecewise((x, x > HALF), (Piecewise((x, -x > HALF), (0, True)), True))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's where."""
        return f"{module('numpy.where')}({module('numpy.abs')}({x}) > 0.5, {x}, 0.0)"


h = Symbol("h")
Right = Annotated[Expr, Interval(HALF, oo, left_open=True)]
Left = Annotated[Expr, Interval(-oo, -HALF, right_open=True)]
Dead = Annotated[Expr, Interval(-HALF, HALF)]
Inside = Annotated[Expr, Interval(-HALF, HALF, left_open=True, right_open=True)]


@claim(about=hardshrink)
def hardshrink_of_mem_Icc(x: Dead):
    """Inputs within 1/2 of zero give exactly zero: their outputs are sparse."""
    return eq(hardshrink(x), 0), Calc()


@claim(about=hardshrink)
def hardshrink_of_half_lt(x: Right):
    """Hard thresholding leaves inputs beyond 1/2 as they are."""
    return eq(hardshrink(x), x), Calc()


@claim(about=hardshrink)
def hardshrink_neg(x: X):
    """Hard thresholding is odd."""
    right = Calc(by=[Have(-x - HALF < 0, Nonneg((x - HALF) + 1))])
    rest = Cases(on=-x - HALF, signs=("+", "-0"))
    return eq(hardshrink(-x), -hardshrink(x)), Cases(on=x - HALF, signs=("+", "-0"), then=(right, rest))


@claim(about=hardshrink, corrects=["hardshrink_eq_softshrink"])
def hardshrink_sub_softshrink_of_half_lt(x: Right):
    """Beyond 1/2 hard thresholding gives more than soft thresholding, by the threshold."""
    return eq(hardshrink(x) - softshrink(x), HALF), Calc(by=[Have(x + HALF > 0, Nonneg((x - HALF) + 1))])


@claim(about=hardshrink)
def abs_hardshrink_le(x: X):
    """Hard thresholding never enlarges an input."""
    left = Cases(on=-x - HALF, signs=("+", "-0"))
    return Abs(hardshrink(x)) <= Abs(x), Cases(on=x - HALF, signs=("+", "-0"), then=(Calc(), left))


@claim(about=hardshrink)
def deriv_hardshrink_of_mem_Ioo(x: Inside):
    """Within 1/2 of zero hard thresholding passes no gradient."""
    return eq(hardshrink.d(x), 0), Calc()


@claim(about=hardshrink, corrects=["abs_hardshrink_sub_le"])
def deriv_hardshrink_of_half_lt(x: Right):
    """Above 1/2 hard thresholding passes the gradient as it is; its slopes do not see that it jumps."""
    return eq(hardshrink.d(x), 1), Calc()


@claim(about=hardshrink)
def deriv_hardshrink_of_lt_neg_half(x: Left):
    """Below −1/2 too hard thresholding passes the gradient as it is."""
    return eq(hardshrink.d(x), 1), Calc(by=[Have(x - HALF < 0, Nonneg((-HALF - x) + 1))])


@claim(about=hardshrink, corrects=["hardshrink_continuous_at_half"])
def hardshrink_jump_half():
    """Just above its threshold hard thresholding is 1/2 higher than at it, however small the step."""
    return tends(hardshrink(HALF + h) - hardshrink(HALF) - h, h, at=0, to=HALF, side="+"), Sign(equals=HALF)


@claim(about=hardshrink)
def hardshrink_continuous_at_half():
    """Folklore: hard thresholding is continuous, as soft thresholding is."""
    return tends(hardshrink(HALF + h) - hardshrink(HALF) - h, h, at=0, to=0), Refute(at={}, by=hardshrink_jump_half)


@claim(about=hardshrink)
def abs_hardshrink_sub_le(x: X, y: X):
    """Folklore: a slope of 0 or 1 makes hard thresholding 1-Lipschitz."""
    return Abs(hardshrink(x) - hardshrink(y)) <= Abs(x - y), Refute(at={x: HALF, y: Rational(3, 5)})


@claim(about=hardshrink)
def hardshrink_eq_softshrink(x: X):
    """Folklore: hard and soft thresholding agree beyond the threshold."""
    return eq(hardshrink(x), softshrink(x)), Refute(at={x: 2})
