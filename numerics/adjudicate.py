"""Exact and ball arithmetic decide what one instance says about a goal.

Three values: true and false are certain, unknown is what 1,024 bits leave open. No tolerance
changes a verdict, and a comparison with a NaN ball is unknown. Balls never tell that two irrational
numbers are equal, which is where a strict inequality fails: there the kernel's normal forms are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from flint import arb, ctx, fmpq

from numerics import spectra
from numerics.balls import PRECISIONS, Number, Undefined, exact, is_zero, order, precision, to_float
from numerics.evaluate import ExactView
from numerics.goals import Target
from numerics.slope_bounds import SLOPE_BOUNDS
from theory.kernel.gate import Instance
from theory.kernel.terms import Term, rat
from theory.kernel.theorem import infer
from theory.language.errors import GradproofError

NAN = float("nan")
INFINITE = float("inf")
HORIZON = 12
"""How many steps stand for "at every step" where that is assumed; drives are zero after a few steps."""


class Outcome(StrEnum):
    """What an instance says about a goal."""

    HELD = "held"
    BROKEN = "broken"
    TOUCHING = "touching"
    """Equal, or undecided at 1,024 bits."""
    VACUOUS = "vacuous"
    """An assumption inside the statement fails, so the statement says nothing here."""
    REJECTED = "rejected"
    """A hypothesis fails or is not certified."""
    UNDEFINED = "undefined"
    LIMIT = "limit"
    """All that is affirmed is a limit, which no finite depth can break."""


@dataclass(frozen=True)
class Judgement:
    """The truth of a formula at an instance.

    `slack` is how far a true comparison is from its line, negative for a false one; `relative` the
    same as a share of the two sides. Both are floats for steering and reading, and decide nothing.
    """

    truth: bool | None
    slack: float = NAN
    relative: float = NAN
    vacuous: bool = False
    limit: bool = False
    equal: bool = False
    """True, and exactly on the line."""
    part: int = 0
    """Of a conjunction, the part of least slack."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one instance, with its slack and, where there is no value, the reason."""

    outcome: Outcome
    slack: float = NAN
    relative: float = NAN
    reason: str = ""
    settled: bool = True
    """Whether more precision could not change the outcome."""
    part: int = 0
    """Of a conjunction, the part that the instance is closest to."""


class Judge:
    """Truth of formulas at an instance, at the precision that is set."""

    def __init__(self, view: ExactView) -> None:
        self.view = view

    def of(self, formula: Term) -> Judgement:
        """The truth of a formula."""
        match formula.op, formula.args:
            case (("le" | "lt" | "eq" | "ne"), (a, b)):
                return self._comparison(formula.op, a, b)
            case (("meq" | "mle"), (a, b)):
                return self._entrywise("eq" if formula.op == "meq" else "le", a, b)
            case "and", parts:
                return _all([self.of(part) for part in parts])
            case "not", (inner,):
                found = self.of(inner)
                truth = None if found.truth is None else not found.truth
                return Judgement(truth, -found.slack, -found.relative, limit=found.limit)
            case "implies", (assumed, concluded):
                return self._implication(self.of(assumed), concluded)
            case "iff", (a, b):
                return _equivalence(self.of(a), self.of(b))
            case "structure", (m,):
                return Judgement(_has_structure(self.view.matrix(m), str(formula.data)))
            case "lawful", (law,):
                return Judgement(_is_law_of_kind(self.view.value_of(law) if law.op == "var" else law, formula.data))
            case "slopes_within", (f, bound):
                return self._slopes(self.view.activation(f), bound)
            case "always", (t, body):
                return self._at_every_step(t, body)
            case "exists", (x, body, *conditions):
                return self._existence(x, body, conditions)
            case "tends", _:
                return Judgement(None, limit=True)
            case _:
                return Judgement(None)

    def _at_every_step(self, t: Term, body: Term) -> Judgement:
        steps: list[Judgement] = []
        for step in range(1, HORIZON + 1):
            steps.append(Judge(self.view.binding(t, rat(step))).of(body))
            if steps[-1].truth is False:
                break
        return replace(_all(steps), slack=NAN, relative=NAN, part=0)

    def _comparison(self, op: str, a: Term, b: Term) -> Judgement:
        x, y = self.view.scalar(a), self.view.scalar(b)
        known = order(x, y)
        if known is None:
            known = self._norm_order(a, y)
        if known is None:
            mirrored = self._norm_order(b, x)
            known = None if mirrored is None else -mirrored
        if known is None and op in ("lt", "ne") and self._same(a, b):
            known = 0
        return _compared(op, x, y, known)

    def _norm_order(self, t: Term, bound: Number) -> int | None:
        return spectra.norm_order(self.view.matrix(t.args[0]), bound) if t.op == "norm" else None

    def _same(self, a: Term, b: Term) -> bool:
        """Whether what all precisions leave open are two ways of writing one number."""
        if ctx.prec < PRECISIONS[-1] or self.view.outcomes:
            return False
        here = Instance(self.view.values, self.view.dims)
        try:
            infer("identity", [here.of(a), here.of(b)])
        except GradproofError:
            return False
        return True

    def _entrywise(self, op: str, a: Term, b: Term) -> Judgement:
        left, right = (spectra.entries_of(self.view.matrix(m)) for m in (a, b))
        entries = [_compared(op, x, y, order(x, y)) for x, y in zip(left, right, strict=True)]
        return replace(_all(entries), part=0)  # entries are no parts of the statement

    def _implication(self, assumed: Judgement, concluded: Term) -> Judgement:
        if assumed.truth is False:
            return Judgement(True, vacuous=True)
        found = self.of(concluded)
        if assumed.truth is None and found.truth is not True:
            # Not certified: what follows can break nothing.
            return Judgement(None, found.slack, found.relative, limit=found.limit or assumed.limit)
        return found

    def _slopes(self, name: str, bound: Term) -> Judgement:
        known = SLOPE_BOUNDS.get(name)
        if known is None:
            return Judgement(None)
        limit = self.view.scalar(bound)
        return _compared("le", exact(known), limit, order(exact(known), limit))

    def _existence(self, x: Term, body: Term, conditions: list[Term]) -> Judgement:
        given = self.view.values.get(x)
        for value in (*([given] if given is not None else []), *map(rat, WITNESSES)):
            judge = Judge(self.view.binding(x, value))
            try:
                if all(judge.of(part).truth is True for part in (*conditions, body)):
                    return Judgement(True)
            except Undefined:
                continue
        return Judgement(None)


