"""What a reader may want to see between the two sides of an identity: heads unfolded, one fraction, factored.

Nothing here is trusted: a form is shown only where the kernel proves that it equals what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq, fmpq_mpoly

from theory.kernel import words
from theory.kernel.field import Field
from theory.kernel.fractions import Frac, as_fraction, constant
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import ONE, Term, fn, make, mul, power, rat, var
from theory.kernel.theorem import infer
from theory.language.errors import KernelRefusal

_HEADS = frozenset({"app", "der", "slope", "tanh", "sinh", "cosh", "abs", "max", "min", "pw", "entry"})
_LONGEST = 34


def heads(t: Term) -> frozenset[Term]:
    """The parts of a term that stand for a longer expression."""
    return frozenset(node for node in walk(t) if node.op in _HEADS)


def size(t: Term) -> int:
    """How much there is to read: variables, numbers and operations."""
    return 1 + sum(map(size, t.args))


def plain_form(t: Term, facts: Iterable[Term] = ()) -> Term | None:
    """The term as one factored fraction of elementary functions; None where there is none that is worth showing."""
    return _shown(t, tuple(facts), lambda field: _factored(field, field.frac(t).renewed()))


def plain_matrix(m: Term, facts: Iterable[Term] = ()) -> Term | None:
    """The matrix as a sum of words, networks unfolded as far as their depth shows."""
    found = _shown(m, tuple(facts), lambda field: words.canonical(field, m))
    # A weight in another normal form would look like another network.
    return found if found is not None and _networks(found) <= _networks(m) else None


def _shown(t: Term, facts: tuple[Term, ...], form: Callable[[Field], Term]) -> Term | None:
    """The form of a term, where it is short enough to be shown and the kernel proves that it equals the term."""
    try:
        found = _counting_as(t, _drawing_as(t, form(Field(facts))))
        if size(found) > _LONGEST:
            return None
        infer("identity", (t, found), [infer("assume", (fact,)) for fact in facts])
    except KernelRefusal:
        return None
    return found


def _drawing_as(like: Term, t: Term) -> Term:
    """The term with its expectations over draws that are called as in another, not by the kernel's names."""
    known = [node.args[0] for node in walk(like) if node.op == "mean"]

    def go(node: Term) -> Term:
        if node.op == "mean":
            draws, law, body = node.args
            named = next((v for v in known if v.shape == draws.shape and v not in node.free), draws)
            return fn("mean", named, law, substitute(body, {draws: named}))
        return make(node.op, tuple(map(go, node.args)), node.data, node.sort, node.shape) if node.args else node

    return go(t) if known else t


def _counting_as(like: Term, t: Term) -> Term:
    """The term with its sums over indices that are called as in another, or k, not by the kernel's names."""
    known = [*(node.args[0] for node in walk(like) if node.op in _SUMS), *(var(name, "nat") for name in "kjlm")]

    def go(node: Term) -> Term:
        if not node.args:
            return node
        args = tuple(map(go, node.args))
        if node.op in _SUMS and str(args[0].data).startswith("κ"):
            index, low, high, body = args
            taken = body.free | {inner.args[0] for inner in walk(body) if inner.op in _SUMS}
            named = next((v for v in known if v.shape == index.shape and v not in taken), index)
            args = (named, low, high, substitute(body, {index: named}))
        return make(node.op, args, node.data, node.sort, node.shape)

    return go(t)


_SUMS = ("sum", "msum")


def _networks(t: Term) -> set[Term]:
    return {node for node in walk(t) if node.op == "net"}


def _factored(field: Field, a: Frac) -> Term:
    above, top = _product(field, a.num)
    below, bottom = _product(field, a.den)
    coefficient = above / below
    if coefficient.numerator != 1 or not top:
        top.insert(0, rat(coefficient.numerator))
    if coefficient.denominator != 1:
        bottom.insert(0, rat(coefficient.denominator))
    if bottom and all(f.op == "rat" for f in (*top, *bottom)):
        return rat(coefficient)
    whole = _times(top)
    if not bottom:
        return whole
    return power(_times(bottom), -1) if whole is ONE else mul(*top, power(_times(bottom), -1))


def _times(factors: list[Term]) -> Term:
    return factors[0] if len(factors) == 1 else mul(*factors)


def _product(field: Field, p: fmpq_mpoly) -> tuple[Fraction, list[Term]]:
    """A polynomial as a number times factors with whole coefficients: slopes first, then letters, exponentials, then sums."""
    lead, parts = p.factor()
    coefficient = as_fraction(lead)
    factors: list[tuple[tuple[int, str], Term]] = []
    for factor, exponent in parts:
        k = int(exponent)
        body, content = _primitive(factor)
        coefficient *= content**k
        if coefficient < 0 and k % 2 and any(as_fraction(c) < 0 for _, c in body.terms()):
            body, coefficient = -body, -coefficient  # 1 − e^x rather than −(e^x − 1)
        shown = _ascending(field, body)
        rank = {"slope": -1, "exp": 1, "add": 2}.get(shown.op, 0)
        # A power of e^u is e^{ku}, which reads better than (e^u)^k.
        raised = fn("exp", _multiple(k, shown.args[0])) if shown.op == "exp" else power(shown, k)
        name = str(shown.data) if shown.op == "var" else ""
        factors.append(((rank, name), shown if k == 1 else raised))
    return coefficient, [f for _, f in sorted(factors, key=lambda pair: pair[0])]


def _primitive(p: fmpq_mpoly) -> tuple[fmpq_mpoly, Fraction]:
    """The polynomial with whole coefficients without common factor, not all of them negative, and what was taken out."""
    found = [as_fraction(c) for _, c in p.terms()]
    content = Fraction(gcd(*(c.numerator for c in found)), lcm(*(c.denominator for c in found)))
    if all(c < 0 for c in found):
        content = -content
    return p / fmpq(content.numerator, content.denominator), content


def _multiple(k: int, u: Term) -> Term:
    if u.op == "mul" and u.args[0].op == "rat":
        c = u.args[0].data * k
        return mul(*u.args[1:]) if c == 1 else mul(rat(c), *u.args[1:])
    return mul(rat(k), u)


def _ascending(field: Field, p: fmpq_mpoly) -> Term:
    """A sum with a positive term in front, short ones first: 1 + e^x, 1 − e^{−x}."""
    one = constant(1)
    context = p.context()
    summands = [(as_fraction(c), _merged(field.term(Frac(field.ring, context.from_dict({e: c}), one)))) for e, c in p.terms()]
    if len(summands) == 1:
        return summands[0][1]
    ordered = sorted(summands, key=lambda pair: (pair[0] < 0, size(pair[1])))
    return make("add", tuple(term for _, term in ordered))


def _merged(t: Term) -> Term:
    """(e^u)^k as e^{ku}, within a product."""
    if t.op == "pow" and t.args[0].op == "exp" and t.args[1].op == "rat":
        return fn("exp", _multiple(int(t.args[1].data), t.args[0].args[0]))
    if t.op == "mul":
        return make("mul", tuple(map(_merged, t.args)))
    if t.op == "abs" and t.args[0].op == "mul" and t.args[0].args[0].op == "rat" and t.args[0].args[0].data == -1:
        return fn("abs", mul(*t.args[0].args[1:]))
    return t
