"""False limits, extrema and existence statements about activations."""

from __future__ import annotations

from sympy import Rational, Symbol, exp, log, oo, sqrt

from tests.quality.variants import LIMIT, MISREAD, QUANTIFIER, false
from theory.activations.relu import left_deriv_relu_zero, relu, relu_curvature_at_kink, right_deriv_relu_zero
from theory.activations.sigmoid import (
    deriv_sigmoid_surjOn,
    deriv_sigmoid_tendsto_zero_right,
    inf_deriv_sigmoid,
    sigmoid,
    sigmoid_surjOn_Ioo,
    sigmoid_tendsto_one,
    sigmoid_tendsto_zero,
    sup_deriv_sigmoid,
    sup_second_deriv_sigmoid,
    sup_sigmoid,
)
from theory.activations.softplus import softplus, sup_softplus_sub_relu
from theory.activations.tanh import (
    inf_tanh,
    sup_second_deriv_tanh,
    tanh,
    tanh_surjOn_Ioo,
    tanh_tendsto_neg_one,
    tanh_tendsto_one,
)
from theory.language.claims import claim
from theory.language.domains import Negative, Nonnegative
from theory.language.statements import exists, infimum, supremum, tends
from theory.language.symbols import T_, PositiveX, UnitX, X, eq
from theory.tactics import Approached, Attained, Cases, Nonneg, Sign, Witness

EPS = Rational(1, 10**9)
HALF = Rational(1, 2)
t, h, k = Symbol("t"), Symbol("h"), Symbol("k")

# --- wrong limit, wrong side, wrong rate ------------------------------------------------------------


@false("limit", sigmoid_tendsto_one, beyond=LIMIT)
@claim()
def sigmoid_tendsto_half():
    """The sigmoid tends to 1/2 on the right."""
    return tends(sigmoid(t), t, at=oo, to=HALF), Sign(squeeze=exp(-t))


@false("side", sigmoid_tendsto_zero, beyond=LIMIT)
@claim()
def sigmoid_tendsto_zero_right():
    """The sigmoid tends to 0 on the right."""
    return tends(sigmoid(t), t, at=oo, to=0), Sign(squeeze=exp(t))


@false("limit", tanh_tendsto_one, beyond=LIMIT)
@claim()
def tanh_tendsto_more_than_one():
    """tanh tends to 1 + 1e-9 on the right."""
    return tends(tanh(t), t, at=oo, to=1 + EPS), Sign(squeeze=2 * exp(-2 * t))


@false("side", tanh_tendsto_neg_one, beyond=LIMIT)
@claim()
def tanh_tendsto_one_left():
    """tanh tends to 1 on the left."""
    return tends(tanh(t), t, at=-oo, to=1), Sign(squeeze=2 * exp(2 * t))


@false("rate", deriv_sigmoid_tendsto_zero_right, beyond=LIMIT)
@claim()
def deriv_sigmoid_faster_than_exponential():
    """The slope of the sigmoid vanishes faster than e^{−x}."""
    return tends(exp(t) * sigmoid.d(t), t, at=oo, to=0), Sign(squeeze=exp(-t))


@false("rate", deriv_sigmoid_tendsto_zero_right, beyond=LIMIT)
@claim()
def deriv_sigmoid_squeezed_by_growth():
    """The slope of the sigmoid tends to e^x's limit on the wrong side."""
    return tends(1 + sigmoid.d(t), t, at=oo, to=0), Sign(squeeze=exp(t))


@false("side", right_deriv_relu_zero, beyond=LIMIT)
@claim()
def left_deriv_relu_zero_eq_one():
    """The rectifier's slope at 0, seen from the left, is 1."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=1, side="-"), Sign(equals=1)


@false("side", left_deriv_relu_zero, beyond=LIMIT)
@claim()
def deriv_relu_zero_both_sides():
    """The rectifier's slope at 0 is 0 from both sides."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=0), Sign(equals=0)


@false("factor", relu_curvature_at_kink, beyond=LIMIT)
@claim()
def relu_curvature_twice():
    """The slope of the rectifier jumps by 2."""
    return tends((relu(h) + relu(-h) - 2 * relu(0)) / h, h, at=0, to=2, side="+"), Sign(equals=2)


@false("sort", None, beyond=MISREAD)
@claim()
def constant_tendsto_other_from_below_in_naturals(T: T_):
    """5 → 3 as a natural number tends to 0 from below, where there is none."""
    return tends(5 + 0 * T, T, at=0, to=3, side="-"), Sign(equals=3, bound=Nonneg(difference=-2 * T / T))


