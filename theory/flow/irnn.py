"""The IRNN: a recurrence of rectifiers started at the identity matrix with zero bias."""

from __future__ import annotations

from sympy import Identity, Ne, Symbol

from theory.activations.identity import identity
from theory.activations.relu import abs_relu_le, relu, relu_nonneg, slope_relu_mem_Icc, slopes_relu
from theory.language.claims import claim
from theory.language.matrices import Entry, Norm, Recurrence, SumOf, added, grouped, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Coordinate, Drive, NonnegativeX, Square, Start, eq, n
from theory.tactics import Calc, Chain, Induction, Nonneg, Parts, Refute

t = Symbol("t")
k = Symbol("k")
irnn = Recurrence(Identity(n), relu)


# --- the gradient ---------------------------------------------------------------------------------


@claim(sources=["le2015", "zhihu61265076"], ledger=["irnn-gradient-unchanged"], corrects=["irnn_jacobian_eq_identity"])
def irnn_jacobian_offDiagonal(i: Coordinate, j: Coordinate, T: T_):
    """The gradient of the IRNN couples no two units: its Jacobian product is diagonal."""
    return implies(Ne(i, j), eq(Entry(irnn.jacobian(T), i, j), 0)), Induction(on=T)


@claim(sources=["le2015", "zhihu61265076"], ledger=["irnn-gradient-unchanged"], corrects=["irnn_jacobian_eq_identity"])
def irnn_jacobian_mem_Icc(i: Coordinate, T: T_):
    """Each diagonal entry of the IRNN's Jacobian product lies between 0 and 1, whatever slope is used at the kink."""
    now, before = Entry(irnn.mask(T + 1), i, i), Entry(irnn.jacobian(T), i, i)
    entry = Entry(irnn.jacobian(T), i, i)
    step = Parts((Nonneg(now * before), Nonneg((1 - now) + now * (1 - before))))
    return both(entry >= 0, entry <= 1), Induction(
        on=T, step=step, by=[slope_relu_mem_Icc.at(x=Entry(irnn.preactivation(T + 1), i))]
    )


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"], corrects=["irnn_jacobian_eq_identity"])
def norm_irnn_jacobian_le_one(T: T_):
    """The gradient of the IRNN never explodes."""
    return Norm(irnn.jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@claim(ledger=["irnn-gradient-unchanged"], corrects=["irnn_jacobian_eq_identity"], example={"n": 1, "h_0": [1]})
def irnn_jacobian_eq_one_of_active(i: Coordinate, T: T_):
    """A unit of the IRNN that is active at every step passes its gradient unchanged."""
    active = always(t, Entry(irnn.preactivation(t), i) > 0)
    return implies(active, eq(Entry(irnn.jacobian(T), i, i), 1)), Induction(on=T)


@claim(
    ledger=["irnn-gradient-unchanged"],
    corrects=["irnn_jacobian_eq_identity"],
    example={"n": 1, "h_0": [1], "v": [[-2]], "s": 0, "T": 1},
)
def irnn_jacobian_eq_zero_of_inactive(i: Coordinate, j: Coordinate, s: T_, T: T_):
    """Once a unit of the IRNN has been inactive, its gradient is exactly zero from then on."""
    return implies(both(Entry(irnn.preactivation(s + 1), i) < 0, s + 1 <= T), eq(Entry(irnn.jacobian(T), i, j), 0)), Induction(
        on=T, least=s + 1
    )


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"])
def irnn_jacobian_eq_identity(T: T_):
    """Folklore: with identity weights the gradient passes unchanged, since a product of identities is the identity."""
    return eq(irnn.jacobian(T), Identity(n)), Refute(at={"n": 1, "h_0": [1], "v": [[-2]], T: 1})


# --- the state --------------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["irnn-no-large-output"])
def norm_irnn_state_le_sum(h_0: Start, v: Drive, T: T_):
    """The state of the IRNN grows at most by the size of each input: linearly, never exponentially."""
    net = Recurrence(Identity(n), relu, h_0, v)
    return Norm(net.state(T)) <= Norm(h_0) + SumOf(Norm(v.at(k)), k, 1, T), Induction(on=T, by=[abs_relu_le])


@claim(sources=["zhihu61265076"], ledger=["irnn-no-large-output"])
def irnn_state_nonneg(i: Coordinate, T: T_):
    """From the first step on no state of the IRNN is negative."""
    return Entry(irnn.state(T + 1), i) >= 0, Calc(by=[relu_nonneg.at(x=Entry(irnn.preactivation(T + 1), i))])


@claim(ledger=["irnn-no-large-output"], example={"n": 1, "h_0": [0], "v": [], "u": 0})
def irnn_state_of_constant_drive(h_0: Start, v: Drive, i: Coordinate, u: NonnegativeX, T: T_):
    """The linear growth is attained: a constant input u ≥ 0 adds u at every step."""
    net = Recurrence(Identity(n), relu, h_0, v)
    return implies(
        both(Entry(h_0, i) >= 0, always(t, eq(Entry(v.at(t), i), u))),
        eq(Entry(net.state(T), i), Entry(h_0, i) + T * u),
    ), Induction(on=T)


@claim(sources=["zhihu61265076"], ledger=["irnn-no-large-output"])
def irnn_state_le_start_add_input(h_0: Start, v: Drive, T: T_):
    """Folklore: the IRNN does not produce large outputs; its state exceeds the start by no more than one input."""
    net = Recurrence(Identity(n), relu, h_0, v)
    return Norm(net.state(T + 1)) <= Norm(h_0) + Norm(v.at(1)), Refute(at={"n": 1, "h_0": [0], "v": [[1], [1]], T: 1})


# --- near the identity --------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["irnn-near-identity"])
def norm_near_identity_jacobian_le_pow(E: Square, epsilon: NonnegativeX, T: T_):
    """At distance ε‖E‖ from the identity the gradient grows at most like (1 + ε‖E‖)^T."""
    net = Recurrence(Identity(n) + epsilon * E, relu)
    return Norm(net.jacobian(T)) <= (1 + epsilon * Norm(E)) ** T, Induction(on=T, by=[slopes_relu])


@claim(sources=["zhihu61265076"], ledger=["irnn-near-identity"])
def norm_near_identity_jacobian_sub_masks_le(E: Square, epsilon: NonnegativeX, T: T_):
    """How far the product of the weights is from that of identity matrices: at most (1 + ε‖E‖)^T − 1."""
    net = Recurrence(Identity(n) + epsilon * E, relu)
    J, M, D = net.jacobian(T), net.masks(T), net.mask(T + 1)
    apart = added(J, scaled(-1, M))
    regrouped = added(grouped(D, apart), scaled(epsilon, grouped(D, E, J)))
    return Norm(apart) <= (1 + epsilon * Norm(E)) ** T - 1, Induction(
        on=T, step=Chain(through=[Norm(regrouped)]), by=[slopes_relu, norm_near_identity_jacobian_le_pow]
    )


@claim(ledger=["irnn-near-identity"])
def norm_near_identity_jacobian_attained(epsilon: NonnegativeX, T: T_):
    """The bound near the identity is attained by W = (1 + ε)I while every unit is active."""
    net = Recurrence(scaled(1 + epsilon, Identity(n)), identity)
    return eq(Norm(net.jacobian(T)), (1 + epsilon) ** T), Chain(by=[scaled_identity_jacobian])


@claim(ledger=["irnn-near-identity"])
def scaled_identity_jacobian(epsilon: NonnegativeX, T: T_):
    """While every unit is active, W = (1 + ε)I multiplies the gradient by 1 + ε at each step."""
    net = Recurrence(scaled(1 + epsilon, Identity(n)), identity)
    return eq(net.jacobian(T), scaled((1 + epsilon) ** T, Identity(n))), Induction(on=T)
