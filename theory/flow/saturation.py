"""Saturation compared: where the slopes of sigmoid, tanh and rectifier are small, and where one is below another."""

from __future__ import annotations

from sympy import exp, sqrt

from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.statements import both, iff
from theory.language.symbols import NegativeX, PositiveX, X, eq
from theory.tactics import Calc, Have, Monotone, Nonneg, Parts, Refute

# --- rectifier against the two others -------------------------------------------------------------------------


@claim(
    sources=["logm", "whyrelu", "zhihu61265076", "activationtutorial"],
    ledger=["relu-nonsaturating-positive"],
)
def slopes_lt_one_of_pos(x: PositiveX):
    """For positive inputs the rectifier has slope exactly 1, sigmoid and tanh stay below it."""
    u, s = exp(-2 * x), sigmoid(x)
    below_one = Have(u < 1, Monotone("exp", (-2 * x, 0)))
    room = Nonneg(((1 - u) / (1 + u)) ** 2, by=[below_one])
    return both(eq(relu.d(x), 1), tanh.d(x) < 1, sigmoid.d(x) < 1), Parts((Calc(), room, Nonneg((1 - s) + s**2)))


@claim(sources=["logm", "zhihu61265076", "activationtutorial"], ledger=["relu-negative-half-zero"])
def slopes_pos_of_neg(x: NegativeX):
    """For negative inputs the rectifier has slope exactly 0, sigmoid and tanh a small positive one."""
    return both(eq(relu.d(x), 0), tanh.d(x) > 0, sigmoid.d(x) > 0), Parts((Calc(), Nonneg(), Nonneg()))


# --- tanh against sigmoid -----------------------------------------------------------------------------------------


@claim(sources=["logm", "zhihu61265076"], ledger=["tanh-saturates-at-edges", "tanh-better-than-sigmoid"])
def deriv_sigmoid_le_deriv_tanh(x: X):
    """Folklore: the slope of tanh is larger than that of the sigmoid, so that it saturates less."""
    return sigmoid.d(x) <= tanh.d(x), Refute(at={x: 2})


@claim(
    ledger=["tanh-saturates-at-edges", "tanh-better-than-sigmoid"],
    corrects=["deriv_sigmoid_le_deriv_tanh"],
)
def deriv_tanh_le_deriv_sigmoid_iff(x: X):
    """Far out tanh saturates more: its slope is below the sigmoid's exactly from cosh x = 1 + √3 on, |x| about 1.66."""
    u = exp(x)
    c, root = u + 1 / u, sqrt(3)
    scale = u / ((1 + u) ** 2 * (u + 1 / u) ** 2)
    above_one = Have(root > 1, Calc())
    there = Nonneg((sigmoid.d(x) - tanh.d(x)) / (scale * (c + 2 * (root - 1))), by=[above_one])
    back = Nonneg(scale * (c - 2 * (1 + root)) * (c + 2 * (root - 1)), by=[above_one])
    return iff(tanh.d(x) <= sigmoid.d(x), 2 * (1 + sqrt(3)) <= exp(x) + exp(-x)), Parts((there, back))
