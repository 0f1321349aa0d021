"""Extrema at flat points, at irrational kinks, beside limits of the same value; and what is undefined somewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.certify import Extremum, certify
from theory.parsing import parse


def both(text: str, order: int = 0) -> dict[str, Extremum]:
    found = certify(parse(text), "x", order=order)
    assert found.unsettled == ()
    assert found.sup is not None
    assert found.inf is not None
    for extremum in (found.sup, found.inf):
        extremum.replay()
    return {"sup": found.sup, "inf": found.inf}


EXACT = [
    # attained at a point, and approached at infinity as well
    ("x**2*exp(-x)", 0, "inf", "0", "attained"),
    ("x**2*exp(-x)+e", 0, "inf", "e", "attained"),
    ("exp(-((4+x)/(1+x**2))**2)", 0, "sup", "1", "attained"),
    # flat
    ("1/(1+x**4)", 0, "sup", "1", "attained"),
    ("x**4", 0, "inf", "0", "attained"),
    ("(x-1/3)**6", 0, "inf", "0", "attained"),
    ("exp(-x**4)", 0, "sup", "1", "attained"),
    ("where(x**2<1, (1-x**2)**3, 0)", 0, "inf", "0", "attained"),
    ("where(x**2<1, (1-x**2)**3, 0)", 0, "sup", "1", "attained"),
    ("x**3", 1, "inf", "0", "attained"),
    # numbers that are not rational
    ("pi*x", 1, "sup", "π", "attained"),
    ("1/(1+x**4)+pi", 0, "inf", "π", "approached"),
    # kinks that are not rational
    ("abs(x**2-2)", 0, "inf", "0", "attained"),
    ("1-abs(x**3-2)", 0, "sup", "1", "attained"),
    ("relu(x**2-3)", 0, "inf", "0", "attained"),
    ("relu(x**2-3)*exp(-x**2)", 0, "inf", "0", "attained"),
    ("abs(tanh(x)-1/3)", 0, "inf", "0", "attained"),
    ("abs(tanh(x)-1/3)", 0, "sup", "4/3", "approached"),
    ("abs(tanh(x)-1/3)", 1, "inf", "−1", "attained"),
    ("exp(-abs(x**2-2))", 0, "sup", "1", "attained"),
    ("max(sigmoid(x), 1/3)", 0, "inf", "1/3", "attained"),
    ("where(x**2>2, 1, 0)", 0, "sup", "1", "attained"),
    # kinks of functions that repeat themselves
    ("abs(sin(x))", 0, "inf", "0", "attained"),
    ("relu(sin(x))", 0, "inf", "0", "attained"),
    ("max(sin(x), 1/2)", 0, "inf", "1/2", "attained"),
    # denominators that have no zero, by cells
    ("1/(1+x+x**2)", 0, "sup", "4/3", "attained"),
    ("min(abs(2*x), abs((x/(x**2+x+1))**2-2))", 0, "sup", "2", "approached"),
]


@pytest.mark.parametrize(("text", "order", "kind", "closed", "status"), EXACT)
def test_the_value_is_known_exactly(text: str, order: int, kind: str, closed: str, status: str) -> None:
    found = both(text, order)[kind]
    assert (found.closed_form, found.status) == (closed, status)


ENCLOSED = [
    ("max(x, exp(-x))", 0, "inf", "0.567143290409783872999968662210", "attained"),  # W(1)
    ("abs(x/(1+x**2)-1/3)", 0, "sup", "0.833333333333333333333333333333", "attained"),
    ("cos(1+abs(x))", 0, "sup", "1.000000000000000000000000000000", "attained"),
    ("abs(sin(x))", 0, "sup", "1.000000000000000000000000000000", "attained"),
    ("(x**2-2)**4", 0, "inf", "0.000000000000000000000000000000", "attained"),
    ("1+sin(1)-abs(x)", 0, "sup", "1.841470984807896506652502321630", "attained"),
    # the slope is 1 − 1/9 beyond a kink at which there is none: whether it is attained is not said
    ("abs(tanh(x)-1/3)", 1, "sup", "0.888888888888888888888888888889", "unknown"),
]


@pytest.mark.parametrize(("text", "order", "kind", "value", "status"), ENCLOSED)
def test_the_value_is_enclosed(text: str, order: int, kind: str, value: str, status: str) -> None:
    found = both(text, order)[kind]
    assert found.status == status
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower - Fraction(1, 10**29) <= Fraction(value) <= found.upper + Fraction(1, 10**29)
    assert found.upper - found.lower < Fraction(1, 10**29)


def test_an_irrational_kink_is_where_the_maximum_is() -> None:
    left, right = both("abs(x**2-2)")["inf"].at
    for low, high in (left, right):
        assert low is not None
        assert high is not None
        assert high - low < Fraction(1, 10**29)
        assert (low**2 - 2) * (high**2 - 2) < 0


UNDEFINED = [
    ("1/x", "undefined at 0"),
    ("log(x)", "undefined at -1"),
    ("sqrt(x)", "undefined at -1"),
    ("sin(x)/x", "undefined at 0"),
    ("tanh(1/x)", "undefined at 0"),
    ("log(x**2)", "undefined at 0"),
    ("1/(x**2-2)", "undefined near -1.41421"),
    ("1/(exp(x)-2)", "undefined near 0.693147"),
    ("1/sin(x)", "undefined near 3.14159"),
    ("x/(1+x+exp(x))", "undefined near -1.27846"),
    ("abs(x)+1/x", "no finite derivatives at 0"),
]


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize(("text", "reason"), UNDEFINED)
def test_what_is_undefined_somewhere_is_refused_with_the_place(text: str, reason: str, order: int) -> None:
    found = certify(parse(text), "x", order=order)
    assert (found.sup, found.inf) == (None, None)
    assert all(reason in said for said in found.unsettled)


UNSETTLED = [
    "tanh(x)*sin(x)",
    "x*sin(x)",
    "sin(x**2)",
    "max(tanh(x), sin(x))",
    "abs(sin(x)+cos(2*x))",
    "abs((x**2-2)**2)*0+1/(x**2-2)**2",
]


@pytest.mark.parametrize("text", UNSETTLED)
def test_what_is_not_settled_is_said_within_its_time(text: str) -> None:
    found = certify(parse(text), "x", seconds=3.0)
    assert found.sup is None or found.inf is None
    assert found.unsettled
    assert all(len(reason) > 30 for reason in found.unsettled)


TAKEN_OR_NOT = [
    # the value at 0 is another than the one that x → 0 from above shows
    ("where(x<=0, 1, x*(x-1)**2)", 0, "inf", [1]),
    ("abs((x-1)*where(x<=0, 1, x))", 0, "inf", [1]),
    ("where(x>0, 1-x, where(x>-2, 0, 1-(x+3)**2))", 0, "sup", [-3]),
    # the same with that value at 0, alone or from one side
    ("where(x<0, 1, x*(x-1)**2)", 0, "inf", [0, 1]),
    ("where(x>=0, where(x<=0, 0, -1-x), -(x+3)**2)", 0, "sup", [-3, 0]),
    ("abs(x**2-x)", 0, "inf", [0, 1]),
    # f jumps at 0, so it has no derivative there, though it is flat on both sides
    ("where(x>0, -x**2, -1-x**2*(x+1)**2)", 1, "sup", None),
]


@pytest.mark.parametrize(("text", "order", "kind", "places"), TAKEN_OR_NOT)
def test_a_kink_is_listed_where_the_value_is_taken_there(text: str, order: int, kind: str, places: list[int] | None) -> None:
    found = certify(parse(text), "x", order=order)
    extremum = found.sup if kind == "sup" else found.inf
    assert extremum is not None
    if places is None:
        assert (0, 0) not in extremum.at
    else:
        assert extremum.status == "attained"
        assert list(extremum.at) == [(x, x) for x in places]


@pytest.mark.parametrize("order", [3, 5])
@pytest.mark.parametrize("text", ["asinh(x)+1/(1+(x-1/3)**2)", "asinh(x)+1/(1+(x-1/3)**2)+1/(2+x**4)"])
def test_a_number_of_high_degree_is_enclosed_and_not_named(text: str, order: int) -> None:
    for extremum in both(text, order).values():
        assert extremum.status == "attained"
        assert (extremum.closed, extremum.polynomial) == (None, ())
