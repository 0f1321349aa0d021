"""What looks alike in print though it is not the same, so that a statement would say something else than it means."""

from __future__ import annotations

from collections.abc import Iterable

from theory.kernel.replacing import walk
from theory.kernel.terms import ONE, Term
from theory.typeset.names import parsed
from theory.typeset.recursions import as_product
from theory.typeset.unicode import Unicode


def clash(formulas: Iterable[Term]) -> str:
    """The first two things in formulas that print alike, in words; empty where all are told apart."""
    nodes = {node for formula in formulas for node in walk(formula)}
    variables = sorted((node for node in nodes if node.op == "var"), key=lambda v: str(v.data))
    recursions = [node for node in nodes if node.op in ("rec", "mrec") and as_product(node) is None]
    shown: dict[str, str] = {}
    if any(node.op == "pi" for node in nodes):
        shown["π"] = "the number π"
    if any(node.op == "exp" and node.args == (ONE,) for node in nodes):
        shown["e"] = "the number e"
    for name in dict.fromkeys(str(v.data) for v in variables):
        look = Unicode().name(name)
        if look in shown:
            return f"{name} and {shown[look]} are both printed {look}"
        shown[look] = name
    schemes: dict[str, tuple[Term, ...]] = {}
    for node in recursions:
        name = str(node.args[0].data)
        if schemes.setdefault(name, node.args[:4]) != node.args[:4]:
            return f"two recursions are both called {name}"
    return _member(variables, recursions)


def _member(variables: list[Term], recursions: list[Term]) -> str:
    """A variable x_1 beside a sequence x, of which it looks like a member."""
    starts = {node.args[3] for node in recursions}
    sequences = {str(node.args[0].data) for node in recursions}.union(str(v.data) for v in variables if v.sort == "seq")
    for v in variables:
        name = parsed(str(v.data))
        if v not in starts and name.head in sequences and "".join(name.subscripts).isdigit():
            return f"the variable {v.data} looks like a member of {name.head}"
    return ""
