"""Expectations: what the rules prove, held against sums over outcomes and against samples, and what they refuse."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest

from numerics import chance as sampling
from numerics.balls import ball, exact, fraction
from numerics.evaluate import ExactView
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.kernel import exact as decisions
from theory.kernel.chance import growth
from theory.kernel.field import Field
from theory.kernel.moments import GAUSSIAN, integral, mean
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, le, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal

LAW, OTHER = var("mu", "law"), var("nu", "law")
Z, COLUMNS = var("Z", "seq", (1, 1)), var("Z", "seq", ("n", 1))
T, k, i, j, x, a = var("T", "nat"), var("k", "nat"), var("i", "nat"), var("j", "nat"), var("x"), var("a")
COIN = make("finite", data=((Fraction(-1), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))))
LOADED = make("finite", data=((Fraction(-1), Fraction(1, 3)), (Fraction(2), Fraction(2, 3))))
SECOND = make("lawful", (LAW,), 2)
SYMMETRIC = make("lawful", (LAW,), "symmetric")


def z(step: Term | int) -> Term:
    """The number z_k."""
    return fn("entry", fn("at", Z, rat(step) if isinstance(step, int) else step), ONE, ONE)


def given(*formulas: Term) -> list[Theorem]:
    """Hypotheses as facts."""
    return [infer("assume", [f]) for f in formulas]


def walk(depth: Term) -> Term:
    """S_T = z_1 + … + z_T."""
    return fn("rec", x, k, add(x, z(k)), ZERO, depth)


def indicator(u: Term) -> Term:
    """1 where u > 0."""
    return fn("pw", u, ONE, ZERO, ZERO)


# --- what it means ------------------------------------------------------------------------------------

NUMBERS: dict[str, Term] = {
    "one draw": z(1),
    "square": power(z(2), 2),
    "product": mul(z(1), z(3)),
    "indicator": indicator(add(z(1), z(2))),
    "walk": power(walk(rat(3)), 2),
    "sum": fn("sum", k, ONE, rat(3), mul(k, power(z(k), 3))),
    "relu": fn("app", make("fun", data=relu.__name__), sub(z(1), z(2))),
    "nested": mul(z(1), mean(Z, LOADED, add(z(1), ONE))),
}


def by_hand(number: Term, law: Term, draws: int) -> Fraction:
    """The sum over all outcomes of so many draws."""
    total = Fraction(0)
    for outcome in product(law.data, repeat=draws):
        values = {Z: make("seqlit", data=tuple((v,) for v, _ in outcome), shape=(1, 1))}
        value = fraction(ExactView(values, {}).scalar(number))
        assert value is not None
        total += prod((w for _, w in outcome), start=Fraction(1)) * value
    return total


@pytest.mark.parametrize("law", [COIN, LOADED])
@pytest.mark.parametrize("name", NUMBERS)
def test_over_a_finite_law_it_is_the_sum_over_all_outcomes(name: str, law: Term) -> None:
    expected = by_hand(NUMBERS[name], law, 3)
    term = mean(Z, law, NUMBERS[name])
    assert Field().frac(term).constant() == expected
    assert ExactView({}, {}).scalar(term) == exact(expected)


def test_a_law_has_positive_weights_that_sum_to_one_and_no_value_twice() -> None:
    half = Fraction(1, 2)
    for rows in ([(0, half)], [(0, half), (1, 1)], [(0, half), (0, half)], [(0, -1), (1, 2)], []):
        with pytest.raises(KernelRefusal):
            make("finite", data=tuple((Fraction(v), Fraction(w)) for v, w in rows))


def test_the_name_of_the_draws_does_not_matter() -> None:
    other = var("Y", "seq", (1, 1))
    renamed = fn("mean", other, LAW, power(fn("entry", fn("at", other, ONE), ONE, ONE), 2))
    assert Field().same(mean(Z, LAW, power(z(1), 2)), renamed)
    assert not Field().same(mean(Z, LAW, z(1)), mean(Z, OTHER, z(1)))


# --- integrals against the normal density ---------------------------------------------------------------

PIECES: dict[str, tuple[Term, tuple[Term, ...], tuple[tuple[tuple[Term, int, Term], ...], ...]]] = {
    "line": (z(1), (), (((ONE, 1, ZERO),),)),
    "fourth power": (power(z(1), 4), (), (((ONE, 4, ZERO),),)),
    "relu": (fn("max", z(1), ZERO), (ZERO,), ((), ((ONE, 1, ZERO),))),
    "shifted": (fn("max", sub(z(1), HALF), ZERO), (HALF,), ((), ((ONE, 1, ZERO), (neg(HALF), 0, ZERO)))),
    "exponential": (fn("exp", neg(z(1))), (), (((ONE, 0, rat(-1)),),)),
    "tilted": (mul(power(z(1), 3), fn("exp", mul(HALF, z(1)))), (), (((ONE, 3, HALF),),)),
    "interval": (
        mul(indicator(add(z(1), ONE)), sub(ONE, indicator(sub(z(1), ONE))), power(z(1), 2)),
        (rat(-1), ONE),
        ((), ((ONE, 2, ZERO),), ()),
    ),
    "elu": (
        fn("pw", z(1), z(1), ZERO, sub(fn("exp", z(1)), ONE)),
        (ZERO,),
        (((ONE, 0, ONE), (rat(-1), 0, ZERO)), ((ONE, 1, ZERO),)),
    ),
}


@pytest.mark.parametrize("name", PIECES)
def test_an_integral_lies_within_what_samples_say(name: str) -> None:
    body, cuts, pieces = PIECES[name]
    value = integral(cuts, pieces)
    proved = infer("mean_by_pieces", [Z, body, value, cuts, pieces])
    assert proved.conclusion is eq(mean(Z, GAUSSIAN, body), value)
    with sampling.sampling(1 << 17):
        interval = ball(ExactView({}, {}).scalar(mean(Z, GAUSSIAN, body)))
    assert interval.overlaps(decisions.ball(value))
    assert float(interval.rad()) < 0.1 * (1 + abs(float(interval.mid())))
    with pytest.raises(KernelRefusal):
        infer("mean_by_pieces", [Z, body, add(value, rat(Fraction(1, 10**9))), cuts, pieces])


def test_pieces_that_are_not_the_function_are_refused() -> None:
    body, cuts, pieces = PIECES["relu"]
    for wrong_cuts, wrong in [
        (cuts, pieces[::-1]),
        (cuts, (((ONE, 0, ZERO),), pieces[1])),
        ((ONE,), pieces),
        ((), (pieces[1],)),
        ((ONE, ZERO), ((), ((ONE, 1, ZERO),), pieces[1])),
        (cuts, ((), ((z(1), 0, ZERO),))),
        ((z(1),), pieces),
    ]:
        with pytest.raises(KernelRefusal):
            infer("mean_by_pieces", [Z, body, integral(wrong_cuts, wrong), wrong_cuts, wrong])


@pytest.mark.parametrize("body", [z(2), add(z(1), z(2)), walk(ONE), walk(T), fn("log", add(ONE, fn("exp", z(1))))])
def test_more_than_one_draw_and_unknown_growth_are_not_integrated(body: Term) -> None:
    with pytest.raises(KernelRefusal):
        infer("mean_by_pieces", [Z, body, ZERO, (), (((ONE, 1, ZERO),),)])


def test_powers_of_a_normal_number() -> None:
    step = infer("mean_of_power", [Z, mul(rat(2), T)]).conclusion
    values = [Fraction(1), Fraction(1), Fraction(3), Fraction(15)]
    for t, value in enumerate(values):
        assert infer("mean_by_pieces", [Z, power(z(1), 2 * t), rat(value), (), (((ONE, 2 * t, ZERO),),)])
        assert t == 0 or value == (2 * t - 1) * values[t - 1]
    assert step.args[1].args[0] is add(mul(rat(2), T), ONE)


def test_a_projection_is_a_multiple_of_one_number() -> None:
    column = var("c", "mat", ("n", 1))
    square = power(x, 2)
    told = infer("mean_of_projection", [COLUMNS, column, x, square, Z]).conclusion
    assert told.args[1] is mean(Z, GAUSSIAN, power(mul(fn("norm", column), z(1)), 2))
    for function in (mul(x, z(1)), mul(x, fn("norm", fn("at", COLUMNS, ONE)))):
        with pytest.raises(KernelRefusal):
            infer("mean_of_projection", [COLUMNS, column, x, function, Z])


# --- what is independent ---------------------------------------------------------------------------------

SPLITS: dict[str, tuple[Term, Term, Term, list[Term]]] = {
    "numbers": (z(1), z(2), ONE, []),
    "walk and next": (walk(T), z(add(T, ONE)), T, []),
    "symbols": (z(i), z(j), i, [lt(i, j)]),
    "sums": (fn("sum", k, ONE, T, z(k)), fn("sum", k, add(T, ONE), add(T, rat(3)), z(k)), T, []),
}


@pytest.mark.parametrize("name", SPLITS)
def test_what_reads_other_draws_is_independent(name: str) -> None:
    first, second, last, facts = SPLITS[name]
    told = infer("mean_of_product", [Z, LAW, first, second, last], given(SECOND, *facts))
    assert told.conclusion is eq(mean(Z, LAW, mul(first, second)), mul(mean(Z, LAW, first), mean(Z, LAW, second)))


WRONG_SPLITS: dict[str, tuple[Term, Term, Term, list[Term]]] = {
    "the same draw": (z(1), z(1), ONE, []),
    "perhaps the same draw": (z(i), z(j), i, []),
    "in the wrong order": (z(2), z(1), ONE, []),
    "not known to be later": (z(i), z(j), i, [le(i, j)]),
    "the last step of a walk": (walk(add(T, ONE)), z(add(T, ONE)), T, []),
    "a base that is read at depth 0 too": (fn("rec", x, k, x, z(2), T), z(add(T, rat(2))), add(T, ONE), []),
    "an end that depends on chance": (z(1), z(2), fn("mul", z(1), ONE), []),
}


@pytest.mark.parametrize("name", WRONG_SPLITS)
def test_what_may_read_the_same_draw_is_not_independent(name: str) -> None:
    first, second, last, facts = WRONG_SPLITS[name]
    with pytest.raises(KernelRefusal):
        infer("mean_of_product", [Z, LAW, first, second, last], given(SECOND, *facts))


def test_without_independence_the_product_rule_is_false() -> None:
    square, apart = mean(Z, COIN, power(z(1), 2)), power(mean(Z, COIN, z(1)), 2)
    assert Field().frac(square).constant() == 1
    assert Field().frac(apart).constant() == 0


def test_one_draw_stands_for_another_and_two_do_not() -> None:
    told = infer("mean_of_one_draw", [Z, LAW, power(z(T), 2), T], given(SECOND)).conclusion
    assert told.args[1] is mean(Z, LAW, power(z(1), 2))
    for body in (mul(z(T), z(1)), fn("sum", T, ONE, rat(3), z(T)), walk(T)):
        with pytest.raises(KernelRefusal):
            infer("mean_of_one_draw", [Z, LAW, body, T], given(SECOND))


# --- linearity, symmetry, order ---------------------------------------------------------------------------


def test_constants_come_out_and_chance_does_not() -> None:
    body = add(mul(a, z(1)), rat(3))
    told = infer("mean_linear", [Z, LAW, body, ((a, z(1)), (rat(3), ONE))], given(SECOND)).conclusion
    assert Field([told]).same(mean(Z, LAW, body), add(mul(a, mean(Z, LAW, z(1))), rat(3)))
    for parts in (((z(1), a), (rat(3), ONE)), ((a, z(1)),), ((a, z(1)), (rat(4), ONE)), ()):
        with pytest.raises(KernelRefusal):
            infer("mean_linear", [Z, LAW, body, parts], given(SECOND))


def test_a_fact_about_a_sequence_says_nothing_of_draws_of_that_name() -> None:
    for rule, parameters in [
        ("mean_linear", [Z, LAW, z(1), ((ZERO, ONE),)]),
        ("mean_of_one_draw", [Z, LAW, z(2), rat(2)]),
        ("mean_by_pieces", [Z, z(1), ZERO, (), ((),)]),
    ]:
        with pytest.raises(KernelRefusal):
            infer(rule, parameters, given(SECOND, eq(z(1), ZERO)))


def test_only_a_symmetric_law_is_turned_round() -> None:
    body = fn("tanh", z(1))
    told = infer("mean_reflected", [Z, LAW, body], given(SYMMETRIC)).conclusion
    assert Field().same(told.args[1], mean(Z, LAW, fn("tanh", neg(z(1)))))
    with pytest.raises(KernelRefusal):
        infer("mean_reflected", [Z, LAW, body], given(SECOND))
    with pytest.raises(KernelRefusal):
        infer("mean_reflected", [Z, OTHER, body], given(SYMMETRIC))


def test_order_is_kept_only_where_it_holds_for_all_draws() -> None:
    everywhere = infer("order", ["le", ZERO, power(z(1), 2), power(z(1), 2)])
    assert infer("mean_kept_in_order", [Z, LAW], [everywhere, *given(SECOND)]).conclusion.op == "le"
    here = infer("order", ["le", ZERO, z(1), z(1)], given(le(ZERO, z(1))))
    with pytest.raises(KernelRefusal):
        infer("mean_kept_in_order", [Z, LAW], [here, *given(SECOND)])


def test_zero_is_left_out_only_where_it_has_no_weight() -> None:
    apart = fn("ne", z(1), ZERO)
    ratio = infer("identity", [mul(z(1), power(z(1), -1)), ONE], given(apart))
    off = infer("identity", [indicator(power(z(1), 2)), ONE], given(apart))
    spared = make("lawful", (LAW,), "without atom at zero")
    assert infer("mean_off_zero", [Z, LAW, ONE], [off, *given(spared)]).conclusion.args[1] is mean(Z, LAW, ONE)
    for same, index, facts in [(off, ONE, []), (off, rat(2), [spared]), (ratio, ONE, [spared])]:
        with pytest.raises(KernelRefusal):
            infer("mean_off_zero", [Z, LAW, index], [same, *given(*facts)])


# --- what has an expectation ------------------------------------------------------------------------------

GROWTH: dict[str, tuple[Term, int]] = {
    "a constant": (a, 0),
    "a power": (power(z(1), 3), 3),
    "a product": (mul(z(1), z(2), z(3)), 3),
    "a root": (power(fn("abs", z(1)), HALF), 1),
    "a bounded function": (fn("sin", power(z(1), 5)), 0),
    "a sigmoid": (fn("app", make("fun", data=sigmoid.__name__), z(1)), 0),
    "a relu": (fn("app", make("fun", data=relu.__name__), power(z(1), 2)), 2),
    "a walk": (walk(T), 1),
    "a product of walks": (mul(walk(T), walk(T)), 2),
}


@pytest.mark.parametrize("name", GROWTH)
def test_growth_is_what_it_should_be(name: str) -> None:
    term, degree = GROWTH[name]
    assert growth(Field(), term, {Z: 1}) == degree


def test_moments_that_a_law_may_not_have_are_refused() -> None:
    Field([SECOND]).require_defined(mean(Z, LAW, power(z(1), 2)))
    Field([SYMMETRIC]).require_defined(mean(Z, LAW, fn("tanh", z(1))))
    for facts, body in [
        ([SECOND], power(z(1), 3)),
        ([SECOND], power(z(1), T)),
        ([SECOND], fn("exp", z(1))),
        ([SYMMETRIC], z(1)),
        ([], z(1)),
        ([make("lawful", (OTHER,), 2)], z(1)),
    ]:
        with pytest.raises(KernelRefusal):
            Field(facts).require_defined(mean(Z, LAW, body))


@pytest.mark.parametrize(
    "body",
    [
        fn("exp", power(z(1), 2)),
        fn("exp", fn("exp", z(1))),
        power(z(1), -1),
        fn("log", add(ONE, power(z(1), 2))),
        power(sub(z(1), ONE), -2),
        fn("rec", x, k, fn("exp", add(x, z(k))), ZERO, T),
        fn("rec", x, k, mul(x, power(fn("exp", x), 2)), z(1), T),
    ],
)
def test_even_the_normal_law_has_no_expectation_of_what_grows_too_fast_or_has_no_value(body: Term) -> None:
    with pytest.raises(KernelRefusal):
        Field().require_defined(mean(Z, GAUSSIAN, body))


def test_a_mean_has_the_sign_of_what_is_averaged() -> None:
    assert Field().sign(mean(Z, GAUSSIAN, power(z(1), 2))) & 1 == 0
    assert Field().sign(mean(Z, GAUSSIAN, fn("exp", z(1)))) == 4
    assert Field().sign(mean(Z, GAUSSIAN, z(1))) == 7
