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

from sympy import Eq, Ge, Gt, Le, Lt, MatrixSymbol, Ne, Symbol, Transpose, evaluate, oo, sympify
from sympy.matrices.expressions import Identity, MatMul, ZeroMatrix

from theory.language.activations import ActivationVariable
from theory.language.chance import Draws, LawVariable, Mean
from theory.language.errors import ClaimError
from theory.language.matrices import Norm, Sequence
from theory.language.statements import Entrywise, Lawful, SlopesWithin, Statement, Structure


class Base(Enum):
    """The kinds of objects that a variable can stand for."""

    REAL = "real number"
    DEPTH = "natural number"
    INDEX = "coordinate"
    MATRIX = "real matrix"
    COLUMN = "real column"
    SEQUENCE = "sequence"
    ACTIVATION = "activation"
    LAW = "probability law"


@dataclass(frozen=True)
class Predicate:
    """A named condition on the members of a domain."""

    name: str
    conditions: Callable[[Any], list[Statement]]


@dataclass(frozen=True)
class Domain:
    """What a variable ranges over.

    `dimension` is the width n of a matrix, column, sequence or index, `columns` how many columns the
    members of a sequence have; `bound` the slope bound of an activation.
    """

    base: Base
    predicates: tuple[Predicate, ...] = ()
    dimension: Any = None
    bound: Any = None
    columns: Any = 1

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
                return Sequence(name, self.dimension, self.columns)
            case Base.ACTIVATION:
                return ActivationVariable(name)
            case Base.LAW:
                return LawVariable(name)

    def conditions(self, variable: Any) -> list[Statement]:
        """What membership of `variable` says, as it was written."""
        with evaluate(False):
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


# Conditions are data and named functions, not closures, so that domains are equal when they say the same, and pickle.


@dataclass(frozen=True)
class _Related:
    """One relation to a constant for each given kind: x ≥ 0, x < 1."""

    relations: tuple[tuple[Any, Any], ...]

    def __call__(self, x: Any) -> list[Statement]:
        return [relation(x, bound, evaluate=False) for relation, bound in self.relations]


Real = Domain(Base.REAL)
Positive = Real.having("positive", _Related(((Gt, 0),)))
Negative = Real.having("negative", _Related(((Lt, 0),)))
Nonnegative = Real.having("nonnegative", _Related(((Ge, 0),)))
Nonpositive = Real.having("nonpositive", _Related(((Le, 0),)))
Nonzero = Real.having("nonzero", _Related(((Ne, 0),)))
Depth = Domain(Base.DEPTH)
Steps = Depth.having("at least one", _Related(((Ge, 1),)))


def Interval(lower: Any, upper: Any, *, left_open: bool = False, right_open: bool = False) -> Domain:
    """The real numbers between two ends; an infinite end is open."""
    low, high = sympify(lower), sympify(upper)
    ends = [(Gt if left_open else Ge, low)] if low != -oo else []
    ends += [(Lt if right_open else Le, high)] if high != oo else []
    return Real.having(f"between {low} and {high}", _Related(tuple(ends)))


def Matrices(n: Any) -> Domain:
    """Real n × n matrices."""
    return Domain(Base.MATRIX, dimension=sympify(n))


def _contracts(W: Any) -> list[Statement]:
    return [Lt(Norm(W), 1, evaluate=False)]


def Contraction(n: Any) -> Domain:
    """Matrices of spectral norm below 1."""
    return Matrices(n).having("contraction", _contracts)


def _has_orthonormal_columns(Q: Any) -> list[Statement]:
    return [Eq(MatMul(Transpose(Q), Q, evaluate=False), Identity(Q.shape[1]), evaluate=False)]


def Orthogonal(n: Any) -> Domain:
    """Matrices with orthonormal columns."""
    return Matrices(n).having("orthogonal", _has_orthonormal_columns)


def _commutes(W: Any) -> list[Statement]:
    left, right = MatMul(Transpose(W), W, evaluate=False), MatMul(W, Transpose(W), evaluate=False)
    return [Eq(left, right, evaluate=False)]


def Normal(n: Any) -> Domain:
    """Matrices that commute with their transpose."""
    return Matrices(n).having("normal", _commutes)


