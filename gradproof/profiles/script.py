"""Numbers, points and intervals of a profile in one of two scripts: unicode for a terminal, LaTeX's text mode for a paper."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from theory.certify import decimal
from theory.kernel.terms import mul, rat
from theory.language.printing import derivative_marks
from theory.profiles.spots import Spot, Stretch
from theory.tactics.numbers import simplified
from theory.typeset import text
from theory.typeset.numbers import decimal_text
from theory.typeset.tex import Tex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from theory.certify import Extremum
    from theory.kernel.terms import Term

_INLINE = Tex(inline=True)
_LONGEST_EXACT = 24
_LONGER = 4  # digits that a decimal may have beyond those asked for
_SCRIPTS: tuple[Literal["unicode"], Literal["latex"]] = ("unicode", "latex")


class Script:
    """Writes in one script; `digits` are those of numbers that are not known exactly."""

    def __init__(self, digits: int, *, tex: bool = False) -> None:
        self.digits, self.tex = digits, tex

    def math(self, unicode: str, tex: str | None = None) -> str:
        """A formula that is written differently in the two scripts."""
        return rf"\({unicode if tex is None else tex}\)" if self.tex else unicode

    def term(self, t: Term) -> str:
        """A formula."""
        return self.math(self.bare(t))

    def prime(self, order: int) -> str:
        """φ″ as a formula."""
        marks = [derivative_marks(order, script) if order else "" for script in _SCRIPTS]
        return self.math("φ" + marks[0], r"\varphi" + marks[1])

    def infinity(self, side: int) -> str:
        """±∞, without delimiters."""
        return ("-" if side < 0 else "") + r"\infty" if self.tex else ("−" if side < 0 else "") + "∞"

    def _bare(self, spot: Spot | None, side: int) -> str:
        if spot is None:
            return self.infinity(side)
        if spot.exact is not None and len(text(spot.exact)) <= _LONGEST_EXACT:
            return self.bare(spot.exact)
        return self.rounded(spot.low, spot.high)

    def spot(self, spot: Spot) -> str:
        """A point: exactly where it is known, with its digits otherwise."""
        return self.math(self._bare(spot, 1))

    def interval(self, s: Stretch) -> str:
        """An interval with round or square brackets."""
        left = "[" if s.low is not None and s.closed[0] else "("
        right = "]" if s.high is not None and s.closed[1] else ")"
        return self.math(f"{left}{self._bare(s.low, -1)}, {self._bare(s.high, 1)}{right}")

    def rounded(self, low: Fraction, high: Fraction) -> str:
        """A number by its bounds: exactly, or the digits that both share with dots for the rest, or rounded."""
        if low == high and (len(text(rat(low))) <= _LONGEST_EXACT or decimal_text(low)):
            return self.bare(rat(low))
        least, most = sorted((abs(low), abs(high)))
        digits = [decimal(q, self.digits, up=False) for q in (least, most)]
        minus = ("-" if self.tex else "−") if high < 0 else ""
        if low * high > 0 and digits[0] == digits[1]:
            return minus + digits[0] + (r"\ldots" if self.tex else "…")
        near = f"{float((low + high) / 2):.{min(self.digits, 15)}g}".replace("-", "-" if self.tex else "−")
        return (r"\approx " if self.tex else "≈ ") + near

    def bare(self, t: Term) -> str:
        """A formula without delimiters; of long decimals, such as the constants of selu, the first digits and dots."""
        shown = _INLINE.show(t).s if self.tex else text(t)
        kept = rf"(\d+\.\d{{{self.digits}}})\d{{{_LONGER},}}"
        return re.sub(kept, lambda found: found[1] + (r"\ldots " if self.tex else "…"), shown)

    def extremum(self, e: Extremum) -> str:
        """The value without delimiters: exactly where it is known and short."""
        if e.lower is None or e.upper is None:
            return self.infinity(1 if e.kind == "sup" else -1)
        if e.closed is not None and len(text(e.closed)) <= _LONGEST_EXACT:
            return self.bare(e.closed)
        return self.rounded(e.lower, e.upper)

    def size(self, e: Extremum) -> str:
        """The absolute value of an extremum, without delimiters."""
        assert e.lower is not None
        assert e.upper is not None
        if e.upper > 0 or (e.closed is None and e.lower >= 0):
            return self.extremum(e)
        negated = replace(
            e,
            kind="sup",
            lower=-e.upper,
            upper=-e.lower,
            closed=None if e.closed is None else simplified(mul(rat(-1), e.closed)),
        )
        return self.extremum(negated)

    def listed(self, items: Sequence[str], nothing: str = "nowhere") -> str:
        """A, B and C."""
        if not items:
            return nothing
        return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else items[0]
