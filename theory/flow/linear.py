"""Linear recurrences and powers of a matrix: what repeated multiplication by the same weight does."""

from __future__ import annotations

from sympy import Abs, Rational, Symbol

from theory.activations.identity import identity
from theory.flow.recurrence import pow_tendsto_zero_of_spectralRadius_lt_one
from theory.language.claims import claim
from theory.language.matrices import Entry, EntryNorm, MatrixSum, Norm, Recurrence, RowSumNorm, SpectralRadius, grouped, monus
from theory.language.statements import implies, tends_to_zero
from theory.language.symbols import T_, Coordinate, Drive, Square, Start, Step, eq
from theory.tactics import Calc, Chain, GrowingOrbit, Induction, Refute, Sign

t = Symbol("t")
k = Symbol("k")


@claim(sources=["logm", "zhihu61265076"], ledger=["linear-rnn-power-of-W"])
def jacobian_linear_eq_pow(W: Square, T: T_):
    """Without an activation, backpropagation through T steps multiplies by the T-th power of the weight."""
    return eq(Recurrence(W, identity).jacobian(T), W**T), Induction(on=T)


@claim(sources=["logm", "zhihu61265076"], ledger=["linear-rnn-power-of-W"])
def state_linear_eq_sum(W: Square, h_0: Start, v: Drive, T: T_):
    """Without an activation the state is the start and every input, each multiplied by a power of the weight."""
    unrolled = W**T * h_0 + MatrixSum(W ** monus(T, k) * v.at(k), k, 1, T)
    return eq(Recurrence(W, identity, h_0, v).state(T), unrolled), Induction(on=T)


@claim(
    sources=["gelfand1941", "stackexchange"],
    ledger=["max-eigenvalue-below-one-vanishes", "linear-rnn-power-of-W"],
    corrects=["jacobian_tendsto_zero_of_spectralRadius_lt_one"],
    example={"n": 1, "W": [[0]]},
)
def linear_jacobian_tendsto_zero_of_spectralRadius_lt_one(W: Square):
    """Without an activation the folklore is right: eigenvalues below one make long-term gradients vanish."""
    return implies(SpectralRadius(W) < 1, tends_to_zero(Norm(Recurrence(W, identity).jacobian(t)), t)), Sign(
        equals=Norm(W**t),
        bound=Calc(by=[jacobian_linear_eq_pow.at(T=t)]),
        by=[pow_tendsto_zero_of_spectralRadius_lt_one],
    )


# --- entries ----------------------------------------------------------------------------------------


@claim(sources=["logm"], ledger=["entries-below-one-vanish"])
def pow_tendsto_zero_of_entries_lt_one(W: Square):
    """Folklore: when every entry of the weight is below one in absolute value, its powers go to zero."""
    return implies(EntryNorm(W) < 1, tends_to_zero(Norm(W**t), t)), Refute(
        at={W: [[Rational(9, 10), Rational(9, 10)], [Rational(9, 10), Rational(9, 10)]]},
        by=GrowingOrbit(h=[1, 1], factor=Rational(9, 5)),
    )


@claim(ledger=["entries-below-one-vanish"])
def rowSumNorm_pow_le_pow(W: Square, T: T_):
    """The largest row sum of a power is at most the power of the largest row sum."""
    return RowSumNorm(W**T) <= RowSumNorm(W) ** T, Induction(on=T, step=Chain(through=[RowSumNorm(grouped(W, W**T))]))


@claim(
    ledger=["entries-below-one-vanish"],
    corrects=["pow_tendsto_zero_of_entries_lt_one"],
    example={"n": 1, "W": [[Rational(1, 2)]]},
)
def pow_tendsto_zero_of_rowSumNorm_lt_one(W: Square):
    """What is true of entries: powers vanish when the absolute values in each row add up to less than one."""
    return implies(RowSumNorm(W) < 1, tends_to_zero(RowSumNorm(W**t), t)), Sign(
        squeeze=RowSumNorm(W) ** t, by=[rowSumNorm_pow_le_pow.at(T=t)]
    )


@claim(sources=["logm"], ledger=["entries-above-one-explode"])
def abs_entry_pow_le_abs_entry_of_pow(W: Square, i: Coordinate, j: Coordinate, T: T_):
    """Folklore: an entry above one in absolute value grows with the powers of the weight, as that of a number does."""
    grows = Abs(Entry(W, i, j)) ** T <= Abs(Entry(W**T, i, j))
    return implies(Abs(Entry(W, i, j)) > 1, grows), Refute(at={W: [[0, 2], [Rational(1, 10), 0]], i: 1, j: 2, T: 2})


@claim(sources=["logm"], ledger=["entries-above-one-explode"])
def norm_le_norm_pow_of_entry_gt_one(W: Square, i: Coordinate, j: Coordinate, T: Step):
    """Folklore: with some entry above one the powers of the weight do not shrink. One entry of 1000, and the square is 0."""
    return implies(Entry(W, i, j) > 1, Norm(W) <= Norm(W**T)), Refute(at={W: [[0, 1000], [0, 0]], i: 1, j: 2, T: 2})
