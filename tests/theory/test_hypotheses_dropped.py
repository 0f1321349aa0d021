"""A hypothesis about x is dropped where it holds near enough, not where it holds nowhere, since its other side has no value.

A relation holds between numbers that exist, so that under x ≠ M or M ≤ x the number M exists. With M = E e^{Z²}, which is
infinite, everything follows from such a hypothesis: it must not be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

import theory.kernel.reading  # noqa: F401  # pyright: ignore[reportUnusedImport]  # installs the definitions
from theory.kernel.gate import Goal, Instance, inhabits
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.replacing import substitute
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, le, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import full_ledger
from theory.language.errors import KernelRefusal

full_ledger()
x, y, t = var("x"), var("y"), var("t")
Z = var("Z", "seq", (1, 1))
z = fn("entry", fn("at", Z, ONE), ONE, ONE)
M = mean(Z, GAUSSIAN, fn("exp", power(z, 2)))
SLOPE = make("der", (make("fun", data="sigmoid"), x), 1)


def nothing(hypothesis: Term, size: Term) -> Theorem:
    """Under a hypothesis that compares M, that a size is at most 0.

    For e^{t²/4} = E e^{tZ − t²/4} ≤ M at every t, and so where the left is M + 1 + size.
    """
    fact, q = infer("assume", [hypothesis]), mul(rat(Fraction(1, 4)), power(t, 2))
    low = sub(mul(t, z), q)
    square = infer("order", ["le", low, power(z, 2), power(sub(z, mul(HALF, t)), 2)])
    kept = infer("mean_kept_in_order", [Z, GAUSSIAN], [infer("apply_monotone", ["exp"], [square]), fact])
    pieces = (((fn("exp", neg(q)), 0, t),),)
    value = infer("mean_by_pieces", [Z, fn("exp", low), fn("exp", q), (), pieces, ()])
    turned = infer("order", ["eq", *value.conclusion.args[::-1], ZERO], [value])
    whole = add(M, ONE, size)
    at = ((t, mul(rat(2), power(fn("log", whole), HALF.data))),)
    below = infer("instantiate", [at, ()], [infer("chain", [], [turned, kept]), fact])
    told = infer("chain", [], [infer("identity", [whole, below.conclusion.args[0]], [fact]), below])
    return infer("order", ["le", size, ZERO, add(sub(M, whole), ONE)], [told])


def test_the_hypothesis_says_all_this() -> None:
    assert nothing(le(M, x), fn("abs", y)).hypotheses == {le(M, x)}


def test_a_slope_is_not_bounded_off_a_point_that_there_is_not() -> None:
    with pytest.raises(KernelRefusal, match="may not exist"):
        infer("slopes_from_derivative", [], [nothing(make("ne", (x, M)), fn("abs", SLOPE))])


def equal(hypothesis: Term) -> Theorem:
    size = fn("abs", y)
    return infer(
        "order", ["eq", size, ZERO, sub(ZERO, size)], [nothing(hypothesis, size), infer("order", ["le", ZERO, size, size])]
    )


def to_zero(kind: str) -> Theorem:
    return infer("limit_of_constant", [x, ZERO, kind, ZERO, ""])


LIMITS: dict[str, Callable[[], Theorem]] = {
    "equal from M on": lambda: infer("limit_of_equal", [], [to_zero("oo"), equal(le(M, x))]),
    "equal up to M": lambda: infer("limit_of_equal", [], [to_zero("-oo"), equal(lt(x, M))]),
    "squeezed from M on": lambda: infer(
        "limit_squeezed", [sub(y, ZERO), ZERO], [to_zero("oo"), nothing(le(M, x), fn("abs", sub(sub(y, ZERO), ZERO)))]
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_does_not_begin_where_there_is_no_number(name: str) -> None:
    with pytest.raises(KernelRefusal, match="may not exist"):
        LIMITS[name]()


def test_a_limit_begins_where_there_is_one() -> None:
    same = infer("identity", [mul(ZERO, x), ZERO], [infer("assume", [le(ONE, x)])])
    assert infer("limit_of_equal", [], [to_zero("oo"), same]).hypotheses == frozenset()


def test_a_limit_is_at_a_number() -> None:
    with pytest.raises(KernelRefusal, match="may not be positive"):
        infer("limit_of_constant", [x, ONE, "at", fn("log", rat(-1)), ""])


def test_an_extremum_keeps_the_conditions_that_do_not_speak_of_its_variable() -> None:
    condition, body = lt(y, ZERO), mul(y, fn("exp", neg(x)))
    formula = make("extremum", (x, body, ZERO, condition), (True, False))
    bound = infer("order", ["lt", body, ZERO, mul(rat(-1), y, fn("exp", neg(x)))], [infer("assume", [condition])])
    limit = infer("limit_scaled", [y], [infer("limit_of_exponential", [x, neg(x), "oo"])])
    assert infer("extremum", [formula], [bound, limit]).hypotheses == {condition}


def test_what_is_compared_may_exist_by_what_is_kept() -> None:
    """From 1/y on, where y > 0 is kept."""
    root = power(y, -1)
    given = [infer("assume", [le(root, x)]), infer("assume", [lt(ZERO, y)])]
    same = infer("identity", [mul(ZERO, x, root), ZERO], given)
    assert same.hypotheses == {le(root, x), lt(ZERO, y)}
    assert infer("limit_of_equal", [], [to_zero("oo"), same]).hypotheses == {lt(ZERO, y)}


# --- what has no value is no witness --------------------------------------------------------------------------

c = var("c")
TRUE_LIMIT = Goal((), make("tends", (x, fn("exp", neg(x)), fn("max", neg(fn("exp", c)), ZERO), ZERO), ("oo", "")))
ROOT = power(neg(make("pi")), HALF.data)


@pytest.mark.parametrize("value", [fn("log", rat(-1)), ROOT, power(ZERO, -1)])
def test_a_limit_that_has_no_value_is_not_denied(value: Term) -> None:
    known = infer("limit_of_exponential", [x, neg(x), "oo"])
    denied = substitute(TRUE_LIMIT.conclusion, {c: value})
    apart = infer("order", ["le", ZERO, ONE, ONE])
    with pytest.raises(KernelRefusal, match=r"may not be positive|negative number|may vanish"):
        infer("limit_denied", [denied], [known, apart])


@pytest.mark.parametrize("value", [fn("log", rat(-1)), ROOT, power(ZERO, -1)])
def test_no_point_has_a_coordinate_without_value(value: Term) -> None:
    with pytest.raises(KernelRefusal, match=r"may not be positive|negative number|may vanish"):
        inhabits((), Instance({c: value}, {}))
    inhabits((), Instance({c: fn("log", rat(2))}, {}))
