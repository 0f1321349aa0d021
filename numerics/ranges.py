"""Ranges of numbers that depend on draws, read off their form: what no number of draws can show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TypeAlias

from numerics.balls import Number, Undefined
from theory.kernel.definitions import expanded
from theory.kernel.terms import Term
from theory.language.errors import GradproofError

Range: TypeAlias = "tuple[float, float]"
_MOST_STEPS = 200
_ZERO: Range = (0.0, 0.0)


def range_of(t: Term, known: Mapping[Term, Range], natural: Callable[[Term], int]) -> Range | None:
    """Between which numbers t stays whatever the draws are; None where the form of it sets no bounds.

    `known` holds the ranges of the variables that are no draws, `natural` evaluates depths and exponents. Rounding is
    the caller's: the ends are floats.
    """

    def of(part: Term) -> Range | None:
        return range_of(part, known, natural)

    try:
        found = _found(t, of, known, natural)
    except (OverflowError, Undefined, GradproofError):
        return None
    return found if found is not None and isfinite(found[0]) and isfinite(found[1]) else None


def _found(
    t: Term, of: Callable[[Term], Range | None], known: Mapping[Term, Range], natural: Callable[[Term], int]
) -> Range | None:
    match t.op, t.args:
        case "rat", _:
            return float(t.data), float(t.data)
        case "var", _:
            return known.get(t)
        case "pw", (_, *branches):
            return _hull(*map(of, branches))
        case (("tanh" | "erf" | "sin" | "cos"), _):
            return -1.0, 1.0
        case "add", parts:
            ranges = [r for p in parts if (r := of(p)) is not None]
            together = sum(r[0] for r in ranges), sum(r[1] for r in ranges)
            return together if len(ranges) == len(parts) else None
        case "mul", parts:
            return _product(list(map(of, parts)))
        case (("max" | "min"), (a, b)):
            choose = max if t.op == "max" else min
            first, second = of(a), of(b)
            return None if first is None or second is None else (choose(first[0], second[0]), choose(first[1], second[1]))
        case "abs", (u,):
            inner = of(u)
            return None if inner is None else _size(inner)
        case "pow", (base, exponent) if exponent.sort == "nat" or (exponent.op == "rat" and exponent.data > 0):
            power = exponent.data if exponent.op == "rat" else natural(exponent)
            inner = (1.0, 1.0) if power == 0 else of(base)
            if inner is None:
                return None
            if power.denominator != 1:
                return None if inner[0] < 0 else (inner[0] ** float(power), inner[1] ** float(power))
            low, high = _size(inner) if power % 2 == 0 else inner
            return low ** int(power), high ** int(power)
        case "sum", (counter, low, high, body):
            summands = range_of(body, _without(known, counter), _at_no(counter, natural))
            count = max(0, natural(high) - natural(low) + 1)
            return None if summands is None else (count * summands[0], count * summands[1])
        case "rec", (previous, counter, step, base, depth):
            here, steps = of(base), natural(depth)
            if steps > _MOST_STEPS:
                return None
            for _ in range(steps):
                if here is None:
                    return None
                here = range_of(step, {**_without(known, counter), previous: here}, _at_no(counter, natural))
            return here
        case _:
            meaning = expanded(t)
            return None if meaning is None else of(meaning)


def is_constant(t: Term, draws: Term, value: Callable[[Term], Number]) -> bool:
    """Whether a number is seen not to hang on the draws that it reads, given `value` of what reads none."""

    def same(part: Term) -> bool:
        return is_constant(part, draws, value)

    match t.op, t.args:
        case _ if draws not in t.free:
            return True
        case "mul", parts if any(draws not in p.free and value(p) == 0 for p in parts):
            return True
        case "pow", (_, exponent) if draws not in exponent.free and value(exponent) == 0:
            return True
        case (("add" | "mul" | "pow" | "max" | "min" | "pw" | "abs" | "app" | "der" | "slope" | "tanh" | "exp"), parts):
            return all(map(same, parts))
        case _:
            return False


def _at_no(counter: Term, natural: Callable[[Term], int]) -> Callable[[Term], int]:
    """The values of natural numbers that are the same at each value of a bound counter."""

    def value(t: Term) -> int:
        if counter in t.free:
            raise Undefined("a natural number that varies with a counter has no one value")
        return natural(t)

    return value


def _without(known: Mapping[Term, Range], bound: Term) -> dict[Term, Range]:
    return {v: r for v, r in known.items() if v is not bound}


def _hull(*ranges: Range | None) -> Range | None:
    there = [r for r in ranges if r is not None]
    return (min(r[0] for r in there), max(r[1] for r in there)) if len(there) == len(ranges) else None


def _size(r: Range) -> Range:
    return (0.0 if r[0] <= 0 <= r[1] else min(map(abs, r))), max(map(abs, r))


def _product(ranges: list[Range | None]) -> Range | None:
    if _ZERO in ranges:
        return _ZERO  # a number that depends on draws is finite
    here: Range = (1.0, 1.0)
    for r in ranges:
        if r is None:
            return None
        ends = [a * b for a in here for b in r]
        here = min(ends), max(ends)
    return here
