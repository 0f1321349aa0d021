r"""Written proofs as HTML with formulas between \( and \), which Jupyter and MathJax typeset."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from theory.kernel.terms import Term
from theory.typeset.blocks import Block, Derive, Part, Pieces, Ref, Say
from theory.typeset.tex import Tex

_LEFT = 'style="text-align:left"'


def proof_html(blocks: Iterable[Block], understood: frozenset[Term]) -> str:
    """The proof as paragraphs and tables."""
    tex = Tex(understood)
    return "".join(_shown(block, tex) for block in blocks)


def _shown(block: Block, tex: Tex) -> str:
    match block:
        case Say(pieces):
            return f"<p>{_words(pieces, tex)}</p>"
        case Part(heading, inner):
            parts = "".join(_shown(b, tex) for b in inner)
            return f'<div style="margin-left:1.5em"><p><i>{_words(heading, tex)}.</i></p>{parts}</div>'
        case Derive(left, rows):
            lines: list[str] = []
            head = _math(tex.show(left).s)
            for row in rows:
                right = _math(tex.compare("{}", row.sign, tex.show(row.right).s))
                cells = (head, right, _words(row.why, tex))
                lines.append("<tr>" + "".join(f"<td {_LEFT}>{cell}</td>" for cell in cells) + "</tr>")
                head = ""
            return f"<table>{''.join(lines)}</table>"


def _words(pieces: Pieces, tex: Tex) -> str:
    said = ""
    for piece in pieces:
        if isinstance(piece, Term):
            shown = _math(tex.show(piece).s)
        elif isinstance(piece, Ref):
            shown = f"<code>{escape(piece.claim)}</code>"
        else:
            shown = escape(piece)
        said += shown if not said or shown[0] in ",.;:)" or said.endswith("(") else " " + shown
    return said


def _math(formula: str) -> str:
    return rf"\({escape(formula, quote=False)}\)"
