"""Expectations: which draws a number depends on, how fast it grows with them, finite laws.

`mean(z, law, f)` is the integral of f over matrices z_1, z_2, … whose entries are independent draws from the law. It
has a value where f has one for almost all draws and is integrable. What f can be made of is Borel measurable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import ceil, prod
from typing import TYPE_CHECKING

from theory.kernel.definitions import expanded, unfolded
from theory.kernel.replacing import fresh, rebuild, substitute, walk
from theory.kernel.signs import NEG, POS
from theory.kernel.terms import BINDERS, MOST_SIZE, ONE, Term, add, bound_by, fn, le, make, mul, rat, sequence_literal, sub
from theory.language.errors import KernelRefusal, refuse_if

if TYPE_CHECKING:
    from theory.kernel.field import Field

# Degrees of growth that are no numbers: some power of the draws, of which a root is some power too, and e to some multiple
# of their size.
SOME_POWER, EXPONENTIAL = 10**6, 10**7
_MOST_GROWTHS = 10_000
_MOST_OUTCOMES = 4096
_MOST_DRAWS = 12


def unknown(draws: Term, t: Term) -> Term:
    """A sequence of draws that nothing is known of and that occurs nowhere in a term."""
    plain = make("var", data=f"κ{draws.data.lstrip('κ')}", sort="seq", shape=draws.shape)
    return fresh(plain, frozenset(node for node in walk(t) if node.op == "var"))


def plain(field: Field, t: Term) -> Term:
    """An expectation without what is no chance: a constant, a sum over a finite law, or a mean with canonical draws."""
    draws, law, body = t.args
    if draws not in body.free:
        return body
    if law.op == "finite":
        outcomes = enumerated(field, draws, law, body)
        if outcomes is not None:
            return outcomes
    level = sum(1 for node in walk(body) if node.op == "mean")
    while (named := make("var", data=f"κ{level}", sort="seq", shape=draws.shape)) in t.free:
        level += 1
    inner = field.plain_whole(substitute(body, {draws: named}))
    return fn("mean", named, law, inner) if named in inner.free else inner


# --- which draws ----------------------------------------------------------------------------------------


def places(t: Term, draws: Term, facts: tuple[Term, ...] = ()) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """Each k at which t reads z_k, with what the binders around it say of k; refused where z stands otherwise."""
    if draws not in t.free:
        return
    if t.op == "at" and t.args[0] is draws:
        refuse_if(draws in t.args[1].free, "which draw is read may not depend on the draws")
        yield t.args[1], facts
        return
    refuse_if(t is draws, "draws are read one by one")
    bound = bound_by(t.op, t.args)
    parts = t.args[len(bound) :]
    if bound:
        refuse_if(t.op not in ("sum", "msum", "rec", "mrec"), f"{t.op} under an expectation is not understood")
        sums = t.op in ("sum", "msum")
        counter, body, low, high = (bound[0], parts[2], *parts[:2]) if sums else (bound[1], parts[0], ONE, parts[2])
        # Under a new name, since a fact about a free variable says nothing of a bound one.
        known = frozenset(v for f in facts for v in f.free) | t.free
        inner = fresh(make("var", data=f"κ{counter.data}", sort="nat"), known)
        # What bounds the end of an inner counter bounds the counter.
        below = [le(inner, f.args[1]) for f in facts if f.op == "le" and f.args[0] is high]
        yield from places(substitute(body, {counter: inner}), draws, (*facts, le(low, inner), le(inner, high), *below))
        parts = parts[:2] if sums else parts[1:]
    for part in parts:
        yield from places(part, draws, facts)


def never_negative(field: Field, t: Term, around: tuple[Term, ...]) -> bool:
    """Whether a number is at least 0, perhaps since it is so where counters have their greatest values and falls with them."""
    if not field.sign(t) & NEG:
        return True
    least = field.term(field.frac(t))
    for h in reversed(around):
        counter, greatest = h.args
        if h.op != "le" or counter.op != "var" or counter not in least.free or counter in greatest.free:
            continue
        slope = field.term(field.frac(sub(substitute(least, {counter: add(counter, ONE)}), least)))
        if counter not in slope.free and not field.sign(slope) & POS:
            least = field.term(field.frac(substitute(least, {counter: greatest})))
    return not field.sign(least) & NEG


def moved(t: Term, draws: Term, change: Callable[[Term], Term]) -> Term:
    """t with each z_k replaced by `change(z_k)`, which must not bring in a variable that is bound around it."""

    def go(node: Term, around: frozenset[Term]) -> Term:
        if draws not in node.free:
            return node
        if node.op == "at" and node.args[0] is draws:
            new = change(node)
            refuse_if(bool((new.free - node.free) & around), "a variable would be captured")
            return new
        inner = around.union(bound_by(node.op, node.args)) if node.op in BINDERS else around
        return rebuild(node, tuple(go(a, inner) for a in node.args))

    return go(t, frozenset())


# --- growth and integrability -----------------------------------------------------------------------------


def require_integrable(field: Field, draws: Term, law: Term, body: Term) -> None:
    """Refuse unless a number that depends on the draws is seen to have an expectation."""
    refuse_if(body.size > MOST_SIZE, "a term of this size is not walked through; split it into smaller steps")
    new = unknown(draws, body)
    body = substitute(body, {draws: new})
    for _ in places(body, new):  # finitely many draws, read one by one
        pass
    if law.op == "finite":
        return  # finitely many values
    degree = growth(field, body, {new: 1})
    known = max((p for held, p in field.laws if held is law and isinstance(p, int)), default=0)
    known = min(known, SOME_POWER - 1)
    if law.op != "gaussian" and degree > known and (degree := _growth_of_each(field, body, new)) > known:
        raise KernelRefusal(f"the law is not known to have a moment of order {degree}, so the expectation may not exist", law)


def growth(field: Field, t: Term, degrees: Mapping[Term, int]) -> int:
    """A d with |t| ≤ C·(1 + |z|)^d for all draws z, given such degrees of variables; of a matrix entry by entry."""
    told = frozenset((v, degrees[v]) for v in t.free & degrees.keys())
    found = field.growths.get((t, told)) if told else 0
    if found is None:
        refuse_if(len(field.growths) > _MOST_GROWTHS, "how this number grows with the draws takes too long to find out")
        found = field.growths[t, told] = _growth(field, t, degrees)
    return found


def _growth(field: Field, t: Term, degrees: Mapping[Term, int]) -> int:
    def of(part: Term) -> int:
        return growth(field, part, degrees)

    match t.op, t.args:
        case "var", _:
            return degrees[t]
        case "at", (sequence, _):
            return of(sequence)
        case (("add" | "madd" | "max" | "min"), parts):
            return max(map(of, parts))
        case "mul", (above, below) if _is_share(field, above, below):
            return 0
        case (("mul" | "mmul" | "mscale"), parts):
            found = list(map(of, parts))
            return EXPONENTIAL if max(found) == EXPONENTIAL else min(SOME_POWER, sum(found))
        case "pow", (base, exponent) if exponent.op == "rat" and exponent.data >= 0:
            d = of(base)
            return d if d >= SOME_POWER else min(SOME_POWER, ceil(d * exponent.data))
        case "pow", (base, exponent) if exponent.sort == "nat" and not of(exponent):
            d = of(base)
            return d if d in (0, EXPONENTIAL) else SOME_POWER
        case "pow", (base, exponent) if exponent.op == "rat" and _stays_above_zero(field, base):
            return 0
        case (("tanh" | "erf" | "atan" | "sin" | "cos"), _):
            return 0
        case (("abs" | "asinh" | "norm" | "frobenius" | "rowsum" | "maxentry" | "mabs" | "tr" | "diag"), (u,)):
            return of(u)
        case "entry", (m, *place) if not any(map(of, place)):
            return of(m)
        case "exp", (u,) if of(u) <= 1:
            return EXPONENTIAL if field.sign(u) & POS and of(u) else 0
        case "pw", (_, *branches):
            return max(map(of, branches))
        case (("sum" | "msum"), (_, low, high, _)) if not of(low) and not of(high):
            return of(_renamed(t).args[3])
        case (("rec" | "mrec"), (_, _, _, base, depth)) if not of(depth):
            previous, _, step, *_ = _renamed(t).args
            return _growth_of_recursion(field, previous, step, of(base), degrees)
        # An activation of bounded slopes is continuous, and so measurable.
        case (("app" | "apply"), (f, u)) if f in field.slope_bounds:
            return of(u)
        # Of a given activation, which has finitely many kinks: any choice of slopes at these is measurable.
        case (("der" | "slope"), (f, _)) if f.op == "fun" and f in field.slope_bounds and t.data in (None, 1):
            return 0
        case "app", (f, u) if f.op == "fun":
            return of(unfolded(f.data, u))
        case _ if (meaning := expanded(t)) is not None:
            return of(meaning)
        case _:
            raise KernelRefusal(f"how {t.op} grows with the draws is not known, so its expectation may not exist", t)


def _renamed(t: Term) -> Term:
    """A sum or recursion under new names, since a fact about a free variable says nothing of a bound one."""
    bound = bound_by(t.op, t.args)
    new = {v: fresh(make("var", data=f"κ{v.data}", sort=v.sort, shape=v.shape), t.free) for v in bound}
    return make(t.op, (*new.values(), *(substitute(a, new) for a in t.args[len(bound) :])), t.data)


def _stays_above_zero(field: Field, base: Term) -> bool:
    """Whether a sum is at least a positive rational: one summand is, and the others are not negative."""
    parts = base.args if base.op == "add" else (base,)
    return any(p.op == "rat" and p.data > 0 for p in parts) and all(not field.sign(p) & NEG for p in parts)


def _is_share(field: Field, above: Term, below: Term) -> bool:
    """Whether above·below is (±a ± b …)/(a + b + … + c) with a, b, …, c ≥ 0, as tanh is: a number within ±1 where defined."""
    if below.op != "pow" or below.args[1] is not rat(-1) or {above.op, below.args[0].op} != {"add"}:
        return False
    sizes = Counter(p.args[1] if p.op == "mul" and len(p.args) == 2 and p.args[0] is rat(-1) else p for p in above.args)
    return sizes <= Counter(below.args[0].args) and all(not field.sign(p) & NEG for p in below.args[0].args)


def _growth_of_recursion(field: Field, previous: Term, step: Term, base: int, degrees: Mapping[Term, int]) -> int:
    """A degree that the step keeps; else some power, since finitely many steps of some power make some power."""
    for d in (*range(base, base + 3), SOME_POWER):
        if growth(field, step, {**degrees, previous: d}) <= d:
            return d
    raise KernelRefusal("a recursion whose members grow faster than any power of the draws has no known expectation")


def _growth_of_each(field: Field, t: Term, draws: Term) -> int:
    """A d with |t| ≤ C·Π (1 + |z_k|)^d over the draws: independent ones make that integrable if one has a moment of order d."""
    match t.op, t.args:
        case "add", parts:
            return max(_growth_of_each(field, p, draws) for p in parts)
        case "mul", parts:
            degrees = [_growth_of_each(field, p, draws) for p in parts]
            apart = all(_read_apart(field, p, q, draws) for p, q in combinations(parts, 2))
            return max(degrees) if apart else sum(degrees)
        case "pow", (base, exponent) if exponent.op == "rat" and exponent.data >= 0 and exponent.data.denominator == 1:
            return int(exponent.data) * _growth_of_each(field, base, draws)
        case "rec", (_, _, step, base, depth) if not (base.free | depth.free) & {draws} and step.op == "mul":
            previous, now, step, *_ = _renamed(t).args
            # x_t = f(z_t)·x_{t−1}: each draw is read in one factor.
            factors = list(step.args)
            if factors.count(previous) == 1:
                factors.remove(previous)
                factor = mul(*factors)
                if previous not in factor.free and all(k is now for k, _ in places(factor, draws)):
                    return growth(field, factor, {draws: 1})
        case _:
            pass
    return growth(field, t, {draws: 1})


def _read_apart(field: Field, first: Term, second: Term, draws: Term) -> bool:
    """Whether no draw is read by both of two numbers: all that one reads come before all that the other reads."""
    # The counters of the second are told apart from those of the first, of which `around` speaks.
    pairs = [(j, k, around) for j, a in places(first, draws) for k, around in places(second, draws, a)]

    def before(j: Term, k: Term, around: tuple[Term, ...]) -> bool:
        return never_negative(type(field)(around), sub(k, add(j, ONE)), around)

    return all(before(j, k, around) for j, k, around in pairs) or all(before(k, j, around) for j, k, around in pairs)


# --- finite laws ------------------------------------------------------------------------------------------


def enumerated(field: Field, draws: Term, law: Term, body: Term) -> Term | None:
    """An expectation over a finite law as the sum over all outcomes of the draws that count; None where these are too many."""
    rows, columns = draws.shape or (1, 1)
    count = _last_draw(field, body, draws)
    if isinstance(rows, str) or isinstance(columns, str) or count is None:
        return None
    size = rows * columns
    if size * count > _MOST_OUTCOMES or len(law.data) ** (size * count) > _MOST_OUTCOMES:
        return None
    summands: list[Term] = []
    for outcome in product(law.data, repeat=size * count):
        values, weights = zip(*outcome, strict=True)
        members = tuple(tuple(values[k * size : (k + 1) * size]) for k in range(count))
        summands.append(mul(rat(prod(weights)), substitute(body, {draws: sequence_literal(members, rows, columns)})))
    return add(*summands)


def _last_draw(field: Field, body: Term, draws: Term) -> int | None:
    """A number N such that only z_1, …, z_N are read, and no z_0, a draw like all others; None where no small one is seen."""
    read = [(k, type(field)(around) if around else field) for k, around in places(body, draws)]
    if any(known.sign(sub(k, ONE)) & NEG for k, known in read):
        return None
    within = range(1, _MOST_DRAWS + 1)
    return next((n for n in within if all(not known.sign(sub(rat(n), k)) & NEG for k, known in read)), None)
