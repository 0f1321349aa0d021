"""The attack: a search for a counterexample to a goal, on exact instances.

Four tiers, each cheap before the next: special points, Hypothesis with the slack as its target, a bulk
of seeded draws, and a walk in floats from the tightest instances found. Whatever they propose is judged
exactly (`adjudicate.examine`), and the first broken instance ends the attack and is simplified.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import islice, permutations, product
from math import isfinite, log10
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis import target as steer
from hypothesis.errors import Flaky, Unsatisfiable

from numerics.adjudicate import HORIZON, INFINITE, Finding, Outcome, examine
from numerics.chance import ERROR, averages, is_sampled, sampling
from numerics.computed import broken_as_computed
from numerics.confirm import Confirmation, breaks, confirm
from numerics.evidence import PROFILES, Evidence, Profile, complexity
from numerics.goals import Target, limits_in, opened
from numerics.limits import probes
from numerics.refine import refined
from numerics.simplify import plain, simplified
from numerics.sources import FromSeed
from numerics.strategies import Sampler, drawn_with
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import rat
from theory.language.claims import Claim
from theory.language.errors import GradproofError
from theory.typeset import instance_text

__all__ = ["Confirmation", "Evidence", "Outcome", "attack", "attack_goal", "breaks", "confirm"]

STARTS = 3
"""How many of the tightest instances, by each of two measures, the walk starts from."""

PATIENCE = 5
"""So many draws for each example are begun at most: Hypothesis climbs on for long where most of them come to nothing."""

CORNERS = 16
"""So many signs of the numbers of a statement are tried, each number being 1 or −1."""

DRAWN_TO_COMPUTE = 12
"""Expectations are computed on the simplest of so many instances."""


class UnknownProfile(GradproofError):
    """A profile of effort that does not exist."""


class _Broken(Exception):
    """Raised inside a Hypothesis test so that Hypothesis shrinks what broke the goal."""

    def __init__(self, instance: Instance) -> None:
        super().__init__("broken")
        self.instance = instance


class _Enough(BaseException):
    """Ends a search in which most draws come to nothing; no Exception, which Hypothesis would take for a failure."""


class _Shape(NamedTuple):
    """The discrete part of an instance, whether it touched, and which part of a conjunction it is closest to."""

    outcome: Outcome
    part: int
    activations: tuple[str, ...]
    sizes: tuple[tuple[str, str], ...]


class _Tally:
    """What the examples of one attack said, and the tightest of them."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.counts: Counter[Outcome] = Counter()
        self.reasons: Counter[str] = Counter()
        self.tightest: tuple[float, Instance] | None = None
        self.broken: Instance | None = None
        self.best: tuple[dict[_Shape, tuple[float, Instance]], ...] = ({}, {})

    def judge(self, instance: Instance) -> Finding:
        """Examine an instance and count it; nothing is counted after the first broken one."""
        found = examine(self.target, instance)
        if self.broken is not None:
            return found
        self.counts[found.outcome] += 1
        if found.outcome is Outcome.UNDEFINED:
            self.reasons[found.reason] += 1
        if found.outcome is Outcome.BROKEN:
            self.broken = instance
        if found.outcome is Outcome.HELD and found.slack < (self.tightest[0] if self.tightest else INFINITE):
            self.tightest = (found.slack, instance)
        if found.outcome in (Outcome.HELD, Outcome.TOUCHING):
            self._remember(instance, found)
        return found

    def _remember(self, instance: Instance, found: Finding) -> None:
        # One start for each discrete shape, so that the walks do not all begin at one depth and activation.
        depths = tuple(sorted((str(v.data), str(x.data)) for v, x in instance.values.items() if v.sort == "nat"))
        names = tuple(sorted(str(x.data) for v, x in instance.values.items() if v.sort == "fun"))
        sizes = (*depths, *((d, str(size)) for d, size in sorted(instance.dims.items())))
        shape = _Shape(found.outcome, found.part, names, sizes)
        for measure, slack in enumerate((found.slack, found.relative)):
            known = self.best[measure].get(shape)
            if isfinite(slack) and (known is None or slack < known[0]):
                self.best[measure][shape] = (slack, instance)

    def starts(self) -> list[Instance]:
        """The tightest instances: by slack and by relative slack, some that touch, and one of each activation and conjunct.

        What touches often does so for a trivial reason, depth 0 or a zero matrix: it gets few of the places.
        """
        found: dict[int, Instance] = {}
        for best in self.best:
            ranked = sorted(best.items(), key=lambda item: item[1][0])
            held = [item for item in ranked if item[0].outcome is Outcome.HELD]
            touching = [item for item in ranked if item[0].outcome is Outcome.TOUCHING]
            of_each = {(shape.part, shape.activations): (shape, entry) for shape, entry in reversed(held)}
            for _, (_, instance) in (*held[:STARTS], *touching[: STARTS - 1], *of_each.values()):
                found[id(instance)] = instance
        return list(found.values())


