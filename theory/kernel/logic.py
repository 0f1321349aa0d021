"""Rules of logic: hypotheses, instances, connectives, cases, induction, witnesses, negations."""

from __future__ import annotations

from theory.kernel.field import total
from theory.kernel.replacing import substitute
from theory.kernel.signs import NEG, NIL, NONNEG, NONPOS, POS, RELATIONS, times
from theory.kernel.terms import ONE, ZERO, Dim, Term, add, eq, fn, le, lt, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if


@rule
def assume(given: Given, formula: Term) -> Result:
    """φ ⊢ φ."""
    return {formula}, formula


@rule
def lemma(given: Given, name: str) -> Result:
    """A proved claim, by name; the name is a label, the derivation stands behind it."""
    (proved,) = given
    return proved.conclusion


@rule
def cited(given: Given, name: str, conclusion: Term, *hypotheses: Term) -> Result:
    """A cited claim, taken as given; the gate compares it with the ledger and the verdict names it."""
    return hypotheses, conclusion


@rule
def instantiate(given: Given, pairs: tuple[tuple[Term, Term], ...], sizes: tuple[tuple[str, Dim], ...]) -> Result:
    """Replace free variables by terms that are defined, and dimensions by others."""
    proved, *facts = given
    values, dims = dict(pairs), dict(sizes)
    if any(v.op == "fun" and not total(v.data, 0) for v in values.values()):
        raise KernelRefusal("an unknown activation stands for one that is defined on the whole line")
    given.field(1).require_defined(*(v for v in values.values() if v.sort in ("real", "nat", "mat")))
    hypotheses = {substitute(h, values, dims) for h in proved.hypotheses}
    return hypotheses | Given(facts).hypotheses, substitute(proved.conclusion, values, dims)


@rule
def cut(given: Given) -> Result:
    """Discharge hypotheses of the first theorem by the conclusions of the others."""
    main, *lemmas = given
    settled = {p.conclusion for p in lemmas}
    return (main.hypotheses - settled) | Given(lemmas).hypotheses, main.conclusion


@rule
def implies_intro(given: Given, hypothesis: Term) -> Result:
    """From Γ, A ⊢ B conclude Γ ⊢ A ⇒ B; A may be a conjunction whose parts are the hypotheses."""
    (proved,) = given
    parts = {hypothesis, *(hypothesis.args if hypothesis.op == "and" else ())}
    return proved.hypotheses - parts, fn("implies", hypothesis, proved.conclusion)


@rule
def modus_ponens(given: Given) -> Result:
    """From A ⇒ B and A conclude B."""
    implication, known = given.conclusions
    refuse_if(implication.op != "implies" or implication.args[0] is not known, "modus ponens needs A ⇒ B and A")
    return implication.args[1]


@rule
def conjunction(given: Given) -> Result:
    """From A, B, … conclude A and B and …"""
    return fn("and", *given.conclusions)


@rule
def part(given: Given, index: int) -> Result:
    """From a conjunction conclude one part."""
    (whole,) = given.conclusions
    refuse_if(whole.op != "and" or index < 0, "a part is taken of a conjunction")
    return whole.args[index]


@rule
def equivalence(given: Given) -> Result:
    """From A ⇒ B and B ⇒ A conclude A ⇔ B."""
    there, back = given.conclusions
    if there.op != "implies" or back.op != "implies" or there.args != back.args[::-1]:
        raise KernelRefusal("an equivalence needs A ⇒ B and B ⇒ A")
    return fn("iff", *there.args)


_CASES = {"+": POS, "0": NIL, "-": NEG, "0+": NONNEG, "-0": NONPOS}


def case_formula(u: Term, sign: str) -> Term:
    """The hypothesis of one case on the sign of u."""
    return {"+": lt(ZERO, u), "0": eq(u, ZERO), "-": lt(u, ZERO), "0+": le(ZERO, u), "-0": le(u, ZERO)}[sign]


