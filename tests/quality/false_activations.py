"""False variants of claims about activations: bounds, signs, hypotheses and derivatives."""

from __future__ import annotations

from sympy import Abs, Rational, exp, log, sqrt

from tests.quality.variants import UNDEFINED, false
from theory.activations.gelu import deriv_gelu, gelu
from theory.activations.mish import mish, mish_eq_rational
from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.relu import abs_deriv_relu_le_one, abs_relu_le, deriv_relu_of_pos, relu, relu_convex, relu_mul_of_nonneg
from theory.activations.sigmoid import (
    abs_second_deriv_sigmoid_le,
    deriv_sigmoid,
    deriv_sigmoid_eq_quarter_iff,
    deriv_sigmoid_le_exp_neg_abs,
    deriv_sigmoid_le_quarter,
    exp_neg_le_one,
    half_exp_le_one_sub_sigmoid,
    one_sub_sigmoid_le_exp,
    quarter_exp_neg_abs_le_deriv_sigmoid,
    second_deriv_sigmoid,
    sigmoid,
    sigmoid_mem_Ioo,
    sigmoid_neg,
    sigmoid_strictMono,
    sqrt_one_sub_lt_one,
)
from theory.activations.silu import deriv_silu_add_neg, silu, silu_eq_tanh_half
from theory.activations.softplus import (
    deriv_softplus,
    second_deriv_softplus_le_quarter,
    softplus,
    softplus_neg_le_log_two,
    softplus_scaled_sub_relu_le,
    softplus_sub_relu_mem_Icc,
    softplus_sub_softplus_neg,
)
from theory.activations.tanh import (
    abs_second_deriv_tanh_le,
    deriv_tanh,
    deriv_tanh_eq_four_deriv_sigmoid,
    deriv_tanh_le_four_exp,
    deriv_tanh_mem_Ioc,
    exp_le_deriv_tanh,
    second_deriv_tanh,
    tanh,
    tanh_mem_Ioo,
    tanh_neg,
)
from theory.language.claims import claim
from theory.language.statements import both, iff, implies
from theory.language.symbols import NonnegativeX, NonzeroX, PositiveX, UnitX, X, eq
from theory.tactics import Calc, Cases, Inverse, Monotone, Nonneg, Parts, Sign

EPS = Rational(1, 10**9)

# --- a bound moved by 1e-9 ------------------------------------------------------------------------


@false("bound", deriv_sigmoid_le_quarter)
@claim()
def deriv_sigmoid_le_less(x: X):
    """The slope of the sigmoid is at most 1/4 − 1e-9."""
    return sigmoid.d(x) <= Rational(1, 4) - EPS, Nonneg(square=sigmoid(x) - Rational(1, 2))


@false("bound", deriv_tanh_mem_Ioc)
@claim()
def deriv_tanh_le_less(x: X):
    """The slope of tanh is positive and at most 1 − 1e-9."""
    return both(tanh.d(x) > 0, tanh.d(x) <= 1 - EPS), Parts((Nonneg(), Nonneg(square=tanh(x), by=[deriv_tanh])))


@false("bound", abs_second_deriv_sigmoid_le)
@claim()
def abs_second_deriv_sigmoid_le_less(x: X):
    """The curvature of the sigmoid is at most 1/(6√3) − 1e-9."""
    return Abs(sigmoid.d(x, 2)) <= 1 / (6 * sqrt(3)) - EPS, Nonneg(root=True)


@false("bound", abs_second_deriv_tanh_le)
@claim()
def abs_second_deriv_tanh_le_less(x: X):
    """The curvature of tanh is at most 4/(3√3) − 1e-9."""
    return Abs(tanh.d(x, 2)) <= 4 / (3 * sqrt(3)) - EPS, Nonneg(root=True)


@false("bound", softplus_sub_relu_mem_Icc)
@claim()
def softplus_sub_relu_le_less(x: X):
    """The gap between softplus and rectifier is at most log 2 − 1e-9."""
    gap = softplus(x) - relu(x)
    return both(gap >= 0, gap <= log(2) - EPS), Calc(by=[softplus_sub_relu_mem_Icc])


