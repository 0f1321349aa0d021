"""Dead units: rectifiers that are inactive on all data, where that is decided, what they pass on and when they revive."""

from __future__ import annotations

from typing import Any

from sympy import Max, Piecewise, Rational, Transpose, ZeroMatrix, sqrt

from theory.activations.relu import relu
from theory.flow.inner_products import Numbers, abs_inner_le_mul, inner, inner_mul_self, k, number, squares, sum_sq_nonneg
from theory.language.claims import claim
from theory.language.matrices import Entry, MatrixSum, Slope, SumOf, added, grouped, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Drive, NonnegativeX, Start, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Parts, Refute

ROWS = ["dead-relu-no-gradient"]
DEAD = {"n": 1, "w": [1], "b": -1, "x": [], "delta": [], "T": 1}


def preactivation(w: Any, x: Any, b: Any, t: Any) -> Any:
    """The argument w·x_t + b of a unit at the t-th sample."""
    return Entry(grouped(Transpose(w), x.at(t)), 1, 1) + b


def weight_gradient(w: Any, x: Any, b: Any, delta: Any, T: Any) -> Any:
    """The gradient of a rectifier's weights over T samples, δ_t being the gradient in its output at sample t."""
    slope = Slope(relu, preactivation(w, x, b, k))
    return MatrixSum(scaled(number(delta, k) * slope, x.at(k)), k, 1, T)


# --- no gradient -----------------------------------------------------------------------------------


@claim(sources=["whyrelu", "activationtutorial"], ledger=ROWS, example={"n": 1, "z": -1})
def dead_unit_backward_eq_zero(z: X, delta: X, w: Start):
    """An inactive rectifier sends nothing back: the message δ·relu′(z)·w to the layer below is exactly zero."""
    return implies(z < 0, eq(scaled(delta * relu.d(z), w), ZeroMatrix(n, 1))), Calc()


@claim(sources=["whyrelu", "activationtutorial"], ledger=[*ROWS, "dead-forever"], example=DEAD)
def dead_unit_gradient_eq_zero(w: Start, x: Drive, b: X, delta: Numbers, T: T_):
    """If a rectifier is inactive on every sample, the gradients of its weights and of its bias are exactly zero."""
    dead = always(k, preactivation(w, x, b, k) < 0)
    bias_gradient = SumOf(number(delta, k) * Slope(relu, preactivation(w, x, b, k)), k, 1, T)
    still = both(eq(weight_gradient(w, x, b, delta, T), ZeroMatrix(n, 1)), eq(bias_gradient, 0))
    return implies(dead, still), Parts((Induction(on=T), Induction(on=T)))


@claim(sources=["whyrelu"], ledger=["dead-forever"], corrects=["dead_unit_stays_dead"], example=DEAD)
def dead_unit_step_eq_self(w: Start, x: Drive, b: X, delta: Numbers, eta: X, T: T_):
    """A unit of the first layer that is dead on fixed data stays dead: gradient descent does not move its weights."""
    dead = always(k, preactivation(w, x, b, k) < 0)
    after = added(w, scaled(-eta, weight_gradient(w, x, b, delta, T)))
    return implies(dead, eq(after, w)), Calc(by=[dead_unit_gradient_eq_zero])


@claim(sources=["whyrelu"], ledger=["dead-forever"])
def dead_unit_stays_dead(w: X, a: X, c: X, b: X, y: X, eta: NonnegativeX):
    """Folklore: a dead unit stays dead, here one of a second layer whose input relu(w) moves.

    Units relu(a·h) and relu(c·h + b) are fed by h = relu(w); the loss is half the squared distance of their sum from y.
    """
    h = relu(w)
    error = relu(a * h) + relu(c * h + b) - y
    gradient = error * (relu.d(a * h) * a + relu.d(c * h + b) * c) * relu.d(w)
    moved = relu(w - eta * gradient)
    return implies(c * h + b < 0, c * moved + b <= 0), Refute(
        at={w: 1, a: 1, c: 1, b: Rational(-3, 2), y: 3, eta: Rational(1, 2)}
    )


# --- where a unit is dead: a box ------------------------------------------------------------------------


