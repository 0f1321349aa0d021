"""Equations that an instance has to meet are met exactly, and what cannot be solved is left as it was drawn."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from numerics.adjudicate import HORIZON, Outcome, examine
from numerics.evaluate import ExactView
from numerics.goals import opened
from numerics.solving import driven, solved, steadied
from numerics.sources import FromSeed
from numerics.spectra import entries_of
from numerics.strategies import Sampler
from theory.kernel.gate import Goal, goal_of
from theory.kernel.terms import Term, eq, literal, make, rat, sequence_literal, var
from theory.language.claims import full_ledger

W, x = var("W", "mat", ("n", "n")), var("x", "mat", ("n", 1))
c = var("c")
DIMS = {"n": 2}


def matrix(*rows: tuple[int, ...]) -> Term:
    return literal(tuple(tuple(map(Fraction, row)) for row in rows))


def equal(a: Term, b: Term) -> Term:
    return make("meq", (a, b))


EIGENVECTOR = equal(make("mmul", (W, x)), make("mscale", (c, x)))
SKEW = equal(make("tr", (W,)), make("mscale", (rat(-1), W)))
VALUES = {W: matrix((1, 2), (3, 4)), x: matrix((1,), (2,)), c: rat(5)}


def test_weights_get_an_eigenvector() -> None:
    found = solved([EIGENVECTOR], [W], VALUES, DIMS)
    assert found is not None
    view = ExactView({**VALUES, **found}, DIMS)
    assert entries_of(view.matrix(make("mmul", (W, x)))) == [5, 10]


def test_equations_that_contradict_each_other_are_not_solved() -> None:
    assert solved([EIGENVECTOR, SKEW], [W], VALUES, DIMS) is None
    found = solved([EIGENVECTOR, SKEW], [W, c], VALUES, DIMS)
    assert found is not None
    assert found[c] is rat(0)


def test_what_is_not_affine_is_not_solved() -> None:
    square = equal(make("mmul", (W, W)), make("mscale", (rat(7), make("ident", data="n"))))
    assert solved([square], [W], VALUES, DIMS) is None
    assert solved([eq(make("mul", (c, c)), rat(2))], [c], VALUES, DIMS) is None


def test_an_irrational_equation_is_not_solved() -> None:
    root = make("pow", (rat(2), rat(Fraction(1, 2))))
    assert solved([eq(c, root)], [c], VALUES, DIMS) is None


def test_a_drive_follows_from_an_equation_at_every_step() -> None:
    v, u, t = var("v", "seq", ("n", 1)), var("u", "seq", ("n", 1)), var("t", "nat")
    fact = make("always", (t, equal(make("at", (v, t)), make("mscale", (rat(2), make("at", (u, t)))))))
    given = sequence_literal(((Fraction(1), Fraction(2)),), 2)
    found = driven(fact, {v: sequence_literal((), 2), u: given}, DIMS)
    assert found is not None
    assert found[v].data[:2] == ((2, 4), (0, 0))
    assert len(found[v].data) == HORIZON


def test_preactivations_are_held_at_a_number() -> None:
    phi, v, t = make("fun", data="relu"), var("v", "seq", ("n", 1)), var("t", "nat")
    network = make("net", (W, phi, x, v))
    fact = make(
        "always", (t, equal(make("diag", (make("slopes", (phi, make("pre", (network, t)))),)), make("ident", data="n")))
    )
    values = {**VALUES, v: sequence_literal((), 2)}
    first = next(steadied(fact, values, DIMS))
    view = ExactView({**values, **first}, DIMS)
    assert all(entries_of(view.matrix(make("pre", (network, rat(k))))) == [1, 1] for k in (1, 2, HORIZON))


def test_quarter_turns_live_in_even_dimensions() -> None:
    sampler, source = Sampler(opened(goal_of(full_ledger()["gram_pow_step"]))), FromSeed(1)
    assert {sampler.draw(source).dims["n"] for _ in range(20)} == {2, 4}


def share_of_examples(name: str, dropped: Callable[[Term], bool] = lambda _: False) -> float:
    """The share of draws on which a claim says something, as it stands or without some assumptions."""
    goal = goal_of(full_ledger()[name])
    assumed, concluded = goal.conclusion.args
    kept = tuple(part for part in (assumed.args if assumed.op == "and" else (assumed,)) if not dropped(part))
    target = opened(Goal(goal.hypotheses, make("implies", (make("and", kept), concluded))))
    sampler, source = Sampler(target), FromSeed(0)
    outcomes = [examine(target, sampler.draw(source)).outcome for _ in range(100)]
    return sum(found in (Outcome.HELD, Outcome.TOUCHING, Outcome.BROKEN) for found in outcomes) / len(outcomes)


def test_two_matrices_turn_the_plane_that_a_frame_spans() -> None:
    assert share_of_examples("two_turns_response") > 0.5
    goal = goal_of(full_ledger()["two_turns_response"])
    u, v, b = (next(x for x in goal.variables if x.data == name) for name in "uvb")
    source, turning = FromSeed(1), 0
    for _ in range(40):
        drawn = Sampler(opened(goal)).draw(source).values
        turning += drawn[b].data != 0 and sum(x * y for (x,), (y,) in zip(drawn[u].data, drawn[v].data, strict=True)) == 0
    assert turning > 20, "without b it is no turn"


def test_a_square_that_is_negative_is_met_without_skewness_too() -> None:
    skew = {fact for fact in goal_of(full_ledger()["gram_pow_step"]).conclusion.args[0].args if fact.args[0].op == "tr"}
    assert len(skew) == 1
    assert share_of_examples("gram_pow_step", skew.__contains__) > 0.2


def test_what_is_solved_for_is_not_made_zero_where_another_unknown_does() -> None:
    goal = goal_of(full_ledger()["norm_mul_linear_jacobian_of_turned"])
    (U,) = (x for x in goal.variables if x.data == "U")
    sampler, source = Sampler(opened(goal)), FromSeed(0)
    drawn = [sampler.draw(source).values[U].data for _ in range(40)]
    assert sum(any(x for row in rows for x in row) for rows in drawn) > 20


def test_assumed_inequalities_are_met_with_equality_too() -> None:
    goal = goal_of(full_ledger()["affine_dichotomies_le_of_increments"])
    (d,) = (x for x in goal.variables if x.data == "d")
    sampler, source = Sampler(opened(goal)), FromSeed(0)
    drawn = [sampler.draw(source).values[d].data for _ in range(60)]
    assert sum(rows[:3] == ((2,), (4,), (6,)) for rows in drawn) >= 5, "d_k ≤ 2k is met as d_k = 2k"


def test_a_drive_that_is_a_summand_is_solved_for() -> None:
    """The message of a step is given by the message of the next one and by a gradient of its own: that one is solved for."""
    assert share_of_examples("sum_grad_mul_state_eq_sum_message_mul_input") > 0.5
    goal = goal_of(full_ledger()["sum_grad_mul_state_eq_sum_message_mul_input"])
    (message,) = (v for v in goal.variables if v.data == "mu")
    sampler, source = Sampler(opened(goal)), FromSeed(0)
    drawn = [sampler.draw(source).values[message].data for _ in range(20)]
    assert sum(any(x for rows in members for x in rows) for members in drawn) > 10


def test_two_numbers_of_one_direction_lie_on_the_circle() -> None:
    goal = goal_of(full_ledger()["alignment_lt_one_of_both_signs"])
    sampler, source = Sampler(opened(goal)), FromSeed(2)
    drawn = [sampler.draw(source) for _ in range(60)]
    lengths = [{str(v.data): x.data for v, x in at.values.items()} for at in drawn]
    points = [at for at in lengths if at["p"] ** 2 + at["q"] ** 2 == 1]
    assert len(points) >= 30
    assert len({at["p"] for at in points}) >= 15
