"""What a term does on [B, ∞): a sum of I·x^a·e^{−P(x)}, each with a ball I that holds for every x ≥ B.

P is a polynomial in x without constant term whose coefficients are exact: rational multiples of closed
terms, told apart as terms. So e^{−x}·e^{x} is 1 and e^{−√2 x}·e^{√(2+ε) x} is not, however small ε is.
Every ball I encloses a function of x, constant or not; a constant is one whose ball is a number's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb, fmpq

from theory.kernel.series import expand
from theory.kernel.terms import ONE, Term, add, make, mul, power, rat
from theory.language.errors import KernelRefusal

# P as ((degree, closed factor), rational coefficient) in order; the closed factor of a rational is ONE.
Exponent = tuple[tuple[tuple[int, Term], Fraction], ...]
Key = tuple[Fraction, Exponent]
NOTHING: Exponent = ()
CONSTANT: Key = (Fraction(0), NOTHING)
HALF = Fraction(1, 2)
MOST_DEGREE = 64
PI = make("pi")


@dataclass(frozen=True)
class Part:
    """The ball and, if the coefficient is a constant that is known exactly, what it is."""

    ball: arb
    exact: dict[Term, Fraction] | None = None


Tail = dict[Key, Part]


def _combined(exact: dict[Term, Fraction]) -> Term:
    """An exact number as one closed term."""
    parts = [c if q == 1 else rat(q) if c is ONE else mul(rat(q), c) for c, q in exact.items()]
    return add(*parts) if parts else rat(0)


def _number(exact: dict[Term, Fraction]) -> arb:
    return sum((_value(c) * fmpq(q.numerator, q.denominator) for c, q in exact.items()), arb(0))


def _rational(q: int | Fraction) -> Part:
    return Part(arb(fmpq(Fraction(q).numerator, Fraction(q).denominator)), {ONE: Fraction(q)})


def _value(t: Term) -> arb:
    return expand(t, ONE, arb(1), 1)[0]  # a closed term: nothing in it is expanded


class Tails:
    """Arithmetic of tails beyond one B."""

    def __init__(self, start: Fraction, x: Term) -> None:
        if start < 1:
            raise KernelRefusal("a tail starts at 1 or later")
        self._start, self._x = start, x
        self._b = arb(fmpq(start.numerator, start.denominator))
        self._memo: dict[Term, Tail] = {}

    # --- growth -------------------------------------------------------------------------------------

    def _sign_of_exponent(self, p: Exponent) -> int:
        """1 where P → ∞, −1 where P → −∞, 0 where P is nothing."""
        if not p:
            return 0
        top = max(degree for (degree, _), _ in p)
        lead = sum((_value(c) * fmpq(q.numerator, q.denominator) for (d, c), q in p if d == top), arb(0))
        if lead > 0:
            return 1
        if lead < 0:
            return -1
        raise KernelRefusal("the growth of an exponential is not decided")

    def _grows(self, key: Key) -> int:
        """1, 0, −1 where x^a e^{−P} goes to infinity, is constant, goes to 0."""
        a, p = key
        sign = -self._sign_of_exponent(p)
        return sign or (a > 0) - (a < 0)

    def faster(self, first: Key, second: Key) -> bool:
        """Whether the first outgrows the second."""
        return self._grows((first[0] - second[0], _difference(first[1], second[1]))) > 0

    def _range(self, key: Key) -> arb:
        """Every value of x^a e^{−P(x)} for x ≥ B, for a term that decays; it decreases, so it lies in (0, its value at B]."""
        if key == CONSTANT:
            return arb(1)
        if self._grows(key) >= 0:
            raise KernelRefusal("a term that does not decay has no range on a tail")
        return arb(0).union(self._monotone(key, 1))

    def _monotone(self, key: Key, direction: int) -> arb:
        """x^a e^{−P(x)} at B, where it falls (1) or rises (−1) from there on."""
        a, p = key
        # x·P' − a at B and all its derivatives there: none negative means none beyond B is.
        degree = max((d for (d, _), _ in p), default=0)
        coefficients = [arb(0)] * (degree + 1)
        for (d, c), q in p:
            coefficients[d] += _value(c) * fmpq(q.numerator, q.denominator) * d
        coefficients[0] -= fmpq(a.numerator, a.denominator)
        shifted = list(coefficients)
        for k in range(degree + 1):  # Taylor shift to B, by Horner
            for j in range(degree - 1, k - 1, -1):
                shifted[j] += shifted[j + 1] * self._b
        if not all(c * direction >= 0 for c in shifted):
            raise KernelRefusal("a tail starts before its terms are monotone; start it further out")
        exponent = sum((_value(c) * fmpq(q.numerator, q.denominator) * self._b**d for (d, c), q in p), arb(0))
        return self._b ** fmpq(a.numerator, a.denominator) * (-exponent).exp()

    def highest(self, t: Tail) -> arb:
        """A bound from above of a tail that goes to −∞: its first term rises in size, and outweighs the others from B on."""
        key, part, r = self._lead(t)
        share = 1 + self.bounded(r)
        if self._grows(key) <= 0 or not (part.ball < 0 and share > 0):
            raise KernelRefusal("the tail is not seen to go to −∞")
        return part.ball.upper() * share.lower() * self._monotone(key, -1).lower()

    def bounded(self, t: Tail) -> arb:
        """Every value on the tail."""
        return sum((part.ball * self._range(key) for key, part in t.items()), arb(0))

    # --- arithmetic -----------------------------------------------------------------------------------

    def _add(self, *tails: Tail) -> Tail:
        total: Tail = {}
        for tail in tails:
            for key, part in tail.items():
                known = total.get(key)
                total[key] = part if known is None else _plus(known, part)
        return {key: part for key, part in total.items() if not part.ball.is_zero()}

    def _mul(self, s: Tail, t: Tail) -> Tail:
        if len(s) * len(t) > 400:
            raise KernelRefusal("a tail has too many terms")
        return self._add(*({(a[0] + b[0], _sum(a[1], b[1])): _times(p, q)} for a, p in s.items() for b, q in t.items()))

    def scaled(self, t: Tail, by: int) -> Tail:
        """A multiple of a tail."""
        return self._scaled(t, _rational(by))

    def grows(self, t: Tail) -> int:
        """1, −1 where t goes to ∞, to −∞; 0 where neither is seen."""
        try:
            key, part, r = self._lead(t)
        except KernelRefusal:
            return 0
        whole = part.ball * (1 + self.bounded(r))
        return 0 if self._grows(key) <= 0 else 1 if whole > 0 else -1 if whole < 0 else 0

    def side(self, rest: Tail) -> int:
        """1, −1 where what decays is positive, negative all along the tail; 0 where that is not seen."""
        try:
            _, part, r = self._lead(rest)
        except KernelRefusal:
            return 0
        whole = part.ball * (1 + self.bounded(r))
        return 1 if whole > 0 else -1 if whole < 0 else 0

    def _scaled(self, t: Tail, by: Part) -> Tail:
        return self._mul(t, {CONSTANT: by})

    def _lead(self, t: Tail) -> tuple[Key, Part, Tail]:
        """t = I·x^a·e^{−P}·(1 + r) for the term that outgrows all others; key, I and r."""
        for key, part in t.items():
            if all(other == key or self.faster(key, other) for other in t):
                if part.ball.contains(0):
                    break
                others = {k: p for k, p in t.items() if k != key}
                return key, part, self._mul(others, {(-key[0], _negated(key[1])): _raised(part, Fraction(-1))})
        raise KernelRefusal("no term of a tail is known to outgrow the others")

    def _around(self, r: Tail) -> arb:
        """Every value of r and 0, where 1 + r is positive throughout."""
        around = self.bounded(r).union(arb(0))
        if not 1 + around > 0:
            raise KernelRefusal("a tail starts before its first term outweighs the others; start it further out")
        return around

    def _taylor(self, r: Tail, first: Fraction, curvature: arb) -> Tail:
        """1 + first·r + r²·curvature: Taylor's formula for f(0) = 1, f'(0) = first and f''/2 within `curvature`."""
        linear = self._scaled(r, _rational(first))
        return self._add({CONSTANT: _rational(1)}, linear, self._scaled(self._mul(r, r), Part(curvature)))

    def _power(self, t: Tail, q: Fraction) -> Tail:
        if abs(q.numerator) > MOST_DEGREE or q.denominator > MOST_DEGREE:
            raise KernelRefusal("a power is too large for the terms of a tail")
        if q.denominator == 1 and 0 <= q <= 64:
            result: Tail = {CONSTANT: _rational(1)}
            for _ in range(int(q)):
                result = self._mul(result, t)
            return result
        key, part, r = self._lead(t)
        if q.denominator != 1 and not part.ball > 0:
            raise KernelRefusal("a root of a number that may not be positive")
        # (1 + r)^q = 1 + q·r + q(q − 1)/2·(1 + ξ)^{q−2}·r² for a ξ between 0 and r.
        exponent = fmpq(q.numerator, q.denominator)
        curvature = (1 + self._around(r)) ** (exponent - 2) * (exponent * (exponent - 1) / 2)
        front: Key = (key[0] * q, tuple((k, c * q) for k, c in key[1]))
        return self._mul({front: _raised(part, q)}, self._taylor(r, q, curvature))

    def _exp(self, u: Tail) -> Tail:
        """e^u for u = polynomial + constant + what decays; the polynomial's coefficients must be exact."""
        growing = {key: part for key, part in u.items() if self._grows(key) > 0}
        small = {key: part for key, part in u.items() if self._grows(key) < 0}
        exponent: Exponent = NOTHING
        for (a, p), part in growing.items():
            if p or a.denominator != 1 or part.exact is None:
                raise KernelRefusal("the exponent of an exponential is not a polynomial with exact coefficients")
            if a > MOST_DEGREE:
                raise KernelRefusal("the exponent of an exponential is a polynomial of too high a degree")
            exponent = _sum(exponent, _ordered({(int(a), c): -q for c, q in part.exact.items()}))
        constant = u.get(CONSTANT)
        known = _rational(1)
        if constant is not None:
            exact = None if constant.exact is None else {make("exp", (_combined(constant.exact),)): Fraction(1)}
            known = Part(constant.ball.exp(), exact)
        around = self.bounded(small).union(arb(0))
        return self._mul({(Fraction(0), exponent): known}, self._taylor(small, Fraction(1), around.exp() / 2))

    def _log(self, u: Tail) -> Tail:
        key, part, r = self._lead(u)
        if not part.ball > 0 or key[0] != 0:
            raise KernelRefusal("the logarithm of a power of x is not among the terms of a tail")
        linear: list[Tail] = []
        for (d, c), q in key[1]:
            by = -fmpq(q.numerator, q.denominator)
            linear.append({(Fraction(d), NOTHING): Part(_value(c) * by, {c: -q})})
        first: Tail = {} if part.exact == {ONE: Fraction(1)} else {CONSTANT: Part(part.ball.log())}
        square = self._scaled(self._mul(r, r), Part(-1 / (2 * (1 + self._around(r)) ** 2)))
        return self._add(first, *linear, r, square)

    def _erf(self, u: Tail) -> Tail:
        """erf u = ±(1 − e^{−u²}·θ/(|u|√π)) for u = c·x, by Mills' bounds 1 − 1/(2u²) < θ < 1."""
        if list(u) != [(Fraction(1), NOTHING)]:
            raise KernelRefusal("erf of anything but a multiple of x has no expansion here")
        (part,) = u.values()
        square = _times(part, part).exact
        if part.ball.contains(0) or square is None:
            raise KernelRefusal("the argument of erf is not an exact multiple of x")
        least = (part.ball * self._b) ** 2
        mills = (1 - 1 / (2 * least)).union(arb(1))
        key: Key = (Fraction(-1), _ordered({(2, c): q for c, q in square.items()}))
        limit = _rational(1 if part.ball > 0 else -1)
        return {CONSTANT: limit, key: Part(-mills / (part.ball * arb.pi().sqrt()))}

    def _atan(self, u: Tail) -> Tail:
        key, part, _ = self._lead(u)
        if self._grows(key) > 0:
            half = Fraction(1, 2) if part.ball > 0 else Fraction(-1, 2)
            quarter = Part(arb.pi() * fmpq(half.numerator, half.denominator), {PI: half})
            return self._add({CONSTANT: quarter}, self._scaled(self._atan(self._power(u, Fraction(-1))), _rational(-1)))
        if self._grows(key) == 0:
            raise KernelRefusal("the arc tangent of what tends to a constant has no expansion here")
        around = self.bounded(u).union(arb(0))
        return self._scaled(u, Part(1 / (1 + around * around)))

    def _hyperbolic(self, op: str, u: Tail) -> Tail:
        minus = _rational(-1)
        if op == "tanh":  # 1 − 2/(1 + e^{2u})
            inverse = self._power(self._add({CONSTANT: _rational(1)}, self._exp(self._scaled(u, _rational(2)))), Fraction(-1))
            return self._add({CONSTANT: _rational(1)}, self._scaled(inverse, _rational(-2)))
        up, down = self._exp(u), self._exp(self._scaled(u, minus))
        both = self._add(up, self._scaled(down, minus) if op == "sinh" else down)
        return self._scaled(both, _rational(Fraction(1, 2)))

    # --- terms -----------------------------------------------------------------------------------------

    def of(self, t: Term) -> Tail:
        """The tail of a smooth term."""
        found = self._memo.get(t)
        if found is None:
            found = self._memo[t] = self._of(t)
        return found

    def _of(self, t: Term) -> Tail:
        if t is self._x:
            return {(Fraction(1), NOTHING): _rational(1)}
        if self._x not in t.free:
            part = Part(_value(t), {t: Fraction(1)}) if t.op != "rat" else _rational(t.data)
            return self._add({CONSTANT: part})
        match t.op, t.args:
            case "add", parts:
                return self._add(*map(self.of, parts))
            case "mul", parts:
                result = self.of(parts[0])
                for p in parts[1:]:
                    result = self._mul(result, self.of(p))
                return result
            case "pow", (base, exponent) if exponent.op == "rat":
                return self._power(self.of(base), exponent.data)
            case "exp", (u,):
                return self._exp(self.of(u))
            case "log", (u,):
                return self._log(self.of(u))
            case "erf", (u,):
                return self._erf(self.of(u))
            case (("sin" | "cos"), _):
                return {CONSTANT: Part(arb(0, 1))}
            case "atan", (u,):
                return self._atan(self.of(u))
            case (("tanh" | "sinh" | "cosh"), (u,)):
                return self._hyperbolic(t.op, self.of(u))
            case _:
                raise KernelRefusal(f"{t.op} has no expansion at infinity here")


