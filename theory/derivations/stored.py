"""Unevaluated expressions as plain data: SymPy's own pickles are evaluated, and so reordered, when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Basic, evaluate

from theory.language.activations import Activation

if TYPE_CHECKING:
    from theory.derivations.steps import Derivation, Step


def packed(e: Any) -> Any:
    """An expression, or a tuple of expressions, as nested tuples of operators and atoms."""
    if isinstance(e, tuple):
        return ("tuple", *map(packed, e))  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
    if not isinstance(e, Basic) or not e.args:
        return ("atom", e)
    if type(e).__reduce_ex__ is not Basic.__reduce_ex__ and not isinstance(e, Activation):
        # A head that names an activation travels with its class, so that whoever unpickles it has it.
        operator, arguments = e.__reduce_ex__(4)[:2]
        return (operator, *map(packed, arguments))
    return (e.func, *map(packed, e.args))


def unpacked(data: Any) -> Any:
    """What `packed` was given, in the same order."""
    operator, *arguments = data
    if operator == "atom":
        return arguments[0]
    if operator == "tuple":
        return tuple(map(unpacked, arguments))
    with evaluate(False):
        return operator(*map(unpacked, arguments))


def step(left: Any, right: Any, reason: str, theorem: Any) -> Step:
    """A pickled step."""
    from theory.derivations.steps import Step  # noqa: PLC0415  # steps are made of this file

    return Step(unpacked(left), unpacked(right), reason, theorem)


def derivation(of: Any, steps: Any, domains: Any, excluded: Any) -> Derivation:
    """A pickled derivation; the kernel is asked for each step again."""
    from theory.derivations.steps import Derivation  # noqa: PLC0415  # as above

    return Derivation(unpacked(of), steps, domains, unpacked(excluded))
