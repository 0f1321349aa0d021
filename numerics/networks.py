"""Recurrent networks in floats: batched forward passes and Jacobian products that keep their scale.

The recurrence is h_t = φ(W h_{t−1} + v_t). The drive v_t is everything that does not depend on the
state (U x_t + b, say). Its end-to-end Jacobian is ∂h_T/∂h_0 = D_T W ⋯ D_1 W with
D_t = diag φ'(W h_{t−1} + v_t), and it depends on the start and on the drive through the D_t alone.

Every array has leading batch axes, written `…`, which broadcast; the last axes are steps T and
width n. All numbers are float64. Floats propose: nothing here decides a claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import frexp
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from theory.language.errors import GradproofError

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]


class NetworkInputError(GradproofError, ValueError):
    """An array given to a network has the wrong shape or holds something else than finite real numbers."""


# --- Activations -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FloatActivation:
    """An activation as two entrywise functions of float64 arrays: `value` is φ, `slope` is φ'.

    Both keep the shape of their argument and map NaN to NaN, so that an overflow further up stays visible.
    """

    name: str
    value: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


def _sech(x: FloatArray) -> FloatArray:
    """1/cosh x. With e = exp(−|x|) ≤ 1 nothing overflows, and 2e/(1 + e²) rounds to at most 1."""
    decay = np.exp(-np.abs(x))
    return 2 * decay / (1 + decay * decay)


def _softplus(x: FloatArray) -> FloatArray:
    """log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which neither overflows nor loses its left tail."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _step(x: FloatArray) -> FloatArray:
    """1 where x > 0, 0 where x ≤ 0, NaN where x is NaN."""
    return np.heaviside(x, 0.0)


ACTIVATIONS = MappingProxyType(
    {
        phi.name: phi
        for phi in (
            FloatActivation("identity", value=np.positive, slope=lambda x: np.where(np.isnan(x), x, 1.0)),
            FloatActivation("tanh", value=np.tanh, slope=lambda x: _sech(x) ** 2),
            FloatActivation("sigmoid", value=expit, slope=lambda x: (_sech(x / 2) / 2) ** 2),
            FloatActivation("relu", value=lambda x: np.maximum(x, 0.0), slope=_step),
            FloatActivation("leaky_relu", value=lambda x: np.maximum(x, x / 100), slope=lambda x: np.maximum(_step(x), 0.01)),
            FloatActivation("softplus", value=_softplus, slope=expit),
            FloatActivation("hard_tanh", value=lambda x: np.clip(x, -1.0, 1.0), slope=lambda x: _step(1 - np.abs(x))),
        )
    }
)
"""Stable float forms by name.

The slopes of tanh and sigmoid are squares of sech, as tanh' = sech² and σ'(x) = sech²(x/2)/4: within
5 ulp of the truth far into the tails, where 1 − tanh² and σ(1 − σ) are already 0, and never above
their suprema 1 and 1/4, which expit(x)·expit(−x) exceeds by an ulp.

At a kink the slope of the flatter side is taken: relu'(0) = 0, leaky_relu'(0) = 1/100, hard_tanh'(±1) = 0.
That is one choice among many: any number between the one-sided slopes, [0, 1] for relu, would do as well.
"""


