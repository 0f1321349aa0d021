"""Proofs kept between runs, one file a claim.

An entry is a suggestion: it is used when its hash is the claim's and its derivation replays through
the gate. Whatever is in the folder, it can't make a claim proved that is not.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gradproof.record import SETTLED, RecordError, point_to_json, write_atomically
from gradproof.replay import replayed
from theory.language.errors import GradproofError
from theory.storing_derivations import derivation_to_json

if TYPE_CHECKING:
    from theory.language.claims import Claim, Ledger
    from theory.tactics.settle import Settlement


def cache_folder() -> Path | None:
    """$GRADPROOF_CACHE, else gradproof in $XDG_CACHE_HOME, else ~/.cache/gradproof; None where there is no home."""
    if chosen := os.environ.get("GRADPROOF_CACHE"):
        return Path(chosen)
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "gradproof"
    try:
        return Path.home() / ".cache" / "gradproof"
    except RuntimeError:
        return None


class ProofCache:
    """Proofs by claim; a folder that cannot be read or written is an empty one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "proofs" if folder else None

    def _file(self, claim: Claim) -> Path | None:
        return self._folder / claim.module / f"{claim.name}.json" if self._folder else None

    def get(self, claim: Claim, ledger: Ledger) -> Settlement | None:
        """The settlement, if a proof of this very claim is kept and the kernel accepts it now."""
        from theory.tactics.hashing import claim_hash

        file = self._file(claim)
        try:
            entry = json.loads(file.read_text(encoding="utf-8")) if file else None
            if not isinstance(entry, dict) or cast("dict[str, Any]", entry).get("hash") != claim_hash(claim):
                return None
            kept = cast("dict[str, Any]", entry)
            return replayed(claim, ledger, kept.get("derivation"), kept.get("witness"), kept.get("example"))
        except (OSError, ValueError, RecursionError, GradproofError):
            return None

    def put(self, settlement: Settlement) -> None:
        """Keep a proof or a refutation; what is open or cited is settled anew each time."""
        file = self._file(settlement.claim)
        if file is None or settlement.theorem is None or settlement.verdict.value not in SETTLED:
            return
        entry = {
            "kind": "proof",
            "schema": 1,
            "name": settlement.claim.name,
            "hash": settlement.hash,
            "derivation": derivation_to_json(settlement.theorem.derivation),
            "witness": None if settlement.witness is None else point_to_json(settlement.witness),
            "example": None if settlement.example is None else point_to_json(settlement.example),
        }
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, json.dumps(entry, ensure_ascii=False, allow_nan=False), lasting=False)
        except (OSError, RecordError):
            return
