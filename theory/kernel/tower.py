"""The generators of the differential tower and the relations between them, on fractions alone.

Only relations that hold for real numbers enter: rational multiples of one exponent go through one
generator, e^a e^b = e^{a+b}, e^{k log p} = p^k, (√u)² = u, √(cu) = √c √u for rational c > 0,
log(e^k u) = k + log u, erf and arctan odd, sin² + cos² = 1, (ab)^T = a^T b^T for natural T,
arsinh u = log(u + √(1 + u²)), W(u) = u·e^{−W(u)}.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from math import isqrt, lcm
from typing import Any, TypeAlias

from theory.kernel.fractions import Frac, Poly, Ring, as_fraction, monomial, terms_of
from theory.kernel.signs import NEG, NIL, POS
from theory.kernel.terms import ONE, Term, add, fn, make, mul, power, rat
from theory.language.errors import KernelRefusal

_MOST_STEPS = 256
Kind: TypeAlias = "str | tuple[str, Term]"


class Finer(Exception):
    """A generator e^m was chosen too coarse: e^{m/d} is needed."""

    def __init__(self, unit: int, parts: int) -> None:
        self.unit, self.parts = unit, parts


class Tower(ABC):
    """Generators by meaning: exponentials in `units`, everything else in `atoms`."""

    def __init__(self, granularity: dict[int, int]) -> None:
        self.ring = Ring()
        self._granularity = granularity
        self._units: list[tuple[Frac, int, int]] = []
        self._atoms: list[tuple[Kind, Any, int]] = []

    @abstractmethod
    def mask(self, a: Frac) -> int:
        """The possible signs of a fraction."""

    def generator_of(self, t: Term) -> Frac:
        """The generator that stands for an opaque term."""
        for kind, key, index in self._atoms:
            if kind == "opaque" and key is t:
                return self.ring.gen(index)
        index = self.ring.generator()
        self._atoms.append(("opaque", t, index))
        return self.ring.gen(index)

    def _find(self, kind: Kind, key: Frac) -> int | None:
        for known, other, index in self._atoms:
            if known == kind and self.ring.equal(key, other):
                return index
        return None

    def _atom(self, kind: Kind, key: Frac, square: Frac | None = None) -> Frac:
        index = self._find(kind, key)
        if index is None:
            index = self.ring.generator(square)
            self._atoms.append((kind, key, index))
        return self.ring.gen(index)

    def _odd_or_even(self, op: str, u: Frac) -> Frac:
        ring = self.ring
        minus = ring.sub(ring.rational(0), u)
        if self.ring.is_zero(u):
            return ring.rational(1 if op == "cos" else 0)
        mirrored = self._find(op, minus)
        if mirrored is not None:
            value = ring.gen(mirrored)
            return value if op == "cos" else ring.sub(ring.rational(0), value)
        if op == "sin":
            cosine = self._odd_or_even("cos", u)
            return self._atom("sin", u, ring.sub(ring.rational(1), ring.mul(cosine, cosine)))
        return self._atom(op, u)

    def _hyperbolic(self, op: str, e: Frac) -> Frac:
        ring = self.ring
        inverse = ring.inverse(e)
        sinh = ring.mul(ring.rational(Fraction(1, 2)), ring.sub(e, inverse))
        cosh = ring.mul(ring.rational(Fraction(1, 2)), ring.add(e, inverse))
        return {"sinh": sinh, "cosh": cosh}[op] if op != "tanh" else ring.mul(sinh, ring.inverse(cosh))

    def _arsinh(self, u: Frac) -> Frac:
        root = self._root(self.ring.add(self.ring.rational(1), self.ring.mul(u, u)))
        return self._log(self.ring.add(u, root))

    def _lambertw(self, u: Frac) -> Frac:
        """W(u) = u·e^{−W(u)}, where e^{W(u)} is a generator like other exponentials."""
        ring = self.ring
        if ring.is_zero(u):
            return u
        index = self._find("lambertw", u)
        if index is None:
            parts = self._granularity.get(len(self._units), 1)
            index = ring.generator()
            self._units.append((ring.mul(u, ring.gen(index, -parts)), index, parts))
            self._atoms.append(("lambertw", u, index))
        return next(key for key, at, _ in self._units if at == index)

    def _abs(self, u: Frac) -> Frac:
        ring, mask = self.ring, self.mask(u)
        if not mask & NEG:
            return u
        if not mask & POS:
            return ring.sub(ring.rational(0), u)
        mirrored = self._find("abs", ring.sub(ring.rational(0), u))
        return ring.gen(mirrored) if mirrored is not None else self._atom("abs", u, ring.mul(u, u))

    def _log(self, u: Frac) -> Frac:
        ring = self.ring
        value, rest = ring.rational(0), u
        for key, index, parts in self._units:
            k = _lowest(u.num, index) - _lowest(u.den, index)
            if k:
                value = ring.add(value, ring.mul(ring.rational(Fraction(k, parts)), key))
                rest = ring.mul(rest, ring.gen(index, -k))
        if ring.as_constant(rest) == 1:
            return value
        inverse = self._find("log", ring.inverse(rest))
        found = ring.sub(ring.rational(0), ring.gen(inverse)) if inverse is not None else self._atom("log", rest)
        return ring.add(value, found)

    # --- exponentials and powers --------------------------------------------------------------

    def exp(self, u: Frac) -> Frac:
        """e^u: one generator for each monomial of u, in whole multiples of a common fraction."""
        ring = self.ring
        result = ring.rational(1)
        if not u.den.is_constant():
            return self._exp_of_fraction(u)
        for exponents, coefficient in terms_of(u.num):
            (index, degree), *others = list(exponents.items()) or [(-1, 0)]
            logarithm = [key for kind, key, at in self._atoms if kind == "log" and at == index and degree == 1 and not others]
            if logarithm and coefficient.denominator <= 2:
                # e^{k log p} = p^k and e^{(k/2) log p} = (√p)^k, for p > 0 as the logarithm demands
                p = logarithm[0] if coefficient.denominator == 1 else self._root(logarithm[0])
                result = ring.mul(result, ring.power(p, int(coefficient * coefficient.denominator)))
            else:
                result = ring.mul(result, self._unit(Frac(monomial(exponents), ring.rational(1).den), coefficient))
        return result

    def _exp_of_fraction(self, u: Frac) -> Frac:
        """A known unit's power; else one unit for each term over a denominator of one term, one in all over another."""
        ring, terms = self.ring, terms_of(u.num)
        if len(terms) > 1 and len(terms_of(u.den)) == 1 and not any(ring.ratio(u, key) for key, _, _ in self._units):
            result = ring.rational(1)
            for exponents, coefficient in terms:
                part = ring.mul(Frac(monomial(exponents), ring.rational(1).den), Frac(ring.rational(coefficient).num, u.den))
                result = ring.mul(result, self.exp(part))
            return result
        lead = as_fraction(u.num.leading_coefficient())
        return self._unit(ring.mul(u, ring.rational(1 / lead)), lead)

    def _unit(self, key: Frac, coefficient: Fraction) -> Frac:
        for number, (known, index, parts) in enumerate(self._units):
            c = self.ring.ratio(key, known)
            if c is not None:
                steps = coefficient * c * parts
                if steps.denominator != 1:
                    raise Finer(number, lcm(parts, (coefficient * c).denominator))
                return self.ring.gen(index, _bounded(int(steps)))
        # The unit is the first multiple met, so that e^{851/500 x} is one generator and not the 851st power of one.
        number = len(self._units)
        parts = self._granularity.get(number, 1)
        index = self.ring.generator()
        self._units.append((self.ring.mul(self.ring.rational(abs(coefficient)), key), index, parts))
        return self.ring.gen(index, _bounded(parts if coefficient > 0 else -parts))

    def _root(self, u: Frac) -> Frac:
        ring, value = self.ring, self.ring.as_constant(u)
        if value is None:
            lead = abs(as_fraction(u.num.leading_coefficient()))
            if lead != 1:  # √(c·u) = √c √u for a rational c > 0
                return ring.mul(self._root(ring.rational(lead)), self._root(ring.mul(u, ring.rational(1 / lead))))
            return self._atom("root", u, u)
        if value < 0:
            raise KernelRefusal("the root of a negative number")
        inside = value.numerator * value.denominator
        outside, k = Fraction(1, value.denominator), 2
        while k * k <= inside and k < 1000:
            while inside % (k * k) == 0:
                inside, outside = inside // (k * k), outside * k
            k += 1
        if isqrt(inside) ** 2 == inside:
            return ring.rational(outside * isqrt(inside))
        return ring.mul(ring.rational(outside), self._atom("root", ring.rational(inside), ring.rational(inside)))

    def natural_power(self, base: Frac, exponent: Frac) -> Frac:
        """b^e for a natural e = k + Σ c·m: b^k times a power of the generator b^m for each m."""
        ring = self.ring
        result = ring.rational(1)
        if not exponent.den.is_constant():
            raise KernelRefusal("a depth must be a polynomial in natural variables")
        for exponents, coefficient in terms_of(exponent.num):
            if coefficient.denominator != 1 or coefficient < 0:
                # b^{T−k} as b^T / b^k would need b ≠ 0
                raise KernelRefusal("a depth must be a sum of natural numbers")
            if not exponents:
                result = ring.mul(result, ring.power(base, int(coefficient)))
                continue
            key = Frac(monomial(exponents), ring.rational(1).den)
            result = ring.mul(result, ring.power(self._split_power(base, key), int(coefficient)))
        return result

    def _split_power(self, base: Frac, key: Frac) -> Frac:
        """base^key with products taken apart: (ab)^T = a^T b^T and (a/b)^T = a^T / b^T."""
        ring = self.ring
        result = ring.rational(1)
        for side, sign in ((base.num, 1), (base.den, -1)):
            parts = terms_of(side)
            if len(parts) != 1:
                result = ring.mul(result, ring.power(self._power_atom(Frac(side, ring.rational(1).den), key), sign))
                continue
            exponents, coefficient = parts[0]
            if coefficient != 1:
                result = ring.mul(result, ring.power(self._power_atom(ring.rational(coefficient), key), sign))
            for index, degree in exponents.items():
                unit = [(k, p) for k, at, p in self._units if at == index]
                if unit:
                    grown = self.exp(ring.mul(ring.rational(Fraction(degree, unit[0][1])), ring.mul(unit[0][0], key)))
                    result = ring.mul(result, ring.power(grown, sign))
                else:
                    result = ring.mul(result, ring.power(self._power_atom(ring.gen(index), key), sign * degree))
        return result

    def _power_atom(self, base: Frac, key: Frac) -> Frac:
        for kind, (b, k), index in ((a[0], a[1], a[2]) for a in self._atoms if a[0] == "natpow"):
            if kind and self.ring.equal(b, base) and self.ring.equal(k, key):
                return self.ring.gen(index)
        index = self.ring.generator()
        self._atoms.append(("natpow", (base, key), index))
        return self.ring.gen(index)

    def moves(self, index: int, x: Term) -> bool:
        """Whether a generator is x, or e^{cx} with c ≠ 0: its derivative vanishes nowhere."""
        own = self.generator_of(x)
        if self.ring.equal(own, self.ring.gen(index)):
            return True
        return any(at == index and self.ring.ratio(key, own) is not None for key, at, _ in self._units)

    # --- fractions as terms -------------------------------------------------------------------

    def term(self, a: Frac) -> Term:
        """A term with this normal form, the same for equal fractions of one tower."""
        for kind, u, index in self._atoms:
            # W(u)^k/u^k for a denominator e^{kW(u)}, since that is what W(u) = u·e^{−W(u)} came from.
            k = _lowest(a.den, index) if kind == "lambertw" else 0
            if k and not self.mask(u) & NIL and self._parts_of(index) == 1:
                rest = self.ring.mul(a, self.ring.mul(self.ring.gen(index, k), self.ring.power(u, -k)))
                w = fn("lambertw", self.term(u))
                powers = [w if k == 1 else power(w, k)]
                return mul(*([] if self.ring.as_constant(rest) == 1 else [self.term(rest)]), *powers)
        num, den = self._poly_term(a.num), self._poly_term(a.den)
        if den is ONE:
            return num
        return power(den, -1) if num is ONE else mul(num, power(den, -1))

    def _poly_term(self, p: Poly) -> Term:
        summands: list[Term] = []
        for exponents, coefficient in terms_of(p):
            factors = [power(self._generator_term(k), e) if e > 1 else self._generator_term(k) for k, e in exponents.items()]
            if coefficient != 1 or not factors:
                factors.insert(0, rat(coefficient))
            summands.append(mul(*factors))
        return add(*summands) if summands else rat(0)

    def _parts_of(self, index: int) -> int:
        return next((parts for _, at, parts in self._units if at == index), 1)

    def _generator_term(self, index: int) -> Term:
        for key, at, parts in self._units:
            if at == index:
                argument = next((u for kind, u, k in self._atoms if (kind, k) == ("lambertw", index)), None)
                if argument is not None:  # whose key contains the generator itself
                    exponent = fn("lambertw", self.term(argument))
                    return fn("exp", mul(rat(Fraction(1, parts)), exponent) if parts > 1 else exponent)
                return fn("exp", mul(rat(Fraction(1, parts)), self.term(key)) if parts > 1 else self.term(key))
        for kind, key, at in self._atoms:
            if at != index:
                continue
            if kind == "opaque":
                return key
            if kind == "natpow":
                return power(self.term(key[0]), self.term(key[1]))
            if kind == "root":
                return power(self.term(key), Fraction(1, 2))
            if isinstance(kind, tuple):
                return make(kind[0], (kind[1], self.term(key)))
            return fn(kind, self.term(key))
        raise KernelRefusal("a generator without a meaning")


def _bounded(degree: int) -> int:
    # e^{(1 + 10⁻⁹)x} beside e^x would need polynomials of degree 10⁹.
    if abs(degree) > _MOST_STEPS:
        raise KernelRefusal(f"these exponents have no common fraction that keeps degrees below {_MOST_STEPS}")
    return degree


def _lowest(p: Poly, index: int) -> int:
    return min(exponents.get(index, 0) for exponents, _ in terms_of(p))
