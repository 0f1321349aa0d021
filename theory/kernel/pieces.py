"""A term between its kinks: |u|, max and piecewise terms replaced by the branch that is taken there.

Which branch that is follows from signs that the tower proves from the bounds of the piece. An open
piece is all that is asked about; at a kink a derivative need not exist.
"""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.definitions import derivative, derivative_of, unfolded
from theory.kernel.field import Field, with_field
from theory.kernel.signs import NEG, NIL, POS
from theory.kernel.terms import ZERO, Term, lt, neg, rat, rebuild, sub, walk
from theory.language.errors import KernelRefusal

MOST_NODES = 5_000
SMOOTH = frozenset({"var", "rat", "pi", "add", "mul", "pow", "exp", "log", "erf", "atan", "sin", "cos", "tanh", "sinh", "cosh"})
# An open interval; None is an end at infinity.
Piece = tuple[Fraction | None, Fraction | None]


def bounds_of(piece: Piece, x: Term) -> list[Term]:
    """What is known of x inside the piece."""
    low, high = piece
    known = [*([lt(rat(low), x)] if low is not None else []), *([lt(x, rat(high))] if high is not None else [])]
    if low is not None and low > 0:
        known.append(lt(ZERO, x))
    if high is not None and high < 0:
        known.append(lt(x, ZERO))
    return known


def smooth(t: Term, x: Term, piece: Piece, order: int = 0) -> Term:
    """The `order`-th derivative of t on an open piece, in functions that are smooth there.

    All of t is proved to be defined on the piece: also the switches and branches that play no part.
    """
    dropped: list[Term] = []
    body = _resolved(t, x, piece, {}, dropped)

    def check(field: Field) -> None:
        for part in (body, *dropped):
            field.require_defined(part)

    with_field(bounds_of(piece, x), check)
    for _ in range(order):
        body = derivative(body, x, _no_kink)
        if sum(1 for _ in walk(body)) > MOST_NODES:
            raise KernelRefusal("a derivative is too long to be evaluated")
    return body


def _no_kink(u: Term) -> int:
    raise KernelRefusal("a piece has no kink inside")


def _resolved(t: Term, x: Term, piece: Piece, memo: dict[Term, Term], dropped: list[Term]) -> Term:
    known = memo.get(t)
    if known is not None:
        return known

    def inside(u: Term) -> Term:
        return _resolved(u, x, piece, memo, dropped)

    match t.op, t.args:
        case "app", (f, u) if f.op == "fun":
            dropped.append(inside(u))  # a definition may ignore its argument
            found = inside(unfolded(f.data, u))
        case "der", (f, u) if f.op == "fun":
            dropped.append(inside(u))
            found = inside(derivative_of(f.data, t.data, u, lambda v: 1 if sign_on(inside(v), x, piece) == POS else -1))
        case "abs", (u,):
            found = inside(u) if sign_on(inside(u), x, piece) & (POS | NIL) else neg(inside(u))
        case (("max" | "min"), (a, b)):
            dropped += [inside(a), inside(b)]
            first = sign_on(sub(inside(a), inside(b)), x, piece) & POS
            found = inside(a if bool(first) == (t.op == "max") else b)
        case "pw", (u, above, at, below):
            dropped.append(inside(u))
            found = inside({POS: above, NIL: at, NEG: below}[sign_on(inside(u), x, piece)])
        case _ if t.op in SMOOTH:
            found = rebuild(t, tuple(map(inside, t.args)))
        case _:
            raise KernelRefusal(f"{t.op} is not among the functions whose extrema are certified")
    memo[t] = found
    return found


def sign_on(u: Term, x: Term, piece: Piece) -> int:
    """The one sign of u throughout an open piece: of a linear term by its ends, of others by what the tower sees."""
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
    mask = with_field(bounds_of(piece, x), lambda field: field.sign(u))
    if mask not in (POS, NEG, NIL):
        raise KernelRefusal("a term changes its branch inside a piece, or its sign there is not seen")
    return mask


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
