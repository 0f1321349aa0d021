"""Sums, products and powers that keep the order they are given: SymPy's own would be sorted and evaluated.

What is tidied is what a person would not write down: factors 1, summands 0, two numbers side by
side, one base twice. Nothing here is trusted; the kernel compares both sides of every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sympy import Add, Function, Integer, Max, Min, Mul, Piecewise, Pow, Rational, evaluate, exp, preorder_traversal, sympify

from theory.language.activations import ActivationDerivative

ZERO, ONE = Integer(0), Integer(1)


def product(*factors: Any) -> Any:
    """The product: a number first, then constants, powers of a variable, everything else as given, reciprocals last."""
    coefficient: Any = ONE
    powers: dict[Any, Any] = {}
    for factor in flat(Mul, factors):
        if isinstance(factor, Rational):
            coefficient *= factor
        else:
            base, exponent = _base_and_exponent(factor)
            powers[base] = powers.get(base, ZERO) + exponent
    found: list[Any] = []
    for base, exponent in _roots_joined(powers):
        raised = power(base, exponent)
        for piece in flat(Mul, (raised,)):
            if isinstance(piece, Rational):
                coefficient *= piece
            else:
                found.append(piece)
    if coefficient == 0:
        return ZERO
    if coefficient == -1 and len(found) == 1 and isinstance(found[0], Add):
        # −(−x − 1) is x + 1; other sums keep the sign in front.
        negated = [coefficient_of(a) for a in found[0].args]
        if all(c < 0 for c, _ in negated):
            return Add(*(product(-c, body) for c, body in negated), evaluate=False)
    found.sort(key=_rank)
    if coefficient != 1 or not found:
        found.insert(0, coefficient)
    return found[0] if len(found) == 1 else Mul(*found, evaluate=False)


def _roots_joined(powers: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """√2 √π as √(2π)."""
    roots = [(b, e) for b, e in powers.items() if b.is_positive and b.is_number and not e.is_Integer]
    for base, exponent in powers.items():
        same = [b for b, e in roots if e == exponent]
        if len(same) > 1 and base in same:
            if base == same[0]:
                yield product(*same), exponent
        else:
            yield base, exponent


def total(*summands: Any) -> Any:
    """The sum, like terms taken together where the first of them stands."""
    coefficients: dict[Any, Any] = {}
    bodies: dict[Any, Any] = {}
    for summand in flat(Add, summands):
        coefficient, body = coefficient_of(summand)
        key = frozenset(_base_and_exponent(f) for f in flat(Mul, (body,)))
        bodies.setdefault(key, body)
        coefficients[key] = coefficients.get(key, ZERO) + coefficient
    found = [product(c, bodies[key]) for key, c in coefficients.items() if c != 0]
    return ZERO if not found else found[0] if len(found) == 1 else Add(*found, evaluate=False)


def power(base: Any, exponent: Any) -> Any:
    """The power with a rational exponent; a whole power of a product, a power or an exponential goes inside."""
    exponent = sympify(exponent)
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if exponent.is_Integer:
        match base:
            case Rational():
                return base**exponent
            case Mul():
                return product(*(power(f, exponent) for f in base.args))
            case Pow() if isinstance(base.args[1], Rational):
                return power(base.args[0], base.args[1] * exponent)
            case exp():
                return exponential(product(exponent, base.args[0]))
            case _:
                pass
    return Pow(base, exponent, evaluate=False)


def exponential(u: Any) -> Any:
    """e^u; SymPy would turn e^{log 2} into 2."""
    return exp(u, evaluate=False)


def difference(a: Any, b: Any) -> Any:
    """a − b."""
    return total(a, product(-1, b))


def coefficient_of(e: Any) -> tuple[Any, Any]:
    """A product as a rational number and the rest."""
    tidy = product(e)
    if isinstance(tidy, Rational):
        return tidy, ONE
    if isinstance(tidy, Mul) and isinstance(tidy.args[0], Rational):
        rest = tidy.args[1:]
        return tidy.args[0], rest[0] if len(rest) == 1 else Mul(*rest, evaluate=False)
    return ONE, tidy


def tidied(e: Any) -> Any:
    """The expression with its sums, products and powers tidied from the leaves up."""
    if not e.args:
        return e
    args = [tidied(a) for a in e.args]
    match e:
        case Add():
            return total(*args)
        case Mul():
            return product(*args)
        case Pow() if isinstance(e.args[1], Rational):
            return power(*args)
        case _:
            return rebuilt(e, args)


def rebuilt(e: Any, arguments: Iterable[Any]) -> Any:
    """The same operator on other arguments, unevaluated."""
    args = tuple(arguments)
    if args == e.args:
        return e
    if isinstance(e, (Add, Mul, Pow, Max, Min, Piecewise)):
        return e.func(*args, evaluate=False)
    with evaluate(False):
        return e.func(*args)


def replaced(e: Any, change: Callable[[Any], Any]) -> Any:
    """The expression with every part that `change` gives something for put in its place; the others stay as written."""
    found = change(e)
    if found is not None:
        return found
    return rebuilt(e, (replaced(a, change) for a in e.args)) if e.args else e


def substituted(e: Any, old: Any, new: Any) -> Any:
    """The expression with `new` for `old`, otherwise as written."""
    return e if old == new else replaced(e, lambda part: new if part == old else None)


def parts(e: Any) -> Iterator[Any]:
    """Every part of an expression, itself first."""
    yield from preorder_traversal(sympify(e))


def speaks_of_heads_alone(e: Any) -> bool:
    """Whether all functions in it are activations, so that a derivative by the rules stays short."""
    return all(isinstance(p, ActivationDerivative) or hasattr(p, "unfolded") for p in parts(e) if isinstance(p, Function))


def flat(op: Any, args: Iterable[Any]) -> Iterator[Any]:
    """The operands of an associative operator, nested ones included."""
    for a in args:
        e = sympify(a)
        if isinstance(e, op):
            yield from flat(op, e.args)
        else:
            yield e


def _base_and_exponent(e: Any) -> tuple[Any, Any]:
    if isinstance(e, Pow) and isinstance(e.args[1], Rational):
        base, inner = _base_and_exponent(e.args[0])
        # (√u)² is u where it is defined; (u²)^{1/2} is |u|.
        return (base, inner * e.args[1]) if e.args[1].is_Integer else (e.args[0], e.args[1])
    return e, ONE


def _rank(e: Any) -> int:
    base, exponent = _base_and_exponent(e)
    if exponent.is_negative:
        return 4
    if not base.free_symbols:
        return 0
    if base.is_Symbol:
        return 1
    return 3 if base.has(Function, ActivationDerivative) else 2
