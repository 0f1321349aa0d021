"""How codes change with their input: which units stay active, which entries stay as they are, and by how much others move."""

from __future__ import annotations

from sympy import Abs, Ne, Rational, sqrt

from theory.activations.relu import abs_relu_sub_relu_le, relu
from theory.activations.sigmoid import sigmoid, sigmoid_strictMono
from theory.activations.tanh import tanh, tanh_strictMono
from theory.flow.contraction import abs_sigmoid_sub_sigmoid_le, abs_tanh_sub_tanh_le
from theory.flow.inner_products import (
    Numbers,
    abs_inner_le_mul,
    inner,
    inner_mul_self,
    k,
    number,
    sq_inner_le_sum_sq_mul_sum_sq,
    squares,
    sum_sq_nonneg,
)
from theory.language.claims import claim
from theory.language.matrices import SumOf
from theory.language.statements import both, implies
from theory.language.symbols import T_, NegativeX, NonpositiveX, NonzeroX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Parts

STABLE, DENSE = ["sparse-support-stable"], ["dense-all-entries-change"]


# --- which units are active --------------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=STABLE, example={"w": [[1]], "delta": [], "z": 1, "T": 1})
def preactivation_keeps_sign(w: Numbers, delta: Numbers, z: X, T: T_):
    """A preactivation z keeps its sign, and the unit its state, while the input moves by less than |z|/‖w‖."""
    W, D, P = squares(w, T), squares(delta, T), inner(w, delta, T)
    gap = ((z + P) ** 2 + (W * D - P**2) + (z**2 - W * D)) / 2
    return implies(z**2 > W * D, z * (z + P) > 0), Nonneg(gap, by=[sq_inner_le_sum_sq_mul_sum_sq.at(x=w, y=delta)])


@claim(ledger=STABLE, example={"w": [[1]], "c": 1, "z": -1, "T": 1})
def preactivation_reaches_zero(w: Numbers, c: X, z: X, T: T_):
    """No larger radius will do: the move c·w with c = −z/‖w‖² has length |z|/‖w‖ and brings z to the kink."""
    moved, W = SumOf(number(w, k) * (c * number(w, k)), k, 1, T), squares(w, T)
    length = Nonneg((z - c * W) * (z + c * W))
    return implies(eq(c * W, -z), both(eq(z + moved, 0), eq(W * (c**2 * W), z**2))), Parts(
        (Nonneg((c * W - moved) - (z + c * W), by=[inner_mul_self.at(x=w)]), length)
    )


# --- which entries change ------------------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=DENSE)
def dense_entry_changes(z: X, p: NonzeroX):
    """Every entry of a sigmoid's or tanh's code whose preactivation moves, by p = w·δ ≠ 0, changes."""
    changes = both(Ne(sigmoid(z + p), sigmoid(z)), Ne(tanh(z + p), tanh(z)))
    rises = Calc(by=[sigmoid_strictMono.at(x=z, y=z + p), tanh_strictMono.at(x=z, y=z + p)])
    falls = Calc(by=[sigmoid_strictMono.at(x=z + p, y=z), tanh_strictMono.at(x=z + p, y=z)])
    return changes, Cases(on=p, signs=("+", "-"), then=(rises, falls))


@claim(ledger=DENSE)
def relu_entry_unchanged(z: NegativeX, p: NonpositiveX):
    """An inactive rectifier does not: its entry stays 0 however far the preactivation falls."""
    return eq(relu(z + p), relu(z)), Calc()


@claim(sources=["whyrelu"], ledger=DENSE)
def abs_entry_change_le(w: Numbers, delta: Numbers, z: X, T: T_):
    """No entry of a code, dense or sparse, changes by more than the largest slope times ‖w‖ times the length of the move."""
    P = inner(w, delta, T)
    bound = sqrt(squares(w, T)) * sqrt(squares(delta, T))
    lengths = [sum_sq_nonneg.at(x=w), sum_sq_nonneg.at(x=delta), abs_inner_le_mul.at(x=w, y=delta)]
    changes = [Abs(phi(z + P) - phi(z)) for phi in (relu, tanh, sigmoid)]
    lipschitz = [abs_relu_sub_relu_le, abs_tanh_sub_tanh_le, abs_sigmoid_sub_sigmoid_le]
    facts = [*lengths, *(lemma.at(x=z + P, y=z) for lemma in lipschitz)]
    gaps = [
        factor * (bound - Abs(P)) + (factor * Abs(P) - c) for factor, c in zip((1, 1, Rational(1, 4)), changes, strict=True)
    ]
    bounds = (bound, bound, bound / 4)
    return both(*(c <= most for c, most in zip(changes, bounds, strict=True))), Parts(tuple(Nonneg(g, by=facts) for g in gaps))
