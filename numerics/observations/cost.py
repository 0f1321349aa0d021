"""What activations and the factors of their backward passes cost, beside those of relu, in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from numerics.measuring import Figure, Protocol, measured, median_interval
from numerics.measuring.observation import Raw
from numerics.measuring.timing import least, ratios, times_in_turns, times_of

Floats = npt.NDArray[np.float32]
Operations = dict[str, Callable[[], Any]]
MEDIAN = "median of the rounds' ratios, interval of order statistics, 95 %"
MEDIAN_TIME = "median of the rounds, interval of order statistics, 95 %"


@dataclass(frozen=True)
class Rounds(Protocol):
    """Arrays of `sizes` binary32 numbers drawn from N(0, 1), results into arrays made beforehand.

    Each of `rounds` rounds has arrays of its own. The smaller ones stay in the caches, the larger are larger than any cache.
    """

    sizes: tuple[int, ...] = (2**16, 2**24)
    rounds: int = 31


QUICK = Rounds(sizes=(2**12, 2**16), rounds=7)
# Two spellings of relu, of which the cheaper counts in each round: with a number as second argument NumPy may be much slower.
RELU = ("max(x, 0)", "max(x, zeros)")
MASK = ("(y > 0)·g", "sign(y)·g")


def _sigmoid(x: Floats, out: Floats) -> Floats:
    """σ in four passes, the last of which divides."""
    one = np.float32(1)
    np.negative(x, out=out)
    np.exp(out, out=out)
    np.add(out, one, out=out)
    return np.divide(one, out, out=out)


def forward(size: int, seed: int) -> Operations:
    """The activations of one array; σ in NumPy's own steps, and as SciPy's `expit`, which loses no digits."""
    x = np.random.default_rng(seed).standard_normal(size, dtype=np.float32)
    out, zeros, zero = np.empty_like(x), np.zeros_like(x), np.float32(0)

    return {
        RELU[0]: lambda: np.maximum(x, zero, out=out),
        RELU[1]: lambda: np.maximum(x, zeros, out=out),
        "exp": lambda: np.exp(x, out=out),
        "tanh": lambda: np.tanh(x, out=out),
        "sigmoid": lambda: _sigmoid(x, out),
        "expit": lambda: expit(x, out=out),
    }


def backward(size: int, seed: int) -> Operations:
    """What comes from above times the slope, from the kept output of each activation.

    Besides, for relu, from a mask that the forward pass has already made, and for σ from its input.
    """
    draw = np.random.default_rng(seed)
    x, g = draw.standard_normal(size, dtype=np.float32), draw.standard_normal(size, dtype=np.float32)
    y, s, t = np.maximum(x, np.float32(0)), np.asarray(expit(x), dtype=np.float32), np.tanh(x)
    out, other, mask = np.empty_like(x), np.empty_like(x), np.empty(size, dtype=np.bool_)
    zero, one = np.float32(0), np.float32(1)

    def by_mask() -> Floats:
        np.greater(y, zero, out=mask)
        return np.multiply(g, mask, out=out)

    def by_sign() -> Floats:
        np.sign(y, out=out)
        return np.multiply(out, g, out=out)

    kept = y > 0

    def sigmoid(of: Floats) -> Floats:
        np.subtract(one, of, out=out)
        np.multiply(out, of, out=out)
        return np.multiply(out, g, out=out)

    def tanh() -> Floats:
        np.multiply(t, t, out=out)
        np.subtract(one, out, out=out)
        return np.multiply(out, g, out=out)

    return {
        MASK[0]: by_mask,
        MASK[1]: by_sign,
        "m·g, m = (y > 0) kept": lambda: np.multiply(g, kept, out=out),
        "s(1 − s)·g": lambda: sigmoid(s),
        "(1 − t²)·g": tanh,
        "s(1 − s)·g, s computed anew": lambda: sigmoid(_sigmoid(x, other)),
    }


def _taken(protocol: Rounds, operations: Callable[[int, int], Operations]) -> Raw:
    """Nanoseconds an element."""
    found: Raw = {}
    for size in protocol.sizes:
        times = times_in_turns(partial(operations, size), protocol.rounds)
        found[str(size)] = {name: [float(f"{value / size:.4g}") for value in values] for name, values in times.items()}
    return found


def _figures(protocol: Rounds, raw: Raw, of_relu: tuple[str, ...], others: tuple[str, ...]) -> Iterator[Figure]:
    for size in protocol.sizes:
        times = raw[str(size)]
        relu = least(*(times_of(times, name, protocol.rounds) for name in of_relu))
        where = f"{size:,} numbers"
        yield Figure(f"relu, {where}", *median_interval(relu), MEDIAN_TIME, "ns a number")
        for name in others:
            found = median_interval(ratios(times_of(times, name, protocol.rounds), relu))
            yield Figure(f"{name} : relu, {where}", *found, MEDIAN, against=((1.0, "equal cost"),))


def of_activations(protocol: Rounds, raw: Raw) -> list[Figure]:
    """Times of relu, and ratios to it."""
    return list(_figures(protocol, raw, RELU, ("exp", "tanh", "sigmoid", "expit")))


def of_slopes(protocol: Rounds, raw: Raw) -> list[Figure]:
    """Times of relu's backward pass, and ratios to it."""
    return list(
        _figures(protocol, raw, MASK, ("m·g, m = (y > 0) kept", "s(1 − s)·g", "(1 − t²)·g", "s(1 − s)·g, s computed anew"))
    )


@measured(
    Rounds(),
    quick=QUICK,
    figures=of_activations,
    rows=["relu-cheaper"],
    sources=["logm", "whyrelu", "zhihu61265076", "activationtutorial"],
    clocked=True,
)
def time_of_activations_over_relu(protocol: Rounds) -> Raw:
    """How many times as long exp, tanh and σ take as relu, entry by entry in NumPy, in the caches and out of them."""
    return _taken(protocol, forward)


@measured(Rounds(), quick=QUICK, figures=of_slopes, rows=["relu-derivative-cheaper"], sources=["whyrelu"], clocked=True)
def time_of_backward_factors_over_relu(protocol: Rounds) -> Raw:
    """How many times as long the backward factors s(1 − s) and 1 − t² take as relu's mask, given the outputs s, t and y."""
    return _taken(protocol, backward)
