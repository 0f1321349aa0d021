"""Limits in an attack: a finite depth breaks none, so the distance to the limit is followed and reported."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from numerics.balls import Number, Undefined, fraction, order, precision, to_float
from numerics.chance import summing
from numerics.evaluate import ExactView
from numerics.goals import distance_to_limit, limits_in
from theory.kernel.gate import Instance
from theory.kernel.terms import Term, fn, rat

DEPTHS = tuple(range(1, 41))
_MOST_OUTCOMES = 200


@dataclass(frozen=True)
class Probe:
    """Distances to a limit along the way there, and whether the last is certainly no smaller than the one half-way."""

    places: tuple[str, ...]
    distances: tuple[float, ...]
    shrinks: bool | None

    def text(self) -> str:
        """The probe in one sentence."""
        if not self.distances:
            return "the distance to the limit has no value along the way"
        middle = len(self.distances) // 2
        verdict = {True: "it shrinks", False: "it does not shrink", None: "undecided"}[self.shrinks]
        if self.distances[-1] == 0:
            verdict = "it is reached"
        half, last = (f"{self.distances[k]:.6g} at {self.places[k]}" for k in (middle - 1, -1))
        return f"the distance to the limit is {half} and {last}: {verdict}"


def probes(conclusion: Term, instance: Instance) -> list[Probe]:
    """One probe for each limit that the conclusion affirms, two for one that is approached from both sides."""
    return [_probe(limit, side, instance) for limit in limits_in(conclusion) for side in _sides(limit)]


def _sides(limit: Term) -> tuple[str, ...]:
    where, side = limit.data
    return ("-", "+") if where == "at" and not side else (str(side),)


def _probe(limit: Term, side: str, instance: Instance) -> Probe:
    # A sum over the outcomes of many draws is too long to be taken at every one of many places.
    with precision(256), summing(_MOST_OUTCOMES):
        view = ExactView(instance.values, instance.dims)
        found: list[tuple[Fraction, Number]] = []
        for place in _places(limit, side, view):
            try:
                found.append((place, view.scalar(distance_to_limit(limit, rat(place)))))
            except Undefined:
                if found and limit.args[0].sort == "nat":
                    break  # more steps have more outcomes still
        if len(found) < 2:
            return Probe((), (), None)
        known = order(found[len(found) // 2 - 1][1], found[-1][1])
        shrinks = None if known is None else known < 0
        name = limit.args[0].data
        places = tuple(f"{name} = {float(place):.6g}" for place, _ in found)
        return Probe(places, tuple(to_float(value) for _, value in found), shrinks)


def _places(limit: Term, side: str, view: ExactView) -> list[Fraction]:
    """Numbers on the way to the limit: depths 1 to 40, powers of two, or points that close in."""
    x, _, _, point = limit.args
    where = limit.data[0]
    if where != "at":
        sign = 1 if where == "oo" else -1
        return [Fraction(k) for k in DEPTHS] if x.sort == "nat" else [sign * Fraction(2) ** k for k in range(-1, 10)]
    value = view.scalar(point)
    centre = fraction(value)
    near = centre if centre is not None else Fraction(to_float(value))
    steps = [Fraction(1, 2**k) for k in range(1, 20)]
    return [near + (-step if side == "-" else step) for step in steps]


def growth(expression: Term, instance: Instance, depth: Term) -> list[float]:
    """The values of an expression at the depths 1, …, 40."""
    with precision(256):
        view = ExactView(instance.values, instance.dims)
        return [to_float(view.binding(depth, rat(k)).scalar(fn("abs", expression))) for k in DEPTHS]
