"""A unit of the IRNN under random inputs, h_t = max(h_{t−1} + Z_t, 0): how large it gets, with drift and without.

The same recursion tells how long the next customer of a queue waits.
"""

from __future__ import annotations

from typing import Annotated

from sympy import Max, Rational, Symbol, pi, sqrt

from theory.flow.random_walk import Z, mean_walk_pos_normal, total, unit, walk
from theory.language.chance import FiniteLaw, LawVariable, Mean, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.matrices import SumOf
from theory.language.symbols import T_, NonnegativeX, PositiveX, Step, X
from theory.tactics import Calc, Cases, Have, Induction, Moments, Nonneg, Refute

k, m, v, T = (Symbol(name) for name in "kmvT")
Integrable = Annotated[LawVariable, Laws(order=1)]
White = Annotated[LawVariable, Laws(mean=0, variance=1)]
Centred = Annotated[LawVariable, Laws(mean=0, variance=v)]
Drifting = Annotated[LawVariable, Laws(mean=-m, variance=v)]

h, S = unit(), walk()
"""A unit that adds its inputs and is cut off at 0, and the sum of these inputs."""
SIGNS = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})


@claim()
def sq_max_zero_le(x: X, m: X):
    """What is cut off at 0 costs at least what a line says: max(x, 0)² ≤ x² − 2m(max(x, 0) − x) + m²."""
    cut = Max(x, 0)
    return cut**2 <= x**2 - 2 * m * (cut - x) + m**2, Cases(on=x, then=(Nonneg(m**2), Nonneg((x + m) ** 2)))


@claim(sources=["kingman1962"], ledger=["irnn-spitzer-kingman"])
def mean_sq_waiting_step(m: X, v: NonnegativeX, mu: Drifting, T: T_):
    """One step: what the mean square gains is at most the variance of an input less 2m times the mean reached."""
    now, then = h.at(T), h.at(T + 1)
    pointwise = sq_max_zero_le.at(x=now + Z(T + 1))
    return Mean(then**2, Z, mu) + 2 * m * Mean(then, Z, mu) <= Mean(now**2, Z, mu) + v, Moments(below=[pointwise])


@claim(sources=["kingman1962"], ledger=["irnn-spitzer-kingman"])
def mean_sq_add_sum_mean_waiting_le(m: X, v: NonnegativeX, mu: Drifting, T: T_):
    """Kingman's bound before the long run: with inputs of mean −m and variance v, E h_T² + 2m(E h_1 + … + E h_T) is at most
    Tv, whatever their law."""
    total = SumOf(Mean(h.at(k), Z, mu), k, 1, T)
    square = Mean(h.at(T) ** 2, Z, mu)
    after = square + v - Mean(h.at(T + 1) ** 2, Z, mu) - 2 * m * Mean(h.at(T + 1), Z, mu)
    return square + 2 * m * total <= T * v, Induction(
        on=T, base=Moments(), step=Nonneg((T * v - square - 2 * m * total) + after, by=[mean_sq_waiting_step])
    )


@claim(
    sources=["kingman1962"],
    ledger=["irnn-spitzer-kingman", "irnn-no-large-output"],
    corrects=["mean_sq_waiting_le_one"],
    example={"m": 1, "v": 1, "mu": FiniteLaw({-2: Rational(1, 2), 0: Rational(1, 2)}), "T": 1},
)
def average_mean_waiting_le(m: PositiveX, v: NonnegativeX, mu: Drifting, T: Step):
    """Kingman's bound: inputs of mean −m < 0 and variance v keep the time average of E h_1, …, E h_T at v/(2m) or below."""
    total = SumOf(Mean(h.at(k), Z, mu), k, 1, T)
    square = Mean(h.at(T) ** 2, Z, mu)
    gap = (square + (T * v - square - 2 * m * total)) / (2 * m * T)
    return total / T <= v / (2 * m), Nonneg(gap, by=[Have(T > 0, Nonneg((T - 1) + 1)), mean_sq_add_sum_mean_waiting_le])


