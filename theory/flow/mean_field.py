"""Wide networks in the mean: what a layer makes of the variance q of its preactivations, and the factor χ of its gradients."""

from __future__ import annotations

from typing import Annotated

from sympy import Expr, Rational, Symbol, sqrt

from theory.activations.relu import relu
from theory.activations.tanh import deriv_tanh_mem_Ioc, slopes_tanh, tanh
from theory.language.chance import Draws, LawVariable, Mean, indicator, standard_normal
from theory.language.claims import claim
from theory.language.domains import Interval, Laws
from theory.language.recursion import product_of
from theory.language.statements import implies, tends_to_zero
from theory.language.symbols import T_, NonnegativeX, PositiveX, UnitX, X, eq
from theory.tactics import Calc, Cases, Have, Induction, Moments, Nonneg, Sign, Sturm

Z = Draws("Z")
BelowOne = Annotated[Expr, Interval(0, 1, right_open=True)]
ROW = ["mean-field-chi"]

# --- relu -----------------------------------------------------------------------------------------


@claim(sources=["poole2016"], ledger=ROW)
def relu_variance_map(sigma: X, q: NonnegativeX):
    """A wide relu layer with weights of variance σ²/n multiplies the variance of its preactivations by σ²/2."""
    return eq(sigma**2 * Mean(relu(sqrt(q) * Z(1)) ** 2, Z, standard_normal), sigma**2 / 2 * q), Moments()


@claim(sources=["schoenholz2017"], ledger=ROW)
def relu_chi(sigma: X, q: PositiveX):
    """The factor χ = σ²·E relu′(√q·Z)² of relu is σ²/2 too, whatever q: gradients keep their size where signals do."""
    slope = indicator(sqrt(q) * Z(1) > 0)
    return eq(sigma**2 * Mean(slope**2, Z, standard_normal), sigma**2 / 2), Moments()


# --- tanh -----------------------------------------------------------------------------------------


@claim(ledger=ROW)
def sq_tanh_le_quotient(x: X):
    """The square of tanh stays below x²/(1 + x²/3), and so below x² off 0."""
    return tanh(x) ** 2 <= x**2 / (1 + x**2 / 3), Sturm()


@claim(ledger=ROW)
def sq_sub_fourth_le_sq_tanh(x: X):
    """The square of tanh stays above x² − 2x⁴/3."""
    return x**2 - 2 * x**4 / 3 <= tanh(x) ** 2, Sturm()


@claim(sources=["poole2016"], ledger=ROW)
def mean_sq_tanh_lt(s: PositiveX):
    """Tanh shrinks every variance: E tanh²(s·Z) < s² for a standard normal Z and s ≠ 0."""
    x, at_zero = s * Z(1), indicator(Z(1) >= 0) * indicator(Z(1) <= 0)
    lowered, known = tanh(x) ** 2 - at_zero, sq_tanh_le_quotient.at(x=x)
    off = Nonneg((x**2 / (1 + x**2 / 3) - tanh(x) ** 2) + x**4 / 3 / (1 + x**2 / 3), by=[known])
    pointwise = Have(lowered < x**2, Cases(Z(1), (off, Nonneg(), off), signs=("+", "0", "-")))
    also = [Mean(lowered, Z, standard_normal), Mean(at_zero, Z, standard_normal)]
    return Mean(tanh(x) ** 2, Z, standard_normal) < s**2, Moments(also=also, below=[pointwise])


@claim(ledger=ROW)
def le_mean_sq_tanh(s: X):
    """Tanh shrinks small variances by little: s² − 2s⁴ ≤ E tanh²(s·Z)."""
    x = s * Z(1)
    return s**2 - 2 * s**4 <= Mean(tanh(x) ** 2, Z, standard_normal), Moments(below=[sq_sub_fourth_le_sq_tanh.at(x=x)])


@claim(sources=["poole2016", "schoenholz2017"], ledger=ROW)
def tanh_variance_lt_of_le_one(sigma: UnitX, s: PositiveX):
    """Without biases and with σ ≤ 1 a wide tanh layer shrinks every variance q = s² > 0: no fixed point but 0."""
    square = Mean(tanh(s * Z(1)) ** 2, Z, standard_normal)
    gap = (s**2 - square) + (1 - sigma) * (1 + sigma) * square
    return sigma**2 * square < s**2, Moments(difference=gap, by=[mean_sq_tanh_lt])


