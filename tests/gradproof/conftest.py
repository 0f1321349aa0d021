"""Each test has an empty cache of its own, and evidence that costs no search where a test is not about the attack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import numerics.attack
from numerics.adjudicate import Outcome

Evidence = dict[str, Any]
SEEN: Evidence = {
    "examples": 200,
    "held": 190,
    "broken": 0,
    "touching": 10,
    "vacuous": 0,
    "undefined": 0,
    "tightest": 0.0625,
    "where": "x = 3/2",
    "witness": None,
    "witness_text": "",
    "seed": 0,
    "profile": "dev",
    "kind": "search",
    "note": "",
}


class Seen:
    """Evidence made up for a test."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def to_json(self) -> Evidence:
        return dict(self._evidence)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that proofs are kept in."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GRADPROOF_CACHE", str(folder))
    return folder


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes every attack see what the test says."""

    def see(*, witness: Outcome = Outcome.BROKEN, **changed: Any) -> None:
        def attack(claim: object, *, profile: str, seed: int) -> Seen:
            return Seen({**SEEN, "profile": profile, "seed": seed, **changed})

        def breaks(goal: object, instance: object) -> Outcome:
            return witness

        monkeypatch.setattr(numerics.attack, "attack", attack)
        monkeypatch.setattr(numerics.attack, "breaks", breaks)

    see()
    return see
