"""What happens with probability 0 or 1: preactivations at the kink, entries that stay as they are, inputs of one sign."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational, Transpose

from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.norms import Entry, Norm
from theory.language.recursion import product_of
from theory.language.statements import implies
from theory.language.symbols import T_, NonzeroX, Start, X, eq, n
from theory.tactics import Cases, Have, Induction, Moments, Refute

Z = Draws("Z")
w = Draws("w", n)
HALF = Rational(1, 2)
SIGNS = FiniteLaw({-1: HALF, 1: HALF})
NeverZero = Annotated[LawVariable, Laws(atom_at_zero=False)]
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]


def _is_zero(u: Any) -> Any:
    """1 where u = 0, else 0."""
    return indicator(u >= 0) * indicator(u <= 0)


# --- preactivations at the kink -------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=["relu-nondiff-fix-arbitrary"])
def probability_kink_eq_zero_without_bias(mu: Fair):
    """Folklore: with symmetric weights that are never 0 no preactivation of a second layer is 0, and relu′(0) not used."""
    hidden = indicator(Z(1) > 0) * Z(1)
    return eq(Mean(_is_zero(Z(2) * hidden), Z, mu), 0), Refute(at={"mu": SIGNS})


@claim(
    sources=["whyrelu", "bertoin2021"],
    ledger=["relu-nondiff-fix-arbitrary"],
    corrects=["probability_kink_eq_zero_without_bias"],
)
def probability_kink_eq_zero_of_normal_bias(m: X, s: NonzeroX):
    """With a normal bias a preactivation is 0 with probability 0, whatever the rest m of it: relu′(0) is not used."""
    return eq(Mean(_is_zero(m + s * Z(1)), Z, standard_normal), 0), Cases(on=s, signs=("+", "-"), then=Moments())


@claim(ledger=["relu-nondiff-fix-arbitrary"])
def probability_kink_eq_half_without_bias(mu: Fair):
    """Without biases a preactivation behind a single unit is 0 with probability 1/2: wherever that unit is off."""
    zero, split = _is_zero(Z(2) * (indicator(Z(1) > 0) * Z(1))), indicator(Z(1) <= 0) + indicator(Z(1) > 0) * _is_zero(Z(2))
    same = Have(eq(zero, split), Cases([Z(1), Z(2)], signs=("+", "0", "-")))
    return eq(Mean(zero, Z, mu), HALF), Moments(also=[Mean(split, Z, mu)], below=[same])


# --- entries that stay ----------------------------------------------------------------------------


def _moved_by(delta: Any) -> Any:
    """w·δ, by which a preactivation moves with the input."""
    return Entry(Transpose(delta) * w.at(1), 1, 1)


@claim(sources=["whyrelu"], ledger=["dense-all-entries-change"], example={"n": 1, "delta": [1], "mu": SIGNS})
def probability_entry_stays_eq_zero(delta: Start, mu: NeverZero):
    """Folklore: where no weight is 0, every change of the input changes every entry of a dense code."""
    return implies(Norm(delta) > 0, eq(Mean(_is_zero(_moved_by(delta)), w, mu), 0)), Refute(
        at={"n": 2, "delta": [1, 1], "mu": SIGNS}
    )


@claim(
    ledger=["dense-all-entries-change", "half-units-zero-at-init"],
    corrects=["probability_entry_stays_eq_zero"],
    example={"n": 1, "delta": [1]},
)
def probability_entry_stays_eq_zero_normal(delta: Start):
    """With normal weights w·δ = 0, and an entry stays, with probability 0 for each change δ of the input but 0.

    For the same reason the preactivation of an input that is not 0 is never 0, but for events of probability 0.
    """
    return implies(Norm(delta) > 0, eq(Mean(_is_zero(_moved_by(delta)), w, standard_normal), 0)), Moments()


# --- inputs of one sign ---------------------------------------------------------------------------


def _all_positive(d: Any) -> Any:
    return product_of(lambda i: indicator(Z(i) > 0), d)


def _all_negative(d: Any) -> Any:
    return product_of(lambda i: indicator(Z(i) < 0), d)


@claim(ledger=["zero-mean-data-fixes", "orthogonal-init-relu-rnn"])
def probability_all_positive(mu: Fair, d: T_):
    """Of d independent inputs, each symmetric and never 0, all are positive with probability 2^{−d}.

    So a path through d relu units with such preactivations is open with that probability.
    """
    return eq(Mean(_all_positive(d), Z, mu), HALF**d), Induction(on=d, base=Moments(), step=Moments())


@claim(ledger=["zero-mean-data-fixes"])
def probability_all_negative(mu: Fair, d: T_):
    """Of d independent inputs, each symmetric and never 0, all are negative with probability 2^{−d}."""
    return eq(Mean(_all_negative(d), Z, mu), HALF**d), Induction(on=d, base=Moments(), step=Moments())


@claim(
    sources=["activationtutorial"],
    ledger=["zero-mean-data-fixes"],
    corrects=["zero_mean_gradient_entries_differ_in_sign"],
)
def probability_one_sign(mu: Fair, d: T_):
    """All d entries of a per-sample gradient have one sign with probability 2^{1−d}, for d ≥ 1: rare, but possible."""
    known = [probability_all_positive, probability_all_negative]
    return eq(Mean(_all_positive(d) + _all_negative(d), Z, mu), 2 * HALF**d), Moments(by=known)
