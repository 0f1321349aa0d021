"""From a proof kind to a derivation: the untrusted search.

`prove(kind, formula, context)` returns a theorem whose conclusion is the formula. One function per
kind; connectives are taken apart here, once, for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from itertools import pairwise
from typing import Any, cast

from theory.kernel.certified import subject
from theory.kernel.enclosure import Certificate
from theory.kernel.logic import case_formula
from theory.kernel.replacing import fresh, substitute
from theory.kernel.terms import ONE, ZERO, Term, add, fn, le, lt, make, mul, power, rat, sub
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal, ProofFailure
from theory.tactics import kinds
from theory.tactics.comparing import kept_in_order, linked
from theory.tactics.context import Context, by_sign, established, find
from theory.tactics.extrema import Unsettled, supremum
from theory.tactics.moments import computed
from theory.tactics.norms import prove_norm_bound


def prove(kind: Any, formula: Term, context: Context) -> Theorem:
    """A theorem with this conclusion; `ProofFailure` or `KernelRefusal` where none is found."""
    if isinstance(kind, kinds.Parts):
        return _parts(kind, formula, context)
    if formula.op == "implies" and not _about_monotonicity(kind, formula):
        hypothesis, conclusion = formula.args
        inner = context.assuming(*(hypothesis.args if hypothesis.op == "and" else (hypothesis,)))
        return infer("implies_intro", [hypothesis], [prove(kind, conclusion, inner)])
    if formula.op == "and" and not isinstance(kind, kinds.Induction):
        return infer("conjunction", [], [prove(kind, part, context) for part in formula.args])
    if formula.op == "always":
        variable, body = formula.args
        return infer("always_intro", [formula], [prove(kind, body, context.assuming(le(ONE, variable)))])
    return attempt(kind, formula, context)


def _about_monotonicity(kind: Any, formula: Term) -> bool:
    hypothesis, conclusion = formula.args
    return isinstance(kind, kinds.Sign) and kind.squeeze is None and hypothesis.op == "lt" and conclusion.op == "lt"


def _parts(kind: kinds.Parts, formula: Term, context: Context) -> Theorem:
    if formula.op == "implies":
        hypothesis, conclusion = formula.args
        inner = context.assuming(*(hypothesis.args if hypothesis.op == "and" else (hypothesis,)))
        return infer("implies_intro", [hypothesis], [_parts(kind, conclusion, inner)])
    if formula.op not in ("and", "iff") or len(kind.proofs) != len(formula.args):
        raise ProofFailure(
            f"Parts gives one proof for each of {len(formula.args)} parts of an `and` or `iff`, not {len(kind.proofs)}"
        )
    if formula.op == "and":
        return infer("conjunction", [], [prove(p, part, context) for p, part in zip(kind.proofs, formula.args, strict=True)])
    left, right = formula.args
    there = prove(kind.proofs[0], make("implies", (left, right)), context)
    back = prove(kind.proofs[1], make("implies", (right, left)), context)
    return infer("equivalence", [], [there, back])


def using(context: Context, hints: Iterable[Any]) -> Context:
    """With the lemmas and intermediate statements that `by` lists at hand."""
    for hint in hints:
        if isinstance(hint, kinds.Have):
            context = context.knowing(prove(hint.proof, context.read_statement(hint.statement), context))
        else:
            context = context.with_lemma(hint)
    return context


@singledispatch
def attempt(kind: Any, formula: Term, context: Context) -> Theorem:
    """One kind on one formula."""
    raise ProofFailure(f"{type(kind).__name__} is not a proof kind; use one of those in theory.tactics")


@attempt.register
def _(kind: kinds.Calc, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    for fact in context.facts:
        if fact.conclusion is formula:
            return fact
    if formula.op not in ("eq", "meq"):
        return by_sign(context.with_slopes_of(formula), formula)
    if not kind.through:
        return by_sign(context, formula)
    stations = [formula.args[0], *map(context.read, kind.through), formula.args[1]]
    links = [infer("identity", pair, context.facts) for pair in pairwise(stations)]
    if formula.op == "meq":
        return infer("identity", formula.args, [*context.facts, *links])
    return infer("chain", [], links)


@attempt.register
def _(kind: kinds.Nonneg, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    if formula.op not in ("le", "lt", "eq", "ne"):
        raise ProofFailure("Nonneg proves a relation between two numbers; this statement is none")
    a, b = formula.args
    if kind.square is not None:
        difference = mul(context.read(kind.times), power(context.read(kind.square), 2))
    elif kind.difference is not None:
        difference = context.read(kind.difference)
    else:
        difference = sub(b, a)
    if kind.root:
        if a.op != "abs":
            raise ProofFailure("Nonneg(root=True) proves |t| ≤ c; write the left side as Abs(…)")
        return _absolute_bound(a.args[0], b, difference, context)
    return infer("order", [formula.op, a, b, difference], context.facts)


def _absolute_bound(t: Term, c: Term, difference: Term, context: Context) -> Theorem:
    """|t| ≤ c from a decomposition of c² − t²: c − |t| is that over c + |t|, unless c and t are 0."""
    size = fn("abs", t)
    together = add(c, size)

    def shown(gap: Term, known: Context) -> Theorem:
        return infer("order", ["le", size, c, gap], known.facts)

    try:
        return shown(mul(difference, power(together, -1)), context)
    except KernelRefusal:
        apart = shown(mul(difference, power(together, -1)), context.assuming(case_formula(together, "+")))
        nothing = shown(sub(mul(rat(2), c), together), context.assuming(case_formula(together, "0")))
        return infer("cases", [together, ("+", "0")], [apart, nothing, *context.facts])


def _vanishing(t: Term, exponent: int, factor: Term, context: Context) -> Theorem:
    """t = 0 where t^k · u is known to be 0 and u is not: were t not 0, it would be the one over the other."""
    zero = mul(power(t, exponent), factor)
    quotient = mul(rat(-1), zero, power(factor, -1), power(t, 1 - exponent))
    branches: list[Theorem] = []
    for sign in "+0-":
        known = context.assuming(case_formula(t, sign))
        branches.append(known.facts[-1] if sign == "0" else infer("order", ["eq", t, ZERO, quotient], known.facts))
    return infer("cases", [t, tuple("+0-")], [*branches, *context.facts])


def _cancelled(relation: Theorem, left: Term, right: Term, context: Context) -> Theorem:
    """a R b from e^a R e^b, by the logarithm of both sides."""
    logs = infer("apply_monotone", ["log"], [relation, *context.facts])
    first, last = logs.conclusion.args
    ends = [infer("identity", pair, context.facts) for pair in ((left, first), (last, right))]
    return infer("chain", [], [ends[0], logs, ends[1]])


@attempt.register
def _(kind: kinds.Cases, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    on = cast(list[Any], kind.on if isinstance(kind.on, list) else [kind.on])
    u = context.read(on[0])
    proofs = cast(tuple[Any, ...], kind.then if isinstance(kind.then, tuple) else (kind.then,) * len(kind.signs))
    branches: list[Theorem] = []
    for sign, proof in zip(kind.signs, proofs, strict=True):
        inner = context.assuming(case_formula(u, sign))
        if len(on) > 1:
            branches.append(attempt(kinds.Cases(on[1:], kind.then, kind.signs), formula, inner))
        else:
            branches.append(prove(proof or kinds.Calc(), formula, inner))
    return infer("cases", [u, tuple(kind.signs)], [*branches, *context.facts])


@attempt.register
def _(kind: kinds.Sign, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    if formula.op == "implies":
        return _monotone(formula, context)
    if formula.op != "tends":
        raise ProofFailure("Sign proves monotonicity, stated as implies(x < y, f(x) < f(y)), or a limit")
    x, body, limit, point = formula.args
    where, side = formula.data
    if kind.equals is not None:
        other = context.read(kind.equals)
        near = context.assuming(*_nearby(x, point, where, side))
        same = prove(kind.bound or kinds.Calc(), make("eq", (body, other)), near)
        known = _known_limit(other, x, where, point, side, context)
        return infer("limit_of_equal", [], [known, same])
    if kind.squeeze is None:
        return _known_limit(body, x, where, point, side, context)
    g = context.read(kind.squeeze)
    vanishing = _known_limit(g, x, where, point, side, context)
    near = context.assuming(*_nearby(x, point, where, side))
    two_sided = fn("abs", sub(body, limit))
    try:
        bound = prove(kind.bound or kinds.Calc(), le(two_sided, g), near)
    except (KernelRefusal, ProofFailure):
        below = prove(kind.bound or kinds.Calc(), le(body, g), near)
        bound = infer("order", ["le", two_sided, g, sub(g, sub(body, limit))], [below, *near.facts])
    return infer("limit_squeezed", [body, limit], [vanishing, bound])


def _nearby(x: Term, point: Term, where: str, side: str) -> list[Term]:
    if where == "oo":
        return [le(ONE if x.sort == "nat" else ZERO, x)]
    if where == "-oo":
        return [le(x, ZERO)]
    return {"+": [lt(point, x)], "-": [lt(x, point)], "": [make("ne", (x, point))]}[side]


def _known_limit(g: Term, x: Term, where: str, point: Term, side: str, context: Context) -> Theorem:
    """The limit of a bound: a constant, e^{cx}, q^T, a multiple of one of these, or a fact."""
    for fact in context.facts:
        known = fact.conclusion
        if known.op == "tends" and known.args[:2] == (x, g) and known.args[3] is point and known.data == (where, side):
            return fact
    if x not in g.free:
        return infer("limit_of_constant", [x, g, where, point, side], context.facts)
    if g.op == "exp":
        return infer("limit_of_exponential", [x, g.args[0], where])
    if g.op == "pow" and g.args[1] is x:
        return infer("limit_of_geometric", [g.args[0], x], context.facts)
    if g.op == "mul":
        constants = [f for f in g.args if x not in f.free]
        moving = [f for f in g.args if x in f.free]
        if len(moving) == 1 and constants:
            c = mul(*constants)
            scaled = infer("limit_scaled", [c], [_known_limit(moving[0], x, where, point, side, context), *context.facts])
            same = infer("identity", [g, mul(c, moving[0])], context.facts)
            return infer("limit_of_equal", [], [scaled, same])
    raise ProofFailure("the bound of a squeeze is a constant, an exponential e^(c·x), a power q^T or a multiple of one")


def _monotone(formula: Term, context: Context) -> Theorem:
    before, after = formula.args
    u, v = before.args
    left, right = after.args
    direction = 1 if substitute(left, {u: v}) is right else -1
    t = left if direction > 0 else right
    if u.op != "var" or v.op != "var" or substitute(t, {u: v}) is not (right if direction > 0 else left):
        raise ProofFailure("monotonicity is stated as implies(x < y, f(x) < f(y)) with variables x and y")
    x = fresh(u, context_variables(context) | t.free | {u, v})
    facts: list[Theorem] = []
    for fact in context.facts:
        moved = fact.conclusion
        bounds = [h for h in fact.hypotheses if h.free & {u, v}]
        plain = all(h.op in ("le", "lt") and (u in h.args or v in h.args) for h in bounds)
        if u in moved.free and plain and not (bounds and v in moved.free):
            # Bounds of both points hold at every point between them, and so does what follows from them.
            facts.append(infer("instantiate", [((u, x), (v, x)), ()], [fact]))
        elif not moved.free & {u, v}:
            facts.append(fact)
    proved = infer("monotone_by_derivative", [substitute(t, {u: x}), x, u, v, direction], facts)
    return infer("implies_intro", [before], [proved])


def context_variables(context: Context) -> frozenset[Term]:
    """Every variable that the facts mention."""
    return frozenset[Term]().union(
        *(f.conclusion.free for f in context.facts), *(h.free for f in context.facts for h in f.hypotheses)
    )


@attempt.register
def _(kind: kinds.Chain, formula: Term, context: Context) -> Theorem:
    return prove_norm_bound(formula, using(context, kind.by), [context.read(t) for t in kind.through])


@attempt.register
def _(kind: kinds.Induction, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    depth = context.read(kind.on)
    least = context.read(kind.least)
    varying = [f for f in context.facts if any(depth in h.free for h in f.hypotheses)]
    fixed = Context(context.reader, context.prover, tuple(f for f in context.facts if f not in varying))
    default = kinds.Chain() if formula.op in ("le", "mle") else kinds.Calc()
    base = prove(kind.base or default, substitute(formula, {depth: least}), fixed)
    known = fixed.assuming(formula) if least is ZERO else fixed.assuming(formula, le(least, depth))
    if formula.op == "and":
        known = known.knowing(
            *(infer("part", [k], [known.facts[-1 if least is ZERO else -2]]) for k in range(len(formula.args)))
        )
    for fact in fixed.facts:
        if fact.conclusion.op == "always":
            known = known.knowing(infer("always_at", [add(depth, ONE)], [fact]))
    step = prove(kind.step or default, substitute(formula, {depth: add(depth, ONE)}), known)
    proved = infer("induction", [depth, least, formula], [base, step])
    return context.discharged(proved)


@attempt.register
def _(kind: kinds.Inverse, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    if kind.vanish is not None:
        factor = context.read(kind.vanish)
        context = context.knowing(_vanishing(factor, kind.power, context.read(kind.times), context))
    if kind.cancel is not None:
        left, right = (context.read(e) for e in kind.cancel)
        relation = by_sign(context, make(formula.op, (fn("exp", left), fn("exp", right))))
        context = context.knowing(_cancelled(relation, left, right, context))
    return by_sign(context, formula)


@attempt.register
def _(kind: kinds.Monotone, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    low, high = (context.read(side) for side in kind.sides)
    simpler = by_sign(context, make(formula.op, (low, high)))
    applied = infer("apply_monotone", [kind.function], [simpler, *context.facts])
    return applied if applied.conclusion is formula else by_sign(context.knowing(applied), formula)


@attempt.register
def _(kind: kinds.Moments, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    wanted = [*map(context.read, kind.also), formula]
    kept = [m for hint in kind.below for m in kept_in_order(_pointwise(hint, context), wanted, context)]
    wanted += [m.conclusion for m in kept]
    found = computed(wanted, context, map(context.read, kind.cuts)).knowing(*kept)
    if kind.difference is not None:
        return infer("order", [formula.op, *formula.args, context.read(kind.difference)], found.facts)
    known = next((f for f in found.facts if f.conclusion is formula), None)
    return known or linked(formula, kept, found) or by_sign(found, formula)


def _pointwise(hint: Any, context: Context) -> Theorem:
    """A relation that holds for all draws. It stays out of the context: the draws are bound in what that speaks of."""
    if isinstance(hint, kinds.Have):
        return prove(hint.proof, context.read_statement(hint.statement), context)
    return context.lemma(hint)


@attempt.register
def _(kind: kinds.Enclosure, formula: Term, context: Context) -> Theorem:
    return infer("certified", [formula, _certificate(formula, kind.digits)])


@attempt.register
def _(kind: kinds.Sturm, formula: Term, context: Context) -> Theorem:
    found = _certificate(formula, 30)
    if not found.polynomial and found.closed is None and found.lower != found.upper:
        raise ProofFailure("Sturm needs the exact value of the extremum, and none was found; try Enclosure")
    return infer("certified", [formula, found])


def _certificate(formula: Term, digits: int) -> Certificate:
    """A certificate of the extremum that the formula is about."""
    variables = formula.args[:1] if formula.op == "extremum" else sorted(formula.free, key=repr)
    if len(variables) != 1 or formula.op not in ("le", "lt", "extremum"):
        raise ProofFailure("Sturm and Enclosure prove ≤, < or an extremum of a function of one variable")
    f, sign, _ = subject(formula, variables[0])
    try:
        return supremum(f, variables[0], 0, sign, digits)
    except Unsettled as reason:
        raise ProofFailure(f"the extremum is not settled: {reason}") from reason


def _extremum_parts(formula: Term) -> tuple[Term, Term, Term, list[Term], bool]:
    if formula.op != "extremum":
        raise ProofFailure("Attained and Approached prove a supremum or an infimum")
    x, body, value, *conditions = formula.args
    return x, body, value, conditions, bool(formula.data[0])


@attempt.register
def _(kind: kinds.Attained, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    x, body, value, conditions, upper = _extremum_parts(formula)
    bound = prove(kind.bound, le(body, value) if upper else le(value, body), context.assuming(*conditions))
    point = context.read(kind.at)
    reached = by_sign(context, make("eq", (substitute(body, {x: point}), value)))
    met = [established(context, substitute(c, {x: point})) for c in conditions]
    return infer("extremum", [formula, point], [bound, reached, *met])


@attempt.register
def _(kind: kinds.Approached, formula: Term, context: Context) -> Theorem:
    x, body, value, conditions, upper = _extremum_parts(formula)
    bound = prove(kind.bound, lt(body, value) if upper else lt(value, body), context.assuming(*conditions))
    wide = using(context, [kind.limit])
    near = find(wide, lambda f: f.op == "tends" and f.args[:3] == (x, body, value), "the limit that approaches the extremum")
    return infer("extremum", [formula], [bound, near])


@attempt.register
def _(kind: kinds.Witness, formula: Term, context: Context) -> Theorem:
    context = using(context, kind.by)
    if formula.op != "exists":
        raise ProofFailure("Witness proves an existence statement")
    x, *parts = formula.args
    value = context.read(kind.value)
    proved = [prove(kind.proof or kinds.Calc(), substitute(parts[0], {x: value}), context)]
    proved += [prove(kind.conditions or kinds.Calc(), substitute(c, {x: value}), context) for c in parts[1:]]
    return infer("witness", [formula, value], [*proved, *context.facts])


@attempt.register
def _(kind: kinds.SlopesFrom, formula: Term, context: Context) -> Theorem:
    lemma = context.lemma(kind.lemma)
    if formula.op == "slopes_within":
        return infer("slopes_from_derivative", [], [lemma])
    if formula.op == "le" and formula.args[1].op == "slope":
        return infer("slopes_nonnegative", [formula.args[1].args[1]], [lemma])
    raise ProofFailure("SlopesFrom proves a bound on the slopes of a named activation")
