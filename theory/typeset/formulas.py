"""The walk over a formula: chains of relations, quantifiers, limits and extrema."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeAlias

from theory.kernel.terms import Term
from theory.language.errors import UnsupportedTerm
from theory.typeset.script import AND, IFF, IMPLIES, NOT, OPEN, RELATION, SUM, Shown, joined
from theory.typeset.terms import TermPrinter

_SIGNS = {"le": "≤", "lt": "<", "eq": "=", "ne": "≠", "meq": "="}
_MIRRORED = {"≤": "≥", "<": ">"}

# a ≤ b < c: the first term, then each sign with the term after it.
Chain: TypeAlias = "tuple[Term, tuple[tuple[str, Term], ...]]"


def chains(parts: tuple[Term, ...]) -> list[Chain | Term]:
    """Relations that share an end, one after the other, become one chain; other formulas stay."""
    found: list[Chain | Term] = []
    for part in parts:
        if part.op not in _SIGNS:
            found.append(part)
            continue
        a, b = part.args
        sign = _SIGNS[part.op]
        last = found[-1] if found else None
        if isinstance(last, tuple) and sign != "≠" and last[1][-1][0] != "≠":
            first, links = last
            if links[-1][1] is a:
                found[-1] = (first, (*links, (sign, b)))
                continue
            if first is b:
                found[-1] = (a, ((sign, first), *links))
                continue
        found.append((a, ((sign, b),)))
    return found


def turned(chain: Chain) -> Chain:
    """0 < x reads x > 0: a variable comes before the number that bounds it."""
    first, links = chain
    sign, last = links[0]
    if len(links) == 1 and first.op == "rat" and last.op == "var" and sign in _MIRRORED:
        return last, ((_MIRRORED[sign], first),)
    return chain


def subject(chain: Chain | Term, x: Term) -> bool:
    """Whether the chain says one thing of x and starts with it, as x > 0 does."""
    return isinstance(chain, tuple) and len(chain[1]) == 1 and turned(chain)[0] is x


LAW_KINDS = {
    "symmetric": "is symmetric",
    "without atoms": "has no atoms",
    "without atom at zero": "has no atom at 0",
}


def moments(order: int) -> str:
    """What is said of a law whose moments of an order exist."""
    return f"has moments of order {order}"


class FormulaPrinter(TermPrinter):
    """Prints formulas; `show` prints terms and formulas alike."""

    infinity: str
    implies_sign: str
    iff_sign: str

    @abstractmethod
    def words(self, text: str, *, spaced: bool = False) -> str:
        """Plain words within a formula; `spaced` sets them apart from what stands before."""

    @abstractmethod
    def conjunction(self, parts: list[str]) -> str:
        """Statements joined by “and”."""

    @abstractmethod
    def negation(self, inner: Shown) -> Shown:
        """A denied statement."""

    @abstractmethod
    def limit(self, body: Shown, x: str, point: str, side: str, value: Shown) -> Shown:
        """A limit."""

    @abstractmethod
    def extreme(self, upper: bool, natural: bool, over: str, body: Shown, value: Shown) -> str:
        """A supremum or infimum and its value, over the natural numbers or over the reals."""

    @abstractmethod
    def existence(self, kind: str, x: str, suffix: str, body: Shown) -> str:
        """There is an x …; `suffix` is what is demanded of it."""

    def show(self, t: Term) -> Shown:
        """Any term, formula or not."""
        return self._formula(t) if t.sort == "prop" else super().show(t)

    def chain(self, chain: Chain | Term) -> Shown:
        """A chain of relations, or any other formula within a conjunction."""
        if isinstance(chain, Term):
            return self.at_least(chain, NOT)
        first, links = turned(chain)
        shown = [self.show(first), *(self.show(t) for _, t in links)]
        text = shown[0].s
        for (sign, _), piece in zip(links, shown[1:], strict=True):
            text = self.compare(text, sign, piece.s)
        return joined(text, RELATION, *shown)

    def conditions(self, parts: tuple[Term, ...]) -> list[str]:
        """Conditions, merged into chains."""
        return [self.chain(c).s for c in chains(parts)]

    def over(self, x: Term, parts: tuple[Term, ...]) -> str:
        """A bound variable with its conditions, each of which names it."""
        return self.comma.join(self.conditions(parts)) if parts else self.name(x.data)

    def _formula(self, t: Term) -> Shown:
        match t.op, t.args:
            case (("le" | "lt" | "eq" | "ne" | "meq"), _):
                return self.chain(chains((t,))[0])
            case "mle", (a, b):
                left, right = self.show(a), self.show(b)
                return joined(
                    self.compare(left.s, "≤", right.s) + self.words("(entrywise)", spaced=True), RELATION, left, right
                )
            case "and", parts:
                shown = [self.chain(c) for c in chains(parts)]
                return shown[0] if len(shown) == 1 else joined(self.conjunction([p.s for p in shown]), AND, *shown)
            case "implies", (a, b):
                left, right = self.at_least(a, AND), self.at_least(b, AND)
                return joined(left.s + self.implies_sign + right.s, IMPLIES, left, right)
            case "iff", (a, b):
                left, right = self.at_least(a, AND), self.at_least(b, AND)
                return joined(left.s + self.iff_sign + right.s, IFF, left, right)
            case "not", (a,) if a.op in ("eq", "meq"):
                left, right = map(self.show, a.args)
                return joined(self.compare(left.s, "≠", right.s), RELATION, left, right)
            case "not", (a,):
                return self.negation(self.fenced(self.show(a)))
            case "slopes_within", (f, bound):
                slopes = self.barred(Shown(self.primed(self.activation(f), 1)), double=False)
                value = self.show(bound)
                return joined(self.compare(slopes.s, "≤", value.s), RELATION, slopes, value)
            case "lawful", (law,):
                piece = self.show(law)
                return joined(piece.s + self.words(f" {LAW_KINDS.get(t.data) or moments(t.data)}"), RELATION, piece)
            case "structure", (m,):
                piece = self.show(m)
                kind = "is diagonal with positive entries" if t.data == "positive diagonal" else f"is {t.data}"
                return joined(piece.s + self.words(f" {kind}"), RELATION, piece)
            case "tends", (x, body, value, point):
                kind, side = t.data
                where = {"oo": self.infinity, "-oo": self.minus + self.infinity}.get(kind) or self.at_least(point, SUM).s
                return self.limit(self.show(body), self.name(x.data), where, side, self.show(value))
            case "extremum", (x, body, value, *conditions):
                upper, attained = t.data
                inner, bound = self.at_least(body, SUM), self.show(value)
                note = self.words("(attained)" if attained else "(approached, never attained)", spaced=True)
                over = self.over(x, tuple(conditions))
                return joined(self.extreme(upper, x.sort == "nat", over, inner, bound) + note, RELATION, inner, bound)
            case "exists", (x, body, *conditions):
                return self._existence(x, body, tuple(conditions))
            case "always", (k, body):
                inner = self.at_least(body, NOT)
                every = self.words("at every step ", spaced=True) + self.compare(self.name(k.data), "≥", "1")
                return joined(inner.s + every, OPEN, inner)
            case _:
                raise UnsupportedTerm(f"{t.op} is not a formula that can be printed")

    def _existence(self, x: Term, body: Term, conditions: tuple[Term, ...]) -> Shown:
        found, name = chains(conditions), self.name(x.data)
        kind = "natural number" if x.sort == "nat" else "real"
        if len(found) == 1 and subject(found[0], x):
            name, found = self.chain(found[0]).s, []
        suffix = self.conjunction([self.chain(c).s for c in found]) if found else ""
        inner = self.show(body)
        return joined(self.existence(kind, name, suffix, inner), OPEN, inner)
