"""Products of random factors: shared or independent scalar weights, random masks, random matrices, one step and many."""

from __future__ import annotations

from typing import Annotated

from sympy import Identity, Rational, Symbol, Transpose

from theory.flow.double_factorial import odds, one_le_odds
from theory.flow.inner_products import Numbers, number
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.matrices import Entry, Norm, SumOf
from theory.language.recursion import Diagonal, Recursion, product_of
from theory.language.symbols import T_, NonnegativeX, PositiveX, Square, Start, Step, X, eq, n
from theory.tactics import Cases, Chain, Have, Induction, Moments, Nonneg, Refute

Z = Draws("Z")
Zn = Draws("Z", n)
k, m, v = Symbol("k"), Symbol("m"), Symbol("v")
Spread = Annotated[LawVariable, Laws(mean=m, variance=v)]
Fair = Annotated[LawVariable, Laws(symmetric=True, atom_at_zero=False)]
SIGNS = FiniteLaw({-1: Rational(1, 2), 1: Rational(1, 2)})
HALVING_OR_DOUBLING = FiniteLaw({Rational(1, 2): Rational(1, 2), 2: Rational(1, 2)})
NOTHING_OR_TWO = FiniteLaw({0: Rational(1, 2), 2: Rational(1, 2)})

log_gain = Recursion("S", 0, lambda before, t: before + Z(t))
"""log|w_1⋯w_T| of independent weights, where Z_t = log|w_t|."""


# --- moments of a shared weight ----------------------------------------------------------------------------


@claim(sources=["isserlis1918"], ledger=["tied-moments"])
def mean_pow_normal(T: T_):
    """The even moments of the standard normal law: E z^(2T) = (2T − 1)!!."""
    return eq(Mean(Z(1) ** (2 * T), Z, standard_normal), odds(T)), Induction(on=T, base=Moments(), step=Moments())


@claim(sources=["isserlis1918"], ledger=["tied-moments", "tied-more-prone-than-untied"])
def mean_pow_shared_normal(s: X, T: T_):
    """A normal weight of deviation s that is used T times has a gain of mean square s^(2T)(2T − 1)!!."""
    return eq(Mean((s * Z(1)) ** (2 * T), Z, standard_normal), s ** (2 * T) * odds(T)), Moments(by=[mean_pow_normal])


@claim(ledger=["tied-moments", "tied-more-prone-than-untied"])
def mean_product_sq_independent(s: X, T: T_):
    """T independent normal weights of deviation s have a gain of mean square s^(2T)."""
    gain = product_of(lambda t: (s * Z(t)) ** 2, T)
    return eq(Mean(gain, Z, standard_normal), s ** (2 * T)), Induction(on=T, base=Moments(), step=Moments())


@claim(
    sources=["logm", "jensen1906"],
    ledger=["tied-moments", "tied-more-prone-than-untied"],
    corrects=["mean_shared_le_independent"],
)
def mean_independent_le_shared(s: X, T: T_):
    """A shared normal weight has at least the mean square gain of independent ones, by the factor (2T − 1)!!."""
    gain = product_of(lambda t: (s * Z(t)) ** 2, T)
    shared = Mean((s * Z(1)) ** (2 * T), Z, standard_normal)
    return Mean(gain, Z, standard_normal) <= shared, Nonneg(
        s ** (2 * T) * (odds(T) - 1), by=[mean_product_sq_independent, mean_pow_shared_normal, one_le_odds]
    )


@claim(sources=["jensen1906"], ledger=["tied-moments", "tied-more-prone-than-untied"])
def sq_mean_sq_le_mean_pow_four(mu: Annotated[LawVariable, Laws(order=4)]):
    """Two uses of a shared weight have at least the mean square gain of two independent weights, whatever the law."""
    c = Mean(Z(1) ** 2, Z, mu)
    below = Have(2 * c * Z(1) ** 2 - c**2 <= Z(1) ** 4, Nonneg(square=Z(1) ** 2 - c))
    return c**2 <= Mean(Z(1) ** 4, Z, mu), Moments(below=[below])


