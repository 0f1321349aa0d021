"""Matrices of rationals or of balls: norms and spectral radius, exact where a rational answer shows itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias, cast

from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from numerics.balls import Number, Undefined, absolute, ball, exact, is_zero, largest, square_root
from theory.kernel.terms import Term

Matrix: TypeAlias = "fmpq_mat | arb_mat"


def matrix_of(rows: Sequence[Sequence[Number]]) -> Matrix:
    """A matrix: rational if all its entries are."""
    entries = [x for row in rows for x in row]
    rational = [x for x in entries if isinstance(x, fmpq)]
    shape = len(rows), len(rows[0])
    if len(rational) == len(entries):
        return fmpq_mat(*shape, rational)
    return arb_mat(*shape, [ball(x) for x in entries])


@lru_cache(4096)
def given(t: Term) -> Matrix:
    """A matrix that is written out."""
    return matrix_of([[exact(x) for x in row] for row in t.data])


@lru_cache(4096)
def given_member(sequence: Term, step: int) -> Matrix:
    """A member of a sequence that is written out, counted from 1."""
    rows, columns = map(int, sequence.shape or (1, 1))
    return fmpq_mat(rows, columns, [exact(x) for x in sequence.data[step - 1]])


def rows_of(m: Matrix) -> list[list[Number]]:
    """The entries, row by row."""
    return [[m[i, j] for j in range(m.ncols())] for i in range(m.nrows())]


def entries_of(m: Matrix) -> list[Number]:
    """The entries, one after another."""
    return list(m.entries())


def _aligned(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    if isinstance(a, fmpq_mat) and isinstance(b, fmpq_mat):
        return a, b
    return arb_mat(a), arb_mat(b)


def plus(a: Matrix, b: Matrix) -> Matrix:
    """The sum."""
    left, right = _aligned(a, b)
    return left + right


def times(a: Matrix, b: Matrix) -> Matrix:
    """The product."""
    left, right = _aligned(a, b)
    return left * right


def scaled(c: Number, a: Matrix) -> Matrix:
    """A number times a matrix."""
    if isinstance(c, fmpq):
        return a * c
    return arb_mat(a) * c


def identity(n: int) -> fmpq_mat:
    """The n × n identity."""
    return fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])


def raised(a: Matrix, k: int) -> Matrix:
    """A power; the identity for k = 0."""
    if k < 0:
        raise Undefined("a matrix power has an exponent of at least 0")
    product: Matrix = identity(a.nrows())
    square = a
    while k:
        if k & 1:
            product = times(product, square)
        k >>= 1
        if k:
            square = times(square, square)
    return product


def inverse(a: Matrix) -> Matrix:
    """The inverse; refused for a singular matrix."""
    try:
        return a.inv()
    except ZeroDivisionError:
        if isinstance(a, fmpq_mat):
            raise Undefined("a singular matrix has no inverse") from None
        return arb_mat(a.nrows(), a.ncols(), [arb.nan()] * (a.nrows() * a.ncols()))


def gram(a: Matrix) -> Matrix:
    """The smaller of AᵀA and AAᵀ: both have the largest eigenvalue ‖A‖²."""
    t = a.transpose()
    return t * a if a.ncols() <= a.nrows() else a * t


def norm(a: Matrix) -> Number:
    """The spectral norm."""
    return square_root(_top_eigenvalue(gram(a)))


def _top_eigenvalue(g: Matrix) -> Number:
    """The largest eigenvalue of a symmetric matrix without negative ones."""
    n = g.nrows()
    if all(is_zero(g[i, j]) for i in range(n) for j in range(i)):
        return largest([g[i, i] for i in range(n)])
    if n == 2:
        difference = g[0, 0] - g[1, 1]
        return (g[0, 0] + g[1, 1] + square_root(difference * difference + 4 * g[0, 1] * g[0, 1])) / 2
    if isinstance(g, fmpq_mat):
        return largest([root.real for root in _roots(g)])
    try:
        return largest([value.real for value in acb_mat(g).eig(multiple=True)])
    except ValueError:  # a cluster that the enclosure cannot part
        return _by_traces(g)


def _by_traces(g: arb_mat) -> arb:
    """λ ≤ (tr Gᵏ)^{1/k} ≤ n^{1/k} λ for eigenvalues λ ≥ 0: true at once, sharp slowly."""
    power, k = g, 1
    for _ in range(16):
        size = max((abs(x) for x in power.entries()), key=lambda x: float(x.mid()))
        if not (size.is_finite() and size > 0):
            return arb.nan()
        power, k = power * power, 2 * k
    top = power.trace().root(k)
    return (top / arb(g.nrows()).root(k)).union(top)


def _roots(m: fmpq_mat) -> list[acb]:
    poly: fmpq_poly = m.charpoly()
    # flint's stub says that these are numbers; they are pairs of a number and its multiplicity.
    pairs = cast("list[tuple[acb, int]]", fmpz_poly(list(poly.numer())).complex_roots())
    return [root for root, _ in pairs]


def frobenius(a: Matrix) -> Number:
    """The square root of the sum of squares."""
    return square_root(sum((x * x for x in entries_of(a)), fmpq(0)))


def row_sum(a: Matrix) -> Number:
    """The largest absolute row sum."""
    return largest([sum(map(absolute, row), fmpq(0)) for row in rows_of(a)])


def max_entry(a: Matrix) -> Number:
    """The largest absolute entry."""
    return largest([absolute(x) for x in entries_of(a)])


def radius(a: Matrix) -> Number:
    """The spectral radius."""
    n = a.nrows()
    upper = all(is_zero(a[i, j]) for i in range(n) for j in range(i))
    lower = all(is_zero(a[i, j]) for i in range(n) for j in range(i + 1, n))
    if upper or lower:
        return largest([absolute(a[i, i]) for i in range(n)])
    if isinstance(a, fmpq_mat):
        poly: fmpq_poly = a.charpoly()
        if not any(poly[k] for k in range(n)):
            return fmpq(0)
        if n == 2:
            return _radius_of_two(a)
        return largest([abs(root) for root in _roots(a)])
    try:
        return largest([absolute(value) for value in acb_mat(a).eig(multiple=True)])
    except ValueError:
        # ρ ≤ ‖Aᵏ‖_F^{1/k} always; below nothing better than 0 is claimed.
        power = raised(a, 64)
        return arb(0).union(ball(frobenius(power)).root(64))


def _radius_of_two(a: fmpq_mat) -> Number:
    trace, det = a[0, 0] + a[1, 1], a.det()
    discriminant = trace * trace - 4 * det
    if discriminant < 0:
        return square_root(det)  # a conjugate pair: |λ|² = det
    return (absolute(trace) + square_root(discriminant)) / 2


def norm_order(a: Matrix, bound: Number) -> int | None:
    """The sign of bound − ‖A‖ for rational ones, exactly: by the signs of the characteristic polynomial of c²I − AᵀA."""
    g = gram(a)
    if not (isinstance(g, fmpq_mat) and isinstance(bound, fmpq)):
        return None
    if bound < 0:
        return -1
    gap = identity(g.nrows()) * (bound * bound) - g
    poly: fmpq_poly = gap.charpoly()
    n = gap.nrows()
    # Real eigenvalues are all ≥ 0 iff the coefficients alternate in sign, and 0 is one iff the last vanishes.
    if any((-1) ** (n - k) * poly[k] < 0 for k in range(n + 1)):
        return -1
    return 0 if poly[0] == 0 else 1