@false("bound", softplus_scaled_sub_relu_le)
@claim()
def softplus_scaled_sub_relu_le_less(beta: PositiveX, x: X):
    """The scaled gap is at most (log 2 − 1e-9)/β."""
    gap = softplus(beta * x) / beta - relu(x)
    return both(gap >= 0, gap <= (log(2) - EPS) / beta), Cases(on=x)


@false("bound", second_deriv_softplus_le_quarter)
@claim()
def second_deriv_softplus_le_less(x: X):
    """The curvature of the softplus is at most 1/4 − 1e-9."""
    return softplus.d(x, 2) <= Rational(1, 4) - EPS, Nonneg(square=sigmoid(x) - Rational(1, 2))


@false("bound", sigmoid_mem_Ioo)
@claim()
def sigmoid_lt_less(x: X):
    """The sigmoid is below 1 − 1e-9."""
    return both(sigmoid(x) > 0, sigmoid(x) < 1 - EPS), Nonneg()


@false("bound", sigmoid_mem_Ioo)
@claim()
def sigmoid_gt_more(x: X):
    """The sigmoid is above 1e-9."""
    return both(sigmoid(x) > EPS, sigmoid(x) < 1), Nonneg()


@false("bound", tanh_mem_Ioo)
@claim()
def tanh_gt_more(x: X):
    """The hyperbolic tangent is above −1 + 1e-9."""
    return both(tanh(x) > -1 + EPS, tanh(x) < 1), Nonneg()


@false("bound", half_exp_le_one_sub_sigmoid)
@claim()
def half_exp_le_one_sub_sigmoid_more(x: NonnegativeX):
    """The rate e^{−x} on the right is exact up to a factor a little below 2."""
    return (Rational(1, 2) + EPS) * exp(-x) <= 1 - sigmoid(x), Nonneg(by=[exp_neg_le_one])


@false("bound", quarter_exp_neg_abs_le_deriv_sigmoid)
@claim()
def quarter_exp_le_deriv_sigmoid_more(x: X):
    """The rate of the slope is exact up to a factor a little below 4."""
    return (Rational(1, 4) + EPS) * exp(-Abs(x)) <= sigmoid.d(x), Cases(on=x)


@false("bound", exp_le_deriv_tanh)
@claim()
def exp_le_deriv_tanh_more(x: X):
    """The slope of tanh is above (1 + 1e-9)e^{−2|x|}."""
    return (1 + EPS) * exp(-2 * Abs(x)) <= tanh.d(x), Cases(on=x)


@false("bound", deriv_sigmoid_le_exp_neg_abs)
@claim()
def deriv_sigmoid_le_exp_less(x: X):
    """The slope of the sigmoid is below a little less than e^{−|x|}."""
    return sigmoid.d(x) <= (1 - EPS) * exp(-Abs(x)), Cases(on=x)


@false("bound", deriv_tanh_le_four_exp)
@claim()
def deriv_tanh_le_less_than_four_exp(x: X):
    """The slope of tanh is below (4 − 1e-9)e^{−2|x|}."""
    return tanh.d(x) <= (4 - EPS) * exp(-2 * Abs(x)), Cases(on=x)


# --- a flipped sign or relation -------------------------------------------------------------------


@false("flip", deriv_sigmoid_le_quarter)
@claim()
def quarter_le_deriv_sigmoid(x: X):
    """The slope of the sigmoid is at least 1/4."""
    return sigmoid.d(x) >= Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2))


@false("flip", deriv_sigmoid_le_quarter)
@claim()
def deriv_sigmoid_lt_quarter(x: X):
    """The slope of the sigmoid is strictly below 1/4."""
    return sigmoid.d(x) < Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2))


@false("flip", sigmoid_neg)
@claim()
def sigmoid_neg_add(x: X):
    """σ(−x) = 1 + σ(x)."""
    return eq(sigmoid(-x), 1 + sigmoid(x)), Calc()