@claim(ledger=["tied-moments"])
def mean_shared_le_independent(mu: Annotated[LawVariable, Laws(order=4)]):
    """Folklore: sharing a weight does not matter in the mean. If it is 0 or 2 with even odds, E w⁴ = 8 and (E w²)² = 4."""
    return Mean(Z(1) ** 4, Z, mu) <= Mean(Z(1) ** 2, Z, mu) ** 2, Refute(at={mu: NOTHING_OR_TWO})


# --- the logarithm of a gain ---------------------------------------------------------------------------------


@claim(ledger=["tied-more-prone-than-untied"])
def mean_log_gain_shared(m: X, mu: Annotated[LawVariable, Laws(mean=m)], T: T_):
    """With E log|w| = m the logarithm of a shared weight's T-th power has the mean Tm."""
    return eq(Mean(T * Z(1), Z, mu), T * m), Moments()


@claim(sources=["furstenberg1960"], ledger=["furstenberg-kesten", "cnn-sparse-different-cancel", "tied-more-prone-than-untied"])
def mean_log_gain(m: X, mu: Annotated[LawVariable, Laws(mean=m)], T: T_):
    """With E log|w| = m the logarithm of a product of T independent weights has the mean Tm, whatever their variance: being
    different cancels no growth, and a shared weight has the same mean."""
    return eq(Mean(log_gain.at(T), Z, mu), T * m), Induction(on=T, base=Moments(), step=Moments())


@claim(
    sources=["furstenberg1960", "logm"],
    ledger=["furstenberg-kesten", "cnn-sparse-different-cancel", "tied-more-prone-than-untied"],
)
def variance_log_gain_independent(m: X, v: NonnegativeX, mu: Spread, T: T_):
    """The variance of the logarithm of a product of T independent weights is T times that of one."""
    return eq(Mean((log_gain.at(T) - T * m) ** 2, Z, mu), T * v), Induction(
        on=T, base=Moments(), step=Moments(by=[mean_log_gain])
    )


@claim(sources=["logm"], ledger=["cnn-sparse-different-cancel", "tied-more-prone-than-untied"])
def variance_log_gain_shared(m: X, v: NonnegativeX, mu: Spread, T: T_):
    """The variance of the logarithm of a shared weight's T-th power is T² times that of the weight."""
    return eq(Mean((T * Z(1) - T * m) ** 2, Z, mu), T**2 * v), Moments()


@claim(sources=["furstenberg1960"], ledger=["furstenberg-kesten"], corrects=["rate_of_shared_weight_settles"])
def probability_rate_far_le(m: X, v: NonnegativeX, epsilon: PositiveX, mu: Spread, T: Step):
    """The growth rate of independent scalar weights settles: log|w_1⋯w_T|/T is as far as ε from m with probability at most
    v/(Tε²)."""
    away = log_gain.at(T) - T * m
    far = indicator(away**2 - (T * epsilon) ** 2 >= 0)
    tail = Have((T * epsilon) ** 2 * far <= away**2, Cases(on=away**2 - (T * epsilon) ** 2))
    chance = Mean(far, Z, mu)
    whole = Have((T * epsilon) ** 2 * chance <= T * v, Moments(below=[tail], by=[variance_log_gain_independent]))
    gap = (T * v - (T * epsilon) ** 2 * chance) / T
    return T * epsilon**2 * chance <= v, Nonneg(gap, by=[Have(T > 0, Nonneg((T - 1) + 1)), whole])


