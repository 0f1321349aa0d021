"""What a false variant is, and the proofs that are tried on it besides its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

from theory.language.claims import Claim
from theory.language.domains import Base
from theory.language.errors import GradproofError
from theory.tactics import Calc, Cases, Chain, Enclosure, Induction, Nonneg, Sign, Sturm
from theory.tactics.settle import Settlement, settle

C = TypeVar("C", bound=Claim)

BROKEN_BY_NUMBERS = ""
LIMIT = "a finite point breaks no limit"
QUANTIFIER = "an extremum or existence statement is not decided at a point"
UNDEFINED = "where it is not true it is not defined"
VACUOUS = "no point meets its hypotheses"
MISREAD = "it is refused when it is read, one name standing for two kinds of numbers"


@dataclass(frozen=True)
class Variant:
    """A false claim, the true one that it is a variant of, and why numbers cannot break it ('' where they must)."""

    claim: Claim
    kind: str
    of: Claim | None
    beyond_numbers: str

    @property
    def name(self) -> str:
        return self.claim.name


FALSE: list[Variant] = []


def false(kind: str, of: Claim | None = None, *, beyond: str = BROKEN_BY_NUMBERS) -> Callable[[C], C]:
    """Enter a claim among the false ones."""

    def enter(claim: C) -> C:
        FALSE.append(Variant(claim, kind, of, beyond))
        return claim

    return enter


def with_proof(claim: Claim, proof: Any) -> Claim:
    """The same statement under another proof."""

    @wraps(claim.builder)
    def builder(**variables: Any) -> Any:
        return claim.builder(**variables)[0], proof

    return replace(claim, builder=builder)


def proofs(variant: Variant) -> Iterator[Any]:
    """Its own proof, that of the true claim, and every kind that works without hints, on each variable."""
    claim = variant.claim
    yield claim.proof
    if variant.of is not None and variant.of.proof is not None:
        yield variant.of.proof
    yield from (Calc(), Nonneg(), Chain(), Sign(), Sturm(), Enclosure())
    for name, domain in claim.binders.items():
        variable = claim.variables[name]
        if domain.base is Base.REAL:
            yield Cases(on=variable)
            yield Cases(on=variable, signs=("0+", "-0"), then=Nonneg())
            yield Cases(on=variable, signs=("+", "-"))
        if domain.base is Base.DEPTH:
            yield Induction(on=variable)
            yield Induction(on=variable, base=Calc(), step=Calc())


def outcome(claim: Claim) -> Settlement | GradproofError:
    """The settlement, or the error of ours that refused the claim; any other exception passes through."""
    try:
        return settle(claim)
    except GradproofError as refused:
        return refused