# --- Forward pass ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """What a run of the recurrence went through; the arrays are read-only.

    states (…, T+1, n): h_0, …, h_T
    preactivations (…, T, n): W h_{t−1} + v_t for t = 1, …, T
    slopes (…, T, n): φ' there, the diagonals of D_1, …, D_T; NaN where the preactivation overflowed
    """

    states: FloatArray
    preactivations: FloatArray
    slopes: FloatArray

    @property
    def finite(self) -> npt.NDArray[np.bool_]:
        """Which networks (…) stayed within float64; the Jacobian of any other holds NaN."""
        return np.asarray(np.isfinite(self.slopes).all((-2, -1)) & np.isfinite(self.states).all((-2, -1)))


def run(weight: npt.ArrayLike, phi: FloatActivation, start: npt.ArrayLike, drive: npt.ArrayLike) -> Trajectory:
    """Iterate h_t = φ(W h_{t−1} + v_t) from h_0 = start, for a whole batch of networks at once.

    weight (…, n, n), start (…, n), drive (…, T, n), with n ≥ 1 and T ≥ 0. The batch axes broadcast.
    A network whose state overflows carries on as inf or NaN and is not `finite`; a state that underflows
    is 0, where relu' is 0, so that a long undriven decay may end in a zero Jacobian.

    Raises NetworkInputError for other shapes, and for entries that are not finite real numbers.
    """
    matrix, state, force = _square("weight", weight), _reals("start", start, "(…, n)"), _reals("drive", drive, "(…, T, n)")
    n = matrix.shape[-1]
    for name, array in (("start", state), ("drive", force)):
        if array.shape[-1] != n:
            raise NetworkInputError(f"{name} has width {array.shape[-1]} but weight has {n}; give both the same last axis")
    batches = matrix.shape[:-2], state.shape[:-1], force.shape[:-2]
    try:
        batch = np.broadcast_shapes(*batches)
    except ValueError:
        message = "the batch axes {}, {} and {} of weight, start and drive do not broadcast; make them equal or 1"
        raise NetworkInputError(message.format(*batches)) from None

    steps = force.shape[-2]
    states, preactivations = np.empty((*batch, steps + 1, n)), np.empty((*batch, steps, n))
    states[..., 0, :] = state
    with np.errstate(over="ignore", invalid="ignore"):  # `finite` reports overflow, network by network
        for t in range(steps):
            preactivations[..., t, :] = (matrix @ states[..., t, :, None])[..., 0] + force[..., t, :]
            states[..., t + 1, :] = _entrywise(phi, phi.value, preactivations[..., t, :])
        slopes = _entrywise(phi, phi.slope, preactivations)
    # An infinite preactivation may be the overflow of a sum that truly is small: its slope is unknown.
    slopes = np.where(np.isfinite(preactivations), slopes, np.nan)
    for array in (states, preactivations, slopes):
        array.flags.writeable = False
    return Trajectory(states, preactivations, slopes)


def _entrywise(phi: FloatActivation, function: Callable[[FloatArray], FloatArray], x: FloatArray) -> FloatArray:
    """`function(x)`, checked to have kept the shape (a scalar would be broadcast in silence)."""
    y = np.asarray(function(x), dtype=np.float64)
    if y.shape != x.shape:
        raise NetworkInputError(f"activation {phi.name} maps shape {x.shape} to {y.shape}; make its value and slope entrywise")
    return y


# --- Jacobian products -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ScaledMatrix:
    """The matrices mantissa · 2^exponent: mantissa (…, n, n), integer exponent (…,).

    The largest entry of a mantissa has magnitude in [1/2, 1); a zero matrix has exponent 0. Products of
    thousands of matrices thus keep their leading bits where plain floats are 0 or inf. An entry 2^1022 times smaller
    than the largest of its matrix may be lost, so a zero is a proposal, as everything in floats.
    """

    mantissa: FloatArray
    exponent: IntArray

    def log2_norm(self) -> FloatArray:
        """log₂ of the spectral norm (…,): −inf for a zero matrix, NaN for one that holds NaN."""
        known = np.asarray(np.isfinite(self.mantissa).all((-2, -1)))
        # LAPACK raises on NaN, which one network of a batch must not do to the others.
        norm = np.linalg.svdvals(np.where(known[..., None, None], self.mantissa, 0.0))[..., 0]
        with np.errstate(divide="ignore"):
            return np.where(known, np.log2(norm) + self.exponent, np.nan)

    def to_array(self) -> FloatArray:
        """Return the matrices (…, n, n) as plain floats, rounded to subnormal, 0 or ±inf where out of range."""
        exponent = np.clip(self.exponent, -4096, 4096).astype(np.intc)  # all that ldexp can take; far out of range
        with np.errstate(over="ignore"):
            return np.ldexp(self.mantissa, exponent[..., None, None])


def jacobian(trajectory: Trajectory, weight: npt.ArrayLike) -> ScaledMatrix:
    """Form the end-to-end Jacobian ∂h_T/∂h_0 = D_T W ⋯ D_1 W along a trajectory; I when T = 0.

    `weight` (…, n, n) is the one that made the trajectory; its batch axes broadcast to the trajectory's.
    Scaling is by powers of two, hence free of rounding: entries are bitwise those of the plain product
    D_T (W (⋯ D_1 (W I))) wherever that stays in the normal range of float64, and its entries within a
    factor of 2^900 of each other.

    Raises NetworkInputError if `weight` does not fit the trajectory or is not finite.
    """
    matrix = _square("weight", weight)
    *batch, steps, n = trajectory.slopes.shape
    if matrix.shape[-1] != n or not _broadcasts(matrix.shape[:-2], tuple(batch)):
        needed = (*batch, n, n)
        raise NetworkInputError(
            f"weight has shape {matrix.shape} but the trajectory needs {needed}; pass the weight of its run"
        )
    factor, factor_exponent = _normalised(matrix, (-2, -1))
    exponent = np.broadcast_to(steps * factor_exponent, batch)
    product = np.broadcast_to(np.eye(n), (*batch, n, n))
    stride = _stride(factor, trajectory.slopes)
    for t in range(steps):
        product = trajectory.slopes[..., t, :, None] * (factor @ product)
        if t % stride == stride - 1:
            product, shift = _normalised(product, (-2, -1))
            exponent = exponent + shift
    return _scaled(product, exponent)


def masks(trajectory: Trajectory) -> ScaledMatrix:
    """Form the product D_T ⋯ D_1 of the diagonal slope matrices alone; I when T = 0.

    Each entry carries its own exponent until the end: one that dies late cannot take a small one with it.
    """
    factors, shifts = np.frexp(trajectory.slopes)
    *batch, steps, n = factors.shape
    product: FloatArray = np.ones((*batch, n))
    exponents = np.asarray(shifts.sum(-2, dtype=np.int64))
    for t in range(steps):
        product, shift = np.frexp(product * factors[..., t, :])
        exponents += shift
    common = np.asarray(np.where(product != 0, exponents, exponents.min(-1, keepdims=True)).max(-1, keepdims=True))
    below = np.clip(exponents - common, -4096, 0).astype(np.intc)
    return _scaled(np.ldexp(product, below)[..., None] * np.eye(n), common[..., 0])


def _scaled(product: FloatArray, exponent: IntArray) -> ScaledMatrix:
    """Bring product · 2^exponent into the one form that `ScaledMatrix` promises, read-only."""
    mantissa, shift = _normalised(product, (-2, -1))
    exponent = np.where((mantissa != 0).any((-2, -1)), exponent + shift, 0)
    for array in (mantissa, exponent):
        array.flags.writeable = False
    return ScaledMatrix(mantissa, exponent)


def _normalised(array: FloatArray, axes: tuple[int, ...]) -> tuple[FloatArray, IntArray]:
    """`array` = mantissa · 2^exponent, one exponent over `axes`, the largest |mantissa| in [1/2, 1) or 0."""
    exponent = _exponents(np.abs(array).max(axes, keepdims=True))
    return np.ldexp(array, -exponent), exponent.squeeze(axes).astype(np.int64)


def _exponents(array: FloatArray) -> npt.NDArray[np.intc]:
    """Read the base-2 exponents of the entries; 0 for zero, inf and NaN, whose exponents C leaves open."""
    return np.frexp(np.where(np.isfinite(array), array, 0.0))[1]


def _stride(factor: FloatArray, slopes: FloatArray) -> int:
    """After how many steps to rescale: 16, or fewer where 16 could leave the range of normal floats.

    A step multiplies by entries of W and φ' and adds up n terms, so, cancellation aside, it moves exponents
    by at most the sum below; 900 keeps clear of 1022. With stride 1 a step starts from entries below 1.
    """
    reach = factor.shape[-1].bit_length()
    for part in (np.abs(factor), np.abs(slopes)):
        ordinary = (part > 0) & (part < np.inf)
        extremes = part.min(where=ordinary, initial=1.0), part.max(where=ordinary, initial=1.0)
        reach += max(abs(frexp(extreme)[1]) for extreme in extremes)
    return min(16, max(1, 900 // reach))


# --- Input -------------------------------------------------------------------------------------


def _reals(name: str, value: npt.ArrayLike, shape: str) -> FloatArray:
    """`value` as finite float64s with at least the core axes that `shape` names and width n ≥ 1."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise NetworkInputError(f"{name} is ragged; give an array of shape {shape}") from None
    if array.dtype.kind not in "iuf":
        raise NetworkInputError(f"{name} holds {array.dtype} entries; give real numbers, exact ones as their float view")
    if array.ndim < shape.count(",") or array.shape[-1] == 0:
        raise NetworkInputError(f"{name} has shape {array.shape}; give an array of shape {shape} with n ≥ 1")
    with np.errstate(over="ignore"):
        array = array.astype(np.float64)
    if not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise NetworkInputError(f"{name} holds {array[at]} at index {at}; give finite numbers")
    return array


def _square(name: str, value: npt.ArrayLike) -> FloatArray:
    """`value` as finite square matrices."""
    array = _reals(name, value, "(…, n, n)")
    if array.shape[-1] != array.shape[-2]:
        raise NetworkInputError(f"{name} has shape {array.shape}; make its last two axes equal")
    return array


def _broadcasts(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Whether arrays of `shape` broadcast to `target` without enlarging it."""
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False
