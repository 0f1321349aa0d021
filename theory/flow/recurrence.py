"""Gradients through a recurrence h_t = φ(W h_{t−1} + v_t): bounds for any activation with bounded slopes."""

from __future__ import annotations

from typing import Annotated

from sympy import MatrixSymbol, Rational, Symbol

from theory.activations.identity import identity
from theory.language.claims import claim
from theory.language.domains import PositiveDiagonal
from theory.language.matrices import AbsMatrix, Norm, Recurrence, SpectralRadius, grouped
from theory.language.statements import Entrywise, implies, tends_to_zero
from theory.language.symbols import T_, NormalSquare, Phi, Square, gamma, n
from theory.tactics import Chain, Have, Induction, Nonneg, Sign

t = Symbol("t")
Scaling = Annotated[MatrixSymbol, PositiveDiagonal(n)]
HALF = {"phi": identity, "gamma": 1, "n": 1, "W": [[Rational(1, 2)]]}


# --- the spectral norm ----------------------------------------------------------------------------


@claim(sources=["pascanu2013"], ledger=["singular-values-below-one-vanish"])
def norm_jacobian_le_pow(W: Square, phi: Phi, T: T_):
    """Through T steps a gradient grows at most like the T-th power of slope times weight."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= (gamma * Norm(W)) ** T, Induction(on=T)


@claim(
    sources=["pascanu2013", "stackexchange"],
    ledger=["singular-values-below-one-vanish"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example=HALF,
)
def jacobian_tendsto_zero_of_norm_lt_one(W: Square, phi: Phi):
    """Long-term gradients vanish when slope times largest singular value is below one, whatever the inputs."""
    jacobian = Norm(Recurrence(W, phi).jacobian(t))
    bound = (gamma * Norm(W)) ** t
    return implies(gamma * Norm(W) < 1, tends_to_zero(jacobian, t)), Sign(squeeze=bound, by=[norm_jacobian_le_pow.at(T=t)])


# --- a diagonal change of scale -----------------------------------------------------------------------


@claim(sources=["kaszkurewicz2000"], ledger=["diagonal-scaling-certificate"])
def norm_rescaled_jacobian_le_pow(W: Square, S: Scaling, phi: Phi, T: T_):
    """In rescaled coordinates the gradient obeys the same bound: a diagonal scaling commutes with every mask."""
    net = Recurrence(W, phi)
    regrouped = grouped(net.mask(T + 1), S * W * S**-1, S * net.jacobian(T) * S**-1)
    return Norm(S * net.jacobian(T) * S**-1) <= (gamma * Norm(S * W * S**-1)) ** T, Induction(
        on=T, step=Chain(through=[Norm(regrouped)])
    )


@claim(sources=["kaszkurewicz2000"], ledger=["diagonal-scaling-certificate"])
def norm_jacobian_le_of_scaling(W: Square, S: Scaling, phi: Phi, T: T_):
    """One good diagonal scaling bounds the gradient, at the price of its condition number."""
    net = Recurrence(W, phi)
    back = Norm(grouped(S**-1, S * net.jacobian(T) * S**-1, S))
    bound = Norm(S**-1) * Norm(S) * (gamma * Norm(S * W * S**-1)) ** T
    return Norm(net.jacobian(T)) <= bound, Chain(through=[back], by=[norm_rescaled_jacobian_le_pow])


@claim(
    sources=["kaszkurewicz2000"],
    ledger=["diagonal-scaling-certificate", "max-eigenvalue-below-one-vanishes"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example={**HALF, "S": [[1]]},
)
def jacobian_tendsto_zero_of_scaling(W: Square, S: Scaling, phi: Phi):
    """Gradients vanish when some diagonal scaling makes slope times weight a contraction."""
    rate = gamma * Norm(S * W * S**-1)
    return implies(rate < 1, tends_to_zero(Norm(Recurrence(W, phi).jacobian(t)), t)), Sign(
        squeeze=Norm(S**-1) * Norm(S) * rate**t, by=[norm_jacobian_le_of_scaling.at(T=t)]
    )


# --- absolute values ------------------------------------------------------------------------------------


@claim(sources=["hornjohnson2013"], ledger=["abs-spectral-radius-mask-bound"])
def abs_jacobian_le_pow_abs(W: Square, phi: Phi, T: T_):
    """Entry by entry a gradient is at most the T-th power of the absolute weights, times slopes."""
    return Entrywise(AbsMatrix(Recurrence(W, phi).jacobian(T)), (gamma * AbsMatrix(W)) ** T), Induction(on=T)


@claim(sources=["hornjohnson2013"], ledger=["abs-spectral-radius-mask-bound"])
def norm_jacobian_le_norm_pow_abs(W: Square, phi: Phi, T: T_):
    """A gradient is never larger than that of the linear network with absolute weights."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= Norm((gamma * AbsMatrix(W)) ** T), Chain(by=[abs_jacobian_le_pow_abs])


@claim(
    sources=["gelfand1941", "hornjohnson2013"],
    ledger=["gelfand"],
    unproved="the Jordan form or complex analysis is outside the kernel",
)
def pow_tendsto_zero_of_spectralRadius_lt_one(W: Square):
    """Powers of a matrix vanish when all eigenvalues lie inside the unit circle (Gelfand)."""
    return implies(SpectralRadius(W) < 1, tends_to_zero(Norm(W**t), t))


@claim(
    sources=["gelfand1941", "hornjohnson2013"],
    ledger=["abs-spectral-radius-mask-bound", "max-eigenvalue-below-one-vanishes"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example={**HALF, "W": [[0]]},
)
def jacobian_tendsto_zero_of_abs_spectralRadius_lt_one(W: Square, phi: Phi):
    """Gradients vanish when the absolute weights, times the slope bound, have spectral radius below one."""
    scaled = gamma * AbsMatrix(W)
    return implies(SpectralRadius(scaled) < 1, tends_to_zero(Norm(Recurrence(W, phi).jacobian(t)), t)), Sign(
        squeeze=Norm(scaled**t),
        by=[norm_jacobian_le_norm_pow_abs.at(T=t), pow_tendsto_zero_of_spectralRadius_lt_one.at(W=scaled)],
    )


# --- normal weights ---------------------------------------------------------------------------------------


@claim(sources=["hornjohnson2013"], ledger=["nonneg-normal-cases"], unproved="the spectral theorem is outside the kernel")
def norm_le_spectralRadius_of_normal(W: NormalSquare):
    """For a matrix that commutes with its transpose the largest singular value is the largest absolute eigenvalue."""
    return Norm(W) <= SpectralRadius(W)


@claim(
    sources=["hornjohnson2013", "pascanu2013"],
    ledger=["max-eigenvalue-below-one-vanishes"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example={**HALF, "W": [[0]]},
)
def jacobian_tendsto_zero_of_normal(W: NormalSquare, phi: Phi):
    """For normal weights, symmetric ones among them, eigenvalues below one do make gradients vanish."""
    rate, radius = gamma * Norm(W), gamma * SpectralRadius(W)
    below = Have(rate < 1, Nonneg((1 - radius) + gamma * (SpectralRadius(W) - Norm(W))))
    return implies(gamma * SpectralRadius(W) < 1, tends_to_zero(Norm(Recurrence(W, phi).jacobian(t)), t)), Sign(
        squeeze=rate**t, by=[norm_jacobian_le_pow.at(T=t), norm_le_spectralRadius_of_normal, below]
    )
