"""Growth rates of products of random matrices with independent normal entries, in closed form.

Such a matrix is the same in all directions: it takes a column x to one whose square length is ‖x‖² times s²(z_1² + … + z_n²),
with s the deviation of its entries and z_1, …, z_n standard normal, whatever x is. So with a new matrix at each of T steps the
growth rate, the largest Lyapunov exponent, is log s + ½·E log(z_1² + … + z_n²). For s = 1 `normal_layers` derives it, but for
the existence of that expectation, which is cited. What follows are its values.
"""

from __future__ import annotations

from typing import Any

from sympy import EulerGamma, Rational, Symbol, exp, log

from theory.language.chance import Draws, Mean, standard_normal
from theory.language.claims import claim
from theory.language.matrices import SumOf
from theory.language.statements import both
from theory.language.symbols import T_, Step, eq
from theory.tactics import Calc, Have, Induction, Monotone, Nonneg, Refute

Z = Draws("Z")
k = Symbol("k")
ROW = ["gaussian-lyapunov-exact"]
EXACT = ["newman1986", "cohen1984"]
NO_LOGARITHM = "no rule integrates a logarithm, and the kernel does not know that it has an expectation near 0"


def mean_log(width: Any) -> Any:
    """E log(z_1² + … + z_n²): twice the growth rate of matrices of this width whose entries have deviation 1."""
    return Mean(log(SumOf(Z(k) ** 2, k, 1, width)), Z, standard_normal)


# --- what is cited -----------------------------------------------------------------------------------------


@claim(sources=EXACT, ledger=ROW, unproved=NO_LOGARITHM)
def mean_log_sq_length_one():
    """The logarithm of the square of a standard normal number has the mean −log 2 − γ_E."""
    return eq(mean_log(1), -log(2) - EulerGamma)


@claim(sources=EXACT, ledger=ROW, unproved=NO_LOGARITHM)
def mean_log_sq_length_two():
    """The logarithm of the square length of two standard normal numbers has the mean log 2 − γ_E."""
    return eq(mean_log(2), log(2) - EulerGamma)


@claim(sources=EXACT, ledger=ROW, unproved=NO_LOGARITHM)
def mean_log_sq_length_next(T: Step):
    """From width n to n + 2 the mean of log(z_1² + … + z_n²) rises by 2/n, as Euler's digamma function rises by 2/n from n/2 to
    n/2 + 1."""
    return eq(mean_log(T + 2) - mean_log(T), 2 / T)


@claim(sources=["jensen1906"], ledger=ROW, unproved=NO_LOGARITHM)
def mean_log_sq_length_lt_log(T: Step):
    """Jensen's inequality: the mean of the logarithm of a square length is less than the logarithm of its mean, the width."""
    return mean_log(T) < log(T)


@claim(sources=["jensen1906"], ledger=ROW, unproved=NO_LOGARITHM)
def log_lt_mean_log_sq_length(T: Step):
    """Jensen's inequality for 1/(z_1² + … + z_n²), whose mean is 1/(n − 2): the mean of log(z_1² + … + z_n²) is more than
    log(n − 2)."""
    return log(T) < mean_log(T + 2)


# --- closed forms ------------------------------------------------------------------------------------------


def even(T: Any) -> Any:
    """The mean at the width 2T + 4."""
    return log(2) - EulerGamma + SumOf(1 / (k + 1), k, 0, T)


@claim(sources=EXACT, ledger=ROW)
def mean_log_sq_length_even(T: T_):
    """At the even width n = 2T + 4 the mean of log(z_1² + … + z_n²) is log 2 − γ_E + 1 + 1/2 + … + 1/(T + 1)."""
    base = Calc(by=[mean_log_sq_length_two, mean_log_sq_length_next.at(T=2)])
    step = Calc(by=[mean_log_sq_length_next.at(T=2 * T + 4)])
    return eq(mean_log(2 * T + 4), even(T)), Induction(on=T, base=base, step=step)


@claim(sources=EXACT, ledger=ROW)
def mean_log_sq_length_odd(T: T_):
    """At the odd width n = 2T + 3 the mean of log(z_1² + … + z_n²) is −log 2 − γ_E + 2 + 2/3 + … + 2/(2T + 1)."""
    base = Calc(by=[mean_log_sq_length_one, mean_log_sq_length_next.at(T=1)])
    step = Calc(by=[mean_log_sq_length_next.at(T=2 * T + 3)])
    odd = -log(2) - EulerGamma + SumOf(2 / (2 * k + 1), k, 0, T)
    return eq(mean_log(2 * T + 3), odd), Induction(on=T, base=base, step=step)


@claim(sources=EXACT, ledger=ROW)
def growth_rate_of_one_mem_Ioo():
    """Products of independent standard normal numbers shrink: their growth rate is −(γ_E + log 2)/2, about −0.635."""
    rate, low, high, exact = mean_log(1) / 2, Rational(-63519, 10**5), Rational(-63518, 10**5), -(EulerGamma + log(2)) / 2
    between = [Have(low < exact, Calc()), Have(exact < high, Calc())]
    return both(low < rate, rate < high), Calc(by=[mean_log_sq_length_one, *between])


def positive(T: Any) -> Have:
    """That a number of at least 1 is more than 0."""
    return Have(T > 0, Nonneg((T - 1) + 1))


# --- entries of variance 1/n -------------------------------------------------------------------------------


@claim(sources=["jensen1906"], ledger=ROW, corrects=["growth_rate_eq_zero_of_variance_inv_width"])
def growth_rate_neg_of_variance_inv_width(T: Step):
    """Matrices of width n with entries of variance 1/n keep the mean square length, and yet lengths shrink: the growth rate
    −½·log n + ½·E log(z_1² + … + z_n²) is negative at every width."""
    return (mean_log(T) - log(T)) / 2 < 0, Nonneg(by=[positive(T), mean_log_sq_length_lt_log])


@claim(sources=["jensen1906"], ledger=ROW)
def growth_rate_gt_of_variance_inv_width(T: Step):
    """But slowly, and the slower the wider: with entries of variance 1/n the growth rate is more than −1/n."""
    gap = (mean_log(T + 2) - log(T)) / 2 + (2 / T - (mean_log(T + 2) - mean_log(T))) / 2
    by = [positive(T), log_lt_mean_log_sq_length, mean_log_sq_length_next]
    return (mean_log(T) - log(T)) / 2 > -1 / T, Nonneg(gap, by=by)


@claim(ledger=ROW)
def growth_rate_eq_zero_of_variance_inv_width(T: T_):
    """Folklore: entries of variance 1/n neither grow nor shrink. At the width n = 2T + 4 that would be the closed form below,
    and at the width 4 it is (1 − log 2 − γ_E)/2, about −0.135."""
    return eq((even(T) - log(2 * T + 4)) / 2, 0), Refute(at={T: 0})


@claim(sources=["jensen1906"], ledger=ROW)
def harmonic_sub_euler_gamma_lt_log(T: T_):
    """What that says of numbers: 1 + 1/2 + … + 1/(T + 1) is less than log(T + 2) + γ_E."""
    width, low = 2 * T + 4, SumOf(1 / (k + 1), k, 0, T) - EulerGamma
    by = [mean_log_sq_length_even, mean_log_sq_length_lt_log.at(T=width)]
    doubled = Have(even(T) < log(width), Nonneg(log(width) - mean_log(width), by=by))
    grown = Have(exp(low) < T + 2, Monotone("exp", (even(T), log(width)), by=[doubled]))
    return low < log(T + 2), Monotone("log", (exp(low), T + 2), by=[grown])
