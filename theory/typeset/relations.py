"""How identities, inequalities and chains are told: as aligned derivations."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel import exact
from theory.kernel.replacing import walk
from theory.kernel.terms import ONE, ZERO, Term, fn, make, mul, power, sub
from theory.kernel.theorem import Derivation
from theory.typeset.blocks import Block, Derive, Pieces, Ref, Row, Say
from theory.typeset.compound import Compound, compound_of, divides
from theory.typeset.links import SIGNS, Link, congruent, lifted, rows, tidied, without_ones
from theory.typeset.story import Story, by, tells
from theory.typeset.unfolding import heads, plain_form, plain_matrix

_NETWORK = frozenset({"jac", "state", "pre", "masks"})
_NORMS = frozenset({"norm", "frobenius", "rowsum", "maxentry", "radius"})
_LAWS: dict[str, str] = {
    "norm_of_product": "submultiplicativity",
    "norm_of_sum": "triangle inequality",
    "norm_of_multiple": "homogeneity",
    "norm_of_identity": "norm of I",  # with I as a formula
    "norm_invariant": "orthogonal invariance",
    "norm_dominated": "entrywise domination",
    "norm_of_activation": "no entry grows",
    "slope_within": "bound on slopes",
}


@tells("chain", "identity", *_LAWS, "norm_of_slopes")
def _chain(story: Story, node: Derivation, last: bool) -> list[Block]:
    group = compound_of(node)
    if group is not None and group.terms:
        return told_together(story, node, group)
    before, links = _links(story, node)
    shown = tidied(links, story.look)
    formula = story.said(node)
    if story.knows(formula):  # told while its grounds were
        return before
    if not shown:
        return [*before, Say((formula, "by definition."))] if last else before
    return [*before, Derive(shown[0].left, rows(shown))]


def _links(story: Story, node: Derivation) -> tuple[list[Block], list[Link]]:
    """The relation as links, and what has to be said before."""
    formula = story.said(node)
    if formula.op not in SIGNS:
        return story.tell(node), []
    a, b = formula.args
    if a is b:
        return [], []
    sign, source = SIGNS[formula.op], story.source(node)
    if source is not None:
        return [], [Link(a, sign, b, source, given=True)]
    group = compound_of(node)
    if group is not None and not group.terms:
        before, _ = story.grounds(story.needed_within(group))
        return before, [Link(a, sign, b, (group.kind,))]
    if group is not None:
        return story.tell(node), [Link(a, sign, b, given=True)]
    match node.rule:
        case "chain":
            pairs = [_links(story, p) for p in node.premises]
            return [block for before, _ in pairs for block in before], [k for _, links in pairs for k in links]
        case "order" if congruent(formula, [story.said(p) for p in node.premises]) is not None:
            return _factorwise(story, node)
        case "order":
            before, why = story.grounds(story.needed(node))
            if why or not (a.free or b.free):
                return before, [Link(a, sign, b, why, given=True)]
            return [*before, *story.tell(node)], [Link(a, sign, b, given=True)]
        case "identity":
            return _equal(story, node)
        case "norm_of_slopes":
            before, why = story.grounds(node.premises)
            return before, [Link(a, sign, b, why or ("slopes at most", b), given=True)]
        case rule if rule in _LAWS:
            before, why = story.grounds(story.needed(node))
            named = rule in ("norm_dominated", "norm_of_activation", "slope_within") and why
            law: Pieces = ("norm of", a.args[0]) if rule == "norm_of_identity" else (_LAWS[rule],)
            return before, [Link(a, sign, b, why if named else law, given=bool(named))]
        case _:
            return story.tell(node), [Link(a, sign, b, given=True)]


def _factorwise(story: Story, node: Derivation) -> tuple[list[Block], list[Link]]:
    """p·q ≤ p'·q' (or a sum) as the links for q and for p in their places: first what laws give, then what facts give."""
    a, _ = story.said(node).args
    premises = {story.said(p): p for p in node.premises}
    before: list[Block] = []
    waiting: list[list[Link]] = []
    for bound in congruent(story.said(node), premises) or ():
        told, inner = _links(story, premises[bound]) if bound is not None else ([], [])
        before += told
        waiting.append(inner)
    here = list(a.args)
    links: list[Link] = []
    for facts_too in (False, True):
        for k in (1, 0):
            while waiting[k] and (facts_too or not waiting[k][0].given):
                link = waiting[k].pop(0)
                fixed = tuple(here)

                def place(t: Term, k: int = k, fixed: tuple[Term, ...] = fixed) -> Term:
                    return make(a.op, (*fixed[:k], t, *fixed[k + 1 :]))

                links += lifted([link], place, weak=a.op == "mul")
                here[k] = link.right
    return before, links


# --- identities ----------------------------------------------------------------------------------------


def _equal(story: Story, node: Derivation) -> tuple[list[Block], list[Link]]:
    """An identity, with the form that both sides have in between where that shows something."""
    a, b = story.said(node).args
    needed = story.needed(node)
    before, why = story.grounds(needed)
    networks = any(n.op in _NETWORK for n in walk(a))
    step = _step(a) if networks else "matrix algebra"
    if a.sort == "mat":
        between = plain_matrix(a) if why else None
        if between is None or between in (a, b):
            return before, [Link(a, "=", b, why or (step,))]
        return before, [Link(a, "=", between, (step,)), Link(between, "=", b, why, given=True)]
    if a.op in _NORMS:
        return before, [Link(a, "=", b, why or ("empty sum" if _is_empty_sum(b) else step,))]
    if a is ONE and b.op == "pow" and b.args[1] is ZERO:
        return before, [Link(a, "=", b, ("empty product",))]
    if not heads(a) and not heads(b):
        return before, [Link(a, "=", b, why or ("collecting terms",))]
    first = step if networks else _unfolding(a)
    alone = (first, ",", *why) if why == ("assumption",) else why or (first,)
    between = plain_form(a, () if networks else [story.said(p) for p in needed])
    dull = between is None or story.look(between) in (story.look(a), story.look(b)) or heads(between) >= heads(a)
    if between is None or dull or not a.free:  # of a number, such as σ''(−log(2 + √3)), the form teaches nothing
        return before, [Link(a, "=", b, alone)]
    second = why or (("likewise",) if heads(b) else ("collecting terms",))
    return before, [Link(a, "=", between, (first,)), Link(between, "=", b, second)]


def _is_empty_sum(t: Term) -> bool:
    return any(n.op in ("sum", "msum") and n.args[1] is ONE and n.args[2] is ZERO for n in walk(t))


def _step(a: Term) -> str:
    """One step of a network, or where it starts."""
    return "one step" if any(n.op in _NETWORK and n.args[1].op != "rat" for n in walk(a)) else "definition"


def _unfolding(t: Term) -> str:
    return "differentiation" if any(n.op == "der" for n in walk(t)) else "definition"


# --- inequalities ---------------------------------------------------------------------------------------


@tells("order")
def _order(story: Story, node: Derivation, last: bool) -> list[Block]:
    group = compound_of(node)
    if group is not None:
        return told_together(story, node, group)
    formula = story.said(node)
    if formula.op == "ne" and not formula.free:
        return []
    if congruent(formula, [story.said(p) for p in node.premises]) is not None:
        return _chain(story, node, last)
    needed = story.needed(node)
    before, why = story.grounds(needed)
    if story.knows(formula):
        return before
    return [*before, *_difference(story, node, needed, why, last=last)]


def _difference(story: Story, node: Derivation, needed: list[Derivation], why: Pieces, *, last: bool) -> list[Block]:
    """b − a as a term whose sign is seen."""
    relation, a, b, difference = node.parameters
    formula, facts = story.said(node), [story.said(p) for p in needed]
    if relation in ("eq", "ne") or not (a.free or b.free):
        told = (a.free or b.free) or last or any(isinstance(p, Ref) for p in why)  # else numbers, seen at a glance
        opening = by(why) or (("Hence",) if any(story.source(p) is None for p in needed) else ("Clearly,",))
        return [Say((*opening, bare_limit(formula), "."))] if told else []
    left = b if a is ZERO else sub(b, _bare(a))
    direct = difference in (sub(b, a), b)
    form = plain_form(left, facts) if direct else without_ones(difference)
    # Where the term does not open up, or a claim says it already, a sentence does.
    if direct and (form is None or heads(form) >= heads(left) or any(isinstance(p, Ref) for p in why)):
        same = any(
            f.op in SIGNS and f.args[0].sort != "mat" and plain_form(sub(f.args[1], f.args[0])) is plain_form(sub(b, a))
            for f in facts
        )
        if any(story.source(p) is None for p in needed):
            return [Say(("That is," if same else "Hence", bare_limit(formula), *(("by", *why) if why else ()), "."))]
        return [Say((*(by(why) or (("That is,",) if same else ())), bare_limit(formula), "."))]
    assert form is not None
    # Of 0 it need not be said that it is at least 0.
    listed = [] if form is ZERO else [Row(_MORE[relation], ZERO, why or _visible(form))]
    if story.look(form) != story.look(left):
        listed.insert(0, Row("=", form, (_unfolding(left),) if direct else _manner(form, left)))
    derived = Derive(left, tuple(listed))
    return [derived] if last else [Say(("We have", bare_limit(formula), ", since")), derived]


_MORE = {"le": "≥", "lt": ">"}


def _bare(a: Term) -> Term:
    """|t − 0| as |t|, or as t where it is a norm."""
    if a.op == "abs" and a.args[0].op == "add" and a.args[0] is sub(a.args[0].args[0], ZERO):
        inner = a.args[0].args[0]
        return inner if inner.op in _NORMS else fn("abs", inner)
    return a


def bare_limit(formula: Term) -> Term:
    """A bound of |f − 0| as a bound of |f|, or of f where that is a norm."""
    return make(formula.op, tuple(map(_bare, formula.args))) if formula.op in ("le", "lt") else formula


def _manner(form: Term, left: Term) -> Pieces:
    """How a form that its author gave comes from the difference."""
    if any(n.op in _NETWORK for n in walk(left)):
        return (_step(left),)
    if form.op not in ("add", "mul", "pow"):
        return ("definition",)
    if form.op == "add":
        return ("regrouping",) if heads(form) <= heads(left) else ("definition",)
    return ("completing the square",) if any(map(_is_square, form.args)) or _is_square(form) else ("factoring",)


def _is_square(t: Term) -> bool:
    return t.op == "pow" and t.args[1].op == "rat" and t.args[1].data == 2 and t.args[0].op != "exp"


def _visible(form: Term) -> Pieces:
    """Why the sign of a term is seen; silent where every factor shows it."""
    return ("a square",) if _is_square(form) else ()


# --- several rules as one step ---------------------------------------------------------------------------


def told_together(story: Story, node: Derivation, group: Compound) -> list[Block]:
    """A group of rules as one step."""
    before, why = story.grounds(story.needed_within(group))
    return [*before, *_GROUPS[group.kind](story.said(node), group.terms, why)]


def _absolute_bound(formula: Term, terms: tuple[Term, ...], why: Pieces) -> list[Block]:
    t, bound, difference = terms
    form = without_ones(difference)
    derived = Derive(
        sub(power(bound, 2), power(t, 2)), (Row("=", form, _manner(form, t)), Row("≥", ZERO, why or _visible(form)))
    )
    return [derived, Say(("Hence", formula, "."))]


def _vanishing(formula: Term, terms: tuple[Term, ...], why: Pieces) -> list[Block]:
    t, exponent, factor = terms
    whole = power(t, exponent) if exponent.data > 1 else t
    product = whole if factor is ONE else mul(factor, whole)
    # That a quotient is 0 only where its numerator is needs no saying.
    apart: Pieces = () if divides(factor) else ("with", make("ne", (factor, ZERO)))
    return [Say(("Then", make("eq", (product, ZERO)), *apart, ", so", formula, "."))]


def _cancelled(formula: Term, terms: tuple[Term, ...], why: Pieces) -> list[Block]:
    relation = make(formula.op, terms)
    return [Say(("Then", relation, ", and since the exponential function is injective,", formula, "."))]


def _growing_orbit(formula: Term, terms: tuple[Term, ...], why: Pieces) -> list[Block]:
    weight, f, start, factor = terms
    pre = fn("mmul", weight, start)
    image, off = fn("apply", f, pre), all(exact.matrix(pre).entries())
    return [
        Say(("Start at", start, "without drive. Then", fn("meq", image, fn("mscale", factor, start)), ",")),
        Say(
            (
                "with no preactivation on the kink," if off else "whatever the slopes at a kink,",
                "so every step multiplies",
                start,
                "by",
                factor,
                ";",
            )
        ),
        Say(("so does the Jacobian, whence", formula, ".")),
    ]


def _eigenvector(formula: Term, terms: tuple[Term, ...], why: Pieces) -> list[Block]:
    weight, start, factor = terms
    equation = fn("meq", fn("mmul", weight, start), fn("mscale", factor, start))
    return [Say(("Since", equation, ", we have", formula, "."))]


_GROUPS: dict[str, Callable[[Term, tuple[Term, ...], Pieces], list[Block]]] = {
    "absolute bound": _absolute_bound,
    "vanishing": _vanishing,
    "cancelled": _cancelled,
    "growing orbit": _growing_orbit,
    "eigenvector": _eigenvector,
}


# --- monotone functions ------------------------------------------------------------------------------------


@tells("apply_monotone")
def _apply_monotone(story: Story, node: Derivation, last: bool) -> list[Block]:
    name = {"exp": "the exponential function", "log": "the logarithm", "root": "the square root"}[node.parameters[0]]
    simple, *facts = story.needed(node)
    before, _ = story.grounds(facts)
    told, why = story.grounds(story.needed(simple)) if simple.rule == "order" else ([], story.source(simple) or ())
    before += told
    grounds: Pieces = ("by", *why) if why and why != ("hypothesis",) else ()
    return [*before, Say(("Since", story.said(simple), *grounds, "and", name, "increases,", story.said(node), "."))]


@tells("monotone_by_derivative")
def _monotone(story: Story, node: Derivation, last: bool) -> list[Block]:
    t, x, u, _, direction = node.parameters
    needed = story.needed(node)
    before, why = story.grounds(needed)
    told: list[Block] = []
    if t.op == "app" and t.args[1] is x:
        # At u instead of a new letter: the derivative has this sign everywhere.
        slope, facts = make("der", (t.args[0], u), 1), [story.said(p) for p in needed if x not in story.said(p).free]
        form = plain_form(slope, facts)
        shown = [Row("=", form, ("differentiation",))] if form is not None else []
        told = [Derive(slope, (*shown, Row(">" if direction > 0 else "<", ZERO, why)))]
    besides = () if told or not why else (*why, ",")
    return [*before, *told, Say((*by((*besides, "the mean value theorem")), story.said(node), "."))]
