"""The generators of the differential tower and the relations between them, on fractions alone.

Only relations that hold for real numbers enter: rational multiples of one exponent go through one
generator, e^a e^b = e^{a+b}, e^{k log p} = p^k, (√u)² = u, √(cu) = √c √u for rational c > 0,
log(e^k u) = k + log u, erf and arctan odd, sin² + cos² = 1, (ab)^T = a^T b^T for natural T,
W(u) = u·e^{−W(u)}.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, prod
from typing import TypeAlias

from theory.kernel.fractions import Frac, Poly, Ring, constant, terms_of
from theory.kernel.signs import ANY, NIL
from theory.kernel.terms import HALF, ONE, Term, add, fn, mul, power, rat
from theory.language.errors import KernelRefusal, refuse_if

_MOST_STEPS = 256
Key: TypeAlias = "Frac | Term"


class Tower:
    """A ring whose generators have a meaning: an operator and what it is applied to, or 'opaque' and a term."""

    def __init__(self) -> None:
        self.ring = Ring()
        self.meanings: list[tuple[str, tuple[Key, ...]]] = []
        self._parts: dict[int, int] = {}

    def _copy(self, other: Tower) -> None:
        """Have the generators of another tower, with their meanings and relations."""
        self.ring.count = other.ring.count
        self.ring.relations = {index: (k, self._own(value)) for index, (k, value) in other.ring.relations.items()}
        self.meanings = [(op, tuple(k if isinstance(k, Term) else self._own(k) for k in keys)) for op, keys in other.meanings]
        self._parts = other._parts.copy()

    def _own(self, a: Frac) -> Frac:
        """The same fraction over the generators of this tower."""
        return Frac(self.ring, a.num, a.den)

    def _made(self, op: str, *keys: Key) -> Frac:
        made = self.ring.generator()
        self.meanings.append((op, keys))
        return made

    def _find(self, op: str, *keys: Key) -> Frac | None:
        for index, (known, others) in enumerate(self.meanings):
            if known == op and all(map(_same, keys, others)):
                return self.ring.gen(index)
        return None

    def atom(self, op: str, *keys: Key, square: Frac | None = None) -> Frac:
        """The generator `op(keys)`, with what its square equals."""
        found = self._find(op, *keys)
        if found is None:
            found = self._made(op, *keys)
            if square is not None:
                self.ring.relations[self.ring.count - 1] = (2, square)
        return found

    def symmetric(self, op: str, u: Frac) -> Frac:
        """erf u, arctan u and sin u, which are odd; cos u and |u|, which are even."""
        odd = op in ("erf", "atan", "sin")
        if u.is_zero():
            return self.ring.rational(1 if op == "cos" else 0)
        mirrored = self._find(op, -u)
        if mirrored is not None:
            return -mirrored if odd else mirrored
        square = u * u if op == "abs" else -(self.symmetric("cos", u) ** 2) + 1 if op == "sin" else None
        return self.atom(op, u, square=square)

    def log(self, u: Frac) -> Frac:
        """log u, as k + log(u / e^k) for every power of a known exponential that u contains."""
        value, rest = self.ring.rational(0), u.renewed()
        for index, key in self._exponentials():
            k = _lowest(rest.num, index) - _lowest(rest.den, index)
            if k:
                value, rest = value + key * k, rest / self.ring.gen(index) ** k
        if rest.constant() == 1:
            return value
        inverse = self._find("log", self.ring.rational(1) / rest)
        return value + (self.atom("log", rest) if inverse is None else -inverse)

    def lambertw(self, u: Frac) -> Frac:
        """W(u) = u·e^{−W(u)}, where e^{W(u)} is a generator like other exponentials, with u beside its exponent."""
        if u.is_zero():
            return u
        for op, (exponent, *argument) in self.meanings:
            if op == "exp" and argument and isinstance(exponent, Frac) and _same(argument[0], u):
                return exponent.renewed()
        made = self._made("exp", u)
        self.meanings[-1] = ("exp", (u / made, u))
        return u / made

    # --- exponentials and powers --------------------------------------------------------------

    def _exponentials(self) -> list[tuple[int, Frac]]:
        """The exponentials that are not powers of finer ones: generator and exponent."""
        found = [(index, key) for index, (op, (key, *_)) in enumerate(self.meanings) if op == "exp" and isinstance(key, Frac)]
        return [(index, key) for index, key in found if index not in self.ring.relations]

    def exp(self, u: Frac) -> Frac:
        """e^u: one generator for each term of u over a denominator of one term, of which the others are powers."""
        u = u.renewed()
        if not u.den.is_constant():
            under, summands = Frac(self.ring, u.den, constant(1)), terms_of(u.num)
            if len(summands) == 1 or len(terms_of(u.den)) > 1 or any(u.ratio(key) for _, key in self._exponentials()):
                return self._exponential(u)
            return prod((self.exp(self.ring.monomial(e) * c / under) for e, c in summands), start=self.ring.rational(1))
        result = self.ring.rational(1)
        for exponents, coefficient in terms_of(u.num):
            (index, degree), *others = list(exponents.items()) or [(-1, 0)]
            op, (p, *_) = self.meanings[index] if degree == 1 and not others else ("", (None,))
            if op == "log" and isinstance(p, Frac) and coefficient.denominator <= 2:
                # e^{k log p} = p^k and e^{(k/2) log p} = (√p)^k, for p > 0 as the logarithm demands
                base = p if coefficient.denominator == 1 else self.root(p)
                result *= base ** int(coefficient * coefficient.denominator)
            else:
                result *= self._exponential(self.ring.monomial(exponents) * coefficient)
        return result

    def _exponential(self, u: Frac) -> Frac:
        """e^u as a power of one generator; a generator that is too coarse becomes a power of a finer one."""
        for index, key in self._exponentials():
            c = u.ratio(key)
            if c is None:
                continue
            parts = self._parts.get(index, 1) * c.denominator
            # e^{(1 + 10⁻⁹)x} beside e^x would need polynomials of degree 10⁹.
            if max(abs(c.numerator), parts) > _MOST_STEPS:
                raise KernelRefusal(f"these exponents have no common fraction that keeps degrees below {_MOST_STEPS}")
            generator = self.ring.gen(index)
            if c.denominator > 1:
                generator = self._made("exp", key / c.denominator, *self.meanings[index][1][1:])
                self._parts[self.ring.count - 1] = parts
                self.ring.relations[index] = (1, generator**c.denominator)
            return generator**c.numerator
        sign = 1 if u.leading() > 0 else -1
        return self._made("exp", u * sign) ** sign

    def root(self, u: Frac) -> Frac:
        """√u, with √(c·u) = √c √u for a rational c > 0 and squares taken out of c."""
        value = u.constant()
        if value is None:
            lead = abs(u.leading())
            if lead != 1:
                return self.root(self.ring.rational(lead)) * self.root(u / lead)
            return self.atom("pow", u, HALF, square=u)
        refuse_if(value < 0, "the root of a negative number")
        inside, outside = value.numerator * value.denominator, Fraction(1, value.denominator)
        for k in range(2, min(1000, isqrt(inside) + 1)):
            while inside % (k * k) == 0:
                inside, outside = inside // (k * k), outside * k
        if isqrt(inside) ** 2 == inside:
            return self.ring.rational(outside * isqrt(inside))
        square = self.ring.rational(inside)
        return self.atom("pow", square, HALF, square=square) * outside

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
                result *= self.atom("pow", self.ring.reduced(side, self.ring.rational(1).den), exponent) ** sign
                continue
            exponents, coefficient = parts[0]
            if coefficient != 1:
                result *= self.atom("pow", self.ring.rational(coefficient), exponent) ** sign
            for index, degree in exponents.items():
                op, (key, *_) = self.meanings[index]
                if op == "exp" and isinstance(key, Frac):
                    result *= self.exp(key * exponent * degree) ** sign
                else:
                    result *= self.atom("pow", self.ring.gen(index), exponent) ** (sign * degree)
        return result

    def moves(self, index: int, x: Term) -> bool:
        """Whether a generator is x, or e^{cx} with c ≠ 0: its derivative vanishes nowhere."""
        own, (op, (key, *_)) = self.atom("opaque", x), self.meanings[index]
        return key is x or (op == "exp" and isinstance(key, Frac) and key.ratio(own) is not None)

    def mask(self, a: Frac) -> int:
        """The possible signs of a fraction; who knows facts knows more."""
        return ANY

    # --- fractions as terms -------------------------------------------------------------------

    def term(self, a: Frac) -> Term:
        """A term with this normal form, the same for equal fractions of one tower."""
        a = a.renewed()
        for index, (op, (_, *argument)) in enumerate(() if a.den.is_constant() else self.meanings):
            # W(u)^k/u^k for a denominator e^{kW(u)}, since that is what W(u) = u·e^{−W(u)} came from.
            if op == "exp" and argument and isinstance(u := argument[0], Frac) and index not in self._parts:
                k = _lowest(a.den, index)
                if k and not self.mask(u) & NIL:
                    rest, w = a * self.ring.gen(index) ** k / u**k, fn("lambertw", self.term(u))
                    return mul(*([] if rest.constant() == 1 else [self.term(rest)]), w if k == 1 else power(w, k))
        num = self._polynomial(a.num)
        if a.den.is_constant():  # and so 1
            return num
        below = power(self._polynomial(a.den), -1)
        return below if num is ONE else mul(num, below)

    def _polynomial(self, p: Poly) -> Term:
        summands: list[Term] = []
        for exponents, coefficient in terms_of(p):
            factors = [power(self._meaning(k), e) if e > 1 else self._meaning(k) for k, e in exponents.items()]
            if coefficient != 1 or not factors:
                factors.insert(0, rat(coefficient))
            summands.append(mul(*factors))
        return add(*summands) if summands else rat(0)

    def _meaning(self, index: int) -> Term:
        op, keys = self.meanings[index]
        if op == "exp" and len(keys) > 1:  # e^{W(u)/k}, whose exponent is written with the generator itself
            exponent = fn("lambertw", *(self.term(u) for u in keys[1:] if isinstance(u, Frac)))
            return fn(op, mul(rat(Fraction(1, k)), exponent) if (k := self._parts.get(index, 1)) > 1 else exponent)
        args = [key if isinstance(key, Term) else self.term(key) for key in keys]
        return args[0] if op == "opaque" else fn(op, *args)


def _same(a: Key, b: Key) -> bool:
    return a.same(b) if isinstance(a, Frac) and isinstance(b, Frac) else a is b


def _lowest(p: Poly, index: int) -> int:
    return min((exponents.get(index, 0) for exponents, _ in terms_of(p)), default=0)
