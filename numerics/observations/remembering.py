"""How many updates recurrent networks take to learn the adding problem, by their cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from numerics.measuring import (
    Figure,
    MeasurementError,
    Protocol,
    bootstrap_ratio_of_medians,
    measured,
    proportion_interval,
)
from numerics.measuring.adding import CELLS, Course, updates_to_threshold
from numerics.measuring.observation import Raw
from numerics.measuring.tuning import check_inside, cost, given_up_is_infinite


@dataclass(frozen=True)
class Adding(Protocol):
    """The adding problem of `lengths` steps, plain stochastic gradient descent on the squared error, fresh sequences each time.

    `plain_width` and `gated_width` give networks of about equal numbers of parameters. The gradient's norm is clipped at
    `clip`. For each cell and length the step size, a power of two, is tuned: the least median of updates over
    `tuning_seeds`; then `seeds` are run. A run that has no error of at most `threshold` on `tested` sequences of its own
    within `most_updates` is kept as one that was given up. To tell ½ + ½ always has the error 1/6.
    """

    lengths: tuple[int, ...] = (20, 30)
    plain_width: int = 33
    gated_width: int = 16
    batch: int = 32
    clip: float = 1.0
    threshold: float = 0.02
    every: int = 25
    tested: int = 500
    most_updates: int = 6000
    log2_rates: tuple[int, ...] = tuple(range(-6, 3))
    tuning_seeds: tuple[int, ...] = (101, 102, 103)
    seeds: tuple[int, ...] = tuple(range(1000, 1015))

    def course(self, cell: str, length: int) -> Course:
        """How a cell is trained."""
        width = self.gated_width if cell == "lstm" else self.plain_width
        return Course(width, length, self.batch, self.clip, self.most_updates, self.every, self.tested)


QUICK = Adding(
    lengths=(2,), plain_width=8, gated_width=4, most_updates=300, log2_rates=(-8, -3, 3), tuning_seeds=(101,), seeds=(0, 1, 2)
)


def _runs(protocol: Adding, raw: Raw, length: int, cell: str) -> list[float]:
    """The updates, seed by seed, after checking that the tuned step size was run and lies within those tried."""
    kept = raw[str(length)][cell]
    tried = kept["tuning"]
    if [one["log2_rate"] for one in tried] != list(protocol.log2_rates):
        raise MeasurementError(f"the step sizes tried for {cell} are not those of the protocol")
    if any(len(one["updates"]) != len(protocol.tuning_seeds) for one in tried) or len(kept["updates"]) != len(protocol.seeds):
        raise MeasurementError(f"{cell} was run with another number of seeds than the protocol has")
    chosen = _best(protocol, tried)
    if kept["log2_rate"] != chosen["log2_rate"]:
        raise MeasurementError(f"{cell} was not run with the step size that tuning chose")
    check_inside(kept["log2_rate"], protocol.log2_rates, cell)
    return [given_up_is_infinite(updates, protocol.most_updates) for updates in kept["updates"]]


def _best(protocol: Adding, tried: list[dict[str, Any]]) -> dict[str, Any]:
    return min(tried, key=lambda one: cost(one["updates"], protocol.most_updates))


def _figures(protocol: Adding, raw: Raw) -> Iterator[Figure]:
    for length in protocol.lengths:
        runs = {cell: _runs(protocol, raw, length, cell) for cell in CELLS}
        for above, below in (("identity relu", "lstm"), ("tanh", "identity relu")):
            found = bootstrap_ratio_of_medians(runs[above], runs[below])
            method = "ratio of medians over seeds, bootstrap percentiles, 95 %"
            yield Figure(f"updates, {above} : {below}, {length} steps", *found, method, against=((1.0, "equal speed"),))
        for cell, lengths in runs.items():
            share = proportion_interval(sum(one < inf for one in lengths), len(lengths))
            yield Figure(f"share of runs that learn, {cell}, {length} steps", *share, "interval of Clopper and Pearson, 95 %")


def ratios_of_updates(protocol: Adding, raw: Raw) -> list[Figure]:
    """The ratios of updates, and the shares of the runs that got there."""
    return list(_figures(protocol, raw))


@measured(
    Adding(),
    quick=QUICK,
    figures=ratios_of_updates,
    rows=["irnn-good-results", "lstm-better-in-practice"],
    sources=["le2015", "hochreiter1997", "stackexchange"],
)
def updates_to_learn_the_adding_problem(protocol: Adding) -> Raw:
    """How many times as many updates a relu network started at the identity takes as an LSTM, and one of tanh as that."""
    found: Raw = {}
    for length in protocol.lengths:
        found[str(length)] = {}
        for name, cell in CELLS.items():
            course, limit = protocol.course(name, length), protocol.threshold
            tried = [
                {
                    "log2_rate": rate,
                    "updates": updates_to_threshold(course, cell, rate=2.0**rate, seeds=protocol.tuning_seeds, threshold=limit),
                }
                for rate in protocol.log2_rates
            ]
            rate = _best(protocol, tried)["log2_rate"]
            updates = updates_to_threshold(course, cell, rate=2.0**rate, seeds=protocol.seeds, threshold=limit)
            found[str(length)][name] = {"tuning": tried, "log2_rate": rate, "updates": updates}
    return found