@claim(ledger=ROW)
def tanh_variance_gain_ge(sigma: X, s: X):
    """A wide tanh layer makes of the variance q at least q(σ² − 2σ²q), so that small ones are multiplied by almost σ²."""
    square = Mean(tanh(s * Z(1)) ** 2, Z, standard_normal)
    gap = sigma**2 * (square - (s**2 - 2 * s**4))
    return s**2 * (sigma**2 - 2 * sigma**2 * s**2) <= sigma**2 * square, Moments(difference=gap, by=[le_mean_sq_tanh])


@claim(sources=["poole2016", "schoenholz2017"], ledger=ROW, example={"sigma": 2, "s": Rational(1, 4)})
def tanh_variance_gt_of_small(sigma: PositiveX, s: PositiveX):
    """With σ > 1 a tanh layer makes variances q with 2σ²q < σ² − 1 larger: 0 repels, and σ = 1 is critical."""
    square, room = Mean(tanh(s * Z(1)) ** 2, Z, standard_normal), sigma**2 - 1 - 2 * sigma**2 * s**2
    gap = sigma**2 * (square - (s**2 - 2 * s**4)) + s**2 * room
    small = 2 * sigma**2 * s**2 < sigma**2 - 1
    return implies(small, s**2 < sigma**2 * square), Moments(difference=gap, by=[le_mean_sq_tanh])


@claim(sources=["schoenholz2017"], ledger=ROW)
def tanh_chi_at_zero(sigma: X):
    """The factor χ = σ²·E tanh′(√q·Z)² of tanh is σ² at the fixed point q = 0."""
    return eq(sigma**2 * Mean(tanh.d(0 * Z(1)) ** 2, Z, standard_normal), sigma**2), Calc(by=[slopes_tanh])


@claim(ledger=ROW)
def tanh_chi_le(sigma: X, q: NonnegativeX):
    """The factor χ of tanh is at most σ², which it is at q = 0: with σ < 1 gradients vanish wherever the signal is."""
    x = sqrt(q) * Z(1)
    slope = Have(tanh.d(x) ** 2 <= 1, Nonneg((1 - tanh.d(x)) * (1 + tanh.d(x)), by=[deriv_tanh_mem_Ioc.at(x=x)]))
    mean = Mean(tanh.d(x) ** 2, Z, standard_normal)
    return sigma**2 * mean <= sigma**2, Moments(difference=sigma**2 * (1 - mean), below=[slope], by=[slopes_tanh])


# --- through many layers --------------------------------------------------------------------------

Factors = Annotated[LawVariable, Laws(mean=Symbol("chi"))]
L_ = Symbol("L")


@claim(sources=["schoenholz2017"], ledger=ROW)
def mean_product_eq_pow_chi(chi: X, mu: Factors, L: T_):
    """Independent factors of mean χ multiply to χ^L in the mean over L layers."""
    return eq(Mean(product_of(Z, L), Z, mu), chi**L), Induction(on=L, base=Moments(), step=Moments())


@claim(sources=["schoenholz2017"], ledger=ROW)
def mean_product_tendsto_zero_of_chi_lt_one(chi: BelowOne, mu: Factors):
    """Where χ < 1 the squared gradient vanishes in the mean, exponentially in depth."""
    product = Mean(product_of(Z, L_), Z, mu)
    return tends_to_zero(product, L_), Sign(equals=chi**L_, bound=Calc(by=[mean_product_eq_pow_chi]))


@claim(ledger=ROW)
def one_add_mul_sub_one_le_pow(chi: NonnegativeX, L: T_):
    """Bernoulli's inequality: χ^L is at least 1 + L(χ − 1)."""
    gain = chi - 1
    step = Nonneg(chi * (chi**L - (1 + L * gain)) + L * gain**2)
    return 1 + L * gain <= chi**L, Induction(on=L, base=Nonneg(), step=step)


@claim(sources=["schoenholz2017"], ledger=ROW)
def mean_product_ge_one_add_mul(chi: NonnegativeX, mu: Factors, L: T_):
    """Where χ > 1 the squared gradient explodes in the mean: it is at least 1 + L(χ − 1), which grows without end."""
    product, gain = Mean(product_of(Z, L), Z, mu), chi - 1
    return product >= 1 + L * gain, Nonneg(by=[mean_product_eq_pow_chi, one_add_mul_sub_one_le_pow])
