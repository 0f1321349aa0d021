"""Theorems, rules, derivations and replay: the boundary of trust.

A theorem `hypotheses ⊢ conclusion` holds for all values of its free variables and all dimensions.
Its derivation is data: a rule's name, its parameters and the derivations of its premises. Whoever
holds a theorem object holds no more than a claim to one; what counts is `replay`, which runs every
rule again from the derivation alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from theory.kernel.storing import from_json, to_json
from theory.kernel.terms import RESERVED, Term
from theory.language.errors import KernelRefusal

Parameter: TypeAlias = Any
# A cited claim: its name, its conclusion and the hypotheses under which it is cited.
Axiom: TypeAlias = "tuple[str, Term, frozenset[Term]]"
RuleFunction: TypeAlias = Callable[[tuple[Any, ...], tuple["Theorem", ...]], tuple[Iterable[Any], Any]]


@dataclass(frozen=True, eq=False)
class Derivation:
    """One application of a rule."""

    rule: str
    parameters: tuple[Parameter, ...]
    premises: tuple[Derivation, ...]


@dataclass(frozen=True, eq=False)
class Theorem:
    """`hypotheses ⊢ conclusion`, given the cited claims in `axioms`."""

    hypotheses: frozenset[Term]
    conclusion: Term
    axioms: frozenset[Axiom]
    derivation: Derivation


_RULES: dict[str, RuleFunction] = {}


def rule(function: RuleFunction) -> RuleFunction:
    """Register a rule of the kernel under its function's name."""
    _RULES[function.__name__] = function
    return function


def infer(name: str, parameters: Iterable[Parameter] = (), premises: Iterable[Theorem] = ()) -> Theorem:
    """Apply a rule to parameters and premises; `KernelRefusal` where it does not apply."""
    parameters, premises = tuple(parameters), tuple(premises)
    _check_parameters(parameters)
    if name not in _RULES:
        raise KernelRefusal(f"there is no rule {name!r} in the kernel")
    try:
        found, conclusion = _RULES[name](parameters, premises)
        hypotheses = frozenset(found)
    except KernelRefusal:
        raise
    except (TypeError, ValueError, IndexError, AttributeError, KeyError, ZeroDivisionError, ArithmeticError) as error:
        raise KernelRefusal(f"rule {name} cannot read its parameters: {error}") from error
    if not all(isinstance(f, Term) and f.sort == "prop" for f in (conclusion, *hypotheses)):
        raise KernelRefusal(f"rule {name} did not give formulas")
    axioms = frozenset[Axiom]().union(*(p.axioms for p in premises))
    if name == "cited":
        axioms |= {(parameters[0], conclusion, hypotheses)}
    derivation = Derivation(name, parameters, tuple(p.derivation for p in premises))
    return Theorem(hypotheses, conclusion, axioms, derivation)


def _check_parameters(parameters: tuple[Parameter, ...]) -> None:
    """Refuse what is no parameter, and free variables with the names that normal forms give to bound ones."""
    for parameter in parameters:
        if isinstance(parameter, tuple):
            _check_parameters(cast(tuple[Parameter, ...], parameter))
        elif isinstance(parameter, Term):
            if any(v.data.startswith(RESERVED) for v in parameter.free):
                raise KernelRefusal("variables whose names start with κ or · are the kernel's own")
        elif type(parameter) not in (str, int):
            raise KernelRefusal(f"a parameter is a term, a name, an integer or a tuple of these, not {parameter!r}")


def linearise(derivation: Derivation) -> list[Derivation]:
    """Every step once, premises before what rests on them; without recursion, so depth does no harm."""
    order: list[Derivation] = []
    done: set[int] = set()
    stack: list[tuple[Derivation, bool]] = [(derivation, False)]
    while stack:
        node, ready = stack.pop()
        if id(node) in done:
            continue
        if ready:
            done.add(id(node))
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((p, False) for p in reversed(node.premises))
    return order


def replay(derivation: Derivation) -> Theorem:
    """Run every rule of the derivation again and return the theorem that it really proves."""
    return replay_all(derivation)[-1]


def replay_all(derivation: Derivation) -> list[Theorem]:
    """The theorem of every step, in the order of `linearise`."""
    proved: dict[int, Theorem] = {}
    steps = linearise(derivation)
    for node in steps:
        proved[id(node)] = infer(node.rule, node.parameters, [proved[id(p)] for p in node.premises])
    return [proved[id(node)] for node in steps]


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
            decoded: tuple[Parameter, ...] = tuple(map(_decode, parameters))
            built.append(Derivation(str(name), decoded, tuple(built[k] for k in premises)))
        return built[-1]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise KernelRefusal("a derivation in JSON is a list of [rule, parameters, premises]; this is not one") from error


def _encode(parameter: Parameter) -> Any:
    if isinstance(parameter, Term):
        return {"term": to_json(parameter)}
    if isinstance(parameter, tuple):
        return {"list": [_encode(p) for p in cast(tuple[Parameter, ...], parameter)]}
    return parameter


def _decode(parameter: Any) -> Parameter:
    if isinstance(parameter, dict):
        node = cast(dict[str, Any], parameter)
        return from_json(node["term"]) if "term" in node else tuple(_decode(p) for p in node["list"])
    return parameter


def gathered(premises: Iterable[Theorem]) -> frozenset[Term]:
    """The hypotheses of all premises together."""
    return frozenset[Term]().union(*(p.hypotheses for p in premises))
