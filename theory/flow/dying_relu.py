"""Rectifiers that die: one step that kills a unit, and a silent unit that no step moves."""

from __future__ import annotations

from sympy import Ne

from theory.activations.relu import mul_slope_relu, relu
from theory.language.claims import claim
from theory.language.matrices import Slope
from theory.language.statements import both, iff, implies
from theory.language.symbols import NonnegativeX, PositiveX, X, eq
from theory.tactics import Calc, Nonneg, Parts, Refute

# A unit relu(z) with z = wx + b, one sample (x, y), loss (relu(z) − y)²/2: weight and bias are changed by −ηδx and −ηδ
# with δ = (relu(z) − y)·relu′(z).


@claim(sources=["whyrelu"], ledger=["dead-from-large-lr"])
def step_preactivation_eq(w: X, b: X, x: X, y: X, eta: X):
    """One gradient step on one sample moves an active unit's preactivation z by −η(z − y)(1 + x²)."""
    z = w * x + b
    delta = (relu(z) - y) * relu.d(z)
    return implies(z > 0, eq((w - eta * delta * x) * x + (b - eta * delta), z - eta * (z - y) * (1 + x**2))), Calc()


@claim(sources=["whyrelu"], ledger=["dead-from-large-lr"])
def step_preactivation_eq_of_two(w: X, a: X, b: X, x: X, u: X, y: X, eta: X):
    """The same with two inputs x and u: 1 + x² becomes 1 + x² + u², one plus the squared length of the input."""
    z = w * x + a * u + b
    delta = (relu(z) - y) * relu.d(z)
    moved = (w - eta * delta * x) * x + (a - eta * delta * u) * u + (b - eta * delta)
    return implies(z > 0, eq(moved, z - eta * (z - y) * (1 + x**2 + u**2))), Calc()


@claim(sources=["whyrelu"], ledger=["dead-from-large-lr"], example={"z": 1, "y": 0})
def step_kills_iff(z: PositiveX, y: X, s: NonnegativeX, eta: X):
    """A step of size η leaves an active unit inactive exactly from z/((z − y)(1 + s)) on, s the squared length of the input."""
    threshold = z / ((z - y) * (1 + s))
    there = Nonneg((eta * (z - y) * (1 + s) - z) / ((z - y) * (1 + s)))
    back = Nonneg((eta - threshold) * (z - y) * (1 + s))
    return implies(y < z, iff(z - eta * (z - y) * (1 + s) <= 0, threshold <= eta)), Parts((there, back))


@claim(ledger=["dead-from-large-lr"], example={"z": 1, "y": 0})
def killing_step_ge(z: PositiveX, y: NonnegativeX, s: NonnegativeX):
    """For targets from zero on no step below 1/(1 + s) kills an active unit on its sample."""
    return implies(y < z, 1 / (1 + s) <= z / ((z - y) * (1 + s))), Nonneg(y / ((z - y) * (1 + s)))


@claim(ledger=["dead-from-large-lr"])
def killing_step_eq_of_target_zero(z: PositiveX, s: NonnegativeX):
    """The least killing step 1/(1 + s) is attained for the target zero."""
    return eq(z / ((z - 0) * (1 + s)), 1 / (1 + s)), Calc()


@claim(ledger=["dead-from-large-lr"], example={"z": 1, "y": 1})
def active_after_step_of_le_target(z: PositiveX, y: X, s: NonnegativeX, eta: NonnegativeX):
    """An active unit whose output is not above its target is not killed by any step, however large."""
    return implies(z <= y, z - eta * (z - y) * (1 + s) > 0), Nonneg(z + eta * (y - z) * (1 + s))


@claim(sources=["whyrelu"], ledger=["dead-from-large-lr"])
def active_of_small_step(w: X, b: X, x: X, y: NonnegativeX, eta: NonnegativeX):
    """Folklore: units die because the step is too large; after a step below 1/(1 + x²) the unit is active on its sample."""
    z = w * x + b
    delta = (relu(z) - y) * relu.d(z)
    return implies(both(Ne(z, 0), eta < 1 / (1 + x**2)), (w - eta * delta * x) * x + (b - eta * delta) > 0), Refute(
        at={w: 0, b: -1, x: 0, y: 0, eta: 0}
    )


# --- a silent unit -------------------------------------------------------------------------------------------------------


@claim(
    sources=["logm", "zhihu61265076"],
    ledger=["negative-half-sparsifies", "dead-from-large-lr"],
    corrects=["weight_eq_zero_of_inactive", "active_of_small_step"],
    example={"w": 1, "x": -1},
)
def step_eq_self_of_inactive(w: X, x: X, g: X, eta: X):
    """Where a unit is silent no step changes its weight, whatever the step size and the gradient above it."""
    return implies(w * x < 0, eq(w - eta * (g * relu.d(w * x) * x), w)), Calc()


@claim(sources=["logm"], ledger=["negative-half-sparsifies"], example={"w": 1, "x": -1})
def weight_eq_zero_of_inactive(w: X, x: X, g: X, eta: X):
    """Folklore: the negative half of the rectifier makes the matrix of parameters sparse: silent units have weight zero."""
    return implies(w * x < 0, eq(w - eta * (g * relu.d(w * x) * x), 0)), Refute(at={w: 1, x: -1, g: 0, eta: 0})


# --- balance ----------------------------------------------------------------------------------------------------------------


@claim(ledger=["relu-balancedness"])
def inner_gradient_balance(v: X, w: X, x: X, g: X):
    """Of a unit v·relu(wx) incoming and outgoing weight have the same product with their gradients."""
    incoming, outgoing = g * v * Slope(relu, w * x) * x, g * relu(w * x)
    return eq(w * incoming, v * outgoing), Nonneg(
        g * v * (relu(w * x) - w * x * Slope(relu, w * x)), by=[mul_slope_relu.at(x=w * x)]
    )


@claim(ledger=["relu-balancedness"], corrects=["balance_of_step"])
def balance_after_step(v: X, w: X, x: X, g: X, eta: X):
    """A gradient step changes w² − v² to second order in the step size alone: gradient flow leaves it constant."""
    incoming, outgoing = g * v * Slope(relu, w * x) * x, g * relu(w * x)
    moved = (w - eta * incoming) ** 2 - (v - eta * outgoing) ** 2
    return eq(moved - (w**2 - v**2), eta**2 * (incoming**2 - outgoing**2)), Nonneg(
        2 * eta * (w * incoming - v * outgoing), by=[inner_gradient_balance]
    )


@claim(ledger=["relu-balancedness"])
def balance_of_step(v: X, w: X, x: X, g: X, eta: X):
    """Folklore: gradient descent conserves w² − v² exactly, as gradient flow does."""
    incoming, outgoing = g * v * Slope(relu, w * x) * x, g * relu(w * x)
    return eq((w - eta * incoming) ** 2 - (v - eta * outgoing) ** 2, w**2 - v**2), Refute(at={v: 2, w: 1, x: 1, g: 1, eta: 1})
