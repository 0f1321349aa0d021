"""The hyperbolic tangent, a sigmoid stretched and shifted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Symbol, exp, log, oo, sqrt

from theory.activations.sigmoid import exp_le_one, exp_neg_le_one, sigmoid, sqrt_one_sub_lt_one
from theory.activations.sigmoid_regimes import deriv_sigmoid_le_of_abs_le
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.statements import both, exists, iff, implies, infimum, slopes_within, supremum, tends
from theory.language.symbols import Annotated, Expr, OpenUnitX, PositiveX, X, eq
from theory.tactics import (
    Approached,
    Attained,
    Calc,
    Cases,
    Have,
    Inverse,
    Monotone,
    Nonneg,
    Parts,
    Refute,
    Sign,
    SlopesFrom,
    Sturm,
    Witness,
)


class tanh(Activation):
    """The hyperbolic tangent, an odd increasing map of the line onto (−1, 1)."""

    symbol = "tanh"
    latex_symbol = r"\tanh"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """(e^x − e^{−x}) / (e^x + e^{−x})."""
        return (exp(x) - exp(-x)) / (exp(x) + exp(-x))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """tanh = 2σ(2x) − 1, differentiated: no 1 − tanh², which cancels."""
        return 2 ** (order + 1) * sigmoid.d(2 * x, order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's tanh."""
        return f"{module('numpy.tanh')}({x})"


t = Symbol("t")
Between = Annotated[Expr, Interval(-1, 1, left_open=True, right_open=True)]


# --- against the sigmoid ---------------------------------------------------------------------------


@claim(about=tanh, sources=["whyrelu"], ledger=["sigmoid-tanh-affine"], corrects=["tanh_linear_in_sigmoid"])
def tanh_eq_two_sigmoid_sub_one(x: X):
    """The hyperbolic tangent is an affine image of the sigmoid of the doubled input."""
    return eq(tanh(x), 2 * sigmoid(2 * x) - 1), Calc()


@claim(about=tanh, sources=["whyrelu"], ledger=["sigmoid-tanh-affine"])
def tanh_linear_in_sigmoid(x: X):
    """Folklore: tanh and sigmoid differ by a linear transformation, tanh x = 2σ(2x), without the shift."""
    return eq(tanh(x), 2 * sigmoid(2 * x)), Refute(at={x: 0})


@claim(about=tanh, ledger=["sigmoid-tanh-affine"])
def sigmoid_eq_tanh_half(x: X):
    """The sigmoid is an affine image of the hyperbolic tangent of half the input."""
    return eq(sigmoid(x), (1 + tanh(x / 2)) / 2), Calc()


@claim(about=tanh, ledger=["sigmoid-tanh-affine", "tanh-derivative-range"])
def deriv_tanh_eq_four_deriv_sigmoid(x: X):
    """At equal weights the slope of tanh is four times that of the sigmoid at the doubled input."""
    return eq(tanh.d(x), 4 * sigmoid.d(2 * x)), Calc()


# --- range -----------------------------------------------------------------------------------------


@claim(about=tanh, sources=["whyrelu", "activationtutorial"], ledger=["tanh-range"])
def tanh_mem_Ioo(x: X):
    """The hyperbolic tangent lies strictly between −1 and 1: neither end is attained."""
    return both(tanh(x) > -1, tanh(x) < 1), Nonneg()


@claim(about=tanh, ledger=["tanh-range"])
def tanh_surjOn_Ioo(y: Between):
    """Every number strictly between −1 and 1 is a value of the hyperbolic tangent."""
    return exists(t, eq(tanh(t), y)), Witness(log((1 + y) / (1 - y)) / 2)


@claim(about=tanh, ledger=["tanh-range"])
def tanh_strictMono(x: X, y: X):
    """The hyperbolic tangent is strictly increasing, hence injective."""
    return implies(x < y, tanh(x) < tanh(y)), Sign()


@claim(about=tanh, sources=["whyrelu"], ledger=["tanh-range", "biological-one-sided"])
def tanh_neg(x: X):
    """The hyperbolic tangent is odd."""
    return eq(tanh(-x), -tanh(x)), Calc()


@claim(about=tanh)
def abs_tanh_le(x: X):
    """The hyperbolic tangent never increases an absolute value."""
    return Abs(tanh(x)) <= Abs(x), Sturm()


@claim(about=tanh)
def abs_tanh_sub_self_le(x: X):
    """Near zero the hyperbolic tangent is linear: it leaves its tangent x by at most the cube |x|³/3."""
    return Abs(tanh(x) - x) <= Abs(x) ** 3 / 3, Sturm()


@claim(about=tanh)
def cube_sub_fifth_le_abs_tanh_sub_self(x: X):
    """The constant 1/3 is the best: near zero the distance of tanh from its tangent is |x|³/3 up to a fifth power."""
    return Abs(x) ** 3 / 3 - Abs(x) ** 5 / 5 <= Abs(tanh(x) - x), Sturm()


