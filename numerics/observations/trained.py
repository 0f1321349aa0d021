"""How sparse the hidden values of a rectifier network are before and after it has learnt handwritten digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from numerics.measuring import Figure, MeasurementError, Protocol, measured, median_interval
from numerics.measuring.digits import digits
from numerics.measuring.figures import is_number
from numerics.measuring.observation import Raw
from numerics.measuring.perceptrons import UNITS, Floats, Parameters, descend, initial, outputs


@dataclass(frozen=True)
class Learnt(Protocol):
    """Networks as in `epochs_of_tanh_and_sigmoid_over_relu`, with relu, one a seed, trained `epochs` long without a penalty."""

    widths: tuple[int, ...] = (64, 64, 64, 64, 10)
    batch: int = 32
    epochs: int = 20
    log2_rate: int = -3
    gain: float = 1.4142
    seeds: tuple[int, ...] = tuple(range(1000, 1021))


COUNTED = ("zeros", "spread", "errors", "zero weights")


def _counted(parameters: Parameters, x: Floats, labels: np.ndarray) -> dict[str, list[float]]:
    """Of each network: the share of zero hidden values, the relative spread of the active units' number, errors, weights 0."""
    *hidden, answers = outputs(parameters, UNITS["relu"], x)[1:]
    active = np.concatenate([h > 0 for h in hidden], axis=-1)
    numbers = active.sum(axis=-1)
    weights = np.concatenate([W.reshape(len(W), -1) for W, _ in parameters], axis=1)
    found = {
        "zeros": 1 - active.mean(axis=(-1, -2)),
        "spread": numbers.std(axis=-1) / numbers.mean(axis=-1),
        "errors": np.mean(np.argmax(answers, axis=-1) != labels, axis=-1),
        "zero weights": np.mean(weights == 0, axis=1),
    }
    return {key: [float(f"{value:.6g}") for value in values] for key, values in found.items()}


def _figures(protocol: Learnt, raw: Raw) -> Iterator[Figure]:
    method = "median over seeds, interval of order statistics, 95 %"

    def values(when: str, what: str) -> list[float]:
        found = raw[when][what]
        if len(found) != len(protocol.seeds) or not all(map(is_number, found)):
            raise MeasurementError(f"{what} of each of {len(protocol.seeds)} seeds were expected")
        return found

    for when in ("before", "after"):
        against = ((0.5, "half of the units"),)
        yield Figure(f"share of zeros {when} training", *median_interval(values(when, "zeros")), method, against=against)
    gained = [after - before for before, after in zip(values("before", "zeros"), values("after", "zeros"), strict=True)]
    yield Figure("share of zeros gained by training", *median_interval(gained), method, against=((0.0, "no change"),))
    n = sum(protocol.widths[1:-1])
    for when in ("before", "after"):
        against = ((n**-0.5, "independent units, each active with probability ½"),)
        name = f"relative deviation of the number of active units, {when} training"
        yield Figure(name, *median_interval(values(when, "spread")), method, against=against)
    yield Figure("share of weights that are 0 after training", *median_interval(values("after", "zero weights")), method)
    yield Figure("share of errors after training", *median_interval(values("after", "errors")), method)


def sparsities(protocol: Learnt, raw: Raw) -> list[Figure]:
    """What became of the zeros, and the share of errors that says how much was learnt."""
    return list(_figures(protocol, raw))


@measured(
    Learnt(),
    quick=Learnt(widths=(64, 16, 10), epochs=1, seeds=tuple(range(7))),
    figures=sparsities,
    rows=["negative-half-sparsifies", "variable-size-representation", "sparse-most-entries-zero"],
    sources=["logm", "whyrelu", "zhihu61265076"],
    libraries=("numpy", "scipy", "scikit-learn"),
)
def share_of_zeros_before_and_after_training(protocol: Learnt) -> Raw:
    """The share of zero hidden values in a rectifier network, how much it varies with the input, and which weights become 0."""
    x, labels = digits()
    parameters = initial(protocol.widths, protocol.gain, protocol.seeds)
    draws = [np.random.default_rng([seed, 1]) for seed in protocol.seeds]
    before = _counted(parameters, x, labels)
    for _ in range(protocol.epochs):
        orders = np.stack([draw.permutation(len(x)) for draw in draws])
        for start in range(0, len(x) - protocol.batch + 1, protocol.batch):
            chosen = orders[:, start : start + protocol.batch]
            descend(parameters, UNITS["relu"], 2.0**protocol.log2_rate, x[chosen], labels[chosen])
    return {"before": before, "after": _counted(parameters, x, labels)}
