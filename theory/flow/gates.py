"""Sigmoid gates: open intervals instead of states, and how long a forget gate of constant bias remembers."""

from __future__ import annotations

from sympy import Rational, Symbol, exp, log, oo

from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus, softplus_lt_exp, softplus_mul_le_exp, two_mul_exp_div_le_softplus
from theory.language.claims import claim
from theory.language.statements import both, iff, tends, tends_to_zero
from theory.language.symbols import T_, X, eq
from theory.tactics import Calc, Have, Induction, Monotone, Nonneg, Parts, Refute, Sign

t = Symbol("t")


# --- one step -------------------------------------------------------------------------------------------


@claim(sources=["logm", "zhihu61265076"], ledger=["gates-zero-one"])
def gate_eq_zero_or_one(b: X):
    """Folklore: a sigmoid gate is in one of two states, 0 or 1, and so equals its own square."""
    return eq(sigmoid(b) ** 2, sigmoid(b)), Refute(at={b: 0})


@claim(ledger=["gates-zero-one"])
def log_gate(b: X):
    """The logarithm of a gate is minus the softplus of minus its bias: what one step forgets."""
    return eq(log(sigmoid(b)), -softplus(-b)), Calc()


# --- T steps ---------------------------------------------------------------------------------------------


@claim(ledger=["gates-zero-one", "lstm-for-vanishing"])
def gate_pow_eq_exp(b: X, T: T_):
    """A forget gate of bias b keeps e^{−T·softplus(−b)} of its cell after T steps."""
    kept = exp(-T * softplus(-b))
    return eq(sigmoid(b) ** T, kept), Induction(on=T, step=Nonneg(sigmoid(b) * (kept - sigmoid(b) ** T)))


@claim(ledger=["gates-zero-one", "lstm-for-vanishing"])
def gate_pow_tendsto_zero(b: X):
    """However large its bias, a constant forget gate lets its cell vanish in the long run."""
    return tends_to_zero(sigmoid(b) ** t, t), Sign()


@claim(ledger=["gates-zero-one"])
def gate_pow_ten_mem_Ioo():
    """With bias 1 little more than four hundredths are left after ten steps."""
    return both(sigmoid(1) ** 10 > Rational(435, 10**4), sigmoid(1) ** 10 < Rational(437, 10**4)), Calc()


# --- half-life -----------------------------------------------------------------------------------------------


@claim(ledger=["gates-zero-one"])
def gate_half_life(b: X):
    """At time log 2/softplus(−b) a constant forget gate has kept exactly half of its cell."""
    rate = softplus(-b)
    return eq(exp(-(log(2) / rate) * rate), Rational(1, 2)), Calc()


@claim(ledger=["gates-zero-one"])
def gate_exp_le_half_iff(b: X, tau: X):
    """A constant forget gate has lost half of its cell from the half-life log 2/softplus(−b) on, and not before."""
    rate, half = softplus(-b), Rational(1, 2)
    late = Have(log(2) <= tau * rate, Monotone("log", (exp(-tau * rate), half)))
    small = Have(-tau * rate <= -log(2), Nonneg(rate * (tau - log(2) / rate)))
    there = Nonneg((tau * rate - log(2)) / rate, by=[late])
    return iff(exp(-tau * rate) <= half, log(2) / rate <= tau), Parts(
        (there, Monotone("exp", (-tau * rate, -log(2)), by=[small]))
    )


@claim(ledger=["gates-zero-one"])
def half_life_mem_Ioc(b: X):
    """The half-life of a constant forget gate grows like e^b: it lies between e^b and e^b + 1/2 times log 2."""
    rate, u = softplus(-b), exp(-b)
    below = Nonneg(log(2) * (u - rate) / (u * rate), by=[softplus_lt_exp.at(x=-b)])
    above = Nonneg(log(2) * (rate - 2 * u / (2 + u)) * (2 + u) / (2 * u * rate), by=[two_mul_exp_div_le_softplus.at(x=-b)])
    return both(exp(b) * log(2) < log(2) / rate, log(2) / rate <= (exp(b) + Rational(1, 2)) * log(2)), Parts((below, above))


@claim(ledger=["gates-zero-one"])
def half_life_sub_exp_tendsto_half():
    """For large biases the half-life of a forget gate is e^b + 1/2 times log 2, up to what vanishes."""
    rate, u = softplus(-t), exp(-t)
    gap = (12 * u - rate * (12 + 6 * u - u**2)) / (12 * u * rate)
    below = Have(
        1 / rate <= exp(t) + Rational(1, 2),
        Nonneg((rate - 2 * u / (2 + u)) * (2 + u) / (2 * u * rate), by=[two_mul_exp_div_le_softplus.at(x=-t)]),
    )
    return tends(1 / rate - exp(t), t, at=oo, to=Rational(1, 2)), Sign(
        squeeze=u / 12, bound=Nonneg(gap, by=[below, softplus_mul_le_exp.at(x=-t)])
    )
