"""Observations are declared strictly, and a stored result that does not fit its protocol is no result."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pytest

from numerics.measuring import (
    Figure,
    MeasurementError,
    Observation,
    Observations,
    Protocol,
    empirical,
    finding_of,
    full_observations,
    measure,
    measured,
    median_interval,
    observations_by_row,
)
from numerics.measuring.figures import figure_from_json
from numerics.measuring.observation import ObservationError, Raw
from theory.language.errors import UnknownName
from theory.rows import all_rows


@dataclass(frozen=True)
class Lengths(Protocol):
    count: int = 9
    scales: tuple[float, ...] = (1.0, 2.0)


def middle(protocol: Lengths, raw: Raw) -> list[Figure]:
    if len(raw["lengths"]) != protocol.count:
        raise MeasurementError(f"{protocol.count} lengths were expected")
    return [Figure("length", *median_interval(raw["lengths"]), "order statistics", "m", ((5.0, "a guess"),))]


def declared(into: Observations | None = None, **given: Any) -> Observation:
    options: dict[str, Any] = {"rows": ["relu-cheaper"], "into": Observations() if into is None else into, **given}

    @measured(Lengths(), quick=Lengths(count=7), figures=middle, libraries=("numpy",), **options)
    def length_of_things(protocol: Lengths) -> Raw:
        """How long
        things are."""
        return {"lengths": [float(i) for i in range(protocol.count)]}

    return length_of_things


# --- declaring ------------------------------------------------------------------------------------------


def test_a_declaration_says_name_meaning_and_rows() -> None:
    known = Observations()
    made = declared(known, sources=["logm"])
    assert (made.name, made.meaning, made.rows, made.sources) == (
        "length_of_things",
        "How long things are.",
        ("relu-cheaper",),
        ("logm",),
    )
    assert known["length_of_things"] is made
    assert list(known) == [made]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rows": ["relu-cheapest"]}, "there is no row relu-cheapest; did you mean relu-cheaper?"),
        ({"sources": ["logn"]}, "there is no source logn; did you mean logm?"),
        ({"rows": []}, "names no row of the ledger"),
    ],
)
def test_unknown_rows_and_sources_are_refused(given: dict[str, Any], said: str) -> None:
    known = Observations()
    with pytest.raises(ObservationError, match=r"^observation length_of_things") as caught:
        declared(known, **given)
    assert said in str(caught.value)
    assert not len(known)


def test_an_observation_without_plain_words_is_refused() -> None:
    def unsaid() -> str:
        return "because"

    with pytest.raises(ObservationError, match="unsaid has no docstring"):
        empirical(rows=["relu-history"], into=Observations())(unsaid)


def test_what_is_outside_of_proof_says_why() -> None:
    def silent() -> str:
        """Something."""
        return "  "

    with pytest.raises(ObservationError, match="silent gives no reason"):
        empirical(rows=["relu-history"], into=Observations())(silent)


def test_two_modules_cannot_share_a_name() -> None:
    known = Observations()
    declared(known)

    def length_of_things() -> str:
        """Another one."""
        return "because"

    length_of_things.__module__ = "elsewhere"
    with pytest.raises(ObservationError, match="is declared in"):
        empirical(rows=["relu-history"], into=known)(length_of_things)


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    known = Observations()
    declared(known)
    with pytest.raises(UnknownName, match="did you mean length_of_things"):
        known["length_of_thing"]


# --- figures --------------------------------------------------------------------------------------------


def test_a_figure_says_on_which_side_it_lies() -> None:
    figure = Figure("it", 2.0, 1.0, 3.0, "m")
    assert [figure.side_of(number) for number in (0.9, 1.0, 3.0, 3.1)] == ["above", "around", "around", "below"]


@pytest.mark.parametrize("numbers", [(2.0, 2.1, 3.0), (2.0, 1.0, 1.9), (nan, 1.0, 2.0), (1.0, nan, 2.0), (1.0, -inf, 2.0)])
def test_an_interval_holds_its_number(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(MeasurementError, match="an interval holds the number it is about"):
        Figure("it", *numbers, "m")


@pytest.mark.parametrize("ends", [(2.0, 1.0, 3.0), (2.0, 1.0, inf), (inf, 1.0, inf)])
def test_a_figure_is_read_as_it_was_written(ends: tuple[float, float, float]) -> None:
    figure = Figure("it", *ends, "m", "s", ((1.5, "half more"),))
    assert figure_from_json(json.loads(json.dumps(figure.to_json(), allow_nan=False))) == figure


@pytest.mark.parametrize("data", [None, 3, {}, {"name": "it"}, {**Figure("it", 2.0, 1.0, 3.0, "m").to_json(), "value": "2"}])
def test_what_is_no_figure_is_refused(data: Any) -> None:
    with pytest.raises(MeasurementError, match="a figure of a result"):
        figure_from_json(data)


# --- results --------------------------------------------------------------------------------------------


def test_a_result_of_the_protocol_is_measured() -> None:
    made = declared()
    document = measure(made)
    found = finding_of(made, document)
    assert (found.verdict, found.reason, found.date) == ("MEASURED", "", document["date"])
    assert [(figure.value, figure.low, figure.high) for figure in found.figures] == [(4.0, 1.0, 7.0)]


def changed(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = to

    return change


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(key)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed("kind", to="record"), "says kind 'record'"),
        (changed("schema", to=2), "says schema 2"),
        (changed("name", to="length_of_other_things"), "says name"),
        (changed("date", to="21.11.2026"), "has the date"),
        (changed("date", to="20261121"), "has the date"),
        (changed("date", to=None), "has the date"),
        (changed("machine", to={}), "class of machine"),
        (changed("versions", to={"python": "3.11"}), "lacks the version"),
        (changed("protocol", "count", to=11), "other parameters"),
        (changed("protocol", "scales", 1, to=3.0), "other parameters"),
        (changed("protocol", to={}), "other parameters"),
        (changed("raw", to=[1, 2, 3]), "holds no raw numbers"),
        (changed("raw", to={}), "of another shape"),
        (changed("raw", "lengths", to=[1.0] * 8), "9 lengths were expected"),
        (changed("raw", "lengths", to=["a"] * 9), "of another shape"),
        (changed("raw", "lengths", to=[nan] * 9), "none of them NaN"),
        (changed("raw", "lengths", 4, to=4.5), "do not follow from its raw numbers"),
        (changed("figures", 0, "low", to=1.001), "do not follow from its raw numbers"),
        (changed("figures", 0, "high", to=6.0), "do not follow from its raw numbers"),
        (changed("figures", 0, "value", to=4.1), "do not follow from its raw numbers"),
        (changed("figures", 0, "unit", to="km"), "do not follow from its raw numbers"),
        (changed("figures", 0, "against", to=[]), "do not follow from its raw numbers"),
        (changed("figures", to=[]), "do not follow from its raw numbers"),
        (changed("figures", to=None), "do not follow from its raw numbers"),
        (changed("figures", 0, to=[]), "is not one as `gradproof measure` writes it"),
        *[
            (without(key), "has not exactly the fields")
            for key in ("date", "machine", "versions", "raw", "figures", "protocol")
        ],
        (changed("comment", to="looks fine"), "has not exactly the fields"),
    ],
)
def test_a_result_that_does_not_fit_its_protocol_is_open(change: Callable[[dict[str, Any]], None], said: str) -> None:
    made = declared()
    document = deepcopy(measure(made))
    assert finding_of(made, document).verdict == "MEASURED"
    change(document)
    found = finding_of(made, document)
    assert (found.verdict, found.figures) == ("OPEN", ())
    assert said in found.reason


@pytest.mark.parametrize("document", [None, [], "result", 3])
def test_what_is_no_document_is_open(document: Any) -> None:
    assert finding_of(declared(), document).verdict == "OPEN"


def test_a_quick_result_is_no_result_of_the_protocol() -> None:
    made = declared()
    document = measure(made, made.quick)
    assert "other parameters" in finding_of(made, document).reason


def test_times_taken_with_more_threads_are_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    made = declared(clocked=True)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    document = measure(made)
    assert finding_of(made, document).verdict == "MEASURED"
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert "one thread" in finding_of(made, measure(made)).reason


def test_what_has_no_protocol_cannot_be_measured() -> None:
    made = next(one for one in full_observations() if one.protocol is None)
    with pytest.raises(MeasurementError, match=f"nothing is measured for {made.name}: "):
        measure(made)


# --- ours -----------------------------------------------------------------------------------------------

OUTSIDE = {"measured", "empirical"}


def test_every_row_outside_of_proof_has_an_observation() -> None:
    under = observations_by_row(full_observations())
    assert [row.id for row in all_rows().values() if OUTSIDE & {row.kind, *row.also} and not under[row.id]] == []


@pytest.mark.parametrize("name", [observation.name for observation in full_observations()])
def test_no_observation_is_open(name: str) -> None:
    found = finding_of(full_observations()[name])
    assert found.verdict in ("MEASURED", "EMPIRICAL"), found.reason
    assert bool(found.figures) is (found.verdict == "MEASURED")
    assert bool(found.reason) is (found.verdict == "EMPIRICAL")


def test_every_row_that_is_to_be_measured_is() -> None:
    under = observations_by_row(full_observations())
    rows = [row.id for row in all_rows().values() if "measured" in (row.kind, *row.also)]
    assert len(rows) > 5
    assert [name for name in rows if all(one.protocol is None for one in under[name])] == []
