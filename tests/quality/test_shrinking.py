"""Counterexamples are small enough to read: few coordinates, few steps, few characters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sympy import Abs, MatrixSymbol, Rational, Symbol, sqrt

from numerics.attack import attack_goal
from numerics.evidence import complexity
from numerics.simplify import simplified
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.kernel.gate import Goal, Instance
from theory.kernel.reading import Reader
from theory.kernel.terms import literal, rat, var
from theory.language.domains import Depth, Domain, Matrices, Orthogonal, Real, Slopes, Steps
from theory.language.matrices import EntryNorm, Norm, Recurrence, SpectralRadius
from theory.language.statements import implies
from theory.language.symbols import eq

n, gamma, T, x, y = (Symbol(name) for name in ("n", "gamma", "T", "x", "y"))
W, A, B = (MatrixSymbol(name, n, n) for name in ("W", "A", "B"))
PHI = Slopes(gamma).variable("phi")


def goal(statement: Any, **domains: Domain) -> Goal:
    reader = Reader(domains)
    hypotheses = [reader.formula(c) for name, d in domains.items() for c in d.conditions(d.variable(name))]
    return Goal(tuple(hypotheses), reader.formula(statement))


# The statement, the largest width and depth, and the most characters of its witness.
CASES: dict[str, tuple[Goal, int, int, int]] = {
    "entries below one": (goal(implies(EntryNorm(W) < 1, Norm(W**2) < 1), W=Matrices(n)), 2, 0, 40),
    "radius below one": (goal(implies(SpectralRadius(W) < 1, Norm(W) < 1), W=Matrices(n)), 2, 0, 28),
    "matrices commute": (goal(eq(A * B, B * A), A=Matrices(n), B=Matrices(n)), 2, 0, 60),
    "multiplicative norm": (goal(eq(Norm(A * B), Norm(A) * Norm(B)), A=Matrices(n), B=Matrices(n)), 2, 0, 60),
    "powers of a matrix": (goal(Norm(W**T) <= SpectralRadius(W) ** T, W=Matrices(n), T=Steps), 2, 1, 36),
    "off by one power": (
        goal(Norm(Recurrence(W, PHI).jacobian(T)) <= (gamma * Norm(W)) ** (T + 1), W=Matrices(n), phi=Slopes(gamma), T=Depth),
        1, 0, 80,
    ),
    "off by one power after a step": (
        goal(Norm(Recurrence(W, PHI).jacobian(T)) <= (gamma * Norm(W)) ** (T + 1), W=Matrices(n), phi=Slopes(gamma), T=Steps),
        1, 1, 90,
    ),
    "orthogonal relu network": (goal(eq(Norm(Recurrence(W, relu).jacobian(T)), 1), W=Orthogonal(n), T=Depth), 1, 1, 60),
    "radius and network": (
        goal(implies(SpectralRadius(W) < 1, Norm(Recurrence(W, tanh).jacobian(T)) <= 1), W=Matrices(n), T=Depth), 2, 1, 80,
    ),
    "a slope": (goal(sigmoid.d(x) <= Rational(1, 5), x=Real), 0, 0, 6),
    "a curvature": (goal(Abs(sigmoid.d(x, 2)) <= 1 / (6 * sqrt(3)) - Rational(1, 10**9), x=Real), 0, 0, 16),
    "a Lipschitz constant": (goal(Abs(tanh(x) - tanh(y)) <= Abs(x - y) / 2, x=Real, y=Real), 0, 0, 20),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", CASES)
def test_a_witness_is_small(name: str, seed: int) -> None:
    statement, width, depth, characters = CASES[name]
    evidence = attack_goal(statement, seed=seed)
    witness = evidence.witness
    assert witness is not None
    assert all(int(size) <= width for size in witness.dims.values()), evidence.witness_text
    assert all(int(value.data) <= depth for v, value in witness.values.items() if v.sort == "nat"), evidence.witness_text
    assert len(evidence.witness_text) <= characters, evidence.witness_text


def test_simplification_keeps_what_breaks_and_ends() -> None:
    w = var("W", "mat", ("n", "n"))
    ugly = literal(tuple(tuple(Fraction(37 * i + 11 * j + 5, 17) for j in range(4)) for i in range(4)))

    def big(instance: Instance) -> bool:
        return any(abs(entry) > 3 for row in instance.values[w].data for entry in row)

    simple = simplified(Instance({w: ugly}, {"n": 4}), big)
    assert simple.dims == {"n": 1}
    assert big(simple)
    assert abs(simple.values[w].data[0][0]) <= 5


def test_simplification_never_makes_an_instance_worse() -> None:
    at = Instance({x_var: rat(Fraction(355, 113))}, {})
    simple = simplified(at, lambda instance: instance.values[x_var].data > 3)
    assert complexity(simple) < complexity(at)
    assert simple.values[x_var].data > 3


x_var = var("x")
