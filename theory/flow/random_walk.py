"""Random walks S_T = Z_1 + … + Z_T: how long all sums stay positive, as a gradient needs, and how large they get."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Identity, Max, Ne, Rational, Symbol, ZeroMatrix, atan, pi, sqrt

from theory.activations.relu import relu
from theory.flow.double_factorial import evens, odds, one_le_evens, sq_evens_le, sq_odds_le
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, Probability, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws, Sequences
from theory.language.matrices import Entry, Recurrence, Sequence, SumOf
from theory.language.recursion import Recursion, product_of
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Coordinate, Drive, Step, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Inverse, Moments, Nonneg, Refute

Z = Draws("Z")
j, k = Symbol("j"), Symbol("k")
Continuous = Annotated[LawVariable, Laws(symmetric=True, atoms=False)]
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
Integrable = Annotated[LawVariable, Laws(order=1)]
Numbers = Annotated[Sequence, Sequences(1)]
SIGNS = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})


def walk(v: Any = Z.sequence) -> Recursion:
    """The sums S_t of the first t inputs."""
    return Recursion("S", 0, lambda before, t: before + Entry(v.at(t), 1))


def unit(v: Any = Z.sequence) -> Recursion:
    """A unit of the IRNN on these inputs, started at 0."""
    return Recursion("h", 0, lambda before, t: Max(before + Entry(v.at(t), 1), 0))


def always_positive(depth: Any, v: Any = Z.sequence) -> Any:
    """1 where all of S_1, …, S_T are positive, 0 elsewhere."""
    return product_of(lambda t: indicator(walk(v).at(t) > 0), depth)


def gradient(depth: Any, v: Any = Z.sequence) -> Any:
    """dh_T/dh_0: 1 where the unit is active at every step, 0 elsewhere."""
    return product_of(lambda t: indicator(unit(v).at(t) > 0), depth, "J")


def nonzero(depth: Any) -> Have:
    """2 · 4 · … · 2T may stand below a line."""
    return Have(evens(depth) > 0, Nonneg((evens(depth) - 1) + 1, by=[one_le_evens]))


# --- all sums positive ------------------------------------------------------------------------------------


@claim(sources=["sparreandersen1954"], ledger=["irnn-sparre-andersen"])
def probability_first_positive(mu: Fair):
    """The first sum is positive with probability 1/2."""
    return eq(Probability(Z(1) > 0, Z, mu), Rational(1, 2)), Moments()


@claim(
    sources=["sparreandersen1954"],
    ledger=["irnn-sparre-andersen", "irnn-gradient-unchanged"],
    unproved="Sparre Andersen's theorem rests on rearranging the inputs, which no rule of the kernel does",
    corrects=["probability_always_positive_of_atoms"],
)
def probability_always_positive(mu: Continuous, T: T_):
    """All of the first T sums of symmetric inputs without atoms are positive with probability 1·3⋯(2T − 1)/(2·4⋯2T), which is
    C(2T, T)/4^T, the same for every such law."""
    return eq(evens(T) * Mean(always_positive(T), Z, mu), odds(T))


@claim(ledger=["irnn-sparre-andersen"])
def probability_always_positive_of_atoms(mu: Fair, T: T_):
    """Folklore: symmetric inputs that are never 0 will do. Fair signs have two positive sums with probability 1/4 and not 3/8,
    since their sum may be 0."""
    return eq(evens(T) * Mean(always_positive(T), Z, mu), odds(T)), Refute(at={mu: SIGNS, T: 2})


@claim(ledger=["irnn-gradient-unchanged"])
def gradient_and_state_of_walk(v: Numbers, T: T_):
    """A unit of the IRNN that starts at 0 is the sum of its inputs, and passes its gradient, until that sum is not positive."""
    p, state, total, drawn = always_positive(T, v), unit(v).at(T), walk(v).at(T), Entry(v.at(T + 1), 1)
    gap, signs = state - total, ("+", "0", "-")
    alive = Cases(total + drawn, Calc(by=[Have(eq(state, total), Inverse(vanish=gap, times=p))]), signs)
    dead = Cases([state + drawn, total + drawn], Calc(), signs)
    step = Cases(p, (dead, alive, alive), ("0", "+", "-"))
    return both(eq(gradient(T, v), p), eq(p * gap, 0)), Induction(on=T, base=Calc(), step=step)


@claim(ledger=["irnn-gradient-unchanged"])
def gradient_eq_always_positive(v: Numbers, T: T_):
    """A unit of the IRNN that starts at 0 passes its gradient, whole, exactly if all sums of its inputs are positive."""
    return eq(gradient(T, v), always_positive(T, v)), Calc(by=[gradient_and_state_of_walk])


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"])
def mean_gradient(mu: Continuous, T: T_):
    """In the mean a unit of the IRNN passes C(2T, T)/4^T of its gradient, whatever the law of its inputs, symmetric and without
    atoms."""
    return eq(evens(T) * Mean(gradient(T), Z, mu), odds(T)), Moments(
        below=[gradient_eq_always_positive.at(v=Z.sequence)], by=[probability_always_positive]
    )


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"], corrects=["mean_gradient_ge_half"])
def sq_mean_gradient_le(mu: Continuous, T: T_):
    """So in the mean the gradient of a unit of the IRNN vanishes, but slowly: at T steps at most 1/√(2T + 1) of it is left."""
    passed = Mean(gradient(T), Z, mu)
    same = (odds(T) - evens(T) * passed) * (odds(T) + evens(T) * passed)
    gap = (evens(T) ** 2 - (2 * T + 1) * odds(T) ** 2 + (2 * T + 1) * same) / evens(T) ** 2
    return (2 * T + 1) * passed**2 <= 1, Nonneg(gap, by=[nonzero(T), sq_odds_le, mean_gradient])


@claim(ledger=["irnn-gradient-unchanged"])
def sq_mean_gradient_ge(mu: Continuous, T: Step):
    """At T steps at least 1/√(4T) of the gradient of a unit of the IRNN is left in the mean: half of it at T = 1."""
    passed = Mean(gradient(T), Z, mu)
    same = (odds(T) - evens(T) * passed) * (odds(T) + evens(T) * passed)
    gap = (4 * T * odds(T) ** 2 - evens(T) ** 2 - 4 * T * same) / evens(T) ** 2
    return 4 * T * passed**2 >= 1, Nonneg(gap, by=[nonzero(T), sq_evens_le, mean_gradient])


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"])
def mean_gradient_ge_half(mu: Fair, T: T_):
    """Folklore: at the identity the gradient passes essentially unchanged. On fair signs a quarter of it passes two steps."""
    return Mean(gradient(T), Z, mu) >= Rational(1, 2), Refute(at={mu: SIGNS, T: 2})


# --- how large sums get ---------------------------------------------------------------------------------


def total(depth: Any) -> Any:
    """Z_1 + … + Z_T."""
    return SumOf(Z(j), j, 1, depth)


@claim()
def sum_one(T: T_):
    """A sum of T ones is T."""
    return eq(SumOf(1, j, 1, T), T), Induction(on=T)


@claim(ledger=["irnn-spitzer-kingman", "irnn-no-large-output"])
def mean_walk_pos_normal(T: T_):
    """The sum of T standard normal inputs, cut off at 0, has the mean √(T/(2π))."""
    return eq(Mean(Max(total(T), 0), Z, standard_normal), sqrt(T) / sqrt(2 * pi)), Moments(by=[sum_one])


@claim(
    sources=["spitzer1956"],
    ledger=["irnn-spitzer-kingman", "irnn-no-large-output"],
    unproved="Spitzer's identity rests on rearranging the inputs, which no rule of the kernel does",
)
def mean_unit_eq_sum(mu: Integrable, T: T_):
    """Spitzer's identity: a unit of the IRNN that starts at 0 has the mean E max(S_1, 0)/1 + E max(S_2, 0)/2 + …, whatever the
    law of its inputs."""
    parts = SumOf(Mean(Max(total(k + 1), 0), Z, mu) / (k + 1), k, 0, T)
    return eq(Mean(unit().at(T + 1), Z, mu), parts)


@claim(sources=["zhihu61265076", "spitzer1956"], ledger=["irnn-no-large-output", "irnn-spitzer-kingman"])
def mean_unit_normal(T: T_):
    """On standard normal inputs the mean of a unit of the IRNN is the sum of 1/√(2πk) over the steps k: it has no bound."""
    identity = [mean_unit_eq_sum.at(mu=standard_normal, T=t) for t in (T, T + 1)]
    base = Calc(by=[Have(eq(Mean(unit().at(1), Z, standard_normal), 1 / sqrt(2 * pi)), Moments())])
    step = Calc(by=[*identity, mean_walk_pos_normal.at(T=T + 2)])
    shown = SumOf(1 / (sqrt(2 * pi) * sqrt(k + 1)), k, 0, T)
    return eq(Mean(unit().at(T + 1), Z, standard_normal), shown), Induction(on=T, base=base, step=step)


@claim(ledger=["irnn-spitzer-kingman"])
def mean_unit_le_next(mu: Integrable, T: T_):
    """The mean of a unit of the IRNN that starts at 0 never falls, even where its inputs drift down."""
    reached = Max(total(T + 2), 0)
    kept = Have(Mean(reached, Z, mu) >= 0, Moments(below=[Have(reached >= 0, Cases(on=total(T + 2)))]))
    gap = Mean(reached, Z, mu) / (T + 2)
    now, then = Mean(unit().at(T + 1), Z, mu), Mean(unit().at(T + 2), Z, mu)
    return now <= then, Nonneg(gap, by=[kept, mean_unit_eq_sum, mean_unit_eq_sum.at(T=T + 1)])


@claim(ledger=["irnn-sparre-andersen"])
def probability_two_positive_normal():
    """Both of the first two sums of standard normal inputs are positive with probability 1/4 + atan(1)/(2π), which is 3/8."""
    both_positive = indicator(Z(1) > 0) * indicator(Z(1) + Z(2) > 0)
    return eq(Mean(both_positive, Z, standard_normal), Rational(1, 4) + atan(1) / (2 * pi)), Moments()


# --- the network itself -----------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["irnn-gradient-unchanged"], example={"n": 1, "v": [[1]], "i": 1, "T": 1})
def irnn_jacobian_of_walk(v: Drive, i: Coordinate, T: T_):
    """Started at 0, and where it never meets the kink, a unit of the IRNN passes its gradient, whole, exactly if all sums
    of its inputs are positive; until then it is their sum."""
    net = Recurrence(Identity(n), relu, ZeroMatrix(n, 1), v)
    sums = Recursion("S", 0, lambda before, t: before + Entry(v.at(t), i))
    p, gap = product_of(lambda t: indicator(sums.at(t) > 0), T), Entry(net.state(T), i) - sums.at(T)
    same = Have(eq(Entry(net.state(T), i), sums.at(T)), Inverse(vanish=gap, times=p))
    ahead, argument, signs = sums.at(T) + Entry(v.at(T + 1), i), Entry(net.preactivation(T + 1), i), ("+", "0", "-")
    alive = Cases(argument, Calc(), ("+", "-"), by=[same])
    dead = Cases([ahead, argument], Calc(), signs)
    shown = both(eq(Entry(net.jacobian(T), i, i), p), eq(p * gap, 0))
    return implies(always(k, Ne(Entry(net.preactivation(k), i), 0)), shown), Induction(
        on=T, base=Calc(), step=Cases(p, (dead, alive, alive), ("0", "+", "-"))
    )
