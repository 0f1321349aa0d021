"""Points of the line, exactly where that is known and enclosed where it is not, and stretches between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from theory.kernel.terms import Term, rat


@dataclass(frozen=True)
class Spot:
    """A point within [low, high]; `exact` is the point itself, where that is known."""

    low: Fraction
    high: Fraction
    exact: Term | None = None

    @classmethod
    def at(cls, q: Fraction) -> Spot:
        """A rational point."""
        return cls(q, q, rat(q))

    @property
    def rational(self) -> Fraction | None:
        """The point, where it is a rational number."""
        return self.low if self.low == self.high else None

    @property
    def value(self) -> float:
        """The nearest float, or near it."""
        return float((self.low + self.high) / 2)


@dataclass(frozen=True)
class Stretch:
    """The interval from `low` to `high` on which something has one sign; None is an end of the line.

    `closed` says which ends belong to it.
    """

    low: Spot | None
    high: Spot | None
    sign: int
    closed: tuple[bool, bool] = (False, False)


def merged(stretches: Iterable[Stretch], passes: Callable[[Spot], bool]) -> tuple[Stretch, ...]:
    """Neighbours of one sign made one where what lies between them lets that pass."""
    found: list[Stretch] = []
    for stretch in stretches:
        before = found[-1] if found else None
        alike = before is not None and before.sign == stretch.sign and before.high == stretch.low
        if before is not None and before.high is not None and alike and passes(before.high):
            found[-1] = replace(stretch, low=before.low, closed=(before.closed[0], stretch.closed[1]))
        else:
            found.append(stretch)
    return tuple(found)


def vanishing(stretches: Iterable[Stretch], zeros: tuple[Spot, ...]) -> tuple[Spot | Stretch, ...]:
    """Where a function is zero: stretches with the ends that belong to them, and single points."""
    flat = [replace(s, closed=(s.low in zeros, s.high in zeros)) for s in stretches if s.sign == 0]
    joined = merged(flat, lambda between: between in zeros)
    ends = {end for s in joined for end in (s.low, s.high)} | {end for s in flat for end in (s.low, s.high)}
    found: list[Spot | Stretch] = [*joined, *(z for z in zeros if z not in ends)]
    return tuple(sorted(found, key=_place))


def _place(item: Spot | Stretch) -> tuple[bool, Fraction]:
    spot = item if isinstance(item, Spot) else item.low
    return (spot is not None, Fraction(0) if spot is None else spot.low)
