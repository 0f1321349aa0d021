"""Relations between expectations from relations that hold for all draws."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from theory.kernel.terms import Term, lt, make
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal, ProofFailure
from theory.tactics.context import Context, by_sign
from theory.tactics.moments import means_of


def kept_in_order(relation: Theorem, wanted: Iterable[Term], context: Context) -> list[Theorem]:
    """E f ≤ E g from f ≤ g, for the draws and the law of each wanted expectation that the relation speaks of."""
    pairs = dict.fromkeys(node.args[:2] for term in wanted for node in means_of(term))
    about = [pair for pair in pairs if pair[0] in relation.conclusion.free]
    if not about:
        raise ProofFailure("a relation in `below` speaks of the draws of an expectation; write it with the same draws, as Z(1)")
    return [infer("mean_kept_in_order", pair, [relation, *context.facts]) for pair in about]


def linked(formula: Term, kept: Iterable[Theorem], context: Context) -> Theorem | None:
    """a ≤ b from a ≤ E f, E f ≤ E g and E g ≤ b, if one of the given relations between expectations does."""
    a, b = formula.args
    for link in kept:
        with suppress(KernelRefusal):
            low, high = link.conclusion.args
            joined = infer("chain", [], [*_compared(a, low, context), link, *_compared(high, b, context)])
            return joined if joined.conclusion is formula else by_sign(context.knowing(joined), formula)
    if formula.op == "lt" and not formula.free:
        with suppress(KernelRefusal):
            return infer("chain", [], _compared(a, b, context))
    return None


def _compared(a: Term, b: Term, context: Context) -> list[Theorem]:
    """a ≤ b as links of a chain, between given numbers by balls."""
    if a is b:
        return []
    for op in ("eq", "lt", "le"):
        with suppress(KernelRefusal):
            return [by_sign(context, make(op, (a, b)))]
    # By the facts themselves: a normal form may depend on what else the facts speak of.
    equations = [f for f in context.facts if f.conclusion.op == "eq"]
    low, high = (next((f for f in equations if f.conclusion.args[0] is t), None) for t in (a, b))
    ends = low.conclusion.args[1] if low else a, high.conclusion.args[1] if high else b
    turned = [infer("identity", [high.conclusion.args[1], b], [high])] if high else []
    return [*([low] if low else []), infer("decided", [lt(*ends)]), *turned]
