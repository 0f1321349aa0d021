"""The exact view of an instance: terms evaluated to rationals and balls.

Networks really run here: the recurrence is iterated on the drawn start and drive, and its Jacobian
product is formed from the states that it goes through. Nothing is taken from the kernel but the
terms themselves and the definitions of activations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import Any, TypeVar

from flint import arb, fmpq, fmpq_mat

from numerics import chance, spectra
from numerics.balls import (
    ELEMENTARY,
    Number,
    Undefined,
    absolute,
    elementary,
    exact,
    order,
    raised,
    sign,
)
from numerics.jets import derivative, one_sided
from numerics.spectra import Matrix, matrix_of, rows_of
from theory.kernel.definitions import ARGUMENT, definition
from theory.kernel.terms import Dim, Term, rat

Value = TypeVar("Value", bound="Number | Matrix")

DEEPEST = 4096
"""More steps than this are not run."""


@dataclass
class Run:
    """A network as far as it has been iterated: its states and the diagonals of its slopes."""

    states: list[Matrix]
    preactivations: list[Matrix] = field(default_factory=list[Matrix])
    slopes: list[list[Number]] = field(default_factory=list[list[Number]])
    """As many as a Jacobian has asked for; states need none."""
    products: dict[str, list[Matrix]] = field(default_factory=dict[str, "list[Matrix]"])
    """The Jacobians and the products of masks of the first steps."""

    def copy(self) -> Run:
        """The same run, to be carried on separately."""
        products = {what: found.copy() for what, found in self.products.items()}
        return Run(self.states.copy(), self.preactivations.copy(), self.slopes.copy(), products)


class ExactView:
    """Values of terms at an instance, at the precision that is set while they are asked for.

    `side` says which one-sided slope a network takes where it hits a kink exactly: −1 the left, 1
    the right one. `kinked` tells afterwards whether that ever mattered.
    """

    def __init__(
        self, values: Mapping[Term, Term], dims: Mapping[str, Dim], side: int = -1, outer: tuple[ExactView, Term] | None = None
    ) -> None:
        self.values, self.dims, self.side = values, dims, side
        self.outer = outer
        """Where this view binds one more variable: the view without it, which knows all terms free of it."""
        self.kinked = False
        self.outcomes: dict[Term, Mapping[int, Matrix]] = {}
        """For draws that an expectation is being summed over, the values of those that were read so far."""
        self._scalars: dict[Term, Number] = {}
        self._matrices: dict[Term, Matrix] = {}
        self._runs: dict[Term, Run] = {}
        self._reached: dict[tuple[Any, ...], list[Any]] = {}
        """The members of recursions, and the partial sums of sums, as far as they were asked for."""

    def binding(self, bound: Term, value: Term) -> ExactView:
        """The same instance with one more variable."""
        inner = ExactView({**self.values, bound: value}, self.dims, self.side, (self, bound))
        inner.outcomes = self.outcomes
        return inner

    def moving(self, variable: Term, value: Number | Matrix) -> ExactView:
        """The same instance with another value of one variable; what does not read it is computed once for all of them."""
        inner = self.binding(variable, variable)
        if isinstance(value, (fmpq, arb)):
            inner._scalars[variable] = value
        else:
            inner._matrices[variable] = value
        return inner

    def drawing(self, draws: Term, outcome: Mapping[int, Matrix], before: ExactView | None = None) -> ExactView:
        """The same instance with one outcome of some draws.

        `before` is the view with fewer of these draws: what it has a value for did not read the others.
        """
        view = self.binding(draws, draws)
        view.outcomes = {**self.outcomes, draws: outcome}
        if before is not None:
            view._scalars, view._matrices = before._scalars.copy(), before._matrices.copy()
            view._reached = {key: found.copy() for key, found in before._reached.items()}
            view._runs = {net: run.copy() for net, run in before._runs.items()}
        return view

    def _knows(self, free: frozenset[Term]) -> ExactView:
        """The view that keeps what is computed for a term with these variables."""
        view = self
        while view.outer is not None and view.outer[1] not in free:
            view = view.outer[0]
        return view

    def note_kink(self) -> None:
        """Remember that a network stands on a kink."""
        self.kinked = True
        if self.outer is not None:
            self.outer[0].note_kink()

    def size(self, dimension: Dim) -> int:
        """A width as a number."""
        size = self.dims.get(dimension, dimension) if isinstance(dimension, str) else dimension
        if not isinstance(size, int):
            raise Undefined(f"the width {dimension} has no value at this instance")
        return size

    def value_of(self, variable: Term) -> Term:
        """The closed term that a variable stands for."""
        try:
            return self.values[variable]
        except KeyError:
            raise Undefined(f"the variable {variable.data} has no value at this instance") from None

    def activation(self, f: Term) -> str:
        """The name of an activation."""
        return str((self.value_of(f) if f.op == "var" else f).data)

    # --- numbers ---------------------------------------------------------------------------------

    def scalar(self, t: Term) -> Number:
        """The value of a real term."""
        if t.op == "rat":
            return _rational(t)
        view = self if self.outer is None else self._knows(t.free)
        found = view._scalars.get(t)
        if found is None:
            found = view._scalars[t] = view._scalar(t)
        return found

    def natural(self, t: Term) -> int:
        """The value of a natural number."""
        if t.op == "rat" and t.data.denominator == 1 and t.data >= 0:
            return t.data.numerator
        value = self.scalar(t)
        if not isinstance(value, fmpq) or value.q != 1 or value < 0:
            raise Undefined("a natural number is expected here")
        return int(value.p)

    def _scalar(self, t: Term) -> Number:
        match t.op, t.args:  # what is met most often stands first
            case "var", _:
                return self.scalar(self.value_of(t))
            case "pi", _:
                return arb.pi()
            case "euler_gamma", _:
                return arb.const_euler()
            case "add", parts:
                return sum(map(self.scalar, parts), fmpq(0))
            case "mul", parts:
                product: Number = fmpq(1)
                for part in parts:
                    product = product * self.scalar(part)
                return product
            case "entry", (m, i, j):
                return self._entry(self.matrix(m), self.natural(i), self.natural(j))
            case "pow", (base, exponent):
                return raised(self.scalar(base), self.scalar(exponent))
            case name, (u,) if name in ELEMENTARY:
                return elementary(name, self.scalar(u))
            case "abs", (u,):
                return absolute(self.scalar(u))
            case (("max" | "min"), (a, b)):
                return _extreme(t.op, self.scalar(a), self.scalar(b))
            case "pw", (u, above, equal, below):
                return self._piecewise(sign(self.scalar(u)), above, equal, below)
            case "app", (f, u):
                return self.image(self.activation(f), self.scalar(u))
            case "der", (f, u):
                return derivative(self.activation(f), int(t.data), self.scalar(u))
            case "slope", (f, u):
                return self.slope(self.activation(f), self.scalar(u))
            case "nsub", (a, b):
                return exact(max(0, self.natural(a) - self.natural(b)))
            case "sum", _:
                return self._sum(t, fmpq(0), _plus, ExactView.scalar)
            case "rec", _:
                return self._recursion(t, ExactView.scalar)
            case "mean", (draws, law, body):
                given = self.value_of(law) if law.op == "var" else law
                if draws not in body.free:
                    return self.scalar(body)
                if given.op == "gaussian":
                    return chance.sampled_mean(self, draws, body)
                return chance.exact_mean(self, draws, given, body)
            case "norm", (m,):
                return spectra.norm(self.matrix(m))
            case "frobenius", (m,):
                return spectra.frobenius(self.matrix(m))
            case "rowsum", (m,):
                return spectra.row_sum(self.matrix(m))
            case "maxentry", (m,):
                return spectra.max_entry(self.matrix(m))
            case "radius", (m,):
                return spectra.radius(self.matrix(m))
            case _:
                raise Undefined(f"{t.op} has no numerical value")

    def _piecewise(self, where: int | None, above: Term, equal: Term, below: Term) -> Number:
        if where is None:
            return arb.nan()
        return self.scalar((equal, above, below)[where])

    def _recursion(self, t: Term, value: Callable[[ExactView, Term], Value]) -> Value:
        """A member of a recursion; the members before it are kept, so that each is computed once, whichever is asked for."""
        previous, now, step, base, depth = t.args
        view = self._knows((step.free - {previous, now}) | base.free)
        members: list[Value] = view._reached.setdefault(t.args[:4], [])
        if not members:
            members.append(value(view, base))
        last = self.natural(depth)
        if last > DEEPEST:
            raise Undefined(f"a recursion is not run to depth {last}")
        for number in range(len(members), last + 1):
            members.append(value(view.binding(now, rat(number)).moving(previous, members[-1]), step))
        return members[last]

    def _sum(
        self, t: Term, zero: Value, plus: Callable[[Value, Value], Value], value: Callable[[ExactView, Term], Value]
    ) -> Value:
        k, low, high, body = t.args
        first, last = self.natural(low), self.natural(high)
        view = self._knows(body.free - {k})
        sums: list[Value] = view._reached.setdefault((k, body, first), [zero])
        for number in range(first + len(sums) - 1, last + 1):
            sums.append(plus(sums[-1], value(view.binding(k, rat(number)), body)))
        return sums[max(0, last + 1 - first)]

    @staticmethod
    def _entry(m: Matrix, i: int, j: int) -> Number:
        if not (1 <= i <= m.nrows() and 1 <= j <= m.ncols()):
            raise Undefined(f"there is no entry in row {i} and column {j}")
        return m[i - 1, j - 1]

    def image(self, name: str, x: Number) -> Number:
        """The value of an activation, by its definition."""
        return _Definition(x).scalar(definition(name))

    def slope(self, name: str, x: Number) -> Number:
        """What a network uses as slope: the derivative, and at a kink the one from the chosen side."""
        left, right = one_sided(name, 1, x)
        if sign(left - right) in (1, -1):
            self.note_kink()
        return left if self.side < 0 else right

    # --- matrices --------------------------------------------------------------------------------

    def matrix(self, t: Term) -> Matrix:
        """The value of a matrix term."""
        view = self._knows(t.free)
        found = view._matrices.get(t)
        if found is None:
            found = view._matrices[t] = view._matrix(t)
        return found

    def _matrix(self, t: Term) -> Matrix:
        match t.op, t.args:
            case "var", _:
                return self.matrix(self.value_of(t))
            case "at", (sequence, step):
                return self._member(sequence, self.natural(step))
            case "mlit", _:
                return spectra.given(t)
            case "ident", _:
                return spectra.identity(self.size(t.data))
            case "zeros", _:
                return fmpq_mat(self.size(t.data[0]), self.size(t.data[1]))
            case "madd", parts:
                return _folded(spectra.plus, [self.matrix(p) for p in parts])
            case "mmul", parts:
                return _folded(spectra.times, [self.matrix(p) for p in parts])
            case "mscale", (c, inner):
                return spectra.scaled(self.scalar(c), self.matrix(inner))
            case "mpow", (base, exponent):
                return spectra.raised(self.matrix(base), self.natural(exponent))
            case "inv", (inner,):
                return spectra.inverse(self.matrix(inner))
            case "tr", (inner,):
                return self.matrix(inner).transpose()
            case "diag", (column,):
                return _diagonal(spectra.entries_of(self.matrix(column)))
            case "mabs", (inner,):
                return matrix_of([[absolute(x) for x in row] for row in rows_of(self.matrix(inner))])
            case "apply", (f, column):
                name = self.activation(f)
                return matrix_of([[self.image(name, x)] for x in spectra.entries_of(self.matrix(column))])
            case "slopes", (f, column):
                name = self.activation(f)
                return matrix_of([[self.slope(name, x)] for x in spectra.entries_of(self.matrix(column))])
            case "msum", _:
                rows, columns = t.shape or (1, 1)
                zero: Matrix = fmpq_mat(self.size(rows), self.size(columns))
                return self._sum(t, zero, spectra.plus, ExactView.matrix)
            case (("jac" | "masks" | "state" | "pre"), (net, depth)):
                return self._network(t.op, net, self.natural(depth))
            case "mrec", _:
                return self._recursion(t, ExactView.matrix)
            case _:
                raise Undefined(f"the matrix {t.op} has no numerical value")

    def _member(self, sequence: Term, step: int) -> Matrix:
        if sequence in self.outcomes:
            if step not in self.outcomes[sequence]:
                raise chance.Wanted(sequence, step)
            return self.outcomes[sequence][step]
        given = self.value_of(sequence) if sequence.op == "var" else sequence
        if step < 1:
            raise Undefined("the members of a sequence are counted from 1")
        if step > len(given.data):
            return fmpq_mat(*(self.size(d) for d in given.shape or (1, 1)))
        return spectra.given_member(given, step)

    def _network(self, what: str, net: Term, depth: int) -> Matrix:
        if depth > DEEPEST or (what == "pre" and depth < 1):
            raise Undefined(f"a network is not run to depth {depth}")
        run = self._knows(net.free)._run(net, depth)
        if what == "state":
            return run.states[depth]
        if what == "pre":
            return run.preactivations[depth - 1]
        weight = self.matrix(net.args[0])
        name = self.activation(net.args[1])
        for before in run.preactivations[len(run.slopes) : depth]:
            run.slopes.append([self.slope(name, x) for x in spectra.entries_of(before)])
        products = run.products.setdefault(what, [spectra.identity(weight.nrows())])
        for slopes in run.slopes[len(products) - 1 : depth]:
            step = spectra.times(weight, products[-1]) if what == "jac" else products[-1]
            products.append(spectra.times(_diagonal(slopes), step))
        return products[depth]

    def _run(self, net: Term, depth: int) -> Run:
        weight, f, start, drive = net.args
        name, matrix = self.activation(f), self.matrix(weight)
        run = self._runs.setdefault(net, Run([self.matrix(start)]))
        for t in range(len(run.states), depth + 1):
            before = spectra.plus(spectra.times(matrix, run.states[-1]), self._member(drive, t))
            arguments = spectra.entries_of(before)
            run.states.append(matrix_of([[self.image(name, x)] for x in arguments]))
            run.preactivations.append(before)
        return run


class _Definition(ExactView):
    """The definition of an activation at one number, which need not be rational."""

    def __init__(self, x: Number) -> None:
        super().__init__({}, {})
        self._scalars[ARGUMENT] = x


@cache
def _rational(t: Term) -> fmpq:
    return exact(t.data)


def _plus(a: Number, b: Number) -> Number:
    return a + b


def _extreme(op: str, a: Number, b: Number) -> Number:
    known = order(a, b)
    if known is None:
        left, right = (x if isinstance(x, arb) else arb(x) for x in (a, b))
        return left.max(right) if op == "max" else left.min(right)
    return b if (known > 0) == (op == "max") else a


def _folded(combine: Callable[[Matrix, Matrix], Matrix], parts: list[Matrix]) -> Matrix:
    return reduce(combine, parts)


def _diagonal(values: list[Number]) -> Matrix:
    n = len(values)
    return matrix_of([[values[i] if i == j else fmpq(0) for j in range(n)] for i in range(n)])
