"""Averages that a few draws decide are no evidence, and limits are followed while the sums over outcomes stay short."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from flint import arb

from numerics.balls import Undefined, ball
from numerics.evaluate import ExactView
from numerics.limits import probes
from theory.kernel.gate import Instance
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.terms import ONE, ZERO, Term, add, fn, make, mul, power, rat, var

Z, T, k, x = var("Z", "seq", (1, 1)), var("T", "nat"), var("k", "nat"), var("x")
COIN = make("finite", data=((Fraction(-1), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))))


def z(step: Term) -> Term:
    """The number z_k."""
    return fn("entry", fn("at", Z, step), ONE, ONE)


@pytest.mark.parametrize("rate", [8, 40, 4000])
def test_a_lognormal_average_is_no_evidence(rate: int) -> None:
    with pytest.raises(Undefined):
        ExactView({}, {}).scalar(mean(Z, GAUSSIAN, fn("exp", mul(rat(rate), z(ONE)))))


def test_a_light_tail_is_averaged() -> None:
    seen = ball(ExactView({}, {}).scalar(mean(Z, GAUSSIAN, power(z(ONE), 4))))
    assert seen.overlaps(arb(3))


def test_a_limit_of_expectations_is_followed_while_that_is_quick() -> None:
    walk = fn("rec", x, k, mul(rat(Fraction(1, 2)), add(x, z(k))), ZERO, T)
    limit = make("tends", (T, mean(Z, COIN, power(walk, 2)), rat(Fraction(1, 3)), ZERO), ("oo", ""))
    start = time.monotonic()
    (probe,) = probes(limit, Instance({}, {}))
    assert probe.shrinks is True
    assert len(probe.places) < 20
    assert time.monotonic() - start < 20
