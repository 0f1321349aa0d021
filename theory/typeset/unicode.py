"""Terms and formulas as one line of unicode text."""
# ruff: noqa: D102  # script.py and formulas.py say what each method means

from __future__ import annotations

import re
from fractions import Fraction

from theory.kernel.terms import ONE, Term
from theory.typeset.formulas import FormulaPrinter
from theory.typeset.names import GREEK, SUBSCRIPTS, SUPERSCRIPTS, activation_symbols, parsed
from theory.typeset.numbers import decimal_text
from theory.typeset.script import ATOM, MUL, NOT, POW, QUOTIENT, RELATION, SUM, Shown, joined

_SYMBOLIC_TAIL = re.compile(r"([\^_√][^\s(){}|‖]*|[A-Za-z]{2,})$")
_WORD = re.compile(r"[A-Za-z]{2,}\w*[′″]*(\(|$)|[0-9∑]")
_MATHEMATICAL_INDEX = re.compile(r"\w+")


class Unicode(FormulaPrinter):
    """Prints for terminals, JSON and plain text; the minus sign is U+2212."""

    minus, plus_sign, minus_sign, comma = "−", " + ", " − ", ", "
    infinity, implies_sign, iff_sign = "∞", " ⇒ ", " ⇔ "
    expectation, probability, normal_law = "E", "P", "N(0, 1)"
    function_words = {f: f for f in ("max", "min", "log", "erf", "sin", "cos", "tanh", "sinh", "cosh", "diag")} | {
        "atan": "arctan",
        "asinh": "arsinh",
        "lambertw": "W₀",
        "radius": "ρ",
        "pi": "π",
        "euler_gamma": "γ_E",
    }

    def name(self, name: str) -> str:
        parts = parsed(name)
        text = GREEK.get(parts.head, parts.head)
        subscripts = [GREEK.get(s, s) for s in parts.subscripts]
        return (self._below(text, subscripts) if subscripts else text) + "′" * parts.primes

    def _below(self, base: str, indices: list[str]) -> str:
        if all(i.isascii() and i.isdigit() for i in indices) and (len(indices) == 1 or all(len(i) == 1 for i in indices)):
            return base + "".join(indices).translate(SUBSCRIPTS)
        # W_{ij} where single characters stay legible side by side, commas elsewhere.
        text = ("" if all(len(i) == 1 for i in indices) else ",").join(indices)
        return f"{base}_{text}" if len(indices) == 1 and _MATHEMATICAL_INDEX.fullmatch(text) else f"{base}_{{{text}}}"

    def activation(self, f: Term, *, argument: bool = False) -> str:
        return self.name(f.data) if f.op == "var" else activation_symbols(f.data)[0]

    def number(self, q: Fraction) -> Shown:
        decimal = decimal_text(q)
        return Shown(decimal or str(q), ATOM if decimal or q.denominator == 1 else QUOTIENT)

    def fenced(self, inner: Shown, left: str = "(", right: str = ")") -> Shown:
        return Shown(f"{left}{inner.s}{right}")

    def barred(self, inner: Shown, *, double: bool) -> Shown:
        return Shown(f"‖{inner.s}‖" if double else f"|{inner.s}|")

    def raised(self, base: str, exponent: Term) -> str:
        if exponent.op == "rat" and exponent.data.denominator == 1:
            return base + str(exponent.data).translate(SUPERSCRIPTS)
        if exponent.op == "var" and exponent.data == "n":
            return f"{base}ⁿ"  # T stays on the line: a raised T would read as a transpose.
        return f"{base}^{self.at_least(exponent, ATOM).s}"

    def marked(self, base: str, mark: str) -> str:
        return base + {"transpose": "ᵀ", "inverse": "⁻¹"}[mark]

    def lowered(self, base: str, *indices: Term) -> str:
        return self._below(base, [self.show(i).s.replace(" ", "") for i in indices])

    def norm_name(self, bars: str, which: str) -> str:
        return f"{bars}_{which}" if which else bars

    def primed(self, head: str, order: int) -> str:
        return head + ("′", "″")[order - 1] if order <= 2 else f"{head}⁽{str(order).translate(SUPERSCRIPTS)}⁾"

    def slope(self, f: Term) -> str:
        return f"slope[{self.activation(f)}]"

    def exponential(self, u: Term) -> Shown:
        return Shown("e") if u is ONE else self.call("exp", u)

    def root(self, u: Term) -> Shown:
        inner = self.at_least(u, ATOM)
        return joined(f"√{inner.s}", POW, inner)

    def between(self, left: str, right: str) -> str:
        bars = left[-1] in "|‖" and right[0] in "|‖"
        legible = not (bars or _SYMBOLIC_TAIL.search(left) or _WORD.match(right) or left in ("0", "1"))
        return "" if legible else "·"

    def quotient(self, top: list[Shown], bottom: list[Shown]) -> Shown:
        above = self.enclosed(self.juxtaposed(top), MUL)
        below = self.enclosed(self.juxtaposed(bottom), POW)
        return joined(f"{above.s}/{below.s}", QUOTIENT, above, below)

    def splits(self, q: Fraction, *, over: bool) -> bool:
        return decimal_text(q) is None

    def summed(self, bound: str, low: Shown, high: Shown, body: Shown, *, product: bool = False) -> Shown:
        return joined(f"{'∏' if product else '∑'}_{{{bound}={low.s}}}^{{{high.s.replace(' ', '')}}} {body.s}", SUM, body)

    def cases(self, pieces: list[tuple[Shown, str]]) -> Shown:
        return Shown("{" + "; ".join(f"{value.s} if {condition}" for value, condition in pieces) + "}")

    def indicator(self, condition: str) -> Shown:
        return Shown(f"1{{{condition}}}")

    def weighted(self, rows: list[tuple[Shown, Shown]]) -> Shown:
        return Shown("[" + ", ".join(f"{x.s}: {w.s}" for x, w in rows) + "]")

    def grid(self, rows: tuple[tuple[Fraction, ...], ...]) -> Shown:
        def entries(row: tuple[Fraction, ...]) -> str:
            return "[" + ", ".join(str(q).replace("-", self.minus) for q in row) + "]"

        if len(rows) > 1 and len(rows[0]) == 1:
            return Shown(entries(tuple(row[0] for row in rows)) + "ᵀ", POW)
        return Shown("[" + ", ".join(map(entries, rows)) + "]")

    def endless(self, items: list[Shown]) -> Shown:
        return Shown("(" + ", ".join([*(i.s for i in items), "0", "0", "…"]) + ")")

    def network(self, head: str, weight: Shown, f: str, rest: list[Shown]) -> Shown:
        return Shown(f"{head}[{', '.join([f, weight.s])}{'; ' if rest else ''}{', '.join(r.s for r in rest)}]")

    def mask_product(self, depth: Term) -> str:
        return f"({self.lowered('D', depth)}⋯D₁)"

    def compare(self, a: str, op: str, b: str) -> str:
        return f"{a} {op} {b}"

    def words(self, text: str, *, spaced: bool = False) -> str:
        return f" {text}" if spaced else text

    def conjunction(self, parts: list[str]) -> str:
        return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]

    def negation(self, inner: Shown) -> Shown:
        return joined(f"not {inner.s}", NOT, inner)

    def limit(self, body: Shown, x: str, point: str, side: str, value: Shown) -> Shown:
        return joined(f"{body.s} → {value.s} as {x} → {point}{ {'+': '⁺', '-': '⁻'}.get(side, '') }", RELATION, body, value)

    def extreme(self, upper: bool, natural: bool, over: str, body: Shown, value: Shown) -> str:
        return f"{'sup' if upper else 'inf'} over {'natural ' if natural else ''}{over} of {body.s} = {value.s}"

    def existence(self, kind: str, x: str, suffix: str, body: Shown) -> str:
        such = f" with {suffix}" if suffix else ""
        return f"there is a {kind} {x}{such} such that {body.s}"
