"""A written proof: what a derivation says, ready to be printed."""

from __future__ import annotations

from dataclasses import dataclass

from theory.kernel.gate import Goal, Instance
from theory.kernel.terms import Term
from theory.kernel.theorem import Derivation
from theory.typeset import certificates, chances, relations, telling
from theory.typeset.blocks import Block
from theory.typeset.html import proof_html
from theory.typeset.layout import Latex, Layout, Step, steps
from theory.typeset.recursions import unit_columns
from theory.typeset.story import Story
from theory.typeset.tex import Tex

# Importing them is what registers how each rule is told.
TOLD_BY = (relations, telling, certificates, chances)


@dataclass(frozen=True)
class Proof:
    """Sentences and aligned derivations; `understood` is what the reader knows: the network meant, and unit columns."""

    blocks: tuple[Block, ...]
    understood: frozenset[Term]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines, flat."""
        return steps(self.blocks, self.understood)

    @property
    def html(self) -> str:
        """Paragraphs and tables for a notebook."""
        return proof_html(self.blocks, self.understood)

    def latex(self, layout: Layout = "wide", *, ends: bool = False) -> str:
        r"""The body of a `proof` environment; `ends` puts the end mark into a display that comes last."""
        return Latex(layout, Tex(self.understood)).proof(self.blocks, ends=ends)


def proof_of(derivation: Derivation, witness: Instance | None = None, goal: Goal | None = None) -> Proof:
    """The proof that a derivation is; a refutation's proof calls the matrices of its witness by their names.

    With the goal of a claim it calls columns e₁, e₂ where the claim's statement does.
    """
    story = Story(derivation, witness, () if goal is None else unit_columns((goal.conclusion, *goal.hypotheses)))
    return Proof(story.proof(), story.understood)
