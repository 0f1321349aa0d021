"""Expectations at an instance: exact sums over finite laws, intervals of known confidence over the normal law.

A finite law makes an expectation a sum of rational multiples, which is exact. Over the normal law it is sampled: a
number that is seen at the ends of its range alone gets the exact interval of Clopper and Pearson, another one that of
Student over the means of blocks, which are normal as far as averages of thousands are, and some more for what lies
within its range and no draw has shown. Such an interval is a ball like any other; it errs with a probability of at
most `ERROR`, so that a million of them together raise a false alarm less than once in 10⁶ runs. Where few draws, or
none, tell a number without a range from a constant, nothing is said of it. Seeds follow from the term and the
instance: one run says what the next one says.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, fmpq, fmpq_mat
from scipy.special import ndtri
from scipy.stats import beta, qmc
from scipy.stats import t as student

from numerics.balls import Number, Undefined, exact, to_float
from numerics.floats import Array, FloatValue, FloatView, NotFloat, members_array
from numerics.ranges import is_constant, range_of
from numerics.spectra import Matrix
from theory.kernel.replacing import walk
from theory.kernel.terms import Dim, Term

if TYPE_CHECKING:
    from numerics.evaluate import ExactView

ERROR = 1e-12
"""How often an interval may miss what it is about."""
BLOCKS, MOST_OUTCOMES = 32, 600
HEAVY = 0.01
"""The share of all draws together that a single one may have: averages of heavier tails are not nearly normal."""
LARGE = 1e6
"""From where on a given number is so large that floats lose what a draw adds to it."""
_BATCH = 1 << 14
_MOST_NUMBERS = 1 << 28
"""Draws times the places that they fill: wide layers get fewer draws, and so a wider interval, instead of hours."""


@dataclass
class _Effort:
    samples: int = 1 << 17
    outcomes: int = MOST_OUTCOMES


_EFFORT = _Effort()


@contextmanager
def sampling(samples: int) -> Generator[None]:
    """The one place where it is set how many draws an expectation over the normal law gets."""
    saved, _EFFORT.samples = _EFFORT.samples, samples
    try:
        yield
    finally:
        _EFFORT.samples = saved


@contextmanager
def summing(outcomes: int) -> Generator[None]:
    """The one place where it is set how many outcomes a sum over a finite law may have."""
    saved, _EFFORT.outcomes = _EFFORT.outcomes, outcomes
    try:
        yield
    finally:
        _EFFORT.outcomes = saved


# --- finite laws ------------------------------------------------------------------------------------------


class TooManyOutcomes(Undefined):
    """A sum over a finite law that nobody waits for."""


class Wanted(Exception):
    """A draw is read that has no value yet."""

    def __init__(self, draws: Term, step: int) -> None:
        super().__init__(draws, step)
        self.draws, self.step = draws, step


def exact_mean(view: ExactView, draws: Term, law: Term, body: Term) -> Number:
    """The sum over all outcomes of the draws that the number really reads, each with its weight."""
    shape = _shape_of(view, draws)
    total: Number = fmpq(0)
    waiting: list[tuple[dict[int, Matrix], Fraction, ExactView | None]] = [({}, Fraction(1), None)]
    count = 0
    while waiting:
        outcome, weight, before = waiting.pop()
        drawn = view.drawing(draws, outcome, before)
        try:
            total = total + drawn.scalar(body) * exact(weight)
        except Wanted as wanted:
            if wanted.draws is not draws:
                raise
            count += len(law.data) ** prod(shape)
            if count > _EFFORT.outcomes:
                raise TooManyOutcomes("too many outcomes to sum over") from None
            for entries in product(law.data, repeat=prod(shape)):
                values, weights = zip(*entries, strict=True)
                member = fmpq_mat(*shape, [exact(x) for x in values])
                waiting.append(({**outcome, wanted.step: member}, weight * prod(weights), drawn))
    return total


def _shape_of(view: ExactView, draws: Term) -> tuple[int, int]:
    rows, columns = draws.shape or (1, 1)
    return view.size(rows), view.size(columns)


# --- the normal law ---------------------------------------------------------------------------------------


class _Sample(FloatView):
    """A batch of draws beside the fixed values of an instance; which draws are read is noted."""

    def __init__(
        self,
        values: Mapping[Term, FloatValue],
        dims: Mapping[str, int | str],
        batch: int,
        draws: Term,
        source: Callable[[int, int], Array],
    ) -> None:
        super().__init__(values, dims, batch)
        self._draws, self._source = draws, source

    def _with(self, bound: Term, value: FloatValue) -> FloatView:
        return _Sample({**self.values, bound: value}, self.dims, self.batch, self._draws, self._source)

    def _member(self, sequence: Term, step: int) -> Array:
        if sequence is not self._draws:
            return super()._member(sequence, step)
        rows, columns = (self._size(d) for d in sequence.shape or (1, 1))
        return self._source(step, rows * columns).reshape(-1, rows, columns)


class _Sampler:
    """Averages of one number over blocks of draws."""

    def __init__(self, view: ExactView, draws: Term, body: Term) -> None:
        self._draws, self._body = draws, body
        self._dims = {name: view.size(d) for name, d in view.dims.items()}
        self._values = {v: _float(view, v) for v in body.free if v is not draws}
        numbers = {v: float(x) for v, x in self._values.items() if v.sort in ("real", "nat") and not isinstance(x, str)}
        self.range = range_of(body, {v: (x, x) for v, x in numbers.items()}, view.natural)
        self.places: dict[tuple[int, int], int] = {}
        """Where the entries of each draw, row by row, stand in a point, as far as the number reads them."""

        def noted(step: int, entries: int) -> Array:
            for k in range(entries):
                self.places.setdefault((step, k), len(self.places))
            return np.full((1, entries), 0.5)

        self._number(1, noted)

    def _number(self, batch: int, source: Callable[[int, int], Array]) -> Array:
        try:
            with np.errstate(all="ignore"):
                return np.asarray(_Sample(self._values, self._dims, batch, self._draws, source).number(self._body))
        except NotFloat as error:
            raise Undefined(str(error)) from error

    def at(self, points: Array) -> Array:
        """The number at points of independent normal entries (B, d)."""

        def chosen(step: int, entries: int) -> Array:
            return points[:, [self.places[step, k] for k in range(entries)]]

        return self._number(len(points), chosen)


_KNOWN: dict[tuple[int, int], tuple[float, float]] = {}


def sampled_mean(view: ExactView, draws: Term, body: Term) -> Number:
    """An interval for an expectation over the normal law; the number itself, where the draws play no part in it."""
    try:
        return view.drawing(draws, {}).scalar(body)
    except Wanted as wanted:  # mostly a draw is read
        if wanted.draws is not draws:
            raise
    if is_constant(body, draws, view.scalar):
        return _at_zero(view, draws, body)
    given = {v: view.values[v] for v in body.free if v in view.values}
    key = _seed_of(body, view.dims, given), _EFFORT.samples
    if key not in _KNOWN:  # each precision of the balls asks again
        _KNOWN[key] = _sampled(_Sampler(view, draws, body), *key)
    low, high = _KNOWN[key]
    if not (np.isfinite(low) and np.isfinite(high)):
        raise Undefined("an average over the draws is not finite")
    return arb((low + high) / 2, (high - low) / 2 * (1 + 1e-9) + 1e-300)


def _at_zero(view: ExactView, draws: Term, body: Term) -> Number:
    """The number where all draws that it reads are 0."""
    zero = fmpq_mat(*_shape_of(view, draws))
    outcome: dict[int, Matrix] = {}
    while True:
        try:
            return view.drawing(draws, outcome).scalar(body)
        except Wanted as wanted:
            if wanted.draws is not draws:
                raise
            outcome[wanted.step] = zero


def _sampled(sampler: _Sampler, seed: int, samples: int) -> tuple[float, float]:
    width, ends = len(sampler.places), sampler.range
    samples = min(samples, 1 << (_MOST_NUMBERS // max(width, 1)).bit_length() - 1)  # a power of 2, as such points come
    if ends is not None and np.isin(sampler.at(np.random.default_rng(seed).standard_normal((_BATCH, width))), ends).all():
        return _share_of_hits(sampler, ends, seed, samples)
    blocks: list[float] = []
    largest = together = 0.0
    low, high = np.inf, -np.inf
    for block in range(BLOCKS):
        # Scrambled points of low discrepancy: each block is an estimate without bias, and a far better one than of plain draws.
        points = qmc.Sobol(width, rng=np.random.default_rng([seed, block])).random(samples // BLOCKS)
        found = sampler.at(ndtri(np.clip(points, 1e-300, 1 - 1e-16)))
        if not np.isfinite(found).all():
            raise Undefined("a number is too large at some of the draws")
        blocks.append(float(np.mean(found)))
        sizes = np.abs(found)
        largest, together = max(largest, float(np.max(sizes))), together + float(np.sum(sizes))
        low, high = min(low, float(np.min(found))), max(high, float(np.max(found)))
    if largest > HEAVY * together > 0:
        raise Undefined("single draws weigh too much in an average for it to be nearly normal")
    below, above = student_interval(blocks)
    if ends is not None:
        unseen = -np.log(ERROR) / samples
        """More than that share of all draws would have been seen beyond what was."""
        return below - unseen * max(0.0, low - ends[0]), above + unseen * max(0.0, ends[1] - high)
    if low == high:
        raise Undefined("no draw tells the number from a constant, and rare ones may be missed")
    return below, above


def _share_of_hits(sampler: _Sampler, ends: tuple[float, float], seed: int, samples: int) -> tuple[float, float]:
    """By the share of the upper end; a number between the ends counts as one of them by a coin of the same mean."""
    (low, high), hits, left, generator = ends, 0, samples, np.random.default_rng([seed, 1])
    while left > 0:
        batch = min(left, _BATCH)
        found = sampler.at(generator.standard_normal((batch, len(sampler.places))))
        hits += int(np.count_nonzero(found - low > (high - low) * generator.random(batch)))
        left -= batch
    below, above = binomial_interval(hits, samples)
    rounding = 1e-9 * (1 + max(abs(low), abs(high)))
    return low + (high - low) * below - rounding, low + (high - low) * above + rounding


def binomial_interval(hits: int, trials: int, error: float = ERROR) -> tuple[float, float]:
    """The interval of Clopper and Pearson for a probability: exact, whatever the probability is."""
    low = 0.0 if hits == 0 else float(beta.ppf(error / 2, hits, trials - hits + 1))
    high = 1.0 if hits == trials else float(beta.ppf(1 - error / 2, hits + 1, trials - hits))
    return low, high


def student_interval(blocks: list[float], error: float = ERROR) -> tuple[float, float]:
    """The interval of Student for the mean of which these are independent, nearly normal estimates."""
    centre, count = float(np.mean(blocks)), len(blocks)
    reach = float(student.ppf(1 - error / 2, count - 1) * np.std(blocks, ddof=1) / np.sqrt(count))
    # Rounding: a block adds thousands of numbers of which each is good to about fifteen digits.
    return centre - reach - 1e-12 * abs(centre), centre + reach + 1e-12 * abs(centre)


def _float(view: ExactView, v: Term) -> FloatValue:
    match v.sort:
        case "real":
            return np.float64(_small(to_float(view.scalar(v))))  # pyright: ignore[reportReturnType]
        case "nat":
            return view.natural(v)
        case "mat":
            m = view.matrix(v)
            return np.array([[[_small(to_float(m[i, j])) for j in range(m.ncols())] for i in range(m.nrows())]])
        case "seq":
            members = members_array(view.value_of(v))[None]
            _small(float(np.max(np.abs(members), initial=0)))
            return members
        case "fun":
            return view.activation(v)
        case _:
            raise Undefined(f"a variable of sort {v.sort} is not sampled")


def _small(x: float) -> float:
    """The number, unless floats would lose what a draw adds to it."""
    if not abs(x) <= LARGE:
        raise Undefined("a given number is so large that an average over draws would be one of rounding errors")
    return x


def _seed_of(body: Term, dims: Mapping[str, Dim], values: Mapping[Term, Term]) -> int:
    # What is written of a variable does not show its width.
    widths = sorted(
        {(str(node.data), str(node.shape)) for node in walk(body) if node.op in ("var", "seqlit", "ident", "zeros")}
    )
    said = repr((body, widths, sorted(dims.items()), sorted((repr(v), repr(x)) for v, x in values.items())))
    return int.from_bytes(blake2b(said.encode(), digest_size=6).digest(), "big")


def averages(formulas: Iterable[Term]) -> bool:
    """Whether expectations occur, of which each takes as long as many numbers do."""
    return any(node.op == "mean" for formula in formulas for node in walk(formula))


def is_sampled(formulas: Iterable[Term]) -> bool:
    """Whether expectations over the normal law occur, or over a law that has no atoms."""
    nodes = [node for formula in formulas for node in walk(formula)]
    return any((node.op == "mean" and node.args[1].op == "gaussian") or node.data == "without atoms" for node in nodes)
