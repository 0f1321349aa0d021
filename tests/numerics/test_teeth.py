"""Variants are well sorted and say what they should; what is false is broken, and slack is reported as such."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from flint import fmpq
from sympy import Expr, Rational

from numerics import teeth
from numerics.attack import attack_goal
from numerics.balls import Undefined
from numerics.jets import derivative
from numerics.teeth import Fate, Variant, bitten, variants_of
from numerics.teeth import trial as trials
from numerics.teeth.alike import swapped
from numerics.teeth.kernel import ALIKE, LEMMA, Trial
from numerics.teeth.variants import LAWS
from theory.activations.relu import relu
from theory.activations.sigmoid import deriv_sigmoid, sigmoid
from theory.activations.silu import silu
from theory.kernel.gate import Goal, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import Term, add, fn, make, rat, var
from theory.language.claims import Claim, claim, full_ledger
from theory.language.domains import Nonnegative, Real
from theory.language.symbols import eq
from theory.tactics import Cases, Enclosure, Nonneg
from theory.typeset import text

X = Annotated[Expr, Real]
NonnegativeX = Annotated[Expr, Nonnegative]

LEDGER = list(full_ledger())


def statements(of: Claim) -> dict[str, list[str]]:
    """The statements of the variants, by kind."""
    found: dict[str, list[str]] = {}
    for variant in variants_of(goal_of(of)):
        found.setdefault(variant.kind, []).append(text(variant.goal.conclusion))
    return found


def fates(of: Claim, kind: str) -> list[tuple[str, Fate]]:
    return [(bite.change, bite.fate) for bite in bitten(of, profile="dev").bites if bite.kind == kind]


# --- what is derived -------------------------------------------------------------------------------


def test_a_bound_moves_towards_the_other_side() -> None:
    found = statements(full_ledger()["deriv_sigmoid_le_quarter"])
    assert found["bound"] == ["σ′(x) ≤ 9/40", "σ′(x) ≤ 0.24975"]
    assert found["flip"] == ["1/4 ≤ σ′(x)"]


def test_a_bound_of_zero_and_a_negative_bound_move_too() -> None:
    assert statements(full_ledger()["relu_nonneg"])["bound"] == ["1/10 ≤ relu(x)", "0.001 ≤ relu(x)"]
    below = statements(full_ledger()["gelu_ge"])["bound"]
    assert below[0] == "−0.153 < gelu(x)"


def test_an_identity_loses_a_factor_a_summand_or_an_exponent() -> None:
    found = statements(full_ledger()["second_deriv_sigmoid"])
    assert "σ″(x) = (1 − σ(x))(1 − 2σ(x))" in found["factor"]
    assert "σ″(x) = σ(x)(−σ(x))(1 − 2σ(x))" in found["summand"]
    assert "tanh′(x) = 1 − tanh(x)³" in statements(full_ledger()["deriv_tanh"])["exponent"]


def test_a_depth_is_off_by_one_and_never_negative() -> None:
    found = statements(full_ledger()["norm_jacobian_le_pow"])
    assert found["exponent"] == ["‖J_{T+1}[φ, W]‖ ≤ (γ‖W‖)^T", "‖J_T[φ, W]‖ ≤ (γ‖W‖)^(T + 1)"]
    assert found["factor"] == ["‖J_T[φ, W]‖ ≤ ‖W‖^T", "‖J_T[φ, W]‖ ≤ γ^T"]


def test_an_extremum_changes_its_value_its_side_and_its_attainment() -> None:
    found = variants_of(goal_of(full_ledger()["sup_relu6"]))
    assert [(v.kind, text(v.goal.conclusion), bool(v.beyond)) for v in found] == [
        ("bound", "sup over t of relu6(t) = 27/5 (attained)", False),
        ("bound", "sup over t of relu6(t) = 5.994 (attained)", False),
        ("extremum", "sup over t of relu6(t) = 33/5 (attained)", True),
        ("extremum", "sup over t of relu6(t) = 6.006 (attained)", True),
        ("extremum", "inf over t of relu6(t) = 6 (attained)", False),
        ("extremum", "sup over t of relu6(t) = 6 (approached, never attained)", False),
    ]


def test_that_something_exists_is_turned_round() -> None:
    found = variants_of(goal_of(full_ledger()["relu_not_bddAbove"]))
    assert [(v.kind, text(v.goal.conclusion), bool(v.beyond)) for v in found] == [
        ("flip", "there is a real h such that relu(h) < m", True)
    ]


def test_every_hypothesis_and_assumption_is_dropped_once() -> None:
    of = full_ledger()["norm_jacobian_le_of_scaling"]
    dropped = [v.change for v in variants_of(goal_of(of)) if v.dropped is not None]
    assert len(dropped) == len(goal_of(of).hypotheses)
    strict = full_ledger()["sigmoid_strictMono"]
    assert [v.change for v in variants_of(goal_of(strict)) if v.dropped is not None] == ["without the assumption x < y"]


@pytest.mark.parametrize("of", LEDGER, ids=lambda c: c.name)
def test_variants_are_statements_and_differ(of: Claim) -> None:
    goal = goal_of(of)
    found = variants_of(goal)
    # That some point makes two functions differ has no neighbour that says more.
    exists = goal.conclusion.op == "exists"
    differs_somewhere = exists and goal.conclusion.args[1].op == "ne"
    assert found or differs_somewhere, "every other claim of the ledger has a variant"
    assert len({v.goal for v in found}) == len(found)
    for variant in found:
        assert variant.goal != goal
        assert variant.kind in teeth.KINDS
        assert variant.change
        assert variant.goal.conclusion.sort == "prop"
        assert set(variant.goal.variables) <= set(goal.variables), "no variable comes in"
        for node in walk(variant.goal.conclusion):
            assert rebuilt(node) is node


def rebuilt(node: Term) -> Term:
    """The same node through the constructor that checks sorts and shapes."""
    return make(node.op, node.args, node.data, node.sort, node.shape)


def test_a_part_that_says_nothing_is_not_left_out() -> None:
    """0 − Z loses its summand 0 and is what it was."""
    for v in variants_of(goal_of(full_ledger()["probability_one_sign"])):
        assert not v.change.endswith("loses its summand 0")


# --- what becomes of them --------------------------------------------------------------------------


def test_what_is_false_is_broken_and_has_a_witness() -> None:
    found = bitten(deriv_sigmoid, profile="dev")
    assert {bite.fate for bite in found.bites} == {Fate.BROKEN}
    assert all(bite.witness for bite in found.bites)


@claim()
def deriv_sigmoid_le_half(x: X):
    """Twice the true bound."""
    difference = Rational(1, 4) + (sigmoid(x) - Rational(1, 2)) ** 2
    return sigmoid.d(x) <= Rational(1, 2), Nonneg(difference=difference, by=[deriv_sigmoid])


@claim()
def deriv_sigmoid_le_three_tenths(x: X):
    """More than the true bound, by a certificate."""
    return sigmoid.d(x) <= Rational(3, 10), Enclosure()


@pytest.mark.parametrize("of", [deriv_sigmoid_le_half, deriv_sigmoid_le_three_tenths], ids=lambda c: c.name)
def test_slack_is_found_and_named(of: Claim) -> None:
    bites = [bite for bite in bitten(of, profile="dev").bites if bite.kind == "bound"]
    assert [bite.fate for bite in bites] == [Fate.PROVED] * 2
    assert all(bite.by for bite in bites)


@claim()
def relu_eq_self_of_nonneg(x: NonnegativeX):
    """A hypothesis that is needed."""
    return eq(relu(x), x), Cases(on=x)


@claim()
def sigmoid_pos_of_nonneg(x: NonnegativeX):
    """A hypothesis that is not."""
    return sigmoid(x) > 0, Nonneg()


def test_a_needed_hypothesis_is_told_from_one_to_spare() -> None:
    assert fates(relu_eq_self_of_nonneg, "hypothesis") == [("without the hypothesis x ≥ 0", Fate.BROKEN)]
    assert fates(sigmoid_pos_of_nonneg, "hypothesis") == [("without the hypothesis x ≥ 0", Fate.PROVED)]


def test_a_hypothesis_that_the_others_imply_is_proved_to_be_so() -> None:
    found = dict(fates(full_ledger()["norm_jacobian_le_of_scaling"], "hypothesis"))
    assert found["without the hypothesis γ ≥ 0"] is Fate.PROVED
    assert found["without the hypothesis |φ′| ≤ γ"] is Fate.BROKEN


def test_an_assumption_that_the_others_imply_is_proved_to_be_so() -> None:
    found = dict(fates(full_ledger()["second_difference_inner_eq_zero"], "hypothesis"))
    assert found["without the assumption 0 < wx"] is Fate.PROVED
    assert list(found.values()).count(Fate.BROKEN) == 2


def test_of_a_cited_claim_a_hypothesis_may_be_to_spare_too() -> None:
    cited = full_ledger()["mean_waiting_le"]
    assert cited.proof is None
    trial = Trial(cited)
    proofs = {v.change: trial.proof_of(v, thorough=False) for v in variants_of(trial.goal) if v.dropped is not None}
    assert proofs.pop("without the hypothesis v ≥ 0") == LEMMA, "v is the mean of a square"
    assert set(proofs.values()) == {""}


def test_a_limit_stands_aside_whatever_the_attack_says() -> None:
    found = bitten(full_ledger()["sigmoid_tendsto_one"], profile="dev")
    assert [bite.fate for bite in found.bites] == [Fate.LIMIT] * 2


def test_what_is_undefined_names_the_point() -> None:
    found = bitten(full_ledger()["deriv_relu_nonneg"], profile="dev").bites
    (bite,) = [b for b in found if b.kind == "hypothesis"]
    assert bite.fate is Fate.UNDEFINED
    assert "x = 0" in bite.reason


def test_a_survivor_says_why() -> None:
    found = bitten(full_ledger()["sup_second_deriv_tanh"], profile="dev").bites
    survivors = [bite for bite in found if bite.fate is Fate.SURVIVED]
    assert [bite.change for bite in survivors] == ["attained becomes approached"]
    assert "irrational" in survivors[0].reason


def test_what_stands_for_any_part_is_proved_alike() -> None:
    """The proof of the claim never looks into the argument of a sigmoid, so it proves what has another argument there."""
    found = bitten(full_ledger()["mul_deriv_sigmoid_mul_mem_Ioc"], profile="dev").bites
    alike = [bite for bite in found if bite.by == ALIKE]
    assert {bite.change for bite in alike} >= {f"on the left kx loses its factor {x}" for x in "kx"}
    assert {bite.fate for bite in alike} == {Fate.PROVED}


def test_a_part_is_swapped_at_all_instances_of_what_is_bound_around_it() -> None:
    h, x, z, state = (var(name) for name in ("h", "x", "z", "state"))
    old, new = add(h, z), add(h, rat(1))
    inside, outside = fn("exp", add(state, z)), fn("exp", add(state, x))
    assert swapped(inside, old, new, frozenset({h})) is fn("exp", add(state, rat(1)))
    assert swapped(outside, old, new, frozenset({h})) is outside
    assert swapped(inside, old, new, frozenset()) is inside, "where h is free it is h and nothing else"


def test_nothing_false_is_proved_alike() -> None:
    for name in ("mul_deriv_sigmoid_mul_mem_Ioc", "second_deriv_softplus_mul_le", "norm_jacobian_le_pow"):
        trial = Trial(full_ledger()[name])
        swaps = [variant for variant in variants_of(trial.goal) if variant.swap is not None]
        broken = [variant for variant in swaps if attack_goal(variant.goal, profile="dev").broken]
        assert broken
        assert not any(map(trial.proved_alike, broken))


def test_what_every_law_has_that_can_be_named_stands_aside() -> None:
    def aside(name: str) -> list[str]:
        return [
            v.change.removeprefix("without the hypothesis ")
            for v in variants_of(goal_of(full_ledger()[name]))
            if v.beyond == LAWS
        ]

    assert aside("mean_sq_memory") == ["μ has moments of order 1", "μ has moments of order 2"]
    assert aside("mean_sigmoid_eq_half_of_symmetric") == [], "a finite law need not be symmetric"
    assert aside("probability_always_positive") == ["μ is symmetric", "μ has no atom at 0"], "what has no atoms is normal"


def test_a_refuted_claim_is_its_own_variant() -> None:
    found = bitten(full_ledger()["abs_gelu_sub_le"], profile="dev").bites
    assert [(bite.kind, bite.fate) for bite in found] == [("refuted", Fate.BROKEN)]


def test_the_same_seed_gives_the_same_bites() -> None:
    of = full_ledger()["norm_jacobian_le_pow"]
    assert bitten(of, profile="dev", seed=3) == bitten(of, profile="dev", seed=3)


# --- the loudest finding ---------------------------------------------------------------------------


def _accepts_all(_trial: Trial, _variant: Variant, *, thorough: bool) -> str:
    return f"a broken kernel, {'thorough' if thorough else 'quick'}"


def test_a_proof_of_what_is_broken_is_a_contradiction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trial, "proof_of", _accepts_all)
    bites = bitten(full_ledger()["deriv_sigmoid_le_quarter"], profile="dev").bites
    assert {bite.fate for bite in bites} == {Fate.CONTRADICTION}
    assert all("the attack breaks it" in bite.reason for bite in bites)


def test_two_limits_are_a_contradiction_though_no_point_breaks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trial, "proof_of", _accepts_all)
    bites = bitten(full_ledger()["sigmoid_tendsto_one"], profile="dev").bites
    assert [bite.fate for bite in bites] == [Fate.CONTRADICTION] * 2


def test_an_attack_that_stops_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_: Any, **__: Any) -> Any:
        raise ArithmeticError("no number")

    monkeypatch.setattr(trials, "attack_goal", stops)
    bites = bitten(deriv_sigmoid, profile="dev").bites
    assert {bite.fate for bite in bites} == {Fate.SURVIVED}
    assert {reason for bite in bites if "irrational" not in (reason := bite.reason)} == {"the attack stopped: no number"}


def test_a_variant_that_is_no_stronger_is_none() -> None:
    changes = {bite.change for bite in bitten(full_ledger()["softplus_scaled_sub_relu_le"], profile="dev").bites}
    derived = {v.change for v in variants_of(goal_of(full_ledger()["softplus_scaled_sub_relu_le"]))}
    assert changes < derived


# --- the attack, where survivors showed it to be weak ----------------------------------------------


@claim()
def second_part_is_off(x: X):
    """The first part is tight everywhere near its peak; the second, false by 4·10⁻⁵, is at another place."""
    return silu.d(x) >= Rational(-998001, 10**7), Enclosure()


def goal_with(*claims: Claim) -> Goal:
    return Goal((), make("and", tuple(goal_of(c).conclusion for c in claims)))


@claim()
def tight_part(x: X):
    """Just above its supremum."""
    return silu.d(x) <= Rational(10999, 10**4), Enclosure()


@pytest.mark.parametrize("seed", range(4))
def test_each_part_of_a_conjunction_is_walked_to(seed: int) -> None:
    assert attack_goal(goal_with(tight_part, second_part_is_off), profile="ci", seed=seed).broken


@pytest.mark.parametrize("name", ["sigmoid", "lecun_tanh", "tanh"])
def test_a_derivative_at_zero_is_exact(name: str) -> None:
    for order in (1, 2, 3):
        assert isinstance(derivative(name, order, fmpq(0)), fmpq)


def test_no_second_derivative_where_there_is_no_first() -> None:
    with pytest.raises(Undefined, match="kink"):
        derivative("relu", 2, fmpq(0))
    assert derivative("relu_squared", 1, fmpq(0)) == 0


RARELY_MET = [
    ("one_relu_error_pos", ""),  # only where a weight of four is −1 and the rest are 1
    ("mean_sq_tanh_lt", "s² becomes 0.999s²"),  # next to 0
    ("mean_sq_waiting_le", "Tv becomes 0.999Tv"),  # under a law with a rare value far out
    ("probability_at_kink_of_bias", "without the hypothesis s ≠ 0"),  # where both numbers are 0
]


@pytest.mark.parametrize(("name", "change"), RARELY_MET)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_false_at_few_places_is_broken_whatever_the_seed(name: str, change: str, seed: int) -> None:
    goal = goal_of(full_ledger()[name])
    goals = [variant.goal for variant in variants_of(goal) if variant.change == change] if change else [goal]
    assert goals
    assert all(attack_goal(each, profile="ci", seed=seed).broken for each in goals)


@pytest.mark.parametrize(
    ("name", "hypothesis"),
    [
        ("norm_forced_le", "c ≥ 0"),  # what is at most c at every step is so at the first
        ("norm_truncation_error_le", "q ≥ 0"),
        ("quarter_lt_prod_one_sub_half_pow", "T ≥ 1"),  # from T = 0 on by one step of an induction
    ],
)
def test_a_hypothesis_that_follows_is_seen_to(name: str, hypothesis: str) -> None:
    trial = Trial(full_ledger()[name])
    (variant,) = (v for v in variants_of(trial.goal) if v.change == f"without the hypothesis {hypothesis}")
    assert trial.proof_of(variant, thorough=True) == LEMMA
