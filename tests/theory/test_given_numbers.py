"""What the tactics decide of given numbers by balls, and what they carry over to the point between two others."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import E, Rational, Symbol, exp, log, oo

from theory.activations.sigmoid import exp_neg_le_one, sigmoid
from theory.activations.sigmoid_regimes import deriv_sigmoid_ratio_tendsto_e_left
from theory.language.claims import Claim
from theory.language.statements import implies, tends
from theory.language.symbols import NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Have, Monotone, Refute, Sign
from theory.tactics.settle import Verdict, settle

t = Symbol("t")


def verdict(builder: Any) -> Verdict:
    return settle(Claim(name=builder.__name__, module="theory.test", meaning="It is.", builder=builder)).verdict


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Rational(45395, 10**9), Verdict.PROVED),
        (Rational(45396, 10**9), Verdict.OPEN),
        (1, Verdict.OPEN),
    ],
)
def test_balls_separate_given_numbers_and_prove_nothing_false(number: Any, expected: Verdict) -> None:
    def below() -> Any:
        return sigmoid.d(-10) > number, Calc()

    assert verdict(below) is expected


def test_balls_prove_no_equality_and_no_order_where_a_side_is_undefined() -> None:
    def equal() -> Any:
        return eq(E, Rational(2718281828459045, 10**15)), Calc()

    def undefined() -> Any:
        return log(-E) < 1, Calc()

    assert verdict(equal) is verdict(undefined) is Verdict.OPEN


def test_a_variable_is_no_given_number() -> None:
    def below(x: X) -> Any:
        return sigmoid.d(x) > Rational(1, 10**9), Calc()

    assert verdict(below) is Verdict.OPEN


def test_what_follows_from_a_bound_holds_at_the_point_between() -> None:
    def increasing(x: PositiveX, y: PositiveX) -> Any:
        below_one = Have(exp(-x) < 1, Monotone("exp", (-x, 0)))
        return implies(x < y, x + exp(-x) < y + exp(-y)), Sign(by=[below_one])

    def not_on_the_line(x: X, y: X) -> Any:
        return implies(x < y, x + exp(-x) < y + exp(-y)), Sign(by=[exp_neg_le_one])

    def not_across_a_pole(x: NonzeroX, y: NonzeroX) -> Any:
        return implies(x < y, -1 / x < -1 / y), Sign()

    assert verdict(increasing) is Verdict.PROVED
    assert verdict(not_on_the_line) is verdict(not_across_a_pole) is Verdict.OPEN


@pytest.mark.parametrize(("limit", "expected"), [(1, Verdict.REFUTED), (E, Verdict.OPEN)])
def test_a_limit_is_denied_by_another_number_alone(limit: Any, expected: Verdict) -> None:
    def other() -> Any:
        ratio = sigmoid.d(t) / sigmoid.d(t - 1)
        return tends(ratio, t, at=-oo, to=limit), Refute(at={}, by=deriv_sigmoid_ratio_tendsto_e_left)

    assert verdict(other) is expected
