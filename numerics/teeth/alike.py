"""A claim's own proof changed as its statement was: a step that never looks inside a part holds for what the part became.

What is proved so is the claim with the change made wherever the part stands; the variant, which has it at one place,
follows from that and from the claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from theory.kernel.gate import Goal
from theory.kernel.reading import Reader
from theory.kernel.replacing import rebuild, substitute
from theory.kernel.terms import Term
from theory.kernel.theorem import Theorem, infer
from theory.tactics.context import Context, established, opened
from theory.tactics.prove import prove


def alike(goal: Goal, made: Goal, swap: tuple[Term, Term], proof: Any, claim: Theorem, read: Context) -> Theorem:
    """The changed goal, from the claim and from its proof with a part of all hints and statements swapped."""
    old, new = swap
    holes = old.free.difference(goal.variables)

    def swap_in(t: Term) -> Term:
        return swapped(t, old, new, holes)

    context = replace(read, reader=_Swapping(read.reader, swap_in))
    whole = prove(proof, swap_in(goal.conclusion), context)
    return _from(made.conclusion, [whole, claim], read)


def swapped(t: Term, old: Term, new: Term, holes: frozenset[Term]) -> Term:
    """The term with every instance of a part exchanged; holes are variables that a binder binds around the part."""
    done: dict[Term, Term] = {}

    def go(node: Term) -> Term:
        if node not in done:
            bound: dict[Term, Term] = {}
            if _matches(old, node, bound, holes):
                done[node] = substitute(new, {v: x if v is x else go(x) for v, x in bound.items()})
            else:
                done[node] = rebuild(node, tuple(map(go, node.args)))
        return done[node]

    return go(t)


def _matches(pattern: Term, t: Term, bound: dict[Term, Term], holes: frozenset[Term]) -> bool:
    if pattern in holes:
        return pattern.sort == t.sort and pattern.shape == t.shape and bound.setdefault(pattern, t) is t
    if pattern is t:
        return holes.isdisjoint(t.free) or all(bound.setdefault(v, v) is v for v in holes & t.free)
    if pattern.op != t.op or pattern.data != t.data or len(pattern.args) != len(t.args):
        return False
    return all(_matches(p, x, bound, holes) for p, x in zip(pattern.args, t.args, strict=True)) and bool(t.args)


class _Swapping(Reader):
    """A reader of hints with a part exchanged in whatever it reads."""

    def __init__(self, reader: Reader, swap: Callable[[Term], Term]) -> None:
        super().__init__()
        self._reader, self._swap = reader, swap

    def bind(self, x: Any, sort: str) -> Term:
        return self._reader.bind(x, sort)

    def term(self, e: Any) -> Term:
        return self._swap(self._reader.term(e))

    def formula(self, s: Any) -> Term:
        return self._swap(self._reader.formula(s))


def _from(formula: Term, theorems: list[Theorem], context: Context) -> Theorem:
    """A formula whose parts are parts of the theorems."""
    if formula.op == "implies":
        given, concluded = formula.args
        inner = context.assuming(*(given.args if given.op == "and" else (given,)))
        return infer("implies_intro", [given], [_from(concluded, theorems, inner)])
    return established(context.knowing(*(fact for theorem in theorems for fact in opened(context, theorem))), formula)
