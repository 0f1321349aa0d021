"""A number that depends on draws, multiplied out: constants times products of what is left to chance."""

from __future__ import annotations

from collections.abc import Iterable

from theory.kernel.field import Field
from theory.kernel.fractions import Frac, terms_of
from theory.kernel.replacing import substitute
from theory.kernel.terms import BINDERS, ONE, Term, add, make, mul, power, sub, var
from theory.kernel.words import unfolded_recursion
from theory.tactics.context import Context


def expanded_in(body: Term, draws: Term, context: Context) -> list[tuple[Term, Term]] | None:
    """Σ c·g with constants c, where g is a product of what depends on the draws."""
    if draws not in body.free:
        return None
    field = Field([f.conclusion for f in context.facts], whole=True)
    shielded, meant = _shielded(_stepped(body, field), draws)
    whole = field.frac(shielded)

    def depends(t: Term) -> bool:
        return draws in t.free or bool(t.free & meant.keys())

    gathered: dict[Term, list[Term]] = {}
    if depends(field.term(Frac(field.ring, whole.den, field.ring.rational(1).den))):
        return None
    below = field.term(field.ring.rational(1) / Frac(field.ring, whole.den, field.ring.rational(1).den))
    for exponents, coefficient in terms_of(whole.num):
        chance, fixed = field.ring.rational(1), field.ring.rational(coefficient)
        for index, degree in exponents.items():
            if depends(field.term(field.ring.gen(index))):
                chance *= field.ring.gen(index) ** degree
            else:
                fixed *= field.ring.gen(index) ** degree
        gathered.setdefault(substitute(field.term(chance), meant), []).append(field.term(fixed))
    return [(_times(add(*fixed), below), g) for g, fixed in gathered.items()]


def _stepped(t: Term, field: Field) -> Term:
    """With the last step of every recursion taken whose depth shows one."""
    if not t.args or t.op in BINDERS:
        unfolded = unfolded_recursion(field, t) if t.op == "rec" else None
        return t if unfolded is None else _stepped(unfolded, field)
    return make(t.op, tuple(_stepped(a, field) for a in t.args), t.data, t.sort, t.shape)


def _shielded(t: Term, draws: Term) -> tuple[Term, dict[Term, Term]]:
    """With a variable for each activation and case of the draws, which are better not taken apart."""
    meant: dict[Term, Term] = {}

    def go(node: Term) -> Term:
        if draws not in node.free or node.op in BINDERS:
            return node
        if node.op in ("app", "max", "min", "pw", "abs"):
            known = next((v for v, old in meant.items() if old is node), None)
            if known is None:
                known = var(f"κ{node.op}{len(meant)}")
                meant[known] = node
            return known
        return make(node.op, tuple(map(go, node.args)), node.data, node.sort, node.shape)

    return go(t), meant


def as_written(body: Term, draws: Term) -> list[tuple[Term, Term]]:
    """Σ c·g by the sums and products that show, where no common denominator is wanted."""
    found: list[tuple[Term, Term]] = []
    for part in body.args if body.op == "add" else (body,):
        factors = part.args if part.op == "mul" else (part,)
        fixed, chance = ([f for f in factors if (draws in f.free) is wanted] for wanted in (False, True))
        found.append((mul(*fixed) if fixed else ONE, mul(*chance) if chance else ONE))
    return found


def _times(a: Term, b: Term) -> Term:
    return a if b is ONE else b if a is ONE else mul(a, b)


def factors_of(body: Term) -> list[Term]:
    """The factors of a product, of a power of one too."""
    if body.op == "mul":
        return [f for a in body.args for f in factors_of(a)]
    if body.op == "pow" and body.args[0].op == "mul" and body.args[1].op == "rat":
        return [power(f, body.args[1]) for f in factors_of(body.args[0])]
    return [body]


def dividing(read: Iterable[tuple[Term, tuple[Term, ...]]]) -> list[Term]:
    """Numbers that may part the draws: those that are read, ends of the sums around them, and one less."""
    found: dict[Term, None] = {}
    for k, around in read:
        highs = [h.args[1] for h in around if h.op == "le" and h.args[0] is k]
        # What is read first, where a counter begins.
        lows = [substitute(k, {h.args[1]: h.args[0]}) for h in around if h.op == "le" and h.args[1] in k.free]
        for end in (k, *highs, *lows):
            if any(str(v.data).startswith("κ") for v in end.free):
                continue
            field = Field()
            before = field.term(field.frac(sub(end, ONE)))
            found |= dict.fromkeys(t for t in (end, before) if t.sort == "nat" and (t.op != "rat" or t.data >= 0))
    return list(found)
