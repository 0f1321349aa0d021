"""Taylor coefficients of a smooth term in balls: at a point, or at every point of an interval.

`expand(t, x, at, length)` encloses t, t', t''/2, … at each point of the ball `at`. Ops that are not smooth
(|u|, max, a piecewise term) are refused; `pieces.py` resolves them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flint import arb, arb_series, ctx, fmpq

from theory.kernel.terms import Term
from theory.language.errors import KernelRefusal

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
    if length > min(ctx.cap, MOST_TERMS):
        raise KernelRefusal("more Taylor coefficients are asked for than series keep")
    memo: dict[Term, arb_series] = {x: arb_series([at, 1], length), **known}
    found = _series(t, memo, length)
    coefficients = [found[k] for k in range(length)]
    if not all(c.is_finite() for c in coefficients):
        raise KernelRefusal("the term has no finite enclosure there")
    return coefficients


def _series(t: Term, memo: dict[Term, arb_series], length: int) -> arb_series:
    known = memo.get(t)
    if known is not None:
        return known
    match t.op, t.args:
        case "rat", _:
            s = arb_series([fmpq(t.data.numerator, t.data.denominator)], length)
        case op, () if op in CONSTANTS:
            s = arb_series([CONSTANTS[op]()], length)
        case "add", parts:
            s = _series(parts[0], memo, length)
            for p in parts[1:]:
                s = s + _series(p, memo, length)
        case "mul", parts:
            s = _series(parts[0], memo, length)
            for p in parts[1:]:
                s = s * _series(p, memo, length)
        case "pow", (base, exponent) if exponent.op == "rat":
            s = _power(_series(base, memo, length), exponent.data.numerator, exponent.data.denominator)
        case (("exp" | "log" | "erf" | "sin" | "cos" | "atan"), (u,)):
            inner = _series(u, memo, length)
            if t.op == "log" and not inner[0] > 0:
                raise KernelRefusal("a logarithm of a number that may not be positive")
            s = getattr(inner, t.op)()
        case (("tanh" | "sinh" | "cosh"), (u,)):
            s = _hyperbolic(t.op, _series(u, memo, length))
        case "asinh", (u,):
            s = _arsinh(_series(u, memo, length), length)
        case "lambertw", (u,):
            s = _lambertw(_series(u, memo, length), length)
        case _:
            raise KernelRefusal(f"{t.op} has no power series here")
    memo[t] = s
    return s


def _power(s: arb_series, p: int, q: int) -> arb_series:
    if q == 1:
        if p < 0:
            if s[0].contains(0):
                raise KernelRefusal("a denominator may vanish")
            return _whole(s.inv(), -p)
        return _whole(s, p)
    if not s[0] > 0:
        raise KernelRefusal("a root of a number that may not be positive is not smooth")
    if q == 2:
        root = s.sqrt()
        return _whole(root if p > 0 else root.inv(), abs(p))
    return (s.log() * arb_series([fmpq(p, q)])).exp()


def _whole(s: arb_series, k: int) -> arb_series:
    if k > 64:
        raise KernelRefusal(f"a power with exponent {k} is too large to multiply out")
    result = arb_series([1])
    while k:
        if k & 1:
            result = result * s
        s, k = s * s, k >> 1
    return result


def _integrated(value: arb, slope: list[arb], length: int) -> arb_series:
    """The series with this value and the coefficients of this derivative."""
    return arb_series([value, *(slope[k] / (k + 1) for k in range(length - 1))], length)


def _arsinh(u: arb_series, length: int) -> arb_series:
    slope = u.derivative() * (1 + u * u).rsqrt()  # u[0]² as a product may dip below 0, but not to −1 once cells are small
    low, high = u[0].lower().asinh(), u[0].upper().asinh()  # it increases
    return _integrated(low.union(high), [slope[k] for k in range(length - 1)], length)


def lambertw_of(u: arb) -> arb:
    """W over a ball, by its ends since it increases; refused where the ball may reach below −1/e."""
    found = u.lower().lambertw().union(u.upper().lambertw())
    if not found.is_finite():
        raise KernelRefusal("Lambert's W of a number that may lie below −1/e")
    return found


def _lambertw(u: arb_series, length: int) -> arb_series:
    """y = W(u) by y'·(e^y + u) = u' and (e^y)' = e^y·y', which give one coefficient after another."""
    y = [lambertw_of(u[0])]
    e = [y[0].exp()]
    for k in range(1, length):
        known = sum(((e[j] + u[j]) * y[k - j] * (k - j) for j in range(1, k)), arb(0))
        if not e[0] + u[0] > 0:
            raise KernelRefusal("Lambert's W has no derivative at −1/e")
        y.append((u[k] * k - known) / ((e[0] + u[0]) * k))
        e.append(sum((y[j] * e[k - j] * j for j in range(1, k + 1)), arb(0)) / k)
    return arb_series(y, length)


def _hyperbolic(op: str, u: arb_series) -> arb_series:
    e, inverse = u.exp(), (-u).exp()
    if op == "sinh":
        return (e - inverse) * arb_series([fmpq(1, 2)])
    if op == "cosh":
        return (e + inverse) * arb_series([fmpq(1, 2)])
    # One exponential that is at most about 1, so that nothing overflows and 1 + e^{−2|u|} is never near 0.
    if u[0] > 0:
        e = (u * -2).exp()
        return (1 - e) * (1 + e).inv()
    e = (u * 2).exp()
    return (e - 1) * (1 + e).inv()
