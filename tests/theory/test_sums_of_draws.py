"""Sums of draws: that of normal numbers is normal, and which draws two counters, one in the other, read."""

from __future__ import annotations

import pytest

from theory.kernel.chance import places
from theory.kernel.field import Field
from theory.kernel.signs import NEG
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, make, mul, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.chance import LawVariable
from theory.language.domains import Laws
from theory.language.errors import KernelRefusal

Z, NORMAL_COLUMNS = var("Z", "seq", (1, 1)), var("Z", "seq", ("n", 1))
k, t, T, x, a = var("k", "nat"), var("t", "nat"), var("T", "nat"), var("x"), var("a")
SQUARE = power(x, 2)


def z(step: Term) -> Term:
    """The number z_k."""
    return fn("entry", fn("at", Z, step), ONE, ONE)


def total(coefficient: Term, high: Term = T, low: Term = ONE) -> Term:
    """Σ c_k·z_k."""
    return fn("sum", k, low, high, z(k) if coefficient is ONE else mul(coefficient, z(k)))


def combined(of: Term, variance: Term, *facts: Term, draws: Term = Z, function: Term = SQUARE) -> Theorem:
    """The rule on f(Σ c_k·z_k)."""
    return infer("mean_of_combination", [draws, of, variance, x, function], [infer("assume", [f]) for f in facts])


# --- a sum of normal numbers ------------------------------------------------------------------------------


def test_a_sum_of_normal_numbers_is_a_multiple_of_one() -> None:
    told = combined(total(ONE, rat(3)), rat(3)).conclusion
    whole, single = (side.args[2] for side in told.args)
    assert whole is power(total(ONE, rat(3)), 2)
    assert Field().same(single, mul(rat(3), power(z(ONE), 2)))


def test_its_variance_is_the_sum_of_the_squares() -> None:
    assert combined(total(k, rat(3)), rat(14)).conclusion.op == "eq"
    for wrong in (rat(6), rat(13), a, T):
        with pytest.raises(KernelRefusal, match="sum of the squares"):
            combined(total(k, rat(3)), wrong)


def test_a_variance_may_be_known_by_a_fact() -> None:
    ones = fn("sum", k, ONE, T, ONE)
    assert combined(total(ONE), T, eq(ones, T)).hypotheses == {eq(ones, T)}
    with pytest.raises(KernelRefusal):
        combined(total(ONE), T)


@pytest.mark.parametrize(
    "of",
    [
        total(z(ONE)),  # the coefficients are drawn
        total(z(k)),
        total(ONE, low=rat(0)),  # z_0 is no draw
        fn("sum", k, ONE, T, mul(a, z(add(k, ONE)))),
        fn("sum", k, ONE, T, power(z(k), 2)),
        fn("sum", k, ONE, T, mul(z(k), a)),
        add(z(ONE), z(rat(2))),
    ],
    ids=repr,
)
def test_what_is_no_combination_of_draws_is_refused(of: Term) -> None:
    with pytest.raises(KernelRefusal):
        combined(of, fn("sum", k, ONE, T, power(a, 2)))


def test_the_function_reads_the_sum_alone() -> None:
    with pytest.raises(KernelRefusal, match="the sum alone"):
        combined(total(ONE, rat(2)), rat(2), function=mul(x, z(ONE)))


def test_columns_are_not_summed() -> None:
    with pytest.raises(KernelRefusal):
        combined(total(ONE, rat(2)), rat(2), draws=NORMAL_COLUMNS)


# --- draws behind two counters ------------------------------------------------------------------------------


def nested(high: Term) -> Term:
    """The recursion D_s = D_{s−1} + (z_1 + … + z_{high(s)})."""
    inner = fn("rec", x, k, add(x, z(k)), ZERO, high)
    return fn("rec", x, t, add(x, inner), ZERO, T)


def test_what_bounds_the_end_of_a_counter_bounds_the_counter() -> None:
    ((read, around),) = places(nested(t), Z)
    assert not Field(around).sign(sub(T, read)) & NEG


@pytest.mark.parametrize("high", [add(t, ONE), mul(rat(2), t), add(T, ONE)], ids=repr)
def test_a_later_end_is_not_bounded_by_it(high: Term) -> None:
    ((read, around),) = places(nested(high), Z)
    assert Field(around).sign(sub(T, read)) & NEG


def test_only_earlier_draws_are_independent_of_the_next() -> None:
    later, last = z(add(T, ONE)), T
    law = make("gaussian")
    assert infer("mean_of_product", [Z, law, nested(t), later, last], []).conclusion.op == "eq"
    with pytest.raises(KernelRefusal, match="later draw"):
        infer("mean_of_product", [Z, law, nested(add(t, ONE)), later, last], [])


# --- sums of one term, laws without atoms -------------------------------------------------------------------


def test_a_sum_from_a_number_to_itself_is_its_term() -> None:
    one_term = fn("sum", k, ZERO, ZERO, power(a, k))
    assert Field().same(one_term, ONE)
    assert Field().same(fn("sum", k, T, T, mul(k, a)), mul(T, a))
    assert not Field().same(fn("sum", k, T, add(T, ONE), mul(k, a)), mul(T, a))


def test_a_finite_law_has_atoms_and_the_normal_law_has_none() -> None:
    atomless = make("lawful", (make("gaussian"),), "without atoms")
    infer("decided", [atomless])
    coin = make("finite", data=((rat(-1).data, rat(1).data / 2), (rat(1).data, rat(1).data / 2)))
    with pytest.raises(KernelRefusal):
        infer("decided", [make("lawful", (coin,), "without atoms")])


def test_a_law_without_atoms_has_none_at_zero() -> None:
    domain = Laws(symmetric=True, atoms=False)
    kinds = {getattr(c, "what", None) for c in domain.conditions(LawVariable("mu"))}
    assert kinds == {"symmetric", "without atoms", "without atom at zero"}
    assert domain == Laws(symmetric=True, atoms=False, atom_at_zero=False)
