"""What exponentials cost beside the products of a dense layer, counted in operations."""

from __future__ import annotations

from typing import Any

from theory.language.claims import claim
from theory.language.statements import iff
from theory.language.symbols import NonnegativeX, OpenUnitX, PositiveX
from theory.tactics import Nonneg, Parts

# A layer of m units and m inputs takes 2m² operations for its product, and m exponentials of k operations each.


def share(k: Any, m: Any) -> Any:
    """The part of all operations that the exponentials take."""
    return k * m / (2 * m**2 + k * m)


@claim(sources=["activationtutorial"], ledger=["exp-cost-minor"])
def exp_share_le(k: NonnegativeX, m: PositiveX):
    """Of the operations of a layer of width m its exponentials take at most k/(2m), at k operations each."""
    return share(k, m) <= k / (2 * m), Nonneg(k**2 / (2 * m * (2 * m + k)))


@claim(ledger=["exp-cost-minor"])
def le_exp_share(k: NonnegativeX, m: PositiveX):
    """The bound k/(2m) is exact up to its square, so no smaller constant would do for wide layers."""
    return k / (2 * m) - (k / (2 * m)) ** 2 <= share(k, m), Nonneg(k**3 / (4 * m**2 * (2 * m + k)))


@claim(sources=["activationtutorial"], ledger=["exp-cost-minor"])
def exp_share_le_iff(k: PositiveX, m: PositiveX, epsilon: OpenUnitX):
    """The share of the exponentials falls to any ε, exactly from the width k(1 − ε)/(2ε) on: it tends to zero."""
    there = Nonneg((epsilon - share(k, m)) * (2 * m + k) / (2 * epsilon))
    back = Nonneg((m - k * (1 - epsilon) / (2 * epsilon)) * 2 * epsilon / (2 * m + k))
    return iff(share(k, m) <= epsilon, k * (1 - epsilon) / (2 * epsilon) <= m), Parts((there, back))
