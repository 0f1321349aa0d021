"""Drawing exact objects from small integers, whoever supplies these: Hypothesis or a seeded generator.

Matrices are a block of fixed size, drawn whole and cut, so that shrinking the size does not reshuffle
the entries; entries are small integers over a power of two, so that norms fall on both sides of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import Protocol, TypeVar

from flint import fmpq_mat

from numerics import spectra
from numerics.balls import exact
from numerics.bounds import Range
from theory.kernel.terms import Term, make

Rows = list[list[Fraction]]
Item = TypeVar("Item")
BLOCK = 4
"""Widths go up to this."""


class Source(Protocol):
    """Where random integers come from."""

    def integer(self, low: int, high: int) -> int:
        """An integer between the ends, both included; a shrinking source prefers those near 0."""
        ...

    def several(self, count: int, low: int, high: int) -> list[int]:
        """So many of them."""
        ...


def choice(source: Source, items: Sequence[Item]) -> Item:
    """One of the items, the first ones being simplest."""
    return items[source.integer(0, len(items) - 1)]


# --- numbers ---------------------------------------------------------------------------------------


def real(source: Source, span: Range) -> Fraction:
    """A rational in the range: a small integer, a dyadic, a special point, or something tiny or huge."""
    if span.fixed is not None:
        return span.fixed
    found = _free_real(source, span)
    if found in span:
        return found
    return _inside(source, span, abs(found))


COARSE = tuple(map(Fraction, ("0", "1", "-1", "1/2", "2")))
"""Numbers among which several that are drawn alike meet, cancel and add up to 1."""


def coarse(source: Source, span: Range) -> Fraction:
    """One of few numbers, where the range has any of them."""
    inside = [x for x in COARSE if x in span]
    return choice(source, inside) if inside and span.fixed is None else real(source, span)


def _free_real(source: Source, span: Range) -> Fraction:
    match source.integer(0, 7):
        case 0 | 1:
            return Fraction(source.integer(-8, 8))
        case 2 | 3:
            return Fraction(source.integer(-64, 64), 2 ** source.integer(1, 4))
        case 4 if span.special:
            return choice(source, span.special)
        case 5 if span.special:
            return choice(source, span.special) + Fraction(source.integer(-8, 8), 2 ** source.integer(3, 12))
        case 6:
            return Fraction(source.integer(-50, 50))
        case _:
            return source.integer(-9, 9) * Fraction(10) ** source.integer(-12, 3)


def _inside(source: Source, span: Range, size: Fraction) -> Fraction:
    """A member of the range, built from the ends."""
    lower, upper = span.lower, span.upper
    if lower is not None and upper is not None and not source.integer(0, 3):
        # Near an end: what is bounded on an open interval is often closest to its bound there.
        part = (upper - lower) / 2 ** source.integer(4, 20)
        found = lower + part if source.integer(0, 1) else upper - part
    elif lower is not None and upper is not None:
        steps = 2 ** source.integer(1, 4)
        k = source.integer(0, steps)
        if (k == 0 and span.lower_open) or (k == steps and span.upper_open):
            k = steps // 2
        found = lower + (upper - lower) * Fraction(k, steps)
    elif lower is not None:
        found = lower + (size or Fraction(not span.lower_open))
    elif upper is not None:
        found = upper - (size or Fraction(not span.upper_open))
    else:
        found = size + 1
    return found if found not in span.without else (found + (upper if upper is not None else found + 1)) / 2


def natural(source: Source, span: Range, highest: int) -> int:
    """A natural number in the range, at most `highest` unless the range starts above."""
    if span.fixed is not None:
        return int(span.fixed)
    low = max(0, -(-(span.lower or Fraction(0)) // 1) + (span.lower_open and (span.lower or Fraction(0)).denominator == 1))
    high = highest if span.upper is None else min(highest, span.upper // 1 - (span.upper_open and span.upper.denominator == 1))
    return source.integer(low, max(low, high))


# --- matrices --------------------------------------------------------------------------------------


def block(source: Source, rows: int, columns: int, *, least: int = -4, most: int = 4) -> Rows:
    """The corner of a block of small integers over a power of two."""
    scale = 2 ** source.integer(0, 3)
    height, width = max(BLOCK, rows), max(BLOCK, columns) if columns > 1 else 1
    drawn = source.several(height * width, least, most)
    return [[Fraction(x, scale) for x in drawn[i * width : i * width + columns]] for i in range(rows)]


def _flint(rows: Rows) -> fmpq_mat:
    return fmpq_mat(len(rows), len(rows[0]), [exact(x) for row in rows for x in row])


def fractions(m: spectra.Matrix) -> Rows:
    """A rational matrix as rows of fractions."""
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in spectra.rows_of(m)]  # type: ignore[union-attr]


def orthogonal(source: Source, n: int) -> Rows:
    """(I − A)(I + A)⁻¹ S for a skew A and a diagonal S of signs: every orthogonal matrix is of that form, up to closure."""
    turning = skew(source, n, most=2)
    signs = source.several(BLOCK, 0, 1)
    a, one = _flint(turning), spectra.identity(n)
    q = fractions((one - a) * (one + a).inv())
    return [[-x if signs[j % BLOCK] else x for j, x in enumerate(row)] for row in q]


def frame(source: Source, n: int, count: int) -> Rows:
    """Orthogonal columns of one length, none of them 0."""
    length = Fraction(source.integer(1, 4), 2 ** source.integer(0, 2))
    rows = orthogonal(source, n)
    return [[length * row[j] for row in rows] for j in range(count)]


def skew(source: Source, n: int, *, most: int = 4) -> Rows:
    """A matrix that is the negative of its transpose."""
    drawn = block(source, n, n, least=-most, most=most)
    return [[drawn[i][j] if i < j else -drawn[j][i] if j < i else Fraction(0) for j in range(n)] for i in range(n)]


def turn(source: Source, n: int) -> Rows:
    """A skew matrix whose square is −I, in an even dimension: quarter turns of planes, seen from another basis."""
    quarter = [[Fraction((j == i + 1 and i % 2 == 0) - (i == j + 1 and j % 2 == 0)) for j in range(n)] for i in range(n)]
    q = _flint(orthogonal(source, n))
    return fractions(q * _flint(quarter) * q.transpose())


def sheared_turn(source: Source, n: int) -> Rows:
    """A matrix whose square is −I, skew or not: a turn seen from a basis that need not be orthogonal."""
    change, back = spectra.identity(n), spectra.identity(n)
    change[1, 0] = source.integer(-2, 2)
    back[1, 0] = -change[1, 0]
    return fractions(change * _flint(turn(source, n)) * back)


def symmetric(source: Source, n: int) -> Rows:
    """A symmetric matrix."""
    drawn = block(source, n, n)
    return [[drawn[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]


def normal(source: Source, n: int) -> Rows:
    """A matrix that commutes with its transpose: symmetric, a multiple of an orthogonal one, or a circulant."""
    match source.integer(0, 2):
        case 0:
            return symmetric(source, n)
        case 1:
            first = block(source, n, n)[0]
            return [[first[(j - i) % n] for j in range(n)] for i in range(n)]
        case _:
            c = Fraction(source.integer(-4, 4), 2 ** source.integer(0, 2))
            return [[c * x for x in row] for row in orthogonal(source, n)]


def positive_diagonal(source: Source, n: int) -> Rows:
    """A diagonal matrix with positive entries."""
    powers = source.several(max(BLOCK, n), -3, 3)
    return [[Fraction(2) ** powers[i] if i == j else Fraction(0) for j in range(n)] for i in range(n)]


def diagonal(source: Source, n: int) -> Rows:
    """A diagonal matrix."""
    drawn = block(source, n, n)
    return [[x if i == j else Fraction(0) for j, x in enumerate(row)] for i, row in enumerate(drawn)]


def small_radius(source: Source, n: int) -> Rows:
    """A matrix whose eigenvalues are plain to see: triangular with zeros or small numbers on the diagonal, then sheared."""
    drawn = block(source, n, n)
    level = Fraction(1, 2 ** source.integer(1, 3)) * source.integer(0, 1)
    rows = [[drawn[i][j] if j > i else Fraction(0) for j in range(n)] for i in range(n)]
    for i in range(n):
        rows[i][i] = level * (1 - 2 * (i % 2))
    amount = source.integer(-2, 2)
    if n > 1 and amount:
        # P W P⁻¹ with P = I + a·e₂e₁ᵀ keeps the eigenvalues and fills the lower triangle.
        shear = spectra.identity(n)
        back = spectra.identity(n)
        shear[1, 0], back[1, 0] = amount, -amount
        rows = fractions(shear * _flint(rows) * back)
    return rows


def square(source: Source, kind: str, n: int) -> Rows:
    """A square matrix of the kind that `bounds.matrix_kind` names."""
    match kind:
        case "orthogonal":
            return orthogonal(source, n)
        case "normal":
            return normal(source, n)
        case "skew":
            return skew(source, n)
        case "turn":
            return turn(source, n)
        case "sheared turn":
            return sheared_turn(source, n)
        case "symmetric":
            return symmetric(source, n)
        case "positive diagonal":
            return positive_diagonal(source, n)
        case "diagonal":
            return diagonal(source, n)
        case "nonnegative":
            return block(source, n, n, least=0)
        case "radius" if source.integer(0, 2):
            return small_radius(source, n)
        case "any" if source.integer(0, 9) == 9:
            return orthogonal(source, n)  # where bounds of norms are met
        case _:
            return block(source, n, n)


def members(source: Source, rows: int, columns: int, most: int = 3) -> tuple[tuple[Fraction, ...], ...]:
    """The first few members of a sequence of columns or matrices, each row by row; zeros follow.

    Some matrices are all orthogonal: bounds of the norm of a product are met there.
    """
    count = source.integer(0, most)
    kept = rows == columns and source.integer(0, 4) == 4
    drawn = [orthogonal(source, rows) if kept else block(source, rows, columns) for _ in range(most)]
    return tuple(tuple(x for row in member for x in row) for member in drawn[:count])


def law(source: Source, kinds: set[str | int], mean: Fraction | None = None, variance: Fraction | None = None) -> Term:
    """A law of these kinds: on up to five small numbers, of unequal weights; the normal law where it may have no atoms.

    A given mean is met by a shift. A given variance that is a square is met by the laws of two points that have it:
    r with probability 1/(1 + r²), −1/r otherwise, have mean 0 and variance 1.
    """
    if "without atoms" in kinds:
        return make("gaussian")
    root = None if variance is None else _root(variance)
    if root is not None:
        r = Fraction(1) if "symmetric" in kinds else Fraction(source.integer(1, 4), source.integer(1, 3))
        centre = mean or Fraction(0)
        if mean is None and "symmetric" not in kinds and source.integer(0, 2) == 2:
            return _finite({root: Fraction(1, 4), -root: Fraction(3, 4)})  # not centred, and its square has that mean
        share = Fraction(r.denominator**2, r.denominator**2 + r.numerator**2)
        return _finite({centre + root * r: share, centre - root / r: 1 - share})
    symmetric, weights = "symmetric" in kinds, dict[Fraction, Fraction]()
    for _ in range(source.integer(1, 3)):
        x = Fraction(source.integer(1, 6) if symmetric else source.integer(-6, 6), 2)
        if x != 0 or "without atom at zero" not in kinds:
            weights[x] = Fraction(source.integer(1, 4))
            if symmetric:
                weights[-x] = weights[x]
    if "without atom at zero" not in kinds and source.integer(0, 2) == 0:
        weights[Fraction(0)] = Fraction(source.integer(1, 4))
    weights = weights or {Fraction(1): Fraction(1)}
    if "symmetric" not in kinds and source.integer(0, 7) == 7:  # a rare value far out, at which bounds of moments are met
        x, far = (Fraction(source.integer(low, 6), 2) for low in (-6, 1))
        weights = {x or Fraction(1, 2): Fraction(4096), 64 * far: Fraction(1)}
    if source.integer(0, 2) == 2:  # what decreases comes near its limit at values far out alone
        spread = 2 ** source.integer(1, 5)
        weights = {spread * x: w for x, w in weights.items()}
    total = sum(weights.values(), Fraction(0))
    shift = Fraction(0) if mean is None else mean - sum((x * w for x, w in weights.items()), Fraction(0)) / total
    return _finite({x + shift: w / total for x, w in weights.items()})


def _finite(weights: dict[Fraction, Fraction]) -> Term:
    return make("finite", data=tuple(sorted(weights.items())))


def _root(q: Fraction) -> Fraction | None:
    """The root of a positive square."""
    above, below = isqrt(max(q.numerator, 0)), isqrt(q.denominator)
    return Fraction(above, below) if above and above * above == q.numerator and below * below == q.denominator else None
