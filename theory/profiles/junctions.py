"""What a function and its first two derivatives do where its pieces meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.exact import ball
from theory.kernel.functions import Function, same_number
from theory.kernel.replacing import substitute
from theory.kernel.terms import Term, rat
from theory.language.errors import KernelRefusal
from theory.tactics.numbers import simplified


@dataclass(frozen=True)
class Sides:
    """The one-sided limits of one derivative at a junction; `same` is None where it is not seen whether they are equal."""

    left: Term
    right: Term
    same: bool | None


@dataclass(frozen=True)
class Junction:
    """A point where pieces meet; `sides[k]` belongs to the k-th derivative.

    `value` is that of the function there, and `fits` says whether it is both one-sided limits.
    """

    at: Fraction
    value: Term
    sides: tuple[Sides, ...]
    fits: bool | None

    @property
    def continuous(self) -> bool | None:
        """Whether the function is continuous there."""
        same = self.sides[0].same
        return None if same is None or self.fits is None else same and self.fits

    def smooth(self, order: int) -> bool | None:
        """Whether the derivatives up to this order exist there and are continuous."""
        known = [self.continuous, *(s.same for s in self.sides[1 : order + 1])]
        return False if False in known else None if None in known else True

    @property
    def clarke(self) -> tuple[Term, Term] | None:
        """Clarke's generalised derivative: the interval between the one-sided slopes of a continuous function."""
        if not self.continuous or len(self.sides) < 2:
            return None
        left, right = self.sides[1].left, self.sides[1].right
        return (left, right) if sign_of(right, left) >= 0 else (right, left)


def junction_of(term: Term, variable: Term, at: Fraction, left: Function, right: Function, orders: int) -> Junction:
    """The junction of two pieces, with derivatives up to `orders`."""
    point = {variable: rat(at)}
    value = simplified(substitute(term, point))
    sides = tuple(_sides(point, left, right, k) for k in range(orders + 1))
    return Junction(at, value, sides, _same(value, sides[0].left))


def _sides(point: dict[Term, Term], left: Function, right: Function, order: int) -> Sides:
    a, b = (simplified(substitute(f.smooth(order), point)) for f in (left, right))
    return Sides(a, b, _same(a, b))


def _same(a: Term, b: Term) -> bool | None:
    """Whether two closed terms are equal; None where neither that nor the contrary is seen."""
    try:
        if same_number(a, b):
            return True
        return None if ball(a).overlaps(ball(b)) else False
    except KernelRefusal:
        return None


def sign_of(a: Term, b: Term) -> int:
    """The sign of a − b, of closed terms; 0 where it is not seen."""
    difference = ball(a) - ball(b)
    return 1 if difference > 0 else -1 if difference < 0 else 0


def every(values: Iterable[bool | None]) -> bool | None:
    """Whether all hold: False as soon as one fails, else None if one is not known."""
    known = list(values)
    return False if False in known else None if None in known else True
