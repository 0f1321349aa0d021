"""Derivatives of activations by truncated power series of their definitions.

Independent of the kernel's rules of differentiation on purpose: a wrong rule there must not agree
with a wrong value here. A jet is a power series in h, the definition at x + h; at a kink there are
two of them, one for h > 0 and one for h < 0.
"""

from __future__ import annotations

from math import factorial
from typing import Any

from flint import arb, arb_series, fmpq, fmpq_series

from numerics.balls import Number, Undefined, ball, exact, sign, square_root
from theory.kernel.definitions import ARGUMENT, definition
from theory.kernel.terms import Term


class _NotRational(Exception):
    """The definition leaves the rational numbers; balls are needed."""


def one_sided(name: str, order: int, x: Number) -> tuple[Number, Number]:
    """The derivative of the given order from the left and from the right; they differ at a kink."""
    left, right = (jet[order] * factorial(order) for jet in _jets(name, order, x))
    return left, right


def derivative(name: str, order: int, x: Number) -> Number:
    """The derivative; refused where the two sides differ, those of a lower order too: relu has no second one at 0."""
    below, above = _jets(name, order, x)
    if any(sign(below[k] - above[k]) in (1, -1) for k in range(order + 1)):
        raise Undefined(f"{name} has a kink here, so no derivative")
    left, right = (jet[order] * factorial(order) for jet in (below, above))
    return left if isinstance(left, fmpq) or not isinstance(right, fmpq) else right


def _jets(name: str, order: int, x: Number) -> tuple[Any, Any]:
    """Taylor's series on the left and on the right of x: one and the same where the definition asks for no side."""
    below, sided = _jet(name, order, x, -1)
    return below, _jet(name, order, x, 1)[0] if sided else below


def _jet(name: str, order: int, x: Number, side: int) -> tuple[Any, bool]:
    """Taylor's series beside x, rational where the definition stays so; and whether the side was asked for."""
    terms, sided = order + 1, False
    if isinstance(x, fmpq):
        rational = _Jets(terms, side, rational=True)
        try:
            return rational.of(definition(name), _line(x, terms)), rational.sided
        except _NotRational:
            sided = rational.sided
    balls = _Jets(terms, side, rational=False)
    return balls.of(definition(name), _line(ball(x), terms)), balls.sided or sided


def _line(x: Number, terms: int) -> Any:
    """The series x + h."""
    return fmpq_series([x, 1], prec=terms) if isinstance(x, fmpq) else arb_series([x, arb(1)], prec=terms)


