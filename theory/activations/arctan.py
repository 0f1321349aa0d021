"""The inverse tangent as an activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Max, Min, Symbol, atan, sqrt

from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.statements import both, implies, supremum
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Cases, Nonneg, Parts, Refute, Sign


class arctan(Activation):
    """The inverse tangent, a sigmoid that saturates like 1/x."""

    symbol = "arctan"
    latex_symbol = r"\arctan"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """SymPy's inverse tangent, which the kernel knows by its derivative."""
        return atan(x)

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """1/(1 + x²) and its derivative, x held where its square is still finite."""
        u = Max(-(10**150), Min(10**150, x))
        return {1: 1 / (1 + u**2), 2: -2 * u * arctan.d(x) ** 2}.get(order)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's arctan."""
        return f"{module('numpy.arctan')}({x})"


t = Symbol("t")


@claim(about=arctan)
def arctan_neg(x: X):
    """The inverse tangent is odd."""
    return eq(arctan(-x), -arctan(x)), Calc()


@claim(about=arctan)
def arctan_strictMono(x: X, y: X):
    """The inverse tangent is strictly increasing."""
    return implies(x < y, arctan(x) < arctan(y)), Sign()


@claim(about=arctan, corrects=["arctan_eq_tanh"])
def deriv_arctan(x: X):
    """The slope of the inverse tangent is 1/(1 + x²): it decays like a power, where that of tanh does so exponentially."""
    return eq(arctan.d(x), 1 / (1 + x**2)), Calc()


@claim(about=arctan)
def deriv_arctan_mem_Ioc(x: X):
    """The slope of the inverse tangent is positive and at most 1."""
    return both(arctan.d(x) > 0, arctan.d(x) <= 1), Parts((Nonneg(), Nonneg(square=x, times=1 / (1 + x**2))))


@claim(about=arctan)
def sup_deriv_arctan():
    """The largest slope of the inverse tangent is 1, at zero."""
    return supremum(arctan.d(t), t, 1, attained=True), Attained(at=0, bound=Nonneg(square=t, times=1 / (1 + t**2)))


@claim(about=arctan)
def second_deriv_arctan(x: X):
    """The curvature of the inverse tangent."""
    return eq(arctan.d(x, 2), -2 * x / (1 + x**2) ** 2), Calc()


@claim(about=arctan)
def abs_second_deriv_arctan_le(x: X):
    """The slope of the inverse tangent changes at a rate of at most 3√3/8."""
    u = 1 / (1 + x**2)
    gap = (4 * u - 3) ** 2 * (16 * u**2 + 8 * u + 3) / 64
    return Abs(arctan.d(x, 2)) <= 3 * sqrt(3) / 8, Nonneg(difference=gap, root=True)


@claim(about=arctan)
def sup_second_deriv_arctan():
    """The largest curvature of the inverse tangent is 3√3/8, at −1/√3."""
    return supremum(arctan.d(t, 2), t, 3 * sqrt(3) / 8, attained=True), Attained(
        at=-1 / sqrt(3), bound=Cases(on=arctan.d(t, 2), by=[abs_second_deriv_arctan_le.at(x=t)])
    )


@claim(about=arctan)
def arctan_eq_tanh(x: X):
    """Folklore: the inverse tangent is the hyperbolic tangent under another name."""
    return eq(arctan(x), tanh(x)), Refute(at={x: 1})
