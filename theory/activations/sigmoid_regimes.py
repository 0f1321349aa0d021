"""The regimes of the sigmoid: linear about zero, exponential far out, and never quite flat."""

from __future__ import annotations

from sympy import Abs, E, Rational, Symbol, exp, oo

from theory.activations.sigmoid import (
    half_exp_le_one_sub_sigmoid,
    half_exp_le_sigmoid,
    quarter_exp_neg_abs_le_deriv_sigmoid,
    sigmoid,
)
from theory.language.claims import claim
from theory.language.domains import Interval, Nonnegative, Nonpositive
from theory.language.statements import both, implies, infimum, supremum, tends
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Approached, Attained, Calc, Cases, Have, Monotone, Nonneg, Refute, Sign, Sturm

t = Symbol("t")


# --- about zero: linear ---------------------------------------------------------------------------


@claim(
    about=sigmoid,
    sources=["activationtutorial"],
    ledger=["sigmoid-linear-regime"],
    corrects=["deriv_sigmoid_ratio_tendsto_one_left"],
)
def abs_sigmoid_sub_linear_le(x: X):
    """Near zero the sigmoid is linear: it leaves its tangent 1/2 + x/4 by at most the cube |x|³/48."""
    return Abs(sigmoid(x) - Rational(1, 2) - x / 4) <= Abs(x) ** 3 / 48, Sturm()


@claim(about=sigmoid, ledger=["sigmoid-linear-regime"])
def cube_sub_fifth_le_abs_sigmoid_sub_linear(x: X):
    """The constant 1/48 is the best: near zero the distance from the tangent is |x|³/48 up to a fifth power."""
    return Abs(x) ** 3 / 48 - Abs(x) ** 5 / 320 <= Abs(sigmoid(x) - Rational(1, 2) - x / 4), Sturm()


@claim(about=sigmoid, ledger=["sigmoid-gradient-at-zero"])
def deriv_sigmoid_of_eq_zero(x: X):
    """At zero the slope of the sigmoid is 1/4, the largest that it has."""
    return implies(eq(x, 0), eq(sigmoid.d(x), Rational(1, 4))), Calc()


@claim(about=sigmoid, ledger=["sigmoid-gradient-at-zero"])
def deriv_sigmoid_ge_sub_sq(x: X):
    """Near zero the slope of the sigmoid falls short of 1/4 by at most x²/16."""
    return sigmoid.d(x) >= Rational(1, 4) - x**2 / 16, Sturm()


@claim(about=sigmoid, ledger=["sigmoid-gradient-at-zero"])
def deriv_sigmoid_le_sub_sq_add_pow(x: X):
    """The constant 1/16 is the best: near zero the slope falls short of 1/4 by x²/16 up to a fourth power."""
    return sigmoid.d(x) <= Rational(1, 4) - x**2 / 16 + x**4 / 64, Sturm()


@claim(about=sigmoid, ledger=["sigmoid-gradient-at-zero"])
def deriv_sigmoid_le_of_abs_le(x: X, y: X):
    """The farther from zero, the smaller the slope of the sigmoid."""
    a, b = exp(-Abs(x)), exp(-Abs(y))
    farther = Have(b <= a, Monotone("exp", (-Abs(y), -Abs(x))))
    below_one = Have(a * b <= 1, Monotone("exp", (-Abs(x) - Abs(y), 0)))
    gap = (a - b) * (1 - a * b) / ((1 + a) * (1 + b)) ** 2
    return implies(Abs(x) <= Abs(y), sigmoid.d(y) <= sigmoid.d(x)), Cases(on=[x, y], then=Nonneg(gap), by=[farther, below_one])


