"""Soft thresholding with λ = 1/2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from sympy import Abs, Expr, Max, Min, Ne, Rational, Symbol, oo

from theory.activations.hard_tanh import hard_tanh
from theory.activations.relu import relu
from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.domains import Interval, Real
from theory.language.statements import Statement, slopes_within, tends
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Have, Nonneg, Refute, Sign, SlopesFrom

HALF = Rational(1, 2)


class softshrink(Activation):
    """The input moved towards zero by 1/2, and zero if it is nearer than that."""

    symbol = "softshrink"
    latex_symbol = r"\operatorname{softshrink}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x − 1/2) + min(0, x + 1/2)."""
        return Max(0, x - HALF) + Min(0, x + HALF)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """x minus its clip to [−1/2, 1/2]."""
        return f"({x} - {module('numpy.clip')}({x}, -0.5, 0.5))"


def _off_kinks(x: Any) -> list[Statement]:
    return [Ne(x, -HALF, evaluate=False), Ne(x, HALF, evaluate=False)]


h = Symbol("h")
OffKinks = Annotated[Expr, Real.having("neither −1/2 nor 1/2", _off_kinks)]
Beyond = Annotated[Expr, Interval(HALF, oo, left_open=True)]
Dead = Annotated[Expr, Interval(-HALF, HALF)]
Inside = Annotated[Expr, Interval(-HALF, HALF, left_open=True, right_open=True)]
SIGNS = ("0+", "-0")


def _by_pieces(x: Any) -> Cases:
    """The cases x ≥ 1/2, |x| ≤ 1/2 and x ≤ −1/2; in the last the sign of x − 1/2 has to be said."""
    left = Calc(by=[Have(x - HALF <= 0, Nonneg(1 - (x + HALF)))])
    return Cases(on=x + HALF, signs=SIGNS, then=(Cases(on=x - HALF, signs=SIGNS), left))


@claim(about=softshrink)
def softshrink_neg(x: X):
    """Soft thresholding is odd."""
    return eq(softshrink(-x), -softshrink(x)), _by_pieces(x)


@claim(about=softshrink, corrects=["softshrink_of_half_lt"])
def softshrink_eq_sub_hard_tanh(x: X):
    """Soft thresholding is what clipping takes away."""
    return eq(softshrink(x), x - hard_tanh(2 * x) / 2), _by_pieces(x)


@claim(about=softshrink)
def softshrink_eq_relu_sub_relu(x: X):
    """Soft thresholding is the difference of two rectifiers."""
    return eq(softshrink(x), relu(x - HALF) - relu(-x - HALF)), _by_pieces(x)


@claim(about=softshrink)
def softshrink_of_mem_Icc(x: Dead):
    """Inputs within 1/2 of zero give exactly zero: their outputs are sparse."""
    return eq(softshrink(x), 0), Calc()


@claim(about=softshrink)
def abs_softshrink_sub_le_half(x: X):
    """Soft thresholding moves no input by more than 1/2."""
    middle = Nonneg((HALF - x) * (x + HALF), root=True)
    left = Calc(by=[Have(x - HALF <= 0, Nonneg(1 - (x + HALF)))])
    return Abs(softshrink(x) - x) <= HALF, Cases(
        on=x + HALF, signs=SIGNS, then=(Cases(on=x - HALF, signs=SIGNS, then=(Calc(), middle)), left)
    )


@claim(about=softshrink)
def deriv_softshrink_of_mem_Ioo(x: Inside):
    """Within 1/2 of zero soft thresholding passes no gradient."""
    return eq(softshrink.d(x), 0), Calc()


@claim(about=softshrink)
def abs_deriv_softshrink_le_one(x: OffKinks):
    """Off its kinks the slope of soft thresholding is at most 1."""
    left = Calc(by=[Have(x - HALF < 0, Nonneg(1 - (x + HALF)))])
    return Abs(softshrink.d(x)) <= 1, Cases(on=x + HALF, signs=("+", "-"), then=(Cases(on=x - HALF, signs=("+", "-")), left))


@claim(about=softshrink, sources=["clarke1983"])
def slopes_softshrink():
    """Whatever values a network uses at the kinks, the slopes of soft thresholding stay within 1."""
    return slopes_within(softshrink, 1), SlopesFrom(abs_deriv_softshrink_le_one)


@claim(about=softshrink)
def right_deriv_softshrink_half():
    """The slope of soft thresholding at 1/2, seen from the right, is 1."""
    return tends((softshrink(HALF + h) - softshrink(HALF)) / h, h, at=0, to=1, side="+"), Sign(equals=1)


@claim(about=softshrink)
def softshrink_of_half_lt(x: Beyond):
    """Folklore: soft thresholding leaves inputs beyond 1/2 as they are, as hard thresholding does."""
    return eq(softshrink(x), x), Refute(at={x: 2})
