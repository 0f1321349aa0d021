"""The chain rule of layered, residual and gated networks, against SymPy's differentiation of the unrolled network."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any, cast

import pytest
from sympy import Matrix, MatrixSymbol, Rational, Symbol, diag, exp, eye, log, symbols
from sympy import tanh as sympy_tanh

from numerics.balls import Number, absolute, exact, order, precision
from numerics.evaluate import ExactView
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.flow.cells import GRU, lstm_cell, lstm_cell_jacobian
from theory.flow.lstm import LSTM
from theory.kernel.reading import Reader
from theory.kernel.terms import Term, literal, sequence_literal, var
from theory.language.activations import Activation
from theory.language.layers import FeedForward, Residual
from theory.language.matrices import Sequence

n = Symbol("n")
FORMS: dict[type[Activation], Callable[[Any], Any]] = {
    tanh: sympy_tanh,
    sigmoid: lambda x: 1 / (1 + exp(-x)),
    softplus: lambda x: log(1 + exp(x)),
}
STEPS = 3
# SymPy takes seconds to differentiate three steps of nested logarithms.
SLOW = {(softplus, 3, 3)}
LAYERED = [
    pytest.param(phi, width, depth, marks=[pytest.mark.nightly] * ((phi, width, depth) in SLOW))
    for phi, width, depth in product(FORMS, (1, 2, 3), range(STEPS + 1))
]


def number(seed: int, row: int, column: int = 0) -> Any:
    """Some rational number: no two places of a network have the same."""
    return Rational((7 * seed + 3 * row + 5 * column) % 11 - 5, 4) + Rational(1, 8)


def matrix(seed: int, width: int, columns: int) -> Any:
    return Matrix([[number(seed, i, j) for j in range(columns)] for i in range(width)])


def as_fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def term(m: Any) -> Term:
    return literal(tuple(tuple(as_fraction(x) for x in row) for row in m.tolist()))


def sequence(members: list[Any]) -> Term:
    return sequence_literal(tuple(tuple(as_fraction(x) for x in m) for m in members), *members[0].shape)


def view(width: int, **values: Any) -> ExactView:
    """The instance where sequences take these members and matrices these entries."""
    given: dict[Term, Term] = {}
    for name, value in values.items():
        shape = ("n", "n" if name.startswith("W") else 1)
        many = isinstance(value, list)
        given[var(name, "seq" if many else "mat", shape)] = sequence(cast("list[Any]", value)) if many else term(value)
    return ExactView(given, {"n": width})


def agrees(computed: Number, expected: Any) -> bool:
    """Whether a number or ball is within 10⁻³⁰ of what SymPy knows to forty digits."""
    gap = absolute(computed - exact(Fraction(str(expected.evalf(40)))))
    return order(gap, exact(Fraction(1, 10**30))) == 1


def differ_nowhere(computed: Any, outputs: Any, inputs: Any, start: Any) -> None:
    at = dict(zip(inputs, start, strict=True))
    for i, h in enumerate(outputs):
        for j, x in enumerate(inputs):
            assert agrees(computed[i, j], h.diff(x).evalf(40, subs=at)), (i, j)


@pytest.mark.parametrize(("phi", "width", "depth"), LAYERED)
@pytest.mark.parametrize("kind", [FeedForward, Residual])
def test_a_layered_jacobian_is_the_derivative_of_every_entry(kind: Any, phi: type[Activation], width: int, depth: int) -> None:
    weights, shifts = [matrix(s, width, width) for s in (1, 4, 6)], [matrix(s, width, 1) for s in (2, 3, 5)]
    start, h = matrix(9, width, 1), Matrix(symbols(f"x0:{width}", real=True))
    inputs = list(h)
    for W, v in zip(weights[:depth], shifts, strict=False):
        image = (W * h + v).applyfunc(FORMS[phi])
        h = image if kind is FeedForward else h + image
    net = kind(Sequence("W", n, n), phi, MatrixSymbol("h_0", n, 1), Sequence("v", n))
    with precision(256):
        computed = view(width, W=weights, v=shifts, h_0=start).matrix(Reader().term(net.jacobian(depth)))
        differ_nowhere(computed, list(h), inputs, list(start))


@pytest.mark.parametrize(("width", "depth"), [(1, 0), (1, 1), pytest.param(1, 2, marks=pytest.mark.nightly), (2, 1)])
def test_the_jacobian_of_a_gru_is_the_derivative_of_every_entry(width: int, depth: int) -> None:
    squash = FORMS[sigmoid]
    W_z, W_r, W = (matrix(s, width, width) for s in (1, 4, 6))
    z, r, v = ([matrix(s + k, width, 1) for k in range(STEPS)] for s in (2, 5, 8))
    start, h = matrix(9, width, 1), Matrix(symbols(f"x0:{width}", real=True))
    inputs = list(h)
    for t in range(depth):
        update, reset = ((M * h + d[t]).applyfunc(squash) for M, d in ((W_z, z), (W_r, r)))
        proposed = (W * diag(*reset) * h + v[t]).applyfunc(sympy_tanh)
        h = (eye(width) - diag(*update)) * h + diag(*update) * proposed
    names = [MatrixSymbol(name, n, n) for name in ("W_z", "W_r", "W")]
    cell = GRU(
        (names[0], names[1], names[2]), (Sequence("z", n), Sequence("r", n), Sequence("v", n)), MatrixSymbol("h_0", n, 1)
    )
    with precision(256):
        computed = view(width, W_z=W_z, W_r=W_r, W=W, z=z, r=r, v=v, h_0=start).matrix(Reader().term(cell.jacobian(depth)))
        differ_nowhere(computed, list(h), inputs, list(start))


@pytest.mark.parametrize("depth", range(STEPS + 1))
def test_the_memory_of_an_lstm_is_differentiated_with_its_gates_held(depth: int) -> None:
    width, squash = 2, FORMS[sigmoid]
    f, u, g = ([matrix(s + k, width, 1) for k in range(STEPS)] for s in (2, 5, 8))
    start, c = matrix(9, width, 1), Matrix(symbols(f"x0:{width}", real=True))
    inputs = list(c)
    for t in range(depth):
        c = diag(*f[t].applyfunc(squash)) * c + diag(*u[t].applyfunc(squash)) * g[t].applyfunc(sympy_tanh)
    sequences = (Sequence(name, n) for name in ("f", "u", "g"))
    forget, write, new = sequences
    there = view(width, f=f, u=u, g=g, c_0=start)
    with precision(256):
        differ_nowhere(there.matrix(Reader().term(lstm_cell_jacobian(forget).at(depth))), list(c), inputs, list(start))
        memory = there.matrix(Reader().term(lstm_cell(forget, write, new, MatrixSymbol("c_0", n, 1)).at(depth)))
        at = dict(zip(inputs, start, strict=True))
        assert all(agrees(memory[i, 0], c[i].evalf(40, subs=at)) for i in range(width))


@pytest.mark.parametrize(("width", "depth"), [(1, 0), (1, 1), (2, 1), (1, 2)])
def test_the_tangents_of_a_whole_lstm_are_its_derivatives(width: int, depth: int) -> None:
    squash, gates = FORMS[sigmoid], "figo"
    W = {of: matrix(s, width, width) for of, s in zip(gates, (1, 4, 6, 2), strict=True)}
    v = {of: [matrix(s + k, width, 1) for k in range(STEPS)] for of, s in zip(gates, (2, 5, 8, 3), strict=True)}
    start, names = [*matrix(9, width, 1), *matrix(3, width, 1)], symbols(f"x0:{2 * width}", real=True)
    c, h = Matrix(names[:width]), Matrix(names[width:])
    for t in range(depth):
        seen = {of: W[of] * h + v[of][t] for of in gates}
        f, i, o = (diag(*seen[of].applyfunc(squash)) for of in "fio")
        c = f * c + i * seen["g"].applyfunc(sympy_tanh)
        h = o * c.applyfunc(sympy_tanh)
    weights, drives = {of: MatrixSymbol(f"W_{of}", n, n) for of in gates}, {of: Sequence(of, n) for of in gates}
    c_0, h_0, a, b = (MatrixSymbol(name, n, 1) for name in ("c_0", "h_0", "a", "b"))
    cell, at = LSTM(weights, drives, c_0, h_0), dict(zip(names, start, strict=True))
    given = {f"W_{of}": W[of] for of in gates} | v | {"c_0": Matrix(start[:width]), "h_0": Matrix(start[width:])}
    with precision(256):
        for j, x in enumerate(names):
            unit = Matrix([int(k == j) for k in range(2 * width)])
            there = view(width, **given, a=unit[:width, :], b=unit[width:, :])
            for state, tangent in ((c, cell.memory_tangent), (h, cell.output_tangent)):
                computed = there.matrix(Reader().term(tangent(depth, a, b)))
                assert all(agrees(computed[i, 0], state[i].diff(x).evalf(40, subs=at)) for i in range(width)), (j, depth)


def test_a_jacobian_without_one_of_its_factors_is_another() -> None:
    net = FeedForward(Sequence("W", n, n), tanh, MatrixSymbol("h_0", n, 1), Sequence("v", n))
    there = view(1, W=[matrix(1, 1, 1)] * 2, v=[matrix(2, 1, 1)] * 2, h_0=matrix(9, 1, 1))
    with precision(256):
        once, twice = (there.matrix(Reader().term(net.jacobian(k)))[0, 0] for k in (1, 2))
        assert order(once, twice) in (-1, 1)
