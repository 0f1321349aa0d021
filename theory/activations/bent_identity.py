"""The bent identity x + (√(x² + 1) − 1)/2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Min, Rational, Symbol, sqrt

from theory.activations.squareplus import squareplus
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, infimum, supremum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Cases, Have, Monotone, Nonneg, Parts, Refute, Sturm


class bent_identity(Activation):
    """A smooth line that bends from slope 1/2 on the left to slope 3/2 on the right."""

    symbol = "bent_identity"
    latex_symbol = r"\operatorname{bent}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x + (√(x² + 1) − 1)/2."""
        return x + (sqrt(x**2 + 1) - 1) / 2

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """In r = √(x² + 1), which is f(x) + f(−x) + 1: no square of x, which overflows, and r³ held where it is finite."""
        r = bent_identity(x) + bent_identity(-x) + 1
        return {1: 1 + x / (2 * r), 2: Min(r, 10**102) ** -3 / 2}.get(order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's hypot, which does not overflow."""
        return f"({x} + 0.5*({module('numpy.hypot')}({x}, 1.0) - 1.0))"


t = Symbol("t")


@claim(about=bent_identity)
def deriv_bent_identity(x: X):
    """The slope of the bent identity."""
    return eq(bent_identity.d(x), 1 + x / (2 * sqrt(x**2 + 1))), Calc()


@claim(about=bent_identity, corrects=["abs_bent_identity_sub_le"])
def deriv_bent_identity_mem_Ioo(x: X):
    """The slope of the bent identity lies strictly between 1/2 and 3/2."""
    r = sqrt(x**2 + 1)
    above = Cases(on=x, then=(Nonneg((r + x) / (2 * r)), Nonneg(1 / (2 * r * (r - x)))))
    below = Cases(on=x, then=(Nonneg(1 / (2 * r * (r + x))), Nonneg((r - x) / (2 * r))))
    return both(bent_identity.d(x) > Rational(1, 2), bent_identity.d(x) < Rational(3, 2)), Parts((above, below))


@claim(about=bent_identity)
def deriv_bent_identity_add_neg(x: X):
    """Slopes of the bent identity at opposite points add up to 2."""
    return eq(bent_identity.d(x) + bent_identity.d(-x), 2), Calc()


@claim(about=bent_identity)
def second_deriv_bent_identity(x: X):
    """The curvature of the bent identity is positive: it is convex."""
    return eq(bent_identity.d(x, 2), 1 / (2 * sqrt(x**2 + 1) ** 3)), Calc()


@claim(about=bent_identity)
def sup_second_deriv_bent_identity():
    """The largest curvature of the bent identity is 1/2, at zero."""
    r = sqrt(t**2 + 1)
    one_le = Monotone("root", (1, t**2 + 1))
    return supremum(bent_identity.d(t, 2), t, Rational(1, 2), attained=True), Attained(
        at=0, bound=Nonneg((r - 1) * (r**2 + r + 1) / (2 * r**3), by=[Have(r >= 1, one_le)])
    )


@claim(about=bent_identity)
def le_bent_identity(x: X):
    """The bent identity lies above the identity."""
    r = sqrt(x**2 + 1)
    return bent_identity(x) >= x, Nonneg((r - 1) / 2, by=[Have(r >= 1, Monotone("root", (1, x**2 + 1)))])


@claim(about=bent_identity)
def bent_identity_sub_bent_identity_neg(x: X):
    """Reflecting the input lowers the bent identity by twice the input."""
    return eq(bent_identity(x) - bent_identity(-x), 2 * x), Calc()


@claim(about=bent_identity)
def abs_bent_identity_sub_le(x: X, y: X):
    """Folklore: the bent identity is 1-Lipschitz, as a bent line would be."""
    return implies(x < y, bent_identity(y) - bent_identity(x) <= y - x), Refute(at={x: 0, y: 1})


@claim(about=bent_identity)
def bent_identity_eq_squareplus(x: X):
    """The bent identity is the mean of its input and squareplus at the doubled input, less one half."""
    return eq(bent_identity(x), (x + squareplus(2 * x) - 1) / 2), Calc()


@claim(about=bent_identity)
def sup_deriv_bent_identity():
    """Slopes of the bent identity come as near to 3/2 as one likes, and never reach it."""
    return supremum(bent_identity.d(t), t, Rational(3, 2), attained=False), Sturm()


@claim(about=bent_identity)
def inf_deriv_bent_identity():
    """Slopes of the bent identity come as near to 1/2 as one likes, and never reach it."""
    return infimum(bent_identity.d(t), t, Rational(1, 2), attained=False), Sturm()
