"""Rules for numbers: identities, inequalities by a decomposition with known signs, chains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from theory.kernel import words
from theory.kernel.field import Field, with_field
from theory.kernel.logic import Sequent
from theory.kernel.signs import NIL, NONNEG, NONZERO, POS
from theory.kernel.terms import HALF, ZERO, Term, eq, fn, le, make, mul, power, sub
from theory.kernel.theorem import Theorem, gathered, rule
from theory.language.errors import KernelRefusal


def _facts(premises: tuple[Theorem, ...]) -> list[Term]:
    return [p.conclusion for p in premises]


@rule
def identity(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """a = b where both sides are defined and have one normal form."""
    a, b = parameters

    def check(field: Field) -> None:
        field.require_defined(a)
        field.require_defined(b)
        same = words.equal(field, a, b) if a.sort == "mat" else field.ring.equal(field.frac(a), field.frac(b))
        if not same:
            raise KernelRefusal("the two sides have different normal forms")

    conclusion = eq(a, b)
    with_field(_facts(premises), check)
    return gathered(premises), conclusion


_WANTED = {"le": NONNEG, "lt": POS, "ne": NONZERO, "eq": NIL}


@rule
def order(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """a ≤ b (or <, ≠, =) because b − a equals a term whose sign is read off its factors and the premises."""
    relation, a, b, difference = parameters

    def check(field: Field) -> None:
        for t in (a, b, difference):
            field.require_defined(t)
        if not field.ring.equal(field.frac(sub(b, a)), field.frac(difference)):
            raise KernelRefusal("the decomposition is not equal to the difference of the two sides")
        field.require(difference, _WANTED[relation], "the difference of the two sides")

    with_field(_facts(premises), check)
    return gathered(premises), make(relation, (a, b))


@rule
def chain(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """a R b and b S c and … give a relation of the ends, strict where one link is."""
    links = _facts(premises)
    if any(link.op not in ("le", "lt", "eq") for link in links):
        raise KernelRefusal("a chain is made of ≤, < and =")
    if any(x.args[1] is not y.args[0] for x, y in pairwise(links)):
        raise KernelRefusal("each link of a chain starts where the one before ends")
    relation = "lt" if any(k.op == "lt" for k in links) else "le" if any(k.op == "le" for k in links) else "eq"
    return gathered(premises), make(relation, (links[0].args[0], links[-1].args[1]))


@rule
def absolute_bound(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|t| ≤ c where c ≥ 0 and c² − t² equals a term that is known not to be negative."""
    t, c, difference = parameters

    def check(field: Field) -> None:
        for part in (t, c, difference):
            field.require_defined(part)
        if not field.ring.equal(field.frac(sub(power(c, 2), power(t, 2))), field.frac(difference)):
            raise KernelRefusal("the decomposition is not equal to c² − t²")
        field.require(difference, NONNEG, "c² − t²")
        field.require(c, NONNEG, "the bound of an absolute value")

    with_field(_facts(premises), check)
    return gathered(premises), le(fn("abs", t), c)


@rule
def vanishing(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """t = 0 where t^k · u is known to be 0 and u is not."""
    t, exponent, factor = parameters

    def check(field: Field) -> None:
        for part in (t, factor):
            field.require_defined(part)
        if not (isinstance(exponent, int) and exponent >= 1):
            raise KernelRefusal("the exponent of a vanishing power is a positive integer")
        field.require(factor, NONZERO, "the other factor of a product that vanishes")
        field.require(mul(power(t, exponent), factor), NIL, "the product is not known to vanish")

    with_field(_facts(premises), check)
    return gathered(premises), eq(t, ZERO)


def _monotone_ends(premises: tuple[Theorem, ...]) -> tuple[str, Term, Term]:
    relation = premises[0].conclusion
    if relation.op not in ("le", "lt", "eq"):
        raise KernelRefusal("a monotone function is applied to ≤, < or =")
    return relation.op, relation.args[0], relation.args[1]


@rule
def apply_monotone(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """a R b gives f(a) R f(b) for the strictly increasing exp, log (a > 0) and square root (a ≥ 0)."""
    (name,) = parameters
    relation, a, b = _monotone_ends(premises)

    def image(t: Term) -> Term:
        return power(t, HALF) if name == "root" else fn(name, t)

    def check(field: Field) -> None:
        if name not in ("exp", "log", "root"):
            raise KernelRefusal(f"{name} is not one of exp, log, root")
        field.require_defined(image(a))
        field.require_defined(image(b))

    with_field(_facts(premises), check)
    return gathered(premises), make(relation, (image(a), image(b)))


@rule
def cancel_exp(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A relation between two numbers that are e^a and e^b holds between a and b."""
    a, b = parameters
    relation, left, right = _monotone_ends(premises)

    def check(field: Field) -> None:
        field.require_defined(a)
        field.require_defined(b)
        for side, exponent in ((left, a), (right, b)):
            if not field.ring.equal(field.frac(side), field.frac(fn("exp", exponent))):
                raise KernelRefusal("a side is not the exponential of the given exponent")

    with_field(_facts(premises), check)
    return gathered(premises), make(relation, (a, b))
