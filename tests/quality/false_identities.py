"""False variants of identities between activations, of scale laws, and of what Lambert's W says of the sigmoid linear unit."""

from __future__ import annotations

from sympy import LambertW, Max, Min, Rational, Symbol, asinh, exp, log, sqrt

from tests.quality.variants import QUANTIFIER, false
from theory.activations.bent_identity import bent_identity, bent_identity_eq_squareplus
from theory.activations.elu import div_le_log, elu, le_elu, one_add_le_exp
from theory.activations.gaussian import gaussian, gaussian_eq_normal_pdf
from theory.activations.hard_tanh import abs_deriv_hard_tanh_le_one, hard_tanh, hard_tanh_eq_relu_sub_relu
from theory.activations.leaky_relu import leaky_relu, leaky_relu_eq_relu_sub_relu_neg, leaky_relu_mul_of_nonneg
from theory.activations.lecun_tanh import GAIN, lecun_tanh, lecun_tanh_eq_sigmoid
from theory.activations.normal import deriv_normal_pdf, normal_cdf, normal_cdf_neg, normal_pdf
from theory.activations.relu import relu
from theory.activations.selu import deriv_selu_mem_Ioo, neg_lt_selu, neg_mul_lt_scaled_elu, scaled_elu_eq_mul_elu, selu
from theory.activations.sigmoid import mul_deriv_sigmoid_mul_mem_Ioc, sigmoid
from theory.activations.silu import DEPTH, inf_silu, silu, silu_ge_neg_lambertw
from theory.activations.softplus import deriv_softplus_mul_mem_Ioo, second_deriv_softplus_mul_le, softplus
from theory.activations.squareplus import log_squareplus_two_mul, squareplus, squareplus_scaled_sub_relu_mem_Ioc
from theory.activations.swish import deriv_mul_sigmoid_mul, swish
from theory.language.claims import claim
from theory.language.statements import both, infimum
from theory.language.symbols import NonnegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Attained, Calc, Cases, Nonneg, Parts

EPS = Rational(1, 10**6)
t = Symbol("t")

# --- Lambert's W and the exponential above its tangent --------------------------------------------------


@false("bound", silu_ge_neg_lambertw)
@claim()
def silu_ge_neg_lambertw_more(x: X):
    """The sigmoid linear unit stays 1e-6 above −W(1/e)."""
    y = x + 1 + DEPTH
    return silu(x) >= EPS - DEPTH, Nonneg(exp(x) / (1 + exp(x)) * (exp(-y) - (1 - y)), by=[one_add_le_exp.at(x=-y)])


@false("factor", silu_ge_neg_lambertw)
@claim()
def silu_ge_neg_lambertw_of_less(x: X):
    """The sigmoid linear unit never falls below −W(1/3)."""
    return silu(x) >= -LambertW(Rational(1, 3)), Nonneg(by=[silu_ge_neg_lambertw])


@false("attained", inf_silu, beyond=QUANTIFIER)
@claim()
def inf_silu_lower():
    """The sigmoid linear unit is smallest at −1, where it is −1/(1 + e)."""
    return infimum(silu(t), t, -1 / (1 + exp(1)), attained=True), Attained(
        at=-1, bound=Nonneg(by=[silu_ge_neg_lambertw.at(x=t)])
    )


@false("bound", one_add_le_exp)
@claim()
def one_add_more_le_exp(x: X):
    """The exponential lies above a line that is a little steeper than its tangent."""
    return 1 + (1 + EPS) * x <= exp(x), Nonneg(by=[one_add_le_exp])


@false("flip", div_le_log)
@claim()
def log_le_div(x: PositiveX):
    """log(1 + x) is at most x/(1 + x)."""
    return log(1 + x) <= x / (1 + x), Nonneg(by=[div_le_log])


@false("flip", le_elu)
@claim()
def elu_le(x: X):
    """The exponential linear unit is nowhere above its input."""
    return elu(x) <= x, Cases(on=x, signs=("0+", "-"), then=(Calc(), Nonneg(by=[one_add_le_exp])))


# --- scale laws ---------------------------------------------------------------------------------------------


@false("bound", mul_deriv_sigmoid_mul_mem_Ioc)
@claim()
def mul_deriv_sigmoid_mul_le_less(k: PositiveX, x: X):
    """With a gain k the slope of the logistic function is at most (1/4 − 1e-6)k."""
    return k * sigmoid.d(k * x) <= (Rational(1, 4) - EPS) * k, Nonneg(square=sigmoid(k * x) - Rational(1, 2), times=k)


@false("hypothesis", mul_deriv_sigmoid_mul_mem_Ioc)
@claim()
def mul_deriv_sigmoid_mul_pos(k: NonzeroX, x: X):
    """With any gain the logistic function rises."""
    return k * sigmoid.d(k * x) > 0, Nonneg()


@false("factor", deriv_softplus_mul_mem_Ioo)
@claim()
def deriv_softplus_mul_lt_one(beta: NonzeroX, x: X):
    """The slope of softplus(βx), not divided by β, is below 1."""
    return both(softplus.d(beta * x) > 0, beta * softplus.d(beta * x) < 1), Nonneg()


@false("hypothesis", second_deriv_softplus_mul_le)
@claim()
def second_deriv_softplus_mul_le_of_ne(beta: NonzeroX, x: X):
    """With any β the curvature of the softplus is at most β/4."""
    return beta * softplus.d(beta * x, 2) <= beta / 4, Nonneg(square=sigmoid(beta * x) - Rational(1, 2), times=beta)


