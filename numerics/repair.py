"""Making a drawn instance meet what is assumed: values change places, equations are solved, matrices are scaled.

What is built in from the start (intervals, structures, slope bounds) stays; what cannot be mended is left to rejection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from typing import TypeAlias

from numerics.adjudicate import Judge
from numerics.balls import Undefined, fraction, precision
from numerics.bounds import Range
from numerics.evaluate import ExactView
from numerics.solving import driven, is_equation, solved, steadied
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import Dim, Term, literal, make, rat

Values: TypeAlias = "dict[Term, Term]"

MOST_EQUATIONS = 4
"""More equations about one unknown are left to rejection: they agree at few points, and the search for one is dear."""

TURNS = ("turn", "sheared turn")
_SOLVED_FOR = ("any", "symmetric", "skew", "radius", "diagonal")
_HOMOGENEOUS = ("norm", "frobenius", "rowsum", "maxentry", "radius")


class Repair:
    """Facts that drawing alone does not meet, and how they are made true."""

    def __init__(
        self, facts: Sequence[Term], ranges: Mapping[Term, Range], kinds: Mapping[Term, str], slope_bounds: frozenset[Term]
    ) -> None:
        self.facts, self.ranges, self.kinds, self.slope_bounds = facts, ranges, kinds, slope_bounds

    def mend(self, values: Values, dims: dict[str, Dim]) -> Term | None:
        """Make the facts true where that is a matter of swapping, solving or scaling; return one that stays false."""
        failing: Term | None = None
        judge = Judge(ExactView(values, dims))
        for fact in self.facts:
            if _holds(judge, fact):
                continue
            if fact.op in ("le", "lt") and {a.op for a in fact.args} == {"var"} and fact.args[0].sort == fact.args[1].sort:
                self._reorder(fact.args[0], fact.args[1], values)
            elif fact.op == "always":
                self._drive(fact, values, dims)
            elif is_equation(fact):
                self._solve(fact, values, dims)
            elif any(node.op in _HOMOGENEOUS for node in walk(fact)):
                self._rescale(fact, values, dims)
            judge = Judge(ExactView(values, dims))  # one that remembers nothing of the values before
            if not _holds(judge, fact):
                failing = failing or fact
        return failing

    def _reorder(self, a: Term, b: Term, values: Values) -> None:
        """Let a and b change places; where one would leave its range, b takes the value of a or a that of b."""
        spans = {v: self.ranges[v] for v in (a, b) if v in self.ranges}
        for x, y in ((values[b], values[a]), (values[a], values[a]), (values[b], values[b])):
            if all(value.data in spans[v] for v, value in ((a, x), (b, y)) if v in spans):
                values[a], values[b] = x, y
                return

    def tighten(self, values: Values, dims: dict[str, Dim]) -> None:
        """Let assumed inequalities be equations, where a number or a drive on one side can be given the value of the other."""
        for fact in self.facts:
            body = fact.args[1] if fact.op == "always" else fact
            if body.op != "le" or not all(side.free for side in body.args) or not self.slope_bounds.isdisjoint(body.args):
                continue  # the ends of ranges are drawn, and slope bounds belong to their activation
            equation = make("eq", body.args)
            if fact.op == "always":
                self._drive(make("always", (fact.args[0], equation)), values, dims)
            else:
                self._assigned(equation, values, ExactView(values, dims))

    def _solve(self, fact: Term, values: Values, dims: dict[str, Dim]) -> None:
        """Give a real variable on one side the value of the other; else solve for a matrix, for both, or for a number."""
        if fact.op == "eq" and self._assigned(fact, values, ExactView(values, dims)):
            return
        of = {sort: sorted((v for v in fact.free if v.sort == sort), key=lambda v: str(v.data)) for sort in ("mat", "real")}
        if not of["mat"] and self._on_circle(fact, of["real"], values, dims):
            return
        free = [v for v in of["mat"] if self.kinds[v] in _SOLVED_FOR]
        free.sort(key=lambda v: -(size(v.shape[1], dims) if v.shape else 1))  # weights before columns
        trivial: Values = {}
        for unknowns in (*((v, *c) for v in free for c in ((), *((c,) for c in of["real"]))), *((c,) for c in of["real"])):
            about = [f for f in self.facts if not f.free.isdisjoint(unknowns)]
            equations = [f for f in about if is_equation(f)]
            if len(equations) > MOST_EQUATIONS:
                continue
            found = solved(equations, unknowns, values, dims)
            if found is None or any(v.sort == "real" and x.data not in self.ranges[v] for v, x in found.items()):
                continue
            if any(is_true(f, values, dims) and not is_true(f, {**values, **found}, dims) for f in about):
                continue  # x = 0 solves W x = c x and is no eigenvector
            if any(_is_zero(x) and not _is_zero(values[v]) for v, x in found.items()):
                trivial = trivial or found  # U = 0 solves U W = c Q U, and so does W = c U⁻¹ Q U
                continue
            values.update(found)
            return
        if trivial:
            values.update(trivial)
            return
        for v in (v for v in of["mat"] if self.kinds[v] in TURNS):  # A² = −I was drawn, A² = −a²I is asked for
            for c in of["real"]:
                scaled = literal(tuple(tuple(x * values[c].data for x in row) for row in values[v].data))
                if is_true(fact, {**values, v: scaled}, dims):
                    values[v] = scaled
                    return

    def _on_circle(self, fact: Term, numbers: list[Term], values: Values, dims: dict[str, Dim]) -> bool:
        """Two numbers that make a direction of length 1: a rational point of the circle, further round the larger one was."""
        for a, b in permutations(numbers, 2):
            t = values[b].data
            point = {a: rat((1 - t * t) / (1 + t * t)), b: rat(2 * t / (1 + t * t))}
            if all(x.data in self.ranges[v] for v, x in point.items()) and is_true(fact, {**values, **point}, dims):
                values.update(point)
                return True
        return False

    def _assigned(self, fact: Term, values: Values, view: ExactView) -> bool:
        for side, other in (fact.args, fact.args[::-1]):
            factor, v = _multiple(side)
            if v.op == "var" and v.sort == "real" and v not in other.free:
                try:
                    found = fraction(view.scalar(other))
                except Undefined:
                    return False
                if found is not None and found / factor in self.ranges[v]:
                    values[v] = rat(found / factor)
                    return True
        return False

    def _drive(self, fact: Term, values: Values, dims: dict[str, Dim]) -> None:
        """What is assumed at every step gives a drive, or a number the value that it has at the first step."""
        first = substitute(fact.args[1], {fact.args[0]: rat(1)})
        if first.op == "eq" and self._assigned(first, values, ExactView(values, dims)) and is_true(fact, values, dims):
            return
        given = driven(fact, values, dims)
        for found in (*([given] if given else []), *steadied(fact, values, dims)):
            if is_true(fact, {**values, **found}, dims):
                values.update(found)
                return

    def _rescale(self, fact: Term, values: Values, dims: dict[str, Dim]) -> None:
        for v in sorted((v for v in fact.free if v.sort == "mat"), key=lambda v: str(v.data)):
            if self.kinds[v] in ("orthogonal", "positive diagonal"):
                continue
            kept = values[v]
            for shift in (-1, -2, -3, -5, 1, 2, 4):
                values[v] = literal(tuple(tuple(x * Fraction(2) ** shift for x in row) for row in kept.data))
                if is_true(fact, values, dims):
                    return
            values[v] = kept


def _multiple(t: Term) -> tuple[Fraction, Term]:
    """A term as a rational, which is not 0, times another one: −m as −1 times m."""
    return (t.args[0].data, t.args[1]) if t.op == "mul" and len(t.args) == 2 and t.args[0].op == "rat" else (Fraction(1), t)


def size(d: Dim, dims: dict[str, Dim]) -> int:
    """The width that an instance gives a dimension."""
    return int(dims[d] if isinstance(d, str) else d)


def _is_zero(value: Term) -> bool:
    return value.data == 0 if value.op == "rat" else not any(x for row in value.data for x in row)


def is_true(fact: Term, values: Values, dims: dict[str, Dim]) -> bool:
    """Whether a fact is seen to hold."""
    return _holds(Judge(ExactView(values, dims)), fact)


def _holds(judge: Judge, fact: Term) -> bool:
    try:
        with precision(64):
            return judge.of(fact).truth is True
    except Undefined:
        return False
