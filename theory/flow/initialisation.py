"""Weights drawn at random: what a first layer makes of its input, in the mean."""

from __future__ import annotations

from typing import Annotated

from sympy import Rational, Symbol, erf, exp, pi, sqrt

from theory import (
    Draws,
    Induction,
    Laws,
    Mean,
    Moments,
    Probability,
    Recursion,
    claim,
    elu,
    relu,
    sigmoid,
    standard_normal,
    tanh,
)
from theory.activations.tanh import tanh_mem_Ioo
from theory.language.chance import LawVariable
from theory.language.symbols import T_, NonnegativeX, Start, X, eq

Z = Draws("Z")
n = Symbol("n")
Zn = Draws("Z", n)
Spread = Annotated[LawVariable, Laws(mean=Symbol("m"), variance=Symbol("v"))]
Symmetric = Annotated[LawVariable, Laws(symmetric=True)]
k = Symbol("k")


@claim(ledger=["relu-not-zero-centred"])
def mean_relu_gaussian(s: NonnegativeX):
    """A relu unit whose preactivation is normal of mean 0 and deviation s has the mean s/√(2π), not 0."""
    return eq(Mean(relu(s * Z(1)), Z, standard_normal), s / sqrt(2 * pi)), Moments()


@claim(ledger=["relu-not-zero-centred"])
def mean_relu_sq_gaussian(s: NonnegativeX):
    """Half of the second moment of a normal preactivation passes a relu unit."""
    return eq(Mean(relu(s * Z(1)) ** 2, Z, standard_normal), s**2 / 2), Moments()


@claim(ledger=["tanh-zero-centred"])
def mean_tanh_symmetric(mu: Symmetric):
    """Outputs of tanh average to 0 whenever the preactivation has a symmetric law."""
    return eq(Mean(tanh(Z(1)), Z, mu), 0), Moments(by=[tanh_mem_Ioo])


@claim(ledger=["sigmoid-not-zero-centred"])
def mean_sigmoid_symmetric(mu: Symmetric):
    """Outputs of the sigmoid average to 1/2, not to 0, whenever the preactivation has a symmetric law."""
    return eq(Mean(sigmoid(Z(1)), Z, mu), Rational(1, 2)), Moments(also=[Mean(sigmoid(Z(1)) - Rational(1, 2), Z, mu)])


@claim(ledger=["tied-more-prone-than-untied"])
def mean_sum(m: X, mu: Annotated[LawVariable, Laws(mean=Symbol("m"))], T: T_):
    """The mean of a sum."""
    S = Recursion("S", 0, lambda before, t: before + Z(t))
    return eq(Mean(S.at(T), Z, mu), T * m), Induction(on=T, base=Moments(), step=Moments())


@claim(ledger=["tied-more-prone-than-untied"])
def variance_sum_independent(m: X, v: NonnegativeX, mu: Spread, T: T_):
    """The spread of a sum of T independent terms grows like T."""
    S = Recursion("S", 0, lambda before, t: before + Z(t))
    return eq(Mean((S.at(T) - T * m) ** 2, Z, mu), T * v), Induction(on=T, base=Moments(), step=Moments(by=[mean_sum]))


@claim(ledger=["half-units-zero-at-init"])
def probability_negative(t: X):
    """The probability that a standard normal is at most t."""
    return eq(Probability(Z(1) <= t, Z, standard_normal), (1 + erf(t / sqrt(2))) / 2), Moments()


@claim(ledger=["he-variance"])
def mean_projection(x: Start, s: NonnegativeX):
    """relu of a random projection."""
    from sympy import Transpose

    from theory import Norm
    from theory.language.norms import Entry

    return eq(
        Mean(relu(s * Entry(Transpose(x) * Zn.at(1), 1, 1)) ** 2, Zn, standard_normal), s**2 * Norm(x) ** 2 / 2
    ), Moments()


@claim(ledger=["selu-fixed-point"])
def mean_elu_gaussian():
    """The mean of elu."""
    return eq(
        Mean(elu(Z(1)), Z, standard_normal),
        1 / sqrt(2 * pi) - Rational(1, 2) + exp(Rational(1, 2)) * (1 - erf(1 / sqrt(2))) / 2,
    ), Moments()
