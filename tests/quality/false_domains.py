"""False statements that fail where they are not defined, hypotheses that nothing meets, numbers of the wrong sort."""

from __future__ import annotations

from typing import Annotated

from sympy import Abs, Eq, Expr, Lt, Rational, Symbol, exp, log, oo, sqrt

from tests.quality.variants import MISREAD, QUANTIFIER, UNDEFINED, VACUOUS, false
from theory.activations.relu import relu, relu_eq_max
from theory.activations.sigmoid import (
    deriv_sigmoid_le_quarter,
)
from theory.activations.silu import silu
from theory.language.claims import claim
from theory.language.domains import Depth, Interval, Positive, Real
from theory.language.matrices import Norm, Slope, SumOf
from theory.language.statements import always, both, exists, implies, infimum, supremum, tends
from theory.language.symbols import T_, NonnegativeX, NonzeroX, Square, X, eq
from theory.tactics import Approached, Attained, Calc, Cases, Nonneg, Sign, SlopesFrom, Witness

EPS = Rational(1, 10**9)
HALF = Rational(1, 2)
t, h, k = Symbol("t"), Symbol("h"), Symbol("k")
Empty = Annotated[Expr, Interval(1, 0)]
Both = Annotated[Expr, Positive.having("negative", lambda x: [Lt(x, 0, evaluate=False)])]
Unsolvable = Annotated[Expr, Real.having("no such number", lambda x: [Eq(x**2 + 1, 0, evaluate=False)])]
NegativeDepth = Annotated[Symbol, Depth.having("negative", lambda T: [Lt(T, 0, evaluate=False)])]

# --- true only where a denominator is nonzero, a root or a logarithm defined ------------------------------


@false("undefined", None, beyond=UNDEFINED)
@claim()
def div_self_eq_one(x: X):
    """x/x = 1 for every x."""
    return eq(x / x, 1), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def difference_of_squares_div(x: X):
    """(x² − 1)/(x − 1) = x + 1 for every x."""
    return eq((x**2 - 1) / (x - 1), x + 1), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def sq_sqrt_eq(x: X):
    """(√x)² = x for every x."""
    return eq(sqrt(x) ** 2, x), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def log_sq_eq(x: NonzeroX):
    """log x² = 2 log x for every x ≠ 0."""
    return eq(log(x**2), 2 * log(x)), Cases(on=x, signs=("+", "-"))


@false("undefined", None)
@claim()
def sqrt_sq_eq(x: X):
    """√x² = x for every x."""
    return eq(sqrt(x**2), x), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def exp_log_eq(x: NonnegativeX):
    """e^{log x} = x for every x ≥ 0."""
    return eq(exp(log(x)), x), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def zero_mul_log_eq_zero(x: X):
    """0 · log x = 0 for every x."""
    return eq(0 * log(x), 0), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def deriv_relu_sub_self(x: X):
    """relu'(x) − relu'(x) = 0, the kink included."""
    return eq(relu.d(x) - relu.d(x), 0), Calc()


@false("undefined", None, beyond=UNDEFINED)
@claim()
def inv_ne_zero_sum(T: T_):
    """1/0 + 1/1 + … + 1/T is equal to itself."""
    return eq(SumOf(1 / k, k, 0, T) - SumOf(1 / k, k, 0, T), 0), Calc()


# --- hypotheses that nothing meets ------------------------------------------------------------------------


@false("vacuous", None, beyond=VACUOUS)
@claim()
def anything_of_empty_interval(x: Empty):
    """Between 1 and 0 every number is its successor."""
    return eq(x, x + 1), Nonneg(difference=(x - 1) - x + 1 + 1)


@false("vacuous", None, beyond=VACUOUS)
@claim()
def anything_of_both_signs(x: Both):
    """A positive negative number is its double."""
    return eq(x, 2 * x), Calc()


@false("vacuous", None, beyond=VACUOUS)
@claim()
def anything_of_unsolvable(x: Unsolvable):
    """A real number with square −1 is below itself."""
    return x**2 <= -1, Calc()


