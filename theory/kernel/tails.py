"""What a term does on [B, ∞): a sum of I·x^a·(log x)^b·e^{−P(x)}, each with a ball I that holds for every x ≥ B.

Every ball I encloses a function of x, constant or not; a constant is one whose ball is a number's. The
exponents are exact (`growth.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from functools import reduce

from flint import arb, fmpq

from theory.kernel.fractions import as_fraction
from theory.kernel.growth import (
    CONSTANT,
    HALF,
    LOG_X,
    NOTHING,
    Key,
    Part,
    Tail,
    combined,
    faster,
    grows,
    inverse_of,
    key_of,
    lambertw_slope,
    ordered,
    plus,
    power_of,
    product,
    raised,
    rational,
    shape_of,
    times,
    value_of,
)
from theory.kernel.series import expand, lambertw_of, square
from theory.kernel.terms import ONE, Term, fn, make, rat
from theory.language.errors import KernelRefusal, refuse_if

MOST_DEGREE = 64
MINUS_ONE = rat(-1)
INVERSE = Fraction(-1)
IDENTITY = key_of(Fraction(1), NOTHING)  # x itself


def _collected(terms: Iterable[tuple[Key, Part]]) -> Tail:
    """The sum of some terms."""
    total: Tail = {}
    for key, part in terms:
        known = total.get(key)
        total[key] = part if known is None else plus(known, part)
    return {key: part for key, part in total.items() if not part.ball.is_zero()}


class Tails:
    """Arithmetic of tails beyond one B, in |x|: x is |x| on side 1, and −|x| on side −1; both sides may share their ranges."""

    def __init__(self, start: Fraction, x: Term, side: int = 1, ranges: dict[Key, arb] | None = None) -> None:
        refuse_if(start < 1, "a tail starts at 1 or later")
        self._start, self._x, self._side = start, x, side
        self._b = arb(fmpq(start.numerator, start.denominator))
        self._memo: dict[Term, Tail] = {}
        self._ranges = {} if ranges is None else ranges

    # --- growth -------------------------------------------------------------------------------------

    def _range(self, key: Key) -> arb:
        """Every value of a term that decays, for x ≥ B; it decreases, so it lies in (0, its value at B]."""
        found = arb(1) if key is CONSTANT else self._ranges.get(key)
        if found is None:
            refuse_if(grows(key) >= 0, "a term that does not decay has no range on a tail")
            found = self._ranges[key] = arb(0).union(self._monotone(key, 1))
        return found

    def _monotone(self, key: Key, direction: int) -> arb:
        """x^a (log x)^b e^{−P(x)} at B, where it falls (1) or rises (−1) from there on."""
        a, b, p = shape_of(key)
        log_b = self._b.log() if b else self._b
        refuse_if(b and not log_b > 0, "a tail with a logarithm starts beyond 1")
        # x·P' − a − b/log x at B and all its derivatives there: none negative means none beyond B is. The last
        # summand is replaced by its worst value, at B or at infinity.
        degree = max((d for d, _, _ in p), default=0)
        terms = [(d, value_of(c) * q) for d, c, q in p]
        coefficients = [arb(-a - b / log_b if b * direction > 0 else -a), *(arb(0) for _ in range(degree))]
        for d, c in terms:
            coefficients[d] += c * d
        if not all(c * direction >= 0 for c in coefficients):
            for k in range(degree + 1):  # Taylor shift to B, by Horner
                for j in range(degree - 1, k - 1, -1):
                    coefficients[j] += coefficients[j + 1] * self._b
            refuse_if(not all(c * direction >= 0 for c in coefficients), "a tail is not monotone here; start it further out")
        decay = (-sum((c * self._b**d for d, c in terms), arb(0))).exp()
        return self._b**a * (log_b**b if b else 1) * decay

    def highest(self, t: Tail, sign: int) -> arb:
        """A bound from above of sign · t, which goes to −∞."""
        return -self._lowest(self._scaled(t, rational(-sign)))

    def _lowest(self, t: Tail) -> arb:
        """A bound from below of a tail that goes to ∞: its first term rises, and outweighs the others from B on."""
        key, part, r = self._lead(t)
        share = 1 + self.bounded(r)
        refuse_if(grows(key) <= 0 or not (part.ball > 0 and share > 0), "the tail is not seen to go to infinity")
        return part.ball.lower() * share.lower() * self._monotone(key, -1).lower()

    def bounded(self, t: Tail) -> arb:
        """Every value on the tail."""
        return sum((part.ball * self._range(key) for key, part in t.items()), arb(0))

    # --- arithmetic -----------------------------------------------------------------------------------

    def _add(self, *tails: Tail) -> Tail:
        return _collected(one for tail in tails for one in tail.items())

    def _mul(self, s: Tail, t: Tail) -> Tail:
        refuse_if(len(s) * len(t) > 1_000, "a tail has too many terms")
        return _collected((product(a, b), times(p, q)) for a, p in s.items() for b, q in t.items())

    def grows(self, t: Tail) -> int:
        """1, −1 where t goes to ∞, to −∞; 0 where neither is seen."""
        with suppress(KernelRefusal):
            return self.side(t) if any(grows(key) > 0 for key in t) else 0
        return 0

    def side(self, t: Tail) -> int:
        """1, −1 where t is positive, negative all along the tail, as its first term is; 0 where that is not seen."""
        try:
            _, part, r = self._lead(t)
        except KernelRefusal:
            return 0
        whole = part.ball * (1 + self.bounded(r))
        return 1 if whole > 0 else -1 if whole < 0 else 0

    def _scaled(self, t: Tail, by: Part) -> Tail:
        return {key: part for key, one in t.items() if not (part := times(one, by)).ball.is_zero()}

    def _lead(self, t: Tail) -> tuple[Key, Part, Tail]:
        """t = I·x^a·e^{−P}·(1 + r) for the term that outgrows all others; key, I and r."""
        for key, part in t.items():
            if all(other is key or faster(key, other) for other in t):
                if part.ball.contains(0):
                    break
                others = {k: p for k, p in t.items() if k is not key}
                return key, part, self._mul(others, {inverse_of(key): raised(part, INVERSE)})
        raise KernelRefusal("no term of a tail is known to outgrow the others")

    def _around(self, r: Tail) -> arb:
        """Every value of r and 0, where 1 + r is positive throughout."""
        around = self.bounded(r).union(arb(0))
        refuse_if(not 1 + around > 0, "a tail starts before its first term outweighs the others; start it further out")
        return around

    def _taylor(self, r: Tail, first: Fraction, curvature: arb) -> Tail:
        """1 + first·r + r²·curvature: Taylor's formula for f(0) = 1, f'(0) = first and f''/2 within `curvature`."""
        linear = self._scaled(r, rational(first))
        return self._add({CONSTANT: rational(1)}, linear, self._scaled(self._square(r), Part(curvature)))

    def _square(self, r: Tail) -> Tail:
        """r² for a remainder, in one term where one outgrows the others: r = I·x^a·e^{−P}·(1 + s) with a ball for s."""
        if len(r) > 1:
            with suppress(KernelRefusal):
                key, part, s = self._lead(r)
                return {product(key, key): Part(square(part.ball * (1 + self.bounded(s))))}
        return self._mul(r, r)

    def _power(self, t: Tail, q: Fraction) -> Tail:
        refuse_if(abs(q.numerator) > MOST_DEGREE or q.denominator > MOST_DEGREE, "a power is too large for the terms of a tail")
        if q.denominator == 1 and q >= 0:
            return reduce(self._mul, [t] * int(q)) if q else {CONSTANT: rational(1)}
        key, part, r = self._lead(t)
        refuse_if(q.denominator != 1 and not part.ball > 0, "a root of a number that may not be positive")
        # (1 + r)^q = 1 + q·r + q(q − 1)/2·(1 + ξ)^{q−2}·r² for a ξ between 0 and r.
        exponent = fmpq(q.numerator, q.denominator)
        curvature = (1 + self._around(r)) ** (exponent - 2) * (exponent * (exponent - 1) / 2)
        return self._mul({power_of(key, q): raised(part, q)}, self._taylor(r, q, curvature))

    def _exp(self, u: Tail) -> Tail:
        """e^u for u = polynomial + constant + what decays; the polynomial's coefficients must be exact."""
        growing = {key: part for key, part in u.items() if grows(key) > 0}
        small = {key: part for key, part in u.items() if grows(key) < 0}
        exponent, whole = CONSTANT, Fraction(0)
        for key, part in growing.items():
            a, p = key
            if key is LOG_X and part.exact is not None and list(part.exact) == [ONE]:
                whole += as_fraction(part.exact[ONE])  # e^{q log x} = x^q
                continue
            if p or a.denominator != 1 or part.exact is None:
                raise KernelRefusal("the exponent of an exponential is not a polynomial with exact coefficients")
            refuse_if(a > MOST_DEGREE, "the exponent of an exponential is a polynomial of too high a degree")
            grown = ordered({(int(a), c): -as_fraction(q) for c, q in part.exact.items()})
            exponent = product(exponent, key_of(Fraction(0), grown))
        constant = u.get(CONSTANT)
        known = rational(1)
        if constant is not None:
            exact = None if constant.exact is None else {make("exp", (combined(constant.exact),)): fmpq(1)}
            known = Part(constant.ball.exp(), exact)
        around = self.bounded(small).union(arb(0))
        return self._mul({key_of(whole, exponent[1]): known}, self._taylor(small, Fraction(1), around.exp() / 2))

    def _log(self, u: Tail) -> Tail:
        key, part, r = self._lead(u)
        refuse_if(not part.ball > 0 or shape_of(key)[1], "the logarithm of a power of log x is not among the terms of a tail")
        linear: list[Tail] = [{LOG_X: rational(key[0])}] if key[0] else []
        for (d, c), q in key[1]:
            by = -fmpq(q.numerator, q.denominator)
            linear.append({key_of(Fraction(d), NOTHING): Part(value_of(c) * by, {c: by})})
        exact = None if part.exact is None else {make("log", (combined(part.exact),)): fmpq(1)}
        first: Tail = {} if part.exact == {ONE: fmpq(1)} else {CONSTANT: Part(part.ball.log(), exact)}
        square = self._scaled(self._square(r), Part(-1 / (2 * (1 + self._around(r)) ** 2)))
        return self._add(first, *linear, r, square)

    def _erf(self, u: Tail) -> Tail:
        """erf u = ±(1 − e^{−u²}·θ/(|u|√π)) for u = c·x, by Mills' bounds 1 − 1/(2u²) < θ < 1."""
        refuse_if(list(u) != [IDENTITY], "erf of anything but a multiple of x has no expansion here")
        (part,) = u.values()
        square = times(part, part).exact
        if part.ball.contains(0) or square is None:
            raise KernelRefusal("the argument of erf is not an exact multiple of x")
        least = (part.ball * self._b) ** 2
        mills = (1 - 1 / (2 * least)).union(arb(1))
        key = key_of(Fraction(-1), ordered({(2, c): as_fraction(q) for c, q in square.items()}))
        limit = rational(1 if part.ball > 0 else -1)
        return {CONSTANT: limit, key: Part(-mills / (part.ball * arb.pi().sqrt()))}

    def _atan(self, u: Tail) -> Tail:
        key, part, _ = self._lead(u)
        if grows(key) > 0:
            half = fmpq(1 if part.ball > 0 else -1, 2)
            quarter = Part(arb.pi() * half, {make("pi"): half})
            return self._add({CONSTANT: quarter}, self._scaled(self._atan(self._power(u, INVERSE)), rational(-1)))
        refuse_if(grows(key) == 0, "the arc tangent of what tends to a constant has no expansion here")
        around = self.bounded(u).union(arb(0))
        return self._scaled(u, Part(1 / (1 + around * around)))

    def _arsinh(self, u: Tail) -> Tail:
        constant = u.get(CONSTANT)
        if all(grows(key) < 0 for key in u):
            around = self.bounded(u).union(arb(0))
            return self._scaled(u, Part((1 + square(around)).rsqrt()))
        if constant is not None and all(grows(key) <= 0 for key in u):
            return self._near("asinh", u, constant, lambda around: (1 + square(around)).rsqrt())
        _, part, _ = self._lead(u)
        odd = rational(1 if part.ball > 0 else -1)  # the first coefficient is not 0
        size = self._scaled(u, odd)
        root = self._power(self._add({CONSTANT: rational(1)}, self._mul(u, u)), HALF)
        return self._scaled(self._log(self._add(size, root)), odd)

    def _near(self, op: str, u: Tail, constant: Part, slope: Callable[[arb], arb]) -> Tail:
        """f(c + s) = f(c) + s·f'(ξ) for what tends to a constant c; `slope` encloses f' over a ball."""
        rest = {key: part for key, part in u.items() if key is not CONSTANT}
        around = constant.ball + self.bounded(rest).union(arb(0))
        exact = constant.exact
        t = fn(op, self._x if exact is None else combined(exact))
        value = Part(expand(t, self._x, constant.ball, 1)[0], None if exact is None else {t: fmpq(1)})
        return self._add({CONSTANT: value}, self._scaled(rest, Part(slope(around))))

    def _lambertw(self, u: Tail) -> Tail:
        """W(u) = u − u²·e^{−2ξ}/(1 + ξ) for a ξ from W(0) to W(u) where u decays; θ·log u with θ ≤ 1 where u goes to ∞."""
        constant = u.get(CONSTANT)
        if all(grows(key) < 0 for key in u):
            w = lambertw_of(self.bounded(u).union(arb(0)))
            return self._add(u, self._scaled(self._square(u), Part(-lambertw_slope(w) * (-w).exp())))
        if constant is not None and all(grows(key) <= 0 for key in u):
            return self._near("lambertw", u, constant, lambda around: lambertw_slope(lambertw_of(around)))
        logarithm = self._log(u)
        least = self._lowest(logarithm).lower()
        refuse_if(not least > arb(1).exp(), "a tail starts before the argument of Lambert's W is large; start it further out")
        # W = ℓ − log W for ℓ = log u, and 1 ≤ W ≤ ℓ, so ℓ − log ℓ ≤ W ≤ ℓ; (log ℓ)/ℓ falls from ℓ = e on.
        return self._scaled(logarithm, Part((1 - least.log() / least).union(arb(1))))

    def _exp_of_lambertw(self, t: Term) -> Tail | None:
        """e^{−W(u)} = W(u)/u where u goes to ∞, and W has no exact terms that could be an exponent."""
        w = t.args[1] if t.op == "mul" and len(t.args) == 2 and t.args[0] is MINUS_ONE else t
        if w is t or w.op != "lambertw" or self.grows(self.of(w.args[0])) <= 0:
            return None
        return self._mul(self.of(w), self._power(self.of(w.args[0]), INVERSE))

    def _hyperbolic(self, op: str, u: Tail) -> Tail:
        if op == "tanh":  # 1 − 2/(1 + e^{2u})
            inverse = self._power(self._add({CONSTANT: rational(1)}, self._exp(self._scaled(u, rational(2)))), Fraction(-1))
            return self._add({CONSTANT: rational(1)}, self._scaled(inverse, rational(-2)))
        up, down = self._exp(u), self._exp(self._scaled(u, rational(-1)))
        both = self._add(up, self._scaled(down, rational(-1)) if op == "sinh" else down)
        return self._scaled(both, rational(Fraction(1, 2)))

    # --- terms -----------------------------------------------------------------------------------------

    def of(self, t: Term) -> Tail:
        """The tail of a smooth term."""
        found = self._memo.get(t)
        if found is None:
            found = self._memo[t] = self._of(t)
        return found

    def _of(self, t: Term) -> Tail:
        if t is self._x:
            return {IDENTITY: rational(self._side)}
        if self._x not in t.free:
            part = Part(value_of(t), {t: fmpq(1)}) if t.op != "rat" else rational(t.data)
            return self._add({CONSTANT: part})
        match t.op, t.args:
            case "add", parts:
                return self._add(*map(self.of, parts))
            case "mul", parts:
                return reduce(self._mul, map(self.of, parts))
            case "pow", (base, exponent) if exponent.op == "rat":
                return self._power(self.of(base), exponent.data)
            case "exp", (u,):
                return self._exp_of_lambertw(u) or self._exp(self.of(u))
            case "log", (u,):
                return self._log(self.of(u))
            case "erf", (u,):
                return self._erf(self.of(u))
            case (("sin" | "cos"), _):
                return {CONSTANT: Part(arb(0, 1))}
            case "atan", (u,):
                return self._atan(self.of(u))
            case "asinh", (u,):
                return self._arsinh(self.of(u))
            case "lambertw", (u,):
                return self._lambertw(self.of(u))
            case (("tanh" | "sinh" | "cosh"), (u,)):
                return self._hyperbolic(t.op, self.of(u))
            case _:
                raise KernelRefusal(f"{t.op} has no expansion at infinity here")
