"""`gradproof ledger`: observations settle the rows that no proof settles, and are shown beside the claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result

from numerics.measuring import Observation, Observations, full_observations
from tests.gradproof import commands
from theory.language.claims import Ledger, full_ledger


def run(*arguments: str, width: int = 80) -> Result:
    return commands.run("ledger", *arguments, width=width)


@pytest.fixture(autouse=True)
def observations(monkeypatch: pytest.MonkeyPatch) -> Observations:
    """A single claim, which settles in no time, and no observations but those that a test adds."""
    small, made = Ledger("test"), Observations()
    small.add(full_ledger()["deriv_relu_zero_eq_one"])
    monkeypatch.setattr("theory.language.claims.full_ledger", lambda: small)
    monkeypatch.setattr("numerics.measuring.full_observations", lambda: made)
    return made


def document(*arguments: str) -> dict[str, Any]:
    return commands.document("ledger", "ledger", *arguments)


COST = full_observations()["time_of_activations_over_relu"]
UNMEASURED = replace(COST, name="never_measured")
IN_THE_BRAIN = full_observations()["share_of_active_neurons_in_the_brain"]


def left(part: str = "A") -> set[str]:
    return {row["id"] for row in document("--open", "--part", part)["rows"]}


def test_a_measured_row_is_settled_by_an_observation(observations: Observations) -> None:
    before = left()
    assert {"relu-cheaper", "brain-1-to-4-percent"} <= before
    observations.add(COST)
    observations.add(IN_THE_BRAIN)
    assert before - left() == {"relu-cheaper", "brain-1-to-4-percent"}
    (row,) = document("relu-cheaper")["rows"]
    (found,) = row["observations"]
    assert (found["name"], found["verdict"], found["reason"]) == (COST.name, "MEASURED", "")
    assert found["figures"][1]["name"] == "exp : relu, 65,536 numbers"
    (count,) = [c for c in document()["counts"] if (c["part"], c["kind"]) == ("A", "measured")]
    assert (count["with_observations"], count["with_open_observations"], count["with_claims"]) == (1, 0, 0)


def test_an_observation_that_is_open_settles_nothing(observations: Observations) -> None:
    before = left()
    observations.add(UNMEASURED)
    assert left() == before
    (row,) = document("relu-cheaper")["rows"]
    assert [found["verdict"] for found in row["observations"]] == ["OPEN"]
    assert "1 of 5 rows have observations, 1 of them an open one" in run("--open").stdout
    observations.add(COST)
    assert left() == before, "one that is open is left to do, whatever stands beside it"


@pytest.mark.parametrize("rows", [("gelfand",), ("relu-derivative-at-zero",)])
def test_an_observation_settles_no_row_that_proofs_settle(observations: Observations, rows: tuple[str, ...]) -> None:
    before = left() | left("B")
    observations.add(replace(COST, rows=rows))
    assert left() | left("B") == before
    observations.add(replace(UNMEASURED, rows=rows))
    assert left() | left("B") == before | set(rows)


def test_observations_stand_in_the_table_and_on_the_page(observations: Observations) -> None:
    added: list[Observation] = [COST, IN_THE_BRAIN, UNMEASURED]
    for one in added:
        observations.add(one)
    for width in (80, 140):
        done = run(width=width)
        assert max(map(len, done.stdout.splitlines())) <= width
        assert "≈ MEASURED    time_of_activations_over_relu" in done.stdout
        assert "~ EMPIRICAL   share_of_active_neurons_in_the_brain" in done.stdout
        assert "? OPEN        never_measured" in done.stdout
    said = " ".join(run("relu-cheaper", "brain-1-to-4-percent").stdout.split())
    assert "Our observations ≈ MEASURED time_of_activations_over_relu How many times as long" in said
    assert "above 1 (equal cost)" in said
    assert "measured on 20" in said
    assert "? OPEN never_measured" in said
    assert "never_measured has not been measured" in said
    assert IN_THE_BRAIN.unsettled in said
    assert "none yet" not in said
    assert max(map(len, run("relu-cheaper").stdout.splitlines())) <= 80
