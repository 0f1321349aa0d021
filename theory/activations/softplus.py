"""The softplus log(1 + e^x), a smooth rectifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Rational, Symbol, exp, log, oo

from theory.activations.relu import relu
from theory.activations.sigmoid import exp_le_one, exp_neg_le_one, sigmoid
from theory.activations.tanh import abs_tanh_le, tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, infimum, supremum, tends
from theory.language.symbols import NonnegativeX, NonpositiveX, NonzeroX, PositiveX, X, eq
from theory.tactics import Approached, Attained, Calc, Cases, Monotone, Nonneg, Parts, Refute, Sign, Sturm


class softplus(Activation):
    """A smooth function just above the rectifier."""

    symbol = "softplus"
    latex_symbol = r"\operatorname{softplus}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """log(1 + e^x)."""
        return log(1 + exp(x))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """The sigmoid and its derivatives."""
        return sigmoid(x) if order == 1 else sigmoid.d(x, order - 1)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's logaddexp, which does not overflow."""
        return f"{module('numpy.logaddexp')}(0.0, {x})"


t = Symbol("t")


@claim(about=softplus, sources=["dugas2001"], ledger=["softplus-identities"])
def deriv_softplus(x: X):
    """The slope of the softplus is the sigmoid."""
    return eq(softplus.d(x), sigmoid(x)), Calc()


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_sub_softplus_neg(x: X):
    """Reflecting the input lowers the softplus by exactly the input."""
    return eq(softplus(x) - softplus(-x), x), Calc()


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_pos(x: X):
    """The softplus is positive everywhere."""
    return softplus(x) > 0, Nonneg()


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_neg_le_log_two(x: NonnegativeX):
    """At a nonpositive input the softplus is at most log 2."""
    return softplus(-x) <= log(2), Monotone("log", (1 + exp(-x), 2), by=[exp_neg_le_one])


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_le_log_two(x: NonpositiveX):
    """To the left of zero the softplus is at most log 2."""
    return softplus(x) <= log(2), Monotone("log", (1 + exp(x), 2), by=[exp_le_one])


@claim(about=softplus, sources=["dugas2001"], ledger=["softplus-identities"])
def softplus_sub_relu_mem_Icc(x: X):
    """The softplus lies above the rectifier, by at most log 2."""
    above = Cases(on=x, then=(Nonneg(softplus(-x)), Nonneg(softplus(x))))
    within = Cases(
        on=x,
        then=(
            Nonneg(log(2) - softplus(-x), by=[softplus_neg_le_log_two]),
            Nonneg(log(2) - softplus(x), by=[softplus_le_log_two]),
        ),
        signs=("0+", "-0"),
    )
    gap = softplus(x) - relu(x)
    return both(gap >= 0, gap <= log(2)), Parts((above, within))


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_scaled_sub_relu_le(beta: PositiveX, x: X):
    """With inverse temperature β the softplus is within log 2 / β of the rectifier."""
    gap = softplus(beta * x) / beta - relu(x)
    near = softplus(beta * x) - relu(beta * x)
    lemma = [softplus_sub_relu_mem_Icc.at(x=beta * x)]
    return both(gap >= 0, gap <= log(2) / beta), Parts(
        (
            Cases(on=x, then=Nonneg(near / beta), by=lemma),
            Cases(on=x, then=Nonneg((log(2) - near) / beta), by=lemma),
        )
    )


@claim(about=softplus, ledger=["softplus-identities"])
def sup_softplus_sub_relu():
    """The gap between softplus and rectifier is largest at the kink, where it is log 2."""
    return supremum(softplus(t) - relu(t), t, log(2), attained=True), Attained(
        at=0, bound=Nonneg(by=[softplus_sub_relu_mem_Icc.at(x=t)])
    )


@claim(about=softplus, ledger=["smoothness-constants"])
def second_deriv_softplus_le_quarter(x: X):
    """The slope of the softplus changes at a rate of at most 1/4."""
    return softplus.d(x, 2) <= Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2))


@claim(about=softplus, ledger=["smoothness-constants"])
def sup_second_deriv_softplus():
    """The largest curvature of the softplus is 1/4, attained at zero."""
    return supremum(softplus.d(t, 2), t, Rational(1, 4), attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(t) - Rational(1, 2))
    )


# --- how exact these bounds are -----------------------------------------------------------------------------


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_tendsto_zero():
    """To the left the softplus tends to zero."""
    return tends(softplus(t), t, at=-oo, to=0), Sign(squeeze=exp(t), by=[softplus_lt_exp.at(x=t)])


@claim(about=softplus, ledger=["softplus-identities"])
def inf_softplus():
    """The greatest lower bound of the softplus is 0, approached and never attained."""
    return infimum(softplus(t), t, 0, attained=False), Approached(bound=Nonneg(), limit=softplus_tendsto_zero)


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_zero():
    """At zero the softplus is log 2, its largest value to the left of zero."""
    return eq(softplus(0), log(2)), Calc()


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_sub_relu_pos(x: X):
    """The softplus lies strictly above the rectifier."""
    return softplus(x) - relu(x) > 0, Cases(on=x, then=(Nonneg(softplus(-x)), Nonneg(softplus(x))))


