"""A goal as the attack sees it: leading quantifiers opened, so that what they bind is drawn like any variable.

"σ' has supremum 1/4" becomes "σ'(x) ≤ 1/4 for every x"; "at every step t" becomes "t ≥ 1 implies".
What this weakens is said in `notes`: points can break a bound, and never a limit or the sharpness of a bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from theory.kernel.gate import Goal
from theory.kernel.replacing import fresh, substitute
from theory.kernel.terms import ONE, Term, add, fn, make, neg, var


@dataclass(frozen=True)
class Target:
    """What an attack aims at: `hypotheses ⊢ conclusion`, and the variables that quantifiers bound before."""

    hypotheses: tuple[Term, ...]
    conclusion: Term
    opened: frozenset[Term]
    notes: tuple[str, ...]

    @property
    def goal(self) -> Goal:
        """The opened statement as a goal, whose variables and widths are what is drawn."""
        return Goal(self.hypotheses, self.conclusion)

    @property
    def facts(self) -> tuple[Term, ...]:
        """Everything that an instance has to satisfy for the conclusion to say something about it."""
        return (*_flat(self.hypotheses), *_assumed(self.conclusion))


def opened(goal: Goal) -> Target:
    """Open the quantifiers that stand where the goal is affirmed."""
    work = _Opening(frozenset(goal.variables))
    conclusion = work.affirmed(goal.conclusion)
    return Target(goal.hypotheses, conclusion, frozenset(work.bound), tuple(dict.fromkeys(work.notes)))


class _Opening:
    def __init__(self, taken: frozenset[Term]) -> None:
        self.taken, self.bound, self.notes = taken, list[Term](), list[str]()

    def _name(self, bound: Term) -> Term:
        named = fresh(bound, self.taken)
        self.taken |= {named}
        self.bound.append(named)
        return named

    def affirmed(self, formula: Term) -> Term:
        match formula.op, formula.args:
            case "and", parts:
                return make("and", tuple(map(self.affirmed, parts)))
            case "implies", (assumed, concluded):
                return make("implies", (assumed, self.affirmed(concluded)))
            case "always", (t, body):
                step = self._name(t)
                return make("implies", (fn("le", ONE, step), self.affirmed(substitute(body, {t: step}))))
            case "extremum", (x, body, value, *conditions):
                upper, attained = formula.data
                point = self._name(x)
                inner, *given = (substitute(part, {x: point}) for part in (body, *conditions))
                # A bound that is approached and not attained is a strict one.
                relation = fn("le" if attained else "lt", *((inner, value) if upper else (value, inner)))
                self.notes.append("of the extremum, points test the bound and not its sharpness")
                return make("implies", (make("and", tuple(given)), relation)) if given else relation
            case "slopes_within", (f, bound):
                point = self._name(var("x"))
                slope = fn("slope", f, point)
                return make("and", (fn("le", slope, bound), fn("le", neg(slope), bound)))
            case _:
                return formula


def _flat(formulas: tuple[Term, ...]) -> list[Term]:
    found: list[Term] = []
    for formula in formulas:
        found += _flat(formula.args) if formula.op == "and" else [formula]
    return found


def _assumed(conclusion: Term) -> list[Term]:
    if conclusion.op == "implies":
        return [*_flat(conclusion.args[:1]), *_assumed(conclusion.args[1])]
    return []


def parts_of(target: Target) -> list[Target]:
    """One target for each conjunct of the conclusion, whose assumptions bind it alone."""
    return [replace(target, conclusion=part) for part in _conjuncts(target.conclusion)]


def _conjuncts(formula: Term) -> list[Term]:
    match formula.op, formula.args:
        case "and", parts:
            return [conjunct for part in parts for conjunct in _conjuncts(part)] or [formula]
        case "implies", (assumed, concluded):
            return [make("implies", (assumed, conjunct)) for conjunct in _conjuncts(concluded)]
        case _:
            return [formula]


def limits_in(formula: Term) -> list[Term]:
    """The limits that the formula affirms, each of which no finite depth can break."""
    match formula.op, formula.args:
        case "tends", _:
            return [formula]
        case "and", parts:
            return [limit for part in parts for limit in limits_in(part)]
        case "implies", (_, concluded):
            return limits_in(concluded)
        case _:
            return []


def distance_to_limit(limit: Term, value: Term) -> Term:
    """|expr − limit| with the variable of the limit replaced."""
    x, body, goal, _ = limit.args
    at = substitute(body, {x: value})
    return fn("abs", add(at, neg(goal)))