def _largest(w: Any, low: Any, high: Any, t: Any) -> Any:
    """The largest value of w_t x_t for x_t between low_t and high_t."""
    return Max(0, number(w, t)) * number(high, t) - Max(0, -number(w, t)) * number(low, t)


@claim(sources=["whyrelu"], ledger=ROWS, example={"w": [], "x": [], "low": [], "high": [], "T": 1})
def inner_le_of_box(w: Numbers, x: Numbers, low: Numbers, high: Numbers, T: T_):
    """On the box low ≤ x ≤ high a unit's w·x is at most w⁺·high − w⁻·low; if that plus the bias is at most 0, it is dead."""
    inside = always(k, both(number(low, k) <= number(x, k), number(x, k) <= number(high, k)))
    largest = SumOf(_largest(w, low, high, k), k, 1, T)
    new, at, bottom, top = (number(s, T + 1) for s in (w, x, low, high))
    step = Cases(
        on=new,
        then=(
            Nonneg((largest - inner(w, x, T)) + new * (top - at)),
            Nonneg((largest - inner(w, x, T)) + -new * (at - bottom)),
        ),
    )
    return implies(inside, inner(w, x, T) <= largest), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS)
def inner_eq_of_corner(w: Numbers, low: Numbers, high: Numbers, T: T_):
    """The bound on a box is attained at a corner: the upper end where a weight is not negative, else the lower one."""
    corner = Piecewise((number(high, k), number(w, k) >= 0), (number(low, k), True))
    there, largest = SumOf(number(w, k) * corner, k, 1, T), SumOf(_largest(w, low, high, k), k, 1, T)
    return eq(there, largest), Induction(on=T, step=Cases(on=number(w, T + 1), signs=("+", "0", "-")))


# --- where a unit is dead: a ball -------------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=ROWS, example={"w": [], "x": [], "R": 1, "T": 1})
def inner_le_of_ball(w: Numbers, x: Numbers, R: NonnegativeX, T: T_):
    """On the ball of radius R a unit's w·x is at most R‖w‖; with a bias of at most −R‖w‖ it is dead there."""
    W, P, A = sqrt(squares(w, T)), inner(w, x, T), squares(x, T)
    lengths = [sum_sq_nonneg.at(x=w), sum_sq_nonneg.at(x=x)]
    below = Have(W * sqrt(A) >= P, Cases(on=P, by=[abs_inner_le_mul.at(x=w, y=x)]))
    somewhere, nowhere = Nonneg((R**2 - A) / (R + sqrt(A))), Nonneg(2 * R - (R + sqrt(A)))
    within = Have(sqrt(A) <= R, Cases(on=R + sqrt(A), signs=("+", "0"), then=(somewhere, nowhere)))
    return implies(A <= R**2, P <= R * W), Nonneg((W * sqrt(A) - P) + W * (R - sqrt(A)), by=[*lengths, below, within])


@claim(ledger=ROWS, example={"w": [[1]], "c": 1, "R": 1, "T": 1})
def inner_eq_of_sphere(w: Numbers, c: X, R: NonnegativeX, T: T_):
    """The bound on a ball is attained at the point c·w of length R, so a bias of at most −R‖w‖ is necessary as well."""
    there, A = SumOf(number(w, k) * (c * number(w, k)), k, 1, T), squares(w, T)
    facts = [sum_sq_nonneg.at(x=w), inner_mul_self.at(x=w)]
    gap = sqrt(A) * (R - c * sqrt(A)) + (c * A - there)
    return implies(eq(c * sqrt(A), R), eq(there, R * sqrt(A))), Nonneg(gap, by=facts)


# --- capacity ---------------------------------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=["dead-units-reduce-capacity"], example={"a": [], "z": [], "T": 1})
def output_eq_of_dead_units(f: X, a: Numbers, z: Numbers, T: T_):
    """Where T units are inactive, the network equals the narrower one without them, whatever f the others give."""
    with_them = f + SumOf(number(a, k) * relu(number(z, k)), k, 1, T)
    return implies(always(k, number(z, k) <= 0), eq(with_them, f)), Induction(on=T)
