"""The attack leaves true claims alone and breaks false ones, the same way for the same seed."""

from __future__ import annotations

import json
from fractions import Fraction
from math import log, sqrt
from typing import Annotated, Any

import pytest
from sympy import Abs, Eq, Expr, MatrixSymbol, Max, Ne, Rational, Symbol, exp, oo
from sympy import log as ln
from sympy import sqrt as root

from numerics.adjudicate import Outcome, examine
from numerics.attack import UnknownProfile, attack, attack_goal, breaks, confirm
from numerics.evidence import Evidence, Profile
from numerics.floats import FloatView
from numerics.goals import opened
from numerics.limits import probes
from numerics.refine import Walk
from numerics.slope_bounds import SLOPE_BOUNDS
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from theory.activations.gelu import gelu
from theory.activations.hard_tanh import hard_tanh
from theory.activations.mish import mish
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import Term, fn, le, literal, make, rat, sequence_literal, var
from theory.language.claims import claim, full_ledger
from theory.language.domains import (
    Contraction,
    Depth,
    Domain,
    Interval,
    Matrices,
    Normal,
    Orthogonal,
    Positive,
    Real,
    Slopes,
    Steps,
)
from theory.language.matrices import EntryNorm, FrobeniusNorm, Norm, Recurrence, RowSumNorm, SpectralRadius
from theory.language.statements import always, both, exists, iff, implies, infimum, supremum, tends, tends_to_zero
from theory.language.symbols import X, eq
from theory.typeset import instance_text

n, gamma, t, k = Symbol("n"), Symbol("gamma"), Symbol("t"), Symbol("k")
MOVED = Rational(1, 10**9)


def goal(statement: Any, **domains: Domain) -> Goal:
    """The goal of a statement about variables of the given domains."""
    reader = Reader(domains)
    hypotheses = [reader.formula(c) for name, d in domains.items() for c in d.conditions(d.variable(name))]
    return Goal(tuple(hypotheses), reader.formula(statement))


x, y = Symbol("x"), Symbol("y")
W, A, B, Q = (MatrixSymbol(name, n, n) for name in ("W", "A", "B", "Q"))
T = Symbol("T")
PHI = Slopes(gamma).variable("phi")
NET = Recurrence(W, PHI)
OVER_NETS: dict[str, Domain] = {"W": Matrices(n), "phi": Slopes(gamma), "T": Depth}
REALS: dict[str, Domain] = {"x": Real}


def le_(left: Any, right: Any) -> Any:
    return left <= right


