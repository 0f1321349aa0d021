"""The rectified linear unit max(0, x)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Max, Symbol

from theory.language.activations import Activation
from theory.language.claims import claim
from theory.language.matrices import Slope
from theory.language.statements import both, exists, iff, slopes_within, tends
from theory.language.symbols import NegativeX, NonnegativeX, NonzeroX, PositiveX, UnitX, X, eq
from theory.tactics import Calc, Cases, Nonneg, Parts, Refute, Sign, SlopesFrom, Witness


class relu(Activation):
    """The positive part of the input."""

    symbol = "relu"
    latex_symbol = r"\operatorname{relu}"

    @classmethod
    def definition(cls, x: Any) -> Any:
        """max(0, x)."""
        return Max(0, x)

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str:
        """NumPy's maximum."""
        return f"{module('numpy.maximum')}(0.0, {x})"


h = Symbol("h")
c = Symbol("c")
SIGNS = ("0+", "-0")


# --- definition -----------------------------------------------------------------------------------


@claim(about=relu, sources=["whyrelu", "activationtutorial"], ledger=["relu-definition-max"])
def relu_eq_max(x: X):
    """The rectifier passes positive inputs and zeroes negative ones."""
    return eq(relu(x), Max(0, x)), Calc()


@claim(about=relu, ledger=["relu-definition-max"])
def relu_eq_half_add_abs(x: X):
    """The rectifier is half of the input plus its absolute value."""
    return eq(relu(x), (x + Abs(x)) / 2), Calc()


@claim(about=relu, ledger=["relu-definition-max"])
def relu_relu(x: X):
    """Rectifying twice is rectifying once."""
    return eq(relu(relu(x)), relu(x)), Cases(on=x, signs=SIGNS)


@claim(about=relu, ledger=["relu-definition-max"])
def relu_nonneg(x: X):
    """The rectifier never gives a negative output."""
    return relu(x) >= 0, Cases(on=x, signs=SIGNS)


@claim(about=relu, sources=["whyrelu"], ledger=["biological-one-sided", "negative-half-sparsifies"])
def relu_eq_zero_iff(x: X):
    """The rectifier is one-sided: it is silent, exactly zero, at all inputs up to zero and at no other."""
    return iff(eq(relu(x), 0), x <= 0), Parts((Cases(on=x, signs=("+", "-0")), Calc()))


@claim(about=relu, ledger=["relu-definition-max"])
def le_relu(x: X):
    """The rectifier never gives less than its input."""
    return x <= relu(x), Cases(on=x, signs=SIGNS)


@claim(about=relu, ledger=["relu-definition-max"])
def relu_mul_of_nonneg(a: NonnegativeX, x: X):
    """The rectifier is positively homogeneous: scaling the input scales the output."""
    return eq(relu(a * x), a * relu(x)), Cases(on=x, signs=SIGNS)


@claim(about=relu, ledger=["relu-definition-max"])
def abs_relu_sub_relu_le(x: X, y: X):
    """The rectifier is 1-Lipschitz."""
    return Abs(relu(x) - relu(y)) <= Abs(x - y), Cases(on=[x, y], signs=SIGNS)


@claim(about=relu, ledger=["relu-definition-max"])
def relu_convex(w: UnitX, x: X, y: X):
    """The rectifier is convex."""
    mixed = w * x + (1 - w) * y
    both_negative = Nonneg(w * relu(x) + (1 - w) * relu(y))
    return relu(mixed) <= w * relu(x) + (1 - w) * relu(y), Cases(
        on=mixed,
        signs=SIGNS,
        then=(
            Cases(on=[x, y], signs=SIGNS, then=Nonneg(w * (relu(x) - x) + (1 - w) * (relu(y) - y))),
            Cases(on=[x, y], signs=SIGNS, then=both_negative),
        ),
    )


@claim(about=relu, sources=["whyrelu"], ledger=["relu-unbounded"])
def abs_relu_le(x: X):
    """The rectifier never increases an absolute value."""
    return Abs(relu(x)) <= Abs(x), Cases(on=x, signs=SIGNS)


@claim(about=relu, ledger=["relu-unbounded", "relu-definition-max"])
def relu_of_nonneg(x: NonnegativeX):
    """From zero on the rectifier passes its input as it is, so that its bounds |x| and |x − y| are attained."""
    return eq(relu(x), x), Calc()


@claim(about=relu, sources=["whyrelu"], ledger=["relu-unbounded"])
def relu_not_bddAbove(m: X):
    """The rectifier is unbounded: it exceeds every number m, for instance at |m| + 1."""
    return exists(h, relu(h) > m), Witness(Abs(m) + 1, proof=Cases(on=m))


@claim(about=relu, ledger=["relu-unbounded"])
def relu_surjOn_Ici(y: NonnegativeX):
    """Every number from zero on is a value of the rectifier."""
    return exists(h, eq(relu(h), y)), Witness(y)


# --- derivative ---------------------------------------------------------------------------------------