def _plus(p: Part, q: Part) -> Part:
    if p.exact is None or q.exact is None:
        return Part(p.ball + q.ball)
    total = {c: p.exact.get(c, Fraction(0)) + q.exact.get(c, Fraction(0)) for c in {**p.exact, **q.exact}}
    exact = {c: v for c, v in total.items() if v}
    return Part(_number(exact), exact)


def _times(p: Part, q: Part) -> Part:
    if p.exact is None or q.exact is None or len(p.exact) * len(q.exact) > 16:
        return Part(p.ball * q.ball)
    total: dict[Term, Fraction] = {}
    for a, x in p.exact.items():
        for b, y in q.exact.items():
            factor, closed = _closed_product(a, b)
            total[closed] = total.get(closed, Fraction(0)) + x * y * factor
    return Part(p.ball * q.ball, {c: v for c, v in total.items() if v})


def _raised(p: Part, q: Fraction) -> Part:
    if p.exact is not None and list(p.exact) == [ONE]:
        if q.denominator == 1:
            return _rational(p.exact[ONE] ** int(q))
        if p.exact[ONE] > 0:
            closed = power(rat(p.exact[ONE]), q)
            return _rational(1) if p.exact[ONE] == 1 else Part(_value(closed), {closed: Fraction(1)})
    return Part(p.ball ** fmpq(q.numerator, q.denominator))


