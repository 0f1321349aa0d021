"""Everything that is worth knowing of an activation at a glance, derived from its definition and nothing declared.

`profile(silu)` collects certified extrema, the signs of φ, φ(x) − x, φ' and φ'' over the whole line, what happens where
pieces meet and towards both ends, and what follows for training: Lipschitz and smoothness constants, saturation, dead
regions. What is not settled is None, with the reason in `unsettled`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from time import monotonic
from typing import Any, Literal

from theory.certify import Certified, Extremum, certify
from theory.kernel.enclosure import Study
from theory.kernel.exact import ball
from theory.kernel.functions import Function, same_number
from theory.kernel.reading import Reader
from theory.kernel.series import Precision
from theory.kernel.terms import Term, make, rat, sub, var
from theory.language.activations import Activation
from theory.language.errors import GradproofError, KernelRefusal
from theory.profiles.ends import End, end_of
from theory.profiles.junctions import Junction, every, junction_of, sign_of
from theory.profiles.signs import Chart, Undecided, chart_of
from theory.profiles.spots import Spot, Stretch, merged, vanishing
from theory.profiles.symmetry import Symmetry, symmetry_of
from theory.tactics.cells import Unsettled
from theory.tactics.kinks import Part, parts_of
from theory.typeset import text

_ORDERS = 2


class ProfileError(GradproofError):
    """A thing that has no profile: no function of one variable, or none that the kernel can take piece by piece."""


@dataclass(frozen=True)
class Constant:
    """A Lipschitz constant: that of an extremum, ∞ (`extremum` unbounded or None with `finite` False), or not settled."""

    finite: bool | None
    extremum: Extremum | None = None

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """An enclosure, where it is finite."""
        e = self.extremum
        if not self.finite or e is None or e.lower is None or e.upper is None:
            return None
        return (e.lower, e.upper) if e.kind == "sup" else (-e.upper, -e.lower)


@dataclass(frozen=True)
class Profile:
    """What is known of φ.

    `junctions` are the points where pieces meet and φ, φ' or φ'' has no limit in common from both sides. `signs[k]` is the
    chart of the k-th derivative, `displacement` that of φ(x) − x; each is None where it is not settled. `symmetry` is False
    where φ is neither odd nor even about 0 and no other centre was found.
    """

    name: str
    term: Term
    variable: Term
    extrema: tuple[Certified, ...]
    junctions: tuple[Junction, ...]
    ends: tuple[End, End]
    signs: tuple[Chart | None, ...]
    displacement: Chart | None
    symmetry: Symmetry | bool | None
    unsettled: tuple[str, ...]

    # --- regularity -----------------------------------------------------------------------------------

    @property
    def continuous(self) -> bool | None:
        """Whether φ is continuous on the line."""
        return every(j.continuous for j in self.junctions)

    def differentiable(self, order: int = 1) -> bool | None:
        """Whether φ has continuous derivatives up to this order, 1 or 2, on the line."""
        return every(j.smooth(order) for j in self.junctions)

    @cached_property
    def lipschitz(self) -> Constant:
        """The least L with |φ(x) − φ(y)| ≤ L|x − y|: sup |φ'| where φ is continuous, else ∞."""
        return self._greatest(1, self.continuous)

    @cached_property
    def smoothness(self) -> Constant:
        """The Lipschitz constant of φ': sup |φ''| where φ' is continuous; there is none (∞) where φ' is not."""
        return self._greatest(2, self.differentiable(1))

    def _greatest(self, order: int, regular: bool | None) -> Constant:
        if not regular:
            return Constant(None if regular is None else False)
        pair = (self.extrema[order].sup, self.extrema[order].inf)
        if any(e is not None and e.status == "unbounded" for e in pair):
            return Constant(False)
        sizes = [(e, abs((e.lower or 0) + (e.upper or 0))) for e in pair if e is not None]
        return Constant(None) if len(sizes) < 2 else Constant(True, max(sizes, key=lambda s: s[1])[0])

    # --- shape ----------------------------------------------------------------------------------------

    @property
    def monotone(self) -> tuple[Stretch, ...] | None:
        """Where φ rises (1), falls (−1) and is constant (0), joined across junctions that it passes continuously."""
        return self._joined(1, lambda j: j.continuous is True)

    @property
    def zeros(self) -> tuple[Spot | Stretch, ...] | None:
        """Where φ = 0: points, and stretches with the ends that belong to them."""
        chart = self.signs[0]
        return None if chart is None else vanishing(chart.stretches, chart.zeros)

    @property
    def fixed_points(self) -> tuple[Spot | Stretch, ...] | None:
        """Where φ(x) = x."""
        chart = self.displacement
        return None if chart is None else vanishing(chart.stretches, chart.zeros)

    @property
    def dead(self) -> tuple[Stretch, ...] | None:
        """Where φ' = 0 throughout: no gradient passes."""
        found = self._joined(1, lambda _: False)
        return None if found is None else tuple(s for s in found if s.sign == 0)

    def bending(self, sign: Literal[1, 0, -1]) -> tuple[Stretch, ...] | None:
        """The largest intervals on which φ is convex (1), concave (−1) or affine (0), kinks taken into account.

        Convex and concave ones may overlap where φ is affine; intervals on which φ is merely affine are listed under 0 alone.
        """
        chart = self.signs[2]
        if chart is None:
            return None
        runs: list[list[Stretch]] = []
        bends: list[set[int]] = []
        for stretch in chart.stretches:
            if stretch.sign not in (sign, 0):
                continue
            bend = self._bend(stretch.low) if runs and runs[-1][-1].high == stretch.low else None
            if bend is not None and bend in (sign, 0):
                runs[-1].append(stretch)
                bends[-1].add(bend)
            else:
                runs.append([stretch])
                bends.append(set())
        return tuple(
            Stretch(run[0].low, run[-1].high, sign)
            for run, bent in zip(runs, bends, strict=True)
            if sign == 0 or sign in bent | {s.sign for s in run}
        )

    def _bend(self, between: Spot | None) -> int | None:
        """How the slope changes between two stretches: 1 upwards, 0 not, −1 downwards; None if φ jumps or it is not seen."""
        junction = next((j for j in self.junctions if between is not None and j.at == between.rational), None)
        if junction is None or junction.smooth(1):
            return 0
        slopes = junction.sides[1]
        return sign_of(slopes.right, slopes.left) or None if junction.continuous else None

    def _joined(self, order: int, passes: Callable[[Junction], bool]) -> tuple[Stretch, ...] | None:
        chart = self.signs[order]
        if chart is None:
            return None
        at = {j.at: j for j in self.junctions}

        def lets_pass(between: Spot) -> bool:
            junction = at.get(between.low) if between.rational is not None else None
            return junction is None or passes(junction)

        return merged(chart.stretches, lets_pass)

    # --- what it means for a network -------------------------------------------------------------------

    @property
    def zero_centred(self) -> bool | None:
        """Whether the mean of φ over every symmetric law of inputs is 0: exactly the odd functions."""
        if isinstance(self.symmetry, Symmetry):
            s = self.symmetry
            if s.kind == "odd" and s.centre == 0:
                return s.height is rat(0)
        return None if self.symmetry is None else False

    @property
    def one_signed(self) -> Literal[1, -1, 0] | None:
        """1 or −1 where φ never has the other sign; 0 where it takes both."""
        chart = self.signs[0]
        if chart is None:
            return None
        signs = {s.sign for s in chart.stretches if s.sign}
        return 0 if len(signs) == 2 else 1 if signs == {1} else -1 if signs == {-1} else 0


