"""What each observation measures is what it says, and made-up data that lean to one side are told apart."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from math import exp, log
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from numerics.measuring import Figure, MeasurementError, Observation, finding_of, full_observations, measure, stored
from numerics.measuring.timing import times_in_turns
from numerics.observations import chaos, cost, flat, layer, sparsity, trained

OURS = full_observations()
MEASURED = [one for one in OURS if one.protocol is not None]
named = pytest.mark.parametrize("observation", MEASURED, ids=lambda one: one.name)


def needs_digits(observation: Observation) -> None:
    if "scikit-learn" in observation.libraries:
        pytest.importorskip("sklearn")


def figures_of(observation: Observation, raw: Any) -> dict[str, Figure]:
    assert observation.figures is not None
    return {figure.name: figure for figure in observation.figures(observation.protocol, raw)}


def kept(observation: Observation) -> Any:
    return deepcopy(stored(observation)["raw"])


@named
def test_a_quick_run_gives_figures(observation: Observation) -> None:
    needs_digits(observation)
    document = measure(observation, observation.quick)
    assert document["figures"]
    assert finding_of(observation, document).verdict == "OPEN", "a quick run is no result"


@pytest.mark.nightly
@pytest.mark.parametrize("observation", [one for one in MEASURED if not one.clocked], ids=lambda one: one.name)
def test_a_second_run_does_not_contradict_the_first(observation: Observation) -> None:
    """The seeds are the same; libraries and machine need not be. Times are those of one hour on one machine."""
    needs_digits(observation)
    again = figures_of(observation, measure(observation)["raw"])
    for name, figure in figures_of(observation, kept(observation)).items():
        assert again[name].low <= figure.high, name
        assert figure.low <= again[name].high, name


# --- times ----------------------------------------------------------------------------------------------


class Workshop:
    """A clock that stands still but for operations, which take what they are said to take."""

    def __init__(self) -> None:
        self.now = 0

    def clock(self) -> int:
        return self.now

    def operation(self, takes: int) -> Callable[[], object]:
        def work() -> None:
            self.now += takes

        return work


def test_times_are_those_of_the_operations() -> None:
    shop = Workshop()
    operations = {"a": shop.operation(100), "b": shop.operation(350)}
    times = times_in_turns(lambda _: operations, 7, at_least_ns=10_000, clock=shop.clock)
    assert times == {"a": [100.0] * 7, "b": [350.0] * 7}


def test_who_comes_first_changes_from_round_to_round() -> None:
    called: list[str] = []
    shop = Workshop()

    def operation(name: str) -> Callable[[], object]:
        work = shop.operation(10)
        return lambda: (called.append(name), work())

    times_in_turns(lambda _: {name: operation(name) for name in "abc"}, 3, at_least_ns=1, clock=shop.clock)
    assert "".join(called[-18::2]) == "abcbcacab", "each is called once before it is timed"


@pytest.mark.parametrize("operations", [cost.forward, cost.backward])
def test_what_is_timed_is_what_it_says(operations: Callable[[int, int], cost.Operations]) -> None:
    draw = np.random.default_rng(3)
    x, g = draw.standard_normal(64, dtype=np.float32), draw.standard_normal(64, dtype=np.float32)
    s, t, y = expit(x), np.tanh(x), np.maximum(x, 0)
    expected = {
        **dict.fromkeys(cost.RELU, y),
        "exp": np.exp(x),
        "tanh": t,
        "sigmoid": s,
        "expit": s,
        **dict.fromkeys(cost.MASK, g * (x > 0)),
        "m·g, m = (y > 0) kept": g * (x > 0),
        "s(1 − s)·g": s * (1 - s) * g,
        "(1 − t²)·g": (1 - t * t) * g,
        "s(1 − s)·g, s computed anew": s * (1 - s) * g,
    }
    for name, operation in operations(64, 3).items():
        np.testing.assert_allclose(operation(), expected[name], rtol=2e-5, atol=1e-6, err_msg=name)


def made_up_times(relu: float, others: float) -> dict[str, Any]:
    """Times with a little noise, in which relu takes `relu` and all else `others`."""
    protocol = cost.Rounds()
    noise = [1 + 0.01 * ((7 * i) % 11 - 5) for i in range(protocol.rounds)]
    names = cost.forward(4, 0)
    return {
        str(size): {name: [(relu if name in cost.RELU else others) * n for n in noise] for name in names}
        for size in protocol.sizes
    }


@pytest.mark.parametrize(("relu", "others", "side"), [(1.0, 3.0, "above"), (1.0, 1.0, "around"), (3.0, 1.0, "below")])
def test_a_cheaper_relu_is_told_from_a_dearer_one(relu: float, others: float, side: str) -> None:
    found = figures_of(cost.time_of_activations_over_relu, made_up_times(relu, others))
    assert {figure.side_of(1.0) for name, figure in found.items() if ":" in name} == {side}


def test_the_cheaper_spelling_of_relu_counts() -> None:
    raw = made_up_times(1.0, 1.0)
    for times in raw.values():
        times[cost.RELU[0]] = [10 * time for time in times[cost.RELU[0]]]
    assert figures_of(cost.time_of_activations_over_relu, raw)["exp : relu, 65,536 numbers"].value == pytest.approx(1.0)


@pytest.mark.parametrize("times", [[1.0] * 30, [1.0] * 32, [-1.0, *[1.0] * 30], [0.0, *[1.0] * 30], ["1"] * 31])
def test_missing_and_impossible_times_are_refused(times: list[Any]) -> None:
    raw = made_up_times(1.0, 2.0)
    raw["65536"]["exp"] = times
    with pytest.raises(MeasurementError, match="31 positive times of exp"):
        figures_of(cost.time_of_activations_over_relu, raw)


def test_the_share_of_exponentials_follows_from_the_times() -> None:
    widths = layer.Widths().widths
    raw = {str(n): {"exp": [1.0 + 0.001 * i for i in range(31)], "product": [float(n)] * 31} for n in widths}
    found = figures_of(layer.share_of_exp_in_layer, raw)
    assert [round(figure.value * (n + 1.015), 9) for n, figure in zip(widths, found.values(), strict=True)] == [1.015] * 5
    assert found["share of exp, width 2048"].side_of(0.5) == "below"


# --- sparsity -------------------------------------------------------------------------------------------


def test_zeros_are_as_many_as_the_formula_says() -> None:
    found = figures_of(sparsity.share_of_zeros_through_depth, kept(sparsity.share_of_zeros_through_depth))
    assert {figure.side_of(number) for figure in found.values() for number, _ in figure.against} == {"around"}


def test_a_half_in_every_layer_would_be_told_from_the_truth() -> None:
    found = figures_of(sparsity.share_of_zeros_through_depth, kept(sparsity.share_of_zeros_through_depth))
    assert found["share of zeros, width 2, layer 8"].side_of(0.5) == "above"


@pytest.mark.parametrize(("share", "side"), [(0.49, "below"), (0.52, "above")])
def test_biased_weights_are_told_from_symmetric_ones(share: float, side: str) -> None:
    raw = kept(sparsity.share_of_zeros_through_depth)
    raw["16"][0] = int(share * sparsity.Nets().nets) + (30 if share > 0.5 else -30)
    assert figures_of(sparsity.share_of_zeros_through_depth, raw)["share of zeros, width 16, layer 1"].side_of(0.5) == side


@pytest.mark.parametrize("counts", [[1, 2, 3], [1, 2, 3, 4.5], [1, 2, 3, "4"], [1, 2, 3, 20_001]])
def test_counts_that_are_none_are_refused(counts: list[Any]) -> None:
    raw = {**kept(sparsity.share_of_zeros_through_depth), "2": counts}
    with pytest.raises(MeasurementError):
        figures_of(sparsity.share_of_zeros_through_depth, raw)


def test_training_makes_no_zero_and_the_other_way_round_would_be_told() -> None:
    observation = trained.share_of_zeros_before_and_after_training
    raw = kept(observation)
    raw["before"]["zeros"], raw["after"]["zeros"] = raw["after"]["zeros"], raw["before"]["zeros"]
    sides = [figures_of(observation, r)["share of zeros gained by training"].side_of(0.0) for r in (kept(observation), raw)]
    assert sides == ["below", "above"]


# --- rounded slopes -------------------------------------------------------------------------------------


def test_every_binary16_number_agrees_with_the_edges() -> None:
    x = np.arange(0, 2**16, dtype=np.uint16).view(np.float16)
    x = x[np.isfinite(x)]
    edges = kept(flat.inputs_where_rounded_slope_of_sigmoid_is_zero)["binary16"]
    right, left = (float.fromhex(edges[side]["first_zero"]) for side in ("right", "left"))
    np.testing.assert_array_equal(flat.slope(x) == 0, (x >= right) | (x <= left))


def test_the_slope_at_ten_is_not_zero_but_for_binary16() -> None:
    for kind in (np.float32, np.float64):
        ends = flat.slope(np.array([-10.0, 10.0], dtype=kind))
        np.testing.assert_allclose(ends, exp(-10) / (1 + exp(-10)) ** 2, rtol=5e-3)
    ends = flat.slope(np.array([-10.0, 10.0], dtype=np.float16))
    assert ends[0] > 0
    assert ends[1] == 0


@pytest.mark.parametrize("first", [1, 17, 4000])
def test_an_edge_is_found_and_alternation_is_noticed(first: int) -> None:
    assert flat.edge(lambda n: n >= first, 5000, 64) == first
    with pytest.raises(MeasurementError, match="alternate"):
        flat.edge(lambda n: (n >= first) & (n != first + 9), 5000, 64)


@pytest.mark.parametrize("key", ["last_nonzero", "first_zero"])
def test_edges_that_are_no_neighbours_are_refused(key: str) -> None:
    raw = kept(flat.inputs_where_rounded_slope_of_sigmoid_is_zero)
    raw["binary64"]["right"][key] = (36.5).hex()
    with pytest.raises(MeasurementError, match="are not neighbours"):
        figures_of(flat.inputs_where_rounded_slope_of_sigmoid_is_zero, raw)


# --- random networks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("c", [0.5, 0.99])
def test_the_exponent_at_rest_is_the_log_of_the_weight(c: float) -> None:
    n = 4
    found = chaos.lyapunov_exponent(c * np.eye(n), np.zeros(n), np.ones(n), 3, 50)
    assert found == pytest.approx(log(c))


def test_the_exponent_at_a_fixed_point_is_the_log_of_its_slope() -> None:
    x = 0.9575040240772687  # tanh 2x = x
    found = chaos.lyapunov_exponent(np.array([[2.0]]), np.array([0.3]), np.array([1.0]), 100, 200)
    assert found == pytest.approx(log(2 * (1 - x * x)), rel=1e-9)


def test_gains_on_both_sides_of_the_edge_are_told_apart() -> None:
    found = figures_of(chaos.largest_exponent_of_random_tanh_network, kept(chaos.largest_exponent_of_random_tanh_network))
    sides = {name: figure.side_of(0.0) for name, figure in found.items()}
    assert [sides[f"largest exponent, gain {gain}"] for gain in (0.5, 0.9, 1.5, 3.0)] == ["below", "below", "above", "above"]


def test_a_bounded_unit_never_has_a_large_state() -> None:
    raw = kept(chaos.share_of_random_networks_with_large_states)
    assert raw["tanh"] == [0, 0, 0, 0]
    assert raw["relu"] == sorted(raw["relu"])
    found = figures_of(chaos.share_of_random_networks_with_large_states, raw)
    assert found["share of large states, relu, gain 2.0"].low > found["share of large states, tanh, gain 2.0"].high
