"""Profiles: what each says is checked against balls at random points, and against what is known of these functions."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from flint import arb
from sympy import Symbol

from theory import silu
from theory.kernel.enclosure import exactly
from theory.kernel.exact import ball
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision
from theory.kernel.terms import Term, rat, sub, var
from theory.language.activations import Activation
from theory.language.errors import GradproofError
from theory.parsing import function, parse
from theory.profiles import Profile, ProfileError, profile
from theory.profiles.spots import Spot, Stretch
from theory.profiles.symmetry import Symmetry
from theory.typeset import text

NAMES = (
    *(
        "sigmoid",
        "tanh",
        "softplus",
        "silu",
        "gelu",
        "gelu_tanh",
        "mish",
        "arctan",
        "erf",
        "logsigmoid",
        "tanhshrink",
        "gaussian",
    ),
    *("bent_identity", "squareplus", "lecun_tanh", "relu", "leaky_relu", "elu", "selu", "celu", "softsign"),
    *("hard_sigmoid", "hard_tanh", "relu6", "hardswish", "softshrink", "snake", "sine", "relu_squared", "quick_gelu"),
)
X = var("x")


@cache
def profiled(name: str) -> Profile:
    return profile(function(name), "x")


def number(t: Term) -> arb:
    with Precision(1280):
        return ball(t)


def at(t: Term, x: Fraction) -> arb:
    return number(substitute(t, {X: rat(x)}))


def points_in(s: Stretch, count: int = 12) -> list[Fraction]:
    """Random points of a stretch, away from ends that are only enclosed."""
    draw = random.Random(f"{s}")
    low = s.low.high if s.low is not None else (s.high.low if s.high is not None else Fraction(0)) - 18
    high = s.high.low if s.high is not None else (s.low.high if s.low is not None else Fraction(0)) + 18
    return [low + (high - low) * Fraction(draw.randint(1, 9999), 10000) for _ in range(count)]


def slope(t: Term, x: Fraction) -> arb:
    """A difference quotient, exact up to its step."""
    h = Fraction(1, 2**40)
    with Precision(1280):
        return (at(t, x + h) - at(t, x - h)) / (2 * exactly(h))


@pytest.mark.parametrize("name", NAMES)
def test_signs_are_those_of_the_function(name: str) -> None:
    p = profiled(name)
    for chart, t in ((p.signs[0], p.term), (p.displacement, sub(p.term, X))):
        for s in chart.stretches if chart is not None else ():
            for x in points_in(s):
                value = at(t, x)
                assert value > 0 if s.sign > 0 else value < 0 if s.sign < 0 else value.contains(0), (x, s)


@pytest.mark.parametrize("name", NAMES)
def test_it_rises_and_falls_where_it_is_said_to(name: str) -> None:
    p = profiled(name)
    for s in p.monotone or ():
        points = sorted(points_in(s))
        for x, y in pairwise(points):
            change = at(p.term, y) - at(p.term, x)
            if x < y:
                assert not (change < 0 if s.sign > 0 else change > 0 if s.sign < 0 else not change.contains(0)), (x, y, s)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sign", [1, 0, -1])
def test_chords_lie_on_the_side_that_convexity_says(name: str, sign: Any) -> None:
    p = profiled(name)
    for s in p.bending(sign) or ():
        points = points_in(s)
        for x, y in pairwise(points):
            above = (at(p.term, x) + at(p.term, y)) / 2 - at(p.term, (x + y) / 2)
            assert not (above < 0 if sign > 0 else above > 0 if sign < 0 else not above.contains(0)), (x, y, s)


@pytest.mark.parametrize("name", NAMES)
def test_zeros_and_fixed_points_are_such(name: str) -> None:
    p = profiled(name)
    for places, t in ((p.zeros, p.term), (p.fixed_points, sub(p.term, X))):
        for place in places or ():
            if isinstance(place, Spot):
                if place.exact is not None:
                    assert number(substitute(t, {X: place.exact})).contains(0)
                else:
                    assert at(t, place.low) * at(t, place.high) < 0
                    assert place.high - place.low < Fraction(1, 10**12)


@pytest.mark.parametrize("name", NAMES)
def test_far_out_it_is_near_its_asymptote_by_what_the_gap_says(name: str) -> None:
    p = profiled(name)
    for end in p.ends:
        far = Fraction(300 * end.side)
        value = at(p.term, far)
        if isinstance(end.limit, int):
            assert value > 2 if end.limit > 0 else value < -2
        elif end.limit is not None:
            assert abs(value - number(end.limit)) < 0.02
        if end.asymptote is not None:
            rest = value - at(end.asymptote, far)
            if end.gap is not None and end.gap.op == "rat":
                assert rest.contains(0)
            elif end.gap is not None:
                near = Fraction(18 * end.side)  # where e^{−x³/14} can still be told from 0
                with Precision(1280):
                    assert abs((at(p.term, near) - at(end.asymptote, near)) / at(end.gap, near) - 1) < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_no_slope_beats_the_lipschitz_constant(name: str) -> None:
    p = profiled(name)
    bounds = p.lipschitz.bounds
    draw = random.Random(name)
    for _ in range(40):
        x, y = (Fraction(draw.randint(-9000, 9000), 1000) for _ in range(2))
        if bounds is not None and x != y:
            assert not abs(at(p.term, x) - at(p.term, y)) > exactly(bounds[1]) * exactly(abs(x - y))


@pytest.mark.parametrize("name", NAMES)
def test_slopes_on_both_sides_of_a_kink(name: str) -> None:
    p = profiled(name)
    for j in p.junctions:
        if j.continuous:
            step = Fraction(1, 2**20)
            assert abs(slope(p.term, j.at - step) - number(j.sides[1].left)) < 1e-4
            assert abs(slope(p.term, j.at + step) - number(j.sides[1].right)) < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_symmetry_holds_at_random_points(name: str) -> None:
    p = profiled(name)
    draw = random.Random(name)
    assert p.symmetry is not None
    for _ in range(10):
        u = Fraction(draw.randint(1, 5000), 777)
        if isinstance(p.symmetry, Symmetry):
            a = p.symmetry.centre
            left, right = at(p.term, a - u), at(p.term, a + u)
            assert (left - right if p.symmetry.kind == "even" else left + right - 2 * number(p.symmetry.height)).contains(0)


KINKS = {
    "relu": {"0": ("0", "1")},
    "leaky_relu": {"0": ("1/100", "1")},
    "hard_sigmoid": {"-3": ("0", "1/6"), "3": ("0", "1/6")},
    "hard_tanh": {"-1": ("0", "1"), "1": ("0", "1")},
    "relu6": {"0": ("0", "1"), "6": ("0", "1")},
    "hardswish": {"-3": ("−1/2", "0"), "3": ("1", "3/2")},
    "softshrink": {"-1/2": ("0", "1"), "1/2": ("0", "1")},
}


@pytest.mark.parametrize("name", NAMES)
def test_kinks(name: str) -> None:
    found = {str(j.at): tuple(map(text, j.clarke)) for j in profiled(name).junctions if j.clarke and not j.smooth(1)}
    if name == "selu":
        assert [*found] == ["0"]
    else:
        assert found == KINKS.get(name, {})


SMOOTHNESS = {
    "none": ("relu", "leaky_relu", "selu", "hard_sigmoid", "hard_tanh", "relu6", "hardswish", "softshrink"),
    "2": ("softsign", "gaussian", "relu_squared", "snake"),
    "1": ("elu", "celu", "sine"),
    "1/2": ("silu", "bent_identity"),
    "1/4": ("softplus", "logsigmoid", "squareplus"),
}


@pytest.mark.parametrize(("expected", "name"), [(v, n) for v, names in SMOOTHNESS.items() for n in names])
def test_smoothness_constants(expected: str, name: str) -> None:
    p = profiled(name)
    if expected == "none":
        assert (p.differentiable(1), p.smoothness.finite) == (False, False)
        return
    bounds = p.smoothness.bounds
    assert bounds is not None
    low, high = bounds
    assert low <= Fraction(expected) <= high
    assert high - low < Fraction(1, 10**10)


def test_what_the_shape_of_silu_is() -> None:
    p = profiled("silu")
    assert [s.sign for s in p.monotone or ()] == [-1, 1]
    assert [len(p.bending(s) or ()) for s in (1, 0, -1)] == [1, 0, 2]
    assert p.symmetry is False
    assert [e.saturates for e in p.ends] == [True, False]
    assert (p.zero_centred, p.one_signed) == (False, 0)


def test_zero_centred_means_odd() -> None:
    odd = {n for n in NAMES if profiled(n).zero_centred}
    assert odd == {"tanh", "arctan", "erf", "tanhshrink", "lecun_tanh", "softsign", "hard_tanh", "softshrink", "sine"}
    about_a_point = {n: profiled(n).symmetry for n in ("sigmoid", "hard_sigmoid", "relu6")}
    assert {n: (str(s.centre), text(s.height)) for n, s in about_a_point.items() if isinstance(s, Symmetry)} == {
        "sigmoid": ("0", "1/2"),
        "hard_sigmoid": ("0", "1/2"),
        "relu6": ("3", "3"),
    }


def test_dead_regions() -> None:
    dead = {n: profiled(n).dead for n in ("relu", "relu6", "hard_tanh", "softshrink", "silu", "leaky_relu")}
    ends = {
        n: [tuple(None if e is None else e.rational for e in (s.low, s.high)) for s in found or ()] for n, found in dead.items()
    }
    half = Fraction(1, 2)
    assert ends == {
        "relu": [(None, 0)],
        "relu6": [(None, 0), (6, None)],
        "hard_tanh": [(None, -1), (1, None)],
        "softshrink": [(-half, half)],
        "silu": [],
        "leaky_relu": [],
    }


@pytest.mark.parametrize(
    ("expr", "constant"),
    [
        ("where(x > 0, 1, 0)", False),
        ("where(x > 1, x, 0)", False),
        ("x**2", False),
        ("where(x > 0, x, 0)", True),
        ("sign(x)", False),
    ],
)
def test_a_jump_or_an_unbounded_slope_leaves_no_lipschitz_constant(expr: str, constant: bool) -> None:
    assert profile(parse(expr), "x").lipschitz.finite is constant


def test_a_switch_that_changes_nothing_is_no_kink() -> None:
    p = profile(parse("x*abs(x) + abs(x - 1) - abs(1 - x)"), "x")
    assert [(str(j.at), j.smooth(1), j.smooth(2)) for j in p.junctions] == [("0", True, False)]


def test_multiple_zeros_of_the_slope() -> None:
    cube = profile(parse("x**3"), "x")
    assert [(s.low, s.high, s.sign) for s in cube.monotone or ()] == [(None, None, 1)]
    quartic = profile(parse("x**4 - 2*x**2"), "x")
    assert [s.sign for s in quartic.monotone or ()] == [-1, 1, -1, 1]
    assert [text(z.exact) for z in quartic.zeros or () if isinstance(z, Spot) and z.exact is not None] == ["−√2", "0", "√2"]


def test_a_periodic_function_is_told_for_one_period() -> None:
    p = profiled("sine")
    chart = p.signs[1]
    assert chart is not None
    assert chart.pitch == 1
    ends = chart.stretches[0].low, chart.stretches[-1].high
    assert [text(e.exact) for e in ends if e is not None and e.exact is not None] == ["−π", "π"]
    assert [e.saturates for e in p.ends] == [False, False]


def test_what_is_not_seen_is_said() -> None:
    p = profiled("snake")
    assert p.monotone is None
    assert p.fixed_points is None
    assert any("φ′" in reason for reason in p.unsettled)


@pytest.mark.parametrize("expr", ["1/x", "log(x)", "sqrt(x)"])
def test_what_is_not_defined_on_the_line_has_no_profile(expr: str) -> None:
    with pytest.raises(ProfileError, match="no profile"):
        profile(parse(expr), "x")


def test_two_variables_are_refused() -> None:
    with pytest.raises(ProfileError, match="one variable"):
        profile(sub(X, var("y")))


def test_an_activation_class_and_a_term_have_one_profile() -> None:

    assert profile(silu).monotone == profiled("silu").monotone == profile(silu(Symbol("x"))).monotone
    assert issubclass(silu, Activation)
    assert issubclass(ProfileError, GradproofError)