# Each is false; what is wrong with it is its key.
FALSE: dict[str, Goal] = {
    # bounds moved by 1e−9
    "sigmoid' attains 1/4": goal(sigmoid.d(x) <= Rational(1, 4) - MOVED, **REALS),
    "tanh' attains 1": goal(tanh.d(x) <= 1 - MOVED, **REALS),
    "softplus'' attains 1/4": goal(softplus.d(x, 2) <= Rational(1, 4) - MOVED, **REALS),
    "|sigmoid''| attains 1/(6√3) where e^x = 2 ± √3": goal(Abs(sigmoid.d(x, 2)) <= 1 / (6 * root(3)) - MOVED, **REALS),
    "|tanh''| attains 4/(3√3)": goal(Abs(tanh.d(x, 2)) <= 4 / (3 * root(3)) - MOVED, **REALS),
    "sup of sigmoid''": goal(supremum(sigmoid.d(t, 2), t, 1 / (6 * root(3)) - MOVED, attained=True)),
    "the least value of silu is −0.27846454276": goal(silu(x) >= Rational(-278464541, 10**9), **REALS),
    "gelu' goes to 1.128904145": goal(gelu.d(x) <= Rational(1128904144, 10**9), **REALS),
    "x(1−x) attains 1/4 at a point that is no special one": goal(
        x * (Rational(2, 3) - x) <= Rational(1, 9) - MOVED, x=Interval(0, 1)
    ),
    "sin-like wave by tanh": goal(tanh(x) * (2 - tanh(x) ** 2) <= Rational(4, 3) * root(Rational(2, 3)) - MOVED, **REALS),
    # strictness
    "sigmoid' < 1/4": goal(sigmoid.d(x) < Rational(1, 4), **REALS),
    "relu is positive": goal(relu(x) > 0, **REALS),
    "0 is not attained": goal(infimum(relu(t), t, 0, attained=False)),
    # signs
    "sigmoid(−x) = sigmoid(x) − 1": goal(eq(sigmoid(-x), sigmoid(x) - 1), **REALS),
    "tanh is even": goal(eq(tanh(-x), tanh(x)), **REALS),
    "|tanh x| ≥ |x|": goal(Abs(tanh(x)) >= Abs(x), **REALS),
    # wrong identities
    "tanh' = 1 − tanh": goal(eq(tanh.d(x), 1 - tanh(x)), **REALS),
    "tanh in sigmoid with a wrong factor": goal(eq(tanh(x), 2 * sigmoid(x) - 1), **REALS),
    "identity off by 1e−30": goal(eq(exp(x), exp(x) * (1 + Rational(1, 10**30))), **REALS),
    "mish with 1e−12 in a coefficient": goal(
        eq(mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 2 + Rational(1, 10**12))), **REALS
    ),
    "hard tanh is tanh": goal(eq(hard_tanh(x), tanh(x)), **REALS),
    # dropped hypotheses
    "exp(−x) ≤ 1 everywhere": goal(exp(-x) <= 1, **REALS),
    "1/x > 0": goal(1 / x > 0, **REALS),
    "log x < x/3": goal(ln(x) <= x / 3, x=Positive),
    "log x ≤ x/e − 1e−9": goal(ln(x) <= x * exp(-1) - MOVED, x=Positive),
    "relu' is 1": goal(eq(relu.d(x), 1), **REALS),
    "an interval too wide": goal(x**2 <= Rational(1, 4), x=Interval(0, Rational(51, 100))),
    # logic
    "iff with the wrong point": goal(iff(eq(sigmoid(x), Rational(1, 2)), eq(x, 1)), **REALS),
    "one part of two": goal(both(sigmoid(x) > 0, sigmoid(x) < Rational(99, 100)), **REALS),
    "implication": goal(implies(x > 1, x**2 > 2), **REALS),
    "not equal": goal(Ne(x**2, 2 * x), x=Positive),
    "Lipschitz constant too small": goal(Abs(tanh(x) - tanh(y)) <= (1 - MOVED) * Abs(x - y), x=Real, y=Real),
    # matrices
    "off by one power": goal(Norm(NET.jacobian(T)) <= (gamma * Norm(W)) ** (T + 1), **OVER_NETS),
    "off by one power, from one step on": goal(
        Norm(NET.jacobian(T)) <= (gamma * Norm(W)) ** (T + 1), W=Matrices(n), phi=Slopes(gamma), T=Steps
    ),
    "one power too few": goal(Norm(NET.jacobian(T + 1)) <= (gamma * Norm(W)) ** T, **OVER_NETS),
    "bound moved by a factor": goal(Norm(NET.jacobian(T)) <= (gamma * Norm(W)) ** T * (1 - MOVED), **OVER_NETS),
    "slope forgotten": goal(Norm(NET.jacobian(T)) <= Norm(W) ** T, **OVER_NETS),
    "contraction forgotten": goal(Norm(Recurrence(W, relu).jacobian(T)) <= 1, W=Matrices(n), T=Depth),
    "radius for norm": goal(implies(SpectralRadius(W) < 1, Norm(W) <= 1), W=Matrices(n)),
    "radius with the network": goal(
        implies(SpectralRadius(W) < 1, Norm(Recurrence(W, relu).jacobian(T)) <= 1), W=Matrices(n), T=Depth
    ),
    "entries below one": goal(implies(EntryNorm(W) < 1, Norm(W**2) < 1), W=Matrices(n)),
    "entry norm is submultiplicative": goal(EntryNorm(A * B) <= EntryNorm(A) * EntryNorm(B), A=Matrices(n), B=Matrices(n)),
    "‖A + B‖ ≤ max": goal(Norm(A + B) <= Max(Norm(A), Norm(B)), A=Matrices(n), B=Matrices(n)),
    "product norm is multiplicative": goal(eq(Norm(A * B), Norm(A) * Norm(B)), A=Matrices(n), B=Matrices(n)),
    "matrices commute": goal(eq(A * B, B * A), A=Matrices(n), B=Matrices(n)),
    "orthogonal keeps Frobenius norm one": goal(le_(FrobeniusNorm(Q), 1), Q=Orthogonal(n)),
    "orthogonal in the row-sum norm": goal(le_(RowSumNorm(Q), 1), Q=Orthogonal(n)),
    "normal means symmetric": goal(eq(A, A.T), A=Normal(n)),
    "norm equals Frobenius": goal(eq(Norm(A), FrobeniusNorm(A)), A=Normal(n)),
    "state of a contraction stays": goal(Norm(Recurrence(W, tanh).state(T)) <= 1, W=Contraction(n), T=Depth),
    "preactivations stay positive": goal(
        always(t, Norm(Recurrence(W, tanh).preactivation(t)) <= Rational(5, 2)), W=Contraction(1)
    ),
}  # fmt: skip

