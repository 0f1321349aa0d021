"""Derivations as JSON and back.

Nothing here is trusted: derivations are replayed.
"""

from __future__ import annotations

from typing import Any, cast

from theory.certificates import from_json as certificate_from_json
from theory.certificates import to_json as certificate_to_json
from theory.kernel.enclosure import Certificate
from theory.kernel.terms import Term
from theory.kernel.theorem import Derivation, linearise
from theory.language.errors import KernelRefusal
from theory.storing import from_json, to_json


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
    except RecursionError as error:
        raise KernelRefusal("a derivation in JSON has lists at most some hundred deep; this one has deeper ones") from error
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise KernelRefusal("a derivation in JSON is a list of [rule, parameters, premises]; this is not one") from error


def _encode(parameter: Any) -> Any:
    if isinstance(parameter, Term):
        return {"term": to_json(parameter)}
    if isinstance(parameter, tuple):
        return {"list": [_encode(p) for p in cast(tuple[Any, ...], parameter)]}
    return certificate_to_json(parameter) if isinstance(parameter, Certificate) else parameter


def _decode(parameter: Any) -> Any:
    if isinstance(parameter, dict):
        node = cast(dict[str, Any], parameter)
        if "kind" in node:
            return certificate_from_json(node)
        return from_json(node["term"]) if "term" in node else tuple(_decode(p) for p in node["list"])
    return parameter
