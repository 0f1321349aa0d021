"""How the other rules are told: logic, induction, limits, extrema, refutations, slopes."""

from __future__ import annotations

from theory.kernel import exact
from theory.kernel.fractions import as_fraction
from theory.kernel.logic import case_formula
from theory.kernel.replacing import walk
from theory.kernel.terms import ONE, Term, literal, make, sub
from theory.kernel.theorem import Derivation
from theory.language.errors import KernelRefusal
from theory.typeset.blocks import Block, Part, Piece, Pieces, Say
from theory.typeset.compound import compound_of
from theory.typeset.links import SIGNS
from theory.typeset.relations import bare_limit, told_together
from theory.typeset.story import Story, by, tells
from theory.typeset.unfolding import plain_form

# --- logic ------------------------------------------------------------------------------------------------


@tells("conjunction")
def _conjunction(story: Story, node: Derivation, last: bool) -> list[Block]:
    told = [(story.said(p), story.tell(p, last=last)) for p in node.premises]
    if not any(isinstance(block, Part) for _, blocks in told for block in blocks):
        return [block for _, blocks in told for block in blocks]
    # Cases do not show at a glance what they are cases of.
    openings = ["We first show", *["Next we show"] * (len(told) - 2), "It remains to show"]
    return [
        block
        for opening, (formula, blocks) in zip(openings, told, strict=True)
        if blocks
        for block in (Say((opening, formula, ".")), *blocks)
    ]


@tells("implies_intro")
def _implies(story: Story, node: Derivation, last: bool) -> list[Block]:
    supposed = node.parameters[0]
    parts = supposed.args if supposed.op == "and" else (supposed,)
    story.supposed += parts
    told = story.tell(node.premises[0], last=last)
    del story.supposed[len(story.supposed) - len(parts) :]
    return [Say(("Suppose", supposed, ".")), *told]


@tells("equivalence")
def _equivalence(story: Story, node: Derivation, last: bool) -> list[Block]:
    # Each direction is an implication; what it supposes is said by the heading.
    directions = [tuple(story.aside(p.premises[0] if p.rule == "implies_intro" else p)) for p in node.premises]
    left, right = story.said(node).args
    return [Part(("If", left), directions[0]), Part(("Conversely, if", right), directions[1])]


@tells("cases")
def _cases(story: Story, node: Derivation, last: bool) -> list[Block]:
    group = compound_of(node)
    if group is not None:
        return told_together(story, node, group)
    before, _ = story.grounds(story.needed(node)[len(node.parameters[1]) :])
    return [*before, *_branches(story, node, ())]


def _branches(story: Story, node: Derivation, above: Pieces) -> list[Part]:
    """The cases of a distinction; where a further one changes nothing it is not made, and like cases are told once."""
    u, signs = node.parameters
    found: list[Part] = []
    for sign, branch in zip(signs, node.premises, strict=False):
        heading = (*above, *(("and",) if above else ()), case_formula(u, sign))
        if branch.rule == "cases":
            inner = _branches(story, branch, heading)
            alike = {b.blocks for b in inner}
            found += [Part(("If", *heading), alike.pop())] if len(alike) == 1 else inner
        else:
            told = story.aside(branch) or [Say(("This is what was to be shown.",))]  # the case is the conclusion
            found.append(Part(("If", *heading), tuple(told)))
    if above or len({b.blocks for b in found}) > 1:
        return found
    first, *others = (b.heading for b in found)
    alike = tuple(piece for other in others for piece in (", and likewise if", *other[1:]))
    return [Part((*first, *alike), found[0].blocks)]


@tells("induction")
def _induction(story: Story, node: Derivation, last: bool) -> list[Block]:
    variable, least, formula = node.parameters
    base, step = node.premises
    start = story.aside(base)
    parts = formula.args if formula.op == "and" else ()
    story.induction += [formula, *parts]
    onward = story.aside(step)
    del story.induction[-1 - len(parts) :]
    after = make("add", (variable, ONE))
    return [
        Say(("We use induction on", variable, ".") if last else ("We show", formula, "by induction on", variable, ".")),
        Part(("For", make("eq", (variable, least))), tuple(start)),
        Part(("From", variable, "to", after), tuple(onward)),
    ]


