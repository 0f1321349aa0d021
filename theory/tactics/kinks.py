"""Where the piecewise parts of a term switch: a proposal; that nothing switches inside a piece is proved by the kernel."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from theory.kernel.definitions import unfolded
from theory.kernel.pieces import linear
from theory.kernel.terms import Term, neg, rebuild, sub, walk


def kinks_of(t: Term, x: Term) -> tuple[Fraction, ...]:
    """Where a piecewise part of a term switches; refused where that is not the zero of a linear term."""
    found: set[Fraction] = set()

    def visit(u: Term) -> None:
        for node in walk(u):
            if node.op in ("app", "der") and node.args[0].op == "fun":
                visit(unfolded(node.args[0].data, node.args[1]))
            for switch in {"abs": node.args[:1], "pw": node.args[:1]}.get(node.op, ()):
                found.update(_zeros(switch, x))
            if node.op in ("max", "min"):
                found.update(_zeros(sub(*node.args), x))

    visit(t)
    return tuple(sorted(found))


def _zeros(u: Term, x: Term) -> set[Fraction]:
    """Zeros of a switch: of each linear form that it can be, as its own inner switches go either way."""
    found: set[Fraction] = set()
    for form in _forms(u):
        line = linear(form, x)
        if line is not None and line[0]:
            found.add(-line[1] / line[0])
    return found


def _forms(u: Term) -> list[Term]:
    if u.op == "abs":
        return [f for inner in _forms(u.args[0]) for f in (inner, neg(inner))]
    if u.op in ("max", "min"):
        return [f for a in u.args for f in _forms(a)]
    if u.op == "pw":
        return [f for a in (u.args[1], u.args[3]) for f in _forms(a)]
    if u.op == "app" and u.args[0].op == "fun":
        return _forms(unfolded(u.args[0].data, u.args[1]))
    choices = [_forms(a) for a in u.args if a.sort in ("real", "nat")]
    if len(choices) != len(u.args):
        return [u]
    return [rebuild(u, tuple(c)) for c in product(*choices)][:64]
