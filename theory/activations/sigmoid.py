"""The logistic sigmoid σ(x) = 1/(1 + e^{−x})."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Rational, Symbol, exp, log, oo, sqrt

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, exists, iff, implies, infimum, slopes_within, supremum, tends
from theory.language.symbols import NonnegativeX, NonpositiveX, OpenUnitX, PositiveX, X, eq
from theory.tactics import Approached, Attained, Calc, Cases, Inverse, Monotone, Nonneg, Parts, Sign, SlopesFrom, Sturm, Witness


class sigmoid(Activation):
    """The logistic function, an increasing map of the line onto (0, 1)."""

    symbol = "σ"
    latex_symbol = r"\sigma"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """1/(1 + e^{−x})."""
        return 1 / (1 + exp(-x))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ' = σ(x)σ(−x), and higher derivatives as polynomials in σ(x) and σ(−x): no 1 − σ, which cancels."""
        s, c = Symbol("s"), Symbol("c")
        form: Any = s * c
        for _ in range(order - 1):
            form = (form.diff(s) - form.diff(c)) * s * c
        return form.factor().subs({s: sigmoid(x), c: sigmoid(-x)}, simultaneous=True)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """SciPy's expit, which overflows on neither side."""
        return f"{module('scipy.special.expit')}({x})"


t = Symbol("t")


# --- range --------------------------------------------------------------------------------------


@claim(
    about=sigmoid,
    sources=["activationtutorial", "whyrelu", "logm", "zhihu61265076"],
    ledger=["sigmoid-range", "gates-zero-one"],
    corrects=["gate_eq_zero_or_one"],
)
def sigmoid_mem_Ioo(x: X):
    """The sigmoid lies strictly between 0 and 1: neither end is attained."""
    return both(sigmoid(x) > 0, sigmoid(x) < 1), Nonneg()


@claim(about=sigmoid, sources=["whyrelu"], ledger=["sigmoid-range"])
def sigmoid_surjOn_Ioo(y: OpenUnitX):
    """Every number strictly between 0 and 1 is a value of the sigmoid: log(y/(1 − y)) is mapped to y."""
    return exists(t, eq(sigmoid(t), y)), Witness(log(y / (1 - y)))


@claim(about=sigmoid, ledger=["sigmoid-range"])
def sigmoid_strictMono(x: X, y: X):
    """The sigmoid is strictly increasing, hence injective."""
    return implies(x < y, sigmoid(x) < sigmoid(y)), Sign()


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-range"])
def sup_sigmoid():
    """The least upper bound of the sigmoid is 1, approached and never attained."""
    return supremum(sigmoid(t), t, 1, attained=False), Approached(bound=Nonneg(), limit=sigmoid_tendsto_one)


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-range"])
def inf_sigmoid():
    """The greatest lower bound of the sigmoid is 0, approached and never attained."""
    return infimum(sigmoid(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=sigmoid_tendsto_zero)


# --- symmetry and limits ------------------------------------------------------------------------


@claim(about=sigmoid, sources=["whyrelu"], ledger=["biological-one-sided"])
def sigmoid_neg(x: X):
    """The graph of the sigmoid is symmetric about the point (0, 1/2)."""
    return eq(sigmoid(-x), 1 - sigmoid(x)), Calc()


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-limits"])
def one_sub_sigmoid_le_exp(x: X):
    """To the right the sigmoid is within e^{−x} of 1."""
    return 1 - sigmoid(x) <= exp(-x), Nonneg()


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-limits"])
def sigmoid_le_exp(x: X):
    """To the left the sigmoid is at most e^x."""
    return sigmoid(x) <= exp(x), Nonneg()


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def half_exp_le_one_sub_sigmoid(x: NonnegativeX):
    """The rate e^{−x} to the right is exact up to a factor of 2."""
    return exp(-x) / 2 <= 1 - sigmoid(x), Nonneg(difference=exp(-x) * (1 - exp(-x)) / (2 * (1 + exp(-x))), by=[exp_neg_le_one])


@claim(about=sigmoid, ledger=["sigmoid-limits"])
def half_exp_le_sigmoid(x: NonpositiveX):
    """The rate e^x to the left is exact up to a factor of 2."""
    return exp(x) / 2 <= sigmoid(x), Nonneg(difference=exp(x) * (1 - exp(x)) / (2 * (1 + exp(x))), by=[exp_le_one])


@claim()
def exp_neg_le_one(x: NonnegativeX):
    """e^{−x} is at most 1 to the right of zero."""
    return exp(-x) <= 1, Monotone("exp", (-x, 0))


@claim()
def exp_le_one(x: NonpositiveX):
    """e^x is at most 1 to the left of zero."""
    return exp(x) <= 1, Monotone("exp", (x, 0))


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-limits"])
def sigmoid_tendsto_one():
    """For large inputs the output of the sigmoid is near one."""
    return tends(sigmoid(t), t, at=oo, to=1), Sign(squeeze=exp(-t))


@claim(about=sigmoid, sources=["activationtutorial"], ledger=["sigmoid-limits"])
def sigmoid_tendsto_zero():
    """For very negative inputs the output of the sigmoid is near zero."""
    return tends(sigmoid(t), t, at=-oo, to=0), Sign(squeeze=exp(t))


# --- first derivative ---------------------------------------------------------------------------


@claim(about=sigmoid, sources=["logm"], ledger=["sigmoid-derivative-range", "relu-derivative-cheaper"])
def deriv_sigmoid(x: X):
    """The slope of the sigmoid is its value times its distance from 1: given the value, it takes no exponential."""
    return eq(sigmoid.d(x), sigmoid(x) * (1 - sigmoid(x))), Calc()


@claim(about=sigmoid, ledger=["sigmoid-derivative-range"])
def deriv_sigmoid_pos(x: X):
    """The sigmoid rises everywhere: its slope is never zero, however far out."""
    return sigmoid.d(x) > 0, Nonneg()


@claim(about=sigmoid, sources=["logm", "zhihu61265076"], ledger=["sigmoid-derivative-range"])
def deriv_sigmoid_le_quarter(x: X):
    """One layer of sigmoids shrinks the activation factor of a gradient at least fourfold."""
    return sigmoid.d(x) <= Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2), by=[deriv_sigmoid])