@tells("witness")
def _witness(story: Story, node: Derivation, last: bool) -> list[Block]:
    formula, value = node.parameters
    count = len(formula.args) - 1
    before, _ = story.grounds(story.needed(node)[count:])
    shown = [b for p in node.premises[:count] for b in story.tell(p, last=True)]
    return [*before, Say(("Take", make("eq", (formula.args[0], value)), ".")), *shown]


# --- limits and extrema -------------------------------------------------------------------------------------


@tells("limit_squeezed")
def _squeezed(story: Story, node: Derivation, last: bool) -> list[Block]:
    vanishing, bound = node.premises
    facts: list[Derivation] = []
    if bound.rule == "order" and bound.parameters[3] is sub(story.said(bound).args[1], sub(*node.parameters)):
        # f ≤ g was shown, and |f − L| is f − L
        (bound, *_), facts = bound.premises, [p for p in story.needed(bound) if p is not bound.premises[0]]
    source = story.source(bound)
    near = _near(story, bound, node.premises[0])
    if source:
        told: list[Block] = [Say((*by(source), bare_limit(story.said(bound)), *(("for", *near) if near else ()), "."))]
    else:
        told = _where(near, story.tell(bound))
    before, _ = story.grounds(facts)
    return [*before, *told, *_limit_of_bound(story, vanishing), Say(("By squeezing,", story.said(node), "."))]


@tells("limit_of_geometric")
def _geometric(story: Story, node: Derivation, last: bool) -> list[Block]:
    return _limit_of_bound(story, node)


def _limit_of_bound(story: Story, node: Derivation) -> list[Block]:
    """Why the bound of a squeeze tends to 0, in one sentence."""
    formula, inner = story.said(node), _origin(node)
    if inner.rule == "limit_of_geometric":
        before, why = story.grounds(story.needed(inner))
        small = make("lt", (inner.parameters[0], ONE))
        return [*before, Say(("Since", small, *(("by", *why) if why else ()), ",", formula, "."))]
    return [Say((*(by(story.source(node) or ()) or ("Moreover,",)), formula, "."))]


def _origin(limit: Derivation) -> Derivation:
    """The limit that was scaled and rewritten to give this one."""
    while limit.rule in ("limit_scaled", "limit_of_equal"):
        limit = limit.premises[0]
    return limit


@tells("limit_of_equal")
def _equal_near(story: Story, node: Derivation, last: bool) -> list[Block]:
    known, same = node.premises
    close = _where(_near(story, same, known), story.tell(same, last=True))
    tending = _limit_of_bound(story, known) if _origin(known).rule == "limit_of_geometric" else []
    return [*close, *tending, Say((*(by(story.source(known) or ()) or ("Hence",)), story.said(node), "."))]


def _near(story: Story, node: Derivation, limit: Derivation) -> Pieces:
    """For which values near a limit point a step says what it says: t ≥ 1, h > 0."""
    variable = story.said(limit).args[0]
    found = sorted((h for h in story.assumed(node) if variable in h.free), key=repr)
    return tuple(piece for k, h in enumerate(found) for piece in (("and", h) if k else (h,)))


def _where(near: Pieces, told: list[Block]) -> list[Block]:
    match told:
        case [Say((*said, "."))] if near:
            return [Say((*said, "for", *near, "."))]
        case _:
            return [Part(("For", *near), tuple(told))] if near and told else told


@tells("limit_of_constant")
def _constant(story: Story, node: Derivation, last: bool) -> list[Block]:
    return [Say(("The function is constant, so", story.said(node), "."))]


@tells("limit_denied")
def _denied(story: Story, node: Derivation, last: bool) -> list[Block]:
    stays = node.premises[0]
    before, why = story.grounds([stays])
    known, (variable, _, limit, *_) = story.said(stays), story.said(node).args[0].args
    if known.op == "tends":
        return [*before, Say((*by(why), known, ". The limit, if there is one, is the same, so it is not", limit, "."))]
    return [*before, Say((*(by(why) or ("So",)), known, "for every", variable, ", and the limit is not", limit, "."))]


