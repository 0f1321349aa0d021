"""Recurrent networks in plain NumPy: the task, gradients through time, and results that do not fit their protocol."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from numerics.measuring import Figure, MeasurementError, stored
from numerics.measuring.adding import (
    CELLS,
    Cell,
    Course,
    Floats,
    Plain,
    Weights,
    clipped,
    errors,
    first_weights,
    gradient,
    task,
    updates_to_threshold,
)
from numerics.observations.remembering import Adding, ratios_of_updates, updates_to_learn_the_adding_problem

OBSERVATION = updates_to_learn_the_adding_problem
each_cell = pytest.mark.parametrize("name", CELLS)


def drawn(count: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]


# --- the task -------------------------------------------------------------------------------------------


def test_two_numbers_are_marked_one_in_each_half() -> None:
    x, y = task(drawn(3), 50, 9)
    assert x.shape == (3, 50, 9, 2)
    numbers, marks = x[..., 0], x[..., 1]
    np.testing.assert_array_equal(marks[..., :4].sum(axis=-1), 1)
    np.testing.assert_array_equal(marks[..., 4:].sum(axis=-1), 1)
    np.testing.assert_allclose(y, np.where(marks == 1, numbers, 0).sum(axis=-1), rtol=1e-6)
    assert not np.array_equal(x[0], x[1]), "each seed has sequences of its own"


def test_to_tell_one_always_has_the_error_of_a_sixth() -> None:
    _, y = task(drawn(1), 100_000, 2)
    assert float(np.mean((y - 1) ** 2)) == pytest.approx(1 / 6, rel=0.02)


# --- gradients ------------------------------------------------------------------------------------------


def worst_error(cell: Cell) -> float:
    """The largest distance between the gradient and central differences of the error, two networks at once."""
    x, y = (part.astype(np.float64) for part in task(drawn(2), 4, 6))
    weights = first_weights(cell, 4, (1, 2), np.float64)
    found, step, worst = gradient(cell, weights, x, y), 1e-6, 0.0
    assert set(found) == set(weights)
    for key, array in weights.items():
        assert array.shape == found[key].shape
        for place in np.ndindex(array.shape):
            kept = array[place]
            ends: list[float] = []
            for sign in (1, -1):
                array[place] = kept + sign * step
                ends.append(float(errors(cell, weights, x, y)[place[0]]))
            array[place] = kept
            worst = max(worst, abs((ends[0] - ends[1]) / (2 * step) - float(found[key][place])))
    return worst


@each_cell
def test_gradients_through_time_are_those_of_the_error(name: str) -> None:
    assert worst_error(CELLS[name]) < 1e-8


@dataclass(frozen=True)
class Forgetful:
    """A cell whose backward pass leaves out the first step."""

    cell: Cell

    def initial(self, n: int, draw: np.random.Generator) -> Weights:
        return self.cell.initial(n, draw)

    def forward(self, weights: Weights, x: Floats) -> tuple[Floats, Any]:
        return self.cell.forward(weights, x)

    def backward(self, weights: Weights, x: Floats, kept: Any, delta: Floats) -> Weights:
        return self.cell.backward(weights, x[:, :, 1:], kept[1:], delta)


@each_cell
def test_a_gradient_that_forgets_a_step_is_noticed(name: str) -> None:
    assert worst_error(Forgetful(CELLS[name])) > 1e-5


def test_a_wrong_slope_is_noticed() -> None:
    assert worst_error(Plain(np.tanh, lambda h: 0.99 * (1 - h * h), identity=False)) > 1e-5


def test_a_gradient_is_shortened_only_where_it_is_too_long() -> None:
    found = {"W": np.array([[[3.0]], [[0.3]]]), "b": np.array([[[4.0]], [[0.4]]])}
    short = clipped(found, 1.0)
    np.testing.assert_allclose(short["W"][:, 0, 0], [0.6, 0.3])
    np.testing.assert_allclose(short["b"][:, 0, 0], [0.8, 0.4])


@each_cell
def test_cells_have_about_equal_numbers_of_parameters(name: str) -> None:
    protocol = Adding()
    weights = first_weights(CELLS[name], protocol.course(name, 5).width, (0,))
    assert sum(array.size for array in weights.values()) == pytest.approx(1230, rel=0.01)


# --- training -------------------------------------------------------------------------------------------

COURSE = Course(width=8, steps=2, batch=32, clip=1.0, most_updates=400, every=20, tested=200)


@each_cell
def test_two_steps_are_learnt(name: str) -> None:
    found = updates_to_threshold(COURSE, CELLS[name], rate=0.25, seeds=(0, 1, 2), threshold=0.02)
    assert all(updates is not None and updates % 20 == 0 for updates in found)


@each_cell
def test_what_stands_still_is_given_up(name: str) -> None:
    assert updates_to_threshold(COURSE, CELLS[name], rate=0.0, seeds=(0, 1), threshold=0.02) == [None, None]


def test_seeds_that_finish_early_do_not_disturb_the_others() -> None:
    cell = CELLS["tanh"]
    together = updates_to_threshold(COURSE, cell, rate=0.1, seeds=(0, 1, 2), threshold=0.02)
    alone = [updates_to_threshold(COURSE, cell, rate=0.1, seeds=(seed,), threshold=0.02)[0] for seed in range(3)]
    assert together == alone


# --- the result -----------------------------------------------------------------------------------------


def raw() -> Any:
    return deepcopy(stored(OBSERVATION)["raw"])


def figures(given: Any) -> dict[str, Figure]:
    return {figure.name: figure for figure in ratios_of_updates(Adding(), given)}


def test_a_cell_that_were_slower_would_be_told() -> None:
    given = raw()
    for cells in given.values():
        for cell in ("identity relu", "lstm"):
            # Both cells with the runs of the LSTM, and then those of one of them twice as long.
            cells[cell] = deepcopy(cells["lstm"])
    name = f"updates, identity relu : lstm, {Adding().lengths[0]} steps"
    assert figures(given)[name].side_of(1.0) == "around"
    lstm = given[str(Adding().lengths[0])]["lstm"]
    for one in (*lstm["tuning"], lstm):
        one["updates"] = [None if updates is None else updates / 4 for updates in one["updates"]]
    assert figures(given)[name].side_of(1.0) == "above"


def test_a_run_that_is_given_up_lowers_the_share() -> None:
    given = raw()
    length = Adding().lengths[0]
    given[str(length)]["lstm"]["updates"][:3] = [None] * 3
    share = figures(given)[f"share of runs that learn, lstm, {length} steps"]
    assert share.value <= 12 / 15


def _cell_of(given: Any) -> Any:
    return given[str(Adding().lengths[0])]["lstm"]


def _other_step(given: Any) -> None:
    _cell_of(given)["log2_rate"] += 1


def _at_the_edge(given: Any) -> None:
    _cell_of(given)["tuning"][0]["updates"] = [1, 1, 1]
    _cell_of(given)["log2_rate"] = Adding().log2_rates[0]


def _fewer_seeds(given: Any) -> None:
    _cell_of(given)["updates"].pop()


def _fewer_tries(given: Any) -> None:
    _cell_of(given)["tuning"].pop()


def _too_long(given: Any) -> None:
    _cell_of(given)["updates"][0] = Adding().most_updates + 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_other_step, "that tuning chose"),
        (_at_the_edge, "at the edge"),
        (_fewer_seeds, "another number of seeds"),
        (_fewer_tries, "not those of the protocol"),
        (_too_long, "6000 at most"),
    ],
)
def test_runs_that_do_not_fit_the_protocol_are_refused(spoil: Callable[[Any], None], said: str) -> None:
    given = raw()
    spoil(given)
    with pytest.raises(MeasurementError, match=said):
        figures(given)


def test_seeds_for_tuning_take_no_part_in_the_result() -> None:
    assert not set(Adding().seeds) & set(Adding().tuning_seeds)
    assert len(Adding().seeds) >= 10
