"""`gradproof ledger`: every row with its verdict as stated and the verdicts of our claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from sympy import Rational

from numerics.measuring import Observations
from tests.gradproof import commands
from theory.activations.sigmoid import sigmoid
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Real
from theory.rows import all_rows
from theory.tactics import Nonneg

KEPT = ("deriv_sigmoid_le_quarter", "deriv_sigmoid", "deriv_relu_zero_eq_one", "right_deriv_relu_zero", "sigmoid_neg")


def run(*arguments: str, width: int = 80) -> Result:
    return commands.run("ledger", *arguments, width=width)


def _open(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


def in_the_ledger(monkeypatch: pytest.MonkeyPatch, *more: Claim) -> None:
    """Let the command see a few claims only, which settle in no time, and no observation."""
    small = Ledger("test")
    for known in [*(full_ledger()[name] for name in KEPT), *more]:
        small.add(known)
    monkeypatch.setattr("theory.language.claims.full_ledger", lambda: small)
    monkeypatch.setattr("numerics.measuring.full_observations", Observations)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The small ledger, and a way to add to it."""
    in_the_ledger(monkeypatch)
    return lambda *more: in_the_ledger(monkeypatch, *more)  # pyright: ignore[reportUnknownLambdaType]


OPEN = Claim(name="not_proved", module="theory.test", meaning="It is not.", builder=_open, ledger=("sigmoid-derivative-range",))


# The rows that the few claims speak of, as they stand in their declarations.
WITH_CLAIMS = {row for name in KEPT for row in full_ledger()[name].ledger}
DETERMINISTIC = [r for r in all_rows().values() if (r.part, r.kind) == ("A", "deterministic")]
SETTLED = sum(row.id in WITH_CLAIMS for row in DETERMINISTIC)


def document(*arguments: str) -> dict[str, Any]:
    return commands.document("ledger", "ledger", *arguments)


# --- as data ----------------------------------------------------------------------------------------------


def test_every_row_stands_in_the_document() -> None:
    Draft202012Validator.check_schema(commands.schema("ledger"))
    found = document()
    assert [row["id"] for row in found["rows"]] == list(all_rows())
    verdicts = {row["id"]: {c["name"]: c["verdict"] for c in row["claims"]} for row in found["rows"]}
    assert verdicts["relu-derivative-at-zero"] == {"deriv_relu_zero_eq_one": "REFUTED", "right_deriv_relu_zero": "PROVED"}
    assert verdicts["sigmoid-linear-regime"] == {}


def test_counts_are_of_what_was_asked_for() -> None:
    counts = {(c["part"], c["kind"]): c for c in document()["counts"]}
    assert sum(c["rows"] for c in counts.values()) == 147
    assert counts["A", "deterministic"]["with_claims"] == SETTLED >= 2
    assert counts["B", "deterministic"]["with_claims"] == 0
    assert {c["part"] for c in document("--part", "b")["counts"]} == {"B"}


def test_open_rows_are_those_without_claims_or_with_an_open_one(few: Callable[..., None]) -> None:
    everything = {row["id"] for row in document()["rows"]}
    without = {row["id"] for row in document("--open")["rows"]}
    assert everything - without == WITH_CLAIMS
    few(OPEN)
    again = document("--open")
    assert everything - {row["id"] for row in again["rows"]} == WITH_CLAIMS - {"sigmoid-derivative-range"}
    (count,) = [c for c in again["counts"] if (c["part"], c["kind"]) == ("A", "deterministic")]
    assert (count["with_claims"], count["with_open_claims"]) == (SETTLED, 1)
    assert f"{SETTLED} of {len(DETERMINISTIC)} rows have claims, 1 of them an open one" in run("--open").stdout


def test_rows_are_given_in_the_order_of_the_ledger() -> None:
    found = document("gelfand", "sigmoid-derivative-range", "gelfand")
    assert [row["id"] for row in found["rows"]] == ["sigmoid-derivative-range", "gelfand"]


# --- on a screen ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_shows_every_row_and_fits(width: int) -> None:
    done = run(width=width)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= width
    ids = [line.split()[0] for line in lines if line and line[0] not in " ─" and line.split()[0] in all_rows()]
    assert ids == list(all_rows())
    assert "✓ PROVED      deriv_sigmoid_le_quarter, deriv_sigmoid" in done.stdout
    assert "✗ REFUTED     deriv_relu_zero_eq_one" in done.stdout
    (row,) = [line for line in lines if line.startswith("relu-kills-half-regime")]
    assert "— probabilistic" in row
    assert "true with correction" in row
    (row,) = [line for line in lines if line.startswith("sigmoid-linear-regime")]
    assert row.split()[1:] in (["—", "false", "as", "stated"], ["false", "as", "stated", "—"])
    assert f"part A · deterministic: {SETTLED} of {len(DETERMINISTIC)} rows have claims" in lines


def test_one_row_at_length() -> None:
    done = run("relu-derivative-at-zero")
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    found = all_rows()["relu-derivative-at-zero"]
    for part in (found.says, found.corrected, found.note, "false as stated", "part A · deterministic", "[whyrelu]"):
        assert part in said
    assert "✗ REFUTED deriv_relu_zero_eq_one (relu(h) − relu(0))/h → 1 as h → 0" in said
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_row_of_part_b_says_where_it_comes_from() -> None:
    said = " ".join(run("mask-jsr-2x2", "kreiss").stdout.split())
    assert "What the theorem says" in said
    assert "own derivation, with the theorem of Berger and Wang" in said
    assert "Bounded Semigroups of Matrices" in said
    assert "Spijker" in said
    assert said.count("none yet") == 2


def test_a_row_that_is_settled_is_not_open() -> None:
    assert "No row is open." in run("relu-derivative-at-zero", "--open").stdout


def test_an_unknown_row_ends_with_one_sentence_and_2() -> None:
    done = run("relu-derivativ-at-zero")
    assert done.exit_code == 2
    assert done.output.startswith("gradproof: there is no row 'relu-derivativ-at-zero'; did you mean relu-derivative-at-zero")


def test_a_part_that_does_not_exist_is_bad_usage() -> None:
    assert run("--part", "C").exit_code == 2