TRUE: dict[str, Goal] = {
    "sigmoid'": goal(sigmoid.d(x) <= Rational(1, 4), **REALS),
    "sigmoid''": goal(Abs(sigmoid.d(x, 2)) <= 1 / (6 * root(3)), **REALS),
    "gelu' bound a little above": goal(gelu.d(x) <= Rational(1128904146, 10**9), **REALS),
    "x/x = 1 off zero": goal(eq(x / x, 1), x=Real.having("nonzero", lambda v: [Ne(v, 0)])),
    "norm bound": goal(Norm(NET.jacobian(T)) <= (gamma * Norm(W)) ** T, **OVER_NETS),
    "Frobenius": goal(Norm(W) <= FrobeniusNorm(W), W=Matrices(n)),
    "radius": goal(SpectralRadius(W) <= Norm(W), W=Matrices(n)),
    "triangle": goal(Norm(A + B) <= Norm(A) + Norm(B), A=Matrices(n), B=Matrices(n)),
    "orthogonal": goal(eq(Norm(Q), 1), Q=Orthogonal(n)),
    "normal": goal(eq(Norm(A), SpectralRadius(A)), A=Normal(n)),
    "contraction": goal(Norm(NET.jacobian(T)) <= 1, W=Contraction(n), phi=Slopes(Rational(1, 2)), T=Depth),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_is_broken_by_an_exact_instance(name: str) -> None:
    evidence = attack_goal(FALSE[name])
    assert evidence.broken == 1, evidence
    assert evidence.witness is not None
    # The witness is judged anew, from the goal alone.
    assert breaks(FALSE[name], evidence.witness) is Outcome.BROKEN
    assert evidence.witness_text


@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_holds(name: str) -> None:
    evidence = attack_goal(TRUE[name], profile="ci", seed=5)
    assert evidence.broken == 0
    assert evidence.witness is None
    assert evidence.kind == "search"
    assert evidence.examples == evidence.held + evidence.touching
    assert evidence.examples >= 300


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_irrational_maxima_are_found_whatever_the_seed(seed: int) -> None:
    evidence = attack_goal(FALSE["|sigmoid''| attains 1/(6√3) where e^x = 2 ± √3"], seed=seed)
    assert evidence.witness is not None
    (value,) = evidence.witness.values.values()
    assert abs(abs(float(value.data)) - log(2 + sqrt(3))) < 1e-3
    assert value.data.denominator < 1000


def test_the_same_seed_gives_the_same_evidence() -> None:
    for name in ("norm bound", "sigmoid''"):
        assert attack_goal(TRUE[name], seed=4) == attack_goal(TRUE[name], seed=4)
    for name in ("radius for norm", "matrices commute"):
        assert attack_goal(FALSE[name], seed=4) == attack_goal(FALSE[name], seed=4)


def test_another_seed_looks_elsewhere() -> None:
    assert attack_goal(TRUE["Frobenius"], seed=1).where != attack_goal(TRUE["Frobenius"], seed=2).where


# --- claims ----------------------------------------------------------------------------------------


@claim(unproved="a sample")
def sample_true(x: X) -> Any:
    """A sample that is true."""
    return sigmoid.d(x) <= Rational(1, 4)


@claim(unproved="a sample")
def sample_false(W: Annotated[MatrixSymbol, Matrices(n)], T: Annotated[Expr, Steps]) -> Any:
    """A sample that is false."""
    return Norm(Recurrence(W, tanh).jacobian(T)) <= SpectralRadius(W) ** T


def test_claims_are_attacked_like_goals() -> None:
    assert attack(sample_true).broken == 0
    found = attack(sample_false)
    assert found.broken == 1
    assert attack_goal(goal_of(sample_false)) == found


@pytest.mark.parametrize("name", ["norm_jacobian_le_pow", "irnn_state_of_constant_drive", "deriv_sigmoid_eq_quarter_iff"])
def test_claims_of_the_ledger_hold(name: str) -> None:
    evidence = attack(full_ledger()[name], profile="ci", seed=9)
    assert evidence.broken == 0
    assert evidence.examples > 100


def test_evidence_is_json() -> None:
    for name in ("radius for norm", "slope forgotten"):
        data = json.loads(json.dumps(attack_goal(FALSE[name]).to_json()))
        assert data["broken"] == 1
        assert data["profile"] == "dev"
        assert data["witness"]["values"]
    held = json.loads(json.dumps(attack_goal(TRUE["norm bound"]).to_json()))
    assert held["witness"] is None
    assert held["tightest"] is None or held["tightest"] > 0
    assert set(held) == set(Evidence.__dataclass_fields__)


def test_the_tightest_example_is_told() -> None:
    evidence = attack_goal(TRUE["sigmoid'"])
    assert evidence.tightest is not None
    assert 0 < evidence.tightest < 1e-15
    assert evidence.where.startswith("x = ")


def test_an_unknown_profile_is_named_in_one_sentence() -> None:
    with pytest.raises(UnknownProfile, match="no profile 'hard'; choose one of dev, ci, nightly"):
        attack(sample_true, profile="hard")


def test_a_profile_of_ones_own() -> None:
    few = attack(sample_true, profile=Profile("few", examples=5, bulk=0, refine=0))
    assert few.profile == "few"


# --- what an attack cannot break --------------------------------------------------------------------


def test_an_undefined_statement_is_never_held() -> None:
    nowhere = fn("log", fn("mul", rat(-1), fn("exp", var("x"))))
    evidence = attack_goal(Goal((), make("eq", (nowhere, nowhere))))
    assert (evidence.held, evidence.touching, evidence.kind) == (0, 0, "none")
    assert evidence.undefined > 0
    assert "undefined" in evidence.note


def test_contradictory_hypotheses_leave_no_example() -> None:
    impossible = Real.having("above", lambda v: [v > 1]).having("below", lambda v: [v < 0])
    evidence = attack_goal(goal(eq(x, x + 1), x=impossible))
    assert (evidence.examples, evidence.broken, evidence.kind) == (0, 0, "none")


def test_a_true_but_loose_supremum_is_not_broken_and_the_note_says_why() -> None:
    evidence = attack_goal(goal(supremum(sigmoid.d(t), t, Rational(1, 2), attained=True)))
    assert evidence.broken == 0
    assert "sharpness" in evidence.note


def test_what_exists_is_held_when_found_and_never_broken() -> None:
    assert attack_goal(goal(exists(t, t > x), **REALS)).held > 0
    assert attack_goal(goal(exists(t, Eq(t * t + 1, 0, evaluate=False)))).broken == 0


# --- limits ----------------------------------------------------------------------------------------


def test_a_true_limit_is_followed() -> None:
    evidence = attack_goal(goal(tends(tanh(t), t, at=oo, to=1)))
    assert (evidence.kind, evidence.examples, evidence.broken) == ("limit", 0, 0)
    assert "not shrinking" not in evidence.note


def test_a_growing_orbit_supports_a_refutation() -> None:
    reader = Reader()
    reader.bind("t", "nat")
    statement = implies(SpectralRadius(W) < 1, tends_to_zero(Norm(Recurrence(W, relu).jacobian(t)), t))
    folklore = Goal((), reader.formula(statement))
    values = {
        var("W", "mat", ("n", "n")): literal(((Fraction(2), Fraction(4)), (Fraction(-1), Fraction(-2)))),
        var("h_0", "mat", ("n", 1)): literal(((Fraction(1),), (Fraction(0),))),
        var("v", "seq", ("n", 1)): sequence_literal((), 2),
    }
    instance = Instance(values, {"n": 2})
    assert breaks(folklore, instance) is Outcome.LIMIT
    told = confirm(folklore, instance)
    assert told.supports
    assert "does not shrink" in told.note
    (probe,) = probes(folklore.conclusion, instance)
    assert probe.distances[-1] >= 2**40
    assert attack_goal(folklore).kind == "limit"


def test_a_limit_from_both_sides_is_followed_on_both() -> None:
    step = goal(tends((relu(t) - relu(0)) / t, t, at=0, to=1))
    assert confirm(step, Instance({}, {})).supports
    from_right = goal(tends((relu(t) - relu(0)) / t, t, at=0, to=1, side="+"))
    assert not confirm(from_right, Instance({}, {})).supports


def test_an_instance_outside_the_hypotheses_confirms_nothing() -> None:
    outside = goal(x > 5, x=Positive)
    assert breaks(outside, Instance({var("x"): rat(-1)}, {})) is Outcome.REJECTED
    assert not confirm(outside, Instance({var("x"): rat(-1)}, {})).supports
    assert confirm(outside, Instance({var("x"): rat(1)}, {})).supports


def test_bound_variables_are_searched_for_when_an_instance_lacks_them() -> None:
    shifted = goal(supremum(sigmoid.d(t - x), t, Rational(1, 5), attained=True), **REALS)
    assert breaks(shifted, Instance({var("x"): rat(0)}, {})) is Outcome.BROKEN


# --- the two views of an instance --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["norm bound", "Frobenius", "radius", "contraction", "sigmoid''"])
def test_float_and_exact_slack_agree(name: str) -> None:
    target = opened(TRUE[name])
    sampler, source = Sampler(target), FromSeed(2)
    compared = 0
    for _ in range(40):
        instance = sampler.draw(source)
        exact = examine(target, instance)
        if exact.outcome is not Outcome.HELD:
            continue
        walk = Walk(target, instance)
        (slack,) = walk.slacks(walk.start[None])
        if slack == float("inf"):
            continue  # e^x leaves the range of floats, which then see nothing
        assert slack == pytest.approx(exact.slack, rel=1e-6, abs=1e-9), instance_text(instance)
        compared += 1
    assert compared >= 8


def test_the_float_view_runs_a_batch_at_once() -> None:
    import numpy as np

    points = np.linspace(-5.0, 5.0, 11)
    view = FloatView({var("x"): points}, {}, 11)
    formula: Term = le(make("der", (make("fun", data="gelu"), var("x")), 2), fn("exp", var("x")))
    assert view.slack(formula).shape == (11,)
    bell = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    assert view.slack(formula) == pytest.approx(np.exp(points) - (2 - points**2) * bell, abs=1e-12)


@pytest.mark.parametrize("name", SLOPE_BOUNDS)
def test_the_table_of_slope_bounds_is_true_and_close(name: str) -> None:
    phi, bound = make("fun", data=name), SLOPE_BOUNDS[name]
    assert attack_goal(Goal((), make("slopes_within", (phi, rat(bound)))), profile="ci").broken == 0
    assert attack_goal(Goal((), make("slopes_within", (phi, rat(bound - Fraction(1, 100))))), profile="ci").broken == 1


def test_a_walk_moves_no_layer_beyond_the_depth() -> None:
    goal = goal_of(full_ledger()["norm_layers_jacobian_le_prod"])
    depth = next(v for v in goal.variables if v.data == "T")
    sampler, source = Sampler(opened(goal)), FromSeed(1)
    deepest: dict[int, int] = {}
    for _ in range(40):
        instance = sampler.draw(source)
        layers = [slot.row + 1 for slot in Walk(opened(goal), instance).slots if slot.variable.data == "W"]
        last = int(instance.values[depth].data)
        deepest[last] = max(deepest.get(last, 0), *layers, 0)
    assert all(moved <= last for last, moved in deepest.items())
    assert sum(moved == last for last, moved in deepest.items()) > 5, "and those within it are moved"
