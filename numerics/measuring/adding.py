"""The adding problem, and recurrent networks that learn it: forward, backward through time, updates to a threshold.

Networks of one shape stand side by side on a leading axis s of seeds; sequences are (s, batch, T, 2). The backward pass is
written out, so that nothing but NumPy takes part. The task is that of Hochreiter and Schmidhuber (1997): of T numbers,
uniform on [0, 1], two are marked, one in each half, and their sum is to be told at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[Any]
Weights: TypeAlias = dict[str, Floats]


def task(draws: Sequence[np.random.Generator], batch: int, steps: int) -> tuple[Floats, Floats]:
    """Sequences (s, batch, T, 2) of numbers and marks, and the sums (s, batch) of the two marked numbers."""
    numbers = np.stack([draw.random((batch, steps), dtype=np.float32) for draw in draws])
    marks = np.zeros_like(numbers)
    half = steps // 2
    places = np.stack([np.stack([draw.integers(0, half, batch), draw.integers(half, steps, batch)], -1) for draw in draws])
    np.put_along_axis(marks, places, 1, axis=-1)
    return np.stack([numbers, marks], axis=-1), (numbers * marks).sum(axis=-1)


class Cell(Protocol):
    """A recurrence: its first weights, and the gradient of what is read off its last state."""

    def initial(self, n: int, draw: np.random.Generator) -> Weights:
        """The weights of one network of n units."""
        ...

    def forward(self, weights: Weights, x: Floats) -> tuple[Floats, Any]:
        """The last state (s, batch, n), and what the backward pass needs."""
        ...

    def backward(self, weights: Weights, x: Floats, kept: Any, delta: Floats) -> Weights:
        """The gradient in the weights, from that in the last state."""
        ...


def _transposed(a: Floats) -> Floats:
    return np.swapaxes(a, -1, -2)


@dataclass(frozen=True)
class Plain:
    """h ↦ φ(h W + x U + b), W drawn from N(0, 1/n); with `identity` W = I and U small, as in Le, Jaitly and Hinton (2015)."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    identity: bool

    def initial(self, n: int, draw: np.random.Generator) -> Weights:
        """The first weights."""
        drawn, U, b = draw.standard_normal((n, n)) / n**0.5, draw.standard_normal((2, n)), np.zeros((1, n))
        return {"W": np.eye(n), "U": 0.1 * U, "b": b} if self.identity else {"W": drawn, "U": U, "b": b}

    def forward(self, weights: Weights, x: Floats) -> tuple[Floats, list[Floats]]:
        """All states, the first of which is 0."""
        W, U, b = (weights[key] for key in "WUb")
        drive = x @ U[:, None] + b[:, None]
        states = [np.zeros_like(drive[:, :, 0])]
        for t in range(x.shape[2]):
            states.append(self.value(states[-1] @ W + drive[:, :, t]))
        return states[-1], states

    def backward(self, weights: Weights, x: Floats, kept: list[Floats], delta: Floats) -> Weights:
        """Messages from the last step to the first."""
        W = _transposed(weights["W"])
        messages: list[Floats] = []
        for h in kept[:0:-1]:
            messages.append(delta * self.slope(h))
            delta = messages[-1] @ W
        return _gradient(x, np.stack(kept[:-1], axis=2), np.stack(messages[::-1], axis=2))


def _gradient(x: Floats, before: Floats, messages: Floats) -> Weights:
    """The sums over sequences and steps of state times message, input times message, and message."""
    s, _, _, m = messages.shape
    flat = messages.reshape(s, -1, m)
    return {
        "W": _transposed(before.reshape(s, -1, before.shape[-1])) @ flat,
        "U": _transposed(x.reshape(s, -1, 2)) @ flat,
        "b": flat.sum(axis=1, keepdims=True),
    }


def _sigmoid(z: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * z))