@claim(about=tanh, ledger=["tanh-range"])
def tanh_tendsto_one():
    """The hyperbolic tangent tends to 1 on the right."""
    return tends(tanh(t), t, at=oo, to=1), Sign(squeeze=2 * exp(-2 * t))


@claim(about=tanh, ledger=["tanh-range"])
def tanh_tendsto_neg_one():
    """The hyperbolic tangent tends to −1 on the left."""
    return tends(tanh(t), t, at=-oo, to=-1), Sign(squeeze=2 * exp(2 * t))


@claim(about=tanh, ledger=["tanh-range"])
def sup_tanh():
    """The least upper bound of the hyperbolic tangent is 1, approached and never attained."""
    return supremum(tanh(t), t, 1, attained=False), Approached(bound=Nonneg(), limit=tanh_tendsto_one)


@claim(about=tanh, ledger=["tanh-range"])
def inf_tanh():
    """The greatest lower bound of the hyperbolic tangent is −1, approached and never attained."""
    return infimum(tanh(t), t, -1, attained=False), Approached(bound=Nonneg(), limit=tanh_tendsto_neg_one)


# --- first derivative --------------------------------------------------------------------------------


@claim(about=tanh, sources=["logm"], ledger=["tanh-derivative-range", "relu-derivative-cheaper"])
def deriv_tanh(x: X):
    """The slope of tanh is 1 less the square of its value: given the value, it takes no exponential."""
    return eq(tanh.d(x), 1 - tanh(x) ** 2), Calc()


@claim(about=tanh, sources=["logm", "zhihu61265076"], ledger=["tanh-derivative-range"])
def deriv_tanh_mem_Ioc(x: X):
    """The slope of tanh is positive and at most 1."""
    return both(tanh.d(x) > 0, tanh.d(x) <= 1), Parts((Nonneg(), Nonneg(square=tanh(x), by=[deriv_tanh])))


@claim(about=tanh, ledger=["tanh-derivative-range"])
def slopes_tanh():
    """The slopes of tanh stay within 1."""
    return slopes_within(tanh, 1), SlopesFrom(abs_deriv_tanh_le_one)


@claim(about=tanh, ledger=["tanh-derivative-range"])
def abs_deriv_tanh_le_one(x: X):
    """The slope of tanh is at most 1 in absolute value."""
    return Abs(tanh.d(x)) <= 1, Nonneg(square=tanh(x), by=[deriv_tanh_mem_Ioc])


@claim(about=tanh, sources=["zhihu61265076"], ledger=["tanh-derivative-range"])
def deriv_tanh_eq_one_iff(x: X):
    """The slope of tanh is 1 at zero and nowhere else."""
    there = Inverse(vanish=exp(2 * x) - 1, power=2, times=1 / (exp(2 * x) + 1) ** 2, cancel=(2 * x, 0))
    return iff(eq(tanh.d(x), 1), eq(x, 0)), Parts((there, Calc()))


@claim(about=tanh, sources=["logm", "zhihu61265076"], ledger=["tanh-derivative-range"])
def sup_deriv_tanh():
    """The largest slope of tanh is 1, attained at zero."""
    return supremum(tanh.d(t), t, 1, attained=True), Attained(at=0, bound=Nonneg(square=tanh(t)))


