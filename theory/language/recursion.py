"""Sequences that are defined step by step: products, iterates, layers, cells with gates.

`Recursion("c", c_0, lambda before, t: f.at(t) * before)` is the sequence c_0, c_t = f_t c_{t−1}; its member `c.at(T)`
stands in a statement like any other number or matrix, at a symbolic depth too.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Self

from sympy import Dummy, Expr, MatrixSymbol, Symbol, evaluate, sympify
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.language.activations import Activation
from theory.language.errors import ClaimError
from theory.language.matrices import function_symbol, name_of, with_classes
from theory.language.norms import Whole, matrix_of
from theory.language.printing import Pieces, Script, Shown, lowered


class _Member:
    """What numbers and matrices of a recursion have in common; the arguments are x, t, step, base, depth."""

    args: tuple[Any, ...]

    @property
    def free_symbols(self) -> set[Any]:
        previous, index, step, base, depth = self.args
        return (step.free_symbols - {previous, index}) | base.free_symbols | depth.free_symbols

    def pieces(self, script: Script) -> Pieces:
        return [lowered(str(self.args[0]), self.args[4], script=script)]


class RecursiveNumber(_Member, Shown, Expr):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A number x_T of a sequence x_0 = base, x_t = step(x_{t−1}, t)."""

    is_commutative = True

    def __new__(cls, previous: Any, index: Any, step: Any, base: Any, depth: Any) -> Self:
        return Expr.__new__(cls, previous, index, step, base, sympify(depth))


class RecursiveMatrix(_Member, Whole):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A matrix X_T of a sequence X_0 = base, X_t = step(X_{t−1}, t)."""

    def __new__(cls, previous: Any, index: Any, step: Any, base: Any, depth: Any) -> Self:
        return MatrixExpr.__new__(cls, previous, index, matrix_of("Recursion", step), base, sympify(depth))

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape


class Recursion:
    """The sequence x_0 = `base`, x_t = `step`(x_{t−1}, t) for t = 1, 2, …, of numbers or of matrices of one shape.

    `name` is what it is called in print. The step is an expression in the member before and in the number t of the
    step; it may speak of other sequences at t. Raises `ClaimError` where the shape changes from step to step, or where
    the step uses a name that the recursion needs for itself.
    """

    def __init__(self, name: str, base: Any, step: Callable[[Any, Any], Any]) -> None:
        base = sympify(base)
        self._head = RecursiveMatrix if getattr(base, "is_Matrix", False) else RecursiveNumber
        previous = MatrixSymbol(name, *base.shape) if self._head is RecursiveMatrix else Symbol(name)
        with evaluate(False):
            probed = sympify(step(_unnamed(previous), Dummy("u")))
            # The name of the step's number is bound, so any that is not used within will do.
            names = {str(s) for e in (probed, base) for s in e.atoms(Symbol)}
            index = Symbol(next(tau for k in count() if (tau := "tau" + "'" * k) not in names))
            body = sympify(step(previous, index))
        if previous in probed.free_symbols | base.free_symbols:
            raise ClaimError(f"the recursion {name} speaks of something else that is called {name}; rename one of the two")
        if getattr(body, "shape", None) != getattr(base, "shape", None):
            raise ClaimError(f"a recursion keeps its shape; the step of {name} does not, give it the shape of the base")
        self._definition = previous, index, body, base

    def at(self, depth: Any) -> Any:
        """The member x_T."""
        return self._head(*self._definition, depth)


def _unnamed(previous: Any) -> Any:
    return MatrixSymbol(Dummy("u").name, *previous.shape) if isinstance(previous, MatrixExpr) else Dummy("u")


def product_of(factor: Callable[[Any], Any], depth: Any, name: str = "p") -> Any:
    """The product factor(1) · factor(2) · … · factor(T); of no factors it is 1."""
    return Recursion(name, 1, lambda before, t: factor(t) * before).at(depth)


class Diagonal(Whole):
    """The diagonal matrix whose diagonal is a column: Diagonal(f) * c multiplies coordinate by coordinate."""

    def __new__(cls, column: Any) -> Self:
        column = matrix_of(cls.__name__, column)
        if column.shape[1] != 1:
            raise ClaimError(f"a diagonal is given as a column, not as {column.shape[0]} by {column.shape[1]}; use n by 1")
        return MatrixExpr.__new__(cls, column)

    def pieces(self, script: Script) -> Pieces:
        return [r"\operatorname{diag}(" if script == "latex" else "diag(", self.args[0], ")"]

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape[0], self.args[0].shape[0]


class _ByCoordinate(Whole):
    """An activation, or its slope, at each coordinate of a column."""

    def __new__(cls, phi: Any, column: Any) -> Self:
        column = matrix_of(cls.__name__, column)
        if column.shape[1] != 1:
            raise ClaimError(f"{cls.__name__} takes a column, not {column.shape[0]} by {column.shape[1]}; use n by 1")
        return MatrixExpr.__new__(cls, function_symbol(phi), column)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), with_classes(self.args)

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[1].shape


class Applied(_ByCoordinate):
    """An activation taken coordinate by coordinate."""

    def pieces(self, script: Script) -> Pieces:
        return [name_of(self.args[0], script), "(", self.args[1], ")"]


class SlopesAt(_ByCoordinate):
    """The column of the slopes that an activation has at each coordinate of a column."""

    def pieces(self, script: Script) -> Pieces:
        head = r"\operatorname{slope}_{" if script == "latex" else "slope["
        return [head, name_of(self.args[0], script), "}(" if script == "latex" else "](", self.args[1], ")"]


def slopes_at(phi: type[Activation] | Any, column: Any) -> Diagonal:
    """The diagonal matrix D of the slopes at a column: the activation factor of one layer."""
    return Diagonal(SlopesAt(phi, column))
