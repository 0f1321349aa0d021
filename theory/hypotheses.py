"""What a claim assumes, one condition at a time: what is claimed without it, and whether its proof needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from theory.kernel import gate
from theory.kernel.gate import Goal, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import Term, make
from theory.language.claims import Claim
from theory.tactics.context import Context
from theory.tactics.kinds import Refute
from theory.tactics.prove import prove
from theory.tactics.settle import theorem_of

_DENIED = {"le": "lt", "lt": "le"}
_OPPOSITE = {"eq": "ne", "ne": "eq"}


@dataclass(frozen=True)
class Hypothesis:
    """One condition that a claim assumes.

    `dropped` is what is claimed without it, `denied` the same for the points that it excludes; a counterexample
    to a true claim without the condition is one of these.
    """

    condition: Term
    dropped: Goal
    denied: Goal


def hypotheses_of(goal: Goal) -> tuple[Hypothesis, ...]:
    """The conditions of a goal in its order: those of the domains, then those of its "if"."""
    found: list[Hypothesis] = []
    for condition in goal.hypotheses:
        others = tuple(h for h in goal.hypotheses if h is not condition)
        if not _belongs_to_a_kind(condition, others):
            denied = Goal((*others, denial(condition)), goal.conclusion)
            found.append(Hypothesis(condition, Goal(others, goal.conclusion), denied))
    for condition, dropped, denied in _antecedents(goal.conclusion):
        found.append(Hypothesis(condition, Goal(goal.hypotheses, dropped), Goal(goal.hypotheses, denied)))
    return tuple(found)


def _belongs_to_a_kind(condition: Term, others: tuple[Term, ...]) -> bool:
    """That a coordinate is at least 1, and a bound of slopes at least 0, says what kind of number it is."""
    if condition.op != "le":
        return False
    bound = condition.args[1]
    coordinate = bound.sort == "nat" and bound.shape is not None
    return coordinate or any(other.op == "slopes_within" and other.args[1] is bound for other in others)


def denial(condition: Term) -> Term:
    """The condition's negation, as a relation where that is one."""
    if condition.op in _DENIED:
        return make(_DENIED[condition.op], condition.args[::-1])
    if condition.op in _OPPOSITE:
        return make(_OPPOSITE[condition.op], condition.args)
    return make("not", (condition,))


def _antecedents(conclusion: Term) -> Iterator[tuple[Term, Term, Term]]:
    """Each condition that a conclusion assumes, with the conclusion without it and with its negation instead."""
    if conclusion.op == "and":
        for k, part in enumerate(conclusion.args):
            for condition, *changed in _antecedents(part):
                dropped, denied = (make("and", (*conclusion.args[:k], new, *conclusion.args[k + 1 :])) for new in changed)
                yield condition, dropped, denied
    if conclusion.op != "implies":
        return
    assumed, then = conclusion.args
    conditions = assumed.args if assumed.op == "and" else (assumed,)
    for k, condition in enumerate(conditions):
        others = (*conditions[:k], *conditions[k + 1 :])
        denied = (*conditions[:k], denial(condition), *conditions[k + 1 :])
        yield condition, _if(others, then), _if(denied, then)
    for condition, dropped, denied in _antecedents(then):
        yield condition, _if(conditions, dropped), _if(conditions, denied)


def _if(conditions: tuple[Term, ...], then: Term) -> Term:
    if not conditions:
        return then
    return make("implies", (conditions[0] if len(conditions) == 1 else make("and", conditions), then))


def proves(claim: Claim, goal: Goal) -> bool:
    """Whether the claim's own proof, as it stands, proves another goal in its variables; the kernel decides."""
    if claim.proof is None or isinstance(claim.proof, Refute):
        return False
    reader = Reader(claim.binders)
    goal_of(claim, reader)  # the reader learns the sorts of bound variables
    try:
        context = Context(reader, theorem_of).assuming(*goal.hypotheses)
        gate.passes(goal, prove(claim.proof, goal.conclusion, context).derivation)
    except Exception:  # a tactic is untrusted: whatever it raises, nothing is proved
        return False
    return True
