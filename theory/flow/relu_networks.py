"""Recurrences of rectifiers: eigenvalues below one, orthogonal weights."""

from __future__ import annotations

from sympy import Symbol

from theory.activations.relu import relu, slopes_relu
from theory.language.claims import claim
from theory.language.matrices import Norm, Recurrence, SpectralRadius
from theory.language.statements import implies, tends_to_zero
from theory.language.symbols import T_, OrthogonalSquare, Square, eq
from theory.tactics import GrowingOrbit, Induction, Refute

t = Symbol("t")


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
