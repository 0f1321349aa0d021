"""What is certain, what touches, and what is not known: the judge of the attack."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import spectra
from numerics.adjudicate import Outcome, examine
from numerics.balls import Undefined, ball, fraction, order, precision, raised, square_root, to_float
from numerics.chance import sampling
from numerics.evaluate import ExactView
from numerics.floats import FloatView
from numerics.goals import opened
from numerics.jets import derivative, one_sided
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from tests.sampling import ONE_IN, is_quick
from theory.activations import gelu, hard_tanh, leaky_relu, mish, relu, sigmoid, silu, softplus, tanh
from theory.kernel.exact import holds
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.terms import ONE, Term, add, fn, le, literal, lt, make, mul, neg, power, rat, sequence_literal, sub, var
from theory.language.claims import full_ledger
from theory.language.errors import KernelRefusal

X = var("x")
ACTIVATIONS = [f.__name__.rpartition(".")[2] for f in (gelu, hard_tanh, leaky_relu, mish, relu, sigmoid, silu, softplus, tanh)]


def app(name: str, x: Term) -> Term:
    return fn("app", make("fun", data=name), x)


def der(name: str, x: Term, k: int = 1) -> Term:
    return make("der", (make("fun", data=name), x), k)


def outcome(formula: Term, hypotheses: tuple[Term, ...] = (), dims: dict[str, Any] | None = None, **values: Term) -> Outcome:
    goal = Goal(hypotheses, formula)
    by_name = {str(v.data): v for v in goal.variables}
    return examine(opened(goal), Instance({by_name[k]: v for k, v in values.items()}, dims or {})).outcome


# --- numbers ---------------------------------------------------------------------------------------


def test_touching_is_neither_held_nor_broken() -> None:
    assert outcome(le(der("sigmoid", X), rat(Fraction(1, 4))), x=rat(0)) is Outcome.TOUCHING
    assert outcome(le(der("sigmoid", X), rat(Fraction(1, 4))), x=rat(Fraction(1, 10**15))) is Outcome.HELD
    assert outcome(lt(der("sigmoid", X), rat(Fraction(1, 4))), x=rat(0)) is Outcome.BROKEN


@pytest.mark.parametrize("exponent", [9, 30, 100, 250])
def test_no_tolerance_however_small_the_gap(exponent: int) -> None:
    bound = rat(Fraction(1, 4) - Fraction(1, 10**exponent))
    assert outcome(le(der("sigmoid", X), bound), x=rat(0)) is Outcome.BROKEN
    # e^x = e^x·(1 + 10^−k) separates at some precision below 1,024 bits.
    wrong = make("eq", (fn("exp", X), mul(fn("exp", X), rat(1 + Fraction(1, 10**exponent)))))
    assert outcome(wrong, x=rat(3)) is Outcome.BROKEN


def test_two_ways_of_writing_an_irrational_number_break_what_is_strict() -> None:
    doubled = app("softplus", X), fn("log", add(ONE, fn("exp", X)))
    for x in (rat(0), rat(Fraction(-7, 3))):
        assert outcome(le(*doubled), x=x) is Outcome.TOUCHING
        assert outcome(lt(*doubled), x=x) is Outcome.BROKEN
        assert outcome(make("ne", doubled), x=x) is Outcome.BROKEN


def test_a_gap_beyond_1024_bits_is_touching() -> None:
    assert outcome(lt(app("sigmoid", X), rat(1)), x=rat(2000)) is Outcome.TOUCHING
    assert outcome(lt(app("sigmoid", X), rat(1)), x=rat(600)) is Outcome.HELD


@pytest.mark.parametrize(
    "formula",
    [
        le(rat(0), power(X, -1)),
        le(rat(0), fn("log", X)),
        le(rat(0), power(sub(X, rat(1)), Fraction(1, 2))),
        le(der("relu", X), rat(1)),
        make("eq", (mul(X, power(X, -1)), rat(1))),
    ],
)
def test_a_term_without_value_is_never_held(formula: Term) -> None:
    assert outcome(formula, x=rat(0)) is Outcome.UNDEFINED


def test_the_precision_is_put_back() -> None:
    before = ctx.prec
    with pytest.raises(Undefined), precision(512):
        raised(fmpq(0), fmpq(-1))
    outcome(le(fn("exp", X), fn("exp", X)), x=rat(1))
    assert ctx.prec == before


def test_nan_balls_are_comparable_with_nothing() -> None:
    assert order(arb.nan(), fmpq(1)) is None
    assert order(arb.nan(), arb.nan()) is None
    assert to_float(arb.nan()) != to_float(arb.nan())


@given(st.fractions(min_value=0, max_value=50, max_denominator=40))
@settings(max_examples=60, database=None, deadline=None, derandomize=True)
def test_the_root_of_a_square_is_exact(q: Fraction) -> None:
    assert fraction(square_root(fmpq(q.numerator, q.denominator) ** 2)) == q


# --- derivatives -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("x", [Fraction(-7, 3), Fraction(-1, 5), Fraction(2, 7), Fraction(5, 2), Fraction(12)])
def test_jets_agree_with_the_kernels_rules_of_differentiation(name: str, k: int, x: Fraction) -> None:
    with precision(128):
        ours = derivative(name, k, fmpq(x.numerator, x.denominator))
        low, high = (rat(Fraction(to_float(ours)) + s * (1 + abs(Fraction(to_float(ours)))) / 10**14) for s in (-1, 1))
    there = der(name, rat(x), k)
    assert holds(lt(low, there)) is True
    assert holds(lt(there, high)) is True


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_derivatives_far_out_are_what_more_bits_say(name: str, k: int) -> None:
    """Far out e^x is wider than itself at 64 bits: what follows from that is unknown, never 0."""
    for x in (fmpq(s * 2 * 10**far, 3) for far in range(26) for s in (1, -1)):
        with precision(64):
            rough = ball(derivative(name, k, x))
        with precision(1024):
            fine = ball(derivative(name, k, x))
        assert not rough.is_finite() or not fine.is_finite() or rough.overlaps(fine), x


def test_one_sided_derivatives_at_kinks() -> None:
    assert one_sided("relu", 1, fmpq(0)) == (0, 1)
    assert one_sided("leaky_relu", 1, fmpq(0)) == (fmpq(1, 100), 1)
    assert one_sided("hard_tanh", 1, fmpq(1)) == (1, 0)
    with pytest.raises(Undefined):
        derivative("relu", 1, fmpq(0))
    assert derivative("relu", 1, fmpq(1, 10**30)) == 1


# --- matrices and networks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "norm", "radius"),
    [
        ([[3, 0], [0, -4]], 4, 4),
        ([[0, 1], [0, 0]], 1, 0),
        ([[2, 4], [-1, -2]], 5, 0),
        ([[0, -2], [2, 0]], 2, 2),
        ([[3, 4], [4, -3]], 5, 5),
    ],
)
def test_rational_norms_and_radii_are_found_exactly(rows: list[list[int]], norm: int, radius: int) -> None:
    m = fmpq_mat(rows)
    assert spectra.norm(m) == norm
    assert spectra.radius(m) == radius


@given(st.lists(st.integers(-6, 6), min_size=9, max_size=9), st.fractions(0, 20, max_denominator=8))
@settings(max_examples=80, database=None, deadline=None, derandomize=True)
def test_balls_and_characteristic_polynomials_agree_on_norms(entries: list[int], c: Fraction) -> None:
    m, bound = fmpq_mat(3, 3, entries), fmpq(c.numerator, c.denominator)
    exact = spectra.norm_order(m, bound)
    by_ball = order(spectra.norm(m), bound)
    assert exact is not None
    assert exact in {by_ball, 0}
    assert by_ball in {exact, None}


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (1, 3), (2, 2), (2, 3), (4, 4)])
def test_floats_and_balls_agree_on_norms(shape: tuple[int, int]) -> None:
    batch = np.random.default_rng(list(shape)).integers(-6, 7, (20, *shape)).astype(np.float64)
    w = var("W", "mat", shape)
    by_floats = FloatView({w: batch}, {}, len(batch)).number(fn("norm", w))
    by_balls = [to_float(spectra.norm(fmpq_mat([[int(x) for x in row] for row in m]))) for m in batch]
    assert np.allclose(by_floats, by_balls, rtol=1e-14)


def test_equality_of_a_norm_with_a_bound_is_decided_as_an_assumption() -> None:
    # ‖W‖ = √2·√2/… of a rational orthogonal 3 × 3 matrix: balls cannot see ‖W‖ ≤ 1, signs of coefficients can.
    w = var("W", "mat", (3, 3))
    third = Fraction(1, 3)
    q = literal(tuple(tuple(third * k for k in row) for row in ((2, -1, 2), (2, 2, -1), (-1, 2, 2))))
    assert outcome(le(rat(0), rat(1)), (le(fn("norm", w), rat(1)),), W=q) is Outcome.HELD
    assert outcome(le(rat(0), rat(1)), (lt(fn("norm", w), rat(1)),), W=q) is Outcome.REJECTED


def _net(name: str, *columns: tuple[int, ...], start: tuple[int, ...] = (1, 1)) -> Term:
    w = literal(((Fraction(2), Fraction(4)), (Fraction(-1), Fraction(-2))))
    h = literal(tuple((Fraction(x),) for x in start))
    drive = sequence_literal(tuple(tuple(map(Fraction, c)) for c in columns), 2)
    return make("net", (w, make("fun", data=name), h, drive))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "leaky_relu", "identity"])
def test_the_jacobian_is_the_derivative_of_the_state(name: str) -> None:
    # A central difference of the state itself, far inside 1,024 bits, against the product of slopes and weights.
    h = Fraction(1, 2**200)

    def state(shift: Fraction) -> spectra.Matrix:
        start = literal(((Fraction(1) + shift,), (Fraction(1, 3),)))
        net = _net(name, (1, -1), (0, 2))
        moved = make("net", (net.args[0], net.args[1], start, net.args[3]))
        return ExactView({}, {}).matrix(make("state", (moved, rat(3))))

    with precision(1024):
        up, down = state(h), state(-h)
        net = _net(name, (1, -1), (0, 2))
        placed = make("net", (net.args[0], net.args[1], literal(((Fraction(1),), (Fraction(1, 3),))), net.args[3]))
        product = ExactView({}, {}).matrix(make("jac", (placed, rat(3))))
        for i in range(2):
            difference = (up[i, 0] - down[i, 0]) / fmpq(2 * h.numerator, h.denominator)
            assert to_float(difference) == pytest.approx(to_float(product[i, 0]), rel=1e-12, abs=1e-12)


def test_a_network_on_a_kink_breaks_only_what_every_slope_breaks() -> None:
    net = _net("relu", (-6, 3))  # W h = (6, −3): both preactivations are exactly 0
    norm = fn("norm", make("jac", (net, rat(1))))
    assert outcome(le(norm, rat(1))) is Outcome.TOUCHING  # 0 with the left slopes, 5 with the right ones
    assert outcome(le(norm, rat(5))) is Outcome.TOUCHING  # attained on the right
    assert outcome(le(norm, rat(6))) is Outcome.HELD
    assert outcome(lt(norm, rat(-1))) is Outcome.BROKEN


# --- formulas --------------------------------------------------------------------------------------


def test_an_implication_without_its_assumption_says_nothing() -> None:
    formula = make("implies", (lt(rat(0), X), lt(X, rat(0))))
    assert outcome(formula, x=rat(-1)) is Outcome.VACUOUS
    assert outcome(formula, x=rat(1)) is Outcome.BROKEN


def test_an_assumption_that_is_not_certified_breaks_nothing() -> None:
    # e^{log 3} ≤ 3 is true and never certified by balls.
    assumed = le(fn("exp", fn("log", rat(3))), rat(3))
    assert outcome(make("implies", (assumed, lt(X, rat(0)))), x=rat(1)) is Outcome.TOUCHING
    assert outcome(lt(X, rat(0)), (assumed,), x=rat(1)) is Outcome.TOUCHING


def test_a_hypothesis_that_fails_rejects_the_instance() -> None:
    assert outcome(lt(X, rat(0)), (lt(X, rat(0)),), x=rat(1)) is Outcome.REJECTED


def test_equivalences_negations_and_existence() -> None:
    same = make("iff", (le(X, rat(0)), le(rat(0), neg(X))))
    assert outcome(same, x=rat(3)) is Outcome.HELD
    assert outcome(make("iff", (le(X, rat(0)), lt(X, rat(0)))), x=rat(0)) is Outcome.BROKEN
    assert outcome(make("not", (lt(X, rat(0)),)), x=rat(-1)) is Outcome.BROKEN
    t = var("t")
    above = make("exists", (t, lt(X, t)))
    assert outcome(above, x=rat(5)) is Outcome.HELD
    nowhere = make("exists", (t, lt(fn("abs", t), rat(0))))
    assert outcome(nowhere) is Outcome.TOUCHING


def test_extrema_are_opened_into_bounds_and_say_so() -> None:
    t = var("t")
    formula = make("extremum", (t, app("sigmoid", t), rat(1)), (True, False))
    target = opened(Goal((), formula))
    assert target.conclusion == lt(app("sigmoid", t), rat(1))
    assert target.notes


def test_a_limit_is_neither_held_nor_broken() -> None:
    formula = make("tends", (X, app("tanh", X), rat(5), rat(0)), ("oo", ""))
    assert outcome(formula) is Outcome.LIMIT


@pytest.mark.parametrize("one_in", [ONE_IN, pytest.param(1, marks=pytest.mark.nightly)])
def test_the_judge_agrees_with_the_kernel_on_the_ledger(one_in: int) -> None:
    """A cross-check of two independent evaluators: whatever both decide they decide alike."""
    compared = 0
    for claim in full_ledger():
        if not is_quick(claim.name, one_in):
            continue
        goal = goal_of(claim)
        target = opened(goal)
        if target.opened:
            continue
        sampler, source = Sampler(target), FromSeed(11)
        for _ in range(3):
            instance = sampler.draw(source)
            with sampling(1 << 12):  # the kernel decides no average over the normal law
                ours = examine(target, instance).outcome
            if ours not in {Outcome.HELD, Outcome.BROKEN} or any(v.sort in {"fun", "seq"} for v in instance.values):
                continue
            try:
                theirs = holds(instance.of(goal.conclusion))
            except KernelRefusal:  # a matrix of irrational entries has no exact value
                continue
            assert theirs is None or theirs == (ours is Outcome.HELD), (claim.name, instance)
            compared += theirs is not None
    assert compared > 600 // one_in
