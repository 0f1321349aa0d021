"""Making a broken instance readable: smaller widths and depths, simpler numbers, as long as it stays broken.

Hypothesis shrinks what it drew. What a walk in floats or the bulk tier found has no draw behind it, so
it is simplified here, by deletion and rounding, each step judged exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from numerics.evidence import complexity
from numerics.slope_bounds import SLOPE_BOUNDS
from theory.kernel.gate import Instance
from theory.kernel.terms import Term, literal, make, rat, sequence_literal

BUDGET = 600
"""Instances judged at most."""


def plain(at: Instance) -> bool:
    """Whether nothing is left that a search for simpler ones would be worth: width 1, few steps, numbers within ±2."""
    if any(int(d) > 1 for d in at.dims.values()) or any(v.sort == "law" for v in at.values):
        return False
    numbers = [x.data for x in at.values.values() if x.op == "rat"]
    numbers += [q for x in at.values.values() if x.op in ("mlit", "seqlit") for row in x.data for q in row]
    return all(abs(q) <= 2 and q.denominator <= 2 for q in numbers)


def simplified(instance: Instance, broken: Callable[[Instance], bool], budget: int = BUDGET) -> Instance:
    """A simplest broken instance that deletions and roundings reach from a broken one."""
    best, left = instance, budget
    improved = True
    while improved and left > 0:
        improved = False
        for candidate in _simpler(best):
            if complexity(candidate) >= complexity(best):
                continue
            left -= 1
            if left <= 0:
                break
            if broken(candidate):
                best, improved = candidate, True
                break
    return best


def _simpler(at: Instance) -> Iterator[Instance]:
    for name, size in sorted(at.dims.items()):
        for k in range(int(size) if int(size) > 1 else 0):
            smaller = _without_coordinate(at, name, k)
            yield smaller
            # A corner of an orthogonal matrix is not orthogonal: well-known matrices of the smaller size are.
            for v, value in sorted(smaller.values.items(), key=lambda item: str(item[0].data)):
                if v.shape == (name, name) and v.sort == "mat":
                    yield from (Instance({**smaller.values, v: w}, smaller.dims) for w in _well_known(len(value.data)))
    for v in sorted(at.values, key=lambda v: str(v.data)):
        value = at.values[v]
        for other in _simpler_values(v, value):
            yield Instance({**at.values, v: other}, at.dims)
    yield from _sooner(at)


def _sooner(at: Instance) -> Iterator[Instance]:
    """One step less, where a drive begins later or is turned round: what a second input did, the first may do."""
    for v, depth in at.values.items():
        for drive, value in at.values.items() if v.sort == "nat" and v.shape is None and depth.data > 0 else ():
            if value.op == "seqlit":
                for members in (value.data[1:], tuple(tuple(-x for x in entries) for entries in value.data)):
                    later = sequence_literal(members, *(value.shape or (1, 1)))
                    yield Instance({**at.values, v: rat(int(depth.data) - 1), drive: later}, at.dims)


def _without_coordinate(at: Instance, name: str, k: int) -> Instance:
    """The instance with row and column k removed from everything of that width."""
    values = dict(at.values)
    for v, value in at.values.items():
        shape = v.shape or (0, 0)
        if name not in shape:
            continue
        if v.sort == "nat":
            values[v] = rat(max(1, int(value.data) - 1)) if value.data > k else value  # a coordinate
            continue
        if v.sort == "seq":
            size = value.shape or (0, 0)
            rows, columns = (
                [i for i in range(int(count)) if d != name or i != k] for count, d in zip(size, shape, strict=True)
            )
            members = tuple(tuple(entries[i * int(size[1]) + j] for i in rows for j in columns) for entries in value.data)
            values[v] = sequence_literal(members, len(rows), len(columns))
            continue
        rows = [row for i, row in enumerate(value.data) if shape[0] != name or i != k]
        values[v] = literal(tuple(tuple(x for j, x in enumerate(row) if shape[1] != name or j != k) for row in rows))
    return Instance(values, {**at.dims, name: int(at.dims[name]) - 1})


def _simpler_values(v: Term, value: Term) -> Iterator[Term]:
    match value.op:
        case "fun":
            yield from (make("fun", data=name) for name in SLOPE_BOUNDS)
        case "rat" if v.sort == "nat":
            yield from (rat(k) for k in range(int(value.data)))
        case "rat":
            yield from map(rat, _simpler_numbers(value.data))
        case "mlit":
            if len(value.data) == len(value.data[0]):
                yield from _well_known(len(value.data))
            yield from (literal(rows) for rows in _simpler_tables(value.data))
        case "seqlit":
            size = value.shape or (1, 1)
            for k in range(len(value.data)):
                yield sequence_literal((*value.data[:k], *value.data[k + 1 :]), *size)
            yield from (sequence_literal(rows, *size) for rows in _simpler_tables(value.data))
        case _:
            return


def _well_known(n: int) -> Iterator[Term]:
    """Square matrices that a reader knows at sight: identity, its negative, a shift, quarter turns, a reflection."""
    one, zero = Fraction(1), Fraction(0)
    yield _built(n, lambda i, j: one if i == j else zero)
    yield _built(n, lambda i, j: -one if i == j else zero)
    yield _built(n, lambda i, j: one if j == i + 1 else zero)
    yield _built(n, lambda i, j: Fraction(3, 4))  # all entries alike and below one
    yield _built(n, lambda i, j: one if (j - i) % n == 1 % n else zero)
    if n == 2:
        yield literal(((zero, -one), (one, zero)))
        yield literal(((zero, one), (-one, zero)))
        yield literal(((one, zero), (zero, -one)))


def _built(n: int, entry: Callable[[int, int], Fraction]) -> Term:
    return literal(tuple(tuple(entry(i, j) for j in range(n)) for i in range(n)))


Table = tuple[tuple[Fraction, ...], ...]


def _simpler_tables(table: Table) -> Iterator[Table]:
    # All entries together first: symmetric and orthogonal matrices allow no change of a single one.
    for denominator in (1, 2, 8):
        yield tuple(tuple(x.limit_denominator(denominator) for x in row) for row in table)
    for i, row in enumerate(table):
        for j, x in enumerate(row):
            for y in _simpler_numbers(x):
                yield _replaced(table, {(i, j): y})
                if i != j and j < len(table) and i < len(row) and table[j][i] == x:
                    yield _replaced(table, {(i, j): y, (j, i): y})


def _replaced(table: Table, changes: dict[tuple[int, int], Fraction]) -> Table:
    return tuple(tuple(changes.get((i, j), x) for j, x in enumerate(row)) for i, row in enumerate(table))


def _simpler_numbers(x: Fraction) -> Iterator[Fraction]:
    if x == 0:
        return
    yield from (Fraction(0), Fraction(1), Fraction(-1), -x, Fraction(x.__trunc__()), x / 2)
    if abs(x) > 2:
        yield x - (1 if x > 0 else -1)
    for denominator in (1, 2, 3, 4, 8, 10, 16, 100, 1000, 10**4, 10**5, 10**6, 10**7):
        if x.denominator > denominator:
            yield x.limit_denominator(denominator)
    for power in (1, 10, 100):
        if abs(x) >= 10 * power:
            yield Fraction(round(x / power) * power)
