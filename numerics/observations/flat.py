"""From which input on σ′ = s(1 − s) is exactly 0 in rounded arithmetic, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from numerics.measuring import Figure, MeasurementError, Protocol, measured
from numerics.measuring.observation import Raw

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Formats(Protocol):
    """The formats; the neighbourhood of 2·`window` floats about each edge is looked at float by float."""

    formats: tuple[str, ...] = ("binary16", "binary32", "binary64")
    window: int = 4096


FORMATS = MappingProxyType({"binary16": np.float16, "binary32": np.float32, "binary64": np.float64})
UNSIGNED = MappingProxyType({"binary16": np.uint16, "binary32": np.uint32, "binary64": np.uint64})
SIDES = MappingProxyType({"right": 1, "left": -1})


def slope(x: Floats) -> Floats:
    """σ′ as s(1 − s), s = 1/(1 + e^(−x)), every step rounded to the format of x."""
    one = x.dtype.type(1)
    with np.errstate(over="ignore", under="ignore"):
        s = one / (one + np.exp(-x))
        return np.asarray(s * (one - s))


def edge(is_zero: Callable[[npt.NDArray[np.uint64]], npt.NDArray[np.bool_]], top: int, window: int) -> int:
    """The least number up to `top` from which on something is zero; numbers are those of positive floats in their order.

    Found by halving; then every number within `window` of it is looked at, so that a function that is not monotone there
    is noticed: `MeasurementError`.
    """
    low, high = 0, top
    while high - low > 1:
        middle = (low + high) // 2
        if is_zero(np.array([middle], dtype=np.uint64))[0]:
            high = middle
        else:
            low = middle
    near = np.arange(max(high - window, 0), min(high + window, top), dtype=np.uint64)
    if not np.array_equal(is_zero(near), near >= high):
        raise MeasurementError("near the edge zeros and other values alternate, so there is no single first zero")
    return high


def _figures(protocol: Formats, raw: Raw) -> Iterator[Figure]:
    for name in protocol.formats:
        kind = FORMATS[name]
        # e^(−x) is lost beside 1 from half a unit in the last place on; to the left e^(−x) is no finite number any more.
        exact = {"right": (np.finfo(kind).nmant + 1) * log(2), "left": log(float(np.finfo(kind).max))}
        for side, sign in SIDES.items():
            last, first = (float.fromhex(raw[name][side][key]) for key in ("last_nonzero", "first_zero"))
            if kind(last) != last or np.nextafter(kind(last), kind(sign * np.inf)) != first:
                raise MeasurementError(f"{last} and {first} are not neighbours in {name}")
            low, high = min(last, first), max(last, first)
            whose = f"{np.finfo(kind).nmant + 1} log 2" if side == "right" else "−log of the largest number"
            said = f"s(1 − s) is 0 from here to the {side}, {name}"
            method = "the first zero and its neighbour, bit by bit"
            yield Figure(said, first, low, high, method, against=((sign * exact[side], whose),))


def edges(protocol: Formats, raw: Raw) -> list[Figure]:
    """The first zero on either side, by format."""
    return list(_figures(protocol, raw))


@measured(
    Formats(),
    quick=Formats(formats=("binary16",), window=64),
    figures=edges,
    rows=["sigmoid-gradient-flat-at-plus-10"],
    sources=["activationtutorial"],
)
def inputs_where_rounded_slope_of_sigmoid_is_zero(protocol: Formats) -> Raw:
    """The first inputs at which s(1 − s) is exactly 0 in rounded arithmetic, on the right and on the left."""
    found: Raw = {}
    for name in protocol.formats:
        kind, unsigned = FORMATS[name], UNSIGNED[name]
        top = int(np.array(np.finfo(kind).max, dtype=kind).view(unsigned))
        found[name] = {}
        for side, sign in SIDES.items():

            def x_of(numbers: npt.NDArray[np.uint64], kind: Any = kind, unsigned: Any = unsigned, sign: int = sign) -> Floats:
                return np.asarray(numbers.astype(unsigned).view(kind) * kind(sign))

            first = edge(lambda numbers, x_of=x_of: slope(x_of(numbers)) == 0, top, protocol.window)
            pair = x_of(np.array([first - 1, first], dtype=np.uint64))
            found[name][side] = {"last_nonzero": float(pair[0]).hex(), "first_zero": float(pair[1]).hex()}
    return found
