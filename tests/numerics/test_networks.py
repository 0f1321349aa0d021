"""Laws of the float engine, over all activations and shapes, and the inputs that it refuses."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from fractions import Fraction
from math import inf, nan
from typing import Any, TypeAlias

import numpy as np
import pytest

from numerics.networks import (
    ACTIVATIONS,
    FloatActivation,
    FloatArray,
    NetworkInputError,
    ScaledMatrix,
    Trajectory,
    jacobian,
    masks,
    run,
)
from theory.language.errors import GradproofError

every_activation = pytest.mark.parametrize("phi", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())

# Batch axes of weight, start and drive, and what they broadcast to.
Batches: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]
BATCHES: list[Batches] = [
    ((), (), (), ()),
    ((3,), (3,), (3,), (3,)),
    ((), (4,), (), (4,)),
    ((2, 1), (3,), (1, 1), (2, 3)),
    ((0,), (), (), (0,)),
]


def normal(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def plain_product(trajectory: Trajectory, weight: FloatArray) -> FloatArray:
    """D_T W … D_1 W with nothing done about its scale."""
    *batch, steps, n = trajectory.slopes.shape
    product: FloatArray = np.broadcast_to(np.eye(n), (*batch, n, n))
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            product = trajectory.slopes[..., t, :, None] * (weight @ product)
    return product


def difference_quotient(weight: FloatArray, phi: FloatActivation, start: FloatArray, drive: FloatArray) -> FloatArray:
    """∂h_T/∂h_0 of one network by central differences of fourth order; the 4n nudged starts are one batch."""
    step, n = 2.0**-10, len(start)
    nudges = np.array([-2, -1, 1, 2])[:, None, None] * (step * np.eye(n))
    ends = run(weight, phi, start + nudges, drive).states[..., -1, :]
    return np.tensordot([1, -8, 8, -1], ends, 1).T / (12 * step)


def slope_error(phi: FloatActivation, seed: int, n: int, steps: int) -> float:
    """How far the Jacobian is from the difference quotient, relative to the latter."""
    weight, start, drive = normal(n, n, seed=seed), normal(n, seed=seed), 0.5 * normal(steps, n, seed=seed)
    expected = difference_quotient(weight, phi, start, drive)
    actual = jacobian(run(weight, phi, start, drive), weight).to_array()
    return float(np.abs(actual - expected).max() / np.abs(expected).max())


def as_fractions(matrix: ScaledMatrix) -> list[list[Fraction]]:
    return [[Fraction(float(x)) * Fraction(2) ** int(matrix.exponent) for x in row] for row in matrix.mantissa]


def decimal_product(trajectory: Trajectory, weight: FloatArray) -> list[list[Decimal]]:
    """The product of the same float factors in 60 digits, with exponents that never run out."""
    n = len(weight)
    entries = [[Decimal(float(x)) for x in row] for row in weight]
    product = [[Decimal(int(i == j)) for j in range(n)] for i in range(n)]
    for slopes in trajectory.slopes:
        scaled = [[Decimal(float(slope)) * x for x in row] for slope, row in zip(slopes, entries, strict=True)]
        product = [[sum(row[k] * product[k][j] for k in range(n)) + Decimal(0) for j in range(n)] for row in scaled]
    return product


# --- Activations -------------------------------------------------------------------------------


@every_activation
def test_activation_is_entrywise_finite_and_quiet_on_every_float(phi: FloatActivation) -> None:
    largest = np.finfo(np.float64).max
    x = np.array([[-largest, -1000.0, -745.5, -1.0], [-5e-324, 0.0, 5e-324, 1.0], [20.0, 710.0, 1e4, largest]])
    for function in (phi.value, phi.slope):
        assert function(x).shape == x.shape
        assert np.isfinite(function(x)).all()
        assert np.isnan(function(np.array([nan]))).all()


@pytest.mark.parametrize(
    ("name", "x", "slope"), [("relu", 0.0, 0.0), ("leaky_relu", 0.0, 0.01), ("hard_tanh", 1.0, 0.0), ("hard_tanh", -1.0, 0.0)]
)
def test_slope_at_a_kink_is_the_flatter_side(name: str, x: float, slope: float) -> None:
    assert ACTIVATIONS[name].slope(np.array(x)) == slope


@pytest.mark.parametrize(("name", "rate", "supremum"), [("sigmoid", 1, 0.25), ("tanh", 2, 1.0)])
def test_saturating_slope_is_accurate_in_the_tails_and_never_above_its_supremum(name: str, rate: int, supremum: float) -> None:
    x = np.concatenate([normal(300) * scale for scale in (1e-3, 1.0, 30.0, 100.0)])
    slopes = ACTIVATIONS[name].slope(x)
    with localcontext(prec=40):
        decays = [(-rate * abs(Decimal(float(z)))).exp() for z in x]
        expected = [4 * Decimal(supremum) * decay / (1 + decay) ** 2 for decay in decays]
        errors = [abs(Decimal(float(s)) - e) / Decimal(float(np.spacing(s))) for s, e in zip(slopes, expected, strict=True)]
    assert max(errors) < 5
    near_the_peak = np.concatenate([normal(100_000) * scale for scale in (1e-8, 1e-6, 1e-4)])
    assert ACTIVATIONS[name].slope(near_the_peak).max() == supremum


def test_activations_are_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        ACTIVATIONS["tanh"].name = "other"  # pyright: ignore[reportAttributeAccessIssue]  # the point of the test


# --- The recurrence and its batches ------------------------------------------------------------


@every_activation
@pytest.mark.parametrize("batches", BATCHES, ids=str)
@pytest.mark.parametrize(("n", "steps"), [(1, 0), (1, 3), (3, 0), (4, 18)])
def test_a_batch_holds_what_each_network_gives_alone(phi: FloatActivation, batches: Batches, n: int, steps: int) -> None:
    weights, starts, drives, batch = batches
    weight, start, drive = normal(*weights, n, n), normal(*starts, n), normal(*drives, steps, n)
    together = run(weight, phi, start, drive)
    products, slopes = jacobian(together, weight), masks(together)
    assert together.states.shape == (*batch, steps + 1, n)
    assert together.slopes.shape == together.preactivations.shape == (*batch, steps, n)
    assert products.mantissa.shape == slopes.mantissa.shape == (*batch, n, n)
    assert products.exponent.shape == products.log2_norm().shape == together.finite.shape == batch

    every_weight = np.broadcast_to(weight, (*batch, n, n))
    every_start, every_drive = np.broadcast_to(start, (*batch, n)), np.broadcast_to(drive, (*batch, steps, n))
    for index in np.ndindex(batch):
        alone = run(every_weight[index], phi, every_start[index], every_drive[index])
        # Not bitwise: vectorised tanh and matrix products may round differently by place in the array.
        np.testing.assert_allclose(together.states[index], alone.states, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(together.slopes[index], alone.slopes, rtol=1e-11)
        np.testing.assert_allclose(
            products.to_array()[index], jacobian(alone, every_weight[index]).to_array(), rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(slopes.to_array()[index], masks(alone).to_array(), rtol=1e-10)


@every_activation
def test_states_obey_the_recurrence(phi: FloatActivation) -> None:
    weight, start, drive = normal(3, 3), normal(3), normal(5, 3)
    trajectory = run(weight, phi, start, drive)
    state = start
    for t in range(5):
        np.testing.assert_allclose(trajectory.states[t], state, rtol=1e-13)
        np.testing.assert_allclose(trajectory.preactivations[t], weight @ state + drive[t], rtol=1e-13)
        state = phi.value(weight @ state + drive[t])
    np.testing.assert_allclose(trajectory.states[-1], state, rtol=1e-13)


def test_arguments_are_left_alone_and_results_are_read_only() -> None:
    weight, start, drive = normal(2, 2), normal(2), normal(3, 2)
    kept = weight.copy(), start.copy(), drive.copy()
    trajectory = run(weight, ACTIVATIONS["tanh"], start, drive)
    product = jacobian(trajectory, weight)
    for now, before in zip((weight, start, drive), kept, strict=True):
        np.testing.assert_array_equal(now, before)
    results = [trajectory.states, trajectory.preactivations, trajectory.slopes, product.mantissa, product.exponent]
    assert not any(array.flags.writeable for array in results)


def test_a_network_that_overflows_is_marked_and_spares_its_neighbours() -> None:
    weight = np.array([[[2.0]], [[0.5]]])
    trajectory = run(weight, ACTIVATIONS["identity"], [1.0], np.zeros((1100, 1)))
    product = jacobian(trajectory, weight)
    assert trajectory.finite.tolist() == [False, True]
    np.testing.assert_array_equal(product.log2_norm(), [nan, -1100.0])
    np.testing.assert_array_equal(masks(trajectory).log2_norm(), [nan, 0.0])


# --- The Jacobian is right ---------------------------------------------------------------------


# Seeds with no preactivation so near a kink that a nudge crosses it, and with units on both sides of one.
@every_activation
@pytest.mark.parametrize(("seed", "n", "steps"), [(1, 1, 1), (6, 2, 3), (2, 5, 4), (1, 3, 8)])
def test_jacobian_is_the_derivative(phi: FloatActivation, seed: int, n: int, steps: int) -> None:
    assert slope_error(phi, seed, n, steps) < 1e-7


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "relu"])
def test_a_slope_that_is_one_per_cent_off_is_caught(name: str) -> None:
    phi = ACTIVATIONS[name]

    def steeper(x: FloatArray) -> FloatArray:
        return 1.01 * phi.slope(x)

    assert slope_error(phi, seed=6, n=2, steps=3) < 1e-7
    assert slope_error(replace(phi, slope=steeper), seed=6, n=2, steps=3) > 1e-2


@pytest.mark.parametrize("steps", [0, 1, 7, 16, 2000])
def test_linear_network_has_exactly_the_power_of_its_weight(steps: int) -> None:
    # The powers of this unipotent matrix are [[1, T, T(T−1)/2], [0, 1, T], [0, 0, 1]]: integers that floats hold.
    weight = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]])
    product = jacobian(run(weight, ACTIVATIONS["identity"], np.zeros(3), np.zeros((steps, 3))), weight)
    np.testing.assert_array_equal(product.to_array(), [[1, steps, steps * (steps - 1) // 2], [0, 1, steps], [0, 0, 1]])


def test_irnn_jacobian_is_its_masks() -> None:
    trajectory = run(np.eye(6), ACTIVATIONS["relu"], normal(50, 6), normal(50, 4, 6))
    product = jacobian(trajectory, np.eye(6)).to_array()
    np.testing.assert_array_equal(product, masks(trajectory).to_array())
    always_active = trajectory.states[:, 1:].min(1) > 0
    np.testing.assert_array_equal(product, always_active[:, :, None] * np.eye(6))


@every_activation
def test_no_steps_give_the_identity(phi: FloatActivation) -> None:
    weight = normal(2, 4, 4)
    trajectory = run(weight, phi, normal(4), np.empty((0, 4)))
    np.testing.assert_array_equal(trajectory.states, np.broadcast_to(normal(4), (2, 1, 4)))
    for product in (jacobian(trajectory, weight), masks(trajectory)):
        np.testing.assert_array_equal(product.to_array(), np.broadcast_to(np.eye(4), (2, 4, 4)))
        np.testing.assert_array_equal(product.log2_norm(), [0.0, 0.0])


# --- The scale is right ------------------------------------------------------------------------


@every_activation
@pytest.mark.parametrize("steps", [1, 15, 16, 17, 100])
def test_in_range_the_scaled_product_is_bitwise_the_plain_one(phi: FloatActivation, steps: int) -> None:
    weight, start, drive = normal(20, 6, 6) * 0.7, normal(20, 6), normal(20, steps, 6)
    trajectory = run(weight, phi, start, drive)
    assert trajectory.finite.all()
    np.testing.assert_array_equal(jacobian(trajectory, weight).to_array(), plain_product(trajectory, weight))
    plain_masks: FloatArray = np.ones((20, 6))
    for t in range(steps):
        plain_masks = plain_masks * trajectory.slopes[:, t]
    np.testing.assert_array_equal(masks(trajectory).to_array(), plain_masks[..., None] * np.eye(6))


@every_activation
def test_mantissas_have_one_form(phi: FloatActivation) -> None:
    weight = normal(9, 3, 3) * 10.0 ** np.arange(-4, 5)[:, None, None]
    product = jacobian(run(weight, phi, normal(3), normal(20, 3)), weight)
    largest = np.abs(product.mantissa).max((-2, -1))
    assert (((largest >= 0.5) & (largest < 1)) | ((largest == 0) & (product.exponent == 0)) | np.isnan(largest)).all()


@pytest.mark.parametrize("shift", [-900, -3, 5, 900])
def test_scaling_the_weight_by_a_power_of_two_only_moves_the_exponent(shift: int) -> None:
    weight, steps, still = normal(3, 3), 50, Trajectory(np.zeros((51, 3)), np.zeros((50, 3)), np.abs(normal(50, 3)))
    expected, actual = jacobian(still, weight), jacobian(still, np.ldexp(weight, shift))
    np.testing.assert_array_equal(actual.mantissa, expected.mantissa)
    assert actual.exponent == expected.exponent + steps * shift


@pytest.mark.parametrize(("shift", "plain"), [(-4, 0.0), (4, inf)])
def test_at_depth_2000_a_linear_network_equals_its_exact_power(shift: int, plain: float) -> None:
    steps, integers = 2000, [[2, 1], [1, 1]]
    weight = np.ldexp(np.array(integers, dtype=np.float64), shift)
    trajectory = run(weight, ACTIVATIONS["identity"], np.zeros(2), np.zeros((steps, 2)))
    assert (plain_product(trajectory, weight) == plain).all()
    (a, b), (c, d) = (1, 0), (0, 1)
    for _ in range(steps):
        (a, b), (c, d) = (2 * a + c, 2 * b + d), (a + c, b + d)
    exact = [[Fraction(x) * Fraction(2) ** (shift * steps) for x in row] for row in ((a, b), (c, d))]
    actual = as_fractions(jacobian(trajectory, weight))
    assert all(abs(actual[i][j] / exact[i][j] - 1) < 1e-12 for i in range(2) for j in range(2))


@every_activation
@pytest.mark.parametrize("gain", [0.05, 8.0])
def test_at_depth_2000_the_product_and_its_norm_equal_sixty_digit_arithmetic(phi: FloatActivation, gain: float) -> None:
    # The second unit is always driven upwards, so that a relu network stays alive.
    drive = 0.3 * normal(2000, 2)
    drive[:, 1] = np.abs(drive[:, 1])
    matrix = np.array([[0.6, -0.7], [0.8, 0.5]])
    trajectory = run(matrix / 2, phi, [0.0, 0.0], drive)
    # The product knows slopes and weight alone: another weight than the run's overflows it, and not the states.
    weight = gain * matrix
    plain = plain_product(trajectory, weight)
    assert (plain == 0).all() or not np.isfinite(plain).all()
    product = jacobian(trajectory, weight)
    with localcontext(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN):
        exact = decimal_product(trajectory, weight)
        unit = Decimal(2) ** int(product.exponent)
        size = max(abs(x) for row in exact for x in row)
        for mantissas, row in zip(product.mantissa, exact, strict=True):
            for mantissa, expected in zip(mantissas, row, strict=True):
                assert abs(Decimal(float(mantissa)) * unit - expected) < Decimal("1e-11") * size
        # A 2×2 matrix A has σ₁² + σ₂² = ‖A‖_F² and σ₁σ₂ = |det A|.
        (a, b), (c, d) = exact
        squares, determinant = a * a + b * b + c * c + d * d, a * d - b * c
        norm = ((squares + (squares * squares - 4 * determinant * determinant).sqrt()) / 2).sqrt()
        assert abs(Decimal(float(product.log2_norm())) - norm.ln() / Decimal(2).ln()) < Decimal("1e-10")


def test_factors_too_small_for_sixteen_steps_are_rescaled_sooner() -> None:
    weight, slopes = np.array([[0.0, 1e-200], [1e-200, 0.0]]), np.tile([1.0, 1e-150], (40, 1))
    trajectory = Trajectory(np.zeros((41, 2)), np.zeros((40, 2)), slopes)
    expected = 40 * np.log2(1e-200) + 20 * np.log2(1e-150)
    np.testing.assert_allclose(jacobian(trajectory, weight).log2_norm(), expected, rtol=1e-12)
    np.testing.assert_allclose(jacobian(trajectory, np.ldexp(weight, 1500)).log2_norm(), expected + 40 * 1500, rtol=1e-12)


def test_a_late_zero_does_not_hide_a_small_mask() -> None:
    slopes = np.tile([1.0, 1e-10], (200, 1))
    slopes[-1, 0] = 0.0
    product = masks(Trajectory(np.zeros((201, 2)), np.zeros((200, 2)), slopes))
    np.testing.assert_allclose(product.log2_norm(), 200 * np.log2(1e-10), rtol=1e-13)


def test_dead_network_has_an_exactly_zero_jacobian() -> None:
    weight = normal(3, 3)
    trajectory = run(weight, ACTIVATIONS["relu"], np.zeros(3), np.full((40, 3), -1.0))
    for product in (jacobian(trajectory, weight), masks(trajectory)):
        assert product.log2_norm() == -inf
        assert product.exponent == 0
        assert not product.to_array().any()


def test_out_of_range_arrays_round_like_floats() -> None:
    mantissa = np.array([[[0.5, -0.75], [0.0, 0.5]]] * 3)
    product = ScaledMatrix(mantissa, np.array([10**12, -(10**12), -1073]))
    np.testing.assert_array_equal(product.to_array()[0], [[inf, -inf], [0, inf]])
    np.testing.assert_array_equal(product.to_array()[1], np.zeros((2, 2)))
    np.testing.assert_array_equal(product.to_array()[2], [[5e-324, -1e-323], [0, 5e-324]])


# --- What is refused ---------------------------------------------------------------------------

GOOD: dict[str, Any] = {"weight": np.eye(2), "start": [1.0, 2.0], "drive": np.zeros((3, 2))}
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"weight": np.ones((2, 3))}, r"weight has shape \(2, 3\); make its last two axes equal"),
    ({"weight": [1.0, 2.0]}, r"weight has shape \(2,\); give an array of shape \(…, n, n\) with n ≥ 1"),
    ({"weight": np.empty((0, 0))}, r"weight has shape \(0, 0\); give an array of shape \(…, n, n\) with n ≥ 1"),
    ({"weight": [[1.0, nan], [0.0, 1.0]]}, r"weight holds nan at index \(0, 1\); give finite numbers"),
    ({"weight": [[1.0, 2.0], [3.0]]}, "weight is ragged; give an array"),
    ({"weight": np.eye(2) * 1j}, "weight holds complex128 entries; give real numbers"),
    ({"weight": [["1", "0"], ["0", "1"]]}, "weight holds <U1 entries; give real numbers"),
    ({"start": [Fraction(1, 3), Fraction(1)]}, "start holds object entries; give real numbers, exact ones as their float view"),
    ({"start": 1.0}, r"start has shape \(\); give an array of shape \(…, n\)"),
    ({"start": [1.0, 2.0, 3.0]}, "start has width 3 but weight has 2; give both the same last axis"),
    ({"start": [1.0, -inf]}, r"start holds -inf at index \(1,\); give finite numbers"),
    ({"drive": [0.0, 0.0]}, r"drive has shape \(2,\); give an array of shape \(…, T, n\)"),
    ({"drive": np.zeros((3, 5))}, "drive has width 5 but weight has 2; give both the same last axis"),
    ({"drive": np.full((4, 3, 2), nan)}, r"drive holds nan at index \(0, 0, 0\); give finite numbers"),
    ({"start": np.ones((4, 2)), "drive": np.ones((5, 3, 2))}, r"batch axes \(\), \(4,\) and \(5,\) of weight, start and drive"),
]


def assert_one_sentence(error: pytest.ExceptionInfo[NetworkInputError]) -> None:
    message = str(error.value)
    assert "\n" not in message
    assert len(message) < 140
    assert isinstance(error.value, GradproofError)
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(("change", "message"), BROKEN, ids=[message[:40] for _, message in BROKEN])
def test_broken_input_is_refused_in_one_sentence(change: dict[str, Any], message: str) -> None:
    with pytest.raises(NetworkInputError, match=message) as error:
        run(phi=ACTIVATIONS["tanh"], **{**GOOD, **change})
    assert_one_sentence(error)


@pytest.mark.parametrize("weight", [np.eye(3), np.ones((4, 2, 2)), np.ones((2, 3)), [[nan, 0.0], [0.0, 0.0]]], ids=str)
def test_a_weight_from_another_run_is_refused(weight: FloatArray) -> None:
    trajectory = run(phi=ACTIVATIONS["tanh"], **GOOD)
    with pytest.raises(NetworkInputError, match="weight") as error:
        jacobian(trajectory, weight)
    assert_one_sentence(error)


@pytest.mark.parametrize("part", ["value", "slope"])
def test_an_activation_that_is_not_entrywise_is_refused(part: str) -> None:
    def total(x: FloatArray) -> FloatArray:
        return np.asarray(x.sum())

    relu = ACTIVATIONS["relu"]
    phi = replace(relu, name="total", **{part: total})
    with pytest.raises(NetworkInputError, match="activation total maps shape") as error:
        run(phi=phi, **GOOD)
    assert_one_sentence(error)
