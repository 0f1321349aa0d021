"""Numbers made from one matrix: norms, spectral radius, entries."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sympy import Expr, sympify
from sympy.matrices import MatrixBase
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.language.errors import ClaimError
from theory.language.printing import (
    DOUBLE_BARS,
    FROBENIUS,
    LARGEST,
    RADIUS,
    ROW_SUM,
    Fences,
    Pieces,
    Script,
    Shown,
    is_named,
    lowered,
)


def matrix_of(head: str, matrix: Any) -> Any:
    """A matrix expression or an explicit matrix, the latter immutable."""
    if isinstance(matrix, MatrixBase):
        return sympify(matrix)
    if not isinstance(matrix, MatrixExpr):
        raise ClaimError(f"{head} takes a matrix expression, not {matrix!r}; declare it as a MatrixSymbol")
    return matrix


def differ(a: Any, b: Any) -> bool:
    """Whether two widths can't be equal, as 2 and 3, or are named differently, as 2 and n."""
    return sympify(a) != sympify(b)


class Whole(Shown, MatrixExpr):
    """A matrix head: opaque as a whole, so SymPy is told neither its entries nor its derivative."""

    def _eval_derivative(self, x: Any) -> Any:
        raise ClaimError(
            f"{type(self).__name__} is not differentiated as a whole; differentiate its entries at a literal width"
        )


class MatrixScalar(Shown, Expr):
    """A real number made from one matrix."""

    is_commutative = True
    fences: ClassVar[Fences]

    def __new__(cls, matrix: Any) -> Self:
        return Expr.__new__(cls, matrix_of(cls.__name__, matrix))

    def pieces(self, script: Script) -> Pieces:
        left, right = self.fences[script]
        return [left, self.args[0], right]


class Norm(MatrixScalar):
    """The spectral norm: the largest singular value; of a column, its Euclidean length."""

    fences = DOUBLE_BARS


class FrobeniusNorm(MatrixScalar):
    """The square root of the sum of squared entries."""

    fences = FROBENIUS


class RowSumNorm(MatrixScalar):
    """The largest absolute row sum: the operator norm of the maximum norm."""

    fences = ROW_SUM


class EntryNorm(MatrixScalar):
    """The largest absolute value of an entry; not submultiplicative."""

    fences = LARGEST


class SpectralRadius(MatrixScalar):
    """The largest absolute value of an eigenvalue, complex ones included."""

    fences = RADIUS

    def __new__(cls, matrix: Any) -> Self:
        rows, columns = matrix_of(cls.__name__, matrix).shape
        if differ(rows, columns):
            raise ClaimError(f"a square matrix has eigenvalues, not one of {rows} by {columns}; use Norm for this one")
        return super().__new__(cls, matrix)


class Entry(Shown, Expr):
    """The entry of a matrix in row i and column j, both counted from 1."""

    is_commutative = True

    def __new__(cls, matrix: Any, i: Any, j: Any = 1) -> Self:
        whole, places = matrix_of(cls.__name__, matrix), (sympify(i), sympify(j))
        for place, count, word in zip(places, map(sympify, whole.shape), ("row", "column"), strict=True):
            outside = place.is_Number and not (place.is_Integer and place >= 1 and not (count.is_Integer and place > count))
            if outside:
                raise ClaimError(
                    f"there is no {word} {place}; rows and columns count from 1, and this matrix has {count} {word}s"
                )
        return Expr.__new__(cls, whole, *places)

    def pieces(self, script: Script) -> Pieces:
        matrix, i, j = self.args
        indices = (i,) if matrix.shape[1] == 1 and j == 1 else (i, j)
        base = [matrix] if is_named(matrix) and "_" not in str(matrix) else ["(", matrix, ")"]
        return [*base, lowered("", *indices, script=script)]
