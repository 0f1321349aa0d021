"""Does a refutation's own witness really break its claim? The attack's answer, independent of the kernel's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

from numerics.adjudicate import HORIZON, Outcome, examine
from numerics.goals import Target, opened
from numerics.limits import probes
from numerics.strategies import Sampler
from theory.kernel.gate import Goal, Instance
from theory.kernel.terms import rat

MOST = 2000
"""Values of bound variables that are tried at most."""


@dataclass(frozen=True)
class Confirmation:
    """What an instance says about a goal; `supports` tells whether that supports a refutation of it."""

    outcome: Outcome
    supports: bool
    note: str = ""


def breaks(goal: Goal, instance: Instance) -> Outcome:
    """What a given instance says about a goal; a variable that a quantifier binds is searched for at special points.

    BROKEN confirms a counterexample. LIMIT says that the goal affirms a limit: `confirm` follows it.
    """
    target = opened(goal)
    if all(v in instance.values for v in target.goal.variables):
        return examine(target, instance).outcome
    return _searched(target, instance)


def _searched(target: Target, instance: Instance) -> Outcome:
    missing = [v for v in target.goal.variables if v not in instance.values]
    special = Sampler(target).special(depth=HORIZON)
    outcome = Outcome.UNDEFINED
    for values in islice(product(*(special.get(v, ()) for v in missing)), MOST):
        given = {v: rat(x) for v, x in zip(missing, values, strict=True)}
        found = examine(target, Instance({**instance.values, **given}, instance.dims)).outcome
        if found is Outcome.BROKEN:
            return found
        if found in (Outcome.HELD, Outcome.TOUCHING, Outcome.LIMIT):
            outcome = found
    return outcome


def confirm(goal: Goal, instance: Instance) -> Confirmation:
    """Whether an instance supports that the goal is false: it breaks it, or the distance to its limit does not shrink."""
    outcome = breaks(goal, instance)
    if outcome is not Outcome.LIMIT:
        return Confirmation(outcome, outcome is Outcome.BROKEN)
    followed = probes(opened(goal).conclusion, instance)
    still = [probe for probe in followed if probe.shrinks is False and probe.distances[-1] != 0]
    told = (still or followed)[:1]
    return Confirmation(outcome, bool(still), "".join(probe.text() for probe in told))
