"""Expectations kept in order, numbers that are integrable because draws are independent, and what must be refused."""

from __future__ import annotations

from typing import Annotated

import pytest
from sympy import Rational, Symbol, erf, sqrt

from theory.activations.tanh import tanh
from theory.kernel import chance
from theory.kernel.field import Field
from theory.kernel.terms import ONE, ZERO, Term, add, fn, lt, make, mul, power, rat, sub, var
from theory.kernel.theorem import infer
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, Probability, indicator, standard_normal
from theory.language.claims import Claim, claim
from theory.language.domains import Laws
from theory.language.errors import KernelRefusal
from theory.language.recursion import Recursion
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Have, Moments, Nonneg, Refute
from theory.tactics.settle import Verdict, settle

Z = Draws("Z")
AnyLaw = Annotated[LawVariable, Laws()]
OfMean = Annotated[LawVariable, Laws(mean=Symbol("m"))]
Symmetric = Annotated[LawVariable, Laws(symmetric=True)]
z = var("Z", "seq", (1, 1))
law = var("mu", "law")


def _draw(k: Term) -> Term:
    return fn("entry", fn("at", z, k), ONE, ONE)


def _verdict(found: Claim) -> Verdict:
    return settle(found).verdict


def test_expectations_keep_a_strict_order() -> None:
    @claim()
    def shifted_mean_lt(mu: OfMean, m: X):
        """A number is below itself and one."""
        return Mean(Z(1), Z, mu) < Mean(Z(1) + 1, Z, mu), Moments(below=[Have(Z(1) < Z(1) + 1, Nonneg())])

    assert _verdict(shifted_mean_lt) is Verdict.PROVED


def test_a_relation_that_does_not_hold_for_all_draws_is_no_help() -> None:
    @claim()
    def mean_below_square(mu: Annotated[LawVariable, Laws(order=2)]):
        """Not so for draws between 0 and 1."""
        return Mean(Z(1), Z, mu) <= Mean(Z(1) ** 2, Z, mu), Moments(below=[Have(Z(1) <= Z(1) ** 2, Nonneg())])

    assert _verdict(mean_below_square) is Verdict.OPEN


def test_a_hypothesis_about_the_draws_is_refused() -> None:
    assumed = infer("assume", [lt(ZERO, _draw(ONE))])
    with pytest.raises(KernelRefusal, match="for all draws"):
        infer("mean_kept_in_order", [z, make("gaussian")], [assumed])


@pytest.mark.parametrize(("sign", "verdict"), [(1, Verdict.PROVED), (-1, Verdict.OPEN)])
def test_a_probability_beyond_a_cut_needs_a_scale_that_is_positive(sign: int, verdict: Verdict) -> None:
    @claim()
    def off(b: X, s: PositiveX):
        """Φ(−b/s), or its complement."""
        share = (1 + sign * erf(-b / (s * sqrt(2)))) / 2
        return eq(Probability(b + s * Z(1) < 0, Z, standard_normal), share), Moments()

    assert _verdict(off) is verdict


def test_a_scale_has_to_be_positive() -> None:
    body = fn("pw", add(ONE, mul(var("s"), _draw(ONE))), ONE, ZERO, ZERO)
    cut, none = mul(rat(-1), power(var("s"), -1)), ((ONE, 0, ZERO),)
    known = [infer("assume", [fn("ne", var("s"), ZERO)])]
    with pytest.raises(KernelRefusal, match="a scale is positive"):
        infer("mean_by_pieces", [z, body, ONE, (cut,), ((), none), (var("s"),)], known)


# --- what is integrable -----------------------------------------------------------------------------


def _product(depth: Term) -> Term:
    p, tau = var("p"), make("var", data="tau", sort="nat")
    return fn("rec", p, tau, mul(_draw(tau), p), ONE, depth)


def _integrable(body: Term, order: int) -> bool:
    field = Field([make("lawful", (law,), k) for k in range(1, order + 1)])
    try:
        chance.require_integrable(field, z, law, body)
    except KernelRefusal:
        return False
    return True


