"""The float view of instances: a whole batch of them at once, to propose where to look.

Instances of a batch share widths, depths and activations; numbers are arrays (B,), matrices (B, r, c).
Networks run through `numerics.networks`. Whatever is not representable is NaN, which proposes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from numerics import networks
from numerics.float_jets import derivative, principal_lambertw, series_of
from theory.kernel.definitions import definition
from theory.kernel.terms import Term
from theory.language.errors import GradproofError

Array: TypeAlias = npt.NDArray[np.float64]
FloatValue: TypeAlias = "Array | int | str"


class NotFloat(GradproofError):
    """A term has no batched float form; the attack goes on without one."""


class FloatView:
    """Values of terms for a batch of instances: `values` maps variables to arrays, depths (int) and names (str)."""

    def __init__(self, values: Mapping[Term, FloatValue], dims: Mapping[str, int | str], batch: int) -> None:
        self.values, self.dims, self.batch = values, dims, batch
        self.outer: tuple[FloatView, Term] | None = None
        """Where this view binds one more variable: the view without it, which knows all terms free of it."""
        self._memo: dict[Term, Array] = {}
        self._reached: dict[tuple[Term, ...], list[Array]] = {}
        """The members of each recursion, as far as they were asked for."""
        self._trajectories: dict[tuple[Term, int], networks.Trajectory] = {}
        self.deepest: dict[Term, int] = {}
        """The last member of each sequence that was asked for."""

    def number(self, t: Term) -> Array:
        """The value of a real term (B,)."""
        memo = self._knows(t.free)._memo
        found = memo.get(t)
        if found is None:
            found = np.asarray(self._number(t), dtype=np.float64)
            if found.shape != (self.batch,):
                found = np.broadcast_to(found, (self.batch,))
            memo[t] = found
        return found

    def matrix(self, t: Term) -> Array:
        """The value of a matrix term (B, r, c)."""
        memo = self._knows(t.free)._memo
        found = memo.get(t)
        if found is None:
            found = self._matrix(t)
            if len(found) != self.batch or found.ndim == 2:
                found = np.broadcast_to(found, (self.batch, *found.shape[-2:]))
            memo[t] = found
        return found

    def _knows(self, free: frozenset[Term]) -> FloatView:
        """The view that keeps what is computed for a term with these variables."""
        view = self
        while view.outer is not None and view.outer[1] not in free:
            view = view.outer[0]
        return view

    def natural(self, t: Term) -> int:
        """The value of a natural number, common to the batch."""
        match t.op, t.args:
            case "rat", _ if t.data.denominator == 1:
                return int(t.data)
            case "var", _ if isinstance(self.values.get(t), int):
                return int(self.values[t])
            case "add", parts:
                return sum(map(self.natural, parts))
            case "mul", parts:
                return int(np.prod([self.natural(p) for p in parts]))
            case "nsub", (a, b):
                return max(0, self.natural(a) - self.natural(b))
            case _:
                raise NotFloat(f"{t.op} is no plain natural number")

    def activation(self, f: Term) -> str:
        """The name of an activation."""
        found = self.values[f] if f.op == "var" else f.data
        return str(found)

    def _number(self, t: Term) -> Array | float:
        match t.op, t.args:
            case "rat", _:
                return float(t.data)
            case "pi", _:
                return float(np.pi)
            case "euler_gamma", _:
                return float(np.euler_gamma)
            case "var", _:
                value = self.values[t]
                return float(value) if isinstance(value, int) else np.asarray(value, dtype=np.float64)
            case "add", parts:
                return np.sum([self.number(p) for p in parts], axis=0)
            case "mul", parts:
                return np.prod([self.number(p) for p in parts], axis=0)
            case "pow", (base, exponent):
                return np.power(self.number(base), self.number(exponent))
            case (("exp" | "log" | "sin" | "cos" | "tanh" | "sinh" | "cosh" | "abs"), (u,)):
                return getattr(np, t.op)(self.number(u))
            case "atan", (u,):
                return np.arctan(self.number(u))
            case "asinh", (u,):
                return np.arcsinh(self.number(u))
            case "lambertw", (u,):
                return principal_lambertw(self.number(u))
            case "erf", (u,):
                return np.asarray(erf(self.number(u)))
            case "max", (a, b):
                return np.maximum(self.number(a), self.number(b))
            case "min", (a, b):
                return np.minimum(self.number(a), self.number(b))
            case "pw", (u, above, equal, below):
                where = self.number(u)
                return np.where(where > 0, self.number(above), np.where(where < 0, self.number(below), self.number(equal)))
            case "app", (f, u):
                return image(self.activation(f), self.number(u))
            case "der", (f, u):
                return slope(self.activation(f), int(t.data), self.number(u))
            case "slope", (f, u):
                return slope(self.activation(f), 1, self.number(u))
            case "entry", (m, i, j):
                return self._entry(self.matrix(m), self.natural(i), self.natural(j))
            case "norm", (m,):
                return _spectral(self.matrix(m))
            case "frobenius", (m,):
                return np.sqrt(np.sum(self.matrix(m) ** 2, axis=(-2, -1)))
            case "rowsum", (m,):
                return np.abs(self.matrix(m)).sum(-1).max(-1)
            case "maxentry", (m,):
                return np.abs(self.matrix(m)).max((-2, -1))
            case "radius", (m,):
                return _radius(self.matrix(m))
            case "sum", (k, low, high, body):
                terms = [self._binding(k, step).number(body) for step in range(self.natural(low), self.natural(high) + 1)]
                return np.sum(terms, axis=0) if terms else 0.0
            case "rec", _:
                return self._recursion(t, FloatView.number)
            case "nsub", _:
                return float(self.natural(t))
            case _:
                raise NotFloat(f"{t.op} has no float form")

    def _recursion(self, t: Term, value: Callable[[FloatView, Term], Array]) -> Array:
        """A member of a recursion; the members before it are kept, so that each is computed once, whichever is asked for."""
        previous, now, step, base, depth = t.args
        view = self._knows(step.free - {previous, now} | base.free)
        members = view._reached.setdefault(t.args[:4], [])
        if not members:
            members.append(value(view, base))
        for k in range(len(members), self.natural(depth) + 1):
            members.append(value(view._binding(now, k)._binding(previous, members[-1]), step))
        return members[self.natural(depth)]

    def _binding(self, bound: Term, value: FloatValue) -> FloatView:
        inner = self._with(bound, value)
        inner.outer, inner.deepest = (self, bound), self.deepest
        return inner

    def _with(self, bound: Term, value: FloatValue) -> FloatView:
        return FloatView({**self.values, bound: value}, self.dims, self.batch)

    @staticmethod
    def _entry(m: Array, i: int, j: int) -> Array:
        if not (1 <= i <= m.shape[-2] and 1 <= j <= m.shape[-1]):
            raise NotFloat(f"there is no entry in row {i} and column {j}")
        return m[:, i - 1, j - 1]

    def _size(self, d: int | str) -> int:
        return int(self.dims[d] if isinstance(d, str) else d)

    def _matrix(self, t: Term) -> Array:
        match t.op, t.args:
            case "var", _:
                return np.asarray(self.values[t], dtype=np.float64)
            case "mlit", _:
                return np.array([[float(x) for x in row] for row in t.data])
            case "ident", _:
                return np.eye(self._size(t.data))
            case "zeros", _:
                return np.zeros((self._size(t.data[0]), self._size(t.data[1])))
            case "madd", parts:
                return np.sum([self.matrix(p) for p in parts], axis=0)
            case "mmul", parts:
                product = self.matrix(parts[0])
                for part in parts[1:]:
                    product = product @ self.matrix(part)
                return product
            case "mscale", (c, inner):
                return self.number(c)[:, None, None] * self.matrix(inner)
            case "mpow", (base, exponent):
                return np.linalg.matrix_power(self.matrix(base), self.natural(exponent))
            case "inv", (inner,):
                return _inverse(self.matrix(inner))
            case "tr", (inner,):
                return np.swapaxes(self.matrix(inner), -1, -2)
            case "diag", (column,):
                return self.matrix(column) * np.eye(self.matrix(column).shape[-2])
            case "mabs", (inner,):
                return np.abs(self.matrix(inner))
            case "apply", (f, column):
                return image(self.activation(f), self.matrix(column))
            case "slopes", (f, column):
                return slope(self.activation(f), 1, self.matrix(column))
            case "at", (sequence, step):
                return self._member(sequence, self.natural(step))
            case "msum", (k, low, high, body):
                rows, columns = (self._size(d) for d in t.shape or (1, 1))
                steps = range(self.natural(low), self.natural(high) + 1)
                return np.sum(
                    [np.zeros((self.batch, rows, columns)), *(self._binding(k, s).matrix(body) for s in steps)], axis=0
                )
            case (("jac" | "masks" | "state" | "pre"), (net, depth)):
                return self._network(t.op, net, self.natural(depth))
            case "mrec", _:
                return self._recursion(t, FloatView.matrix)
            case _:
                raise NotFloat(f"the matrix {t.op} has no float form")

    def _member(self, sequence: Term, step: int) -> Array:
        self.deepest[sequence] = max(step, self.deepest.get(sequence, 0))
        given = self.values[sequence] if sequence.op == "var" else members_array(sequence)
        members = np.asarray(given, dtype=np.float64)
        rows, columns = (self._size(d) for d in sequence.shape or (1, 1))
        inside = 1 <= step <= members.shape[-2]
        return members[..., step - 1, :].reshape(-1, rows, columns) if inside else np.zeros((self.batch, rows, columns))

    def _network(self, what: str, net: Term, depth: int) -> Array:
        known = self._knows(net.free)._trajectories
        trajectory = known.get((net, depth))
        if trajectory is None:
            trajectory = known[net, depth] = self._run(net, depth)
        match what:
            case "state":
                return trajectory.states[..., depth, :, None]
            case "pre":
                return trajectory.preactivations[..., depth - 1, :, None]
            case "jac":
                return networks.jacobian(trajectory, self.matrix(net.args[0])).to_array()
            case _:
                return networks.masks(trajectory).to_array()

    def _run(self, net: Term, depth: int) -> networks.Trajectory:
        weight, f, start, drive = net.args
        h = self.matrix(start)[..., 0]
        force = np.zeros((self.batch, depth, h.shape[-1]))
        for t in range(depth):
            force[:, t] = self._member(drive, t + 1)[..., 0]
        return networks.run(self.matrix(weight), _activation(self.activation(f)), h, force)

    # --- formulas --------------------------------------------------------------------------------

    def slack(self, formula: Term) -> Array:
        """How far each instance is from breaking a formula, negative where floats see it broken; NaN if they see nothing."""
        match formula.op, formula.args:
            case (("le" | "lt"), (a, b)):
                return self.number(b) - self.number(a)
            case "eq", (a, b):
                return -np.abs(self.number(a) - self.number(b))
            case "ne", (a, b):
                return np.abs(self.number(a) - self.number(b))
            case "meq", (a, b):
                return -np.abs(self.matrix(a) - self.matrix(b)).max((-2, -1))
            case "mle", (a, b):
                return (self.matrix(b) - self.matrix(a)).min((-2, -1))
            case "and", parts:
                return np.min([self.slack(p) for p in parts], axis=0) if parts else np.full(self.batch, np.inf)
            case "implies", (assumed, concluded):
                return np.where(self.slack(assumed) >= 0, self.slack(concluded), np.inf)
            case "not", (inner,):
                return -self.slack(inner)
            case "iff", sides:
                # Both sides have to come near their lines at once before one of them is crossed alone.
                first, second = (self.slack(side) for side in sides)
                far = np.maximum(np.abs(first), np.abs(second))
                return np.where((first >= 0) == (second >= 0), far, -far)
            case _:
                raise NotFloat(f"{formula.op} has no slack")


def _activation(name: str) -> networks.FloatActivation:
    """The float form of an activation; one without a stable form is evaluated by its definition."""
    known = networks.ACTIVATIONS.get(name)
    return known or networks.FloatActivation(name, value=lambda x: image(name, x), slope=lambda x: slope(name, 1, x))


def image(name: str, x: Array) -> Array:
    """An activation at each entry, in a stable form where there is one."""
    known = networks.ACTIVATIONS.get(name)
    return known.value(x) if known is not None else series_of(definition(name), [x])[0]


def slope(name: str, order: int, x: Array) -> Array:
    """A derivative of an activation at each entry."""
    known = networks.ACTIVATIONS.get(name)
    return known.slope(x) if known is not None and order == 1 else derivative(name, order, x)


def members_array(sequence: Term) -> Array:
    """The given members of a sequence as an array (steps, entries of one, row by row)."""
    rows, columns = map(int, sequence.shape or (1, 1))
    return np.array([[float(x) for x in entries] for entries in sequence.data]).reshape(len(sequence.data), rows * columns)


def _finite(m: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(m).all((-2, -1)))


def _of_each(function: Callable[[Array], Array], m: Array) -> Array:
    """A function of each matrix of a batch, once for equal ones: a walk mostly moves an entry of another matrix."""
    flat = m.reshape(len(m), -1)
    marks = flat @ np.sqrt(np.arange(2, 2 + flat.shape[1]))  # equal for equal matrices, and hardly for others
    _, firsts, where = np.unique(marks, return_index=True, return_inverse=True)
    if len(firsts) == len(m) or not np.array_equal(flat[firsts][where], flat):
        return function(m)
    return function(m[firsts])[where]


def _spectral(m: Array) -> Array:
    known = _finite(m)
    return np.where(known, _largest_singular_value(np.where(known[:, None, None], m, 0.0)), np.nan)


def _largest_singular_value(m: Array) -> Array:
    if 1 in m.shape[1:]:
        return np.asarray(np.hypot.reduce(np.abs(m).reshape(len(m), -1), axis=1))  # whose squares do not overflow
    if m.shape[1:] == (2, 2):
        (a, b), (c, d) = m.transpose(1, 2, 0)
        return np.asarray((np.hypot(a + d, b - c) + np.hypot(a - d, b + c)) / 2)
    return _of_each(lambda some: np.linalg.svdvals(some)[..., 0], m)


def _radius(m: Array) -> Array:
    known = _finite(m)
    values = _of_each(lambda some: np.abs(np.linalg.eigvals(some)).max(-1), np.where(known[:, None, None], m, 0.0))
    return np.where(known, values, np.nan)


def _inverse(m: Array) -> Array:
    try:
        return np.asarray(np.linalg.inv(m), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(m, np.nan)
