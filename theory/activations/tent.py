"""Telgarsky's tent map, a tooth of two rectifiers: each composition doubles the number of teeth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Identity, Max, Ne, Rational, Symbol

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.matrices import Entry, Recurrence
from theory.language.statements import Statement, always, both, implies
from theory.language.symbols import T_, Coordinate, Drive, NonpositiveX, Start, UnitX, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg


class tent(Activation):
    """A tooth on the unit interval: up with slope 2 until 1/2, down with slope −2 from there (Telgarsky 2016)."""

    symbol = "tent"
    latex_symbol = r"\operatorname{tent}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, 2x) − max(0, 4x − 2)."""
        return Max(0, 2 * x) - Max(0, 4 * x - 2)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """Zero to the left of zero, else 1 − |2x − 1|."""
        return f"{module('numpy.where')}(({x}) < 0, 0.0, 1.0 - {module('numpy.abs')}(2.0*({x}) - 1.0))"


t = Symbol("t")
HALF = Rational(1, 2)


def _off_top(x: Any) -> list[Statement]:
    return [Ne(x, HALF, evaluate=False)]


LeftHalf = Annotated[Expr, Interval(0, HALF)]
RightHalf = Annotated[Expr, Interval(HALF, 1)]
OnSlope = Annotated[Expr, Interval(0, 1, left_open=True, right_open=True).having("not 1/2", _off_top)]


# --- one tooth ----------------------------------------------------------------------------------------------


@claim(about=tent, ledger=["telgarsky"])
def tent_eq_relu_sub_relu(x: X):
    """Two rectifiers make the tent map."""
    return eq(tent(x), relu(2 * x) - relu(4 * x - 2)), Calc()


@claim(about=tent, ledger=["telgarsky"])
def tent_of_nonpos(x: NonpositiveX):
    """To the left of zero the tent map is zero."""
    return eq(tent(x), 0), Calc()


@claim(about=tent, ledger=["telgarsky"])
def tent_of_le_half(x: LeftHalf):
    """On the left half of the unit interval the tent map doubles."""
    return eq(tent(x), 2 * x), Calc()


@claim(about=tent, ledger=["telgarsky"])
def tent_of_half_le(x: RightHalf):
    """On the right half of the unit interval it comes down again."""
    return eq(tent(x), 2 - 2 * x), Calc(by=[Have(x >= 0, Nonneg(HALF + (x - HALF)))])


@claim(about=tent, ledger=["telgarsky"])
def tent_eq_one_sub_abs(x: UnitX):
    """On the unit interval the tent map is a tooth of height 1 about 1/2."""
    return eq(tent(x), 1 - Abs(2 * x - 1)), Cases(on=2 * x - 1)


@claim(about=tent, ledger=["telgarsky"])
def tent_one_sub(x: UnitX):
    """The tooth is symmetric about 1/2."""
    return eq(tent(1 - x), tent(x)), Cases(on=2 * x - 1)


@claim(about=tent, ledger=["telgarsky"])
def tent_mem_Icc(x: UnitX):
    """The tent map takes the unit interval into itself, so it can be composed with itself."""
    return both(tent(x) >= 0, tent(x) <= 1), Cases(on=2 * x - 1)


@claim(about=tent, ledger=["telgarsky"])
def tent_le_one(x: X):
    """The tent map never exceeds the height of its tooth, which it reaches at 1/2."""
    return tent(x) <= 1, Cases(on=[x, 2 * x - 1])


@claim(about=tent, ledger=["telgarsky"], example={"x": Rational(1, 3)})
def sq_deriv_tent(x: OnSlope):
    """On the unit interval, off its top, the tent map has slope 2 or −2."""
    return eq(tent.d(x) ** 2, 4), Cases(on=2 * x - 1, signs=("+", "-"))


# --- many teeth ---------------------------------------------------------------------------------------------


@claim(about=tent, ledger=["telgarsky"])
def tent_tent_of_le_half(x: LeftHalf):
    """Composed with itself the tent map has a whole tooth on the left half of the unit interval, twice as steep."""
    return eq(tent(tent(x)), tent(2 * x)), Cases(on=4 * x - 1)


@claim(about=tent, ledger=["telgarsky"])
def tent_tent_of_half_le(x: RightHalf):
    """And another one on the right half: two teeth from one composition."""
    return eq(tent(tent(x)), tent(2 * x - 1)), Cases(on=4 * x - 3, by=[Have(x >= 0, Nonneg(HALF + (x - HALF)))])


@claim(about=tent, ledger=["telgarsky"], example={"n": 1, "h_0": [Rational(2, 3)], "v": []})
def sq_tent_jacobian_eq_pow(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """Composed T times the tent map has slope 2^T or −2^T, at every point that never meets a kink on its way."""
    net = Recurrence(Identity(n), tent, h_0, v)
    at = Entry(net.preactivation(t), i)
    sloping = always(t, both(at > 0, at < 1, Ne(at, HALF)))
    before, here = Entry(net.jacobian(T), i, i), Entry(net.preactivation(T + 1), i)
    return implies(sloping, eq(before**2, 4**T)), Induction(
        on=T, step=Cases(on=2 * here - 1, signs=("+", "-"), then=Nonneg(4 * (4**T - before**2)))
    )
