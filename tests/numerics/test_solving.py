"""Equations that an instance has to meet are met exactly, and what cannot be solved is left as it was drawn."""

from __future__ import annotations

from fractions import Fraction

from numerics.adjudicate import HORIZON
from numerics.evaluate import ExactView
from numerics.goals import opened
from numerics.solving import driven, solved, steadied
from numerics.spectra import entries_of
from numerics.strategies import FromNumpy, Sampler
from theory.kernel.gate import goal_of
from theory.kernel.terms import Term, eq, literal, make, rat, sequence_literal, var
from theory.language.claims import full_ledger

W, x = var("W", "mat", ("n", "n")), var("x", "mat", ("n", 1))
c = var("c")
DIMS = {"n": 2}


def matrix(*rows: tuple[int, ...]) -> Term:
    return literal(tuple(tuple(map(Fraction, row)) for row in rows))


def equal(a: Term, b: Term) -> Term:
    return make("meq", (a, b))


EIGENVECTOR = equal(make("mmul", (W, x)), make("mscale", (c, x)))
SKEW = equal(make("tr", (W,)), make("mscale", (rat(-1), W)))
VALUES = {W: matrix((1, 2), (3, 4)), x: matrix((1,), (2,)), c: rat(5)}


def test_weights_get_an_eigenvector() -> None:
    found = solved([EIGENVECTOR], [W], VALUES, DIMS)
    assert found is not None
    view = ExactView({**VALUES, **found}, DIMS)
    assert entries_of(view.matrix(make("mmul", (W, x)))) == [5, 10]


def test_equations_that_contradict_each_other_are_not_solved() -> None:
    assert solved([EIGENVECTOR, SKEW], [W], VALUES, DIMS) is None
    found = solved([EIGENVECTOR, SKEW], [W, c], VALUES, DIMS)
    assert found is not None
    assert found[c] is rat(0)


def test_what_is_not_affine_is_not_solved() -> None:
    square = equal(make("mmul", (W, W)), make("mscale", (rat(7), make("ident", data="n"))))
    assert solved([square], [W], VALUES, DIMS) is None
    assert solved([eq(make("mul", (c, c)), rat(2))], [c], VALUES, DIMS) is None


def test_an_irrational_equation_is_not_solved() -> None:
    root = make("pow", (rat(2), rat(Fraction(1, 2))))
    assert solved([eq(c, root)], [c], VALUES, DIMS) is None


def test_a_drive_follows_from_an_equation_at_every_step() -> None:
    v, u, t = var("v", "seq", ("n", 1)), var("u", "seq", ("n", 1)), var("t", "nat")
    fact = make("always", (t, equal(make("at", (v, t)), make("mscale", (rat(2), make("at", (u, t)))))))
    given = sequence_literal(((Fraction(1), Fraction(2)),), 2)
    found = driven(fact, {v: sequence_literal((), 2), u: given}, DIMS)
    assert found is not None
    assert found[v].data[:2] == ((2, 4), (0, 0))
    assert len(found[v].data) == HORIZON


def test_preactivations_are_held_at_a_number() -> None:
    phi, v, t = make("fun", data="relu"), var("v", "seq", ("n", 1)), var("t", "nat")
    network = make("net", (W, phi, x, v))
    fact = make(
        "always", (t, equal(make("diag", (make("slopes", (phi, make("pre", (network, t)))),)), make("ident", data="n")))
    )
    values = {**VALUES, v: sequence_literal((), 2)}
    first = next(steadied(fact, values, DIMS))
    view = ExactView({**values, **first}, DIMS)
    assert all(entries_of(view.matrix(make("pre", (network, rat(k))))) == [1, 1] for k in (1, 2, HORIZON))


def test_quarter_turns_live_in_even_dimensions() -> None:
    sampler, source = Sampler(opened(goal_of(full_ledger()["gram_pow_step"]))), FromNumpy(1)
    assert {sampler.draw(source).dims["n"] for _ in range(20)} == {2, 4}
