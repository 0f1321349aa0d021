"""What becomes of each variant of a claim: broken by the attack, proved by the kernel, or neither, and then why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from numerics.adjudicate import Outcome, examine
from numerics.attack import attack_goal
from numerics.evidence import Evidence, Profile
from numerics.goals import opened
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from numerics.teeth.kernel import Trial
from numerics.teeth.variants import Variant, variants_of
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.terms import Term, make, rat
from theory.language.claims import Claim
from theory.language.errors import GradproofError
from theory.tactics.kinds import Refute
from theory.typeset import instance_text, text

SCREEN = Profile("screen", examples=20, bulk=60, refine=0)
"""Enough to find one point where a change makes a bound tighter."""

DRAWS = 120
"""Instances that break a dropped hypothesis and meet the others, by which it is told what the statement says there."""


class Fate(StrEnum):
    """What became of a variant."""

    BROKEN = "broken"
    PROVED = "proved"
    """Also true: the claim has slack, or a hypothesis to spare."""
    SURVIVED = "survived"
    LIMIT = "limit"
    """Beyond points by its form: a limit, the sharpness of an extremum, an existence."""
    UNDEFINED = "undefined"
    """Where the dropped hypothesis fails, the statement has no value: there is nothing false to point at."""
    CONTRADICTION = "contradiction"
    """The kernel proves it, and the attack breaks it or the claim excludes it."""


@dataclass(frozen=True)
class Bite:
    """One variant and what became of it; all in words, so that it travels between processes.

    `reason` says why it survived or stands aside, `by` which proof the kernel accepts, `witness` where it breaks.
    """

    kind: str
    change: str
    statement: str
    fate: Fate
    reason: str = ""
    by: str = ""
    witness: str = ""


@dataclass(frozen=True)
class Bitten:
    """A claim with all its variants; `note` says why there are none."""

    name: str
    bites: tuple[Bite, ...]
    note: str = ""


def bitten(claim: Claim, *, profile: Profile | str = "ci", seed: int = 0) -> Bitten:
    """Every variant of a claim, put before the kernel and the attack."""
    trial = Trial(claim)
    if isinstance(claim.proof, Refute):
        variants = [Variant("refuted", "the refuted claim as it stands", goal_of(claim))]
        variants = [replace(v, beyond=_limits_only(v.goal)) for v in variants]
    else:
        variants = [v for v in variants_of(trial.goal) if not _follows(v, seed)]
    bites = tuple(_tried(trial, variant, profile, seed) for variant in variants)
    return Bitten(claim.name, bites, "" if bites else "no change of it says more than it does")


def _limits_only(goal: Goal) -> str:
    return next((v.beyond for v in variants_of(goal) if v.kind == "limit"), "")


def _follows(variant: Variant, seed: int) -> bool:
    """Whether a changed inequality is no stronger than the claim, as far as points show."""
    if variant.no_stronger is None:
        return False
    return not _attacked(variant.no_stronger, SCREEN, seed).broken


def _tried(trial: Trial, variant: Variant, profile: Profile | str, seed: int) -> Bite:
    bite = Bite(variant.kind, variant.change, text(variant.goal.conclusion), Fate.SURVIVED)
    seen = None if variant.beyond else _attacked(variant.goal, profile, seed)
    broken = seen is not None and seen.broken > 0
    if seen is not None and broken:
        bite = replace(bite, fate=Fate.BROKEN, witness=seen.witness_text or "every point")
    by = trial.proof_of(variant, thorough=not broken)
    if by and (broken or (variant.exclusive and trial.established)):
        reason = "the attack breaks it" if broken else "the claim excludes it"
        return replace(bite, fate=Fate.CONTRADICTION, by=by, reason=f"the kernel proves it, and yet {reason}")
    if by:
        return replace(bite, fate=Fate.PROVED, by=by)
    if broken:
        return bite
    if seen is None:
        return replace(bite, fate=Fate.LIMIT, reason=variant.beyond)
    fate, reason = _unbroken(variant, seen, seed)
    return replace(bite, fate=fate, reason=reason)


def _attacked(goal: Goal, profile: Profile | str, seed: int) -> Evidence:
    try:
        return attack_goal(goal, profile=profile, seed=seed, readable=False)
    except (GradproofError, ArithmeticError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        return _nothing(profile, seed, f"the attack stopped: {said}")


def _nothing(profile: Profile | str, seed: int, note: str) -> Evidence:
    name = profile if isinstance(profile, str) else profile.name
    return Evidence(0, 0, 0, 0, 0, 0, None, "", None, "", seed, name, "none", note)


def _unbroken(variant: Variant, seen: Evidence, seed: int) -> tuple[Fate, str]:
    """Why the attack does not break a variant, as well as points can tell."""
    if variant.dropped is not None:
        outcomes, where = _without(variant, variant.dropped, seed)
        said = sum(outcomes[o] for o in (Outcome.HELD, Outcome.TOUCHING, Outcome.VACUOUS))
        if not said + outcomes[Outcome.UNDEFINED]:
            return Fate.SURVIVED, "no instance was found where what is dropped fails and the rest holds"
        if outcomes[Outcome.UNDEFINED]:
            return Fate.UNDEFINED, f"where what is dropped fails it has no value, as at {where}"
        spare = "it holds where what is dropped fails: a hypothesis to spare, as far as points show"
        return (Fate.SURVIVED, spare) if seen.examples else (Fate.UNDEFINED, seen.note)
    if variant.strict and seen.examples:
        return Fate.SURVIVED, "it is false only where two sides are equal, as they may be at irrational points"
    if not seen.examples:
        return (Fate.UNDEFINED if seen.undefined else Fate.SURVIVED), seen.note
    if seen.touching and not seen.held:
        return Fate.SURVIVED, "all instances lie on the line, as far as 1,024 bits see"
    tightest = "" if seen.tightest is None else f"the smallest slack is {seen.tightest:.2g} at {seen.where}"
    touching = f"{seen.touching} instances lie on the line; " if seen.touching else ""
    return Fate.SURVIVED, f"it holds on all {seen.examples} instances; {touching}{tightest}".rstrip("; ")


def _without(variant: Variant, dropped: Term, seed: int) -> tuple[Counter[Outcome], str]:
    """What a statement says where a dropped hypothesis fails, and one such place where it is undefined."""
    goal = Goal((*variant.goal.hypotheses, _denied(dropped)), variant.goal.conclusion)
    target = opened(goal)
    outcomes: Counter[Outcome] = Counter()
    where = ""
    for instance in _instances(Sampler(target), seed):
        found = examine(target, instance).outcome
        outcomes[found] += 1
        if found is Outcome.UNDEFINED and not where:
            where = instance_text(instance)
    return outcomes, where


def _instances(sampler: Sampler, seed: int) -> Iterator[Instance]:
    source = FromSeed(seed)
    for v, points in sampler.special().items():
        for point in points:
            drawn = sampler.draw(source)
            yield Instance({**drawn.values, v: rat(point)}, drawn.dims)
    yield from islice(iter(lambda: sampler.draw(source), None), DRAWS)


def _denied(formula: Term) -> Term:
    """The opposite of a formula, as a relation where it is one: the sampler reads intervals off relations."""
    match formula.op, formula.args:
        case "le", (a, b):
            return make("lt", (b, a))
        case "lt", (a, b):
            return make("le", (b, a))
        case "ne", sides:
            return make("eq", sides)
        case "eq", sides:
            return make("ne", sides)
        case _:
            return make("not", (formula,))