@false("vacuous", None, beyond=VACUOUS)
@claim()
def anything_of_contradiction(x: X):
    """If x is both positive and negative, it is its successor."""
    return implies(both(x > 0, x < 0), eq(x, x + 1)), Calc()


@false("vacuous", None, beyond=VACUOUS)
@claim()
def anything_of_nested_contradiction(x: X):
    """If x is positive, then if it is negative, it is its successor."""
    return implies(x > 0, implies(x < 0, eq(x, x + 1))), Calc()


@false("vacuous", None, beyond=VACUOUS)
@claim(example={"T": -1})
def anything_of_negative_depth(T: NegativeDepth):
    """A negative natural number is 1; the example lies outside the natural numbers."""
    return eq(T, 1), Calc()


# --- a natural number where a real one is used, or the other way round --------------------------------------


@false("sort", None, beyond=QUANTIFIER)
@claim()
def exists_natural_half(T: T_):
    """Twice some natural number is 1."""
    return exists(T, eq(2 * T, 1)), Witness(HALF)


@false("sort", None, beyond=QUANTIFIER)
@claim()
def exists_half_in_depths():
    """Twice some member of the natural numbers is 1."""
    return exists(t, eq(2 * t, 1), domain=Depth), Witness(HALF)


@false("sort", None, beyond=QUANTIFIER)
@claim()
def sup_over_naturals_at_half(T: T_):
    """−(T − 1/2)² reaches 0 at a natural number."""
    return supremum(-((T - HALF) ** 2), T, 0, attained=True), Attained(at=HALF, bound=Nonneg(square=T - HALF))


@false("sort", None, beyond=QUANTIFIER)
@claim()
def sup_over_depths_at_half():
    """−(t − 1/2)² reaches 0 at a member of the natural numbers."""
    body = -((t - HALF) ** 2)
    return supremum(body, t, 0, attained=True, domain=Depth), Attained(at=HALF, bound=Nonneg(square=t - HALF))


@claim()
def exp_tendsto_zero_left_in_naturals(T: T_):
    """e^T → 0 as the natural number T goes to −∞, which none does."""
    return tends(exp(T), T, at=-oo, to=0), Sign()


@false("sort", None, beyond=QUANTIFIER)
@claim()
def inf_exp_over_naturals(T: T_):
    """The values of e^T at natural numbers come arbitrarily close to 0."""
    return infimum(exp(T), T, 0, attained=False), Approached(bound=Nonneg(), limit=exp_tendsto_zero_left_in_naturals)


@claim()
def deriv_silu_nonneg_in_naturals(x: T_):
    """silu rises at natural numbers: true."""
    return silu.d(x) >= 0, Nonneg()


@false("sort", deriv_silu_nonneg_in_naturals)
@claim()
def slope_silu_nonneg(x: X):
    """silu rises everywhere."""
    return Slope(silu, x) >= 0, SlopesFrom(deriv_silu_nonneg_in_naturals)


@false("sort", None, beyond=MISREAD)
@claim()
def real_nonneg_beside_sum(k: X):
    """Every real number is nonnegative, said beside a sum whose index has its name."""
    return implies(SumOf(1, k, 1, 2) >= 0, k >= 0), Nonneg()


@false("sort", None, beyond=MISREAD)
@claim()
def real_nonneg_beside_always(t: X, W: Square):
    """Every real number is nonnegative, said beside a step that has its name."""
    return implies(always(t, Norm(W) >= 0), t >= 0), Nonneg()


@false("hypothesis", relu_eq_max)
@claim()
def relu_eq_self(x: X):
    """The rectifier passes every input."""
    return eq(relu(x), x), Calc()


@false("hypothesis", deriv_sigmoid_le_quarter)
@claim()
def relu_le_abs_half(x: X):
    """The rectifier is at most half the absolute value."""
    return relu(x) <= Abs(x) / 2, Cases(on=x)
