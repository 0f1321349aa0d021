"""Gradients through a recurrence h_t = φ(W h_{t−1} + v_t): bounds for any activation with bounded slopes."""

from __future__ import annotations

from typing import Annotated

from sympy import MatrixSymbol, Rational, Symbol

from theory.activations.identity import identity
from theory.flow.norms import norm_mul_le
from theory.language.claims import claim
from theory.language.domains import PositiveDiagonal
from theory.language.matrices import AbsMatrix, Norm, Recurrence, SpectralRadius, grouped, scaled
from theory.language.statements import Entrywise, always, implies, tends_to_zero
from theory.language.symbols import T_, Drive, NormalSquare, Phi, Square, Start, X, eq, gamma, n
from theory.tactics import Calc, Chain, Have, Induction, Nonneg, Refute, Sign

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
    weight = gamma * AbsMatrix(W)
    return implies(SpectralRadius(weight) < 1, tends_to_zero(Norm(Recurrence(W, phi).jacobian(t)), t)), Sign(
        squeeze=Norm(weight**t),
        by=[norm_jacobian_le_norm_pow_abs.at(T=t), pow_tendsto_zero_of_spectralRadius_lt_one.at(W=weight)],
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


# --- what the gradient depends on ---------------------------------------------------------------------------


@claim(sources=["stackexchange"], ledger=["vanishing-not-only-activation"])
def jacobian_succ(W: Square, phi: Phi, T: T_):
    """The chain rule through time: each step multiplies the gradient by the weight and by the slopes at that step."""
    net = Recurrence(W, phi)
    return eq(net.jacobian(T + 1), grouped(net.mask(T + 1), W, net.jacobian(T))), Calc()


@claim(sources=["stackexchange"], ledger=["vanishing-not-only-activation"])
def norm_jacobian_succ_le(W: Square, phi: Phi, T: T_):
    """At each step both count: the gradient grows at most by the largest slope of that step times the norm of the weight."""
    net = Recurrence(W, phi)
    D, J = net.mask(T + 1), net.jacobian(T)
    first, second = norm_mul_le.at(A=D, B=grouped(W, J)), norm_mul_le.at(A=W, B=J)
    gap = Norm(D) * (Norm(W) * Norm(J) - Norm(W * J)) + (Norm(D) * Norm(W * J) - Norm(net.jacobian(T + 1)))
    return Norm(net.jacobian(T + 1)) <= Norm(D) * Norm(W) * Norm(J), Nonneg(gap, by=[first, second])


@claim(sources=["stackexchange"], ledger=["vanishing-not-only-activation"], example={**HALF, "c": 2})
def jacobian_of_scaled_weight(W: Square, h_0: Start, v: Drive, k_0: Start, u: Drive, phi: Phi, c: X, T: T_):
    """While the slopes stay the same, c times the weight makes the gradient c^T times as large: no activation undoes that."""
    net, larger = Recurrence(W, phi, h_0, v), Recurrence(scaled(c, W), phi, k_0, u)
    same = always(t, eq(larger.mask(t), net.mask(t)))
    return implies(same, eq(larger.jacobian(T), scaled(c**T, net.jacobian(T)))), Induction(on=T)


# --- exploding needs more than a contraction ------------------------------------------------------------------


@claim(sources=["pascanu2013"], ledger=["pascanu-vanish-explode"], example=HALF)
def norm_jacobian_le_one_of_norm_le_one(W: Square, phi: Phi, T: T_):
    """Gradients can explode only where slope times largest singular value is above one."""
    return implies(gamma * Norm(W) <= 1, Norm(Recurrence(W, phi).jacobian(T)) <= 1), Induction(on=T)


@claim(sources=["pascanu2013"], ledger=["pascanu-vanish-explode"])
def one_le_norm_jacobian_of_one_lt_norm(W: Square, T: T_):
    """Folklore: a largest singular value above one makes gradients explode. This one is 100, and two steps lose the
    gradient."""
    return implies(Norm(W) > 1, Norm(Recurrence(W, identity).jacobian(T)) >= 1), Refute(
        at={W: [[0, 100], [0, 0]], "h_0": [0, 0], "v": [], T: 2}
    )
