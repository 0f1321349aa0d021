"""What a profile says, a line for each thing, in either script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradproof.profiles.script import Script
from theory.kernel.terms import Term, add, neg, rat, var
from theory.profiles.spots import Spot, Stretch
from theory.profiles.symmetry import Symmetry
from theory.tactics.numbers import simplified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from theory.certify import Extremum
    from theory.profiles import Constant, Profile
    from theory.profiles.ends import End
    from theory.profiles.junctions import Junction

UNSETTLED = "not settled"
_PHI = var("phi")


@dataclass(frozen=True)
class Row:
    """One line of the table; rows of one `group` stand together."""

    group: str
    label: str
    said: str


def rows(p: Profile, script: Script) -> list[Row]:
    """Everything that the profile says."""
    return [
        *(Row("values", label, said) for label, said in _values(p, script)),
        *(Row("regularity", label, said) for label, said in _regularity(p, script)),
        *(Row("shape", label, said) for label, said in _shape(p, script)),
        *(Row("ends", label, said) for label, said in _ends(p, script)),
        *(Row("constants", label, said) for label, said in _constants(p, script)),
        *(Row("training", label, said) for label, said in _training(p, script)),
    ]


# --- values -----------------------------------------------------------------------------------------------


def _values(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    yield "domain", script.math("ℝ", r"\mathbb{R}")
    yield "range", _range(p, script)
    yield "zeros", _places(p.zeros, script)
    yield "fixed points", _places(p.fixed_points, script)
    for order in range(3):
        for e in (p.extrema[order].sup, p.extrema[order].inf):
            name = f"{'sup' if e is p.extrema[order].sup else 'inf'} "
            yield name + script.prime(order), UNSETTLED if e is None else _extremum(e, script)


def _range(p: Profile, script: Script) -> str:
    low, high = p.extrema[0].inf, p.extrema[0].sup
    if low is None or high is None:
        return UNSETTLED
    ends = ["[" if low.status == "attained" else "(", "]" if high.status == "attained" else ")"]
    said = script.math(f"{ends[0]}{script.extremum(low)}, {script.extremum(high)}{ends[1]}")
    unknown = "unknown" in (low.status, high.status)
    return said if p.continuous and not unknown else f"within {said}"


def _places(places: tuple[Spot | Stretch, ...] | None, script: Script) -> str:
    if places is None:
        return UNSETTLED
    return script.listed([script.spot(s) if isinstance(s, Spot) else script.interval(s) for s in places], "none")


def _extremum(e: Extremum, script: Script) -> str:
    value = script.math(script.extremum(e))
    if e.status == "attained":
        return f"{value}, attained {_attained(e, script)}"
    towards = _towards(e, script)
    if e.status == "approached":
        return f"{value}, approached {towards} and not attained"
    return f"{value}, {towards}" if e.status == "unbounded" else f"{value}; whether it is attained is not settled"


def _attained(e: Extremum, script: Script) -> str:
    if e.certificate.points:
        return "at " + script.listed([script.term(p) for p in e.certificate.points])
    spots = [Spot(low, high, rat(low) if low == high else None) for low, high in e.at if low is not None and high is not None]
    if e.certificate.place.kind == "constant" or len(spots) < len(e.at):
        ends = [None if q is None else Spot.at(q) for q in e.at[0]]
        return "on " + script.interval(Stretch(ends[0], ends[1], 0))
    return "at " + script.listed([script.spot(s) for s in spots])


def _towards(e: Extremum, script: Script) -> str:
    """As x tends to where it is approached."""
    ((place, _), *_) = e.at or ((None, None),)
    if place is None:
        return "as " + _arrow("x", script.infinity(-e.side), script)
    bare = script.rounded(place, place)
    arrow = ("↓", r"\downarrow") if e.side > 0 else ("↑", r"\uparrow")
    return "as " + script.math(f"x {arrow[0]} {bare}", rf"x {arrow[1]} {bare}")


def _arrow(left: str, right: str, script: Script) -> str:
    return script.math(f"{left} → {right}", rf"{left} \to {right}")


# --- regularity -------------------------------------------------------------------------------------------


def _regularity(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    yield "continuity", _continuity(p, script)
    for j in p.junctions:
        bare = script.rounded(j.at, j.at)
        yield "at " + script.math(f"x = {bare}"), _junction(j, script)


def _continuity(p: Profile, script: Script) -> str:
    if p.continuous is None:
        return UNSETTLED
    if not p.continuous:
        return f"jumps at {_points([j for j in p.junctions if j.continuous is False], script)}, continuous elsewhere"
    for order in (1, 2):
        smooth = p.differentiable(order)
        if smooth is None:
            return f"continuous; whether {script.prime(order)} is so is not settled"
        if not smooth:
            rough = _points([j for j in p.junctions if not j.smooth(order)], script)
            before = "continuous" if order == 1 else "continuously differentiable"
            return f"{before}; {script.prime(order)} exists except at {rough}"
    return "twice continuously differentiable"


def _points(junctions: list[Junction], script: Script) -> str:
    return script.listed([script.math(script.rounded(j.at, j.at)) for j in junctions])


def _junction(j: Junction, script: Script) -> str:
    def of(order: int) -> str:
        side = j.sides[order]
        return f"from {script.term(side.left)} to {script.term(side.right)}"

    if j.continuous is False:
        return f"{script.prime(0)} jumps {of(0)}; the value is {script.term(j.value)}"
    if j.continuous is None or j.sides[1].same is None:
        return UNSETTLED
    if not j.sides[1].same and j.clarke is not None:
        low, high = map(script.bare, j.clarke)
        return f"a kink: the slope goes {of(1)}; Clarke's derivative is {script.math(f'[{low}, {high}]')}"
    return f"{script.prime(2)} goes {of(2)}" if j.sides[2].same is False else UNSETTLED


# --- shape ------------------------------------------------------------------------------------------------


def _shape(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    pieces = p.monotone
    if pieces is None:
        yield "monotone", UNSETTLED
    for sign, word in ((1, "rises on"), (-1, "falls on"), (0, "constant on")):
        on = [s for s in pieces or () if s.sign == sign]
        if on:
            yield word, script.listed([script.interval(_with_ends(p, s)) for s in on]) + _period(p, 1, script)
    if p.bending(0) is None:
        yield "convex", UNSETTLED
    for sign, word in ((1, "convex on"), (-1, "concave on"), (0, "affine on")):
        on = p.bending(sign) or ()  # pyright: ignore[reportArgumentType]
        if on:
            yield word, script.listed([script.interval(_with_ends(p, s)) for s in on]) + _period(p, 2, script)
    yield "symmetry", _symmetry(p, script)


def _with_ends(p: Profile, s: Stretch) -> Stretch:
    """The stretch with those of its ends at which φ does not jump."""
    jumps = {j.at for j in p.junctions if not j.continuous}
    left, right = (end is not None and end.rational not in jumps for end in (s.low, s.high))
    return replace(s, closed=(left, right))


def _period(p: Profile, order: int, script: Script) -> str:
    chart = p.signs[order]
    if chart is None or chart.pitch is None:
        return ""
    g = chart.pitch / 2
    over = "" if g.numerator == 1 else f"/{g.numerator}"
    times = "" if g.denominator == 1 else str(g.denominator)
    return ", and so on with period " + script.math(f"{times}π{over}", rf"{times}\pi{over}")


def _symmetry(p: Profile, script: Script) -> str:
    s = p.symmetry
    if s is None:
        return UNSETTLED
    if not isinstance(s, Symmetry):
        return "neither odd nor even"
    if s.centre == 0 and (s.kind == "even" or s.height is rat(0)):
        return s.kind
    centre = script.rounded(s.centre, s.centre)
    if s.kind == "even":
        return "even about " + script.math(f"x = {centre}")
    return "odd about the point " + script.math(f"({centre}, {script.bare(s.height)})")


# --- the ends of the line -----------------------------------------------------------------------------------


def _ends(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    for end in p.ends:
        yield _arrow("x", script.infinity(end.side), script), _end(end, script)


def _end(end: End, script: Script) -> str:
    if not end.known:
        return UNSETTLED
    if end.limit is None:
        return "no limit: it repeats itself"
    phi = r"\varphi" if script.tex else "φ"
    said = _arrow(phi, script.bare(end.limit) if isinstance(end.limit, Term) else script.infinity(end.limit), script)
    if end.gap is rat(0):
        reached = isinstance(end.limit, Term) or end.asymptote is None
        return said + (", reached" if reached else f", {script.math(f'{phi} = {script.bare(end.asymptote or rat(0))}')}")
    difference = phi
    if end.asymptote is not None and end.asymptote is not rat(0):
        negative = neg(end.asymptote) if end.asymptote.op == "add" else simplified(neg(end.asymptote))
        difference = script.bare(add(_PHI, negative)).replace(script.bare(_PHI), phi)
    if end.gap is not None:
        gap = script.bare(end.gap)
        return said + ", " + script.math(f"{difference} ~ {gap}", rf"{difference} \sim {gap}")
    return said if end.order is None else said + ", " + script.math(f"{difference} = O({script.bare(end.order)})")


# --- constants and training -----------------------------------------------------------------------------------


def _constants(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    jumps = f": {script.prime(0)} jumps" if p.continuous is False else ""
    yield "Lipschitz constant", _constant(p.lipschitz, script, script.math(script.infinity(1)) + jumps)
    none = f"none: {script.prime(1)} is not continuous" if p.differentiable(1) is False else script.math(script.infinity(1))
    yield "smoothness constant", _constant(p.smoothness, script, none)


def _constant(c: Constant, script: Script, otherwise: str) -> str:
    if c.finite is None:
        return UNSETTLED
    return otherwise if c.extremum is None else script.math(script.size(c.extremum))


def _training(p: Profile, script: Script) -> Iterator[tuple[str, str]]:
    said = {True: "yes", False: "no", None: UNSETTLED}
    for end in p.ends:
        how = ", exactly" if end.gap is rat(0) else ", in the limit"
        yield f"saturates at {script.math(script.infinity(end.side))}", said[end.saturates] + (how if end.saturates else "")
    dead = p.dead
    yield "no gradient on", UNSETTLED if dead is None else script.listed([script.interval(s) for s in dead], "no interval")
    yield "zero-centred", said[p.zero_centred] + _mean(p, script)


def _mean(p: Profile, script: Script) -> str:
    s = p.symmetry
    if isinstance(s, Symmetry) and s.kind == "odd" and s.centre == 0:
        return f": the mean over symmetric inputs is {script.term(s.height)}"
    return {1: ": never negative", -1: ": never positive"}.get(p.one_signed or 0, "")
