"""The echo state property: does a network forget where it started? Eigenvalues below one do not make it forget."""

from __future__ import annotations

from typing import Annotated

from sympy import Expr, Matrix, MatrixSymbol, Rational, Symbol, ZeroMatrix, sqrt

from theory.activations.relu import relu
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.domains import Columns, Interval, Sequences
from theory.language.matrices import Norm, Recurrence, Sequence, SpectralRadius, added, scaled
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, Drive, Square, Start, X, eq, n
from theory.tactics import Calc, Chain, Enclosure, Have, Induction, Nonneg, Refute

t = Symbol("t")
OtherStart = Annotated[MatrixSymbol, Columns(n)]
Drive2 = Annotated[Sequence, Sequences(2)]
NILPOTENT = Matrix([[2, 4], [-1, -2]])
HALF = Rational(1, 2)
Right = Annotated[Expr, Interval(HALF, 1)]
Left = Annotated[Expr, Interval(-1, -HALF)]
Upper = Annotated[Expr, Interval(Rational(9, 10), 1)]


# --- rectifiers -----------------------------------------------------------------------------------


@claim(ledger=["esp-rho-not-sufficient"], example={"v": []})
def nilpotent_relu_state_eq_pow(v: Drive2, T: T_):
    """Though W² = 0, the rectifier network of W = [[2, 4], [−1, −2]] without drive doubles the start (1, 0) at each step."""
    net = Recurrence(NILPOTENT, relu, Matrix([1, 0]), v)
    return implies(always(t, eq(v.at(t), ZeroMatrix(2, 1))), eq(net.state(T), scaled(2**T, Matrix([1, 0])))), Induction(on=T)


@claim(ledger=["esp-rho-not-sufficient"], example={"v": []})
def nilpotent_relu_state_eq_zero(v: Drive2, T: T_):
    """Started at 0 the same network stays there."""
    net = Recurrence(NILPOTENT, relu, Matrix([0, 0]), v)
    return implies(always(t, eq(v.at(t), ZeroMatrix(2, 1))), eq(net.state(T), ZeroMatrix(2, 1))), Induction(on=T)


@claim()
def one_le_two_pow(T: T_):
    """A power of two is at least 1."""
    return 2**T >= 1, Induction(on=T, step=Nonneg((2**T - 1) + 2**T))


@claim(ledger=["esp-rho-not-sufficient"], example={"v": []})
def one_le_norm_nilpotent_relu_states_apart(v: Drive2, T: T_):
    """These two states of one network never come closer than 1."""
    far, near = (Recurrence(NILPOTENT, relu, Matrix(start), v).state(T) for start in ([1, 0], [0, 0]))
    apart = Norm(added(far, scaled(-1, near)))
    size = Have(eq(apart, 2**T), Chain(by=[nilpotent_relu_state_eq_pow, nilpotent_relu_state_eq_zero]))
    return implies(always(t, eq(v.at(t), ZeroMatrix(2, 1))), apart >= 1), Calc(by=[size, one_le_two_pow])


@claim(ledger=["esp-rho-not-sufficient"])
def states_apart_tendsto_zero_of_spectralRadius_lt_one(W: Square, h_0: Start, k_0: OtherStart, v: Drive):
    """Folklore: eigenvalues below one give the echo state property, two states under the same input approach each other."""
    here, there = (Recurrence(W, relu, start, v).state(t) for start in (h_0, k_0))
    return implies(SpectralRadius(W) < 1, tends_to_zero(Norm(added(here, scaled(-1, there))), t)), Refute(
        at={W: [[2, 4], [-1, -2]], "h_0": [1, 0], "k_0": [0, 0], "v": []},
        by=one_le_norm_nilpotent_relu_states_apart.at(T=t, v=[]),
    )


# --- tanh: two regions that nothing leaves -----------------------------------------------------------


@claim(about=tanh)
def half_le_tanh(z: X):
    """From 3/5 on the hyperbolic tangent is at least 1/2."""
    return tanh(Rational(3, 5) + z**2) >= HALF, Enclosure()


@claim(about=tanh)
def nine_tenths_le_tanh(z: X):
    """From 2 on the hyperbolic tangent is at least 9/10."""
    return Rational(9, 10) <= tanh(2 + z**2), Enclosure()


@claim(about=tanh)
def half_le_tanh_of_le(x: X):
    """The hyperbolic tangent is at least 1/2 wherever its argument is at least 3/5."""
    return implies(x >= Rational(3, 5), tanh(x) >= HALF), Calc(by=[half_le_tanh.at(z=sqrt(x - Rational(3, 5)))])


@claim(about=tanh)
def nine_tenths_le_tanh_of_le(x: X):
    """The hyperbolic tangent is at least 9/10 wherever its argument is at least 2."""
    return implies(x >= 2, tanh(x) >= Rational(9, 10)), Calc(by=[nine_tenths_le_tanh.at(z=sqrt(x - 2))])


@claim(about=tanh, ledger=["esp-rho-not-sufficient"])
def tanh_step_keeps_right(x: Right, y: Upper):
    """Under the constant drive (−4, 8) the tanh network of [[2, 4], [−1, −2]], of spectral radius 0, never leaves x ≥ 1/2, y
    ≥ 9/10."""
    first, second = 2 * x + 4 * y - 4, -x - 2 * y + 8
    large = Have(first >= Rational(3, 5), Nonneg(2 * (x - HALF) + 4 * (y - Rational(9, 10))))
    larger = Have(second >= 2, Nonneg((1 - x) + 2 * (1 - y) + 3))
    return both(tanh(first) >= HALF, Rational(9, 10) <= tanh(second)), Calc(
        by=[large, larger, half_le_tanh_of_le.at(x=first), nine_tenths_le_tanh_of_le.at(x=second)]
    )


@claim(about=tanh, ledger=["esp-rho-not-sufficient"])
def tanh_step_keeps_left(x: Left, y: Upper):
    """Nor does it leave x ≤ −1/2, y ≥ 9/10: states of the two regions stay at least 1 apart for ever."""
    first, second = 2 * x + 4 * y - 4, -x - 2 * y + 8
    small = Have(-first >= Rational(3, 5), Nonneg(2 * (-HALF - x) + 4 * (1 - y) + Rational(2, 5)))
    large = Have(second >= 2, Nonneg((-HALF - x) + 2 * (1 - y) + Rational(9, 2)))
    return both(tanh(first) <= -HALF, Rational(9, 10) <= tanh(second)), Calc(
        by=[small, large, half_le_tanh_of_le.at(x=-first), nine_tenths_le_tanh_of_le.at(x=second)]
    )