def attack(claim: Claim, *, profile: Profile | str = "dev", seed: int = 0) -> Evidence:
    """Search for a counterexample to a claim; the same seed gives the same evidence."""
    return attack_goal(goal_of(claim), profile=profile, seed=seed)


def attack_goal(goal: Goal, *, profile: Profile | str = "dev", seed: int = 0, readable: bool = True) -> Evidence:
    """Search for a counterexample to `goal.hypotheses ⊢ goal.conclusion`.

    Without `readable` the first broken instance is the witness, as it was found; the search is the same.
    """
    effort = _profile(profile)
    target = opened(goal)
    sampler, tally = Sampler(target), _Tally(target)
    if _limits_only(target):
        return _probed(target, sampler, effort, seed)
    if is_sampled((*target.hypotheses, target.conclusion)):
        return _sampled(target, sampler, tally, effort, seed)
    if averages((*target.hypotheses, target.conclusion)):
        # Each example is a sum over all outcomes; an equation that is wrong fails at nearly all of them.
        effort = replace(effort, examples=-(-effort.examples // 4), bulk=-(-effort.bulk // 4), refine=0)
    if not sampler.variables and not sampler.dimensions:
        tally.judge(Instance({}, {}))
        return _evidence(target, tally, effort, seed, tally.broken)
    for tier in (_special_points, _bulk, _search, _walks):
        tier(sampler, tally, effort, seed)
        if tally.broken is not None:
            witness = _readable(sampler, tally.broken, effort, seed) if readable else tally.broken
            return _evidence(target, tally, effort, seed, witness)
    return _evidence(target, tally, effort, seed, None)


def _readable(sampler: Sampler, broken: Instance, effort: Profile, seed: int) -> Instance:
    """What was found, simplified; where that is not plain, the simpler of it and of what Hypothesis shrinks to, likewise."""

    def breaks_it(instance: Instance) -> bool:
        return examine(sampler.target, instance).outcome is Outcome.BROKEN

    found = simplified(broken, breaks_it)
    if plain(found):
        return found
    again = _Tally(sampler.target)
    _search(sampler, again, effort, seed, shrink=True)
    return found if again.broken is None else min(found, simplified(again.broken, breaks_it), key=complexity)


def _profile(profile: Profile | str) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise UnknownProfile(f"there is no profile {profile!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[profile]


# --- tiers -----------------------------------------------------------------------------------------


def _special_points(sampler: Sampler, tally: _Tally, _effort: Profile, seed: int) -> None:
    """Every kink and saturation point once, the rest drawn; all numbers at 0 or ±1; two that meet or are opposite."""
    source = FromSeed(seed)
    spans = sampler.special()
    reals = [v for v in spans if v.sort == "real"]
    single = [{v: point} for v, points in spans.items() for point in points]
    signs = islice(product((1, -1), repeat=len(reals)), CORNERS) if len(reals) > 1 else ()
    corners = [dict.fromkeys(reals, Fraction(0)), *(dict(zip(reals, map(Fraction, corner), strict=True)) for corner in signs)]
    for values in (*single, *(corner for corner in corners if all(x in spans[v] for v, x in corner.items()))):
        instance = sampler.draw(source)
        tally.judge(Instance({**instance.values, **{v: rat(x) for v, x in values.items()}}, instance.dims))
        if tally.broken is not None:
            return
    for v, w in permutations(reals, 2):
        for sign in (1, -1):
            instance = sampler.draw(source)
            tally.judge(Instance({**instance.values, v: rat(sign * instance.values[w].data)}, instance.dims))
            if tally.broken is not None:
                return


def _search(sampler: Sampler, tally: _Tally, effort: Profile, number: int, *, shrink: bool = False) -> None:
    """What Hypothesis finds, steered towards small slacks."""
    tries = 0

    def counted() -> None:
        nonlocal tries
        tries += 1
        if tries > PATIENCE * effort.examples and tally.broken is None:
            raise _Enough

    @seed(number)
    @settings(
        max_examples=effort.examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.target, Phase.shrink) if shrink else (Phase.generate, Phase.target),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        suppress_health_check=(HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large),
        print_blob=False,
    )
    @given(drawn_with(sampler, counted))
    def attempt(instance: Instance) -> None:
        found = tally.judge(instance)
        if found.outcome is Outcome.BROKEN:
            raise _Broken(instance)
        if found.outcome in (Outcome.REJECTED, Outcome.UNDEFINED):
            reject()
        for label, slack in (("slack", found.slack), ("share", found.relative)):
            if isfinite(slack):
                steer(-slack, label=label)

    try:
        attempt()
    except _Broken as found:
        tally.broken = found.instance
    except Unsatisfiable:
        pass  # the evidence then shows no example, and says so
    except (_Enough, Flaky):  # a draw that is broken off looks flaky to Hypothesis
        if tries <= PATIENCE * effort.examples:
            raise


def _bulk(sampler: Sampler, tally: _Tally, effort: Profile, seed: int) -> None:
    source = FromSeed(seed + 1)
    for _ in range(effort.bulk):
        tally.judge(sampler.draw(source))
        if tally.broken is not None:
            return


def _walks(sampler: Sampler, tally: _Tally, effort: Profile, seed: int) -> None:
    for start in tally.starts():
        for instance in refined(sampler.target, start, effort.refine, seed):
            tally.judge(instance)
            if tally.broken is not None:
                return


def _sampled(target: Target, sampler: Sampler, tally: _Tally, effort: Profile, seed: int) -> Evidence:
    """A few instances, each with many draws; what breaks one breaks it by more than chance explains."""
    few = replace(effort, bulk=effort.sampled if sampler.variables or sampler.dimensions else 1)
    with sampling(effort.samples):
        for tier in (_bulk, _special_points) if effort.computed else (_bulk,):
            tier(sampler, tally, few, seed)
            if tally.broken is not None:
                return _evidence(target, tally, effort, seed, tally.broken)
        source = FromSeed(seed)
        drawn = sorted((sampler.draw(source) for _ in range(DRAWN_TO_COMPUTE)), key=complexity) if effort.computed else []
        telling = (instance for instance in drawn if examine(target, instance).outcome in (Outcome.HELD, Outcome.TOUCHING))
        simplest = list(islice(telling, effort.computed))
    for instance in simplest:
        if broken_as_computed(target, instance):
            tally.counts[Outcome.BROKEN] += 1
            return _evidence(target, tally, effort, seed, instance)
    return _evidence(target, tally, effort, seed, None)


# --- limits ----------------------------------------------------------------------------------------


def _limits_only(target: Target) -> bool:
    formula = target.conclusion
    while formula.op == "implies":
        formula = formula.args[1]
    parts = formula.args if formula.op == "and" else (formula,)
    return bool(parts) and all(part.op == "tends" for part in parts)


def _probed(target: Target, sampler: Sampler, effort: Profile, seed: int) -> Evidence:
    """Follow the limits on a few instances; nothing here can break or hold."""
    source, tally = FromSeed(seed), _Tally(target)
    still: list[str] = []
    shrinking = 0
    last = ""
    for _ in range(effort.examples // 6):
        instance = sampler.draw(source)
        if tally.judge(instance).outcome is not Outcome.LIMIT:
            continue
        for probe in probes(target.conclusion, instance):
            shrinking += probe.shrinks is True
            last = probe.text()
            if probe.shrinks is False and probe.distances[-1] != 0:
                still.append(f"{probe.text()} ({instance_text(instance)})")
        if not sampler.variables:
            break
    note = f"a finite depth breaks no limit; probed {tally.counts[Outcome.LIMIT]} instances, {shrinking} distances shrink"
    note += f"; not shrinking: {still[0]}" if still else f"; {last}" if last else ""
    return replace(_evidence(target, tally, effort, seed, None), kind="limit", note=note)


# --- results ---------------------------------------------------------------------------------------


def _evidence(target: Target, tally: _Tally, effort: Profile, seed: int, witness: Instance | None) -> Evidence:
    counts = tally.counts
    examples = sum(counts[o] for o in (Outcome.HELD, Outcome.BROKEN, Outcome.TOUCHING))
    notes = list(target.notes)
    if is_sampled((*target.hypotheses, target.conclusion)):
        notes.append(f"{effort.samples:,} draws for an expectation, whose interval errs once in 10^{-round(log10(ERROR))}")
    if counts[Outcome.UNDEFINED]:
        notes.append(f"{counts[Outcome.UNDEFINED]} undefined: {tally.reasons.most_common(1)[0][0]}")
    if not examples:
        notes.append("no example tests the statement")
    if any(node.op == "always" for part in target.facts for node in walk(part)):
        notes.append(f'"at every step" is assumed for the first {HORIZON} steps')
    if limits_in(target.conclusion):
        notes.append("limits in it are not tested by points")
    return Evidence(
        examples=examples,
        held=counts[Outcome.HELD],
        broken=counts[Outcome.BROKEN],
        touching=counts[Outcome.TOUCHING],
        vacuous=counts[Outcome.VACUOUS],
        undefined=counts[Outcome.UNDEFINED],
        tightest=tally.tightest[0] if tally.tightest else None,
        where=instance_text(tally.tightest[1]) if tally.tightest else "",
        witness=witness,
        witness_text=instance_text(witness) if witness is not None else "",
        seed=seed,
        profile=effort.name,
        kind="search" if examples else "none",
        note="; ".join(notes),
    )
