"""How heads print through SymPy's own `latex` and `pretty`, in one line each.

Formulas that people read go through `theory.typeset`; this is for a session at the prompt. A head
lists its pieces, text and expressions, and both printers join them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from sympy import Symbol
from sympy.printing.pretty import stringpict

Script: TypeAlias = Literal["latex", "unicode", "ascii"]
Pieces: TypeAlias = "list[Any]"

_form: Any = stringpict.prettyForm
_pict: Any = stringpict.stringPict
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
Fences: TypeAlias = Mapping[Script, tuple[str, str]]
SINGLE_BARS: Fences = {"latex": (r"\lvert ", r"\rvert"), "unicode": ("|", "|"), "ascii": ("|", "|")}
DOUBLE_BARS: Fences = {"latex": (r"\lVert ", r"\rVert"), "unicode": ("‖", "‖"), "ascii": ("||", "||")}
FROBENIUS: Fences = {"latex": (r"\lVert ", r"\rVert_{\mathrm{F}}"), "unicode": ("‖", "‖_F"), "ascii": ("||", "||_F")}
ROW_SUM: Fences = {"latex": (r"\lVert ", r"\rVert_{\infty}"), "unicode": ("‖", "‖_∞"), "ascii": ("||", "||_oo")}
LARGEST: Fences = {"latex": (r"\max\lvert ", r"\rvert"), "unicode": ("max|", "|"), "ascii": ("max|", "|")}
RADIUS: Fences = {"latex": (r"\rho(", ")"), "unicode": ("ρ(", ")"), "ascii": ("rho(", ")")}


class Shown:
    """A head that prints as a row of pieces; strings stand as they are, expressions are printed."""

    __slots__ = ()

    def pieces(self, script: Script) -> Pieces:
        """The row, in the given script."""
        raise NotImplementedError

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        row = "".join(p if isinstance(p, str) else printer._print(p) for p in self.pieces("latex"))
        return row if exp is None else f"{row}^{{{exp}}}"

    def _pretty(self, printer: Any) -> Any:
        row = self.pieces(script_of(printer))
        return _form(*_pict.next(*(_form(p) if isinstance(p, str) else printer._print(p) for p in row)))


def script_of(printer: Any) -> Script:
    """Whether a pretty printer may use unicode."""
    return "unicode" if printer._use_unicode else "ascii"


def called(printer: Any, name: str, *arguments: Any) -> Any:
    """`name(x, …)` for a pretty printer, of a kind that takes an exponent after its name."""
    inner = _form(*printer._print_seq(arguments, delimiter=", ").parens())
    head = _form(name)
    form = _form(*_pict.next(head, inner), binding=_form.FUNC)
    form.prettyFunc, form.prettyArgs = head, inner
    return form


def lowered(base: str, *indices: Any, script: Script) -> str:
    """A letter with subscripts: J_T, h₀, W_{i,j}."""
    text = ",".join(str(i).replace(" ", "") for i in indices)
    if script == "unicode" and text.isdigit():
        return base + text.translate(_SUBSCRIPTS)
    return f"{base}_{text}" if len(text) == 1 else f"{base}_{{{text}}}"


def derivative_marks(order: int, script: Script) -> str:
    """What follows the name of a function that is differentiated `order` times."""
    if script == "unicode":
        return "′″‴"[order - 1] if order <= 3 else f"⁽{str(order).translate(_SUPERSCRIPTS)}⁾"
    return "'" * order if order <= 2 else f"^{{({order})}}"


def is_named(e: Any) -> bool:
    """Whether an expression is a mere name, which takes a subscript without brackets."""
    return isinstance(e, Symbol) or type(e).__name__ == "MatrixSymbol"
