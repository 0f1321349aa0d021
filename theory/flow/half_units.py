"""Half of the units: how often a relu unit is off, and how many units of a layer are, with weights drawn at random."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational, Transpose, erf, sqrt

from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, Probability, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.norms import Entry, Norm
from theory.language.recursion import Recursion
from theory.language.statements import implies
from theory.language.symbols import T_, PositiveX, Start, X, eq, n
from theory.tactics import Cases, Have, Induction, Moments, Refute

Z = Draws("Z")
w = Draws("w", n)
HALF = Rational(1, 2)
SIGNS = ("+", "0", "-")

AnyLaw = Annotated[LawVariable, Laws()]
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


@claim(
    ledger=["relu-kills-half-regime"],
    corrects=["probability_off_eq_half_of_mean_zero", "probability_off_eq_half_of_symmetric"],
)
def probability_off_eq_half(mu: Fair):
    """Relu loses the gradient with probability 1/2 where its input has a symmetric law without an atom at 0."""
    return eq(Probability(Z(1) < 0, Z, mu), HALF), Moments()


@claim(ledger=["relu-kills-half-regime"])
def probability_off_normal(b: X, s: PositiveX):
    """With an input that is normal of mean b and deviation s relu loses the gradient with probability Φ(−b/s)."""
    return eq(Probability(b + s * Z(1) < 0, Z, standard_normal), (1 + erf(-b / (s * sqrt(2)))) / 2), Moments()


@claim(ledger=["relu-kills-half-regime"])
def probability_off_normal_lt_half(b: PositiveX, s: X):
    """Where its input is normal of a mean above 0, relu loses the gradient less often than not."""
    return Probability(b + s * Z(1) < 0, Z, standard_normal) < HALF, Cases(on=s, signs=SIGNS, then=Moments())


# --- one unit of a first layer --------------------------------------------------------------------


def _preactivation(x: Any, k: Any) -> Any:
    """wᵀx for the weights w of the k-th unit."""
    return Entry(Transpose(x) * w.at(k), 1, 1)


def _zero(u: Any) -> Any:
    """1 where u = 0, else 0."""
    return indicator(u >= 0) * indicator(u <= 0)


@claim(ledger=["half-units-zero-at-init"])
def probability_unit_zero_ge_half(x: Start, mu: Symmetric):
    """Without bias a relu unit outputs 0 with probability at least 1/2 where its weights have a symmetric law."""
    z = _preactivation(x, 1)
    either = indicator(z <= 0) + indicator(-z <= 0)
    return Probability(z <= 0, w, mu) >= HALF, Moments(
        also=[Mean(either, w, mu)], below=[Have(either >= 1, Cases(z, signs=SIGNS))]
    )


@claim(sources=["whyrelu"], ledger=["half-units-zero-at-init"])
def probability_unit_zero_eq_half(x: Start, mu: Symmetric):
    """A unit outputs 0 with probability 1/2 where its weights are symmetric and its preactivation is 0 with probability 0."""
    z = _preactivation(x, 1)
    either, one = indicator(z <= 0) + indicator(-z <= 0), 1 + _zero(z)
    exactly = Have(eq(either, one), Cases(z, signs=SIGNS))
    never_zero = eq(Mean(_zero(z), w, mu), 0)
    return implies(never_zero, eq(Probability(z <= 0, w, mu), HALF)), Moments(
        also=[Mean(either, w, mu), Mean(one, w, mu)], below=[exactly]
    )


@claim(ledger=["half-units-zero-at-init"], example={"n": 1, "x": [1], "b": 0, "s": 1})
def probability_unit_zero_normal(x: Start, b: X, s: PositiveX):
    """With a bias b and normal weights of deviation s a unit outputs 0 with probability Φ(−b/(s‖x‖))."""
    share = (1 + erf(-b / (s * Norm(x) * sqrt(2)))) / 2
    return implies(Norm(x) > 0, eq(Probability(b + s * _preactivation(x, 1) <= 0, w, standard_normal), share)), Moments()


# --- all units of a first layer -------------------------------------------------------------------


def _off(k: Any) -> Any:
    return indicator(Z(k) <= 0)


def _units_off(m: Any) -> Any:
    """How many of m units have a preactivation that is not positive."""
    return Recursion("N", 0, lambda before, t: before + _off(t)).at(m)


@claim(ledger=["half-units-zero-at-init", "sparse-most-entries-zero"])
def mean_units_off(mu: AnyLaw, m: T_):
    """Of m units whose preactivations are drawn from one law the number of zeros is in the mean m times its probability."""
    return eq(Mean(_units_off(m), Z, mu), m * Probability(Z(1) <= 0, Z, mu)), Induction(on=m, base=Moments(), step=Moments())


@claim(ledger=["half-units-zero-at-init", "variable-size-representation"])
def variance_units_off(mu: AnyLaw, m: T_):
    """The number of zeros has the variance m·p(1 − p), where p is the probability of a single one: that of a binomial law."""
    p = Probability(Z(1) <= 0, Z, mu)
    idempotent = Have(eq(_off(1) ** 2, _off(1)), Cases(Z(1), signs=SIGNS))
    step = Moments(also=[Mean(_off(1) ** 2, Z, mu)], below=[idempotent], by=[mean_units_off])
    variance = Mean((_units_off(m) - m * p) ** 2, Z, mu)
    return eq(variance, m * p * (1 - p)), Induction(on=m, base=Moments(), step=step)


@claim(sources=["whyrelu"], ledger=["half-units-zero-at-init", "sparse-most-entries-zero"])
def mean_units_off_eq_half(mu: Fair, m: T_):
    """Half of the m units of a first layer are zero in the mean, where their preactivations are symmetric and never 0."""
    half = Probability(Z(1) <= 0, Z, mu)
    return eq(Mean(_units_off(m), Z, mu), m / 2), Moments(also=[half], by=[mean_units_off])


@claim(sources=["whyrelu"], ledger=["variable-size-representation"])
def variance_units_off_eq_quarter(mu: Fair, m: T_):
    """The number of zero units, and so that of active ones, has deviation √m/2: it varies, but by a share of 1/√m only."""
    half = Probability(Z(1) <= 0, Z, mu)
    return eq(Mean((_units_off(m) - m / 2) ** 2, Z, mu), m / 4), Moments(also=[half], by=[variance_units_off])
