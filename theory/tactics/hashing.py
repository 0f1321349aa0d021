"""The hash of a claim: statement, domains, proof, definitions, lemmas, and the source that checks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from sympy import Basic, srepr

from theory.kernel import definitions
from theory.kernel.gate import Goal, goal_of
from theory.kernel.replacing import walk
from theory.language.claims import Claim, LemmaUse
from theory.language.errors import ClaimError
from theory.storing import to_json


@cache
def kernel_hash() -> str:
    """The hash of the kernel's and the language's source."""
    digest = hashlib.sha256()
    for room in ("kernel", "language", "tactics"):
        for path in sorted(files(f"theory.{room}").iterdir(), key=lambda p: p.name):
            if path.name.endswith(".py"):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def claim_hash(claim: Claim) -> str:
    """The content of a claim: statement, domains, proof, definitions, lemmas, kernel."""
    return _hash(claim, ())


_HASHES: dict[Claim, str] = {}


def _hash(claim: Claim, above: tuple[Claim, ...]) -> str:
    if claim in _HASHES:
        return _HASHES[claim]
    if claim in above:
        circle = " → ".join(c.name for c in [*above[above.index(claim) :], claim])
        raise ClaimError(f"the proofs go round in a circle: {circle}; prove one of these without the others")
    goal = goal_of(claim)
    content = [
        claim.name,
        to_json(goal.conclusion),
        [to_json(h) for h in goal.hypotheses],
        _written(claim.proof),
        claim.unproved,
        sorted((str(k), repr(v)) for k, v in claim.example.items()),
        [[name, to_json(definitions.definition(name))] for name in _activations_in(goal)],
        [_hash(lemma, (*above, claim)) for lemma in lemmas_named(claim.proof)],
        kernel_hash(),
    ]
    found = _HASHES[claim] = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    return found


def _written(part: object) -> str:
    """A proof, or a part of one, in a text of its own: SymPy's str would negate every product to see where a minus belongs."""
    match part:
        case Basic():
            return srepr(part)
        case Claim():
            return part.name
        case list() | tuple():
            return f"[{', '.join(map(_written, cast('list[Any]', part)))}]"
        case Mapping():
            return _written(sorted(cast("Mapping[Any, Any]", part).items(), key=lambda item: str(item[0])))
        case _ if is_dataclass(part) and not isinstance(part, type):
            return f"{type(part).__name__}{_written([getattr(part, f.name) for f in fields(part)])}"
        case _:
            return repr(part)


def _activations_in(goal: Goal) -> list[str]:
    """Every activation that the goal mentions, and those that their definitions mention."""
    found: set[str] = set()
    waiting = [goal.conclusion, *goal.hypotheses]
    while waiting:
        for node in walk(waiting.pop()):
            if node.op == "fun" and node.data not in found:
                found.add(node.data)
                waiting.append(definitions.definition(node.data))
    return sorted(found)


def lemmas_named(proof: object) -> list[Claim]:
    """Every claim that a proof mentions, in the order of mention."""
    if isinstance(proof, Claim):
        return [proof]
    if isinstance(proof, LemmaUse):
        return [proof.claim]
    if isinstance(proof, (list, tuple)):
        return [c for part in cast(list[Any], proof) for c in lemmas_named(part)]
    if hasattr(proof, "__dataclass_fields__"):
        return [c for name in vars(proof) for c in lemmas_named(getattr(proof, name))]
    return []