@false("flip", softplus_sub_softplus_neg)
@claim()
def softplus_sub_softplus_neg_neg(x: X):
    """softplus(x) − softplus(−x) = −x."""
    return eq(softplus(x) - softplus(-x), -x), Calc()


@false("flip", tanh_neg)
@claim()
def tanh_even(x: X):
    """tanh is even."""
    return eq(tanh(-x), tanh(x)), Calc()


@false("flip", sigmoid_strictMono)
@claim()
def sigmoid_strictAnti(x: X, y: X):
    """The sigmoid falls."""
    return implies(x < y, sigmoid(y) < sigmoid(x)), Sign()


@false("flip", abs_relu_le)
@claim()
def le_abs_relu(x: X):
    """The rectifier never decreases an absolute value."""
    return Abs(x) <= Abs(relu(x)), Cases(on=x, signs=("0+", "-0"))


@false("flip", deriv_tanh_mem_Ioc)
@claim()
def deriv_tanh_neg(x: X):
    """The slope of tanh is negative and at most 1."""
    return both(tanh.d(x) < 0, tanh.d(x) <= 1), Parts((Nonneg(), Nonneg(square=tanh(x), by=[deriv_tanh])))


@false("flip", deriv_sigmoid_eq_quarter_iff)
@claim()
def deriv_sigmoid_eq_quarter_iff_one(x: X):
    """The slope of the sigmoid is 1/4 at one and nowhere else."""
    there = Inverse(vanish=exp(x) - 1, power=2, times=1 / (4 * (1 + exp(x)) ** 2), cancel=(x, 1))
    return iff(eq(sigmoid.d(x), Rational(1, 4)), eq(x, 1)), Parts((there, Calc()))


# --- a dropped hypothesis -------------------------------------------------------------------------


@false("hypothesis", relu_mul_of_nonneg)
@claim()
def relu_mul(a: X, x: X):
    """The rectifier is homogeneous for every factor."""
    return eq(relu(a * x), a * relu(x)), Cases(on=[a, x], signs=("0+", "-0"))


@false("hypothesis", exp_neg_le_one)
@claim()
def exp_neg_le_one_everywhere(x: X):
    """e^{−x} is at most 1 everywhere."""
    return exp(-x) <= 1, Monotone("exp", (-x, 0))


@false("hypothesis", half_exp_le_one_sub_sigmoid)
@claim()
def half_exp_le_one_sub_sigmoid_everywhere(x: X):
    """The rate e^{−x} is exact up to a factor of 2 on the left, too."""
    gap = exp(-x) * (1 - exp(-x)) / (2 * (1 + exp(-x)))
    return exp(-x) / 2 <= 1 - sigmoid(x), Nonneg(difference=gap, by=[exp_neg_le_one])


@false("hypothesis", softplus_neg_le_log_two)
@claim()
def softplus_neg_le_log_two_everywhere(x: X):
    """softplus(−x) is at most log 2 everywhere."""
    return softplus(-x) <= log(2), Monotone("log", (1 + exp(-x), 2), by=[exp_neg_le_one])


@false("hypothesis", softplus_scaled_sub_relu_le)
@claim()
def softplus_scaled_sub_relu_le_of_ne(beta: NonzeroX, x: X):
    """The scaled softplus is near the rectifier for negative β as well."""
    gap = softplus(beta * x) / beta - relu(x)
    return both(gap >= 0, gap <= log(2) / beta), Cases(on=x, by=[softplus_sub_relu_mem_Icc.at(x=beta * x)])


@false("hypothesis", relu_convex)
@claim()
def relu_convex_of_any_weight(w: X, x: X, y: X):
    """The rectifier of any affine combination is below that of its values."""
    mixed = w * x + (1 - w) * y
    return relu(mixed) <= w * relu(x) + (1 - w) * relu(y), Cases(on=[x, y], signs=("0+", "-0"), then=Nonneg())


@false("hypothesis", deriv_relu_of_pos)
@claim()
def deriv_relu_eq_one(x: NonzeroX):
    """The slope of the rectifier is 1 off the kink."""
    return eq(relu.d(x), 1), Cases(on=x, signs=("+", "-"))


