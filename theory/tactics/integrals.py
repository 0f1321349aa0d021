"""A function of one number as sums of c·x^k·e^{rx} between its kinks, ready to be integrated against the normal density."""

from __future__ import annotations

from theory.kernel.definitions import expanded
from theory.kernel.field import Field
from theory.kernel.fractions import Frac, terms_of
from theory.kernel.replacing import substitute
from theory.kernel.signs import NEG, POS
from theory.kernel.terms import ONE, ZERO, Term, mul, neg, power, sub, var
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context

X = var("x'")


def kinks_and_slopes(curve: Term, context: Context) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Where the arguments of absolute values and cases vanish, if they are linear, in order; and their slopes but ±1."""
    field = Field([f.conclusion for f in context.facts])
    found: dict[Term, None] = {}
    scales: dict[Term, None] = {}
    waiting, seen = [curve], set[Term]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        waiting += node.args
        meaning = expanded(node)
        if meaning is not None:
            waiting.append(meaning)
        if node.op in ("abs", "pw") and X in node.args[0].free:
            at_zero = substitute(node.args[0], {X: ZERO})
            slope = field.term(field.frac(sub(substitute(node.args[0], {X: ONE}), at_zero)))
            size = field.term(field.frac(neg(slope))) if field.sign(slope) == NEG else slope
            if size.op != "rat" and field.sign(size) == POS:
                scales[size] = None
            found[field.term(field.frac(neg(mul(at_zero, power(slope, -1)))))] = None
    ordered: list[Term] = []
    for cut in found:
        place = next((k for k, other in enumerate(ordered) if not field.sign(sub(other, cut)) & NEG), len(ordered))
        ordered.insert(place, cut)
    return tuple(ordered), tuple(scales)


def piece_of(curve: Term, field: Field) -> tuple[tuple[Term, int, Term], ...]:
    """A curve as a sum of c·x^k·e^{rx}."""
    whole = field.frac(curve)
    below = Frac(field.ring, whole.den, field.ring.rational(1).den)
    own = field.frac(X)
    found: list[tuple[Term, int, Term]] = []
    for exponents, coefficient in terms_of(whole.num):
        fixed, degree, rate = field.ring.rational(coefficient), 0, field.ring.rational(0)
        for index, e in exponents.items():
            op, (key, *_) = field.meanings[index]
            if key is X:
                degree += e
            elif op == "exp" and isinstance(key, Frac) and X in field.term(key).free:
                rate += key / own * e
            else:
                fixed *= field.ring.gen(index) ** e
        # e^{−x} may stand below the line.
        for index, (op, (key, *_)) in enumerate(field.meanings):
            if op == "exp" and isinstance(key, Frac) and X in field.term(key).free and below.num.degrees()[index]:
                rate -= key / own * int(below.num.degrees()[index])
        found.append((field.term(fixed / _without(field, below)), degree, field.term(rate)))
    return tuple(found)


def _without(field: Field, below: Frac) -> Frac:
    """A denominator of one term without its exponentials of x."""
    listed = list(terms_of(below.num))
    if len(listed) != 1:
        raise KernelRefusal("a quotient by a sum is no sum of powers and exponentials")
    ((exponents, coefficient),) = listed
    kept = {k: e for k, e in exponents.items() if X not in field.term(field.ring.gen(k)).free}
    return field.ring.monomial(kept) * coefficient
