"""Memory and its price: h_t = ah_{t−1} + x_t with independent inputs, and how much the state feels a change of the factor a.

D_T stands for dh_{T+1}/da, the sensitivity of the next state: D_0 = 0 and D_t = aD_{t−1} + h_t.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Abs, Expr, Symbol, sqrt

from theory.language.chance import Draws, LawVariable, Mean
from theory.language.claims import claim
from theory.language.domains import Interval, Laws
from theory.language.recursion import Recursion
from theory.language.statements import tends_to_zero
from theory.language.symbols import T_, UnitX, X, eq
from theory.tactics import Calc, Cases, Have, Induction, Moments, Monotone, Nonneg, Sign

Z = Draws("Z")
T = Symbol("T")
Share = Annotated[Expr, Interval(-1, 1, left_open=True, right_open=True)]
White = Annotated[LawVariable, Laws(mean=0, variance=1)]
SOURCES = ["zucchet2024"]
ROWS = ["curse-of-memory"]


def state(a: Any) -> Recursion:
    """The state h_t of a memory that keeps the share a of the one before."""
    return Recursion("h", 0, lambda before, t: a * before + Z(t))


def sensitivity(a: Any) -> Recursion:
    """How fast the next state changes with a: D_t = dh_{t+1}/da."""
    return Recursion("D", 0, lambda before, t: a * before + state(a).at(t))


@claim(ledger=ROWS)
def mean_memory_eq_zero(a: X, mu: White, T: T_):
    """Inputs of mean 0 make a state of mean 0."""
    return eq(Mean(state(a).at(T), Z, mu), 0), Induction(on=T, base=Moments(), step=Moments())


@claim(ledger=ROWS)
def mean_sensitivity_eq_zero(a: X, mu: White, T: T_):
    """On average the state does not feel a change of the factor a: its sensitivity has the mean 0."""
    return eq(Mean(sensitivity(a).at(T), Z, mu), 0), Induction(on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero]))


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory(a: X, mu: White, T: T_):
    """The mean square of the state after T steps: (1 − a^(2T))/(1 − a²)."""
    size = Mean(state(a).at(T) ** 2, Z, mu)
    gap = a**2 * (1 - a ** (2 * T) - (1 - a**2) * size)
    return eq((1 - a**2) * size, 1 - a ** (2 * T)), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero], difference=gap)
    )


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory_of_one(mu: White, T: T_):
    """A perfect memory, a = 1, sums up its inputs: its mean square is T."""
    return eq(Mean(state(1).at(T) ** 2, Z, mu), T), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero.at(a=1)])
    )


@claim(ledger=ROWS)
def mean_memory_mul_sensitivity(a: X, mu: White, T: T_):
    """The state and its sensitivity go together: E h_T D_T is Σ k·a^(2(k−1)) over k = 1, …, T, in closed form."""
    h, D = state(a), sensitivity(a)
    both, size = Mean(h.at(T) * D.at(T), Z, mu), Mean(h.at(T) ** 2, Z, mu)
    shown = 1 - (T + 1) * a ** (2 * T) + T * a ** (2 * T + 2)
    gap = a**2 * (shown - (1 - a**2) ** 2 * both) + (1 - a**2) * a**2 * (1 - a ** (2 * T) - (1 - a**2) * size)
    return eq((1 - a**2) ** 2 * both, shown), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero, mean_sensitivity_eq_zero, mean_sq_memory], difference=gap)
    )


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_sensitivity(a: X, mu: White, T: T_):
    """The mean square of dh_{T+1}/da: Σ k²a^(2(k−1)) over k = 1, …, T, in closed form."""
    h, D = state(a), sensitivity(a)
    spread, both, size = (Mean(e, Z, mu) for e in (D.at(T) ** 2, h.at(T) * D.at(T), h.at(T) ** 2))
    q = a**2
    shown = 1 + q - (T + 1) ** 2 * a ** (2 * T) + (2 * T**2 + 2 * T - 1) * a ** (2 * T + 2) - T**2 * a ** (2 * T + 4)
    product = 1 - (T + 1) * a ** (2 * T) + T * a ** (2 * T + 2)
    gap = (
        q * (shown - (1 - q) ** 3 * spread)
        + 2 * q * (1 - q) * (product - (1 - q) ** 2 * both)
        + (1 - q) ** 2 * q * (1 - a ** (2 * T) - (1 - q) * size)
    )
    lemmas = [mean_memory_eq_zero, mean_sensitivity_eq_zero, mean_sq_memory, mean_memory_mul_sensitivity]
    return eq((1 - q) ** 3 * spread, shown), Induction(on=T, base=Moments(), step=Moments(by=lemmas, difference=gap))


@claim(ledger=ROWS)
def mean_memory_mul_sensitivity_of_one(mu: White, T: T_):
    """With a perfect memory E h_T D_T is 1 + 2 + … + T."""
    h, D = state(1), sensitivity(1)
    lemmas = [mean_memory_eq_zero.at(a=1), mean_sensitivity_eq_zero.at(a=1), mean_sq_memory_of_one]
    return eq(Mean(h.at(T) * D.at(T), Z, mu), T * (T + 1) / 2), Induction(on=T, base=Moments(), step=Moments(by=lemmas))


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_sensitivity_of_one(mu: White, T: T_):
    """The curse of memory: at a = 1 the mean square of dh_{T+1}/da is 1² + 2² + … + T², of the order of T³."""
    lemmas = [
        mean_memory_eq_zero.at(a=1),
        mean_sensitivity_eq_zero.at(a=1),
        mean_sq_memory_of_one,
        mean_memory_mul_sensitivity_of_one,
    ]
    return eq(Mean(sensitivity(1).at(T) ** 2, Z, mu), T * (T + 1) * (2 * T + 1) / 6), Induction(
        on=T, base=Moments(), step=Moments(by=lemmas)
    )


# --- in the long run ------------------------------------------------------------------------------------


def forgets(a: Any) -> Have:
    """1 − a² is positive for −1 < a < 1."""
    return Have(1 - a**2 > 0, Nonneg((1 - a) * (1 + a)))


def rest_of_memory(a: Any, mu: Any) -> Any:
    """a^(2T)/(1 − a²), written so that it is seen to be what E h_T² lacks of its limit."""
    return (a ** (2 * T) + (1 - a ** (2 * T) - (1 - a**2) * Mean(state(a).at(T) ** 2, Z, mu))) / (1 - a**2)


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory_le(a: Share, mu: White, T: T_):
    """A memory that forgets, |a| < 1, has a mean square of at most 1/(1 − a²)."""
    return Mean(state(a).at(T) ** 2, Z, mu) <= 1 / (1 - a**2), Nonneg(rest_of_memory(a, mu), by=[forgets(a), mean_sq_memory])


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory_tendsto(a: Share, mu: White):
    """The mean square of a memory that forgets approaches 1/(1 − a²)."""
    rest = 1 / (1 - a**2) - Mean(state(a).at(T) ** 2, Z, mu)
    return tends_to_zero(rest, T), Sign(
        equals=(a**2) ** T * (1 / (1 - a**2)),
        bound=Nonneg(a ** (2 * T) / (1 - a**2) - rest_of_memory(a, mu), by=[mean_sq_memory]),
        by=[forgets(a), Have(a**2 < 1, Nonneg((1 - a) * (1 + a)))],
    )


def unlike_its_form(a: Any, mu: Any) -> Any:
    """0, by mean_sq_sensitivity."""
    q = a**2
    shown = 1 + q - (T + 1) ** 2 * a ** (2 * T) + (2 * T**2 + 2 * T - 1) * a ** (2 * T + 2) - T**2 * a ** (2 * T + 4)
    return shown - (1 - q) ** 3 * Mean(sensitivity(a).at(T) ** 2, Z, mu)


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_sensitivity_le(a: Share, mu: White, T: T_):
    """The mean square of dh_{T+1}/da is at most (1 + a²)/(1 − a²)³: as |a| nears 1 it grows far beyond that of the state."""
    q = a**2
    rest = a ** (2 * T) * ((T * (1 - q) + 1) ** 2 + q)
    return Mean(sensitivity(a).at(T) ** 2, Z, mu) <= (1 + q) / (1 - q) ** 3, Nonneg(
        (rest + unlike_its_form(a, mu)) / (1 - q) ** 3, by=[forgets(a), mean_sq_sensitivity]
    )


# --- a power beats a square -------------------------------------------------------------------------------


@claim()
def pow_le_one(u: UnitX, T: T_):
    """Powers of a number between 0 and 1 are at most 1."""
    return u**T <= 1, Induction(on=T, step=Nonneg(u * (1 - u**T) + (1 - u)))


@claim()
def pow_mul_expansion_le_one(u: UnitX, T: T_):
    """With s = 1 − u, u^T is at most 1/(1 + Ts + T(T + 1)s²/2): the first terms of the binomial series of (1 − s)^(−T)."""
    s = 1 - u
    before = 1 - u**T * (1 + T * s + T * (T + 1) * s**2 / 2)
    return before >= 0, Induction(on=T, step=Nonneg(before + u**T * s**3 * (T + 1) * (T + 2) / 2))


@claim()
def mul_pow_le_two(u: UnitX, T: T_):
    """However slowly it falls, a power beats a multiple: (T(1 − u⁴) + 1)·u^T is at most 2 for 0 ≤ u ≤ 1."""
    s = 1 - u
    rest = 1 - u**T * (1 + T * s + T * (T + 1) * s**2 / 2)
    gap = 2 * rest + u**T * ((1 - T * s) ** 2 + T * s**2 + T * s**2 * (u**2 + 2 * u + 3))
    return (T * (1 - u**4) + 1) * u**T <= 2, Nonneg(gap, by=[pow_mul_expansion_le_one])


@claim()
def sq_mul_pow_le(u: UnitX, T: T_):
    """With q = u⁴, ((T(1 − q) + 1)² + q)·q^T is at most 5·u^(2T) for 0 ≤ u ≤ 1."""
    q = u**4
    left = (T * (1 - q) + 1) * u**T
    short = Have(left >= 0, Nonneg(left))
    gap = u ** (2 * T) * ((2 - left) * (2 + left) + (1 - q) + q * (1 - u ** (2 * T)))
    lemmas = [pow_le_one.at(T=4), pow_le_one.at(T=2 * T), mul_pow_le_two, short]
    return ((T * (1 - q) + 1) ** 2 + q) * q**T <= 5 * (u**2) ** T, Nonneg(gap, by=lemmas)


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_sensitivity_tendsto(a: Share, mu: White):
    """The mean square of dh_{T+1}/da approaches (1 + a²)/(1 − a²)³."""
    q, r = a**2, Abs(a)
    rest = (1 + q) / (1 - q) ** 3 - Mean(sensitivity(a).at(T) ** 2, Z, mu)
    small = 5 * r**T - ((T * (1 - q) + 1) ** 2 + q) * a ** (2 * T)
    at_most_one = Have(sqrt(r) <= 1, Monotone("root", (r, 1)))
    smaller = Have(small >= 0, Calc(by=[at_most_one, sq_mul_pow_le.at(u=sqrt(r))]))
    below = Have(
        rest <= r**T * (5 / (1 - q) ** 3),
        Nonneg((small - unlike_its_form(a, mu)) / (1 - q) ** 3, by=[mean_sq_sensitivity, smaller]),
    )
    return tends_to_zero(rest, T), Sign(
        squeeze=r**T * (5 / (1 - q) ** 3),
        bound=Calc(by=[below, mean_sq_sensitivity_le]),
        by=[forgets(a), Have(r < 1, Cases(on=a))],
    )
