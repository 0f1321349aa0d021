"""The activations that networks are run with, and how steep each is at most."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

SLOPE_BOUNDS: Mapping[str, Fraction] = MappingProxyType(
    {
        "identity": Fraction(1),
        "relu": Fraction(1),
        "tanh": Fraction(1),
        "sigmoid": Fraction(1, 4),
        "leaky_relu": Fraction(1),
        "hard_tanh": Fraction(1),
        "softplus": Fraction(1),
        "silu": Fraction(11, 10),
        "gelu": Fraction(113, 100),
    }
)
"""A γ with |φ'| ≤ γ everywhere, simplest activations first.

It is the least one but for silu and gelu, the activations here that are steeper than 1 somewhere: their
suprema 1.0998… and 1.1289… are irrational, and the next hundredth serves.
"""
