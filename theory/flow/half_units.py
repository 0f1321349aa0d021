"""Half of the units: how often a relu unit is off, and how many units of a layer are, with weights drawn at random."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational, Symbol, Transpose, erf, sqrt

from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, Probability, gaussian, indicator
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.norms import Entry, Norm
from theory.language.recursion import Recursion
from theory.language.statements import implies
from theory.language.symbols import PositiveX, Start, Step, T_, X, eq, n
from theory.tactics import Have, Cases, Induction, Moments, Nonneg, Refute

Z = Draws("Z")
w = Draws("w", n)
HALF = Rational(1, 2)

MeanZero = Annotated[LawVariable, Laws(mean=0, atom_at_zero=False)]
Symmetric = Annotated[LawVariable, Laws(symmetric=True)]
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]

# --- one unit -------------------------------------------------------------------------------------


@claim(sources=["activationtutorial"], ledger=["relu-kills-half-regime"])
def probability_off_eq_half_of_mean_zero(mu: MeanZero):
    """Folklore: relu loses the gradient on half of its inputs wherever these average to 0 and are never 0."""
    return eq(Probability(Z(1) < 0, Z, mu), HALF), Refute(at={"mu": FiniteLaw({2: Rational(1, 3), -1: Rational(2, 3)})})


@claim(sources=["activationtutorial"], ledger=["relu-kills-half-regime"])
def probability_off_eq_half_of_symmetric(mu: Symmetric):
    """Folklore: relu loses the gradient on half of its inputs wherever their law is symmetric, atom at 0 or not."""
    return eq(Probability(Z(1) < 0, Z, mu), HALF), Refute(at={"mu": FiniteLaw({0: 1})})


@claim(ledger=["relu-kills-half-regime"],
    corrects=["probability_off_eq_half_of_mean_zero", "probability_off_eq_half_of_symmetric"],
)
def probability_off_eq_half(mu: Fair):
    """Relu loses the gradient with probability 1/2 where its input has a symmetric law without an atom at 0."""
    return eq(Probability(Z(1) < 0, Z, mu), HALF), Moments()


@claim(ledger=["relu-kills-half-regime"])
def probability_off_gaussian(b: X, s: PositiveX):
    """With an input that is normal of mean b and deviation s relu loses the gradient with probability Φ(−b/s)."""
    return eq(Probability(b + s * Z(1) < 0, Z, gaussian), (1 + erf(-b / (s * sqrt(2)))) / 2), Moments()


@claim(ledger=["relu-kills-half-regime"])
def probability_off_gaussian_lt_half(b: PositiveX, s: PositiveX):
    """With an input that is normal of mean b and deviation s relu loses the gradient with probability Φ(−b/s)."""
    return Probability(b + s * Z(1) < 0, Z, gaussian) < HALF, Moments()


# --- one unit of a first layer --------------------------------------------------------------------

def _preactivation(x: Any, k: Any) -> Any:
    return Entry(Transpose(x) * w.at(k), 1, 1)


@claim(ledger=["half-units-zero-at-init"])
def probability_unit_zero_ge_half(x: Start, mu: Symmetric):
    """half-units."""
    z = _preactivation(x, 1)
    return Probability(z <= 0, w, mu) >= HALF, Moments(also=[Mean(indicator(z <= 0) + indicator(-z <= 0), w, mu)],
       below=[Have(1 <= indicator(z <= 0) + indicator(-z <= 0), Cases(z, signs=("+", "0", "-")))])


@claim(ledger=["half-units-zero-at-init"])
def probability_unit_zero_gaussian(x: Start, b: X, s: PositiveX):
    """half-units."""
    share = (1 + erf(-b / (s * Norm(x) * sqrt(2)))) / 2
    return implies(Norm(x) > 0, eq(Probability(b + s * _preactivation(x, 1) <= 0, w, gaussian), share)), Moments()


# --- all units of a first layer -------------------------------------------------------------------



def _count(x: Any, m: Any) -> Any:
    return Recursion("N", 0, lambda before, t: before + indicator(_preactivation(x, t) <= 0)).at(m)


@claim(ledger=["half-units-zero-at-init"])
def mean_units_off(x: Start, m: T_):
    """half-units."""
    return implies(Norm(x) > 0, eq(Mean(_count(x, m), w, gaussian), m/2)), Induction(on=m, base=Moments(), step=Moments())
