"""True claims with a refutation that does not refute them: witnesses outside of their domains, orbits that do not grow."""

from __future__ import annotations

from typing import Annotated

from sympy import Identity, Ne, Rational, Symbol, exp, oo
from sympy.matrices.expressions import Transpose

from theory.activations.relu import relu, right_deriv_relu_zero
from theory.activations.sigmoid import sigmoid, sigmoid_tendsto_one
from theory.language.claims import Claim, claim
from theory.language.domains import Index
from theory.language.matrices import Norm, Recurrence, RowSumNorm
from theory.language.statements import implies, supremum, tends, tends_to_zero
from theory.language.symbols import (
    T_,
    OrthogonalSquare,
    Phi,
    PositiveX,
    SmallSquare,
    Square,
    Step,
    X,
    eq,
    gamma,
    n,
)
from theory.tactics import GrowingOrbit, Refute

t, h = Symbol("t"), Symbol("h")
Third = Annotated[Symbol, Index(3)]


@claim()
def relu_nonneg_refuted(x: X):
    """True, and the witness does not break it."""
    return relu(x) >= 0, Refute(at={x: 1})


@claim()
def sigmoid_slope_refuted(x: X):
    """True, and touched by the witness."""
    return sigmoid.d(x) <= Rational(1, 4), Refute(at={x: 0})


@claim()
def div_self_refuted(x: PositiveX):
    """True for x > 0; not defined at the witness."""
    return eq(x / x, 1), Refute(at={x: 0})


@claim()
def relu_mul_refuted(a: PositiveX, x: X):
    """True for a > 0; the witness has a < 0."""
    return eq(relu(a * x), a * relu(x)), Refute(at={a: -1, x: 1})


@claim()
def antecedent_unmet(x: X, y: X):
    """True; the witness does not meet the antecedent."""
    return implies(x < y, exp(x) < exp(y)), Refute(at={x: 1, y: 0})


@claim()
def natural_nonneg(T: T_):
    """True of natural numbers; the witness is negative."""
    return T >= 0, Refute(at={T: -1})


@claim()
def natural_not_half(T: T_):
    """True of natural numbers; the witness is a half."""
    return Ne(2 * T, 1), Refute(at={T: Rational(1, 2)})


@claim()
def step_positive(T: Step):
    """True of steps; the witness is 0."""
    return T >= 1, Refute(at={T: 0})


@claim()
def index_within_width(i: Third):
    """True of coordinates of a column of length 3; the witness is 5."""
    return i <= 3, Refute(at={i: 5})


@claim()
def index_positive(i: Third):
    """True of coordinates; the witness is 0."""
    return i >= 1, Refute(at={i: 0})


@claim()
def orthogonal_rows(W: OrthogonalSquare):
    """True of square matrices; the witness is a column."""
    column = [[Rational(3, 5)], [Rational(4, 5)]]
    return eq(RowSumNorm(W * Transpose(W)), 1), Refute(at={"n": 1, W: column})


@claim()
def orthogonal_norm(W: OrthogonalSquare):
    """True; the witness is not orthogonal."""
    return eq(Norm(W), 1), Refute(at={W: [[2]]})


@claim()
def contraction_powers(W: SmallSquare):
    """True; the witness is no contraction."""
    return tends_to_zero(Norm(W**t), t), Refute(at={W: [[2, 0], [0, 2]]}, by=GrowingOrbit(h=[1, 0], factor=2))


@claim()
def contraction_powers_by_no_orbit(W: SmallSquare):
    """True; the start of the orbit is not multiplied by its factor."""
    small = [[Rational(1, 2), 0], [0, Rational(1, 2)]]
    return tends_to_zero(Norm(W**t), t), Refute(at={W: small}, by=GrowingOrbit(h=[1, 0], factor=2))


@claim()
def contraction_powers_by_zero_orbit(W: SmallSquare):
    """True; the orbit of zero does not grow."""
    small = [[Rational(1, 2), 0], [0, Rational(1, 2)]]
    return tends_to_zero(Norm(W**t), t), Refute(at={W: small}, by=GrowingOrbit(h=[0, 0], factor=2))


@claim()
def contraction_powers_by_shrinking_orbit(W: SmallSquare):
    """True; the orbit shrinks."""
    small = [[Rational(1, 2), 0], [0, Rational(1, 2)]]
    return tends_to_zero(Norm(W**t), t), Refute(at={W: small}, by=GrowingOrbit(h=[1, 0], factor=Rational(1, 2)))


@claim()
def contraction_jacobian(W: SmallSquare, phi: Phi, T: T_):
    """True; the witness has steeper slopes than its bound."""
    bound = (gamma * Norm(W)) ** T
    at = {"gamma": Rational(1, 2), "phi": relu, "n": 1, W: [[Rational(1, 2)]], "h_0": [1], "v": [], T: 1}
    return Norm(Recurrence(W, phi).jacobian(T)) <= bound, Refute(at=at)


@claim()
def limit_refuted_by_itself():
    """True; the other limit is the same one."""
    return tends(sigmoid(t), t, at=oo, to=1), Refute(at={}, by=sigmoid_tendsto_one)


@claim()
def limit_refuted_by_another_function():
    """True; the other limit is of another function."""
    return tends(relu(h) / h, h, at=0, to=1, side="+"), Refute(at={}, by=sigmoid_tendsto_one)


@claim()
def left_limit_refuted_by_the_right_one():
    """True; a limit from the right denies none from the left."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=0, side="-"), Refute(at={}, by=right_deriv_relu_zero)


@claim()
def supremum_refuted():
    """True; an extremum is not decided at a point."""
    return supremum(sigmoid.d(t), t, Rational(1, 4), attained=True), Refute(at={})


@claim()
def identity_power(W: Square, T: T_):
    """True; no value is given for T."""
    return eq(Identity(n) ** T * W, W), Refute(at={W: [[1]]})


TRUE: list[Claim] = [
    relu_nonneg_refuted,
    sigmoid_slope_refuted,
    div_self_refuted,
    relu_mul_refuted,
    antecedent_unmet,
    natural_nonneg,
    natural_not_half,
    step_positive,
    index_within_width,
    index_positive,
    orthogonal_rows,
    orthogonal_norm,
    contraction_powers,
    contraction_powers_by_no_orbit,
    contraction_powers_by_zero_orbit,
    contraction_powers_by_shrinking_orbit,
    contraction_jacobian,
    limit_refuted_by_itself,
    limit_refuted_by_another_function,
    left_limit_refuted_by_the_right_one,
    supremum_refuted,
    identity_power,
]