@claim(about=sigmoid, ledger=["sigmoid-gradient-at-zero"])
def inf_deriv_sigmoid_of_abs_le_one():
    """Within distance 1 of zero the least slope of the sigmoid is the one at the ends."""
    return infimum(sigmoid.d(t), t, sigmoid.d(1), attained=True, domain=Interval(-1, 1)), Attained(
        at=1, bound=Calc(by=[Have(Abs(t) <= 1, Cases(on=t)), deriv_sigmoid_le_of_abs_le.at(x=t, y=1)])
    )


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-gradient-at-zero"])
def deriv_sigmoid_one_mem_Ioo():
    """At distance 1 from zero the slope of the sigmoid is still four fifths of the largest."""
    return both(sigmoid.d(1) > Rational(1966, 10**4), sigmoid.d(1) < Rational(1967, 10**4)), Calc()


# --- far to the left: exponential ---------------------------------------------------------------------


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-linear-regime"])
def deriv_sigmoid_ratio_tendsto_one_left():
    """Folklore: for very negative inputs the sigmoid looks linear, so that its slope stays the same from x − 1 to x."""
    return tends(sigmoid.d(t) / sigmoid.d(t - 1), t, at=-oo, to=1), Refute(at={}, by=deriv_sigmoid_ratio_tendsto_e_left)


@claim(about=sigmoid, ledger=["sigmoid-linear-regime"])
def deriv_sigmoid_ratio_lt_e(x: X):
    """A unit step to the right multiplies the slope of the sigmoid by less than e."""
    u, above_one = exp(x), Have(E > 1, Calc())
    gap = (E - 1) * u * (2 + u + u / E) / (1 + u) ** 2
    return sigmoid.d(x) / sigmoid.d(x - 1) < E, Nonneg(gap, by=[above_one])


@claim(
    about=sigmoid,
    ledger=["sigmoid-linear-regime"],
    corrects=["deriv_sigmoid_ratio_tendsto_one_left"],
)
def deriv_sigmoid_ratio_tendsto_e_left():
    """For very negative inputs a unit step multiplies the slope of the sigmoid by e: it is exponential there."""
    u, above_one = exp(t), Have(E > 1, Calc())
    gap = (E - 1) * u**2 * (2 + (E - 1) / E + 2 * u) / (1 + u) ** 2
    return tends(sigmoid.d(t) / sigmoid.d(t - 1), t, at=-oo, to=E), Sign(
        squeeze=2 * (E - 1) * u, bound=Nonneg(gap, by=[above_one, deriv_sigmoid_ratio_lt_e.at(x=t)])
    )


@claim(about=sigmoid, ledger=["sigmoid-linear-regime", "sigmoid-limits"])
def sigmoid_div_exp_tendsto_one_left():
    """For very negative inputs the sigmoid behaves like e^x: their ratio tends to 1."""
    return tends(sigmoid(t) / exp(t), t, at=-oo, to=1), Sign(squeeze=exp(t))


# --- ten units out: small, not zero ----------------------------------------------------------------------


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-gradient-zero-at-minus-10"])
def deriv_sigmoid_neg_ten_eq_zero():
    """Folklore: at −10 the gradient of the sigmoid is zero."""
    return eq(sigmoid.d(-10), 0), Refute(at={})


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-gradient-flat-at-plus-10"])
def deriv_sigmoid_ten_eq_zero():
    """Folklore: at +10 the sigmoid is flat and no gradient comes back."""
    return eq(sigmoid.d(10), 0), Refute(at={})


@claim(about=sigmoid, ledger=["sigmoid-gradient-zero-at-minus-10"], corrects=["deriv_sigmoid_neg_ten_eq_zero"])
def deriv_sigmoid_neg_ten_mem_Ioo():
    """At −10 the slope of the sigmoid is about 4.54·10⁻⁵: small, and not zero."""
    return both(sigmoid.d(-10) > Rational(45395, 10**9), sigmoid.d(-10) < Rational(45396, 10**9)), Calc()


@claim(
    about=sigmoid,
    sources=["activationtutorial"],
    ledger=["sigmoid-gradient-flat-at-plus-10"],
    corrects=["deriv_sigmoid_ten_eq_zero"],
)
def deriv_sigmoid_neg(x: X):
    """The slope of the sigmoid is the same on both sides of zero, so at +10 it is what it is at −10."""
    return eq(sigmoid.d(-x), sigmoid.d(x)), Calc()


