"""Changes of one side of a relation: a bound moved, a factor or a summand dropped, an exponent or a depth off by one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from numerics.balls import Undefined, precision, sign
from numerics.evaluate import ExactView
from theory.kernel.reading import Reader
from theory.kernel.replacing import rebuild, substitute
from theory.kernel.terms import ONE, ZERO, Term, add, le, make, mul, rat
from theory.kernel.theorem import Theorem
from theory.language.claims import Claim
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context, by_sign
from theory.typeset import text

EPSILONS = (Fraction(1, 10), Fraction(1, 1000))
"""By which shares a bound is moved: a coarse one and a fine one."""


class Rewrite(NamedTuple):
    """One change of a side."""

    kind: str
    said: str
    side: Term
    swap: tuple[Term, Term] | None = None
    """Which part became which, where a part did."""


def moved(side: Term, direction: int, known: tuple[Term, ...]) -> Iterator[Term]:
    """The side a little lower (−1) or higher (1), wherever `known` holds: by a share where its sign is known."""
    sense = _sign(side, known)
    for size in EPSILONS:
        if side.op == "rat":
            yield rat(side.data + direction * size * (abs(side.data) or 1))
        elif sense:
            yield mul(rat(1 + direction * sense * size), side)
        else:
            yield add(side, rat(direction * size))


def shifted(side: Term) -> Iterator[Term]:
    """Another value than the side's: a share more of it, or of 1 where it is 0."""
    for size in EPSILONS:
        if side.op == "rat":
            yield rat(side.data + size * (abs(side.data) or 1))
        else:
            yield mul(rat(1 + size), side)


def _sign(side: Term, known: tuple[Term, ...]) -> int:
    """1 where the side is proved to be at least 0, −1 where at most 0, and 0 where neither is known."""
    if not side.free:
        try:
            with precision(64):
                return sign(ExactView({}, {}).scalar(side)) or 0
        except Undefined:
            return 0
    context = Context(Reader({}), _no_lemma).assuming(*known)
    for sense, formula in ((1, le(ZERO, side)), (-1, le(side, ZERO))):
        try:
            by_sign(context, formula)
        except KernelRefusal:
            continue
        return sense
    return 0


def _no_lemma(claim: Claim) -> Theorem:
    raise KernelRefusal(f"the sign of a side is read off without lemmas, {claim.name} too")


def rewritten(side: Term, other: Term) -> Iterator[Rewrite]:
    """Every single change inside of a side; what makes no sense to the kernel is left out.

    A depth is changed only where the other side speaks of it too: elsewhere that is an instance of the statement.
    """
    seen: set[Term] = {side}
    for node in _inner(side):
        for kind, said, changed in _node_changes(node):
            yield from _once(Rewrite(kind, said, _replaced(side, node, changed), (node, changed)), seen)
    for depth in sorted((v for v in side.free & other.free if v.sort == "nat" and v.shape is None), key=repr):
        try:
            deeper = substitute(side, {depth: add(depth, ONE)})
        except KernelRefusal:
            continue
        yield from _once(Rewrite("exponent", f"{text(depth)} becomes {text(add(depth, ONE))}", deeper), seen)


def _once(change: Rewrite, seen: set[Term]) -> Iterator[Rewrite]:
    if change.side not in seen:
        seen.add(change.side)
        yield change


def _inner(side: Term) -> Iterator[Term]:
    """Every part of a side once; a network is one thing, whose weight is not taken apart, and so is an index."""
    stack, seen = [side], set[Term]()
    while stack:
        node = stack.pop()
        if node not in seen and node.sort in ("real", "mat") and node.op != "var":
            seen.add(node)
            yield node
            stack.extend(reversed(node.args))


def _node_changes(node: Term) -> Iterator[tuple[str, str, Term]]:
    match node.op, node.args:
        case (("mul" | "mmul"), parts) if len(parts) > 1:
            yield from _without_one("factor", node)
        case "mscale", (c, m):
            yield "factor", f"{text(node)} loses its factor {text(c)}", m
        case (("add" | "madd"), parts) if len(parts) > 1:
            yield from _without_one("summand", node)
        case "pow", (base, exponent) if exponent.op == "rat" and exponent.data.denominator == 1 and base.free:
            for k in (exponent.data + 1, exponent.data - 1):
                if k not in (0, -exponent.data):
                    power = base if k == 1 else make("pow", (base, rat(k)))
                    yield "exponent", f"{text(node)} becomes {text(power)}", power
        case (("max" | "min"), parts):
            other = "min" if node.op == "max" else "max"
            yield "extremum", f"{text(node)} becomes {text(make(other, parts))}", make(other, parts)
        case _:
            return


def _without_one(kind: str, node: Term) -> Iterator[tuple[str, str, Term]]:
    parts = node.args
    for k, part in enumerate(parts):
        rest = (*parts[:k], *parts[k + 1 :])
        if part is (ONE if kind == "factor" else ZERO):
            continue  # what is left says the same
        try:
            other = rest[0] if len(rest) == 1 else rebuild(node, rest)
        except KernelRefusal:
            continue
        if other.shape == node.shape:
            yield kind, f"{text(node)} loses its {kind} {text(part)}", other


def _replaced(side: Term, old: Term, new: Term) -> Term:
    """The side with every occurrence of a part replaced; the side itself where the kernel refuses what comes out."""
    try:
        return _put(side, old, new, {})
    except KernelRefusal:
        return side


def _put(node: Term, old: Term, new: Term, done: dict[Term, Term]) -> Term:
    if node is old:
        return new
    found = done.get(node)
    if found is None:
        found = done[node] = rebuild(node, tuple(_put(part, old, new, done) for part in node.args))
    return found
