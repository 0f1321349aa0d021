"""Rules of logic: hypotheses, instances, connectives, cases, induction, witnesses, negations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from theory.kernel.field import Field, total, with_field
from theory.kernel.signs import NEG, NIL, NONNEG, NONPOS, POS
from theory.kernel.terms import ONE, ZERO, Dim, Term, add, eq, le, lt, make, rat, substitute
from theory.kernel.theorem import Theorem, gathered, rule
from theory.language.errors import KernelRefusal

Sequent = tuple[Iterable[Term], Term]


def _defined(values: Iterable[Term], facts: Iterable[Theorem]) -> None:
    listed = list(values)

    def check(field: Field) -> None:
        for value in listed:
            field.require_defined(value)

    with_field([f.conclusion for f in facts], check)


@rule
def assume(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """φ ⊢ φ."""
    (formula,) = parameters
    return {formula}, formula


@rule
def lemma(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A proved claim, by name; the name is a label, the derivation stands behind it."""
    (proved,) = premises
    return proved.hypotheses, proved.conclusion


@rule
def cited(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A cited claim, taken as given; the gate compares it with the ledger and the verdict names it."""
    _, conclusion, *hypotheses = parameters
    return hypotheses, conclusion


@rule
def instantiate(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """Replace free variables by terms that are defined, and dimensions by others."""
    pairs, sizes = parameters
    proved, *facts = premises
    values: dict[Term, Term] = dict(pairs)
    dims: dict[str, Dim] = dict(sizes)
    if any(v.op == "fun" and not total(v.data, 0) for v in values.values()):
        raise KernelRefusal("an unknown activation stands for one that is defined on the whole line")
    _defined([v for v in values.values() if v.sort in ("real", "nat", "mat")], facts)
    hypotheses = {substitute(h, values, dims) for h in proved.hypotheses}
    return hypotheses | gathered(facts), substitute(proved.conclusion, values, dims)


@rule
def cut(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """Discharge hypotheses of the first theorem by the conclusions of the others."""
    main, *lemmas = premises
    settled = {p.conclusion for p in lemmas}
    return (main.hypotheses - settled) | gathered(lemmas), main.conclusion


@rule
def implies_intro(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From Γ, A ⊢ B conclude Γ ⊢ A ⇒ B; A may be a conjunction whose parts are the hypotheses."""
    (hypothesis,) = parameters
    (proved,) = premises
    parts = {hypothesis, *(hypothesis.args if hypothesis.op == "and" else ())}
    return proved.hypotheses - parts, make("implies", (hypothesis, proved.conclusion))


@rule
def modus_ponens(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From A ⇒ B and A conclude B."""
    implication, given = premises
    if implication.conclusion.op != "implies" or implication.conclusion.args[0] is not given.conclusion:
        raise KernelRefusal("modus ponens needs A ⇒ B and A")
    return gathered(premises), implication.conclusion.args[1]


@rule
def conjunction(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From A, B, … conclude A and B and …"""
    return gathered(premises), make("and", tuple(p.conclusion for p in premises))


@rule
def part(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From a conjunction conclude one part."""
    index: int = parameters[0]
    (whole,) = premises
    if whole.conclusion.op != "and" or index < 0:
        raise KernelRefusal("a part is taken of a conjunction")
    return whole.hypotheses, whole.conclusion.args[index]


@rule
def equivalence(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From A ⇒ B and B ⇒ A conclude A ⇔ B."""
    there, back = (p.conclusion for p in premises)
    if there.op != "implies" or back.op != "implies" or there.args != back.args[::-1]:
        raise KernelRefusal("an equivalence needs A ⇒ B and B ⇒ A")
    return gathered(premises), make("iff", there.args)


_CASES = {"+": POS, "0": NIL, "-": NEG, "0+": NONNEG, "-0": NONPOS}


def case_formula(u: Term, sign: str) -> Term:
    """The hypothesis of one case on the sign of u."""
    forms = {"+": lt(ZERO, u), "0": eq(u, ZERO), "-": lt(u, ZERO), "0+": le(ZERO, u), "-0": le(u, ZERO)}
    return forms[sign]


@rule
def cases(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """One conclusion under cases on the sign of u that leave out none but what the facts exclude."""
    u, signs = parameters
    branches, facts = premises[: len(signs)], premises[len(signs) :]
    covered = 0
    hypotheses: set[Term] = set(gathered(facts))
    for sign, branch in zip(signs, branches, strict=True):
        covered |= _CASES[sign]
        hypotheses |= branch.hypotheses - {case_formula(u, sign)}
    if len({b.conclusion for b in branches}) != 1:
        raise KernelRefusal("every case must reach the same conclusion")

    def check(field: Field) -> None:
        field.require_defined(u)
        field.require(u, covered, f"cases {', '.join(signs)} leave some sign out")

    with_field([f.conclusion for f in facts], check)
    return hypotheses, branches[0].conclusion


@rule
def induction(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """φ(k) and φ(T) ⇒ φ(T+1) for T ≥ k give φ(T) for every T ≥ k; nothing else may vary with T."""
    variable, least, formula = parameters
    base, step = premises
    if (
        variable.op != "var"
        or variable.sort != "nat"
        or variable.shape is not None
        or least.sort != "nat"
        or variable in least.free
    ):
        raise KernelRefusal("induction runs over a natural variable from a natural number")
    if base.conclusion is not substitute(formula, {variable: least}):
        raise KernelRefusal("the base of an induction is the statement at the least depth")
    if step.conclusion is not substitute(formula, {variable: add(variable, ONE)}):
        raise KernelRefusal("the step of an induction is the statement at T + 1")
    bound = le(least, variable)
    kept = base.hypotheses | (step.hypotheses - {formula, bound})
    if any(variable in h.free for h in kept):
        raise KernelRefusal("a hypothesis of the induction varies with the depth; only the statement itself may")
    return (kept if least is rat(0) else kept | {bound}), formula


@rule
def witness(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From φ(t) and the conditions at t conclude ∃x φ(x)."""
    formula, value = parameters
    if formula.op != "exists":
        raise KernelRefusal("a witness proves an existence statement")
    variable, *wanted = formula.args
    count = len(wanted)
    for need, given in zip(wanted, premises[:count], strict=True):
        if given.conclusion is not substitute(need, {variable: value}):
            raise KernelRefusal("the witness must satisfy the statement and its conditions")
    _defined([value], premises[count:])
    return gathered(premises), formula


@rule
def always_intro(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """φ(t) for a t that no hypothesis mentions but t ≥ 1 gives φ at every step."""
    (formula,) = parameters
    (proved,) = premises
    variable, body = formula.args
    rest = proved.hypotheses - {le(ONE, variable)}
    if formula.op != "always" or proved.conclusion is not body or any(variable in h.free for h in rest):
        raise KernelRefusal("a statement about every step is proved at an arbitrary one")
    return rest, formula


@rule
def always_at(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """φ at every step gives φ(k) for a k that is at least 1."""
    (step,) = parameters
    proved, *facts = premises
    if proved.conclusion.op != "always" or step.sort != "nat":
        raise KernelRefusal("only a statement about every step can be read at one step")
    with_field([f.conclusion for f in facts], lambda f: f.require(add(step, rat(-1)), NONNEG, "steps count from 1"))
    variable, body = proved.conclusion.args
    return gathered(premises), substitute(body, {variable: step})


@rule
def deny(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """From a relation conclude the negation of a contrary one between the same two terms."""
    (formula,) = parameters
    (given,) = premises
    a, b = formula.args
    known = given.conclusion
    contrary = {
        "le": [lt(b, a)],
        "lt": [le(b, a), eq(a, b), eq(b, a)],
        "eq": [lt(a, b), lt(b, a), make("ne", (a, b)), make("ne", (b, a))],
        "ne": [eq(a, b), eq(b, a)],
    }
    if known not in contrary.get(formula.op, []):
        raise KernelRefusal("this relation does not deny that one")
    return given.hypotheses, make("not", (formula,))


@rule
def deny_matrices(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """Two matrices with one different entry are not equal; with one larger entry not entrywise below."""
    formula, i, j = parameters
    (given,) = premises
    a, b = (make("entry", (m, i, j)) for m in formula.args)
    wanted = {"meq": make("ne", (a, b)), "mle": lt(b, a)}
    if given.conclusion is not wanted[formula.op]:
        raise KernelRefusal("this entry does not tell the two matrices apart")
    return given.hypotheses, make("not", (formula,))


@rule
def deny_compound(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A ⇒ B fails where A holds and B fails; A and B where a part fails; A ⇔ B where one side alone holds."""
    (formula,) = parameters
    found = [p.conclusion for p in premises]
    parts = formula.args
    fails = [make("not", (p,)) for p in parts]
    match formula.op:
        case "implies":
            sound = found == [parts[0], fails[1]]
        case "and":
            sound = len(found) == 1 and found[0] in fails
        case "iff":
            sound = found in ([parts[0], fails[1]], [parts[1], fails[0]])
        case _:
            sound = False
    if not sound:
        raise KernelRefusal("this does not contradict the statement")
    return gathered(premises), make("not", (formula,))
