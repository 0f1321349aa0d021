"""Recursions in the views of an instance: each member is computed once, and what is kept is what would be computed anew."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numerics import floats
from numerics.balls import exact
from numerics.evaluate import ExactView
from numerics.floats import FloatView
from theory.kernel.terms import ONE, ZERO, Term, add, fn, make, mul, power, rat, sequence_literal, sub, var

x, y, c = var("x"), var("y"), var("c")
t, s, k, T = (var(name, "nat") for name in "tskT")
Z = var("Z", "seq", (1, 1))
W = var("W", "mat", ("n", "n"))
h_0, v = var("h_0", "mat", ("n", 1)), var("v", "seq", ("n", 1))

inner = fn("rec", y, s, add(mul(c, y), s), ONE, fn("nsub", t, ONE))
"""y_{t−1} of y_0 = 1, y_s = c·y_{s−1} + s: a recursion that a step of another one runs as far as it has come."""
outer = fn("rec", x, t, add(mul(x, rat(Fraction(1, 2))), inner), ZERO, T)
total = fn("sum", k, ONE, T, power(add(c, k), 2))


def by_hand(depth: int, factor: Fraction) -> Fraction:
    found, member = Fraction(0), Fraction(1)
    for number in range(1, depth + 1):
        found = found / 2 + member
        member = factor * member + number
    return found


@pytest.mark.parametrize("depths", [range(6), reversed(range(6)), (4, 4, 0, 5, 2)])
def test_one_view_gives_every_depth_in_any_order(depths: Any) -> None:
    factor = Fraction(2, 3)
    view = ExactView({c: rat(factor)}, {})
    for depth in depths:
        at = view.binding(T, rat(depth))
        assert at.scalar(outer) == exact(by_hand(depth, factor))
        assert at.scalar(total) == exact(sum(((factor + number) ** 2 for number in range(1, depth + 1)), Fraction(0)))


def test_recursions_in_floats_agree() -> None:
    factors = np.array([0.5, -1.5, 2.0])
    for depth in range(5):
        seen = FloatView({c: factors, T: depth}, {}, 3).number(outer)
        assert seen == pytest.approx([float(by_hand(depth, Fraction(f))) for f in factors.tolist()])


def test_what_depends_on_a_bound_variable_is_not_taken_from_another_step() -> None:
    """Σ_k of a recursion whose step reads k: nothing of it may be kept from one k to the next."""
    term = fn("sum", k, ONE, rat(3), fn("rec", x, t, add(mul(k, x), ONE), ZERO, rat(2)))
    assert ExactView({}, {}).scalar(term) == 2 + 3 + 4
    assert FloatView({}, {}, 1).number(term) == pytest.approx(9)


@pytest.mark.parametrize("depth", [8, 16])
def test_members_are_computed_once(depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[Term] = []
    for view in (ExactView, FloatView):
        name = "binding" if view is ExactView else "_binding"
        real = getattr(view, name)

        def counted(self: Any, variable: Term, value: Any, real: Any = real) -> Any:
            bound.append(variable)
            return real(self, variable, value)

        monkeypatch.setattr(view, name, counted)
    ExactView({c: rat(2), T: rat(depth)}, {}).scalar(outer)
    assert bound.count(s) < depth
    FloatView({c: np.ones(2), T: depth}, {}, 2).number(outer)
    assert bound.count(s) < 2 * depth


def test_outcomes_share_what_they_have_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """E (Σ of 6 signs)² = 6: of 2 + 4 + … + 64 steps, each is taken once."""
    law = make("finite", data=((Fraction(-1), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))))
    steps: list[Term] = []
    real = ExactView.binding

    def counted(self: ExactView, variable: Term, value: Term) -> ExactView:
        steps.append(variable)
        return real(self, variable, value)

    monkeypatch.setattr(ExactView, "binding", counted)
    walk = fn("rec", x, t, add(x, fn("entry", fn("at", Z, t), ONE, ONE)), ZERO, rat(6))
    assert ExactView({}, {}).scalar(fn("mean", Z, law, power(walk, 2))) == 6
    # A step that wants its draw is begun, and once more with each value that the draw may have.
    assert steps.count(t) <= (2 + 1) * sum(2**depth for depth in range(6))


def test_a_network_is_run_once_to_each_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    real = floats.networks.run

    def counted(weight: Any, phi: Any, start: Any, drive: Any) -> Any:
        runs.append(drive.shape[-2])
        return real(weight, phi, start, drive)

    monkeypatch.setattr(floats.networks, "run", counted)
    net = make("net", (W, make("fun", data="tanh"), h_0, v))
    states = [make("state", (net, rat(depth))) for depth in (1, 2)]
    term = fn("frobenius", fn("madd", fn("mmul", make("jac", (net, rat(2))), states[0]), states[1]))
    values = {W: np.ones((2, 2, 2)), h_0: np.ones((2, 2, 1)), v: np.zeros((2, 1, 2))}
    FloatView(values, {"n": 2}, 2).number(term)
    assert sorted(runs) == [1, 2]


def test_a_jacobian_is_carried_on_from_the_one_before() -> None:
    start = make("mlit", data=((Fraction(1, 3),), (Fraction(-1, 2),)))
    weight = make("mlit", data=((Fraction(1), Fraction(-2)), (Fraction(1, 2), Fraction(1))))
    drive = sequence_literal(((Fraction(1), Fraction(-1)),), 2)
    net = make("net", (weight, make("fun", data="leaky_relu"), start, drive))
    shared = ExactView({}, {})
    for what in ("jac", "masks"):
        for depth in (3, 1, 0, 4):
            term = make(what, (net, rat(depth)))
            assert shared.matrix(term) == ExactView({}, {}).matrix(term)


def test_difference_of_members_is_the_step() -> None:
    term = sub(outer, fn("rec", x, t, add(mul(x, rat(Fraction(1, 2))), inner), ZERO, fn("nsub", T, ONE)))
    factor = Fraction(1, 4)
    seen = ExactView({c: rat(factor), T: rat(5)}, {}).scalar(term)
    assert seen == exact(by_hand(5, factor) - by_hand(4, factor))


@pytest.mark.parametrize("op", ["norm", "radius"])
def test_norms_of_equal_matrices_stand_where_they_belong(op: str) -> None:
    generator = np.random.default_rng(0)
    some = generator.standard_normal((3, 4, 4))
    batch = some[[2, 0, 0, 1, 2, 2]]
    batch[3, 0, 0] = np.nan
    seen = FloatView({W: batch}, {"n": 4}, 6).number(fn(op, W))
    alone = [FloatView({W: one[None]}, {"n": 4}, 1).number(fn(op, W))[0] for one in batch]
    assert np.array_equal(seen, alone, equal_nan=True)
