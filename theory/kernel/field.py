"""The differential tower: scalar terms as fractions over generators, their signs, and where they are defined.

Each generator (e^u, log u, √u, erf u, |u|, b^T, an opaque atom) enters with the relations that hold
for real numbers and no others: rational multiples of one exponent go through one generator,
e^a e^b = e^{a+b}, (√u)² = u, log(e^k u) = k + log u, erf odd, sin² + cos² = 1. A formally zero
difference is therefore zero at every point where both sides are defined; a formally nonzero one
says nothing. `require_defined` proves that every denominator, root and logarithm is in range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from math import isqrt, lcm
from typing import Any, TypeAlias, TypeVar

from theory.kernel.definitions import derivative_of, unfolded
from theory.kernel.fractions import Frac, Poly, Ring, as_fraction, monomial, terms_of
from theory.kernel.signs import ANY, NEG, NIL, NONNEG, NONZERO, POS, fact_mask, mask_of, plus, raised, times
from theory.kernel.terms import BINDERS, ONE, Term, add, fn, make, mul, power, rat, sub, walk
from theory.language.errors import KernelRefusal


_PIECEWISE = frozenset({"abs", "max", "min", "pw", "app", "der", "slope"})


Kind: TypeAlias = "str | tuple[str, Term]"


class _Finer(Exception):
    """A generator e^m was chosen too coarse: e^{m/d} is needed."""

    def __init__(self, unit: int, parts: int) -> None:
        self.unit, self.parts = unit, parts


class Field:
    """One tower, built for one rule application; `facts` are formulas that its premises prove."""

    def __init__(self, facts: Iterable[Term] = (), granularity: dict[int, int] | None = None) -> None:
        self.ring = Ring()
        self._granularity = granularity or {}
        self._units: list[tuple[Frac, int, int]] = []
        self._atoms: list[tuple[Kind, Any, int]] = []
        self._masks: dict[int, int] = {}
        self._memo: dict[Term, Frac] = {}
        self._known: list[tuple[Frac, int]] = []
        self._values: dict[Term, Term] = {}
        self._signs: dict[Term, int] = {}
        self._defined: set[Term] = set()
        self.structures: dict[Term, str] = {}
        self.equalities: list[tuple[Term, Term]] = []
        self._rewrites: list[tuple[Term, Term]] | None = None
        waiting: list[Term] = []
        for fact in facts:
            if fact.op == "structure":
                self.structures[fact.args[0]] = fact.data
            elif fact.op == "meq":
                self.equalities.append((fact.args[0], fact.args[1]))
            elif fact.op == "and":
                waiting.extend(fact.args)
            else:
                waiting.append(fact)
        for fact in waiting:
            if fact.op == "eq" and fact.args[0].op in ("var", "entry", "norm") and fact.args[0] not in walk(fact.args[1]):
                key = fact.args[0]
                self._values[key if key.op == "var" else self.term(self.frac(key))] = fact.args[1]
        relations = [fact for fact in waiting if fact.op in ("le", "lt", "eq", "ne")]
        self._learn(relations)
        if any(node.op in _PIECEWISE for fact in relations for node in walk(fact)):
            self._learn(relations)  # once more: absolute values may now resolve by the facts themselves

    def _learn(self, relations: list[Term]) -> None:
        self._memo.clear()
        known: list[tuple[Frac, int]] = []
        for fact in relations:
            try:
                # The premise holds, so both sides are defined and only their signs are new.
                known.append((self.frac(sub(fact.args[1], fact.args[0])), fact_mask(fact.op)))
            except KernelRefusal:
                continue  # a fact that has no normal form is merely not used
        self._known = known
        self._masks.clear()
        self._memo.clear()
        self._signs.clear()

    # --- terms as fractions -------------------------------------------------------------------

    def frac(self, t: Term) -> Frac:
        """The normal form of a scalar term."""
        found = self._memo.get(t)
        if found is None:
            found = self._memo[t] = self._frac(t)
        return found

    def _frac(self, t: Term) -> Frac:
        ring = self.ring
        match t.op, t.args:
            case "rat", _:
                return ring.rational(t.data)
            case "add", parts:
                total = ring.rational(0)
                for p in parts:
                    total = ring.add(total, self.frac(p))
                return total
            case "mul", parts:
                result = ring.rational(1)
                for p in parts:
                    result = ring.mul(result, self.frac(p))
                return result
            case "pow", (base, exponent):
                return self._power(base, exponent)
            case "exp", (u,):
                return self.exp(self.frac(u))
            case "tanh" | "sinh" | "cosh", (u,):
                return self._hyperbolic(t.op, self.exp(self.frac(u)))
            case "log", (u,):
                return self._log(self.frac(u))
            case "abs", (u,):
                return self._abs(self.frac(u))
            case "max" | "min", (a, b):
                low, high = self.frac(a), self.frac(b)
                sign = 1 if t.op == "max" else -1
                spread = self._abs(ring.sub(low, high))
                return ring.mul(ring.rational(Fraction(1, 2)), ring.add(ring.add(low, high), ring.mul(ring.rational(sign), spread)))
            case "pw", (u, *branches):
                mask = self.sign(u)
                live = [b for b, bit in zip(branches, (POS, NIL, NEG), strict=True) if mask & bit]
                values = [self.frac(b) for b in live]
                if all(ring.equal(values[0], v) for v in values[1:]):
                    return values[0]
                raise KernelRefusal("a piecewise term needs the sign of its condition; split into cases")
            case "erf" | "sin" | "cos", (u,):
                return self._odd_or_even(t.op, self.frac(u))
            case "app", (f, u) if f.op == "fun":
                return self.frac(unfolded(f.data, u))
            case "app", (f, u):
                return self._atom(("app", f), self.frac(u))
            case "der", (f, u) if f.op == "fun":
                return self.frac(self.derivative_at(t))
            case "slope", (f, u):
                return self._slope(t, f, u)
            case "sum", _:
                return self._sum(t)
            case "nsub", (a, b):
                return self._nsub(t, a, b)
            case "entry", _:
                return self._entry(t)
            case ("norm" | "frobenius" | "rowsum" | "maxentry" | "radius"), (m,):
                plain = self._canonical(m)
                return ring.rational(0) if plain.op == "zeros" else self.opaque(make(t.op, (plain,)))
            case ("var" | "pi"), _:
                return self.opaque(t)
            case _:
                raise KernelRefusal(f"the kernel has no normal form for {t.op}")

    def _canonical(self, m: Term) -> Term:
        from theory.kernel.words import canonical

        return canonical(self, m)

    def rewrites(self) -> list[tuple[Term, Term]]:
        """The equalities between matrices that the facts give, left sides in normal form."""
        if self._rewrites is None:
            self._rewrites = []  # while the left sides are put into normal form, none is rewritten
            self._rewrites = [(self._canonical(a), b) for a, b in self.equalities]
            self._memo.clear()
        return self._rewrites

    def _entry(self, t: Term) -> Frac:
        from theory.kernel.words import entry

        return entry(self, *t.args)

    def piece(self, u: Term) -> int:
        """The strict sign of u, for `derivative`."""
        mask = self.sign(u)
        if mask == POS:
            return 1
        if mask == NEG:
            return -1
        raise KernelRefusal("a derivative at a kink needs a strict sign; split into cases")

    def derivative_at(self, t: Term) -> Term:
        """The unfolded derivative that a `der` term stands for."""
        f, u = t.args
        if f.op != "fun":
            raise KernelRefusal("an unknown activation has slopes, not derivatives")
        return derivative_of(f.data, t.data, u, self.piece)

    def _slope(self, t: Term, f: Term, u: Term) -> Frac:
        # Where the activation is differentiable, the slope that a network uses is the derivative.
        if f.op == "fun":
            der = make("der", (f, u), 1)
            try:
                self.require_defined(der)
                return self.frac(der)
            except KernelRefusal:
                pass
        return self._atom(("slope", f), self.frac(u))

    def opaque(self, t: Term) -> Frac:
        """A generator for a term of which nothing but its sign is used; its value where a fact gives one."""
        value = self._values.pop(t, None)
        if value is not None:
            try:  # taken out meanwhile: two facts may each express one atom by the other
                return self.frac(value)
            finally:
                self._values[t] = value
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
            lead = as_fraction(u.num.leading_coefficient())
            return self._unit(ring.mul(u, ring.rational(1 / lead)), lead)
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

    def _unit(self, key: Frac, coefficient: Fraction) -> Frac:
        for number, (known, index, parts) in enumerate(self._units):
            c = self.ring.ratio(key, known)
            if c is not None:
                steps = coefficient * c * parts
                if steps.denominator != 1:
                    raise _Finer(number, lcm(parts, (coefficient * c).denominator))
                return self.ring.gen(index, int(steps))
        number = len(self._units)
        parts = lcm(self._granularity.get(number, 1), coefficient.denominator)
        index = self.ring.generator()
        self._units.append((key, index, parts))
        return self.ring.gen(index, int(coefficient * parts))

    def _power(self, base: Term, exponent: Term) -> Frac:
        ring = self.ring
        if exponent.op == "rat":
            q: Fraction = exponent.data
            if q.denominator == 1:
                return ring.power(self.frac(base), int(q))
            if q.denominator == 2:
                return ring.power(self._root(self.frac(base)), int(2 * q))
            return self.exp(ring.mul(ring.rational(q), self._log(self.frac(base))))
        if exponent.sort == "nat":
            return self.natural_power(self.frac(base), self.frac(exponent))
        return self.exp(ring.mul(self.frac(exponent), self._log(self.frac(base))))

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
            if coefficient.denominator != 1:
                raise KernelRefusal("a depth must have whole coefficients")
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

    # --- sums and natural subtraction ---------------------------------------------------------

    def _sum(self, t: Term) -> Frac:
        from theory.kernel.words import split_sum, with_canonical_bound

        last = split_sum(self, t)
        if last is not None:
            shorter, tail = last
            return self.ring.add(self.frac(shorter) if shorter is not None else self.ring.rational(0), self.frac(tail))
        return self.opaque(with_canonical_bound(t))

    def _nsub(self, t: Term, a: Term, b: Term) -> Frac:
        gap = self.ring.sub(self.frac(a), self.frac(b))
        if self.mask(gap) & NEG:
            return self.opaque(t)
        return gap

    # --- fractions as terms -------------------------------------------------------------------

    def term(self, a: Frac) -> Term:
        """A term with this normal form, the same for equal fractions of one tower."""
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

    def _generator_term(self, index: int) -> Term:
        for key, at, parts in self._units:
            if at == index:
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

    # --- signs --------------------------------------------------------------------------------

    def sign(self, t: Term) -> int:
        """The possible signs of a term, from its structure, its normal form and the facts."""
        mask = self._signs.get(t)
        if mask is None:
            mask = self._structural(t)
            if mask not in (POS, NEG, NIL):
                with suppress(KernelRefusal):
                    mask &= self.mask(self.frac(t))
            self._signs[t] = mask
        return mask

    def _structural(self, t: Term) -> int:
        match t.op, t.args:
            case "rat", _:
                return mask_of(t.data)
            case "add", parts:
                mask = NIL
                for p in parts:
                    mask = plus(mask, self.sign(p))
                return mask
            case "mul", parts:
                mask = POS
                for p in parts:
                    mask = times(mask, self.sign(p))
                return mask
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data.denominator == 1:
                return raised(self.sign(base), int(exponent.data))
            case "pow", (base, exponent) if exponent.op == "rat":
                return POS if self.sign(base) == POS else NONNEG
            case "pow", (base, exponent) if exponent.sort == "nat":
                base_mask = self.sign(base)
                return POS if base_mask == POS else NONNEG if not base_mask & NEG else ANY
            case ("exp" | "pi" | "cosh"), _:
                return POS
            case "log", (u,):
                return self.sign(sub(u, ONE))  # log u has the sign of u − 1
            case "abs", (u,):
                return {NIL: NIL}.get(self.sign(u), NONNEG if self.sign(u) & NIL else POS)
            case ("norm" | "frobenius" | "rowsum" | "maxentry" | "radius"), _:
                return NONNEG
            case "app", (f, u) if f.op == "fun":
                return self._structural(unfolded(f.data, u))
            case _:
                return NONNEG if t.sort == "nat" else ANY

    def mask(self, a: Frac) -> int:
        """The possible signs of a fraction."""
        if a.num.is_zero():
            return NIL
        # A denominator is nonzero wherever the fraction is defined.
        mask = times(self._poly_mask(a.num), self._poly_mask(a.den) & NONZERO)
        for known, sign in self._known:
            c = self.ring.ratio(a, known)
            if c is not None:
                mask &= times(sign, mask_of(c))
        return mask

    def _poly_mask(self, p: Poly) -> int:
        total = NIL
        for exponents, coefficient in terms_of(p):
            term = mask_of(coefficient)
            for index, degree in exponents.items():
                term = times(term, raised(self._generator_mask(index), degree))
            total = plus(total, term)
        return total

    def _generator_mask(self, index: int) -> int:
        found = self._masks.get(index)
        if found is None:
            self._masks[index] = ANY
            found = self._own_mask(index)
            g = self.ring.gen(index)
            for known, sign in self._known:
                c = self.ring.ratio(g, known)
                if c is not None:
                    found &= times(sign, mask_of(c))
            self._masks[index] = found
        return found

    def _own_mask(self, index: int) -> int:
        if any(at == index for _, at, _ in self._units):
            return POS
        for kind, key, at in self._atoms:
            if at != index:
                continue
            if kind == "opaque":
                return self._structural(key)
            if kind == "root":
                return POS if self.mask(key) == POS else NONNEG
            if kind == "abs":
                return NONNEG if self.mask(key) & NIL else POS
            if kind == "erf":
                return self.mask(key)
            if kind == "log":
                return self.mask(self.ring.sub(key, self.ring.rational(1)))
            if kind == "natpow":
                base = self.mask(key[0])
                return POS if base == POS else NONNEG if not base & NEG else ANY
        return ANY

    # --- where a term is defined --------------------------------------------------------------

    def require(self, t: Term, wanted: int, why: str) -> None:
        """Refuse unless every possible sign of t is among the wanted ones."""
        if self.sign(t) & ~wanted:
            raise KernelRefusal(f"{why}: the sign of {t!r} is not established")

    def require_defined(self, t: Term) -> None:
        """Refuse unless every denominator, root and logarithm in t is in range."""
        if t in self._defined:
            return
        if t.op in BINDERS:
            for part in t.args[1:]:
                self.require_defined(part)
            self._defined.add(t)
            return
        for part in t.args:
            self.require_defined(part)
        match t.op, t.args:
            case "pow", (base, exponent):
                if exponent.op == "rat" and exponent.data.denominator == 1:
                    if exponent.data < 0:
                        self.require(base, NONZERO, "a denominator may vanish")
                elif exponent.op == "rat" and exponent.data > 0 and exponent.data.denominator == 2:
                    self.require(base, NONNEG, "a root of a negative number")
                elif exponent.sort != "nat":
                    self.require(base, POS, "a real power needs a positive base")
            case "log", (u,):
                self.require(u, POS, "a logarithm of a number that may not be positive")
            case "pw", (u, *branches):
                for branch, bit in zip(branches, (POS, NIL, NEG), strict=True):
                    if self.sign(u) & bit:
                        self.require_defined(branch)
            case "app", (f, u) if f.op == "fun" and not total(f.data, 0):
                self.require_defined(unfolded(f.data, u))
            case "der", (f, u) if not (f.op == "fun" and total(f.data, t.data)):
                self.require_defined(self.derivative_at(t))
            case "inv", (m,):
                if self.structures.get(m) != "positive diagonal":
                    raise KernelRefusal("an inverse needs a matrix that is known to be invertible")
            case _:
                pass
        self._defined.add(t)


_R = TypeVar("_R")


def with_field(facts: Iterable[Term], work: Callable[[Field], _R]) -> _R:
    """Run `work` in a fresh tower, refining the exponentials until they suffice."""
    facts = tuple(facts)
    granularity: dict[int, int] = {}
    for _ in range(16):
        try:
            return work(Field(facts, granularity))
        except _Finer as finer:
            granularity = {**granularity, finer.unit: lcm(finer.parts, granularity.get(finer.unit, 1))}
    raise KernelRefusal("the exponents have no common fraction of a reasonable size")


_TOTAL: dict[tuple[str, int], bool] = {}


def total(name: str, order: int) -> bool:
    """Whether an activation (or its derivative) is defined on the whole line, proved once without facts."""
    key = (name, order)
    if key not in _TOTAL:
        x = make("var", data="x", sort="real")

        def check(field: Field) -> bool:
            field.require_defined(unfolded(name, x) if order == 0 else field.derivative_at(make("der", (make("fun", data=name), x), order)))
            return True

        try:
            _TOTAL[key] = with_field((), check)
        except KernelRefusal:
            _TOTAL[key] = False
    return _TOTAL[key]


def _lowest(p: Poly, index: int) -> int:
    return min(exponents.get(index, 0) for exponents, _ in terms_of(p))
