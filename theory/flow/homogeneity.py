"""Homogeneity: without bias and input a rectifier network scales with its start, so nothing in it saturates.

The claims are stated at width 2, where a column is read entry by entry.
"""

from __future__ import annotations

from typing import Annotated

from sympy import MatrixSymbol, Symbol, ZeroMatrix

from theory.activations.relu import relu
from theory.language.claims import claim
from theory.language.domains import Columns, Matrices, Sequences
from theory.language.matrices import Entry, Recurrence, Sequence, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, NonnegativeX, eq
from theory.tactics import Cases, Induction

t = Symbol("t")
Square2 = Annotated[MatrixSymbol, Matrices(2)]
Column2 = Annotated[MatrixSymbol, Columns(2)]
Drive2 = Annotated[Sequence, Sequences(2)]
AT_REST = {"W": [[0, 0], [0, 0]], "h_0": [0, 0], "v": []}
SIGNS = ("+", "0", "-")


@claim(sources=["logm", "stackexchange"], ledger=["homogeneity-euler", "relu-rnn-very-large-outputs"], example=AT_REST)
def relu_state_of_scaled_start(W: Square2, h_0: Column2, v: Drive2, c: NonnegativeX, T: T_):
    """Without drive a rectifier network that starts c times as large stays c times as large: nothing saturates; width 2."""
    net, larger = Recurrence(W, relu, h_0, v), Recurrence(W, relu, scaled(c, h_0), v)
    inputs = [Entry(net.preactivation(T + 1), i) for i in (1, 2)]
    return implies(always(t, eq(v.at(t), ZeroMatrix(2, 1))), eq(larger.state(T), scaled(c, net.state(T)))), Induction(
        on=T, step=Cases(on=inputs, signs=("0+", "-0"))
    )


@claim(ledger=["homogeneity-euler"], example=AT_REST)
def relu_jacobian_mul_start(W: Square2, h_0: Column2, v: Drive2, T: T_):
    """Without drive the gradient of a rectifier network carries the start to the state (Euler), whatever slope is used at 0;
    width 2."""
    net = Recurrence(W, relu, h_0, v)
    inputs = [Entry(net.preactivation(T + 1), i) for i in (1, 2)]
    return implies(always(t, eq(v.at(t), ZeroMatrix(2, 1))), eq(net.jacobian(T) * h_0, net.state(T))), Induction(
        on=T, step=Cases(on=inputs, signs=SIGNS)
    )


@claim(
    sources=["zhihu61265076"],
    ledger=["eigenvalue-above-one-relu"],
    corrects=["norm_start_le_norm_relu_state_of_one_lt_spectralRadius"],
    example={**AT_REST, "a": 0},
)
def relu_state_along_eigenvector(W: Square2, h_0: Column2, v: Drive2, a: NonnegativeX, T: T_):
    """Started at an eigenvector without negative entries a rectifier network grows like the power of the eigenvalue; width
    2."""
    net = Recurrence(W, relu, h_0, v)
    conditions = (eq(W * h_0, scaled(a, h_0)), Entry(h_0, 1) >= 0, Entry(h_0, 2) >= 0, always(t, eq(v.at(t), ZeroMatrix(2, 1))))
    return implies(both(*conditions), eq(net.state(T), scaled(a**T, h_0))), Induction(on=T)
