"""An instance judged with expectations computed as proofs compute them, where sampling leaves open what it says.

Samples never show that an expectation is equal to something, which is where a strict inequality fails, nor that it
differs by little. What the kernel computes is exact. This makes counterexamples of instances, and nothing else.
"""

from __future__ import annotations

from numerics.adjudicate import Outcome, examine
from numerics.goals import Target
from theory.kernel.gate import Instance
from theory.kernel.reading import Reader
from theory.kernel.replacing import rebuild, walk
from theory.kernel.terms import ZERO, Term, eq, lt
from theory.kernel.theorem import Theorem
from theory.language.claims import Claim
from theory.language.errors import GradproofError, KernelRefusal
from theory.tactics.context import Context
from theory.tactics.kinds import Moments
from theory.tactics.moments import computed
from theory.tactics.prove import prove

_COMPARISONS = ("le", "lt", "eq", "ne")


def broken_as_computed(target: Target, instance: Instance) -> bool:
    """Whether an instance breaks a target, with every expectation computed; False where one of them is not."""
    parts = [*map(instance.of, target.hypotheses), instance.of(target.conclusion)]
    guesses = [eq(*node.args) for part in parts for node in walk(part) if node.op in _COMPARISONS and node.op != "eq"]
    try:
        context = computed([*parts, *guesses], Context(Reader({}), _no_lemma))
    except GradproofError:
        return False
    known: dict[Term, Term] = {}
    for fact in context.facts:
        if fact.conclusion.op == "eq" and fact.conclusion.args[0].op == "mean" and not _has_mean(fact.conclusion.args[1]):
            known.setdefault(*fact.conclusion.args)
    *hypotheses, conclusion = (_with(part, known) for part in parts)
    while conclusion.op == "implies":
        hypotheses.append(conclusion.args[0])
        conclusion = conclusion.args[1]
    if any(map(_has_mean, hypotheses)):
        return False
    if _has_mean(conclusion):
        # What is not seen to be a number may still be seen to be equal to what it is compared with.
        if conclusion.op not in ("lt", "ne") or not _proved(eq(*conclusion.args), context):
            return False
        conclusion = lt(ZERO, ZERO)
    closed = Target(tuple(hypotheses), conclusion, frozenset(), ())
    return examine(closed, Instance({}, {})).outcome is Outcome.BROKEN


def _proved(formula: Term, context: Context) -> bool:
    try:
        prove(Moments(), formula, context)
    except GradproofError:
        return False
    return True


def _has_mean(t: Term) -> bool:
    return any(node.op == "mean" for node in walk(t))


def _with(t: Term, known: dict[Term, Term]) -> Term:
    return known.get(t) or rebuild(t, tuple(_with(part, known) for part in t.args))


def _no_lemma(claim: Claim) -> Theorem:
    raise KernelRefusal(f"an instance is judged without lemmas, {claim.name} too")
