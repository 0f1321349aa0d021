"""The Jacobian of a recurrence is D_T W ⋯ D_1 W: exactly, entry by entry, against the unrolled network.

Both sides are polynomials in the weights and the slopes φ'(a_{t,i}), which become symbols of their
own; equal polynomials in expanded form are equal, so nothing is compared in floats.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import (
    Expr,
    Identity,
    Matrix,
    MatrixSymbol,
    Rational,
    Symbol,
    diff,
    exp,
    expand,
    lambdify,
    log,
    symbols,
    together,
)
from sympy.matrices import ImmutableDenseMatrix

from numerics.networks import ACTIVATIONS, jacobian, run
from theory.activations.identity import identity
from theory.activations.leaky_relu import leaky_relu
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.kernel import entries, exact
from theory.kernel.field import Field
from theory.kernel.gate import Instance
from theory.kernel.reading import Reader
from theory.kernel.terms import literal, make
from theory.language.activations import Activation, ActivationDerivative
from theory.language.domains import Slopes
from theory.language.errors import ClaimError
from theory.language.matrices import Entry, Recurrence
from theory.language.unrolled import Unrolled, explicit_jacobian, unrolled_state
from theory.tactics.context import members_literal

n = Symbol("n")
W = MatrixSymbol("W", n, n)
SMOOTH: list[type[Activation]] = [tanh, sigmoid, softplus]
WIDTHS, DEPTHS = (1, 2, 3), (0, 1, 2, 3, 4)

each_smooth = pytest.mark.parametrize("phi", SMOOTH, ids=lambda f: f.__name__)
each_width = pytest.mark.parametrize("width", WIDTHS)
each_depth = pytest.mark.parametrize("depth", DEPTHS)


def start_of(unrolled: Unrolled) -> Any:
    return unrolled.states[0]


def differentiate(unrolled: Unrolled) -> Any:
    """∂h_T/∂h_0 by SymPy, entry by entry."""
    rows = [[diff(h, start) for start in start_of(unrolled)] for h in unrolled.states[-1]]
    return ImmutableDenseMatrix(rows)


def column(name: str, width: int) -> list[Any]:
    """The entries of a column that is a variable."""
    symbol: Any = MatrixSymbol(name, width, 1)
    return [symbol[i, 0] for i in range(width)]


@cache
def differentiated(phi: type[Activation], width: int, depth: int) -> Any:
    return differentiate(unrolled_state(Recurrence(W, phi), width, depth))


@cache
def slope_symbols(phi: type[Activation], width: int, depth: int) -> dict[Any, Any]:
    """A symbol for each slope φ'(a_{t,i}), as the step and coordinate say."""
    unrolled = unrolled_state(Recurrence(W, phi), width, depth)
    return {
        phi.d(a): Symbol(f"D_{t}_{i}") for t, column in enumerate(unrolled.preactivations, 1) for i, a in enumerate(column, 1)
    }


def polynomials(phi: type[Activation], width: int, depth: int, matrix: Any) -> Any:
    """The entries with slopes as symbols, expanded."""
    named = matrix.xreplace(slope_symbols(phi, width, depth)).applyfunc(expand)
    assert not named.has(ActivationDerivative, Activation), "some slope is at no preactivation of this network"
    return named


def same(phi: type[Activation], width: int, depth: int, claimed: Any) -> bool:
    return polynomials(phi, width, depth, claimed) == polynomials(phi, width, depth, differentiated(phi, width, depth))


@each_smooth
@each_width
@each_depth
def test_the_jacobian_is_the_derivative_of_every_entry(phi: type[Activation], width: int, depth: int) -> None:
    assert same(phi, width, depth, explicit_jacobian(Recurrence(W, phi), width, depth))


@each_smooth
def test_no_two_slopes_are_one_symbol(phi: type[Activation]) -> None:
    assert len(slope_symbols(phi, 3, 4)) == 12


@each_smooth
def test_the_polynomial_of_an_entry_sums_over_all_paths(phi: type[Activation]) -> None:
    """With n units and T steps, n^{T−1} paths lead from one unit of h_0 to one of h_T."""
    entry = polynomials(phi, 3, 4, explicit_jacobian(Recurrence(W, phi), 3, 4))[0, 1]
    assert len(entry.as_ordered_terms()) == 3**3