@rule
def cases(given: Given, u: Term, signs: tuple[str, ...]) -> Result:
    """One conclusion under cases on the sign of u that leave out none but what the facts exclude."""
    branches, facts = given[: len(signs)], Given(given[len(signs) :])
    covered, hypotheses = 0, facts.hypotheses
    for sign, branch in zip(signs, branches, strict=True):
        covered |= _CASES[sign]
        hypotheses |= branch.hypotheses - {case_formula(u, sign)}
    refuse_if(len({b.conclusion for b in branches}) != 1, "every case must reach the same conclusion")
    field = facts.field()
    field.require_defined(u)
    field.require(u, covered, f"cases {', '.join(signs)} leave some sign out")
    return hypotheses, branches[0].conclusion


@rule
def induction(given: Given, variable: Term, least: Term, formula: Term) -> Result:
    """φ(k) and φ(T) ⇒ φ(T+1) for T ≥ k give φ(T) for every T ≥ k; nothing else may vary with T."""
    base, step = given
    if not is_depth(variable) or least.sort != "nat" or variable in least.free:
        raise KernelRefusal("induction runs over a natural variable from a natural number")
    if base.conclusion is not substitute(formula, {variable: least}):
        raise KernelRefusal("the base of an induction is the statement at the least depth")
    if step.conclusion is not substitute(formula, {variable: add(variable, ONE)}):
        raise KernelRefusal("the step of an induction is the statement at T + 1")
    bound = le(least, variable)
    kept = base.hypotheses | (step.hypotheses - {formula, bound})
    if any(variable in h.free for h in kept):
        raise KernelRefusal("a hypothesis of the induction varies with the depth; only the statement itself may")
    return (kept if least is ZERO else kept | {bound}), formula


def is_depth(t: Term) -> bool:
    """Whether a term is a natural variable that is no coordinate."""
    return t.op == "var" and t.sort == "nat" and t.shape is None


@rule
def witness(given: Given, formula: Term, value: Term) -> Result:
    """From φ(t) and the conditions at t conclude ∃x φ(x)."""
    refuse_if(formula.op != "exists", "a witness proves an existence statement")
    variable, *wanted = formula.args
    if given.conclusions[: len(wanted)] != [substitute(need, {variable: value}) for need in wanted]:
        raise KernelRefusal("the witness must satisfy the statement and its conditions")
    given.field(len(wanted)).require_defined(value)
    return formula


@rule
def always_intro(given: Given, formula: Term) -> Result:
    """φ(t) for a t that no hypothesis mentions but t ≥ 1 gives φ at every step."""
    (proved,) = given
    variable, body = formula.args
    rest = proved.hypotheses - {le(ONE, variable)}
    if formula.op != "always" or proved.conclusion is not body or any(variable in h.free for h in rest):
        raise KernelRefusal("a statement about every step is proved at an arbitrary one")
    return rest, formula


@rule
def always_at(given: Given, step: Term) -> Result:
    """φ at every step gives φ(k) for a k that is at least 1."""
    known = given.conclusions[0]
    refuse_if(known.op != "always" or step.sort != "nat", "only a statement about every step can be read at one step")
    given.field(1).require(sub(step, ONE), NONNEG, "steps count from 1")
    variable, body = known.args
    return substitute(body, {variable: step})


@rule
def deny(given: Given, formula: Term) -> Result:
    """A formula fails where a contrary relation between its two sides holds, or what contradicts its parts.

    A ⇒ B fails where A holds and B fails; A and B where a part fails; A ⇔ B where one side alone holds.
    """
    found, parts = given.conclusions, formula.args
    fails = [fn("not", p) for p in parts if p.sort == "prop"]
    match formula.op:
        case "implies":
            contrary = found == [parts[0], fails[1]]
        case "iff":
            contrary = found in ([parts[0], fails[1]], [parts[1], fails[0]])
        case "and":
            contrary = len(found) == 1 and found[0] in fails
        case op:
            (known,) = found
            mask = RELATIONS[known.op] if known.args == parts else times(NEG, RELATIONS[known.op])
            contrary = known.args in (parts, parts[::-1]) and not mask & RELATIONS[op]
    refuse_if(not contrary, "this does not contradict the statement")
    return fn("not", formula)
