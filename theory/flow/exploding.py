"""Exploding states and gradients of rectifier networks: how large they can get, and what does not make them large."""

from __future__ import annotations

from sympy import Symbol

from theory.activations.relu import abs_relu_le, relu
from theory.language.claims import claim
from theory.language.matrices import Norm, Recurrence, SumOf
from theory.language.statements import implies
from theory.language.symbols import T_, Drive, PositiveX, Square, Start
from theory.tactics import Chain, Induction, Nonneg

t = Symbol("t")
k = Symbol("k")


# --- the state --------------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["relu-rnn-very-large-outputs"])
def norm_relu_state_succ_le(W: Square, h_0: Start, v: Drive, T: T_):
    """In one step a rectifier network stretches its state at most by the norm of the weight, and adds at most its input."""
    net = Recurrence(W, relu, h_0, v)
    return Norm(net.state(T + 1)) <= Norm(W) * Norm(net.state(T)) + Norm(v.at(T + 1)), Chain(by=[abs_relu_le])


@claim(sources=["zhihu61265076", "stackexchange"], ledger=["relu-rnn-very-large-outputs"])
def norm_relu_state_le_sum(W: Square, h_0: Start, v: Drive, c: PositiveX, T: T_):
    """The state of a rectifier network is at most the start and every input, each grown at the rate c ≥ ‖W‖ since it came
    in."""
    net = Recurrence(W, relu, h_0, v)
    total = Norm(h_0) + SumOf(Norm(v.at(k)) / c**k, k, 1, T)
    state, after = Norm(net.state(T)), Norm(net.state(T + 1))
    gap = (Norm(W) * state + Norm(v.at(T + 1)) - after) + (c - Norm(W)) * state + c * (c**T * total - state)
    return implies(Norm(W) <= c, Norm(net.state(T)) <= c**T * total), Induction(
        on=T, step=Nonneg(gap, by=[norm_relu_state_succ_le])
    )
