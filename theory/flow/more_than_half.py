"""Whether most units of a first layer are zero when its weights are drawn: how probable more than half of them are.

The rows of the weights are independent, and so are the preactivations Z_1, …, Z_m that they make of one input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Rational

from theory.flow.half_units import SIGNS, Z
from theory.language.chance import FiniteLaw, LawVariable, Mean, Probability, indicator
from theory.language.claims import claim
from theory.language.domains import Laws, Sequences
from theory.language.matrices import Sequence, scaled
from theory.language.norms import Entry
from theory.language.recursion import Recursion
from theory.language.statements import both
from theory.language.symbols import T_, eq
from theory.tactics import Cases, Have, Induction, Moments, Nonneg, Refute

Numbers = Annotated[Sequence, Sequences(1)]
Symmetric = Annotated[LawVariable, Laws(symmetric=True)]
NeverZero = Annotated[LawVariable, Laws(atom_at_zero=False)]
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
HALF = Rational(1, 2)
ROW = ["sparse-most-entries-zero"]
FAIR = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})


def _is_zero(z: Any) -> Any:
    return indicator(z >= 0) * indicator(z <= 0)


def _counted(name: str, test: Callable[[Any], Any], column: Callable[[Any], Any], m: Any) -> Any:
    return Recursion(name, 0, lambda before, t: before + test(Entry(column(t), 1, 1))).at(m)


def _off(v: Any, m: Any) -> Any:
    """How many of m preactivations are not positive, so that their units are zero."""
    return _counted("N", lambda z: indicator(z <= 0), v.at, m)


def _negative(v: Any, m: Any) -> Any:
    """How many are negative."""
    return _counted("M", lambda z: indicator(z < 0), v.at, m)


def _opposite(v: Any, m: Any) -> Any:
    """How many are negative with the opposite weights."""
    return _counted("M", lambda z: indicator(z < 0), lambda t: scaled(-1, v.at(t)), m)


def _positive(v: Any, m: Any) -> Any:
    """How many are positive."""
    return _counted("P", lambda z: indicator(z > 0), v.at, m)


def _zero(v: Any, m: Any) -> Any:
    """How many are 0."""
    return _counted("E", _is_zero, v.at, m)


def _last(v: Any, m: Any) -> Any:
    return Entry(v.at(m + 1), 1, 1)


# --- for given weights ----------------------------------------------------------------------------


@claim(ledger=ROW)
def count_negative_add_positive_le(v: Numbers, m: T_):
    """Of m preactivations at most m are negative or positive."""
    total = _negative(v, m) + _positive(v, m)
    step = Cases(_last(v, m), (Nonneg(), Nonneg((m - total) + 1), Nonneg()), signs=SIGNS)
    return total <= m, Induction(on=m, base=Nonneg(), step=step)


@claim(ledger=ROW)
def count_opposite_eq_positive(v: Numbers, m: T_):
    """With the opposite weights as many preactivations are negative as were positive."""
    return eq(_opposite(v, m), _positive(v, m)), Induction(on=m, base=Nonneg(), step=Cases(_last(v, m), Nonneg(), signs=SIGNS))


@claim(ledger=ROW)
def count_off_eq(v: Numbers, m: T_):
    """A unit without bias is zero if its preactivation is negative or 0; how many are 0 is 0 or at least 1."""
    zero = _zero(v, m)
    parts = both(eq(_off(v, m), _negative(v, m) + zero), zero >= 0, zero * (zero - 1) >= 0)
    return parts, Induction(on=m, base=Nonneg(), step=Cases(_last(v, m), Nonneg(), signs=SIGNS))


# --- for drawn ones -------------------------------------------------------------------------------


@claim(ledger=ROW)
def probability_most_negative_le_half(mu: Symmetric, m: T_):
    """Under any symmetric law more than half of the preactivations are negative with probability at most 1/2."""
    v = Z.sequence
    here, there = _negative(v, m) - m / 2, _opposite(v, m) - m / 2
    either, total = indicator(here > 0) + indicator(there > 0), _negative(v, m) + _positive(v, m)
    counts = [count_negative_add_positive_le.at(v=v), count_opposite_eq_positive.at(v=v)]
    apart = Have(there < 0, Nonneg((m - total) + here, by=counts))
    other = Cases(there, signs=SIGNS)
    at_most_one = Have(either <= 1, Cases(here, (Nonneg(by=[apart]), other, other), signs=SIGNS))
    return Probability(here > 0, Z, mu) <= HALF, Moments(also=[Mean(either, Z, mu)], below=[at_most_one])


@claim(ledger=ROW)
def mean_count_zero_eq_zero(mu: NeverZero, m: T_):
    """Of m preactivations none is 0, but for events of probability 0, if their law has no atom there."""
    return eq(Mean(_zero(Z.sequence, m), Z, mu), 0), Induction(on=m, base=Moments(), step=Moments())


@claim(sources=["whyrelu"], ledger=ROW)
def probability_most_off_gt_half(mu: Fair, m: T_):
    """Folklore: at initialisation it is more probable than not that most units of a layer are zero."""
    most = Probability(_off(Z.sequence, m) - m / 2 > 0, Z, mu)
    return most > HALF, Refute(at={"mu": FAIR, "m": 1})


@claim(ledger=ROW, corrects=["probability_most_off_gt_half"])
def probability_most_off_le_half(mu: Fair, m: T_):
    """More than half of the units are zero with probability at most 1/2, where preactivations are symmetric and never 0."""
    v = Z.sequence
    off, negative, zero = (count(v, m) for count in (_off, _negative, _zero))
    some = Have(zero >= 1, Nonneg(zero * (zero - 1) / zero))
    none, any_ = Cases(negative - m / 2, signs=SIGNS), Cases([negative - m / 2, off - m / 2], Nonneg(by=[some]), signs=SIGNS)
    most = indicator(negative - m / 2 > 0) + zero
    bound = Have(indicator(off - m / 2 > 0) <= most, Cases(zero, (none, any_), signs=("0", "+"), by=[count_off_eq.at(v=v)]))
    known = [mean_count_zero_eq_zero, probability_most_negative_le_half]
    few = Probability(off - m / 2 > 0, Z, mu) <= HALF
    return few, Moments(also=[Mean(most, Z, mu)], below=[bound], by=known)
