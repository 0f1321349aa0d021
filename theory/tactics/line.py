"""What the searches for both extrema of a function share: its pieces, where its tails begin, and its values on a grid."""

from __future__ import annotations

from fractions import Fraction
from time import monotonic

from theory.kernel.enclosure import Certificate, Study
from theory.kernel.extrema import Checker
from theory.kernel.functions import Function, covers_period, exactly
from theory.kernel.series import Precision, expand
from theory.kernel.terms import Term
from theory.language.errors import KernelRefusal
from theory.tactics.cells import Unsettled
from theory.tactics.kinks import Part, ends_of, parts_of
from theory.tactics.mirrors import parity_of
from theory.tactics.numbers import grid

_COARSE = 64  # bits for values that are only compared
_WIDTH = Fraction(4)  # tails may begin sooner, and peaks lie in them


class Line:
    """A function on its pieces; explored once, under the precision that its digits need."""

    def __init__(self, t: Term, x: Term, order: int, digits: int) -> None:
        self.study = Study(t, x, order)
        self.bits = max(96, int(digits * 3.4) + 60)
        self.tolerance = Fraction(1, 10 ** (digits + 4))
        self.deadline = float("inf")
        self.finer = False
        self.parity = 0  # 1 of a function that looks even, −1 odd
        self.found: dict[int, Certificate] = {}  # by sign
        self.checked: Checker | None = None  # of the extremum that was found last, but for which number it is
        self.parts: list[Part] = []
        self._values: dict[tuple[int, bool], tuple[list[Fraction], list[float]]] = {}
        self._refusal: Exception | None = None

    def tick(self) -> None:
        """Stop when the time is over."""
        if monotonic() > self.deadline:
            raise Unsettled("the search took longer than it was given")

    def explore(self) -> None:
        """Find the pieces and where tails begin; done once."""
        if self._refusal is not None:
            raise self._refusal
        if self.parts:
            return
        try:
            parts = parts_of(self.study, self.bits, self.tick)
            self.functions = [self.study.on(part.piece, part.switches) for part in parts]
            self.constant = [part.smooth and _is_constant(f) for f, part in zip(self.functions, parts, strict=True)]
            self.kinks = tuple(part.piece[1] for part in parts if part.piece[1] is not None)
            self.ends = [
                ends_of(f, self.tick) if part.smooth and not constant else (Fraction(0), Fraction(0))
                for f, part, constant in zip(self.functions, parts, self.constant, strict=True)
            ]
            self.periodic = [
                None in f.piece and part.smooth and not constant and covers_period(f.derived, f.variable, *ends)
                for f, part, constant, ends in zip(self.functions, parts, self.constant, self.ends, strict=True)
            ]
            if len(parts) == 1 and parts[0].smooth and not self.constant[0] and not self.periodic[0]:
                self.parity = parity_of(self.functions[0])
            self.parts = parts
        except (KernelRefusal, Unsettled) as refusal:
            self._refusal = refusal
            raise

    def keep_tails(self, k: int, left: Fraction | None, right: Fraction | None) -> None:
        """Let tails of a piece begin where they do for one extremum: what is known of them serves the other one too."""
        start, end = self.ends[k]
        self.ends[k] = start if left is None else left, end if right is None else right

    def values(self, k: int) -> tuple[list[Fraction], list[float]]:
        """Points of a piece, from end to end or a little into its tails, and f/order! there, as floats: to compare them."""
        key = k, self.finer
        if key not in self._values:
            f, (low, high), (start, end) = self.functions[k], self.parts[k].piece, self.ends[k]
            left, right = (edge is None and not self.periodic[k] for edge in (low, high))
            start, end = min(start, -_WIDTH) if left else start, max(end, _WIDTH) if right else end
            points = [start, *grid(start, end, 256 if self.finer else 32), end]
            points = [*([2 * start] if left else []), *points, *([2 * end] if right else [])]
            with Precision(_COARSE):
                terms = (expand(f.smooth(0), f.variable, exactly(g), f.order + 1) for g in points)
                self._values[key] = points, [float(coefficients[-1].mid()) for coefficients in terms]
        return self._values[key]


def _is_constant(f: Function) -> bool:
    try:
        f.constant()
    except KernelRefusal:
        return False
    return True
