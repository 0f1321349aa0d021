"""The rule that makes theorems of certificates: what it accepts, and that a certificate says nothing about anything else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sympy import Rational, Symbol, sqrt

from theory import bent_identity, infimum, relu, sigmoid, silu, softplus, supremum, tanh
from theory.kernel.certified import subject
from theory.kernel.enclosure import Certificate
from theory.kernel.reading import Reader
from theory.kernel.terms import ONE, ZERO, Term, eq, le, lt, make, rat, var
from theory.kernel.theorem import infer, replay
from theory.language.errors import KernelRefusal, ProofFailure
from theory.storing_derivations import derivation_from_json, derivation_to_json
from theory.tactics import Enclosure, Sturm
from theory.tactics.context import Context
from theory.tactics.extrema import supremum as search
from theory.tactics.prove import prove

x = Symbol("x", real=True)
X = var("x")
NOTHING = Context(Reader(), None, ())  # pyright: ignore[reportArgumentType]  # no lemma is asked for


def formula(statement: Any) -> Term:
    return Reader().formula(statement)


def certificate(f: Any, sign: int = 1) -> Certificate:
    return search(Reader().term(f), X, 0, sign, 15)


TRUE = [
    (silu.d(x) <= Rational(11, 10), Enclosure()),
    (silu.d(x) < Rational(11, 10), Enclosure()),
    (silu.d(x) >= Rational(-1, 10), Enclosure()),
    (tanh(x) < 1, Sturm()),
    (tanh(x) > -1, Sturm()),
    (relu(x) <= softplus(x) + Rational(1, 10**6), Enclosure()),
    (sigmoid.d(x, 2) <= sqrt(3) / 18, Sturm()),
    (sigmoid.d(x, 2) >= -sqrt(3) / 18, Sturm()),
    (supremum(tanh(x), x, 1, attained=False), Sturm()),
    (infimum(sigmoid.d(x, 2), x, -sqrt(3) / 18, attained=True), Sturm()),
    (supremum(bent_identity.d(x), x, Rational(3, 2), attained=False), Enclosure()),
]


@pytest.mark.parametrize(("statement", "kind"), TRUE, ids=str)
def test_what_a_certificate_proves_survives_json(statement: Any, kind: Any) -> None:
    wanted = formula(statement)
    theorem = prove(kind, wanted, NOTHING)
    assert theorem.conclusion is wanted
    assert not theorem.hypotheses
    assert replay(derivation_from_json(derivation_to_json(theorem.derivation))).conclusion is wanted


@pytest.mark.parametrize(
    "statement",
    [
        silu.d(x) <= Rational(109, 100),
        tanh(x) < Rational(999, 1000),
        sigmoid.d(x, 2) < sqrt(3) / 18,
        relu(x) < softplus(x) - Rational(1, 10**6),
        supremum(tanh(x), x, 1, attained=True),
        supremum(tanh(x), x, 2, attained=False),
        supremum(silu(x), x, 3, attained=True),
        infimum(sigmoid.d(x, 2), x, sqrt(3) / 18, attained=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [Enclosure(), Sturm()], ids=str)
def test_what_is_false_is_not_proved(statement: Any, kind: Any) -> None:
    with pytest.raises((KernelRefusal, ProofFailure)):
        prove(kind, formula(statement), NOTHING)


SLOPE = formula(silu.d(x) <= 2)


@pytest.mark.parametrize(
    "other",
    [
        le(make("app", (make("fun", data="silu"), X)), rat(2)),  # the function, not its slope
        formula(silu.d(Symbol("y", real=True)) <= 2),
        formula(silu.d(x) >= -2),
        formula(silu.d(x) >= 1),
        le(SLOPE.args[0], X),
        le(SLOPE.args[0], var("a")),
        eq(SLOPE.args[0], ONE),
        make("ne", (SLOPE.args[0], rat(2))),
        make("not", (lt(SLOPE.args[0], ZERO),)),
        make("extremum", (X, SLOPE.args[0], rat(2)), (True, True)),
        make("extremum", (var("y"), SLOPE.args[0], rat(2)), (True, True)),
        make("extremum", (X, SLOPE.args[0], rat(2), le(ZERO, X)), (True, True)),
    ],
    ids=repr,
)
def test_a_certificate_is_about_one_function_on_the_whole_line(other: Term) -> None:
    given = certificate(silu.d(x))
    assert infer("certified", [SLOPE, given]).conclusion is SLOPE
    with pytest.raises(KernelRefusal):
        infer("certified", [other, given])


def test_a_certificate_with_another_order_or_without_bounds_proves_nothing() -> None:
    c = certificate(silu.d(x))
    unbounded = certificate(silu(x))
    for changed in (replace(c, order=1), replace(c, upper=None), replace(c, upper=c.lower), replace(c, cells=())):
        with pytest.raises(KernelRefusal):
            infer("certified", [SLOPE, changed])
    with pytest.raises(KernelRefusal):
        infer("certified", [formula(silu(x) <= 10**9), unbounded])


@pytest.mark.parametrize("parameters", [[], [SLOPE], [SLOPE, ()], [SLOPE, (1, 2)], [SLOPE, "x"], ["x", ()], [SLOPE, (X,) * 13]])
def test_malformed_certificates_are_refused(parameters: list[Any]) -> None:
    with pytest.raises(KernelRefusal):
        infer("certified", parameters)


def test_the_side_of_a_formula() -> None:
    f, g = SLOPE.args[0], make("app", (make("fun", data="silu"), X))
    assert subject(le(f, ONE), X) == (f, 1, ONE)
    assert subject(lt(ONE, f), X) == (f, -1, ONE)
    assert subject(le(f, g), X)[1:] == (1, ZERO)


def test_two_variables_are_refused() -> None:
    with pytest.raises(ProofFailure, match="one variable"):
        prove(Enclosure(), formula(silu(x) <= Symbol("y", real=True)), NOTHING)
