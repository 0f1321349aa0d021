"""Matrix terms as sums of words: the free algebra in which matrix identities are decided.

A matrix is Σ coefficient · word, a word a product of letters base^exponent. Powers of one base
merge, diagonal letters commute with each other, S S⁻¹ drops out, products that the facts call I
drop out, and Jacobians, states and sums unfold as many steps as their depth shows. Everything else
is opaque, so equal normal forms are equal matrices for every width and every depth.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from theory.kernel.definitions import is_affine
from theory.kernel.fractions import Frac, terms_of
from theory.kernel.signs import NEG, NONZERO
from theory.kernel.terms import ONE, Term, add, literal, make, mapped, mul, rat, substitute, walk
from theory.language.errors import KernelRefusal

if TYPE_CHECKING:
    from theory.kernel.field import Field

Letter: TypeAlias = tuple[Term, Term]
Word: TypeAlias = tuple[Letter, ...]
Words: TypeAlias = dict[Word, Frac]
_MOST_LETTERS = 64


def words(field: Field, m: Term) -> Words:
    """The normal form of a matrix term."""
    one = field.ring.rational(1)
    match m.op, m.args:
        case "zeros", _:
            return {}
        case "ident", _:
            return {(): one}
        case "madd", parts:
            total: Words = {}
            for part in parts:
                total = _plus(field, total, words(field, part))
            return total
        case "mscale", (scalar, inner):
            factor = field.frac(scalar)
            return _clean(field, {w: field.ring.mul(factor, c) for w, c in words(field, inner).items()})
        case "mmul", parts:
            result: Words = {(): one}
            for part in parts:
                result = _times(field, result, words(field, part))
            return result
        case "mpow", (base, exponent):
            return _power(field, base, exponent)
        case "tr", (inner,):
            flipped: Words = {}
            for word, c in words(field, inner).items():
                letters = tuple((_transposed(field, base), e) for base, e in reversed(word))
                flipped = _plus(field, flipped, {_simplified(field, letters): c})
            return flipped
        case "diag", (column,):
            return _diagonal(field, column)
        case "apply", (f, column):
            slope = is_affine(f.data) if f.op == "fun" else None
            if slope is not None:
                return words(field, make("mscale", (rat(slope), column)))
            return _letter(field, make("apply", (f, canonical(field, column))))
        case "slopes", (f, column) if column.op == "pre":
            # The argument stays a_t: what it is made of matters to the state, not to a mask.
            net, depth = column.args
            plain = make("pre", (_canonical_net(field, net), field.term(field.frac(depth))))
            return _letter(field, make("slopes", (f, plain)))
        case "slopes", (f, column):
            return _letter(field, make("slopes", (f, canonical(field, column))))
        case (("mabs" | "inv"), (inner,)):
            return _letter(field, make(m.op, (canonical(field, inner),)))
        case "at", (sequence, step):
            return _member(field, sequence, step)
        case (("jac" | "masks" | "state" | "pre"), (net, depth)):
            return _network(field, m.op, net, depth)
        case "msum", _:
            return _sum(field, m)
        case (("var" | "mlit"), _):
            return _letter(field, m)
        case _:
            raise KernelRefusal(f"the kernel has no normal form for the matrix {m.op}")


def canonical(field: Field, m: Term) -> Term:
    """The normal form as a term again; equal normal forms give the same term."""
    summands: list[Term] = []
    for word, coefficient in sorted(words(field, m).items(), key=lambda item: repr(item[0])):
        summands.append(_scaled(field, coefficient, _word_term(word, m)))
    if not summands:
        return make("zeros", data=m.shape)
    return summands[0] if len(summands) == 1 else make("madd", tuple(summands))


def equal(field: Field, a: Term, b: Term) -> bool:
    """Whether two matrices have the same normal form."""
    difference = _plus(field, words(field, a), words(field, make("mscale", (rat(-1), b))))
    return not difference


def _scaled(field: Field, coefficient: Frac, m: Term) -> Term:
    if field.ring.as_constant(coefficient) == 1:
        return m
    return make("mscale", (field.term(coefficient), m))


def _word_term(word: Word, like: Term) -> Term:
    if not word:
        if like.shape is None or like.shape[0] != like.shape[1]:
            raise KernelRefusal("an empty product is an identity matrix, which is square")
        return make("ident", data=like.shape[0])
    letters = tuple(base if e is ONE else make("mpow", (base, e)) for base, e in word)
    return letters[0] if len(letters) == 1 else make("mmul", letters)


def _letter(field: Field, base: Term, exponent: Term = ONE) -> Words:
    if exponent is ONE:
        for left, right in field.rewrites():
            if left is base and left not in walk(right):
                return words(field, right)  # an equality among the facts, read from left to right
    return {_simplified(field, ((base, exponent),)): field.ring.rational(1)}


def _clean(field: Field, found: Words) -> Words:
    return {w: c for w, c in found.items() if not field.ring.is_zero(c)}


def _plus(field: Field, a: Words, b: Words) -> Words:
    total = dict(a)
    for word, c in b.items():
        total[word] = field.ring.add(total[word], c) if word in total else c
    return _clean(field, total)


def _times(field: Field, a: Words, b: Words) -> Words:
    product: Words = {}
    for left, c in a.items():
        for right, d in b.items():
            word = _simplified(field, left + right)
            product = _plus(field, product, {word: field.ring.mul(c, d)})
    return product


def _transposed(field: Field, base: Term) -> Term:
    if base.op == "tr":
        return base.args[0]
    return base if _is_diagonal(field, base) else make("tr", (base,))


def _is_diagonal(field: Field, base: Term) -> bool:
    inner = base.args[0] if base.op == "inv" else base
    return inner.op == "diag" or field.structures.get(inner) in ("diagonal", "positive diagonal")


def _simplified(field: Field, word: Word) -> Word:
    """Sort commuting diagonal letters, merge powers, drop inverses and products known to be I; push into sums."""
    if len(word) > _MOST_LETTERS:
        raise KernelRefusal(f"a product of more than {_MOST_LETTERS} matrices; split it into smaller steps")
    letters = [letter for letter in word if letter[1] is not rat(0)]
    if len(letters) > 1 and letters[-1][0].op == "msum" and letters[-1][1] is ONE:
        bound, low, high, body = letters[-1][0].args
        front = tuple(base if e is ONE else make("mpow", (base, e)) for base, e in letters[:-1])
        inner = make("msum", (bound, low, high, canonical(field, make("mmul", (*front, body)))))
        return ((with_canonical_bound(inner), ONE),)
    changed = True
    while changed:
        changed = False
        for k in range(len(letters) - 1):
            (a, e), (b, f) = letters[k], letters[k + 1]
            if a is b and a.shape is not None and a.shape[0] == a.shape[1]:
                letters[k : k + 2] = [(a, field.term(field.frac(add(e, f))))]
            elif _inverse_pair(field, a, b) and e is f:
                letters[k : k + 2] = []
            elif e is ONE and f is ONE and _is_unit_product(field, a, b):
                letters[k : k + 2] = []
            elif _is_diagonal(field, a) and _is_diagonal(field, b) and repr(a) > repr(b):
                letters[k], letters[k + 1] = letters[k + 1], letters[k]
            elif a.op == "mlit" and b.op == "mlit" and e is ONE and f is ONE:
                letters[k : k + 2] = [(_literal_product(a, b), ONE)]
            else:
                continue
            changed = True
            break
    return tuple(letters)


def _inverse_pair(field: Field, a: Term, b: Term) -> bool:
    inverse, other = (a, b) if a.op == "inv" else (b, a)
    return inverse.op == "inv" and inverse.args[0] is other and field.structures.get(other) == "positive diagonal"


def _is_unit_product(field: Field, a: Term, b: Term) -> bool:
    for left, right in field.equalities:
        if right.op == "ident" and left.op == "mmul" and len(left.args) == 2:
            first, second = left.args
            # For square matrices a left inverse is a right inverse.
            square = first.shape is not None and first.shape[0] == first.shape[1]
            if (first, second) == (a, b) or (square and (first, second) == (b, a)):
                return True
    return False


def _literal_product(a: Term, b: Term) -> Term:
    columns = list(zip(*b.data, strict=True))
    return literal(tuple(tuple(sum((x * y for x, y in zip(r, c, strict=True)), Fraction(0)) for c in columns) for r in a.data))


def _power(field: Field, base: Term, exponent: Term) -> Words:
    inner = words(field, base)
    ring = field.ring
    depth = field.frac(exponent)
    number = ring.as_constant(depth)
    if not inner and number != 0:
        if number is not None:
            return {}
        return _letter(field, canonical(field, base), field.term(depth))
    if number == 0:
        return {(): ring.rational(1)}
    if len(inner) == 1:
        ((word, coefficient),) = inner.items()
        if len(word) <= 1:
            letters = tuple((b, field.term(field.frac(mul(e, exponent)))) for b, e in word)
            return {_simplified(field, letters): field.natural_power(coefficient, depth)}
    if number is not None and number.denominator == 1 and 0 < number <= 16:
        result: Words = {(): ring.rational(1)}
        for _ in range(int(number)):
            result = _times(field, result, inner)
        return result
    whole = canonical(field, base)
    steps = _constant_part(field, depth)
    rest = field.term(ring.sub(depth, ring.rational(steps)))
    found = _letter(field, whole, rest)
    for _ in range(steps):
        found = _times(field, inner, found)
    return found


def _constant_part(field: Field, depth: Frac) -> int:
    """The k of a depth N + k with N a combination of natural variables."""
    if not depth.den.is_constant():
        raise KernelRefusal("a depth must be a polynomial in natural variables")
    found = 0
    for exponents, c in terms_of(depth.num):
        if c.denominator != 1 or c < 0:
            raise KernelRefusal("a depth must be a sum of natural numbers")
        if not exponents:
            found = int(c)
    if found > 64:
        raise KernelRefusal(f"a depth of {found} is too large to unfold")
    return found


def _diagonal(field: Field, column: Term) -> Words:
    if column.op == "slopes" and column.args[0].op == "fun":
        slope = is_affine(column.args[0].data)
        if slope is not None:
            return _clean(field, {(): field.ring.rational(slope)})
    return _letter(field, make("diag", (canonical(field, column),)))


def _member(field: Field, sequence: Term, step: Term) -> Words:
    place = field.frac(step)
    number = field.ring.as_constant(place)
    if sequence.op == "seqlit":
        columns = sequence.data
        if not any(any(c) for c in columns):
            return {}
        if number is None or number < 1:
            raise KernelRefusal("a given drive is read at a given step, counted from 1")
        index = int(number) - 1
        if index >= len(columns) or not any(columns[index]):
            return {}
        return _letter(field, literal(tuple((x,) for x in columns[index])))
    return _letter(field, make("at", (sequence, field.term(place))))


def _canonical_net(field: Field, net: Term) -> Term:
    weight, f, start, drive = net.args
    return make("net", (canonical(field, weight), f, canonical(field, start), drive))


def _network(field: Field, op: str, net: Term, depth: Term) -> Words:
    weight, f, start, drive = net.args
    place = field.frac(depth)
    number = field.ring.as_constant(place)
    if number == 0 and op != "pre":
        return {(): field.ring.rational(1)} if op in ("jac", "masks") else words(field, start)
    steps = _constant_part(field, place)
    if steps == 0:
        return _letter(field, make(op, (_canonical_net(field, net), field.term(place))))
    before = field.term(field.ring.sub(place, field.ring.rational(1)))
    pre = make("pre", (net, depth))
    match op:
        case "pre":
            return words(
                field, make("madd", (make("mmul", (weight, make("state", (net, before)))), make("at", (drive, depth))))
            )
        case "state":
            return words(field, make("apply", (f, pre)))
        case "jac":
            mask = make("diag", (make("slopes", (f, pre)),))
            return words(field, make("mmul", (mask, weight, make("jac", (net, before)))))
        case _:
            return words(field, make("mmul", (make("diag", (make("slopes", (f, pre)),)), make("masks", (net, before)))))


def _sum(field: Field, m: Term) -> Words:
    split = split_sum(field, m)
    if split is None:
        bound, low, high, body = with_canonical_bound(m).args
        inner = make("msum", (bound, field.term(field.frac(low)), field.term(field.frac(high)), canonical(field, body)))
        return _letter(field, inner)
    shorter, last = split
    found = words(field, last)
    return found if shorter is None else _plus(field, words(field, shorter), found)


def split_sum(field: Field, t: Term) -> tuple[Term | None, Term] | None:
    """Σ_{k=a}^{N+1} = Σ_{k=a}^{N} + the last term, where N + 1 ≥ a is known; an empty rest is None."""
    bound, low, high, body = t.args
    if field.sign(make("add", (high, make("mul", (rat(-1), low))))) & NEG:
        if field.sign(make("add", (low, make("mul", (rat(-1), high))))) & ~4 == 0:
            zero = rat(0) if t.op == "sum" else make("zeros", data=t.shape)
            return None, zero
        return None
    place = field.frac(high)
    if _constant_part(field, place) == 0:
        return None
    before = field.term(field.ring.sub(place, field.ring.rational(1)))
    last = substitute(body, {bound: high})
    if field.ring.equal(place, field.frac(low)):
        return None, last

    def lowered(node: Term) -> Term | None:
        # Inside the shorter sum k ≤ N, so N + 1 − k is (N − k) + 1.
        if node.op == "nsub" and node.args[1] is bound and field.ring.equal(field.frac(node.args[0]), place):
            return add(make("nsub", (before, bound)), ONE)
        return None

    return make(t.op, (bound, low, before, mapped(body, lowered))), last


def with_canonical_bound(t: Term) -> Term:
    """The same sum with a bound variable named after its depth of nesting alone."""
    bound, low, high, body = t.args
    level = sum(1 for node in walk(body) if node.op in ("sum", "msum"))
    plain = make("var", data=f"κ{level}", sort="nat")
    return make(t.op, (plain, low, high, substitute(body, {bound: plain})))


def entry(field: Field, m: Term, i: Term, j: Term) -> Frac:
    """The entry (i, j): sums, diagonal factors and activations are read coordinate by coordinate."""
    ring = field.ring
    total = ring.rational(0)
    for word, coefficient in words(field, m).items():
        total = ring.add(total, ring.mul(coefficient, _word_entry(field, word, m, i, j)))
    return total


def _word_entry(field: Field, word: Word, m: Term, i: Term, j: Term) -> Frac:
    ring = field.ring
    if not word:
        if ring.equal(field.frac(i), field.frac(j)):
            return ring.rational(1)
        if field.sign(add(i, make("mul", (rat(-1), j)))) & ~NONZERO == 0:
            return ring.rational(0)
        raise KernelRefusal("an entry of the identity needs to know whether its row is its column")
    (first, e), *rest = word
    if first.op == "diag" and e is ONE:
        tail = _word_entry(field, tuple(rest), make("ident", data=first.shape[0]) if not rest and first.shape else m, i, j)
        return ring.mul(_coordinate(field, first.args[0], i), tail)
    if not rest and e is ONE:
        if first.op in ("apply", "slopes"):
            return _coordinate(field, first, i)
        if first.op == "mlit" and i.op == "rat" and j.op == "rat":
            return ring.rational(first.data[int(i.data) - 1][int(j.data) - 1])
    i, j = field.term(field.frac(i)), field.term(field.frac(j))
    return field.opaque(make("entry", (_word_term(word, m), i, j)))


def _coordinate(field: Field, column: Term, i: Term) -> Frac:
    if column.op in ("apply", "slopes"):
        f, inner = column.args
        return field.frac(make("app" if column.op == "apply" else "slope", (f, make("entry", (inner, i, ONE)))))
    return entry(field, column, i, ONE)
