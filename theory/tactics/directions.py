"""Expectations over the directions of two normal numbers: where the pieces meet, and that size comes out as a power."""

from __future__ import annotations

from theory.kernel.definitions import expanded
from theory.kernel.directions import Half, mean_of_directions, scaled, swept
from theory.kernel.field import Field
from theory.kernel.fractions import Frac, terms_of
from theory.kernel.logic import case_formula
from theory.kernel.moments import between_cuts
from theory.kernel.replacing import substitute
from theory.kernel.signs import NEG
from theory.kernel.terms import ONE, ZERO, Term, eq, fn, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context, by_sign

_X, _R = var("x'"), var("r'")


def directed(context: Context, draws: Term, body: Term, said: Term | None) -> Theorem | None:
    """E f(z_1, z_2) for an f made of linear forms, as its value was said or else as it is found; None where it is not."""
    u, v = (fn("entry", fn("at", draws, rat(k)), ONE, ONE) for k in (1, 2))
    forms = _forms(body, draws)
    for degree in (0, 2):
        try:
            grown = body if degree == 0 else mul(power(_R, degree), body)
            homogeneous = _in_cases(context.assuming(lt(ZERO, _R)), forms, (u, v), eq(scaled(body, draws), grown))
        except KernelRefusal:
            continue
        right, left = (_half(body, (rat(side), u, v), forms, context) for side in (1, -1))
        field = Field([f.conclusion for f in context.facts], whole=True)
        found = swept(degree, right, left)
        value = said if said is not None and field.same(said, found) else field.term(field.frac(found))
        return infer(mean_of_directions.__name__, [draws, body, degree, value, right, left], [homogeneous, *context.facts])
    return None


def _forms(body: Term, draws: Term) -> list[Term]:
    """The arguments of absolute values and cases."""
    found: dict[Term, None] = {}
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if draws not in node.free:
            continue
        waiting += node.args
        meaning = expanded(node)
        if meaning is not None:
            waiting.append(meaning)
        if node.op in ("abs", "pw"):
            found[node.args[0]] = None
    return list(found)


def _in_cases(context: Context, forms: list[Term], numbers: tuple[Term, Term], goal: Term) -> Theorem:
    """The goal in every case of the signs of the forms; the sign of a form at (r·u, r·v) is its sign at (u, v)."""
    if not forms:
        return by_sign(context, goal)
    form, *rest = forms
    larger = _replaced(form, {w: mul(_R, w) for w in numbers})
    branches: list[Theorem] = []
    for sign in "+0-":
        known = context.assuming(case_formula(form, sign))
        ends = {"+": ("lt", ZERO, larger), "0": ("eq", larger, ZERO), "-": ("lt", larger, ZERO)}[sign]
        gap = mul(_R, form) if sign == "+" else neg(mul(_R, form))
        told = infer("order", [*ends, gap], known.facts)
        branches.append(_in_cases(known.knowing(told), rest, numbers, goal))
    return infer("cases", [form, tuple("+0-")], [*branches, *context.facts])


def _half(body: Term, along: tuple[Term, Term, Term], forms: list[Term], context: Context) -> Half:
    """Where the forms vanish along (1, w) or (−1, w), in order, and the function between."""
    side, u, v = along
    facts = [f.conclusion for f in context.facts]
    field, cuts = Field(facts), list[Term]()
    for form in forms:
        line = _replaced(form, {u: side, v: _X})
        at_zero = substitute(line, {_X: ZERO})
        slope = sub(substitute(line, {_X: ONE}), at_zero)
        if not field.frac(slope).is_zero():
            cut = field.term(field.frac(neg(mul(at_zero, power(slope, -1)))))
            place = next((k for k, other in enumerate(cuts) if not field.sign(sub(other, cut)) & NEG), len(cuts))
            cuts.insert(place, cut)
    ordered = tuple(dict.fromkeys(cuts))
    curve = _replaced(body, {u: side, v: _X})
    pieces = [_polynomial(curve, Field([*facts, *between_cuts(ordered, k, _X)])) for k in range(len(ordered) + 1)]
    return ordered, tuple(pieces)


def _polynomial(curve: Term, field: Field) -> tuple[Term, ...]:
    """The coefficients of a polynomial, from the lowest on."""
    whole = field.frac(curve)
    below = Frac(field.ring, whole.den, field.ring.rational(1).den)
    found: dict[int, Frac] = {}
    for exponents, c in terms_of(whole.num):
        fixed, degree = field.ring.rational(c), 0
        for index, e in exponents.items():
            if field.meanings[index][1][0] is _X:
                degree = e
            else:
                fixed *= field.ring.gen(index) ** e
        found[degree] = found.get(degree, field.ring.rational(0)) + fixed / below
    return tuple(field.term(found.get(k, field.ring.rational(0))) for k in range(max(found, default=-1) + 1))


def _replaced(t: Term, values: dict[Term, Term]) -> Term:
    if t in values:
        return values[t]
    return make(t.op, tuple(_replaced(a, values) for a in t.args), t.data, t.sort, t.shape) if t.args else t
