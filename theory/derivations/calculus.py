"""The rules of differentiation, each with its name, on expressions that stay as they are written.

The derivative of a head is a head: d/dx σ(u) = σ'(u) u'. Nothing here is believed; the kernel
differentiates by itself and compares.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, LambertW, Mul, Pow, Rational, Symbol, asinh, atan, cos, cosh, erf, exp, log, pi, sin, sinh, sqrt
from sympy import tanh as elementary_tanh

from theory.derivations.expressions import ONE, ZERO, difference, exponential, flat, power, product, total
from theory.language.activations import Activation, ActivationDerivative
from theory.language.errors import UnsupportedTerm


def _outer(e: Any, u: Any) -> Any:
    """The derivative of an elementary function e = f(u) at u, without the factor u'; None for others."""
    match e:
        case exp():
            return e
        case log():
            return power(u, -1)
        case sin():
            return cos(u)
        case cos():
            return product(-1, sin(u))
        case sinh():
            return cosh(u)
        case cosh():
            return sinh(u)
        case elementary_tanh():
            return difference(1, power(e, 2))
        case atan():
            return power(Add(1, power(u, 2)), -1)
        case asinh():
            return power(Add(1, power(u, 2)), Rational(-1, 2))
        case LambertW():
            return product(exponential(product(-1, e)), power(Add(1, e), -1))
        case erf():
            return product(2, exponential(product(-1, power(u, 2))), power(sqrt(pi), -1))
        case _:
            return None


def differentiated(e: Any, x: Symbol) -> tuple[Any, str]:
    """The derivative of e by x, and the rule that a reader would name for it.

    `UnsupportedTerm` where e has a part that is piecewise or unknown.
    """
    return derivative(e, x), rule(e, x)


def derivative(e: Any, x: Symbol) -> Any:
    """The derivative by the rules of calculus, tidied."""
    if e == x:
        return ONE
    if x not in e.free_symbols:
        return ZERO
    match e:
        case Add():
            return total(*(derivative(a, x) for a in e.args))
        case Mul():
            above, below = _fraction(e, x)
            return _quotient(above, below, x) if below else _product(above, x)
        case Pow() if isinstance(e.args[1], Rational) and e.args[1] < 0:
            return _quotient([], [e], x)
        case Pow() if isinstance(e.args[1], Rational):
            base, exponent = e.args
            return product(exponent, power(base, exponent - 1), derivative(base, x))
        case ActivationDerivative():
            u = e.args[1]
            return product(e.head.d(u, e.order + 1), derivative(u, x))
        case Activation():
            u = e.args[0]
            return product(type(e).d(u), derivative(u, x))
        case _:
            outer = _outer(e, e.args[0])
            if outer is not None:
                return product(outer, derivative(e.args[0], x))
            raise UnsupportedTerm(
                f"there is no rule to differentiate {type(e).__name__}; define the activation with sums, products, powers, "
                "exp, log, erf, atan, asinh, LambertW, sin, cos, sinh, cosh, tanh, Max, Min, Abs, Piecewise and others of them"
            )


def _fraction(e: Expr, x: Symbol) -> tuple[list[Any], list[Any]]:
    """The factors above the line, and those below it that depend on x, each as a power with a negative exponent."""
    above: list[Any] = []
    below: list[Any] = []
    for f in flat(Mul, e.args):
        reciprocal = isinstance(f, Pow) and isinstance(f.args[1], Rational) and f.args[1] < 0 and x in f.free_symbols
        (below if reciprocal else above).append(f)
    return above, below


def _product(factors: list[Any], x: Symbol) -> Any:
    moving = [k for k, f in enumerate(factors) if x in f.free_symbols]
    return total(*(product(*factors[:k], derivative(factors[k], x), *factors[k + 1 :]) for k in moving))


def _quotient(above: list[Any], below: list[Any], x: Symbol) -> Any:
    """(n/d)' = (n' d − n d') / d²; of n/d^m with one base d, (n' d − m n d') / d^{m+1}."""
    n = product(*above)
    if len(below) == 1:
        d, m = below[0].args[0], -below[0].args[1]
    else:
        d, m = product(*(power(f, -1) for f in below)), ONE
    numerator = difference(product(derivative(n, x), d), product(m, n, derivative(d, x)))
    return product(numerator, power(d, -m - 1))


def rule(e: Any, x: Symbol) -> str:
    """The name of the rule that differentiates e, in under five words."""
    if e == x:
        return "derivative of x" if x.name == "x" else "derivative of the variable"
    if x not in e.free_symbols:
        return "derivative of a constant"
    found = list(dict.fromkeys(_rules(e, x)))
    if not found:
        return "differentiate both sides"
    if len(found) == 1:
        return f"{found[0]} rule"
    return f"{found[0]} and {found[1]} rule"


def _rules(e: Any, x: Symbol) -> list[str]:
    """The rules at the top of an expression, the constants around it left aside."""
    match e:
        case Add():
            return [name for a in e.args if x in a.free_symbols for name in _rules(a, x)]
        case Mul():
            above, below = _fraction(e, x)
            moving = [f for f in above if x in f.free_symbols]
            if below:
                return ["quotient"]
            return _rules(moving[0], x) if len(moving) == 1 else ["product"]
        case Pow():
            if e.args[0] == x:
                return ["power"]
            return ["quotient"] if e.args[1] < 0 else ["chain"]
        case _ if e == x:
            return []
        case ActivationDerivative():
            return [] if e.args[1] == x else ["chain"]
        case _:
            return [] if e.args[0] == x else ["chain"]
