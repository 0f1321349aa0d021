"""What a goal says about where its variables live: intervals, kinds of matrices, points worth visiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite

from numerics.balls import Undefined, fraction, precision, to_float
from numerics.evaluate import ExactView
from numerics.goals import Target
from theory.kernel.definitions import definition
from theory.kernel.replacing import walk
from theory.kernel.terms import BINDERS, Dim, Term, make, rat, sub

SATURATION = tuple(map(Fraction, (0, 1, -1, 10, -10, 20, -20, 37, -37)))
"""σ and tanh are 0 or 1 to double precision from about 37 and 19 on; kinks of common activations sit at 0 and ±1."""

NEAR_ZERO = (Fraction(1, 1024), Fraction(-1, 1024))
"""Where bounds that are sharp to first order, such as tanh(s) < s, are within a thousandth of equality."""

_NUDGE = Fraction(1, 2**40)


@dataclass
class Range:
    """An interval of rationals, points left out of it, and points worth visiting."""

    lower: Fraction | None = None
    upper: Fraction | None = None
    lower_open: bool = False
    upper_open: bool = False
    without: set[Fraction] = field(default_factory=set[Fraction])
    fixed: Fraction | None = None
    special: tuple[Fraction, ...] = ()

    def __contains__(self, x: Fraction) -> bool:
        if self.fixed is not None:
            return x == self.fixed
        above = self.lower is None or x > self.lower or (x == self.lower and not self.lower_open)
        below = self.upper is None or x < self.upper or (x == self.upper and not self.upper_open)
        return above and below and x not in self.without

    def raise_lower(self, bound: Fraction, *, is_open: bool) -> None:
        """Cut off what lies below."""
        if self.lower is None or (bound, is_open) > (self.lower, self.lower_open):
            self.lower, self.lower_open = bound, is_open

    def reduce_upper(self, bound: Fraction, *, is_open: bool) -> None:
        """Cut off what lies above."""
        if self.upper is None or (bound, not is_open) < (self.upper, not self.upper_open):
            self.upper, self.upper_open = bound, is_open


def constant(t: Term, *, inwards: int = 0) -> Fraction | None:
    """A closed real term as a rational; an irrational one is moved a little in the direction `inwards`."""
    if t.free:
        return None
    try:
        with precision(64):
            value = ExactView({}, {}).scalar(t)
            known = fraction(value)
            if known is not None:
                return known
            near = to_float(value)
    except Undefined:
        return None
    if not isfinite(near):
        return None
    found = Fraction(near)
    return found + inwards * max(abs(found), Fraction(1)) * _NUDGE


def ranges(target: Target, variables: Iterable[Term]) -> dict[Term, Range]:
    """The interval of each real or natural variable, read from the facts that compare it with constants."""
    found = {v: Range() for v in variables if v.sort in ("real", "nat")}
    for fact in target.facts:
        if fact.op not in ("le", "lt", "eq", "ne"):
            continue
        a, b = fact.args
        _compare(fact.op, a, b, found)
    for v, span in found.items():
        if v.sort == "nat" and (span.lower is None or span.lower < 0):
            span.raise_lower(Fraction(0), is_open=False)
        span.special = tuple(p for p in points(target, v) if p in span)
    return found


def _compare(op: str, a: Term, b: Term, found: dict[Term, Range]) -> None:
    is_open = op == "lt"
    for variable, other in ((a, b), (b, a)):
        if variable not in found:
            continue
        span = found[variable]
        if op in ("eq", "ne"):
            value = constant(other)
            if value is not None and op == "eq":
                span.fixed = value
            elif value is not None:
                span.without.add(value)
        elif variable is a:
            value = constant(other, inwards=-1)
            if value is not None:
                span.reduce_upper(value, is_open=is_open)
        else:
            value = constant(other, inwards=1)
            if value is not None:
                span.raise_lower(value, is_open=is_open)


def points(target: Target, x: Term) -> list[Fraction]:
    """Kinks and saturation points of the heads that `x` goes through, and the constants of the statement."""
    found: dict[Fraction, None] = {}
    parts = (*target.hypotheses, target.conclusion)
    for node in (node for part in parts for node in walk(part)):
        if node.op == "rat" and abs(node.data) <= 1000:
            found[node.data] = None
            found[-node.data] = None
        for head, levels in _heads(node):
            line = _affine(head, x)
            if line is not None:
                found.update(dict.fromkeys((level - line[1]) / line[0] for level in levels))
    found.update(dict.fromkeys((*SATURATION, *NEAR_ZERO)))
    return sorted(found, key=lambda p: (abs(p), p.denominator, p < 0))


def _heads(node: Term) -> list[tuple[Term, tuple[Fraction, ...]]]:
    """Arguments of a node with the values at which something happens to it."""
    zero = (Fraction(0),)
    match node.op, node.args:
        case (("app" | "der" | "slope"), (f, u)):
            own = definition(f.data) if f.op == "fun" else None
            inner = [n.data for n in walk(own) if n.op == "rat" and abs(n.data) <= 100] if own is not None else []
            return [(u, tuple(dict.fromkeys((*SATURATION, *inner, *(-c for c in inner)))))]
        case (("abs" | "log"), (u,)):
            return [(u, zero)]
        case "lambertw", (u,):
            return [(u, (*zero, Fraction(-367879, 10**6)))]  # a little more than −1/e, where it starts
        case "pow", (u, _):
            return [(u, zero)]
        case "pw", (u, *_):
            return [(u, zero)]
        case (("exp" | "tanh" | "erf" | "atan" | "asinh"), (u,)):
            return [(u, SATURATION)]
        case (("max" | "min"), (a, b)):
            return [(sub(a, b), zero)]
        case _:
            return []


def _affine(u: Term, x: Term) -> tuple[Fraction, Fraction] | None:
    """Slope and offset of u, if it is an affine function of x alone with a rational slope that is not 0."""
    if u.free != frozenset((x,)) or any(node.op in BINDERS for node in walk(u)):
        return None
    try:
        with precision(64):
            values = [fraction(ExactView({x: rat(k)}, {}).scalar(u)) for k in (0, 1, 2)]
    except Undefined:
        return None
    offset, one, two = values
    if offset is None or one is None or two is None or two - one != one - offset or one == offset:
        return None
    return one - offset, offset


def matrix_kind(target: Target, variable: Term) -> str:
    """Which structure the facts ask of a matrix: 'any', or a kind that is constructed and not searched for."""
    kinds: set[str] = set()
    for fact in target.facts:
        if variable not in fact.free:
            continue
        match fact.op, fact.args:
            case "meq", (left, right):
                kinds.add(_equation(left, right, variable) or _equation(right, left, variable) or "any")
            case "mle", (left, right) if right is variable and left.op == "zeros":
                kinds.add("nonnegative")
            case "structure", (m,) if m is variable:
                kinds.add(str(fact.data))
            case _:
                if any(n.op == "radius" and variable in n.free for n in walk(fact)):
                    kinds.add("radius")
    if "turn" in kinds and "skew" not in kinds:
        return "sheared turn"
    for kind in ("turn", "positive diagonal", "diagonal", "orthogonal", "symmetric", "skew", "normal", "nonnegative", "radius"):
        if kind in kinds:
            return kind
    return "any"


def _equation(left: Term, right: Term, w: Term) -> str | None:
    transposed = left.op == "mmul" and len(left.args) == 2 and {a.op for a in left.args} == {"tr", "var"} and w in left.args
    if transposed and right.op == "ident":
        return "orthogonal"
    if transposed and right.op == "mmul" and right.args == (left.args[1], left.args[0]):
        return "normal"
    mirrored = make("tr", (w,))
    if left is w and right is mirrored:
        return "symmetric"
    if left is mirrored and right.op == "mscale" and right.args == (rat(-1), w):
        return "skew"
    square = (left.op == "mmul" and left.args == (w, w)) or (left.op == "mpow" and left.args == (w, rat(2)))
    if square and right.op == "mscale" and right.args[1].op == "ident":
        return "turn"
    return None


def tied_columns(target: Target) -> dict[Dim, tuple[Term, ...]]:
    """The columns of one width that equations about matrices tie to each other, as the two that span a plane that W turns."""
    found: dict[Dim, dict[Term, None]] = {}
    for fact in target.facts:
        tied = [(v.shape[0], v) for v in sorted(fact.free, key=repr) if v.sort == "mat" and v.shape and v.shape[1] == 1]
        if fact.op == "meq" and len(tied) > 1:
            for width, v in tied:
                found.setdefault(width, {})[v] = None
    return {width: tuple(columns) for width, columns in found.items() if len(columns) > 1}


def multiplied_numbers(target: Target) -> frozenset[Term]:
    """The natural numbers multiplied by each other in an expectation, as a width by a depth: so many draws are read."""
    means = [node for part in (*target.facts, target.conclusion) for node in walk(part) if node.op == "mean"]
    products = [{v for v in node.free if v.sort == "nat"} for mean in means for node in walk(mean) if node.op == "mul"]
    return frozenset(v for counts in products if len(counts) > 1 for v in counts)