# --- extrema ------------------------------------------------------------------------------------------


@false("extremum", sup_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_deriv_sigmoid_more():
    """The largest slope of the sigmoid is 1/4 + 1e-9."""
    return supremum(sigmoid.d(t), t, Rational(1, 4) + EPS, attained=True), Attained(
        at=0, bound=Nonneg(difference=(sigmoid(t) - HALF) ** 2 + EPS)
    )


@false("extremum", sup_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_deriv_sigmoid_less():
    """The largest slope of the sigmoid is 1/4 − 1e-9."""
    return supremum(sigmoid.d(t), t, Rational(1, 4) - EPS, attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(t) - HALF)
    )


@false("attained", sup_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_deriv_sigmoid_approached():
    """The slope of the sigmoid approaches 1/4 and never reaches it."""
    return supremum(sigmoid.d(t), t, Rational(1, 4), attained=False), Approached(
        bound=Nonneg(square=sigmoid(t) - HALF), limit=deriv_sigmoid_tendsto_zero_right
    )


@false("attained", sup_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_sigmoid_attained():
    """The sigmoid reaches 1."""
    return supremum(sigmoid(t), t, 1, attained=True), Attained(at=1000, bound=Nonneg())


@false("attained", inf_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def inf_deriv_sigmoid_attained():
    """The slope of the sigmoid reaches 0."""
    return infimum(sigmoid.d(t), t, 0, attained=True), Attained(at=-1000, bound=Nonneg())


@false("extremum", inf_tanh, beyond=QUANTIFIER)
@claim()
def inf_tanh_zero():
    """The greatest lower bound of tanh is 0."""
    return infimum(tanh(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=tanh_tendsto_neg_one)


@false("extremum", inf_tanh, beyond=QUANTIFIER)
@claim()
def sup_tanh_neg_one():
    """The least upper bound of tanh is −1."""
    return supremum(tanh(t), t, -1, attained=False), Approached(bound=Nonneg(), limit=tanh_tendsto_neg_one)


@false("extremum", sup_second_deriv_tanh, beyond=QUANTIFIER)
@claim()
def sup_second_deriv_tanh_as_sigmoid():
    """The largest curvature of tanh is that of the sigmoid."""
    return supremum(tanh.d(t, 2), t, 1 / (6 * sqrt(3)), attained=True), Attained(
        at=-log(2 + sqrt(3)) / 2, bound=Cases(on=tanh.d(t, 2))
    )


@false("extremum", sup_second_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_second_deriv_sigmoid_on_the_right():
    """The largest curvature of the sigmoid right of zero is 1/(6√3)."""
    return supremum(sigmoid.d(t, 2), t, 1 / (6 * sqrt(3)), attained=True, domain=Nonnegative), Attained(
        at=-log(2 + sqrt(3)), bound=Cases(on=sigmoid.d(t, 2))
    )


@false("attained", sup_softplus_sub_relu, beyond=QUANTIFIER)
@claim()
def sup_softplus_sub_relu_left():
    """The gap between softplus and rectifier reaches log 2 left of zero."""
    return supremum(softplus(t) - relu(t), t, log(2), attained=True, domain=Negative), Attained(at=0, bound=Nonneg())


# --- existence ------------------------------------------------------------------------------------------


@false("hypothesis", sigmoid_surjOn_Ioo, beyond=QUANTIFIER)
@claim()
def sigmoid_surjOn_Icc(y: UnitX):
    """Every number from 0 to 1, both included, is a value of the sigmoid."""
    return exists(t, eq(sigmoid(t), y)), Witness(log(y / (1 - y)))


@false("hypothesis", tanh_surjOn_Ioo, beyond=QUANTIFIER)
@claim()
def tanh_surjective(y: X):
    """Every number is a value of tanh."""
    return exists(t, eq(tanh(t), y)), Witness(log((1 + y) / (1 - y)) / 2)


@false("factor", deriv_sigmoid_surjOn, beyond=QUANTIFIER)
@claim()
def deriv_sigmoid_surjOn_twice(y: PositiveX):
    """Every positive number is a slope of the sigmoid."""
    s = (1 + sqrt(1 - y)) / 2
    return exists(t, eq(sigmoid.d(t), y / 4)), Witness(log(s / (1 - s)))
