"""Two inputs of one random relu layer: how alike its outputs are, and how often a unit is on for one of them alone.

Two inputs at the angle θ can be turned, and scaled, to (1, 0) and (t, 1) with t = cot θ; the normal law does not notice.
"""

from __future__ import annotations

from sympy import Rational, atan, pi

from theory.activations.relu import relu
from theory.language.chance import Draws, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.symbols import X, eq
from theory.tactics import Moments

Z = Draws("Z")


@claim(sources=["cho2009"], ledger=["arccos-kernel"])
def mean_relu_mul_relu(t: X):
    """The arc-cosine kernel: with θ = π/2 − arctan t it is (sin θ + (π − θ)cos θ)/(2π) times the two lengths."""
    value = (1 + t * (pi / 2 + atan(t))) / (2 * pi)
    return eq(Mean(relu(Z(1)) * relu(t * Z(1) + Z(2)), Z, standard_normal), value), Moments()


@claim(sources=["goemans1995"], ledger=["arccos-kernel", "sparse-support-stable"])
def probability_on_off(t: X):
    """A unit is on for the first input and off for the second with probability θ/(2π), so it switches with θ/π."""
    switched = indicator(Z(1) > 0) * indicator(t * Z(1) + Z(2) < 0)
    return eq(Mean(switched, Z, standard_normal), Rational(1, 4) - atan(t) / (2 * pi)), Moments()


@claim(sources=["cho2009"], ledger=["arccos-kernel"])
def probability_on_on(t: X):
    """A unit is on for both inputs with probability (π − θ)/(2π)."""
    both_on = indicator(Z(1) > 0) * indicator(t * Z(1) + Z(2) > 0)
    return eq(Mean(both_on, Z, standard_normal), Rational(1, 4) + atan(t) / (2 * pi)), Moments()
