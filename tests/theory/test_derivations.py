"""Derivations of activations: laws over all of them and all small orders."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from sympy import Mul, Rational, Symbol, exp
from sympy.core.relational import Equality

from tests.theory.derived import KINKS, POINTS, TRUTH, activation, applied, derived, each_case, each_head, mp, x
from tests.theory.truths import TRUTH as EVERY_TRUTH
from theory.activations.gelu import gelu
from theory.activations.identity import identity
from theory.activations.leaky_relu import leaky_relu
from theory.activations.mish import mish
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.derivations.ground import line
from theory.kernel.theorem import replay
from theory.language.activations import Activation
from theory.language.claims import claim, full_ledger
from theory.language.domains import Nonzero, Real
from theory.language.errors import KernelRefusal
from theory.language.symbols import X, eq
from theory.tactics import Calc
from theory.tactics.settle import Verdict, settle

y = Symbol("y")


full_ledger()
OTHERS = sorted(
    (c for c in Activation.__subclasses__() if c.__module__.startswith("theory.activations") and c not in TRUTH),
    key=lambda c: c.__name__,
)


@pytest.mark.parametrize("head", OTHERS, ids=lambda c: c.__name__)
def test_the_other_activations_have_a_first_derivative_that_is_theirs(head: type[Activation]) -> None:
    end: Any = head.derivation(1).result
    for point in POINTS:
        at = Rational(point)
        exact = mp.diff(EVERY_TRUTH[head], mp.mpf(int(at.p)) / int(at.q))
        assert abs(float(end.subs(x, at).evalf(20)) - float(exact)) < 1e-8


# --- what is derived is the derivative -------------------------------------------------------------


@each_case
def test_the_result_is_the_derivative(case: tuple[type[Activation], int]) -> None:
    head, order = case
    d = derived(head, order)
    ground = line(x, KINKS.get(head, ()) if order else ())
    assert d.of == applied(head, x, order)
    assert d.equation.args == (d.of, d.result)
    assert ground.passed(d.of, d.result, d.theorem).conclusion is ground.formula(d.of, d.result)
    assert not d.theorem.axioms
    assert ground.proved(d.of, d.result)
    with pytest.raises(KernelRefusal):
        ground.proved(d.of, d.result + Rational(1, 10**6))


@each_case
@pytest.mark.parametrize("point", POINTS)
def test_the_result_has_the_values_of_the_derivative(case: tuple[type[Activation], int], point: str) -> None:
    """Against differences of mpmath's functions, at points off the kinks, to thirty digits."""
    head, order = case
    at = Rational(point)
    found = derived(head, order).result.subs(x, at).evalf(40)
    with mp.workdps(300):
        u = mp.mpf(at.p) / at.q
        expected = mp.diff(TRUTH[head], u, order) if order else TRUTH[head](u)
        assert abs(mp.mpf(str(found)) - expected) < mp.mpf(10) ** -30


@each_case
def test_every_step_holds_at_an_exact_point(case: tuple[type[Activation], int]) -> None:
    for step in derived(*case):
        left, right = (side.subs(x, Rational(POINTS[0])).evalf(35) for side in (step.left, step.right))
        assert abs(left - right) < Rational(1, 10**30), step


@each_case
def test_every_step_replays_from_its_derivation_alone(case: tuple[type[Activation], int]) -> None:
    d = derived(*case)
    for step, again in zip(d, d.replay(), strict=True):
        found = replay(step.theorem.derivation)
        assert found.conclusion is again.conclusion
        assert found.hypotheses == step.theorem.hypotheses
        assert not found.axioms


@each_case
def test_steps_make_lines_and_give_reasons(case: tuple[type[Activation], int]) -> None:
    head, order = case
    d = derived(head, order)
    starts = [step.left for k, step in enumerate(d) if d.begins(k)]
    assert starts == [applied(head, x, k) for k in range(order + 1)]
    for step in d:
        assert step.relation == "="
        assert isinstance(step.equation, Equality)
        assert step.equation.args == (step.left, step.right)
        assert 1 <= len(step.reason.split()) <= 4
        assert "sympy" not in step.reason.lower()
        assert step.claim == (step.claims[0] if step.claims else None)


