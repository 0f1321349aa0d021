"""Chains of norm inequalities: the bound of a product from the bounds of its factors, link by link."""

from __future__ import annotations

from theory.kernel.field import Field
from theory.kernel.terms import ZERO, Term, add, le, make, mul, sub
from theory.kernel.theorem import Theorem, infer
from theory.kernel.words import canonical
from theory.language.errors import KernelRefusal, ProofFailure
from theory.tactics.context import Context, by_sign

_NORMS = ("norm", "frobenius", "rowsum", "maxentry")
_KEPT = ("norm", "frobenius")  # by orthogonal factors


def prove_norm_bound(formula: Term, context: Context, through: list[Term]) -> Theorem:
    """le(norm(A), c) (or an equality or strict bound) by unfolding A and bounding it factor by factor."""
    if formula.op == "mle":
        return _dominated(formula, context)
    if formula.op not in ("le", "lt", "eq"):
        raise ProofFailure("Chain proves a bound of a norm, an equality of norms or an entrywise bound")
    left, right = formula.args
    if formula.op == "eq" and left.op not in _NORMS:
        return by_sign(context, formula)
    links: list[Theorem] = []
    here = left
    for station in [*through, right]:
        links.append(_link(here, station, context, grouped=here in through))
        here = station
    found = infer("chain", [], links)
    if (found.conclusion.op, formula.op) == ("eq", "le"):
        found = infer("chain", [], [found, infer("order", ["le", right, right, sub(right, right)], context.facts)])
    if found.conclusion is not formula:
        raise ProofFailure(f"the chain proves {found.conclusion.op} where {formula.op} is claimed")
    return found


def _link(left: Term, right: Term, context: Context, *, grouped: bool = False) -> Theorem:
    """One inequality: by signs, or by bounding the norms on the left first, as they are grouped if asked."""
    for relation in ("eq", "le"):
        try:
            return by_sign(context, make(relation, (left, right)))
        except KernelRefusal:
            continue
    for fact in context.facts if left.op in _NORMS else ():
        known = fact.conclusion
        if (
            known.op == "mle"
            and known.args[0].op == "mabs"
            and right is make(left.op, known.args[1:])
            and known.args[0].args == left.args
        ):
            return infer("norm_dominated", [left.op], [fact])
    if grouped and left.op in _NORMS:
        bound = _structural(left.op, left.args[0], context, grouped=True)
        return infer("chain", [], [bound, _closing(context.knowing(bound), bound.conclusion.args[1], right)])
    known = context
    for norm in _norms_in(left):
        bound = bounded(norm.op, norm.args[0], known)
        known = known.knowing(bound)
    if left.op in _NORMS:
        bound = bounded(left.op, left.args[0], context)
        last = bound.conclusion.args[1]
        if last is right:
            return bound
        return infer("chain", [], [bound, _closing(known, last, right)])
    return by_sign(known, le(left, right))


def _closing(context: Context, left: Term, right: Term) -> Theorem:
    try:
        return infer("identity", [left, right], context.facts)
    except KernelRefusal:
        return by_sign(context, le(left, right))


def _norms_in(t: Term) -> list[Term]:
    if t.op in _NORMS:
        return [t]
    return [n for a in t.args if a.sort in ("real", "nat") for n in _norms_in(a)]


def bounded(kind: str, m: Term, context: Context, *, grouped: bool = False) -> Theorem:
    """‖m‖ ≤ an expression in norms of its factors, from the facts and the rules for norms.

    A grouped product stays as it is written: its factors are not multiplied out, and a factor that
    is itself a product is one unit.
    """
    if grouped:
        return _structural(kind, m, context, grouped=True)
    facts = [f.conclusion for f in context.facts]
    plain = canonical(Field(facts), m)
    if plain is m:
        return _structural(kind, m, context)
    rewritten = infer("identity", [make(kind, (m,)), make(kind, (plain,))], context.facts)
    return infer("chain", [], [rewritten, _structural(kind, plain, context)])


