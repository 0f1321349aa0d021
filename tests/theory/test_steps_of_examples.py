"""Points that meet a hypothesis about every step, and lemmas that serve a proof of monotonicity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sympy import Rational, Symbol

from theory.activations.sigmoid import deriv_sigmoid_le_quarter, sigmoid
from theory.kernel.gate import Instance
from theory.kernel.reading import Reader
from theory.kernel.terms import sequence_literal, var
from theory.language.claims import Claim
from theory.language.domains import Domain, Sequences
from theory.language.errors import KernelRefusal
from theory.language.matrices import Entry
from theory.language.statements import always, implies
from theory.language.symbols import PositiveX, X
from theory.tactics import Nonneg, Sign
from theory.tactics.examples import inhabits
from theory.tactics.settle import Verdict, settle

k = Symbol("k")
NUMBERS: Domain = Sequences(1)
d = NUMBERS.variable("d")


def meets(body: Any, *columns: int) -> None:
    """Refuse unless the sequence that starts with these numbers has the property at every step."""
    formula = Reader({"d": NUMBERS}).formula(always(k, body))
    given = sequence_literal(tuple((Fraction(c),) for c in columns), 1)
    inhabits((formula,), Instance({var("d", "seq", (1, 1)): given}, {}))


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        (Entry(d.at(k), 1) <= k, ()),
        (Entry(d.at(k), 1) <= k, (1, 2, 1)),
        (Entry(d.at(k), 1) <= 2 * k, (2, 4)),
        (Entry(d.at(k + 1), 1) <= k, ()),
        (Entry(d.at(k + 1), 1) <= k, (5, 1, 2)),  # the first number is never read
    ],
)
def test_a_hypothesis_that_counts_its_steps_is_met(body: Any, columns: tuple[int, ...]) -> None:
    meets(body, *columns)


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        (Entry(d.at(k), 1) >= k, ()),  # 0 ≥ k fails at every step
        (Entry(d.at(k), 1) >= k, (1, 2, 3)),  # holds while the drive lasts, not after
        (Entry(d.at(k), 1) <= k, (2,)),  # fails at the first step alone
        (Entry(d.at(k + 1), 1) <= k, (1, 2)),  # fails at the first step, which reads the second number
        (Entry(d.at(k - 1), 1) <= k, ()),  # before the first step there is no drive
        (Entry(d.at(k), 1) <= 3 - k, ()),  # holds at steps 1 to 3
    ],
)
def test_what_fails_at_a_later_step_is_refused(body: Any, columns: tuple[int, ...]) -> None:
    with pytest.raises(KernelRefusal):
        meets(body, *columns)


def _claimed(slope: Any) -> Claim:
    def tilted(x: Any, y: Any, epsilon: Any) -> Any:
        left, right = (t * slope - sigmoid(t) + epsilon * t for t in (x, y))
        return implies(x < y, left < right), Sign(by=[deriv_sigmoid_le_quarter])

    tilted.__annotations__ = {"x": X, "y": X, "epsilon": PositiveX}
    return Claim("tilted", __name__, "A tilted sigmoid.", tilted)


def test_a_lemma_about_every_point_bounds_a_derivative() -> None:
    assert settle(_claimed(Rational(1, 4))).verdict is Verdict.PROVED


def test_a_slope_below_the_largest_one_is_not_enough() -> None:
    assert settle(_claimed(Rational(6, 25))).verdict is Verdict.OPEN


def _positive(x: X) -> Any:
    return sigmoid(x) > 0, Nonneg()


def test_an_example_for_a_variable_that_is_not_there_leaves_the_claim_open() -> None:
    settlement = settle(Claim(name="stray", module="tests.stray", meaning="It is.", builder=_positive, example={"z": 1}))
    assert settlement.verdict is Verdict.OPEN
    assert settlement.theorem is None
    assert "there is no variable 'z'" in settlement.reason
