"""How probable it is that a relu unit meets its kink, where the choice of relu'(0) counts."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational

from theory.activations.relu import relu
from theory.flow.inner_products import Numbers, number
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.recursion import Recursion
from theory.language.symbols import T_, NonzeroX, X, eq
from theory.tactics import Cases, Have, Induction, Moments, Refute

Z = Draws("Z")
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
SIGNS = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})
ROW = ["relu-nondiff-fix-arbitrary"]


def at_kink(preactivation: Any) -> Any:
    """1 where a preactivation is exactly 0, 0 elsewhere."""
    return indicator(preactivation >= 0) - indicator(preactivation > 0)


@claim(sources=["whyrelu"], ledger=ROW)
def probability_at_kink_of_bias(b: X, s: NonzeroX):
    """A unit with a normal bias meets its kink with probability 0, whatever else comes in."""
    return eq(Mean(at_kink(b + s * Z(1)), Z, standard_normal), 0), Cases(on=s, signs=("+", "-"), then=Moments())


@claim(sources=["whyrelu"], ledger=ROW, corrects=["never_at_kink_without_bias"])
def mean_number_at_kink_of_bias(b: Numbers, s: NonzeroX, T: T_):
    """With independent normal biases the mean number of units that meet their kink is 0, so relu'(0) is never used."""
    met = Recursion("N", 0, lambda before, t: before + at_kink(number(b, t) + s * Z(t)))
    step = Moments(by=[probability_at_kink_of_bias.at(b=number(b, T + 1))])
    return eq(Mean(met.at(T), Z, standard_normal), 0), Induction(on=T, base=Moments(), step=step)


@claim(ledger=ROW)
def never_at_kink_without_bias(mu: Fair):
    """Folklore: random weights alone keep preactivations from being exactly 0. After a dead unit every preactivation is 0."""
    return eq(Mean(at_kink(Z(2) * relu(Z(1))), Z, mu), 0), Refute(at={mu: SIGNS})


@claim(ledger=ROW, corrects=["never_at_kink_without_bias"])
def probability_at_kink_without_bias(mu: Fair):
    """Without bias the second of two units of width 1 meets its kink with probability 1/2: whenever the first is inactive,
    for weights of any symmetric law that are never 0."""
    first, second, signs = Z(1), Z(2), ("+", "0", "-")
    either = indicator(first <= 0) + indicator(first > 0) * at_kink(second)
    same = Have(eq(at_kink(second * relu(first)), either), Cases([first, second], signs=signs))
    return eq(Mean(at_kink(second * relu(first)), Z, mu), Rational(1, 2)), Moments(below=[same])
