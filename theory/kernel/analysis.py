"""Rules of analysis: monotonicity from a derivative, limits by squeezing, attained and approached extrema."""

from __future__ import annotations

from collections.abc import Collection

from theory.kernel.definitions import derivative
from theory.kernel.field import Field
from theory.kernel.logic import is_depth
from theory.kernel.replacing import substitute
from theory.kernel.signs import NONNEG, NONZERO, POS, mask_of
from theory.kernel.terms import ONE, ZERO, Term, eq, fn, le, lt, make, mul, power, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if


def tends_formula(x: Term, body: Term, limit: Term, kind: str, point: Term = ZERO, side: str = "") -> Term:
    """body → limit as x → ∞ ('oo'), −∞ ('-oo') or a point ('at', from a side '+' or '-' or both '')."""
    return make("tends", (x, body, limit, point), (kind, side))


def _bounds(h: Term, x: Term) -> tuple[bool, bool]:
    """Whether a hypothesis is a bound of x from below, and whether it is one from above."""
    relation = h.op in ("le", "lt")
    return relation and h.args[1] is x and x not in h.args[0].free, relation and h.args[0] is x and x not in h.args[1].free


@rule
def monotone_by_derivative(given: Given, t: Term, x: Term, u: Term, v: Term, direction: int) -> Result:
    """dt/dx > 0 (or < 0) on an interval gives t(u) < t(v) (or >) for u < v in it: the mean value theorem."""
    if x.op != "var" or x.sort != "real" or direction not in (1, -1):
        raise KernelRefusal("monotonicity is in a real variable, and its direction is 1 or −1")
    about = {h for h in given.hypotheses if x in h.free}
    if not all(any(_bounds(h, x)) for h in about):
        raise KernelRefusal("the mean value theorem needs an interval; a hypothesis about x is not a bound")
    known = t.free.union(*(h.free for h in given.hypotheses))
    if any(w.op != "var" or w.sort != "real" or w in known for w in (u, v)) or u is v:
        raise KernelRefusal("the two points of a monotonicity statement are two new variables")
    field = given.field()
    slope = derivative(t, x, field.piece)
    field.require_defined(t, slope)
    field.require(slope, mask_of(direction), "the sign of the derivative")
    moved = {substitute(h, {x: w}) for h in about for w in (u, v)}
    ends = (substitute(t, {x: u}), substitute(t, {x: v}))
    return (given.hypotheses - about) | moved | {lt(u, v)}, lt(*(ends if direction > 0 else ends[::-1]))


# --- limits -------------------------------------------------------------------------------------------


def _read(formula: Term) -> tuple[Term, Term, Term, tuple[str, Term, str]]:
    """The variable, function and limit, and where the variable goes."""
    refuse_if(formula.op != "tends", "a limit is expected")
    x, body, limit, point = formula.args
    kind, side = formula.data
    return x, body, limit, (kind, point, side)


def _eventual(hypotheses: Collection[Term], x: Term, where: tuple[str, Term, str]) -> frozenset[Term]:
    """Drop the hypotheses about x that hold near the limit point; refuse others.

    What x is compared with has to exist by what is kept: x > c holds nowhere if c has no value.
    """
    kind, point, side = where
    rest = frozenset(h for h in hypotheses if x not in h.free)
    field = Field(rest)
    for h in hypotheses:
        if h in rest:
            continue
        above, below = _bounds(h, x)
        aside = (side == "+" and above and h.args[0] is point) or (side == "-" and below and h.args[1] is point)
        apart = h.op == "ne" and point in h.args and x in h.args
        near = {"oo": above, "-oo": below, "at": aside or apart}[kind]
        refuse_if(not near, f"the hypothesis {h!r} need not hold near the limit", h)
        field.require_defined(*(part for part in h.args if part is not x))
    return rest


@rule
def limit_of_constant(given: Given, x: Term, c: Term, kind: str, point: Term, side: str) -> Result:
    """c → c."""
    refuse_if(x in c.free or x.op != "var", "a constant does not contain the variable")
    given.field().require_defined(c, point)
    return tends_formula(x, c, c, kind, point, side)


@rule
def limit_of_exponential(given: Given, x: Term, exponent: Term, kind: str) -> Result:
    """e^{c·x} → 0 as x → ∞ where c < 0 is rational, as x → −∞ where c > 0."""
    field = Field()  # without facts: one about x would say nothing of the x that tends
    field.require_defined(exponent)
    c = field.frac(exponent).ratio(field.frac(x))
    if c is None or mask_of(c) != mask_of({"oo": -1, "-oo": 1}[kind]):
        raise KernelRefusal("the exponent must be a rational multiple of x that goes to −∞")
    return tends_formula(x, fn("exp", exponent), ZERO, kind)