@each_head
def test_kinks_are_excluded_and_nothing_else(head: type[Activation]) -> None:
    assert derived(head, 0).excluded == ()
    assert derived(head, 0).binders == {"x": Real}
    d = derived(head, 2)
    assert d.excluded == KINKS.get(head, ())
    (domain,) = d.binders.values()
    conditions: list[Any] = list(domain.conditions(x))
    assert [c.args for c in conditions] == [(x, kink) for kink in d.excluded]
    assert (domain == Nonzero) is (head in (relu, leaky_relu))


# --- claims -----------------------------------------------------------------------------------------


def cited(head: type[Activation], order: int) -> list[str]:
    return [name for step in derived(head, order) for name in step.claims]


def test_closed_forms_are_cited_from_the_ledger() -> None:
    assert cited(sigmoid, 2) == ["deriv_sigmoid", "second_deriv_sigmoid"]
    assert cited(tanh, 2) == ["deriv_tanh", "second_deriv_tanh"]
    assert cited(softplus, 1) == ["deriv_softplus"]
    assert cited(gelu, 1) == ["deriv_gelu"]
    assert cited(relu, 2) == ["second_deriv_relu"]
    assert cited(identity, 2) == cited(leaky_relu, 2) == []
    assert derived(mish, 2).claims == ("deriv_tanh", "deriv_softplus", "second_deriv_tanh", "deriv_sigmoid")


@each_case
def test_a_cited_claim_is_proved_and_of_this_form(case: tuple[type[Activation], int]) -> None:
    ledger = full_ledger()
    for name in derived(*case).claims:
        lemma = ledger[name]
        assert settle(lemma).verdict is Verdict.PROVED
        assert isinstance(lemma.statement, Equality)


def test_a_claim_of_a_user_is_cited_and_a_false_one_is_not() -> None:
    logistic = activation("plain_logistic", lambda u: 1 / (1 + exp(-u)))
    assert derived(logistic, 1).claims == ()

    another = activation("another", lambda u: 1 / (1 + exp(-u)), __name__)
    assert another.derivation(1).claims == ()

    @claim(about=another)
    def deriv_another_wrong(x: X):  # pyright: ignore[reportUnusedFunction,reportUnknownParameterType]
        """Not the slope."""
        return eq(another.d(x), another(x) * (1 + another(x))), Calc()

    @claim(about=another)
    def deriv_another(x: X):  # pyright: ignore[reportUnusedFunction,reportUnknownParameterType]
        """The slope."""
        return eq(another.d(x), another(x) * another(-x)), Calc()

    d = another.derivation(1)
    assert d.claims == ("deriv_another",)
    assert d.result == Mul(another(x), another(-x), evaluate=False)


# --- an immutable sequence -----------------------------------------------------------------------------


@each_case
def test_pickles_keep_every_expression_as_it_was_written(case: tuple[type[Activation], int]) -> None:
    d = derived(*case)
    again = pickle.loads(pickle.dumps(d))
    assert again == d
    assert hash(again) == hash(d)
    assert repr(again) == repr(d)
    assert again.latex() == d.latex()
    assert [s.theorem.conclusion for s in again] == [s.theorem.conclusion for s in d]


def test_a_pickle_brings_its_activation_along(tmp_path: Any) -> None:
    file = tmp_path / "derivation"
    file.write_bytes(pickle.dumps(derived(mish, 1)))
    code = f"import pickle, pathlib; print(pickle.loads(pathlib.Path({str(file)!r}).read_bytes()))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.rstrip("\n") == repr(derived(mish, 1))


def test_the_sequence_protocol() -> None:
    d = derived(sigmoid, 2)
    assert len(d) == 5
    assert list(d) == [d[k] for k in range(5)] == [*d[:2], *d[2:]]
    assert d[-1].right == d.result
    assert d.index(d[3]) == 3
    assert d[2] in d
    assert list(reversed(d)) == list(d)[::-1]
    with pytest.raises(IndexError):
        d[5]
    with pytest.raises(FrozenInstanceError):
        d.steps = ()  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(FrozenInstanceError):
        d[0].right = x  # pyright: ignore[reportAttributeAccessIssue]


def test_derivations_are_equal_when_they_say_the_same() -> None:
    assert sigmoid.derivation(2) == sigmoid.derivation(2)
    assert sigmoid.derivation(2) != sigmoid.derivation(1)
    assert sigmoid.derivation(2) != sigmoid.derivation(2, y)
    assert sigmoid.derivation() == sigmoid.derivation(1)
    assert {sigmoid.derivation(2), sigmoid.derivation(2)} == {derived(sigmoid, 2)}
