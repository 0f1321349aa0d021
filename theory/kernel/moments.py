"""Rules for expectations: linearity, independence, symmetry, order, and integrals against the normal law."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb

from theory.kernel.chance import moved, never_negative, places
from theory.kernel.field import Field
from theory.kernel.replacing import substitute
from theory.kernel.signs import NIL, NONNEG, POS
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if


def mean(draws: Term, law: Term, body: Term) -> Term:
    """E f, over draws from a law."""
    return fn("mean", draws, law, body)


def facts_beside(given: Given, draws: Term, first: int = 0) -> Field:
    """What the premises say, none of which may speak of the draws, which are bound."""
    known = given[first:]
    refuse_if(any(draws in p.conclusion.free for p in known), "a fact about a free variable says nothing of a bound one")
    return given.field(first, whole=True)


@rule
def mean_linear(given: Given, draws: Term, law: Term, body: Term, parts: tuple[tuple[Term, Term], ...]) -> Result:
    """E f = Σ c·E g where f = Σ c·g with constants c; of a g without chance, g itself."""
    field = facts_beside(given, draws)
    refuse_if(any(draws in c.free for c, _ in parts), "a constant does not depend on the draws")
    means = [(c, mean(draws, law, g) if draws in g.free else g) for c, g in parts]
    field.require_defined(mean(draws, law, body), *(t for pair in means for t in pair))
    if not field.same(body, add(*(mul(c, g) for c, g in parts)) if parts else ZERO):
        raise KernelRefusal("the parts do not add up to what the expectation is taken of")
    return eq(mean(draws, law, body), add(*(m if c is ONE else mul(c, m) for c, m in means)) if parts else ZERO)


@rule
def mean_of_sum(given: Given, draws: Term, law: Term, total: Term) -> Result:
    """E Σ f_k = Σ E f_k, for a sum from a number to another."""
    refuse_if(
        total.op != "sum" or draws in total.args[1].free | total.args[2].free, "the ends of a sum are no matter of chance"
    )
    k, low, high, body = total.args
    apart = fn("sum", k, low, high, mean(draws, law, body))
    facts_beside(given, draws).require_defined(mean(draws, law, total), apart)
    return eq(mean(draws, law, total), apart)


@rule
def mean_of_product(given: Given, draws: Term, law: Term, first: Term, second: Term, last: Term) -> Result:
    """E f·g = E f · E g where f reads draws up to a number and g later ones alone: they are independent."""
    refuse_if(last.sort != "nat" or draws in last.free, "the number that parts the draws is a natural one")
    facts = facts_beside(given, draws)
    means = mean(draws, law, first), mean(draws, law, second)
    facts.require_defined(mean(draws, law, mul(first, second)), *means)
    for k, around in places(first, draws):
        field = Field([*given.conclusions, *around])
        refuse_if(not never_negative(field, sub(last, k), around), "the first factor may read a later draw")
    for k, around in places(second, draws):
        field = Field([*given.conclusions, *around])
        later = field.sign(sub(k, last)) == POS or never_negative(field, sub(k, add(last, ONE)), around)
        refuse_if(not later, "the second factor may read an earlier draw")
    return eq(mean(draws, law, mul(first, second)), mul(*means))


@rule
def mean_of_one_draw(given: Given, draws: Term, law: Term, body: Term, index: Term) -> Result:
    """What reads z_k alone has the expectation of what reads z_1 in its place: the draws have one law."""
    read = {k for k, _ in places(body, draws)}
    refuse_if(read - {index} != set(), "more than one draw is read")
    new = moved(body, draws, lambda z: fn("at", draws, ONE))
    # Both numbers have one law, so that where the one has an expectation the other has it.
    facts_beside(given, draws).require_defined(index, mean(draws, law, new))
    return eq(mean(draws, law, body), mean(draws, law, new))


@rule
def mean_reflected(given: Given, draws: Term, law: Term, body: Term) -> Result:
    """E f(z) = E f(−z) for a symmetric law."""
    field = facts_beside(given, draws)
    refuse_if(not _is(field, law, "symmetric"), "the law is not known to be symmetric")
    for _ in places(body, draws):
        pass
    new = moved(body, draws, lambda z: fn("mscale", rat(-1), z))
    means = mean(draws, law, body), mean(draws, law, new)
    field.require_defined(*means)
    return eq(*means)


def _is(field: Field, law: Term, name: str) -> bool:
    return law.op == "gaussian" or (law, name) in field.laws


@rule
def mean_kept_in_order(given: Given, draws: Term, law: Term) -> Result:
    """f ≤ g for all draws gives E f ≤ E g, strictly where f < g for all draws."""
    below, *_ = given
    refuse_if(below.conclusion.op not in ("le", "lt", "eq"), "≤, < and = are kept by expectations")
    refuse_if(any(draws in h.free for h in below.hypotheses), "the relation must hold for all draws")
    means = [mean(draws, law, side) for side in below.conclusion.args]
    facts_beside(given, draws, 1).require_defined(*means)
    return fn(below.conclusion.op, *means)


@rule
def mean_off_zero(given: Given, draws: Term, law: Term, index: Term) -> Result:
    """f = g wherever z_k ≠ 0 gives E f = E g for a law without atom at zero."""
    same, *_ = given
    apart = fn("ne", fn("entry", fn("at", draws, index), ONE, ONE), ZERO)
    field = facts_beside(given, draws, 1)
    refuse_if(
        same.conclusion.op != "eq" or draws in index.free or draws.shape != (1, 1), "an equation about single draws is expected"
    )
    refuse_if(not _is(field, law, "without atom at zero"), "the law may have an atom at zero")
    kept = same.hypotheses - {apart}
    refuse_if(any(draws in h.free for h in kept), "the equation must hold wherever the draw is not zero")
    means = [mean(draws, law, side) for side in same.conclusion.args]
    field.require_defined(*means)
    return kept | Given(given[1:]).hypotheses, eq(*means)


# --- the normal law -----------------------------------------------------------------------------------------

GAUSSIAN = make("gaussian")


def density(x: Term) -> Term:
    """e^{−x²/2}/√(2π)."""
    root = power(mul(rat(2), make("pi")), Fraction(-1, 2))
    return mul(root, fn("exp", mul(rat(Fraction(-1, 2)), power(x, 2))))


def _tail(k: int, a: Term | None) -> Term:
    """∫_a^∞ x^k φ(x) dx, by parts until k is 0 or 1; over the whole line where a is None."""
    if k == 0:
        return ONE if a is None else mul(HALF, sub(ONE, fn("erf", mul(a, power(HALF, HALF)))))
    edge = ZERO if a is None else density(a) if k == 1 else mul(power(a, k - 1), density(a))
    return edge if k == 1 else add(edge, mul(rat(k - 1), _tail(k - 2, a)))


def _tilted(k: int, c: Term, a: Term | None) -> Term:
    """∫_a^∞ x^k e^{cx} φ(x) dx, with x = u + c."""
    if c is ZERO:
        return _tail(k, a)
    from_here = None if a is None else sub(a, c)
    shifted = (mul(rat(comb(k, j)), power(c, k - j), _tail(j, from_here)) for j in range(k + 1))
    return mul(fn("exp", mul(HALF, power(c, 2))), add(*shifted))


@rule
def mean_by_pieces(
    given: Given,
    draws: Term,
    body: Term,
    value: Term,
    cuts: tuple[Term, ...],
    pieces: tuple[tuple[tuple[Term, int, Term], ...], ...],
    scales: tuple[Term, ...] = (),
) -> Result:
    """E f(z_1) = v for a normal z_1 if f is a sum of c·x^k·e^{rx} between cuts, and v the sum of the integrals.

    With positive scales s it is also used that s·x lies between s times the cuts, as for the sign of m + s·x.
    """
    field, x = facts_beside(given, draws), var("x'")
    number = fn("entry", fn("at", draws, ONE), ONE, ONE)
    curve = _read_as(body, draws, number, x)
    flat = [t for piece in pieces for c, _, r in piece for t in (c, r)] + [*cuts, *scales]
    busy = frozenset[Term]().union(*(f.free for f in (*given.conclusions, body, *flat)))
    refuse_if(x in busy or any(draws in t.free for t in flat), "cuts and coefficients are no matter of chance")
    refuse_if(any(k < 0 for piece in pieces for _, k, _ in piece), "a density is integrated with powers of x from 0")
    field.require_defined(mean(draws, GAUSSIAN, body), *flat)
    refuse_if(len(pieces) != len(cuts) + 1, "there is one piece more than there are cuts")
    for a, b in pairwise(cuts):
        field.require(sub(b, a), NONNEG, "cuts stand in order")
    for s in scales:
        field.require(s, POS, "a scale is positive")
    for count, piece in enumerate(pieces):
        inside = Field([*given.conclusions, *between_cuts(cuts, count, x, scales)])
        written = [mul(c, power(x, k), fn("exp", mul(r, x))) for c, k, r in piece]
        refuse_if(not inside.same(curve, add(*written) if written else ZERO), "the function is not this between the cuts")
    field.require_defined(value)
    refuse_if(not field.same(value, integral(cuts, pieces)), "the value is not the sum of the integrals")
    return eq(mean(draws, GAUSSIAN, body), value)


def between_cuts(cuts: tuple[Term, ...], count: int, x: Term, scales: tuple[Term, ...] = ()) -> list[Term]:
    """That x lies after so many cuts and before the others, which stand in order, and so do s·x and s times them."""
    sides = [*((cut, x) for cut in cuts[:count]), *((x, cut) for cut in cuts[count:])]
    return [lt(*side) for side in sides] + [lt(mul(s, a), mul(s, b)) for s in scales for a, b in sides]


def integral(cuts: tuple[Term, ...], pieces: tuple[tuple[tuple[Term, int, Term], ...], ...]) -> Term:
    """The sum of the integrals of c·x^k·e^{rx} against the normal density, between the cuts."""
    total: list[Term] = []
    for piece, low, high in zip(pieces, (None, *cuts), (*cuts, None), strict=True):
        for c, k, r in piece:
            upper = [] if high is None else [neg(_tilted(k, r, high))]
            total.append(mul(c, add(_tilted(k, r, low), *upper)))
    return add(*total) if total else ZERO


def _read_as(body: Term, draws: Term, number: Term, x: Term) -> Term:
    """The function of one number that a body is which reads z_1 alone."""
    refuse_if(draws.shape != (1, 1), "an integral is over one number")

    def go(node: Term) -> Term:
        if node is number:
            return x
        refuse_if(node is draws or (node.op in ("sum", "rec", "mrec", "msum") and draws in node.free), "z_1 alone may be read")
        return make(node.op, tuple(map(go, node.args)), node.data, node.sort, node.shape) if draws in node.free else node

    return go(body)


@rule
def mean_of_power(given: Given, draws: Term, depth: Term) -> Result:
    """E z^{T+2} = (T + 1)·E z^T for a normal z, by parts."""
    refuse_if(depth.sort != "nat" or draws in depth.free, "the exponent is a natural number")
    z = fn("entry", fn("at", draws, ONE), ONE, ONE)
    means = [mean(draws, GAUSSIAN, power(z, t)) for t in (add(depth, rat(2)), depth)]
    facts_beside(given, draws).require_defined(*means)
    return eq(means[0], mul(add(depth, ONE), means[1]))


@rule
def mean_of_projection(given: Given, draws: Term, column: Term, x: Term, function: Term, number: Term) -> Result:
    """E f(cᵀz_1) = E f(‖c‖·z) for a column of independent normal draws: the normal law is the same in all directions."""
    refuse_if(
        (x.op, x.sort) != ("var", "real") or number.op != "var" or number.shape != (1, 1), "f is a function of one number"
    )
    refuse_if(draws in column.free | function.free or number in column.free | function.free, "f reads the projection alone")
    refuse_if(column.shape != draws.shape or draws.shape is None or draws.shape[1] != 1, "a projection is on one column")
    along = fn("entry", fn("mmul", fn("tr", column), fn("at", draws, ONE)), ONE, ONE)
    scaled = mul(fn("norm", column), fn("entry", fn("at", number, ONE), ONE, ONE))
    means = mean(draws, GAUSSIAN, substitute(function, {x: along})), mean(number, GAUSSIAN, substitute(function, {x: scaled}))
    field = facts_beside(given, draws)
    refuse_if(any(number in p.conclusion.free for p in given), "a fact about a free variable says nothing of a bound one")
    field.require_defined(column, *means)
    return eq(*means)


@rule
def mean_of_combination(given: Given, draws: Term, total: Term, variance: Term, x: Term, function: Term) -> Result:
    """E f(Σ c_k·z_k) = E f(√v·z_1) for independent normal draws z_1, …, z_N, where v = Σ c_k²."""
    refuse_if(draws.shape != (1, 1) or (x.op, x.sort) != ("var", "real"), "f is a function of a sum of numbers")
    refuse_if(total.op != "sum" or total.args[1] is not ONE, "a sum from the first draw is expected")
    k, low, high, summand = total.args
    drawn = fn("entry", fn("at", draws, k), ONE, ONE)
    c, *rest = summand.args if summand.op == "mul" else (ONE, summand)
    refuse_if(rest != [drawn], "what is summed up is a constant times the draw of that number")
    refuse_if(draws in c.free | high.free | variance.free | function.free, "f reads the sum alone")
    field = facts_beside(given, draws)
    squares = fn("sum", k, low, high, c if c is ONE else power(c, 2))
    field.require_defined(squares, variance)
    field.require(sub(variance, squares), NIL, "the variance of a sum is the sum of the squares")
    field.require(variance, NONNEG, "a variance is not negative")
    scaled = mul(power(variance, HALF.data), fn("entry", fn("at", draws, ONE), ONE, ONE))
    means = mean(draws, GAUSSIAN, substitute(function, {x: total})), mean(draws, GAUSSIAN, substitute(function, {x: scaled}))
    field.require_defined(*means)
    return eq(*means)
