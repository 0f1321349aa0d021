"""How much of the time of a dense layer goes into its exponentials, by width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from numerics.measuring import Figure, Protocol, measured, median_interval
from numerics.measuring.observation import Raw
from numerics.measuring.timing import Operations, times_in_turns, times_of


@dataclass(frozen=True)
class Widths(Protocol):
    """Layers of n units and n inputs, n among `widths`, on a batch in binary32: one product with W, then one exp an output."""

    widths: tuple[int, ...] = (8, 32, 128, 512, 2048)
    batch: int = 64
    rounds: int = 31


def _figures(protocol: Widths, raw: Raw) -> Iterator[Figure]:
    for n in protocol.widths:
        times = raw[str(n)]
        exps, products = (times_of(times, name, protocol.rounds) for name in ("exp", "product"))
        shares = [exp / (exp + product) for exp, product in zip(exps, products, strict=True)]
        method = "median of the rounds, interval of order statistics, 95 %"
        yield Figure(f"share of exp, width {n}", *median_interval(shares), method, against=((0.5, "half of the time"),))


def shares(protocol: Widths, raw: Raw) -> list[Figure]:
    """The share of the exponentials by width."""
    return list(_figures(protocol, raw))


@measured(
    Widths(),
    quick=Widths(widths=(8, 64), rounds=7),
    figures=shares,
    rows=["exp-cost-minor"],
    sources=["logm", "activationtutorial"],
    clocked=True,
)
def share_of_exp_in_layer(protocol: Widths) -> Raw:
    """The share of a dense layer's time, product and activation together, that its exponentials take, by width."""
    return {str(n): times_in_turns(partial(_operations, n, protocol.batch), protocol.rounds) for n in protocol.widths}


def _operations(n: int, batch: int, seed: int) -> Operations:
    """The product of a layer, and the exponentials of its outputs, which are of the size of the inputs."""
    draw = np.random.default_rng(seed)
    W = draw.standard_normal((n, n), dtype=np.float32) / np.float32(n**0.5)
    x = draw.standard_normal((n, batch), dtype=np.float32)
    z, out = W @ x, np.empty_like(x)
    return {"product": lambda: np.matmul(W, x, out=out), "exp": lambda: np.exp(z, out=out)}
