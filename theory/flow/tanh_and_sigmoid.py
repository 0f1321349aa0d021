"""Tanh against the sigmoid in a recurrence: bounds at equal weights, and the change of scale that makes the two networks
one."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Identity, MatrixSymbol, Rational, Symbol

from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import slopes_tanh, tanh
from theory.language.claims import claim
from theory.language.domains import Columns, Matrices, Sequences
from theory.language.matrices import Entry, Norm, Recurrence, Sequence, added, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Coordinate, Drive, Square, Start, X, eq, n
from theory.tactics import Induction

t = Symbol("t")
Square2 = Annotated[MatrixSymbol, Matrices(2)]
Column2 = Annotated[MatrixSymbol, Columns(2)]
Drive2 = Annotated[Sequence, Sequences(2)]
AT_REST = {"W": [[0, 0], [0, 0]], "h_0": [0, 0], "o": [1, 1], "u": [], "v": []}


# --- bounds at equal weights ----------------------------------------------------------------------------


@claim(about=tanh, sources=["logm", "zhihu61265076"], ledger=["tanh-better-than-sigmoid"])
def norm_tanh_jacobian_le_pow(W: Square, T: T_):
    """With tanh a gradient grows at most like the T-th power of the weight."""
    return Norm(Recurrence(W, tanh).jacobian(T)) <= Norm(W) ** T, Induction(on=T, by=[slopes_tanh])


# --- both bounds are attained -----------------------------------------------------------------------------


@claim(
    about=tanh,
    ledger=["tanh-better-than-sigmoid", "relu-rnn-very-large-outputs", "bounded-loop-needed"],
    example={"n": 1, "h_0": [0], "v": []},
)
def tanh_state_at_rest(h_0: Start, v: Drive, w: X, i: Coordinate, T: T_):
    """A tanh unit that starts at 0 without input stays at 0."""
    net = Recurrence(scaled(w, Identity(n)), tanh, h_0, v)
    rest = both(eq(Entry(h_0, i), 0), always(t, eq(Entry(v.at(t), i), 0)))
    return implies(rest, eq(Entry(net.state(T), i), 0)), Induction(on=T)


@claim(
    about=tanh,
    ledger=["tanh-better-than-sigmoid", "relu-rnn-very-large-outputs", "bounded-loop-needed"],
    example={"n": 1, "h_0": [0], "v": []},
)
def tanh_jacobian_at_rest(h_0: Start, v: Drive, w: X, i: Coordinate, T: T_):
    """At rest the gradient of a tanh unit with self-weight w is exactly w^T: 2^T for w = 2, though the unit is bounded."""
    net = Recurrence(scaled(w, Identity(n)), tanh, h_0, v)
    rest = both(eq(Entry(h_0, i), 0), always(t, eq(Entry(v.at(t), i), 0)))
    return implies(rest, eq(Entry(net.jacobian(T), i, i), w**T)), Induction(on=T, by=[tanh_state_at_rest])


# --- one network on two scales ------------------------------------------------------------------------------


def _two_scales(W: Any, h_0: Any, o: Any, u: Any, v: Any) -> tuple[Recurrence, Recurrence, Any]:
    """The tanh network, the sigmoid network that starts at (h_0 + 1)/2, and what joins their drives; o is the column of
    ones."""
    slow = Recurrence(W, tanh, h_0, u)
    fast = Recurrence(scaled(4, W), sigmoid, scaled(Rational(1, 2), added(h_0, o)), v)
    drives = always(t, eq(v.at(t), added(scaled(2, u.at(t)), scaled(-2, W * o))))
    return slow, fast, both(eq(Entry(o, 1), 1), eq(Entry(o, 2), 1), drives)


@claim(sources=["logm"], ledger=["tanh-better-than-sigmoid"], example=AT_REST)
def sigmoid_state_eq_half_tanh_state(W: Square2, h_0: Column2, o: Column2, u: Drive2, v: Drive2, T: T_):
    """The sigmoid network of weight 4W and drive 2u − 2W·1 runs at s = (h + 1)/2 beside the tanh network of W and u; width
    2."""
    slow, fast, joined = _two_scales(W, h_0, o, u, v)
    return implies(joined, eq(fast.state(T), scaled(Rational(1, 2), added(slow.state(T), o)))), Induction(on=T)


@claim(sources=["logm"], ledger=["tanh-better-than-sigmoid"], example=AT_REST)
def sigmoid_jacobian_eq_tanh_jacobian(W: Square2, h_0: Column2, o: Column2, u: Drive2, v: Drive2, T: T_):
    """Beside each other on their two scales both networks have the same gradients: tanh is better at equal weights alone."""
    slow, fast, joined = _two_scales(W, h_0, o, u, v)
    return implies(joined, eq(fast.jacobian(T), slow.jacobian(T))), Induction(on=T, by=[sigmoid_state_eq_half_tanh_state])
