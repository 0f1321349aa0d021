"""Where a definition changes its formula, and the formula on each piece between.

`Max`, `Min`, `Abs` and `Piecewise` switch at the zeros of some expression in x. SymPy is asked for
these zeros and for the sign on each side; that nothing was overlooked is the kernel's to prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sympy import Abs, FiniteSet, Gt, Integer, Interval, Max, Min, Piecewise, S, Symbol, oo, solveset, true

from theory.derivations.expressions import difference, parts, product, replaced, substituted, tidied
from theory.language.activations import Activation
from theory.language.errors import UnsupportedTerm

_SWITCHES = (Max, Min, Abs, Piecewise)


@dataclass(frozen=True)
class Pieces:
    """A function of x by pieces: `forms[k]` lies between `kinks[k−1]` and `kinks[k]`.

    `switches` are the expressions whose signs decide between the formulas.
    """

    kinks: tuple[Any, ...]
    forms: tuple[Any, ...]
    switches: tuple[Any, ...] = ()

    def joined(self, x: Symbol) -> Any:
        """One expression off the kinks: Piecewise from the right, the same form on neighbouring pieces once."""
        kinks = [k for k, (a, b) in zip(self.kinks, pairwise(self.forms), strict=True) if a != b]
        forms = [f for k, f in enumerate(self.forms) if k == 0 or f != self.forms[k - 1]]
        found = forms[0]
        for kink, form in zip(kinks, forms[1:], strict=True):
            found = Piecewise((form, Gt(x, kink, evaluate=False)), (found, True), evaluate=False)
        return found


def unfolded_kinks(e: Any) -> Any:
    """The expression with every activation unfolded that is itself defined by pieces."""

    def change(part: Any) -> Any:
        if isinstance(part, Activation) and has_pieces(type(part).definition(part.args[0])):
            return unfolded_kinks(part.unfolded())
        return None

    return replaced(e, change)


def has_pieces(e: Any) -> bool:
    """Whether an expression switches between formulas, in the definition of an activation in it too."""
    return any(
        isinstance(p, _SWITCHES) or (isinstance(p, Activation) and has_pieces(type(p).definition(Symbol("x"))))
        for p in parts(e)
    )


def pieces_of(e: Any, x: Symbol) -> Pieces:
    """The pieces of an expression, from left to right."""
    todo: list[tuple[Any, Any, Any]] = [(-oo, oo, unfolded_kinks(e))]
    done: list[tuple[Any, Any, Any]] = []
    switches: dict[Any, None] = {}
    while todo:
        low, high, form = todo.pop(0)
        node = _innermost(form)
        if node is None:
            done.append((low, high, form))
            continue
        u, above, below = _branches(node)
        switches[u] = None
        ends = [low, *_zeros(u, x, low, high), high]
        fresh = [(a, b, substituted(form, node, above if _positive(u, x, a, b) else below)) for a, b in pairwise(ends)]
        todo[:0] = fresh
    kinks = tuple(high for _, high, _ in done[:-1])
    return Pieces(kinks, tuple(tidied(form) for _, _, form in done), tuple(switches))


def _innermost(e: Any) -> Any:
    """A switch whose condition switches no further."""
    for part in parts(e):
        if isinstance(part, _SWITCHES) and not any(isinstance(p, _SWITCHES) for p in parts(_branches(part)[0])):
            return part
    return None


def _branches(node: Any) -> tuple[Any, Any, Any]:
    """What decides, and the values where it is positive and where it is negative."""
    match node:
        case Abs():
            u = node.args[0]
            return u, u, product(-1, u)
        case Max() | Min():
            a, b, *rest = node.args
            first, second = (type(node)(p, *rest, evaluate=False) if rest else p for p in (a, b))
            return difference(a, b), *((first, second) if isinstance(node, Max) else (second, first))
        case _:
            (above, condition), *others = (p.args for p in node.args)
            if len(others) != 1 or others[0][1] != true or condition.rel_op not in (">", ">="):
                raise UnsupportedTerm(
                    "a Piecewise has two pieces here, (a, u > 0) or (a, u >= 0) and (b, True); nest it for more"
                )
            return difference(*condition.args), above, others[0][0]


def _zeros(u: Any, x: Symbol, low: Any, high: Any) -> list[Any]:
    """The zeros of u strictly between two points, in order."""
    if x not in u.free_symbols:
        return []
    found = solveset(u.doit(), x, Interval.open(low, high))
    if found is S.EmptySet:
        return []
    if not isinstance(found, FiniteSet):
        raise UnsupportedTerm(f"it is not known where {u} is zero, so the pieces of the definition cannot be told apart")
    return sorted(found, key=lambda z: z.evalf())


def _positive(u: Any, x: Symbol, low: Any, high: Any) -> bool:
    """The sign of u between two neighbouring zeros, seen at one point."""
    if low == -oo and high == oo:
        point: Any = Integer(0)
    elif low == -oo:
        point = high - 1
    elif high == oo:
        point = low + 1
    else:
        point = (low + high) / 2
    return bool(u.doit().subs(x, point).evalf() > 0)
