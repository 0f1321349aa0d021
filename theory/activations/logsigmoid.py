"""The logarithm of the sigmoid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Rational, Symbol, exp, log

from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus, softplus_sub_relu_mem_Icc
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, infimum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Nonneg, Parts, Refute, Sign


class logsigmoid(Activation):
    """The logarithm of the sigmoid: a negative function that bends from the identity to zero."""

    symbol = "logsigmoid"
    latex_symbol = r"\operatorname{logsigmoid}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """−log(1 + e^{−x})."""
        return -log(1 + exp(-x))

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """σ(−x) and its derivatives."""
        return sigmoid(-x) if order == 1 else (-1) ** (order - 1) * sigmoid.d(-x, order - 1)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's logaddexp, which does not overflow."""
        return f"(-{module('numpy.logaddexp')}(0.0, -({x})))"


t = Symbol("t")


@claim(about=logsigmoid)
def logsigmoid_eq_neg_softplus_neg(x: X):
    """The log-sigmoid is the softplus turned by half a turn about the origin."""
    return eq(logsigmoid(x), -softplus(-x)), Calc()


@claim(about=logsigmoid)
def logsigmoid_eq_log_sigmoid(x: X):
    """The log-sigmoid is the logarithm of the sigmoid."""
    return eq(logsigmoid(x), log(sigmoid(x))), Calc()


@claim(about=logsigmoid, corrects=["logsigmoid_neg"])
def logsigmoid_eq_sub_softplus(x: X):
    """The log-sigmoid is the input less its softplus."""
    return eq(logsigmoid(x), x - softplus(x)), Calc()


@claim(about=logsigmoid)
def logsigmoid_lt_zero(x: X):
    """The log-sigmoid is negative everywhere."""
    return logsigmoid(x) < 0, Nonneg()


@claim(about=logsigmoid)
def logsigmoid_add_relu_neg_mem_Icc(x: X):
    """The log-sigmoid lies below −relu(−x), the smaller of x and 0, by at most log 2."""
    gap = logsigmoid(x) + relu(-x)
    near = softplus(-x) - relu(-x)
    lemma = [softplus_sub_relu_mem_Icc.at(x=-x)]
    return both(gap <= 0, gap >= -log(2)), Parts((Nonneg(near, by=lemma), Nonneg(log(2) - near, by=lemma)))


@claim(about=logsigmoid)
def logsigmoid_strictMono(x: X, y: X):
    """The log-sigmoid is strictly increasing."""
    return implies(x < y, logsigmoid(x) < logsigmoid(y)), Sign()


@claim(about=logsigmoid)
def deriv_logsigmoid(x: X):
    """The slope of the log-sigmoid is the sigmoid of the opposite input: a misclassified example keeps its gradient."""
    return eq(logsigmoid.d(x), sigmoid(-x)), Calc()


@claim(about=logsigmoid)
def deriv_logsigmoid_mem_Ioo(x: X):
    """The slope of the log-sigmoid lies strictly between 0 and 1."""
    return both(logsigmoid.d(x) > 0, logsigmoid.d(x) < 1), Nonneg(by=[deriv_logsigmoid])


@claim(about=logsigmoid)
def inf_second_deriv_logsigmoid():
    """The log-sigmoid is concave, most strongly at zero, where its curvature is −1/4."""
    return infimum(logsigmoid.d(t, 2), t, Rational(-1, 4), attained=True), Attained(
        at=0, bound=Nonneg(square=sigmoid(t) - Rational(1, 2))
    )


@claim(about=logsigmoid)
def logsigmoid_neg(x: X):
    """Folklore: the log-sigmoid of −x is the negative of that of x."""
    return eq(logsigmoid(-x), -logsigmoid(x)), Refute(at={x: 0})