def profile(of: Any, x: Any = None, *, digits: int = 12, seconds: float = 20.0) -> Profile:
    """The profile of an activation, a SymPy expression with exact numbers, or a term of the kernel."""
    name, term, variable = _subject(of, x)
    deadline = monotonic() + seconds
    bits = max(96, int(digits * 3.4) + 60)
    unsettled: list[str] = []
    extrema = tuple(
        certify(term, variable.data, order=k, digits=digits, seconds=max(deadline - monotonic(), 0.1) / (3 - k))
        for k in range(3)
    )
    for k, found in enumerate(extrema):
        unsettled += [f"of {'φ' + chr(8242) * k}, {reason}" for reason in found.unsettled]
    try:
        with Precision(bits):
            studies = [Study(term, variable, k) for k in range(_ORDERS + 1)]
            parts = _parts(studies[0], bits, deadline)
            functions = [[study.on(p.piece, p.switches) for p in parts] for study in studies]
            moved = [Study(sub(term, variable), variable, 0).on(p.piece, p.switches) for p in parts]
            for f in (*functions[-1], *moved):
                f.derived  # noqa: B018  # refused where it is not defined
            kinks = tuple(p.piece[1] for p in parts if p.piece[1] is not None)
            beside = zip(kinks, pairwise(functions[0]), strict=True)
            joints = [junction_of(term, variable, k, *sides, _ORDERS) for k, sides in beside]
            ends = end_of(functions[0][0], -1), end_of(functions[0][-1], 1)
    except (KernelRefusal, Unsettled) as refusal:
        raise ProfileError(f"there is no profile of {name}: {refusal}") from refusal

    def chart(listed: list[Function], what: str, at_kinks: Callable[[Junction], Term] | None = None) -> Chart | None:
        try:
            with Precision(bits):
                found = chart_of(listed, bits, deadline)
                return found if at_kinks is None else _with_kinks(found, {j.at: at_kinks(j) for j in joints})
        except (Undecided, KernelRefusal) as reason:
            unsettled.append(f"the sign of {what}: {reason}")
            return None

    signs = (chart(functions[0], "φ", lambda j: j.value), chart(functions[1], "φ′"), chart(functions[2], "φ″"))
    displacement = chart(moved, "φ(x) − x", lambda j: sub(j.value, rat(j.at)))
    with Precision(bits):
        symmetry = symmetry_of(term, variable, kinks, [Fraction(0), *_centres(kinks, signs)])
    rough = tuple(j for j in joints if j.smooth(_ORDERS) is not True)
    return Profile(name, term, variable, extrema, rough, ends, signs, displacement, symmetry, tuple(unsettled))


