"""Is a bounded function needed in the loop? It bounds the state; small weights do as well, and neither settles gradients."""

from __future__ import annotations

from sympy import Symbol

from theory.activations.relu import relu, slopes_relu
from theory.activations.sigmoid import sigmoid, sigmoid_mem_Ioo
from theory.activations.tanh import tanh, tanh_mem_Ioo
from theory.flow.exploding import norm_relu_state_succ_le
from theory.flow.recurrence import jacobian_tendsto_zero_of_norm_lt_one
from theory.language.claims import claim
from theory.language.matrices import Entry, Norm, Recurrence
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, Coordinate, Drive, NonnegativeX, Square, Start
from theory.tactics import Calc, Induction, Nonneg, Refute

t = Symbol("t")


# --- the state --------------------------------------------------------------------------------------


@claim(sources=["stackexchange"], ledger=["bounded-loop-needed"])
def tanh_state_mem_Ioo(W: Square, i: Coordinate, T: T_):
    """With tanh in the loop every coordinate of the state stays between −1 and 1, whatever the weights and inputs."""
    net = Recurrence(W, tanh)
    unit = Entry(net.state(T + 1), i)
    return both(unit > -1, unit < 1), Calc(by=[tanh_mem_Ioo.at(x=Entry(net.preactivation(T + 1), i))])


@claim(sources=["stackexchange"], ledger=["bounded-loop-needed"])
def sigmoid_state_mem_Ioo(W: Square, i: Coordinate, T: T_):
    """With the sigmoid in the loop every coordinate of the state stays between 0 and 1."""
    net = Recurrence(W, sigmoid)
    unit = Entry(net.state(T + 1), i)
    return both(unit > 0, unit < 1), Calc(by=[sigmoid_mem_Ioo.at(x=Entry(net.preactivation(T + 1), i))])


@claim(sources=["stackexchange"], ledger=["bounded-loop-needed"], example={"n": 1, "W": [[0]], "h_0": [0], "v": [], "u": 0})
def norm_relu_state_le_of_norm_lt_one(W: Square, h_0: Start, v: Drive, u: NonnegativeX, T: T_):
    """No bounded function is needed where the weight contracts: inputs of size u keep a rectifier network below ‖h₀‖ + u/(1 −
    ‖W‖)."""
    net = Recurrence(W, relu, h_0, v)
    w, limit = Norm(W), u / (1 - Norm(W))
    bound = w**T * Norm(h_0) + limit * (1 - w**T)
    state, after, new = Norm(net.state(T)), Norm(net.state(T + 1)), Norm(v.at(T + 1))
    gap = (w * state + new - after) + w * (bound - state) + (u - new)
    return implies(both(w < 1, always(t, Norm(v.at(t)) <= u)), Norm(net.state(T)) <= bound), Induction(
        on=T, step=Nonneg(gap, by=[norm_relu_state_succ_le])
    )


# --- the gradient -------------------------------------------------------------------------------------


@claim(sources=["logm", "stackexchange"], ledger=["bounded-loop-needed", "relu-rnn-very-large-outputs"])
def norm_tanh_jacobian_le_one(W: Square, T: T_):
    """Folklore: with a bounded function in the loop gradients do not explode. A tanh unit at rest with weight 2 doubles its
    gradient."""
    return Norm(Recurrence(W, tanh).jacobian(T)) <= 1, Refute(at={W: [[2]], "h_0": [0], "v": [], T: 1})


@claim(sources=["stackexchange"], ledger=["bounded-loop-needed"], example={"n": 1, "W": [[0]]})
def relu_jacobian_tendsto_zero_of_norm_lt_one(W: Square):
    """Nor is a bounded function needed against explosion: where the weight contracts, rectifiers lose their gradient
    instead."""
    return implies(Norm(W) < 1, tends_to_zero(Norm(Recurrence(W, relu).jacobian(t)), t)), Calc(
        by=[slopes_relu, jacobian_tendsto_zero_of_norm_lt_one.at(phi=relu, gamma=1)]
    )
