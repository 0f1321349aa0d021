"""The generators of the differential tower and the relations between them, on fractions alone.

Only relations that hold for real numbers enter: rational multiples of one exponent go through one
generator, e^a e^b = e^{a+b}, e^{k log p} = p^k, (√u)² = u, √(cu) = √c √u for rational c > 0,
log(e^k u) = k + log u, erf odd, sin² + cos² = 1, (ab)^T = a^T b^T for natural T.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

from theory.kernel.fractions import Frac, Poly, Ring, terms_of
from theory.kernel.terms import HALF, ONE, Term, add, fn, make, mul, power, rat
from theory.language.errors import KernelRefusal

_MOST_STEPS = 256


class Tower:
    """A ring whose generators have a meaning: a kind and what it is applied to.

    The kinds: 'opaque' (a term), 'exp' (the exponent, and how finely the first one was divided),
    'power' (base and natural exponent), 'root' and the operators of terms (a fraction), and a pair of an
    operator and an unknown activation (a fraction).
    """

    def __init__(self) -> None:
        self.ring = Ring()
        self.meanings: list[tuple[Any, Any]] = []

    def _made(self, kind: Any, key: Any) -> Frac:
        generator = self.ring.generator()
        self.meanings.append((kind, key))
        return generator

    def opaque_atom(self, t: Term) -> Frac:
        """The generator that stands for an opaque term."""
        for index, meaning in enumerate(self.meanings):
            if meaning == ("opaque", t):
                return self.ring.gen(index)
        return self._made("opaque", t)

    def _find(self, kind: Any, key: Frac) -> Frac | None:
        for index, (known, other) in enumerate(self.meanings):
            if known == kind and key.same(other):
                return self.ring.gen(index)
        return None

    def atom(self, kind: Any, key: Frac, square: Frac | None = None) -> Frac:
        """The generator `kind(key)`, with what its square equals."""
        found = self._find(kind, key)
        if found is None:
            found = self._made(kind, key)
            if square is not None:
                self.ring.relations[self.ring.count - 1] = (2, square)
        return found

    def symmetric(self, op: str, u: Frac) -> Frac:
        """erf u and sin u, which are odd; cos u and |u|, which are even."""
        odd = op in ("erf", "sin")
        if u.is_zero():
            return self.ring.rational(1 if op == "cos" else 0)
        mirrored = self._find(op, -u)
        if mirrored is not None:
            return -mirrored if odd else mirrored
        square = {"abs": lambda: u * u, "sin": lambda: -(self.symmetric("cos", u) ** 2) + 1}.get(op)
        return self.atom(op, u, square() if square else None)

    def log(self, u: Frac) -> Frac:
        """log u, as k + log(u / e^k) for every power of a known exponential that u contains."""
        value, rest = self.ring.rational(0), u.renewed()
        for index, key, _ in self._exponentials():
            k = _lowest(rest.num, index) - _lowest(rest.den, index)
            if k:
                value, rest = value + key * k, rest / self.ring.gen(index) ** k
        if rest.constant() == 1:
            return value
        inverse = self._find("log", self.ring.rational(1) / rest)
        return value + (self.atom("log", rest) if inverse is None else -inverse)

    # --- exponentials and powers --------------------------------------------------------------

    def _exponentials(self) -> list[tuple[int, Frac, int]]:
        """The exponentials that are not powers of finer ones: generator, exponent, parts."""
        found = [(index, *key) for index, (kind, key) in enumerate(self.meanings) if kind == "exp"]
        return [entry for entry in found if entry[0] not in self.ring.relations]

    def exp(self, u: Frac) -> Frac:
        """e^u: one generator for each monomial of u, of which the others are powers."""
        u = u.renewed()
        if not u.den.is_constant():
            return self._exponential(u)
        result = self.ring.rational(1)
        for exponents, coefficient in terms_of(u.num):
            (index, degree), *others = list(exponents.items()) or [(-1, 0)]
            kind, key = self.meanings[index] if degree == 1 and not others else ("", None)
            if kind == "log" and coefficient.denominator <= 2:
                # e^{k log p} = p^k and e^{(k/2) log p} = (√p)^k, for p > 0 as the logarithm demands
                p = key if coefficient.denominator == 1 else self.root(key)
                result *= p ** int(coefficient * coefficient.denominator)
            else:
                result *= self._exponential(self.ring.monomial(exponents) * coefficient)
        return result

    def _exponential(self, u: Frac) -> Frac:
        """e^u as a power of one generator; a generator that is too coarse becomes a power of a finer one."""
        for index, key, parts in self._exponentials():
            c = u.ratio(key)
            if c is None:
                continue
            # e^{(1 + 10⁻⁹)x} beside e^x would need polynomials of degree 10⁹.
            if abs(c.numerator) > _MOST_STEPS or parts * c.denominator > _MOST_STEPS:
                raise KernelRefusal(f"these exponents have no common fraction that keeps degrees below {_MOST_STEPS}")
            generator = self.ring.gen(index)
            if c.denominator > 1:
                generator = self._made("exp", (key / c.denominator, parts * c.denominator))
                self.ring.relations[index] = (1, generator**c.denominator)
            return generator**c.numerator
        sign = 1 if u.leading() > 0 else -1
        return self._made("exp", (u * sign, 1)) ** sign

    def root(self, u: Frac) -> Frac:
        """√u, with √(c·u) = √c √u for a rational c > 0 and squares taken out of c."""
        value = u.constant()
        if value is None:
            lead = abs(u.leading())
            return self.atom("root", u, u) if lead == 1 else self.root(self.ring.rational(lead)) * self.root(u / lead)
        if value < 0:
            raise KernelRefusal("the root of a negative number")
        inside, outside = value.numerator * value.denominator, Fraction(1, value.denominator)
        for k in range(2, min(1000, isqrt(inside) + 1)):
            while inside % (k * k) == 0:
                inside, outside = inside // (k * k), outside * k
        if isqrt(inside) ** 2 == inside:
            return self.ring.rational(outside * isqrt(inside))
        square = self.ring.rational(inside)
        return self.atom("root", square, square) * outside

    def natural_power(self, base: Frac, exponent: Frac) -> Frac:
        """b^e for a natural e = k + Σ c·m: b^k times a power of the generator b^m for each m."""
        result = self.ring.rational(1)
        for exponents, coefficient in exponent.renewed().terms():
            if coefficient.denominator != 1 or coefficient < 0:
                # b^{T−k} as b^T / b^k would need b ≠ 0
                raise KernelRefusal("a depth must be a sum of natural numbers")
            grown = self._split_power(base.renewed(), self.ring.monomial(exponents)) if exponents else base
            result *= grown ** int(coefficient)
        return result

    def _split_power(self, base: Frac, exponent: Frac) -> Frac:
        """base^exponent with products taken apart: (ab)^T = a^T b^T and (a/b)^T = a^T / b^T."""
        result = self.ring.rational(1)
        for side, sign in ((base.num, 1), (base.den, -1)):
            parts = terms_of(side)
            if len(parts) != 1:
                result *= self._power_atom(self.ring.reduced(side, self.ring.rational(1).den), exponent) ** sign
                continue
            exponents, coefficient = parts[0]
            if coefficient != 1:
                result *= self._power_atom(self.ring.rational(coefficient), exponent) ** sign
            for index, degree in exponents.items():
                kind, key = self.meanings[index]
                if kind == "exp":
                    result *= self.exp(key[0] * exponent * degree) ** sign
                else:
                    result *= self._power_atom(self.ring.gen(index), exponent) ** (sign * degree)
        return result

    def _power_atom(self, base: Frac, exponent: Frac) -> Frac:
        for index, (kind, key) in enumerate(self.meanings):
            if kind == "power" and base.same(key[0]) and exponent.same(key[1]):
                return self.ring.gen(index)
        return self._made("power", (base, exponent))

    # --- fractions as terms -------------------------------------------------------------------

    def term(self, a: Frac) -> Term:
        """A term with this normal form, the same for equal fractions of one tower."""
        a = a.renewed()
        num, den = self._polynomial(a.num), self._polynomial(a.den)
        if den is ONE:
            return num
        return power(den, -1) if num is ONE else mul(num, power(den, -1))

    def _polynomial(self, p: Poly) -> Term:
        summands: list[Term] = []
        for exponents, coefficient in terms_of(p):
            factors = [power(self._meaning(k), e) if e > 1 else self._meaning(k) for k, e in exponents.items()]
            if coefficient != 1 or not factors:
                factors.insert(0, rat(coefficient))
            summands.append(mul(*factors))
        return add(*summands) if summands else rat(0)

    def _meaning(self, index: int) -> Term:
        kind, key = self.meanings[index]
        match kind:
            case "opaque":
                return key
            case "power":
                return power(self.term(key[0]), self.term(key[1]))
            case "root":
                return power(self.term(key), HALF)
            case "exp":
                return fn("exp", self.term(key[0]))
            case (op, f):
                return make(op, (f, self.term(key)))
            case _:
                return fn(kind, self.term(key))


def _lowest(p: Poly, index: int) -> int:
    return min(exponents.get(index, 0) for exponents, _ in terms_of(p))
