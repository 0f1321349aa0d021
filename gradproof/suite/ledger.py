"""Every claim of gradproof's own ledger; the plugin collects them through this file, wherever it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.language.claims import Claim


def claims_by_module() -> dict[str, list[Claim]]:
    """The claims in the order of the ledger, by the file that declares them: `activations.sigmoid`, `flow.irnn`, …"""
    from theory.language.claims import full_ledger

    found: dict[str, list[Claim]] = {}
    for claim in full_ledger():
        found.setdefault(claim.module.removeprefix("theory."), []).append(claim)
    return found