class _Jets:
    """Power series of terms in the variable `ARGUMENT`, in one of the two rings."""

    def __init__(self, terms: int, side: int, *, rational: bool) -> None:
        self.terms, self.side, self.rational = terms, side, rational
        self.sided = False
        """Whether a choice was made by the side."""

    def constant(self, value: Number) -> Any:
        if self.rational:
            if not isinstance(value, fmpq):
                raise _NotRational
            return fmpq_series([value], prec=self.terms)
        return arb_series([ball(value)], prec=self.terms)

    def unknown(self) -> Any:
        """Not a number in any coefficient: a constant that is unknown would have 0 for certain as its derivative."""
        return arb_series([arb.nan()] * self.terms, prec=self.terms)

    def of(self, t: Term, x: Any) -> Any:
        """The series of a term where `ARGUMENT` is the series x."""
        match t.op, t.args:
            case "var", _ if t is ARGUMENT:
                return x
            case "rat", _:
                return self.constant(exact(t.data))
            case "pi", _:
                return self.constant(arb.pi())
            case "euler_gamma", _:
                return self.constant(arb.const_euler())
            case "add", parts:
                total = self.of(parts[0], x)
                for part in parts[1:]:
                    total = total + self.of(part, x)
                return total
            case "mul", parts:
                product = self.of(parts[0], x)
                for part in parts[1:]:
                    product = product * self.of(part, x)
                return product
            case "pow", (base, exponent):
                return self._power(self.of(base, x), self.of(exponent, x))
            case (("exp" | "log" | "erf" | "atan" | "sin" | "cos" | "tanh" | "sinh" | "cosh" | "asinh" | "lambertw"), (u,)):
                return self._elementary(t.op, self.of(u, x))
            case "abs", (u,):
                inner = self.of(u, x)
                return self._choose(inner, inner, inner, -inner)
            case "max", (a, b):
                left, right = self.of(a, x), self.of(b, x)
                return self._choose(left - right, left, left, right)
            case "min", (a, b):
                left, right = self.of(a, x), self.of(b, x)
                return self._choose(right - left, left, left, right)
            case "pw", (u, above, equal, below):
                return self._piecewise(self.of(u, x), self.of(above, x), self.of(equal, x), self.of(below, x))
            case "app", (f, u) if f.op == "fun":
                return self.of(definition(f.data), self.of(u, x))
            case _:
                raise Undefined(f"{t.op} has no power series here")

    def _choose(self, decider: Any, above: Any, equal: Any, below: Any) -> Any:
        """The branch that holds just beside the point, on the side at hand."""
        for k in range(self.terms):
            known = sign(decider[k])
            if known is None:
                return self.unknown()
            if known:
                self.sided |= k % 2 == 1
                return above if known * (self.side if k % 2 else 1) > 0 else below
        return equal

    def _piecewise(self, decider: Any, above: Any, equal: Any, below: Any) -> Any:
        chosen = self._choose(decider, above, equal, below)
        # A jump at the point has no derivative on the side that jumps.
        if sign(decider[0]) == 0 and sign(chosen[0] - equal[0]) != 0:
            raise Undefined("a function that jumps has no derivative at the jump")
        return chosen

    def _power(self, base: Any, exponent: Any) -> Any:
        constant = exponent[0]
        if any(sign(exponent[k]) != 0 for k in range(1, self.terms)):
            return self._elementary("exp", exponent * self._elementary("log", base))
        if isinstance(constant, arb) and constant.is_exact():
            constant = constant.fmpq()
        if isinstance(constant, fmpq) and constant.q == 1:
            k = int(constant.p)
            if k >= 0:
                return base**k
            if sign(base[0]) == 0:
                raise Undefined("a denominator is zero")
            if sign(base[0]) is None:  # an overflow far out, or too few bits
                return self.unknown()
            return self.constant(fmpq(1)) / base ** (-k)
        if self.rational and isinstance(constant, fmpq):
            return self._rational_root(base, constant)
        if sign(base[0]) in (0, -1):
            raise Undefined("a root has a derivative where its argument is positive")
        if isinstance(constant, fmpq) and constant.q == 2:
            root = base.sqrt() ** abs(int(constant.p))
            return root if constant > 0 else self.constant(fmpq(1)) / root
        return (exponent * base.log()).exp()

    def _rational_root(self, base: Any, exponent: fmpq) -> Any:
        """A power of √c·√(base/c) for the square c > 0 of a rational number."""
        if exponent.q != 2 or base[0] <= 0:
            raise _NotRational
        start = square_root(base[0])
        if not isinstance(start, fmpq):
            raise _NotRational
        root = ((base / base[0]).sqrt() * start) ** abs(int(exponent.p))
        return root if exponent > 0 else self.constant(fmpq(1)) / root

    def _elementary(self, name: str, u: Any) -> Any:
        if self.rational:
            # At 0, and the logarithm at 1, Taylor's coefficients are rational; those of erf are not.
            if name == "erf" or u[0] != (1 if name == "log" else 0):
                raise _NotRational
            return getattr(u, name)()
        match name:
            case "exp" | "erf" | "atan" | "sin" | "cos" | "lambertw":
                return getattr(u, name)()
            case "log":
                if sign(u[0]) in (0, -1):
                    raise Undefined("the logarithm of a number that is not positive")
                return u.log()
            case "asinh":
                # log(|u| + √(1 + u²)), which cancels nothing, and odd
                flip = -1 if u[0] < 0 else 1
                return (u * flip + (self.constant(fmpq(1)) + u * u).sqrt()).log() * flip
            case "tanh":
                # tanh u = (1 − e^{−2u}) / (1 + e^{−2u}) for u ≥ 0 and odd: the exponential never outgrows 1.
                flip = -1 if u[0] < 0 else 1
                decay = (u * (-2 * flip)).exp()
                one = self.constant(fmpq(1))
                return (one - decay) / (one + decay) * flip
            case _:
                up, down = u.exp(), (-u).exp()
                return (up + down if name == "cosh" else up - down) / 2
