"""Runs that are given up, and the choice of a setting among those that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from statistics import median

from numerics.measuring.figures import MeasurementError, is_number


def given_up_is_infinite(run: object, most: float) -> float:
    """The length of a run, ∞ where it was given up; `MeasurementError` for what is neither, or longer than a run may be."""
    if run is None:
        return inf
    if not is_number(run) or not isinstance(run, (int, float)) or not 0 < run <= most:
        raise MeasurementError(f"a run takes a positive number, {most} at most, or null where it was given up; not {run!r}")
    return float(run)


def cost(runs: Sequence[object], most: float) -> tuple[float, float]:
    """By what settings are compared: the least median, of equal ones the least sum."""
    lengths = [given_up_is_infinite(run, most) for run in runs]
    return median(lengths), sum(lengths)


def check_inside(rate: object, rates: Sequence[int], what: str) -> None:
    """Refuse a step size at the edge of those tried: one further out may be better."""
    if rate in (rates[0], rates[-1]):
        raise MeasurementError(f"the best step size of {what} is at the edge of those tried; try more of them")