# --- a wrong Jacobian is told apart ----------------------------------------------------------------


def product(factors: list[Any], width: int) -> Any:
    found = ImmutableDenseMatrix.eye(width)
    for factor in factors:
        found = factor * found
    return found


WRONG: dict[str, Callable[[list[Any], Any], list[Any]]] = {
    "transposed weight": lambda masks, w: [f for d in masks for f in (w.T, d)],
    "last mask missing": lambda masks, w: [f for d in masks[:-1] for f in (w, d)] + [w],
    "first mask missing": lambda masks, w: [w] + [f for d in masks[1:] for f in (w, d)],
    "one weight missing": lambda masks, w: masks[:1] + [f for d in masks[1:] for f in (w, d)],
    "masks one step late": lambda masks, w: [f for d in (*masks[1:], masks[-1]) for f in (w, d)],
    "masks one step early": lambda masks, w: [f for d in (masks[0], *masks[:-1]) for f in (w, d)],
    "masks in reverse": lambda masks, w: [f for d in reversed(masks) for f in (w, d)],
    "mask before weight": lambda masks, w: [f for d in masks for f in (d, w)],
    "transposed product": lambda masks, w: [f for d in reversed(masks) for f in (d, w.T)],
    "one step too few": lambda masks, w: [f for d in masks[:-1] for f in (w, d)],
    "one step too many": lambda masks, w: [f for d in (*masks, masks[-1]) for f in (w, d)],
    "sign of one factor": lambda masks, w: [f for d in masks[:-1] for f in (w, d)] + [w, -masks[-1]],
    "nothing wrong": lambda masks, w: [f for d in masks for f in (w, d)],
}


@each_smooth
@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_jacobian_is_told_apart(phi: type[Activation], depth: int, mistake: str) -> None:
    unrolled = unrolled_state(Recurrence(W, phi), 2, depth)
    masks = [unrolled.mask(t) for t in range(1, depth + 1)]
    claimed = product(WRONG[mistake](masks, unrolled.weight), 2)
    assert same(phi, 2, depth, claimed) is (mistake == "nothing wrong")


@each_smooth
def test_a_slope_taken_at_the_state_is_told_apart(phi: type[Activation]) -> None:
    unrolled = unrolled_state(Recurrence(W, phi), 2, 2)
    late = ImmutableDenseMatrix.diag(*(phi.d(h) for h in unrolled.states[1]))
    with pytest.raises(AssertionError, match="at no preactivation"):
        same(phi, 2, 2, late * unrolled.weight * unrolled.mask(1) * unrolled.weight)


# --- without the heads: definitions unfolded ----------------------------------------------------------

# Each activation as a rational function of e^u and itself, for SymPy to differentiate on its own.
ELEMENTARY: dict[type[Activation], Callable[[Any], Any]] = {
    tanh: lambda u: 1 - 2 / (exp(2 * u) + 1),
    sigmoid: lambda u: 1 / (1 + exp(-u)),
    softplus: lambda u: log(1 + exp(u)),
}


@cache
def elementary(phi: type[Activation], e: Any) -> Any:
    """Heads replaced by elementary functions, and their derivatives by what SymPy makes of those."""
    if e.args:
        e = e.func(*(elementary(phi, a) if isinstance(a, Expr) else a for a in e.args))
    if isinstance(e, Activation):
        return ELEMENTARY[phi](e.args[0])
    if isinstance(e, ActivationDerivative):
        u: Any = Symbol("u")
        return diff(ELEMENTARY[phi](u), u).xreplace({u: e.args[1]})
    return e


