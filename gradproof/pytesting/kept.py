"""Examples that broke a claim, in the example database of the active Hypothesis profile.

They are written down as exact points, not as the choices of one version of a strategy: whatever
found them, also on another machine, they can be judged again. As Hypothesis does it, an example is tried
before anything else and dropped once it breaks nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import settings

from gradproof.record import point_from_json
from numerics.adjudicate import Outcome
from numerics.attack import breaks
from theory.language.errors import GradproofError
from theory.typeset import instance_text

if TYPE_CHECKING:
    from gradproof.pytesting.options import Choice
    from theory.kernel.gate import Instance
    from theory.language.claims import Claim
    from theory.tactics.settle import Settlement


class Examples:
    """The broken examples of one claim; none where the profile has no database, as Hypothesis's own `ci` has none."""

    def __init__(self, claim: Claim, settlement: Settlement) -> None:
        self._goal = settlement.goal
        self._key = f"gradproof {claim.module} {claim.name}".encode()
        self._database = settings().database

    def replayed(self, choice: Choice) -> dict[str, Any] | None:
        """The evidence of the first kept example that still breaks the claim; None if there is no such example."""
        if self._database is None:
            return None
        for value in sorted(self._database.fetch(self._key), key=lambda value: (len(value), value)):
            point = self._broken_at(value)
            if point is not None:
                return _evidence(json.loads(value), instance_text(point), choice)
            self._database.delete(self._key, value)
        return None

    def _broken_at(self, value: bytes) -> Instance | None:
        """The point, if it can be read and breaks the claim."""
        try:
            point = point_from_json(json.loads(value))
            broken = self._goal is not None and breaks(self._goal, point) is Outcome.BROKEN
        except (GradproofError, ArithmeticError, LookupError, ValueError, TypeError, RecursionError):
            return None  # of another version of the claim, or not ours
        return point if broken else None

    def keep(self, evidence: dict[str, Any]) -> None:
        """Write down what broke the claim."""
        if self._database is not None and evidence["witness"] is not None:
            self._database.save(self._key, json.dumps(evidence["witness"]).encode())


def _evidence(witness: Any, text: str, choice: Choice) -> dict[str, Any]:
    counts = {"examples": 1, "held": 0, "broken": 1, "touching": 0, "vacuous": 0, "undefined": 0}
    found = {"tightest": None, "where": "", "witness": witness, "witness_text": text}
    run = {"seed": choice.seed, "profile": choice.profile, "kind": "search"}
    return {**counts, **found, **run, "note": "found by an earlier run"}
