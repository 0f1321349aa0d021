"""`gradproof explain`: what each hypothesis is for, what a claim rests on, and what rests on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from sympy import Rational

from numerics.attack import attack_goal
from tests.gradproof import commands
from tests.sampling import is_quick
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.hypotheses import hypotheses_of, proves
from theory.kernel.gate import goal_of
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Nonnegative, Positive
from theory.language.statements import implies
from theory.tactics import Nonneg
from theory.typeset import text

NORMAL, FOLKLORE = "jacobian_tendsto_zero_of_normal", "jacobian_tendsto_zero_of_spectralRadius_lt_one"


def run(*arguments: str, width: int = 80) -> Result:
    return commands.run("explain", *arguments, width=width)


def explained(*arguments: str) -> dict[str, Any]:
    return commands.document("explanation", "explain", *arguments)


def effects(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {h["condition"]["text"]: (h["effect"], h["example"]) for h in found["hypotheses"]}


@pytest.fixture
def with_claim(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts one more claim into the ledger that the command sees."""

    def add(name: str, builder: Callable[..., Any], **more: Any) -> None:
        ledger = Ledger("test")
        for known in full_ledger():
            ledger.add(known)
        ledger.add(Claim(name=name, module="theory.test", meaning="Made for a test.", builder=builder, **more))
        monkeypatch.setattr("theory.language.claims.full_ledger", lambda: ledger)

    return add


# --- what each hypothesis is for ------------------------------------------------------------------------


def test_a_hypothesis_that_is_needed_comes_with_a_counterexample() -> None:
    found = effects(explained("relu_convex"))
    assert found == {"w ≥ 0": ("needed", "w = −1, x = 1, y = 0"), "w ≤ 1": ("needed", "w = 2, x = 0, y = 1")}


def test_each_part_of_an_if_is_tested_by_itself() -> None:
    found = effects(explained("irnn_jacobian_eq_zero_of_inactive"))
    assert [effect for effect, _ in found.values()] == ["needed", "needed"]
    (inactive, _), (late, (_, example)) = found.items()
    assert inactive.endswith("< 0")
    assert late == "s + 1 ≤ T"
    assert "T = 0" in example
    assert "s = 0" in example


def test_slopes_are_one_hypothesis() -> None:
    found = effects(explained("norm_jacobian_le_pow"))
    assert list(found) == ["|φ′| ≤ γ"]
    assert found["|φ′| ≤ γ"][0] == "needed"
    assert "γ = 0" in found["|φ′| ≤ γ"][1]


def test_without_a_hypothesis_a_statement_may_have_no_value() -> None:
    (hypothesis,) = explained("abs_deriv_relu_le_one")["hypotheses"]
    assert (hypothesis["effect"], hypothesis["example"]) == ("undefined", "")
    assert hypothesis["note"] == "relu has a kink here, so no derivative"


def test_a_hypothesis_that_the_proof_does_not_use_is_called_so(with_claim: Callable[..., None]) -> None:
    def unused(x: Annotated[Any, Positive]) -> Any:
        return sigmoid.d(x) <= Rational(1, 4), Nonneg(square=sigmoid(x) - Rational(1, 2), by=[full_ledger()["deriv_sigmoid"]])

    with_claim("unused", unused)
    assert effects(explained("unused")) == {"x > 0": ("unused", "")}
    assert "x > 0 — not needed: the same proof goes through without it" in " ".join(run("unused").stdout.split())


def test_a_hypothesis_that_another_implies_is_not_called_needed(with_claim: Callable[..., None]) -> None:
    def implied(x: Annotated[Any, Nonnegative]) -> Any:
        return implies(x > 1, relu(x) > 0)

    with_claim("implied", implied, unproved="for a test")
    assert effects(explained("implied")) == {"x ≥ 0": ("unknown", ""), "x > 1": ("needed", "x = 0")}
    assert "x ≥ 0 — no counterexample was found, no example tests it\n" in run("implied").stdout


