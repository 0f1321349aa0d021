"""Refutations: an exact instance, and the negation proved there."""

from __future__ import annotations

from theory.kernel.exact import holds
from theory.kernel.gate import Goal, Instance
from theory.kernel.terms import ZERO, Term, fn, literal, lt, make, power, rat, sequence_literal, sub
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal, ProofFailure
from theory.tactics import kinds
from theory.tactics.context import Context, by_sign, value_of, values_of
from theory.tactics.orbits import along_eigenvector, along_orbit
from theory.tactics.prove import using


def refute(kind: kinds.Refute, goal: Goal, context: Context) -> tuple[Theorem, Instance]:
    """The denied statement at the witness, with the witness."""
    values, dims = values_of(goal, kind.at, context)
    if isinstance(kind.by, kinds.GrowingOrbit):
        for variable in goal.variables:
            if variable in values or variable.sort not in ("mat", "seq"):
                continue
            width = len(kind.by.h)
            if variable.sort == "seq":
                values[variable] = sequence_literal((), width, 1 if variable.shape and variable.shape[1] == 1 else width)
            elif variable.shape and variable.shape[1] == 1:
                values[variable] = value_of(variable, kind.by.h, dims, context)
    instance = Instance(values, dims)
    depths = [v for v in goal.variables if v not in values]
    if depths:
        raise ProofFailure(f"the witness gives no value to {', '.join(str(v.data) for v in depths)}; name one for each in `at`")
    return denied(instance.of(goal.conclusion), kind, context), instance


def denied(formula: Term, kind: kinds.Refute, context: Context) -> Theorem:
    """¬formula for a closed formula."""
    if formula.op == "tends":
        return _limit_denied(formula, kind, context)
    if holds(make("not", (formula,))) is True:
        return infer("decided", [make("not", (formula,))])
    if formula.op == "implies":
        given, conclusion = formula.args
        return infer("deny", [formula], [infer("decided", [given]), denied(conclusion, kind, context)])
    if formula.op == "and":
        for part in formula.args:
            try:
                return infer("deny", [formula], [denied(part, kind, context)])
            except (KernelRefusal, ProofFailure):
                continue
    if formula.op == "iff":
        left, right = formula.args
        for here, other in ((left, right), (right, left)):
            if holds(here) is True:
                return infer("deny", [formula], [infer("decided", [here]), denied(other, kind, context)])
    raise ProofFailure("exact arithmetic does not deny the statement at this witness; look for another one")


def _limit_denied(formula: Term, kind: kinds.Refute, context: Context) -> Theorem:
    x, body, limit, _ = formula.args
    if isinstance(kind.by, kinds.GrowingOrbit):
        grows = _growth(body, x, kind.by, context)
        # Below, the orbit's norm is at least factor^T; with factor ≥ 1 that never falls under 1.
        factor = grows.conclusion.args[0].args[0]
        low = _at_least_one(factor, x)
        stays = infer("chain", [], [low, grows])
        return infer("limit_denied", [formula], [stays, infer("decided", [lt(limit, rat(1))])])
    wide = using(context, [kind.by] if kind.by is not None else [])
    for fact in wide.facts:
        if fact.conclusion.op == "tends" and fact.conclusion.args[:2] == (x, body):
            apart = by_sign(context, make("ne", (fact.conclusion.args[2], limit)))
            return infer("limit_denied", [formula], [fact, apart])
        if fact.conclusion.op in ("le", "lt") and fact.conclusion.args[1] is body and x not in fact.conclusion.args[0].free:
            return infer("limit_denied", [formula], [fact, infer("decided", [lt(limit, fact.conclusion.args[0])])])
    raise ProofFailure(
        "a limit is denied by a growing orbit, or by a lemma with another limit of the function or with a constant below it"
    )


def _at_least_one(factor: Term, depth: Term) -> Theorem:
    """1 ≤ factor^T by induction, for factor ≥ 1."""
    claim = make("le", (rat(1), power(factor, depth)))
    base = infer("order", ["le", rat(1), power(factor, ZERO), ZERO])
    known = infer("assume", [claim])
    after = power(factor, make("add", (depth, rat(1))))
    gap = make("add", (make("mul", (factor, sub(power(factor, depth), rat(1)))), sub(factor, rat(1))))
    step = infer("order", ["le", rat(1), after, gap], [known])
    return infer("induction", [depth, ZERO, claim], [base, step])


def _growth(body: Term, depth: Term, orbit: kinds.GrowingOrbit, context: Context) -> Theorem:
    if body.op != "norm":
        raise ProofFailure("a growing orbit bounds the norm of a Jacobian or of a matrix power from below")
    inner = body.args[0]
    start = literal(tuple((context.read(x).data,) for x in orbit.h))
    factor = context.read(orbit.factor)
    if inner.op == "mpow" and inner.args[1] is depth:
        return along_eigenvector(inner.args[0], start, factor, depth)
    if inner.op == "jac" and inner.args[1] is depth:
        weight, f, _, _ = inner.args[0].args
        return along_orbit(fn("net", weight, f, start, sequence_literal((), len(start.data))), start, factor, depth)
    raise ProofFailure("a growing orbit bounds the norm of a Jacobian or of a matrix power from below")