def _is_nonnegative(W: Any) -> list[Statement]:
    return [Entrywise(ZeroMatrix(*W.shape), W)]


def EntrywiseNonnegative(n: Any) -> Domain:
    """Matrices without negative entries."""
    return Matrices(n).having("nonnegative", _is_nonnegative)


def _is_positive_diagonal(S: Any) -> list[Statement]:
    return [Structure(S, "positive diagonal")]


def PositiveDiagonal(n: Any) -> Domain:
    """Diagonal matrices with positive entries on the diagonal."""
    return Matrices(n).having("positive diagonal", _is_positive_diagonal)


def Columns(n: Any) -> Domain:
    """Real columns of length n."""
    return Domain(Base.COLUMN, dimension=sympify(n))


def Sequences(n: Any) -> Domain:
    """Sequences v_1, v_2, … of columns of length n."""
    return Domain(Base.SEQUENCE, dimension=sympify(n))


def MatrixSequences(n: Any) -> Domain:
    """Sequences W_1, W_2, … of n × n matrices: the weights of layer after layer, none tied to another."""
    return Domain(Base.SEQUENCE, dimension=sympify(n), columns=sympify(n))


def Index(n: Any) -> Domain:
    """Coordinates 1, …, n."""
    return Domain(Base.INDEX, dimension=sympify(n))


@dataclass(frozen=True)
class _SlopesAtMost:
    """The bound is not negative, and every slope is within it."""

    bound: Any

    def __call__(self, phi: Any) -> list[Statement]:
        return [Ge(self.bound, 0, evaluate=False), SlopesWithin(phi, self.bound)]


def Slopes(gamma: Any) -> Domain:
    """Activations whose slopes are at most gamma in absolute value."""
    bound = sympify(gamma)
    return Domain(Base.ACTIVATION, bound=bound).having("slopes", _SlopesAtMost(bound))


@dataclass(frozen=True)
class _Kind:
    """A law is of a kind."""

    what: str | int

    def __call__(self, law: Any) -> list[Statement]:
        # Who has moments of an order has those of every lower one.
        kinds = [self.what] if isinstance(self.what, str) else range(1, self.what + 1)
        return [Lawful(law, kind) for kind in kinds]


@dataclass(frozen=True)
class _NoAtoms:
    """No number has a positive probability, and so 0 has none."""

    def __call__(self, law: Any) -> list[Statement]:
        return [Lawful(law, "without atoms"), Lawful(law, "without atom at zero")]


@dataclass(frozen=True)
class _Moment:
    """E (Z − c)^k is a given number."""

    power: int
    centre: Any
    value: Any

    def __call__(self, law: Any) -> list[Statement]:
        Z = Draws("Z")
        deviation = Z(1) if self.centre == 0 else Z(1) - self.centre
        number = deviation if self.power == 1 else deviation**self.power
        return [Eq(Mean(number, Z, law), self.value, evaluate=False)]


def Laws(
    *,
    order: int = 0,
    mean: Any = None,
    variance: Any = None,
    symmetric: bool = False,
    atom_at_zero: bool = True,
    atoms: bool = True,
) -> Domain:
    """Laws on the real numbers; `order` is that of the moments that exist, of which there are two with a variance.

    `mean` and `variance` are numbers or variables of the claim; a variance is about the mean that is given. Without
    `atoms` no single number has a positive probability.
    """
    if variance is not None and mean is None:
        raise ClaimError("a variance is about a mean; give Laws a mean as well")
    domain, most = Domain(Base.LAW), max(order, 1 if mean is not None else 0, 2 if variance is not None else 0)
    domain = domain.having("symmetric", _Kind("symmetric")) if symmetric else domain
    domain = domain if atoms else domain.having("no atoms", _NoAtoms())
    domain = domain if atom_at_zero or not atoms else domain.having("no atom at zero", _Kind("without atom at zero"))
    domain = domain.having(f"moments of order {most}", _Kind(most)) if most else domain
    domain = domain if mean is None else domain.having("mean", _Moment(1, 0, sympify(mean)))
    return domain if variance is None else domain.having("variance", _Moment(2, sympify(mean), sympify(variance)))