def test_a_product_of_independent_draws_needs_moments_of_one_draw_alone() -> None:
    depth = make("var", data="T", sort="nat")
    assert _integrable(_product(depth), 1)
    assert _integrable(mul(_product(depth), _draw(add(depth, ONE))), 1)
    assert not _integrable(mul(_product(depth), _draw(depth)), 1)
    assert not _integrable(power(_product(depth), 2), 1)
    assert _integrable(power(_product(depth), 2), 2)


def test_draws_of_two_sums_may_be_the_same() -> None:
    # Their counters have one name; that one draw comes before the other at each of its values says nothing.
    k, depth = make("var", data="k", sort="nat"), make("var", data="T", sort="nat")
    now, later = (fn("sum", k, ONE, depth, _draw(place)) for place in (k, add(k, ONE)))
    assert not _integrable(mul(now, later), 1)
    assert _integrable(mul(now, later), 2)
    assert not _integrable(mul(now, now), 1)
    assert _integrable(mul(now, _draw(add(depth, ONE))), 1)
    assert not _integrable(mul(later, _draw(add(depth, ONE))), 1)


def test_a_draw_in_every_factor_counts_as_often() -> None:
    p, tau = var("p"), make("var", data="tau", sort="nat")
    always_first = fn("rec", p, tau, mul(_draw(ONE), p), ONE, make("var", data="T", sort="nat"))
    assert not _integrable(always_first, 5)


def test_tanh_is_bounded_and_its_inverse_is_not() -> None:
    x = _draw(ONE)
    up, down = fn("exp", x), fn("exp", mul(rat(-1), x))
    assert _integrable(mul(sub(up, down), power(add(up, down), -1)), 0)
    assert not _integrable(mul(add(up, up, down), power(add(up, down), -1)), 0)
    assert not _integrable(mul(add(x, down), power(add(x, down), -1)), 0)


# --- indices -----------------------------------------------------------------------------------------


def test_blocks_of_draws_do_not_meet() -> None:
    n, t, i, T = (make("var", data=name, sort="nat") for name in ("n", "t", "i", "T"))
    around = (fn("le", ONE, t), fn("le", t, T), fn("le", ONE, i), fn("le", i, n))
    inside = add(mul(fn("nsub", t, ONE), n), i)
    assert chance.never_negative(Field(around), sub(mul(T, n), inside), around)
    assert not chance.never_negative(Field(around), sub(mul(T, n), add(inside, ONE)), around)
    assert not chance.never_negative(Field(around), sub(mul(t, T), mul(t, n)), around)


# --- indicators ---------------------------------------------------------------------------------------


def test_an_indicator_may_test_a_count_of_indicators() -> None:
    @claim()
    def most_negative(mu: AnyLaw):
        """Refuted by a law on one negative number."""
        count = Recursion("N", 0, lambda before, t: before + indicator(Z(t) < 0)).at(2)
        return Probability(count > 1, Z, mu) <= Rational(1, 2), Refute(at={"mu": FiniteLaw({-1: 1})})

    assert _verdict(most_negative) is Verdict.REFUTED


def test_one_of_two_expectations_is_the_other_seen_from_the_other_side() -> None:
    @claim()
    def tanh_of_shift(m: X, mu: Symmetric):
        """True."""
        return eq(Mean(tanh(Z(1) + m), Z, mu), Mean(tanh(m - Z(1)), Z, mu)), Moments()

    @claim()
    def tanh_of_any(m: X, mu: AnyLaw):
        """False without symmetry."""
        return eq(Mean(tanh(Z(1) + m), Z, mu), Mean(tanh(m - Z(1)), Z, mu)), Moments()

    assert _verdict(tanh_of_shift) is Verdict.PROVED
    assert _verdict(tanh_of_any) is Verdict.OPEN


def test_off_zero_needs_a_law_without_an_atom_there() -> None:
    both_ways = indicator(Z(1) >= 0) * indicator(Z(1) <= 0)

    @claim()
    def never_zero(mu: Annotated[LawVariable, Laws(atom_at_zero=False)]):
        """True."""
        return eq(Mean(both_ways, Z, mu), 0), Moments()

    @claim()
    def perhaps_zero(mu: AnyLaw):
        """False."""
        return eq(Mean(both_ways, Z, mu), 0), Moments()

    assert _verdict(never_zero) is Verdict.PROVED
    assert _verdict(perhaps_zero) is Verdict.OPEN
