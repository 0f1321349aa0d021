"""Memory and its price: h_t = λh_{t−1} + x_t with independent inputs, and how much the state feels a change of λ.

D_T stands for dh_{T+1}/dλ, the sensitivity of the next state: D_0 = 0 and D_t = λD_{t−1} + h_t.
"""

from __future__ import annotations

from typing import Annotated, Any

from theory.language.chance import Draws, LawVariable, Mean
from theory.language.claims import claim
from theory.language.domains import Interval, Laws
from theory.language.recursion import Recursion
from theory.language.symbols import T_, X, eq
from theory.tactics import Induction, Moments

Z = Draws("Z")
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
    """On average the state does not feel a change of λ: its sensitivity has the mean 0."""
    return eq(Mean(sensitivity(a).at(T), Z, mu), 0), Induction(on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero]))


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory(a: X, mu: White, T: T_):
    """The mean square of the state after T steps: (1 − λ^(2T))/(1 − λ²)."""
    size = Mean(state(a).at(T) ** 2, Z, mu)
    gap = a**2 * (1 - a ** (2 * T) - (1 - a**2) * size)
    return eq((1 - a**2) * size, 1 - a ** (2 * T)), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero], difference=gap)
    )


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_memory_of_one(mu: White, T: T_):
    """A perfect memory, λ = 1, sums up its inputs: its mean square is T."""
    return eq(Mean(state(1).at(T) ** 2, Z, mu), T), Induction(on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero.at(a=1)]))


@claim(ledger=ROWS)
def mean_memory_mul_sensitivity(a: X, mu: White, T: T_):
    """The state and its sensitivity go together: E h_T D_T is Σ kλ^(2(k−1)) over k = 1, …, T, in closed form."""
    h, D = state(a), sensitivity(a)
    both, size = Mean(h.at(T) * D.at(T), Z, mu), Mean(h.at(T) ** 2, Z, mu)
    shown = 1 - (T + 1) * a ** (2 * T) + T * a ** (2 * T + 2)
    gap = a**2 * (shown - (1 - a**2) ** 2 * both) + (1 - a**2) * a**2 * (1 - a ** (2 * T) - (1 - a**2) * size)
    return eq((1 - a**2) ** 2 * both, shown), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_memory_eq_zero, mean_sensitivity_eq_zero, mean_sq_memory], difference=gap)
    )


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_sensitivity(a: X, mu: White, T: T_):
    """The mean square of dh_{T+1}/dλ: Σ k²λ^(2(k−1)) over k = 1, …, T, in closed form."""
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
    """The curse of memory: at λ = 1 the mean square of dh_{T+1}/dλ is 1² + 2² + … + T², of the order of T³."""
    lemmas = [
        mean_memory_eq_zero.at(a=1),
        mean_sensitivity_eq_zero.at(a=1),
        mean_sq_memory_of_one,
        mean_memory_mul_sensitivity_of_one,
    ]
    return eq(Mean(sensitivity(1).at(T) ** 2, Z, mu), T * (T + 1) * (2 * T + 1) / 6), Induction(
        on=T, base=Moments(), step=Moments(by=lemmas)
    )
