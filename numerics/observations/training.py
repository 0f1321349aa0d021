"""How many epochs one small classifier takes to learn handwritten digits, by its activation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

from numerics.measuring import Figure, MeasurementError, Protocol, bootstrap_ratio_of_medians, measured
from numerics.measuring.digits import digits
from numerics.measuring.observation import Raw
from numerics.measuring.perceptrons import UNITS, Training, epochs_to_thresholds
from numerics.measuring.tuning import check_inside, cost, given_up_is_infinite

ACTIVATIONS = ("relu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Digits(Protocol):
    """A dense network of `widths` on scikit-learn's 1,797 digits, plain stochastic gradient descent, cross-entropy, binary32.

    Weights start at N(0, gain²/n), biases at 0. For each activation and threshold the step size, a power of two, and the
    gain are tuned: the pair of the least median of epochs over `tuning_seeds`. Then `seeds`, which took no part in that,
    are run. `thresholds` are shares of wrong answers on the training data. A run that does not get there within
    `most_epochs` is kept as one that was given up.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 10)
    batch: int = 32
    checks_an_epoch: int = 28
    most_epochs: int = 40
    thresholds: tuple[float, ...] = (0.25, 0.02)
    log2_rates: tuple[int, ...] = tuple(range(-6, 5))
    gains: tuple[float, ...] = (1.0, 1.4142, 4.0)
    tuning_seeds: tuple[int, ...] = (101, 102, 103, 104, 105)
    seeds: tuple[int, ...] = tuple(range(1000, 1021))


QUICK = Digits(
    widths=(64, 16, 10),
    most_epochs=3,
    thresholds=(0.25,),
    log2_rates=(-3, -1, 1, 3),
    gains=(1.4142,),
    tuning_seeds=(101,),
    seeds=(0, 1, 2),
)


def best(protocol: Digits, tried: Sequence[Mapping[str, Any]], threshold: int) -> Mapping[str, Any]:
    """What was tried with the least cost to a threshold, the first of equal ones."""
    return min(tried, key=lambda one: cost([run[threshold] for run in one["epochs"]], protocol.most_epochs))


def _check_tuning(protocol: Digits, raw: Raw, activation: str) -> None:
    """Whether every step size and gain was tried with every seed for tuning."""
    grid = [(gain, rate) for gain in protocol.gains for rate in protocol.log2_rates]
    tried = raw["tuning"][activation]
    if [(one["gain"], one["log2_rate"]) for one in tried] != grid:
        raise MeasurementError(f"the step sizes and gains tried for {activation} are not those of the protocol")
    for one in tried:
        _check_runs(one["epochs"], len(protocol.tuning_seeds), protocol, f"{activation} was tuned")


def _check_runs(runs: Sequence[Sequence[Any]], seeds: int, protocol: Digits, what: str) -> None:
    if len(runs) != seeds or any(len(run) != len(protocol.thresholds) for run in runs):
        raise MeasurementError(f"{what} with another number of seeds or thresholds than the protocol has")


def _runs(protocol: Digits, raw: Raw, activation: str, threshold: int) -> list[float]:
    """The epochs to a threshold, seed by seed, after checking that the tuned setting was run and lies within the grid."""
    _check_tuning(protocol, raw, activation)
    chosen = best(protocol, raw["tuning"][activation], threshold)
    run = raw["runs"][activation][threshold]
    if (run["gain"], run["log2_rate"]) != (chosen["gain"], chosen["log2_rate"]):
        raise MeasurementError(f"{activation} was not run with the step size and the gain that tuning chose")
    check_inside(chosen["log2_rate"], protocol.log2_rates, activation)
    _check_runs(run["epochs"], len(protocol.seeds), protocol, f"{activation} was run")
    return [given_up_is_infinite(epochs[threshold], protocol.most_epochs) for epochs in run["epochs"]]


def _figures(protocol: Digits, raw: Raw) -> Iterator[Figure]:
    method = "ratio of medians over seeds, bootstrap percentiles, 95 %"
    for number, threshold in enumerate(protocol.thresholds):
        relu = _runs(protocol, raw, "relu", number)
        for activation in ACTIVATIONS[1:]:
            other = _runs(protocol, raw, activation, number)
            given_up = sum(epochs == inf for epochs in (*relu, *other))
            name = f"epochs to {threshold:.0%} errors, {activation} : relu"
            name += f" ({given_up} runs given up)" if given_up else ""
            against = ((1.0, "equal speed"), (6.0, "the articles' six")) if activation == "tanh" else ((1.0, "equal speed"),)
            yield Figure(name, *bootstrap_ratio_of_medians(other, relu), method, against=against)


def ratios_of_epochs(protocol: Digits, raw: Raw) -> list[Figure]:
    """The ratios of epochs to each threshold, tanh and σ to relu."""
    return list(_figures(protocol, raw))


@measured(
    Digits(),
    quick=QUICK,
    figures=ratios_of_epochs,
    rows=["six-times-faster", "relu-accelerates-convergence"],
    sources=["logm", "whyrelu", "activationtutorial", "krizhevsky2012"],
    libraries=("numpy", "scipy", "scikit-learn"),
)
def epochs_of_tanh_and_sigmoid_over_relu(protocol: Digits) -> Raw:
    """How many times as many epochs tanh and σ take as relu to learn, each with its own step size and initial gain."""
    training = Training(protocol.widths, protocol.batch, protocol.checks_an_epoch, protocol.most_epochs)
    run = partial(epochs_to_thresholds, training, thresholds=protocol.thresholds, data=digits())
    tuning: dict[str, list[dict[str, Any]]] = {}
    runs: dict[str, list[dict[str, Any]]] = {}
    for activation in ACTIVATIONS:
        unit = UNITS[activation]
        tuning[activation] = [
            {"gain": gain, "log2_rate": rate, "epochs": run(unit, rate=2.0**rate, gain=gain, seeds=protocol.tuning_seeds)}
            for gain in protocol.gains
            for rate in protocol.log2_rates
        ]
        runs[activation] = []
        for number in range(len(protocol.thresholds)):
            setting = {key: value for key, value in best(protocol, tuning[activation], number).items() if key != "epochs"}
            found = run(unit, rate=2.0 ** setting["log2_rate"], gain=setting["gain"], seeds=protocol.seeds)
            runs[activation].append({**setting, "epochs": found})
    return {"tuning": tuning, "runs": runs}