def _closed_product(a: Term, b: Term) -> tuple[Fraction, Term]:
    """A product of closed terms as a rational and a term; factors in one order, √c·√c as c."""
    factors = sorted([*_factors(a), *_factors(b)], key=repr)
    rational, kept = Fraction(1), list[Term]()
    for factor in factors:
        if factor.op == "rat":
            rational *= factor.data
        elif (
            kept
            and kept[-1] is factor
            and factor.op == "pow"
            and factor.args[0].op == "rat"
            and abs(factor.args[1].data) == HALF
        ):
            kept.pop()
            rational *= factor.args[0].data ** (1 if factor.args[1].data > 0 else -1)
        else:
            kept.append(factor)
    return rational, mul(*kept) if kept else ONE


def _factors(t: Term) -> list[Term]:
    return [f for a in t.args for f in _factors(a)] if t.op == "mul" else [t]


@lru_cache(maxsize=4096)
def _sum(p: Exponent, q: Exponent) -> Exponent:
    if not p or not q:
        return p or q
    total = dict(p)
    for key, c in q:
        total[key] = total.get(key, Fraction(0)) + c
    return _ordered(total)


def _ordered(p: dict[tuple[int, Term], Fraction]) -> Exponent:
    """The one form of a polynomial, so that equal ones are equal keys."""
    return tuple(sorted(((k, c) for k, c in p.items() if c), key=lambda pair: (pair[0][0], repr(pair[0][1]))))


def _negated(p: Exponent) -> Exponent:
    return tuple((k, -c) for k, c in p)


def _difference(p: Exponent, q: Exponent) -> Exponent:
    return _sum(p, _negated(q))
