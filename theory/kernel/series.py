"""Taylor coefficients of a smooth term in balls: at a point, or at every point of an interval.

`expand(t, x, at, length)` encloses t, t', t''/2, … at each point of the ball `at`. Ops that are not smooth
(|u|, max, a piecewise term) are refused; `pieces.py` resolves them first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial, reduce
from operator import add, mul
from types import MappingProxyType

from flint import arb, arb_series, ctx, fmpq

from theory.kernel.terms import ONE, Term
from theory.language.errors import refuse_if

# Series are cut there without a word, so nothing longer is ever asked for.
MOST_TERMS = 16
CONSTANTS = MappingProxyType({"pi": arb.pi, "euler_gamma": arb.const_euler})


class Precision:
    """Sets the working precision and the length of series, and puts both back."""

    def __init__(self, bits: int, length: int = MOST_TERMS) -> None:
        self._wanted = (bits, length)

    def __enter__(self) -> None:
        self._saved = (ctx.prec, ctx.cap)
        ctx.prec, ctx.cap = self._wanted

    def __exit__(self, *_: object) -> None:
        ctx.prec, ctx.cap = self._saved


def expand(t: Term, x: Term, at: arb, length: int, known: Mapping[Term, arb_series] = MappingProxyType({})) -> list[arb]:
    """The first Taylor coefficients of t in x; every one is finite, or the term is refused; `known` has those of parts."""
    refuse_if(length > min(ctx.cap, MOST_TERMS), "more Taylor coefficients are asked for than series keep")
    fixed, steps, given, result = _compiled(t, x, length, ctx.prec)
    values = [arb_series([at, 1], length), *fixed[1:]]
    for slot, part in given:
        refuse_if(part not in known, f"{part.op} has no power series here")
        values[slot] = known[part]
    for slot, work, i, j in steps:
        values[slot] = work(values[i]) if j < 0 else work(values[i], values[j])
    found = values[result]
    coefficients = [found[k] for k in range(length)]
    refuse_if(not all(map(arb.is_finite, coefficients)), "the term has no finite enclosure there")
    return coefficients


_Step = tuple[int, Callable[..., arb_series], int, int]  # where to, what, of which slots (−1: none)


@lru_cache(maxsize=1024)
def _compiled(t: Term, x: Term, length: int, _bits: int) -> tuple[list[arb_series], list[_Step], list[tuple[int, Term]], int]:
    """The slots of t's subterms, x in the first, and the steps that fill those which hold x or a given part; t's slot."""
    values, steps, given = [arb_series([0], length)], list[_Step](), list[tuple[int, Term]]()
    slots, moving = {x: 0}, {0}

    def slot(u: Term) -> int:
        found = slots.get(u)
        if found is None:
            found = slots[u] = new(u)
        return found

    def new(u: Term) -> int:
        match u.op, u.args:
            case "rat", _:
                return put(arb_series([fmpq(u.data.numerator, u.data.denominator)], length))
            case op, () if op in CONSTANTS:
                return put(arb_series([CONSTANTS[op]()], length))
            case (("add" | "mul"), parts):
                return reduce(partial(step, add if u.op == "add" else mul), map(slot, parts))
            case "log", (v,) if (grown := _grown(v)) is not None:
                return step(_softplus, slot(grown))
            case "pow", (v, q) if q.op == "rat" and q.data == -abs(q.data.numerator) and (grown := _grown(v)) is not None:
                return step(partial(_whole, k=-q.data.numerator), step(_logistic, slot(grown)))
            case "pow", (v, q) if q.op == "rat":
                return step(partial(_power, q.data.numerator, q.data.denominator), slot(v))
            case op, (v,) if op in _WORK:
                return step(_WORK[op], slot(v))
            case _:
                given.append((len(values), u))
                return put(values[0], moves=True)

    def put(value: arb_series, *, moves: bool = False) -> int:
        moving.update([len(values)] * moves)
        values.append(value)
        return len(values) - 1

    def step(work: Callable[..., arb_series], i: int, j: int = -1) -> int:
        if moving.isdisjoint((i, j)):
            return put(work(*(values[k] for k in (i, j) if k >= 0)))
        steps.append((len(values), work, i, j))
        return put(values[0], moves=True)

    return values, steps, given, slot(t)


def _grown(t: Term) -> Term | None:
    """The u of 1 + e^u."""
    grown = [part for part in t.args if part is not ONE] if t.op == "add" and len(t.args) == 2 else []
    return grown[0].args[0] if [part.op for part in grown] == ["exp"] else None


def _log(s: arb_series) -> arb_series:
    refuse_if(not s[0] > 0, "a logarithm of a number that may not be positive")
    return s.log()


def _power(p: int, q: int, s: arb_series) -> arb_series:
    if q == 1:
        if p < 0:
            refuse_if(s[0].contains(0), "a denominator may vanish")
            return _whole(s.inv(), -p)
        return _whole(s, p)
    refuse_if(not s[0] > 0, "a root of a number that may not be positive is not smooth")
    if q == 2:
        root = s.sqrt()
        return _whole(root if p > 0 else root.inv(), abs(p))
    return (s.log() * arb_series([fmpq(p, q)])).exp()


def _whole(s: arb_series, k: int) -> arb_series:
    refuse_if(k > 64, f"a power with exponent {k} is too large to multiply out")
    result = None
    while k:
        if k & 1:
            result = s if result is None else result * s
        k >>= 1
        s = _squared(s) if k else s
    return arb_series([1]) if result is None else result


def square(ball: arb) -> arb:
    """The squares of a ball: x·x would lose that they are not negative."""
    least, most = ball.abs_lower(), ball.abs_upper()
    return (least * least).union(most * most)


def _squared(s: arb_series) -> arb_series:
    found = s * s
    found[0] = square(s[0])
    return found


def _integral(first: arb, slope: arb_series, length: int) -> arb_series:
    return arb_series([first, *(slope[k] / (k + 1) for k in range(length - 1))], length)


def _arsinh(u: arb_series) -> arb_series:
    low, high = u[0].lower().asinh(), u[0].upper().asinh()  # it increases
    return _integral(low.union(high), u.derivative() * (1 + _squared(u)).rsqrt(), u.prec)


def lambertw_of(u: arb) -> arb:
    """W over a ball, by its ends since it increases; refused where the ball may reach below −1/e."""
    found = u.lower().lambertw().union(u.upper().lambertw())
    refuse_if(not found.is_finite(), "Lambert's W of a number that may lie below −1/e")
    return found


def _lambertw(u: arb_series) -> arb_series:
    """y = W(u) by y'·(e^y + u) = u' and (e^y)' = e^y·y', which give one coefficient after another."""
    y = [lambertw_of(u[0])]
    e = [y[0].exp()]
    for k in range(1, u.prec):
        known = sum(((e[j] + u[j]) * y[k - j] * (k - j) for j in range(1, k)), arb(0))
        refuse_if(not e[0] + u[0] > 0, "Lambert's W has no derivative at −1/e")
        y.append((u[k] * k - known) / ((e[0] + u[0]) * k))
        e.append(sum((y[j] * e[k - j] * j for j in range(1, k + 1)), arb(0)) / k)
    return arb_series(y, u.prec)


def _logistic(u: arb_series) -> arb_series:
    """s = 1/(1 + e^u) by s' = −s(1 − s)u', with the values of s and s(1 − s) over a wide ball from its ends."""
    low, high = u[0].lower().exp(), u[0].upper().exp()
    first, last = 1 / (1 + low), 1 / (1 + high)
    product = (low * first * first).union(high * last * last)  # e^u·s², as 1 − s would cancel; it is greatest at u = 0
    s, slope = [first.union(last)], [-(product.union(arb(0.25)) if u[0].contains(0) else product)]
    steps = [(j, u[j] * j) for j in range(1, u.prec) if not u[j].is_zero()]  # few: u is mostly linear
    for k in range(1, u.prec):
        if k > 1:
            slope.append(sum((s[j] * s[k - 1 - j] for j in range(1, k - 1)), s[k - 1] * (2 * s[0] - 1)))
        s.append(sum((d * slope[k - j] for j, d in steps if j <= k), arb(0)) / k)
    return arb_series(s, u.prec)


def _softplus(u: arb_series) -> arb_series:
    """log(1 + e^u)."""
    low, high = u[0].lower().exp().log1p(), u[0].upper().exp().log1p()
    return _integral(low.union(high), u.derivative() * _logistic(-u), u.prec)


_WORK: dict[str, Callable[[arb_series], arb_series]] = {
    **{op: getattr(arb_series, op) for op in ("exp", "erf", "sin", "cos", "atan")},
    "log": _log,
    "tanh": lambda u: 1 - 2 * _logistic(u * 2),
    "asinh": _arsinh,
    "lambertw": _lambertw,
    "sinh": lambda u: (u.exp() - (-u).exp()) * arb_series([fmpq(1, 2)]),
    "cosh": lambda u: (u.exp() + (-u).exp()) * arb_series([fmpq(1, 2)]),
}
