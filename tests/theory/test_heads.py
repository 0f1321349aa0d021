"""Laws of the heads: what every activation does inside SymPy."""

from __future__ import annotations

import pickle
import warnings
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from sympy import (
    Derivative,
    Float,
    Integer,
    MatrixSymbol,
    N,
    Rational,
    Symbol,
    lambdify,
    latex,
    pi,
    pretty,
    sqrt,
    symbols,
)
from sympy.core.relational import Relational

import theory
from tests.theory.truths import DIGITS, FAR, JOINS, KINKS, SLOPE, TRUTH, UNSEEN, far
from theory.activations.gelu import gelu
from theory.activations.normal import normal_cdf
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import full_ledger
from theory.language.errors import ClaimError
from theory.language.matrices import (
    Norm,
)

x, y, n, T, k = symbols("x y n T k")
W, V = MatrixSymbol("W", n, n), MatrixSymbol("V", n, n)
h_0 = MatrixSymbol("h_0", n, 1)

mp: Any = mpmath

ORDERS = (0, 1, 2)
BACKENDS = ("numpy", "scipy")

each_head = pytest.mark.parametrize("head", TRUTH, ids=lambda h: h.__name__)
each_order = pytest.mark.parametrize("order", ORDERS)
each_backend = pytest.mark.parametrize("backend", BACKENDS)


def applied(head: type[Activation], u: Any, order: int) -> Any:
    return head(u) if order == 0 else head.d(u, order)


def truth(head: type[Activation], u: Any, order: int) -> Any:
    """The value at an mpf, to the working precision, by differences where a derivative is asked for."""
    if order and head in SLOPE:
        return mp.diff(SLOPE[head], u, order - 1) if order > 1 else SLOPE[head](u)
    return mp.diff(TRUTH[head], u, order) if order else TRUTH[head](u)


def test_every_activation_of_the_ledger_is_tested_and_public() -> None:
    full_ledger()  # imports every file of theory/activations
    declared = {c for c in Activation.__subclasses__() if c.__module__.startswith("theory.activations")}
    assert declared == set(TRUTH)
    assert all(getattr(theory, c.__name__) is c for c in declared)


# --- substitution and differentiation ---------------------------------------------------------------


@each_head
@each_order
def test_substitution_goes_into_the_argument_and_leaves_the_head(head: type[Activation], order: int) -> None:
    e = applied(head, x, order)
    inner = y**2 + 1
    assert e.subs(x, inner) == e.xreplace({x: inner}) == applied(head, inner, order)
    assert e.subs(x, 0) == applied(head, Integer(0), order)
    assert e.free_symbols == {x}
    assert e.subs(y, 3) is e


@each_head
def test_the_derivative_of_a_head_is_its_d(head: type[Activation]) -> None:
    assert head(x).diff(x) == head.d(x)
    assert head.d(x).diff(x) == head.d(x, 2)
    assert head(x).diff(x, 3) == head.d(x, 3) == head.d(x, 2).diff(x)
    assert head(3 * x).diff(x) == 3 * head.d(3 * x)
    assert head(x).diff(y) == head.d(x).diff(y) == 0
    assert head(tanh(x)).diff(x) == tanh.d(x) * head.d(tanh(x))
    assert (head(x) * x).diff(x) == head(x) + x * head.d(x)


@pytest.mark.parametrize("order", [0, -1, Rational(1, 2), 1.0, Symbol("k")])
def test_the_order_of_a_derivative_is_a_positive_integer(order: Any) -> None:
    with pytest.raises(ClaimError, match="order of a derivative is a positive integer, not"):
        sigmoid.d(x, order)


# --- values -------------------------------------------------------------------------------------------

POINTS, MORE_POINTS = ("-5/3", "1/1000", "83/2"), ("-41/3", "-1/7", "2/7", "19/9")


