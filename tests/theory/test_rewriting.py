"""Equalities between matrices among the facts: read from left to right within products, and nowhere else."""

from __future__ import annotations

import pytest

from theory import leaky_relu, relu, tanh
from theory.activations.identity import identity
from theory.kernel.replacing import substitute
from theory.kernel.terms import ZERO, Term, eq, fn, literal, make, power, rat, sequence_literal, var
from theory.kernel.theorem import Theorem, infer
from theory.language.activations import Activation
from theory.language.errors import KernelRefusal
from theory.tactics.orbits import along_eigenvector, along_orbit

A, B, C, D, E = (var(name, "mat", ("n", "n")) for name in "ABCDE")
P, Q = var("P", "mat", ("n", "m")), var("Q", "mat", ("m", "n"))
T = var("T", "nat")


def known(*facts: Term) -> list[Theorem]:
    return [infer("assume", [fact]) for fact in facts]


def times(*factors: Term) -> Term:
    return fn("mmul", *factors)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (times(D, A, B, E), times(D, C, E)),
        (times(A, B, A, B), fn("mpow", C, rat(2))),
        (fn("madd", times(A, B), D), fn("madd", C, D)),
        (fn("norm", times(D, A, B)), fn("norm", times(D, C))),
    ],
)
def test_a_product_that_a_fact_speaks_of_is_replaced(left: Term, right: Term) -> None:
    assert infer("identity", [left, right], known(eq(times(A, B), C))).conclusion is eq(left, right)
    with pytest.raises(KernelRefusal):
        infer("identity", [left, right])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (times(B, A), C),
        (times(A, D, B), times(C, D)),
        (times(fn("tr", A), B), C),
        (times(A, A, B), times(C, A)),
        (fn("mabs", times(A, B)), C),
        (A, times(C, fn("inv", B))),
    ],
)
def test_no_other_product_is(left: Term, right: Term) -> None:
    with pytest.raises(KernelRefusal):
        infer("identity", [left, right], known(eq(times(A, B), C)))


def test_a_left_inverse_is_a_right_inverse_of_square_matrices_alone() -> None:
    one = make("ident", data="n")
    assert infer("identity", [times(D, B, A), D], known(eq(times(A, B), one)))
    assert infer("identity", [times(P, Q), one], known(eq(times(P, Q), one)))
    with pytest.raises(KernelRefusal):
        infer("identity", [times(Q, P), make("ident", data="m")], known(eq(times(P, Q), one)))


@pytest.mark.parametrize(
    "facts", [(eq(times(A, B), times(B, A)), eq(times(B, A), times(A, B))), (eq(A, times(B, C)), eq(times(B, C), A))]
)
def test_facts_that_lead_round_in_a_circle_prove_nothing_false(facts: tuple[Term, ...]) -> None:
    with pytest.raises(KernelRefusal):
        infer("identity", [times(A, B, C), D], known(*facts))


def test_a_fact_in_both_directions_does_no_harm() -> None:
    both = known(eq(A, times(B, C)), eq(times(B, C), A), eq(D, E))
    assert infer("identity", [times(A, D), times(A, E)], both)
    assert infer("identity", [times(D, A, A), times(E, A, A)], both)


# --- orbits ---------------------------------------------------------------------------------------------


def column(*entries: int) -> Term:
    return literal(tuple((rat(x).data,) for x in entries))


def net(rows: list[list[int]], f: type[Activation], start: Term) -> Term:
    weight = literal(tuple(tuple(rat(x).data for x in row) for row in rows))
    return fn("net", weight, make("fun", data=f.__name__), start, sequence_literal((), len(rows)))


@pytest.mark.parametrize(
    ("rows", "f", "start", "factor"),
    [([[2, 4], [-1, -2]], relu, (1, 0), 2), ([[3, 0], [0, 5]], relu, (1, 0), 3), ([[4]], leaky_relu, (1,), 4)],
)
def test_an_orbit_bounds_the_jacobian_from_below(
    rows: list[list[int]], f: type[Activation], start: tuple[int, ...], factor: int
) -> None:
    found = along_orbit(net(rows, f, column(*start)), column(*start), rat(factor), T)
    assert found.hypotheses == frozenset()
    assert found.conclusion.args[0] is power(rat(factor), T)


@pytest.mark.parametrize(
    ("rows", "f", "start", "factor"),
    [
        ([[2, 4], [-1, -2]], relu, (1, 0), 3),  # another factor
        ([[2, 4], [1, -2]], relu, (1, 0), 2),  # a start that turns
        ([[2, 0], [0, 2]], relu, (0, 0), 2),  # which is multiplied by anything
        ([[2, 0], [0, 2]], relu, (1, -1), 2),  # the second unit is asleep
        ([[2]], tanh, (1,), 2),  # an activation that bends
        ([[-2]], identity, (1,), 2),
    ],
)
def test_what_is_no_orbit_bounds_nothing(
    rows: list[list[int]], f: type[Activation], start: tuple[int, ...], factor: int
) -> None:
    with pytest.raises(KernelRefusal):
        along_orbit(net(rows, f, column(*start)), column(*start), rat(factor), T)


def test_an_eigenvector_bounds_powers_from_below() -> None:
    weight = literal(((rat(1).data, rat(1).data), (rat(0).data, rat(3).data)))
    found = along_eigenvector(weight, column(1, 2), rat(3), T)
    assert substitute(found.conclusion, {T: ZERO}) is fn("le", power(rat(3), ZERO), fn("norm", fn("mpow", weight, ZERO)))
    with pytest.raises(KernelRefusal):
        along_eigenvector(weight, column(2, 1), rat(3), T)
