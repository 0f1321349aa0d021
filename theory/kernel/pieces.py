"""A term between its kinks: |u|, max and piecewise terms replaced by the branch that is taken there.

Which branch that is follows from signs that the tower proves from the bounds of the piece, or that were
proved by cells. An open piece is all that is asked about; at a kink a derivative need not exist. Where
branches meet at a point that is not known exactly, `hulls` enclose all that can be taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache, lru_cache

from flint import arb, arb_series

from theory.kernel.definitions import ARGUMENT, definition, derivative, expanded, meanings
from theory.kernel.field import Field
from theory.kernel.replacing import rebuild, substitute, walk
from theory.kernel.series import MOST_TERMS, expand
from theory.kernel.signs import ANY, NEG, NIL, NONNEG, NONPOS, POS
from theory.kernel.terms import ZERO, Term, add, fn, lt, mul, neg, rat, sub
from theory.language.errors import KernelRefusal, refuse_if

MOST_NODES = 5_000
MOST_WAYS = 32
SMOOTH = frozenset({"var", "rat", "pi", "euler_gamma", "add", "mul", "pow", "exp", "log", "erf", "lambertw"}) | frozenset(
    {"sin", "cos", "atan", "tanh", "sinh", "cosh", "asinh"}
)
BRANCHING = frozenset({"abs", "max", "min", "pw"})
# An open interval; None is an end at infinity.
Piece = tuple[Fraction | None, Fraction | None]


class Undecided(KernelRefusal):
    """A switch, in smooth functions, whose sign on a piece is not seen."""

    def __init__(self, switch: Term) -> None:
        super().__init__("the sign of a switch is not seen on a piece", switch)
        self.switch = switch


def unfold(t: Term) -> Term:
    """The term with each activation replaced by its definition; kept as long as these stand for the same."""
    return _unfolded(t, meanings(t))


@lru_cache(1 << 12)
def _unfolded(t: Term, _: tuple[Term, ...]) -> Term:
    @cache
    def go(u: Term) -> Term:
        if u.op == "app" and u.args[0].op == "fun":
            inner, body = go(u.args[1]), go(definition(u.args[0].data))
            found = substitute(body, {ARGUMENT: inner})
            found = tanh if found is expanded(tanh := fn("tanh", inner)) else found  # of which there are tighter balls
            if ARGUMENT not in body.free:
                found = add(found, mul(ZERO, inner))  # an argument that plays no part has to be defined all the same
        elif u.op == "der" and u.args[0].op == "fun":
            body = go(definition(u.args[0].data))
            if any(node.op in BRANCHING for node in walk(body)):
                raise KernelRefusal("of a function with kinks a derivative is certified by its order, not within a term")
            refuse_if(u.data > MOST_TERMS, "a derivative of so high an order is not written out")
            slope = body
            for _ in range(u.data):
                slope = differentiated(slope, ARGUMENT)
            found = substitute(add(slope, mul(ZERO, body)), {ARGUMENT: go(u.args[1])})  # defined where the function is
        elif u.op in SMOOTH or u.op in BRANCHING:
            found = rebuild(u, tuple(map(go, u.args)))
        else:
            raise KernelRefusal(f"{u.op} is not among the functions whose extrema are certified")
        return found

    return _of_a_size(go(t))


def _of_a_size(t: Term) -> Term:
    refuse_if(sum(1 for _ in walk(t)) > MOST_NODES, "a term or its derivative is too long to be evaluated")
    return t


def bounds_of(piece: Piece, x: Term) -> list[Term]:
    """What is known of x inside the piece."""
    low, high = piece
    known = [*([lt(rat(low), x)] if low is not None else []), *([lt(x, rat(high))] if high is not None else [])]
    if low is not None and low > 0:
        known.append(lt(ZERO, x))
    if high is not None and high < 0:
        known.append(lt(x, ZERO))
    return known


@lru_cache(1 << 12)
def resolved(t: Term, x: Term, piece: Piece, signs: tuple[tuple[Term, int], ...]) -> Term:
    """An unfolded term on an open piece, in functions that are smooth there; `signs` of switches are proved already.

    All of t is proved to be defined on the piece: also the switches and branches that play no part.
    """
    dropped: list[Term] = []
    facts = [*bounds_of(piece, x), *(lt(ZERO, u) if sign == POS else lt(u, ZERO) for u, sign in signs)]

    def sign_of(u: Term) -> int:
        return dict(signs).get(u) or sign_on(u, x, piece, facts)

    @cache
    def inside(t: Term) -> Term:
        match t.op, t.args:
            case "abs", (u,):
                return inside(u) if _settled(sign_of(inside(u)), inside(u)) & POS else neg(inside(u))
            case (("max" | "min"), (a, b)):
                dropped.extend((inside(a), inside(b)))
                gap = sub(inside(a), inside(b))
                return inside(a if bool(_settled(sign_of(gap), gap) & POS) == (t.op == "max") else b)
            case "pw", (u, above, at, below):
                dropped.append(inside(u))
                mask = sign_of(inside(u))
                if mask not in (POS, NIL, NEG):
                    raise Undecided(inside(u))
                return inside({POS: above, NIL: at, NEG: below}[mask])
            case _:
                return rebuild(t, tuple(map(inside, t.args)))

    body = inside(t)
    Field(facts).require_defined(body, *dropped)
    return body


def _settled(mask: int, u: Term) -> int:
    """A mask that says which branch of |u| or of a maximum is taken; where u vanishes, both are the same."""
    if mask not in (POS, NEG, NIL, NONNEG, NONPOS):
        raise Undecided(u)
    return mask


@lru_cache(1 << 12)
def differentiated(t: Term, x: Term) -> Term:
    """The derivative of a smooth term; kept, since each order of it asks for those below."""

    def no_kink(_: Term) -> int:
        raise KernelRefusal("a piece has no kink inside")

    return _of_a_size(derivative(t, x, no_kink))


def sign_on(u: Term, x: Term, piece: Piece, facts: list[Term]) -> int:
    """The possible signs of u on an open piece: of a linear term by its ends, of others by what the tower sees."""
    line = linear(u, x)
    if line is not None:
        low, high = piece
        slope, offset = line
        ends = [offset + slope * e if e is not None else slope * s for e, s in ((low, -1), (high, 1))]
        found = {(e > 0) - (e < 0) for e in ends}
        if slope == 0:
            return {1: POS, 0: NIL, -1: NEG}[(offset > 0) - (offset < 0)]
        if not {1, -1} <= found:
            return POS if 1 in found else NEG
        return ANY
    return Field(facts).sign(u)


@lru_cache(1 << 16)
def linear(u: Term, x: Term) -> tuple[Fraction, Fraction] | None:
    """(a, b) for u = a·x + b with rational a and b."""
    if u is x:
        return Fraction(1), Fraction(0)
    match u.op:
        case "rat":
            return Fraction(0), u.data
        case "add":
            parts = [linear(p, x) for p in u.args]
            if None in parts:
                return None
            return sum((p[0] for p in parts if p), Fraction(0)), sum((p[1] for p in parts if p), Fraction(0))
        case "mul":
            a, b = Fraction(0), Fraction(1)
            for p in u.args:
                line = linear(p, x)
                if line is None or (a and line[0]):
                    return None
                a, b = a * line[1] + b * line[0], b * line[1]
            return a, b
        case _:
            return None


class _Fork(Exception):
    """A switch that may take either side on a cell."""

    def __init__(self, at: Term, sides: int) -> None:
        super().__init__()
        self.at, self.sides = at, sides


def hulls(t: Term, x: Term, at: arb, length: int) -> tuple[list[list[arb]], bool]:
    """Taylor coefficients of an unfolded term over a ball, once for each way in which the branches can be taken there.

    Near a point every branch is analytic on each side of it, so the coefficients there are those of one branch of each
    switch; where a derivative exists, it is the one from the left or from the right. Beside them, whether the term is
    seen to be continuous on the ball: |u|, max and min are, a piecewise term is where its switch keeps its sign.
    """
    found, continuous, waiting = list[list[arb]](), True, [dict[Term, int]()]
    while waiting:
        taken = waiting.pop()
        try:
            found.append(_hull(t, x, at, length, taken))
        except _Fork as fork:
            continuous = continuous and fork.at.op != "pw"
            waiting += [{**taken, fork.at: side} for side in range(fork.sides)]
        refuse_if(len(found) + len(waiting) > MOST_WAYS, "too many branches meet")
    return found, continuous


def _hull(t: Term, x: Term, at: arb, length: int, taken: Mapping[Term, int]) -> list[arb]:
    known: dict[Term, arb_series] = {}
    seen: set[Term] = set()

    def of(u: Term) -> list[arb]:
        prepare(u)
        return expand(u, x, at, length, known)

    def prepare(u: Term) -> None:
        if u not in seen:
            seen.add(u)
            if u.op in BRANCHING:
                known[u] = arb_series(branch(u), length)
            else:
                for a in u.args:
                    prepare(a)

    def branch(u: Term) -> list[arb]:
        first = of(u.args[0])  # both of a maximum, so that both are defined
        second = first if u.op in ("abs", "pw") else of(u.args[1])
        gap = first[0] if second is first else first[0] - second[0]
        sides = len(u.args) - 1 if u.op == "pw" else 2
        side = 0 if gap > 0 else sides - 1 if gap < 0 else taken.get(u)
        if side is None:
            raise _Fork(u, sides)
        if u.op == "pw":
            return of(u.args[1 + side])
        if u.op == "abs":
            return first if side == 0 else [-c for c in first]
        return first if (side == 0) == (u.op == "max") else second

    return of(t)