@false("hypothesis", abs_deriv_relu_le_one, beyond=UNDEFINED)
@claim()
def abs_deriv_relu_le_one_at_kink(x: X):
    """The derivative of the rectifier is at most 1 everywhere, the kink included."""
    return Abs(relu.d(x)) <= 1, Cases(on=x, signs=("+", "0", "-"))


@false("hypothesis", sqrt_one_sub_lt_one)
@claim()
def sqrt_one_sub_lt_one_closed(y: UnitX):
    """√(1 − y) is below 1 for y from 0 to 1, both included."""
    return sqrt(1 - y) < 1, Monotone("root", (1 - y, 1))


@false("factor", one_sub_sigmoid_le_exp)
@claim()
def one_sub_sigmoid_le_half_exp(x: X):
    """To the right the sigmoid is within e^{−x}/2 of 1."""
    return 1 - sigmoid(x) <= exp(-x) / 2, Nonneg()


# --- a wrong derivative, a wrong form, a missing factor ---------------------------------------------


@false("derivative", deriv_sigmoid)
@claim()
def deriv_sigmoid_plus(x: X):
    """σ' = σ(1 + σ)."""
    return eq(sigmoid.d(x), sigmoid(x) * (1 + sigmoid(x))), Calc()


@false("derivative", deriv_sigmoid)
@claim()
def deriv_sigmoid_square(x: X):
    """σ' = σ²(1 − σ)."""
    return eq(sigmoid.d(x), sigmoid(x) ** 2 * (1 - sigmoid(x))), Calc()


@false("derivative", deriv_tanh)
@claim()
def deriv_tanh_without_square(x: X):
    """tanh' = 1 − tanh."""
    return eq(tanh.d(x), 1 - tanh(x)), Calc()


@false("derivative", deriv_softplus)
@claim()
def deriv_softplus_tanh(x: X):
    """softplus' = tanh."""
    return eq(softplus.d(x), tanh(x)), Calc()


@false("derivative", second_deriv_sigmoid)
@claim()
def second_deriv_sigmoid_without_two(x: X):
    """σ'' = σ(1 − σ)²."""
    return eq(sigmoid.d(x, 2), sigmoid(x) * (1 - sigmoid(x)) * (1 - sigmoid(x))), Calc()


@false("derivative", second_deriv_tanh)
@claim()
def second_deriv_tanh_plus(x: X):
    """tanh'' = 2 tanh (1 − tanh²)."""
    return eq(tanh.d(x, 2), 2 * tanh(x) * (1 - tanh(x) ** 2)), Calc()


@false("derivative", deriv_gelu)
@claim()
def deriv_gelu_minus(x: X):
    """gelu' = Φ − xφ."""
    return eq(gelu.d(x), normal_cdf(x) - x * normal_pdf(x)), Calc()


@false("factor", deriv_gelu)
@claim()
def deriv_gelu_without_x(x: X):
    """gelu' = Φ + φ."""
    return eq(gelu.d(x), normal_cdf(x) + normal_pdf(x)), Calc()


@false("derivative", deriv_silu_add_neg)
@claim()
def deriv_silu_add_neg_zero(x: X):
    """Slopes of silu at opposite points cancel."""
    return eq(silu.d(x) + silu.d(-x), 0), Calc()


@false("factor", mish_eq_rational)
@claim()
def mish_eq_other_rational(x: X):
    """The rational form of mish with a 3 where a 2 belongs."""
    return eq(mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 3)), Calc()


@false("factor", silu_eq_tanh_half)
@claim()
def silu_eq_tanh(x: X):
    """silu with tanh of the input, not of half of it."""
    return eq(silu(x), x / 2 * (1 + tanh(x))), Calc()


@false("factor", deriv_tanh_eq_four_deriv_sigmoid)
@claim()
def deriv_tanh_eq_two_deriv_sigmoid(x: X):
    """tanh' is twice σ' at the doubled input."""
    return eq(tanh.d(x), 2 * sigmoid.d(2 * x)), Calc()
