r"""Written proofs as lines of unicode and as LaTeX, wide or narrow.

Wide: the reasons stand in a column. Narrow, for two-column papers: marks (a), (b) over the relations
and one sentence below. What rests on another claim says `\gpref{label}{name}`, which `gradproof.sty`
turns into a reference where that claim is part of the document, and into its name where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from theory.kernel.terms import Term
from theory.typeset.blocks import Block, Derive, Part, Pieces, Ref, Row, Say
from theory.typeset.formulas import FormulaPrinter, chains
from theory.typeset.names import escaped
from theory.typeset.tex import Tex, inline
from theory.typeset.unicode import Unicode

Layout: TypeAlias = Literal["wide", "narrow"]
# Characters of a line of text, as `ink` counts them: what is longer is broken at its relation.
WIDTH = {"wide": 74, "narrow": 38}
RELATIONS = {"le": "≤", "lt": "<", "eq": "=", "ne": "≠", "meq": "="}
# A quotient, or a matrix of more than one row.
_TALL = re.compile(r"\\frac\{|\\begin\{pmatrix\}[^&]*?(&|\\\\)")
# Where a line of a display is aligned; between the entries of a matrix and the cells of a case a blank follows.
_MARK = re.compile(r"&(?=\S)")
_NO_SPACE_BEFORE = tuple(",.;:!?)")


@dataclass(frozen=True)
class Step:
    """One line of a proof: what it says, in unicode and in LaTeX's text mode, and why."""

    text: str
    latex: str
    reason: str


def steps(proof: Iterable[Block], understood: frozenset[Term]) -> tuple[Step, ...]:
    """The proof as a flat list of lines; the left side of a derivation stands in its first line alone."""
    return tuple(_steps(proof, Unicode(understood), Tex(understood), ""))


def _steps(proof: Iterable[Block], unicode: Unicode, tex: Tex, indent: str) -> Iterable[Step]:
    for block in proof:
        match block:
            case Say(pieces):
                yield Step(indent + words(pieces, unicode), words(pieces, tex, name=typewritten), "")
            case Part(heading, inner):
                yield Step(f"{indent}{words(heading, unicode)}:", words(heading, tex, name=typewritten) + ":", "")
                yield from _steps(inner, unicode, tex, indent + "  ")
            case Derive(left, listed):
                head, head_tex = unicode.show(left).s, tex.show(left).s
                for row in listed:
                    why = words(row.why, unicode)
                    right = unicode.compare(head, row.sign, unicode.show(row.right).s)
                    formula = tex.compare(head_tex, row.sign, tex.show(row.right).s)
                    yield Step(indent + right, rf"\({formula}\)", why)
                    head, head_tex = " ", "{}"


def reference(claim: str) -> str:
    """A claim in LaTeX's text mode, as a reference where it can be one; its name may break after an underscore."""
    return rf"\gpref{{{claim}}}{{{breakable(claim)}}}"


def unbroken(claim: str) -> str:
    """A claim in LaTeX's math mode; nothing breaks within a display."""
    return rf"\gpref{{{claim}}}{{{escaped(claim)}}}"


def typewritten(claim: str) -> str:
    """A claim in LaTeX's text mode, by its name."""
    return rf"\texttt{{{escaped(claim)}}}"


def words(pieces: Pieces, printer: FormulaPrinter, name: Callable[[str], str] = reference) -> str:
    """A sentence or a reason: words with formulas and names of claims between them."""
    latex = isinstance(printer, Tex)
    said = ""
    for piece in pieces:
        if isinstance(piece, Ref):
            shown = name(piece.claim) if latex else piece.claim
        elif isinstance(piece, Term):
            shown = in_text(printer, piece) if isinstance(printer, Tex) else printer.show(piece).s
        else:
            shown = piece
        said += shown if not said or said.endswith("(") or shown.startswith(_NO_SPACE_BEFORE) else " " + shown
    return said


def in_text(tex: Tex, formula: Term) -> str:
    """A formula within a line of text; a limit as f → L as x → a, which a line can be broken in."""
    if formula.op != "tends":
        return rf"\({inline(tex.show(formula).s)}\)"
    x, body, value, point = formula.args
    kind, side = formula.data
    where = {"oo": tex.infinity, "-oo": tex.minus + tex.infinity}.get(kind) or tex.show(point).s
    beside = f"^{side}" if side else ""
    return rf"\({tex.show(body).s} \to {tex.show(value).s}\) as \({tex.name(x.data)} \to {where}{beside}\)"


