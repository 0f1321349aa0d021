"""Exact decisions about closed instances: normal forms for what is rational, balls for the rest.

Nothing here has variables. A number that is not rational is separated from another by balls of
growing precision, which can prove < and ≠ and never =.
"""

from __future__ import annotations

from contextlib import suppress
from math import prod
from typing import cast

from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from theory.kernel import entries
from theory.kernel.definitions import expanded, slope_if_linear
from theory.kernel.field import Field
from theory.kernel.series import CONSTANTS
from theory.kernel.signs import ANY, NEG, NIL, POS, RELATIONS
from theory.kernel.terms import Term, fn, le, rat, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if

PRECISIONS = (64, 256, 1024)
MOST_FACTORS = 64
_BALLS = ("exp", "log", "erf", "atan", "sin", "cos", "asinh", "lambertw")


def matrix(t: Term) -> fmpq_mat:
    """A closed matrix term as rational numbers; refused where an entry is not rational."""
    field = Field()
    field.require_defined(t)
    found = entries.given(field, t)
    if found is None:
        raise KernelRefusal(f"the matrix {t.op} has no value: it is not closed or not rational")
    return found


def _largest_eigenvalue(a: fmpq_mat) -> arb:
    """An enclosure of the largest absolute value of all eigenvalues."""
    # python-flint's stubs give the roots alone; it returns them with their multiplicities.
    polynomial = fmpz_poly(list(fmpq_poly(list(a.charpoly())).numer()))
    roots = cast("list[tuple[acb, int]]", polynomial.complex_roots())
    largest = arb(0)
    for root, _ in roots:
        largest = largest.max(abs(root))
    return largest


def ball(t: Term) -> arb:
    """An enclosure of a closed real term at the current precision; not finite where it is not defined."""
    match t.op, t.args:
        case "rat", _:
            return arb(fmpq(t.data.numerator, t.data.denominator))
        case op, () if op in CONSTANTS:
            return CONSTANTS[op]()
        case "add", parts:
            return sum(map(ball, parts), arb(0))
        case "mul", parts:
            return prod(map(ball, parts), start=arb(1))
        case "pow", (base, exponent):
            b, q = ball(base) + 0 * ball(exponent), Field().frac(exponent).constant()
            if q is None or q.denominator > 2:
                return (b.log() * ball(exponent)).exp()
            if b.contains(0) and q.denominator == 1 and 0 < q <= MOST_FACTORS:
                return prod([b] * int(q), start=arb(1))  # the library's power of a ball about 0 is nan
            # b^0 is nan where b is
            return (b ** int(q) if q.denominator == 1 else b.sqrt() ** int(2 * q)) + 0 * b
        case op, (u,) if op in _BALLS:
            return getattr(ball(u), op)()
        case "abs", (u,):
            return abs(ball(u))
        case "pw", (u, above, equal, below):
            return {POS: lambda: ball(above), NIL: lambda: ball(equal), NEG: lambda: ball(below)}.get(sign(u), arb.nan)()
        case "der", _:
            return ball(Field().derivative_at(t)) + 0 * ball(fn("app", *t.args))
        case "norm", (m,):
            a = matrix(m)
            return _largest_eigenvalue(a.transpose() * a).sqrt()
        case "radius", (m,):
            return _largest_eigenvalue(matrix(m))
        case _ if (meaning := expanded(t)) is not None:
            return ball(meaning)
        case _:
            field = Field()
            field.require_defined(t)
            plain = field.term(field.frac(t))
            refuse_if(plain is t or bool(t.free), f"{t.op} has no value: it is not closed")
            return ball(plain)


def sign(t: Term) -> int:
    """The possible signs of a closed number: by its normal form, else by balls that exclude 0."""
    with suppress(KernelRefusal):
        field = Field()
        field.require_defined(t)
        mask = field.sign(t)
        if mask in (NEG, NIL, POS):
            return mask
    saved = ctx.prec
    try:
        for ctx.prec in PRECISIONS:
            enclosure = ball(t)
            if enclosure.is_finite() and (enclosure > 0 or enclosure < 0):
                return POS if enclosure > 0 else NEG
    finally:
        ctx.prec = saved
    return ANY


def holds(formula: Term) -> bool | None:
    """Whether a closed formula is true; None where neither is proved."""
    match formula.op, formula.args:
        case "and", parts:
            found = [holds(p) for p in parts]
            return False if False in found else None if None in found else True
        case "not", (inner,):
            inside = holds(inner)
            return None if inside is None else not inside
        case "implies", (a, b):
            return holds(fn("not", fn("and", a, fn("not", b))))
        case "iff", (a, b):
            return holds(fn("and", fn("implies", a, b), fn("implies", b, a)))
        case (("meq" | "mle"), (a, b)):
            pairs = zip(matrix(a).entries(), matrix(b).entries(), strict=True)
            return all(x == y if formula.op == "meq" else x <= y for x, y in pairs)
        case "structure", (m,):
            a = matrix(m)
            entries = [(i == j, a[i, j]) for i in range(a.nrows()) for j in range(a.ncols())]
            return all(x > 0 or formula.data == "diagonal" if on else x == 0 for on, x in entries)
        case "lawful", (law,) if not law.free:
            return _has(law, formula.data)
        case "slopes_within", (f, bound):
            slope = slope_if_linear(f)
            return None if slope is None else holds(le(rat(abs(slope)), bound))
        case op, (a, b) if op in RELATIONS:
            mask = sign(sub(b, a))
            return True if not mask & ~RELATIONS[op] else False if not mask & RELATIONS[op] else None
        case _:
            return None


def _has(law: Term, what: str | int) -> bool:
    """Whether a given law is of a kind; every moment of the normal law and of a finite one exists."""
    if law.op == "gaussian" or isinstance(what, int):
        return True
    weights = dict(law.data)
    if what == "symmetric":
        return all(weights.get(-x) == w for x, w in weights.items())
    return what == "without atom at zero" and 0 not in weights


@rule
def decided(given: Given, formula: Term) -> Result:
    """A closed formula that exact arithmetic or separated balls show to be true."""
    refuse_if(formula.free, "only a statement without variables is decided")
    refuse_if(holds(formula) is not True, "exact arithmetic does not show this statement to be true")
    return formula
