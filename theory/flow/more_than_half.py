"""Whether most units of a first layer are zero when its weights are drawn: how probable more than half of them are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Rational, Transpose

from theory.flow.half_units import SIGNS, probability_preactivation_zero_gaussian, w
from theory.language.chance import FiniteLaw, LawVariable, Mean, Probability, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.matrices import grouped, scaled
from theory.language.norms import Entry, Norm
from theory.language.recursion import Recursion
from theory.language.statements import both, implies
from theory.language.symbols import T_, Drive, Start, eq
from theory.tactics import Cases, Have, Induction, Moments, Nonneg, Refute

Symmetric = Annotated[LawVariable, Laws(symmetric=True)]
HALF = Rational(1, 2)
ROW = ["sparse-most-entries-zero"]
FAIR = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})


def _is_zero(z: Any) -> Any:
    return indicator(z >= 0) * indicator(z <= 0)


def _counted(name: str, test: Callable[[Any], Any], x: Any, column: Callable[[Any], Any], m: Any) -> Any:
    return Recursion(name, 0, lambda before, t: before + test(Entry(grouped(Transpose(x), column(t)), 1, 1))).at(m)


def _off(x: Any, v: Any, m: Any) -> Any:
    """How many of m preactivations are not positive, so that their units are zero."""
    return _counted("N", lambda z: indicator(z <= 0), x, v.at, m)


def _negative(x: Any, v: Any, m: Any) -> Any:
    """How many are negative."""
    return _counted("M", lambda z: indicator(z < 0), x, v.at, m)


def _opposite(x: Any, v: Any, m: Any) -> Any:
    """How many are negative with the opposite weights, which is how many are positive."""
    return _counted("M", lambda z: indicator(z < 0), x, lambda t: scaled(-1, v.at(t)), m)


def _zero(x: Any, v: Any, m: Any) -> Any:
    """How many are 0."""
    return _counted("E", _is_zero, x, v.at, m)


def _last(x: Any, v: Any, m: Any) -> Any:
    return Entry(Transpose(x) * v.at(m + 1), 1, 1)


def _never_zero(x: Any, mu: Any) -> Any:
    return eq(Mean(_is_zero(Entry(Transpose(x) * w.at(1), 1, 1)), w, mu), 0)


# --- for given weights ----------------------------------------------------------------------------


@claim(ledger=ROW)
def count_negative_add_opposite_le(x: Start, v: Drive, m: T_):
    """Of m preactivations at most m are negative or become so when all weights change their sign."""
    total = _negative(x, v, m) + _opposite(x, v, m)
    step = Cases(_last(x, v, m), (Nonneg(), Nonneg((m - total) + 1), Nonneg()), signs=SIGNS)
    return total <= m, Induction(on=m, base=Nonneg(), step=step)


@claim(ledger=ROW)
def count_off_eq(x: Start, v: Drive, m: T_):
    """A unit without bias is zero if its preactivation is negative or 0; how many are 0 is 0 or at least 1."""
    zero = _zero(x, v, m)
    parts = both(eq(_off(x, v, m), _negative(x, v, m) + zero), zero >= 0, zero * (zero - 1) >= 0)
    return parts, Induction(on=m, base=Nonneg(), step=Cases(_last(x, v, m), Nonneg(), signs=SIGNS))


# --- for drawn ones -------------------------------------------------------------------------------


@claim(ledger=ROW)
def probability_most_negative_le_half(x: Start, mu: Symmetric, m: T_):
    """With weights of any symmetric law more than half of the preactivations are negative with probability at most 1/2."""
    v = w.sequence
    here, there = _negative(x, v, m) - m / 2, _opposite(x, v, m) - m / 2
    either, total = indicator(here > 0) + indicator(there > 0), _negative(x, v, m) + _opposite(x, v, m)
    apart = Have(there < 0, Nonneg((m - total) + here, by=[count_negative_add_opposite_le.at(v=v)]))
    other = Cases(there, signs=SIGNS)
    at_most_one = Have(either <= 1, Cases(here, (Nonneg(by=[apart]), other, other), signs=SIGNS))
    return Probability(here > 0, w, mu) <= HALF, Moments(also=[Mean(either, w, mu)], below=[at_most_one])


@claim(ledger=ROW, example={"n": 1, "x": [1], "mu": FAIR, "m": 1})
def mean_count_zero_eq_zero(x: Start, mu: Symmetric, m: T_):
    """Where one preactivation is never 0, but for events of probability 0, none of m is."""
    count = Mean(_zero(x, w.sequence, m), w, mu)
    return implies(_never_zero(x, mu), eq(count, 0)), Induction(on=m, base=Moments(), step=Moments())


@claim(sources=["whyrelu"], ledger=ROW, example={"n": 1, "x": [1], "mu": FAIR, "m": 1})
def probability_most_off_gt_half(x: Start, mu: Symmetric, m: T_):
    """Folklore: at initialisation it is more probable than not that most units of a layer are zero."""
    most = Probability(_off(x, w.sequence, m) - m / 2 > 0, w, mu)
    return implies(_never_zero(x, mu), most > HALF), Refute(at={"x": [1], "mu": FAIR, "m": 1})


@claim(ledger=ROW, corrects=["probability_most_off_gt_half"], example={"n": 1, "x": [1], "mu": FAIR, "m": 1})
def probability_most_off_le_half(x: Start, mu: Symmetric, m: T_):
    """With weights of a symmetric law that never give a preactivation of 0 it has probability at most 1/2."""
    v = w.sequence
    off, negative, zero = (count(x, v, m) for count in (_off, _negative, _zero))
    some = Have(zero >= 1, Nonneg(zero * (zero - 1) / zero))
    none, any_ = Cases(negative - m / 2, signs=SIGNS), Cases([negative - m / 2, off - m / 2], Nonneg(by=[some]), signs=SIGNS)
    most = indicator(negative - m / 2 > 0) + zero
    bound = Have(indicator(off - m / 2 > 0) <= most, Cases(zero, (none, any_), signs=("0", "+"), by=[count_off_eq.at(v=v)]))
    known = [mean_count_zero_eq_zero, probability_most_negative_le_half]
    few = Probability(off - m / 2 > 0, w, mu) <= HALF
    return implies(_never_zero(x, mu), few), Moments(also=[Mean(most, w, mu)], below=[bound], by=known)


@claim(ledger=ROW, example={"n": 1, "x": [1], "m": 1})
def probability_most_off_gaussian_le_half(x: Start, m: T_):
    """So it has with normal weights, whatever the input but 0; a layer of one unit attains 1/2."""
    few = Probability(_off(x, w.sequence, m) - m / 2 > 0, w, standard_normal) <= HALF
    known = [probability_preactivation_zero_gaussian, probability_most_off_le_half.at(mu=standard_normal)]
    return implies(Norm(x) > 0, few), Moments(by=known)
