"""The exponential linear unit with α = 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Heaviside, Max, Min, Symbol, exp, log, nan, oo

from theory.activations.relu import relu
from theory.activations.sigmoid import exp_le_one
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, infimum, tends
from theory.language.symbols import NegativeX, NonnegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Approached, Calc, Cases, Have, Monotone, Nonneg, Parts, Refute, Sign


class elu(Activation):
    """The identity to the right of zero and e^x − 1 to the left."""

    symbol = "elu"
    latex_symbol = r"\operatorname{elu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x) + e^{min(0, x)} − 1: the branch not taken is 0, so nothing overflows."""
        return Max(0, x) + exp(Min(0, x)) - 1

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """e^{min(0, x)}, also at 0, where both sides have slope 1; higher derivatives do not exist there."""
        return exp(Min(0, x)) * (1 if order == 1 else Heaviside(-x, nan))

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's expm1, accurate near 0."""
        return f"({module('numpy.maximum')}(0.0, {x}) + {module('numpy.expm1')}({module('numpy.minimum')}(0.0, {x})))"


t = Symbol("t")
h = Symbol("h")


@claim(about=elu)
def one_le_exp(x: NonnegativeX):
    """e^x is at least 1 to the right of zero."""
    return exp(x) >= 1, Monotone("exp", (0, x))


@claim(about=elu)
def exp_lt_one(x: NegativeX):
    """e^x is below 1 to the left of zero."""
    return exp(x) < 1, Monotone("exp", (x, 0))


@claim(about=elu)
def elu_of_nonneg(x: NonnegativeX):
    """To the right of zero the exponential linear unit passes its input."""
    return eq(elu(x), x), Calc()


@claim(about=elu, corrects=["elu_eq_relu"])
def elu_of_neg(x: NegativeX):
    """To the left of zero the exponential linear unit is e^x − 1."""
    return eq(elu(x), exp(x) - 1), Calc()


@claim(about=elu)
def elu_eq_max_add_min(x: X):
    """The form of the libraries: max(0, x) + min(0, e^x − 1)."""
    return eq(elu(x), Max(0, x) + Min(0, exp(x) - 1)), Cases(
        on=x, then=(Calc(by=[one_le_exp]), Calc(by=[exp_le_one])), signs=("0+", "-0")
    )


@claim(about=elu)
def neg_one_lt_elu(x: X):
    """The exponential linear unit stays above −1."""
    return elu(x) > -1, Cases(on=x, then=(Nonneg(x + 1), Nonneg(exp(x))))


@claim(about=elu)
def elu_tendsto_neg_one():
    """To the left the exponential linear unit saturates at −1."""
    return tends(elu(t), t, at=-oo, to=-1), Sign(squeeze=exp(t))


@claim(about=elu)
def inf_elu():
    """The greatest lower bound of the exponential linear unit is −1, approached and never attained."""
    return infimum(elu(t), t, -1, attained=False), Approached(
        bound=Cases(on=t, then=(Nonneg(t + 1), Nonneg(exp(t)))), limit=elu_tendsto_neg_one
    )


@claim(about=elu)
def deriv_elu_of_pos(x: PositiveX):
    """To the right of zero the slope of the exponential linear unit is 1."""
    return eq(elu.d(x), 1), Calc()


@claim(about=elu)
def deriv_elu_of_neg(x: NegativeX):
    """To the left of zero the slope of the exponential linear unit is its value plus 1."""
    return eq(elu.d(x), elu(x) + 1), Calc()


@claim(about=elu)
def deriv_elu_mem_Ioc(x: NonzeroX):
    """The slope of the exponential linear unit is positive and at most 1."""
    left = Nonneg(1 - exp(x), by=[exp_lt_one])
    return both(elu.d(x) > 0, elu.d(x) <= 1), Parts(
        (Cases(on=x, signs=("+", "-")), Cases(on=x, then=(Calc(), left), signs=("+", "-")))
    )


