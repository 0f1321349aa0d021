"""A bound as a chain of relations: nested chains in one line, bounds of factors applied in their place.

The kernel proves ‖D‖·‖W J‖ ≤ γ·‖W‖·c from ‖D‖ ≤ γ and a chain for ‖W J‖. A reader wants one chain: each
link of the inner one with ‖D‖ in front of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from theory.kernel.terms import ONE, Term, make
from theory.typeset.blocks import Pieces, Row

SIGNS = {"le": "≤", "lt": "<", "eq": "=", "ne": "≠", "meq": "="}
_MOST_ROWS = 6


@dataclass(frozen=True)
class Link:
    """`left sign right`, and why; `given` marks what rests on a fact rather than on a law."""

    left: Term
    sign: str
    right: Term
    why: Pieces = ()
    given: bool = False


def congruent(conclusion: Term, bounds: Iterable[Term]) -> list[Term | None] | None:
    """For p·q ≤ p'·q' or p + q ≤ p' + q' from p ≤ p' and q ≤ q': the bound of each place (None where nothing changes)."""
    a, b = conclusion.args
    if a.op != b.op or a.op not in ("mul", "add") or len(a.args) != 2 or len(b.args) != 2:
        return None
    known = list(bounds)
    places: list[Term | None] = []
    for p, q in zip(a.args, b.args, strict=True):
        found = None if p is q else next((k for k in known if k.op in SIGNS and k.args == (p, q)), None)
        if found is None and p is not q:
            return None
        places.append(found)
    return places


def lifted(links: Iterable[Link], place: Callable[[Term], Term], *, weak: bool) -> list[Link]:
    """The links with each side put into its place; within a product, where a factor may be 0, < becomes ≤."""
    return [replace(k, left=place(k.left), right=place(k.right), sign="≤" if weak and k.sign == "<" else k.sign) for k in links]


def tidied(links: Iterable[Link], looks: Callable[[Term], str]) -> list[Link]:
    """Steps that look like nothing go, one law applied twice is one step, and facts join where the chain is long."""
    found: list[Link] = []
    for raw in links:
        link = replace(raw, left=without_ones(raw.left), right=without_ones(raw.right))
        if looks(link.left) == looks(link.right):
            if found:
                found[-1] = replace(found[-1], right=link.right)
            continue
        last = found[-1] if found else None
        if last and last.why and last.why == link.why:
            found[-1] = replace(last, right=link.right, sign=_together(last.sign, link.sign))
        else:
            found.append(link)
    while len(found) > _MOST_ROWS:
        pair = next((k for k in range(1, len(found)) if found[k].given and found[k - 1].given), None)
        if pair is None:
            break
        found[pair - 1 : pair + 1] = [_joined(*found[pair - 1 : pair + 1])]
    return found


def _joined(first: Link, second: Link) -> Link:
    fresh = tuple(p for p in second.why if p != "," and p not in first.why)
    why = first.why
    for piece in fresh:
        why = (*why, ",", piece) if why else (piece,)
    return Link(first.left, _together(first.sign, second.sign), second.right, why, given=True)


def _together(first: str, second: str) -> str:
    return "<" if "<" in (first, second) else "≤" if "≤" in (first, second) else "="


def rows(links: list[Link]) -> tuple[Row, ...]:
    """The links as rows under one left side."""
    return tuple(Row(link.sign, link.right, link.why) for link in links)


def without_ones(t: Term) -> Term:
    """1·x as x: a chain that bounds a factor by 1 goes on without it."""
    if t.op == "mul":
        rest = [a for a in map(without_ones, t.args) if a is not ONE]
        return ONE if not rest else rest[0] if len(rest) == 1 else make("mul", tuple(rest))
    return make("add", tuple(map(without_ones, t.args))) if t.op == "add" else t
