"""Derivations as objects: the steps to a derivative, each with its reason and proved by the kernel."""

from __future__ import annotations

from theory.derivations.activations import derive
from theory.derivations.recurrences import derive_jacobian
from theory.derivations.steps import Derivation, Step

__all__ = ["Derivation", "Step", "derive", "derive_jacobian"]