@tells("extremum")
def _extremum(story: Story, node: Derivation, last: bool) -> list[Block]:
    formula = story.said(node)
    x = formula.args[0]
    upper, attained = formula.data
    bound, second, *_ = node.premises
    source = story.source(bound)
    conditions = formula.args[3:]
    where = () if not conditions else conditions if len(conditions) == 1 else (make("and", conditions),)
    told = _where(where, [Say((*by(source), story.said(bound), "."))] if source else story.tell(bound))
    if not attained:
        why = story.source(second) or ()
        what = "supremum" if upper else "infimum"
        return [*told, Say(("The", what, "is approached:", *(("by", *why, ",") if why else ()), story.said(second), "."))]
    point = node.parameters[1]
    return [*told, Say(("The value is attained at", make("eq", (x, point)), ":")), *story.tell(second, last=True)]


# --- refutations ----------------------------------------------------------------------------------------------

_CONTRARY = {"le": "lt", "lt": "le", "eq": "ne", "meq": "meq"}


@tells("decided")
def _decided(story: Story, node: Derivation, last: bool) -> list[Block]:
    formula = story.said(node)
    inner = formula.args[0] if formula.op == "not" else formula
    values = [v for v in map(_valued, _networks_in(inner) or (inner.args if inner.op in SIGNS else ())) if v is not None]
    shown: list[Piece] = []
    for k, value in enumerate(values):
        shown += ["and" if k == len(values) - 1 else ",", value] if k else ["Here", value]
    stated = _contrary(inner) if formula.op == "not" else formula
    joined: Pieces = (*shown, ", so") if shown else ("By exact arithmetic,",)
    return [Say((*joined, stated, "."))]


def _contrary(formula: Term) -> Term:
    if formula.op in ("le", "lt"):
        a, b = formula.args
        return make(_CONTRARY[formula.op], (b, a))
    return make("ne", formula.args) if formula.op == "eq" else make("not", (formula,))


def _networks_in(formula: Term) -> list[Term]:
    found = [t for t in walk(formula) if t.op in ("jac", "state", "pre", "masks") and not t.free]
    return sorted(found, key=repr)


def _valued(t: Term) -> Term | None:
    """t = its exact value, where that is a number or a matrix of numbers and is not there to be seen."""
    try:
        if t.sort == "mat":
            rows = tuple(tuple(map(as_fraction, row)) for row in exact.matrix(t).tolist())
            return make("meq", (t, literal(rows))) if t.op != "mlit" else None
        value = plain_form(t)
    except KernelRefusal:
        return None
    return make("eq", (t, value)) if value is not None and value.op == "rat" and value is not t else None


@tells("deny")
def _deny(story: Story, node: Derivation, last: bool) -> list[Block]:
    if node.parameters[0].op in SIGNS:
        before, why = story.grounds(node.premises)
        return [*before, Say((*by(why), story.said(node), "."))]
    if node.parameters[0].op != "implies":
        return [b for p in node.premises for b in story.tell(p, last=last)]
    hypothesis, failure = node.premises
    return [Say(("The hypothesis holds:", story.said(hypothesis), ".")), *story.tell(failure, last=last)]


# --- slopes and domination --------------------------------------------------------------------------------------


@tells("slopes_from_derivative", "slopes_nonnegative")
def _slopes(story: Story, node: Derivation, last: bool) -> list[Block]:
    before, why = story.grounds(node.premises)
    known = story.said(node.premises[0])
    return [*before, Say((*by(why), known, "off the kinks; a slope at a kink lies between the one-sided derivatives."))]


@tells("domination_step")
def _domination(story: Story, node: Derivation, last: bool) -> list[Block]:
    before, why = story.grounds(node.premises)
    known: Pieces = (*by(why)[:-1], "and the triangle inequality in each entry,") if why else ("By the triangle inequality,",)
    return [*before, Say((*known, story.said(node), "."))]


@tells("dominated_rewritten")
def _rewritten(story: Story, node: Derivation, last: bool) -> list[Block]:
    told = story.tell(node.premises[0])
    return [*told, Say(("That is," if told else "Clearly,", story.said(node), "."))]


@tells("identity_dominated")
def _identity_dominated(story: Story, node: Derivation, last: bool) -> list[Block]:
    return []