def _parts(study: Study, bits: int, deadline: float) -> list[Part]:
    """The line in pieces; refused where they do not meet at rational numbers."""

    def tick() -> None:
        if monotonic() > deadline:
            raise Unsettled("finding its pieces took longer than was given")

    parts = parts_of(study, bits, tick)
    if not all(part.smooth for part in parts):
        raise Unsettled("its pieces do not meet at rational numbers")
    return parts


def _with_kinks(chart: Chart, values: dict[Fraction, Term]) -> Chart:
    """The chart of a function that has values at its kinks too: where they are 0 it has a zero."""
    zeros = list(chart.zeros)
    for at, value in values.items():
        if same_number(value, rat(0)):
            zeros.append(Spot.at(at))
        elif ball(value).contains(0):
            raise Undecided(f"the sign of the function is not seen at {at}")
    return replace(chart, zeros=tuple(sorted(zeros, key=lambda z: z.low)))


def _subject(of: Any, x: Any) -> tuple[str, Term, Term]:
    if isinstance(of, type) and issubclass(of, Activation):
        variable = var("x")
        return of.__name__, make("app", (make("fun", data=of.__name__), variable)), variable
    term = of if isinstance(of, Term) else Reader().term(of)
    free = sorted(term.free, key=lambda v: str(v.data))
    variable = free[0] if x is None and len(free) == 1 else var(str(getattr(x, "name", x) or "x"))
    if set(free) - {variable}:
        raise ProfileError(f"one variable is expected, but the expression has {', '.join(str(v.data) for v in free)}")
    return text(term), term, variable


def _centres(kinks: tuple[Fraction, ...], signs: tuple[Chart | None, ...]) -> list[Fraction]:
    """Where a centre of symmetry may be: amid the kinks, at rational zeros of φ' and φ''."""
    found = [(kinks[0] + kinks[-1]) / 2] if kinks else []
    for chart in signs[1:]:
        zeros = [] if chart is None else [z.exact.data for z in chart.zeros if z.exact is not None and z.exact.op == "rat"]
        found += [zeros[len(zeros) // 2]] if zeros else []
    return found
