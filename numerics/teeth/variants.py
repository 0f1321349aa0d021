"""False variants of a statement: small changes, each of which makes it say more, or something else.

A change is made on the kernel's terms, at one place. Nothing here knows whether a variant is false: a
bound may have slack, a hypothesis may not be needed. That is found out in `trial`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from numerics.teeth.sides import EPSILONS, moved, rewritten, shifted
from theory.kernel.gate import Goal
from theory.kernel.terms import Term, fn, le, make, rat
from theory.typeset import text

KINDS = ("bound", "exponent", "flip", "hypothesis", "factor", "summand", "extremum", "equality", "limit", "refuted")
"""What can be changed; `refuted` is a refuted claim as it stands, which is false without any change."""

LIMIT = "a finite point breaks no limit"
SHARPNESS = "points test the bound of an extremum and not its sharpness"
LAWS = "every law that an instance can name and that meets the rest, finite or normal, is such a law"
EXISTENCE = "no point shows that something does not exist"


@dataclass(frozen=True)
class Variant:
    """A statement with one change.

    `beyond` says why no point can break it, and is empty where one might. `exclusive` tells that it
    cannot be true beside the statement that it is made from, and `strict` that it is false only where
    two sides are equal. `dropped` is the hypothesis that is missing. Where `no_stronger` holds, the
    variant follows from the statement and is no variant. `swap` are a part of a side and what it became.
    """

    kind: str
    change: str
    goal: Goal
    beyond: str = ""
    exclusive: bool = False
    strict: bool = False
    dropped: Term | None = None
    no_stronger: Goal | None = None
    swap: tuple[Term, Term] | None = None


@dataclass(frozen=True)
class _Change:
    kind: str
    change: str
    formula: Term
    beyond: str = ""
    exclusive: bool = False
    strict: bool = False
    dropped: Term | None = None
    no_stronger: Term | None = None
    swap: tuple[Term, Term] | None = None

    def told(self) -> dict[str, Any]:
        """What a variant says of itself in the words of its change."""
        names = ("kind", "change", "beyond", "exclusive", "strict", "dropped", "swap")
        return {name: getattr(self, name) for name in names}

    def inside(self, wrap: Callable[[Term], Term], around: Callable[[Term], Term]) -> _Change:
        """The change of a part as a change of the whole; `around` puts a condition of the part into its context."""
        condition = None if self.no_stronger is None else around(self.no_stronger)
        return replace(self, formula=wrap(self.formula), no_stronger=condition)


def variants_of(goal: Goal) -> list[Variant]:
    """Every variant of a statement, each once; none says the same as the statement."""
    found: dict[Goal, Variant] = {}
    for change in _changed(goal.conclusion, goal.hypotheses):
        made = Goal(goal.hypotheses, change.formula)
        condition = None if change.no_stronger is None else Goal(goal.hypotheses, change.no_stronger)
        found.setdefault(made, Variant(no_stronger=condition, goal=made, **change.told()))
    beyond = _beyond(goal.conclusion)
    for k, hypothesis in enumerate(goal.hypotheses):
        if not _is_index_bound(hypothesis):
            made = Goal((*goal.hypotheses[:k], *goal.hypotheses[k + 1 :]), goal.conclusion)
            said = f"without the hypothesis {text(hypothesis)}"
            aside = LAWS if hypothesis.op == "lawful" and _is_met_by_all(hypothesis, made.hypotheses) else beyond
            found.setdefault(made, Variant("hypothesis", said, made, aside, dropped=hypothesis))
    found.pop(goal, None)
    return list(found.values())


def _is_index_bound(hypothesis: Term) -> bool:
    """A coordinate counts from 1: that is what it is, not what is assumed of it."""
    return hypothesis.op == "le" and hypothesis.args[1].op == "var" and hypothesis.args[1].shape is not None


def _is_met_by_all(lawful: Term, rest: tuple[Term, ...]) -> bool:
    """Whether all laws that can be named are of a kind: they have all moments, and the one without atoms is the normal law."""
    return isinstance(lawful.data, int) or any(
        h.op == "lawful" and h.args == lawful.args and h.data == "without atoms" for h in rest
    )


def _beyond(formula: Term) -> str:
    """Why no point breaks a formula, where that is so."""
    match formula.op, formula.args:
        case "implies", (_, concluded):
            return _beyond(concluded)
        case "and", parts:
            reasons = list(map(_beyond, parts))
            return reasons[0] if reasons and all(reasons) else ""
        case "tends", _:
            return LIMIT
        case "exists", _:
            return EXISTENCE
        case _:
            return ""


def _changed(formula: Term, known: tuple[Term, ...]) -> Iterator[_Change]:
    match formula.op, formula.args:
        case "and", parts:
            for k, part in enumerate(parts):
                for change in _changed(part, known):
                    yield change.inside(_in_place(formula, k), lambda condition: condition)
        case "implies", (assumed, concluded):
            yield from _antecedents_dropped(assumed, concluded)
            listed = assumed.args if assumed.op == "and" else (assumed,)
            for change in _changed(concluded, (*known, *listed)):
                yield change.inside(*(_in_place(formula, 1),) * 2)
        case "always", _:
            for change in _changed(formula.args[1], known):
                yield change.inside(*(_in_place(formula, 1),) * 2)
        case "iff", sides:
            for k, side in enumerate(sides):
                for change in _changed(side, known):
                    if change.kind in ("bound", "equality"):
                        yield replace(change.inside(_in_place(formula, k), lambda c: c), exclusive=False, no_stronger=None)
        case (("le" | "lt"), _):
            yield from _inequality(formula, known)
        case (("eq" | "meq"), _):
            yield from _equality(formula)
        case "mle", (a, b):
            yield _Change("flip", "≤ becomes ≥", make("mle", (b, a)))
            yield from _entrywise(formula)
        case "slopes_within", (f, bound):
            for lower in moved(bound, -1, known):
                yield _Change("bound", _becomes(bound, lower), make("slopes_within", (f, lower)))
        case "extremum", _:
            yield from _extremum(formula, known)
        case "tends", (x, body, limit, point):
            for other in shifted(limit):
                said = _becomes(limit, other)
                yield _Change("limit", said, make("tends", (x, body, other, point), formula.data), LIMIT, exclusive=True)
        case "exists", (x, body, *conditions):
            for change in _changed(body, known):
                if change.kind == "equality" or (change.kind == "flip" and body.op in ("le", "lt")):
                    made = fn("exists", x, change.formula, *conditions)
                    yield replace(change, formula=made, beyond=EXISTENCE, exclusive=False)
        case _:
            return


def _in_place(formula: Term, k: int) -> Callable[[Term], Term]:
    def put(part: Term) -> Term:
        return make(formula.op, (*formula.args[:k], part, *formula.args[k + 1 :]), formula.data)

    return put


def _becomes(old: Term, new: Term) -> str:
    return f"{text(old)} becomes {text(new)}"


def _antecedents_dropped(assumed: Term, concluded: Term) -> Iterator[_Change]:
    listed = assumed.args if assumed.op == "and" else (assumed,)
    for k, dropped in enumerate(listed):
        rest = (*listed[:k], *listed[k + 1 :])
        formula = make("implies", (rest[0] if len(rest) == 1 else make("and", rest), concluded)) if rest else concluded
        yield _Change("hypothesis", f"without the assumption {text(dropped)}", formula, _beyond(concluded), dropped=dropped)


def _inequality(formula: Term, known: tuple[Term, ...]) -> Iterator[_Change]:
    op, (a, b) = formula.op, formula.args
    sign = "<" if op == "lt" else "≤"
    yield _Change("flip", f"{sign} becomes {'>' if op == 'lt' else '≥'}", make(op, (b, a)), exclusive=op == "lt")
    # The side that is a number is the bound; where neither is, the right one.
    if a.free or not b.free:
        yield from (_Change("bound", _becomes(b, lower), make(op, (a, lower))) for lower in moved(b, -1, known))
    else:
        yield from (_Change("bound", _becomes(a, higher), make(op, (higher, b))) for higher in moved(a, 1, known))
    for kind, said, other, swap in rewritten(a, b):
        yield _Change(kind, f"on the left {said}", make(op, (other, b)), no_stronger=le(other, a), swap=swap)
    for kind, said, other, swap in rewritten(b, a):
        yield _Change(kind, f"on the right {said}", make(op, (a, other)), no_stronger=le(b, other), swap=swap)


def _entrywise(formula: Term) -> Iterator[_Change]:
    a, b = formula.args
    for size in EPSILONS:
        # Both sides are compared entry by entry, and the larger one bounds an absolute value.
        if a.op == "mabs":
            less = make("mscale", (rat(1 - size), b))
            yield _Change("bound", _becomes(b, less), make("mle", (a, less)))
    for k, side in enumerate((a, b)):
        for kind, said, other, swap in rewritten(side, formula.args[1 - k]):
            condition = make("mle", (other, a)) if k == 0 else make("mle", (b, other))
            where = ("left", "right")[k]
            yield _Change(kind, f"on the {where} {said}", _in_place(formula, k)(other), no_stronger=condition, swap=swap)


def _equality(formula: Term) -> Iterator[_Change]:
    a, b = formula.args
    if formula.op == "eq":
        yield _Change("flip", "= becomes <", make("lt", (a, b)), exclusive=True, strict=True)
        for other in shifted(b):
            yield _Change("equality", _becomes(b, other), make("eq", (a, other)), exclusive=not b.free and not other.free)
    else:
        for size in EPSILONS:
            other = make("mscale", (rat(1 + size), b))
            yield _Change("equality", _becomes(b, other), make("meq", (a, other)))
    for k, side in enumerate((a, b)):
        for kind, said, other, swap in rewritten(side, formula.args[1 - k]):
            yield _Change(kind, f"on the {('left', 'right')[k]} {said}", _in_place(formula, k)(other), swap=swap)


def _extremum(formula: Term, known: tuple[Term, ...]) -> Iterator[_Change]:
    x, body, value, *conditions = formula.args
    upper, attained = formula.data
    sharper, looser = (-1, 1) if upper else (1, -1)

    def variant(other: Term, is_upper: bool, is_attained: bool, given: list[Term]) -> Term:
        return make("extremum", (x, body, other, *given), (is_upper, is_attained))

    for other in moved(value, sharper, known):
        yield _Change("bound", _becomes(value, other), variant(other, upper, attained, conditions), exclusive=True)
    for other in moved(value, looser, known):
        made = variant(other, upper, attained, conditions)
        yield _Change("extremum", _becomes(value, other), made, SHARPNESS, exclusive=True)
    names = ("inf", "sup") if upper else ("sup", "inf")
    yield _Change("extremum", f"{names[1]} becomes {names[0]}", variant(value, not upper, attained, conditions))
    said = "attained becomes approached" if attained else "approached becomes attained"
    beyond = "" if attained else SHARPNESS
    yield _Change("extremum", said, variant(value, upper, not attained, conditions), beyond, exclusive=True, strict=attained)
    for k, dropped in enumerate(conditions):
        made = variant(value, upper, attained, [*conditions[:k], *conditions[k + 1 :]])
        yield _Change("hypothesis", f"without the condition {text(dropped)}", made, dropped=dropped)
