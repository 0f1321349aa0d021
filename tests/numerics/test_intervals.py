"""Intervals: they cover what they should, their weights are those of all samples, and a biased input is told apart."""

from __future__ import annotations

from itertools import product
from math import comb, inf, nan
from statistics import median

import pytest

from numerics.measuring import (
    MeasurementError,
    bootstrap_ratio_of_medians,
    median_interval,
    proportion_interval,
)
from numerics.measuring.intervals import weights_of_median


def binomial(k: int, n: int, p: float) -> float:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


# --- proportions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 7, 40])
def test_the_interval_of_a_proportion_covers_as_often_as_it_says(n: int) -> None:
    intervals = [proportion_interval(k, n) for k in range(n + 1)]
    for tick in range(101):
        p = tick / 100
        covered = sum(binomial(k, n, p) for k, (_, low, high) in enumerate(intervals) if low <= p <= high)
        assert covered >= 0.95 - 1e-12, p


def test_the_interval_of_a_proportion_is_no_wider_than_it_must_be() -> None:
    """At its own ends the count is exactly as improbable as the confidence allows."""
    _, low, high = proportion_interval(7, 20, 0.9)
    assert sum(binomial(k, 20, low) for k in range(7, 21)) == pytest.approx(0.05)
    assert sum(binomial(k, 20, high) for k in range(8)) == pytest.approx(0.05)


def test_a_biased_coin_is_told_from_a_fair_one() -> None:
    _, low, high = proportion_interval(5_000, 10_000)
    assert low < 0.5 < high
    _, low, _ = proportion_interval(5_150, 10_000)
    assert low > 0.5


def test_all_or_nothing_has_a_one_sided_end() -> None:
    assert proportion_interval(0, 10)[:2] == (0.0, 0.0)
    assert proportion_interval(10, 10)[::2] == (1.0, 1.0)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    with pytest.raises(MeasurementError, match="a proportion needs"):
        proportion_interval(k, n)


# --- medians ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(7, 1), (9, 2), (21, 6), (31, 10), (101, 41)])
def test_the_interval_of_a_median_leaves_out_as_many_as_it_may(n: int, k: int) -> None:
    values = list(range(1, n + 1))
    assert median_interval(values[::-1]) == ((n + 1) // 2, k, n + 1 - k)
    # The k-th smallest is above the law's median if fewer than k of n fair coins show heads.
    tail = [2 * sum(binomial(j, n, 0.5) for j in range(m)) for m in (k, k + 1)]
    assert tail[0] <= 0.05 < tail[1]


def test_too_few_values_have_no_interval() -> None:
    with pytest.raises(MeasurementError, match="5 values are too few"):
        median_interval([1, 2, 3, 4, 5])


@pytest.mark.parametrize("values", [[1.0, 2.0], [], [1.0, nan, 2.0]])
def test_what_has_no_median_is_refused(values: list[float]) -> None:
    with pytest.raises(MeasurementError, match="an odd number of numbers"):
        median_interval(values)


def test_a_run_that_was_given_up_widens_the_interval() -> None:
    assert median_interval([*range(19), inf, inf]) == (10, 5, 15)
    assert median_interval([*range(14), *[inf] * 7]) == (10, 5, inf)


# --- bootstrap ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3, 5])
def test_weights_of_the_median_count_every_sample(n: int) -> None:
    medians = [median(sample) for sample in product(range(n), repeat=n)]
    counted = [medians.count(k) / n**n for k in range(n)]
    assert weights_of_median(n) == pytest.approx(counted)


def test_the_bootstrap_of_a_ratio_is_that_of_all_samples() -> None:
    above, below = [2.0, 3.0, 7.0], [1.0, 1.5, 5.0]
    every = sorted(median(a) / median(b) for a in product(above, repeat=3) for b in product(below, repeat=3))
    expected = every[len(every) // 20], every[-len(every) // 20 - 1]
    assert bootstrap_ratio_of_medians(above, below, 0.9) == (2.0, *expected)


def test_equal_samples_are_not_told_apart_and_slower_ones_are() -> None:
    times = [float(10 + seed % 7) for seed in range(21)]
    _, low, high = bootstrap_ratio_of_medians(times, times)
    assert low < 1 < high
    _, low, _ = bootstrap_ratio_of_medians([2 * time for time in times], times)
    assert low > 1


def test_runs_given_up_leave_the_ratio_open_upwards() -> None:
    some = [1.0] * 12 + [inf] * 9
    middle, low, high = bootstrap_ratio_of_medians(some, [1.0] * 21)
    assert (middle, low, high) == (1.0, 1.0, inf)
    middle, low, high = bootstrap_ratio_of_medians([1.0] * 21, some)
    assert (middle, low, high) == (1.0, 0.0, 1.0)
    # Two infinities could have any ratio.
    assert bootstrap_ratio_of_medians(some, some) == (1.0, 0.0, inf)


def test_two_sides_that_are_given_up_have_no_ratio() -> None:
    lost = [inf] * 3
    assert bootstrap_ratio_of_medians(lost, [1.0] * 3) == (inf, inf, inf)
    with pytest.raises(MeasurementError, match="their medians have no ratio"):
        bootstrap_ratio_of_medians(lost, lost)


def test_a_ratio_is_of_positive_numbers() -> None:
    with pytest.raises(MeasurementError, match="of positive numbers"):
        bootstrap_ratio_of_medians([0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
