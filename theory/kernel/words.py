"""Matrix terms as sums of words: the free algebra in which matrix identities are decided.

A matrix is Σ coefficient · word, a word a product of letters base^exponent. Powers of one base
merge, diagonal letters commute with each other, S S⁻¹ drops out, products that the facts call I
drop out, given matrices are multiplied out, and Jacobians, states and sums unfold as many steps as
their depth shows. Everything else is opaque, so equal normal forms are equal matrices for every
width and every depth.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial, reduce
from typing import TYPE_CHECKING, TypeAlias

from theory.kernel.definitions import slope_if_linear
from theory.kernel.fractions import Frac
from theory.kernel.replacing import fresh, mapped, substitute, walk
from theory.kernel.signs import NEG
from theory.kernel.terms import ONE, ZERO, Term, add, fn, literal, make, mul, rat, sub, var
from theory.language.errors import KernelRefusal, refuse_if

if TYPE_CHECKING:
    from theory.kernel.field import Field

Letter: TypeAlias = tuple[Term, Term]
Word: TypeAlias = tuple[Letter, ...]
Words: TypeAlias = dict[Word, Frac]
_MOST_LETTERS, _MOST_WORDS = 64, 2048
MOST_STEPS = 64
MOST_UNFOLDED = 10_000


def words(field: Field, m: Term) -> Words:
    """The normal form of a matrix term."""
    found = field.known_words.get(m)
    if found is None:
        found = field.known_words[m] = _words(field, m)
    return found


def _words(field: Field, m: Term) -> Words:
    one = field.ring.rational(1)
    match m.op, m.args:
        case "zeros", _:
            return {}
        case "ident", _:
            return {(): one}
        case "madd", parts:
            return reduce(_plus, (words(field, part) for part in parts))
        case "mscale", (scalar, inner):
            factor = field.frac(scalar)
            return _scaled(words(field, inner), factor)
        case "mmul", parts:
            return reduce(partial(_times, field), (words(field, part) for part in parts))
        case "mpow", (base, exponent):
            return _power(field, base, exponent)
        case "tr", (inner,):
            flipped = (
                _scaled(_reduced(field, tuple((_transposed(field, base), e) for base, e in reversed(word))), c)
                for word, c in words(field, inner).items()
            )
            return reduce(_plus, flipped, {})
        case "apply", (f, column):
            slope = slope_if_linear(f)
            if slope is not None:
                return words(field, fn("mscale", rat(slope), column))
            return _letter(field, fn("apply", f, canonical(field, column)))
        case "slopes", (f, column) if column.op == "pre":
            # The argument stays a_t: what it is made of matters to the state, not to a mask.
            net, depth = column.args
            return _letter(field, fn("slopes", f, fn("pre", _canonical_net(field, net), field.term(field.frac(depth)))))
        case "slopes", (f, column):
            return _letter(field, fn("slopes", f, canonical(field, column)))
        case "diag", (column,):
            slope = slope_if_linear(column.args[0]) if column.op == "slopes" else None
            if slope is not None:
                return _clean({(): field.ring.rational(slope)})
            return _letter(field, fn("diag", canonical(field, column)))
        case (("mabs" | "inv"), (inner,)):
            return _letter(field, fn(m.op, canonical(field, inner)))
        case "at", (sequence, step):
            return _member(field, sequence, step)
        case (("jac" | "masks" | "state" | "pre"), (net, depth)):
            return _network(field, m.op, net, depth)
        case "msum", _:
            shorter = shortened_sum(field, m)
            if shorter is not None:
                return words(field, shorter)
            bound, low, high, body = with_canonical_bound(m).args
            ends = (field.term(field.frac(low)), field.term(field.frac(high)))
            return _letter(field, fn("msum", bound, *ends, canonical(field, body)))
        case "mrec", (previous, now, step, base, depth):
            unfolded = unfolded_recursion(field, m)
            if unfolded is not None:
                return words(field, unfolded)
            return _letter(field, fn("mrec", previous, now, step, canonical(field, base), field.term(field.frac(depth))))
        case (("var" | "mlit"), _):
            return _letter(field, m)
        case _:
            raise KernelRefusal(f"the kernel has no normal form for the matrix {m.op}")


def canonical(field: Field, m: Term) -> Term:
    """The normal form as a term again; equal normal forms give the same term."""
    summands: list[Term] = []
    for word, coefficient in sorted(words(field, m).items(), key=lambda item: repr(item[0])):
        product = multiplied(word, m)
        summands.append(product if coefficient.constant() == 1 else fn("mscale", field.term(coefficient), product))
    if not summands:
        return make("zeros", data=m.shape)
    return summands[0] if len(summands) == 1 else fn("madd", *summands)


def multiplied(word: Word, like: Term) -> Term:
    """A word as a term of the shape of another."""
    if not word:
        if like.shape is None or like.shape[0] != like.shape[1]:
            raise KernelRefusal("an empty product is an identity matrix, which is square")
        return make("ident", data=like.shape[0])
    letters = _factors(word)
    return letters[0] if len(letters) == 1 else fn("mmul", *letters)


def _factors(word: Word) -> tuple[Term, ...]:
    return tuple(base if e is ONE else fn("mpow", base, e) for base, e in word)


def _letter(field: Field, base: Term, exponent: Term = ONE) -> Words:
    return _reduced(field, ((base, exponent),))


def rewritings(field: Field, equalities: list[tuple[Term, ...]]) -> list[tuple[Word, Term]]:
    """The equalities whose left side is one word; of square matrices a left inverse is a right inverse."""
    found: list[tuple[Word, Term]] = []
    for a, b in equalities:
        sides = [a]
        if b.op == "ident" and a.op == "mmul" and len(a.args) == 2 and a.args[0].shape == b.shape:
            sides.append(fn("mmul", *a.args[::-1]))
        for side in sides:
            with suppress(KernelRefusal):  # one that has no normal form is merely not used
                normal = words(field, side) if side not in walk(b) else {}
                found += [(word, b) for word, c in normal.items() if word and len(normal) == 1 and c.constant() == 1]
    return found


def _reduced(field: Field, word: Word) -> Words:
    """A product of letters, with the equalities among the facts applied."""
    letters, one = _simplified(field, word), field.ring.rational(1)
    for rewrite in field.rewrites:
        left, right = rewrite
        kept = _between(letters, left)
        if len(kept) > 1:
            saved = field.rewrites, field.known_words
            # Taken out meanwhile: facts may lead round in a circle.
            field.rewrites, field.known_words = [r for r in field.rewrites if r is not rewrite], {}
            try:
                parts = [part for piece in kept for part in (words(field, right), {piece: one})][1:]
                return reduce(partial(_times, field), parts)
            finally:
                field.rewrites, field.known_words = saved
    return {letters: one}


def _between(letters: Word, left: Word) -> list[Word]:
    """What stands before, between and after the places where a word occurs."""
    for k in range(len(letters) - len(left) + 1):
        if letters[k : k + len(left)] == left:
            return [letters[:k], *_between(letters[k + len(left) :], left)]
    return [letters]


def _scaled(found: Words, factor: Frac) -> Words:
    return _clean({word: factor * c for word, c in found.items()})


def _clean(found: Words) -> Words:
    return {w: c for w, c in found.items() if not c.is_zero()}


def _plus(a: Words, b: Words) -> Words:
    return _clean({**a, **{word: a[word] + c if word in a else c for word, c in b.items()}})


def _times(field: Field, a: Words, b: Words) -> Words:
    refuse_if(len(a) * len(b) > _MOST_WORDS, "a product of sums of matrices is too large to multiply out")
    products = (_scaled(_reduced(field, left + right), c * d) for left, c in a.items() for right, d in b.items())
    return reduce(_plus, products, {})


def _transposed(field: Field, base: Term) -> Term:
    if base.op == "tr":
        return base.args[0]
    return base if _is_diagonal(field, base) else fn("tr", base)


def _is_diagonal(field: Field, base: Term) -> bool:
    inner = base.args[0] if base.op == "inv" else base
    return inner.op == "diag" or inner in field.structures


def _simplified(field: Field, word: Word) -> Word:
    """Sort commuting diagonal letters, merge powers, drop inverses; push into sums."""
    if len(word) > _MOST_LETTERS:
        raise KernelRefusal(f"a product of more than {_MOST_LETTERS} matrices; split it into smaller steps")
    letters = [letter for letter in word if letter[1] is not ZERO]
    if len(letters) > 1 and letters[-1][0].op == "msum" and letters[-1][1] is ONE:
        bound, low, high, body = letters[-1][0].args
        front = fn("mmul", *_factors(tuple(letters[:-1])))
        if bound in front.free:
            other = fresh(bound, front.free | body.free | low.free | high.free)
            bound, body = other, substitute(body, {bound: other})
        inner = fn("msum", bound, low, high, canonical(field, fn("mmul", *front.args, body)))
        return ((with_canonical_bound(inner), ONE),)
    k = 0
    while k < len(letters) - 1:
        merged = _merged(field, letters[k], letters[k + 1])
        if merged is None:
            k += 1
        else:
            letters[k : k + 2] = merged
            k = 0
    return tuple(letters)


def _merged(field: Field, first: Letter, second: Letter) -> list[Letter] | None:
    """What two neighbours become, or None where they stay."""
    (a, e), (b, f) = first, second
    if a is b and a.shape is not None and a.shape[0] == a.shape[1]:
        return [(a, field.term(field.frac(add(e, f))))]
    inverse, other = (a, b) if a.op == "inv" else (b, a)
    positive = inverse.op == "inv" and inverse.args[0] is other and field.structures.get(other) == "positive diagonal"
    if positive and e is f:
        return []
    if _is_diagonal(field, a) and _is_diagonal(field, b) and repr(a) > repr(b):
        return [second, first]
    return None


# --- powers, drives, networks, sums -------------------------------------------------------------------


def _power(field: Field, base: Term, exponent: Term) -> Words:
    inner, depth = words(field, base), field.frac(exponent)
    one, number = field.ring.rational(1), depth.constant()
    if number == 0:
        return {(): one}
    if not inner:
        return {} if number is not None else _letter(field, canonical(field, base), field.term(depth))
    if len(inner) == 1:
        ((word, coefficient),) = inner.items()
        if len(word) <= 1:
            letters = tuple((b, field.term(field.frac(mul(e, exponent)))) for b, e in word)
            return _scaled(_reduced(field, letters), field.natural_power(coefficient, depth))
    steps = _steps(depth)
    found = {(): one} if number is not None else _letter(field, canonical(field, base), field.term(depth - steps))
    for _ in range(steps):
        found = _times(field, inner, found)
    return found


def _steps(depth: Frac) -> int:
    """The k of a depth N + k with N a combination of natural variables."""
    found = 0
    for exponents, c in depth.terms():
        refuse_if(c.denominator != 1 or c < 0, "a depth must be a sum of natural numbers")
        if not exponents:
            found = int(c)
    refuse_if(found > MOST_STEPS, f"a depth of {found} is too large to unfold")
    return found


def _member(field: Field, sequence: Term, step: Term) -> Words:
    place = field.frac(step)
    if sequence.op != "seqlit":
        return _letter(field, fn("at", sequence, field.term(place)))
    columns, number = sequence.data, place.constant()
    if not any(map(any, columns)):
        return {}
    if number is None or number < 1:
        raise KernelRefusal("a given drive is read at a given step, counted from 1")
    if number > len(columns):
        return {}
    entries, width = columns[int(number) - 1], int((sequence.shape or (1, 1))[1])
    return words(field, literal(tuple(entries[k : k + width] for k in range(0, len(entries), width))))


def _canonical_net(field: Field, net: Term) -> Term:
    weight, f, start, drive = net.args
    return fn("net", canonical(field, weight), f, canonical(field, start), drive)


def _network(field: Field, op: str, net: Term, depth: Term) -> Words:
    """One step of a recurrence unfolded where the depth shows one; else a letter."""
    weight, f, start, drive = net.args
    place = field.frac(depth)
    if op != "pre" and place.is_zero():
        return words(field, start) if op == "state" else {(): field.ring.rational(1)}
    if _steps(place) == 0:
        return _letter(field, fn(op, _canonical_net(field, net), field.term(place)))
    before, pre = field.term(place - 1), fn("pre", net, depth)
    mask = fn("diag", fn("slopes", f, pre))
    unfolded = {
        "pre": lambda: fn("madd", fn("mmul", weight, fn("state", net, before)), fn("at", drive, depth)),
        "state": lambda: fn("apply", f, pre),
        "jac": lambda: fn("mmul", mask, weight, fn("jac", net, before)),
        "masks": lambda: fn("mmul", mask, fn("masks", net, before)),
    }
    return words(field, unfolded[op]())


def _count(field: Field) -> None:
    """Sums within sums unfold more often than any one of them."""
    field.unfolded += 1
    refuse_if(field.unfolded > MOST_UNFOLDED, f"sums and recursions that unfold more than {MOST_UNFOLDED} times in all")


def unfolded_recursion(field: Field, t: Term) -> Term | None:
    """x_0 as the base, x_{N+1} as the step from x_N; None where the depth shows neither."""
    previous, now, step, base, depth = t.args
    place = field.frac(depth)
    if place.is_zero():
        return base
    if _steps(place) == 0:
        return None
    _count(field)
    before = fn(t.op, previous, now, step, base, field.term(place - 1))
    return substitute(step, {previous: before, now: field.term(place)})


def shortened_sum(field: Field, t: Term) -> Term | None:
    """Σ_{k=a}^{N+1} as Σ_{k=a}^{N} plus the last term, where N + 1 ≥ a is known; Σ_{k=a}^a as its term, an empty sum as 0."""
    bound, low, high, body = with_canonical_bound(t).args
    gap, place = field.sign(sub(high, low)), field.frac(high)
    if gap == NEG:
        return ZERO if t.op == "sum" else make("zeros", data=t.shape)
    single = place.same(field.frac(low))
    if gap & NEG or (_steps(place) == 0 and not single):
        return None
    _count(field)
    last = substitute(body, {bound: high})
    if single:
        return last
    before = field.term(place - 1)

    def lowered(node: Term) -> Term | None:
        # Inside the shorter sum k ≤ N, so N + 1 − k is (N − k) + 1.
        if node.op == "nsub" and node.args[1] is bound and field.frac(node.args[0]).same(place):
            return add(fn("nsub", before, bound), ONE)
        return None

    shorter = make(t.op, (bound, low, before, mapped(body, lowered)))
    return fn("add" if t.op == "sum" else "madd", shorter, last)


def with_canonical_bound(t: Term) -> Term:
    """The same sum with a bound variable named after its depth of nesting alone."""
    bound, low, high, body = t.args
    level = sum(1 for node in walk(body) if node.op in ("sum", "msum"))
    while (plain := var(f"κ{level}", "nat")) in t.free:
        level += 1
    return fn(t.op, plain, low, high, substitute(body, {bound: plain}))
