"""Terms and derivations as JSON and back.

Nothing here is trusted: terms are made by the kernel's constructor, and derivations are replayed.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, cast

from theory.kernel.terms import Term, literal, make, rat, sequence_literal
from theory.kernel.theorem import Derivation, linearise
from theory.language.errors import KernelRefusal


def to_json(t: Term) -> Any:
    """A nested list that `from_json` reads back."""
    data: Any = t.data
    if isinstance(data, Fraction):
        data = str(data)
    elif t.op in ("mlit", "seqlit"):
        data = [[str(x) for x in row] for row in data]
    elif isinstance(data, tuple):
        data = list(cast(tuple[Any, ...], data))
    node: list[Any] = [t.op, data]
    if t.op in ("var", "seqlit"):
        node.append([t.sort, list(t.shape) if t.shape else None])
    return node + [to_json(a) for a in t.args]


def from_json(node: Any) -> Term:
    """Read a term that `to_json` wrote; anything else is refused."""
    try:
        op, data, *rest = node
        if op == "rat":
            return rat(rational_from_json(data))
        if op == "var":
            sort, shape = rest[0]
            return make("var", data=str(data), sort=sort, shape=tuple(shape) if shape else None)
        if op in ("mlit", "seqlit"):
            rows = tuple(tuple(map(rational_from_json, row)) for row in data)
            return literal(rows) if op == "mlit" else sequence_literal(rows, rest[0][1][0])
        constants = tuple(cast(list[Any], data)) if isinstance(data, list) else data
        return make(op, tuple(map(from_json, rest)), constants)
    except (TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise KernelRefusal(f"a term in JSON is [operator, data, arguments…], but this is not one: {str(node)[:80]}") from error


_RATIONAL = re.compile(r"-?\d{1,4000}(/\d{1,4000})?")


def rational_from_json(text: Any) -> Fraction:
    """Read an exact number; anything else is refused."""
    # Python also reads 1e999999999, and would write out all its digits.
    if not isinstance(text, str) or not _RATIONAL.fullmatch(text):
        raise KernelRefusal(f"a rational number in JSON is written p or p/q, not {str(text)[:40]}")
    return Fraction(text)


def derivation_to_json(derivation: Derivation) -> list[Any]:
    """The steps as lists [rule, parameters, numbers of the premises]."""
    steps = linearise(derivation)
    number = {id(node): k for k, node in enumerate(steps)}
    return [[n.rule, [_encode(p) for p in n.parameters], [number[id(q)] for q in n.premises]] for n in steps]


def derivation_from_json(steps: Any) -> Derivation:
    """Read what `derivation_to_json` wrote; a malformed list is refused."""
    built: list[Derivation] = []
    try:
        for name, parameters, premises in cast("list[tuple[str, list[Any], list[int]]]", steps):
            if any(type(k) is not int or not 0 <= k < len(built) for k in premises):
                raise KernelRefusal("a derivation's premises come before the step that uses them; this one refers elsewhere")
            decoded = tuple(map(_decode, parameters))
            built.append(Derivation(str(name), decoded, tuple(built[k] for k in premises)))
        return built[-1]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise KernelRefusal("a derivation in JSON is a list of [rule, parameters, premises]; this is not one") from error


def _encode(parameter: Any) -> Any:
    if isinstance(parameter, Term):
        return {"term": to_json(parameter)}
    if isinstance(parameter, tuple):
        return {"list": [_encode(p) for p in cast(tuple[Any, ...], parameter)]}
    return parameter


def _decode(parameter: Any) -> Any:
    if isinstance(parameter, dict):
        node = cast(dict[str, Any], parameter)
        return from_json(node["term"]) if "term" in node else tuple(_decode(p) for p in node["list"])
    return parameter
