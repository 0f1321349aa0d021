"""What is left of a claim without one of its hypotheses, and when its proof does without."""

from __future__ import annotations

import pytest

from theory.hypotheses import denial, hypotheses_of, proves
from theory.kernel.gate import Goal, goal_of
from theory.kernel.terms import ONE, ZERO, eq, le, lt, make, var
from theory.language.claims import full_ledger
from theory.typeset import text

x, y = var("x"), var("y")
A, B, C = le(ZERO, x), lt(x, ONE), eq(y, ONE)
SAID = le(x, y)


def conditions(name: str) -> list[str]:
    return [text(h.condition) for h in hypotheses_of(goal_of(full_ledger()[name]))]


def test_conditions_of_domains_come_before_those_of_an_if() -> None:
    assert conditions("relu_convex") == ["w ≥ 0", "w ≤ 1"]
    assert conditions("jacobian_tendsto_zero_of_normal") == ["WᵀW = WWᵀ", "|φ′| ≤ γ", "γρ(W) < 1"]


def test_what_kind_of_number_it_is_is_no_hypothesis() -> None:
    assert conditions("norm_jacobian_le_pow") == ["|φ′| ≤ γ"], "and not γ ≥ 0"
    assert conditions("irnn_jacobian_offDiagonal") == ["i ≠ j"], "and not that coordinates are at least 1"


def test_a_condition_of_a_domain_is_dropped_and_denied() -> None:
    first, second = hypotheses_of(Goal((A, B), SAID))
    assert (first.condition, first.dropped, first.denied) == (A, Goal((B,), SAID), Goal((B, lt(x, ZERO)), SAID))
    assert (second.dropped, second.denied) == (Goal((A,), SAID), Goal((A, le(ONE, x)), SAID))


def test_a_condition_of_an_if_is_dropped_and_denied() -> None:
    (only,) = hypotheses_of(Goal((), make("implies", (A, SAID))))
    assert (only.dropped.conclusion, only.denied.conclusion) == (SAID, make("implies", (lt(x, ZERO), SAID)))


def test_conditions_of_nested_ifs_and_of_parts_are_found() -> None:
    nested = make("implies", (make("and", (A, B)), make("implies", (C, SAID))))
    found = hypotheses_of(Goal((), make("and", (SAID, nested))))
    assert [h.condition for h in found] == [A, B, C]
    inner = make("implies", (C, SAID))
    assert [h.dropped.conclusion.args[1] for h in found] == [
        make("implies", (B, inner)),
        make("implies", (A, inner)),
        make("implies", (make("and", (A, B)), SAID)),
    ]
    assert all(h.dropped.conclusion.args[0] is SAID for h in found)


@pytest.mark.parametrize(
    ("condition", "denied"),
    [
        (le(x, y), lt(y, x)),
        (lt(x, y), le(y, x)),
        (eq(x, y), make("ne", (x, y))),
        (make("ne", (x, y)), eq(x, y)),
        (make("and", (A, B)), make("not", (make("and", (A, B)),))),
    ],
)
def test_denials(condition: object, denied: object) -> None:
    assert denial(condition) is denied  # pyright: ignore[reportArgumentType]


def test_a_proof_that_needs_a_condition_does_not_do_without() -> None:
    for name in ("relu_convex", "norm_orthogonal_jacobian_le_one", "exp_neg_le_one"):
        claim = full_ledger()[name]
        assert proves(claim, goal_of(claim))
        assert not any(proves(claim, h.dropped) for h in hypotheses_of(goal_of(claim)))


def test_a_claim_without_proof_and_a_refuted_one_prove_nothing() -> None:
    for name in ("norm_le_spectralRadius_of_normal", "irnn_jacobian_eq_identity"):
        assert not proves(full_ledger()[name], goal_of(full_ledger()[name]))
