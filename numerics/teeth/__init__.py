"""Teeth: false variants derived from each statement, which the kernel must not prove and the attack must break."""

from __future__ import annotations

from numerics.teeth.trial import Bite, Bitten, Fate, bitten
from numerics.teeth.variants import KINDS, Variant, variants_of

__all__ = ["KINDS", "Bite", "Bitten", "Fate", "Variant", "bitten", "variants_of"]
