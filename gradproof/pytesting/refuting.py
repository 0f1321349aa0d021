"""A counterexample as the proof that would refute its claim, ready to be pasted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any

from sympy import Rational

from gradproof.record import point_from_json
from theory.language.errors import GradproofError
from theory.tactics import Refute
from theory.tactics.settle import Verdict, settle

if TYPE_CHECKING:
    from theory.kernel.terms import Dim, Term
    from theory.language.claims import Claim


@dataclass(frozen=True)
class Refutation:
    """A proof as text, the imports that it needs, and whether the kernel accepts it."""

    proof: str
    imports: str
    accepted: bool


def refutation(claim: Claim, witness: Any) -> Refutation:
    """`Refute(at={…})` at a witness as it stands in evidence."""
    point = point_from_json(witness)
    values = sorted(((str(v.data), value) for v, value in point.values.items()), key=lambda pair: pair[0])
    named: list[tuple[str, Term | Dim]] = [*sorted(point.dims.items()), *values]
    keys = [name if name in claim.binders else json.dumps(name) for name, _ in named]
    entries = [f"{key}: {_text(value)}" for key, (_, value) in zip(keys, named, strict=True)]
    proof = f"Refute(at={{{', '.join(entries)}}})"
    functions = sorted({str(value.data) for _, value in values if value.op == "fun"})
    imports = f"from theory import {', '.join(['Refute', *functions])}"
    if "Rational(" in proof:
        imports += "; from sympy import Rational"
    return Refutation(proof, imports, _accepted(claim, {name: _value(value) for name, value in named}))


def _accepted(claim: Claim, at: dict[str, Any]) -> bool:
    builder: Callable[..., Any] = claim.builder

    @wraps(builder)
    def denied(**variables: Any) -> Any:
        stated = builder(**variables)
        statement = stated[0] if isinstance(stated, tuple) else stated  # pyright: ignore[reportUnknownVariableType]
        return statement, Refute(at=at)  # pyright: ignore[reportUnknownVariableType]

    try:
        return settle(replace(claim, builder=denied, unproved="")).verdict is Verdict.REFUTED
    except GradproofError:
        return False


def _value(value: Term | Dim) -> Any:
    """A value as `Refute` takes it."""
    if isinstance(value, (int, str)):
        return value
    match value.op:
        case "rat":
            return _number(value.data)
        case "mlit" | "seqlit":
            return [[_number(x) for x in row] for row in value.data]
        case "fun":
            from theory.language.activations import activation_named

            return activation_named(value.data)
        case _:
            return value


def _number(x: Fraction) -> Any:
    return x.numerator if x.denominator == 1 else Rational(x.numerator, x.denominator)


def _text(value: Term | Dim) -> str:
    """The same as Python writes it."""
    if isinstance(value, (int, str)):
        return str(value)
    match value.op:
        case "rat":
            return _written(value.data)
        case "mlit" | "seqlit":
            return "[" + ", ".join("[" + ", ".join(map(_written, row)) + "]" for row in value.data) + "]"
        case _:
            return str(value.data)


def _written(x: Fraction) -> str:
    return str(x.numerator) if x.denominator == 1 else f"Rational({x.numerator}, {x.denominator})"