@claim(
    sources=["kingman1962"],
    ledger=["irnn-spitzer-kingman"],
    unproved="that E h_T never falls rests on rearranging the inputs, and its bound on a limit of time averages",
    example={"m": 1, "v": 1, "mu": FiniteLaw({-2: Rational(1, 2), 0: Rational(1, 2)}), "T": 1},
)
def mean_waiting_le(m: PositiveX, v: NonnegativeX, mu: Drifting, T: T_):
    """Kingman's inequality: under inputs of mean −m < 0 and variance v not only the time average but each mean is at most
    v/(2m)."""
    return Mean(h.at(T), Z, mu) <= v / (2 * m)


@claim(ledger=["irnn-spitzer-kingman", "irnn-no-large-output"], corrects=["mean_sq_waiting_le_one"])
def mean_sq_waiting_le(v: NonnegativeX, mu: Centred, T: T_):
    """Without drift the mean square of a unit of the IRNN grows at most like the time: E h_T² ≤ Tv."""
    return Mean(h.at(T) ** 2, Z, mu) <= T * v, Calc(by=[mean_sq_add_sum_mean_waiting_le.at(m=0)])


@claim(ledger=["irnn-no-large-output"], corrects=["mean_sq_waiting_le_one"])
def sq_mean_waiting_le(v: NonnegativeX, mu: Centred, T: T_):
    """Without drift the mean of a unit of the IRNN grows at most like the root of the time: (E h_T)² ≤ Tv."""
    c = Mean(h.at(T), Z, mu)
    below = Have(2 * c * h.at(T) - c**2 <= h.at(T) ** 2, Nonneg(square=h.at(T) - c))
    return c**2 <= T * v, Moments(below=[below], by=[mean_sq_waiting_le])


@claim(ledger=["irnn-no-large-output"])
def mean_walk_pos_le_mean_waiting(mu: Integrable, T: T_):
    """A unit of the IRNN is at least what its inputs sum up to, so its mean is at least E max(S_T, 0)."""
    x, ahead = h.at(T) + Z(T + 1), h.at(T) - S.at(T)
    reached = Have(S.at(T) <= h.at(T), Induction(on=T, base=Calc(), step=Cases(on=x, then=(Nonneg(ahead), Nonneg(ahead - x)))))
    nonneg = Have(h.at(T) >= 0, Induction(on=T, base=Calc(), step=Cases(on=x)))
    below = Have(Max(S.at(T), 0) <= h.at(T), Cases(on=S.at(T), by=[reached, nonneg]))
    return Mean(Max(S.at(T), 0), Z, mu) <= Mean(h.at(T), Z, mu), Moments(below=[below])


@claim(ledger=["irnn-no-large-output"], corrects=["mean_sq_waiting_le_one"])
def mean_waiting_normal_ge(T: T_):
    """On standard normal inputs the mean of a unit of the IRNN is at least √(T/(2π)): it grows like the root of the time, for
    it is at most √T."""
    x, ahead = h.at(T) + Z(T + 1), h.at(T) - total(T)
    reached = Have(total(T) <= h.at(T), Induction(on=T, base=Calc(), step=Cases(on=x, then=(Nonneg(ahead), Nonneg(ahead - x)))))
    nonneg = Have(h.at(T) >= 0, Induction(on=T, base=Calc(), step=Cases(on=x)))
    below = Have(Max(total(T), 0) <= h.at(T), Cases(on=total(T), by=[reached, nonneg]))
    known = Mean(h.at(T), Z, standard_normal)
    return sqrt(T) / sqrt(2 * pi) <= known, Moments(below=[below], by=[mean_walk_pos_normal])


@claim(sources=["zhihu61265076"], ledger=["irnn-no-large-output"])
def mean_sq_waiting_le_one(mu: White, T: T_):
    """Folklore: the IRNN produces no large outputs; on inputs of mean 0 and variance 1 its mean square stays at 1. Fair signs
    bring it to 5/4 in two steps."""
    return Mean(h.at(T) ** 2, Z, mu) <= 1, Refute(at={mu: SIGNS, T: 2})
