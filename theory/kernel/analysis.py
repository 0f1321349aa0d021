"""Rules of analysis: monotonicity from a derivative, limits by squeezing, attained and approached extrema."""

from __future__ import annotations

from typing import Any

from theory.kernel.definitions import derivative
from theory.kernel.field import Field, with_field
from theory.kernel.logic import Sequent
from theory.kernel.signs import NONNEG, NONZERO, POS, mask_of
from theory.kernel.terms import ONE, ZERO, Term, eq, fn, le, lt, make, mul, power, sub, substitute
from theory.kernel.theorem import Theorem, gathered, rule
from theory.language.errors import KernelRefusal

INFINITY, MINUS_INFINITY, POINT = "oo", "-oo", "at"


def tends_formula(x: Term, body: Term, limit: Term, kind: str, point: Term = ZERO, side: str = "") -> Term:
    """body → limit as x → ∞ ('oo'), −∞ ('-oo') or a point ('at', from a side '+' or '-' or both '')."""
    return make("tends", (x, body, limit, point), (kind, side))


def _is_interval_bound(h: Term, x: Term) -> bool:
    if h.op not in ("le", "lt") or x not in h.free:
        return False
    a, b = h.args
    return (a is x and x not in b.free) or (b is x and x not in a.free)


@rule
def monotone_by_derivative(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """dt/dx > 0 (or < 0) on an interval gives t(u) < t(v) (or >) for u < v in it: the mean value theorem."""
    t, x, u, v, direction = parameters
    facts = [p.conclusion for p in premises]

    def check(field: Field) -> None:
        slope = derivative(t, x, field.piece)
        field.require_defined(t)
        field.require_defined(slope)
        field.require(slope, mask_of(direction), "the sign of the derivative")

    if x.op != "var" or x.sort != "real" or direction not in (1, -1):
        raise KernelRefusal("monotonicity is in a real variable, and its direction is 1 or −1")
    hypotheses = gathered(premises)
    about = {h for h in hypotheses if x in h.free}
    if not all(_is_interval_bound(h, x) for h in about):
        raise KernelRefusal("the mean value theorem needs an interval; a hypothesis about x is not a bound")
    if any(w.op != "var" or w.sort != "real" or w in t.free or any(w in h.free for h in hypotheses) for w in (u, v)) or u is v:
        raise KernelRefusal("the two points of a monotonicity statement are two new variables")
    with_field(facts, check)
    moved = {substitute(h, {x: w}) for h in about for w in (u, v)}
    ends = (substitute(t, {x: u}), substitute(t, {x: v}))
    return (hypotheses - about) | moved | {lt(u, v)}, lt(*(ends if direction > 0 else ends[::-1]))


def _eventual(hypotheses: frozenset[Term], x: Term, kind: str, point: Term, side: str) -> frozenset[Term]:
    """Drop the hypotheses about x that hold near the limit point; refuse others."""
    rest: set[Term] = set()
    for h in hypotheses:
        if x not in h.free:
            rest.add(h)
            continue
        a, b = h.args if len(h.args) == 2 else (h, h)
        above = h.op in ("le", "lt") and b is x and x not in a.free
        below = h.op in ("le", "lt") and a is x and x not in b.free
        apart = h.op == "ne" and point in h.args and x in h.args
        fits = {
            (INFINITY, ""): above,
            (MINUS_INFINITY, ""): below,
            (POINT, "+"): (above and a is point) or apart,
            (POINT, "-"): (below and b is point) or apart,
            (POINT, ""): apart,
        }
        if not fits.get((kind, side), False):
            raise KernelRefusal(f"the hypothesis {h!r} need not hold near the limit", h)
    return frozenset(rest)


def _read(formula: Term) -> tuple[Term, Term, Term, Term, str, str]:
    if formula.op != "tends":
        raise KernelRefusal("a limit is expected")
    x, body, limit, point = formula.args
    kind, side = formula.data
    return x, body, limit, point, kind, side


@rule
def limit_of_constant(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """c → c."""
    x, c, kind, point, side = parameters
    if x in c.free or x.op != "var":
        raise KernelRefusal("a constant does not contain the variable")
    with_field([p.conclusion for p in premises], lambda f: f.require_defined(c))
    return gathered(premises), tends_formula(x, c, c, kind, point, side)


@rule
def limit_of_exponential(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """e^{c·x} → 0 as x → ∞ where c < 0 is rational, as x → −∞ where c > 0."""
    x, exponent, kind = parameters

    def check(field: Field) -> None:
        field.require_defined(exponent)
        form = field.frac(exponent)
        c = field.ring.ratio(form, field.frac(x))
        if c is None or mask_of(c) != mask_of({INFINITY: -1, MINUS_INFINITY: 1}[kind]):
            raise KernelRefusal("the exponent must be a rational multiple of x that goes to −∞")

    with_field((), check)
    return (), tends_formula(x, fn("exp", exponent), ZERO, kind)


@rule
def limit_of_geometric(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """q^T → 0 as T → ∞ where 0 ≤ q < 1."""
    q, depth = parameters
    if depth.op != "var" or depth.sort != "nat" or depth.shape is not None or depth in q.free:
        raise KernelRefusal("a geometric sequence has a fixed ratio and a natural variable as exponent")

    def check(field: Field) -> None:
        field.require_defined(q)
        field.require(q, NONNEG, "the ratio of a geometric sequence")
        field.require(sub(ONE, q), POS, "one minus the ratio of a geometric sequence")

    with_field([p.conclusion for p in premises], check)
    hypotheses = gathered(premises)
    if any(depth in h.free for h in hypotheses):
        raise KernelRefusal("the ratio of a geometric sequence may not depend on the depth")
    return hypotheses, tends_formula(depth, power(q, depth), ZERO, INFINITY)


@rule
def limit_scaled(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f → L gives c·f → c·L for a constant c."""
    (c,) = parameters
    first, *facts = premises
    x, body, limit, point, kind, side = _read(first.conclusion)
    if x in c.free:
        raise KernelRefusal("the factor of a limit may not depend on its variable")
    with_field([f.conclusion for f in facts], lambda f: f.require_defined(c))
    scaled = ZERO if limit is ZERO else mul(c, limit)
    return gathered(premises), tends_formula(x, mul(c, body), scaled, kind, point, side)


@rule
def limit_squeezed(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|f − L| ≤ g near the limit point and g → 0 give f → L; a bound 0 ≤ f ≤ g serves for L = 0."""
    body, limit = parameters
    vanishing, bound, *facts = premises
    x, g, zero, point, kind, side = _read(vanishing.conclusion)
    if zero is not ZERO or x in limit.free:
        raise KernelRefusal("a squeeze needs a bound that tends to 0 and a constant limit")
    if bound.conclusion is not le(fn("abs", sub(body, limit)), g):

        def check(field: Field) -> None:
            field.require_defined(limit)
            field.require_defined(body)
            field.require(sub(body, limit), NONNEG, "the difference from the limit")
            field.require(sub(g, sub(body, limit)), NONNEG, "the bound of the difference")

        with_field([bound.conclusion, *(f.conclusion for f in facts)], check)
    rest = _eventual(bound.hypotheses | gathered(facts), x, kind, point, side)
    return vanishing.hypotheses | rest, tends_formula(x, body, limit, kind, point, side)


@rule
def limit_of_equal(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f = g near the limit point and g → L give f → L."""
    known, same = premises
    x, g, limit, point, kind, side = _read(known.conclusion)
    if same.conclusion.op != "eq" or same.conclusion.args[1] is not g:
        raise KernelRefusal("the two functions must be equal near the limit")
    rest = _eventual(same.hypotheses, x, kind, point, side)
    return known.hypotheses | rest, tends_formula(x, same.conclusion.args[0], limit, kind, point, side)


@rule
def limit_unique(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f → L and f → M give L = M."""
    first, second = (_read(p.conclusion) for p in premises)
    if (*first[:2], *first[3:]) != (*second[:2], *second[3:]):
        raise KernelRefusal("two limits of one function at one point are compared")
    return gathered(premises), eq(first[2], second[2])


@rule
def limit_denied(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f → L fails where f stays beyond a c > L, or where f tends, perhaps from one side, to another limit."""
    (formula,) = parameters
    stays, apart = premises
    x, body, limit, point, kind, side = _read(formula)
    known = stays.conclusion
    if known.op == "tends":
        other = _read(known)
        inside = other[5] == side or (kind == POINT and side == "")
        if (other[0], other[1], other[3], other[4]) != (x, body, point, kind) or not inside:
            raise KernelRefusal("the other limit is of another function")
        with_field([apart.conclusion], lambda f: f.require(sub(other[2], limit), NONZERO, "the two limits"))
        return gathered(premises), make("not", (formula,))
    if known.op not in ("le", "lt") or known.args[1] is not body or x in known.args[0].free:
        raise KernelRefusal("a limit is denied by a constant that the function stays above")
    with_field([apart.conclusion], lambda f: f.require(sub(known.args[0], limit), POS, "the gap above the limit"))
    return _eventual(stays.hypotheses, x, kind, point, side) | apart.hypotheses, make("not", (formula,))


@rule
def extremum(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A bound with a point where it is attained, or a strict bound with a limit that approaches it."""
    (formula,) = parameters
    x, body, value, *conditions = formula.args
    upper, attained = formula.data
    bound, *rest = premises
    if x in value.free or any(x in h.free for h in bound.hypotheses - frozenset(conditions)):
        raise KernelRefusal("an extremum is a constant, and its bound holds on the whole domain")
    ends = (body, value) if upper else (value, body)
    allowed = [lt(*ends)] if not attained else [le(*ends), lt(*ends)]
    if bound.conclusion not in allowed:
        raise KernelRefusal("an attained extremum needs a bound, an approached one a strict bound")
    granted = bound.hypotheses - frozenset(conditions)
    if attained:
        reached, *met = rest
        if reached.conclusion.op != "eq" or reached.conclusion.args[1] is not value:
            raise KernelRefusal("an attained extremum needs a point where the value is reached")
        point = point_of_instance(body, reached.conclusion.args[0], x)
        if [m.conclusion for m in met] != [substitute(c, {x: point}) for c in conditions]:
            raise KernelRefusal("the point of an extremum lies in the domain")
        return granted | gathered(rest), formula
    (near,) = rest
    variable, f, limit, at, kind, side = _read(near.conclusion)
    if (variable, f, limit) != (x, body, value):
        raise KernelRefusal("an approached extremum is the limit of the same function")
    _eventual(frozenset(conditions), x, kind, at, side)
    return granted | near.hypotheses, formula


def point_of_instance(body: Term, instance: Term, x: Term) -> Term:
    """The t with instance = body(x := t)."""
    found: list[Term] = []

    def match(pattern: Term, other: Term) -> bool:
        if pattern is x:
            found.append(other)
            return True
        if x not in pattern.free:
            return pattern is other
        same = pattern.op == other.op and pattern.data == other.data and len(pattern.args) == len(other.args)
        return same and all(match(p, o) for p, o in zip(pattern.args, other.args, strict=True))

    if not match(body, instance) or len(set(found)) != 1 or substitute(body, {x: found[0]}) is not instance:
        raise KernelRefusal("the value is not taken at one point")
    return found[0]
