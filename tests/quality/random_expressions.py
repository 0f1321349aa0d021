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
_MORE = ("quartic", "level", "bowl")  # flat extrema, kinks that are no rational numbers, denominators that need a proof


def expression(seed: int, depth: int = 3) -> Term:
    """The expression of a seed."""
    return _grown(random.Random(seed), depth)


def _grown(r: random.Random, depth: int) -> Term:
    if depth == 0 or r.random() < 0.15:
        return X if r.random() < 0.75 else rat(r.choice(_SMALL))
    kind = r.random()
    if kind < 0.45:
        return _applied(r.choice(_UNARY + _MORE), _grown(r, depth - 1))
    a, b = _grown(r, depth - 1), _grown(r, depth - 1)
    if kind < 0.6:
        return add(a, b)
    if kind < 0.7:
        return sub(a, b)
    if kind < 0.85:
        return mul(a, b)
    if kind < 0.9:
        return mul(rat(r.choice(_SMALL)), a)
    if kind < 0.94:
        return fn("pw", sub(a, b), a, r.choice((a, b)), r.choice((b, neg(b), rat(1))))
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
        case "quartic":
            return power(u, 4)
        case "level":
            return fn("abs", sub(square, rat(2)))
        case "bowl":
            return mul(u, power(add(square, u, rat(1)), -1))
        case _ if name in HEADS:
            return make("app", (make("fun", data=name), u))
        case "exp":
            return fn("exp", neg(square)) if u is not X else fn("exp", u)
        case _:
            return fn(name, u)


def value(t: Term, x: Fraction, order: int = 0, bits: int = 192) -> arb:
    """The value at a rational point as a ball, or the first derivative; nan where it is not defined or not decided.

    Written without the kernel's own evaluation, in dual numbers.
    """
    saved, ctx.prec = ctx.prec, bits
    try:
        return _dual(t, (arb(fmpq(x.numerator, x.denominator)), arb(1)), {})[order]
    finally:
        ctx.prec = saved


Dual = tuple[arb, arb]


def _times(a: Dual, b: Dual) -> Dual:
    return a[0] * b[0], a[0] * b[1] + a[1] * b[0]


def _chosen(gap: Dual, above: Dual, below: Dual, same: arb) -> Dual:
    """The side that is taken; where both meet a value all the same, but no slope."""
    return above if gap[0] > 0 else below if gap[0] < 0 else (same, arb.nan())


def _dual(t: Term, x: Dual, memo: dict[Term, Dual]) -> Dual:
    if t not in memo:
        memo[t] = _of_parts(t, x, memo)
    return memo[t]


def _of_parts(t: Term, x: Dual, memo: dict[Term, Dual]) -> Dual:
    if t.op == "rat":
        return arb(fmpq(t.data.numerator, t.data.denominator)), arb(0)
    if t is X:
        return x
    if t.op == "app":
        return _head(t.args[0].data, _dual(t.args[1], x, memo))
    args = [_dual(a, x, memo) for a in t.args]
    u, v = args[0], args[-1]
    match t.op:
        case "add":
            return sum((a[0] for a in args), arb(0)), sum((a[1] for a in args), arb(0))
        case "mul":
            product: Dual = (arb(1), arb(0))
            for a in args:
                product = _times(product, a)
            return product
        case "pow":
            exponent = t.args[1].data
            if exponent in (2, 4):
                square = (u[0] * u[0], 2 * u[0] * u[1])
                return square if exponent == 2 else _times(square, square)
            if exponent == Fraction(1, 2):
                return u[0].sqrt(), u[1] / (2 * u[0].sqrt())
            return 1 / u[0], -u[1] / (u[0] * u[0])
        case "max":
            return _chosen((u[0] - v[0], u[1]), u, v, u[0].max(v[0]))
        case "min":
            return _chosen((v[0] - u[0], u[1]), u, v, u[0].min(v[0]))
        case "abs":
            return _chosen(u, u, (-u[0], -u[1]), abs(u[0]))
        case "pw":
            return _chosen(u, args[1], args[3], args[2][0] if u[0].is_zero() else arb.nan())
        case name:
            return _elementary(name, u)


def _elementary(name: str, u: Dual) -> Dual:
    y, slope = u
    match name:
        case "exp":
            return y.exp(), slope * y.exp()
        case "log":
            return y.log(), slope / y
        case "tanh":
            return y.tanh(), slope * (1 - y.tanh() ** 2)
        case "erf":
            return y.erf(), slope * 2 * (-y * y).exp() / arb.pi().sqrt()
        case "sin":
            return y.sin(), slope * y.cos()
        case "asinh":
            return y.asinh(), slope / (1 + y * y).sqrt()
        case "lambertw":
            return y.lambertw(), slope * (-y.lambertw()).exp() / (1 + y.lambertw())
        case _:
            return y.cos(), -slope * y.sin()


def _head(name: str, u: Dual) -> Dual:
    logistic = 1 / (1 + (-u[0]).exp())
    match name:
        case "sigmoid":
            return logistic, u[1] * logistic * (1 - logistic)
        case "softplus":
            return (1 + u[0].exp()).log(), u[1] * logistic
        case _:
            return _chosen(u, u, (arb(0), arb(0)), u[0].max(arb(0)))


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
