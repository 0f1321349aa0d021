"""Terms and formulas as LaTeX in math mode, within amsmath and what HTML converters of it accept."""
# ruff: noqa: D102  # script.py and formulas.py say what each method means

from __future__ import annotations

import re
from fractions import Fraction

from theory.kernel.terms import ONE, Term
from theory.typeset.formulas import FormulaPrinter
from theory.typeset.names import GREEK_LATEX, activation_symbols, escaped, parsed
from theory.typeset.numbers import decimal_text
from theory.typeset.script import ADD, ATOM, FRACTION, MUL, NOT, POW, QUOTIENT, RELATION, SUM, Shown, joined

# No \left and \right: the sizes are stated, so no partner can go missing.
_SIZES = ("", "big", "Big", "bigg", "Bigg")
_SIGNS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne", "<": "<", ">": ">", "=": "="}
_CONTROL_TAIL = re.compile(r"\\[A-Za-z]+$")
_BARS_TAIL = re.compile(r"\\[rl][vV]ert(_\{?\S+\}?)?(\^\S)?$")
_LONGEST_EXPONENT = 40


class Tex(FormulaPrinter):
    """Prints math mode; `inline` writes quotients with a slash, as exponents want them."""

    minus, plus_sign, minus_sign, comma = "-", "+", "-", ","
    infinity, implies_sign, iff_sign = r"\infty", r" \implies ", r" \iff "
    expectation, probability, normal_law = r"\mathbb{E}", r"\mathbb{P}", r"\mathcal{N}(0,1)"
    function_words = {f: rf"\{f}" for f in ("max", "min", "log", "sin", "cos", "tanh", "sinh", "cosh")} | {
        "erf": r"\operatorname{erf}",
        "atan": r"\arctan",
        "asinh": r"\operatorname{arsinh}",
        "lambertw": "W_0",
        "diag": r"\operatorname{diag}",
        "radius": r"\rho",
        "pi": r"\pi",
        "euler_gamma": r"\gamma_{\mathrm{E}}",
    }

    def __init__(self, understood: frozenset[Term] = frozenset(), *, inline: bool = False) -> None:
        super().__init__(understood)
        self._inline = inline

    def name(self, name: str) -> str:
        parts = parsed(name)
        text = GREEK_LATEX.get(parts.head) or _word(parts.head, r"\mathit")
        if parts.subscripts:
            text = _subscript(text, ",".join(GREEK_LATEX.get(s) or _word(s, r"\mathrm") for s in parts.subscripts))
        return text + "'" * parts.primes

    def activation(self, f: Term, *, argument: bool = False) -> str:
        if f.op == "var":
            return self.name(f.data)
        symbol = activation_symbols(f.data)[1]
        # An operator is spaced for the argument that follows; where none follows it is a name.
        return symbol.replace(r"\operatorname", r"\mathrm") if argument else symbol

    def number(self, q: Fraction) -> Shown:
        whole = str(q) if q.denominator == 1 else decimal_text(q)
        if whole is not None:
            return Shown(whole)
        if self._inline:
            return Shown(str(q), QUOTIENT)
        p, d = str(q.numerator), str(q.denominator)
        return Shown(rf"\tfrac{p}{d}" if len(p + d) == 2 else rf"\tfrac{{{p}}}{{{d}}}", FRACTION, depth=1)

    def fenced(self, inner: Shown, left: str = "(", right: str = ")") -> Shown:
        size = _SIZES[_size(inner.depth, inner.tall)]
        s = rf"\{size}l{left}{inner.s}\{size}r{right}" if size else f"{left}{inner.s}{right}"
        return Shown(s, ATOM, inner.depth + 1, inner.bars, inner.tall)

    def barred(self, inner: Shown, *, double: bool) -> Shown:
        size = _SIZES[_size(inner.bars, inner.tall)]
        left, right = (r"\lVert", r"\rVert") if double else (r"\lvert", r"\rvert")
        s = rf"\{size}l{left} {inner.s}\{size}r{right}" if size else rf"{left} {inner.s}{right}"
        return Shown(s, ATOM, inner.depth, inner.bars + 1, inner.tall)

    def _small(self) -> Tex:
        """What prints exponents and indices, within the same sums."""
        small = Tex(self.understood, inline=True)
        small._counters = self._counters
        return small

    def raised(self, base: str, exponent: Term) -> str:
        return _superscript(base, self._small().show(exponent).s)

    def marked(self, base: str, mark: str) -> str:
        return base + {"transpose": r"^{\top}", "inverse": "^{-1}"}[mark]

    def lowered(self, base: str, *indices: Term) -> str:
        shown = [self._small().show(i).s for i in indices]
        return _subscript(base, ("" if all(len(i) == 1 for i in shown) else ",").join(shown))

    def norm_name(self, bars: str, which: str) -> str:
        return bars + {"": "", "F": r"_{\mathrm{F}}", "∞": r"_{\infty}"}[which]

    def primed(self, head: str, order: int) -> str:
        return head + "'" * order if order <= 2 else f"{head}^{{({order})}}"

    def slope(self, f: Term) -> str:
        return rf"\operatorname{{slope}}_{{{self.activation(f, argument=True)}}}"

    def exponential(self, u: Term) -> Shown:
        if u is ONE:
            return Shown("e")
        exponent = self._small().show(u)
        if exponent.tall or len(exponent.s) > _LONGEST_EXPONENT:
            return self.call(r"\exp", u)
        return Shown(_superscript("e", exponent.s), POW)

    def root(self, u: Term) -> Shown:
        inner = self.show(u)
        return joined(rf"\sqrt{{{inner.s}}}", POW, Shown("", tall=inner.tall))

    def between(self, left: str, right: str) -> str:
        if right[0].isdigit() or right.startswith(r"\tfrac") or left in ("0", "1"):
            return r" \cdot "
        if _BARS_TAIL.search(left) and re.match(r"\\([bB]igg?l)?\\?l[vV]ert", right):
            return r"\,"
        tight = not (_CONTROL_TAIL.search(left) and right[0].isalpha())
        tight = tight and not re.search(r"(\\tfrac\S+|\^\w)$", left) and not (right[0].isalpha() and left[-1] == "}")
        return "" if tight else " "

    def quotient(self, top: list[Shown], bottom: list[Shown]) -> Shown:
        above, below = self.juxtaposed(top), self.juxtaposed(bottom)
        if self._inline:
            above, below = self.enclosed(above, MUL), self.enclosed(below, POW)
            return joined(f"{above.s}/{below.s}", QUOTIENT, above, below)
        return joined(rf"\frac{{{above.s}}}{{{below.s}}}", FRACTION, above, below, tall=True)

    def splits(self, q: Fraction, *, over: bool) -> bool:
        return (over or self._inline) and decimal_text(q) is None

    def summed(self, bound: str, low: Shown, high: Shown, body: Shown, *, product: bool = False) -> Shown:
        sign = r"\prod" if product else r"\sum"
        return joined(rf"{sign}_{{{bound}={low.s}}}^{{{high.s}}} {body.s}", SUM, body, tall=not self._inline)

    def cases(self, pieces: list[tuple[Shown, str]]) -> Shown:
        rows = r" \\ ".join(f"{value.s}, & {condition}" for value, condition in pieces)
        return joined(rf"\begin{{cases}} {rows} \end{{cases}}", ADD, *(value for value, _ in pieces), tall=True)

    def indicator(self, condition: str) -> Shown:
        return Shown(rf"\mathbf{{1}}_{{\{{{condition}\}}}}")

    def weighted(self, rows: list[tuple[Shown, Shown]]) -> Shown:
        listed = r",\ ".join(rf"{x.s} \mapsto {w.s}" for x, w in rows)
        return Shown(rf"\{{{listed}\}}", ATOM, 1)

    def grid(self, rows: tuple[tuple[Fraction, ...], ...]) -> Shown:
        body = r" \\ ".join(" & ".join(self._entry(q) for q in row) for row in rows)
        return Shown(rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", tall=True)

    def _entry(self, q: Fraction) -> str:
        return ("-" if q < 0 else "") + self.number(abs(q)).s

    def endless(self, items: list[Shown]) -> Shown:
        return self.fenced(joined(", ".join([*(i.s for i in items), "0", "0", r"\dots"]), ATOM, *items))

    def network(self, head: str, weight: Shown, f: str, rest: list[Shown]) -> Shown:
        inner = ",".join([weight.s, f]) + "".join((r";\ " if k == 0 else r",\ ") + r.s for k, r in enumerate(rest))
        fenced = self.fenced(joined(inner, ATOM, weight, *rest))
        return joined(head + fenced.s, ATOM, fenced)

    def mask_product(self, depth: Term) -> str:
        return rf"({self.lowered('D', depth)}\cdots D_1)"

    def compare(self, a: str, op: str, b: str) -> str:
        return f"{a} {_SIGNS[op]} {b}"

    def words(self, text: str, *, spaced: bool = False) -> str:
        return (r"\quad" if spaced else "") + rf"\text{{{text}}}"

    def conjunction(self, parts: list[str]) -> str:
        *first, last = parts
        return (r",\quad ".join(first) + r" \quad\text{and}\quad " + last) if first else last

    def negation(self, inner: Shown) -> Shown:
        return joined(rf"\neg {inner.s}", NOT, inner)

    def limit(self, body: Shown, x: str, point: str, side: str, value: Shown) -> Shown:
        inner = self.enclosed(body, SUM)
        beside = f"^{side}" if side else ""
        return joined(rf"\lim_{{{x}\to {point}{beside}}} {inner.s} = {value.s}", RELATION, inner, value)

    def extreme(self, upper: bool, natural: bool, over: str, body: Shown, value: Shown) -> str:
        over = rf"\text{{natural }}{over}" if natural else over
        return rf"\{'sup' if upper else 'inf'}_{{{over}}} {body.s} = {value.s}"

    def existence(self, kind: str, x: str, suffix: str, body: Shown) -> str:
        such = rf"\text{{ with }}{suffix}" if suffix else ""
        return rf"\text{{there is a {kind} }}{x}{such}\text{{ such that }}{body.s}"


def inline(formula: str) -> str:
    """A formula for a line of text, whose words stand no further apart than those around it."""
    return formula.replace(r" \quad\text{and}\quad ", r"\text{ and }").replace(r"\quad\text{", r"\text{ ")


def breakable(formula: str) -> str:
    r"""A formula for a line of text that may end between two factors too, where TeX by itself ends none."""
    return re.sub(r"\)(?=\\(?:operatorname|[bB]igg?l|tanh))", r")\\allowbreak", formula)


def _size(depth: int, tall: bool) -> int:
    # A small fraction counts as one level of brackets; what is tall needs \Big even where nothing nests.
    return min(max(depth + tall, 2 * tall), 4)


def _word(name: str, style: str) -> str:
    if name == "·":
        return r"\cdot"
    return name if (len(name) == 1 and name.isalnum()) or name.isdigit() else f"{style}{{{escaped(name)}}}"


def _superscript(base: str, exponent: str) -> str:
    return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"


def _subscript(base: str, index: str) -> str:
    return f"{base}_{index}" if len(index) == 1 else f"{base}_{{{index}}}"
