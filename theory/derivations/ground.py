"""What a derivation ranges over, and the kernel's answer to one equation on it.

A step is an equation for every member of the domains of its variables. `proved` asks the kernel for
it; `passed` replays what somebody else says proves it. There is no third way to a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sympy import Ne, Symbol

from theory.derivations.expressions import product
from theory.kernel import gate
from theory.kernel.logic import case_formula
from theory.kernel.reading import Reader
from theory.kernel.replacing import walk
from theory.kernel.terms import ZERO, Term, add, mul, rat, sub
from theory.kernel.theorem import Theorem, infer
from theory.language.domains import Domain, Nonzero, Real
from theory.language.errors import KernelRefusal
from theory.language.statements import Statement
from theory.language.symbols import eq as equation


@dataclass(frozen=True)
class Apart:
    """The condition of a domain that its members differ from some points."""

    points: tuple[Any, ...]

    def __call__(self, x: Any) -> list[Statement]:
        """x differs from every point."""
        return [Ne(x, p, evaluate=False) for p in self.points]


def real_except(points: Sequence[Any]) -> Domain:
    """The real numbers without some points."""
    if not points:
        return Real
    if list(points) == [0]:
        return Nonzero
    return Real.having("away from " + ", ".join(map(str, points)), Apart(tuple(points)))


@dataclass(frozen=True)
class Ground:
    """The variables of a derivation, each with its domain."""

    domains: tuple[tuple[str, Domain], ...]

    def reader(self) -> Reader:
        """A reader that knows the sorts of the variables."""
        return Reader(dict(self.domains))

    def term(self, e: Any) -> Term:
        """An expression as a term; `UnsupportedTerm` where it is not in the language of statements."""
        return self.reader().term(e)

    def formula(self, left: Any, right: Any) -> Term:
        """The equation of two expressions as a formula."""
        return self.reader().formula(equation(left, right))

    def hypotheses(self) -> tuple[Term, ...]:
        """What membership of the variables in their domains says."""
        reader = self.reader()
        return tuple(h for name, domain in self.domains for h in gate.entailed(name, domain, reader))

    def passed(self, left: Any, right: Any, theorem: Theorem) -> Theorem:
        """What replaying the theorem's derivation proves, if it is left = right on the domains.

        `KernelRefusal` where it is another equation, needs more than the domains grant, or rests on a cited claim.
        """
        found = gate.passes(gate.Goal(self.hypotheses(), self.formula(left, right)), theorem.derivation)
        if found.axioms:
            raise KernelRefusal("a step may not rest on a claim that is cited and not proved")
        return found

    def proved(self, left: Any, right: Any, facts: Iterable[Theorem] = ()) -> Theorem:
        """left = right on the domains, by the kernel's normal forms; `KernelRefusal` where they do not agree."""
        a, b = self.term(left), self.term(right)
        return infer("identity", [a, b], [*self.assumed(a, b), *facts])

    def assumed(self, *sides: Term) -> list[Theorem]:
        """What the domains say of the variables that occur, each as its own hypothesis."""
        occurring = frozenset[Term]().union(*(side.free for side in sides))
        return [infer("assume", [h]) for h in self.hypotheses() if h.free <= occurring]


@dataclass(frozen=True)
class Line(Ground):
    """The real line without the kinks of a function: an equation is proved on each piece."""

    x: Symbol = Symbol("x")  # noqa: RUF009  # a symbol is immutable
    kinks: tuple[Any, ...] = ()
    switches: tuple[Any, ...] = ()

    def proved(self, left: Any, right: Any, facts: Iterable[Theorem] = ()) -> Theorem:
        """left = right on each open piece, hence off the kinks; `KernelRefusal` where the kernel does not prove it."""
        a, b = self.term(left), self.term(right)
        known = [*(infer("assume", [h]) for h in self.hypotheses()), *facts]

        def same(here: list[Theorem]) -> Theorem:
            return infer("identity", [a, b], [*here, *self._signs(here)])

        if self.kinks:
            return self._split(0, known, same)
        conditions = {node.args[0]: None for side in (a, b) for node in walk(side) if node.op == "pw"}
        return _by_signs(list(conditions), known, same)

    def _split(self, k: int, known: list[Theorem], prove: Callable[[list[Theorem]], Theorem]) -> Theorem:
        """Cases on x − kink, from the leftmost kink on: to the left of it the others are decided as well."""
        if k == len(self.kinks):
            return prove(known)
        x, kink = self.term(self.x), self.term(self.kinks[k])
        u = x if kink is ZERO else sub(x, kink)
        left = [*known, infer("assume", [case_formula(u, "-")])]
        for other in self.kinks[k + 1 :]:
            # x < other, since x < kink and kink < other.
            gap = add(sub(kink, x), self.term(product(other - self.kinks[k])))
            left.append(infer("order", ["lt", x, self.term(other), gap], left))
        right = self._split(k + 1, [*known, infer("assume", [case_formula(u, "+")])], prove)
        return infer("cases", [u, ("-", "+")], [prove(left), right, *known])

    def _signs(self, known: list[Theorem]) -> list[Theorem]:
        """The signs of what switches between formulas, as its factors tell them."""
        found: list[Theorem] = []
        for switch in self.switches:
            u, factored = self.term(switch), self.term(product(switch.doit().factor()))
            for a, b, difference in ((ZERO, u, factored), (u, ZERO, mul(rat(-1), factored))):
                with suppress(KernelRefusal):
                    found.append(infer("order", ["lt", a, b, difference], known))
        return found


def _by_signs(conditions: list[Term], known: list[Theorem], prove: Callable[[list[Theorem]], Theorem]) -> Theorem:
    """Cases on the sign of each condition, zero included: where no point is left out."""
    if not conditions:
        return prove(known)
    u, *others = conditions
    branches = [_by_signs(others, [*known, infer("assume", [case_formula(u, sign)])], prove) for sign in ("+", "0", "-")]
    return infer("cases", [u, ("+", "0", "-")], [*branches, *known])


def line(x: Symbol, kinks: Sequence[Any] = (), switches: Sequence[Any] = ()) -> Line:
    """The ground of a derivation in one real variable, off the kinks."""
    return Line(((x.name, real_except(kinks)),), x, tuple(kinks), tuple(switches))


def chained(theorems: Sequence[Theorem]) -> Theorem:
    """a = b, b = c, … give a = c, of numbers; one theorem stays as it is."""
    return theorems[0] if len(theorems) == 1 else infer("chain", [], theorems)
