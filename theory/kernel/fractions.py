"""Fractions of polynomials over named generators, the arithmetic under every normal form.

A relation g^k = s of a generator keeps its degree below k. Cancelling is sound at every point where
the original denominators do not vanish, which the callers prove separately.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb, prod
from typing import Any, TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from theory.language.errors import KernelRefusal, refuse_if

Poly: TypeAlias = fmpq_mpoly
Number: TypeAlias = "Frac | int | Fraction"
SLOTS = 32
MOST_TERMS = 1 << 20  # of a polynomial that is multiplied out, and bits of its coefficients
_CONTEXT = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(SLOTS)), Ordering.lex)
GENERATORS: tuple[Poly, ...] = tuple(_CONTEXT.gens())


@lru_cache(4096)
def as_fraction(value: Any) -> Fraction:
    """A flint rational as a Python one."""
    return Fraction(int(value.p), int(value.q))


def constant(value: int | Fraction) -> Poly:
    """A polynomial without generators."""
    return _CONTEXT.constant(fmpq(value.numerator, value.denominator))


_ONE = constant(1)


class Ring:
    """Generators, each perhaps with a relation: (k, s) where its k-th power equals s."""

    def __init__(self) -> None:
        self.count = 0
        self.relations: dict[int, tuple[int, Frac]] = {}

    def generator(self) -> Frac:
        """A new generator."""
        refuse_if(self.count >= SLOTS, f"this identity needs more than {SLOTS} generators; split it into smaller steps")
        self.count += 1
        return self.gen(self.count - 1)

    def gen(self, index: int) -> Frac:
        """The generator of that number."""
        return Frac(self, GENERATORS[index], _ONE)

    def rational(self, value: int | Fraction) -> Frac:
        """A constant."""
        return Frac(self, constant(value), _ONE)

    def monomial(self, exponents: dict[int, int]) -> Frac:
        """A product of powers of generators."""
        return prod((self.gen(index) ** degree for index, degree in exponents.items()), start=self.rational(1))

    def reduced(self, num: Poly, den: Poly) -> Frac:
        """num / den with the relations applied, common factors cancelled and a monic denominator."""
        while (index := self._too_high(num, den)) is not None:
            (n, below), (m, under) = self._lowered(num, index), self._lowered(den, index)
            num, den = _product(n, under), _product(m, below)
        refuse_if(den.is_zero(), "a denominator is identically zero")
        if not den.is_constant() and not (common := num.gcd(den)).is_one():
            num, den = _quotient(num, common), _quotient(den, common)
        lead = den.leading_coefficient()
        return Frac(self, num, den) if lead == 1 else Frac(self, num / lead, den / lead)

    def _too_high(self, num: Poly, den: Poly) -> int | None:
        """A generator to which its relation applies."""
        if not self.relations:
            return None
        least = min(degree for degree, _ in self.relations.values())
        found = (p.degrees() for p in (num, den) if p.total_degree() >= least)
        return next((i for degrees in found for i, (k, _) in self.relations.items() if degrees[i] >= k), None)

    def _lowered(self, p: Poly, index: int) -> tuple[Poly, Poly]:
        """Numerator and denominator of p with the relation of one generator applied."""
        degree, value = self.relations[index]
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in p.terms():
            times, left = divmod(int(exponents[index]), degree)
            parts.setdefault(times, {})[*exponents[:index], left, *exponents[index + 1 :]] = coefficient
        top = max(parts, default=0)
        factors = {k: _product(_raised(value.num, k), _raised(value.den, top - k)) for k in parts}
        summands = [_product(_CONTEXT.from_dict(t), factors[k]) for k, t in parts.items()]
        return sum(summands, constant(0)), _raised(value.den, top)


class Frac:
    """numerator / denominator in one ring; the operators +, −, ·, / and integer powers reduce."""

    __slots__ = ("den", "num", "ring")

    def __init__(self, ring: Ring, num: Poly, den: Poly) -> None:
        self.ring, self.num, self.den = ring, num, den

    def _other(self, value: Number) -> Frac:
        return value if isinstance(value, Frac) else self.ring.rational(value)

    def __add__(self, value: Number) -> Frac:
        other = self._other(value)
        if self.den == other.den:
            return self.ring.reduced(self.num + other.num, self.den)
        return self.ring.reduced(_product(self.num, other.den) + _product(other.num, self.den), _product(self.den, other.den))

    def __mul__(self, value: Number) -> Frac:
        other = self._other(value)
        return self.ring.reduced(_product(self.num, other.num), _product(self.den, other.den))

    def __truediv__(self, value: Number) -> Frac:
        other = self._other(value)
        return self.ring.reduced(_product(self.num, other.den), _product(self.den, other.num))

    def __neg__(self) -> Frac:
        return Frac(self.ring, -self.num, self.den)

    def __sub__(self, value: Number) -> Frac:
        return self + -self._other(value)

    def __pow__(self, k: int) -> Frac:
        if k < 0:
            return (self.ring.rational(1) / self) ** -k
        refuse_if(k > 64 and (k > 4096 or self.constant() is None), f"a power with exponent {k} is too large to multiply out")
        return self.ring.reduced(_raised(self.num, k), _raised(self.den, k))

    def is_zero(self) -> bool:
        """Whether the fraction is formally zero."""
        return self.num.is_zero()

    def same(self, other: Frac) -> bool:
        """Whether two fractions are formally equal."""
        return (self - other).is_zero()

    def constant(self) -> Fraction | None:
        """The value of a fraction without generators."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        return Fraction(0) if self.num.is_zero() else self.leading() / as_fraction(self.den.leading_coefficient())

    def leading(self) -> Fraction:
        """The leading coefficient of the numerator."""
        return as_fraction(self.num.leading_coefficient())

    def ratio(self, other: Frac) -> Fraction | None:
        """The rational c ≠ 0 with self = c · other, if there is one."""
        # Without relations both are in lowest terms, so that one is a multiple of the other only term by term.
        apart = not self.ring.relations and len(self.num) != len(other.num)
        return None if apart or self.is_zero() or other.is_zero() else (self / other).constant()

    def renewed(self) -> Frac:
        """The same fraction by the relations of today."""
        return self.ring.reduced(self.num, self.den)

    def terms(self) -> list[tuple[dict[int, int], Fraction]]:
        """Each term as its exponents by generator and its coefficient; refused of a proper fraction."""
        refuse_if(not self.den.is_constant(), "a depth must be a polynomial in natural variables")
        return terms_of(self.num)