@claim(
    about=relu,
    sources=["logm", "whyrelu", "zhihu61265076", "activationtutorial"],
    ledger=["relu-derivative-range", "relu-nonsaturating-positive"],
)
def deriv_relu_of_pos(x: PositiveX):
    """To the right of zero the slope of the rectifier is exactly 1, however large the input."""
    return eq(relu.d(x), 1), Calc()


@claim(
    about=relu,
    sources=["logm", "zhihu61265076", "activationtutorial"],
    ledger=["relu-derivative-range", "relu-negative-half-zero", "negative-half-sparsifies"],
)
def deriv_relu_of_neg(x: NegativeX):
    """To the left of zero the slope of the rectifier is exactly 0."""
    return eq(relu.d(x), 0), Calc()


@claim(about=relu, sources=["logm"], ledger=["relu-derivative-range"])
def deriv_relu_mem_zero_one(x: NonzeroX):
    """Off the kink the slope of the rectifier is 0 or 1: it equals its own square."""
    return eq(relu.d(x) * (1 - relu.d(x)), 0), Cases(on=x, signs=("+", "-"))


@claim(about=relu, ledger=["relu-derivative-range"])
def abs_deriv_relu_le_one(x: NonzeroX):
    """Off the kink the slope of the rectifier is at most 1."""
    return Abs(relu.d(x)) <= 1, Cases(on=x, signs=("+", "-"))


@claim(about=relu, ledger=["relu-derivative-range"])
def deriv_relu_nonneg(x: NonzeroX):
    """Off the kink the slope of the rectifier is not negative."""
    return relu.d(x) >= 0, Cases(on=x, signs=("+", "-"))


@claim(about=relu, sources=["clarke1983"], ledger=["relu-derivative-range"])
def slopes_relu():
    """Whatever value between 0 and 1 a network uses at the kink, the slopes of the rectifier stay within 1."""
    return slopes_within(relu, 1), SlopesFrom(abs_deriv_relu_le_one)


@claim(about=relu, sources=["clarke1983"], ledger=["relu-derivative-range"])
def slope_relu_nonneg(x: X):
    """No slope of the rectifier is negative, the ones used at the kink included."""
    return Slope(relu, x) >= 0, SlopesFrom(deriv_relu_nonneg)


@claim(about=relu, sources=["clarke1983"], ledger=["relu-derivative-range"])
def slope_relu_mem_Icc(x: X):
    """Every slope of the rectifier lies between 0 and 1: at the kink these are its generalised derivatives."""
    slope = Slope(relu, x)
    return both(slope >= 0, slope <= 1), Calc(by=[slope_relu_nonneg, slopes_relu])


@claim(about=relu, ledger=["relu-derivative-range", "relu-balancedness"])
def mul_slope_relu(x: X):
    """Input times slope is output, at the kink too: the rectifier is homogeneous of degree one."""
    return eq(x * Slope(relu, x), relu(x)), Cases(on=x, signs=("+", "0", "-"))


# --- at the kink ----------------------------------------------------------------------------------------


@claim(about=relu, sources=["activationtutorial"], ledger=["relu-derivative-at-zero"], corrects=["deriv_relu_zero_eq_one"])
def right_deriv_relu_zero():
    """The rectifier's slope at 0, seen from the right, is 1."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=1, side="+"), Sign(equals=1)


@claim(about=relu, sources=["activationtutorial"], ledger=["relu-derivative-at-zero"], corrects=["deriv_relu_zero_eq_one"])
def left_deriv_relu_zero():
    """The rectifier's slope at 0, seen from the left, is 0."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=0, side="-"), Sign(equals=0)


@claim(about=relu, sources=["whyrelu"], ledger=["relu-derivative-at-zero"])
def deriv_relu_zero_eq_one():
    """Folklore: the derivative of the rectifier at 0 is 1."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=1), Refute(at={}, by=left_deriv_relu_zero)


@claim(about=relu, ledger=["relu-derivative-at-zero"])
def deriv_relu_zero_eq_zero():
    """Folklore: the derivative of the rectifier at 0 is 0, as frameworks set it."""
    return tends((relu(h) - relu(0)) / h, h, at=0, to=0), Refute(at={}, by=right_deriv_relu_zero)


@claim(about=relu, sources=["hormander1990"], ledger=["relu-second-derivative-zero"])
def relu_curvature_at_kink():
    """All curvature of the rectifier sits at 0: the slope jumps there by 1, however small the neighbourhood."""
    return tends((relu(h) + relu(-h) - 2 * relu(0)) / h, h, at=0, to=1, side="+"), Sign(equals=1)


# --- second derivative --------------------------------------------------------------------------------------


@claim(about=relu, sources=["whyrelu"], ledger=["relu-second-derivative-zero"])
def second_deriv_relu(x: NonzeroX):
    """Off the kink the rectifier has no curvature."""
    return eq(relu.d(x, 2), 0), Cases(on=x, signs=("+", "-"))
