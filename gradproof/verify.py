"""The engine: settle each claim, attack it, compare the two, and make its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gradproof.cache import ProofCache, cache_folder
from gradproof.record import HELD_TRUE, SETTLED, Record, record_of
from gradproof.workers import default_jobs, spread
from theory.language.claims import full_ledger
from theory.language.errors import ClaimError, GradproofError

if TYPE_CHECKING:
    from theory.kernel.gate import Goal, Instance
    from theory.language.claims import Claim, Ledger
    from theory.tactics.settle import Settlement

# A worker has to import SymPy and read the ledger before it helps; for fewer claims that costs more than it saves.
CLAIMS_WORTH_A_WORKER = 8
# The last batches are to be small ones: a worker that has nothing left waits for the other.
BATCHES_FOR_A_WORKER = 4


@dataclass(frozen=True)
class Plan:
    """How a run is done; with `attack` off, claims are only settled, with `told` off, their records leave out the proof."""

    profile: str = "dev"
    seed: int = 0
    fresh: bool = False
    attack: bool = True
    told: bool = True


@dataclass(frozen=True)
class Result:
    """The record of one claim, and whether its proof came out of the cache (which no record says)."""

    record: Record
    reused: bool


def verify(
    claims: Sequence[Claim],
    ledger: Ledger,
    plan: Plan,
    *,
    jobs: int | None = None,
    done: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Settle and attack the claims; the results stand in the order of the claims, whatever finished first.

    `jobs` is the number of processes (two where that pays, if None); `done` hears the name of each claim that is finished.
    """
    workers = min(jobs or default_jobs(), max(1, len(claims) // CLAIMS_WORTH_A_WORKER))
    results: dict[str, Result] = {}
    for result in _in_parallel(claims, plan, workers) if workers > 1 else ():
        results[result.record["name"]] = result
        done(result.record["name"])
    for claim in claims:
        if claim.name not in results:  # no workers, or they died
            results[claim.name] = result_of(claim, ledger, plan)
            done(claim.name)
    return [results[claim.name] for claim in claims]


def _in_parallel(claims: Sequence[Claim], plan: Plan, workers: int) -> Iterator[Result]:
    """Results as they come; what a pool that breaks leaves out is left to the caller."""
    for results in spread(partial(_by_names, plan=plan), batches(claims, workers), workers):
        yield from results


def batches(claims: Sequence[Claim], workers: int) -> list[tuple[str, ...]]:
    """The names of the claims in parts for the workers, the longest first.

    What a claim rests on mostly stands in its own module; in one process it is proved once, in two of them twice.
    """
    most = max(1, len(claims) // (BATCHES_FOR_A_WORKER * workers))
    modules = [tuple(claim.name for claim in group) for _, group in groupby(claims, key=lambda claim: claim.module)]
    parts = [names[start : start + most] for names in modules for start in range(0, len(names), most)]
    return sorted(parts, key=len, reverse=True)


def _by_names(names: tuple[str, ...], plan: Plan) -> list[Result]:
    """Some claims in a worker, which has read the ledger for itself: claims are code and do not travel."""
    ledger = full_ledger()
    return [result_of(ledger[name], ledger, plan) for name in names]


def result_of(claim: Claim, ledger: Ledger, plan: Plan) -> Result:
    """Settle, attack and record one claim."""
    try:
        settlement, reused = settled(claim, ledger, fresh=plan.fresh)
    except GradproofError as error:  # the statement itself cannot be read
        said = str(error)
        raise ClaimError(said if claim.name in said else f"claim {claim.name}: {said}") from error
    if not plan.attack:
        nothing = _no_evidence(plan, "none", "not attacked in this run")
        return Result(record_of(settlement, nothing, "", ledger, told=plan.told), reused)
    evidence = attacked(claim, plan)
    if settlement.goal is not None and settlement.witness is not None and evidence["kind"] == "limit":
        evidence["note"] = _followed(settlement.goal, settlement.witness) + evidence["note"]
    return Result(record_of(settlement, evidence, contradiction(settlement, evidence), ledger, told=plan.told), reused)


def settled(claim: Claim, ledger: Ledger, *, fresh: bool = False) -> tuple[Settlement, bool]:
    """The settlement of a claim, and whether a kept proof was replayed for it."""
    from theory.tactics.settle import settle

    kept = ProofCache(cache_folder())
    if not fresh:
        found = kept.get(claim, ledger)
        if found is not None:
            return found, True
    made = settle(claim)
    kept.put(made)
    return made, False


def attacked(claim: Claim, plan: Plan) -> dict[str, Any]:
    """What the attack saw, as JSON; an attack that cannot be carried out says why and counts as no pass."""
    from numerics.attack import attack

    try:
        return attack(claim, profile=plan.profile, seed=plan.seed).to_json()
    except (GradproofError, ArithmeticError, ValueError, RecursionError) as error:
        return _no_evidence(plan, "error", f"the attack stopped: {' '.join(str(error).split()) or type(error).__name__}")


def _followed(goal: Goal, witness: Instance) -> str:
    """How the distance to a refuted limit stays away from 0 at the witness; empty where no probe shows that."""
    from numerics.goals import opened
    from numerics.limits import probes

    apart = [p for p in probes(opened(goal).conclusion, witness) if p.shrinks is False and p.distances[-1] != 0]
    return f"at the witness {apart[0].text()}; " if apart else ""


def _no_evidence(plan: Plan, kind: str, note: str) -> dict[str, Any]:
    counts = {"examples": 0, "held": 0, "broken": 0, "touching": 0, "vacuous": 0, "undefined": 0}
    empty = {"tightest": None, "where": "", "witness": None, "witness_text": ""}
    return {**counts, **empty, "seed": plan.seed, "profile": plan.profile, "kind": kind, "note": note}


def contradiction(settlement: Settlement, evidence: dict[str, Any]) -> str:
    """One sentence where proof and attack disagree; empty where they do not."""
    verdict = settlement.verdict.value
    if verdict in HELD_TRUE and evidence["broken"]:
        return f"{verdict}, and yet the attack breaks it at {evidence['witness_text'] or 'an example'}"
    if verdict == "REFUTED":
        from numerics.adjudicate import Outcome
        from numerics.attack import breaks

        if settlement.goal is None or settlement.witness is None:
            return "REFUTED, and yet no witness is given"
        outcome = breaks(settlement.goal, settlement.witness)
        # No depth breaks a limit; there the kernel's orbit stands alone. Anything else but a broken example is no confirmation.
        if outcome not in (Outcome.BROKEN, Outcome.LIMIT):
            return f"REFUTED, and yet its own witness does not break it: the attack finds it {outcome.value} there"
    return ""


def passed(record: Record) -> bool:
    """Whether a record lets the run end well: settled, not contradicted, and not left unattacked by a failure."""
    return record["verdict"] in SETTLED and not record["contradiction"] and record["evidence"]["kind"] != "error"
