"""Training in plain NumPy: gradients, thresholds, tuning; and results that do not follow from their tuning are refused."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from numerics.measuring import Figure, MeasurementError, stored
from numerics.measuring.digits import digits
from numerics.measuring.perceptrons import UNITS, Parameters, Training, Unit, epochs_to_thresholds, gradient, initial, loss
from numerics.observations.training import Digits, best, epochs_of_tanh_and_sigmoid_over_relu, ratios_of_epochs

OBSERVATION = epochs_of_tanh_and_sigmoid_over_relu


# --- gradients ------------------------------------------------------------------------------------------


def worst_error(unit: Unit, wrong: Callable[[Parameters], Parameters] = lambda found: found) -> float:
    """The largest distance between the gradient and central differences of the loss, two networks at once."""
    draw = np.random.default_rng(0)
    parameters = initial((5, 4, 3, 3), 1.3, (1, 2), np.float64)
    x, labels = draw.standard_normal((2, 6, 5)), draw.integers(0, 3, (2, 6))
    found, step, worst = wrong(gradient(parameters, unit, x, labels)), 1e-6, 0.0
    for arrays, gradients in zip(parameters, found, strict=True):
        for array, given in zip(arrays, gradients, strict=True):
            assert array.shape == given.shape
            for place in np.ndindex(array.shape):
                kept = array[place]
                ends: list[float] = []
                for sign in (1, -1):
                    array[place] = kept + sign * step
                    ends.append(float(loss(parameters, unit, x, labels)[place[0]]))
                array[place] = kept
                worst = max(worst, abs((ends[0] - ends[1]) / (2 * step) - float(given[place])))
    return worst


@pytest.mark.parametrize("name", UNITS)
def test_gradients_are_those_of_the_loss(name: str) -> None:
    assert worst_error(UNITS[name]) < 1e-8


@pytest.mark.parametrize("name", UNITS)
def test_wrong_gradients_are_noticed(name: str) -> None:
    right = UNITS[name]
    assert worst_error(Unit(right.value, lambda y: 0.99 * right.slope(y))) > 1e-5
    assert worst_error(right, lambda found: [(W, b * 1.01) for W, b in found]) > 1e-5
    assert worst_error(right, lambda found: [(W[::-1], b) for W, b in found]) > 1e-5


def test_a_seed_draws_the_same_numbers_whatever_the_gain() -> None:
    one, two = initial((5, 4, 3), 1.0, (1, 2), np.float64), initial((5, 4, 3), 2.0, (2,), np.float64)
    for (W, _), (V, _) in zip(one, two, strict=True):
        np.testing.assert_allclose(2 * W[1], V[0])


# --- thresholds -----------------------------------------------------------------------------------------

TRAINING = Training((2, 8, 2), batch=8, checks_an_epoch=4, most_epochs=6)


def on_two_clouds(
    rate: float, thresholds: tuple[float, ...] = (0.5, 0.05), unit: str = "tanh", seeds: tuple[int, ...] = (0, 1, 2)
) -> list[list[float | None]]:
    draw = np.random.default_rng(5)
    labels = np.arange(96) % 2
    x = (draw.standard_normal((96, 2)) + 4 * labels[:, None] - 2).astype(np.float32)
    return epochs_to_thresholds(
        TRAINING, UNITS[unit], rate=rate, gain=1.0, seeds=seeds, thresholds=thresholds, data=(x, labels)
    )


def test_easy_data_are_learnt_and_the_lower_threshold_comes_later() -> None:
    for early, late in on_two_clouds(0.25):
        assert early is not None
        assert late is not None
        assert 0 < early <= late <= 6


@pytest.mark.parametrize("rate", [0.0, 1e30])
def test_what_stands_still_or_diverges_is_given_up(rate: float) -> None:
    assert on_two_clouds(rate, (0.0,), "relu") == [[None]] * 3


def test_a_smaller_step_takes_longer() -> None:
    quick, slow = ([run[0] for run in on_two_clouds(rate, (0.02,))] for rate in (0.5, 0.002))
    assert all(b is None or (a is not None and a < b) for a, b in zip(quick, slow, strict=True))


def test_seeds_that_finish_early_do_not_disturb_the_others() -> None:
    """Each network has its own data order and weights, so it takes as long alone as in company."""
    together = on_two_clouds(0.05)
    assert [on_two_clouds(0.05, seeds=(seed,)) for seed in range(3)] == [[run] for run in together]


# --- the result -----------------------------------------------------------------------------------------


def raw() -> Any:
    return deepcopy(stored(OBSERVATION)["raw"])


def figures(given: Any) -> dict[str, Figure]:
    return {figure.name: figure for figure in ratios_of_epochs(Digits(), given)}


def test_the_best_setting_has_the_least_median_and_ties_go_to_the_least_sum() -> None:
    tried = [
        {"n": 0, "epochs": [[3], [3], [9]]},
        {"n": 1, "epochs": [[3], [2], [9]]},
        {"n": 2, "epochs": [[1], [None], [None]]},
    ]
    assert best(Digits(), tried, 0)["n"] == 1


def test_six_times_is_not_what_this_network_shows() -> None:
    found = figures(raw())
    tanh = [figure for name, figure in found.items() if "tanh" in name]
    assert len(tanh) == 2
    assert {figure.side_of(6.0) for figure in tanh} == {"below"}


def test_a_tanh_that_were_six_times_slower_would_be_told() -> None:
    given = raw()
    # As if every run of relu had taken a twelfth: the tuned settings stay what they are.
    for one in [*given["tuning"]["relu"], *given["runs"]["relu"]]:
        one["epochs"] = [[None if e is None else e / 40 for e in run] for run in one["epochs"]]
    found = figures(given)
    assert {figure.side_of(6.0) for name, figure in found.items() if "tanh" in name} == {"above"}


def test_runs_that_were_given_up_are_counted() -> None:
    given = raw()
    for run in given["runs"]["sigmoid"][1]["epochs"][:4]:
        run[1] = None
    assert any("sigmoid" in name and "(4 runs given up)" in name for name in figures(given))


def _other_setting(given: Any) -> None:
    given["runs"]["tanh"][0]["log2_rate"] -= 1


def _at_the_edge(given: Any) -> None:
    for one in given["tuning"]["tanh"]:
        last = one["log2_rate"] == Digits().log2_rates[-1]
        one["epochs"] = [[0.1, 0.1] if last else [5.0, 5.0] for _ in one["epochs"]]
    for run in given["runs"]["tanh"]:
        run.update(gain=Digits().gains[0], log2_rate=Digits().log2_rates[-1])


def _fewer_seeds(given: Any) -> None:
    given["runs"]["relu"][0]["epochs"].pop()


def _fewer_tries(given: Any) -> None:
    given["tuning"]["sigmoid"].pop()


def _too_long(given: Any) -> None:
    given["runs"]["relu"][0]["epochs"][0][0] = 41.0


def _negative(given: Any) -> None:
    given["runs"]["relu"][0]["epochs"][0][0] = -1.0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_other_setting, "that tuning chose"),
        (_at_the_edge, "at the edge"),
        (_fewer_seeds, "another number of seeds"),
        (_fewer_tries, "not those of the protocol"),
        (_too_long, "40 at most"),
        (_negative, "a run takes a positive number"),
    ],
)
def test_runs_that_do_not_fit_the_protocol_are_refused(spoil: Callable[[Any], None], said: str) -> None:
    given = raw()
    spoil(given)
    with pytest.raises(MeasurementError, match=said):
        figures(given)


def test_seeds_for_tuning_take_no_part_in_the_result() -> None:
    assert not set(Digits().seeds) & set(Digits().tuning_seeds)
    assert len(Digits().seeds) >= 10


# --- the data -------------------------------------------------------------------------------------------


def test_the_digits_are_those_of_the_protocol() -> None:
    pytest.importorskip("sklearn")
    x, labels = digits()
    assert x.shape == (1797, 64)
    assert set(labels.tolist()) == set(range(10))
    np.testing.assert_allclose([float(x.mean()), float(x.std())], [0, 1], atol=1e-5)


def test_other_digits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr("numerics.measuring.digits.SHA256", "0" * 64)
    with pytest.raises(MeasurementError, match="other digits"):
        digits()


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("numerics.measuring.digits.import_module", missing)
    with pytest.raises(MeasurementError, match=r"install gradproof\[measure\]"):
        digits()
