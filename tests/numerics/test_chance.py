"""Expectations over the normal law as samples tell them: intervals, what is rare, what is too large."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, fmpq

from numerics import chance as sampling
from numerics.balls import Undefined, ball, exact
from numerics.evaluate import ExactView
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.replacing import substitute
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, make, mul, power, rat, sub, var
from theory.kernel.theorem import infer
from theory.language.errors import KernelRefusal

Z, COLUMNS = var("Z", "seq", (1, 1)), var("Z", "seq", ("n", 1))
T, k, x, a = var("T", "nat"), var("k", "nat"), var("x"), var("a")


def z(step: int) -> Term:
    """The number z_k."""
    return fn("entry", fn("at", Z, rat(step)), ONE, ONE)


@pytest.mark.parametrize("hits", [0, 1, 17, 500, 999, 1000])
def test_a_binomial_interval_has_its_tails(hits: int) -> None:
    from scipy.stats import binom

    low, high = sampling.binomial_interval(hits, 1000, error=1e-3)
    assert low <= hits / 1000 <= high
    assert hits == 0 or binom.sf(hits - 1, 1000, low) == pytest.approx(5e-4, rel=1e-6)
    assert hits == 1000 or binom.cdf(hits, 1000, high) == pytest.approx(5e-4, rel=1e-6)


def test_intervals_cover_as_often_as_they_say() -> None:
    generator = np.random.default_rng(7)
    missed = 0
    for _ in range(400):
        low, high = sampling.student_interval(list(generator.exponential(size=(32, 400)).mean(axis=1)), error=0.05)
        missed += not low <= 1 <= high
    assert 5 <= missed <= 40


def test_a_wrong_constant_in_the_third_digit_is_outside() -> None:
    with sampling.sampling(1 << 20):
        seen = ball(ExactView({}, {}).scalar(mean(Z, GAUSSIAN, fn("max", z(1), ZERO))))
    true = 1 / (2 * arb.pi()).sqrt()
    assert seen.contains(true) or seen.overlaps(true)
    assert not seen.overlaps(true * arb(fmpq(1002, 1000)))


# Of probability 2.9·10⁻⁷: 2¹⁷ draws see none.
RARE = fn("pw", sub(z(1), rat(5)), ONE, ZERO, ZERO)


SEEN = fn("pw", z(2), ONE, ZERO, ZERO)
CHANCE_OF_RARE = (5 / arb(2).sqrt()).erfc() / 2


@pytest.mark.parametrize(
    ("body", "scale", "shift"),
    [
        (RARE, 1, 0),
        (sub(ONE, RARE), -1, 1),
        (mul(rat(1000), RARE), 1000, 0),
        (add(ONE, mul(rat(10**6), RARE)), 10**6, 1),
        (mul(SEEN, sub(ONE, mul(HALF, RARE))), Fraction(-1, 4), Fraction(1, 2)),
        (add(SEEN, mul(rat(10**6), RARE)), 10**6, Fraction(1, 2)),
        (add(fn("tanh", z(2)), mul(rat(10**6), power(RARE, 2))), 10**6, 0),
        (fn("rec", x, k, add(x, mul(rat(50), RARE)), ZERO, rat(3)), 150, 0),
    ],
)
def test_the_interval_of_what_is_rare_holds_it(body: Term, scale: Fraction, shift: Fraction) -> None:
    true = CHANCE_OF_RARE * exact(scale) + exact(shift)
    assert ball(ExactView({}, {}).scalar(mean(Z, GAUSSIAN, body))).overlaps(true)


@pytest.mark.parametrize("body", [fn("max", sub(z(1), rat(5)), ZERO), mul(z(2), z(2), RARE)])
def test_of_what_no_draw_shows_and_has_no_range_nothing_is_said(body: Term) -> None:
    with pytest.raises(Undefined, match="rare"):
        ExactView({}, {}).scalar(mean(Z, GAUSSIAN, body))


@pytest.mark.parametrize("zeros", [7, 20, 400])
def test_numbers_that_swallow_the_draws_are_refused(zeros: int) -> None:
    body = sub(add(z(1), a), a)
    with pytest.raises(Undefined, match="large"):
        ExactView({a: rat(10**zeros)}, {}).scalar(mean(Z, GAUSSIAN, mul(body, a)))


def slope_of_tanh(u: Term) -> Term:
    return make("der", (make("fun", data="tanh"), u), 1)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (power(slope_of_tanh(mul(a, z(1))), 2), Fraction(1)),
        (add(rat(Fraction(1, 3)), mul(z(1), fn("exp", z(2)), a)), Fraction(1, 3)),
        (fn("pow", z(1), mul(rat(2), T)), Fraction(1)),
        (fn("pw", mul(z(1), a), ONE, rat(7), ZERO), Fraction(7)),
    ],
)
def test_where_draws_play_no_part_the_number_is_exact(body: Term, value: Fraction) -> None:
    found = ExactView({a: rat(0), T: rat(0)}, {}).scalar(mean(Z, GAUSSIAN, body))
    assert found == exact(value)


@pytest.mark.parametrize(
    "body",
    [
        mul(RARE, RARE),
        slope_of_tanh(add(ONE, mul(a, rat(10**6), z(1)))),
        fn("pw", add(ONE, mul(a, z(1))), ONE, ONE, ZERO),
    ],
)
def test_where_draws_may_play_a_part_it_is_an_interval(body: Term) -> None:
    found = ExactView({a: rat(Fraction(1, 10**9))}, {}).scalar(mean(Z, GAUSSIAN, body))
    assert isinstance(found, arb)
    assert found.rad() > 0


def test_the_same_instance_is_sampled_alike_and_another_one_anew() -> None:
    def seen(value: Fraction) -> arb:
        return ball(ExactView({a: rat(value)}, {}).scalar(mean(Z, GAUSSIAN, fn("pw", sub(z(1), a), ONE, ZERO, ZERO))))

    assert str(seen(Fraction(1, 3))) == str(seen(Fraction(1, 3)))
    assert not seen(Fraction(1, 3)).overlaps(seen(Fraction(2)))


def test_draws_of_another_width_are_sampled_anew() -> None:
    norm = fn("mean", COLUMNS, GAUSSIAN, fn("norm", fn("at", COLUMNS, ONE)))
    widths = [ball(ExactView({}, {}).scalar(substitute(norm, {}, {"n": n}))) for n in (1, 2, 3)]
    assert not any(a.overlaps(b) for a, b in pairwise(widths))


# --- matrices of draws ------------------------------------------------------------------------------

G = var("G", "seq", (2, 2))
SIGNS = make("finite", data=((Fraction(-1), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))))
SQUARED = fn("mmul", fn("at", G, ONE), fn("at", G, ONE))
TRACE = add(*(fn("entry", SQUARED, rat(i), rat(i)) for i in (1, 2)))  # a² + 2bc + d²


def test_outcomes_of_a_matrix_are_summed_as_the_kernel_sums_them() -> None:
    assert ExactView({}, {}).scalar(mean(G, SIGNS, TRACE)) == fmpq(2)
    infer("identity", [mean(G, SIGNS, TRACE), rat(2)])
    with pytest.raises(KernelRefusal):
        infer("identity", [mean(G, SIGNS, TRACE), rat(3)])


def test_entries_of_a_normal_matrix_are_drawn_apart() -> None:
    with sampling.sampling(1 << 14):
        seen = ball(ExactView({}, {}).scalar(mean(G, GAUSSIAN, TRACE)))
    assert seen.contains(2)
    assert seen.rad() < 0.1