@claim(about=softplus, ledger=["softplus-identities"])
def softplus_sub_relu_tendsto_zero():
    """Far out the softplus is the rectifier, up to what vanishes."""
    return tends(softplus(t) - relu(t), t, at=-oo, to=0), Sign(squeeze=exp(t), by=[softplus_lt_exp.at(x=t)])


@claim(about=softplus, ledger=["softplus-identities"])
def inf_softplus_sub_relu():
    """The gap between softplus and rectifier comes arbitrarily close to 0 and never closes."""
    return infimum(softplus(t) - relu(t), t, 0, attained=False), Approached(
        bound=Calc(by=[softplus_sub_relu_pos.at(x=t)]), limit=softplus_sub_relu_tendsto_zero
    )


@claim(about=softplus, ledger=["softplus-identities"])
def sup_softplus_scaled_sub_relu(beta: PositiveX):
    """With inverse temperature β the largest gap between softplus and rectifier is log 2/β, attained at the kink."""
    return supremum(softplus(beta * t) / beta - relu(t), t, log(2) / beta, attained=True), Attained(
        at=0, bound=Calc(by=[softplus_scaled_sub_relu_le.at(x=t)])
    )


# --- against e^x: log(1 + u) for small u ------------------------------------------------------------------------


@claim(about=softplus)
def softplus_lt_exp(x: X):
    """The softplus lies below e^x, as log(1 + u) does below u."""
    return softplus(x) < exp(x), Sturm()


@claim(about=softplus)
def softplus_div_exp_tendsto_one():
    """In softplus(x) < e^x no smaller constant would do: to the left the ratio tends to 1."""
    gap = (softplus(t) - 2 * exp(t) / (2 + exp(t))) / exp(t) + exp(t) * (1 + exp(t)) / (2 + exp(t))
    bound = Nonneg(gap, by=[softplus_lt_exp.at(x=t), two_mul_exp_div_le_softplus.at(x=t)])
    return tends(softplus(t) / exp(t), t, at=-oo, to=1), Sign(squeeze=exp(t), bound=bound)


@claim(about=softplus)
def two_mul_exp_div_le_softplus(x: X):
    """The softplus lies above 2e^x/(2 + e^x), as log(1 + u) does above 2u/(2 + u): tanh of half of it is at most that half."""
    half = softplus(x) / 2
    return 2 * exp(x) / (2 + exp(x)) <= softplus(x), Nonneg(2 * (half - tanh(half)), by=[abs_tanh_le.at(x=half)])


@claim(about=softplus)
def softplus_mul_le_exp(x: X):
    """The softplus to third order in e^x, from above: log(1 + u)·(12 + 6u − u²) ≤ 12u."""
    return softplus(x) * (12 + 6 * exp(x) - exp(2 * x)) <= 12 * exp(x), Calc(by=[mul_exp_sub_one_le.at(x=softplus(x))])


@claim()
def mul_exp_sub_one_le(x: X):
    """The exponential to third order: x·(12 + 6u − u²) ≤ 12u for u = e^x − 1."""
    u = exp(x) - 1
    return x * (12 + 6 * u - u**2) <= 12 * u, Sturm()


# --- with an inverse temperature β: log(1 + e^{βx})/β, the k-th derivative of which is β^{k−1} f⁽ᵏ⁾(βx) --------


@claim(about=softplus)
def deriv_softplus_mul_mem_Ioo(beta: NonzeroX, x: X):
    """With any β the slope of the softplus, which is its slope at βx, lies strictly between 0 and 1."""
    slope = beta * softplus.d(beta * x) / beta
    return both(slope > 0, slope < 1), Nonneg()


@claim(about=softplus)
def second_deriv_softplus_mul_le(beta: PositiveX, x: X):
    """With an inverse temperature β the slope of the softplus changes at a rate of at most β/4."""
    square = sigmoid(beta * x) - Rational(1, 2)
    return beta * softplus.d(beta * x, 2) <= beta / 4, Nonneg(square=square, times=beta)


@claim(about=softplus)
def sup_second_deriv_softplus_mul(beta: PositiveX):
    """With an inverse temperature β the largest curvature of the softplus is β/4, attained at zero."""
    return supremum(beta * softplus.d(beta * t, 2), t, beta / 4, attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(beta * t) - Rational(1, 2), times=beta)
    )


@claim(about=softplus)
def softplus_mul_eq_mul_softplus(beta: PositiveX, x: X):
    """Folklore: like the rectifier, the softplus takes positive factors out."""
    return eq(softplus(beta * x), beta * softplus(x)), Refute(at={beta: 2, x: 0})
