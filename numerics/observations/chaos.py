"""Wide random recurrent networks: how fast neighbouring states separate, and how often states become very large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np

from numerics.measuring import Figure, MeasurementError, Protocol, measured, median_interval, proportion_interval
from numerics.measuring.figures import is_number
from numerics.measuring.observation import Raw


@dataclass(frozen=True)
class Gains(Protocol):
    """h ↦ tanh(g·J h), entries of J independent N(0, 1/n), n = `width`, started at N(0, 1); one network a seed."""

    gains: tuple[float, ...] = (0.5, 0.9, 1.2, 1.5, 3.0)
    width: int = 256
    forgotten: int = 300
    steps: int = 700
    seeds: tuple[int, ...] = tuple(range(21))


def lyapunov_exponent(W: np.ndarray, h: np.ndarray, v: np.ndarray, forgotten: int, steps: int) -> float:
    """The mean growth of log ‖v‖ a step along the orbit of h ↦ tanh(W h), after some steps that are forgotten."""
    grown = 0.0
    for step in range(forgotten + steps):
        h = np.tanh(W @ h)
        v = (1 - h * h) * (W @ v)
        size = float(np.linalg.norm(v))
        if size == 0:
            raise MeasurementError("a tangent vector became 0, so it has no exponent; draw another start")
        v = v / size
        grown += log(size) if step >= forgotten else 0.0
    return grown / steps


def _exponents(protocol: Gains, raw: Raw) -> Iterator[Figure]:
    for gain in protocol.gains:
        found = raw[str(gain)]
        if len(found) != len(protocol.seeds) or not all(map(is_number, found)):
            raise MeasurementError(f"an exponent for each of {len(protocol.seeds)} seeds was expected at gain {gain}")
        method = "median over seeds, interval of order statistics, 95 %"
        yield Figure(f"largest exponent, gain {gain}", *median_interval(found), method, "a step", ((0.0, "edge of stability"),))


def exponents(protocol: Gains, raw: Raw) -> list[Figure]:
    """The largest Lyapunov exponent by gain."""
    return list(_exponents(protocol, raw))


@measured(
    Gains(),
    quick=Gains(gains=(0.5, 3.0), width=64, forgotten=50, steps=100, seeds=tuple(range(7))),
    figures=exponents,
    rows=["sompolinsky-edge"],
    sources=["sompolinsky1988"],
)
def largest_exponent_of_random_tanh_network(protocol: Gains) -> Raw:
    """The largest Lyapunov exponent of a wide random tanh network in discrete time, below and above the gain 1."""
    found: Raw = {str(gain): [] for gain in protocol.gains}
    for seed in protocol.seeds:
        draw = np.random.default_rng(seed)
        n = protocol.width
        J = draw.standard_normal((n, n)) / n**0.5
        h, v = draw.standard_normal(n), draw.standard_normal(n)
        for gain in protocol.gains:
            exponent = lyapunov_exponent(gain * J, h, v, protocol.forgotten, protocol.steps)
            found[str(gain)].append(float(f"{exponent:.6g}"))
    return found


@dataclass(frozen=True)
class Drives(Protocol):
    """h ↦ φ(g·J h + v_t) from h = 0, drives v_t independent and uniform on [−1, 1], entries of J independent N(0, 1/n)."""

    gains: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0)
    width: int = 64
    steps: int = 100
    networks: int = 400
    large: float = 1e6
    seed: int = 0


def _large(protocol: Drives, raw: Raw) -> Iterator[Figure]:
    for name in ("relu", "tanh"):
        for gain, count in zip(protocol.gains, raw[name], strict=True):
            if not is_number(count) or int(count) != count:
                raise MeasurementError(f"a count of {name} networks was expected, not {count!r}")
            found = proportion_interval(int(count), protocol.networks)
            yield Figure(f"share of large states, {name}, gain {gain}", *found, "interval of Clopper and Pearson, 95 %")


def shares_of_large(protocol: Drives, raw: Raw) -> list[Figure]:
    """The share of networks whose state passes the limit, by activation and gain."""
    return list(_large(protocol, raw))


@measured(
    Drives(),
    quick=Drives(gains=(0.5, 2.0), width=16, networks=40),
    figures=shares_of_large,
    rows=["relu-rnn-very-large-outputs"],
    sources=["logm", "zhihu61265076", "stackexchange"],
)
def share_of_random_networks_with_large_states(protocol: Drives) -> Raw:
    """The share of randomly driven recurrent networks with a state beyond 10⁶ within 100 steps, for relu and for tanh."""
    found: Raw = {"relu": [], "tanh": []}
    for name, counts in found.items():
        for gain in protocol.gains:
            draw = np.random.default_rng(protocol.seed)
            n = protocol.width
            W = draw.standard_normal((protocol.networks, n, n)) * (gain / n**0.5)
            h, large = np.zeros((protocol.networks, n)), np.zeros(protocol.networks, dtype=np.bool_)
            for _ in range(protocol.steps):
                z = (W @ h[..., None])[..., 0] + draw.uniform(-1, 1, h.shape)
                h = np.maximum(z, 0.0) if name == "relu" else np.tanh(z)
                large |= np.abs(h).max(axis=-1) > protocol.large
            counts.append(int(np.count_nonzero(large)))
    return found