# --- how exact the bounds of the values are ----------------------------------------------------------------


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def sup_sigmoid_div_exp():
    """In σ(x) ≤ e^x no smaller constant would do: the ratio comes arbitrarily close to 1."""
    return supremum(sigmoid(t) / exp(t), t, 1, attained=False), Approached(
        bound=Nonneg(), limit=sigmoid_div_exp_tendsto_one_left
    )


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def inf_sigmoid_div_exp_of_nonpos():
    """In e^x/2 ≤ σ(x) for x ≤ 0 no larger constant would do: at zero the two are equal."""
    gap = (sigmoid(t) - exp(t) / 2) / exp(t)
    return infimum(sigmoid(t) / exp(t), t, Rational(1, 2), attained=True, domain=Nonpositive), Attained(
        at=0, bound=Nonneg(gap, by=[half_exp_le_sigmoid.at(x=t)])
    )


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def sup_exp_mul_one_sub_sigmoid():
    """In 1 − σ(x) ≤ e^{−x} no smaller constant would do: the ratio comes arbitrarily close to 1."""
    return supremum(exp(t) * (1 - sigmoid(t)), t, 1, attained=False), Approached(
        bound=Nonneg(), limit=exp_mul_one_sub_sigmoid_tendsto_one
    )


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def exp_mul_one_sub_sigmoid_tendsto_one():
    """To the right the sigmoid approaches 1 like e^{−x}: the ratio tends to 1."""
    return tends(exp(t) * (1 - sigmoid(t)), t, at=oo, to=1), Sign(squeeze=exp(-t))


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def inf_exp_mul_one_sub_sigmoid_of_nonneg():
    """In e^{−x}/2 ≤ 1 − σ(x) for x ≥ 0 no larger constant would do: at zero the two are equal."""
    gap = exp(t) * (1 - sigmoid(t) - exp(-t) / 2)
    return infimum(exp(t) * (1 - sigmoid(t)), t, Rational(1, 2), attained=True, domain=Nonnegative), Attained(
        at=0, bound=Nonneg(gap, by=[half_exp_le_one_sub_sigmoid.at(x=t)])
    )


@claim(about=sigmoid)
def sup_mul_deriv_sigmoid_mul(k: PositiveX):
    """With a gain k the largest slope of the logistic function is k/4, attained at zero."""
    return supremum(k * sigmoid.d(k * t), t, k / 4, attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(k * t) - Rational(1, 2), times=k)
    )


# --- how exact the exponential rates of the slope are ----------------------------------------------------------------


@claim(about=sigmoid, ledger=["derivatives-vanish-both-sides"])
def exp_mul_deriv_sigmoid_tendsto_one():
    """Far out the slope of the sigmoid is e^{−|x|} up to a factor that tends to 1."""
    return tends(exp(Abs(t)) * sigmoid.d(t), t, at=oo, to=1), Sign(squeeze=2 * exp(-t))


@claim(about=sigmoid, ledger=["derivatives-vanish-both-sides"])
def sup_exp_mul_deriv_sigmoid():
    """In σ′(x) ≤ e^{−|x|} no smaller constant would do: the ratio comes arbitrarily close to 1."""
    return supremum(exp(Abs(t)) * sigmoid.d(t), t, 1, attained=False), Approached(
        bound=Cases(on=t), limit=exp_mul_deriv_sigmoid_tendsto_one
    )


@claim(about=sigmoid, ledger=["derivatives-vanish-both-sides"])
def inf_exp_mul_deriv_sigmoid():
    """In e^{−|x|}/4 ≤ σ′(x) no larger constant would do: at zero the two are equal."""
    return infimum(exp(Abs(t)) * sigmoid.d(t), t, Rational(1, 4), attained=True), Attained(
        at=0, bound=Nonneg(exp(Abs(t)) * (sigmoid.d(t) - exp(-Abs(t)) / 4), by=[quarter_exp_neg_abs_le_deriv_sigmoid.at(x=t)])
    )
