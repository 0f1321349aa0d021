"""The differential tower over terms: their normal forms under given facts, and where they are defined.

A formally zero difference of two terms is zero at every point where both are defined; a formally
nonzero one says nothing. `require_defined` proves that every denominator, root and logarithm is in
range at every point that the facts allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm
from typing import TypeVar

from theory.kernel import words
from theory.kernel.definitions import definition, derivative_of, unfolded
from theory.kernel.fractions import Frac
from theory.kernel.positivity import Signs
from theory.kernel.signs import NEG, NIL, NONNEG, NONZERO, POS, fact_mask
from theory.kernel.terms import BINDERS, ONE, ZERO, Term, add, fn, lt, make, neg, sub, substitute, walk
from theory.kernel.tower import Finer
from theory.language.errors import KernelRefusal

_PIECEWISE = frozenset({"abs", "max", "min", "pw", "app", "der", "slope"})


class Field(Signs):
    """One tower, built for one rule application; `facts` are formulas that its premises prove."""

    def __init__(self, facts: Iterable[Term] = (), granularity: dict[int, int] | None = None) -> None:
        super().__init__(granularity or {})
        self._memo: dict[Term, Frac] = {}
        self._values: dict[Term, Term] = {}
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
        self.learn_signs(known)
        self._memo.clear()

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
                return ring.mul(
                    ring.rational(Fraction(1, 2)), ring.add(ring.add(low, high), ring.mul(ring.rational(sign), spread))
                )
            case "pw", (u, *branches):
                mask = self.sign(u)
                live = [b for b, bit in zip(branches, (POS, NIL, NEG), strict=True) if mask & bit]
                values = [self.frac(b) for b in live]
                if all(ring.equal(values[0], v) for v in values[1:]):
                    return values[0]
                raise KernelRefusal("a piecewise term needs the sign of its condition; split into cases")
            case "erf" | "atan" | "sin" | "cos", (u,):
                return self._odd_or_even(t.op, self.frac(u))
            case "asinh", (u,):
                return self._arsinh(self.frac(u))
            case "lambertw", (u,):
                return self._lambertw(self.frac(u))
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
            case (("norm" | "frobenius" | "rowsum" | "maxentry" | "radius"), (m,)):
                plain = self._canonical(m)
                return ring.rational(0) if plain.op == "zeros" else self.opaque(make(t.op, (plain,)))
            case (("var" | "pi"), _):
                return self.opaque(t)
            case _:
                raise KernelRefusal(f"the kernel has no normal form for {t.op}")

    def _canonical(self, m: Term) -> Term:
        return words.canonical(self, m)

    def rewrites(self) -> list[tuple[Term, Term]]:
        """The equalities between matrices that the facts give, left sides in normal form."""
        if self._rewrites is None:
            self._rewrites = []  # while the left sides are put into normal form, none is rewritten
            self._rewrites = [(self._canonical(a), b) for a, b in self.equalities]
            self._memo.clear()
        return self._rewrites

    def _entry(self, t: Term) -> Frac:
        return words.entry(self, *t.args)

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
        if value is None:
            return self.generator_of(t)
        try:  # taken out meanwhile: two facts may each express one atom by the other
            return self.frac(value)
        finally:
            self._values[t] = value

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

    # --- sums and natural subtraction ---------------------------------------------------------

    def _sum(self, t: Term) -> Frac:
        last = words.split_sum(self, t)
        if last is not None:
            shorter, tail = last
            return self.ring.add(self.frac(shorter) if shorter is not None else self.ring.rational(0), self.frac(tail))
        return self.opaque(words.with_canonical_bound(t))

    def _nsub(self, t: Term, a: Term, b: Term) -> Frac:
        gap = self.ring.sub(self.frac(a), self.frac(b))
        if self.mask(gap) & NEG:
            return self.opaque(t)
        return gap

    # --- where a term is defined --------------------------------------------------------------

    def require_defined(self, t: Term) -> None:
        """Refuse unless every denominator, root and logarithm in t is in range."""
        if t in self._defined:
            return
        if t.op in BINDERS:
            # Under a new name, since a fact about a free variable says nothing of a bound one.
            bound = t.args[0]
            unknown = make("var", data=f"κ{bound.data}", sort=bound.sort, shape=bound.shape)
            for part in t.args[1:]:
                self.require_defined(substitute(part, {bound: unknown}))
            self._defined.add(t)
            return
        for part in t.args[:1] if t.op == "pw" else t.args:  # of a piecewise term only the branches that can be taken, below
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
            case "lambertw", (u,):
                self.require(add(u, fn("exp", neg(ONE))), NONNEG, "Lambert's W of a number that may lie below −1/e")
            case "pw", (u, *branches):
                for branch, bit in zip(branches, (POS, NIL, NEG), strict=True):
                    if self.sign(u) & bit:
                        self.require_defined(branch)
            case "app", (f, u) if f.op == "fun" and not total(f.data, 0):
                self.require_defined(unfolded(f.data, u))
            case "der", (f, u) if not (f.op == "fun" and total(f.data, t.data)):
                # 1/x has a value at −1, but log has no derivative there: the function must be defined as well.
                derivative = self.derivative_at(t)
                self.require_defined(unfolded(f.data, u))
                self.require_defined(derivative)
            case (("apply" | "slopes" | "slope"), (f, _)) if f.op == "fun" and not total(f.data, 0):
                raise KernelRefusal(f"{f.data} is not defined on the whole line, so no network is made of it")
            case "net", (_, f, _, _) if f.op == "fun" and not total(f.data, 0):
                raise KernelRefusal(f"{f.data} is not defined on the whole line, so no network is made of it")
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
        except Finer as finer:
            granularity = {**granularity, finer.unit: lcm(finer.parts, granularity.get(finer.unit, 1))}
    raise KernelRefusal("the exponents have no common fraction of a reasonable size")


def homogeneous(name: str) -> bool:
    """Whether f(cx) = c·f(x) for every c ≥ 0: f is a multiple of x on either side of 0, and 0 there."""
    x = make("var", data="x", sort="real")

    def straight(field: Field) -> bool:
        field.require_defined(unfolded(name, x))
        value = field.frac(unfolded(name, x))
        return value.num.is_zero() or field.ring.ratio(value, field.frac(x)) is not None

    try:
        sides = all(with_field([side], straight) for side in (lt(ZERO, x), lt(x, ZERO)))
        return sides and with_field((), lambda field: field.frac(unfolded(name, ZERO)).num.is_zero())
    except KernelRefusal:
        return False


_TOTAL: dict[tuple[str, Term, int], bool] = {}


def total(name: str, order: int) -> bool:
    """Whether an activation (or its derivative) is defined on the whole line, proved once without facts."""
    key = (name, definition(name), order)
    if key not in _TOTAL:
        x = make("var", data="x", sort="real")

        def check(field: Field) -> bool:
            field.require_defined(unfolded(name, x))
            if order:
                field.require_defined(field.derivative_at(make("der", (make("fun", data=name), x), order)))
            return True

        try:
            _TOTAL[key] = with_field((), check)
        except KernelRefusal:
            _TOTAL[key] = False
    return _TOTAL[key]
