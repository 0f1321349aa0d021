"""Theorems from certificates of extrema: an inequality on the whole line, or which number a supremum is.

The certificate is a parameter of the rule, written in terms, names and integers, and is checked anew each time that the
derivation is replayed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias, cast

from flint import arb

from theory.kernel.enclosure import Cell, exactly
from theory.kernel.extrema import Certificate, Place, check, equal
from theory.kernel.logic import Sequent
from theory.kernel.series import Precision, expand
from theory.kernel.terms import ONE, ZERO, Term, add, mul, power, rat, sub
from theory.kernel.theorem import Theorem, rule
from theory.language.errors import KernelRefusal

Packed: TypeAlias = "tuple[Any, ...]"


def packed(c: Certificate) -> Packed:
    """A certificate as a parameter of a rule."""
    cells = tuple(
        tuple((*_numbers(cell.low, cell.high), cell.rule, *_numbers(cell.point)) for cell in listed) for listed in c.cells
    )
    place = (c.place.kind, *_numbers(c.place.x), c.place.side)
    closed = () if c.closed is None else (c.closed,)
    numbers = (_numbers(*c.kinks), _numbers(c.lower, c.upper, c.others), tuple(rat(a) for a in c.polynomial))
    return (c.term, c.variable, c.order, c.sign, c.bits, numbers, cells, place, c.status, closed, c.points)


def unpacked(parameter: Packed) -> Certificate:
    """What `packed` wrote."""
    term, variable, order, sign, bits, (kinks, bounds, polynomial), cells, (kind, x, side), status, closed, points = parameter
    lower, upper, others = map(_number, bounds)
    return Certificate(
        term=term,
        variable=variable,
        order=order,
        sign=sign,
        bits=bits,
        kinks=tuple(map(_finite, kinks)),
        cells=tuple(
            tuple(Cell(_number(low), _number(high), name, _number(point)) for low, high, name, point in listed)
            for listed in cells
        ),
        lower=lower,
        upper=upper,
        others=others,
        place=Place(kind, _number(x), side),
        status=status,
        polynomial=tuple(int(_finite(a)) for a in polynomial),
        closed=closed[0] if closed else None,
        points=points,
    )


def _numbers(*values: Fraction | None) -> Packed:
    return tuple(() if q is None else rat(q) for q in values)


def _number(value: Any) -> Fraction | None:
    if value == ():
        return None
    if not isinstance(value, Term) or value.op != "rat":
        raise KernelRefusal("a number in a certificate is rational")
    return cast(Fraction, value.data)


def _finite(value: Any) -> Fraction:
    q = _number(value)
    if q is None:
        raise KernelRefusal("a kink or a coefficient is a number")
    return q


def subject(formula: Term, x: Term) -> tuple[Term, int, Term]:
    """The function that a formula bounds, on which side (1 from above), and by what.

    f ≤ c and c ≤ f bound f; of f ≤ g with two functions it is f − g that is bounded by 0.
    """
    if formula.op == "extremum":
        _, body, value = formula.args
        return body, 1 if formula.data[0] else -1, value
    if formula.op not in ("le", "lt"):
        raise KernelRefusal("a certificate proves ≤, <, or which number an extremum is")
    a, b = formula.args
    if x not in b.free:
        return a, 1, b
    return (b, -1, a) if x not in a.free else (sub(a, b), 1, ZERO)


@rule
def certified(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f ≤ c (or <, ≥, >) for all x, or sup f = c attained or only approached, from a certificate of that extremum."""
    formula, given = parameters
    if premises or not isinstance(formula, Term):
        raise KernelRefusal("a certificate stands by itself")
    c = unpacked(given)
    check(c)
    if formula.op == "extremum" and (len(formula.args) != 3 or formula.args[0] is not c.variable):
        raise KernelRefusal("a certificate is about the whole line")
    f, sign, bound = subject(formula, c.variable)
    if (c.term, c.order, c.sign) != (f, 0, sign) or bound.free:
        raise KernelRefusal("the certificate is about another function, or the bound is not a number")
    with Precision(c.bits):
        if formula.op == "extremum":
            holds = c.status == ("attained" if formula.data[1] else "approached") and is_value(c, bound)
        else:
            holds = _below(c, bound, strictly=formula.op == "lt")
    if not holds:
        raise KernelRefusal("the certificate does not show that")
    return (), formula


def _below(c: Certificate, bound: Term, *, strictly: bool) -> bool:
    if c.upper is None:
        return False
    if exactly(c.upper) < _ball(bound, c.sign):
        return True
    strict = c.status == "approached"
    if bound.op == "rat" and c.upper <= bound.data * c.sign:
        return strict or not strictly
    return (strict or not strictly) and is_value(c, bound)


def is_value(c: Certificate, number: Term) -> bool:
    """Whether the extremum is seen to be this number: as both its bounds, by its closed form or by its polynomial."""
    value = mul(rat(c.sign), number)
    if c.lower is None or c.upper is None:
        return False
    if c.lower == c.upper:
        return equal(rat(c.lower), value)
    if c.closed is not None:
        return equal(c.closed, value)
    if not c.polynomial or not exactly(c.lower) <= _ball(number, c.sign) <= exactly(c.upper):
        return False
    # The enclosure holds one root of the polynomial, and that is the supremum.
    return equal(add(*(mul(rat(a), power(value, k)) for k, a in enumerate(c.polynomial) if k), rat(c.polynomial[0])), rat(0))


def _ball(number: Term, sign: int) -> arb:
    return expand(number, ONE, arb(1), 1)[0] * sign