@claim(ledger=["furstenberg-kesten"])
def rate_of_shared_weight_settles(
    v: NonnegativeX, epsilon: PositiveX, mu: Annotated[LawVariable, Laws(mean=0, variance=v)], T: Step
):
    """Folklore: a shared weight settles to a growth rate as well. Its rate is log|w| at every length, however long."""
    far = indicator((T * Z(1)) ** 2 - (T * epsilon) ** 2 >= 0)
    return T * epsilon**2 * Mean(far, Z, mu) <= v, Refute(at={v: 1, epsilon: 1, mu: SIGNS, T: 2})


@claim(ledger=["furstenberg-kesten"])
def mean_sq_gain_of_halving_or_doubling(T: T_):
    """Weights that halve or double with even odds have a growth rate of 0 in the mean, (log ½ + log 2)/2, and yet the mean
    square of w_1⋯w_T is (17/8)^T: it bounds the typical gain from above, and may do so badly."""
    gain = product_of(lambda t: Z(t) ** 2, T)
    return eq(Mean(gain, Z, HALVING_OR_DOUBLING), Rational(17, 8) ** T), Induction(on=T, base=Moments(), step=Moments())


# --- random matrices ------------------------------------------------------------------------------------------


@claim(sources=["newman1986", "cohen1984"], ledger=["gaussian-lyapunov-exact"])
def mean_sq_random_matrix(x: Start, s: X, rows: T_):
    """A matrix of independent normal entries of deviation s and some number of rows takes x to a column of mean square
    length rows·s²‖x‖²."""
    length = Recursion("q", 0, lambda before, t: before + (s * Entry(Transpose(x) * Zn.at(t), 1, 1)) ** 2)
    return eq(Mean(length.at(rows), Zn, standard_normal), rows * s**2 * Norm(x) ** 2), Induction(
        on=rows, base=Moments(), step=Moments()
    )


@claim(sources=["furstenberg1960"], ledger=["furstenberg-kesten"])
def mean_norm_product_le(W: Square, T: T_):
    """Independent random matrices D_t W with normal diagonal D_t: the mean norm of a product is at most the product of the mean
    norms of its factors."""
    product = Recursion("X", Identity(n), lambda before, t: Diagonal(Zn.at(t)) * W * before)
    one, whole, longer = (Norm(product.at(t)) for t in (0, T, T + 1))
    first, new = Norm(Diagonal(Zn.at(1))), Norm(Diagonal(Zn.at(T + 1))) * Norm(W)
    mean, apart = Mean(first, Zn, standard_normal) * Norm(W), Mean(new * whole, Zn, standard_normal)
    gap = mean * (mean**T - Mean(whole, Zn, standard_normal)) + (apart - Mean(longer, Zn, standard_normal))
    step = Moments(gap, below=[Have(longer <= new * whole, Chain())])
    return Mean(whole, Zn, standard_normal) <= mean**T, Induction(
        on=T, base=Moments(below=[Have(eq(one, 1), Chain())]), step=step
    )


# --- random masks ---------------------------------------------------------------------------------------------


@claim(sources=["stackexchange"], ledger=["orthogonal-init-relu-rnn"], corrects=["mean_sq_masked_ge"])
def mean_sq_masked(x: Numbers, mu: Fair, T: T_):
    """Masks that switch each of T units off with probability 1/2 halve the mean square length, and an orthogonal weight
    before them changes no length."""
    masked, whole = SumOf(number(x, k) ** 2 * indicator(Z(k) > 0), k, 1, T), SumOf(number(x, k) ** 2, k, 1, T)
    return eq(Mean(masked, Z, mu), whole / 2), Induction(on=T, base=Moments(), step=Moments())


@claim(sources=["stackexchange"], ledger=["orthogonal-init-relu-rnn"])
def mean_sq_masked_ge(x: X, mu: Fair):
    """Folklore: an orthogonal weight keeps the gradient of a relu network from vanishing. Half of it is masked at each step."""
    return Mean((x * indicator(Z(1) > 0)) ** 2, Z, mu) >= x**2, Refute(at={x: 1, mu: SIGNS})