@claim(about=elu)
def elu_eq_relu(x: X):
    """Folklore: to the left of zero the exponential linear unit gives nothing, as the rectifier does."""
    return eq(elu(x), relu(x)), Refute(at={x: -1})


# --- the exponential above its tangent ----------------------------------------------------------------------

# A difference that vanishes with its slope at zero is no matter of one monotone function. Tilted a little (e > 0) it is one;
# were the tangent above the curve at some x, then a tilt that meets the middle between both at x would say otherwise.


@claim()
def sub_log_strictMono(e: PositiveX, x: NonnegativeX, y: NonnegativeX):
    """The gap between x and log(1 + e + x) rises to the right of zero."""
    return implies(x < y, x - log(1 + e + x) < y - log(1 + e + y)), Sign()


@claim()
def one_add_div_lt_exp(e: PositiveX, x: PositiveX):
    """To the right of zero the exponential lies above each line through (0, 1) that rises slower."""
    rise = sub_log_strictMono.at(e=e, x=0, y=x)
    return 1 + x / (1 + e) < exp(x), Monotone("exp", (log(1 + e + x) - log(1 + e), x), by=[rise])


@claim()
def one_add_le_exp_of_pos(x: PositiveX):
    """To the right of zero the exponential lies above its tangent at zero."""
    gap, sum_ = Add(1 + x, -exp(x), evaluate=False), Add(Add(exp(x), -1, evaluate=False), x, evaluate=False)
    above = Nonneg(by=[one_le_exp, one_add_div_lt_exp.at(e=gap / sum_)])
    return 1 + x <= exp(x), Cases(on=1 + x - exp(x), signs=("+", "-0"), then=(above, Nonneg()))


@claim()
def log_sub_div_strictMono(e: PositiveX, x: NonnegativeX, y: NonnegativeX):
    """The gap between log(1 + x) and x/(1 + x + e) rises to the right of zero."""
    return implies(x < y, log(1 + x) - x / (1 + x + e) < log(1 + y) - y / (1 + y + e)), Sign()


@claim()
def div_le_log(x: PositiveX):
    """To the right of zero the logarithm of 1 + x is at least x/(1 + x)."""
    short, whole = x / (1 + x), log(1 + x)
    e = (1 + x) * (short - whole) / (short + whole)
    above = Nonneg(by=[log_sub_div_strictMono.at(e=e, x=0, y=x)])
    return short <= whole, Cases(on=short - whole, signs=("+", "-0"), then=(above, Nonneg()))


@claim()
def one_add_le_exp_of_neg(x: NegativeX):
    """To the left of zero, too, the exponential lies above its tangent at zero."""
    near = Monotone("exp", (log(1 + x), x), by=[div_le_log.at(x=-x / (1 + x))])
    far = Nonneg(Add(exp(x), -(1 + x), evaluate=False))
    return 1 + x <= exp(x), Cases(on=1 + x, signs=("+", "-0"), then=(near, far))


@claim()
def one_add_le_exp(x: X):
    """The exponential lies above its tangent at zero."""
    sides = (Calc(by=[one_add_le_exp_of_pos]), Calc(), Calc(by=[one_add_le_exp_of_neg]))
    return 1 + x <= exp(x), Cases(on=x, signs=("+", "0", "-"), then=sides)


@claim(about=elu)
def elu_strictMono(x: X, y: X):
    """The exponential linear unit rises strictly."""
    across, left = Nonneg(y + (1 - exp(x)), by=[exp_lt_one]), Monotone("exp", sides=(x, y))
    from_right, from_left = Nonneg(y - x, by=[Have(y > 0, Nonneg((y - x) + x))]), Cases(on=y, then=(across, left))
    return implies(x < y, elu(x) < elu(y)), Cases(on=x, then=(from_right, from_left))


@claim(about=elu)
def le_elu(x: X):
    """The exponential linear unit is nowhere below its input."""
    return x <= elu(x), Cases(on=x, signs=("0+", "-"), then=(Calc(), Nonneg(by=[one_add_le_exp])))
