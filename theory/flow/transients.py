"""Transients: how far the powers of a weight can rise before its eigenvalues bring them down."""

from __future__ import annotations

from typing import Any

from sympy import Identity, Matrix, Rational, Symbol, ZeroMatrix

from theory.activations.identity import identity
from theory.flow.norms import norm_add_le, norm_scaled_of_nonneg
from theory.language.claims import claim
from theory.language.matrices import Norm, Recurrence, SpectralRadius, SumOf, added, grouped, scaled
from theory.language.statements import both, implies
from theory.language.symbols import T_, PositiveX, Square, X, eq, n
from theory.tactics import Calc, Cases, Chain, Have, Induction, Nonneg, Refute

k = Symbol("k")
NILPOTENT = Matrix([[2, 4], [-1, -2]])


def _inverse(W: Any, R: Any, z: Any) -> Any:
    """R(zI − W) = I, written so that RW is what is known."""
    return eq(R * W, added(scaled(z, R), scaled(-1, Identity(n))))


@claim(ledger=["kreiss"])
def norm_pow_le_one_of_spectralRadius_lt_one(W: Square, T: T_):
    """Folklore: with eigenvalues below one no power of the weight stretches. This one, of radius 1/2, stretches a
    hundredfold."""
    return implies(SpectralRadius(W) < 1, Norm(W**T) <= 1), Refute(at={W: [[Rational(1, 2), 100], [0, Rational(1, 2)]], T: 1})


@claim(ledger=["kreiss"], example={"n": 1, "W": [[0]], "R": [[Rational(1, 2)]], "z": 2})
def norm_resolvent_mul_le(W: Square, R: Square, A: Square, z: X):
    """The resolvent R = (zI − W)⁻¹ stretches a matrix at most as 1/z of what it does to the next one and of the matrix
    itself."""
    now, later = grouped(R, A), grouped(R, grouped(W, A))
    sizes = [norm_scaled_of_nonneg.at(c=z, A=now), norm_add_le.at(A=later, B=A)]
    return implies(_inverse(W, R, z), z * Norm(now) <= Norm(later) + Norm(A)), Cases(
        on=z, then=(Calc(by=sizes), Nonneg(Norm(later) + Norm(A) + -z * Norm(now)))
    )


@claim(ledger=["kreiss"], example={"n": 1, "W": [[0]], "R": [[Rational(1, 2)]], "z": 2})
def norm_resolvent_le_sum(W: Square, R: Square, z: PositiveX, T: T_):
    """At a real z > 0 the resolvent R = (zI − W)⁻¹ is at most the sum of the powers, W^k over z^(k+1), and a remainder.

    So where no power exceeds m and z > 1, (z − 1)‖R‖ is at most m: the lower half of Kreiss's theorem on the real line.
    """
    power = Recurrence(W, identity).jacobian  # W^T, read step by step
    known = 1 / z + SumOf(Norm(power(k)) / z ** (k + 1), k, 1, T)
    now, later = Norm(grouped(R, power(T + 1))), Norm(grouped(R, power(T + 2)))
    bound, size = known + now / z ** (T + 1), Norm(power(T + 1))
    unit = Have(eq(Norm(Identity(n)), 1), Chain())
    first = Nonneg((Norm(R * W) + 1 - z * Norm(R)) / z, by=[norm_resolvent_mul_le.at(A=Identity(n)), unit])
    new = (later + size - z * now) / z ** (T + 2)
    step = Nonneg((bound - Norm(R)) + new, by=[norm_resolvent_mul_le.at(A=power(T + 1))])
    return implies(_inverse(W, R, z), Norm(R) <= bound), Induction(on=T, base=first, step=step)


# --- masks ------------------------------------------------------------------------------------------


@claim(ledger=["mask-jsr-2x2"], example={"n": 1, "A": [[2]], "c": 2})
def linear_jacobian_of_sq_eq_scaled(A: Square, c: X, T: T_):
    """A weight that a mask has cut down to one row repeats itself, A² = cA, and so its powers grow like those of c."""
    J = Recurrence(A, identity).jacobian(T + 1)
    return implies(eq(A**2, scaled(c, A)), eq(J, scaled(c**T, A))), Induction(on=T)


@claim(ledger=["mask-jsr-2x2"])
def masked_nilpotent_jacobian(T: T_):
    """W = [[2, 4], [−1, −2]] has square 0, yet with its second unit masked its powers double at each step."""
    cut = Matrix([[1, 0], [0, 0]]) * NILPOTENT
    return eq(Recurrence(cut, identity).jacobian(T + 1), scaled(2**T, cut)), Calc(
        by=[Have(eq(grouped(cut, cut), scaled(2, cut)), Calc()), linear_jacobian_of_sq_eq_scaled.at(A=cut, c=2)]
    )


@claim(ledger=["mask-jsr-2x2"])
def sq_masked_eq_zero_of_sq_eq_zero(W: Square, E: Square):
    """Folklore: masks only take away, so where the weight has square 0 a masked weight has as well."""
    masks = both(eq(E * E, E), eq(W * W, ZeroMatrix(n, n)))
    return implies(masks, eq(grouped(E, W, E, W), ZeroMatrix(n, n))), Refute(at={W: [[2, 4], [-1, -2]], E: [[1, 0], [0, 0]]})
