"""Terms as JSON and back.

Nothing here is trusted: terms are made by the kernel's constructor.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, cast

from theory.kernel.terms import Term, literal, make, rat, sequence_literal
from theory.language.errors import KernelRefusal


def to_json(t: Term) -> Any:
    """A nested list that `from_json` reads back."""
    data: Any = t.data
    if isinstance(data, Fraction):
        data = str(data)
    elif t.op in ("mlit", "seqlit", "finite"):
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
        if op in ("mlit", "seqlit", "finite"):
            rows = tuple(tuple(map(rational_from_json, row)) for row in data)
            if op == "finite":
                return make(op, data=rows)
            return literal(rows) if op == "mlit" else sequence_literal(rows, *rest[0][1])
        constants = tuple(cast(list[Any], data)) if isinstance(data, list) else data
        return make(op, tuple(map(from_json, rest)), constants)
    except RecursionError as error:
        raise KernelRefusal("a term in JSON is nested at most some hundred deep; this one is deeper") from error
    except (TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise KernelRefusal(f"a term in JSON is [operator, data, arguments…], but this is not one: {str(node)[:80]}") from error


_RATIONAL = re.compile(r"-?\d{1,4000}(/\d{1,4000})?")


def rational_from_json(text: Any) -> Fraction:
    """Read an exact number; anything else is refused."""
    # Python also reads 1e999999999, and would write out all its digits.
    if not isinstance(text, str) or not _RATIONAL.fullmatch(text):
        raise KernelRefusal(f"a rational number in JSON is written p or p/q, not {str(text)[:40]}")
    return Fraction(text)
