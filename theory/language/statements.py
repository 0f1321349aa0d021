"""The closed list of forms that a statement can take.

Relations are SymPy's (`<=`, `<`, `Eq`, `Ne`); everything that joins or quantifies them is here, as
plain immutable data that SymPy cannot evaluate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import Integer, oo, sympify
from sympy.core.relational import Relational

from theory.language.errors import ClaimError
from theory.language.matrices import function_symbol


@dataclass(frozen=True)
class Implies:
    """If `hypothesis` then `conclusion`."""

    hypothesis: Statement
    conclusion: Statement


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True)
class Iff:
    """Both hold or neither does."""

    left: Statement
    right: Statement


@dataclass(frozen=True)
class Entrywise:
    """Every entry of `left` is at most the same entry of `right`."""

    left: Any
    right: Any


@dataclass(frozen=True)
class Tends:
    """`expr` tends to `limit` as `var` tends to `point`, from both sides unless `side` is '+' or '-'.

    `natural` says that `var` runs over the natural numbers, as a depth does.
    """

    expr: Any
    var: Any
    point: Any
    limit: Any
    side: str = ""
    natural: bool = False


@dataclass(frozen=True)
class Extremum:
    """`value` is the supremum (or infimum) of `expr` over all `var` in `domain`, attained or only approached."""

    upper: bool
    expr: Any
    var: Any
    domain: Any
    value: Any
    attained: bool


@dataclass(frozen=True)
class Exists:
    """Some `var` in `domain` makes `body` true."""

    var: Any
    domain: Any
    body: Statement


@dataclass(frozen=True)
class Always:
    """`body` holds at every step `var` = 1, 2, 3, …"""

    var: Any
    body: Statement


@dataclass(frozen=True)
class SlopesWithin:
    """Every slope of the activation is at most `bound` in absolute value."""

    phi: Any
    bound: Any


@dataclass(frozen=True)
class Structure:
    """A matrix has a named shape: 'diagonal' or 'positive diagonal'."""

    matrix: Any
    name: str


@dataclass(frozen=True)
class Lawful:
    """A probability law is of a kind: "symmetric", "without atoms", "without atom at zero", or with k-th moments."""

    law: Any
    what: str | int


Statement: TypeAlias = (
    "Relational | Implies | AllOf | Iff | Entrywise | Tends | Extremum | Exists | Always | SlopesWithin | Structure | Lawful"
)


def implies(hypothesis: Any, conclusion: Any) -> Implies:
    """If `hypothesis` then `conclusion`."""
    return Implies(hypothesis, conclusion)


def both(*parts: Any) -> AllOf:
    """Every one of `parts`."""
    if len(parts) < 2:
        raise ClaimError(f"both() joins two statements or more, not {len(parts)}; state a single one by itself")
    return AllOf(tuple(parts))


def iff(left: Any, right: Any) -> Iff:
    """`left` exactly when `right`."""
    return Iff(left, right)


def tends(expr: Any, var: Any, *, at: Any, to: Any, side: str = "") -> Tends:
    """`expr` → `to` as `var` → `at`; `side` '+' is from the right, '-' from the left."""
    if side not in ("", "+", "-"):
        raise ClaimError(f"side is '+', '-' or '' (both), not {side!r}; choose one of the three")
    return Tends(expr, var, sympify(at), sympify(to), side)


def tends_to_zero(expr: Any, depth: Any) -> Tends:
    """`expr` → 0 as the depth → ∞ through the natural numbers."""
    return Tends(expr, depth, oo, Integer(0), natural=True)


def supremum(expr: Any, var: Any, value: Any, *, attained: bool, domain: Any = None) -> Extremum:
    """`value` is the least upper bound of `expr` over `var`."""
    return Extremum(True, expr, var, domain, sympify(value), attained)


def infimum(expr: Any, var: Any, value: Any, *, attained: bool, domain: Any = None) -> Extremum:
    """`value` is the greatest lower bound of `expr` over `var`."""
    return Extremum(False, expr, var, domain, sympify(value), attained)


def exists(var: Any, body: Any, domain: Any = None) -> Exists:
    """Some `var` satisfies `body`."""
    return Exists(var, domain, body)


def always(var: Any, body: Any) -> Always:
    """`body` at every step var = 1, 2, 3, …"""
    return Always(var, body)


def slopes_within(phi: Any, bound: Any) -> SlopesWithin:
    """Every slope of the activation `phi` is at most `bound` in absolute value."""
    return SlopesWithin(function_symbol(phi), sympify(bound))
