"""Holes that a hostile reader found in the shorter kernel, each as the smallest false theorem that it let through."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sympy import Identity, Symbol, log

from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, le, lt, make, mul, power, rat, var
from theory.kernel.theorem import Theorem, infer
from theory.language.activations import Activation
from theory.language.errors import KernelRefusal
from theory.language.matrices import FrobeniusNorm
from theory.storing_derivations import derivation_from_json

X, T = var("x"), var("T", "nat")
BASE = var("b")


class HalfLog(Activation):
    """Defined for positive numbers alone, while 1/x is for negative ones too."""

    @classmethod
    def definition(cls, x: object) -> object:
        """log x."""
        return log(x)


class Widened(Activation):
    """x·√n for a width n that a theorem about it would not show."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x·‖I_n‖_F."""
        return x * FrobeniusNorm(Identity(Symbol("n")))


def assumed(*formulas: Term) -> list[Theorem]:
    return [infer("assume", [f]) for f in formulas]


@pytest.mark.parametrize("exponent", [mul(T, T), mul(T, add(T, rat(2))), power(T, 2)], ids=repr)
def test_a_product_of_depths_stays_a_natural_number(exponent: Term) -> None:
    p = fn("pow", X, exponent)  # −1 at x = −1, T = 1
    with pytest.raises(KernelRefusal):
        infer("order", ["le", ZERO, p, p])
    with pytest.raises(KernelRefusal):
        infer("identity", [fn("abs", p), p])


def test_a_natural_variable_takes_no_real_value() -> None:
    zero_to_the_t = fn("pow", ZERO, T)  # 1 at T = 0, x = −1
    with pytest.raises(KernelRefusal):
        infer("identity", [zero_to_the_t, ZERO], assumed(eq(T, add(X, ONE))))


@pytest.mark.parametrize("exponent", [var("y"), rat(Fraction(1, 3))], ids=repr)
@pytest.mark.parametrize("named", [X, fn("norm", var("W", "mat", ("n", "n")))], ids=repr)
def test_a_real_power_in_a_fact_says_nothing_of_its_base(named: Term, exponent: Term) -> None:
    told = assumed(eq(named, power(BASE, exponent)))  # −2 = (−2)^1, and 0 = ∛0
    with pytest.raises(KernelRefusal):
        infer("order", ["lt", ZERO, named, named], told)
    known = infer("order", ["lt", ZERO, named, named], [*told, *assumed(lt(ZERO, BASE))])
    assert known.conclusion is lt(ZERO, named)


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("norm", ["norm", "maxentry"])
def test_a_fact_about_a_real_power_stands_in_the_way_of_nothing(norm: str, positive: bool) -> None:
    scaled = fn("mscale", power(BASE, var("y")), var("W", "mat", ("n", "n")))
    told = assumed(eq(fn(norm, scaled), var("c")), *([lt(ZERO, BASE)] if positive else []))
    square = power(X, 2)
    assert infer("order", ["le", ZERO, square, square], told).conclusion is le(ZERO, square)


def test_a_definition_depends_on_no_width() -> None:
    one = fn("app", make("fun", data="Widened"), ONE)
    with pytest.raises(KernelRefusal, match="and no width; it uses"):
        infer("identity", [one, fn("frobenius", make("ident", data="n"))])


@pytest.mark.parametrize("k", [48, 64])
def test_a_power_of_a_root_is_not_multiplied_out_without_end(k: int) -> None:
    length = power(add(*(power(var(f"x{i}"), 2) for i in range(10))), HALF)
    with pytest.raises(KernelRefusal, match="too large to multiply out"):
        infer("identity", [power(length, k), power(length, k)])


def test_a_power_of_a_sum_of_matrices_has_so_many_words_and_no_more() -> None:
    a, b = (var(name, "mat", ("n", "n")) for name in "AB")
    wide = fn("norm", fn("mpow", fn("madd", a, b), rat(30)))
    with pytest.raises(KernelRefusal, match="too large to multiply out"):
        infer("identity", [wide, wide])


def deep(outer: str) -> Any:
    """Twenty thousand lists, or as many terms, one in the other."""
    parameter: Any = 1 if outer == "list" else ["var", "x", ["real", None]]
    for _ in range(20_000):
        parameter = {"list": [parameter]} if outer == "list" else ["exp", None, parameter]
    return parameter if outer == "list" else {"term": parameter}


@pytest.mark.parametrize("outer", ["list", "term"])
def test_a_derivation_of_great_depth_is_refused(outer: str) -> None:
    with pytest.raises(KernelRefusal, match="deeper"):
        derivation_from_json([["assume", [deep(outer)], []]])


def test_only_square_matrices_are_diagonal() -> None:
    a = var("A", "mat", (2, 1))
    with pytest.raises(KernelRefusal):
        make("structure", (a,), "diagonal")


def test_a_bound_variable_is_not_a_free_one_of_its_name() -> None:
    k, n = var("k", "nat"), var("N", "nat")
    total = make("sum", (k, ONE, add(n, ONE), fn("nsub", k, k)))  # 0 for every N
    wrong = add(make("sum", (k, ONE, n, add(fn("nsub", n, k), ONE))), ZERO)
    with pytest.raises(KernelRefusal):
        infer("identity", [total, wrong], assumed(eq(k, add(n, ONE))))


def test_a_sum_within_a_sum_keeps_the_outer_variable() -> None:
    n, k, j = var("N", "nat"), var("k", "nat"), var("j", "nat")
    w, b, c, d = (var(name, "mat", (1, 1)) for name in "WBCD")
    inner = fn("msum", j, ONE, n, fn("mpow", b, j))
    captured = fn("msum", j, ONE, n, fn("mmul", fn("mpow", w, j), inner, d, fn("mpow", b, j)))
    left = fn("msum", k, ONE, n, fn("mmul", fn("mpow", w, k), inner, d, inner))
    right = fn("msum", k, ONE, n, fn("madd", c, fn("mscale", ZERO, inner)))
    with pytest.raises(KernelRefusal):
        infer("identity", [left, right], assumed(eq(c, captured)))


@pytest.mark.parametrize(
    "undefined",
    [
        make("der", (make("fun", data="HalfLog"), rat(-1)), 1),
        fn("pow", rat(2), mul(ZERO, fn("log", rat(-1)))),
        make("sum", (var("k", "nat"), ONE, rat(2), mul(ZERO, fn("log", rat(-1))))),
    ],
    ids=repr,
)
def test_nothing_is_decided_of_what_is_undefined(undefined: Term) -> None:
    with pytest.raises(KernelRefusal):
        infer("decided", [lt(undefined, rat(3))])