def terms_of(p: Poly) -> list[tuple[dict[int, int], Fraction]]:
    """Each term as its nonzero exponents by generator, and its coefficient."""
    if p.is_constant():
        return [] if p.is_zero() else [({}, as_fraction(p.leading_coefficient()))]
    used = [k for k, degree in enumerate(p.degrees()) if degree]
    return [({k: int(exponents[k]) for k in used if exponents[k]}, as_fraction(c)) for exponents, c in p.terms()]


def _product(p: Poly, q: Poly) -> Poly:
    """p·q, refused where it would have more terms, or longer coefficients, than memory can be expected to hold."""
    if p.is_one() or q.is_one():
        return q if p.is_one() else p
    if len(p) * len(q) > MOST_TERMS or _bits(p) + _bits(q) > MOST_TERMS:
        raise KernelRefusal("a product of sums is too large to multiply out")
    return p * q


def _raised(p: Poly, k: int) -> Poly:
    """p^k, refused by a bound of its terms, and of the bits of its coefficients but for the few that adding them up takes."""
    too_large = k > 1 and max(k * _bits(p), comb(max(len(p), 1) + k - 1, k)) > MOST_TERMS
    refuse_if(too_large, f"a power with exponent {k} is too large to multiply out")
    return p**k


def _bits(p: Poly) -> int:
    return max((c.height_bits() for c in p.coeffs()), default=0)


def _quotient(p: Poly, q: Poly) -> Poly:
    quotient, remainder = divmod(p, q)
    refuse_if(not remainder.is_zero(), "an exact division left a remainder")
    return quotient
