"""Products of numbers below one: they decrease, and whether they vanish depends on how fast the factors come near one."""

from __future__ import annotations

from typing import Any

from sympy import Rational, Symbol, exp

from theory.activations.elu import one_add_le_exp
from theory.activations.sigmoid import sigmoid, sigmoid_mem_Ioo
from theory.flow.inner_products import Numbers, number
from theory.language.claims import claim
from theory.language.matrices import SumOf
from theory.language.recursion import product_of
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, Step, UnitX, X
from theory.tactics import Have, Induction, Nonneg, Parts, Sign

t, k = Symbol("t"), Symbol("k")


def product(a: Numbers, T: Symbol) -> Any:
    """a_1 · … · a_T."""
    return product_of(lambda t: number(a, t), T)


def _gates(x: Numbers, T: Any) -> Any:
    return product_of(lambda t: sigmoid(number(x, t)), T)


def shortfall(a: Numbers, T: Symbol) -> Any:
    """How much the first T numbers fall short of one, all together."""
    return SumOf(1 - number(a, k), k, 1, T)


@claim(sources=["zhihu61265076"], ledger=["numbers-below-one-product"])
def prod_sigmoid_pos(x: Numbers, T: T_):
    """A product of numbers strictly between zero and one, such as σ(x_1), …, σ(x_T), is positive however long it is."""
    here, now = _gates(x, T), sigmoid(number(x, T + 1))
    return here > 0, Induction(on=T, step=Nonneg(now * here), by=[sigmoid_mem_Ioo.at(x=number(x, T + 1))])


@claim(sources=["zhihu61265076"], ledger=["numbers-below-one-product"])
def prod_sigmoid_succ_lt(x: Numbers, T: T_):
    """Each further factor strictly between zero and one makes a product smaller."""
    here, now = _gates(x, T), sigmoid(number(x, T + 1))
    return _gates(x, T + 1) < here, Nonneg((1 - now) * here, by=[prod_sigmoid_pos, sigmoid_mem_Ioo.at(x=number(x, T + 1))])


@claim(ledger=["numbers-below-one-product"], example={"a": [], "T": 1})
def prod_le_exp_neg_sum(a: Numbers, T: T_):
    """A product is at most e to the minus its shortfall: where the factors fall short of one without bound, it vanishes."""
    now, here = number(a, T + 1), product(a, T)
    bound, last = exp(-shortfall(a, T)), exp(now - 1)
    step = Nonneg(now * (bound - here) + bound * (last - now), by=[one_add_le_exp.at(x=now - 1)])
    return implies(always(t, number(a, t) >= 0), here <= bound), Induction(on=T, step=step)


@claim(ledger=["numbers-below-one-product"], example={"a": [], "T": 1})
def one_sub_sum_le_prod(a: Numbers, T: T_):
    """A product of numbers between zero and one is at least one minus its shortfall: where that stays below one, it stays."""
    now, here = number(a, T + 1), product(a, T)
    low = 1 - shortfall(a, T)
    upper = Nonneg((1 - now) + now * (1 - here))
    step = (upper, Nonneg((here - low) + (1 - now) * (1 - here)))
    factors = both(always(t, number(a, t) >= 0), always(t, number(a, t) <= 1))
    return implies(factors, both(here <= 1, low <= here)), Induction(on=T, step=Parts(step))


@claim()
def half_pow_le_half(T: Step):
    """A power of 1/2 is at most 1/2 from the first on."""
    half = Rational(1, 2)
    return half**T <= half, Induction(on=T, least=1, step=Nonneg(half * (half - half**T) + half**2))


@claim(ledger=["numbers-below-one-product"])
def quarter_lt_prod_one_sub_half_pow(T: Step):
    """Factors 1/2, 3/4, 7/8, … are all below one, and their product never falls to 1/4: below one does not mean vanishing."""
    half = Rational(1, 2)
    here, gap = product_of(lambda t: 1 - half**t, T), half ** (T + 1)
    # (1/4 + g)(1 − g) − (1/4 + g/2) = g(1/4 − g), and g = 2^{−(T+1)} is at most 1/4.
    quarter = half**2
    rest = (3 * quarter + (quarter - gap)) * (here - quarter - gap) + gap * (quarter - gap)
    return here >= quarter + gap, Induction(on=T, least=1, step=Nonneg(rest, by=[half_pow_le_half]))


@claim(ledger=["numbers-below-one-product"], example={"a": [], "q": 0, "T": 1})
def prod_le_pow(a: Numbers, q: X, T: T_):
    """Factors between 0 and q make a product of at most q^T."""
    now, here = number(a, T + 1), product(a, T)
    factors = both(always(t, number(a, t) >= 0), always(t, number(a, t) <= q))
    known = Have(q >= 0, Nonneg((q - now) + now))
    step = Parts((Nonneg(now * here), Nonneg(now * (q**T - here) + (q - now) * q**T, by=[known])))
    return implies(factors, both(here >= 0, here <= q**T)), Induction(on=T, step=step)


@claim(ledger=["numbers-below-one-product"], example={"a": [], "q": 0})
def prod_tendsto_zero_of_le(a: Numbers, q: UnitX):
    """Where the factors stay below one and the same q < 1, their product does vanish, at least as fast as q^T."""
    factors = both(always(t, number(a, t) >= 0), always(t, number(a, t) <= q), q < 1)
    return implies(factors, tends_to_zero(product(a, k), k)), Sign(squeeze=q**k, by=[prod_le_pow.at(T=k)])
