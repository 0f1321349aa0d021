"""Networks that are dead before any training: a layer all of whose units are off, when weights are drawn without biases.

With symmetric weights without atoms the sign of each unit of a layer is a fair coin, whatever input that is not 0 reaches
it, and the coins of one layer are independent: they are draws Z of a symmetric law without an atom at 0.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational, Symbol

from theory.language.chance import Draws, LawVariable, Mean, indicator
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.matrices import monus
from theory.language.recursion import product_of
from theory.language.statements import tends_to_zero
from theory.language.symbols import T_, eq
from theory.tactics import Calc, Induction, Moments, Nonneg, Sign

Z = Draws("Z")
HALF = Rational(1, 2)
L_ = Symbol("L")
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
DEAD = ["relu-lyapunov-minus-infinity", "dead-from-large-lr"]


def _all_off(n: Any, shift: Any) -> Any:
    """1 where each of n units is off, beginning after a number of others."""
    return product_of(lambda i: indicator(Z(shift + i) <= 0), n, "q")


def _alive(n: Any, L: Any) -> Any:
    """1 where each of L layers of n units has one that is on."""
    return product_of(lambda t: 1 - _all_off(n, monus(t, 1) * n), L)


@claim(ledger=[*DEAD, "half-units-zero-at-init"])
def probability_layer_dead(mu: Fair, s: T_, n: T_):
    """A layer of n units has none that is on with probability 2^{−n}, whichever draws are its own."""
    return eq(Mean(_all_off(n, s), Z, mu), HALF**n), Induction(on=n, base=Moments(), step=Moments())


@claim(sources=["lu2020"], ledger=DEAD)
def probability_alive(mu: Fair, n: T_, L: T_):
    """None of the first L layers of width n is dead with probability (1 − 2^{−n})^L: no step is needed to kill a network."""
    step = Moments(by=[probability_layer_dead.at(s=monus(L + 1, 1) * n)])
    return eq(Mean(_alive(n, L), Z, mu), (1 - HALF**n) ** L), Induction(on=L, base=Moments(), step=step)


@claim(ledger=["half-units-zero-at-init"])
def probability_deep_unit_zero(mu: Fair, n: T_, L: T_):
    """After L layers of width n a unit is zero with probability 1/2 and half of what L layers are dead with: more than 1/2."""
    zero = 1 - _alive(n, L) * indicator(Z(L * n + 1) > 0)
    return eq(Mean(zero, Z, mu), HALF + HALF * (1 - (1 - HALF**n) ** L)), Moments(by=[probability_alive])


@claim(ledger=DEAD)
def half_pow_le_one(n: T_):
    """A power of 1/2 is at most 1."""
    return HALF**n <= 1, Induction(on=n, base=Nonneg(), step=Nonneg((1 - HALF**n) / 2 + HALF))


@claim(sources=["lu2020"], ledger=DEAD)
def probability_alive_tendsto_zero(mu: Fair, n: T_):
    """With depth every network of a fixed width is dead at initialisation: the probability of the contrary tends to 0."""
    alive = Mean(_alive(n, L_), Z, mu)
    return tends_to_zero(alive, L_), Sign(equals=(1 - HALF**n) ** L_, bound=Calc(by=[probability_alive]), by=[half_pow_le_one])
