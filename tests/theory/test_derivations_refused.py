"""What is no derivation: steps that are not true, theorems that prove something else, and what cannot be derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from sympy import (
    Abs,
    Float,
    Function,
    Integer,
    Max,
    Min,
    Mul,
    Piecewise,
    Rational,
    Symbol,
    cos,
    exp,
    floor,
    log,
    sin,
    sqrt,
)
from sympy.core.relational import Relational

from tests.theory.derived import activation, x
from theory.activations.gelu import gelu
from theory.activations.hard_tanh import hard_tanh
from theory.activations.mish import mish
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.activations.tanh import tanh
from theory.derivations import Derivation, Step
from theory.derivations.expressions import product, total
from theory.derivations.ground import Ground, line
from theory.kernel.gate import goal_of
from theory.kernel.theorem import Theorem, infer
from theory.language.activations import Activation
from theory.language.claims import full_ledger
from theory.language.domains import Real
from theory.language.errors import ClaimError, GradproofError, KernelRefusal, ProofFailure, UnsupportedTerm

HEADS: list[type[Activation]] = [sigmoid, tanh, silu, gelu, mish, relu, hard_tanh]
each_head = pytest.mark.parametrize("head", HEADS, ids=lambda h: h.__name__)


def grounds(d: Derivation) -> Ground:
    """The ground of a derivation, kinks left out, on which a step is asked for again."""
    return line(x, d.excluded)


# --- steps that are not true --------------------------------------------------------------------------


def wrong(e: Any) -> Iterator[Any]:
    """Expressions near to one, all of them different from it almost everywhere."""
    yield total(e, 1)
    yield total(e, Rational(1, 10**9))
    yield total(e, product(Rational(1, 10**9), x))
    yield total(e, exp(-(x**2)))
    if e != 0:
        yield product(-1, e)
        yield product(2, e)
        yield product(3, e, e)


@each_head
def test_a_tampered_side_is_refused(head: type[Activation]) -> None:
    d = head.derivation(2)
    for k, step in enumerate(d, 1):
        for other in wrong(step.right):
            with pytest.raises(KernelRefusal):
                grounds(d).proved(step.left, other)
            forged = (*d.steps[: k - 1], replace(step, right=other), *d.steps[k:])
            with pytest.raises(ProofFailure, match=f"step {k} of the derivation of .* is not proved"):
                replace(d, steps=forged)
        assert grounds(d).proved(step.left, step.right)


@each_head
def test_a_theorem_of_another_step_is_refused(head: type[Activation]) -> None:
    d = head.derivation(2)
    for k, step in enumerate(d):
        for other in d:
            if other is not step:
                forged = (*d.steps[:k], replace(step, theorem=other.theorem), *d.steps[k + 1 :])
                with pytest.raises(ProofFailure, match=f"step {k + 1} .* proves another statement"):
                    replace(d, steps=forged)


def test_a_theorem_that_only_says_so_is_refused() -> None:
    """What counts is what replaying the derivation proves, not what a theorem object claims."""
    d = sigmoid.derivation(1)
    ground = grounds(d)
    step = d[2]
    conclusion = ground.formula(step.left, product(2, step.right))
    said = Theorem(frozenset(), conclusion, frozenset(), step.theorem.derivation)
    with pytest.raises(ProofFailure, match="step 3"):
        replace(d, steps=(*d.steps[:2], Step(step.left, product(2, step.right), step.reason, said)))


def test_an_assumption_is_no_proof() -> None:
    d = sigmoid.derivation(1)
    right = total(d.result, 1)
    assumed = infer("assume", [grounds(d).formula(d.of, right)])
    with pytest.raises(ProofFailure, match="needs a hypothesis that the claim does not grant"):
        Derivation(d.of, (Step(d.of, right, "because", assumed),), d.domains)


def test_a_cited_claim_is_no_proof() -> None:
    cited = next(c for c in full_ledger() if c.unproved)
    goal = goal_of(cited)
    axiom = infer("cited", [cited.name, goal.conclusion, *goal.hypotheses])
    d = sigmoid.derivation(1)
    premises = [axiom, *(infer("assume", [h]) for h in goal.hypotheses)]
    resting = infer("identity", [grounds(d).term(d.of), grounds(d).term(d.result)], premises)
    if not goal.hypotheses:
        with pytest.raises(ProofFailure, match="cited and not proved"):
            Derivation(d.of, (Step(d.of, d.result, "because", resting),), d.domains)
    with pytest.raises(ProofFailure):
        Derivation(d.of, (Step(d.of, d.result, "because", resting),), d.domains)


@pytest.mark.parametrize("head", [relu, hard_tanh], ids=lambda h: h.__name__)
def test_at_a_kink_nothing_is_proved(head: type[Activation]) -> None:
    d = head.derivation(1)
    with pytest.raises(ProofFailure, match="needs a hypothesis that the claim does not grant"):
        replace(d, domains=(("x", Real),), excluded=())
    for kink in d.excluded:
        rest = tuple(k for k in d.excluded if k != kink)
        with pytest.raises(KernelRefusal):
            line(x, rest).proved(d.of, d.result)
    assert line(x, d.excluded).proved(d.of, d.result)


def test_the_slope_at_the_kink_is_not_either_side() -> None:
    for value in (0, 1, Rational(1, 2)):
        with pytest.raises(KernelRefusal):
            line(x).proved(relu.d(Integer(0)), Integer(0) + value)


def test_pieces_that_are_swapped_are_refused() -> None:
    ground = line(x, (0,))
    above: Relational = x > 0
    assert ground.proved(relu.d(x), Piecewise((1, above), (0, True), evaluate=False))
    for left, right in ((0, 1), (1, 1), (0, 0), (1, Rational(1, 10**9))):
        with pytest.raises(KernelRefusal):
            ground.proved(relu.d(x), Piecewise((left, above), (right, True), evaluate=False))


def test_no_steps_are_no_derivation() -> None:
    with pytest.raises(ProofFailure, match="has at least one step, not none"):
        Derivation(sigmoid.d(x), ())


# --- what cannot be asked for -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [-1, 13, 10**6, 1.0, Rational(1, 2), True, "2", None, Symbol("k"), Float(2)])
def test_the_order_is_a_small_whole_number(order: Any) -> None:
    with pytest.raises(ClaimError, match=r"the order of a derivation is a whole number from 0 to 12, not "):
        sigmoid.derivation(order)


def test_sympy_integers_are_whole_numbers() -> None:
    two: Any = Integer(2)
    assert sigmoid.derivation(two) is sigmoid.derivation(2)


@pytest.mark.parametrize("variable", [2 * x, x + 1, Integer(3), sigmoid(x), "x", 0.5])
def test_the_variable_is_a_symbol(variable: Any) -> None:
    with pytest.raises(ClaimError, match=r"a derivation is by a variable, not by .*; give a Symbol"):
        sigmoid.derivation(1, variable)


@pytest.mark.parametrize("name", ["kappa", "u", "x_1", "θ"])
def test_any_variable_will_do(name: str) -> None:
    u = Symbol(name, real=True)
    d = silu.derivation(2, u)
    assert d.of == silu.d(u, 2)
    assert d.result.free_symbols == {u}
    assert d.binders == {name: Real}
    assert d.result.subs(u, 0).evalf() == silu.derivation(2).result.subs(x, 0).evalf() == 0.5


def test_names_that_the_kernel_keeps_are_refused() -> None:
    with pytest.raises(UnsupportedTerm, match="cannot name a variable"):
        sigmoid.derivation(1, Symbol("κ0"))


def test_an_activation_without_a_definition_says_so() -> None:
    nothing = type("nothing", (Activation,), {"__module__": __name__})
    with pytest.raises(ClaimError, match="activation nothing has no definition"):
        nothing.derivation(1)


Form: TypeAlias = Callable[[Any], Any]
unknown: Any = Function("g")

UNDERIVABLE: dict[str, tuple[Form, type[GradproofError], str]] = {
    "rounded": (floor, UnsupportedTerm, "is not in the statement language"),
    "unknown": (unknown, UnsupportedTerm, "is not in the statement language"),
    "powered": (lambda u: (1 + u**2) ** sqrt(2), UnsupportedTerm, "there is no rule to differentiate Pow"),
    "inexact": (lambda u: Float("0.1") * u, UnsupportedTerm, "statements are exact"),
    "inverse": (lambda u: 1 / u, ProofFailure, "step 1 of the derivation, .* a denominator may vanish"),
    "squared_log": (lambda u: log(u**2), ProofFailure, "step 1 of the derivation, .* may not be positive"),
    "unsolved": (lambda u: Max(cos(u), u), UnsupportedTerm, "it is not known where .* is zero"),
    "waves": (lambda u: Max(sin(u), 0), UnsupportedTerm, "it is not known where .* is zero"),
    "three": (lambda u: Piecewise((0, u > 1), (u, u > 0), (1, True)), UnsupportedTerm, "has two pieces here"),
}


@pytest.mark.parametrize("name", UNDERIVABLE)
def test_definitions_that_cannot_be_derived(name: str) -> None:
    form, error, message = UNDERIVABLE[name]
    with pytest.raises(error, match=message):
        activation(name, form).derivation(1)


# --- activations of a user ----------------------------------------------------------------------------------

SHOWN: dict[str, tuple[Form, int, tuple[Any, ...], str]] = {
    "logistic": (lambda u: 1 / (1 + exp(-u)), 2, (), "logistic(x)(1 − logistic(x))(1 − 2·logistic(x))"),
    "my_tanh": (lambda u: (exp(2 * u) - 1) / (exp(2 * u) + 1), 1, (), "1 − my_tanh(x)²"),
    "gauss": (lambda u: exp(-(u**2)), 2, (), "2(2x² − 1)·gauss(x)"),
    "wave": (sin, 2, (), "−wave(x)"),
    "decay": (lambda u: u * exp(-u), 2, (), "(x − 2)·exp(−x)"),
    "root": (lambda u: u / sqrt(1 + u**2), 2, (), "−3x/(1 + x²)^(5/2)"),
    "steep_silu": (lambda u: u * sigmoid(2 * u), 1, (), "σ(2x)(1 + 2x(1 − σ(2x)))"),
    "shrink": (lambda u: u - tanh(u), 2, (), "2·tanh(x)(1 − tanh(x)²)"),
    "elu_of_mine": (lambda u: Piecewise((u, u > 0), (exp(u) - 1, True)), 1, (0,), "{1 if x > 0; exp(x) if x < 0}"),
    "mixed": (lambda u: Piecewise((u, u >= 0), (tanh(u), True)), 1, (0,), "{1 if x > 0; 1 − tanh(x)² if x < 0}"),
    "relu_to_6": (lambda u: Min(Max(0, u), 6), 1, (0, 6), "{0 if x > 6; 1 if 0 < x < 6; 0 if x < 0}"),
    "hard_swish": (
        lambda u: u * Min(Max(u + 3, 0), 6) / 6,
        1,
        (-3, 3),
        "{1 if x > 3; (3 + 2x)/6 if −3 < x < 3; 0 if x < −3}",
    ),
    "squared": (lambda u: relu(u) ** 2, 2, (0,), "{2 if x > 0; 0 if x < 0}"),
    "bowl": (lambda u: Max(u**2 - 1, 0), 1, (-1, 1), "{2x if x > 1; 0 if −1 < x < 1; 2x if x < −1}"),
    "absolute": (Abs, 1, (0,), "{1 if x > 0; −1 if x < 0}"),
    "zero": (lambda _: Integer(0), 1, (), "0"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_activations_of_a_user(name: str) -> None:
    form, order, kinks, shown = SHOWN[name]
    head = activation(name, form)
    d = head.derivation(order)
    assert d.excluded == kinks
    assert f"= {shown} " in repr(d).splitlines()[-1] + " "
    assert len(d.replay()) == len(d)
    for point in (Rational(-41, 13), Rational(-1, 7), Rational(19, 9), Rational(71, 9)):
        left, right = (e.subs(x, point).evalf(30) for e in (head.d(x, order), d.result))
        assert abs(left - right) < Rational(1, 10**25)


def test_a_definition_keeps_its_conditions_at_the_kink() -> None:
    elu = activation("elu_of_mine", SHOWN["elu_of_mine"][0])
    whole, *rest = repr(elu.derivation(1)).splitlines()
    assert "{x if x > 0; exp(x) − 1 if x ≤ 0}" in whole
    assert "≤" not in "".join(rest)
    assert "≠" not in whole
    assert repr(elu.derivation(0)) == whole.replace("elu_of_mine(x)  =", "elu_of_mine(x) =").rstrip()


def test_steps_import_into_other_expressions() -> None:
    """What people do with a derivation: take a side, put something in, go on with SymPy."""
    step = sigmoid.derivation(2)[3]
    assert step.equation.subs(x, 0).lhs == sigmoid.d(Integer(0), 2)
    s = Symbol("s")
    curvature = sigmoid.derivation(2).result.xreplace({sigmoid(x): s})
    assert curvature.expand() == 2 * s**3 - 3 * s**2 + s
    assert isinstance(step.right.args[1], Mul)