def _structural(kind: str, m: Term, context: Context, *, grouped: bool = False) -> Theorem:
    norm = make(kind, (m,))
    for fact in context.facts:
        known = fact.conclusion
        if known.op in ("le", "lt", "eq") and _same(known.args[0], norm, context):
            if known.args[0] is norm:
                return fact
            return infer("chain", [], [infer("identity", [norm, known.args[0]], context.facts), fact])
    for fact in context.facts:
        known = fact.conclusion
        if known.op == "mle" and known.args[0].op == "mabs" and _same(make(kind, known.args[0].args), norm, context):
            dominated = infer("norm_dominated", [kind], [fact])
            links = [dominated, bounded(kind, known.args[1], context)]
            if known.args[0].args[0] is not m:
                links.insert(0, infer("identity", [norm, make(kind, known.args[0].args)], context.facts))
            return infer("chain", [], links)
    match m.op, m.args:
        case "mmul", (first, *rest) if kind in _KEPT and (known := _orthogonal(first, context)) is not None:
            return _turned(kind, first, rest[0] if len(rest) == 1 else make("mmul", tuple(rest)), m, known, context)
        case "mmul", (first, *rest):
            return _product(kind, first, rest[0] if len(rest) == 1 else make("mmul", tuple(rest)), m, context, grouped)
        case "madd", (first, *rest):
            other = rest[0] if len(rest) == 1 else make("madd", tuple(rest))
            together = make("madd", (first, other))
            split = infer("norm_of_sum", [kind, first, other], context.facts)
            a, b = bounded(kind, first, context, grouped=grouped), bounded(kind, other, context, grouped=grouped)
            x, y = (t.conclusion for t in (a, b))
            gap = add(sub(x.args[1], x.args[0]), sub(y.args[1], y.args[0]))
            step = infer("order", ["le", add(x.args[0], y.args[0]), add(x.args[1], y.args[1]), gap], [a, b, *context.facts])
            links = [split, step]
            if together is not m:
                links.insert(0, infer("identity", [norm, make(kind, (together,))], context.facts))
            return infer("chain", [], links)
        case "mscale", (c, inner):
            pulled = _pulled_out(kind, c, inner, context)
            b = bounded(kind, inner, context, grouped=grouped)
            low, high = b.conclusion.args
            size = pulled.conclusion.args[1].args[0]
            relation = b.conclusion.op if b.conclusion.op == "eq" else "le"
            step = infer("order", [relation, mul(size, low), mul(size, high), mul(size, sub(high, low))], [b, *context.facts])
            return infer("chain", [], [pulled, step])
        case "diag", (column,) if column.op == "slopes":
            for fact in context.facts:
                if fact.conclusion.op == "slopes_within" and fact.conclusion.args[0] is column.args[0]:
                    return infer("norm_of_slopes", [kind, column.args[1]], [fact])
        case "ident", _ if kind != "frobenius":
            return infer("norm_of_identity", [kind, m.data])
        case "apply", (f, column):
            for fact in context.facts:
                known = fact.conclusion
                if (
                    known.op == "le"
                    and known.args[0].op == "abs"
                    and known.args[0].args[0].op == "app"
                    and known.args[0].args[0].args[0] is f
                ):
                    shrunk = infer("norm_of_activation", [kind, column], [fact])
                    return infer("chain", [], [shrunk, bounded(kind, column, context)])
        case "var", _ if kind == "norm" and _orthogonal(m, context) is not None:
            known = _orthogonal(m, context)
            if known is not None:
                one = make("ident", data=m.shape[0] if m.shape else 1)
                product = make("mmul", (m, one))
                same = infer("identity", [norm, make(kind, (product,))])
                kept = infer("norm_invariant", [kind, m, one], [known])
                return infer("chain", [], [same, kept, infer("norm_of_identity", [kind, one.data])])
        case _:
            pass
    return infer("identity", [norm, norm], context.facts)


def _same(a: Term, b: Term, context: Context) -> bool:
    if a is b:
        return True
    if a.op != b.op or a.op not in _NORMS:
        return False

    field = Field(f.conclusion for f in context.facts)
    try:
        return canonical(field, a.args[0]) is canonical(field, b.args[0])
    except KernelRefusal:
        return False