@claim(about=tanh, ledger=["tanh-derivative-range"])
def inf_deriv_tanh():
    """The slopes of tanh come arbitrarily close to 0 and never reach it: the range is (0, 1]."""
    return infimum(tanh.d(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=deriv_tanh_tendsto_zero_right)


@claim(about=tanh, ledger=["tanh-derivative-range"])
def deriv_tanh_surjOn(y: OpenUnitX):
    """Every number in (0, 1) is a slope of tanh: y is the slope where tanh is √(1 − y)."""
    r = sqrt(1 - y)
    return exists(t, eq(tanh.d(t), y)), Witness(log((1 + r) / (1 - r)) / 2, by=[sqrt_one_sub_lt_one])


@claim(about=tanh, ledger=["tanh-derivative-range", "biological-one-sided"])
def deriv_tanh_neg(x: X):
    """The slope of tanh is the same on both sides of zero."""
    return eq(tanh.d(-x), tanh.d(x)), Calc()


@claim(about=tanh, ledger=["tanh-saturates-at-edges"])
def deriv_tanh_le_of_abs_le(x: X, y: X):
    """The farther from zero, the smaller the slope of tanh."""
    doubled = Have(Abs(2 * x) <= Abs(2 * y), Cases(on=[x, y]))
    gap = 4 * (sigmoid.d(2 * x) - sigmoid.d(2 * y))
    return implies(Abs(x) <= Abs(y), tanh.d(y) <= tanh.d(x)), Nonneg(
        gap, by=[doubled, deriv_sigmoid_le_of_abs_le.at(x=2 * x, y=2 * y)]
    )


# --- exponential decay of the slope --------------------------------------------------------------------


@claim(about=tanh, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_tanh_le_four_exp(x: X):
    """The slope of tanh decays at least like 4e^{−2|x|} on both sides."""
    return tanh.d(x) <= 4 * exp(-2 * Abs(x)), Cases(on=x)


@claim(about=tanh, ledger=["derivatives-vanish-both-sides"])
def exp_le_deriv_tanh(x: X):
    """The rate e^{−2|x|} of tanh's slope is exact up to a factor of 4."""
    right = exp(-2 * x) * (1 - exp(-2 * x)) * (3 + exp(-2 * x)) / (1 + exp(-2 * x)) ** 2
    left = exp(2 * x) * (1 - exp(2 * x)) * (3 + exp(2 * x)) / (1 + exp(2 * x)) ** 2
    return exp(-2 * Abs(x)) <= tanh.d(x), Cases(
        on=x,
        then=(Nonneg(right, by=[exp_neg_le_one.at(x=2 * x)]), Nonneg(left, by=[exp_le_one.at(x=2 * x)])),
        signs=("0+", "-0"),
    )


@claim(about=tanh, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_tanh_tendsto_zero_right():
    """The slope of tanh tends to zero on the right."""
    return tends(tanh.d(t), t, at=oo, to=0), Sign(squeeze=4 * exp(-2 * t))


@claim(about=tanh, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_tanh_tendsto_zero_left():
    """The slope of tanh tends to zero on the left."""
    return tends(tanh.d(t), t, at=-oo, to=0), Sign(squeeze=4 * exp(2 * t))


@claim(
    about=tanh,
    sources=["logm", "zhihu61265076", "activationtutorial"],
    ledger=["tanh-saturates-at-edges"],
)
def deriv_tanh_lt_of_log_le_abs(epsilon: PositiveX, x: X):
    """From distance log(4/ε)/2 on the slope of tanh is below ε: it reaches 1 at zero and vanishes at the edges all the same."""
    u = exp(-2 * Abs(x))
    small = Have(u <= epsilon / 4, Monotone("exp", (-2 * Abs(x), -log(4 / epsilon))))
    gap = (epsilon - 4 * u) + 4 * u**2 * (2 + u) / (1 + u) ** 2
    return implies(log(4 / epsilon) / 2 <= Abs(x), tanh.d(x) < epsilon), Cases(on=x, then=Nonneg(gap), by=[small])


@claim(about=tanh, ledger=["derivatives-vanish-both-sides", "tanh-saturates-at-edges"])
def exp_mul_deriv_tanh_tendsto_four():
    """Far out the slope of tanh is 4e^{−2|x|} up to a factor that tends to 1."""
    return tends(exp(2 * Abs(t)) * tanh.d(t), t, at=oo, to=4), Sign(squeeze=8 * exp(-2 * t))


@claim(about=tanh, ledger=["derivatives-vanish-both-sides", "tanh-saturates-at-edges"])
def sup_exp_mul_deriv_tanh():
    """In tanh′(x) ≤ 4e^{−2|x|} no smaller constant would do: the ratio comes arbitrarily close to 4."""
    return supremum(exp(2 * Abs(t)) * tanh.d(t), t, 4, attained=False), Approached(
        bound=Cases(on=t), limit=exp_mul_deriv_tanh_tendsto_four
    )


@claim(about=tanh, ledger=["derivatives-vanish-both-sides"])
def inf_exp_mul_deriv_tanh():
    """In e^{−2|x|} ≤ tanh′(x) no larger constant would do: at zero the two are equal."""
    gap = exp(2 * Abs(t)) * (tanh.d(t) - exp(-2 * Abs(t)))
    return infimum(exp(2 * Abs(t)) * tanh.d(t), t, 1, attained=True), Attained(
        at=0, bound=Nonneg(gap, by=[exp_le_deriv_tanh.at(x=t)])
    )


# --- second derivative ------------------------------------------------------------------------------------


@claim(about=tanh, ledger=["smoothness-constants"])
def second_deriv_tanh(x: X):
    """The curvature of tanh in terms of its value."""
    return eq(tanh.d(x, 2), -2 * tanh(x) * (1 - tanh(x) ** 2)), Calc()


@claim(about=tanh, ledger=["smoothness-constants"])
def abs_second_deriv_tanh_le(x: X):
    """The slope of tanh changes at a rate of at most 4/(3√3)."""
    u = tanh(x) ** 2
    gap = 4 * (1 - 3 * u) ** 2 * (1 + 3 * (1 - u)) / 27
    return Abs(tanh.d(x, 2)) <= 4 / (3 * sqrt(3)), Nonneg(difference=gap, root=True)


@claim(about=tanh, ledger=["smoothness-constants"])
def sup_second_deriv_tanh():
    """The largest curvature of tanh is 4/(3√3), attained where e^{2x} = 2 − √3."""
    return supremum(tanh.d(t, 2), t, 4 / (3 * sqrt(3)), attained=True), Attained(
        at=-log(2 + sqrt(3)) / 2, bound=Cases(on=tanh.d(t, 2), by=[abs_second_deriv_tanh_le.at(x=t)])
    )
