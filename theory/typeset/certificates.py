"""How a theorem that rests on a certificate of an extremum is told: what covers the line, and which number the extremum is."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.certified import subject
from theory.kernel.enclosure import Certificate
from theory.kernel.replacing import substitute
from theory.kernel.terms import ZERO, Term, add, eq, make, mul, power, rat
from theory.kernel.theorem import Derivation
from theory.typeset.blocks import Block, Derive, Piece, Row, Say
from theory.typeset.story import Story, tells

_PLACES = 8
_SIGNS = {(1, False): "≤", (1, True): "<", (-1, False): "≥", (-1, True): ">"}


@tells("certified")
def _certified(story: Story, node: Derivation, last: bool) -> list[Block]:
    formula = story.said(node)
    c = node.parameters[1]
    f, sign, bound = subject(formula, c.variable)
    told: list[Block] = [Say(_covering(c))]
    if formula.op == "extremum":
        return [*told, *_value(c, f, bound, sign), Derive(f, (Row(_SIGNS[sign, c.status == "approached"], bound),))]
    if c.polynomial or c.closed is not None:
        number = mul(rat(sign), c.closed) if sign < 0 and c.closed is not None and c.closed.op != "rat" else c.closed
        if number is None or number is bound:
            told += _value(c, f, bound, sign)
    told.append(_relation(c, f, bound, sign, strict=formula.op == "lt"))
    return told if bound in formula.args else [*told, Say(("That is,", formula, "."))]


def _covering(c: Certificate) -> tuple[Piece, ...]:
    cells = [cell for listed in c.cells for cell in listed]
    inner = [cell for cell in cells if cell.rule not in ("tail", "constant")]
    tails = len([cell for cell in cells if cell.rule == "tail"])
    ends = [q for cell in inner for q in (cell.low, cell.high) if q is not None]
    said: list[Piece] = []
    if inner:
        count = "one interval covers" if len(inner) == 1 else f"{len(inner)} intervals cover"
        said += ["By ball arithmetic:", count, "the line from", rat(min(ends)), "to", rat(max(ends)), ","]
        said += ["on each of which Taylor's formula bounds the function"]
        extreme = "negative second derivative where it peaks" if c.sign > 0 else "positive second derivative where it is lowest"
        said += [f", with a {extreme}"] if any(cell.rule == "peak" for cell in inner) else []
    if tails:
        beyond = "beyond them" if inner else "on the whole line"
        joint = [";"] if inner else []
        said += [*joint, f"{beyond} an expansion in powers and exponentials does, with coefficients that hold all the way"]
    if not inner and not tails:
        said = ["The function is constant on each piece"]
    return (*said, ".")


def _value(c: Certificate, f: Term, bound: Term, sign: int) -> list[Block]:
    """Why the extremum is that number."""
    what = "supremum" if sign > 0 else "infimum"
    if c.polynomial and c.lower is not None and c.upper is not None:
        low, high = sorted((sign * c.lower, sign * c.upper))
        turned = [(a * sign**k, k) for k, a in enumerate(c.polynomial)]
        left = add(*(mul(rat(a), power(bound, k) if k > 1 else bound) if k else rat(a) for a, k in reversed(turned) if a))
        enclosure = make("and", (make("le", (_rounded(low, up=False), bound)), make("le", (bound, _rounded(high, up=True)))))
        return [
            Say(
                (
                    f"Eliminating x between the function and its slope leaves a polynomial for the {what}, of which",
                    bound,
                    "is a root:",
                )
            ),
            Say((eq(left, ZERO), ".")),
            Say(("By Sturm's theorem it has no other root in the enclosure", enclosure, ".")),
        ]
    if c.status == "attained" and c.points:
        values: list[Piece] = []
        for k, point in enumerate(c.points):
            values += ["and" if k == len(c.points) - 1 else ",", eq(substitute(f, {c.variable: point}), bound)]
        beside = "above" if sign < 0 else "below"
        return [Say(("The slope vanishes where", *values[1:], "; everywhere else the function stays", beside, "."))]
    if c.status == "approached":
        return [Say((f"The {what} is the limit", bound, ", and the function never reaches it:"))]
    return [Say((f"The {what} is", bound, "."))]


def _relation(c: Certificate, f: Term, bound: Term, sign: int, *, strict: bool) -> Derive:
    most = _rounded((c.upper or Fraction(0)) * sign, up=sign > 0)
    if c.upper is None or bound is most or not _separates(most, bound, sign):
        return Derive(f, (Row(_SIGNS[sign, strict], bound),))
    return Derive(f, (Row(_SIGNS[sign, False], most), Row(_SIGNS[sign, True], bound)))


def _separates(most: Term, bound: Term, sign: int) -> bool:
    """Whether the rounded bound lies strictly on the near side of the one that is claimed; a root is not compared."""
    return bound.op == "rat" and most.data * sign < bound.data * sign


def _rounded(q: Fraction, *, up: bool) -> Term:
    scaled = q * 10**_PLACES
    whole = -((-scaled.numerator) // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return rat(Fraction(whole, 10**_PLACES))
