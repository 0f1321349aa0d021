"""Rules for numbers and matrices: identities, inequalities by a decomposition with known signs, chains."""

from __future__ import annotations

from itertools import pairwise

from theory.kernel.signs import RELATIONS
from theory.kernel.terms import HALF, Term, eq, fn, make, power, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if


@rule
def identity(given: Given, a: Term, b: Term) -> Result:
    """a = b where both sides are defined and have one normal form."""
    field = given.field()
    field.require_defined(a, b)
    refuse_if(not field.same(a, b), "the two sides have different normal forms")
    return eq(a, b)


@rule
def order(given: Given, relation: str, a: Term, b: Term, difference: Term) -> Result:
    """a ≤ b (or <, ≠, =) because b − a equals a term whose sign is read off its factors and the premises."""
    field = given.field()
    field.require_defined(a, b, difference)
    refuse_if(not field.same(sub(b, a), difference), "the decomposition is not equal to the difference of the two sides")
    field.require(difference, RELATIONS[relation], "the difference of the two sides")
    return make(relation, (a, b))


@rule
def chain(given: Given) -> Result:
    """a R b and b S c and … give a relation of the ends, strict where one link is."""
    links = given.conclusions
    found = {link.op for link in links}
    refuse_if(not found or found - {"le", "lt", "eq"}, "a chain is made of ≤, < and =")
    if any(x.args[1] is not y.args[0] for x, y in pairwise(links)):
        raise KernelRefusal("each link of a chain starts where the one before ends")
    strongest = "lt" if "lt" in found else "le" if "le" in found else "eq"
    return fn(strongest, links[0].args[0], links[-1].args[1])


@rule
def apply_monotone(given: Given, name: str) -> Result:
    """a R b gives f(a) R f(b) for the strictly increasing exp, log (a > 0) and square root (a ≥ 0)."""
    relation = given.conclusions[0]
    if relation.op not in ("le", "lt", "eq") or name not in ("exp", "log", "root"):
        raise KernelRefusal("≤, < and = are kept by exp, log and root")
    images = [power(t, HALF) if name == "root" else fn(name, t) for t in relation.args]
    given.field().require_defined(*images)
    return fn(relation.op, *images)
