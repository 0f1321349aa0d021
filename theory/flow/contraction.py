"""Contraction: two states of one network, driven by the same inputs, come closer at every step."""

from __future__ import annotations

from typing import Annotated

from sympy import Abs, Identity, MatrixSymbol

from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import deriv_tanh_mem_Ioc, tanh, tanh_strictMono
from theory.flow.norms import abs_mul
from theory.language.claims import claim
from theory.language.domains import Columns
from theory.language.matrices import Entry, Recurrence, scaled
from theory.language.statements import implies
from theory.language.symbols import T_, Coordinate, Drive, PositiveX, Start, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Sign

OtherStart = Annotated[MatrixSymbol, Columns(n)]


# --- activations ------------------------------------------------------------------------------------


@claim(about=tanh, ledger=["esp-contraction"])
def tanh_sub_tanh_lt(x: X, y: X, e: PositiveX):
    """On every interval the hyperbolic tangent rises less than any line steeper than 1."""
    return implies(x < y, e * x + (x - tanh(x)) < e * y + (y - tanh(y))), Sign(by=[deriv_tanh_mem_Ioc])


@claim(about=tanh, ledger=["esp-contraction"])
def tanh_sub_tanh_le(x: X, y: X):
    """On every interval the hyperbolic tangent rises at most as much as its argument."""
    rise, run = tanh(y) - tanh(x), y - x
    steeper = Cases(on=rise - run, signs=("+", "-0"), then=(Calc(by=[tanh_sub_tanh_lt.at(e=(rise - run) / (2 * run))]), Calc()))
    return implies(x < y, rise <= run), steeper


@claim(about=tanh, ledger=["esp-contraction", "dense-all-entries-change"])
def abs_tanh_sub_tanh_le(x: X, y: X):
    """The hyperbolic tangent is 1-Lipschitz."""
    meets = Calc(by=[Have(eq(x, y), Calc())])
    falls = Calc(by=[tanh_strictMono, tanh_sub_tanh_le])
    rises = Calc(by=[tanh_strictMono.at(x=y, y=x), tanh_sub_tanh_le.at(x=y, y=x)])
    return Abs(tanh(x) - tanh(y)) <= Abs(x - y), Cases(on=x - y, signs=("+", "0", "-"), then=(rises, meets, falls))


@claim(about=sigmoid, ledger=["esp-contraction", "dense-all-entries-change"])
def abs_sigmoid_sub_sigmoid_le(x: X, y: X):
    """The sigmoid is ¼-Lipschitz."""
    return Abs(sigmoid(x) - sigmoid(y)) <= Abs(x - y) / 4, Cases(
        on=[x - y, sigmoid(x) - sigmoid(y)], signs=("0+", "-"), then=Calc(by=[abs_tanh_sub_tanh_le.at(x=x / 2, y=y / 2)])
    )


# --- self-weights alone -------------------------------------------------------------------------------


@claim(ledger=["esp-contraction", "stable-rnn-truncation", "singular-below-one-no-need-of-memory", "contraction-fixed-point"])
def abs_tanh_state_sub_le_pow(h_0: Start, k_0: OtherStart, v: Drive, w: X, i: Coordinate, T: T_):
    """Two states of tanh units with self-weight w approach each other at the rate |w|, a fixed point being one of them."""
    here, there = (Recurrence(scaled(w, Identity(n)), tanh, start, v) for start in (h_0, k_0))
    apart, start = Entry(here.state(T), i) - Entry(there.state(T), i), Entry(h_0, i) - Entry(k_0, i)
    after = Entry(here.state(T + 1), i) - Entry(there.state(T + 1), i)
    gap = (
        (Abs(w * apart) - Abs(after))
        + (Abs(w) * Abs(apart) - Abs(w * apart))
        + Abs(w) * (Abs(w) ** T * Abs(start) - Abs(apart))
    )
    closer = abs_tanh_sub_tanh_le.at(x=Entry(here.preactivation(T + 1), i), y=Entry(there.preactivation(T + 1), i))
    return Abs(apart) <= Abs(w) ** T * Abs(start), Induction(on=T, step=Nonneg(gap, by=[closer, abs_mul.at(x=w, y=apart)]))
