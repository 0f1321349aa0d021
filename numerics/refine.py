"""Local refinement: floats walk downhill on the slack from the best instances, exact arithmetic judges where they end.

This is what finds a bound that is wrong by 1e−9 at an irrational point: no draw hits such a point, a
walk comes near it, and a rational close enough breaks the bound by balls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.floats import Array, FloatValue, FloatView, members_array
from numerics.goals import Target
from theory.kernel.gate import Instance
from theory.kernel.terms import Term, literal, rat, sequence_literal
from theory.language.errors import GradproofError

DENOMINATORS = (16, 1000, 10**5, 10**8)
FAR, BEYOND = 1000, (10**8, 10**24)
"""From where on a coordinate counts as far out, and by how much further it is tried then."""

_REACH = (1.0, 0.5, 0.25, 0.0625)
_MOST_AXES = 40  # tried in one step; of more numbers than that some are drawn


@dataclass(frozen=True)
class _Slot:
    """Where a number of the parameter vector sits: a variable and a place in it."""

    variable: Term
    row: int = 0
    column: int = 0


class Walk:
    """The continuous part of an instance as a vector; depths, widths, activations and structured matrices stay."""

    def __init__(self, target: Target, instance: Instance) -> None:
        self.target, self.instance = target, instance
        self.sizes = {name: int(d) for name, d in instance.dims.items()}
        frozen: frozenset[Term] = frozenset()
        for fact in target.facts:
            if fact.op in ("meq", "structure", "eq"):
                frozen |= fact.free
        self._still = {v: value for v, x in _ordered(instance) if (value := _float_form(v, x)) is not None}
        slots = [slot for v, value in _ordered(instance) if v not in frozen for slot in _slots(v, value)]
        read = self._members_read()
        self.slots = [s for s in slots if s.variable.sort != "seq" or s.row < read.get(s.variable, 0)]
        self.start = np.array([_read(instance.values[s.variable], s) for s in self.slots], dtype=np.float64)

    def _members_read(self) -> dict[Term, int]:
        """How many members of each sequence the slack hangs on: those of layers within the depth."""
        alone = {v: x[None] if isinstance(x, np.ndarray) else x for v, x in self._still.items()}
        view = FloatView(alone, self.sizes, 1)
        with np.errstate(all="ignore"):
            view.slack(self.target.conclusion)
        return view.deepest

    def slacks(self, points: Array) -> Array:
        """The slack at each point; +∞ where a hypothesis fails, NaN where floats see nothing."""
        view = FloatView(self._values(points), self.sizes, len(points))
        with np.errstate(all="ignore"):
            found = np.asarray(view.slack(self.target.conclusion))
            for hypothesis in self.target.hypotheses:
                if hypothesis.op in ("le", "lt", "mle", "ne") and hypothesis.free & self._moving():
                    found = np.where(view.slack(hypothesis) >= 0, found, np.inf)
        return np.where(np.isnan(found), np.inf, found)

    def _moving(self) -> frozenset[Term]:
        return frozenset(s.variable for s in self.slots)

    def _values(self, points: Array) -> dict[Term, FloatValue]:
        values: dict[Term, FloatValue] = {
            v: np.repeat(x[None], len(points), axis=0) if isinstance(x, np.ndarray) else x for v, x in self._still.items()
        }
        for k, slot in enumerate(self.slots):
            held = values[slot.variable]
            if isinstance(held, np.ndarray):
                held[(slice(None),) if held.ndim == 1 else (slice(None), slot.row, slot.column)] = points[:, k]
        return values

    def descend(self, steps: int, seed: int) -> tuple[Array, float]:
        """A point of small slack near the start, by a pattern search whose every step is one batch."""
        here, dimension = self.start, len(self.start)
        generator = np.random.default_rng(seed)
        size = np.maximum(np.abs(here), 1.0)
        best = float(self.slacks(here[None])[0])
        for step in range(steps):
            axes = np.diag(size)
            if dimension > _MOST_AXES:
                axes = generator.permutation(axes)[:_MOST_AXES]
            axes = np.concatenate([reach * axes for reach in _REACH])
            wide = 4.0 if step < 3 else 1.0
            moves = np.concatenate([axes, -axes, wide * size * generator.standard_normal((24, dimension))])
            found = self.slacks(here + moves)
            k = int(np.argmin(found))
            if found[k] < best:
                here, best = here + moves[k], float(found[k])
                size = np.maximum(size / 2, np.abs(moves[k]) / 2)
            else:
                size = size / 6
            if size.max() < 1e-12:
                break
        return here, best

    def rounded(self, point: Array) -> Iterator[Instance]:
        """Exact instances near a point, simple ones first."""
        exact = [Fraction(float(x)) for x in point]
        for denominator in DENOMINATORS:
            yield self._with([x.limit_denominator(denominator) for x in exact])
        yield self._with(exact)
        # A walk that went far out is after a bound at infinity, and floats saw it stop being approached.
        if max(map(abs, exact)) >= FAR:
            yield from (self._with([x * scale if abs(x) >= FAR else x for x in exact]) for scale in BEYOND)

    def _with(self, numbers: list[Fraction]) -> Instance:
        values = dict(self.instance.values)
        tables: dict[Term, list[list[Fraction]]] = {}
        for slot, x in zip(self.slots, numbers, strict=True):
            if slot.variable.sort == "real":
                values[slot.variable] = rat(x)
                continue
            table = tables.setdefault(slot.variable, [list(row) for row in values[slot.variable].data])
            table[slot.row][slot.column] = x
        for v, table in tables.items():
            rows = tuple(map(tuple, table))
            values[v] = literal(rows) if v.sort == "mat" else sequence_literal(rows, *(values[v].shape or (1, 1)))
        return Instance(values, self.instance.dims)


def refined(target: Target, instance: Instance, steps: int, seed: int) -> Iterator[Instance]:
    """Exact instances near a local minimum of the slack that floats find from the given one."""
    try:
        walk = Walk(target, instance)
        if not walk.slots:
            return
        point, slack = walk.descend(steps, seed)
    except (GradproofError, OverflowError):
        return  # no float form: nothing is proposed
    if slack < np.inf:
        yield from walk.rounded(point)


def _float_form(v: Term, value: Term) -> FloatValue | None:
    """What stays of a value in floats; None for a law, which has no float form and no number to move."""
    match value.op:
        case "finite" | "gaussian":
            return None
        case "fun":
            return str(value.data)
        case "rat":
            return int(value.data) if v.sort == "nat" else np.array(float(value.data))
        case "mlit":
            return np.array([[float(x) for x in row] for row in value.data])
        case _:
            return members_array(value)


def _ordered(instance: Instance) -> list[tuple[Term, Term]]:
    return sorted(instance.values.items(), key=lambda item: str(item[0].data))


def _slots(v: Term, value: Term) -> list[_Slot]:
    if v.sort == "real":
        return [_Slot(v)]
    if value.op in ("mlit", "seqlit"):
        return [_Slot(v, i, j) for i, row in enumerate(value.data) for j in range(len(row))]
    return []


def _read(value: Term, slot: _Slot) -> float:
    return float(value.data if value.op == "rat" else value.data[slot.row][slot.column])
