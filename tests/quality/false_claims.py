"""Every false variant, gathered: each is entered beside its declaration, with the true claim that it is a variant of."""

from __future__ import annotations

from tests.quality import (
    false_activations,
    false_domains,
    false_extrema,
    false_identities,
    false_irnn,
    false_jumps,
    false_limits,
    false_networks,
    wrong_proofs,
)
from tests.quality.variants import FALSE, Variant

SOURCES = (
    false_activations,
    false_extrema,
    false_identities,
    false_jumps,
    false_limits,
    false_domains,
    false_networks,
    false_irnn,
    wrong_proofs,
)
VARIANTS: tuple[Variant, ...] = tuple(FALSE)
KINDS = (
    *("bound", "flip", "hypothesis", "derivative", "factor", "norm", "power", "limit", "side", "rate", "extremum", "attained"),
    *("undefined", "vacuous", "sort", "circle", "lemma", "cases", "induction", "monotone"),
)