@claim(about=sigmoid, ledger=["sigmoid-derivative-range"])
def slopes_sigmoid():
    """The slopes of the sigmoid stay within 1/4."""
    return slopes_within(sigmoid, Rational(1, 4)), SlopesFrom(abs_deriv_sigmoid_le_quarter)


@claim(about=sigmoid, ledger=["sigmoid-derivative-range"])
def abs_deriv_sigmoid_le_quarter(x: X):
    """The slope of the sigmoid is at most 1/4 in absolute value."""
    return Abs(sigmoid.d(x)) <= Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2), by=[deriv_sigmoid_pos])


@claim(about=sigmoid, ledger=["sigmoid-derivative-range"])
def deriv_sigmoid_eq_quarter_iff(x: X):
    """The slope of the sigmoid is 1/4 at zero and nowhere else."""
    there = Inverse(vanish=exp(x) - 1, power=2, times=1 / (4 * (1 + exp(x)) ** 2), cancel=(x, 0))
    return iff(eq(sigmoid.d(x), Rational(1, 4)), eq(x, 0)), Parts((there, Calc()))


@claim(about=sigmoid, sources=["logm", "zhihu61265076"], ledger=["sigmoid-derivative-range"])
def sup_deriv_sigmoid():
    """The largest slope of the sigmoid is 1/4, attained at zero."""
    return supremum(sigmoid.d(t), t, Rational(1, 4), attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(t) - Rational(1, 2))
    )


