"""Settling a claim: prove or refute it, pass the gate, find a point that meets its hypotheses, say what it used."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from theory.kernel import gate
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import Term
from theory.kernel.theorem import Derivation, Theorem, infer
from theory.language.activations import times_defined_anew
from theory.language.claims import Claim
from theory.language.errors import ClaimError, GradproofError, KernelRefusal, ProofFailure
from theory.tactics import kinds
from theory.tactics.context import Context
from theory.tactics.examples import example_of
from theory.tactics.hashing import claim_hash
from theory.tactics.prove import prove
from theory.tactics.refute import refute
from theory.typeset import text
from theory.typeset.alike import clash


class Verdict(StrEnum):
    """What is known of a claim; computed, never typed in."""

    PROVED = "PROVED"
    CONDITIONAL = "CONDITIONAL"
    REFUTED = "REFUTED"
    CITED = "CITED"
    OPEN = "OPEN"


@dataclass(frozen=True, eq=False)
class Settlement:
    """A claim with its verdict and everything that the verdict rests on."""

    claim: Claim
    verdict: Verdict
    goal: Goal | None
    theorem: Theorem | None
    reason: str
    uses: tuple[str, ...]
    rests_on: tuple[str, ...]
    witness: Instance | None
    example: Instance | None
    hash: str


# By how often an activation was defined anew before: what was settled then may have spoken of another function.
_SETTLED: dict[tuple[Claim, int], Settlement] = {}
_UNDER_WAY: list[Claim] = []


def settle(claim: Claim) -> Settlement:
    """The verdict on a claim, once per process, and anew where an activation has got another definition."""
    key = claim, times_defined_anew()
    found = _SETTLED.get(key)
    if found is None:
        found = _SETTLED[key] = _settle(claim)
    return found


def forget() -> None:
    """Drop every settlement of this process."""
    _SETTLED.clear()
    _THEOREMS.clear()


_THEOREMS: dict[tuple[Claim, int], Theorem] = {}


def theorem_of(claim: Claim) -> Theorem:
    """The theorem of a lemma, labelled with its name; a cited claim gives itself as an axiom."""
    key = claim, times_defined_anew()
    known = _THEOREMS.get(key)
    if known is not None:
        return known
    if claim in _UNDER_WAY:
        circle = " → ".join(c.name for c in [*_UNDER_WAY[_UNDER_WAY.index(claim) :], claim])
        raise ClaimError(f"the proofs go round in a circle: {circle}; prove one of these without the others")
    goal = goal_of(claim)
    if claim.unproved and claim.proof is None:
        made = infer("cited", [claim.name, goal.conclusion, *goal.hypotheses])
    else:
        settlement = settle(claim)
        if settlement.theorem is None or settlement.verdict not in (Verdict.PROVED, Verdict.CONDITIONAL):
            raise ProofFailure(
                f"the lemma {claim.name} is {settlement.verdict.value}, so nothing can rest on it: {settlement.reason}"
            )
        made = infer("lemma", [claim.name], [settlement.theorem])
    _THEOREMS[key] = made
    return made


def find_example(claim: Claim) -> Instance | None:
    """An exact point that meets all hypotheses of a claim; None where one of its parts has none."""
    reader = Reader(claim.binders)
    goal = goal_of(claim, reader)
    return example_of(claim, goal, Context(reader, theorem_of).assuming(*goal.hypotheses))


def _settle(claim: Claim) -> Settlement:
    _UNDER_WAY.append(claim)
    try:
        return _settled(claim)
    finally:
        _UNDER_WAY.pop()


def _settled(claim: Claim) -> Settlement:
    reader = Reader(claim.binders)
    goal = goal_of(claim, reader)
    if alike := clash((*goal.hypotheses, goal.conclusion)):
        raise ClaimError(f"claim {claim.name}: {alike}, so that nobody can tell them apart; rename one")
    own_hash = claim_hash(claim)
    context = Context(reader, theorem_of).assuming(*goal.hypotheses)

    def result(
        verdict: Verdict, reason: str = "", theorem: Theorem | None = None, witness: Instance | None = None
    ) -> Settlement:
        example = witness
        if verdict is not Verdict.REFUTED:
            try:
                example = example_of(claim, goal, context)
            except ClaimError:
                raise
            except GradproofError as error:  # a given example that is no point of the domains
                verdict, reason, theorem = Verdict.OPEN, f"the example given cannot be read: {_readable(error)}", None
        if example is None and verdict in (Verdict.PROVED, Verdict.CONDITIONAL, Verdict.CITED):
            verdict, theorem = Verdict.OPEN, None
            reason = "no exact point is known that meets all hypotheses; give one as `example`"
        uses = used_lemmas(theorem.derivation) if theorem is not None else ()
        rests = tuple(sorted(name for name, _, _ in theorem.axioms)) if theorem is not None else ()
        return Settlement(claim, verdict, goal, theorem, reason, uses, rests, witness, example, own_hash)

    if claim.proof is None:
        return result(Verdict.CITED, claim.unproved)
    try:
        if isinstance(claim.proof, kinds.Refute):
            denied, instance = refute(claim.proof, goal, context)
            return result(Verdict.REFUTED, "", gate.refutes(goal, instance, denied.derivation), instance)
        theorem = gate.passes(goal, prove(claim.proof, goal.conclusion, context).derivation)
        gate.check_axioms(theorem.axioms, _cited_goals(theorem))
    except ClaimError:
        raise
    except GradproofError as error:
        return result(Verdict.OPEN, _readable(error))
    except Exception as error:  # a tactic is untrusted and so are its hints: whatever it raises, nothing is proved
        return result(
            Verdict.OPEN, f"the search broke on the hints of {type(claim.proof).__name__}: {type(error).__name__}: {error}"
        )
    return result(Verdict.CONDITIONAL if theorem.axioms else Verdict.PROVED, "", theorem)


def _readable(error: GradproofError) -> str:
    """What an error says, with the term that it speaks of as a person writes it."""
    said = " ".join(str(error).split())
    about = error.about if isinstance(error, KernelRefusal) else None
    if isinstance(about, Term):
        with suppress(GradproofError):
            return said.replace(repr(about), text(about))
    return said


def _cited_goals(theorem: Theorem) -> dict[str, Goal]:
    names = {name for name, _, _ in theorem.axioms}
    return {c.name: goal_of(c) for c, _ in _THEOREMS if c.name in names and c.proof is None and c.unproved}


def used_lemmas(derivation: Derivation) -> tuple[str, ...]:
    """The names of the claims that a derivation really applies, cited ones too; not those behind them."""
    found: dict[str, None] = {}
    stack, seen = [derivation], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.rule in ("lemma", "cited"):
            found[str(node.parameters[0])] = None
        else:
            stack.extend(reversed(node.premises))
    return tuple(found)
