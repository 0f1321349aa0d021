"""The whole LSTM, whose gates see what it puts out: the forget gates are one path of its gradient, and others can make it grow.

What bounds memory and output stands in `cells`, for whatever the gates see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Abs, Identity, Matrix, Rational, ZeroMatrix

from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.matrices import Entry, added, grouped, monus, scaled
from theory.language.recursion import Applied, Diagonal, Recursion, product_of, slopes_at
from theory.language.statements import both
from theory.language.symbols import T_, Coordinate, Drive, Square, Start, X, eq, n
from theory.tactics import Calc, Induction, Nonneg, Parts, Refute

FIRST, SECOND = Matrix([1, 0]), Matrix([0, 1])


def pair(first: Any, second: Any) -> Any:
    """Two columns of one length as the columns of one matrix, which `FIRST` and `SECOND` take out again."""
    return added(grouped(first, FIRST.T), grouped(second, SECOND.T))


class LSTM:
    """c_t = σ(f_t) c_{t−1} + σ(i_t) tanh(g_t), h_t = σ(o_t) tanh(c_t): memory and output, coordinate by coordinate.

    Each of the arguments f, i, g and o is W h_{t−1} + v_t, with a weight and a drive of its own; what is not given is zero.
    Memory and output need each other, so they are the columns of one n × 2 matrix s_t.
    """

    def __init__(self, weights: Mapping[str, Any], drives: Mapping[str, Drive], c_0: Any, h_0: Any) -> None:
        self._weights, self._drives, self._nothing = weights, drives, ZeroMatrix(*c_0.shape)
        self._states = Recursion("s", pair(c_0, h_0), lambda s, t: pair(self._new_memory(s, t), self._new_output(s, t)))

    def memory(self, T: Any) -> Any:
        """c_T, what the cell holds."""
        return grouped(self._states.at(T), FIRST)

    def output(self, T: Any) -> Any:
        """h_T, what the cell puts out and its gates see at the next step."""
        return grouped(self._states.at(T), SECOND)

    def argument(self, of: str, h: Any, t: Any) -> Any:
        """What a gate (f, i, o) is the sigmoid of at step t, or (g) what is written the tanh of, after the output h."""
        seen = [grouped(self._weights[of], h)] if of in self._weights else []
        driven = [self._drives[of].at(t)] if of in self._drives else []
        return _sum(seen + driven) or self._nothing

    def _gate(self, of: str, h: Any, t: Any) -> Any:
        return Diagonal(Applied(sigmoid, self.argument(of, h, t)))

    def _written(self, h: Any, t: Any) -> Any:
        return Applied(tanh, self.argument("g", h, t))

    def _new_memory(self, s: Any, t: Any) -> Any:
        c, h = grouped(s, FIRST), grouped(s, SECOND)
        return added(grouped(self._gate("f", h, t), c), grouped(self._gate("i", h, t), self._written(h, t)))

    def _new_output(self, s: Any, t: Any) -> Any:
        return grouped(self._gate("o", grouped(s, SECOND), t), Applied(tanh, self._new_memory(s, t)))

    def memory_tangent(self, T: Any, a: Any, b: Any) -> Any:
        """The derivative of the memory c_T where c_0 moves along a and h_0 along b; for b = 0 it is ∂c_T/∂c_0 · a."""
        return grouped(self._tangents(a, b).at(T), FIRST)

    def output_tangent(self, T: Any, a: Any, b: Any) -> Any:
        """The derivative of the output h_T where c_0 moves along a and h_0 along b."""
        return grouped(self._tangents(a, b).at(T), SECOND)

    def _tangents(self, a: Any, b: Any) -> Recursion:
        def step(d: Any, t: Any) -> Any:
            memory = self._moved_memory(grouped(d, FIRST), grouped(d, SECOND), t)
            return pair(memory, self._moved_output(memory, grouped(d, SECOND), t))

        return Recursion("d", pair(a, b), step)

    def _moved_memory(self, memory: Any, output: Any, t: Any) -> Any:
        c, h = self.memory(monus(t, 1)), self.output(monus(t, 1))
        factors = {
            "f": (Diagonal(c), sigmoid),
            "i": (Diagonal(self._written(h, t)), sigmoid),
            "g": (self._gate("i", h, t), tanh),
        }
        ways = [grouped(self._gate("f", h, t), memory)]
        for of, (factor, phi) in factors.items():
            if of in self._weights:
                ways.append(grouped(factor, slopes_at(phi, self.argument(of, h, t)), self._weights[of], output))
        return _sum(ways)

    def _moved_output(self, memory: Any, output: Any, t: Any) -> Any:
        h, now = self.output(monus(t, 1)), self.memory(t)
        ways = [grouped(self._gate("o", h, t), slopes_at(tanh, now), memory)]
        if "o" in self._weights:
            opened = slopes_at(sigmoid, self.argument("o", h, t))
            ways.append(grouped(Diagonal(Applied(tanh, now)), opened, self._weights["o"], output))
        return _sum(ways)


def _sum(parts: list[Any]) -> Any:
    return added(*parts) if len(parts) > 1 else parts[0] if parts else None


@claim()
def units_of_pair_orthonormal():
    """The two columns that take memory and output out of their pair are orthonormal."""
    return both(
        *(eq(grouped(x.T, x), Identity(1)) for x in (FIRST, SECOND)),
        *(eq(grouped(x.T, y), ZeroMatrix(1, 1)) for x, y in ((FIRST, SECOND), (SECOND, FIRST))),
    ), Calc()


@claim(sources=["hochreiter1997"], ledger=["lstm-cell-jacobian", "lstm-for-vanishing"])
def lstm_tangent_of_open_loop(f: Drive, u: Drive, g: Drive, o: Drive, c_0: Start, h_0: Start, a: Start, i: Coordinate, T: T_):
    """Where no gate sees the output, the forget gates alone are the whole derivative of the memory by its start."""
    cell = LSTM({}, {"f": f, "i": u, "g": g, "o": o}, c_0, h_0)
    kept = product_of(lambda t: sigmoid(Entry(f.at(t), i)), T)
    moved = Entry(cell.memory_tangent(T, a, ZeroMatrix(n, 1)), i)
    return eq(moved, kept * Entry(a, i)), Induction(on=T, by=[units_of_pair_orthonormal])


def resting(w: X) -> LSTM:
    """The LSTM without inputs, started at zero, that writes w times its output, each unit by itself; no gate sees anything."""
    return LSTM({"g": scaled(w, Identity(n))}, {}, ZeroMatrix(n, 1), ZeroMatrix(n, 1))


@claim(sources=["hochreiter1997"], ledger=["lstm-for-vanishing"], corrects=["abs_whole_lstm_tangent_le"])
def resting_lstm_tangent_eq(w: X, a: Start, i: Coordinate, T: T_):
    """An LSTM at rest stays there, and each step but the first multiplies a gradient of its memory by 1/2 + w/4: half of it is
    kept, a quarter of w comes back."""
    cell, rate = resting(w), Rational(1, 2) + w / 4
    held, put_out = Entry(cell.memory(T), i), Entry(cell.output(T), i)
    moved, expected = Entry(cell.memory_tangent(T + 1, a, ZeroMatrix(n, 1)), i), rate**T * Entry(a, i) / 2
    step = Parts((Calc(), Calc(), Nonneg(rate * (expected - moved))))
    return both(eq(held, 0), eq(put_out, 0), eq(moved, expected)), Induction(on=T, step=step, by=[units_of_pair_orthonormal])


@claim(sources=["hochreiter1997"], ledger=["lstm-for-vanishing"])
def abs_whole_lstm_tangent_le(
    W_f: Square,
    W_i: Square,
    W_g: Square,
    W_o: Square,
    f: Drive,
    u: Drive,
    g: Drive,
    o: Drive,
    c_0: Start,
    h_0: Start,
    a: Start,
    i: Coordinate,
    T: T_,
):
    """Folklore: no gradient explodes along the memory of an LSTM. One unit at rest that writes ten times its output does."""
    weights, drives = {"f": W_f, "i": W_i, "g": W_g, "o": W_o}, {"f": f, "i": u, "g": g, "o": o}
    cell = LSTM(weights, drives, c_0, h_0)
    moved = Entry(cell.memory_tangent(T, a, ZeroMatrix(n, 1)), i)
    rest = {W_f: [[0]], W_i: [[0]], W_g: [[10]], W_o: [[0]], f: [], u: [], g: [], o: [], c_0: [0], h_0: [0]}
    return Abs(moved) <= Abs(Entry(a, i)), Refute(at={**rest, a: [1], i: 1, T: 2})
