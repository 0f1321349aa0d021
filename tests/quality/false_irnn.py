"""False variants of claims about the IRNN and networks near it."""

from __future__ import annotations

from typing import Annotated

from sympy import Identity, MatrixSymbol, Ne, Rational, Symbol

from tests.quality.variants import false
from theory.activations.identity import identity
from theory.activations.relu import abs_relu_le, relu, relu_nonneg, slope_relu_mem_Icc, slopes_relu
from theory.flow.irnn import (
    irnn_jacobian_eq_one_of_active,
    irnn_jacobian_eq_zero_of_inactive,
    irnn_jacobian_mem_Icc,
    irnn_jacobian_offDiagonal,
    irnn_state_nonneg,
    irnn_state_of_constant_drive,
    norm_irnn_state_le_sum,
    norm_near_identity_jacobian_attained,
    norm_near_identity_jacobian_le_pow,
    norm_near_identity_jacobian_sub_masks_le,
    scaled_identity_jacobian,
)
from theory.language.claims import claim
from theory.language.domains import PositiveDiagonal
from theory.language.matrices import (
    Entry,
    Norm,
    Recurrence,
    SumOf,
    scaled,
)
from theory.language.statements import always, both, implies, slopes_within
from theory.language.symbols import (
    T_,
    Coordinate,
    Drive,
    NonnegativeX,
    Square,
    Start,
    X,
    eq,
    n,
)
from theory.tactics import Calc, Chain, Induction, Nonneg, Parts, SlopesFrom

t, k = Symbol("t"), Symbol("k")
EPS = Rational(1, 10**9)
irnn = Recurrence(Identity(n), relu)
Scaling = Annotated[MatrixSymbol, PositiveDiagonal(n)]


# --- the IRNN ---------------------------------------------------------------------------------------------


@false("hypothesis", irnn_jacobian_offDiagonal)
@claim()
def irnn_jacobian_entry_eq_zero(i: Coordinate, j: Coordinate, T: T_):
    """Every entry of the IRNN's Jacobian product is zero."""
    return eq(Entry(irnn.jacobian(T), i, j), 0), Induction(on=T)


@false("bound", irnn_jacobian_mem_Icc)
@claim()
def irnn_jacobian_lt_one(i: Coordinate, T: T_):
    """Each diagonal entry of the IRNN's Jacobian product is below 1 − 1e-9."""
    entry = Entry(irnn.jacobian(T), i, i)
    step = Parts((Nonneg(), Nonneg()))
    slope = slope_relu_mem_Icc.at(x=Entry(irnn.preactivation(T + 1), i))
    return both(entry >= 0, entry <= 1 - EPS), Induction(on=T, step=step, by=[slope])


@false("hypothesis", irnn_jacobian_eq_one_of_active)
@claim()
def irnn_jacobian_eq_one_of_active_start(i: Coordinate, T: T_):
    """A unit that is active at the first step passes its gradient unchanged for ever."""
    return implies(Entry(irnn.preactivation(1), i) > 0, eq(Entry(irnn.jacobian(T), i, i), 1)), Induction(on=T)


@false("power", irnn_jacobian_eq_zero_of_inactive, beyond="")
@claim()
def irnn_jacobian_eq_zero_before(i: Coordinate, j: Coordinate, s: T_, T: T_):
    """A unit that is inactive one step later has a gradient of zero already."""
    inactive = both(Entry(irnn.preactivation(s + 1), i) < 0, s <= T)
    return implies(inactive, eq(Entry(irnn.jacobian(T), i, j), 0)), Induction(on=T, least=s)


@false("factor", norm_irnn_state_le_sum)
@claim()
def norm_irnn_state_le_start(h_0: Start, v: Drive, T: T_):
    """The state of the IRNN is at most half its start and its inputs."""
    net = Recurrence(Identity(n), relu, h_0, v)
    return Norm(net.state(T)) <= Norm(h_0) / 2 + SumOf(Norm(v.at(k)), k, 1, T), Induction(on=T, by=[abs_relu_le])


