"""`gradproof measure`: the observations, a run beside what is kept, and results as data."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from gradproof.measuring import compared, interval, parameters
from numerics.measuring import Figure, Observation, Observations, finding_of, full_observations, stored
from tests.gradproof import commands
from tests.gradproof.commands import schema

OURS = full_observations()
MEASURED = [one for one in OURS if one.protocol is not None]
QUICK = "share_of_zeros_through_depth"


def faults(name: str, document: Any) -> list[str]:
    Draft202012Validator.check_schema(schema(name))
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(document)]


def run(*arguments: str, width: int = 80) -> Result:
    return commands.run("measure", *arguments, width=width)


# --- what is kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("observation", MEASURED, ids=lambda one: one.name)
def test_what_is_kept_fits_the_published_schema(observation: Observation) -> None:
    document = stored(observation)
    assert faults("measurement", document) == []
    text = json.dumps(document)
    assert "/" not in document["machine"]["class"]
    assert str(Path.home()) not in text


def test_nothing_is_kept_for_which_there_is_no_observation() -> None:
    kept = {Path(str(path)).stem for path in files("numerics.observations").joinpath("results").iterdir()}
    assert kept == {observation.name for observation in MEASURED}


@pytest.mark.parametrize("field", ["machine", "versions", "raw", "figures", "date"])
def test_the_schema_refuses_what_lacks_a_field(field: str) -> None:
    document = stored(MEASURED[0])
    del document[field]
    assert faults("measurement", document)


# --- the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 140])
def test_the_list_has_every_observation_and_fits(width: int) -> None:
    done = run(width=width)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= width
    for observation in OURS:
        assert observation.name in done.stdout


def test_the_list_as_data() -> None:
    document = json.loads(run("--json").stdout)
    assert faults("observations", document) == []
    assert [one["name"] for one in document["observations"]] == [observation.name for observation in OURS]
    assert {one["verdict"] for one in document["observations"]} == {"MEASURED", "EMPIRICAL"}


def test_one_that_is_open_ends_the_list_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Observations()
    made.add(OURS[QUICK])
    monkeypatch.setattr("numerics.measuring.full_observations", lambda: made)
    assert run().exit_code == 0

    def nothing(observation: Observation) -> None:
        assert observation in MEASURED

    monkeypatch.setattr("numerics.measuring.results.stored", nothing)
    done = run()
    assert done.exit_code == 1
    assert "? OPEN" in done.stdout
    assert f"{QUICK} has not been measured" in " ".join(done.stdout.split())


# --- a run ------------------------------------------------------------------------------------------------


def test_a_quick_run_says_that_it_is_no_result() -> None:
    done = run(QUICK, "--quick")
    assert done.exit_code == 0
    assert "share of zeros, width 2, layer 8" in done.stdout
    assert "around 0.933 (exact formula)" in done.stdout
    assert "these figures are no result of the protocol" in done.stdout
    assert "kept" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_run_stands_beside_what_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    done = run("inputs_where_rounded_slope_of_sigmoid_is_zero", "--output", str(file))
    assert done.exit_code == 0
    assert "kept 7.625 [7.621, 7.625]" in done.stdout
    assert "Kept: measured on 20" in done.stdout
    document = json.loads(file.read_text(encoding="utf-8"))
    assert faults("measurement", document) == []
    kept = stored(OURS["inputs_where_rounded_slope_of_sigmoid_is_zero"])
    assert document["raw"]["binary16"] == kept["raw"]["binary16"]


def test_a_run_as_data() -> None:
    document = json.loads(run(QUICK, "--quick", "--json").stdout)
    assert faults("measurement", document) == []
    assert document["protocol"]["nets"] == 500


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    done = run(QUICK, "--output", str(tmp_path / "no" / "such" / "folder.json"))
    assert done.exit_code == 2
    assert "cannot write" in done.output


def test_what_nothing_settles_cannot_be_measured() -> None:
    done = run("year_in_which_relu_came_into_use")
    assert done.exit_code == 2
    assert done.output.startswith("gradproof: nothing is measured for year_in_which_relu_came_into_use: History")


def test_an_unknown_name_ends_with_one_sentence_and_2() -> None:
    done = run("share_of_zeros")
    assert done.exit_code == 2
    assert "there is no observation 'share_of_zeros'; did you mean" in done.output


def test_the_command_asks_for_one_thread_before_numpy_comes() -> None:
    code = (
        "from gradproof.cli import main; import os, sys\n"
        "assert 'numpy' not in sys.modules\n"
        f"main(['measure', {QUICK!r}, '--quick', '--json'], standalone_mode=False)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["machine"]["threads"] == 1, done.stderr


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ((2.8312, 2.7154, 2.9061), "2.83 [2.72, 2.91]"),
        ((36.73680056967711, 36.7368005696771, 36.73680056967711), "36.73680056967711 [36.7368005696771, 36.73680056967711]"),
        ((-0.5, -1.0, float("inf")), "−0.5 [−1, ∞]"),
        ((0.0, 0.0, 0.0), "0 [0, 0]"),
    ],
)
def test_an_interval_is_shown_in_as_many_digits_as_it_needs(ends: tuple[float, float, float], shown: str) -> None:
    assert interval(Figure("it", *ends, "m")) == shown
    assert interval(Figure("it", *ends, "m", "s")) == f"{shown} s"


def test_what_a_figure_is_compared_with_is_told() -> None:
    figure = Figure("it", 2.0, 1.5, 3.0, "m", against=((1.0, "equal cost"), (6.0, "six")))
    assert compared(figure) == "above 1 (equal cost), below 6 (six)"


def test_parameters_are_told_in_a_line() -> None:
    protocol = {"log2_rates": [-2, -1, 0, 1], "gains": [1.0, 4.0], "batch": 32}
    assert parameters(protocol) == "log2 rates −2…1 · gains 1.0, 4.0 · batch 32"


# --- the documentation ------------------------------------------------------------------------------------


def test_the_documentation_shows_what_is_kept() -> None:
    text = (Path(__file__).parents[2] / "docs/measured.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    shown = [(cells[0] if len(cells) == 3 else "", cells[-2].lstrip("| "), cells[-1]) for cells in rows[1:]]
    name, found = "", 0
    for first, figure, numbers in shown:
        name = first.strip("`") or name
        kept = {one.name: one for one in finding_of(OURS[name]).figures}
        assert numbers == interval(kept[figure]), f"{name}, {figure}"
        found += 1
    assert found > 20
