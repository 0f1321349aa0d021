"""Facts are read once and then copied: nothing that a rule asks of its copy is known to the next one."""

from __future__ import annotations

from contextlib import suppress

import pytest

from theory.kernel.field import Field
from theory.kernel.fractions import SLOTS
from theory.kernel.signs import NONNEG, POS
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, le, lt, make, mul, power, rat, var
from theory.language.errors import KernelRefusal

X, Y = var("x"), var("y")
W = var("W", "mat", ("n", "n"))
HALF = rat(1).data / 2
FACTS: dict[str, tuple[Term, ...]] = {
    "a sign": (lt(ZERO, X),),
    "a root": (le(ONE, power(add(X, ONE), make("rat", data=HALF))), lt(ZERO, X)),
    "exponentials, one finer": (le(fn("exp", X), rat(2)), le(fn("exp", mul(make("rat", data=HALF), X)), rat(2))),
    "an absolute value": (le(fn("abs", X), ONE), le(ZERO, Y)),
    "an equation": (eq(X, mul(Y, Y)), le(X, ONE)),
    "Lambert's W": (lt(ZERO, X), eq(Y, fn("lambertw", X))),
    "an orthogonal matrix": (make("meq", (make("mmul", (make("tr", (W,)), W)), make("ident", data="n"))),),
}


def state(field: Field) -> tuple[object, ...]:
    """What a field knows before it is asked anything."""
    relations = {k: (degree, str(value.num), str(value.den)) for k, (degree, value) in field.ring.relations.items()}
    return field.ring.count, str([op for op, _ in field.meanings]), relations, field.rewrites, field.structures


@pytest.mark.parametrize("name", FACTS)
def test_what_one_rule_asks_the_next_does_not_see(name: str) -> None:
    before = state(Field(FACTS[name]))
    used = Field(FACTS[name])
    for k in range(2, SLOTS + 2):
        with suppress(KernelRefusal):  # at last there is no generator left
            used.sign(fn("exp", mul(power(X, k), Y)))
            used.frac(fn("exp", mul(make("rat", data=HALF / k), X)))
    assert state(used) != before
    assert state(Field(FACTS[name])) == before


@pytest.mark.parametrize("name", FACTS)
def test_a_copy_computes_in_its_own_ring(name: str) -> None:
    field, other = Field(FACTS[name]), Field(FACTS[name])
    rings = {id(key.ring) for _, keys in field.meanings for key in keys if not isinstance(key, Term)}
    assert field.ring is not other.ring
    assert rings <= {id(field.ring)}
    assert {id(value.ring) for _, value in field.ring.relations.values()} <= {id(field.ring)}


def test_the_order_in_which_facts_were_read_before_plays_no_part() -> None:
    """One fact alone, both, and again one: each time what these facts say and no more."""
    root = power(add(X, neg_one := rat(-1)), 2)
    assert Field([lt(ONE, X)]).sign(add(X, neg_one)) == POS
    assert Field([lt(ONE, X), lt(ONE, Y)]).sign(add(Y, neg_one)) == POS
    assert Field([lt(ONE, X)]).sign(add(Y, neg_one)) & ~POS
    assert Field([lt(ONE, Y)]).sign(root) == NONNEG
