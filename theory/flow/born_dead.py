"""Networks that are dead before any training: a layer all of whose units are off, when weights are drawn without biases.

With symmetric weights without atoms the sign of each unit of a layer is a fair coin, whatever input that is not 0 reaches
it, and the coins of one layer are independent: they are draws Z of a symmetric law without an atom at 0.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational

from theory.language.chance import Draws, LawVariable, Mean, indicator
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.recursion import product_of
from theory.language.statements import tends_to_zero
from theory.language.symbols import Step, T_, eq
from theory.tactics import Induction, Moments, Have, Calc, Sign, Nonneg

Z = Draws("Z")
HALF = Rational(1, 2)
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
DEAD = ["relu-lyapunov-minus-infinity", "dead-from-large-lr"]


def _all_off(n: Any, shift: Any = 0) -> Any:
    """1 where each of n units is off, beginning after a number of others."""
    return product_of(lambda i: indicator(Z(shift + i) <= 0), n, "q")


def _alive(n: Any, L: Any) -> Any:
    """1 where each of L layers of n units has one that is on."""
    return product_of(lambda t: 1 - _all_off(n, (t - 1) * n), L)


@claim(ledger=[*DEAD, "half-units-zero-at-init"])
def probability_layer_dead(mu: Fair, n: T_):
    """A layer of n units has none that is on with probability 2^{−n}."""
    return eq(Mean(_all_off(n), Z, mu), HALF**n), Induction(on=n, base=Moments(), step=Moments())


@claim(ledger=DEAD)
def alive(mu: Fair, n: T_, L: T_):
    """A layer of n units has none that is on with probability 2^{−n}."""
    return eq(Mean(_alive(n, L), Z, mu), (1 - HALF**n)**L), Induction(on=L, base=Moments(), step=Moments(by=[probability_layer_dead]))