@rule
def limit_of_geometric(given: Given, q: Term, depth: Term) -> Result:
    """q^T → 0 as T → ∞ where 0 ≤ q < 1."""
    if not is_depth(depth) or any(depth in part.free for part in (q, *given.hypotheses)):
        raise KernelRefusal("a geometric sequence has a natural variable as exponent, on which its ratio does not depend")
    field = given.field()
    field.require_defined(q)
    field.require(q, NONNEG, "the ratio of a geometric sequence")
    field.require(sub(ONE, q), POS, "one minus the ratio of a geometric sequence")
    return tends_formula(depth, power(q, depth), ZERO, "oo")


@rule
def limit_scaled(given: Given, c: Term) -> Result:
    """f → L gives c·f → c·L for a constant c."""
    x, body, limit, where = _read(given.conclusions[0])
    refuse_if(x in c.free, "the factor of a limit may not depend on its variable")
    given.field(1).require_defined(c)
    return tends_formula(x, mul(c, body), ZERO if limit is ZERO else mul(c, limit), *where)


@rule
def limit_squeezed(given: Given, body: Term, limit: Term) -> Result:
    """|f − L| ≤ g near the limit point and g → 0 give f → L."""
    vanishing, bound = given
    x, g, zero, where = _read(vanishing.conclusion)
    refuse_if(zero is not ZERO or x in limit.free, "a squeeze needs a bound that tends to 0 and a constant limit")
    refuse_if(bound.conclusion is not le(fn("abs", sub(body, limit)), g), "a squeeze needs a bound of |f − L|")
    return vanishing.hypotheses | _eventual(bound.hypotheses, x, where), tends_formula(x, body, limit, *where)


@rule
def limit_of_equal(given: Given) -> Result:
    """f = g near the limit point and g → L give f → L."""
    known, same = given
    x, g, limit, where = _read(known.conclusion)
    refuse_if(same.conclusion.op != "eq" or same.conclusion.args[1] is not g, "the two functions must be equal near the limit")
    return known.hypotheses | _eventual(same.hypotheses, x, where), tends_formula(x, same.conclusion.args[0], limit, *where)


@rule
def limit_denied(given: Given, formula: Term) -> Result:
    """f → L fails where f stays beyond a c > L, or where f tends, perhaps from one side, to another limit."""
    x, body, limit, where = _read(formula)
    stays, apart = given
    known, field = stays.conclusion, given.field(1)
    field.require_defined(limit)
    if known.op == "tends":
        *same, other, (kind, point, side) = _read(known)
        if same != [x, body] or where not in ((kind, point, side), (kind, point, "")):
            raise KernelRefusal("the other limit is of another function")
        field.require(sub(other, limit), NONZERO, "the two limits")
        return fn("not", formula)
    if known.op not in ("le", "lt") or known.args[1] is not body or x in known.args[0].free:
        raise KernelRefusal("a limit is denied by a constant that the function stays above")
    field.require(sub(known.args[0], limit), POS, "the gap above the limit")
    return _eventual(stays.hypotheses, x, where) | apart.hypotheses, fn("not", formula)


# --- extrema ------------------------------------------------------------------------------------------


@rule
def extremum(given: Given, formula: Term, *points: Term) -> Result:
    """A bound with the point where it is attained, or a strict bound with a limit that approaches it."""
    x, body, value, *conditions = formula.args
    upper, attained = formula.data
    bound, *rest = given
    granted = bound.hypotheses - frozenset(conditions)
    if x in value.free or any(x in h.free for h in granted):
        raise KernelRefusal("an extremum is a constant, and its bound holds on the whole domain")
    ends = (body, value) if upper else (value, body)
    if bound.conclusion not in ((le(*ends), lt(*ends)) if attained else (lt(*ends),)):
        raise KernelRefusal("an attained extremum needs a bound, an approached one a strict bound")
    if attained:
        (point,) = points
        wanted = [substitute(part, {x: point}) for part in (eq(body, value), *conditions)]
        refuse_if([p.conclusion for p in rest] != wanted, "an attained extremum is the value at a point of the domain")
        given.field(1).require_defined(point)
    else:
        (near,) = rest
        *function, where = _read(near.conclusion)
        refuse_if(function != [x, body, value], "an approached extremum is the limit of the same function")
        granted |= _eventual(conditions, x, where)
    return granted | Given(rest).hypotheses, formula
