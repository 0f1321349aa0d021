"""Settling a claim: prove or refute it, pass the gate, find a point that meets its hypotheses, say what it used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from itertools import product as cartesian

from theory.kernel import definitions, gate
from theory.kernel.gate import Goal, Instance, goal_of
from theory.kernel.reading import Reader
from theory.kernel.terms import Dim, Term, literal, make, rat, sequence_literal, to_json, walk
from theory.kernel.theorem import Derivation, Theorem, derivation_to_json, infer, linearise, replay_all
from theory.language.claims import Claim, LemmaUse
from theory.language.errors import ClaimError, GradproofError, KernelRefusal, ProofFailure
from theory.tactics import kinds
from theory.tactics.context import Context, values_of
from theory.tactics.prove import prove
from theory.tactics.refute import refute


class Verdict(str, Enum):
    """What is known of a claim; computed, never typed in."""

    PROVED = "PROVED"
    CONDITIONAL = "CONDITIONAL"
    REFUTED = "REFUTED"
    CITED = "CITED"
    OPEN = "OPEN"


@dataclass(frozen=True)
class Step:
    """One line of a proof: what it establishes and why."""

    text: str
    latex: str
    reason: str
    rule: str


@dataclass(frozen=True, eq=False)
class Settlement:
    """A claim with its verdict and everything that the verdict rests on."""

    claim: Claim
    verdict: Verdict
    goal: Goal | None
    theorem: Theorem | None
    reason: str
    uses: tuple[str, ...]
    rests_on: tuple[str, ...]
    witness: Instance | None
    example: Instance | None
    hash: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """The proof as lines, made from the derivation that the kernel replayed."""
        return steps_of(self.theorem.derivation) if self.theorem is not None else ()


_SETTLED: dict[Claim, Settlement] = {}
_UNDER_WAY: list[Claim] = []


def settle(claim: Claim) -> Settlement:
    """The verdict on a claim, once per process."""
    found = _SETTLED.get(claim)
    if found is None:
        found = _SETTLED[claim] = _settle(claim)
    return found


def forget() -> None:
    """Drop every settlement of this process."""
    _SETTLED.clear()
    _THEOREMS.clear()


_THEOREMS: dict[Claim, Theorem] = {}


def theorem_of(claim: Claim) -> Theorem:
    """The theorem of a lemma, labelled with its name; a cited claim gives itself as an axiom."""
    known = _THEOREMS.get(claim)
    if known is not None:
        return known
    if claim in _UNDER_WAY:
        circle = " → ".join(c.name for c in [*_UNDER_WAY[_UNDER_WAY.index(claim) :], claim])
        raise ClaimError(f"the proofs go round in a circle: {circle}; prove one of these without the others")
    goal = goal_of(claim)
    if claim.unproved and claim.proof is None:
        made = infer("cited", [claim.name, goal.conclusion, *goal.hypotheses])
    else:
        settlement = settle(claim)
        if settlement.theorem is None or settlement.verdict not in (Verdict.PROVED, Verdict.CONDITIONAL):
            raise ProofFailure(f"the lemma {claim.name} is {settlement.verdict.value}, so nothing can rest on it: {settlement.reason}")
        made = infer("lemma", [claim.name], [settlement.theorem])
    _THEOREMS[claim] = made
    return made


def _settle(claim: Claim) -> Settlement:
    _UNDER_WAY.append(claim)
    try:
        return _settled(claim)
    finally:
        _UNDER_WAY.pop()


def _settled(claim: Claim) -> Settlement:
    reader = Reader(claim.binders)
    goal = goal_of(claim, reader)
    own_hash = claim_hash(claim)
    context = Context(reader, theorem_of).assuming(*goal.hypotheses)

    def result(verdict: Verdict, reason: str = "", theorem: Theorem | None = None, witness: Instance | None = None) -> Settlement:
        example = witness if verdict is Verdict.REFUTED else example_of(claim, goal)
        if example is None and verdict in (Verdict.PROVED, Verdict.CONDITIONAL, Verdict.CITED):
            verdict, reason = Verdict.OPEN, "no exact point is known that meets all hypotheses; give one as `example`"
        uses = used_lemmas(theorem.derivation) if theorem is not None else ()
        rests = tuple(sorted(name for name, _, _ in theorem.axioms)) if theorem is not None else ()
        return Settlement(claim, verdict, goal, theorem, reason, uses, rests, witness, example, own_hash)

    if claim.proof is None:
        return result(Verdict.CITED, claim.unproved)
    try:
        if isinstance(claim.proof, kinds.Refute):
            denied, instance = refute(claim.proof, goal, context)
            return result(Verdict.REFUTED, "", gate.refutes(goal, instance, denied.derivation), instance)
        theorem = gate.passes(goal, prove(claim.proof, goal.conclusion, context).derivation)
        gate.check_axioms(theorem.axioms, _cited_goals(theorem))
    except ClaimError:
        raise
    except (GradproofError, RecursionError) as error:
        return result(Verdict.OPEN, " ".join(str(error).split()))
    return result(Verdict.CONDITIONAL if theorem.axioms else Verdict.PROVED, "", theorem)


def _cited_goals(theorem: Theorem) -> dict[str, Goal]:
    names = {name for name, _, _ in theorem.axioms}
    return {c.name: goal_of(c) for c in _THEOREMS if c.name in names and c.proof is None and c.unproved}


def used_lemmas(derivation: Derivation) -> tuple[str, ...]:
    """The names of the claims that a derivation really applies, cited ones too; not those behind them."""
    found: dict[str, None] = {}
    stack, seen = [derivation], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.rule in ("lemma", "cited"):
            found[str(node.parameters[0])] = None
        else:
            stack.extend(reversed(node.premises))
    return tuple(found)


# --- the hash -------------------------------------------------------------------------------------


@cache
def kernel_hash() -> str:
    """The hash of the kernel's and the language's source."""
    digest = hashlib.sha256()
    for room in ("kernel", "language", "tactics"):
        for path in sorted(files(f"theory.{room}").iterdir(), key=lambda p: p.name):
            if path.name.endswith(".py"):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def claim_hash(claim: Claim) -> str:
    """The content of a claim: statement, domains, proof, definitions, lemmas, kernel."""
    return _hash(claim, ())


def _hash(claim: Claim, above: tuple[Claim, ...]) -> str:
    if claim in above:
        circle = " → ".join(c.name for c in [*above[above.index(claim) :], claim])
        raise ClaimError(f"the proofs go round in a circle: {circle}; prove one of these without the others")
    goal = goal_of(claim)
    names = sorted({n.data for f in (goal.conclusion, *goal.hypotheses) for n in walk(f) if n.op == "fun"})
    content = [
        claim.name,
        to_json(goal.conclusion),
        [to_json(h) for h in goal.hypotheses],
        repr(claim.proof),
        claim.unproved,
        sorted((str(k), repr(v)) for k, v in claim.example.items()),
        [[name, to_json(definitions.definition(name))] for name in names],
        [_hash(lemma, (*above, claim)) for lemma in lemmas_named(claim.proof)],
        kernel_hash(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def lemmas_named(proof: object) -> list[Claim]:
    """Every claim that a proof mentions, in the order of mention."""
    if isinstance(proof, Claim):
        return [proof]
    if isinstance(proof, LemmaUse):
        return [proof.claim]
    if isinstance(proof, (list, tuple)):
        return [c for part in proof for c in lemmas_named(part)]  # pyright: ignore[reportUnknownVariableType]
    if hasattr(proof, "__dataclass_fields__"):
        return [c for name in vars(proof) for c in lemmas_named(getattr(proof, name))]
    return []


# --- a point that meets the hypotheses -----------------------------------------------------------


def example_of(claim: Claim, goal: Goal) -> Instance | None:
    """An exact point in every domain that meets every antecedent, or None."""
    needs = (*goal.hypotheses, *gate.antecedents(goal.conclusion))
    if claim.example:
        context = Context(Reader(claim.binders), theorem_of)
        values, dims = values_of(goal, claim.example, context)
        rest = _candidates(goal, dims, skip=frozenset(values))
        tries = [Instance({**values, **more.values}, {**more.dims, **dims}) for more in rest]
    else:
        tries = [i for width in (1, 2) for i in _candidates(goal, dict.fromkeys(goal.dimensions, width))]
    for instance in tries:
        try:
            gate.inhabits(needs, instance)
        except KernelRefusal:
            continue
        return instance
    return None


_REALS = [rat(0), rat(1), rat(-1), make("rat", data=rat(1).data / 2), rat(2), rat(-2), rat(3)]


def _candidates(goal: Goal, dims: Mapping[str, Dim], skip: frozenset[Term] = frozenset()) -> list[Instance]:
    choices: list[list[Term]] = []
    variables = [v for v in goal.variables if v not in skip]
    for variable in variables:
        shape = tuple(dims.get(d, d) if isinstance(d, str) else d for d in variable.shape or ())
        if any(isinstance(d, str) for d in shape):
            return []
        match variable.sort:
            case "real":
                choices.append(_REALS)
            case "nat":
                choices.append([rat(1), rat(2), rat(0)])
            case "mat":
                choices.append(_small_matrices(int(shape[0]), int(shape[1])))
            case "seq":
                choices.append([sequence_literal((), int(shape[0])), sequence_literal(((_REALS[2].data,) * int(shape[0]),), int(shape[0]))])
            case _:
                choices.append([make("fun", data="identity")])
    if len(variables) > 6:
        choices = [c[:2] for c in choices]
    return [Instance(dict(zip(variables, values, strict=True)), dict(dims)) for values in cartesian(*choices)]


def _small_matrices(rows: int, columns: int) -> list[Term]:
    one, zero, half = rat(1).data, rat(0).data, rat(1).data / 2
    if columns == 1 and rows > 1:
        return [literal(((v,),) * rows) for v in (zero, one, -one)]
    scaled = [literal(tuple(tuple(v if i == j else zero for j in range(columns)) for i in range(rows))) for v in (one, half, zero, -one)]
    return scaled


# --- steps ----------------------------------------------------------------------------------------

_REASONS = {
    "identity": "identity",
    "order": "sign of the difference",
    "absolute_bound": "c² − t² ≥ 0",
    "chain": "together",
    "vanishing": "a power vanishes",
    "apply_monotone": "monotone function",
    "cancel_exp": "exp is injective",
    "monotone_by_derivative": "mean value theorem",
    "limit_of_constant": "constant",
    "limit_of_exponential": "exponential decay",
    "limit_of_geometric": "geometric sequence",
    "limit_scaled": "constant multiple",
    "limit_squeezed": "squeeze",
    "limit_of_equal": "equal near the point",
    "limit_one_sided": "one-sided limit",
    "limit_unique": "limits are unique",
    "limit_denied": "limits are unique",
    "extremum": "bound and point",
    "cases": "all cases",
    "induction": "induction",
    "witness": "witness",
    "norm_of_product": "submultiplicativity",
    "norm_of_sum": "triangle inequality",
    "norm_of_multiple": "homogeneity",
    "multiple_increases": "homogeneity",
    "norm_of_identity": "norm of I",
    "norm_of_slopes": "norm of a diagonal",
    "norm_of_orthogonal": "orthogonal matrix",
    "norm_invariant": "orthogonal invariance",
    "norm_of_transpose": "transpose",
    "norm_squared": "‖AᵀA‖ = ‖A‖²",
    "norm_dominated": "domination",
    "norm_of_activation": "|f(x)| ≤ |x|",
    "entry_within_norm": "entry of a matrix",
    "slopes_from_derivative": "derivative off the kinks",
    "slopes_nonnegative": "derivative off the kinks",
    "slope_within": "slope bound",
    "domination_step": "triangle inequality, entrywise",
    "identity_dominated": "identity",
    "dominated_rewritten": "rewriting",
    "decided": "exact arithmetic",
    "growing_orbit": "orbit of a start",
    "eigenvector": "eigenvector",
    "deny": "contrary relation",
    "deny_matrices": "one entry differs",
    "deny_compound": "hypothesis holds, conclusion fails",
    "lemma": "lemma",
    "cited": "cited",
    "implies_intro": "hypothesis discharged",
    "equivalence": "both directions",
}


def steps_of(derivation: Derivation) -> tuple[Step, ...]:
    """The lines of a proof: each new statement once, lemmas by name, bookkeeping left out."""
    from theory import typeset

    lines: dict[Term, Step] = {}
    hidden = _behind_lemmas(derivation)
    for node, theorem in zip(linearise(derivation), replay_all(derivation), strict=True):
        if node.rule not in _REASONS or id(node) in hidden:
            continue
        reason = _REASONS[node.rule]
        if node.rule in ("lemma", "cited"):
            reason = f"{reason} {node.parameters[0]}"
        formula = theorem.conclusion
        lines.pop(formula, None)
        lines[formula] = Step(typeset.text(formula), typeset.latex(formula), reason, node.rule)
    return tuple(lines.values())


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


def derivation_json(settlement: Settlement) -> list[object]:
    """The derivation as JSON, to be replayed elsewhere."""
    return derivation_to_json(settlement.theorem.derivation) if settlement.theorem is not None else []
