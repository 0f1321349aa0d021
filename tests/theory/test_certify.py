"""Certified extrema: known constants, enclosures that nest, certificates that replay, and questions that are refused."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq
from sympy import Abs, Float, Max, Min, Piecewise, Rational, Symbol, cos, erf, exp, log, pi, sin, sqrt, tanh

from theory import certificates, gelu, hard_tanh, identity, leaky_relu, mish, normal_pdf, relu, sigmoid, silu, softplus
from theory import tanh as hyperbolic_tangent
from theory.certify import Certified, CertifyError, Extremum, certify
from theory.kernel.extrema import check

x = Symbol("x")


def both(expr: Any, order: int) -> tuple[Extremum, Extremum]:
    found = certify(expr, order=order)
    assert found.unsettled == ()
    assert found.sup is not None
    assert found.inf is not None
    return found.sup, found.inf


# --- exact values ---------------------------------------------------------------------------------

POLYNOMIALS = [
    (sigmoid(x), 1, "sup", (-1, 4)),
    (sigmoid(x), 2, "sup", (-1, 0, 108)),
    (sigmoid(x), 2, "inf", (-1, 0, 108)),
    (sigmoid(x), 3, "sup", (-1, 24)),
    (sigmoid(x), 3, "inf", (1, 8)),
    (hyperbolic_tangent(x), 1, "sup", (-1, 1)),
    (hyperbolic_tangent(x), 2, "sup", (-16, 0, 27)),
    ((x + sqrt(x**2 + 4)) / 2, 2, "sup", (-1, 4)),
    (x + (sqrt(x**2 + 1) - 1) / 2, 2, "sup", (-1, 2)),
]


@pytest.mark.parametrize(("expr", "order", "kind", "polynomial"), POLYNOMIALS, ids=str)
def test_the_value_is_a_root_of_its_minimal_polynomial(expr: Any, order: int, kind: str, polynomial: tuple[int, ...]) -> None:
    sup, inf = both(expr, order)
    found = sup if kind == "sup" else inf
    assert found.polynomial == polynomial
    assert found.status == "attained"


CLOSED = [
    (sigmoid(x), 0, "sup", "1", "approached"),
    (sigmoid(x), 1, "sup", "1/4", "attained"),
    (sigmoid(x), 1, "inf", "0", "approached"),
    (softplus(x), 1, "sup", "1", "approached"),
    (sigmoid(50 * x), 0, "sup", "1", "approached"),
    (sigmoid(50 * x), 1, "sup", "25/2", "attained"),
    (log(1 + exp(50 * x)), 1, "sup", "50", "approached"),
    (log(exp(50 * x) + 1), 2, "inf", "0", "approached"),
    (tanh(x**3), 0, "inf", "−1", "approached"),
    ((1 + exp(-x)) ** -3, 2, "sup", "3/16", "attained"),
    (silu(x), 2, "sup", "1/2", "attained"),
    (relu(x), 0, "inf", "0", "attained"),
    (relu(x), 1, "sup", "1", "attained"),
    (leaky_relu(x), 1, "inf", "1/100", "attained"),
    (hard_tanh(x), 0, "sup", "1", "attained"),
    (x + (sqrt(x**2 + 1) - 1) / 2, 1, "sup", "3/2", "approached"),
    (x / (1 + Abs(x)), 1, "sup", "1", "attained"),
    (x / (1 + Abs(x)), 2, "sup", "2", "approached"),
    (Piecewise((x, x > 0), (exp(x) - 1, True)), 1, "sup", "1", "attained"),
    (Piecewise((x, x > 0), (exp(x) - 1, True)), 2, "sup", "1", "approached"),
    (x * Min(6, Max(0, x + 3)) / 6, 1, "sup", "3/2", "approached"),
    (x * Min(6, Max(0, x + 3)) / 6, 0, "inf", "−3/8", "attained"),
    (exp(-(x**2)), 0, "sup", "1", "attained"),
    (identity(x), 1, "sup", "1", "attained"),
]


@pytest.mark.parametrize(("expr", "order", "kind", "closed", "status"), CLOSED, ids=str)
def test_the_value_has_its_closed_form(expr: Any, order: int, kind: str, closed: str, status: str) -> None:
    sup, inf = both(expr, order)
    found = sup if kind == "sup" else inf
    assert (found.closed_form, found.status) == (closed, status)


VALUES = [
    (silu(x), 1, "1.09983932012887", "-0.0998393201288669"),
    (gelu(x), 1, "1.12890414518515", "-0.128904145185155"),
    (mish(x), 1, "1.08849816125", "-0.112526122389"),
    (gelu(x), 0, None, "-0.169971207480"),
    (normal_pdf(x), 1, "0.241970724519143", "-0.241970724519143"),
    (x + sin(x) ** 2, 1, "2.00000000", "0.00000000"),
    (erf(x), 1, "1.12837916709551", "0.00000000"),
    # Further than the first derivatives, off the middle of the line, and where sums of many terms tend to a limit.
    (mish(x), 3, "0.453861181213579", "-0.588412044869020"),
    (tanh(log(2 + exp(x))), 3, "0.0423278114546025", "-0.0890827750612817"),
    (1 / sqrt((x - 2) ** 2 + 1), 3, "1.93228765818009", "-1.93228765818009"),
    (sqrt(1 + sqrt(1 + x**6)), 0, None, "1.41421356237310"),
]


@pytest.mark.parametrize(("expr", "order", "high", "low"), VALUES, ids=str)
def test_the_enclosure_holds_what_others_computed(expr: Any, order: int, high: str | None, low: str) -> None:
    sup, inf = both(expr, order)
    for found, wanted in ((sup, high), (inf, low)):
        if wanted is None:
            assert (found.lower, found.upper, found.status) == (None, None, "unbounded")
            continue
        digits = len(wanted.partition(".")[2])
        assert found.lower is not None
        assert found.upper is not None
        slack = Fraction(1, 10**digits)
        assert found.lower - slack <= Fraction(wanted) <= found.upper + slack
        assert found.upper - found.lower < Fraction(1, 10**29)


def test_more_digits_lie_within_fewer() -> None:
    coarse, fine = (certify(silu(x), order=1, digits=d).sup for d in (30, 300))
    assert coarse is not None and fine is not None  # noqa: PT018
    assert coarse.lower is not None and coarse.upper is not None  # noqa: PT018
    assert fine.lower is not None and fine.upper is not None  # noqa: PT018
    assert coarse.lower <= fine.upper
    assert fine.lower <= coarse.upper
    assert fine.upper - fine.lower < Fraction(1, 10**299)


def test_the_maximum_is_where_it_is_said_to_be() -> None:
    sup, _ = both(silu(x), 1)
    ((low, high),) = sup.at
    assert low is not None and high is not None  # noqa: PT018
    # silu'' = σ'(2 + x(1 − 2σ)) vanishes where x·tanh(x/2) = 2.
    left, right = (arb(fmpq(q.numerator, q.denominator)) for q in (low, high))
    assert not left * (left / 2).tanh() > 2
    assert not right * (right / 2).tanh() < 2
    assert high - low < Fraction(1, 10**15)


# --- certificates ------------------------------------------------------------------------------------

EVERY = [
    sigmoid(x),
    hyperbolic_tangent(x),
    softplus(x),
    silu(x),
    gelu(x),
    mish(x),
    relu(x),
    hard_tanh(x),
    normal_pdf(x),
    x + sin(x) ** 2,
]


@pytest.mark.parametrize("expr", EVERY, ids=str)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_certificates_replay_from_json(expr: Any, order: int) -> None:
    for found in both(expr, order):
        stored = json.loads(json.dumps(found.to_json()))
        check(certificates.from_json(stored))
        assert certificates.to_json(certificates.from_json(stored)) == stored


# --- what is not settled, and what is refused ---------------------------------------------------------


def unsettled(found: Certified) -> bool:
    return (found.sup is None or found.inf is None) and bool(found.unsettled)


HOLES = [
    (1 / x, "a pole"),
    (log(x), "a function on part of the line"),
    (sqrt(x), "a function on part of the line"),
    (sin(x) / x, "a removable singularity"),
    (sin(x**2), "oscillation that quickens"),
    (tanh(x) * sin(x), "oscillation at infinity"),
    (x * sin(x), "unbounded oscillation"),
]


@pytest.mark.parametrize(("expr", "why"), HOLES, ids=[why for _, why in HOLES])
def test_what_the_method_cannot_see_is_not_settled(expr: Any, why: str) -> None:
    found = certify(expr, x, seconds=3.0)
    for extremum in (found.sup, found.inf):
        if extremum is not None:  # settled after all: then it must be right
            assert extremum.status == "unbounded", f"{why}: {extremum}"
    if found.sup is not None and found.inf is not None:
        pytest.fail(f"{why}: both extrema of {expr} were settled")


def test_nearly_cancelling_exponents_are_told_apart() -> None:
    rate = exp(-sqrt(2 + Rational(1, 10**30)) * x) * exp(sqrt(2 + Rational(2, 10**30)) * x)  # e^{εx} with ε about 3.5·10⁻³¹
    sup, inf = both(rate, 0)
    assert (sup.status, inf.status, inf.closed_form) == ("unbounded", "approached", "0")


STEP = Piecewise((1, x > 0), (0, True))


def test_a_jump_is_no_kink_of_the_derivative() -> None:
    sup, inf = both(STEP, 0)
    assert (sup.closed_form, sup.status, inf.closed_form, inf.status) == ("1", "attained", "0", "attained")
    sup, inf = both(STEP, 1)  # where the derivative exists
    assert (sup.closed_form, inf.closed_form) == ("0", "0")


@pytest.mark.parametrize("expr", [Float(0.5) * x, Symbol("y") * x, pi * Symbol("z") + x])
def test_inexact_numbers_and_other_variables_are_refused(expr: Any) -> None:
    with pytest.raises(Exception, match=r"exact|variable") as caught:
        certify(expr, x)
    assert type(caught.value).__module__.startswith("theory.")


@pytest.mark.parametrize(("order", "digits"), [(-1, 30), (9, 30), (0, 0), (0, 10**6)])
def test_orders_and_digits_out_of_range_are_refused(order: int, digits: int) -> None:
    with pytest.raises(CertifyError):
        certify(cos(x), order=order, digits=digits)
