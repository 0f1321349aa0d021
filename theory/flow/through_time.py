"""Backpropagation through time: a gradient as a sum over the steps, and the message that computes it backwards."""

from __future__ import annotations

from sympy import Symbol, Transpose, ZeroMatrix

from theory.language.claims import claim
from theory.language.matrices import MatrixSum, Recurrence, added, grouped, monus
from theory.language.recursion import Recursion
from theory.language.statements import always, implies
from theory.language.symbols import T_, Drive, Phi, Square, Start, Weights, eq, n
from theory.tactics import Calc, Induction

t, k = Symbol("t"), Symbol("k")


def forced(A: Weights, u: Drive) -> Recursion:
    """s_t = A_t s_{t−1} + u_t from rest: how what is injected at each step travels on."""
    return Recursion("s", ZeroMatrix(n, 1), lambda before, t: added(grouped(A.at(t), before), u.at(t)))


def directional(W: Square, E: Square, phi: Phi, h_0: Start, v: Drive) -> Recursion:
    """The derivative of the state h_t when the weight W moves in the direction E: G_t = D_t (W G_{t−1} + E h_{t−1})."""
    net = Recurrence(W, phi, h_0, v)

    def step(before: Start, t: Symbol) -> Start:
        return grouped(net.mask(t), added(grouped(W, before), grouped(E, net.state(monus(t, 1)))))

    return Recursion("G", ZeroMatrix(n, 1), step)


@claim(sources=["zhihu61265076", "stackexchange"], ledger=["bptt-three-step-formula"])
def weight_derivative_three_steps(W: Square, E: Square, phi: Phi, h_0: Start, v: Drive):
    """Over three steps the derivative by the weight is a sum: recent terms hold few factors W, only the oldest holds two."""
    net = Recurrence(W, phi, h_0, v)
    h, D = net.state, net.mask
    recent, middle = grouped(D(3), E, h(2)), grouped(D(3), W, D(2), E, h(1))
    oldest = grouped(D(3), W, D(2), W, D(1), E, h_0)
    return eq(directional(W, E, phi, h_0, v).at(3), added(recent, middle, oldest)), Calc()


@claim(sources=["zhihu61265076"], ledger=["bptt-sum", "bptt-three-step-formula"])
def weight_derivative_eq_forced(W: Square, E: Square, phi: Phi, h_0: Start, v: Drive, T: T_):
    """The derivative by the weight obeys a driven linear recursion: what E makes of each state, carried on by D_t W."""
    net = Recurrence(W, phi, h_0, v)
    G = directional(W, E, phi, h_0, v)
    carried = grouped(net.mask(T + 1), W, G.at(T))
    return eq(G.at(T + 1), added(carried, grouped(net.mask(T + 1), E, net.state(T)))), Calc()


@claim(
    ledger=["bptt-sum"],
    example={"n": 1, "A": [], "u": [[1]], "g": [], "mu": [], "T": 1},
)
def sum_grad_mul_state_eq_sum_message_mul_input(A: Weights, u: Drive, g: Drive, mu: Drive, T: T_):
    """Backpropagation: messages μ_t = g_t + A_{t+1}ᵀ μ_{t+1} give Σ g_t·s_t = Σ μ_t·u_t, up to what is still to come."""
    s = forced(A, u)
    row = Transpose(mu.at(t))
    backwards = always(t, eq(row, added(Transpose(g.at(t)), grouped(Transpose(mu.at(t + 1)), A.at(t + 1)))))
    messages = MatrixSum(grouped(Transpose(mu.at(k)), u.at(k)), k, 1, T)
    losses = MatrixSum(grouped(Transpose(g.at(k)), s.at(k)), k, 1, T)
    pending = grouped(Transpose(mu.at(T + 1)), A.at(T + 1), s.at(T))
    return implies(backwards, eq(messages, added(losses, pending))), Induction(on=T)
