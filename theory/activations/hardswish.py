"""Hardswish: the input times its hard sigmoid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Min, Ne, Rational, Symbol

from theory.activations.hard_sigmoid import hard_sigmoid
from theory.activations.relu6 import relu6
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval, Real
from theory.language.statements import Statement, both, implies, infimum, slopes_within
from theory.language.symbols import X, eq
from theory.tactics import Attained, Calc, Cases, Have, Nonneg, Parts, Refute, SlopesFrom


class hardswish(Activation):
    """A piecewise quadratic imitation of the sigmoid linear unit."""

    symbol = "hardswish"
    latex_symbol = r"\operatorname{hswish}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """x min(max(0, x + 3), 6)/6."""
        return x * Min(Max(0, x + 3), 6) / 6

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's clip of x + 3, which is exact near −3."""
        return f"(({x})*({module('numpy.clip')}({x} + 3.0, 0.0, 6.0)/6.0))"


def _off_kinks(x: Any) -> list[Statement]:
    return [Ne(x, -3, evaluate=False), Ne(x, 3, evaluate=False)]


t = Symbol("t")
OffKinks = Annotated[Expr, Real.having("neither −3 nor 3", _off_kinks)]
Inside = Annotated[Expr, Interval(-3, 3, left_open=True, right_open=True)]


def _by_pieces(x: Any, right: Any, middle: Any, left: Any, signs: tuple[str, str] = ("0+", "-0")) -> Cases:
    """One proof for each of x ≥ 3, −3 ≤ x ≤ 3 and x ≤ −3."""
    return Cases(on=x + 3, signs=signs, then=(Cases(on=x - 3, signs=signs, then=(right, middle)), left))


@claim(about=hardswish)
def hardswish_eq_mul_hard_sigmoid(x: X):
    """Hardswish is the input times its hard sigmoid, as the sigmoid linear unit is the input times its sigmoid."""
    return eq(hardswish(x), x * hard_sigmoid(x)), Calc()


@claim(about=hardswish)
def hardswish_eq_mul_relu6(x: X):
    """Hardswish in the capped rectifier, the form in which it was made for integer arithmetic."""
    return eq(hardswish(x), x * relu6(x + 3) / 6), Calc()


@claim(about=hardswish)
def hardswish_sub_hardswish_neg(x: X):
    """Reflecting the input lowers hardswish by exactly the input."""
    left = Calc(by=[Have(x - 3 <= 0, Nonneg(6 - (x + 3)))])
    return eq(hardswish(x) - hardswish(-x), x), _by_pieces(x, Calc(), Calc(), left)


@claim(about=hardswish, corrects=["hardswish_monotone"])
def inf_hardswish():
    """The least value of hardswish is −3/8, at −3/2."""
    bound = _by_pieces(
        t, Nonneg(t - 3 + Rational(27, 8)), Nonneg(square=t + Rational(3, 2), times=Rational(1, 6)), Nonneg(Rational(3, 8))
    )
    return infimum(hardswish(t), t, Rational(-3, 8), attained=True), Attained(at=Rational(-3, 2), bound=bound)


@claim(about=hardswish)
def hardswish_monotone(x: X, y: X):
    """Folklore: hardswish never falls."""
    return implies(x < y, hardswish(x) <= hardswish(y)), Refute(at={x: -3, y: Rational(-3, 2)})


@claim(about=hardswish)
def deriv_hardswish_of_mem_Ioo(x: Inside):
    """Between −3 and 3 the slope of hardswish is (2x + 3)/6: it runs from −1/2 to 3/2."""
    return eq(hardswish.d(x), (2 * x + 3) / 6), Calc()


@claim(about=hardswish)
def second_deriv_hardswish_of_mem_Ioo(x: Inside):
    """Between −3 and 3 the curvature of hardswish is 1/3."""
    return eq(hardswish.d(x, 2), Rational(1, 3)), Calc()


@claim(about=hardswish, corrects=["abs_deriv_hardswish_le_one"])
def deriv_hardswish_mem_Ioo(x: OffKinks):
    """Off its kinks the slope of hardswish lies between −1/2 and 3/2, and reaches neither."""
    signs = ("+", "-")
    return both(hardswish.d(x) > -Rational(1, 2), hardswish.d(x) < Rational(3, 2)), Parts(
        (
            _by_pieces(x, Calc(), Nonneg((x + 3) / 3), Calc(), signs),
            _by_pieces(x, Calc(), Nonneg((3 - x) / 3), Calc(), signs),
        )
    )


@claim(about=hardswish)
def abs_deriv_hardswish_le(x: OffKinks):
    """Off its kinks the slope of hardswish is at most 3/2 in absolute value."""
    middle = Nonneg((3 - x) * (x + 3 + 3) / 9, root=True)
    return Abs(hardswish.d(x)) <= Rational(3, 2), _by_pieces(x, Calc(), middle, Calc(), ("+", "-"))


@claim(about=hardswish, sources=["clarke1983"])
def slopes_hardswish():
    """Whatever values a network uses at the kinks, the slopes of hardswish stay within 3/2."""
    return slopes_within(hardswish, Rational(3, 2)), SlopesFrom(abs_deriv_hardswish_le)


@claim(about=hardswish)
def abs_deriv_hardswish_le_one(x: OffKinks):
    """Folklore: hardswish never steepens a gradient."""
    return Abs(hardswish.d(x)) <= 1, Refute(at={x: 2})
