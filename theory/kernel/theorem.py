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

from theory.kernel.enclosure import Certificate
from theory.kernel.field import Field
from theory.kernel.terms import MOST_SIZE, RESERVED, Term
from theory.language.errors import ClaimError, KernelRefusal, refuse_if

# A cited claim: its name, its conclusion and the hypotheses under which it is cited.
Axiom: TypeAlias = "tuple[str, Term, frozenset[Term]]"


@dataclass(frozen=True, eq=False)
class Derivation:
    """One application of a rule."""

    rule: str
    parameters: tuple[Any, ...]
    premises: tuple[Derivation, ...]


@dataclass(frozen=True, eq=False)
class Theorem:
    """`hypotheses ⊢ conclusion`, given the cited claims in `axioms`."""

    hypotheses: frozenset[Term]
    conclusion: Term
    axioms: frozenset[Axiom]
    derivation: Derivation


class Given(tuple[Theorem, ...]):
    """The premises of one step."""

    __slots__ = ()

    @property
    def conclusions(self) -> list[Term]:
        """What they say."""
        return [p.conclusion for p in self]

    @property
    def hypotheses(self) -> frozenset[Term]:
        """The hypotheses of all of them together."""
        return frozenset[Term]().union(*(p.hypotheses for p in self))

    def field(self, first: int = 0, *, whole: bool = False) -> Field:
        """What the premises from the given one on say of numbers and matrices."""
        return Field(self.conclusions[first:], whole=whole)


# A rule gives its conclusion, under all hypotheses of its premises unless it says under which.
Result: TypeAlias = "Term | tuple[Iterable[Term], Term]"
_RULES: dict[str, Callable[..., Result]] = {}


def rule(function: Callable[..., Result]) -> Callable[..., Result]:
    """Register a rule, a function of the premises and the parameters, under its name."""
    _RULES[function.__name__] = function
    return function


def infer(name: str, parameters: Iterable[Any] = (), premises: Iterable[Theorem] = ()) -> Theorem:
    """Apply a rule to parameters and premises; `KernelRefusal` where it does not apply."""
    parameters, given = tuple(parameters), Given(premises)
    refuse_if(type(name) is not str or name not in _RULES, f"there is no rule {name!r} in the kernel")
    try:
        _check_parameters(parameters)
        result = _RULES[name](given, *parameters)
        found, conclusion = result if isinstance(result, tuple) else (given.hypotheses, result)
        hypotheses = frozenset(found)
    except (TypeError, ValueError, IndexError, AttributeError, KeyError, ArithmeticError, RecursionError, ClaimError) as error:
        raise KernelRefusal(f"rule {name} cannot read its parameters: {error}") from error
    formulas: list[Any] = [conclusion, *hypotheses]
    refuse_if(not all(isinstance(f, Term) and f.sort == "prop" for f in formulas), f"rule {name} did not give formulas")
    axioms = frozenset[Axiom]().union(*(p.axioms for p in given))
    if name == "cited":
        axioms |= {(parameters[0], conclusion, hypotheses)}
    return Theorem(hypotheses, conclusion, axioms, Derivation(name, parameters, tuple(p.derivation for p in given)))


def _check_parameters(parameters: tuple[Any, ...]) -> None:
    """Refuse what is no parameter, and free variables with the names that normal forms give to bound ones."""
    for parameter in parameters:
        if isinstance(parameter, tuple):
            _check_parameters(cast("tuple[Any, ...]", parameter))
        elif isinstance(parameter, Term):
            refuse_if(parameter.size > MOST_SIZE, "a term of this size is not walked through; split it into smaller steps")
            if any(v.data.startswith(RESERVED) for v in parameter.free):
                raise KernelRefusal("variables whose names start with κ or · are the kernel's own")
        elif type(parameter) not in (str, int, Certificate):
            raise KernelRefusal(f"a parameter is a term, name, integer, certificate or tuple of these, not {parameter!r}")


def linearise(derivation: Derivation) -> list[Derivation]:
    """Every step once, premises before what rests on them; without recursion, so depth does no harm."""
    order: dict[int, Derivation] = {}
    stack: list[tuple[Derivation, bool]] = [(derivation, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.setdefault(id(node), node)
        elif id(node) not in order:
            stack.append((node, True))
            stack.extend((p, False) for p in reversed(node.premises))
    return list(order.values())


def replay(derivation: Derivation) -> Theorem:
    """Run every rule of the derivation again and return the theorem that it really proves."""
    return replay_all(derivation)[-1]


def replay_all(derivation: Derivation) -> list[Theorem]:
    """The theorem of every step, in the order of `linearise`."""
    proved: dict[int, Theorem] = {}
    for node in linearise(derivation):
        proved[id(node)] = infer(node.rule, node.parameters, [proved[id(p)] for p in node.premises])
    return list(proved.values())
