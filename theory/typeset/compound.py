"""Steps that a tactic composes of several rules, and that a person takes in one: seen again by their shape.

Nothing here is trusted: each of the rules was replayed, and what is recognised only decides how it is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.kernel.logic import case_formula
from theory.kernel.terms import ONE, ZERO, Term, add, fn, power
from theory.kernel.theorem import Derivation


@dataclass(frozen=True)
class Compound:
    """What a group of rules does, with its terms, and the rules within it that use facts."""

    kind: str
    terms: tuple[Term, ...]
    within: tuple[Derivation, ...]
    #: What the group supposes in one of its cases, which is no fact of the proof.
    supposed: tuple[Term, ...] = ()


def compound_of(node: Derivation) -> Compound | None:
    """What the rules that end here do together; None where they are no such group."""
    return {"order": _of_facts, "cases": _by_cases, "chain": _of_links}.get(node.rule, _none)(node)


def _none(node: Derivation) -> Compound | None:
    return None


def _of_facts(node: Derivation) -> Compound | None:
    match [p.rule for p in node.premises]:
        case ["norm_of_product", "induction", "norm_of_multiple"]:
            # c^T ≤ ‖A‖ since A h = c^T h, for a Jacobian or a power
            _, matrix, start = node.premises[0].parameters
            factor = node.parameters[1].args[0]
            if matrix.op == "mpow":
                return Compound("eigenvector", (matrix.args[0], start, factor), ())
            weight, f, _, _ = matrix.args[0].args
            return Compound("growing orbit", (weight, f, start, factor), ())
        case _:
            return _bounded(node)


def _bounded(node: Derivation) -> Compound | None:
    """|t| ≤ c because c − |t| is D/(c + |t|), with D for c² − t²."""
    _, a, c, gap = node.parameters
    if a.op != "abs" or gap.op != "mul" or gap.args[-1] is not power(add(c, a), -1):
        return None
    return Compound("absolute bound", (a.args[0], c, gap.args[0]), (node,))


def _by_cases(node: Derivation) -> Compound | None:
    u, signs = node.parameters
    branches = node.premises[: len(signs)]
    supposed = tuple(case_formula(u, sign) for sign in signs)
    if signs == ("+", "0") and branches[0].rule == "order":
        # c + |t| may be 0; then both are.
        found = _bounded(branches[0])
        if found is not None and u is add(found.terms[1], fn("abs", found.terms[0])):
            return Compound(found.kind, found.terms, (*branches, node), supposed)
    if signs == tuple("+0-") and [b.rule for b in branches] == ["order", "assume", "order"]:
        _, t, nothing, quotient = branches[0].parameters
        if (t, nothing) == (u, ZERO) and quotient.op == "mul" and len(quotient.args) == 4:
            # t = −t^k·v / (v·t^{k−1}), of which the numerator is 0
            _, zero, divisor, _ = quotient.args
            whole, factor = zero.args
            if divisor is power(factor, -1) and whole.op == "pow" and whole.args[0] is t:
                return Compound("vanishing", (t, whole.args[1], factor), (branches[0], branches[2], node), supposed)
    return None


def _of_links(node: Derivation) -> Compound | None:
    match [p.rule for p in node.premises]:
        case ["identity", "apply_monotone", "identity"]:
            relation = node.premises[1].premises[0]
            named = node.premises[1].parameters[0] == "log" and relation.rule == "order"
            return Compound("cancelled", relation.parameters[1:3], (relation,)) if named else None
        case ["norm_of_multiple", "identity"]:
            return Compound("homogeneity", (), (node.premises[1],))
        case ["identity", "norm_invariant", "norm_of_identity"]:
            return Compound("orthogonal matrix", (), (node.premises[1],))
        case _:
            return None


def divides(factor: Term) -> bool:
    """Whether a factor shows that it is not 0: it is 1, or 1/v."""
    return factor is ONE or (factor.op == "pow" and factor.args[1].op == "rat" and factor.args[1].data < 0)
