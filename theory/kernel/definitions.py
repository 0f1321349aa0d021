"""What an activation head stands for: its definition as a term, and derivatives of terms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from theory.kernel.terms import ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, sub, substitute, var
from theory.language.activations import Activation, activation_named
from theory.language.errors import KernelRefusal

ARGUMENT = var("·")
_SOURCE: list[Callable[[str], Term]] = []


def read_definitions_with(reader: Callable[[str], Term]) -> None:
    """Install the reader that turns the definition of an activation, by name, into a term in `ARGUMENT`."""
    _SOURCE[:] = [reader]


def definition(name: str) -> Term:
    """The defining term of an activation, in the variable `ARGUMENT`."""
    return _definition(name, activation_named(name))


@cache
def _definition(name: str, head: type[Activation]) -> Term:
    # By the class as well as by its name: a notebook's cell that runs again defines the name anew.
    body = _SOURCE[0](name)
    if body.free - {ARGUMENT}:
        raise KernelRefusal(f"the definition of {name} may use its argument alone; it uses {sorted(map(repr, body.free))}")
    return body


def unfolded(name: str, x: Term) -> Term:
    """The definition at x."""
    return substitute(definition(name), {ARGUMENT: x})


def is_affine(name: str) -> Fraction | None:
    """The slope of an activation x ↦ c·x, or None where its definition is not of that form."""
    body = definition(name)
    if body is ARGUMENT:
        return Fraction(1)
    if body.op == "mul" and len(body.args) == 2 and body.args[0].op == "rat" and body.args[1] is ARGUMENT:
        return body.args[0].data
    return None


def derivative(t: Term, x: Term, piece: Callable[[Term], int]) -> Term:
    """d t / d x by the rules of calculus, nothing simplified, so that its denominators show where it is defined.

    `piece(u)` is 1, −1 where u is strictly positive, negative near the point at hand; it raises
    where the sign is unknown, and so a kink is never differentiated.
    """
    memo: dict[Term, Term] = {}

    def d(t: Term) -> Term:
        if t is x:
            return ONE
        if x not in t.free:
            return ZERO
        found = memo.get(t)
        if found is None:
            found = memo[t] = differentiated(t)
        return found

    def differentiated(t: Term) -> Term:
        match t.op, t.args:
            case "add", parts:
                return add(*map(d, parts))
            case "mul", parts:
                return add(*(mul(*parts[:k], d(p), *parts[k + 1 :]) for k, p in enumerate(parts) if x in p.free))
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data in (0, 1):
                return mul(exponent, d(base))  # and not 0 · u^(−1), which has no value where u vanishes
            case "pow", (base, exponent) if exponent.op == "rat" and exponent.data.denominator == 1:
                return mul(exponent, power(base, exponent.data - 1), d(base))
            case "pow", (base, exponent) if exponent.op == "rat":
                # Written with 1/base: a root has a two-sided derivative only where its base is not zero.
                return mul(exponent, t, power(base, -1), d(base))
            case "exp", (u,):
                return mul(t, d(u))
            case "log", (u,):
                return mul(power(u, -1), d(u))
            case "tanh", (u,):
                return mul(sub(ONE, power(t, 2)), d(u))
            case "sinh", (u,):
                return mul(fn("cosh", u), d(u))
            case "cosh", (u,):
                return mul(fn("sinh", u), d(u))
            case "sin", (u,):
                return mul(fn("cos", u), d(u))
            case "cos", (u,):
                return mul(rat(-1), fn("sin", u), d(u))
            case "atan", (u,):
                return mul(power(add(ONE, power(u, 2)), -1), d(u))
            case "asinh", (u,):
                return mul(power(add(ONE, power(u, 2)), Fraction(-1, 2)), d(u))
            case "lambertw", (u,) if u.op == "exp":
                # W/(1 + W) · v' for u = e^v, without the growth of u, which would hide a limit at infinity.
                return mul(sub(ONE, power(add(ONE, t), -1)), d(u.args[0]))
            case "lambertw", (u,):
                return mul(fn("exp", neg(t)), power(add(ONE, t), -1), d(u))
            case "erf", (u,):
                return mul(rat(2), power(make("pi"), Fraction(-1, 2)), fn("exp", neg(power(u, 2))), d(u))
            case "abs", (u,):
                return mul(rat(piece(u)), d(u))
            # The branch not taken keeps a zero share: its derivative must exist too, so that it is
            # continuous and the strict sign at the point is the sign near the point.
            case "max", (a, b):
                taken, other = (b, a) if piece(sub(b, a)) > 0 else (a, b)
                return add(d(taken), mul(ZERO, d(other)))
            case "min", (a, b):
                taken, other = (a, b) if piece(sub(b, a)) > 0 else (b, a)
                return add(d(taken), mul(ZERO, d(other)))
            case "pw", (u, above, _, below):
                return add(d(above if piece(u) > 0 else below), mul(ZERO, d(u)))
            case "app", (f, u) if f.op == "fun":
                return mul(make("der", (f, u), 1), d(u))
            case "der", (f, u):
                return mul(make("der", (f, u), t.data + 1), d(u))
            case _:
                raise KernelRefusal(f"the kernel cannot differentiate {t.op}")

    return d(t)


def derivative_of(name: str, order: int, x: Term, piece: Callable[[Term], int]) -> Term:
    """The derivative of an activation at x, unfolded."""
    body = definition(name)

    def at_x(u: Term) -> int:
        return piece(substitute(u, {ARGUMENT: x}))

    for _ in range(order):
        body = derivative(body, ARGUMENT, at_x)
    return substitute(body, {ARGUMENT: x})
