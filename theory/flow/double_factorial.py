"""Products of odd and of even numbers, (2T − 1)!! and (2T)!!: the moments of the normal law and the returns of random walks."""

from __future__ import annotations

from typing import Any

from theory.language.claims import claim
from theory.language.recursion import product_of
from theory.language.symbols import T_, Step, eq
from theory.tactics import Calc, Induction, Nonneg


def odds(depth: Any) -> Any:
    """1 · 3 · … · (2T − 1) = (2T − 1)!!."""
    return product_of(lambda t: 2 * t - 1, depth, "o")


def evens(depth: Any) -> Any:
    """2 · 4 · … · 2T = (2T)!!."""
    return product_of(lambda t: 2 * t, depth, "e")


def factorial(depth: Any) -> Any:
    """1 · 2 · … · T = T!."""
    return product_of(lambda t: t, depth, "f")


@claim()
def one_le_odds(T: T_):
    """A product of odd numbers is at least 1."""
    return odds(T) >= 1, Induction(on=T, base=Calc(), step=Nonneg((2 * T + 1) * (odds(T) - 1) + 2 * T))


@claim()
def one_le_evens(T: T_):
    """A product of even numbers is at least 1, and so not 0."""
    return evens(T) >= 1, Induction(on=T, base=Calc(), step=Nonneg((2 * T + 2) * (evens(T) - 1) + 2 * T + 1))


@claim()
def evens_eq_pow_mul_factorial(T: T_):
    """2 · 4 · … · 2T is 2^T·T!."""
    return eq(evens(T), 2**T * factorial(T)), Induction(on=T)


@claim()
def factorial_eq_odds_mul_evens(T: T_):
    """(2T)! is what the odd and the even numbers up to 2T multiply to, so (2T − 1)!!/(2T)!! is C(2T, T)/4^T."""
    return eq(factorial(2 * T), odds(T) * evens(T)), Induction(on=T)


@claim(ledger=["irnn-sparre-andersen"])
def sq_odds_le(T: T_):
    """(2T − 1)!!/(2T)!! is at most 1/√(2T + 1)."""
    earlier = evens(T) ** 2 - (2 * T + 1) * odds(T) ** 2
    return (2 * T + 1) * odds(T) ** 2 <= evens(T) ** 2, Induction(
        on=T, base=Calc(), step=Nonneg((2 * T + 2) ** 2 * earlier + (2 * T + 1) * odds(T) ** 2)
    )


@claim(ledger=["irnn-sparre-andersen"])
def sq_evens_le(T: Step):
    """(2T − 1)!!/(2T)!! is at least 1/√(4T), with equality at T = 1: it falls like the root of the time and no faster."""
    earlier = 4 * T * odds(T) ** 2 - evens(T) ** 2
    return evens(T) ** 2 <= 4 * T * odds(T) ** 2, Induction(
        on=T, least=1, base=Calc(), step=Nonneg((2 * T + 2) ** 2 * earlier + 4 * (T + 1) * odds(T) ** 2)
    )
