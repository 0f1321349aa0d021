"""Random expressions in one variable from a small grammar, with their values in exact arithmetic and balls."""

from __future__ import annotations

import random
from fractions import Fraction

from flint import arb, ctx, fmpq

from theory import relu, sigmoid, softplus
from theory.kernel.terms import Term, add, fn, make, mul, neg, power, rat, sub, var

X = var("x")
HEADS = {head.__name__: head for head in (relu, sigmoid, softplus)}
_SMALL = [Fraction(k, d) for d in (1, 2, 3) for k in range(-4, 5) if k]
_UNARY = (
    "exp",
    "log1p",
    "sqrt1p",
    "tanh",
    "sigmoid",
    "softplus",
    "erf",
    "sin",
    "cos",
    "abs",
    "relu",
    "square",
    "inverse1p",
    "asinh",
    "omega",
)


def expression(seed: int, depth: int = 3) -> Term:
    """The expression of a seed."""
    return _grown(random.Random(seed), depth)


def _grown(r: random.Random, depth: int) -> Term:
    if depth == 0 or r.random() < 0.15:
        return X if r.random() < 0.75 else rat(r.choice(_SMALL))
    kind = r.random()
    if kind < 0.45:
        return _applied(r.choice(_UNARY), _grown(r, depth - 1))
    a, b = _grown(r, depth - 1), _grown(r, depth - 1)
    if kind < 0.6:
        return add(a, b)
    if kind < 0.7:
        return sub(a, b)
    if kind < 0.85:
        return mul(a, b)
    if kind < 0.92:
        return mul(rat(r.choice(_SMALL)), a)
    return fn(r.choice(("max", "min")), a, b)


def _applied(name: str, u: Term) -> Term:
    square = power(u, 2)
    match name:
        case "log1p":
            return fn("log", add(rat(1), square))
        case "sqrt1p":
            return power(add(rat(1), square), Fraction(1, 2))
        case "inverse1p":
            return power(add(rat(1), square), -1)
        case "square":
            return square
        case "omega":
            return fn("lambertw", fn("exp", u))
        case _ if name in HEADS:
            return make("app", (make("fun", data=name), u))
        case "exp":
            return fn("exp", neg(square)) if u is not X else fn("exp", u)
        case _:
            return fn(name, u)


def value(t: Term, x: Fraction, bits: int = 192) -> arb:
    """The value at a rational point as a ball; nan where it is not defined. Written without the kernel's own evaluation."""
    saved, ctx.prec = ctx.prec, bits
    try:
        return _value(t, arb(fmpq(x.numerator, x.denominator)))
    finally:
        ctx.prec = saved


def _value(t: Term, x: arb) -> arb:
    if t.op == "rat":
        return arb(fmpq(t.data.numerator, t.data.denominator))
    if t is X:
        return x
    if t.op == "app":
        u = _value(t.args[1], x)
        if t.args[0].data == "sigmoid":
            return 1 / (1 + (-u).exp())
        if t.args[0].data == "softplus":
            return (1 + u.exp()).log()
        return u.max(arb(0))
    args = [_value(a, x) for a in t.args]
    match t.op:
        case "add":
            return sum(args, arb(0))
        case "mul":
            product = arb(1)
            for a in args:
                product = product * a
            return product
        case "pow":
            base, exponent = args[0], t.args[1].data
            if exponent == 2:
                return base * base
            return base.sqrt() if exponent == Fraction(1, 2) else 1 / base
        case "max":
            return args[0].max(args[1])
        case "min":
            return args[0].min(args[1])
        case "abs":
            return abs(args[0])
        case name:
            return getattr(args[0], name)()


def points(seed: int, near: list[Fraction], count: int = 100) -> list[Fraction]:
    """Points to try: random, huge, tiny, and near the places given."""
    r = random.Random(seed)
    found = [Fraction(r.randint(-(10**6), 10**6), 10**5) for _ in range(count // 2)]
    found += [Fraction(s * 10**k) for k in range(1, 7) for s in (1, -1)] + [
        Fraction(s, 10**k) for k in (1, 3, 9, 30) for s in (1, -1)
    ]
    for place in near:
        found += [place] + [place + Fraction(s, 10**k) for k in (1, 2, 4, 8, 16) for s in (1, -1)]
    while len(found) < count:
        found.append(Fraction(r.randint(-(10**4), 10**4), 1000))
    return found