@dataclass(frozen=True)
class Gated:
    """An LSTM: c ↦ f⊙c + i⊙g, h = o⊙tanh c, with i, f, o = σ and g = tanh of h W + x U + b. The bias of f starts at 1."""

    def initial(self, n: int, draw: np.random.Generator) -> Weights:
        """The first weights."""
        b = np.zeros((1, 4 * n))
        b[:, n : 2 * n] = 1
        return {"W": draw.standard_normal((n, 4 * n)) / n**0.5, "U": draw.standard_normal((2, 4 * n)), "b": b}

    def forward(self, weights: Weights, x: Floats) -> tuple[Floats, list[Any]]:
        """Of each step what was before it, its gates, and tanh of its cell."""
        W, U, b = (weights[key] for key in "WUb")
        drive = x @ U[:, None] + b[:, None]
        n = W.shape[1]
        h = c = np.zeros_like(drive[:, :, 0, :n])
        kept: list[Any] = []
        for t in range(x.shape[2]):
            z = h @ W + drive[:, :, t]
            i, f, o = (_sigmoid(z[..., k * n : (k + 1) * n]) for k in range(3))
            g = np.tanh(z[..., 3 * n :])
            after = f * c + i * g
            seen = np.tanh(after)
            kept.append((h, c, i, f, o, g, seen))
            h, c = o * seen, after
        return h, kept

    def backward(self, weights: Weights, x: Floats, kept: list[Any], delta: Floats) -> Weights:
        """Messages from the last step to the first, through state and cell."""
        W = _transposed(weights["W"])
        cell: Floats = np.zeros_like(delta)
        messages: list[Floats] = []
        for _, c, i, f, o, g, seen in reversed(kept):
            cell = cell + delta * o * (1 - seen * seen)
            parts = (cell * g * i * (1 - i), cell * c * f * (1 - f), delta * seen * o * (1 - o), cell * i * (1 - g * g))
            messages.append(np.concatenate(parts, axis=-1))
            delta, cell = messages[-1] @ W, cell * f
        return _gradient(x, np.stack([one[0] for one in kept], axis=2), np.stack(messages[::-1], axis=2))


CELLS: MappingProxyType[str, Cell] = MappingProxyType(
    {
        "identity relu": Plain(lambda z: np.maximum(z, 0), lambda h: h > 0, identity=True),
        "tanh": Plain(np.tanh, lambda h: 1 - h * h, identity=False),
        "lstm": Gated(),
    }
)


def first_weights(cell: Cell, n: int, seeds: Sequence[int], dtype: type = np.float32) -> Weights:
    """The weights of the cell and those of the output, which is linear in the last state."""
    each: list[Weights] = []
    for seed in seeds:
        draw = np.random.default_rng(seed)
        each.append({**cell.initial(n, draw), "V": draw.standard_normal((n, 1)) / n**0.5, "c": np.zeros((1, 1))})
    return {key: np.stack([one[key] for one in each]).astype(dtype) for key in each[0]}


def errors(cell: Cell, weights: Weights, x: Floats, y: Floats) -> Floats:
    """The mean squared error, one number a network."""
    h, _ = cell.forward(weights, x)
    return np.asarray(np.mean(((h @ weights["V"] + weights["c"])[..., 0] - y) ** 2, axis=-1))


def gradient(cell: Cell, weights: Weights, x: Floats, y: Floats) -> Weights:
    """The gradient of the mean squared error in all weights."""
    h, kept = cell.forward(weights, x)
    delta = (2 / y.shape[-1]) * ((h @ weights["V"] + weights["c"])[..., 0] - y)[..., None]
    outer = {"V": _transposed(h) @ delta, "c": delta.sum(axis=1, keepdims=True)}
    return {**cell.backward(weights, x, kept, delta @ _transposed(weights["V"])), **outer}


def clipped(found: Weights, most: float) -> Weights:
    """The gradient of each network, shortened to this norm where it is longer."""
    squares: Any = sum(np.sum(part.astype(np.float64) ** 2, axis=(1, 2), keepdims=True) for part in found.values())
    factor = np.minimum(1, most / np.sqrt(np.maximum(squares, 1e-30)))
    return {key: (part * factor).astype(part.dtype) for key, part in found.items()}


@dataclass(frozen=True)
class Course:
    """How long networks of `width` units are trained on T = `steps`, and how often they are tested on `tested` sequences."""

    width: int
    steps: int
    batch: int
    clip: float
    most_updates: int
    every: int
    tested: int


def updates_to_threshold(
    course: Course, cell: Cell, *, rate: float, seeds: Sequence[int], threshold: float
) -> list[int | None]:
    """For each seed the updates until the error on sequences that are not trained on is first at most the threshold.

    None where that does not happen within the updates, or where a weight ceases to be finite.
    """
    weights = first_weights(cell, course.width, seeds)
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    x, y = task([np.random.default_rng([seed, 2]) for seed in seeds], course.tested, course.steps)
    found: list[int | None] = [None] * len(seeds)
    alive = list(range(len(seeds)))
    with np.errstate(all="ignore"):  # a network that diverges overflows on its way
        for update in range(1, course.most_updates + 1):
            slopes = clipped(gradient(cell, weights, *task(draws, course.batch, course.steps)), course.clip)
            weights = {key: value - np.float32(rate) * slopes[key] for key, value in weights.items()}
            if update % course.every:
                continue
            wrong = errors(cell, weights, x, y)
            going: list[int] = []
            for place, seed in enumerate(alive):
                if wrong[place] <= threshold:
                    found[seed] = update
                elif np.isfinite(wrong[place]):
                    going.append(place)
            if not going:
                break
            if len(going) < len(alive):
                alive, draws = [alive[place] for place in going], [draws[place] for place in going]
                x, y = x[going], y[going]
                weights = {key: value[going] for key, value in weights.items()}
    return found
