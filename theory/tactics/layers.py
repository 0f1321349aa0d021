"""Expectations over layers of drawn matrices: a new layer stretches every column alike, so its gain is a factor by itself."""

from __future__ import annotations

from collections.abc import Sequence

from theory.kernel.field import Field
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.replacing import mapped, substitute, walk
from theory.kernel.terms import ONE, Term, fn, mul, power, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.tactics.context import Context
from theory.tactics.integrals import X


def layered(context: Context, draws: Term, body: Term) -> Theorem | None:
    """E ‖z_{k+1}·v‖^p = E ‖v‖^p·‖z_{k+1}·u‖^p, or of logarithms the sum of two, for a u that a fact says to have length 1."""
    plain = Field().plain_whole(body)
    if draws not in plain.free:
        return _unrolled(draws, body, plain, [], context.facts) if body.op == "log" else None
    new = next((node for node in walk(plain) if _is_layer(node, draws)), None)
    if new is None:
        return None
    drawn, column = new.args[0], new.args[1] if len(new.args) == 2 else fn("mmul", *new.args[1:])
    unit = next((u for u in _units(context) if u.shape == column.shape and draws not in u.free), None)
    if unit is None:
        return None
    image, through, known = var("y'", "mat", new.shape), fn("mmul", drawn, unit), context.facts
    function = mapped(plain, lambda t: image if t is new else None)
    size = function.args[0] if function.op == "log" else function
    multiple = infer("norm_of_multiple", ["norm", fn("norm", column), through])
    factors = [substitute(size, {image: t}) for t in (column, through)]
    turned = substitute(size, {image: fn("mscale", fn("norm", column), through)})
    product = infer("identity", [turned, mul(*factors)], [multiple])
    if function.op == "log":
        first = infer("mean_of_one_draw", [draws, GAUSSIAN, fn("log", factors[1]), drawn.args[1]], known)
        apart = infer("mean_of_log", [draws, GAUSSIAN], [product, first, *known])
    else:
        apart = infer("mean_kept_in_order", [draws, GAUSSIAN], [product, *known])
    before = (field := Field()).term(field.frac(sub(drawn.args[1], ONE)))
    layer = infer("mean_of_layer", [draws, column, unit, before, image, function], [apart, *known])
    if function.op == "log":
        return _unrolled(draws, body, plain, [layer, apart], known)
    return infer("identity", [mean(draws, GAUSSIAN, body), apart.conclusion.args[1]], [layer, apart, *known])


def _unrolled(draws: Term, body: Term, plain: Term, told: list[Theorem], known: Sequence[Theorem]) -> Theorem:
    """E log h as what is known of E log g for the normal form g of h."""
    same = infer("identity", [body.args[0], plain.args[0]])
    return infer("chain", [], [infer("mean_of_log", [draws, GAUSSIAN], [same, *told, *known]), *told])


def lengthened(context: Context, draws: Term, body: Term) -> Theorem | None:
    """E f(‖z_1·u‖²) as an expectation over as many single draws as there are rows."""
    plain, rows = Field().plain_whole(body), (draws.shape or ("",))[0]
    for unit in _units(context):
        through = fn("mmul", fn("at", draws, ONE), unit)
        length = power(fn("norm", through), 2)
        function = mapped(plain, lambda t, length=length: X if t is length else None)
        if isinstance(rows, int) and draws not in function.free:
            return infer("mean_of_length", [draws, unit, X, function, *_named_squares(context, draws)], context.facts)
    return None


def _named_squares(context: Context, draws: Term) -> tuple[Term, Term]:
    """Single draws and a counter of them, by the names of a fact about such a sum: what exists is known by its term."""
    known = (f.conclusion.args[0] for f in context.facts if f.conclusion.op == "eq")
    sums = ((m.args[0], t.args[0]) for m in known if m.op == "mean" for t in walk(m) if t.op == "sum")
    names = ((number, k) for number, k in sums if number.shape == (1, 1))
    return next(names, (var(draws.data, "seq", (1, 1)), var("k", "nat")))


def _is_layer(node: Term, draws: Term) -> bool:
    if node.op != "mmul" or draws not in node.free or node.shape is None or node.shape[1] != 1:
        return False
    first, *rest = node.args
    return first.op == "at" and first.args[0] is draws and any(draws in part.free for part in rest)


def _units(context: Context) -> list[Term]:
    """Columns that facts say to have length 1."""
    told = (f.conclusion.args for f in context.facts if f.conclusion.op == "eq")
    return [key.args[0] for key, value in told if key.op == "norm" and value is ONE]
