"""A derivation as the lines of a proof: each new statement once, lemmas by name, bookkeeping left out."""

from __future__ import annotations

from dataclasses import dataclass

from theory.kernel.terms import Term, walk
from theory.kernel.theorem import Derivation, Theorem, linearise, replay_all
from theory.typeset.tex import Tex
from theory.typeset.unicode import Unicode


@dataclass(frozen=True)
class Step:
    """One line of a proof: what it establishes and why."""

    text: str
    latex: str
    reason: str
    rule: str


_REASONS = {
    "identity": "identity",
    "order": "sign of the difference",
    "chain": "together",
    "apply_monotone": "monotone function",
    "monotone_by_derivative": "mean value theorem",
    "limit_of_constant": "constant",
    "limit_of_exponential": "exponential decay",
    "limit_of_geometric": "geometric sequence",
    "limit_scaled": "constant multiple",
    "limit_squeezed": "squeeze",
    "limit_of_equal": "equal near the point",
    "limit_denied": "cannot have this limit",
    "extremum": "bound and point",
    "cases": "all cases",
    "induction": "induction",
    "witness": "witness",
    "norm_of_product": "submultiplicativity",
    "norm_of_sum": "triangle inequality",
    "norm_of_multiple": "homogeneity",
    "norm_of_identity": "norm of I",
    "norm_of_slopes": "norm of a diagonal",
    "norm_invariant": "orthogonal invariance",
    "norm_dominated": "domination",
    "norm_of_activation": "|f(x)| ≤ |x|",
    "slopes_from_derivative": "derivative off the kinks",
    "slopes_nonnegative": "derivative off the kinks",
    "slope_within": "slope bound",
    "domination_step": "triangle inequality, entrywise",
    "identity_dominated": "identity",
    "dominated_rewritten": "rewriting",
    "decided": "exact arithmetic",
    "growing_orbit": "orbit of a start",
    "eigenvector": "eigenvector",
    "deny": "contradiction",
    "lemma": "lemma",
    "cited": "cited",
    "implies_intro": "hypothesis discharged",
    "equivalence": "both directions",
}


def steps_of(derivation: Derivation) -> tuple[Step, ...]:
    """The lines of a proof: each new statement once, lemmas by name, bookkeeping left out."""
    nodes = linearise(derivation)
    theorems = replay_all(derivation)
    shown = _worth_showing(derivation, dict(zip(map(id, nodes), theorems, strict=True)))
    formulas = [t.conclusion for n, t in zip(nodes, theorems, strict=True) if id(n) in shown]
    unicode, tex = Unicode(), Tex()
    unicode.understood = tex.understood = _only_network(formulas)
    lines: dict[Term, Step] = {}
    for node, theorem in zip(nodes, theorems, strict=True):
        if id(node) not in shown:
            continue
        reason = _REASONS[node.rule]
        if node.rule in ("lemma", "cited"):
            reason = f"{reason} {node.parameters[0]}"
        formula = theorem.conclusion
        written = unicode.show(formula).s
        left, equals, right = written.partition(" = ")
        if equals and left == right:
            continue  # the two sides differ in their grouping alone
        lines.pop(formula, None)
        lines[formula] = Step(written, tex.show(formula).s, reason, node.rule)
    return tuple(lines.values())


def _only_network(formulas: list[Term]) -> Term | None:
    """The network that all formulas speak of, if it is one."""
    nets = {node for formula in formulas for node in walk(formula) if node.op == "net"}
    return nets.pop() if len(nets) == 1 else None


def _worth_showing(derivation: Derivation, theorems: dict[int, Theorem]) -> set[int]:
    """Leave out what stands behind a lemma, a = a, and the inner links of a chain that the chain repeats."""
    inside = _behind_lemmas(derivation)
    nodes = linearise(derivation)
    consumers: dict[int, set[str]] = {}
    for node in nodes:
        if id(node) not in inside:
            for premise in node.premises:
                consumers.setdefault(id(premise), set()).add(node.rule)
    kept: set[int] = set()
    for node in nodes:
        formula = theorems[id(node)].conclusion
        trivial = len(formula.args) == 2 and formula.args[0] is formula.args[1]
        inner = node.rule in ("chain", "order") and consumers.get(id(node), {""}) <= {"chain", "order"}
        if node.rule in _REASONS and id(node) not in inside and not trivial and not inner:
            kept.add(id(node))
    return kept


def _behind_lemmas(derivation: Derivation) -> set[int]:
    shown: set[int] = set()
    stack = [derivation]
    while stack:
        node = stack.pop()
        if id(node) in shown:
            continue
        shown.add(id(node))
        if node.rule != "lemma":
            stack.extend(node.premises)
    return {id(n) for n in linearise(derivation)} - shown