@each_head
@each_order
@pytest.mark.parametrize("point", [*POINTS, *(pytest.param(p, marks=pytest.mark.nightly) for p in MORE_POINTS)])
def test_evalf_agrees_with_mpmath_to_thirty_digits(head: type[Activation], order: int, point: str) -> None:
    at = Rational(point)
    with mp.workdps(max(DIGITS[head], 450)):  # differences lose as many digits as the function is flat
        expected = truth(head, mp.mpf(at.p) / at.q, order)
        found = applied(head, at, order).evalf(30)
        assert found.is_Float or found == 0
        close = abs(mp.mpf(str(found)) - expected) <= mp.mpf(10) ** -29 * abs(expected)
        # Differences of functions that are constant or linear beyond a kink are rounding errors, not zeros.
        unseen = found == 0 and abs(expected) < mp.mpf(10) ** -30
        unseen |= max(abs(mp.mpf(str(found))), abs(expected)) < UNSEEN.get(head, 0)
        assert close or unseen


def test_evalf_adds_digits_where_the_definition_cancels() -> None:
    small = Rational(1, 10**25)
    assert abs(tanh(small).evalf(30) / small - 1) < Float("1e-29", 40)
    with mp.workdps(40):
        tail = str(mp.ncdf(-20))
    assert abs(normal_cdf(-20).evalf(30) / Float(tail, 40) - 1) < Float("1e-28", 40)


@each_head
@each_order
def test_evalf_keeps_a_head_of_a_variable(head: type[Activation], order: int) -> None:
    e = applied(head, x, order)
    assert e.evalf() == N(e, 20) == e
    assert applied(head, 2 * x, order).evalf() == applied(head, 2.0 * x, order)
    assert applied(head, x, order).evalf(30, subs={x: Rational(2, 7)}).is_number


@pytest.mark.parametrize(("head", "kink"), [(h, p) for h, points in KINKS.items() for p in points])
@pytest.mark.parametrize("order", [1, 2])
def test_at_a_kink_there_is_no_derivative(head: type[Activation], kink: int | Fraction, order: int) -> None:
    e = head.d(Rational(kink), order)
    assert e.evalf() == e, "SymPy would say one half"
    value: Any = lambdify(x, head.d(x, order), "numpy")
    assert np.isnan(value(np.array([float(kink)]))).all()
    assert isinstance(e <= 1, Relational)


@pytest.mark.parametrize("head", JOINS)
def test_at_a_join_there_is_a_first_derivative_and_no_second(head: type[Activation]) -> None:
    join, slope = JOINS[head]
    first: Any = lambdify(x, head.d(x), "numpy")
    second: Any = lambdify(x, head.d(x, 2), "numpy")
    assert first(np.array([float(join)])) == slope
    assert np.isnan(second(np.array([float(join)]))).all()


# --- NumPy and SciPy ------------------------------------------------------------------------------------


def array_function(head: type[Activation], order: int, backend: str) -> Any:
    """What `lambdify` makes, with SymPy's scalar for a constant spread over the array."""
    f: Any = lambdify(x, applied(head, x, order), backend)

    def spread(points: Any) -> Any:
        return np.broadcast_to(np.asarray(f(points), dtype=np.float64), points.shape)

    return spread


@each_head
@each_order
@each_backend
def test_far_out_nothing_overflows_warns_or_is_lost(head: type[Activation], order: int, backend: str) -> None:
    most = FAR.get(head, 1e300)
    points = np.array([-most, -1000.0, -745.0, 745.0, 1000.0, most])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(over="warn", invalid="warn", divide="warn", under="ignore"):
            found = array_function(head, order, backend)(points)
    assert np.isfinite(found).all()
    with mp.workdps(50):
        limits = [float(far(head, order, mp.mpf(p))) for p in points]
    np.testing.assert_allclose(found, limits, rtol=1e-12, atol=1e-300)


def forty_points() -> list[float]:
    points = [0.01, 0.125, 0.25, 0.5, 0.75, 0.9, 1.25, 1.5, 2.0, 2.7, 3.0, 4.0, 5.0, 7.7, 10.0, 15.0, 20.0, 27.5, 33.0, 37.0]
    return [sign * p for sign in (-1, 1) for p in points]


def points_of(head: type[Activation]) -> list[float]:
    """The forty points, less the kinks among them."""
    return [p for p in forty_points() if p not in KINKS.get(head, ())]


