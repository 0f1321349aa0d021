"""Signs: what is known of a term from its structure, its normal form and the facts."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import suppress

from theory.kernel.definitions import unfolded
from theory.kernel.fractions import Frac, Poly, terms_of
from theory.kernel.signs import ANY, NEG, NIL, NONNEG, NONZERO, POS, mask_of, plus, raised, times
from theory.kernel.terms import ONE, Term, add, fn, neg, sub
from theory.kernel.tower import Tower
from theory.language.errors import KernelRefusal


class Signs(Tower):
    """A tower with facts about the signs of some of its elements."""

    def __init__(self, granularity: dict[int, int]) -> None:
        super().__init__(granularity)
        self._known: list[tuple[Frac, int]] = []
        self._masks: dict[int, int] = {}
        self._signs: dict[Term, int] = {}

    @abstractmethod
    def frac(self, t: Term) -> Frac:
        """The normal form of a scalar term."""

    def learn_signs(self, known: list[tuple[Frac, int]]) -> None:
        """Replace what is known of signs."""
        self._known = known
        self._masks.clear()
        self._signs.clear()

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
            case "add", (a, b) if ONE in (a, b) and "lambertw" in (a.op, b.op):
                (u,) = (b if a is ONE else a).args  # W ≥ −1, and W = −1 at −1/e alone
                return POS if self.sign(add(u, fn("exp", neg(ONE)))) == POS else NONNEG
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
            case (("exp" | "pi" | "cosh"), _):
                return POS
            case "log", (u,):
                return self.sign(sub(u, ONE))  # log u has the sign of u − 1
            case (("asinh" | "lambertw"), (u,)):
                return self.sign(u)
            case "abs", (u,):
                return {NIL: NIL}.get(self.sign(u), NONNEG if self.sign(u) & NIL else POS)
            case (("norm" | "frobenius" | "rowsum" | "maxentry" | "radius"), _):
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
            if kind in ("erf", "atan"):
                return self.mask(key)
            if kind == "log":
                return self.mask(self.ring.sub(key, self.ring.rational(1)))
            if kind == "natpow":
                base = self.mask(key[0])
                return POS if base == POS else NONNEG if not base & NEG else ANY
        return ANY

    def require(self, t: Term, wanted: int, why: str) -> None:
        """Refuse unless every possible sign of t is among the wanted ones."""
        if self.sign(t) & ~wanted:
            raise KernelRefusal(f"{why}: the sign of {t!r} is not established", t)
