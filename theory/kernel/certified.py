"""Theorems from certificates of extrema: an inequality on the whole line, or which number a supremum is.

The certificate is a parameter of the rule, and is checked anew each time that the derivation is replayed.
"""

from __future__ import annotations

from flint import arb

from theory.kernel.enclosure import Certificate
from theory.kernel.extrema import check
from theory.kernel.functions import exactly, same_number
from theory.kernel.growth import value_of
from theory.kernel.series import Precision
from theory.kernel.terms import ZERO, Term, add, mul, power, rat, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import refuse_if


def subject(formula: Term, x: Term) -> tuple[Term, int, Term]:
    """The function that a formula bounds, on which side (1 from above), and by what.

    f ≤ c and c ≤ f bound f; of f ≤ g with two functions it is f − g that is bounded by 0.
    """
    if formula.op == "extremum":
        _, body, value = formula.args
        return body, 1 if formula.data[0] else -1, value
    refuse_if(formula.op not in ("le", "lt"), "a certificate proves ≤, <, or which number an extremum is")
    a, b = formula.args
    if x not in b.free:
        return a, 1, b
    return (b, -1, a) if x not in a.free else (sub(a, b), 1, ZERO)


@rule
def certified(given: Given, formula: Term, c: Certificate) -> Result:
    """f ≤ c (or <, ≥, >) for all x, or sup f = c attained or only approached, from a certificate of that extremum."""
    refuse_if(bool(given), "a certificate stands by itself")
    check(c)
    whole_line = formula.op != "extremum" or (len(formula.args) == 3 and formula.args[0] is c.variable)
    refuse_if(not whole_line, "a certificate is about the whole line")
    f, sign, bound = subject(formula, c.variable)
    about_it = (c.term, c.order, c.sign) == (f, 0, sign) and not bound.free
    refuse_if(not about_it, "the certificate is about another function, or the bound is not a number")
    with Precision(c.bits):
        if formula.op == "extremum":
            holds = c.status == ("attained" if formula.data[1] else "approached") and is_value(c, bound)
        else:
            holds = _below(c, bound, strictly=formula.op == "lt")
    refuse_if(not holds, "the certificate does not show that")
    return formula


def _below(c: Certificate, bound: Term, *, strictly: bool) -> bool:
    if c.upper is None:
        return False
    if exactly(c.upper) < _ball(bound, c.sign):
        return True
    if strictly and c.status != "approached":
        return False
    return (bound.op == "rat" and c.upper <= bound.data * c.sign) or is_value(c, bound)


def is_value(c: Certificate, number: Term) -> bool:
    """Whether the extremum is seen to be this number: as both its bounds, by its closed form or by its polynomial."""
    value = mul(rat(c.sign), number)
    if c.lower is None or c.upper is None:
        return False
    if c.lower == c.upper:
        return same_number(rat(c.lower), value)
    if c.closed is not None:
        return same_number(c.closed, value)
    if not c.polynomial or not exactly(c.lower) <= _ball(number, c.sign) <= exactly(c.upper):
        return False
    # The enclosure holds one root of the polynomial, and that is the supremum.
    return same_number(
        add(*(mul(rat(a), power(value, k)) for k, a in enumerate(c.polynomial) if k), rat(c.polynomial[0])), rat(0)
    )


def _ball(number: Term, sign: int) -> arb:
    return value_of(number) * sign
