"""Shared and independent weights: the logarithm of the gain of T steps, and moments of the gain, of scalar networks.

Draws Z of one law stand for log |w|; a shared weight counts T times, independent ones once each.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Symbol

from theory.language.chance import Draws, LawVariable, Mean, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.recursion import Recursion, product_of
from theory.language.symbols import T_, NonnegativeX, X, eq
from theory.tactics import Induction, Moments, Nonneg

Z, w = Draws("Z"), Draws("w")
WithMean = Annotated[LawVariable, Laws(mean=Symbol("m"))]
Spread = Annotated[LawVariable, Laws(mean=Symbol("m"), variance=Symbol("v"))]
OfFourth = Annotated[LawVariable, Laws(order=4)]
ROW = ["tied-more-prone-than-untied"]

# --- the logarithm of the gain --------------------------------------------------------------------


def _untied(T: Any) -> Any:
    """log |w_1 ⋯ w_T|."""
    return Recursion("S", 0, lambda before, t: before + Z(t)).at(T)


@claim(ledger=ROW)
def mean_log_gain_tied(m: X, mu: WithMean, T: T_):
    """The log-gain of a shared weight over T steps has mean T·m."""
    return eq(Mean(T * Z(1), Z, mu), T * m), Moments()


@claim(ledger=ROW)
def mean_log_gain_untied(m: X, mu: WithMean, T: T_):
    """The log-gain of T independent weights has the same mean T·m: sharing does not make a gradient smaller in the mean."""
    return eq(Mean(_untied(T), Z, mu), T * m), Induction(on=T, base=Moments(), step=Moments())


@claim(sources=["logm"], ledger=ROW)
def variance_log_gain_tied(m: X, v: NonnegativeX, mu: Spread, T: T_):
    """The log-gain of a shared weight has variance T²·v: it strays from its mean in proportion to depth."""
    return eq(Mean((T * Z(1) - T * m) ** 2, Z, mu), T**2 * v), Moments()


@claim(sources=["logm"], ledger=ROW)
def variance_log_gain_untied(m: X, v: NonnegativeX, mu: Spread, T: T_):
    """The log-gain of T independent weights has variance T·v: it strays in proportion to the root of depth alone."""
    variance = Mean((_untied(T) - T * m) ** 2, Z, mu)
    return eq(variance, T * v), Induction(on=T, base=Moments(), step=Moments(by=[mean_log_gain_untied]))


# --- moments of the gain --------------------------------------------------------------------------


def _double_factorial(T: Any) -> Any:
    """(2T − 1)!! = 1·3·5 ⋯ (2T − 1)."""
    return product_of(lambda t: 2 * t - 1, T, "d")


@claim(ledger=ROW)
def mean_sq_gain_untied_gaussian(s: X, T: T_):
    """The squared gain of T independent normal weights of deviation s is s^{2T} in the mean."""
    gain = product_of(lambda t: (s * w(t)) ** 2, T)
    return eq(Mean(gain, w, standard_normal), s ** (2 * T)), Induction(on=T, base=Moments(), step=Moments())


@claim(ledger=ROW)
def mean_sq_gain_tied_gaussian(T: T_):
    """The squared gain of one standard normal weight that is shared over T steps is (2T − 1)!! in the mean."""
    return eq(Mean(w(1) ** (2 * T), w, standard_normal), _double_factorial(T)), Induction(on=T, base=Moments(), step=Moments())


@claim(ledger=ROW)
def double_factorial_ge_one(T: T_):
    """No product 1·3·5 ⋯ (2T − 1) is less than 1."""
    d = _double_factorial(T)
    return d >= 1, Induction(on=T, base=Nonneg(), step=Nonneg((d - 1) + 2 * T * ((d - 1) + 1)))


@claim(sources=["logm"], ledger=ROW)
def mean_sq_gain_tied_ge_gaussian(s: X, T: T_):
    """Sharing a normal weight never lowers the mean squared gain: that is s^{2T}(2T − 1)!!, and s^{2T} of independent ones."""
    tied = Mean((s * w(1)) ** (2 * T), w, standard_normal)
    gap = (s**2) ** T * (_double_factorial(T) - 1)
    return (s**2) ** T <= tied, Moments(difference=gap, by=[mean_sq_gain_tied_gaussian, double_factorial_ge_one])


@claim(ledger=ROW)
def mean_fourth_ge_sq_mean_sq(mu: OfFourth):
    """Over two steps sharing never lowers the mean squared gain, whatever the law of the weight: E w⁴ ≥ (E w²)²."""
    square = Mean(w(1) ** 2, w, mu)
    spread = Mean((w(1) ** 2 - square) ** 2, w, mu)
    return Mean(w(1) ** 4, w, mu) >= square**2, Moments(also=[spread], difference=spread)