def _pulled_out(kind: str, c: Term, inner: Term, context: Context) -> Theorem:
    """‖c A‖ = |c| ‖A‖, or c ‖A‖ where c is known not to be negative."""
    pulled = infer("norm_of_multiple", [kind, c, inner], context.facts)
    size = pulled.conclusion.args[1]
    try:
        return infer("chain", [], [pulled, infer("identity", [size, mul(c, size.args[1])], context.facts)])
    except KernelRefusal:
        return pulled


def _product(kind: str, first: Term, other: Term, m: Term, context: Context, grouped: bool) -> Theorem:
    together = make("mmul", (first, other))
    norm = make(kind, (m,))
    links: list[Theorem] = []
    if together is not m:
        links.append(infer("identity", [norm, make(kind, (together,))], context.facts))
    links.append(infer("norm_of_product", [kind, first, other], context.facts))
    a = _unit(kind, first, context) if grouped else bounded(kind, first, context)
    last = len(m.args) == 2  # else `other` is the rest of the product, not a factor
    b = (
        (_unit(kind, other, context) if last else _structural(kind, other, context, grouped=True))
        if grouped
        else bounded(kind, other, context)
    )
    (low, high), (low2, high2) = a.conclusion.args, b.conclusion.args
    # ab ≤ a'b' because a'b' − ab = (a' − a) b' + a (b' − b), each factor known not to be negative.
    gap = add(mul(sub(high, low), high2), mul(low, sub(high2, low2)))
    if (low, low2) != (high, high2):
        nonneg = infer("order", ["le", ZERO, high2, add(low2, sub(high2, low2))], [b, *context.facts])
        links.append(infer("order", ["le", mul(low, low2), mul(high, high2), gap], [a, b, nonneg, *context.facts]))
    return infer("chain", [], links)


def _turned(kind: str, first: Term, other: Term, m: Term, orthogonal: Theorem, context: Context) -> Theorem:
    """‖Q A‖ = ‖A‖ for an orthogonal Q, then the bound of A."""
    links = [infer("norm_invariant", [kind, first, other], [orthogonal]), bounded(kind, other, context)]
    together = make("mmul", (first, other))
    if together is not m:
        links.insert(0, infer("identity", [make(kind, (m,)), make(kind, (together,))], context.facts))
    return infer("chain", [], links)


def _unit(kind: str, m: Term, context: Context) -> Theorem:
    """The bound of one factor of a grouped product: by a fact if it is itself a product."""
    if m.op != "mmul":
        return _structural(kind, m, context, grouped=True)
    norm = make(kind, (m,))
    for fact in context.facts:
        if fact.conclusion.op in ("le", "lt", "eq") and _same(fact.conclusion.args[0], norm, context):
            return infer("chain", [], [infer("identity", [norm, fact.conclusion.args[0]], context.facts), fact])
    return infer("identity", [norm, norm], context.facts)


def _orthogonal(m: Term, context: Context) -> Theorem | None:
    product = make("mmul", (make("tr", (m,)), m))
    for fact in context.facts:
        if fact.conclusion.op == "meq" and fact.conclusion.args[0] is product and fact.conclusion.args[1].op == "ident":
            return fact
    return None


def _dominated(formula: Term, context: Context) -> Theorem:
    """|A| ≤ B for A = D M A' from |A'| ≤ B' among the facts, or for A = I."""
    left, right = formula.args
    if left.op != "mabs":
        raise ProofFailure("an entrywise bound is proved of |A|; write AbsMatrix on the left")
    facts = [f.conclusion for f in context.facts]
    inner = canonical(Field(facts), left.args[0])
    if inner.op == "ident":
        return infer("dominated_rewritten", [left.args[0], right], [infer("identity_dominated", [inner.data]), *context.facts])
    if inner.op == "mmul" and inner.args[0].op == "diag":
        slopes, *rest = inner.args
        below = next((f for f in context.facts if f.conclusion.op == "mle"), None)
        within = next((f for f in context.facts if f.conclusion.op == "slopes_within"), None)
        if below is not None and within is not None and len(rest) >= 1:
            weight = rest[0] if len(rest) == 2 else make("mmul", tuple(rest[:-1]))
            step = infer("domination_step", [slopes.args[0].args[1], weight], [within, below])
            return infer("dominated_rewritten", [left.args[0], right], [step, *context.facts])
    raise ProofFailure("an entrywise bound needs the bound one step before and a bound on the slopes among its facts")