@false("factor", deriv_mul_sigmoid_mul)
@claim()
def deriv_mul_sigmoid_mul_beta(beta: X, x: X):
    """The slope of x σ(βx) is β times that of swish at βx."""
    return eq(sigmoid(beta * x) + beta * x * sigmoid.d(beta * x), beta * swish.d(beta * x)), Calc()


@false("bound", squareplus_scaled_sub_relu_mem_Ioc)
@claim()
def squareplus_scaled_sub_relu_lt(a: PositiveX, x: X):
    """The scaled squareplus is within a of the rectifier, strictly."""
    gap = a * squareplus(x / a) - relu(x)
    return both(gap > 0, gap < a), Parts((Nonneg(), Nonneg()))


# --- identities ---------------------------------------------------------------------------------------------


@false("factor", log_squareplus_two_mul)
@claim()
def log_squareplus(x: X):
    """The logarithm of squareplus is the inverse hyperbolic sine."""
    return eq(log(squareplus(x)), asinh(x)), Calc()


@false("factor", bent_identity_eq_squareplus)
@claim()
def bent_identity_eq_squareplus_less_one(x: X):
    """The bent identity is the mean of its input and squareplus at the doubled input, less one."""
    return eq(bent_identity(x), (x + squareplus(2 * x)) / 2 - 1), Calc()


@false("factor", lecun_tanh_eq_sigmoid)
@claim()
def lecun_tanh_eq_slow_sigmoid(x: X):
    """LeCun's tanh with the sigmoid of 2x/3."""
    return eq(lecun_tanh(x), GAIN * (2 * sigmoid(2 * x / 3) - 1)), Calc()


@false("factor", gaussian_eq_normal_pdf)
@claim()
def gaussian_eq_narrow_normal_pdf(x: X):
    """The Gaussian bump with a factor √π where √(2π) belongs."""
    return eq(gaussian(x), sqrt(normal_pdf(0) ** -2 / 2) * normal_pdf(sqrt(2) * x)), Calc()


@false("flip", normal_cdf_neg)
@claim()
def normal_cdf_odd(x: X):
    """The normal distribution function is odd."""
    return eq(normal_cdf(-x), -normal_cdf(x)), Calc()


@false("derivative", deriv_normal_pdf)
@claim()
def deriv_normal_pdf_pos(x: X):
    """The slope of the normal density is x times the density."""
    return eq(normal_pdf.d(x), x * normal_pdf(x)), Calc()


@false("factor", hard_tanh_eq_relu_sub_relu)
@claim()
def hard_tanh_eq_relu_sub_relu_half(x: X):
    """Hard tanh is the difference of two rectifiers, less one half."""
    return eq(hard_tanh(x), relu(x + 1) - relu(x - 1) - Rational(1, 2)), Cases(on=[x + 1, x - 1], signs=("0+", "-0"))


@false("bound", abs_deriv_hard_tanh_le_one)
@claim()
def deriv_hard_tanh_lt_one(x: PositiveX):
    """To the right of zero the slope of hard tanh is below 1."""
    return hard_tanh.d(x / (1 + x)) < 1, Nonneg()


@false("factor", leaky_relu_eq_relu_sub_relu_neg)
@claim()
def leaky_relu_eq_relu_add_relu_neg(x: X):
    """The leaky rectifier is a rectifier and a hundredth of the reflected one."""
    return eq(leaky_relu(x), relu(x) + relu(-x) / 100), Cases(on=x, signs=("0+", "-0"))


@false("hypothesis", leaky_relu_mul_of_nonneg)
@claim()
def leaky_relu_mul(a: X, x: NonnegativeX):
    """The leaky rectifier is homogeneous to the right of zero for every factor."""
    return eq(leaky_relu(a * x), a * leaky_relu(x)), Cases(on=[a, x], signs=("0+", "-0"))


# --- the scaled exponential linear unit ---------------------------------------------------------------------


@false("bound", neg_lt_selu)
@claim()
def neg_lt_selu_less(x: X):
    """The scaled exponential linear unit stays above −1.758."""
    return selu(x) > -Rational(1758, 1000), Cases(on=x)


@false("bound", deriv_selu_mem_Ioo)
@claim()
def deriv_selu_lt_less(x: NonzeroX):
    """Off the kink the slope of the scaled exponential linear unit is below 1.758."""
    return selu.d(x) < Rational(1758, 1000), Cases(on=x, signs=("+", "-"))


@false("flip", neg_mul_lt_scaled_elu)
@claim()
def mul_lt_scaled_elu(c: PositiveX, alpha: PositiveX, x: X):
    """With any scale and any α the exponential linear unit stays above their product."""
    return c * (Max(0, x) + alpha * (exp(Min(0, x)) - 1)) > c * alpha, Cases(on=x)


@false("hypothesis", scaled_elu_eq_mul_elu)
@claim()
def scaled_elu_eq_mul_elu_everywhere(c: PositiveX, alpha: PositiveX, x: X):
    """The scaled exponential linear unit is the plain one times scale and α."""
    return eq(c * (Max(0, x) + alpha * (exp(Min(0, x)) - 1)), c * alpha * elu(x)), Cases(on=x)
