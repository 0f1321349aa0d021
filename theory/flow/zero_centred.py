"""Whether outputs are centred at zero: the mean that an activation makes of a preactivation drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Rational, exp, pi, sqrt

from theory.activations.elu import exp_lt_one
from theory.activations.relu import relu, relu_nonneg
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh, tanh_strictMono
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.statements import both
from theory.language.symbols import NonnegativeX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Have, Moments, Nonneg, Parts, Refute

Z = Draws("Z")
AnyLaw = Annotated[LawVariable, Laws()]
WithMean = Annotated[LawVariable, Laws(order=1)]
MeanZero = Annotated[LawVariable, Laws(mean=0)]
Symmetric = Annotated[LawVariable, Laws(symmetric=True)]

# --- tanh -----------------------------------------------------------------------------------------


@claim(sources=["activationtutorial"], ledger=["tanh-zero-centred"])
def mean_tanh_eq_zero_of_mean_zero(mu: MeanZero):
    """Folklore: tanh keeps data centred, so that its outputs average to 0 wherever its inputs do."""
    return eq(Mean(tanh(Z(1)), Z, mu), 0), Refute(at={"mu": FiniteLaw({2: Rational(1, 3), -1: Rational(2, 3)})})


@claim(sources=["activationtutorial"], ledger=["tanh-zero-centred"], corrects=["mean_tanh_eq_zero_of_mean_zero"])
def mean_tanh_eq_zero_of_symmetric(mu: Symmetric):
    """The outputs of tanh average to 0 whenever the preactivation has a symmetric law."""
    return eq(Mean(tanh(Z(1)), Z, mu), 0), Moments()


@claim(ledger=["tanh-zero-centred"])
def mean_tanh_pos_of_shifted_symmetric(m: PositiveX, mu: Symmetric):
    """A bias takes the centre away: about any m > 0 in place of 0 the outputs of tanh average to more than 0."""
    above, mirrored = tanh(Z(1) + m), tanh(m - Z(1))
    positive = Have(above + mirrored > 0, Nonneg(by=[tanh_strictMono.at(x=Z(1) - m, y=Z(1) + m)]))
    return Mean(above, Z, mu) > 0, Moments(also=[Mean(above + mirrored, Z, mu)], below=[positive])


def _near_tanh(x: Any, right: Callable[[Any], Any], left: Callable[[Any], Any]) -> Any:
    """A function of u = e^{−2|x|} for x > 0, and another for x ≤ 0."""
    return indicator(x > 0) * right(exp(-2 * x)) + indicator(x <= 0) * left(exp(2 * x))


def _below_tanh(x: Any) -> Any:
    return _near_tanh(x, lambda u: (1 - u) ** 2, lambda u: -(1 - u) * (1 - u + u**2))


def _above_tanh(x: Any) -> Any:
    return _near_tanh(x, lambda u: (1 - u) * (1 - u + u**2), lambda u: -((1 - u) ** 2))


@claim(ledger=["tanh-zero-centred"])
def tanh_mem_Icc_exp(x: X):
    """How far tanh is from ±1: with u = e^{−2|x|} its size lies between (1 − u)² and (1 − u)(1 − u + u²)."""

    def within(power: int, other: int) -> Any:
        u, v = exp(-2 * x), exp(2 * x)
        right = Nonneg(u**power * (1 - u) / (1 + u), by=[exp_lt_one.at(x=-2 * x)])
        left = Nonneg(v**other * (1 - v) / (1 + v), by=[exp_lt_one.at(x=2 * x)])
        return Cases(x, (right, Nonneg(), left), signs=("+", "0", "-"))

    return both(_below_tanh(x) <= tanh(x), tanh(x) <= _above_tanh(x)), Parts((within(2, 3), within(3, 2)))


@claim(ledger=["tanh-zero-centred"])
def mean_tanh_normal_mem_Ioo():
    """Where the preactivation is normal of mean 1 and variance 1, the outputs of tanh average to about 0.55, not to 0."""
    x = 1 + Z(1)
    mean, nearby = Mean(tanh(x), Z, standard_normal), tanh_mem_Icc_exp.at(x=x)
    below = [Have(_below_tanh(x) <= tanh(x), Calc(by=[nearby])), Have(tanh(x) <= _above_tanh(x), Calc(by=[nearby]))]
    return both(Rational(13, 25) < mean, mean < Rational(57, 100)), Moments(below=below)


# --- the sigmoid ----------------------------------------------------------------------------------


@claim(ledger=["sigmoid-not-zero-centred"])
def mean_sigmoid_pos(mu: AnyLaw):
    """No law of the preactivation whatever centres the outputs of the sigmoid at 0: their mean is positive."""
    return Mean(sigmoid(Z(1)), Z, mu) > 0, Moments(below=[Have(sigmoid(Z(1)) > 0, Nonneg())])


@claim(sources=["activationtutorial"], ledger=["sigmoid-not-zero-centred"])
def mean_sigmoid_eq_half_of_symmetric(mu: Symmetric):
    """The outputs of the sigmoid average to 1/2 whenever the preactivation has a symmetric law."""
    centred = Mean(sigmoid(Z(1)) - Rational(1, 2), Z, mu)
    return eq(Mean(sigmoid(Z(1)), Z, mu), Rational(1, 2)), Moments(also=[centred])


# --- relu -----------------------------------------------------------------------------------------


@claim(ledger=["relu-not-zero-centred"])
def mean_relu_nonneg(mu: WithMean):
    """Under no law of the preactivation do the outputs of relu average to less than 0."""
    return Mean(relu(Z(1)), Z, mu) >= 0, Moments(below=[Have(relu(Z(1)) >= 0, Nonneg(by=[relu_nonneg.at(x=Z(1))]))])


@claim(sources=["activationtutorial"], ledger=["relu-not-zero-centred"])
def mean_relu_normal(s: NonnegativeX):
    """Where the preactivation is normal of mean 0 and deviation s, the outputs of relu average to s/√(2π), not to 0."""
    return eq(Mean(relu(s * Z(1)), Z, standard_normal), s / sqrt(2 * pi)), Moments()


@claim(ledger=["relu-not-zero-centred"])
def mean_relu_sq_normal(s: X):
    """Relu keeps half of the second moment of a preactivation that is normal of mean 0."""
    return eq(Mean(relu(s * Z(1)) ** 2, Z, standard_normal), s**2 / 2), Cases(on=s, signs=("+", "0", "-"), then=Moments())


@claim(ledger=["relu-not-zero-centred"])
def variance_relu_normal(s: NonnegativeX):
    """Relu keeps about a third of the variance of a preactivation that is normal of mean 0: the share 1/2 − 1/(2π)."""
    deviation = relu(s * Z(1)) - s / sqrt(2 * pi)
    return eq(Mean(deviation**2, Z, standard_normal), s**2 * (Rational(1, 2) - 1 / (2 * pi))), Moments()
