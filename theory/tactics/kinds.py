"""Proof kinds: immutable data that a claim returns beside its statement.

A kind names a tactic and its hints. It asserts nothing: the tactic searches, the kernel checks.
Hints are SymPy expressions in the claim's own variables; `by` lists lemmas, as claims or as
`claim.at(x=…)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Hints = list[Any]


def _none() -> list[Any]:
    return []


@dataclass(frozen=True)
class Calc:
    """An identity (or what follows from identities): both sides have one normal form in the differential tower.

    `through` lists intermediate expressions that the derivation shows.
    """

    by: Hints = field(default_factory=_none)
    through: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Nonneg:
    """An inequality: right − left is a term whose factors have known signs.

    Give the difference itself (`difference`), or `square` and the factor `times` beside it. With
    neither, the signs must be visible in the normal form. `root` proves |t| ≤ c from c² − t² ≥ 0.
    """

    difference: Any = None
    square: Any = None
    times: Any = 1
    root: bool = False
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Cases:
    """Cases on the sign of `on`, each proved by `then` (Calc or Nonneg without hints unless given).

    `signs` are '+', '0', '-', '0+', '-0'; a tuple in `then` gives each case its own proof.
    """

    on: Any
    then: Any = None
    signs: tuple[str, ...] = ("0+", "-")
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Sign:
    """What follows from a sign: monotonicity from a derivative, limits by squeezing.

    For a limit: `squeeze` is a bound of |f − L| that tends to zero, proved by `bound`; or `equals` is
    what the function is near the point.
    """

    squeeze: Any = None
    equals: Any = None
    bound: Any = None
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Chain:
    """A chain of (in)equalities between norms: products, sums, diagonal and orthogonal factors, domination."""

    by: Hints = field(default_factory=_none)
    through: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Induction:
    """Induction on a depth: `base` proves the least depth, `step` the next one from the hypothesis."""

    on: Any
    base: Any = None
    step: Any = None
    least: Any = 0
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Monotone:
    """An inequality got by applying exp, log or root to both sides of a simpler one, `sides`."""

    function: str
    sides: tuple[Any, Any]
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Inverse:
    """An equation solved for its unknown.

    `vanish` is a term shown to be 0 because `vanish^power · times` is; `cancel` are two exponents that
    are equal because their exponentials are.
    """

    cancel: tuple[Any, Any] | None = None
    vanish: Any = None
    power: int = 1
    times: Any = 1
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Sturm:
    """An inequality on the whole line, or an extremum, from the exact number that the extremum is.

    A polynomial with that number as its one root in an enclosure (Sturm's theorem), or a closed form. For f ≤ g the
    supremum of f − g is looked for.
    """


@dataclass(frozen=True)
class Enclosure:
    """An inequality on the whole line, or an extremum, from enclosures in balls: cells, peaks and tails.

    `digits` are those of the bounds that the search aims at.
    """

    digits: int = 12


@dataclass(frozen=True)
class Moments:
    """A relation between expectations: linearity, independence, symmetry, and integrals against the normal law.

    `cuts` are the points between which the function under a normal law is made of powers and exponentials, where these
    are not seen; `also` lists further expectations to be computed on the way. `difference` is right − left as a term
    whose factors have known signs, where these do not show. `below` lists relations f ≤ g (or <, =) that hold for all
    draws, as lemmas or `Have`, from which E f ≤ E g follows.
    """

    difference: Any = None
    cuts: Hints = field(default_factory=_none)
    also: Hints = field(default_factory=_none)
    below: Hints = field(default_factory=_none)
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Parts:
    """One proof for each part of a conjunction, or for the two directions of an equivalence."""

    proofs: tuple[Any, ...]


@dataclass(frozen=True)
class Attained:
    """An extremum: `bound` proves the inequality, `at` is where the value is reached."""

    at: Any
    bound: Any
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class Approached:
    """An extremum that is only approached: `bound` proves the strict inequality, `limit` names the lemma that tends to it."""

    bound: Any
    limit: Any


@dataclass(frozen=True)
class Witness:
    """An existence statement: `value` satisfies it, which `proof` shows."""

    value: Any
    proof: Any = None
    conditions: Any = None
    by: Hints = field(default_factory=_none)


@dataclass(frozen=True)
class SlopesFrom:
    """A bound on every slope of an activation, from a lemma that bounds its derivative off the kinks."""

    lemma: Any


@dataclass(frozen=True)
class Have:
    """An intermediate statement with its own proof, to stand among the facts that `by` lists."""

    statement: Any
    proof: Any


@dataclass(frozen=True)
class GrowingOrbit:
    """A start `h` with f(W h) = factor · h: the gradient along it grows at least like factor^T."""

    h: list[Any]
    factor: Any


@dataclass(frozen=True)
class Refute:
    """The claim is false: an exact instance in every domain, where the negation is proved.

    `at` maps variables (by name or symbol; 'h_0', 'v' and dimensions too) to exact values. `by` is a
    growing orbit for limits of powers, or the lemma whose limit contradicts the one claimed; without
    it the instance is decided by exact arithmetic.
    """

    at: dict[Any, Any]
    by: Any = None
