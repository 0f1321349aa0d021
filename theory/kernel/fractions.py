"""Fractions of polynomials over named generators: the arithmetic under `Calc`.

A `Ring` hands out generators; a `Frac` is numerator over denominator. An algebraic generator r has
a square r² = s, which is used to keep its degree below two. Cancelling is sound at every point
where the original denominators do not vanish, which the callers prove separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from theory.language.errors import KernelRefusal

Poly: TypeAlias = fmpq_mpoly
SLOTS = 48
_CONTEXT = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(SLOTS)), Ordering.lex)
_GENERATORS: tuple[Poly, ...] = tuple(_CONTEXT.gens())


@dataclass(frozen=True)
class Frac:
    """numerator / denominator."""

    num: Poly
    den: Poly


def constant(value: int | Fraction) -> Poly:
    """A constant polynomial."""
    q = Fraction(value)
    return _CONTEXT.constant(fmpq(q.numerator, q.denominator))


def as_fraction(value: Any) -> Fraction:
    """A flint rational as a Python one."""
    return Fraction(int(value.p), int(value.q))


_ONE = constant(1)


class Ring:
    """Generators with their algebraic relations, and fraction arithmetic that respects them."""

    def __init__(self) -> None:
        self.count = 0
        self.squares: dict[int, Frac] = {}

    def generator(self, square: Frac | None = None) -> int:
        """A new generator; `square` is what its second power equals."""
        if self.count >= SLOTS:
            raise KernelRefusal(f"this identity needs more than {SLOTS} generators; split it into smaller steps")
        index, self.count = self.count, self.count + 1
        if square is not None:
            self.squares[index] = square
        return index

    def gen(self, index: int, exponent: int = 1) -> Frac:
        """A power of a generator, negative ones too."""
        p = _GENERATORS[index] ** abs(exponent)
        return self.reduced(Frac(p, _ONE) if exponent >= 0 else Frac(_ONE, p))

    def rational(self, value: int | Fraction) -> Frac:
        """A constant."""
        return Frac(constant(value), _ONE)

    def add(self, a: Frac, b: Frac) -> Frac:
        """a + b."""
        if a.den == b.den:
            return self.reduced(Frac(a.num + b.num, a.den))
        return self.reduced(Frac(a.num * b.den + b.num * a.den, a.den * b.den))

    def sub(self, a: Frac, b: Frac) -> Frac:
        """a − b."""
        return self.add(a, Frac(-b.num, b.den))

    def mul(self, a: Frac, b: Frac) -> Frac:
        """a · b."""
        return self.reduced(Frac(a.num * b.num, a.den * b.den))

    def inverse(self, a: Frac) -> Frac:
        """1 / a, refused where a is formally zero."""
        if a.num.is_zero():
            raise KernelRefusal("a denominator is identically zero")
        return Frac(a.den, a.num)

    def power(self, a: Frac, k: int) -> Frac:
        """An integer power."""
        if k < 0:
            return self.power(self.inverse(a), -k)
        if k > 64 and not (a.num.is_constant() and a.den.is_constant()):
            raise KernelRefusal(f"a power with exponent {k} is too large to multiply out")
        if k > 4096:
            raise KernelRefusal(f"a power with exponent {k} is too large to multiply out")
        return self.reduced(Frac(a.num**k, a.den**k))

    def reduced(self, a: Frac) -> Frac:
        """Lower every algebraic generator to degree below two and cancel common factors."""
        num, den = a.num, a.den
        for index in sorted(self.squares, reverse=True):
            num_f, den_f = self._lower(num, index), self._lower(den, index)
            num, den = num_f.num * den_f.den, num_f.den * den_f.num
        if den.is_zero():
            raise KernelRefusal("a denominator is identically zero")
        if not den.is_constant():
            common = num.gcd(den)
            if not common.is_constant():
                num, den = _quotient(num, common), _quotient(den, common)
        if den.is_constant():
            return Frac(num / den.leading_coefficient(), _ONE)
        lead = den.leading_coefficient()
        return Frac(num / lead, den / lead)

    def _lower(self, p: Poly, index: int) -> Frac:
        if p.degrees()[index] < 2:
            return Frac(p, _ONE)
        square = self.squares[index]
        parts: dict[tuple[int, int], dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in p.terms():
            halves, odd = divmod(int(exponents[index]), 2)
            rest = tuple(odd if k == index else int(e) for k, e in enumerate(exponents))
            parts.setdefault((halves, odd), {})[rest] = coefficient
        top = max(halves for halves, _ in parts)
        result = constant(0)
        for (halves, _), terms in parts.items():
            result += _CONTEXT.from_dict(terms) * square.num**halves * square.den ** (top - halves)
        return Frac(result, square.den**top)

    def is_zero(self, a: Frac) -> bool:
        """Whether the fraction is formally zero."""
        return a.num.is_zero()

    def equal(self, a: Frac, b: Frac) -> bool:
        """Whether two fractions are formally equal."""
        return self.is_zero(self.sub(a, b))

    def ratio(self, a: Frac, b: Frac) -> Fraction | None:
        """The rational c with a = c·b, if there is one."""
        if b.num.is_zero() or a.num.is_zero():
            return None
        left = self.reduced(Frac(a.num * b.den, _ONE)).num
        right = self.reduced(Frac(b.num * a.den, _ONE)).num
        if left.is_zero() or right.is_zero():
            return None
        c = as_fraction(left.leading_coefficient()) / as_fraction(right.leading_coefficient())
        return c if left == right * constant(c) else None

    def as_constant(self, a: Frac) -> Fraction | None:
        """The value of a fraction without generators."""
        if a.num.is_zero():
            return Fraction(0)
        if a.num.is_constant() and a.den.is_constant():
            return as_fraction(a.num.leading_coefficient()) / as_fraction(a.den.leading_coefficient())
        return None


def terms_of(p: Poly) -> list[tuple[dict[int, int], Fraction]]:
    """Each term as its nonzero exponents by generator, and its coefficient."""
    return [
        ({k: int(e) for k, e in enumerate(exponents) if e}, as_fraction(coefficient)) for exponents, coefficient in p.terms()
    ]


def monomial(exponents: dict[int, int]) -> Poly:
    """A product of powers of generators."""
    result = _ONE
    for index, e in exponents.items():
        result = result * _GENERATORS[index] ** e
    return result


def _quotient(p: Poly, q: Poly) -> Poly:
    quotient, remainder = divmod(p, q)
    if not remainder.is_zero():
        raise KernelRefusal("an exact division left a remainder")
    return quotient
