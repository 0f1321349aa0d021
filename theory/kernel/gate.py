"""The gate: what a claim asks to be proved, and whether a theorem is that.

The goal of a claim is read from its statement and domains alone. A theorem passes when its replayed
derivation ends in the goal's conclusion and needs no hypothesis that the claim does not grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from theory.kernel.exact import holds
from theory.kernel.field import Field, total
from theory.kernel.reading import Reader, dimension
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import ONE, Dim, Term, bound_by, fn, le, var
from theory.kernel.theorem import Axiom, Derivation, Theorem, replay
from theory.language.claims import Claim
from theory.language.domains import Base, Domain
from theory.language.errors import ClaimError, KernelRefusal, refuse_if


@dataclass(frozen=True)
class Goal:
    """`hypotheses ⊢ conclusion`, for all values of the free variables."""

    hypotheses: tuple[Term, ...]
    conclusion: Term

    @property
    def variables(self) -> tuple[Term, ...]:
        """The free variables, in order of name."""
        found = self.conclusion.free.union(*(h.free for h in self.hypotheses))
        return tuple(sorted(found, key=lambda v: str(v.data)))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The symbolic widths."""
        shapes = [node.shape or () for part in (self.conclusion, *self.hypotheses) for node in walk(part)]
        return tuple(sorted({d for shape in shapes for d in shape if isinstance(d, str)}))


@dataclass(frozen=True)
class Instance:
    """Exact values for the variables of a goal, and numbers for its dimensions."""

    values: Mapping[Term, Term]
    dims: Mapping[str, Dim]

    def of(self, formula: Term) -> Term:
        """The formula at this instance."""
        return substitute(formula, self.values, self.dims)


def goal_of(claim: Claim, reader: Reader | None = None) -> Goal:
    """What the claim asks to be proved; a given reader learns the sorts of bound variables on the way."""
    reader = reader or Reader(claim.binders)
    conclusion = reader.formula(claim.statement)
    hypotheses = [h for name, domain in claim.binders.items() for h in entailed(name, domain, reader)]
    goal = Goal(tuple(dict.fromkeys(hypotheses)), conclusion)
    check_names(goal)
    ambient = {s for d in claim.binders.values() if d.bound is not None for s in d.bound.free_symbols}
    quantified = {reader.term(s) for s in (*ambient, *(d.variable(name) for name, d in claim.binders.items()))}
    # The start and the drive of a network are quantified silently.
    stray = [v for v in goal.variables if v not in quantified and (v.data, v.sort) not in {("h_0", "mat"), ("v", "seq")}]
    if stray:
        names = ", ".join(dict.fromkeys(str(v.data) for v in stray))
        raise ClaimError(f"claim {claim.name}: {names} is not quantified; make it a parameter with a domain")
    # A domain binds for itself; what a statement binds may be called as a parameter of which it and the domains say nothing.
    free = {v.data for part in (conclusion, *hypotheses) for v in part.free}
    spoken_of = {str(s) for s in (*ambient, *free, *goal.dimensions)}
    twice = _bound(hypotheses) & {*goal.dimensions, *(str(v.data) for v in quantified)} | _bound([conclusion]) & spoken_of
    if twice:
        names = ", ".join(sorted(twice))
        raise ClaimError(f"claim {claim.name}: {names} is quantified or a width, and bound in the claim as well; rename one")
    return goal


def _bound(formulas: Iterable[Term]) -> set[str]:
    """The names that something in the formulas binds."""
    return {str(v.data) for part in formulas for t in walk(part) for v in bound_by(t.op, t.args)}


def entailed(name: str, domain: Domain, reader: Reader) -> list[Term]:
    """What membership of a variable in its domain says."""
    found = [reader.formula(c) for c in domain.conditions(domain.variable(name))]
    if domain.base is Base.INDEX:
        # A coordinate is at least 1; that it is at most the width is part of its sort.
        found.append(le(ONE, var(name, "nat", (dimension(domain.dimension), 1))))
    return found


def check_names(goal: Goal) -> None:
    """Refuse a name that stands for a width and for a variable at once."""
    shared = {str(v.data) for v in goal.variables} & set(goal.dimensions)
    if shared:
        raise ClaimError(f"{', '.join(sorted(shared))} is a width and a variable at once; rename one of them")


def passes(goal: Goal, derivation: Derivation) -> Theorem:
    """Replay a derivation and return its theorem if it is the goal; `KernelRefusal` where it is not."""
    theorem = replay(derivation)
    refuse_if(theorem.conclusion is not goal.conclusion, "the derivation proves another statement than the claim's")
    extra = theorem.hypotheses - set(goal.hypotheses)
    if extra:
        listed = "; ".join(sorted(map(repr, extra)))
        raise KernelRefusal(f"the derivation needs a hypothesis that the claim does not grant: {listed}")
    return theorem


def check_axioms(axioms: frozenset[Axiom], cited: Mapping[str, Goal]) -> None:
    """Refuse an axiom that is not, word for word, a claim cited in the ledger."""
    for name, conclusion, hypotheses in axioms:
        goal = cited.get(name)
        if goal is None or goal.conclusion is not conclusion or not set(goal.hypotheses) <= hypotheses:
            raise KernelRefusal(f"the derivation rests on {name!r}, which the ledger does not cite in that form")


def refutes(goal: Goal, instance: Instance, derivation: Derivation) -> Theorem:
    """Replay a derivation of the negated goal at an exact instance that lies in every domain."""
    theorem = replay(derivation)
    check_names(goal)
    inhabits(goal.hypotheses, instance)
    if theorem.conclusion is not fn("not", instance.of(goal.conclusion)):
        raise KernelRefusal("the derivation does not deny the claim at its witness")
    refuse_if(theorem.hypotheses or theorem.axioms, "a refutation may rest on no hypothesis and on no cited claim")
    refuse_if(theorem.conclusion.free, "a witness gives a value to every variable")
    return theorem


def inhabits(hypotheses: tuple[Term, ...], instance: Instance) -> None:
    """Refuse unless the instance is exact, its values exist, and it meets every hypothesis."""
    values = instance.values.values()
    refuse_if(any(v.op == "fun" and not total(v.data, 0) for v in values), "an activation is defined on the whole line")
    Field().require_defined(*(v for v in values if v.sort in ("real", "nat", "mat")))
    for hypothesis in map(instance.of, hypotheses):
        refuse_if(hypothesis.free or holds(hypothesis) is not True, f"the point is not shown to satisfy {hypothesis!r}")
