"""Norms that grow along an orbit: where every step multiplies a start h by c > 0, ‖J_T‖ ≥ c^T.

Without drive the states of such a network are c^t h, so J_T h = c^T h by induction, and c^T ‖h‖ ≤ ‖J_T‖ ‖h‖.
"""

from __future__ import annotations

from theory.kernel.replacing import substitute
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, mul, power, sub, var
from theory.kernel.theorem import Theorem, infer


def along_orbit(net: Term, start: Term, factor: Term, depth: Term) -> Theorem:
    """c^T ≤ ‖J_T‖ of a network without drive whose steps multiply its start by the factor."""
    jacobian, there = fn("jac", net, depth), fn("mscale", power(factor, depth), start)
    along = eq(fn("state", net, depth), there)
    states = _by_induction(along, depth, _step(along, depth, infer("assume", [along])))
    moved = eq(fn("mmul", jacobian, start), there)
    return _stretched(jacobian, _by_induction(moved, depth, _step(moved, depth, infer("assume", [moved]), states)))


def along_eigenvector(weight: Term, start: Term, factor: Term, depth: Term) -> Theorem:
    """c^T ≤ ‖W^T‖ for W h = c h."""
    matrix, there = fn("mpow", weight, depth), fn("mscale", power(factor, depth), start)
    moved = eq(fn("mmul", matrix, start), there)
    # With an unknown X for W^T, since the normal form of W·W^T is a power of its own.
    unknown = var("X", "mat", weight.shape)
    given = infer("assume", [eq(fn("mmul", unknown, start), there)])
    next_there = substitute(there, {depth: add(depth, ONE)})
    once = infer("identity", [fn("mmul", weight, unknown, start), next_there], [given])
    after = infer("instantiate", [((unknown, matrix),), ()], [once])
    return _stretched(matrix, _by_induction(moved, depth, _step(moved, depth, after)))


def _stretched(matrix: Term, moved: Theorem) -> Theorem:
    """c ≤ ‖A‖ from A h = c h."""
    grown, start = moved.conclusion.args[1].args
    bound = infer("norm_of_product", ["norm", matrix, start])
    size = infer("norm_of_multiple", ["norm", grown, start])
    gap = mul(sub(*bound.conclusion.args[::-1]), power(fn("norm", start), -1))
    return infer("order", ["le", grown, fn("norm", matrix), gap], [bound, moved, size])


def _step(formula: Term, depth: Term, *facts: Theorem) -> Theorem:
    return infer("identity", substitute(formula, {depth: add(depth, ONE)}).args, facts)


def _by_induction(formula: Term, depth: Term, step: Theorem) -> Theorem:
    base = infer("identity", substitute(formula, {depth: ZERO}).args)
    return infer("induction", [depth, ZERO, formula], [base, step])
