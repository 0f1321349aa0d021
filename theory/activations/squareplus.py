"""Squareplus (x + √(x² + 4))/2, a softplus without exponentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Min, Rational, Symbol, asinh, log, sqrt

from theory.activations.relu import relu
from theory.activations.softplus import softplus
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, supremum
from theory.language.symbols import PositiveX, X, eq
from theory.tactics import Attained, Calc, Cases, Have, Monotone, Nonneg, Parts, Refute


class squareplus(Activation):
    """A smooth hyperbola above the rectifier."""

    symbol = "squareplus"
    latex_symbol = r"\operatorname{squareplus}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """(x + √(x² + 4))/2."""
        return (x + sqrt(x**2 + 4)) / 2

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """In r = √(x² + 4) = f(x) + f(−x): neither x² nor r³ overflows, and nothing cancels."""
        r = squareplus(x) + squareplus(-x)
        return {1: squareplus(x) / r, 2: 2 * Min(r, 10**102) ** -3}.get(order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The value at |x|, or its reciprocal to the left, where the sum would cancel."""
        size = f"({module('numpy.abs')}({x}) + {module('numpy.hypot')}({x}, 2.0))/2.0"
        return f"({size})**{module('numpy.sign')}({x})"


t = Symbol("t")


@claim(about=squareplus)
def squareplus_pos(x: X):
    """Squareplus is positive everywhere."""
    r = sqrt(x**2 + 4)
    return squareplus(x) > 0, Cases(on=x, then=(Nonneg((x + r) / 2), Nonneg(2 / (r - x))))


@claim(about=squareplus)
def squareplus_sub_squareplus_neg(x: X):
    """Reflecting the input lowers squareplus by exactly the input, as it does the softplus."""
    return eq(squareplus(x) - squareplus(-x), x), Calc()


@claim(about=squareplus)
def squareplus_mul_squareplus_neg(x: X):
    """Values of squareplus at opposite points are reciprocal."""
    return eq(squareplus(x) * squareplus(-x), 1), Calc()


@claim(about=squareplus)
def squareplus_sub_relu_mem_Ioc(x: X):
    """Squareplus lies above the rectifier, by at most 1."""
    r = sqrt(x**2 + 4)
    above = Cases(on=x, then=(Nonneg(2 / (r + x)), Nonneg(2 / (r - x))))
    two_le = Have(r >= 2, Monotone("root", (4, x**2 + 4)))
    within = Cases(
        on=x,
        then=(Nonneg((r - 2 + x) / (r + x), by=[two_le]), Nonneg((r - 2 - x) / (r - x), by=[two_le])),
        signs=("0+", "-"),
    )
    gap = squareplus(x) - relu(x)
    return both(gap > 0, gap <= 1), Parts((above, within))


@claim(about=squareplus)
def sup_squareplus_sub_relu():
    """The gap between squareplus and rectifier is largest at the kink, where it is 1."""
    return supremum(squareplus(t) - relu(t), t, 1, attained=True), Attained(
        at=0, bound=Nonneg(by=[squareplus_sub_relu_mem_Ioc.at(x=t)])
    )


@claim(about=squareplus)
def deriv_squareplus(x: X):
    """The slope of squareplus is its value over √(x² + 4)."""
    return eq(squareplus.d(x), squareplus(x) / sqrt(x**2 + 4)), Calc()


@claim(about=squareplus)
def deriv_squareplus_mem_Ioo(x: X):
    """The slope of squareplus lies strictly between 0 and 1."""
    r = sqrt(x**2 + 4)
    above = Cases(on=x, then=(Nonneg((r + x) / (2 * r)), Nonneg(2 / (r * (r - x)))))
    below = Cases(on=x, then=(Nonneg(2 / (r * (r + x))), Nonneg((r - x) / (2 * r))))
    return both(squareplus.d(x) > 0, squareplus.d(x) < 1), Parts((above, below))


@claim(about=squareplus)
def sup_second_deriv_squareplus():
    """The largest curvature of squareplus is 1/4, at zero, the same as that of the softplus."""
    r = sqrt(t**2 + 4)
    two_le = Have(r >= 2, Monotone("root", (4, t**2 + 4)))
    return supremum(squareplus.d(t, 2), t, Rational(1, 4), attained=True), Attained(
        at=0, bound=Nonneg((r - 2) * (r**2 + 2 * r + 4) / (4 * r**3), by=[two_le])
    )


@claim(about=squareplus)
def squareplus_eq_softplus(x: X):
    """Folklore: squareplus is the softplus, computed without exponentials."""
    return eq(squareplus(x), softplus(x)), Refute(at={x: 0})


@claim(about=squareplus)
def squareplus_scaled_sub_relu_mem_Ioc(a: PositiveX, x: X):
    """With b = 4a² in place of 4 squareplus, which is then a·f(x/a), is within a of the rectifier: it tends to it as b → 0."""
    gap = a * squareplus(x / a) - relu(x)
    lemma = squareplus_sub_relu_mem_Ioc.at(x=x / a)
    near = squareplus(x / a) - relu(x / a)
    return both(gap > 0, gap <= a), Parts(
        (Cases(on=x, then=Nonneg(a * near), by=[lemma]), Cases(on=x, then=Nonneg(a * (1 - near)), by=[lemma]))
    )


@claim(about=squareplus)
def log_squareplus_two_mul(x: X):
    """The logarithm of squareplus at the doubled input is the inverse hyperbolic sine."""
    return eq(log(squareplus(2 * x)), asinh(x)), Calc(by=[squareplus_pos.at(x=2 * x)])
