"""Rule: the expectation of a function of two normal numbers that depends on their direction, but for a power of their size."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from theory.kernel.field import Field
from theory.kernel.moments import GAUSSIAN, between_cuts, mean
from theory.kernel.signs import NONNEG
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import refuse_if

# The cuts of a half-plane, and the polynomials between them by their coefficients from the lowest on.
Half: TypeAlias = "tuple[tuple[Term, ...], tuple[tuple[Term, ...], ...]]"
_X, _R = var("x'"), var("r'")


def scaled(body: Term, draws: Term) -> Term:
    """f(r·z_1, r·z_2)."""
    return _read_at(body, draws, *(mul(_R, _draw(draws, k)) for k in (1, 2)))


@rule
def mean_of_directions(given: Given, draws: Term, body: Term, degree: int, value: Term, right: Half, left: Half) -> Result:
    """E f(z_1, z_2) = v for normal z_1, z_2 and an f with f(r·u, r·v) = r^d·f(u, v) for r > 0, d = 0 or 2.

    With w = z_2/|z_1| it is the integral of f(1, w) and of f(−1, w) against 1/(2π(1 + w²)) if d = 0, 1/(π(1 + w²)²) if
    d = 2; each of the two is a polynomial in w of degree d at most between its cuts.
    """
    homogeneous, *_ = given
    facts = given.conclusions[1:]
    refuse_if(degree not in (0, 2) or draws.shape != (1, 1), "functions of two numbers, of degree 0 or 2")
    grown = body if degree == 0 else mul(power(_R, degree), body)
    refuse_if(homogeneous.conclusion is not eq(scaled(body, draws), grown), "f(r·u, r·v) = r^d·f(u, v) is expected")
    kept = homogeneous.hypotheses - {lt(ZERO, _R)}
    flat = [t for cuts, pieces in (right, left) for t in (*cuts, *(c for piece in pieces for c in piece))]
    named = {draws, _R, _X}
    refuse_if(
        any(named & h.free for h in (*kept, *facts, *flat, value)), "the equation must hold for all draws and every r > 0"
    )
    refuse_if(bool({_R, _X} & body.free), "the function itself must not read the variable of the integral or of the scale")
    field = Field(facts, whole=True)
    field.require_defined(mean(draws, GAUSSIAN, body), value, *flat)
    for side, (cuts, pieces) in ((1, right), (-1, left)):
        refuse_if(len(pieces) != len(cuts) + 1 or any(len(p) > degree + 1 for p in pieces), "one polynomial for each piece")
        for low, high in pairwise(cuts):
            field.require(sub(high, low), NONNEG, "cuts stand in order")
        curve = _read_at(body, draws, rat(side), _X)
        for count, piece in enumerate(pieces):
            inside = Field([*facts, *between_cuts(cuts, count, _X)])
            written = add(ZERO, *(mul(c, power(_X, k)) for k, c in enumerate(piece)))
            refuse_if(not inside.same(curve, written), "the function is not this polynomial between the cuts")
    refuse_if(not field.same(value, swept(degree, right, left)), "the value is not the sum of the integrals")
    return kept | Given(given[1:]).hypotheses, eq(mean(draws, GAUSSIAN, body), value)


def swept(degree: int, *halves: Half) -> Term:
    """The sum of the integrals over the pieces."""
    summands = [ZERO]
    for cuts, pieces in halves:
        for piece, low, high in zip(pieces, (None, *cuts), (*cuts, None), strict=True):
            for k, c in enumerate(piece):
                summands.append(mul(c, sub(_primitive(degree, k, high, 1), _primitive(degree, k, low, -1))))
    return mul(power(make("pi"), -1), add(*summands))


def _primitive(degree: int, k: int, w: Term | None, side: int) -> Term:
    """A primitive of w^k/2(1 + w²) or of w^k/(1 + w²)² at w; at ∞ or −∞, after the side, where w is None."""
    turn = mul(HALF, mul(rat(Fraction(side, 2)), make("pi")) if w is None else fn("atan", w))
    if degree == 0:
        return turn
    below = ZERO if w is None else mul(HALF, power(add(ONE, power(w, 2)), -1))
    ratio = ZERO if w is None else mul(w, below)
    return {0: add(turn, ratio), 1: neg(below), 2: sub(turn, ratio)}[k]


def _draw(draws: Term, k: int) -> Term:
    return fn("entry", fn("at", draws, rat(k)), ONE, ONE)


def _read_at(body: Term, draws: Term, first: Term, second: Term) -> Term:
    """The body with numbers for z_1 and z_2, the only draws that it may read."""
    values = {_draw(draws, 1): first, _draw(draws, 2): second}

    def go(node: Term) -> Term:
        if node in values:
            return values[node]
        if draws not in node.free:
            return node
        refuse_if(node is draws or node.op in ("sum", "msum", "rec", "mrec", "mean"), "z_1 and z_2 alone may be read")
        return make(node.op, tuple(map(go, node.args)), node.data, node.sort, node.shape)

    return go(body)
