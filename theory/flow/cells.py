"""Gated cells: what the memory of an LSTM keeps, and what the state of a GRU stays within.

The gates of an LSTM are here sequences of their own, which says the same of memory and output whatever they are computed from;
what it means for the gradient that they see the output is told in `lstm`.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Abs, Expr, Identity, Symbol, oo

from theory.activations.sigmoid import sigmoid, sigmoid_mem_Ioo
from theory.activations.tanh import tanh, tanh_mem_Ioo
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.matrices import Entry, added, grouped, monus, scaled
from theory.language.recursion import Applied, Diagonal, Recursion, product_of, slopes_at
from theory.language.statements import both, implies
from theory.language.symbols import T_, Coordinate, Drive, Square, Start, X, eq, n
from theory.tactics import Cases, Induction, Nonneg, Parts

AtLeastOne = Annotated[Expr, Interval(1, oo)]


def gate(u: Drive, t: Symbol) -> Diagonal:
    """A gate at step t, whatever its argument u_t is computed from: the sigmoid of it, coordinate by coordinate."""
    return Diagonal(Applied(sigmoid, u.at(t)))


def lstm_cell(f: Drive, i: Drive, g: Drive, c_0: Start) -> Recursion:
    """The memory c_t = σ(f_t) c_{t−1} + σ(i_t) tanh(g_t) of an LSTM, coordinate by coordinate."""

    def step(before: Any, t: Any) -> Any:
        return added(grouped(gate(f, t), before), grouped(gate(i, t), Applied(tanh, g.at(t))))

    return Recursion("c", c_0, step)


def lstm_cell_jacobian(f: Drive) -> Recursion:
    """∂c_T/∂c_0 along the memory, the gates held fixed."""
    return Recursion("J", Identity(n), lambda before, t: grouped(gate(f, t), before))


class GRU:
    """h_t = (1 − z_t) h_{t−1} + z_t tanh(W (r_t h_{t−1}) + v_t), the gates z_t and r_t sigmoids of what they see of h_{t−1}."""

    def __init__(self, weights: tuple[Square, Square, Square], drives: tuple[Drive, Drive, Drive], h_0: Start) -> None:
        self._weights, self._drives = weights, drives
        self._states = Recursion("h", h_0, self._step)
        self._jacobians = Recursion("J", Identity(n), lambda before, t: grouped(self._derivative(t), before))

    def state(self, T: Any) -> Any:
        """The state h_T."""
        return self._states.at(T)

    def update_argument(self, h: Any, t: Any) -> Any:
        """What the update gate is the sigmoid of."""
        return added(grouped(self._weights[0], h), self._drives[0].at(t))

    def reset_argument(self, h: Any, t: Any) -> Any:
        """What the reset gate is the sigmoid of."""
        return added(grouped(self._weights[1], h), self._drives[1].at(t))

    def proposal_argument(self, h: Any, t: Any) -> Any:
        """What the proposed state is the tanh of."""
        reset = Diagonal(Applied(sigmoid, self.reset_argument(h, t)))
        return added(grouped(self._weights[2], grouped(reset, h)), self._drives[2].at(t))

    def _step(self, h: Any, t: Any) -> Any:
        update = Diagonal(Applied(sigmoid, self.update_argument(h, t)))
        return added(h, scaled(-1, grouped(update, h)), grouped(update, Applied(tanh, self.proposal_argument(h, t))))

    def jacobian(self, T: Any) -> Any:
        """The derivative of the state h_T by the start h_0: through the memory, the update gate, and the proposal."""
        return self._jacobians.at(T)

    def _derivative(self, t: Any) -> Any:
        h, (W_z, W_r, W) = self.state(monus(t, 1)), self._weights
        seen, forgotten, proposed = self.update_argument(h, t), self.reset_argument(h, t), self.proposal_argument(h, t)
        update, reset = Diagonal(Applied(sigmoid, seen)), Diagonal(Applied(sigmoid, forgotten))
        towards = Diagonal(added(Applied(tanh, proposed), scaled(-1, h)))
        through_reset = added(reset, grouped(Diagonal(h), slopes_at(sigmoid, forgotten), W_r))
        return added(
            Identity(n),
            scaled(-1, update),
            grouped(towards, slopes_at(sigmoid, seen), W_z),
            grouped(update, slopes_at(tanh, proposed), W, through_reset),
        )


# --- the memory of an LSTM ----------------------------------------------------------------------------


@claim(sources=["hochreiter1997"], ledger=["lstm-cell-jacobian", "lstm-for-vanishing"])
def lstm_cell_jacobian_eq_prod(f: Drive, i: Coordinate, T: T_):
    """Along the memory of an LSTM a gradient is multiplied by the forget gates and by nothing else."""
    kept = product_of(lambda t: sigmoid(Entry(f.at(t), i)), T)
    return eq(Entry(lstm_cell_jacobian(f).at(T), i, i), kept), Induction(on=T)


@claim(ledger=["lstm-cell-jacobian", "lstm-for-vanishing"])
def lstm_cell_jacobian_mem_Ioc(f: Drive, i: Coordinate, T: T_):
    """So along the memory it never explodes and is never exactly zero, but it does shrink at every step."""
    kept = product_of(lambda t: sigmoid(Entry(f.at(t), i)), T)
    now = sigmoid(Entry(f.at(T + 1), i))
    step = Parts((Nonneg(now * kept), Nonneg((1 - now) + now * (1 - kept))))
    return both(kept > 0, kept <= 1), Induction(on=T, step=step, by=[sigmoid_mem_Ioo.at(x=Entry(f.at(T + 1), i))])


@claim(sources=["hochreiter1997"], ledger=["lstm-cell-jacobian", "hidden-activation-tanh"])
def abs_lstm_cell_le_add_depth(f: Drive, g: Drive, u: Drive, c_0: Start, i: Coordinate, T: T_):
    """The memory of an LSTM moves away from zero by at most one at each step, since what is written is within (−1, 1)."""
    cell, most = lstm_cell(f, u, g, c_0), Abs(Entry(c_0, i)) + T
    here, after = Entry(cell.at(T), i), Entry(cell.at(T + 1), i)
    forget, write = (sigmoid(Entry(x.at(T + 1), i)) for x in (f, u))
    new = tanh(Entry(g.at(T + 1), i))

    def room(sign: int) -> Nonneg:
        return Nonneg(
            (1 - forget) * most
            + forget * (most - Abs(here))
            + forget * (Abs(here) - sign * here)
            + (1 - write)
            + write * (1 - sign * new)
        )

    step = Cases(on=after, then=tuple(Cases(on=here, then=room(sign)) for sign in (1, -1)))
    bounds = [*(sigmoid_mem_Ioo.at(x=Entry(x.at(T + 1), i)) for x in (f, u)), tanh_mem_Ioo.at(x=Entry(g.at(T + 1), i))]
    return Abs(here) <= most, Induction(on=T, step=step, by=bounds)


@claim(ledger=["hidden-activation-tanh"])
def lstm_output_mem_Ioo(c: X, o: X):
    """What an LSTM puts out, σ(o)·tanh(c), lies strictly between −1 and 1."""
    gate, squashed = sigmoid(o), tanh(c)
    above, below = Nonneg((1 - gate) + gate * (1 - squashed)), Nonneg((1 - gate) + gate * (1 + squashed))
    return both(gate * squashed < 1, gate * squashed > -1), Parts((above, below))


# --- the state of a GRU -------------------------------------------------------------------------------


@claim(ledger=["gru-interpolation", "hidden-activation-tanh"], example={"n": 1, "h_0": [0], "M": 1})
def gru_state_mem_Icc(
    W_z: Square, W_r: Square, W: Square, z: Drive, r: Drive, v: Drive, h_0: Start, M: AtLeastOne, i: Coordinate, T: T_
):
    """The state of a GRU is between the one before and a number between −1 and 1, so it never leaves [−M, M] for M ≥ 1."""
    cell = GRU((W_z, W_r, W), (z, r, v), h_0)
    start, here = Entry(h_0, i), Entry(cell.state(T), i)
    seen, proposed = (Entry(x(cell.state(T), T + 1), i) for x in (cell.update_argument, cell.proposal_argument))
    update, new = sigmoid(seen), tanh(proposed)
    above = Nonneg((1 - update) * (M - here) + update * (M - 1) + update * (1 - new))
    below = Nonneg((1 - update) * (M + here) + update * (M - 1) + update * (1 + new))
    return implies(both(start <= M, start >= -M), both(here <= M, here >= -M)), Induction(
        on=T, step=Parts((above, below)), by=[sigmoid_mem_Ioo.at(x=seen), tanh_mem_Ioo.at(x=proposed)]
    )


@claim(ledger=["gru-interpolation", "lstm-for-vanishing"])
def gru_memory_jacobian_eq_prod(z: Drive, i: Coordinate, T: T_):
    """Along its memory a GRU passes a gradient as an LSTM does: each unit multiplies by one minus its update gates."""
    J = Recursion("J", Identity(n), lambda before, t: grouped(added(Identity(n), scaled(-1, gate(z, t))), before))
    return eq(Entry(J.at(T), i, i), product_of(lambda t: 1 - sigmoid(Entry(z.at(t), i)), T)), Induction(on=T)
