"""Chance: probability laws, independent draws from them, expectations and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Self, cast

from sympy import Basic, Expr, Integer, Rational, Symbol, evaluate, sympify
from sympy.core.relational import GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan

from theory.language.errors import ClaimError
from theory.language.matrices import Sequence
from theory.language.norms import Entry
from theory.language.printing import Pieces, Script, Shown


class LawVariable(Symbol):
    """An unknown law, of which a domain such as `Laws(order=2)` tells all that is known."""


class StandardNormal(Basic):
    """The normal law of mean 0 and variance 1."""

    def __new__(cls) -> Self:
        return Basic.__new__(cls)

    def __str__(self) -> str:
        return "N(0, 1)"


standard_normal = StandardNormal()


class FiniteLaw(Basic):
    """A law on finitely many rational numbers, given as {value: weight}, whose weights are positive and sum to 1."""

    def __new__(cls, *rows: Any) -> Self:
        flat: list[Any] = []
        if len(rows) == 1 and isinstance(rows[0], Mapping):
            given = cast("Mapping[Any, Any]", rows[0])
            weights = {_rational(x): _rational(w) for x, w in given.items()}
            flat = [part for x in sorted(weights) for part in (x, weights[x])]
        else:
            flat = list(map(_rational, rows))
        # As fractions, since SymPy may be told to leave sums as they are.
        shares = [Fraction(int(w.p), int(w.q)) for w in flat[1::2]]
        if not flat or len(flat) % 2 or sum(shares) != 1 or min(shares) <= 0:
            raise ClaimError("a finite law has positive weights that sum to 1; give it as {value: weight, …}")
        return Basic.__new__(cls, *flat)

    def weights(self) -> dict[Any, Any]:
        """The weight of each value."""
        return dict(zip(self.args[::2], self.args[1::2], strict=True))


def _rational(x: Any) -> Any:
    if not isinstance(x, (int, Fraction, Rational)):
        raise ClaimError(f"a finite law is one of exact rational numbers, not of {x!r}; write Rational(1, 2) for 0.5")
    return Rational(x)


class Draws:
    """Independent draws Z_1, Z_2, … from one law; `Z(k)` is the k-th of them.

    With a width n, each draw is a column of n independent entries, `Z.at(k)`; with columns as well, a matrix of such.
    """

    def __init__(self, name: str, width: Any = 1, columns: Any = 1) -> None:
        self.sequence = Sequence(name, width, columns)

    def __call__(self, k: Any) -> Entry:
        """The k-th draw, a number."""
        if (self.sequence.dimension, self.sequence.columns) != (1, 1):
            raise ClaimError(f"a draw of {self.sequence.name} is no number; use {self.sequence.name}.at(k)")
        return Entry(self.sequence.at(k), 1, 1)

    def at(self, k: Any) -> Any:
        """The k-th draw, a column."""
        return self.sequence.at(k)


class Mean(Shown, Expr):
    """The expectation of a number over independent draws from a law."""

    is_commutative = True

    def __new__(cls, body: Any, draws: Draws | Sequence, law: Any) -> Self:
        sequence = draws.sequence if isinstance(draws, Draws) else draws
        if not isinstance(law, (LawVariable, StandardNormal, FiniteLaw)):
            raise ClaimError(
                f"Mean takes a number, Draws and a law, not {draws!r} and {law!r}; use standard_normal or a Laws variable"
            )
        return Expr.__new__(cls, sympify(body), sequence, law)

    @property
    def free_symbols(self) -> set[Any]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What is free in the number but for the draws, and the law where it is a variable."""
        body, draws, law = self.args
        return (body.free_symbols - {draws}) | ({law} if isinstance(law, LawVariable) else set[Any]())

    def pieces(self, script: Script) -> Pieces:
        head = {"latex": r"\mathbb{E}\left[", "unicode": "𝔼[", "ascii": "E["}[script]
        return [head, self.args[0], r"\right]" if script == "latex" else "]"]


class Indicator(Shown, Expr):
    """1 where a number is positive, or not negative if it is not strict, and 0 elsewhere.

    No Piecewise: SymPy folds one that stands in the condition of another, as in a test of a count.
    """

    is_commutative = True

    def __new__(cls, gap: Any, strict: Any) -> Self:
        return Expr.__new__(cls, sympify(gap), Integer(strict))

    def pieces(self, script: Script) -> Pieces:
        gap, strict = self.args
        at_least = {"latex": r"\geq 0", "unicode": "≥ 0", "ascii": ">= 0"}[script]
        sign = "> 0" if strict else at_least
        return [r"\mathbf{1}\{", gap, " ", sign, r"\}"] if script == "latex" else ["1{", gap, " ", sign, "}"]


_TURNED: dict[Any, Any] = {StrictLessThan: StrictGreaterThan, LessThan: GreaterThan}


def indicator(condition: Relational) -> Indicator:
    """1 where a strict or weak inequality holds, 0 elsewhere."""
    (left, right), kind = condition.args, type(condition)
    if kind in _TURNED:
        left, right, kind = right, left, _TURNED[kind]
    if kind not in _TURNED.values():
        raise ClaimError(f"an indicator is of <, ≤, > or ≥, not of {condition}; write = as two of them")
    with evaluate(False):
        gap: Any = left if right == 0 else left - right  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
        return Indicator(gap, kind is StrictGreaterThan)


def Probability(condition: Relational, draws: Draws, law: Any) -> Mean:
    """The probability of an inequality over independent draws from a law: the expectation of its indicator."""
    return Mean(indicator(condition), draws, law)