@claim(about=sigmoid, sources=["zhihu61265076"], ledger=["sigmoid-derivative-range"])
def inf_deriv_sigmoid():
    """The slopes of the sigmoid come arbitrarily close to 0 and never reach it: the range is (0, 1/4]."""
    return infimum(sigmoid.d(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=deriv_sigmoid_tendsto_zero_right)


@claim(about=sigmoid, ledger=["sigmoid-derivative-range"])
def deriv_sigmoid_surjOn(y: OpenUnitX):
    """Every number in (0, 1/4) is a slope of the sigmoid: y/4 is the slope where σ is (1 + √(1 − y))/2."""
    r = sqrt(1 - y)
    return exists(t, eq(sigmoid.d(t), y / 4)), Witness(log((1 + r) / (1 - r)), by=[sqrt_one_sub_lt_one])


@claim()
def sqrt_one_sub_lt_one(y: OpenUnitX):
    """The square root of 1 − y is below 1 for y between 0 and 1."""
    return sqrt(1 - y) < 1, Monotone("root", (1 - y, 1))


# --- exponential decay of the slope ---------------------------------------------------------------


@claim(about=sigmoid, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_sigmoid_le_exp_neg_abs(x: X):
    """The slope of the sigmoid decays at least like e^{−|x|} on both sides."""
    return sigmoid.d(x) <= exp(-Abs(x)), Cases(on=x)


@claim(about=sigmoid, ledger=["derivatives-vanish-both-sides"])
def quarter_exp_neg_abs_le_deriv_sigmoid(x: X):
    """The rate e^{−|x|} of the sigmoid's slope is exact up to a factor of 4."""
    right = Nonneg(difference=exp(-x) * (1 - exp(-x)) * (3 + exp(-x)) / (4 * (1 + exp(-x)) ** 2), by=[exp_neg_le_one])
    left = Nonneg(difference=exp(x) * (1 - exp(x)) * (3 + exp(x)) / (4 * (1 + exp(x)) ** 2), by=[exp_le_one])
    return exp(-Abs(x)) / 4 <= sigmoid.d(x), Cases(on=x, then=(right, left), signs=("0+", "-0"))


@claim(about=sigmoid, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_sigmoid_tendsto_zero_right():
    """The slope of the sigmoid tends to zero on the right."""
    return tends(sigmoid.d(t), t, at=oo, to=0), Sign(squeeze=exp(-t))


@claim(about=sigmoid, sources=["whyrelu"], ledger=["derivatives-vanish-both-sides"])
def deriv_sigmoid_tendsto_zero_left():
    """The slope of the sigmoid tends to zero on the left."""
    return tends(sigmoid.d(t), t, at=-oo, to=0), Sign(squeeze=exp(t))


# --- second derivative ----------------------------------------------------------------------------


@claim(about=sigmoid, ledger=["smoothness-constants"])
def second_deriv_sigmoid(x: X):
    """The curvature of the sigmoid in terms of its value."""
    return eq(sigmoid.d(x, 2), sigmoid(x) * (1 - sigmoid(x)) * (1 - 2 * sigmoid(x))), Calc()


@claim(about=sigmoid, ledger=["smoothness-constants"])
def abs_second_deriv_sigmoid_le(x: X):
    """The slope of the sigmoid changes at a rate of at most 1/(6√3)."""
    u = (1 - 2 * sigmoid(x)) ** 2
    gap = (1 - 3 * u) ** 2 * (1 + 12 * sigmoid(x) * (1 - sigmoid(x))) / 432
    return Abs(sigmoid.d(x, 2)) <= 1 / (6 * sqrt(3)), Nonneg(difference=gap, root=True)


@claim(about=sigmoid, ledger=["smoothness-constants"])
def sup_second_deriv_sigmoid():
    """The largest curvature of the sigmoid is 1/(6√3), attained where e^x = 2 − √3."""
    return supremum(sigmoid.d(t, 2), t, 1 / (6 * sqrt(3)), attained=True), Attained(
        at=-log(2 + sqrt(3)), bound=Cases(on=sigmoid.d(t, 2), by=[abs_second_deriv_sigmoid_le.at(x=t)])
    )


# --- with a gain k: σ(kx) ---------------------------------------------------------------------------------


@claim(about=sigmoid)
def mul_deriv_sigmoid_mul_mem_Ioc(k: PositiveX, x: X):
    """With a gain k the slope of the logistic function, kσ'(kx), is positive and at most k/4."""
    slope = k * sigmoid.d(k * x)
    return both(slope > 0, slope <= k / 4), Parts((Nonneg(), Nonneg(square=sigmoid(k * x) - Rational(1, 2), times=k)))


@claim(about=sigmoid)
def sup_deriv_sigmoid_four_mul():
    """The gain 4 makes the largest slope of the logistic function 1."""
    return supremum(4 * sigmoid.d(4 * t), t, 1, attained=True), Attained(at=0, bound=Nonneg(square=2 * sigmoid(4 * t) - 1))


@claim(about=sigmoid)
def sup_third_deriv_sigmoid():
    """The largest third derivative of the sigmoid is 1/24, attained at two points."""
    return supremum(sigmoid.d(t, 3), t, Rational(1, 24), attained=True), Sturm()


@claim(about=sigmoid)
def inf_third_deriv_sigmoid():
    """The least third derivative of the sigmoid is −1/8."""
    return infimum(sigmoid.d(t, 3), t, Rational(-1, 8), attained=True), Sturm()