WITNESSES = (*range(-4, 13), Fraction(1, 2), Fraction(-1, 2), Fraction(1, 100), 40, -40, 1000, -1000)
"""Candidates for what a statement says to exist; finding none proves nothing."""


def _compared(op: str, x: Number, y: Number, known: int | None) -> Judgement:
    gap, scale = to_float(y - x), abs(to_float(x)) + abs(to_float(y))
    if op in ("eq", "ne"):
        gap = -abs(gap) if op == "eq" else abs(gap)
    relative = gap / scale if scale > 0 else gap
    if known is None:
        return Judgement(None, gap, relative)
    truth = {"le": known >= 0, "lt": known > 0, "eq": known == 0, "ne": known != 0}[op]
    return Judgement(truth, gap, relative, equal=truth and known == 0)


def _all(parts: list[Judgement]) -> Judgement:
    """Conjunction. Limits and vacuous parts neither break nor hold it together; all of one kind make it that kind."""
    telling = [p for p in parts if not p.vacuous and not p.limit]
    if not telling:
        return Judgement(None, limit=True) if any(p.limit for p in parts) else Judgement(True, vacuous=bool(parts))
    truths = [p.truth for p in telling]
    truth = False if False in truths else None if None in truths else True
    slack, part = min(((p.slack, k) for k, p in enumerate(parts) if p in telling and p.slack == p.slack), default=(NAN, 0))
    shares = [p.relative for p in telling if p.relative == p.relative]
    equal = truth is True and any(p.equal for p in telling)
    return Judgement(truth, slack, min(shares, default=NAN), equal=equal, part=part)


def _equivalence(a: Judgement, b: Judgement) -> Judgement:
    if a.truth is None or b.truth is None:
        return Judgement(None, limit=a.limit or b.limit)
    # A false equivalence is found where a side is near its line and the other is not.
    far = max(abs(a.slack), abs(b.slack))
    slack = far if a.truth == b.truth else -far
    return Judgement(a.truth == b.truth, slack, slack)


def _is_law_of_kind(law: Term, kind: str | int) -> bool:
    if law.op == "gaussian" or isinstance(kind, int):
        return True
    weights = dict(law.data)
    if kind == "symmetric":
        return all(weights.get(-x) == w for x, w in weights.items())
    return kind == "without atom at zero" and 0 not in weights


def _has_structure(m: spectra.Matrix, name: str) -> bool | None:
    rows = spectra.rows_of(m)
    off = [is_zero(x) for i, row in enumerate(rows) for j, x in enumerate(row) if i != j]
    if not all(off):
        return None if any(isinstance(x, arb) for row in rows for x in row) else False
    positive = all(order(fmpq(0), rows[i][i]) == 1 for i in range(len(rows)))
    return positive if name == "positive diagonal" else True


# --- one instance ----------------------------------------------------------------------------------


def examine(target: Target, instance: Instance) -> Finding:
    """What one exact instance says: hypotheses first, then the conclusion, at growing precision."""
    finding = Finding(Outcome.TOUCHING)
    for bits in PRECISIONS:
        with precision(bits):
            try:
                finding = _examined(target, instance)
            except Undefined as reason:
                return Finding(Outcome.UNDEFINED, reason=str(reason))
        if finding.settled:
            return finding
    return finding


def _examined(target: Target, instance: Instance) -> Finding:
    left = ExactView(instance.values, instance.dims, side=-1)
    finding = _from_one_side(target, left)
    if not left.kinked:
        return finding
    # On a kink any slope between the one-sided ones is a slope: only what fails with both has failed.
    other = _from_one_side(target, ExactView(instance.values, instance.dims, side=1))
    if finding.outcome is other.outcome:
        return finding
    if Outcome.REJECTED in (finding.outcome, other.outcome):
        return Finding(Outcome.REJECTED, reason="a hypothesis fails for one of the slopes at a kink")
    slack, relative = min(finding.slack, other.slack), min(finding.relative, other.relative)
    return Finding(Outcome.TOUCHING, slack, relative, settled=finding.settled and other.settled)


def _from_one_side(target: Target, view: ExactView) -> Finding:
    judge = Judge(view)
    undecided = False
    for hypothesis in target.hypotheses:
        truth = judge.of(hypothesis).truth
        if truth is False:
            return Finding(Outcome.REJECTED, reason="a hypothesis fails")
        undecided |= truth is None
    found = judge.of(target.conclusion)
    slack, relative = found.slack, found.relative
    if undecided:
        return Finding(Outcome.TOUCHING, reason="a hypothesis is not certified", settled=False)
    if found.limit:
        return Finding(Outcome.LIMIT)
    if found.vacuous:
        return Finding(Outcome.VACUOUS)
    if found.truth is False:
        return Finding(Outcome.BROKEN, slack, relative)
    if found.truth is None:
        return Finding(Outcome.TOUCHING, slack, relative, settled=False, part=found.part)
    return Finding(Outcome.TOUCHING if found.equal else Outcome.HELD, slack, relative, part=found.part)