@cache
def expected_at_forty_points(head: type[Activation], order: int) -> list[float]:
    with mp.workdps(DIGITS[head]):
        return [float(truth(head, mp.mpf(p), order)) for p in points_of(head)]


@each_head
@each_order
@each_backend
def test_floats_agree_with_mpmath_at_forty_points(head: type[Activation], order: int, backend: str) -> None:
    points = np.array(points_of(head))
    found = array_function(head, order, backend)(points)
    np.testing.assert_allclose(found, expected_at_forty_points(head, order), rtol=1e-12, atol=1e-300)


def test_lambdify_takes_numbers_arrays_and_formulas() -> None:
    f: Any = lambdify((x, y), sigmoid(x) * tanh.d(y) + gelu(x * y) + softplus(x) ** 2, "numpy")
    grid = np.linspace(-3, 3, 7)
    one_by_one = [f(float(a), 0.5) for a in grid]
    np.testing.assert_array_equal(f(grid, 0.5), one_by_one)
    assert f(grid[:, None], grid[None, :]).shape == (7, 7)


@each_head
@each_order
def test_lambdify_for_mpmath_keeps_all_digits(head: type[Activation], order: int) -> None:
    f: Any = lambdify(x, applied(head, x, order), "mpmath")
    with mp.workdps(40):
        u = mp.mpf(3) / 7
        assert abs(f(u) - truth(head, u, order)) < mp.mpf(10) ** -30


# --- printing -------------------------------------------------------------------------------------------


@each_head
@each_order
def test_every_head_prints(head: type[Activation], order: int) -> None:
    e = applied(head, x / 2, order)
    assert str(e) == f"{head.__name__}(x/2)" if order == 0 else str(e).startswith(f"{head.__name__}.d(x/2")
    for shown in (e, e**2, -e, 1 / e, Derivative(e, x), Norm(W) * e):
        assert head.latex_symbol in latex(shown)
        assert head.symbol in pretty(shown, use_unicode=True)
        assert head.__name__ in pretty(shown, use_unicode=False)
        assert pretty(shown, use_unicode=False).isascii()


def test_derivatives_print_with_primes() -> None:
    assert [pretty(sigmoid.d(x, o), use_unicode=True) for o in (1, 2, 3, 4)] == ["σ′(x)", "σ″(x)", "σ‴(x)", "σ⁽⁴⁾(x)"]
    assert [latex(sigmoid.d(x, o)) for o in (1, 2, 3)] == [r"\sigma'(x)", r"\sigma''(x)", r"\sigma^{(3)}(x)"]
    assert [str(sigmoid.d(x, o)) for o in (1, 2)] == ["sigmoid.d(x)", "sigmoid.d(x, 2)"]
    assert pretty(sigmoid.d(x, 2), use_unicode=False) == "sigmoid.d(x, 2)"


@each_head
@each_order
def test_pickling_gives_back_an_equal_head(head: type[Activation], order: int) -> None:
    e = applied(head, 2 * x, order)
    again = pickle.loads(pickle.dumps(e))
    assert (again, hash(again), type(again)) == (e, hash(e), type(e))


# --- SymPy decides nothing ------------------------------------------------------------------------------


@each_head
@each_order
@pytest.mark.parametrize(
    "assumption", ["none", "real", *(pytest.param(a, marks=pytest.mark.nightly) for a in ("positive", "integer"))]
)
def test_sympy_decides_no_relation_about_a_head(head: type[Activation], order: int, assumption: str) -> None:
    u: Any = Symbol("u") if assumption == "none" else Symbol("u", **{assumption: True})
    e = applied(head, u, order)
    for bound in (Integer(2), Integer(0), Rational(-7, 2), pi):
        for relation in (e <= bound, e < bound, e >= bound, e > bound):
            assert isinstance(relation, Relational)
    facts = (e.is_real, e.is_extended_real, e.is_nonnegative, e.is_positive, e.is_zero, e.is_finite, e.is_integer)
    assert facts == (None,) * len(facts)
    assert sqrt(e**2) != e
    assert abs(e) != e
