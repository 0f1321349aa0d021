"""False claims under proofs by certificates: wrong constants, attained for approached, the wrong side, the wrong order."""

from __future__ import annotations

from sympy import Rational, Symbol, erf, exp, pi, sqrt

from tests.quality.variants import QUANTIFIER, UNDEFINED, false
from theory.activations.bent_identity import bent_identity, inf_deriv_bent_identity, sup_deriv_bent_identity
from theory.activations.gelu import gelu, gelu_ge, sup_deriv_gelu, sup_second_deriv_gelu
from theory.activations.gelu_tanh import gelu_tanh, gelu_tanh_sub_gelu_mem_Icc
from theory.activations.hard_sigmoid import hard_sigmoid, hard_sigmoid_sub_sigmoid_mem_Icc
from theory.activations.mish import deriv_mish_mem_Icc, mish
from theory.activations.relu import relu
from theory.activations.sigmoid import inf_third_deriv_sigmoid, sigmoid, sup_second_deriv_sigmoid, sup_third_deriv_sigmoid
from theory.activations.silu import deriv_silu_mem_Icc, silu, sup_second_deriv_silu
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.statements import both, infimum, supremum
from theory.language.symbols import X
from theory.tactics import Enclosure, Sturm

t = Symbol("t")


@false("bound", deriv_silu_mem_Icc)
@claim()
def deriv_silu_le_1_0998(x: X):
    """A digit too small."""
    return silu.d(x) <= Rational(10998, 10000), Enclosure()


@false("bound", deriv_mish_mem_Icc)
@claim()
def deriv_mish_le_1_0884(x: X):
    """A digit too small."""
    return mish.d(x) <= Rational(10884, 10000), Enclosure()


@false("bound", gelu_tanh_sub_gelu_mem_Icc)
@claim()
def gelu_tanh_sub_gelu_within_0_00047(x: X):
    """Below by too much, above by too little."""
    error = gelu_tanh(x) - gelu(x)
    return both(error >= Rational(-24, 10**5), error <= Rational(47, 10**5)), Enclosure()


@false("flip", gelu_ge)
@claim()
def gelu_lt_neg(x: X):
    """The other way round."""
    return gelu(x) < Rational(-17, 100), Enclosure()


@false("side", hard_sigmoid_sub_sigmoid_mem_Icc)
@claim()
def hard_sigmoid_le_sigmoid(x: X):
    """The hard sigmoid on one side of the sigmoid alone."""
    return hard_sigmoid(x) <= sigmoid(x), Enclosure()


@false("derivative", sup_second_deriv_silu, beyond=QUANTIFIER)
@claim()
def sup_deriv_silu_half():
    """The largest slope for the largest curvature."""
    return supremum(silu.d(t), t, Rational(1, 2), attained=True), Sturm()


@false("extremum", sup_third_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_third_deriv_sigmoid_eighth():
    """The least third derivative without its sign."""
    return supremum(sigmoid.d(t, 3), t, Rational(1, 8), attained=True), Sturm()


@false("extremum", inf_third_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def inf_third_deriv_sigmoid_third_digit():
    """−0.125 with a wrong third digit."""
    return infimum(sigmoid.d(t, 3), t, Rational(-126, 1000), attained=True), Sturm()


@false("extremum", sup_second_deriv_sigmoid, beyond=QUANTIFIER)
@claim()
def sup_second_deriv_sigmoid_other_root():
    """The other root of its minimal polynomial."""
    return supremum(sigmoid.d(t, 2), t, -1 / (6 * sqrt(3)), attained=True), Sturm()


@false("extremum", sup_deriv_gelu, beyond=QUANTIFIER)
@claim()
def sup_deriv_gelu_at_one():
    """The slope at x = 1, where it is not largest."""
    return supremum(gelu.d(t), t, (1 + erf(1 / sqrt(2))) / 2 + exp(Rational(-1, 2)) / sqrt(2 * pi), attained=True), Sturm()


@false("attained", sup_deriv_bent_identity, beyond=QUANTIFIER)
@claim()
def sup_deriv_bent_identity_attained():
    """Approached, and said to be attained."""
    return supremum(bent_identity.d(t), t, Rational(3, 2), attained=True), Sturm()


@false("attained", sup_second_deriv_gelu, beyond=QUANTIFIER)
@claim()
def sup_second_deriv_gelu_approached():
    """Attained, and said to be approached."""
    return supremum(gelu.d(t, 2), t, sqrt(2) / sqrt(pi), attained=False), Sturm()


@false("attained", inf_deriv_bent_identity)
@claim()
def deriv_bent_identity_le_less_than_supremum(x: X):
    """Below the supremum by a millionth."""
    return bent_identity.d(x) <= Rational(3, 2) - Rational(1, 10**6), Enclosure()


@false("bound", sup_second_deriv_sigmoid)
@claim()
def second_deriv_sigmoid_lt_supremum(x: X):
    """Strictly below a supremum that is attained at −log(2 + √3), where no float lies."""
    return sigmoid.d(x, 2) < Rational(96225, 10**6), Sturm()


@false("undefined", beyond=UNDEFINED)
@claim()
def deriv_relu_le_one_everywhere(x: X):
    """A bound of a slope that does not exist at the kink."""
    return relu.d(x) <= 1, Enclosure()


@false("undefined", beyond=UNDEFINED)
@claim()
def tanh_div_self_le_one(x: X):
    """A quotient without a value at 0."""
    return tanh(x) / x <= 1, Enclosure()
