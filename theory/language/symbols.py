"""Binders that many claims share: ready-made annotations, and equality without evaluation."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Eq, Expr, MatrixSymbol, Symbol

from theory.language.domains import (
    Columns,
    Contraction,
    Depth,
    Index,
    Interval,
    Matrices,
    MatrixSequences,
    Negative,
    Nonnegative,
    Nonpositive,
    Nonzero,
    Normal,
    Orthogonal,
    Positive,
    Real,
    Sequences,
    Slopes,
    Steps,
)
from theory.language.matrices import Sequence

n = Symbol("n")
gamma = Symbol("gamma")

X = Annotated[Expr, Real]
PositiveX = Annotated[Expr, Positive]
NegativeX = Annotated[Expr, Negative]
NonnegativeX = Annotated[Expr, Nonnegative]
NonpositiveX = Annotated[Expr, Nonpositive]
NonzeroX = Annotated[Expr, Nonzero]
UnitX = Annotated[Expr, Interval(0, 1)]
OpenUnitX = Annotated[Expr, Interval(0, 1, left_open=True, right_open=True)]
T_ = Annotated[Symbol, Depth]
Step = Annotated[Symbol, Steps]
Square = Annotated[MatrixSymbol, Matrices(n)]
SmallSquare = Annotated[MatrixSymbol, Contraction(n)]
OrthogonalSquare = Annotated[MatrixSymbol, Orthogonal(n)]
Phi = Annotated[Symbol, Slopes(gamma)]
NormalSquare = Annotated[MatrixSymbol, Normal(n)]
Start = Annotated[MatrixSymbol, Columns(n)]
Drive = Annotated[Sequence, Sequences(n)]
Weights = Annotated[Sequence, MatrixSequences(n)]
Coordinate = Annotated[Symbol, Index(n)]


def eq(left: Any, right: Any) -> Any:
    """left = right, of numbers or matrices, never evaluated."""
    return Eq(left, right, evaluate=False)
