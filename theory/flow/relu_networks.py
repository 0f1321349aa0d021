"""Recurrences of rectifiers: eigenvalues below one, orthogonal weights."""

from __future__ import annotations

from sympy import Abs, Identity, Symbol

from theory.activations.identity import identity
from theory.activations.relu import relu, slopes_relu
from theory.flow.eigenvalues import abs_eigenvalue_pow_le_norm_pow
from theory.flow.recurrence import norm_jacobian_le_norm_pow_abs, pow_tendsto_zero_of_spectralRadius_lt_one
from theory.language.claims import claim
from theory.language.matrices import AbsMatrix, Norm, Recurrence, SpectralRadius, scaled
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, OrthogonalSquare, Phi, Square, Start, X, eq, gamma, n
from theory.tactics import Calc, GrowingOrbit, Have, Induction, Refute, Sign

t = Symbol("t")
ACTIVE = {"phi": identity, "gamma": 1, "n": 1, "W": [[1]]}


@claim(sources=["stackexchange", "pascanu2013"], ledger=["max-eigenvalue-below-one-vanishes"])
def jacobian_tendsto_zero_of_spectralRadius_lt_one(W: Square):
    """Folklore: eigenvalues below one make long-term gradients of a rectifier network vanish."""
    return implies(SpectralRadius(W) < 1, tends_to_zero(Norm(Recurrence(W, relu).jacobian(t)), t)), Refute(
        at={W: [[2, 4], [-1, -2]]}, by=GrowingOrbit(h=[1, 0], factor=2)
    )


@claim(sources=["stackexchange"], ledger=["orthogonal-init-relu-rnn"], corrects=["orthogonal_jacobian_isometry"])
def norm_orthogonal_jacobian_le_one(W: OrthogonalSquare, T: T_):
    """With orthogonal weights the gradient of a rectifier network never explodes."""
    return Norm(Recurrence(W, relu).jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@claim(sources=["stackexchange"], ledger=["orthogonal-init-relu-rnn"])
def orthogonal_jacobian_isometry(W: OrthogonalSquare, T: T_):
    """Folklore: orthogonal weights keep the gradient of a rectifier network at norm one.

    A quarter turn kills it in two steps.
    """
    return eq(Norm(Recurrence(W, relu).jacobian(T)), 1), Refute(
        at={W: [[0, -1], [1, 0]], "h_0": [1, 1], "v": [[0, 0], [0, -1]], T: 2}
    )


# --- while every unit is active -----------------------------------------------------------------------


@claim(sources=["zhihu61265076", "stackexchange"], ledger=["relu-cannot-fix-rnn-long-range"], example=ACTIVE)
def jacobian_eq_pow_of_active(W: Square, phi: Phi, T: T_):
    """Where every slope is 1 the product of the weights remains: the gradient is the T-th power of the weight."""
    net = Recurrence(W, phi)
    return implies(always(t, eq(net.mask(t), Identity(n))), eq(net.jacobian(T), W**T)), Induction(on=T)


@claim(
    sources=["zhihu61265076", "stackexchange", "gelfand1941"],
    ledger=["relu-cannot-fix-rnn-long-range"],
    example={**ACTIVE, "W": [[0]]},
)
def jacobian_tendsto_zero_of_active(W: Square, phi: Phi):
    """No activation cures vanishing: with every slope 1, eigenvalues below one still make the gradient vanish."""
    net = Recurrence(W, phi)
    active = always(t, eq(net.mask(t), Identity(n)))
    return implies(both(active, SpectralRadius(W) < 1), tends_to_zero(Norm(net.jacobian(t)), t)), Sign(
        equals=Norm(W**t),
        bound=Calc(by=[jacobian_eq_pow_of_active.at(T=t)]),
        by=[pow_tendsto_zero_of_spectralRadius_lt_one],
    )


@claim(
    sources=["zhihu61265076", "stackexchange"], ledger=["relu-cannot-fix-rnn-long-range"], example={**ACTIVE, "u": [1], "a": 1}
)
def abs_eigenvalue_pow_le_norm_jacobian_of_active(W: Square, phi: Phi, u: Start, a: X, T: T_):
    """Nor does one prevent explosion: with every slope 1 the gradient is at least the T-th power of any eigenvalue."""
    net = Recurrence(W, phi)
    active = always(t, eq(net.mask(t), Identity(n)))
    eigenvector = both(active, eq(W * u, scaled(a, u)), Norm(u) > 0)
    same = Have(eq(Norm(net.jacobian(T)), Norm(W**T)), Calc(by=[jacobian_eq_pow_of_active]))
    return implies(eigenvector, Abs(a) ** T <= Norm(net.jacobian(T))), Calc(by=[abs_eigenvalue_pow_le_norm_pow, same])


# --- weights without negative entries --------------------------------------------------------------------


@claim(sources=["hornjohnson2013"], ledger=["nonneg-normal-cases", "max-eigenvalue-below-one-vanishes"], example={**ACTIVE})
def norm_jacobian_le_norm_pow_of_nonneg(W: Square, phi: Phi, T: T_):
    """With a weight that has no negative entries, W = |W|, no masks make a gradient larger than the linear network has."""
    bound = Norm((gamma * W) ** T)
    return implies(eq(AbsMatrix(W), W), Norm(Recurrence(W, phi).jacobian(T)) <= bound), Calc(by=[norm_jacobian_le_norm_pow_abs])


@claim(
    sources=["hornjohnson2013", "gelfand1941"],
    ledger=["nonneg-normal-cases", "max-eigenvalue-below-one-vanishes"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example={**ACTIVE, "W": [[0]]},
)
def jacobian_tendsto_zero_of_nonneg(W: Square, phi: Phi):
    """For weights without negative entries, W = |W|, eigenvalues below one do make gradients vanish."""
    weight = gamma * W
    conditions = both(eq(AbsMatrix(W), W), SpectralRadius(weight) < 1)
    return implies(conditions, tends_to_zero(Norm(Recurrence(W, phi).jacobian(t)), t)), Sign(
        squeeze=Norm(weight**t),
        by=[norm_jacobian_le_norm_pow_of_nonneg.at(T=t), pow_tendsto_zero_of_spectralRadius_lt_one.at(W=weight)],
    )
