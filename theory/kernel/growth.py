"""The terms of a tail: x^a·(log x)^b·e^{−P(x)} with a ball, their exact products, sums and powers.

P is a polynomial in x without constant term whose coefficients are exact: rational multiples of closed
terms, told apart as terms. So e^{−x}·e^{x} is 1 and e^{−√2 x}·e^{√(2+ε) x} is not, however small ε is.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple, final

from flint import arb, fmpq

from theory.kernel.fractions import as_fraction
from theory.kernel.series import expand
from theory.kernel.terms import ONE, Term, add, mul, power, rat
from theory.language.errors import refuse_if

# P as ((degree, closed factor), rational coefficient) in order; the closed factor of a rational is ONE.
# P has no constant term; degree 0 stands for −log log x instead, so that its coefficient −b makes the factor (log x)^b.
Exponent = tuple[tuple[tuple[int, Term], Fraction], ...]


@final
class Key(tuple[Fraction, Exponent]):
    """(a, P), interned as terms are: equal ones are the same object, made by `key_of` alone."""

    __slots__ = ()
    __hash__, __eq__, __ne__ = object.__hash__, object.__eq__, object.__ne__


@cache
def key_of(a: Fraction, p: Exponent) -> Key:
    """The one key with this power and this exponent."""
    return Key((a, p))


NOTHING: Exponent = ()
CONSTANT = key_of(Fraction(0), NOTHING)
LOG_X = key_of(Fraction(0), (((0, ONE), Fraction(-1)),))
HALF = Fraction(1, 2)


class Part(NamedTuple):
    """The ball and, if the coefficient is a constant that is known exactly, what it is."""

    ball: arb
    exact: dict[Term, fmpq] | None = None


Tail = dict[Key, Part]


def combined(exact: dict[Term, fmpq]) -> Term:
    """An exact number as one closed term."""
    known = [(c, rat(as_fraction(q))) for c, q in exact.items()]
    parts = [c if q is ONE else q if c is ONE else mul(q, c) for c, q in known]
    return add(*parts) if parts else rat(0)


def rational(q: int | Fraction | fmpq) -> Part:
    """A rational coefficient."""
    known = fmpq(q.numerator, q.denominator)
    return Part(arb(known), {ONE: known})


def value_of(t: Term) -> arb:
    """The ball of a closed term."""
    return arb(1) if t is ONE else expand(t, ONE, arb(1), 1)[0]  # a closed term: nothing in it is expanded


@cache
def shape_of(key: Key) -> tuple[fmpq, fmpq, tuple[tuple[int, Term, fmpq], ...]]:
    """a, b and the terms of P: degrees, closed factors, rational coefficients."""
    a, p = key
    parts = tuple((d, c, fmpq(q.numerator, q.denominator)) for (d, c), q in p)
    return fmpq(a.numerator, a.denominator), -sum((q for d, _, q in parts if not d), fmpq(0)), tuple(s for s in parts if s[0])


@cache
def grows(key: Key) -> int:
    """1, 0, −1 where x^a (log x)^b e^{−P(x)} goes to infinity, is constant, goes to 0."""
    a, b, p = shape_of(key)
    top = max((d for d, _, _ in p), default=0)
    lead = sum((value_of(c) * q for d, c, q in p if d == top), arb(0))
    refuse_if(bool(p) and lead.contains(0), "the growth of an exponential is not decided")
    return (lead < 0) - (lead > 0) or (a > 0) - (a < 0) or (b > 0) - (b < 0)


@cache
def faster(first: Key, second: Key) -> bool:
    """Whether the first outgrows the second."""
    return grows(product(first, inverse_of(second))) > 0


def lambertw_slope(w: arb) -> arb:
    """W' = e^{−W}/(1 + W), from a ball for W."""
    refuse_if(not 1 + w > 0, "Lambert's W has no derivative at −1/e")
    return (-w).exp() / (1 + w)


def plus(p: Part, q: Part) -> Part:
    """The sum of two coefficients of one term."""
    if p.exact is None or q.exact is None:
        return Part(p.ball + q.ball)
    total = {c: p.exact.get(c, 0) + q.exact.get(c, fmpq(0)) for c in {**p.exact, **q.exact}}
    exact = {c: v for c, v in total.items() if v}
    return Part(sum((value_of(c) * v for c, v in exact.items()), arb(0)), exact)


def times(p: Part, q: Part) -> Part:
    """The product of two coefficients."""
    if p.exact is None or q.exact is None or len(p.exact) * len(q.exact) > 16:
        return Part(p.ball * q.ball)
    if len(p.exact) == len(q.exact) == 1 and ONE in p.exact and ONE in q.exact:  # as most are
        return Part(p.ball * q.ball, {ONE: p.exact[ONE] * q.exact[ONE]})
    total: dict[Term, fmpq] = {}
    for a, x in p.exact.items():
        for b, y in q.exact.items():
            factor, closed = _closed_product(a, b)
            total[closed] = total.get(closed, 0) + x * y * factor
    return Part(p.ball * q.ball, {c: v for c, v in total.items() if v})


def raised(p: Part, q: Fraction) -> Part:
    """A power of a coefficient."""
    if p.exact is not None and list(p.exact) == [ONE]:
        if q.denominator == 1:
            return rational(p.exact[ONE] ** int(q))
        if p.exact[ONE] > 0:
            closed = power(combined(p.exact), q)
            return rational(1) if p.exact[ONE] == 1 else Part(value_of(closed), {closed: fmpq(1)})
    return Part(p.ball ** fmpq(q.numerator, q.denominator))


@lru_cache(maxsize=4096)
def _closed_product(a: Term, b: Term) -> tuple[fmpq, Term]:
    """A product of closed terms as a rational and a term; factors in one order, √c·√c as c."""
    factors = sorted([*_factors(a), *_factors(b)], key=repr)
    rational, kept = Fraction(1), list[Term]()
    for factor in factors:
        if factor.op == "rat":
            rational *= factor.data
        elif (
            kept
            and kept[-1] is factor
            and factor.op == "pow"
            and factor.args[0].op == "rat"
            and abs(factor.args[1].data) == HALF
        ):
            kept.pop()
            rational *= factor.args[0].data ** (1 if factor.args[1].data > 0 else -1)
        else:
            kept.append(factor)
    return fmpq(rational.numerator, rational.denominator), mul(*kept) if kept else ONE


def _factors(t: Term) -> list[Term]:
    return [f for a in t.args for f in _factors(a)] if t.op == "mul" else [t]


def _sum(p: Exponent, q: Exponent) -> Exponent:
    if not p or not q:
        return p or q
    total = dict(p)
    for key, c in q:
        total[key] = total.get(key, Fraction(0)) + c
    return ordered(total)


def ordered(p: dict[tuple[int, Term], Fraction]) -> Exponent:
    """The one form of a polynomial, so that equal ones are equal keys."""
    found = [(k, c) for k, c in p.items() if c]
    return tuple(sorted(found, key=lambda pair: (pair[0][0], repr(pair[0][1]))) if len(found) > 1 else found)


@cache
def product(k: Key, m: Key) -> Key:
    """The key of a product."""
    return key_of(k[0] + m[0], _sum(k[1], m[1]))


@cache
def inverse_of(k: Key) -> Key:
    """The key of the inverse."""
    return power_of(k, Fraction(-1))


@cache
def power_of(k: Key, q: Fraction) -> Key:
    """The key of a power."""
    return key_of(k[0] * q, tuple((d, c * q) for d, c in k[1] if q))
