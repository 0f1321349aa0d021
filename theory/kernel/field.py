"""Numbers under given facts: their normal forms, their possible signs, and where they are defined.

A formally zero difference of two terms is zero at every point where both are defined; a formally
nonzero one says nothing. A sign is a set of possible signs, from the structure of a term, from its
normal form and from the facts. `require_defined` proves that every denominator, root and logarithm
is in range at every point that the facts allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache, reduce
from math import prod
from typing import Any

from theory.kernel import chance, entries, words
from theory.kernel.definitions import derivative_of, expanded, meanings, unfolded
from theory.kernel.fractions import Frac
from theory.kernel.replacing import rebuild, substitute, walk
from theory.kernel.signs import ANY, NEG, NIL, NONNEG, NONPOS, NONZERO, POS, RELATIONS, mask_of, plus, raised, times
from theory.kernel.terms import BINDERS, NORMS, ONE, Term, add, bound_by, fn, make, neg, sub, var
from theory.kernel.tower import Tower
from theory.language.errors import KernelRefusal, refuse_if

_PIECEWISE = frozenset({"abs", "max", "min", "pw", "app", "der", "slope"})
_BRANCHES = (POS, NIL, NEG)


class Field(Tower):
    """One tower, built for one rule application; `facts` are formulas that its premises prove."""

    def __init__(self, facts: Iterable[Term] = (), *, whole: bool = False) -> None:
        """With `whole`, a piecewise term whose condition has no known sign is a generator and not refused."""
        super().__init__()
        self._whole = whole
        self.unfolded = 0
        self._fracs: dict[Term, Frac] = {}
        self._signs: dict[Term, int] = {}
        self.known_words: dict[Term, words.Words] = {}
        self.growths: dict[tuple[Term, frozenset[tuple[Term, int]]], int] = {}
        self._known: list[tuple[Frac, int]] = []
        self._values: dict[Term, Term] = {}
        self._defined: set[Term] = set()
        self._relations: list[Term] = []
        # Equalities between matrices are read from left to right.
        self.rewrites: list[tuple[words.Word, Term]] = []
        listed = tuple(part for fact in facts for part in (fact.args if fact.op == "and" else (fact,)))
        self.laws: set[tuple[Term, Any]] = set()
        self.slope_bounds: set[Term] = set()
        self.structures: dict[Term, Any] = {}
        if listed:
            self._take(self._learned(listed, whole, meanings(*listed)))

    def _take(self, learned: Field) -> None:
        """Know what another one knew when it had read its facts, in one's own fractions."""
        self._copy(learned)
        self.laws, self.slope_bounds, self.structures = learned.laws, learned.slope_bounds, learned.structures
        self._known = [(self._own(known), sign) for known, sign in learned._known]
        self._values, self._defined = learned._values.copy(), learned._defined.copy()
        self.rewrites, self._relations = learned.rewrites, learned._relations

    @staticmethod
    @lru_cache(4096)
    def _learned(facts: tuple[Term, ...], whole: bool, _: tuple[Term, ...]) -> Field:
        """A field that has read these facts, once: many rules apply to the same ones. It is copied from, and never used."""
        field = Field(whole=whole)
        field._learn(facts)
        return field

    def _learn(self, facts: tuple[Term, ...]) -> None:
        """Read facts."""
        self.laws = {(fact.args[0], fact.data) for fact in facts if fact.op == "lawful"}
        self.slope_bounds = {fact.args[0] for fact in facts if fact.op == "slopes_within"}
        self.structures = {fact.args[0]: fact.data for fact in facts if fact.op == "structure"}
        self.rewrites = words.rewritings(self, [fact.args for fact in facts if fact.op == "meq"])
        self._forget()
        for key, value in (fact.args for fact in facts if fact.op == "eq"):
            if key.op in ("var", "entry", "norm", "rec", "mean") and key not in walk(value):
                with suppress(KernelRefusal):  # a fact that has no normal form is merely not used
                    name = key if key.op == "var" else self.term(self.frac(key))
                    # A natural number takes no value that is only known to be real: the entry of T·I, which is real, is T.
                    if name.sort in ("real", value.sort):
                        self._values[name] = value
        relations = self._relations = [fact for fact in facts if fact.op in RELATIONS]
        # Twice where absolute values and powers may resolve by the facts themselves.
        for _ in range(2 if any(map(_resolves, (node for fact in relations for node in walk(fact)))) else 1):
            known: list[tuple[Frac, int]] = []
            self._forget()
            for fact in relations:
                with suppress(KernelRefusal):
                    # The premise holds, so both sides are defined and only their signs are new.
                    known.append((self.frac(sub(fact.args[1], fact.args[0])), RELATIONS[fact.op]))
            self._known = known
        self._forget()

    def _forget(self) -> None:
        """Drop what was found with fewer facts."""
        self._fracs.clear()
        self._signs.clear()
        self.known_words.clear()
        self.growths.clear()

    # --- normal forms ---------------------------------------------------------------------------

    def frac(self, t: Term) -> Frac:
        """The normal form of a scalar term."""
        found = self._fracs.get(t)
        if found is None:
            found = self._fracs[t] = self._frac(t)
        return found

    def same(self, a: Term, b: Term) -> bool:
        """Whether two numbers, or two matrices, have one normal form."""
        return entries.equal(self, a, b) if a.sort == "mat" else self.frac(a).same(self.frac(b))

    def _frac(self, t: Term) -> Frac:
        match t.op, t.args:
            case "rat", _:
                return self.ring.rational(t.data)
            case "add", (first, *rest):
                return sum(map(self.frac, rest), self.frac(first))
            case "mul", (first, *rest):
                return prod(map(self.frac, rest), start=self.frac(first))
            case "pow", (base, exponent):
                return self._power(base, exponent)
            case "exp", (u,):
                return self.exp(self.frac(u))
            case "log", (u,):
                return self.log(self.frac(u))
            case (("erf" | "atan" | "sin" | "cos"), (u,)):
                return self.symmetric(t.op, self.frac(u))
            case "lambertw", (u,):
                return self.lambertw(self.frac(u))
            case "abs", (u,):
                return self._abs(self.frac(u))
            case "pw", (u, *branches):
                values = [self.frac(b) for b, bit in zip(branches, _BRANCHES, strict=True) if self.sign(u) & bit]
                if values and all(values[0].same(v) for v in values[1:]):
                    return values[0]
                if self._whole:
                    return self.atom("opaque", fn("pw", *(self.term(self.frac(part)) for part in t.args)))
                raise KernelRefusal("a piecewise term needs the sign of its condition; split into cases")
            case "app", (f, u) if f.op == "var":
                return self.atom("app", f, self.frac(u))
            case "der", _:
                return self.frac(self.derivative_at(t))
            case "slope", (f, u):
                return self._slope(f, u)
            case "sum", _:
                shorter = words.shortened_sum(self, t)
                return self.opaque(words.with_canonical_bound(t)) if shorter is None else self.frac(shorter)
            case "rec", (previous, now, step, base, depth):
                unfolded = words.unfolded_recursion(self, t)
                if unfolded is not None:
                    return self.frac(unfolded)
                ends = (self.term(self.frac(base)), self.term(self.frac(depth)))
                return self.opaque(fn("rec", previous, now, step, *ends))
            case "mean", _:
                plain = chance.plain(self, t)
                return self.opaque(plain) if plain.op == "mean" else self.frac(plain)
            case "nsub", (a, b):
                gap = self.frac(a) - self.frac(b)
                return self.opaque(t) if self.mask(gap) & NEG else gap
            case "entry", (m, i, j):
                return entries.entry(self, m, i, j)
            case op, (m,) if op in NORMS:
                return entries.norm(self, op, m)
            case (("var" | "pi" | "euler_gamma"), _):
                return self.opaque(t)
            case _ if (meaning := expanded(t)) is not None:
                return self.frac(meaning)
            case _:
                raise KernelRefusal(f"the kernel has no normal form for {t.op}")

    def plain_whole(self, t: Term) -> Term:
        """The normal form of a number as a term, piecewise terms kept whole."""
        saved, self._whole = self._whole, True
        try:
            return self.term(self.frac(t))
        finally:
            self._whole = saved

    def _abs(self, u: Frac) -> Frac:
        mask = self.mask(u)
        return u if not mask & NEG else -u if not mask & POS else self.symmetric("abs", u)

    def _power(self, base: Term, exponent: Term) -> Frac:
        b = self.frac(base)
        if exponent.op == "rat" and exponent.data.denominator <= 2:
            twice = int(2 * exponent.data)
            return self.root(b) ** twice if twice % 2 else b ** (twice // 2)
        if exponent.sort == "nat":
            return self.natural_power(b, self.frac(exponent))
        # A fact such as z = x^y may hold at a negative base too, where y is 1, and one such as z = x^(1/3) at 0.
        self.require(base, POS, "a real power needs a positive base")
        return self.exp(self.frac(exponent) * self.log(b))

    def derivative_at(self, t: Term) -> Term:
        """The unfolded derivative that a `der` term stands for."""
        f, u = t.args
        refuse_if(f.op != "fun", "an unknown activation has slopes, not derivatives")
        return derivative_of(f.data, t.data, u, self.piece)

    def piece(self, u: Term) -> int:
        """The strict sign of u, for `derivative`."""
        mask = self.sign(u)
        refuse_if(mask not in (POS, NEG), "a derivative at a kink needs a strict sign; split into cases")
        return 1 if mask == POS else -1

    def _slope(self, f: Term, u: Term) -> Frac:
        # Where the activation is differentiable, the slope that a network uses is the derivative.
        if f.op == "fun":
            with suppress(KernelRefusal):
                derivative = make("der", (f, u), 1)
                self.require_defined(derivative)
                return self.frac(derivative)
        return self.atom("slope", f, self.frac(u))

    def opaque(self, t: Term) -> Frac:
        """A generator for a term of which nothing but its sign is used; its value where a fact gives one."""
        value = self._values.pop(t, None)
        if value is None:
            return self.atom("opaque", t)
        try:  # taken out meanwhile: two facts may each express one atom by the other
            return self.frac(value)
        finally:
            self._values[t] = value

    # --- signs ----------------------------------------------------------------------------------

    def sign(self, t: Term) -> int:
        """The possible signs of a term, from its structure, its normal form and the facts."""
        mask = self._signs.get(t)
        if mask is None:
            self._signs[t] = ANY  # should this lead round in a circle
            mask = self._structural(t)
            # A sign that is certain gains by facts only where they contradict it.
            if mask not in (POS, NEG, NIL) or any(sign == NIL for _, sign in self._known):
                with suppress(KernelRefusal):
                    mask &= self.mask(self.frac(t))
            self._signs[t] = mask
        return mask

    def mask(self, a: Frac) -> int:
        """The possible signs of a fraction."""
        mask = self._structural(self.term(a))
        for known, sign in self._known:
            c = a.ratio(known)
            if c is not None:
                mask &= times(sign, mask_of(c))
        return mask

    def _structural(self, t: Term) -> int:
        match t.op, t.args:
            case "rat", _:
                return mask_of(t.data)
            case "add", (a, b) if ONE in (a, b) and "lambertw" in (a.op, b.op):
                (u,) = (b if a is ONE else a).args  # W ≥ −1, and W = −1 at −1/e alone
                return POS if self.sign(add(u, fn("exp", neg(ONE)))) == POS else NONNEG
            case "add", parts:
                return reduce(plus, map(self.sign, parts), NIL)
            case "mul", parts:
                return reduce(times, map(self.sign, parts), POS)
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data.denominator == 1:
                return raised(self.sign(base), int(exponent.data))
            case "pow", (base, exponent):
                known = self.sign(base)
                return POS if known == POS else NONNEG if exponent.op == "rat" or not known & NEG else ANY
            case (("exp" | "pi" | "euler_gamma"), _):
                return POS
            case "log", (u,):
                return self.sign(sub(u, ONE))  # log u has the sign of u − 1
            case (("erf" | "atan" | "asinh" | "lambertw"), (u,)):
                return self.sign(u)
            case "abs", (u,):
                return times(self.sign(u), self.sign(u)) & NONNEG
            case "pw", (u, *branches):
                mask = 0
                for branch, bit in zip(branches, _BRANCHES, strict=True):
                    mask |= self.sign(branch) if self.sign(u) & bit else 0
                return mask
            case "mean", (draws, _, body):
                known = self.sign(substitute(body, {draws: chance.unknown(draws, t)}))
                return known if known in (POS, NIL, NEG) else NONNEG if not known & NEG else NONPOS if not known & POS else ANY
            case _ if (meaning := expanded(t)) is not None:
                return self._structural(meaning)
            case _:
                return NONNEG if t.op in NORMS or t.sort == "nat" else ANY

    def require(self, t: Term, wanted: int, why: str) -> None:
        """Refuse unless every possible sign of t is among the wanted ones."""
        if self.sign(t) & ~wanted:
            raise KernelRefusal(f"{why}: the sign of {t!r} is not established", t)

    # --- where a term is defined --------------------------------------------------------------

    def require_defined(self, *terms: Term) -> None:
        """Refuse unless every denominator, root and logarithm in the terms is in range."""
        for t in terms:
            if t.args and t not in self._defined:
                self._require_defined(t)
                self._defined.add(t)

    def _require_defined(self, t: Term) -> None:
        if t.op == "mean" and with_plain_counts(t) in self._told():
            return
        if t.op in BINDERS:
            # Under a new name, since a fact about a free variable says nothing of a bound one.
            bound = bound_by(t.op, t.args)
            unknown = {v: make("var", data=f"κ{v.data}", sort=v.sort, shape=v.shape) for v in bound}
            self.require_defined(*(substitute(part, unknown) for part in t.args[len(bound) :]))
        elif t.op == "pw":
            condition, *branches = t.args
            self.require_defined(condition)
            self.require_defined(*(b for b, bit in zip(branches, _BRANCHES, strict=True) if self.sign(condition) & bit))
        else:
            self.require_defined(*t.args)
        match t.op, t.args:
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data.denominator == 1:
                if exponent.data < 0:
                    self.require(base, NONZERO, "a denominator may vanish")
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data > 0 and exponent.data.denominator == 2:
                self.require(base, NONNEG, "a root of a negative number")
            case "pow", (base, exponent) if exponent.sort != "nat":
                self.require(base, POS, "a real power needs a positive base")
            case "log", (u,):
                self.require(u, POS, "a logarithm of a number that may not be positive")
            case "lambertw", (u,):
                self.require(add(u, fn("exp", neg(ONE))), NONNEG, "Lambert's W of a number that may lie below −1/e")
            case "app", (f, u) if f.op == "fun" and not total(f.data, 0):
                self.require_defined(unfolded(f.data, u))
            case "der", (f, u) if not (f.op == "fun" and total(f.data, t.data)):
                # 1/x has a value at −1, but log has no derivative there: the function must be defined as well.
                self.require_defined(self.derivative_at(t), unfolded(f.data, u))
            case (("apply" | "slopes" | "slope" | "net"), _):
                f = t.args[1 if t.op == "net" else 0]
                if f.op == "fun" and not total(f.data, 0):
                    raise KernelRefusal(f"{f.data} is not defined on the whole line, so no network is made of it")
            case "mean", (draws, law, body):
                chance.require_integrable(self, draws, law, body)
            case "inv", (m,):
                a = entries.given(self, m)
                if self.structures.get(m) != "positive diagonal" and (a is None or a.det() == 0):
                    raise KernelRefusal("an inverse needs a matrix that is known to be invertible")
            case _:
                pass

    def _told(self) -> set[Term]:
        """The expectations that the facts compare: a relation holds between numbers that exist, and so do what they sum up."""
        parts = [side for fact in self._relations for side in fact.args]
        for t in parts:
            parts.extend(t.args if t.op in ("add", "mul") else ())
        return {with_plain_counts(t) for t in parts if t.op == "mean"}


def _resolves(t: Term) -> bool:
    """Whether the normal form of a term is one more once facts are known."""
    match t.op, t.args:
        case "pow", (_, exponent):
            return exponent.data.denominator > 2 if exponent.op == "rat" else exponent.sort != "nat"
        case _:
            return t.op in _PIECEWISE


@cache
def with_plain_counts(t: Term) -> Term:
    """A term whose natural numbers have their normal forms, as polynomials, which are defined wherever they are written."""
    if t.sort == "nat" and t.op in ("add", "mul", "pow"):
        return t if (plain := (field := Field()).term(field.frac(t))).sort != "nat" else plain
    return rebuild(t, tuple(map(with_plain_counts, t.args))) if t.args else t


def total(name: str, order: int) -> bool:
    """Whether an activation (or its derivative) is defined on the whole line, proved once for what it means, without facts."""
    return _total(name, order, meanings(make("fun", data=name)))


@cache
def _total(name: str, order: int, _: tuple[Term, ...]) -> bool:
    field, x = Field(), var("x")
    try:
        field.require_defined(unfolded(name, x))
        if order:
            field.require_defined(field.derivative_at(make("der", (make("fun", data=name), x), order)))
    except KernelRefusal:
        return False
    return True
