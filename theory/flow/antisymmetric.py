"""Antisymmetric weights A = M − Mᵀ: the identity plus a multiple of them never shrinks, and turns while it grows."""

from __future__ import annotations

from typing import Any

from sympy import Identity, Matrix, Transpose

from theory.language.claims import claim
from theory.language.matrices import SpectralRadius, added, grouped, scaled
from theory.language.statements import both, implies
from theory.language.symbols import T_, Square, X, eq, n
from theory.tactics import Calc, Induction, Refute

ROWS = ["antisymmetric-rnn"]
TURN = [[0, -1], [1, 0]]


def skew(A: Any) -> Any:
    """Aᵀ = −A."""
    return eq(Transpose(A), scaled(-1, A))


@claim(ledger=ROWS)
def transpose_sub_transpose(M: Square):
    """M − Mᵀ is antisymmetric, whatever M is."""
    A = added(M, scaled(-1, Transpose(M)))
    return eq(Transpose(A), scaled(-1, A)), Calc()


# --- a step of the network --------------------------------------------------------------------------------


def _step(A: Any, epsilon: Any) -> Any:
    """I + εA, one explicit step of h′ = Ah."""
    return added(Identity(n), scaled(epsilon, A))


@claim(ledger=ROWS, example={"n": 1, "A": [[0]]})
def gram_step(A: Square, epsilon: X):
    """A step I + εA shrinks nothing: |v + εAv|² is |v|² + ε²|Av|²."""
    step, A_gram = _step(A, epsilon), grouped(Transpose(A), A)
    return implies(skew(A), eq(grouped(Transpose(step), step), added(Identity(n), scaled(epsilon**2, A_gram)))), Calc()


@claim(ledger=ROWS, corrects=["spectralRadius_step_le_one"], example={"n": 2, "A": TURN, "a": 1})
def gram_pow_step(A: Square, a: X, epsilon: X, T: T_):
    """Where A turns at the rate a, T steps multiply each squared length by (1 + ε²a²)^T: ρ(I + εA) > 1 unless εa = 0."""
    given = both(skew(A), eq(grouped(A, A), scaled(-(a**2), Identity(n))))
    steps = _step(A, epsilon) ** T
    growth = (1 + epsilon**2 * a**2) ** T
    return implies(given, eq(grouped(Transpose(steps), steps), scaled(growth, Identity(n)))), Induction(on=T)


@claim(ledger=ROWS)
def spectralRadius_step_le_one(A: Square, epsilon: X):
    """Folklore: as the spectrum of an antisymmetric A is imaginary, an explicit step I + εA is stable, ρ(I + εA) ≤ 1."""
    return implies(skew(A), SpectralRadius(_step(A, epsilon)) <= 1), Refute(at={A: TURN, epsilon: 1})


# --- the Cayley transform -----------------------------------------------------------------------------------


@claim(ledger=ROWS, example={"n": 1, "A": [[0]]})
def gram_add_eq_gram_sub(A: Square):
    """I + A and I − A make every vector equally long, so the Cayley transform (I − A)(I + A)⁻¹ is orthogonal."""
    up, down = added(Identity(n), A), _step(A, -1)
    return implies(skew(A), eq(grouped(Transpose(down), down), grouped(Transpose(up), up))), Calc()


@claim(ledger=ROWS)
def cayley_orthogonal_two(a: X):
    """For A = aJ in the plane, J the quarter turn, Q = ((1 − a²)I − 2aJ)/(1 + a²) is the Cayley transform, and QᵀQ = I."""
    one, J = Identity(2), Matrix(TURN)
    Q = scaled(1 / (1 + a**2), added(scaled(1 - a**2, one), scaled(-2 * a, J)))
    transforms = eq(grouped(Q, added(one, scaled(a, J))), added(one, scaled(-a, J)))
    return both(transforms, eq(grouped(Transpose(Q), Q), one)), Calc()
