"""Euler's constant, expectations that premises speak of, and growth rates of products of normal matrices."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb
from sympy import EulerGamma, log

from numerics.attack import attack
from numerics.balls import ball
from numerics.evaluate import ExactView
from numerics.floats import FloatView
from theory.flow.lyapunov import (
    even,
    mean_log,
    mean_log_sq_length_next,
    mean_log_sq_length_one,
    mean_log_sq_length_two,
)
from theory.kernel.exact import holds
from theory.kernel.field import Field, with_plain_counts
from theory.kernel.gate import goal_of
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, le, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import Claim, claim
from theory.language.errors import KernelRefusal
from theory.language.symbols import T_, Step
from theory.language.symbols import eq as equal
from theory.tactics import Calc, Have, Induction, Nonneg
from theory.tactics.settle import Verdict, settle

GAMMA = make("euler_gamma")
x, T, Z = var("x"), var("T", "nat"), var("Z", "seq", (1, 1))
NORMAL, LAW, OTHER = GAUSSIAN, var("mu", "law"), var("nu", "law")


# --- Euler's constant ------------------------------------------------------------------------------------------


def test_euler_gamma_lies_where_harmonic_numbers_put_it() -> None:
    n = 1000
    above = sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0))  # less log n it falls to γ, less log(n + 1) it rises
    low, high = sub(rat(above), fn("log", rat(n + 1))), sub(rat(above), fn("log", rat(n)))
    assert holds(lt(low, GAMMA)) is holds(lt(GAMMA, high)) is True
    assert holds(lt(GAMMA, low)) is holds(lt(high, GAMMA)) is False


def test_euler_gamma_is_the_same_number_everywhere() -> None:
    assert ball(ExactView({}, {}).scalar(GAMMA)).overlaps(arb.const_euler())
    assert FloatView({}, {}, 1).number(GAMMA) == np.euler_gamma


def test_euler_gamma_is_positive_and_nothing_more_is_known_without_balls() -> None:
    assert infer("order", ["lt", ZERO, GAMMA, GAMMA]).conclusion is lt(ZERO, GAMMA)
    with pytest.raises(KernelRefusal, match="is not established"):
        infer("order", ["lt", GAMMA, ONE, sub(ONE, GAMMA)])
    with pytest.raises(KernelRefusal, match="different normal forms"):
        infer("identity", [GAMMA, rat(Fraction(57721566490153286, 10**17))])


# --- expectations that premises speak of -----------------------------------------------------------------------


def log_square(width: Term, law: Term = NORMAL) -> Term:
    """E log(z_1² + … + z_n²)."""
    k = var("k", "nat")
    return mean(Z, law, fn("log", make("sum", (k, ONE, width, power(fn("entry", fn("at", Z, k), ONE, ONE), 2)))))


def told(formula: Term) -> list[Theorem]:
    """A formula as a premise."""
    return [infer("assume", [formula])]


def known(t: Term, *facts: Term) -> bool:
    """Whether a number is known to exist under some facts."""
    try:
        Field(facts).require_defined(t)
    except KernelRefusal:
        return False
    return True


@pytest.mark.parametrize("relation", [eq, le, lt])
def test_an_expectation_that_a_premise_compares_exists(relation: Callable[[Term, Term], Term]) -> None:
    found = log_square(rat(2))
    for sides in ((found, x), (x, found), (add(found, neg(log_square(T))), x), (mul(HALF, found), ZERO)):
        assert known(found, relation(*sides)), sides
        assert infer("identity", [found, found], told(relation(*sides)))
    assert not known(found)


@pytest.mark.parametrize(
    "formula",
    [
        eq(log_square(rat(3)), x),  # other draws
        eq(log_square(T), x),
        eq(log_square(rat(2), LAW), x),  # another law
        fn("not", eq(log_square(rat(2)), x)),
        fn("implies", eq(x, ZERO), eq(log_square(rat(2)), x)),
        eq(fn("pw", x, log_square(rat(2)), ZERO, ZERO), ZERO),  # where x > 0 alone
        eq(make("sum", (var("k", "nat"), ONE, T, log_square(rat(2)))), ZERO),  # of no summands
        lt(ZERO, T),
    ],
    ids=repr,
)
def test_an_expectation_that_no_premise_compares_may_not_exist(formula: Term) -> None:
    assert not known(log_square(rat(2)), formula)


def test_of_two_laws_each_has_expectations_of_its_own() -> None:
    assert known(log_square(T, LAW), eq(log_square(T, LAW), x))
    assert not known(log_square(T, OTHER), eq(log_square(T, LAW), x))


def test_a_bound_counter_is_no_free_variable_of_a_premise() -> None:
    each = make("sum", (T, ONE, rat(3), log_square(T)))
    assert not known(each, eq(log_square(T), x))


def test_counts_are_compared_as_polynomials() -> None:
    two, other = add(mul(rat(2), add(T, ONE)), rat(2)), add(add(mul(rat(2), T), rat(2)), rat(2))
    assert two is not other
    assert with_plain_counts(log_square(two)) is with_plain_counts(log_square(other))
    assert known(log_square(two), eq(log_square(other), x))
    assert not known(log_square(two), eq(log_square(add(other, ONE)), x))
    real = mean(Z, NORMAL, power(add(fn("entry", fn("at", Z, ONE), ONE, ONE), neg(x)), -1))
    assert with_plain_counts(real) is real


# --- growth rates ------------------------------------------------------------------------------------------------


def seen(claimed: Claim) -> tuple[Term, Term]:
    """The sides of an equation that a claim without variables states."""
    left, right = goal_of(claimed).conclusion.args
    return left, right


@pytest.mark.parametrize("cited", [mean_log_sq_length_one, mean_log_sq_length_two], ids=lambda c: c.name)
def test_samples_agree_with_what_is_cited(cited: Claim) -> None:
    average, value = (ball(ExactView({}, {}).scalar(t)) for t in seen(cited))
    assert average.overlaps(value)
    assert average.rad() < 0.05
    for off in (-0.1, 0.1):
        assert not average.overlaps(value + off)


def _even_step(width: Any) -> Any:
    return Calc(by=[mean_log_sq_length_next.at(T=width)])


@claim()
def even_without_halving(T: T_):
    """With twice the steps."""
    base = Calc(by=[mean_log_sq_length_two, mean_log_sq_length_next.at(T=2)])
    wrong = log(2) - EulerGamma + 2 * (even(T) - log(2) + EulerGamma)
    return equal(mean_log(2 * T + 4), wrong), Induction(on=T, base=base, step=_even_step(2 * T + 4))


@claim()
def even_from_the_odd_base(T: T_):
    """With −log 2 for log 2."""
    base = Calc(by=[mean_log_sq_length_one, mean_log_sq_length_two, mean_log_sq_length_next.at(T=2)])
    return equal(mean_log(2 * T + 4), even(T) - 2 * log(2)), Induction(on=T, base=base, step=_even_step(2 * T + 4))


@claim()
def even_one_width_on(T: T_):
    """At the width 2T + 6 what holds at 2T + 4."""
    base = Calc(by=[mean_log_sq_length_two, mean_log_sq_length_next.at(T=2), mean_log_sq_length_next.at(T=4)])
    return equal(mean_log(2 * T + 6), even(T)), Induction(on=T, base=base, step=_even_step(2 * T + 6))


@claim()
def rate_nonneg_at_inverse_width(T: Step):
    """With entries of variance 1/n lengths do not shrink."""
    positive = Have(T > 0, Nonneg((T - 1) + 1))
    return (mean_log(T) - log(T)) / 2 >= 0, Nonneg(by=[positive, mean_log_sq_length_next])


@claim()
def rate_gt_half_as_far(T: Step):
    """More than −1/(3n), where about −1/(2n) is true."""
    positive = Have(T > 0, Nonneg((T - 1) + 1))
    return (mean_log(T) - log(T)) / 2 > -1 / (3 * T), Nonneg(by=[positive, mean_log_sq_length_next])


FALSE = [even_without_halving, even_from_the_odd_base, even_one_width_on, rate_nonneg_at_inverse_width, rate_gt_half_as_far]


@pytest.mark.parametrize("variant", FALSE, ids=lambda c: c.name)
def test_a_false_growth_rate_is_not_proved_and_broken(variant: Claim) -> None:
    assert settle(variant).verdict is Verdict.OPEN
    assert attack(variant).broken


@claim()
def mean_log_exists(T: Step):
    """Without a lemma that speaks of it."""
    return equal(mean_log(T), mean_log(T)), Calc()


def test_no_expectation_of_a_logarithm_exists_by_itself() -> None:
    assert settle(mean_log_exists).verdict is Verdict.OPEN
