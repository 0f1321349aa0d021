"""Power series in balls: what they hold over a wide ball, and that little is lost there."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from flint import arb

import theory.kernel.reading  # noqa: F401  # pyright: ignore[reportUnusedImport]  # installs the definitions
from theory.kernel.functions import Function, exactly, over
from theory.kernel.pieces import unfold
from theory.kernel.series import Precision, expand, square
from theory.kernel.terms import var
from theory.language.errors import KernelRefusal
from theory.parsing import parse

mp: Any = mpmath
x = var("x")
SMOOTH = [
    "1 / (1 + exp(x))",
    "sigmoid(3*x)",
    "log(1 + exp(-x))",
    "softplus(x**2)",
    "tanh(x / 2)",
    "mish(x)",
    "exp(-x**2)",
    "asinh(x)",
    "sqrt(x**2 + 4)",
]
ENDS = list(map(Fraction, (-40, -3, -1, "-1/8", 0, "1/2", 2, 7, 30)))
Ends = tuple[Fraction, Fraction]
CELLS: list[Ends] = [*pairwise(ENDS), (Fraction(-1, 8), Fraction(1, 2)), (Fraction(-1), Fraction(2))]


@pytest.mark.parametrize("ends", [*CELLS, (Fraction(-3), Fraction(3)), (Fraction(5), Fraction(5))], ids=str)
def test_the_squares_of_a_ball(ends: Ends) -> None:
    low, high = ends
    with Precision(64):
        found = square(over(low, high))
        for at in (low, (2 * low + high) / 3, high, *([Fraction(0)] if low <= 0 <= high else [])):
            assert found.overlaps(exactly(at * at))
        least, most = Fraction(0) if low <= 0 <= high else min(low * low, high * high), max(low * low, high * high)
        assert found.upper() <= exactly(most) + arb(1e-5)  # the radius of a ball is rounded
        assert found.lower() >= exactly(least) - arb(1e-5)


@pytest.mark.parametrize("text", SMOOTH)
def test_coefficients_over_a_cell_hold_those_at_its_points(text: str) -> None:
    term, seen = unfold(parse(text)), 0
    for low, high in CELLS:
        with Precision(96):
            try:
                whole = expand(term, x, over(low, high), 5)
            except KernelRefusal:
                continue
            seen += 1
            for at in (low, (2 * low + high) / 3, (low + high) / 2, high):
                assert all(a.overlaps(b) for a, b in zip(whole, expand(term, x, exactly(at), 5), strict=True)), (low, high, at)
    assert seen >= 8


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("at", [-300, -2, 0, 1, 70, 300])
def test_a_slope_far_out_is_no_difference_of_numbers_near_one(at: int, order: int) -> None:
    def logistic(t: Any) -> Any:
        return 1 / (1 + mp.exp(-t))

    with mp.workdps(400):
        wanted = mp.taylor(logistic, at, order)[order]
        exact, margin = arb(mp.nstr(wanted, 100)), arb(mp.nstr(abs(wanted) * mp.mpf(10) ** -30, 20))
    with Precision(128):
        found = expand(unfold(parse("sigmoid(x)")), x, arb(at), 3)[order]
        assert found.overlaps(exact)
        assert found.rad() < margin or (at, order) == (0, 2)  # which is 0


@pytest.mark.parametrize(
    ("text", "order", "ends", "least", "most"),
    [
        ("sigmoid(x)", 1, (-1, 0), 0.19, 0.26),
        ("sigmoid(x)", 1, (7, 8), 0.0003, 0.001),
        ("tanh(x)", 1, (-1, 0), 0.41, 1.01),
        ("tanh(x)", 1, (7, 8), 0, 1e-5),
        ("softplus(x)", 2, (3, 4), 0.017, 0.046),
        ("gaussian(x)", 0, (-1, 1), 0.36, 1.01),
        ("sqrt(x**2 + 4)", 2, (7, 8), 0.004, 0.015),
        ("bent_identity(x)", 2, (7, 8), 0.0005, 0.002),
    ],
)
def test_little_is_lost_over_a_cell(text: str, order: int, ends: tuple[int, int], least: float, most: float) -> None:
    f = Function(unfold(parse(text)), x, (None, None), order)
    with Precision(96):
        found = f.over(Fraction(ends[0]), Fraction(ends[1]))[0]
        assert arb(least) < found
        assert found < arb(most)


ROOTS = [
    "sqrt(x**2 + 4)",
    "1 / sqrt((x - 2)**2 + 1)",
    "(1 + x**2)**(1/3)",
    "x * (2 + x**2)**(-3/2)",
    "sqrt(1+x**2) + sqrt(2+x**2)",
]


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("text", ROOTS)
def test_derivatives_of_roots_over_a_cell_hold_those_at_its_points(text: str, order: int) -> None:
    term = unfold(parse(text))
    f = Function(term, x, (None, None), order)
    factor = math.factorial(order)
    with Precision(96):
        for low, high in [(a + Fraction(k, 4), a + Fraction(k + 1, 4)) for a, _ in CELLS[1:-2] for k in range(4)]:
            for at in (low, (2 * low + high) / 3, high):
                value = expand(term, x, exactly(at), order + 1)[order] * factor
                assert f.over(low, high)[0].contains(value.mid())
                assert f.over(at, at)[0].overlaps(value)


@pytest.mark.parametrize("text", ["sqrt(x**2)", "sqrt(x**2) * x", "x / sqrt(x**2)", "(x**2)**(3/2)"])
def test_a_derivative_without_a_value_keeps_its_denominator(text: str) -> None:
    f = Function(unfold(parse(text)), x, (None, None), 1)
    with Precision(96), pytest.raises(KernelRefusal):
        f.over(Fraction(-1), Fraction(1))
