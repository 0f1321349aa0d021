"""The identity: no activation at all, which makes a network linear."""

from __future__ import annotations

from typing import Any

from theory.language.activations import Activation


class identity(Activation):
    """x ↦ x."""

    symbol = "id"
    latex_symbol = r"\mathrm{id}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """The argument itself."""
        return x
