"""Entries and norms of matrices: sums, diagonal factors and activations read coordinate by coordinate."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, cast

from flint import fmpq, fmpq_mat

from theory.kernel.fractions import Frac, as_fraction
from theory.kernel.signs import NONZERO
from theory.kernel.terms import ONE, Term, fn, rat, sub
from theory.kernel.words import MOST_STEPS, Word, canonical, multiplied, words
from theory.language.errors import KernelRefusal, refuse_if

if TYPE_CHECKING:
    from theory.kernel.field import Field

MOST_PLACES = 10_000


def equal(field: Field, a: Term, b: Term) -> bool:
    """Whether two matrices have the same normal form."""
    if not words(field, fn("madd", a, fn("mscale", rat(-1), b))):
        return True
    places = _places(a)
    return bool(places) and all(entry(field, a, i, j).same(entry(field, b, i, j)) for i, j in places)


# --- given matrices ---------------------------------------------------------------------------------


def given(field: Field, m: Term) -> fmpq_mat | None:
    """The matrix as rational numbers, where its entries are seen to be such."""
    found: list[fmpq] = []
    for i, j in [] if m.free else _places(m):
        value = field.frac(fn("entry", m, i, j)).constant()
        if value is None:
            return None
        found.append(fmpq(value.numerator, value.denominator))
    return fmpq_mat(*cast("tuple[int, int]", m.shape), found) if found else None


def _places(m: Term) -> list[tuple[Term, Term]]:
    """Every place of a matrix whose widths are numbers; none of another."""
    rows, columns = m.shape or ("", "")
    if isinstance(rows, str) or isinstance(columns, str):
        return []
    refuse_if(rows * columns > MOST_PLACES, f"a matrix of more than {MOST_PLACES} entries is not read entry by entry")
    return [(rat(i), rat(j)) for i, j in product(range(1, rows + 1), range(1, columns + 1))]


def norm(field: Field, op: str, m: Term) -> Frac:
    """A norm: 0 of zeros, the value of a given matrix where it is a root of a rational, else opaque."""
    a, plain = given(field, m), canonical(field, m)
    if a is None or op == "radius":
        return field.ring.rational(0) if plain.op == "zeros" else field.opaque(fn(op, plain))
    sizes = [[abs(as_fraction(x)) for x in row] for row in a.tolist()]
    if op == "rowsum":
        return field.ring.rational(max(map(sum, sizes)))
    if op == "maxentry":
        return field.ring.rational(max(map(max, sizes)))
    square = sum(x * x for row in sizes for x in row)
    if op == "norm" and min(m.shape or ()) != 1:
        # AᵀA = c·I gives ‖A‖ = √c; a diagonal AᵀA has its largest entry there.
        gram = (a.transpose() * a).tolist()
        if any(x for i, row in enumerate(gram) for x in row[:i]):
            return field.opaque(fn(op, plain))
        square = max(as_fraction(row[i]) for i, row in enumerate(gram))
    return field.root(field.ring.rational(square))


# --- entries --------------------------------------------------------------------------------------------


def entry(field: Field, m: Term, i: Term, j: Term) -> Frac:
    """The entry (i, j): sums, diagonal factors and activations are read coordinate by coordinate."""
    parts = (c * _word_entry(field, word, i, j) for word, c in words(field, m).items())
    return sum(parts, field.ring.rational(0))


def _word_entry(field: Field, word: Word, i: Term, j: Term) -> Frac:
    if not word:
        if field.same(i, j):
            return field.ring.rational(1)
        if field.sign(sub(i, j)) & ~NONZERO == 0:
            return field.ring.rational(0)
        raise KernelRefusal("an entry of the identity needs to know whether its row is its column")
    (first, e), *rest = word
    if first.op == "diag":
        power = field.natural_power(_coordinate(field, first.args[0], i), field.frac(e))
        return power * _word_entry(field, tuple(rest), i, j)
    if rest or e is not ONE or first.op == "inv":
        product = _multiplied(field, word)
        if product is not None and i.op == "rat" and j.op == "rat":
            return field.ring.rational(as_fraction(product[int(i.data) - 1, int(j.data) - 1]))
    elif first.op in ("apply", "slopes"):
        return _coordinate(field, first, i)
    elif first.op == "tr":
        return entry(field, first.args[0], j, i)
    elif first.op == "mabs":
        return field.frac(fn("abs", fn("entry", first.args[0], i, j)))
    elif first.op == "mlit" and i.op == "rat" and j.op == "rat":
        return field.ring.rational(first.data[int(i.data) - 1][int(j.data) - 1])
    i, j = field.term(field.frac(i)), field.term(field.frac(j))
    return field.opaque(fn("entry", multiplied(word, first), i, j))


def _multiplied(field: Field, word: Word) -> fmpq_mat | None:
    """A product of given matrices and their inverses."""
    product = None
    for base, e in word:
        inverted = base.op == "inv"
        a = given(field, base.args[0] if inverted else base)
        if a is None or e.op != "rat" or e.data > MOST_STEPS or (inverted and a.det() == 0):
            return None
        for _ in range(int(e.data)):
            factor = a.inv() if inverted else a
            product = factor if product is None else product * factor
    return product


def _coordinate(field: Field, column: Term, i: Term) -> Frac:
    if column.op in ("apply", "slopes"):
        f, inner = column.args
        return field.frac(fn("app" if column.op == "apply" else "slope", f, fn("entry", inner, i, ONE)))
    return entry(field, column, i, ONE)
