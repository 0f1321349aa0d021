"""What a written proof is made of: sentences, aligned derivations, and parts with a heading.

Blocks hold terms, not strings: `layout.py` prints them as unicode or as LaTeX.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from theory.kernel.terms import Term


@dataclass(frozen=True)
class Ref:
    """A claim that the proof rests on, by name."""

    claim: str


# Words, a formula or term, or a claim.
Piece: TypeAlias = "str | Term | Ref"
Pieces: TypeAlias = "tuple[Piece, ...]"


@dataclass(frozen=True)
class Row:
    """`sign right`, and why; `sign` is one of = ≤ < ≠ ≥ >."""

    sign: str
    right: Term
    why: Pieces = ()


@dataclass(frozen=True)
class Say:
    """A sentence; pieces are set with a space between them, but for a piece of punctuation."""

    pieces: Pieces


@dataclass(frozen=True)
class Derive:
    """A chain of relations: `left` once, then a row for each relation."""

    left: Term
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Part:
    """A case, a base or a step: what it is, then its blocks."""

    heading: Pieces
    blocks: tuple[Block, ...]


Block: TypeAlias = "Say | Derive | Part"
