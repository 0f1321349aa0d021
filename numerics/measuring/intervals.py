"""Intervals that assume nothing but independent draws: of a median, of a proportion, of a ratio of two medians.

None of them draws a random number: binomial laws are summed, so an interval follows from its raw numbers to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import inf, isnan

from scipy.special import bdtr, bdtrc, betaincinv

from numerics.measuring.figures import MeasurementError

CONFIDENCE = 0.95
Interval = tuple[float, float, float]


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The median of an odd number of values, and two of them between which the law's median lies with this confidence.

    Whatever the law, the k-th smallest of n exceeds its median with probability P(Bin(n, ½) < k) at most, and so on the
    other side. A value may be infinite.
    """
    ordered = _ordered(values)
    n = len(ordered)
    k = 0
    while 2 * float(bdtr(k, n, 0.5)) <= 1 - confidence:
        k += 1
    if k == 0:
        raise MeasurementError(f"{n} values are too few for an interval of the median; take more")
    return ordered[n // 2], ordered[k - 1], ordered[n - k]


def proportion_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """A share and its interval after Clopper and Pearson: no probability outside of it makes the count this extreme."""
    if not 0 <= successes <= trials or trials < 1:
        raise MeasurementError(f"a proportion needs 0 ≤ successes ≤ trials and a trial, not {successes} of {trials}")
    tail = (1 - confidence) / 2
    low = float(betaincinv(successes, trials - successes + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, trials - successes, 1 - tail)) if successes < trials else 1.0
    return successes / trials, low, high


def weights_of_median(n: int) -> list[float]:
    """The chance that the median of n draws with replacement from n values, n odd, is the k-th smallest, for each k.

    It is at most the k-th if at least (n + 1)/2 draws are among the k smallest, and their number is binomial.
    """
    at_most = [float(bdtrc(n // 2, n, k / n)) for k in range(n)] + [1.0]
    return [at_most[k + 1] - at_most[k] for k in range(n)]


def bootstrap_ratio_of_medians(above: Sequence[float], below: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The ratio of two medians, and the percentiles of what it becomes if both samples are drawn from themselves.

    All samples are counted, by their weights, instead of some being drawn. The values are positive, and infinite where a
    run was given up; a ratio of two infinities could be anything, and counts as 0 for the lower end and as ∞ for the upper.
    """
    tops, bottoms = _ordered(above), _ordered(below)
    if min(tops[0], bottoms[0]) <= 0:
        raise MeasurementError("a ratio of medians is taken of positive numbers; one of these is not")
    ratios = [
        (a / b, u * v)
        for (a, u), (b, v) in product(
            zip(tops, weights_of_median(len(tops)), strict=True), zip(bottoms, weights_of_median(len(bottoms)), strict=True)
        )
    ]
    tail = (1 - confidence) / 2
    middle = tops[len(tops) // 2] / bottoms[len(bottoms) // 2]
    if isnan(middle):
        raise MeasurementError("half of the runs on both sides were given up; their medians have no ratio")
    return middle, _percentile(ratios, tail, 0.0), _percentile(ratios, 1 - tail, inf)


def _percentile(atoms: Sequence[tuple[float, float]], share: float, unknown: float) -> float:
    """The least value up to which the weights reach this share."""
    reached = 0.0
    known = sorted((unknown if isnan(value) else value, weight) for value, weight in atoms)
    for value, weight in known:
        reached += weight
        if reached >= share:
            return value
    return known[-1][0]


def _ordered(values: Sequence[float]) -> list[float]:
    if len(values) % 2 == 0 or any(isnan(value) for value in values):
        raise MeasurementError(f"a median is taken of an odd number of numbers, none of them NaN; {len(values)} were given")
    return sorted(values)
