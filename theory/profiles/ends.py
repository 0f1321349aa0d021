"""What a function does towards the two ends of the line: its limit or asymptote, and how fast it comes near."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from theory.kernel.fractions import as_fraction
from theory.kernel.functions import Function, pitch_of
from theory.kernel.growth import CONSTANT, Key, Tail, faster, shape_of
from theory.kernel.tails import Tails
from theory.kernel.terms import ONE, Term, add, fn, mul, power, rat
from theory.language.errors import KernelRefusal
from theory.profiles.signs import tail_of
from theory.tactics.cells import STARTS
from theory.tactics.numbers import simplified


@dataclass(frozen=True)
class End:
    """One end of the line; `side` is 1 for ∞, −1 for −∞.

    `limit` is a closed term, or 1, −1 for ±∞, or None where there is none (`known`) or none is seen (not `known`).
    `asymptote` is a polynomial in x whose difference from the function tends to 0. `gap` is a term that the difference is
    asymptotic to, 0 where there is no difference; where that is not seen exactly, `order` is a term that it stays within a
    constant multiple of.
    """

    side: int
    limit: Term | int | None = None
    asymptote: Term | None = None
    gap: Term | None = None
    order: Term | None = None
    known: bool = True

    @property
    def saturates(self) -> bool | None:
        """Whether the function tends to a number there, so that inputs far out are not told apart; None if not seen."""
        return isinstance(self.limit, Term) if self.known else None


def end_of(f: Function, side: int) -> End:
    """What is seen of the outermost piece towards its end."""
    if pitch_of(f.derived, f.variable) is not None:
        return End(side)  # it repeats itself, and is not constant
    kink = f.piece[0 if side > 0 else 1]
    beyond = abs(kink) + 1 if kink is not None else Fraction(1)
    found = End(side, known=False)
    for start in (s for s in STARTS if s >= beyond):
        try:
            now = _Reading(*tail_of(f, start, side), f.variable, side).end()
        except KernelRefusal:
            continue
        if now.known:
            found = now
        if now.gap is not None:
            return now
    return found


class _Reading:
    """One tail, a sum of terms in |x|, read as terms in x."""

    def __init__(self, tails: Tails, tail: Tail, x: Term, side: int) -> None:
        self._tails, self._tail, self._x, self._side = tails, tail, x, side

    def end(self) -> End:
        tail, side = self._tail, self._side
        flat = {key: part for key, part in tail.items() if not key[1] and key[0] >= 0 and key[0].denominator == 1}
        rest = {key: part for key, part in tail.items() if key not in flat}
        growth = self._tails.grows(tail)
        asymptote = self._polynomial(flat) if all(part.exact is not None for part in flat.values()) else None
        try:
            self._tails.bounded(rest)  # refuses what does not decay
        except KernelRefusal:
            gap, order = self._leading(tail)
            return End(side, growth, None, gap, order) if growth else End(side, known=False)
        if asymptote is None or (set(flat) - {CONSTANT} and not growth):
            return End(side, growth) if growth else End(side, known=False)
        gap, order = self._leading(rest) if rest else (rat(0), None)
        return End(side, growth or asymptote, asymptote, gap, order)

    def _polynomial(self, flat: Tail) -> Term:
        parts = [self._term(key, part.exact or {}) for key, part in sorted(flat.items(), reverse=True)]
        return add(*parts) if len(parts) > 1 else parts[0] if parts else rat(0)

    def _leading(self, tail: Tail) -> tuple[Term | None, Term | None]:
        """The term that outgrows all others where its coefficient is known, and without its coefficient where it is not."""
        for key, part in tail.items():
            try:
                if not all(other is key or faster(key, other) for other in tail):
                    continue
            except KernelRefusal:
                continue
            return (self._term(key, part.exact), None) if part.exact else (None, self._term(key, None))
        return None, None

    def _term(self, key: Key, exact: dict[Term, fmpq] | None) -> Term:
        """c·|x|^a·e^{−P(|x|)} written in x."""
        a, exponent = key
        turned = -1 if self._side < 0 and a.denominator == 1 and a % 2 and exact is not None else 1
        coefficient = rat(1) if exact is None else simplified(_closed({c: as_fraction(q) * turned for c, q in exact.items()}))
        base = self._x if a.denominator == 1 else fn("abs", self._x)
        powers = [self._x if a == 1 else power(base, a)] if a else []
        exponents = [_monomial(c, -q * self._side**degree, self._x, degree) for (degree, c), q in reversed(exponent) if degree]
        logs = as_fraction(shape_of(key)[1])
        powers += [power(fn("log", fn("abs", self._x)), logs)] if logs else []
        decay = [fn("exp", add(*exponents) if len(exponents) > 1 else exponents[0])] if exponents else []
        factors = [*([] if coefficient is ONE and (powers or decay) else [coefficient]), *powers, *decay]
        return factors[0] if len(factors) == 1 else mul(*factors)


def _closed(exact: dict[Term, Fraction]) -> Term:
    parts = [rat(q) if c is ONE else c if q == 1 else mul(rat(q), c) for c, q in exact.items()]
    return add(*parts) if len(parts) > 1 else parts[0] if parts else rat(0)


def _monomial(closed: Term, q: Fraction, x: Term, degree: int) -> Term:
    coefficient = simplified(_closed({closed: q}))
    power_of_x = x if degree == 1 else power(x, degree)
    return power_of_x if coefficient is ONE else mul(coefficient, power_of_x)
