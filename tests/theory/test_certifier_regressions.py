"""False certificates that were once accepted, each by another hole: refused for good."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import arb

import theory.kernel.reading  # noqa: F401  # pyright: ignore[reportUnusedImport]  # installs the definitions
from theory import certificates
from theory.certify import certify
from theory.kernel.enclosure import Cell, bound_of
from theory.kernel.extrema import Certificate, Place, check
from theory.kernel.functions import Function
from theory.kernel.series import Precision
from theory.kernel.terms import ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, sub, var
from theory.language.errors import KernelRefusal
from theory.parsing import parse

x = var("x")


def number(q: Any) -> Fraction | None:
    return None if q is None else Fraction(q)


def cell(low: Any, high: Any, rule: str, point: Any = None) -> Cell:
    return Cell(number(low), number(high), rule, number(point))


def split(low: Any, high: Any, count: int, rule: str) -> list[Cell]:
    start, step = Fraction(low), (Fraction(high) - Fraction(low)) / count
    return [Cell(start + k * step, start + (k + 1) * step, rule) for k in range(count)]


def certificate(
    t: Term, cells: list[list[Cell]], place: Place, lower: Any, upper: Any, status: str, **more: Any
) -> Certificate:
    known: dict[str, Any] = {"order": 0, "sign": 1, "bits": 128, "kinks": (), "others": None, "variable": x} | more
    return Certificate(
        term=t, cells=tuple(map(tuple, cells)), lower=number(lower), upper=number(upper), place=place, status=status, **known
    )


def refused(c: Certificate) -> None:
    with pytest.raises(KernelRefusal):
        check(c)


def test_derivatives_beyond_the_length_of_series_are_not_taken_for_zero() -> None:
    found = certify(parse("exp(-abs(x))+5/10**27*exp(-(1000*(x-101/97))**2)"), order=8, digits=10, seconds=3)
    assert found.sup is None or found.sup.upper is None or found.sup.upper > Fraction(875, 100)


def test_a_spike_at_a_kink_counts() -> None:
    found = certify(parse("where(x>=5, where(x<=5, 1+1/10**36, exp(-x**2)), exp(-x**2))"), digits=30)
    assert found.sup is None or (found.sup.upper is not None and found.sup.upper >= 1 + Fraction(1, 10**36))


def test_a_polynomial_is_that_of_every_piece_with_a_peak() -> None:
    found = certify(parse("where(x>0, (1+1/10**36)/(1+(x-5)**2), 1/(1+(x+5)**2))"), digits=30)
    assert found.sup is None or found.sup.polynomial != (-1, 1)


@pytest.mark.parametrize(
    "expr", ["where(exp(1/x)>0, exp(-x**2), 0)", "where(1+log(x)**2>0, -tanh(x), 0)", "max(exp(-x**2), -sqrt(x))"]
)
def test_parts_that_play_no_part_have_to_be_defined(expr: str) -> None:
    found = certify(parse(expr), "x", seconds=3)
    assert (found.sup, found.inf) == (None, None)


def falling(t: Term, high: Fraction = Fraction(1, 4)) -> arb:
    with Precision(64):
        return bound_of(Function(t, x, (Fraction(0), None), 0), Cell(Fraction(0), high, "top", Fraction(0)))


def test_from_where_its_slope_vanishes_a_curve_falls_if_it_bends_down() -> None:
    square = power(x, 2)
    assert falling(neg(square)) == 0
    assert falling(sub(ONE, square)) == 1
    for rises in (square, sub(x, square), sub(mul(rat(Fraction(1, 10**9)), x), square), sub(power(x, 4), square)):
        with pytest.raises(KernelRefusal, match="fall"):
            falling(rises, Fraction(1))


def test_an_enclosure_alone_has_no_closed_form() -> None:
    cells = [[cell(None, -4, "tail"), *split(-4, 4, 16, "range"), cell(4, None, "tail")]]
    enclosed = certificate(fn("tanh", x), cells, Place("limit", Fraction(-4), -1), -2, 2, "unknown")
    check(enclosed)
    refused(replace(enclosed, closed=rat(-1)))


def test_points_belong_to_peaks() -> None:
    step = fn("pw", x, ONE, ONE, neg(ONE))
    cells = [[cell(None, 0, "constant")], [cell(0, None, "constant")]]
    flat = certificate(step, cells, Place("constant", Fraction(0)), 1, 1, "attained", kinks=(Fraction(0),), closed=ONE)
    check(flat)
    refused(replace(flat, points=(rat(-17),)))
    refused(replace(flat, others=Fraction(-5)))
    unbounded = certificate(x, [[]], Place("infinity", Fraction(4), 1), None, None, "unbounded")
    check(unbounded)
    refused(replace(unbounded, points=(ZERO,)))


def test_the_variable_is_a_real_variable() -> None:
    n = var("x", "nat")
    t = add(neg(fn("sin", fn("abs", add(n, ONE)))), fn("cos", n))
    place = Place("point", Fraction(-12854, 10000))
    refused(certificate(t, [split(0, 7, 700, "range")], place, Fraction(1, 2), Fraction(6, 10), "unknown", variable=n))
    pi = make("pi")
    cells = [[cell(None, 0, "constant")], [cell(0, None, "constant")]]
    t = fn("pw", pi, fn("sin", pi), ZERO, ZERO)
    place = Place("point", Fraction(1, 10))
    refused(certificate(t, cells, place, Fraction(9, 10), 1, "unknown", variable=pi, order=1, kinks=(Fraction(0),)))


def test_coefficients_are_not_rounded() -> None:
    found = certify(parse("1/(1+x**2)"))
    assert found.sup is not None
    stored = found.sup.to_json()
    check(certificates.from_json(stored))
    with pytest.raises(KernelRefusal):
        certificates.from_json({**stored, "polynomial": ["-3/2", "1"]})
    with pytest.raises(KernelRefusal):
        certificates.from_json({**stored, "lower": "1/0"})


def test_what_is_undefined_at_a_kink_has_no_value_there() -> None:
    cells = [[cell(None, 0, "constant")], [cell(0, None, "constant")]]
    t = power(power(x, -1), 0)
    place = Place("constant", None)
    refused(certificate(t, cells, place, 1, 1, "attained", kinks=(Fraction(0),), closed=ONE))


def test_a_peak_that_is_lower_is_no_place_of_the_maximum() -> None:
    found = certify(parse("exp(-x**2)+(1+1/1000000000)*exp(-(x-20)**2)"), digits=30)
    assert found.sup is not None
    assert [round(float(low)) for low, _ in found.sup.at if low is not None] == [20]


def test_costly_certificates_are_refused_at_once() -> None:
    limit = Place("limit", Fraction(4), 1)
    tail = [[cell(None, -4, "tail"), cell(-4, 4, "range"), cell(4, None, "tail")]]
    refused(certificate(power(add(rat(3), fn("exp", neg(x))), -(10**8)), tail, limit, 0, 1, "approached"))
    steep = power(power(power(x, 64), 64), 64)
    refused(certificate(fn("exp", neg(steep)), tail, limit, 0, 1, "approached"))
    factors = mul(*(fn("tanh", add(x, rat(k))) for k in range(30)))
    refused(certificate(factors, tail, limit, 0, 1, "approached", order=8))
    kinks = tuple(Fraction(k) for k in range(30_000))
    refused(certificate(x, [[]] * 30_001, Place("infinity", Fraction(40_000), 1), None, None, "unbounded", kinks=kinks))


def hole(at: Term) -> Term:
    """0, but undefined where `at` vanishes."""
    return fn("pw", at, ZERO, power(mul(ZERO, at), -1), ZERO)


def test_an_unbounded_function_is_defined_at_its_kinks() -> None:
    place = Place("infinity", Fraction(4), 1)
    kinks = (Fraction(0),)
    check(certificate(add(x, fn("pw", x, ZERO, ONE, ZERO)), [[], []], place, None, None, "unbounded", kinks=kinks))
    for order in (0, 1):
        t = mul(add(x, hole(x)), x)
        refused(certificate(t, [[], []], place, None, None, "unbounded", kinks=kinks, order=order))


def test_an_unbounded_function_is_defined_in_its_gaps() -> None:
    gap = (Fraction(-1, 8), Fraction(1, 8))
    place = Place("infinity", Fraction(4), 1)
    covered = [[], [cell(*gap, "hull")], []]
    check(certificate(add(x, fn("abs", x)), covered, place, None, None, "unbounded", kinks=gap))
    refused(certificate(add(x, fn("abs", x)), [[], [], []], place, None, None, "unbounded", kinks=gap))
    refused(certificate(add(x, fn("abs", x)), [[], [cell(0, "1/8", "hull")], []], place, None, None, "unbounded", kinks=gap))
    refused(certificate(add(x, fn("abs", x), power(x, -1)), covered, place, None, None, "unbounded", kinks=gap))
    refused(certificate(add(x, hole(x)), covered, place, None, None, "unbounded", kinks=gap))


def test_a_supremum_that_jumps_away_is_not_attained() -> None:
    falls = fn("pw", x, neg(x), rat(-1), add(x, rat(-1)))  # tends to 0 as x ↓ 0, where it is −1
    gap = (Fraction(-1, 2**20), Fraction(1, 2**20))
    beyond = Fraction(1, 2**19)
    for kinks, cells, place in (
        (
            (Fraction(0),),
            [[cell(None, -4, "tail"), cell(-4, 0, "top", 0)], [cell(0, 4, "top", 0), cell(4, None, "tail")]],
            Place("kink", Fraction(0), 1),
        ),
        (
            gap,
            [
                [cell(None, -4, "tail"), cell(-4, gap[0], "top", gap[0])],
                [cell(*gap, "hull")],
                [cell(gap[1], 4, "top", gap[1]), cell(4, None, "tail")],
            ],
            Place("kink", gap[1], 1),
        ),
    ):
        enclosed = certificate(falls, cells, place, -beyond, beyond, "unknown", kinks=kinks)
        check(enclosed)
        refused(replace(enclosed, status="attained", others=-beyond - Fraction(1, 10**9)))
        refused(replace(enclosed, status="attained", lower=Fraction(0), upper=Fraction(0)))


def test_a_top_is_one_by_its_first_derivative_that_does_not_vanish() -> None:
    cube, fourth = neg(power(x, 3)), neg(power(x, 4))
    ends = [cell(None, -4, "tail")], [cell(4, None, "tail")]
    place = Place("point", Fraction(0))
    check(certificate(fourth, [[*ends[0], cell(-4, 4, "top", 0), *ends[1]]], place, 0, 0, "attained"))
    for t, m in ((cube, 0), (power(x, 4), 0), (fourth, 1), (fourth, -4)):
        refused(certificate(t, [[*ends[0], cell(-4, 4, "top", m), *ends[1]]], Place("point", Fraction(m)), 0, 0, "attained"))


def test_nothing_is_left_out_beyond_less_than_a_period() -> None:
    hat = fn("abs", fn("sin", x))
    sides = (Fraction(-1, 2), Fraction(1, 2))
    cells = [[], [cell(*sides, "hull")], []]
    refused(certificate(hat, cells, Place("kink", sides[0], 1), "1/4", "1/2", "unknown", kinks=sides))
    refused(certificate(add(hat, mul(ZERO, x)), cells, Place("kink", sides[0], 1), "1/4", "1/2", "unknown", kinks=sides))
    half_line = fn("sin", fn("abs", x))
    cells = [[cell(-1, 0, "range")], [cell(0, 1, "range")]]
    refused(certificate(half_line, cells, Place("point", Fraction(1, 2)), "1/4", 1, "unknown", kinks=(Fraction(0),)))


def test_a_zero_of_an_absolute_value_is_a_change_of_sign() -> None:
    gap = (Fraction(-1, 8), Fraction(1, 8))
    sides = [cell(None, -4, "tail"), cell(-4, gap[0], "top", gap[0])], [cell(gap[1], 4, "top", gap[1]), cell(4, None, "tail")]
    cells = [sides[0], [cell(*gap, "hull")], sides[1]]
    zero = Place("zero", gap[0])
    check(certificate(fn("abs", x), cells, zero, 0, 0, "attained", sign=-1, kinks=gap))
    jump = fn("pw", x, ONE, ONE, neg(ONE))
    for t in (fn("abs", power(x, 2)), fn("abs", jump), add(fn("abs", x), fn("abs", add(x, rat(1))))):
        refused(certificate(t, cells, zero, 0, 0, "attained", sign=-1, kinks=gap))
    refused(certificate(fn("abs", x), cells, zero, 0, 0, "attained", sign=-1, kinks=gap, order=1))


def test_an_irrational_number_is_attained_only_if_nothing_is_above_it() -> None:
    high = add(make("pi"), neg(power(x, 4)))
    cells = [[cell(None, -4, "tail"), cell(-4, 4, "top", 0), cell(4, None, "tail")]]
    at_zero = certificate(high, cells, Place("point", Fraction(0)), 3, 4, "attained", closed=make("pi"))
    check(at_zero)
    for m in (Fraction(1, 1000), Fraction(-1, 10**20)):
        refused(replace(at_zero, place=Place("point", m), closed=None))
    refused(replace(at_zero, closed=rat(Fraction(355, 113))))
    refused(replace(at_zero, cells=((cells[0][0], cell(-4, 4, "range"), cells[0][2]),), upper=Fraction(10**3)))


@pytest.mark.parametrize("name", ["nope", "x"])
def test_unknown_functions_are_refused(name: str) -> None:
    t = make("app", (make("fun", data=name), x))
    refused(certificate(t, [[cell(None, None, "constant")]], Place("constant", None), 0, 0, "attained"))


def test_a_cosine_of_what_does_not_vary_has_no_period() -> None:
    found = certify(parse("cos(x - x)"))
    assert found.sup is not None, found.unsettled
    assert found.sup.closed_form == "1"
