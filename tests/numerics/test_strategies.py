"""Draws are exact, lie where the goal says, and are the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from sympy import Eq, Rational, Symbol, sqrt

from numerics import draws
from numerics.adjudicate import examine
from numerics.bounds import Range, matrix_kind, ranges
from numerics.chance import sampling
from numerics.goals import opened
from numerics.slope_bounds import SLOPE_BOUNDS
from numerics.sources import FromHypothesis, FromSeed
from numerics.strategies import Sampler, instances, members
from tests.sampling import sampled
from theory.activations import sigmoid as sigmoid_file
from theory.kernel.exact import holds
from theory.kernel.gate import Goal, goal_of
from theory.kernel.reading import Reader
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import Term, fn, le, make, rat, var
from theory.language import domains as dom
from theory.language.claims import Claim, full_ledger

n = Symbol("n")
X = var("x")

DOMAINS: dict[str, Any] = {
    "real": dom.Real,
    "positive": dom.Positive,
    "nonpositive": dom.Nonpositive,
    "nonzero": dom.Nonzero,
    "open unit": dom.Interval(0, 1, left_open=True, right_open=True),
    "irrational ends": dom.Interval(-sqrt(2), sqrt(3)),
    "depth": dom.Depth,
    "steps": dom.Steps,
    "contraction": dom.Contraction(n),
    "orthogonal": dom.Orthogonal(n),
    "normal": dom.Normal(n),
    "nonnegative": dom.EntrywiseNonnegative(n),
    "positive diagonal": dom.PositiveDiagonal(n),
    "fixed width": dom.Contraction(3),
    "symmetric": dom.Matrices(n).having("symmetric", lambda W: [Eq(W, W.T, evaluate=False)]),
}


@pytest.mark.parametrize("name", DOMAINS)
def test_members_satisfy_their_domain_as_the_kernel_decides_it(name: str) -> None:
    domain = DOMAINS[name]
    reader = Reader({"x": domain})
    symbol = domain.variable("x")
    conditions = [reader.formula(c) for c in domain.conditions(symbol)]
    variable = reader.term(symbol)

    @given(members(domain))
    @settings(max_examples=40, database=None, deadline=None, derandomize=True)
    def check(member: Term) -> None:
        assert not member.free
        assert member.op in {"rat", "mlit"}
        width = len(member.data) if member.op == "mlit" else 1
        for condition in conditions:
            assert holds(substitute(condition, {variable: member}, {"n": width})) is True

    check()


def test_members_of_a_slope_class_are_activations_within_it() -> None:
    @given(members(dom.Slopes(Rational(1, 4))))
    @settings(max_examples=20, database=None, deadline=None, derandomize=True)
    def check(member: Term) -> None:
        assert member == make("fun", data="sigmoid")

    check()


def test_sequences_are_columns_of_one_width() -> None:
    @given(members(dom.Sequences(3)))
    @settings(max_examples=20, database=None, deadline=None, derandomize=True)
    def check(member: Term) -> None:
        assert member.op == "seqlit"
        assert all(len(column) == 3 for column in member.data)

    check()


def _has_dense_rows(W: draws.Rows) -> bool:
    return len(W) > 1 and all(x != 0 for row in W for x in row)


def _is_a_quarter_turn(W: draws.Rows) -> bool:
    return len(W) == 2 and W[0][0] == 0


def _is_not_symmetric(W: draws.Rows) -> bool:
    return len(W) == 2 and W[0][1] != W[1][0]


@pytest.mark.parametrize(
    ("kind", "test"),
    [("contraction", _has_dense_rows), ("orthogonal", _is_a_quarter_turn), ("normal", _is_not_symmetric)],
)
def test_domains_are_not_drawn_from_one_corner(kind: str, test: Callable[[draws.Rows], bool]) -> None:
    effort = settings(max_examples=2000, database=None, derandomize=True)
    assert find(members(DOMAINS[kind]), lambda m: test(m.data), settings=effort)


def test_norms_of_free_matrices_fall_on_both_sides_of_one() -> None:
    source = FromSeed(0)
    w = var("W", "mat", (2, 2))
    small = 0
    for _ in range(200):
        rows = tuple(map(tuple, draws.square(source, "any", 2)))
        norm = fn("norm", w)
        at = substitute(le(norm, rat(1)), {w: make("mlit", data=rows)})
        small += holds(at) is True
    assert 10 <= small <= 190


def test_some_weights_keep_lengths_and_some_laws_lie_far_out() -> None:
    source = FromSeed(3)
    matrices = [draws.square(source, "any", 2) for _ in range(200)]
    kept = [
        m for m in matrices if all(sum(x * x for x in row) == 1 for row in m) and m[0][0] * m[1][0] + m[0][1] * m[1][1] == 0
    ]
    assert 5 <= len(kept) <= 60
    laws = [draws.law(source, set()) for _ in range(100)]
    assert sum(max(abs(x) for x, _ in law.data) >= 8 for law in laws) >= 5


def test_a_coarse_number_lies_in_its_range() -> None:
    source = FromSeed(4)
    for span in (Range(), Range(Fraction(1, 4), Fraction(3, 4)), Range(Fraction(3), Fraction(4)), Range(fixed=Fraction(7))):
        assert all(draws.coarse(source, span) in span for _ in range(20))


def test_cutting_a_block_keeps_the_entries() -> None:
    class Counting:
        def __init__(self) -> None:
            self.k = 0

        def integer(self, low: int, high: int) -> int:
            self.k += 1
            return max(low, min(high, self.k % 5 - 2))

        def several(self, count: int, low: int, high: int) -> list[int]:
            return [self.integer(low, high) for _ in range(count)]

    two, three = draws.block(Counting(), 2, 2), draws.block(Counting(), 3, 3)
    assert [row[:2] for row in three[:2]] == two


# --- what is read from a goal ----------------------------------------------------------------------


def _span(*hypotheses: Term) -> Range:
    goal = Goal(hypotheses, le(rat(0), fn("abs", X)))
    return ranges(opened(goal), (X,))[X]


def test_bounds_are_read_from_hypotheses() -> None:
    span = _span(le(rat(0), X), fn("lt", X, rat(2)), fn("ne", X, rat(1)))
    assert (span.lower, span.upper, span.upper_open, span.without) == (0, 2, True, {1})
    assert Fraction(1) not in span
    assert Fraction(2) not in span
    assert Fraction(0) in span


def test_an_irrational_end_is_moved_inwards() -> None:
    root = fn("pow", rat(2), rat(Fraction(1, 2)))
    upper = _span(le(X, root)).upper
    assert upper is not None
    assert upper**2 < 2
    assert 2 - upper**2 < Fraction(1, 10**6)


def test_kinks_and_saturation_points_come_from_the_expression() -> None:
    # |3x − 2| has its kink at 2/3; σ(x/2) saturates where x/2 is 20.
    kink = fn("abs", fn("add", fn("mul", rat(3), X), rat(-2)))
    head = fn("app", make("fun", data="sigmoid"), fn("mul", rat(Fraction(1, 2)), X))
    goal = Goal((), le(head, fn("add", rat(2), kink)))
    special = ranges(opened(goal), (X,))[X].special
    assert Fraction(2, 3) in special
    assert Fraction(40) in special
    assert sigmoid_file.sigmoid.__name__ == "sigmoid"


def test_the_kind_of_a_matrix_is_read_from_what_is_assumed_inside_the_statement() -> None:
    w = var("W", "mat", ("n", "n"))
    assumed = make("implies", (fn("lt", fn("radius", w), rat(1)), le(fn("norm", w), rat(1))))
    assert matrix_kind(opened(Goal((), assumed)), w) == "radius"


def test_an_empty_conjunction_of_assumptions_narrows_nothing() -> None:
    positive = make("implies", (fn("lt", rat(0), X), le(rat(0), X)))
    negative = make("implies", (fn("lt", X, rat(0)), le(X, rat(0))))
    sampler = Sampler(opened(Goal((), make("and", (positive, negative)))))
    source = FromSeed(0)
    signs = {(value.data > 0) - (value.data < 0) for value in (sampler.draw(source).values[X] for _ in range(50))}
    assert {1, -1} <= signs


# --- whole instances -------------------------------------------------------------------------------


# All outcomes of several draws are summed for each of sixty instances.
SLOW = frozenset({"mean_sum", "variance_sum_independent"})


def _claims() -> list[Claim]:
    return [c for c in full_ledger() if goal_of(c).variables]


# A unit that is off has its slope asked for on its kink, where there is none: half of all weights switch it off.
OFTEN_UNDEFINED = {"dead_unit_stays_dead"}
# High powers of normal numbers: single draws outweigh all others.
HEAVY_TAILED = {"mean_pow_normal"}


@pytest.mark.parametrize("claim", sampled(_claims(), 24, slow=SLOW), ids=lambda c: c.name)
def test_most_instances_of_the_ledger_meet_their_hypotheses(claim: Claim) -> None:
    target = opened(goal_of(claim))
    sampler, source = Sampler(target), FromSeed(7)
    with sampling(1 << 15):  # whether an instance can be judged at all hangs on no digit of an average
        outcomes = [examine(target, sampler.draw(source)).outcome.value for _ in range(60)]
    tested = [o for o in outcomes if o not in {"rejected", "undefined"}]
    # A sum over the outcomes of many draws may be too long, and an average may lean on too few of them.
    chance = any(node.op == "mean" for node in walk(target.conclusion))
    assert len(tested) >= (12 if claim.name in HEAVY_TAILED else 24 if chance or claim.name in OFTEN_UNDEFINED else 48), (
        outcomes
    )
    assert any(o != "vacuous" for o in outcomes)


@given(st.data())
@settings(max_examples=25, database=None, deadline=None, derandomize=True)
def test_slope_bounds_come_with_an_activation_that_obeys_them(data: st.DataObject) -> None:
    gamma, phi = var("gamma"), var("phi", "fun")
    goal = Goal((le(rat(0), gamma), make("slopes_within", (phi, gamma))), le(rat(0), gamma))
    instance = data.draw(instances(goal))
    assert SLOPE_BOUNDS[instance.values[phi].data] <= instance.values[gamma].data


def test_the_same_seed_draws_the_same() -> None:
    sampler = Sampler(opened(goal_of(full_ledger()["norm_jacobian_le_pow"])))
    first, second = ([sampler.draw(FromSeed(3)) for _ in range(1)] for _ in range(2))
    assert first == second


# --- where integers come from ----------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high", "simplest"), [(-4, 4, 0), (-1, 3, 0), (2, 9, 2), (-7, -3, -3), (0, 1, 0), (5, 5, 5)])
def test_several_integers_reach_both_ends_and_shrink_to_the_simplest(low: int, high: int, simplest: int) -> None:
    drawn = st.composite(lambda draw: FromHypothesis(draw).several(3, low, high))()
    for x in range(low, high + 1):
        assert find(drawn, lambda three, x=x: three[1] == x) == [simplest, x, simplest]
    assert find(drawn, lambda three: all(low <= y <= high for y in three)) == [simplest] * 3
    seeded = FromSeed(1).several(2000, low, high)
    assert set(seeded) == set(range(low, high + 1))