@false("power", norm_irnn_state_le_sum)
@claim()
def norm_irnn_state_le_sum_short(h_0: Start, v: Drive, T: T_):
    """The state of the IRNN is at most its start and all inputs but the last."""
    net = Recurrence(Identity(n), relu, h_0, v)
    return Norm(net.state(T + 1)) <= Norm(h_0) + SumOf(Norm(v.at(k)), k, 1, T), Induction(on=T, by=[abs_relu_le])


@false("hypothesis", irnn_state_nonneg)
@claim()
def irnn_state_nonneg_at_start(i: Coordinate, T: T_):
    """No state of the IRNN is negative, the start included."""
    return Entry(irnn.state(T), i) >= 0, Calc(by=[relu_nonneg.at(x=Entry(irnn.preactivation(T), i))])


@false("hypothesis", irnn_state_of_constant_drive)
@claim(example={"n": 1, "h_0": [0], "v": [], "u": 0})
def irnn_state_of_signed_drive(h_0: Start, v: Drive, i: Coordinate, u: X, T: T_):
    """A constant input of any sign adds up."""
    net = Recurrence(Identity(n), relu, h_0, v)
    constant = both(Entry(h_0, i) >= 0, always(t, eq(Entry(v.at(t), i), u)))
    return implies(constant, eq(Entry(net.state(T), i), Entry(h_0, i) + T * u)), Induction(on=T)


@false("hypothesis", norm_near_identity_jacobian_le_pow)
@claim()
def norm_near_identity_jacobian_le_pow_signed(E: Square, epsilon: X, T: T_):
    """The bound near the identity for ε of any sign."""
    net = Recurrence(Identity(n) + epsilon * E, relu)
    return Norm(net.jacobian(T)) <= (1 + epsilon * Norm(E)) ** T, Induction(on=T, by=[slopes_relu])


@false("factor", norm_near_identity_jacobian_le_pow)
@claim()
def norm_near_identity_jacobian_le_linear(E: Square, epsilon: NonnegativeX, T: T_):
    """The gradient near the identity grows only linearly."""
    net = Recurrence(Identity(n) + epsilon * E, relu)
    return Norm(net.jacobian(T)) <= 1 + T * epsilon * Norm(E), Induction(on=T, by=[slopes_relu])


@false("factor", norm_near_identity_jacobian_sub_masks_le)
@claim()
def norm_near_identity_jacobian_sub_identity_le(E: Square, epsilon: NonnegativeX, T: T_):
    """The Jacobian product itself, masks included, stays that near to the identity."""
    net = Recurrence(Identity(n) + epsilon * E, relu)
    return Norm(net.jacobian(T) - Identity(n)) <= (1 + epsilon * Norm(E)) ** T - 1, Induction(on=T, by=[slopes_relu])


@false("hypothesis", norm_near_identity_jacobian_attained)
@claim()
def norm_near_identity_attained_signed(epsilon: X, T: T_):
    """The norm is (1 + ε)^T for ε of any sign."""
    net = Recurrence(scaled(1 + epsilon, Identity(n)), identity)
    return eq(Norm(net.jacobian(T)), (1 + epsilon) ** T), Chain(by=[scaled_identity_jacobian])


@false("power", scaled_identity_jacobian)
@claim()
def scaled_identity_jacobian_next(epsilon: NonnegativeX, T: T_):
    """One power too many."""
    net = Recurrence(scaled(1 + epsilon, Identity(n)), identity)
    return eq(net.jacobian(T), scaled((1 + epsilon) ** (T + 1), Identity(n))), Induction(on=T)


@false("bound", slopes_relu, beyond="a bound on all slopes is not evaluated at a point")
@claim()
def slopes_relu_half():
    """Every slope of the rectifier is at most 1/2."""
    return slopes_within(relu, Rational(1, 2)), SlopesFrom(slope_relu_mem_Icc)


@false("flip", irnn_jacobian_offDiagonal)
@claim()
def irnn_jacobian_diagonal(i: Coordinate, j: Coordinate, T: T_):
    """Off the diagonal the IRNN's Jacobian product is 1."""
    return implies(Ne(i, j), eq(Entry(irnn.jacobian(T), i, j), 1)), Induction(on=T)