@pytest.mark.parametrize("one_in", [12, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_attack_breaks_what_is_called_unused(one_in: int) -> None:
    for claim in (c for c in full_ledger() if is_quick(c.name, one_in)):
        for hypothesis in hypotheses_of(goal_of(claim)):
            if proves(claim, hypothesis.dropped):
                assert not attack_goal(hypothesis.dropped).broken, f"{claim.name} without {text(hypothesis.condition)}"


def test_of_a_limit_it_is_seen_and_not_proved_that_it_fails() -> None:
    found = explained(NORMAL)
    normal = found["hypotheses"][0]
    assert normal["condition"]["text"] == "WᵀW = WWᵀ"
    assert normal["effect"] == "seen"
    assert "W = [[2, 4], [−1, −2]]" in normal["example"], "the witness of the folklore that the claim corrects"
    assert "does not shrink" in normal["note"]
    assert [h["effect"] for h in found["hypotheses"]] == ["seen"] * 3
    said = run(NORMAL).stdout
    assert said.count("(seen, not proved)") == 3


def test_no_counterexample_is_said_where_none_is_found() -> None:
    found = explained("norm_forced_le")
    assert effects(found)["q ≥ 0"] == ("unused", "")
    of_scaling = {h["condition"]["text"]: h for h in explained("norm_jacobian_le_of_scaling")["hypotheses"]}
    assert of_scaling["S is diagonal with positive entries"]["effect"] == "unknown"
    assert "no counterexample was found" in run("norm_jacobian_le_of_scaling").stdout


def test_a_claim_without_hypotheses_says_so() -> None:
    assert "It has none: it holds for all values of its variables." in run("deriv_sigmoid_le_quarter").stdout


@pytest.mark.parametrize("name", ["relu_convex", NORMAL])
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    assert run(name, "--json").stdout == run(name, "--json").stdout


# --- what it rests on, and what rests on it ----------------------------------------------------------------


def test_lemmas_and_what_is_cited() -> None:
    found = explained(NORMAL)
    assert {other["name"]: other["verdict"] for other in found["uses"]} == {
        "norm_jacobian_le_pow": "PROVED",
        "norm_le_spectralRadius_of_normal": "CITED",
    }
    assert found["rests_on"] == ["norm_le_spectralRadius_of_normal"]
    assert [(other["name"], other["verdict"]) for other in found["corrects"]] == [(FOLKLORE, "REFUTED")]
    assert "W = [[2, 4], [−1, −2]]" in found["corrects"][0]["witness"]
    assert [row["id"] for row in found["rows"]] == ["max-eigenvalue-below-one-vanishes"]


def test_what_rests_on_a_claim_is_what_its_users_say_they_use() -> None:
    found = explained("norm_rescaled_jacobian_le_pow")
    assert found["used_by"] == ["norm_jacobian_le_of_scaling"]
    assert found["used_indirectly_by"] == ["jacobian_tendsto_zero_of_scaling"]
    assert "norm_rescaled_jacobian_le_pow" in [other["name"] for other in explained(*found["used_by"])["uses"]]


def test_nothing_rests_on_a_refuted_claim_and_what_is_true_is_named() -> None:
    found = explained(FOLKLORE)
    assert found["verdict"] == "REFUTED"
    assert (found["used_by"], found["hypotheses"]) == ([], [])
    assert NORMAL in [other["name"] for other in found["corrected_by"]]
    said = run(FOLKLORE).stdout
    assert "Why it is false (Refute)" in said
    assert "What is true instead" in said
    assert "What each hypothesis is for" not in said


def test_a_cited_claim_says_why_it_is_not_proved() -> None:
    said = run("norm_le_spectralRadius_of_normal").stdout
    assert "the spectral theorem is outside the kernel" in said
    assert "WᵀW = WWᵀ — without it the claim is broken at" in said


# --- on a screen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 140])
def test_it_fits_and_says_everything(width: int) -> None:
    done = run("norm_jacobian_le_pow", width=width)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= width
    for part in (
        "✓ PROVED",
        "Why (Induction)",
        "(submultiplicativity)",
        "What rests on it",
        "Rows of the ledger",
        "[pascanu2013]",
    ):
        assert part in done.stdout


def test_an_unknown_claim_ends_with_one_sentence_and_2() -> None:
    done = run("norm_jacobian_le_po")
    assert done.exit_code == 2
    assert done.output.startswith("gradproof: there is no claim 'norm_jacobian_le_po'; did you mean norm_jacobian_le_pow")


def test_the_schema_is_valid_itself() -> None:
    Draft202012Validator.check_schema(commands.schema("explanation"))
