"""Residual networks: what adding the input to each layer's output does to a gradient."""

from __future__ import annotations

from sympy import Identity, Symbol

from theory.flow.norms import norm_mul_column_le, norm_sub_column_le
from theory.language.claims import claim
from theory.language.layers import Residual
from theory.language.matrices import Norm, added, grouped, scaled
from theory.language.recursion import Recursion, product_of
from theory.language.statements import always, implies
from theory.language.symbols import T_, Drive, NonnegativeX, Phi, Square, Start, UnitX, Weights, eq, gamma, n
from theory.tactics import Induction, Nonneg

t = Symbol("t")


def steps_from_identity(A: Weights) -> Recursion:
    """(I + A_T) … (I + A_1): the Jacobian of a network whose layers add what they compute to their input."""
    return Recursion("J", Identity(n), lambda before, k: grouped(added(Identity(n), A.at(k)), before))


def carried(A: Weights, delta_0: Start) -> Recursion:
    """(I + A_T) … (I + A_1) δ_0: a perturbation on its way through such a network."""
    return Recursion("delta", delta_0, lambda before, k: added(before, grouped(A.at(k), before)))


@claim(ledger=["residual-bounds"])
def norm_residual_product_le_prod(A: Weights, T: T_):
    """A gradient through residual layers I + A_l grows at most like the product of 1 + ‖A_l‖."""
    return Norm(steps_from_identity(A).at(T)) <= product_of(lambda k: 1 + Norm(A.at(k)), T), Induction(on=T)


@claim(ledger=["residual-bounds"])
def norm_le_norm_residual_add(A: Square, x: Start):
    """One residual layer takes at most ‖A‖‖x‖ off the length of x."""
    whole = added(x, grouped(A, x))
    moved = grouped(A, x)
    return Norm(x) <= Norm(whole) + Norm(A) * Norm(x), Nonneg(
        (Norm(whole) + Norm(moved) - Norm(x)) + (Norm(A) * Norm(x) - Norm(moved)),
        by=[norm_sub_column_le.at(y=whole, d=moved), norm_mul_column_le.at(W=A, u=x)],
    )


@claim(ledger=["residual-bounds"], example={"n": 1, "delta_0": [1], "A": [], "T": 1})
def prod_le_norm_residual_perturbation(A: Weights, delta_0: Start, T: T_):
    """No perturbation shrinks below the product of 1 − ‖A_l‖ where every ‖A_l‖ is at most one."""
    delta, factor = carried(A, delta_0), product_of(lambda k: 1 - Norm(A.at(k)), T)
    here, after, layer = delta.at(T), delta.at(T + 1), A.at(T + 1)
    shrinks_by = Norm(after) + Norm(layer) * Norm(here) - Norm(here)
    step = Nonneg(
        (1 - Norm(layer)) * (Norm(here) - factor * Norm(delta_0)) + shrinks_by,
        by=[norm_le_norm_residual_add.at(A=layer, x=here)],
    )
    return implies(always(t, Norm(A.at(t)) <= 1), factor * Norm(delta_0) <= Norm(here)), Induction(on=T, step=step)


@claim(ledger=["residual-bounds"])
def residual_product_of_multiples(c: NonnegativeX, T: T_):
    """The upper bound is attained: layers I + cI multiply every gradient by 1 + c."""
    layer = added(Identity(n), scaled(c, Identity(n)))
    J = Recursion("J", Identity(n), lambda before, k: grouped(layer, before))
    return eq(J.at(T), scaled((1 + c) ** T, Identity(n))), Induction(on=T)


@claim(ledger=["residual-bounds"])
def residual_product_of_opposite_multiples(c: UnitX, T: T_):
    """The lower bound is attained: layers I − cI multiply every gradient by 1 − c."""
    layer = added(Identity(n), scaled(-c, Identity(n)))
    J = Recursion("J", Identity(n), lambda before, k: grouped(layer, before))
    return eq(J.at(T), scaled((1 - c) ** T, Identity(n))), Induction(on=T)


@claim(ledger=["residual-bounds", "chain-rule-kill"])
def norm_residual_jacobian_le_prod(W: Weights, v: Drive, h_0: Start, phi: Phi, T: T_):
    """A gradient through a residual network with weights of its own in each layer is at most the product of 1 + γ‖W_l‖."""
    net = Residual(W, phi, h_0, v)
    return Norm(net.jacobian(T)) <= product_of(lambda k: 1 + gamma * Norm(W.at(k)), T), Induction(on=T)
