"""What the kernel says of a variant: with the claim's own proof, with the claim as a lemma, with proofs that need no hint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import combinations
from time import monotonic
from typing import Any

from numerics.teeth.alike import alike
from numerics.teeth.variants import Variant
from theory.kernel import gate
from theory.kernel.gate import Goal, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import ONE, ZERO, Term, add, mul, rat, sub
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import Claim, ledger_of, package_of
from theory.language.domains import Base
from theory.language.errors import GradproofError
from theory.tactics import kinds
from theory.tactics.context import Context, established
from theory.tactics.prove import prove
from theory.tactics.settle import Verdict, settle, theorem_of

SECONDS = 5.0
"""After so long no further proof is begun for a variant."""

OWN, LEMMA, ALIKE = "its own proof", "the claim itself", "its own proof, changed alike"


class Trial:
    """The kernel on the variants of one claim."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.reader = Reader(claim.binders)
        self.goal = goal_of(claim, self.reader)
        self.refuted = isinstance(claim.proof, kinds.Refute)
        self.own = None if self.refuted else claim.proof

    @property
    def established(self) -> bool:
        """Whether the claim itself is a theorem, or cited as one."""
        return settle(self.claim).verdict in (Verdict.PROVED, Verdict.CONDITIONAL, Verdict.CITED)

    def proof_of(self, variant: Variant, *, thorough: bool) -> str:
        """Which proof the kernel accepts for a variant; empty where it accepts none.

        With `thorough` proofs that search for seconds are tried too: cases, inductions and, for functions
        of one variable, certified extrema.
        """
        deadline = monotonic() + SECONDS
        if not variant.goal.conclusion.free and self._passes(variant.goal, lambda: infer("decided", [variant.goal.conclusion])):
            return "arithmetic"
        if variant.dropped is not None and self._follows(variant):
            return LEMMA
        for name, proof in (*self._quick(variant), *(self._slow(variant) if thorough else ())):
            if self._accepted(variant, proof):
                return name
            if monotonic() > deadline:
                break
        return ALIKE if thorough and self.proved_alike(variant) else ""

    def proved_alike(self, variant: Variant) -> bool:
        """Whether the claim's own proof holds with the change made wherever the changed part stands."""
        goal, swap = variant.goal, variant.swap
        if swap is None or self.own is None:
            return False

        def proved() -> Theorem:
            context = Context(self.reader, theorem_of).assuming(*goal.hypotheses)
            claim = context.discharged(theorem_of(self.claim))
            return alike(self.goal, goal, swap, self.own, claim, context)

        return self._passes(goal, proved)

    def _quick(self, variant: Variant) -> Iterator[tuple[str, Any]]:
        if self.own is not None:
            yield OWN, self.own
        if variant.dropped is None and not self.refuted:
            yield LEMMA, kinds.Calc(by=[self.claim])
        for proof in (kinds.Calc(), kinds.Nonneg(), kinds.Chain(), kinds.Sign()):
            yield type(proof).__name__, proof

    def _slow(self, variant: Variant) -> Iterator[tuple[str, Any]]:
        goal = variant.goal
        of = {base: [self.claim.variables[n] for n, d in self.claim.binders.items() if d.base is base] for base in Base}
        if of[Base.REAL]:
            yield "Cases", kinds.Cases(on=of[Base.REAL], then=kinds.Nonneg())
            yield "Cases", kinds.Cases(on=of[Base.REAL], signs=("+", "0", "-"))
        for depth in of[Base.DEPTH]:
            yield "Induction", kinds.Induction(on=depth)
            if variant.dropped is not None and not self.refuted:
                later = self.claim.at(**{depth.name: depth + 1})  # of which T ≥ 1 holds
                yield LEMMA, kinds.Induction(on=depth, base=kinds.Calc(), step=kinds.Calc(by=[later]))
        if not goal.hypotheses and len(goal.variables) <= 1 and all(v.sort == "real" for v in goal.variables):
            yield "Enclosure", kinds.Enclosure()

    def _accepted(self, variant: Variant, proof: Any) -> bool:
        goal = variant.goal
        context = Context(self.reader, theorem_of).assuming(*goal.hypotheses)
        if variant.dropped is not None:
            context = _with_consequence(context, variant.dropped)
        return self._passes(goal, lambda: prove(proof, goal.conclusion, context))

    def _follows(self, variant: Variant) -> bool:
        """Whether what was dropped follows from what is left, so that the claim itself gives the variant."""
        if self.refuted:
            return False
        claimed, made = self.goal.conclusion, variant.goal.conclusion

        def proved() -> Theorem:
            theorem = theorem_of(self.claim)
            context = Context(self.reader, theorem_of).assuming(*variant.goal.hypotheses)
            if claimed.op != "implies":
                return _with_consequence(context, variant.dropped).discharged(theorem)
            left = made.args[0] if made.op == "implies" and made.args[1] is claimed.args[1] else None
            parts = () if left is None else left.args if left.op == "and" else (left,)
            inner = _with_consequence(context.assuming(*parts), variant.dropped)
            given = established(inner, claimed.args[0])
            concluded = infer("modus_ponens", [], [inner.discharged(theorem), given])
            return concluded if left is None else infer("implies_intro", [left], [concluded])

        return self._passes(variant.goal, proved)

    def _passes(self, goal: Goal, search: Callable[[], Theorem]) -> bool:
        try:
            theorem = gate.passes(goal, search().derivation)
            gate.check_axioms(theorem.axioms, self._cited(theorem))
        except GradproofError:
            return False
        except Exception:  # a tactic is untrusted, and on a false statement its hints fit nothing
            return False
        return True

    def _cited(self, theorem: Theorem) -> dict[str, Goal]:
        ledger = ledger_of(package_of(self.claim.module))
        named = [ledger[name] for name, _, _ in theorem.axioms]
        return {claim.name: goal_of(claim) for claim in named if claim.unproved and claim.proof is None}


def _with_consequence(context: Context, dropped: Term | None) -> Context:
    """With a dropped hypothesis at hand after all, where what is left proves it."""
    for fact in context.facts:
        if fact.conclusion.op == "slopes_within":
            with suppress(GradproofError):
                context = context.knowing(infer("slope_within", [ZERO], [fact]))
        if fact.conclusion.op == "always":  # what bounds every step bounds the first: a norm there makes its bound nonnegative
            context = context.knowing(infer("always_at", [ONE], [fact]))
    if dropped is not None and dropped.op in ("le", "lt"):
        for between in _ways(context, *dropped.args):
            with suppress(GradproofError):
                return context.knowing(infer("order", [dropped.op, *dropped.args, between], context.facts))
    return context


def _ways(context: Context, a: Term, b: Term) -> Iterator[Term]:
    """b − a as it stands, as half of what two facts say together, or by way of a third number that a fact compares with one."""
    yield sub(b, a)
    gaps = [sub(*fact.conclusion.args[::-1]) for fact in context.facts if fact.conclusion.op in ("le", "lt")]
    yield from (mul(rat(Fraction(1, 2)), add(p, q)) for p, q in combinations(gaps, 2))
    for fact in context.facts:
        if fact.conclusion.op == "eq":
            p, q = fact.conclusion.args
            yield from (sub(other, a) for side, other in ((p, q), (q, p)) if side is b)
        if fact.conclusion.op in ("le", "lt"):
            p, q = fact.conclusion.args
            if q is b:
                yield add(sub(b, p), sub(p, a))
            if p is a:
                yield add(sub(q, a), sub(b, q))
