"""Matrix heads: norms, spectral radius, entries, and recurrent networks with their Jacobian products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from sympy import Expr, Integer, MatrixSymbol, Symbol, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matadd import MatAdd
from sympy.matrices.expressions.matexpr import MatrixExpr
from sympy.matrices.expressions.matmul import MatMul

from theory.language.activations import Activation, ActivationVariable, activation_named
from theory.language.errors import ClaimError
from theory.language.norms import (
    Entry,
    EntryNorm,
    FrobeniusNorm,
    MatrixScalar,
    Norm,
    RowSumNorm,
    SpectralRadius,
    Whole,
    differ,
    matrix_of,
)
from theory.language.printing import SINGLE_BARS, Pieces, Script, Shown, lowered

if TYPE_CHECKING:
    from theory.derivations import Derivation

__all__ = [
    "AbsMatrix",
    "Entry",
    "EntryNorm",
    "FrobeniusNorm",
    "Jacobian",
    "Masks",
    "MatrixScalar",
    "MatrixSum",
    "Member",
    "Monus",
    "NetworkMatrix",
    "Norm",
    "Preactivation",
    "Recurrence",
    "RowSumNorm",
    "Sequence",
    "Slope",
    "SpectralRadius",
    "State",
    "StepMask",
    "SumOf",
    "added",
    "function_symbol",
    "grouped",
    "monus",
    "scaled",
]


class AbsMatrix(Whole):
    """The matrix of absolute values |W|, entry by entry."""

    def __new__(cls, matrix: Any) -> Self:
        return MatrixExpr.__new__(cls, matrix_of(cls.__name__, matrix))

    def pieces(self, script: Script) -> Pieces:
        left, right = SINGLE_BARS[script]
        return [left, self.args[0], right]

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape


class Monus(Shown, Expr):
    """a − b for natural numbers with b ≤ a, as it occurs under a sum up to a; elsewhere 0 where b is larger."""

    is_commutative = True

    def __new__(cls, a: Any, b: Any) -> Self:
        return Expr.__new__(cls, sympify(a), sympify(b))

    def pieces(self, script: Script) -> Pieces:
        return ["(", self.args[0], " - " if script != "unicode" else " − ", self.args[1], ")"]


def _summed(args: Any, script: Script) -> Pieces:
    body, k, low, high = args
    sigma = {"latex": r"\sum", "unicode": "∑", "ascii": "sum"}[script]
    return ["(", f"{sigma}_{{{k}=", low, "}^{", high, "} ", body, ")"]


class SumOf(Shown, Expr):
    """The sum of numbers body(k) for k from low to high."""

    is_commutative = True

    def __new__(cls, body: Any, k: Any, low: Any, high: Any) -> Self:
        return Expr.__new__(cls, body, k, sympify(low), sympify(high))

    def pieces(self, script: Script) -> Pieces:
        return _summed(self.args, script)


class MatrixSum(Whole):
    """The sum of matrices body(k) for k from low to high."""

    def __new__(cls, body: Any, k: Any, low: Any, high: Any) -> Self:
        return MatrixExpr.__new__(cls, matrix_of(cls.__name__, body), k, sympify(low), sympify(high))

    def pieces(self, script: Script) -> Pieces:
        return _summed(self.args, script)

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape


def grouped(*factors: Any) -> Any:
    """A product of matrices whose factors stay grouped as written; SymPy would merge S⁻¹ S across the groups."""
    return MatMul(*factors, evaluate=False)


def added(*summands: Any) -> Any:
    """A sum of matrices, as written; SymPy would merge what they share."""
    return MatAdd(*summands, evaluate=False)


def scaled(factor: Any, matrix: Any) -> Any:
    """A multiple of a matrix, as written; SymPy would reorder the factor."""
    return MatMul(factor, matrix, evaluate=False)


def monus(a: Any, b: Any) -> Monus:
    """a − b for natural numbers with b ≤ a."""
    return Monus(a, b)


class Slope(Shown, Expr):
    """The slope that a network uses at x: the derivative, and at a kink any value between the one-sided ones."""

    is_commutative = True

    def __new__(cls, phi: Any, x: Any) -> Self:
        return Expr.__new__(cls, function_symbol(phi), sympify(x))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), with_classes(self.args)

    def pieces(self, script: Script) -> Pieces:
        phi = name_of(self.args[0], script)
        head = [r"\operatorname{slope}_{", phi, "}("] if script == "latex" else ["slope[", phi, "]("]
        return [*head, self.args[1], ")"]


class Sequence(Symbol):
    """A sequence v_1, v_2, … of columns of length n, or of n × m matrices; `v.at(t)` is its t-th member."""

    dimension: Any
    columns: Any

    def __new__(cls, name: str, dimension: Any, columns: Any = 1) -> Self:
        # Not from SymPy's cache of symbols, which knows names only: one v of every width would be the same object.
        self = Symbol.__xnew__(cls, name)
        self.dimension, self.columns = sympify(dimension), sympify(columns)
        return self

    def __getnewargs_ex__(self) -> Any:
        return (self._hashable_content(), {})

    def _hashable_content(self) -> Any:
        return (self.name, self.dimension, self.columns)

    # The width is no argument of a symbol, yet n -> 2 must reach it as it reaches the weight beside it.
    def _eval_subs(self, old: Any, new: Any) -> Any:
        return Sequence(self.name, self.dimension.subs(old, new), self.columns.subs(old, new))

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        shape = self.dimension.xreplace(rule), self.columns.xreplace(rule)
        return (self, False) if shape == (self.dimension, self.columns) else (Sequence(self.name, *shape), True)

    def xreplace(self, rule: Any, hack2: bool = False) -> Any:
        return self._xreplace(rule)[0]

    def at(self, t: Any) -> Member:
        """The t-th member, a column or a matrix."""
        return Member(self, sympify(t))


class Member(Whole):
    """The t-th member of a sequence."""

    def __new__(cls, sequence: Any, t: Any) -> Self:
        return MatrixExpr.__new__(cls, sequence, t)

    def pieces(self, script: Script) -> Pieces:
        return [self.args[0], lowered("", self.args[1], script=script)]

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].dimension, self.args[0].columns


def function_symbol(phi: Any) -> Any:
    """An activation class as a SymPy atom; activation variables stand for themselves."""
    if isinstance(phi, (ActivationVariable, Str)):
        return phi
    if isinstance(phi, type) and issubclass(phi, Activation):
        return Str(phi.__name__)
    raise ClaimError(f"a network needs an activation such as tanh, not {phi!r}; import one or declare a Slopes variable")


def with_classes(args: Any) -> tuple[Any, ...]:
    """Arguments with activations as classes, which a process that unpickles them imports."""
    return tuple(activation_named(str(a)) if isinstance(a, Str) else a for a in args)


def name_of(phi: Any, script: Script) -> Any:
    """How an activation is called in a script."""
    if not isinstance(phi, Str):
        return phi
    head = activation_named(str(phi))
    return {"latex": head.latex_symbol, "unicode": head.symbol, "ascii": str(phi)}[script]


class Recurrence:
    """The network h_t = phi(W h_{t-1} + v_t), the activation taken coordinate by coordinate.

    `v_t` stands for the whole drive U x_t + b. Start and drive are universally quantified unless
    given: a statement about `Recurrence(W, tanh)` speaks of every start and every input.
    """

    def __init__(self, weight: Any, phi: Any, start: Any = None, drive: Any = None) -> None:
        self.weight = matrix_of("Recurrence", weight)
        rows, columns = self.weight.shape
        if differ(rows, columns):
            raise ClaimError(f"a recurrent weight is square, not {rows} by {columns}; use one width for both")
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


class NetworkMatrix(Whole):
    """A matrix that a recurrence determines at a depth; its arguments are weight, activation, start, drive, depth."""

    letter = ""
    method = ""
    least_depth = 0

    def __new__(cls, weight: Any, phi: Any, start: Any, drive: Any, depth: Any) -> Self:
        weight, start = matrix_of("Recurrence", weight), matrix_of("Recurrence", start)
        width = weight.shape[0]
        if differ(start.shape[0], width) or differ(start.shape[1], 1):
            size = f"{start.shape[0]} by {start.shape[1]}"
            raise ClaimError(f"the start of a network of width {width} is a column of that length, not {size}; use one width")
        if isinstance(drive, Sequence) and (differ(drive.dimension, width) or differ(drive.columns, 1)):
            raise ClaimError(f"the drive of a network of width {width} has columns of length {drive.dimension}; use one width")
        if depth.is_Number and not (depth.is_Integer and depth >= cls.least_depth):
            raise ClaimError(f"{cls.__name__} has no depth {depth}; give a whole number from {cls.least_depth} on")
        return MatrixExpr.__new__(cls, weight, function_symbol(phi), start, drive, depth)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), with_classes(self.args)

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape

    @property
    def network(self) -> Recurrence:
        """The recurrence that it belongs to."""
        weight, phi, start, drive, _ = self.args
        return Recurrence(weight, phi, start, drive)

    def _given(self) -> list[Any]:
        """Start and drive, where they are not the implicit ones."""
        weight, _, start, drive, _ = self.args
        implicit = Recurrence(weight, ActivationVariable("phi"))
        return [] if (start, drive) == (implicit.start, implicit.drive) else [start, drive]

    def _sympystr(self, printer: Any) -> str:
        weight, phi, _, _, depth = self.args
        arguments = ", ".join(printer._print(a) for a in (weight, phi, *self._given()))
        return f"Recurrence({arguments}).{self.method}({printer._print(depth)})"

    def pieces(self, script: Script) -> Pieces:
        weight, phi, _, _, depth = self.args
        name = name_of(phi, script)
        left, *told, right = ["(", weight, name, ")"] if script == "latex" else ["[", name, weight, "]"]
        row = [piece for part in (*told, *self._given()) for piece in (", ", part)]
        return [lowered(self.letter, depth, script=script), left, *row[1:], right]


class Jacobian(NetworkMatrix):
    """The end-to-end Jacobian of a recurrence."""

    letter = "J"
    method = "jacobian"

    def derivation(self) -> Derivation:
        """The chain rule through time, each step proved by the kernel: J_3 = D_3 W J_2 = … = D_3 W D_2 W D_1 W.

        At a symbolic depth T it states the recursion J_0 = I, J_{T+1} = D_{T+1} W J_T. Raises `ClaimError` for
        a depth that is no sum of symbols and a number up to 12.
        """
        from theory.derivations import derive_jacobian  # noqa: PLC0415  # a handle: the kernel loads when it is asked for

        return derive_jacobian(self)


class Masks(NetworkMatrix):
    """The product of the activation factors of a recurrence."""

    letter = "M"
    method = "masks"


class StepMask(NetworkMatrix):
    """The diagonal of the slopes at one step of a recurrence."""

    letter = "D"
    method = "mask"
    least_depth = 1


class State(NetworkMatrix):
    """The hidden state of a recurrence."""

    letter = "h"
    method = "state"

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0].shape[0], Integer(1)


class Preactivation(State):
    """The argument of the activation at a step of a recurrence."""

    letter = "a"
    method = "preactivation"
    least_depth = 1
