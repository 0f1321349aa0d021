"""What an activation head stands for: its definition as a term, and derivatives of terms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from theory.kernel.reading import read_definition
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, sub, var
from theory.language.activations import Activation, activation_named
from theory.language.errors import KernelRefusal, refuse_if

ARGUMENT = var("·")
MOST_DERIVATIVES = 64


def definition(name: str) -> Term:
    """The defining term of an activation, in the variable `ARGUMENT`."""
    return _definition(name, activation_named(name))


@cache
def _definition(name: str, head: type[Activation]) -> Term:
    # By the class as well as by its name: a notebook's cell that runs again defines the name anew.
    body = read_definition(head, ARGUMENT)
    widths = {d for node in walk(body) for d in node.shape or () if isinstance(d, str)}
    stray = sorted({*map(repr, body.free - {ARGUMENT}), *widths})
    refuse_if(stray, f"the definition of {name} may use its argument alone, and no width; it uses {stray}")
    reached, left = set[str](), [*_named(body)]
    while left:
        other = left.pop()
        refuse_if(other == name, f"the definition of {name} uses {name}")
        if other not in reached:
            reached.add(other)
            left += _named(read_definition(activation_named(other), ARGUMENT))
    return body


def meanings(*ts: Term) -> tuple[Term, ...]:
    """What the activations in terms stand for today, and those that these are made of: what is kept of terms rests on it."""
    found: dict[str, Term] = {}
    left = [name for t in ts for name in _named(t)]
    while left:
        name = left.pop()
        if name not in found:
            found[name] = definition(name)
            left += _named(found[name])
    return tuple(found.values())


@cache
def _named(t: Term) -> tuple[str, ...]:
    return tuple(node.data for node in walk(t) if node.op == "fun")


def unfolded(name: str, x: Term) -> Term:
    """The definition at x."""
    return substitute(definition(name), {ARGUMENT: x})


def expanded(t: Term) -> Term | None:
    """What a term stands for whose operator is defined by others; None of any other."""
    match t.op, t.args:
        case "app", (f, u) if f.op == "fun":
            return unfolded(f.data, u)
        case (("max" | "min"), (a, b)):
            return mul(HALF, add(a, b, mul(ONE if t.op == "max" else rat(-1), fn("abs", sub(a, b)))))
        case (("sinh" | "cosh" | "tanh"), (u,)):
            up, down = fn("exp", u), fn("exp", neg(u))
            odd, even = sub(up, down), add(up, down)
            return mul(odd, power(even, -1)) if t.op == "tanh" else mul(HALF, odd if t.op == "sinh" else even)
        case "asinh", (u,):
            return fn("log", add(u, power(add(ONE, power(u, 2)), HALF)))
        case _:
            return None


def slope_if_linear(f: Term) -> Fraction | None:
    """The slope of an activation x ↦ c·x, or None where its definition is not of that form."""
    if f.op != "fun":
        return None
    match definition(f.data):
        case body if body is ARGUMENT:
            return Fraction(1)
        case Term(op="mul", args=(factor, x)) if factor.op == "rat" and x is ARGUMENT:
            return factor.data
        case _:
            return None


# d f(u) / du, given u and f(u).
_ELEMENTARY: dict[str, Callable[[Term, Term], Term]] = {
    "exp": lambda u, t: t,
    "log": lambda u, t: power(u, -1),
    "sin": lambda u, t: fn("cos", u),
    "cos": lambda u, t: neg(fn("sin", u)),
    "tanh": lambda u, t: sub(ONE, power(t, 2)),
    "asinh": lambda u, t: power(add(ONE, power(u, 2)), Fraction(-1, 2)),
    "lambertw": lambda u, t: mul(fn("exp", neg(t)), power(add(ONE, t), -1)),
    "atan": lambda u, t: power(add(ONE, power(u, 2)), -1),
    "erf": lambda u, t: mul(rat(2), power(make("pi"), Fraction(-1, 2)), fn("exp", neg(power(u, 2)))),
}


def _product(*factors: Term) -> Term:
    return mul(*([factor for factor in factors if factor is not ONE] or [ONE]))


def derivative(t: Term, x: Term, piece: Callable[[Term], int]) -> Term:
    """d t / d x by the rules of calculus, without factors 1 and summands 0; its denominators show where it is defined.

    `piece(u)` is 1, −1 where u is strictly positive, negative near the point at hand; it raises
    where the sign is unknown, and so a kink is never differentiated.
    """
    memo: dict[Term, Term] = {x: ONE}

    def d(t: Term) -> Term:
        if x not in t.free:
            return ZERO
        found = memo.get(t)
        if found is None:
            found = memo[t] = differentiated(t)
        return found

    def differentiated(t: Term) -> Term:
        match t.op, t.args:
            case "add", parts:
                return add(*(d(p) for p in parts if x in p.free))
            case "mul", parts:
                return add(*(_product(*parts[:k], d(p), *parts[k + 1 :]) for k, p in enumerate(parts) if x in p.free))
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data in (0, 1):
                return _product(exponent, d(base))  # and not 0 · u^(−1), which has no value where u vanishes
            case "pow", (base, exponent) if exponent.op == "rat":
                # A root keeps its base in a denominator: it has a two-sided derivative only where that is not zero.
                plain = exponent.data.denominator == 1 or exponent.data < 1
                lowered = (base if exponent.data == 2 else power(base, exponent.data - 1),) if plain else (t, power(base, -1))
                return _product(exponent, *lowered, d(base))
            case "lambertw", (u,) if u.op == "exp":
                # W/(1 + W) · v' for u = e^v, without the growth of u, which would hide a limit at infinity.
                return mul(sub(ONE, power(add(ONE, t), -1)), d(u.args[0]))
            case op, (u,) if op in _ELEMENTARY:
                return _product(_ELEMENTARY[op](u, t), d(u))
            case "abs", (u,):
                return mul(rat(piece(u)), d(u))
            case "pw", (u, above, _, below):
                # The condition keeps a zero share: its derivative must exist, so that it is continuous
                # and the strict sign at the point is the sign near the point.
                return add(d(above if piece(u) > 0 else below), mul(ZERO, d(u)))
            case "der", (f, u):
                return mul(make("der", (f, u), t.data + 1), d(u))
            case _ if (meaning := expanded(t)) is not None:
                return d(meaning)
            case _:
                raise KernelRefusal(f"the kernel cannot differentiate {t.op}")

    return d(t)


def derivative_of(name: str, order: int, x: Term, piece: Callable[[Term], int]) -> Term:
    """The derivative of an activation at x, unfolded."""
    refuse_if(order > MOST_DERIVATIVES, f"a derivative of an order above {MOST_DERIVATIVES} is not written out")
    body = definition(name)
    for _ in range(order):
        body = derivative(body, ARGUMENT, lambda u: piece(substitute(u, {ARGUMENT: x})))
    return substitute(body, {ARGUMENT: x})