def breakable(name: str) -> str:
    """A name that TeX may break after each underscore."""
    return escaped(name).replace(r"\_", r"\_\allowbreak ")


def ink(latex: str) -> int:
    """About how many characters wide a formula is set."""
    s = re.sub(r"\\text\{([^}]*)\}", r"\1", latex)
    s = re.sub(r"\\(begin|end)\{\w+\}|\\(tfrac|frac)|\\[bB]igg?[lr]?|\\operatorname|\\mathrm|\\mathit|\\lvert|\\rvert", "", s)
    s = re.sub(r"\\quad", "  ", s)
    s = re.sub(r"\\(sinh|cosh|tanh|exp|log|max|min|sin|cos)\b", r"\1", s)
    s = re.sub(r"\\[A-Za-z]+", "x", s)
    s = re.sub(r"[\^_]\{([^{}]*)\}", lambda m: "x" * ((len(m[1]) + 1) // 2), s)
    wide = len(re.findall("[A-Z]", s)) // 2 + s.count("=") * 2 + s.count("+") * 2 + s.count("-")
    return len(re.sub(r"[{}\\&^_\s]", "", s)) + wide


class Latex:
    """Sets a proof in LaTeX's text mode."""

    def __init__(self, layout: Layout, tex: Tex) -> None:
        self._layout: Layout = layout
        self._tex = tex

    def proof(self, blocks: Iterable[Block], *, ends: bool = False) -> str:
        r"""Paragraphs and displays, one a line; `ends` puts `\qedhere` into a display that comes last."""
        lines = list(self._lines(blocks))
        if lines and lines[0].startswith(r"\["):
            lines.insert(0, "We have")
        if ends and lines and lines[-1].endswith(r"\]"):
            # The end mark stands beside the last line, not beside the middle of the display.
            body = lines[-1].removesuffix(r"\]").rstrip().replace(r"\begin{aligned}", r"\begin{aligned}[b]", 1)
            lines[-1] = body + " \\qedhere\n\\]"
        return "\n".join(lines)

    def statement(self, formula: Term) -> str:
        """A formula on display: broken at its relation where it is long, a conjunction part by part."""
        whole = self._tex.show(formula).s
        if ink(whole) <= WIDTH[self._layout]:
            return rf"\[ {whole}. \]"
        if formula.op == "and":
            lines = [self._fitted(self._tex.chain(c).s) for c in chains(formula.args)]
            return _display([f"&{line}," for line in lines[:-1]] + [f"&{lines[-1]}."])
        if formula.op in RELATIONS:
            left, right = (self._tex.show(a).s for a in formula.args)
            related = self._tex.compare("", RELATIONS[formula.op], right).strip()
            return _display([f"&{self._fitted(left)}", rf"&\quad {self._fitted(related)}."])
        return rf"\[ \gpfit{{{whole}}}. \]"

    def _lines(self, blocks: Iterable[Block]) -> Iterable[str]:
        within = False
        for block in blocks:
            if within and isinstance(block, Say):
                yield r"\gpresume"
            # Reasons below a derivation end their line too.
            within = isinstance(block, Part) or (
                isinstance(block, Derive) and r"\gpwhy" in self.derivation(block.left, block.rows)
            )
            match block:
                case Say(pieces):
                    yield from self._sentence(pieces)
                case Part(heading, inner):
                    yield rf"\gppart{{{words(heading, self._tex)}}}"
                    yield from self._lines(inner)
                case Derive(left, rows):
                    yield self.derivation(left, rows)

    def _sentence(self, pieces: Pieces) -> Iterable[str]:
        """A sentence; a formula that is too tall or too long for a line of text is displayed within it."""
        shown = [self._tex.show(p).s if isinstance(p, Term) else "" for p in pieces]
        most = 26 if self._layout == "narrow" else WIDTH[self._layout]
        tall = next((k for k, s in enumerate(shown) if _TALL.search(s) or ink(s) > most), None)
        if tall is None:
            if pieces:
                yield words(pieces, self._tex)
            return
        if tall:
            yield words(pieces[:tall], self._tex)
        stop, after = "", pieces[tall + 1 :]
        if after and isinstance(after[0], str) and after[0].startswith(_NO_SPACE_BEFORE):
            stop, after = after[0][0], (after[0][1:].lstrip(), *after[1:])
        fitted = shown[tall] if ink(shown[tall]) <= WIDTH[self._layout] else rf"\gpfit{{{shown[tall]}}}"
        yield rf"\[ {fitted}{stop} \]"
        yield from self._sentence(tuple(p for p in after if p != ""))

    def derivation(self, left: Term, rows: tuple[Row, ...]) -> str:
        """One relation a line, aligned, the left side once."""
        head = self._tex.show(left).s
        line = " ".join([head, *map(self._relation, rows)])
        if not any(row.why for row in rows) and ink(line) <= WIDTH[self._layout]:
            return rf"\[ {line}. \]"
        cells = [(self._relation(row), row.why) for row in rows]
        reasons = max(self._width(why) for _, why in cells)
        if self._layout == "wide" and ink(head) + max(ink(right) for right, _ in cells) + reasons + 3 <= WIDTH["wide"]:
            lines = [f"{head} &{cells[0][0]}", *(f"&{right}" for right, _ in cells[1:])]
            if not reasons:  # a full stop before a column of reasons would stand in the middle of the line
                lines[-1] += "."
            beside = [f" && {self._beside(why)}" if why else "" for _, why in cells]
            return _display([line + why for line, why in zip(lines, beside, strict=True)])
        return self._marked(head, cells)

    def _relation(self, row: Row) -> str:
        return self._tex.compare("", row.sign, self._tex.show(row.right).s).strip()

    def _width(self, why: Pieces) -> int:
        """About how wide a reason is: claims are set as “Proposition 1.23” where they are part of the document."""
        return ink(words(why, self._tex, name=lambda claim: claim))

    def _beside(self, why: Pieces) -> str:
        """A reason within a display: formulas and claims stand outside of its words, as converters to HTML want it."""
        said, run = "", ""
        for piece in why:
            gap = "" if not said + run or (isinstance(piece, str) and piece.startswith(_NO_SPACE_BEFORE)) else " "
            run += gap
            if isinstance(piece, str):
                run += piece
                continue
            said += rf"\text{{{run}}}" if run else ""
            shown = unbroken(piece.claim) if isinstance(piece, Ref) else self._tex.show(piece).s
            said, run = said + shown, ""
        return said + (rf"\text{{{run}}}" if run else "")

    def _fitted(self, line: str) -> str:
        """What is longer than a line even by itself is made smaller."""
        return line if ink(line) <= WIDTH[self._layout] else rf"\gpfit{{{line}}}"

    def _marked(self, head: str, cells: list[tuple[str, Pieces]]) -> str:
        """Marks (a), (b) over the relations and a sentence below; the reason of a single relation stands beside or below it."""
        if len(cells) == 1 and cells[0][1]:
            right, why = cells[0]
            if ink(head) + ink(right) + self._width(why) + 3 <= WIDTH[self._layout]:
                return rf"\[ {head} {right} \quad({self._beside(why)}) \]"
            long = ink(head) + ink(right) > WIDTH[self._layout]
            lines = [f"&{self._fitted(head)}", rf"&\quad {self._fitted(right)}."] if long else [f"{head} &{right}."]
            return f"{_display(lines)}\n\\gpwhy{{This is by {words(why, self._tex)}}}"
        reasons = list(dict.fromkeys(why for _, why in cells if why))
        marks = {why: chr(ord("a") + k) for k, why in enumerate(reasons)}
        shown: list[str] = []
        for right, why in cells:
            sign, _, rest = right.partition(" ")
            shown.append(rf"\overset{{({marks[why]})}}{{{sign}}} {rest}" if why in marks else right)
        shown[-1] += "."
        if ink(head) + max(ink(right) for right, _ in cells) > WIDTH[self._layout]:
            display = _display([f"&{self._fitted(head)}", *(rf"&\quad {self._fitted(right)}" for right in shown)])
        else:
            display = _display([f"{head} &{shown[0]}", *(f"&{right}" for right in shown[1:])])
        if not reasons:
            return display
        said = "; ".join(f"({marks[why]}) {words(why, self._tex)}" for why in reasons)
        return f"{display}\n\\gpwhy{{{said}}}"


def _display(lines: list[str]) -> str:
    if len(lines) == 1:
        formula, _, why = lines[0].partition(" && ")
        reason = rf" \qquad {why}" if why else ""
        return rf"\[ {_MARK.sub('', formula, count=1)}{reason} \]"
    rows = " \\\\\n".join(lines)
    return f"\\[\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n\\]"
