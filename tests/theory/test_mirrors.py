"""Even and odd functions: one side is searched, the other one proposed in the mirror, and all of it checked."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sympy import Expr, Rational, Symbol, exp, lambdify, sqrt

from theory.certify import Extremum, certify
from theory.kernel.enclosure import Cell
from theory.kernel.extrema import check
from theory.kernel.reading import Reader
from theory.kernel.series import Precision
from theory.kernel.terms import var
from theory.language.activations import activation_named
from theory.tactics.line import Line
from theory.tactics.mirrors import mirrored, parity_of

x = Symbol("x", real=True)
ODD = [("tanh", 2), ("sigmoid", 2), ("erf", 2), ("arctan", 2), ("gaussian", 1), ("tanhshrink", 2)]
EVEN = [("gelu", 2), ("silu", 2), ("gaussian", 2), ("squareplus", 2), ("softplus", 2), ("erf", 1)]
# At ±3/8 and ±7/4, where a function is tried, this is even (times x: odd); elsewhere it is not.
NEARLY = x * (x**2 - Rational(9, 64)) * (x**2 - Rational(49, 16))


def extrema(expr: Any, order: int = 0) -> tuple[Extremum, Extremum]:
    found = certify(expr, "x", order=order)
    assert found.sup is not None, found.unsettled
    assert found.inf is not None, found.unsettled
    return found.sup, found.inf


def line_of(expr: Any, order: int) -> Line:
    line = Line(Reader().term(expr), var("x"), order, 30)
    with Precision(line.bits):
        line.explore()
    return line


@pytest.mark.parametrize(("name", "order"), ODD)
def test_the_extrema_of_an_odd_function_are_opposite(name: str, order: int) -> None:
    head = activation_named(name)
    sup, inf = extrema(head(Symbol("x")), order)
    assert line_of(head(Symbol("x")), order).parity == -1
    assert sup.lower is not None
    assert inf.upper is not None
    assert abs(sup.lower + inf.upper) < Fraction(1, 10**30)
    (cells,), (others,) = sup.certificate.cells, inf.certificate.cells
    assert [(cell.low, cell.high, cell.rule) for cell in cells] == [
        (None if high is None else -high, None if low is None else -low, rule) for low, high, rule, _ in reversed(others)
    ]
    check(inf.certificate)  # on its own, without the other one


@pytest.mark.parametrize(("name", "order"), EVEN)
def test_an_even_function_has_its_maxima_in_pairs(name: str, order: int) -> None:
    head = activation_named(name)
    assert line_of(head(Symbol("x")), order).parity == 1
    for found in extrema(head(Symbol("x")), order):
        if found.status == "attained":
            ends = [end for low, high in found.at for end in (low, high) if end is not None]
            assert sorted(map(float, ends)) == pytest.approx(sorted(-float(end) for end in ends), abs=1e-15)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_only_looks_even_or_odd_has_its_own_extrema(sign: int) -> None:
    even, odd = exp(-(x**2)) * (1 + sign * NEARLY / 10), exp(-(x**2)) * x * (1 + sign * NEARLY / 10)
    for expr, parity in ((even, 1), (odd, -1)):
        plain = expr.xreplace({x: Symbol("x")})
        assert line_of(plain, 0).parity == parity
        sup, inf = extrema(plain)
        value = lambdify(x, expr, "math")
        values = [value(k / 512) for k in range(-4096, 4097)]
        assert max(values) == pytest.approx(sup.value, abs=1e-4)
        assert min(values) == pytest.approx(inf.value, abs=1e-4)
        assert max(values) <= sup.value + 1e-12
        assert min(values) >= inf.value - 1e-12


@pytest.mark.parametrize("expr", [x / sqrt(1 + x**2), x * exp(-(x**2)), x**3 / (1 + x**4)])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_derivative_has_the_other_parity(expr: Expr, order: int) -> None:
    assert line_of(expr.xreplace({x: Symbol("x")}), order).parity == (-1) ** (order + 1)


def test_neither_even_nor_odd_nor_on_a_piece() -> None:
    assert line_of(activation_named("mish")(Symbol("x")), 1).parity == 0
    pieces = line_of(activation_named("softsign")(Symbol("x")), 1)
    assert [parity_of(f) for f in pieces.functions] == [0, 0]


def test_the_mirror_of_a_mirror_is_the_certificate() -> None:
    sup, _ = extrema(activation_named("arctan")(Symbol("x")), 2)
    once = mirrored(sup.certificate)
    assert once is not None
    assert once.sign == -1
    assert once.cells[0][0] == Cell(None, -(sup.certificate.cells[0][-1].low or Fraction(0)), "tail")
    assert mirrored(once) == sup.certificate


def test_what_has_kinks_is_not_mirrored() -> None:
    sup, _ = extrema(activation_named("softsign")(Symbol("x")), 1)
    assert mirrored(sup.certificate) is None
