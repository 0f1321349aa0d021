"""The fixed point of the scaled exponential linear unit: standard normal preactivations keep mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Max, Min, Rational, erf, exp, pi, sqrt

from theory.activations.selu import ALPHA, SCALE, selu
from theory.language.chance import Draws, Mean, standard_normal
from theory.language.claims import claim
from theory.language.statements import both, iff
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Calc, Moments, Nonneg, Parts

Z = Draws("Z")
ROW = ["selu-fixed-point"]
TINY = Rational(1, 10**31)


def _upper(a: Any) -> Any:
    """P(Z > a) for a standard normal Z."""
    return (1 - erf(a / sqrt(2))) / 2


def _unit(scale: Any, alpha: Any) -> Any:
    """The scaled exponential linear unit with any constants, of a standard normal input."""
    return scale * (Max(0, Z(1)) + alpha * (exp(Min(0, Z(1))) - 1))


def _mean(alpha: Any) -> Any:
    return 1 / sqrt(2 * pi) - alpha * (Rational(1, 2) - exp(Rational(1, 2)) * _upper(1))


def _mean_sq(alpha: Any) -> Any:
    return Rational(1, 2) + alpha**2 * (exp(2) * _upper(2) - 2 * exp(Rational(1, 2)) * _upper(1) + Rational(1, 2))


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_scaled_elu(c: X, a: X):
    """With scale c and constant a the outputs average to c/√(2π) − c·a(1/2 − √e·P(Z > 1)) over standard normal inputs."""
    return eq(Mean(_unit(c, a), Z, standard_normal), c * _mean(a)), Moments()


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_sq_scaled_elu(c: X, a: X):
    """With scale c and constant a the mean square of the outputs is c²/2 + c²a²(e²·P(Z > 2) − 2√e·P(Z > 1) + 1/2)."""
    return eq(Mean(_unit(c, a) ** 2, Z, standard_normal), c**2 * _mean_sq(a)), Moments()


def _left() -> Any:
    """1/2 − √e·P(Z > 1), the mean of 1 − e^Z where Z < 0."""
    return Rational(1, 2) - exp(Rational(1, 2)) * _upper(1)


def _alpha() -> Any:
    """The one α that keeps mean 0."""
    return 1 / (sqrt(2 * pi) * _left())


def _scale() -> Any:
    """The one λ that goes with it."""
    return 1 / sqrt(_mean_sq(_alpha()))


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_scaled_elu_eq_zero_iff(c: PositiveX, a: X):
    """Whatever the scale, the mean is 0 for one constant alone, 1/(√(2π)(1/2 − √e·P(Z > 1)))."""
    zero, balance = eq(Mean(_unit(c, a), Z, standard_normal), 0), 1 / sqrt(2 * pi) - a * _left()
    there = Nonneg(Mean(_unit(c, a), Z, standard_normal) / c, by=[mean_scaled_elu])
    return iff(zero, eq(a * _left(), 1 / sqrt(2 * pi))), Parts((there, Nonneg(-c * balance, by=[mean_scaled_elu])))


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_sq_scaled_elu_eq_one_iff(c: PositiveX, a: X):
    """The mean square is 1 for one scale alone, the one that the constant asks for."""
    one = eq(Mean(_unit(c, a) ** 2, Z, standard_normal), 1)
    return iff(one, eq(c**2 * _mean_sq(a), 1)), Parts((Calc(by=[mean_sq_scaled_elu]), Calc(by=[mean_sq_scaled_elu])))


@claim(sources=["klambauer2017"], ledger=ROW)
def selu_constants_near_exact():
    """The published decimals of selu are those of the exact pair, to every digit shown."""
    return both(Abs(_alpha() - ALPHA) < TINY, Abs(_scale() - SCALE) < TINY), Calc()


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_selu_near_zero():
    """Selu itself, with the published decimals, makes a mean of 0 from a standard normal input up to 10^{−30}."""
    mean = Mean(selu(Z(1)), Z, standard_normal)
    return both(mean > -10 * TINY, mean < 10 * TINY), Moments()


@claim(sources=["klambauer2017"], ledger=ROW)
def mean_sq_selu_near_one():
    """Selu itself makes a variance of 1 from a standard normal input up to 10^{−30}."""
    square = Mean(selu(Z(1)) ** 2, Z, standard_normal)
    return both(square > 1 - 10 * TINY, square < 1 + 10 * TINY), Moments()
