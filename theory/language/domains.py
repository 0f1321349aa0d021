"""Domains: what a variable of a claim ranges over.

A domain is a base (which kind of object, of which shape) and named predicates, each a list of
statements about the variable. Dropping a hypothesis removes one predicate. The kernel sees the
statements, `numerics` draws exact members, the printer shows the names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from sympy import Eq, Ge, Gt, Integer, Le, Lt, MatrixSymbol, Ne, Symbol, Transpose, oo, sympify
from sympy.matrices.expressions import Identity, MatMul, ZeroMatrix

from theory.language.activations import ActivationVariable
from theory.language.errors import ClaimError
from theory.language.matrices import Norm, Sequence
from theory.language.statements import Entrywise, SlopesWithin, Statement, Structure


class Base(Enum):
    """The kinds of objects that a variable can stand for."""

    REAL = "real number"
    DEPTH = "natural number"
    INDEX = "coordinate"
    MATRIX = "real matrix"
    COLUMN = "real column"
    SEQUENCE = "sequence of columns"
    ACTIVATION = "activation"


@dataclass(frozen=True)
class Predicate:
    """A named condition on the members of a domain."""

    name: str
    conditions: Callable[[Any], list[Statement]]


@dataclass(frozen=True)
class Domain:
    """What a variable ranges over.

    `dimension` is the width n of a matrix, column, sequence or index; `bound` the slope bound of
    an activation; `lower`/`upper` the ends of an interval, kept for drawing members.
    """

    base: Base
    predicates: tuple[Predicate, ...] = ()
    dimension: Any = None
    bound: Any = None

    def variable(self, name: str) -> Any:
        """The SymPy object that stands for a member; it carries no assumption of SymPy's."""
        match self.base:
            case Base.REAL | Base.DEPTH | Base.INDEX:
                return Symbol(name)
            case Base.MATRIX:
                return MatrixSymbol(name, self.dimension, self.dimension)
            case Base.COLUMN:
                return MatrixSymbol(name, self.dimension, 1)
            case Base.SEQUENCE:
                return Sequence(name, self.dimension)
            case Base.ACTIVATION:
                return ActivationVariable(name)

    def conditions(self, variable: Any) -> list[Statement]:
        """What membership of `variable` says."""
        return [statement for predicate in self.predicates for statement in predicate.conditions(variable)]

    def having(self, name: str, conditions: Callable[[Any], list[Statement]]) -> Domain:
        """The members that satisfy one more predicate."""
        return replace(self, predicates=(*self.predicates, Predicate(name, conditions)))

    def without(self, name: str) -> Domain:
        """The domain with one predicate dropped."""
        kept = tuple(p for p in self.predicates if p.name != name)
        if len(kept) == len(self.predicates):
            names = ", ".join(p.name for p in self.predicates) or "none"
            raise ClaimError(f"there is no predicate {name!r} to drop; this domain has {names}")
        return replace(self, predicates=kept)


Real = Domain(Base.REAL)
Positive = Real.having("positive", lambda x: [Gt(x, 0, evaluate=False)])
Negative = Real.having("negative", lambda x: [Lt(x, 0, evaluate=False)])
Nonnegative = Real.having("nonnegative", lambda x: [Ge(x, 0, evaluate=False)])
Nonpositive = Real.having("nonpositive", lambda x: [Le(x, 0, evaluate=False)])
Nonzero = Real.having("nonzero", lambda x: [Ne(x, 0, evaluate=False)])
Depth = Domain(Base.DEPTH)
Steps = Depth.having("at least one", lambda t: [Ge(t, 1, evaluate=False)])


def Interval(lower: Any, upper: Any, *, left_open: bool = False, right_open: bool = False) -> Domain:
    """The real numbers between two ends; an infinite end is open."""
    low, high = sympify(lower), sympify(upper)

    def conditions(x: Any) -> list[Statement]:
        found: list[Statement] = []
        if low != -oo:
            found.append(Gt(x, low, evaluate=False) if left_open else Ge(x, low, evaluate=False))
        if high != oo:
            found.append(Lt(x, high, evaluate=False) if right_open else Le(x, high, evaluate=False))
        return found

    return Real.having(f"between {low} and {high}", conditions)


def Matrices(n: Any) -> Domain:
    """Real n × n matrices."""
    return Domain(Base.MATRIX, dimension=sympify(n))


def Contraction(n: Any) -> Domain:
    """Matrices of spectral norm below 1."""
    return Matrices(n).having("contraction", lambda W: [Lt(Norm(W), 1, evaluate=False)])


def Orthogonal(n: Any) -> Domain:
    """Matrices with orthonormal columns."""
    return Matrices(n).having(
        "orthogonal", lambda Q: [Eq(MatMul(Transpose(Q), Q, evaluate=False), Identity(sympify(n)), evaluate=False)]
    )


def Normal(n: Any) -> Domain:
    """Matrices that commute with their transpose."""

    def commutes(W: Any) -> list[Statement]:
        left, right = MatMul(Transpose(W), W, evaluate=False), MatMul(W, Transpose(W), evaluate=False)
        return [Eq(left, right, evaluate=False)]

    return Matrices(n).having("normal", commutes)


def EntrywiseNonnegative(n: Any) -> Domain:
    """Matrices without negative entries."""
    width = sympify(n)
    return Matrices(n).having("nonnegative", lambda W: [Entrywise(ZeroMatrix(width, width), W)])


def PositiveDiagonal(n: Any) -> Domain:
    """Diagonal matrices with positive entries on the diagonal."""
    return Matrices(n).having("positive diagonal", lambda S: [Structure(S, "positive diagonal")])


def Columns(n: Any) -> Domain:
    """Real columns of length n."""
    return Domain(Base.COLUMN, dimension=sympify(n))


def Sequences(n: Any) -> Domain:
    """Sequences v_1, v_2, … of columns of length n."""
    return Domain(Base.SEQUENCE, dimension=sympify(n))


def Index(n: Any) -> Domain:
    """Coordinates 1, …, n."""
    return Domain(Base.INDEX, dimension=sympify(n))


def Slopes(gamma: Any) -> Domain:
    """Activations whose slopes are at most gamma in absolute value."""
    bound = sympify(gamma)
    domain = Domain(Base.ACTIVATION, bound=bound)
    zero = Integer(0)
    return domain.having(
        "slopes", lambda phi: [Ge(bound, zero, evaluate=False), SlopesWithin(phi, bound)]
    )
