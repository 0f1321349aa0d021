"""False variants of claims about activations that jump."""

from __future__ import annotations

from typing import Annotated

from sympy import Abs, Expr, Rational, oo

from tests.quality.variants import LIMIT, UNDEFINED, false
from theory.activations.hardshrink import (
    HALF,
    abs_hardshrink_le,
    deriv_hardshrink_of_half_lt,
    h,
    hardshrink,
    hardshrink_jump_half,
    hardshrink_of_half_lt,
    hardshrink_sub_softshrink_of_half_lt,
)
from theory.activations.relu import relu
from theory.activations.softshrink import softshrink
from theory.activations.threshold import (
    deriv_threshold_eq_deriv_relu,
    threshold,
    threshold_of_nonpos,
    threshold_sub_relu_of_neg,
)
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.statements import tends
from theory.language.symbols import NonnegativeX, X, eq
from theory.tactics import Calc, Cases, Sign

FromHalf = Annotated[Expr, Interval(HALF, oo)]
NearHalf = Annotated[Expr, Interval(Rational(2, 5), oo)]


@false("hypothesis", hardshrink_of_half_lt)
@claim()
def hardshrink_of_half_le(x: FromHalf):
    """Hard thresholding leaves inputs as they are from 1/2 on, the jump included."""
    return eq(hardshrink(x), x), Cases(on=x - HALF, signs=("+", "0", "-"))


@false("hypothesis", hardshrink_sub_softshrink_of_half_lt)
@claim()
def hardshrink_sub_softshrink(x: NearHalf):
    """Hard thresholding exceeds soft thresholding by 1/2 a little before the threshold, too."""
    return eq(hardshrink(x) - softshrink(x), HALF), Cases(on=x - HALF, signs=("+", "0", "-"))


@false("flip", abs_hardshrink_le)
@claim()
def le_abs_hardshrink(x: X):
    """Hard thresholding never makes an input smaller."""
    return Abs(x) <= Abs(hardshrink(x)), Cases(on=x - HALF, signs=("+", "0", "-"))


@false("hypothesis", deriv_hardshrink_of_half_lt, beyond=UNDEFINED)
@claim()
def deriv_hardshrink_of_half_le(x: FromHalf):
    """Hard thresholding has slope 1 from its jump on, the jump included."""
    return eq(hardshrink.d(x), 1), Cases(on=x - HALF, signs=("+", "0"))


@false("limit", hardshrink_jump_half, beyond=LIMIT)
@claim()
def hardshrink_no_jump_half():
    """Just above its threshold hard thresholding is as high as at it."""
    return tends(hardshrink(HALF + h) - hardshrink(HALF) - h, h, at=0, to=0, side="+"), Sign(equals=0)


@false("hypothesis", threshold_of_nonpos)
@claim()
def threshold_of_nonneg(x: NonnegativeX):
    """Thresholding leaves inputs as they are from the threshold on, the threshold included."""
    return eq(threshold(x), x), Cases(on=x, signs=("+", "0"))


@false("hypothesis", threshold_sub_relu_of_neg)
@claim()
def threshold_eq_relu(x: X):
    """Thresholding at zero is the rectifier."""
    return eq(threshold(x), relu(x)), Cases(on=x, signs=("+", "0", "-"))


@false("hypothesis", deriv_threshold_eq_deriv_relu, beyond=UNDEFINED)
@claim()
def deriv_threshold_eq_zero_at_jump(x: X):
    """At its jump thresholding has slope zero, as on the left of it."""
    return eq(threshold.d(0 * x), 0), Calc()
