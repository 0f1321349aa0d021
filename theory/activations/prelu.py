"""The parametric rectifier with its initial slope 1/4 on the left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Rational, Symbol, oo

from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.statements import both, implies, slopes_within, tends
from theory.language.symbols import NegativeX, NonnegativeX, NonpositiveX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Refute, Sign, SlopesFrom

QUARTER = Rational(1, 4)


class prelu(Activation):
    """The larger of x and ax; a is learned, and starts at 1/4."""

    symbol = "prelu"
    latex_symbol = r"\operatorname{prelu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(x/4, x)."""
        return Max(QUARTER * x, x)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """The larger of both branches."""
        return f"{module('numpy.maximum')}(0.25*({x}), {x})"


h = Symbol("h")
AtMostOne = Annotated[Expr, Interval(-oo, 1)]
SIGNS = ("0+", "-0")


@claim(about=prelu)
def prelu_eq_relu_sub_relu_neg(x: X):
    """The parametric rectifier is a rectifier less a quarter of the reflected one."""
    return eq(prelu(x), relu(x) - relu(-x) / 4), Cases(on=x, signs=SIGNS)


@claim(about=prelu, corrects=["max_mul_self_eq_relu_sub"])
def max_mul_self_eq_relu_sub_of_le_one(a: AtMostOne, x: X):
    """For a slope a of at most 1 the larger of ax and x is relu(x) − a relu(−x)."""
    return eq(Max(a * x, x), relu(x) - a * relu(-x)), Cases(
        on=x, signs=SIGNS, then=(Calc(by=[mul_le_self]), Calc(by=[self_le_mul]))
    )


@claim(about=prelu)
def max_mul_self_eq_relu_sub(a: NonnegativeX, x: X):
    """Folklore: the larger of ax and x is relu(x) − a relu(−x) for every slope a, however large."""
    return eq(Max(a * x, x), relu(x) - a * relu(-x)), Refute(at={a: 2, x: 1})


@claim()
def mul_le_self(a: AtMostOne, x: NonnegativeX):
    """A factor of at most 1 does not increase a number that is not negative."""
    return a * x <= x, Nonneg((1 - a) * x)


@claim()
def self_le_mul(a: AtMostOne, x: NonpositiveX):
    """A factor of at most 1 does not decrease a number that is not positive."""
    return x <= a * x, Nonneg((1 - a) * -x)


@claim(about=prelu)
def prelu_mul_of_nonneg(a: NonnegativeX, x: X):
    """The parametric rectifier is positively homogeneous."""
    return eq(prelu(a * x), a * prelu(x)), Cases(on=x, signs=SIGNS)


@claim(about=prelu)
def abs_prelu_mem_Icc(x: X):
    """The parametric rectifier keeps between a quarter and all of an absolute value."""
    return both(Abs(x) / 4 <= Abs(prelu(x)), Abs(prelu(x)) <= Abs(x)), Cases(on=x, signs=SIGNS)


@claim(about=prelu)
def deriv_prelu_of_pos(x: PositiveX):
    """To the right of zero the slope of the parametric rectifier is 1."""
    return eq(prelu.d(x), 1), Calc()


@claim(about=prelu)
def deriv_prelu_of_neg(x: NegativeX):
    """To the left of zero the slope of the parametric rectifier is 1/4: no unit is dead there."""
    return eq(prelu.d(x), QUARTER), Calc()


@claim(about=prelu)
def abs_deriv_prelu_le_one(x: NonzeroX):
    """Off the kink the slope of the parametric rectifier is at most 1."""
    return Abs(prelu.d(x)) <= 1, Cases(on=x, signs=("+", "-"))


@claim(about=prelu, sources=["clarke1983"])
def slopes_prelu():
    """Whatever value a network uses at the kink, the slopes of the parametric rectifier stay within 1."""
    return slopes_within(prelu, 1), SlopesFrom(abs_deriv_prelu_le_one)


@claim(about=prelu)
def left_deriv_prelu_zero():
    """The slope of the parametric rectifier at 0, seen from the left, is 1/4."""
    return tends((prelu(h) - prelu(0)) / h, h, at=0, to=QUARTER, side="-"), Sign(equals=QUARTER)


@claim(about=prelu)
def prelu_strictMono(x: X, y: X):
    """The parametric rectifier is strictly increasing, hence injective."""
    from_right = Cases(on=y, signs=SIGNS, then=(Calc(), Nonneg((y - x) + -3 * y / 4)))
    from_left = Cases(on=y, signs=SIGNS, then=(Nonneg((y - x) / 4 + 3 * y / 4), Nonneg((y - x) / 4)))
    return implies(x < y, prelu(x) < prelu(y)), Cases(on=x, signs=SIGNS, then=(from_right, from_left))
