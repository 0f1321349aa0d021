"""Ranges hold what draws show, and are not said of what has none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from numerics.floats import FloatView
from numerics.ranges import range_of
from theory.activations.relu6 import relu6
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, make, mul, power, rat, sub, var

u, v, a = var("u"), var("v"), var("a")
T, k, x = var("T", "nat"), var("k", "nat"), var("x")
POSITIVE = fn("pw", u, ONE, rat(-2), HALF)
KNOWN = {a: (-3.0, -3.0)}


def natural(t: Term) -> int:
    return {T: 4}.get(t, int(t.data) if t.op == "rat" else 0)


BOUNDED: dict[str, tuple[Term, tuple[float, float]]] = {
    "branches": (POSITIVE, (-2, 1)),
    "a multiple": (mul(a, POSITIVE), (-3, 6)),
    "a sum": (add(POSITIVE, fn("tanh", v)), (-3, 2)),
    "a difference": (sub(POSITIVE, POSITIVE), (-3, 3)),
    "an even power": (power(POSITIVE, 2), (0, 4)),
    "an odd power": (power(POSITIVE, 3), (-8, 1)),
    "a root": (power(add(ONE, fn("sin", v)), HALF), (0, 2**0.5)),
    "a size": (fn("abs", POSITIVE), (0, 2)),
    "the larger": (fn("max", POSITIVE, fn("cos", v)), (-1, 1)),
    "an activation": (fn("app", make("fun", data=relu6.__name__), fn("erf", v)), (0, 1)),
    "the power 0": (fn("pow", u, mul(ZERO, T)), (1, 1)),
    "nothing": (mul(ZERO, u, fn("exp", v)), (0, 0)),
    "a sum of many": (fn("sum", k, ONE, T, POSITIVE), (-8, 4)),
    "a recursion": (fn("rec", x, k, mul(x, POSITIVE), ONE, T), (-8, 16)),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_the_range_is_read_off_and_holds_what_draws_show(name: str) -> None:
    term, (low, high) = BOUNDED[name]
    found = range_of(term, KNOWN, natural)
    assert found is not None
    assert found[0] <= low + 1e-9
    assert found[1] >= high - 1e-9
    draws = np.random.default_rng(3).standard_normal((2, 2000)) * 3
    values: Mapping[Term, object] = {u: draws[0], v: draws[1], a: np.full(2000, -3.0), T: 4}
    seen = np.broadcast_to(np.asarray(FloatView(dict(values), {}, 2000).number(term)), 2000)  # pyright: ignore[reportArgumentType]
    assert found[0] - 1e-9 <= seen.min()
    assert seen.max() <= found[1] + 1e-9


@pytest.mark.parametrize(
    "term",
    [
        u,
        mul(u, POSITIVE),
        add(u, POSITIVE),
        fn("pw", u, u, ZERO, ZERO),
        fn("exp", u),
        make("der", (make("fun", data="relu"), u), 1),
        power(POSITIVE, -1),
        power(POSITIVE, HALF),
        fn("max", u, ZERO),
        fn("sum", k, ONE, T, fn("pow", POSITIVE, k)),  # a k that is bound, though another one may have a value
        fn("rec", x, k, mul(x, fn("pow", POSITIVE, k)), ONE, T),
        fn("rec", x, k, add(x, u), ZERO, T),
        fn("rec", x, k, mul(rat(10**300), x), ONE, T),
        fn("rec", x, k, add(x, ONE), ZERO, rat(10**9)),
    ],
)
def test_of_what_draws_move_without_end_no_range_is_said(term: Term) -> None:
    assert range_of(term, KNOWN, natural) is None
