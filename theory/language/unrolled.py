"""A recurrence written out at a literal width and depth, in SymPy alone.

The entries are SymPy's own: `W[0, 0]` is the first entry of the weight W, `v_2[0, 0]` of the drive
at step 2. The kernel takes no part here, so this is something to hold its Jacobian against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Integer, MatrixSymbol, Symbol, sympify
from sympy.core.symbol import Str
from sympy.matrices import ImmutableDenseMatrix, MatrixBase

from theory.language.activations import Activation, activation_named
from theory.language.errors import ClaimError
from theory.language.matrices import Recurrence, Sequence


@dataclass(frozen=True)
class Unrolled:
    """A recurrence at width n through T steps; every array is an explicit matrix of expressions.

    weight: n × n
    states: the columns h_0, …, h_T
    preactivations: the columns a_1, …, a_T with a_t = W h_{t−1} + v_t

    A state refers to the one before it by the very same objects, so nothing is written twice.
    """

    phi: type[Activation]
    weight: Any
    states: tuple[Any, ...]
    preactivations: tuple[Any, ...]

    def mask(self, t: int) -> Any:
        """D_t, the diagonal matrix of the slopes at step t = 1, …, T."""
        return ImmutableDenseMatrix.diag(*(self.phi.d(a) for a in self.preactivations[t - 1]))


def unrolled_state(net: Recurrence, n: Any, T: Any) -> Unrolled:
    """The network h_t = φ(W h_{t−1} + v_t) at width n, from h_0 to h_T.

    Raises `ClaimError` where the activation is a variable, the width does not fit or T is negative.
    """
    for name, number, least in (("width", n, 1), ("depth", T, 0)):
        if not (isinstance(number, (int, Integer)) and number >= least):
            raise ClaimError(f"a network is unrolled at a {name} that is a whole number from {least} on, not {number}")
    if not isinstance(net.phi, Str):
        raise ClaimError(f"a network with the unknown activation {net.phi} cannot be unrolled; name one, such as tanh")
    phi = activation_named(str(net.phi))
    weight, start = (_explicit(part, net, n) for part in (net.weight, net.start))
    states, preactivations = [start], list[Any]()
    for t in range(1, int(T) + 1):
        preactivations.append(ImmutableDenseMatrix(weight * states[-1] + _drive(net.drive, n, t)))
        states.append(preactivations[-1].applyfunc(phi))
    return Unrolled(phi, weight, tuple(states), tuple(preactivations))


def explicit_jacobian(net: Recurrence, n: Any, T: Any) -> Any:
    """∂h_T/∂h_0 = D_T W ⋯ D_1 W at width n, entry by entry; the identity where T is 0."""
    run = unrolled_state(net, n, T)
    product = ImmutableDenseMatrix.eye(n)
    for t in range(1, int(T) + 1):
        product = run.mask(t) * run.weight * product
    return product


def _explicit(matrix: Any, net: Recurrence, n: Any) -> Any:
    """A weight or a column with its entries written out, the width of the network taken to be n."""
    width = net.weight.shape[0]
    if isinstance(width, Symbol):
        matrix = matrix.subs(width, n)
    if matrix.shape[0] != n:
        raise ClaimError(f"the network has width {width}, so it cannot be unrolled at width {n}; give its own")
    return sympify(matrix) if isinstance(matrix, MatrixBase) else ImmutableDenseMatrix(matrix.as_explicit())


def _drive(drive: Any, n: Any, t: int) -> Any:
    if not isinstance(drive, Sequence):
        raise ClaimError(f"a drive is a Sequence, not {drive!r}; declare it with Sequences(n)")
    return ImmutableDenseMatrix(MatrixSymbol(f"{drive.name}_{t}", n, 1).as_explicit())
