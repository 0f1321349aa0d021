"""Where a limit is not approached: a readable instance at which the distance to it does not shrink.

No finite depth breaks a limit, so this is something seen and nothing proved.
"""

from __future__ import annotations

from collections.abc import Iterable

from numerics.confirm import confirm
from numerics.evidence import complexity
from numerics.goals import opened
from numerics.simplify import simplified
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from theory.kernel.gate import Goal, Instance

TRIES = 24
"""How many instances are drawn."""
BUDGET = 60
"""How many simpler instances are tried; each is followed for forty steps."""


def apart(goal: Goal, *, seed: int = 0, first: Iterable[Instance] = ()) -> tuple[Instance, str] | None:
    """An instance that meets what the goal assumes and stays away from its limit, and how far; None where none is found.

    The instances `first` are tried before any that is drawn. The same seed gives the same answer.
    """

    def stays_away(instance: Instance) -> bool:
        return confirm(goal, instance).supports

    found = next(filter(stays_away, first), None)
    if found is None:
        sampler, source = Sampler(opened(goal)), FromSeed(seed)
        drawn = [instance for instance in (sampler.draw(source) for _ in range(TRIES)) if stays_away(instance)]
        if not drawn:
            return None
        found = min(drawn, key=complexity)
    found = simplified(found, stays_away, BUDGET)
    return found, confirm(goal, found).note