@each_smooth
@pytest.mark.parametrize(("width", "depth"), [(1, 2), (1, 3), (2, 1), (2, 2)])
def test_the_jacobian_is_that_of_elementary_functions(phi: type[Activation], width: int, depth: int) -> None:
    """Once more without heads: SymPy differentiates nested exponentials, which are named only afterwards."""
    net = Recurrence(W, phi)
    unrolled, claimed = unrolled_state(net, width, depth), explicit_jacobian(net, width, depth)
    names: dict[Any, Any] = {}
    for number, a in enumerate(elementary(phi, a) for column in unrolled.preactivations for a in column):
        e: Any = Symbol(f"e_{number}")
        for multiple, power in ((a, e), (-a, 1 / e), (2 * a, e**2)):
            names |= {exp(multiple): power, exp(expand(multiple)): power}
    for i, state in enumerate(unrolled.states[-1]):
        for j in range(width):
            difference = diff(elementary(phi, state), start_of(unrolled)[j]) - elementary(phi, claimed[i, j])
            assert not difference.has(Activation, ActivationDerivative)
            numerator = together(difference.xreplace(names)).as_numer_denom()[0]
            assert not numerator.has(exp)
            assert expand(numerator) == 0


# --- other networks -------------------------------------------------------------------------------------


def test_a_weight_made_of_matrices_is_written_out() -> None:
    E, epsilon = MatrixSymbol("E", n, n), Symbol("epsilon")
    net = Recurrence(Identity(n) + epsilon * E, tanh)
    unrolled = unrolled_state(net, 2, 2)
    explicit: Any = MatrixSymbol("E", 2, 2)
    assert unrolled.weight[0, 0] == 1 + epsilon * explicit[0, 0]
    assert unrolled.weight[1, 0] == epsilon * explicit[1, 0]
    assert (differentiate(unrolled) - explicit_jacobian(net, 2, 2)).applyfunc(expand).is_zero_matrix


def test_states_share_their_subexpressions() -> None:
    unrolled = unrolled_state(Recurrence(W, sigmoid), 2, 3)
    first = {id(e) for e in unrolled.states[1]}
    inside = {id(e) for a in unrolled.preactivations[1] for e in a.atoms(sigmoid)}
    assert first == inside


@pytest.mark.parametrize(
    ("net", "width", "depth", "message"),
    [
        (Recurrence(W, tanh), 0, 1, "at a width that is a whole number from 1 on, not 0"),
        (Recurrence(W, tanh), 2, -1, "at a depth that is a whole number from 0 on, not -1"),
        (Recurrence(W, tanh), n, 1, "at a width that is a whole number from 1 on, not n"),
        (Recurrence(W, Slopes(1).variable("phi")), 2, 1, "unknown activation phi cannot be unrolled; name one"),
        (Recurrence(Matrix([[1]]), tanh), 2, 1, "has width 1, so it cannot be unrolled at width 2"),
        (Recurrence(W, tanh, drive=Symbol("v")), 2, 1, "a drive is a Sequence, not v"),
    ],
)
def test_what_cannot_be_unrolled_says_so(net: Recurrence, width: Any, depth: Any, message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        unrolled_state(net, width, depth)


# --- the kernel -----------------------------------------------------------------------------------------


@each_smooth
@each_width
@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4])
def test_the_kernel_unfolds_the_same_product(phi: type[Activation], width: int, depth: int) -> None:
    """At each literal depth the normal form of the kernel's Jacobian is that of D_T W ⋯ D_1 W, and of no wrong product."""
    net = Recurrence(MatrixSymbol("W", width, width), phi)
    reader = Reader()
    jac = reader.term(net.jacobian(depth))
    weight = reader.term(net.weight)
    masks = [reader.term(net.mask(t)) for t in range(1, depth + 1)]

    def multiplied(factors: list[Any]) -> Any:
        identity_ = make("ident", data=width)
        return make("mmul", (*reversed(factors), identity_)) if factors else identity_

    def check(field: Field) -> None:
        for mistake, wrong in WRONG.items():
            if mistake == "nothing wrong" or (depth >= 2 and "transposed" not in mistake and "sign" not in mistake):
                claimed = multiplied(wrong(masks, weight))
                assert entries.equal(field, jac, claimed) is (mistake == "nothing wrong"), mistake

    check(Field())


@each_smooth
def test_the_kernel_reads_entries_of_preactivations_as_slopes(phi: type[Activation]) -> None:
    """(D_1 W)_{ij} is φ'(a_{1,i}) W_{ij}, each factor in its place."""
    net = Recurrence(MatrixSymbol("W", 2, 2), phi)
    reader = Reader()

    def check(field: Field) -> None:
        for i in (1, 2):
            for j in (1, 2):
                entry = reader.term(Entry(net.jacobian(1), i, j))
                pre = reader.term(Entry(net.preactivation(1), i))
                slope = make("slope", (make("fun", data=phi.__name__), pre))
                right = make("mul", (slope, reader.term(Entry(net.weight, i, j))))
                swapped = make("mul", (slope, reader.term(Entry(net.weight, j, i))))
                assert field.same(entry, right)
                assert field.same(entry, swapped) is (i == j)

    check(Field())


