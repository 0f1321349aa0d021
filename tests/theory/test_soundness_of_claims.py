"""False claims that were once called PROVED, mostly by how they were read: each must be refused."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from sympy import Abs, Eq, Expr, Ge, Gt, Integer, Le, Lt, Ne, Rational, Symbol, exp, log

from theory.language.activations import Activation
from theory.language.claims import Claim, claim
from theory.language.domains import Depth, Index, Positive, Real
from theory.language.errors import GradproofError
from theory.language.matrices import SumOf
from theory.language.statements import always, both, exists, implies, infimum, supremum
from theory.tactics import Calc, Nonneg, kinds
from theory.tactics.settle import Verdict, settle


class logarithm_as_activation(Activation):  # noqa: N801 - activations are named as they are written
    """Defined on the positive half-line only."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return log(x)


R = Annotated[Expr, Real]
D = Annotated[Symbol, Depth]
bound_k, bound_y = Symbol("k"), Symbol("y")


@claim()
def regression_base_of_a_logarithm(x: Annotated[Expr, Positive]) -> Any:
    """log₂ x = log x: the base was dropped in reading."""
    return Eq(log(x, 2), log(x), evaluate=False), Calc()


@claim()
def regression_sort_leaks_from_a_sum(k: R) -> Any:
    """0 ≤ Σ 0 + k for real k: the sum made every later k a natural number."""
    return Ge(SumOf(0, bound_k, 1, 3) + k, 0), Nonneg()


@claim()
def regression_sort_leaks_from_always(k: R) -> Any:
    """0 ≤ k for real k, after a statement about every step k."""
    return both(always(bound_k, Ge(bound_k, 0)), Ge(k, 0)), kinds.Parts((Nonneg(), Nonneg()))


@claim()
def regression_half_exists_among_depths() -> Any:
    """Some natural number is ½: the base of the domain was not read."""
    return exists(bound_y, Eq(bound_y, Rational(1, 2)), Depth), kinds.Witness(Rational(1, 2))


@claim()
def regression_maximum_over_depths() -> Any:
    """−(y − ½)² has the maximum 0 over the natural numbers: the base of the domain was not read."""
    gap = (bound_y - Rational(1, 2)) ** 2
    value = supremum(-gap, bound_y, 0, attained=True, domain=Depth)
    return value, kinds.Attained(at=Rational(1, 2), bound=Nonneg(difference=gap))


@claim()
def regression_derivative_off_the_domain() -> Any:
    """The derivative of log at −1 is −1."""
    return Eq(logarithm_as_activation.d(Integer(-1)), -1), Calc()


@claim()
def regression_sum_up_to_its_own_variable(T: D) -> Any:
    """Σ_{T=1}^{T} T, whose upper end the binder would swallow."""
    return Eq(SumOf(T, T, 1, T), SumOf(bound_k, bound_k, 1, T)), Calc()


@claim()
def regression_coordinate_past_its_width() -> Any:
    """Some coordinate of {1, 2, 3} is 5: the width of a bound coordinate was not read."""
    return exists(bound_y, Eq(bound_y, 5), Index(3)), kinds.Witness(5)


@claim()
def regression_coordinate_zero() -> Any:
    """The least coordinate of {1, 2, 3} is 0: coordinates count from 1."""
    return infimum(bound_y, bound_y, 0, attained=True, domain=Index(3)), kinds.Attained(at=0, bound=Nonneg(difference=bound_y))


@claim()
def regression_power_of_a_negative_number(x: R, y: R, z: R) -> Any:
    """z = x^y makes z positive: where y is 1, z is x."""
    return implies(Eq(z, x**y), Gt(z, 0)), Nonneg(difference=z)


LOGARITHMIC = Real.having("has a logarithm", lambda v: [Ge(exp(log(v)), -5)])
NONZERO = Real.having("divides itself", lambda v: [Ge(v / v + v, 1)])


@claim()
def regression_domain_simplified() -> Any:
    """Some y ≤ −1 has a logarithm: SymPy had made y of e^{log y} in the domain."""
    return exists(bound_y, Le(bound_y, -1), LOGARITHMIC), kinds.Witness(-1)


@claim()
def regression_zero_divides_itself(x: Annotated[Expr, NONZERO]) -> Any:
    """0 divides itself, so that x ≠ 0 would be false: SymPy had made 1 of x/x in the domain."""
    return Ne(x, 0), kinds.Refute(at={"x": 0})


@claim()
def regression_quantified_parameter(x: Annotated[Expr, Positive]) -> Any:
    """Some x is negative: the domain of the parameter was left out."""
    return exists(x, Lt(x, 0)), kinds.Witness(-1)


@claim()
def regression_sound_control(x: R) -> Any:
    """0 ≤ |x|, which is true: a control that this file can see a PROVED."""
    return Le(0, Abs(x)), Nonneg()


FALSE_CLAIMS = [
    regression_base_of_a_logarithm,
    regression_sort_leaks_from_a_sum,
    regression_sort_leaks_from_always,
    regression_half_exists_among_depths,
    regression_maximum_over_depths,
    regression_derivative_off_the_domain,
    regression_sum_up_to_its_own_variable,
    regression_coordinate_past_its_width,
    regression_coordinate_zero,
    regression_power_of_a_negative_number,
    regression_domain_simplified,
    regression_quantified_parameter,
]


@pytest.mark.parametrize("false", FALSE_CLAIMS, ids=lambda c: c.name)
def test_a_false_or_unreadable_claim_is_not_proved(false: Claim) -> None:
    try:
        verdict = settle(false).verdict
    except GradproofError:
        return
    assert verdict not in (Verdict.PROVED, Verdict.CONDITIONAL)


def test_a_true_claim_is_not_refuted_outside_of_its_domain() -> None:
    assert settle(regression_zero_divides_itself).verdict is Verdict.OPEN


def test_a_true_claim_is_proved() -> None:
    assert settle(regression_sound_control).verdict is Verdict.PROVED
