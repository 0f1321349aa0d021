r"""A derivation in unicode, in LaTeX and as an HTML table, all through `theory.typeset`'s printers.

A left side stands once, then one relation a line with its reason beside it. HTML holds its formulas
between `\(` and `\)`, which notebooks, nbviewer and every page with MathJax typeset.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from theory.derivations.ground import Ground
from theory.kernel.terms import ONE, ZERO, Term, add
from theory.language.errors import ClaimError
from theory.typeset.formulas import FormulaPrinter
from theory.typeset.names import escaped
from theory.typeset.recursions import only_network
from theory.typeset.script import Shown
from theory.typeset.tex import Tex
from theory.typeset.unicode import Unicode

if TYPE_CHECKING:
    from theory.derivations.steps import Derivation

# A sum that is longer than this in unicode is broken at its signs.
_PAGE = 72
# Reasons of a narrow layout that share a line, in characters: about the width of a column.
_COLUMN = 48


def _piecewise(printer: FormulaPrinter, t: Term) -> Shown:
    """Off the kinks every condition is strict: x > 1; −1 < x < 1; x < −1."""
    rows: list[tuple[Term, Term]] = []
    while t.op == "pw":
        rows.append((t.args[0], t.args[1]))
        t = t.args[3]
    first, value = rows[0]
    if t is ZERO and value is ONE and len(rows) == 1:
        return printer.indicator(_above(printer, first))
    conditions = [_above(printer, first)]
    for (upper, _), (lower, _) in pairwise(rows):
        x, high = _compared(upper)
        _, low = _compared(lower)
        conditions.append(printer.compare(_below(printer, low, x), "<", printer.show(high).s))
    x, last = _compared(rows[-1][0])
    conditions.append(_below(printer, x, last))
    values = [printer.show(v) for _, v in rows] + [printer.show(t)]
    return printer.cases(list(zip(values, conditions, strict=True)))


def _compared(u: Term) -> tuple[Term, Term]:
    """u > 0 as a > b."""
    if u.op == "add" and len(u.args) == 2 and u.args[1].op == "mul" and u.args[1].args[0].op == "rat":
        minus, *rest = u.args[1].args
        if minus.data == -1 and len(rest) == 1:
            return u.args[0], rest[0]
    return u, ZERO


def _above(printer: FormulaPrinter, u: Term) -> str:
    a, b = _compared(u)
    return printer.compare(printer.show(a).s, ">", printer.show(b).s)


def _below(printer: FormulaPrinter, a: Term, b: Term) -> str:
    return printer.compare(printer.show(a).s, "<", printer.show(b).s)


class _OffKinksTex(Tex):
    def _piecewise(self, t: Term) -> Shown:
        return _piecewise(self, t)


class _OffKinksUnicode(Unicode):
    def _piecewise(self, t: Term) -> Shown:
        return _piecewise(self, t)


def plain_text(ground: Ground, e: Any) -> str:
    """An expression in unicode, as it stands in a derivation."""
    return _OffKinksUnicode().show(ground.term(e)).s


def _printed(derivation: Derivation, *, tex: bool) -> list[tuple[str, list[str], str]]:
    """Left side (empty where it was said), right side in lines and what is demanded beside the reason, of every step.

    The first step is the definition, which holds at the kinks too and keeps its own conditions.
    """
    ground = Ground(derivation.domains)
    terms = [(ground.term(s.left), ground.term(s.right)) for s in derivation]
    understood = only_network(side for pair in terms for side in pair)
    plain: FormulaPrinter = Tex(understood) if tex else Unicode(understood)
    strict: FormulaPrinter = _OffKinksTex() if tex else _OffKinksUnicode()
    demand = plain.conjunction([plain.show(h).s for h in ground.hypotheses()]) if derivation.excluded else ""
    rows: list[tuple[str, list[str], str]] = []
    for k, (left, right) in enumerate(terms):
        head = plain.show(left).s if derivation.begins(k) else ""
        printer = strict if k and derivation.excluded else plain
        rows.append((head, _broken(printer, right), demand if k == 1 or (k and head) else ""))
    return rows


def _broken(printer: FormulaPrinter, t: Term) -> list[str]:
    """A sum in lines of about the width of a page; everything else in one."""
    ruler = Unicode(printer.understood)
    if t.op != "add" or len(ruler.show(t).s) <= _PAGE:
        return [printer.show(t).s]
    lines: list[list[Term]] = [[]]
    for part in t.args:
        if lines[-1] and len(ruler.show(add(*lines[-1], part)).s) > _PAGE:
            lines.append([])
        lines[-1].append(part)
    shown = [printer.show(add(*line)).s for line in lines]
    return [shown[0], *(s if s.startswith(printer.minus) else printer.plus_sign.strip() + " " + s for s in shown[1:])]


def text(derivation: Derivation) -> str:
    """One line a step: left side, =, right side, reason, in columns."""
    rows = _printed(derivation, tex=False)
    wide_left = max(len(left) for left, _, _ in rows)
    wide_right = max(len(line) + 2 * (k > 0) for _, right, _ in rows for k, line in enumerate(right))
    lines: list[str] = []
    for (left, (right, *more), demand), step in zip(rows, derivation, strict=True):
        reason = ", ".join(filter(None, (step.reason, demand)))
        lines.append(f"{left:<{wide_left}} = {right:<{wide_right}}  {reason}")
        lines += [f"{'':<{wide_left}}     {line}" for line in more]
    return "\n".join(lines)


def latex(derivation: Derivation, layout: str) -> str:
    """Aligned, with a column of reasons (wide) or marks over the relations and the reasons below (narrow)."""
    rows = _printed(derivation, tex=True)
    if layout == "wide":
        lines: list[str] = []
        for (left, (right, *more), demand), step in zip(rows, derivation, strict=True):
            reason = rf"\text{{{escaped(step.reason)}}}" + (rf",\ {demand}" if demand else "")
            lines.append(rf"{left} &= {right} && \quad {reason}".strip())
            lines += [rf"&\qquad {{}}{line}" for line in more]
        return _environment("aligned", lines)
    if layout != "narrow":
        raise ClaimError(f"layout is 'wide' or 'narrow', not {layout!r}; choose one of the two")
    reasons = list(dict.fromkeys(step.reason for step in derivation))
    marks = {reason: chr(ord("a") + k) for k, reason in enumerate(reasons)}
    lines = []
    for (left, (right, *more), _), step in zip(rows, derivation, strict=True):
        lines.append(rf"{left} &\overset{{({marks[step.reason]})}}{{=}} {right}".strip())
        lines += [rf"&\qquad {{}}{line}" for line in more]
    demands = [rf"\qquad {demand}" for _, _, demand in rows if demand][:1]
    said = [f"({marks[reason]}) {escaped(reason)}" for reason in reasons]
    below = [rf"\text{{{line}}}" for line in _filled(said)]
    body = _environment("aligned", lines)
    return _environment("gathered", [body, *demands, *below])


def _filled(said: list[str]) -> list[str]:
    """Reasons in lines of about the width of a column."""
    lines: list[str] = []
    for k, reason in enumerate(said):
        ended = reason + ("." if k == len(said) - 1 else ";")
        if lines and len(lines[-1]) + len(ended) < _COLUMN:
            lines[-1] += " " + ended
        else:
            lines.append(ended)
    return lines


def _environment(name: str, lines: list[str]) -> str:
    rows = " \\\\\n".join(lines)
    return f"\\begin{{{name}}}\n{rows}\n\\end{{{name}}}"


def html(derivation: Derivation) -> str:
    r"""A table; every formula is LaTeX between `\(` and `\)`, with <, > and & escaped."""
    rows = _printed(derivation, tex=True)
    cell = 'style="text-align: {}; border: none; background: none"'
    left_cell, other = cell.format("right"), cell.format("left")
    lines: list[str] = []
    for (left, right, demand), step in zip(rows, derivation, strict=True):
        reason = escape(step.reason) + (f", {_inline(demand)}" if demand else "")
        cells = (
            f"<td {left_cell}>{_inline(left) if left else ''}</td>",
            f"<td {other}>{''.join(map(_inline, ('= ' + right[0], *right[1:])))}</td>",
            f"<td {other}>{reason}</td>",
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _inline(formula: str) -> str:
    return r"\(" + escape(rf"\displaystyle {formula}", quote=False) + r"\)"