RATIONAL: list[type[Activation]] = [relu, leaky_relu, identity]
GIVEN: dict[int, tuple[list[list[str]], list[str], list[list[str]]]] = {
    1: ([["-3/2"]], ["2/3"], [["5"], ["1/4"], ["-1"], ["7"]]),
    2: ([["1/2", "-3"], ["2", "1/5"]], ["1", "-1/3"], [["1", "7"], ["0", "-1/2"], ["3", "3"], ["-1/7", "1/9"]]),
    3: (
        [["1", "-2", "1/3"], ["1/2", "3/4", "-1"], ["-1/5", "2", "1"]],
        ["1", "1/2", "-2"],
        [["1/2", "1", "-1"], ["-3", "2", "5"], ["1/7", "-1/7", "1"], ["2", "2", "-8"]],
    ),
}


@cache
def exact_value(e: Any) -> Any:
    """A closed expression of piecewise linear heads as a rational number, from the leaves up."""
    if e.args:
        e = e.func(*(exact_value(a) if isinstance(a, Expr) else a for a in e.args))
    return e.unfolded() if isinstance(e, (Activation, ActivationDerivative)) else e


@pytest.mark.parametrize("phi", RATIONAL, ids=lambda f: f.__name__)
@each_width
@each_depth
def test_the_kernels_exact_value_is_that_of_the_explicit_jacobian(phi: type[Activation], width: int, depth: int) -> None:
    weight, start, drive = GIVEN[width]
    reader = Reader()
    net = Recurrence(W, phi)
    term = reader.term(net.jacobian(depth))
    values = {
        reader.term(net.weight): literal(tuple(tuple(Fraction(q) for q in row) for row in weight)),
        reader.term(net.start): literal(tuple((Fraction(q),) for q in start)),
        reader.term(net.drive): members_literal([[Rational(q) for q in column] for column in drive], reader, width),
    }
    found = exact.matrix(Instance(values, {"n": width}).of(term))

    numbers: dict[Any, Any] = {}
    unrolled = unrolled_state(net, width, depth)
    for i in range(width):
        numbers[start_of(unrolled)[i]] = Rational(start[i])
        for j in range(width):
            numbers[unrolled.weight[i, j]] = Rational(weight[i][j])
    for t, values_of_step in enumerate(drive, 1):
        numbers |= dict(zip(column(f"v_{t}", width), map(Rational, values_of_step), strict=True))
    expected = explicit_jacobian(net, width, depth).xreplace(numbers).applyfunc(exact_value)
    assert Matrix(width, width, [Rational(int(q.p), int(q.q)) for q in found.entries()]) == Matrix(expected)


# --- floats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phi", [*SMOOTH, relu, leaky_relu, identity], ids=lambda f: f.__name__)
@each_width
@each_depth
def test_running_networks_agree_in_floats(phi: type[Activation], width: int, depth: int) -> None:
    random = np.random.default_rng(7)
    weight, start = random.normal(size=(width, width)), random.normal(size=width)
    drive = random.normal(size=(depth, width))
    found = jacobian(run(weight, ACTIVATIONS[phi.__name__], start, drive), weight).to_array()

    net = Recurrence(W, phi)
    unrolled = unrolled_state(net, width, depth)
    drives = [e for t in range(1, depth + 1) for e in column(f"v_{t}", width)]
    arguments: list[Any] = [*unrolled.weight, *start_of(unrolled), *drives]
    plain = symbols(f"x:{len(arguments)}")
    named = explicit_jacobian(net, width, depth).xreplace(dict(zip(arguments, plain, strict=True)))
    expected: Any = lambdify(plain, named, "numpy", cse=True)
    np.testing.assert_allclose(found, expected(*weight.flat, *start, *drive.flat), rtol=1e-12, atol=1e-15)
