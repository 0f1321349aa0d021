"""How a sequence that is defined step by step is told: x_T in the formula, its two defining equations beside it.

A pair of columns is A e₁ᵀ + B e₂ᵀ, and e₁ and e₂ are told beside the equations too.
"""

from __future__ import annotations

from collections.abc import Iterable

from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import ONE, ZERO, Term, eq, fn, literal, mul, var
from theory.typeset.names import parsed

_STEPS = ("t", "k", "s", "r", "q", "i", "j", "l", "tau", "kappa")
#: What unit columns are called.
UNIT = "e"


def as_product(t: Term) -> tuple[Term, Term] | None:
    """The index and the factor of a product of numbers, which needs no equations; None of another recursion."""
    previous, now, step, base, _ = t.args
    if base is not ONE or step.op != "mul":
        return None
    rest = [factor for factor in step.args if factor is not previous]
    if len(rest) != len(step.args) - 1 or any(previous in factor.free for factor in rest):
        return None
    return now, mul(*rest)


def only_network(formulas: Iterable[Term]) -> frozenset[Term]:
    """The network that all of the formulas speak of, if it is one: its matrices then need no tag."""
    nets = frozenset(node for formula in formulas for node in walk(formula) if node.op == "net")
    return nets if len(nets) == 1 else frozenset()


def unit_columns(formulas: Iterable[Term]) -> list[Term]:
    """The unit columns that the recursions in the formulas are built of, in order; none where something else is called e."""
    nodes = {node for formula in formulas for node in walk(formula)}
    if any(node.op == "var" and parsed(str(node.data)).head == UNIT for node in nodes):
        return []
    within = {part for node in nodes if node.op == "mrec" for part in walk(node) if part.op == "mlit"}
    columns = {part if len(part.data[0]) == 1 else flipped(part) for part in within if 1 in (len(part.data), len(part.data[0]))}
    units = [c for c in columns if len(c.data) > 1 and sorted(c.data) == [(0,)] * (len(c.data) - 1) + [(1,)]]
    return sorted(units, key=lambda c: c.data, reverse=True)


def flipped(matrix: Term) -> Term:
    """The transpose of a matrix of numbers, as a matrix of numbers."""
    return literal(tuple(zip(*matrix.data, strict=True)))


def defining_equations(formulas: Iterable[Term]) -> list[Term]:
    """x_0 = base and x_t = step for each recursion in the formulas but the products, those first that others use."""
    formulas = tuple(formulas)
    nodes = [node for formula in formulas for node in walk(formula)]
    schemes = {node.args[:4]: node for node in nodes if node.op in ("rec", "mrec") and as_product(node) is None}
    taken = {v.data for node in nodes for v in node.free}
    name = next((step for step in _STEPS if step not in taken), _STEPS[0])
    found: list[Term] = []
    for (previous, now, step, base), node in sorted(schemes.items(), key=lambda item: _nesting(item[0][2])):

        def member(depth: Term, like: Term = node) -> Term:
            return fn(like.op, *like.args[:4], depth)

        t = var(name, "nat")
        before = {previous: member(fn("nsub", t, ONE)), now: t}
        if not (base.op == "var" and base.data == f"{previous.data}_0"):
            found.append(eq(member(ZERO), base))
        found.append(eq(member(t), substitute(step, before)))
    return found


def _nesting(step: Term) -> int:
    return sum(node.op in ("rec", "mrec") for node in walk(step))
