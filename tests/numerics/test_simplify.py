"""A witness is simplified as long as it stays one, and Hypothesis is asked again only where it is not plain by then."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Symbol

from numerics.adjudicate import Outcome, examine
from numerics.attack import attack_goal
from numerics.goals import opened
from numerics.simplify import plain, simplified
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import Term, literal, make, rat, sequence_literal, var
from theory.language.claims import full_ledger
from theory.language.domains import Real

x, W, mu = var("x"), var("W", "mat", ("n", "n")), var("mu", "law")
v, T = var("v", "seq", ("n", 1)), var("T", "nat")

PLAIN = {
    "small numbers": Instance({x: rat(-2), T: rat(1)}, {}),
    "a half": Instance({x: rat(Fraction(1, 2))}, {}),
    "width 1": Instance({W: literal(((Fraction(2),),)), v: sequence_literal(((Fraction(1),),), 1)}, {"n": 1}),
}
NOT_PLAIN = {
    "a large number": Instance({x: rat(3)}, {}),
    "a long fraction": Instance({x: rat(Fraction(1, 3))}, {}),
    "many steps": Instance({x: rat(1), T: rat(3)}, {}),
    "width 2": Instance({W: literal(((Fraction(0), Fraction(1)), (Fraction(0), Fraction(0))))}, {"n": 2}),
    "a large input": Instance({v: sequence_literal(((Fraction(5),),), 1)}, {"n": 1}),
    "a law": Instance({mu: make("finite", data=((Fraction(0), Fraction(1)),))}, {}),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_small_in_every_way_is_plain(name: str) -> None:
    assert plain(PLAIN[name])


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_large_in_one_way_is_not_plain(name: str) -> None:
    assert not plain(NOT_PLAIN[name])


def test_simplifying_never_leaves_what_is_broken() -> None:
    s = Symbol("x")
    goal = Goal((), Reader({"x": Real}).formula(s**2 >= s / 3))
    target = opened(goal)

    def broken(at: Instance) -> bool:
        return examine(target, at).outcome is Outcome.BROKEN

    found = simplified(Instance({x: rat(Fraction(12345, 99991))}, {}), broken)
    assert broken(found)
    assert _denominator(found) < 99991


def test_a_witness_that_simplifying_leaves_long_is_shrunk() -> None:
    # The point that is found first has a long denominator, and roundings alone leave it long.
    of = full_ledger()["deriv_selu_le_scale"]
    found = attack_goal(goal_of(of), readable=False).witness
    shrunk = attack_goal(goal_of(of)).witness
    assert found is not None
    assert shrunk is not None
    assert _denominator(shrunk) < 100 < _denominator(found)


def _denominator(at: Instance) -> int:
    value: Term = at.values[x]
    return int(value.data.denominator)
