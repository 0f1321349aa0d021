"""Matrix heads: norms, spectral radius, entries, and recurrent networks with their Jacobian products."""

from __future__ import annotations

from typing import Any, cast

from sympy import Expr, Integer, MatrixSymbol, Symbol, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.matrices.expressions.matmul import MatMul

from theory.language.activations import Activation, ActivationVariable
from theory.language.errors import ClaimError


class MatrixScalar(Expr):
    """A real number made from one matrix."""

    is_commutative = True
    unicode_form = "{}"
    latex_form = "{}"

    def __new__(cls, matrix: Any) -> MatrixScalar:
        if not isinstance(matrix, MatrixExpr):
            raise ClaimError(f"{cls.__name__} takes a matrix expression, not {matrix!r}; declare it as a MatrixSymbol")
        return cast(MatrixScalar, Expr.__new__(cls, cast(Any, matrix)))


class Norm(MatrixScalar):
    """The spectral norm: the largest singular value; of a column, its Euclidean length."""


class FrobeniusNorm(MatrixScalar):
    """The square root of the sum of squared entries."""


class RowSumNorm(MatrixScalar):
    """The largest absolute row sum: the operator norm of the maximum norm."""


class EntryNorm(MatrixScalar):
    """The largest absolute value of an entry; not submultiplicative."""


class SpectralRadius(MatrixScalar):
    """The largest absolute value of an eigenvalue, complex ones included."""


class Entry(Expr):
    """The entry of a matrix in row i and column j, both counted from 1."""

    is_commutative = True

    def __new__(cls, matrix: Any, i: Any, j: Any = 1) -> Entry:
        return cast(Entry, Expr.__new__(cls, matrix, sympify(i), sympify(j)))


class AbsMatrix(MatrixExpr):
    """The matrix of absolute values |W|, entry by entry."""

    def __new__(cls, matrix: Any) -> AbsMatrix:
        return cast(AbsMatrix, MatrixExpr.__new__(cls, matrix))

    @property
    def shape(self) -> tuple[Any, Any]:
        return cast(Any, self.args[0]).shape


class Monus(Expr):
    """a − b for natural numbers with b ≤ a, as it occurs under a sum up to a; elsewhere 0 where b is larger."""

    is_commutative = True

    def __new__(cls, a: Any, b: Any) -> Monus:
        return cast(Monus, Expr.__new__(cls, sympify(a), sympify(b)))


class MatrixSum(MatrixExpr):
    """The sum of matrices body(k) for k from low to high."""

    def __new__(cls, body: Any, k: Any, low: Any, high: Any) -> MatrixSum:
        return cast(MatrixSum, MatrixExpr.__new__(cls, body, k, sympify(low), sympify(high)))

    @property
    def shape(self) -> tuple[Any, Any]:
        return cast(Any, self.args[0]).shape


def grouped(*factors: Any) -> Any:
    """A product of matrices whose factors stay grouped as written; SymPy would merge S⁻¹ S across the groups."""
    return MatMul(*factors, evaluate=False)


def monus(a: Any, b: Any) -> Monus:
    """a − b for natural numbers with b ≤ a."""
    return Monus(a, b)


class Slope(Expr):
    """The slope that a network uses at x: the derivative, and at a kink any value between the one-sided ones."""

    is_commutative = True

    def __new__(cls, phi: Any, x: Any) -> Slope:
        return cast(Slope, Expr.__new__(cls, function_symbol(phi), sympify(x)))


class Sequence(Symbol):
    """A sequence v_1, v_2, … of columns of length n; `v.at(t)` is its t-th member."""

    dimension: Any

    def __new__(cls, name: str, dimension: Any) -> Sequence:
        self = cast(Sequence, Symbol.__new__(cls, name))
        self.dimension = sympify(dimension)
        return self

    def __getnewargs_ex__(self) -> Any:
        return ((self.name, self.dimension), {})

    def _hashable_content(self) -> Any:
        return (self.name, self.dimension)

    def at(self, t: Any) -> Member:
        """The t-th member, a column."""
        return Member(self, sympify(t))


class Member(MatrixExpr):
    """The t-th column of a sequence."""

    def __new__(cls, sequence: Any, t: Any) -> Member:
        return cast(Member, MatrixExpr.__new__(cls, sequence, t))

    @property
    def shape(self) -> tuple[Any, Any]:
        return cast(Any, self.args[0]).dimension, Integer(1)


def function_symbol(phi: Any) -> Any:
    """An activation class as a SymPy atom; activation variables stand for themselves."""
    if isinstance(phi, (ActivationVariable, Str)):
        return phi
    if isinstance(phi, type) and issubclass(phi, Activation):
        return Str(phi.__name__)
    raise ClaimError(f"a network needs an activation such as tanh, not {phi!r}; import one or declare a Slopes variable")


class Recurrence:
    """The network h_t = phi(W h_{t-1} + v_t), the activation taken coordinate by coordinate.

    `v_t` stands for the whole drive U x_t + b. Start and drive are universally quantified unless
    given: a statement about `Recurrence(W, tanh)` speaks of every start and every input.
    """

    def __init__(self, weight: Any, phi: Any, start: Any = None, drive: Any = None) -> None:
        rows, columns = weight.shape
        if rows != columns:
            raise ClaimError(f"a recurrent weight is square, not {rows} by {columns}; use one width for both")
        self.weight = weight
        self.phi = function_symbol(phi)
        self.start = start if start is not None else MatrixSymbol("h_0", rows, 1)
        self.drive = drive if drive is not None else Sequence("v", rows)

    def jacobian(self, T: Any) -> Jacobian:
        """The derivative of the state h_T by the start h_0: D_T W … D_1 W with D_t = diag phi'(a_t)."""
        return Jacobian(self.weight, self.phi, self.start, self.drive, sympify(T))

    def state(self, T: Any) -> State:
        """The hidden state h_T."""
        return State(self.weight, self.phi, self.start, self.drive, sympify(T))

    def preactivation(self, T: Any) -> Preactivation:
        """What the activation is applied to at step T >= 1: a_T = W h_{T-1} + v_T."""
        return Preactivation(self.weight, self.phi, self.start, self.drive, sympify(T))

    def mask(self, T: Any) -> StepMask:
        """The diagonal matrix D_T of the slopes at step T >= 1."""
        return StepMask(self.weight, self.phi, self.start, self.drive, sympify(T))

    def masks(self, T: Any) -> Masks:
        """The product D_T … D_1 of the activation factors alone, without the weights."""
        return Masks(self.weight, self.phi, self.start, self.drive, sympify(T))


class NetworkMatrix(MatrixExpr):
    """A matrix that a recurrence determines at a depth; its arguments are weight, activation, start, drive, depth."""

    def __new__(cls, *args: Any) -> NetworkMatrix:
        return cast(NetworkMatrix, MatrixExpr.__new__(cls, *args))

    @property
    def shape(self) -> tuple[Any, Any]:
        return cast(Any, self.args[0]).shape

    @property
    def network(self) -> Recurrence:
        """The recurrence that it belongs to."""
        weight, phi, start, drive, _ = self.args
        return Recurrence(weight, phi, start, drive)


class Jacobian(NetworkMatrix):
    """The end-to-end Jacobian of a recurrence."""


class Masks(NetworkMatrix):
    """The product of the activation factors of a recurrence."""


class StepMask(NetworkMatrix):
    """The diagonal of the slopes at one step of a recurrence."""


class State(NetworkMatrix):
    """The hidden state of a recurrence."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return cast(Any, self.args[0]).shape[0], Integer(1)


class Preactivation(State):
    """The argument of the activation at a step of a recurrence."""
