"""Functions of the direction of two normal numbers: integrals held against samples, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest

from numerics import chance as sampling
from numerics.balls import ball
from numerics.evaluate import ExactView
from theory.kernel import exact
from theory.kernel.directions import scaled, swept
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.reading import Reader
from theory.kernel.replacing import substitute
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, mul, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer, replay
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context
from theory.tactics.directions import directed
from theory.tactics.settle import theorem_of

Z = var("Z", "seq", (1, 1))
t, r = var("t"), var("r'")
U, V = (fn("entry", fn("at", Z, rat(k)), ONE, ONE) for k in (1, 2))
CONTEXT = Context(Reader(), theorem_of)


def positive(u: Term) -> Term:
    """1 where u > 0."""
    return fn("pw", u, ONE, ZERO, ZERO)


def relu(u: Term) -> Term:
    """max(u, 0)."""
    return fn("max", u, ZERO)


BODIES: dict[str, Term] = {
    "kernel": mul(relu(U), relu(add(mul(t, U), V))),
    "both on": mul(positive(U), positive(add(mul(t, U), V))),
    "sizes": mul(fn("abs", U), fn("abs", sub(V, mul(t, U)))),
    "square": mul(positive(sub(V, U)), power(add(U, V), 2)),
    "larger": positive(sub(fn("abs", U), fn("abs", V))),
}


def found(body: Term) -> Theorem:
    made = directed(CONTEXT, Z, body, None)
    assert made is not None
    return made


@pytest.mark.parametrize("slope", [Fraction(0), Fraction(3, 2), Fraction(-2)])
@pytest.mark.parametrize("name", ["kernel", "both on", "sizes", "square"])
def test_the_value_lies_within_what_samples_say(name: str, slope: Fraction) -> None:
    value = found(BODIES[name]).conclusion.args[1]
    with sampling.sampling(1 << 17):
        seen = ball(ExactView({t: rat(slope)}, {}).scalar(mean(Z, GAUSSIAN, BODIES[name])))
    assert seen.overlaps(exact.ball(substitute(value, {t: rat(slope)})))
    assert float(seen.rad()) < 0.02 * (1 + abs(float(seen.mid())))


def test_of_conditions_on_what_is_not_linear_nothing_wrong_is_found() -> None:
    with suppress(KernelRefusal):
        made = directed(CONTEXT, Z, BODIES["larger"], None)
        assert made is None or exact.holds(eq(made.conclusion.args[1], rat(Fraction(1, 2))))


RIGHT, LEFT = ((mul(rat(-1), t),), ((), (t, ONE))), ((t,), ((), ()))


def homogeneous(body: Term, degree: int) -> Theorem:
    """The equation, assumed: what a rule makes of it is what is tested."""
    grown = body if degree == 0 else mul(power(r, degree), body)
    return infer("assume", [eq(scaled(body, Z), grown)])


def test_the_kernel_wants_the_equation_of_homogeneity_for_all_draws() -> None:
    body = BODIES["kernel"]
    value = swept(2, RIGHT, LEFT)
    assert found(body).derivation.parameters[4:] == (RIGHT, LEFT)
    # Assumed, it is a hypothesis about the draws, which are bound in what follows.
    with pytest.raises(KernelRefusal):
        infer("mean_of_directions", [Z, body, 2, value, RIGHT, LEFT], [homogeneous(body, 2)])


@pytest.mark.parametrize(
    "change",
    [
        {1: 0},
        {2: add(swept(2, RIGHT, LEFT), rat(Fraction(1, 10**6)))},
        {3: (RIGHT[0], RIGHT[1][::-1])},
        {3: ((t,), RIGHT[1])},
        {3: LEFT},
        {4: RIGHT},
        {3: (RIGHT[0], ((), (t,)))},
        {3: ((ONE, ZERO), ((), (), ()))},
        {3: (RIGHT[0], ((), (U, ONE)))},
        {3: (RIGHT[0], ((), (t, ONE, ZERO, ZERO)))},
    ],
)
def test_tampered_parameters_are_refused(change: dict[int, object]) -> None:
    made = found(BODIES["kernel"])
    parameters: list[object] = list(made.derivation.parameters)
    for place, wrong in change.items():
        parameters[place + 1] = wrong
    with pytest.raises(KernelRefusal):
        infer("mean_of_directions", parameters, [_homogeneity()])


def _homogeneity() -> Theorem:
    return replay(found(BODIES["kernel"]).derivation.premises[0])


def test_the_true_parameters_are_accepted() -> None:
    made = found(BODIES["kernel"])
    again = infer("mean_of_directions", made.derivation.parameters, [_homogeneity()])
    assert again.conclusion is made.conclusion
    assert again.hypotheses == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        mul(U, V, V),
        add(ONE, mul(U, V)),
        mul(relu(sub(U, ONE)), relu(V)),
        fn("exp", V),
        mul(U, fn("entry", fn("at", Z, rat(3)), ONE, ONE)),
    ],
)
def test_other_degrees_and_other_draws_are_not_integrated(body: Term) -> None:
    with suppress(KernelRefusal):
        assert directed(CONTEXT, Z, body, None) is None


@pytest.mark.parametrize("name", ["x'", "r'"])
def test_a_function_that_reads_the_variables_of_the_rule_is_refused(name: str) -> None:
    # Else the line x'·1² would be taken for the polynomial w, and E x'·z_1² = x' come out as 0.
    body = mul(var(name), power(U, 2))
    line = ((), ((ZERO, ONE),))
    homogeneous = infer("identity", [scaled(body, Z), mul(power(r, 2), body)])
    with pytest.raises(KernelRefusal, match="must not read the variable"):
        infer("mean_of_directions", [Z, body, 2, swept(2, line, line), line, line], [homogeneous])
