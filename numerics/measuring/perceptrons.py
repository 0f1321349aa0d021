"""Small dense classifiers under plain stochastic gradient descent, several at once: forward, backward, epochs to a threshold.

Networks of one shape stand side by side on a leading axis s of seeds. Layer l is z = h W + b, h = φ(z), the last one
softmax with cross-entropy. The backward pass is written out, so that nothing but NumPy takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[Any]
Labels: TypeAlias = npt.NDArray[np.int64]
Parameters: TypeAlias = list[tuple[Floats, Floats]]


@dataclass(frozen=True)
class Unit:
    """An activation of a layer: `value` of the preactivation, `slope` of the value."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


UNITS = MappingProxyType(
    {
        "relu": Unit(lambda z: np.maximum(z, 0), lambda y: y > 0),
        "tanh": Unit(np.tanh, lambda y: 1 - y * y),
        "sigmoid": Unit(lambda z: 1 / (1 + np.exp(-z)), lambda y: y * (1 - y)),
    }
)


def initial(widths: Sequence[int], gain: float, seeds: Sequence[int], dtype: type = np.float32) -> Parameters:
    """Weights N(0, gain²/n) for n inputs, biases 0. The same seed draws the same normal numbers whatever the gain."""
    drawn: list[list[Floats]] = []
    for seed in seeds:
        draw = np.random.default_rng(seed)
        drawn.append([draw.standard_normal(shape) for shape in pairwise(widths)])
    layers = zip(*drawn, strict=True)
    return [
        ((np.stack(of_layer) * (gain / of_layer[0].shape[0] ** 0.5)).astype(dtype), np.zeros((len(seeds), 1, m), dtype))
        for of_layer, m in zip(layers, widths[1:], strict=True)
    ]


def outputs(parameters: Parameters, unit: Unit, x: Floats) -> list[Floats]:
    """The values of every layer, the input first and the logits last; x is (s, batch, n), or (batch, n) for all alike."""
    found = [x]
    for number, (W, b) in enumerate(parameters):
        z = found[-1] @ W + b
        found.append(z if number == len(parameters) - 1 else unit.value(z))
    return found


def loss(parameters: Parameters, unit: Unit, x: Floats, labels: Labels) -> Floats:
    """The mean cross-entropy over the batch, one number a network; labels are (s, batch)."""
    logits = outputs(parameters, unit, x)[-1]
    top = logits.max(axis=-1, keepdims=True)
    sums = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    return np.asarray((sums - np.take_along_axis(logits, labels[..., None], axis=-1)[..., 0]).mean(axis=-1))


def gradient(parameters: Parameters, unit: Unit, x: Floats, labels: Labels) -> Parameters:
    """The gradient of `loss`, layer by layer."""
    values = outputs(parameters, unit, x)
    logits = values[-1]
    delta = np.exp(logits - logits.max(axis=-1, keepdims=True))
    delta /= delta.sum(axis=-1, keepdims=True)
    chosen = labels[..., None]
    np.put_along_axis(delta, chosen, np.take_along_axis(delta, chosen, axis=-1) - 1, axis=-1)
    delta /= labels.shape[-1]
    found: Parameters = []
    for number in reversed(range(len(parameters))):
        h, W = values[number], parameters[number][0]
        found.append((np.swapaxes(h, -1, -2) @ delta, delta.sum(axis=-2, keepdims=True)))
        if number:
            delta = (delta @ np.swapaxes(W, -1, -2)) * unit.slope(h)
    return found[::-1]


def descend(parameters: Parameters, unit: Unit, rate: float, x: Floats, labels: Labels) -> None:
    """One step of gradient descent, in place."""
    for layer, slopes in zip(parameters, gradient(parameters, unit, x, labels), strict=True):
        for array, slope in zip(layer, slopes, strict=True):
            array -= rate * slope  # noqa: PLW2901  # the array itself is moved


@dataclass(frozen=True)
class Training:
    """How long networks of `widths` are trained, in batches of `batch`, and how often their error on all data is looked at."""

    widths: tuple[int, ...]
    batch: int
    checks_an_epoch: int
    most_epochs: int


def epochs_to_thresholds(
    training: Training,
    unit: Unit,
    *,
    rate: float,
    gain: float,
    seeds: Sequence[int],
    thresholds: Sequence[float],
    data: tuple[Floats, Labels],
) -> list[list[float | None]]:
    """For each seed the epochs until the share of wrong answers on all data is first at most each threshold.

    None where that does not happen within the epochs, or before a weight ceases to be finite.
    """
    x, labels = data
    updates = len(x) // training.batch
    every = ceil(updates / training.checks_an_epoch)
    found: list[list[float | None]] = [[None] * len(thresholds) for _ in seeds]
    alive = list(range(len(seeds)))
    parameters = initial(training.widths, gain, seeds)
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    with np.errstate(all="ignore"):  # a network that diverges overflows on its way
        for epoch in range(training.most_epochs):
            orders = np.stack([draw.permutation(len(x)) for draw in draws])
            for update in range(updates):
                chosen = orders[:, update * training.batch : (update + 1) * training.batch]
                descend(parameters, unit, rate, x[chosen], labels[chosen])
                if (update + 1) % every and update + 1 < updates:
                    continue
                answers: Any = outputs(parameters, unit, x)[-1]
                wrong: Any = np.mean(np.argmax(answers, axis=-1) != labels, axis=-1)
                finite: Any = np.isfinite(answers).all(axis=(-1, -2))
                going: list[int] = []
                for place, seed in enumerate(alive):
                    for number, threshold in enumerate(thresholds):
                        if finite[place] and wrong[place] <= threshold and found[seed][number] is None:
                            found[seed][number] = round(epoch + (update + 1) / updates, 4)
                    if finite[place] and None in found[seed]:
                        going.append(place)
                if not going:
                    return found
                if len(going) < len(alive):
                    alive = [alive[place] for place in going]
                    parameters = [(W[going], b[going]) for W, b in parameters]
                    draws = [draws[place] for place in going]
                    orders = orders[going]
    return found
