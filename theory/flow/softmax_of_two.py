"""Softmax of two logits, which is a sigmoid of their difference: its Jacobian, and how attention saturates."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Rational, Symbol, exp, oo

from theory.activations.sigmoid import deriv_sigmoid_le_exp_neg_abs, deriv_sigmoid_le_quarter, sigmoid
from theory.language.claims import claim
from theory.language.statements import both, implies, tends
from theory.language.symbols import X, eq
from theory.tactics import Calc, Have, Monotone, Nonneg, Sign

t = Symbol("t")


def first(x: Any, y: Any) -> Any:
    """The first of the two probabilities, e^x/(e^x + e^y)."""
    return exp(x) / (exp(x) + exp(y))


def jacobian(d: Any, u: Any, v: Any) -> tuple[Any, Any]:
    """The Jacobian diag p − ppᵀ where the first logit leads by d, applied to the direction (u, v)."""
    p, q = sigmoid(d), sigmoid(-d)
    return p * (1 - p) * u - p * q * v, q * (1 - q) * v - q * p * u


# --- the probabilities ------------------------------------------------------------------------------------------


@claim(ledger=["softmax-half"])
def softmax_eq_sigmoid_sub(x: X, y: X):
    """Softmax of two logits is the sigmoid of their difference."""
    return eq(first(x, y), sigmoid(x - y)), Calc()


@claim(ledger=["softmax-half"])
def softmax_add_softmax(x: X, y: X):
    """The two probabilities of softmax add up to 1: the second is the sigmoid of the negated difference."""
    return both(eq(first(y, x), sigmoid(y - x)), eq(first(x, y) + first(y, x), 1)), Calc()


# --- the Jacobian: eigenvalue 0 along (1, 1), eigenvalue 2pq along (1, −1) --------------------------------------------


@claim(ledger=["softmax-half"])
def softmax_jacobian_along_ones(d: X):
    """Raising both logits alike changes nothing: the Jacobian of softmax maps (1, 1) to zero."""
    there = jacobian(d, 1, 1)
    return both(eq(there[0], 0), eq(there[1], 0)), Calc()


@claim(ledger=["softmax-half"])
def softmax_jacobian_along_difference(d: X):
    """Along (1, −1) the Jacobian of softmax multiplies by 2σ′(d), its other eigenvalue, which is therefore its norm."""
    there, factor = jacobian(d, 1, -1), 2 * sigmoid.d(d)
    return both(eq(there[0], factor), eq(there[1], -factor)), Calc()


@claim(ledger=["softmax-half"])
def softmax_jacobian_nonneg(d: X, u: X, v: X):
    """The Jacobian of softmax is positive semidefinite."""
    there = jacobian(d, u, v)
    return u * there[0] + v * there[1] >= 0, Nonneg(sigmoid.d(d) * (u - v) ** 2)


@claim(ledger=["softmax-half"])
def softmax_jacobian_length_le(d: X, u: X, v: X):
    """The Jacobian of softmax at least halves every length: its norm is at most 1/2."""
    there, slope = jacobian(d, u, v), sigmoid.d(d)
    small = Nonneg(2 * (Rational(1, 4) - slope) * (Rational(1, 4) + slope), by=[deriv_sigmoid_le_quarter.at(x=d)])
    gap = (u + v) ** 2 / 8 + (u - v) ** 2 * (Rational(1, 8) - 2 * slope**2)
    return there[0] ** 2 + there[1] ** 2 <= (u**2 + v**2) / 4, Nonneg(gap, by=[Have(2 * slope**2 <= Rational(1, 8), small)])


@claim(ledger=["softmax-half"])
def softmax_jacobian_halves_difference():
    """The factor 1/2 is attained: at equal logits the direction (1, −1) is halved exactly, its length in every norm."""
    there, half = jacobian(0, 1, -1), Rational(1, 2)
    return both(eq(there[0], half), eq(there[1], -half)), Calc()


# --- attention -------------------------------------------------------------------------------------------------------------


@claim(ledger=["attention-saturation"])
def softmax_jacobian_norm_le_exp(d: X, delta: X):
    """If one of two logits leads the other by δ or more, the Jacobian of softmax has norm at most 2e^{−δ}."""
    apart = Have(exp(-Abs(d)) <= exp(-delta), Monotone("exp", (-Abs(d), -delta)))
    gap = 2 * (exp(-Abs(d)) - sigmoid.d(d)) + 2 * (exp(-delta) - exp(-Abs(d)))
    return implies(delta <= Abs(d), 2 * sigmoid.d(d) <= 2 * exp(-delta)), Nonneg(
        gap, by=[apart, deriv_sigmoid_le_exp_neg_abs.at(x=d)]
    )


@claim(ledger=["attention-saturation"])
def softmax_jacobian_norm_div_exp_tendsto_two():
    """The rate 2e^{−δ} is exact: the norm divided by e^{−δ} tends to 2 as the lead δ grows."""
    return tends(exp(t) * (2 * sigmoid.d(t)), t, at=oo, to=2), Sign(squeeze=4 * exp(-t))
