"""Certified extrema of a function and its derivatives over the whole line.

`certify(expr, x)` gives the supremum and the infimum with bounds of as many digits as asked for, where they
are attained or that they are only approached, the exact number where there is one, and a certificate that
the kernel has checked. What it cannot settle within its time it says.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from sympy import Symbol

from theory import certificates
from theory.kernel.enclosure import Certificate, bound_of
from theory.kernel.extrema import Checker, check
from theory.kernel.functions import exact_end, exactly
from theory.kernel.reading import Reader
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision
from theory.kernel.terms import Term, mul, neg, rat, var
from theory.language.errors import GradproofError, KernelRefusal
from theory.tactics.extrema import Line, Unsettled, supremum
from theory.tactics.numbers import negative, simplified
from theory.typeset import latex, text

DIGITS_AT_MOST = 2000
Interval: TypeAlias = "tuple[Fraction | None, Fraction | None]"


class CertifyError(GradproofError):
    """A question that `certify` does not answer: not one variable, not exact, an order or a number of digits out of range."""


@dataclass(frozen=True)
class Extremum:
    """A supremum (or infimum) over the line, or over the points where the derivative exists.

    `lower` ≤ it ≤ `upper`, None for ±∞. `status` is attained, approached, unbounded, or unknown to be attained.
    `at` are intervals: enclosures of the points where it is attained, a whole piece on which it is, or the kink where it is
    approached; None is an end at infinity, and (None, None) where it is approached there. `side` says from where a kink or
    infinity is approached: 1 for x ↓ kink or x → −∞, −1 for x ↑ kink or x → ∞, 0 where it is attained.
    `closed` and `polynomial` (integers, constant coefficient first) say which number it is, where that is known.
    """

    kind: Literal["sup", "inf"]
    lower: Fraction | None
    upper: Fraction | None
    status: str
    at: tuple[Interval, ...]
    side: int
    closed: Term | None
    polynomial: tuple[int, ...]
    certificate: Certificate

    @property
    def value(self) -> float:
        """The nearest float, ±∞ included."""
        if self.lower is None or self.upper is None:
            return float("inf") if self.kind == "sup" else float("-inf")
        return float((self.lower + self.upper) / 2)

    @property
    def closed_form(self) -> str:
        """The exact value as text; empty where none is known."""
        return "" if self.closed is None else text(self.closed)

    @property
    def closed_latex(self) -> str:
        """The exact value in LaTeX's math mode; empty where none is known."""
        return "" if self.closed is None else latex(self.closed)

    def to_json(self) -> dict[str, Any]:
        """The certificate as JSON, which `theory.certificates` replays."""
        return certificates.to_json(self.certificate)

    def summary(self, digits: int) -> dict[str, Any]:
        """What is known, as JSON with decimals rounded outward; `attained` is None where that is not settled."""
        status = {"attained": True, "approached": False, "unbounded": False}
        unbounded = "Infinity" if self.kind == "sup" else "-Infinity"
        return {
            "lower": unbounded if self.lower is None else decimal(self.lower, digits, up=False),
            "upper": unbounded if self.upper is None else decimal(self.upper, digits, up=True),
            "closed_form": self.closed_form or None,
            "minimal_polynomial": list(self.polynomial) or None,
            "attained": status.get(self.status),
            "at": [self._place(low, high, digits) for low, high in self.at],
        }

    def _place(self, low: Fraction | None, high: Fraction | None, digits: int) -> Any:
        if self.status in ("approached", "unbounded"):
            if low is None:
                return "-Infinity" if self.side > 0 else "Infinity"
            return decimal(low, digits, up=False) + ("+" if self.side > 0 else "-")
        ends = (
            ("-Infinity" if low is None else decimal(low, digits, up=False)),
            ("Infinity" if high is None else decimal(high, digits, up=True)),
        )
        return ends[0] if ends[0] == ends[1] else list(ends)

    def replay(self) -> None:
        """Check the certificate again, from its JSON."""
        check(certificates.from_json(json.loads(json.dumps(self.to_json()))))


@dataclass(frozen=True)
class Certified:
    """Both extrema of the `order`-th derivative; one that could not be settled is None, with the reason beside it."""

    term: Term
    order: int
    sup: Extremum | None
    inf: Extremum | None
    unsettled: tuple[str, ...] = ()


def certify(expr: Any, x: Any = None, *, order: int = 0, digits: int = 30, seconds: float = 10.0) -> Certified:
    """Supremum and infimum of the `order`-th derivative of `expr` in x over all of ℝ.

    `expr` is a SymPy expression with exact numbers, or a term of the kernel. A derivative counts where it exists.
    """
    if not 0 <= order <= 8 or not 1 <= digits <= DIGITS_AT_MOST:
        raise CertifyError(f"an order from 0 to 8 and 1 to {DIGITS_AT_MOST} digits are certified, not {order} and {digits}")
    term = expr if isinstance(expr, Term) else Reader().term(expr)
    free = sorted(term.free, key=lambda v: str(v.data))
    variable = free[0] if x is None and len(free) == 1 else var(str(x.name if isinstance(x, Symbol) else x or "x"))
    if set(free) - {variable}:
        raise CertifyError(f"one variable is expected, but the expression has {', '.join(str(v.data) for v in free)}")
    found: list[Extremum | None] = []
    reasons: list[str] = []
    kinds: tuple[tuple[Literal["sup", "inf"], int], ...] = (("sup", 1), ("inf", -1))
    line: Line | None = None
    for kind, sign in kinds:
        try:
            line = line or Line(term, variable, order, digits)
            found.append(_extremum(kind, supremum(term, variable, order, sign, digits, seconds, line), line))
        except (Unsettled, KernelRefusal) as reason:
            found.append(None)
            reasons.append(f"the {kind} is not settled: {reason}")
    return Certified(term, order, found[0], found[1], tuple(reasons))


