"""How many units of a rectifier network are zero at initialisation, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from numerics.measuring import Figure, MeasurementError, Protocol, measured, proportion_interval
from numerics.measuring.figures import is_number
from numerics.measuring.observation import Raw

CONFIDENCE = 0.99


@dataclass(frozen=True)
class Nets(Protocol):
    """`nets` independent networks for each of `widths`, without biases, weights N(0, 1/n), one input not 0.

    Only one unit of each network and layer is counted, so that the counts of a layer are independent draws.
    """

    widths: tuple[int, ...] = (2, 4, 16)
    layers: tuple[int, ...] = (1, 2, 4, 8)
    nets: int = 20_000
    seed: int = 0


def share_of_zeros(width: int, layer: int) -> float:
    """The exact probability that a unit of this layer is 0: a half, and the half of the chance that a layer before is dead."""
    return 0.5 + (1 - (1 - 2.0**-width) ** (layer - 1)) / 2


def _figures(protocol: Nets, raw: Raw) -> Iterator[Figure]:
    method = f"interval of Clopper and Pearson, {CONFIDENCE:.0%}"
    for width in protocol.widths:
        counts = raw[str(width)]
        if len(counts) != len(protocol.layers) or not all(is_number(count) and int(count) == count for count in counts):
            raise MeasurementError(f"a count for each of {len(protocol.layers)} layers of width {width} was expected")
        for layer, count in zip(protocol.layers, counts, strict=True):
            found = proportion_interval(count, protocol.nets, CONFIDENCE)
            exact = share_of_zeros(width, layer)
            yield Figure(f"share of zeros, width {width}, layer {layer}", *found, method, against=((exact, "exact formula"),))


def shares(protocol: Nets, raw: Raw) -> list[Figure]:
    """The share of zeros by width and layer."""
    return list(_figures(protocol, raw))


@measured(Nets(), quick=Nets(nets=500), figures=shares, rows=["half-units-zero-at-init"], sources=["whyrelu"])
def share_of_zeros_through_depth(protocol: Nets) -> Raw:
    """The share of units that are zero in a layer of a random rectifier network, beside its exact value."""
    draw = np.random.default_rng(protocol.seed)
    found: Raw = {}
    for width in protocol.widths:
        h = draw.standard_normal((protocol.nets, width))
        counts: list[int] = []
        for layer in range(1, max(protocol.layers) + 1):
            W = draw.standard_normal((protocol.nets, width, width)) / width**0.5
            h = np.maximum(np.einsum("kij,kj->ki", W, h), 0.0)
            if layer in protocol.layers:
                counts.append(int(np.count_nonzero(h[:, 0] == 0)))
        found[str(width)] = counts
    return found