def decimal(q: Fraction, digits: int, *, up: bool) -> str:
    """A rational as a decimal of so many significant digits, rounded down or up; what is shorter stays exact."""
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR, Emin=-(10**6), Emax=10**6)
    found = context.divide(Decimal(q.numerator), Decimal(q.denominator))
    shown = f"{found.normalize(context):f}" if -8 <= found.adjusted() <= digits else str(found.normalize(context))
    return "0" if not found else shown


def _extremum(kind: Literal["sup", "inf"], c: Certificate, line: Line) -> Extremum:
    lower, upper = (c.lower, c.upper) if c.sign > 0 else (negative(c.upper), negative(c.lower))
    closed = c.closed if c.sign > 0 or c.closed is None else simplified(neg(c.closed))
    polynomial = c.polynomial if c.sign > 0 else _mirrored(c.polynomial)
    if closed is not None and closed.op == "rat":
        lower = upper = closed.data
    at_infinity = c.place.kind in ("limit", "infinity")
    side = -c.place.side if at_infinity else 0 if c.status == "attained" else c.place.side
    return Extremum(kind, lower, upper, c.status, _places(c, line), side, closed, polynomial, c)


def _places(c: Certificate, line: Line) -> tuple[Interval, ...]:
    """Where it is attained, from left to right, or where it is approached."""
    if c.status == "unknown":
        return ()
    if c.status != "attained":
        return ((None, None),) if c.place.kind in ("limit", "infinity") else ((c.place.x, c.place.x),)
    if c.points and all(p.op == "rat" for p in c.points):
        return tuple(dict.fromkeys((p.data, p.data) for p in c.points))
    known = line.checked
    with Precision(c.bits):
        found = _maxima(known if known is not None and known.c.cells is c.cells else Checker(c, line.study))
    if c.place.kind in ("point", "join") and c.others is None:
        found.append((c.place.x, c.place.x))
    found = sorted(set(found), key=lambda at: (at[0] is not None, at[0] or 0, at[1] or 0))
    if c.order > 0 and c.others is None:  # pieces with one value, whose ends need not belong to them
        return tuple(found)
    merged: list[Interval] = []
    for low, high in found:
        if merged and low is not None and high is not None and merged[-1][1] is not None and low <= merged[-1][1]:
            merged.append((merged.pop()[0], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def _maxima(checker: Checker) -> list[Interval]:
    """Intervals that hold every point where a supremum is attained."""
    c, found = checker.c, list[Interval]()
    for f, cell in checker.peaks:
        low, high, m = cell.low, cell.high, cell.point
        if low is None or high is None or c.lower is None or bound_of(f, cell) < exactly(c.lower):
            continue
        if cell.rule == "peak" and m is not None:  # the maximum is within |f'(m)|/μ of m
            width = exact_end(abs(f.over(m, m)[1]).upper() / -f.over(low, high)[2].upper())
            low, high = max(low, m - width), min(high, m + width)
        found.append((m, m) if cell.rule == "top" else (low, high))
    for f, cells in zip(checker.functions, c.cells, strict=True) if c.others is None else ():
        for cell in cells:
            if cell.rule == "constant" and checker.same(f.constant()):
                found.append(f.piece)
            elif cell.rule == "top" and checker.same(checker.exact_bound(f, cell)):
                # At an end of a piece a derivative may not exist; whether a function is attained there is asked below.
                if cell.point not in f.piece or (c.order > 0 and cell.point is not None and checker.continuous_at(cell.point)):
                    found.append((cell.point, cell.point))
            elif cell.rule not in ("constant", "top", "tail") and not bound_of(f, cell) < exactly(c.lower or Fraction(0)):
                found.append((cell.low, cell.high))
    return found + [(kink, kink) for kink in c.kinks if c.order == 0 and c.others is None and _attained(checker, kink)]


def _attained(checker: Checker, kink: Fraction) -> bool:
    """Whether the supremum, which one side of a kink may show, is the value there: a function may jump."""
    c = checker.c
    with suppress(KernelRefusal):
        return checker.same(mul(rat(c.sign), substitute(c.term, {c.variable: rat(kink)})))
    return False


def _mirrored(polynomial: tuple[int, ...]) -> tuple[int, ...]:
    """The polynomial of −y from that of y, with a positive leading coefficient."""
    turned = tuple(c * (-1) ** k for k, c in enumerate(polynomial))
    return turned if not turned or turned[-1] > 0 else tuple(-c for c in turned)
