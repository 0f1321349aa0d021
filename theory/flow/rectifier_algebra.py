"""How many rectifiers it takes to write a function: odd and even ones, against tanh."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Ne, Symbol

from theory.activations.relu import relu
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.statements import exists, implies
from theory.language.symbols import X, eq
from theory.tactics import Calc, Cases, Have, Nonneg, Refute, Witness

t = Symbol("t")
SIGNS = ("+", "0", "-")


# --- the identity, which is odd -----------------------------------------------------------------------------


@claim(
    sources=["whyrelu"],
    ledger=["twice-units-antisymmetric"],
    corrects=["one_relu_error_pos"],
    example={"x": 0, "m": 1},
)
def relu_add_sub_eq_self(x: X, m: X):
    """One rectifier is the identity on all inputs from −m on: shifted right by m, it is active there."""
    return implies(-m <= x, eq(relu(x + m) - m, x)), Calc()


@claim(sources=["whyrelu"], ledger=["twice-units-antisymmetric"])
def relu_sub_relu_neg(x: X):
    """Two rectifiers are the identity on the whole line."""
    return eq(relu(x) - relu(-x), x), Cases(on=x)


@claim(ledger=["twice-units-antisymmetric"])
def exists_one_relu_ne_self(a: X, w: X, b: X, c: X):
    """On the whole line one rectifier is never the identity: where it is silent it is constant."""
    silent, always = -(Abs(b) + 1) / w, a * relu(b) + c
    other = Witness(2 * silent, proof=Nonneg(silent - (c - silent)))
    either = Cases(on=c - silent, signs=SIGNS, then=(Witness(silent), other, Witness(silent)))
    moving = Cases(on=b, then=either)
    return exists(t, Ne(a * relu(w * t + b) + c, t)), Cases(
        on=w, signs=SIGNS, then=(moving, Cases(on=b, then=Witness(always + 1)), moving)
    )


@claim(sources=["whyrelu"], ledger=["twice-units-antisymmetric"])
def one_relu_error_pos(a: X, w: X, b: X, c: X):
    """Folklore: what is antisymmetric takes two rectifiers; one misses the identity already at −1, 0 or 1."""

    def error(x: int) -> Any:
        return Abs(a * relu(w * x + b) + c - x)

    return error(-1) + error(0) + error(1) > 0, Refute(at={a: 1, w: 1, b: 1, c: -1})


# --- the absolute value, which is even --------------------------------------------------------------------------


@claim(sources=["whyrelu"], ledger=["twice-units-symmetric"], corrects=["tanh_unit_even"])
def relu_add_relu_neg(x: X):
    """Two rectifiers are the absolute value."""
    return eq(relu(x) + relu(-x), Abs(x)), Cases(on=x)


@claim(ledger=["twice-units-symmetric"])
def exists_one_relu_ne_abs(a: X, w: X, b: X, c: X):
    """One rectifier is never the absolute value: where it is silent it is constant."""
    silent, always = -(Abs(b) + 1) / w, a * relu(b) + c
    other = Witness(2 * silent, proof=Nonneg(Abs(silent) - (c - Abs(silent))))
    either = Cases(on=c - Abs(silent), signs=SIGNS, then=(Witness(silent), other, Witness(silent)))
    moving = Cases(on=b, then=either)
    beyond = Witness(always + 1, by=[Have(always + 1 > 0, Nonneg(1 + always))])
    constant = Cases(on=b, then=Cases(on=always, then=(beyond, Witness(0))))
    return exists(t, Ne(a * relu(w * t + b) + c, Abs(t))), Cases(on=w, signs=SIGNS, then=(moving, constant, moving))


@claim(sources=["whyrelu"], ledger=["twice-units-symmetric"])
def tanh_unit_even(a: X, w: X, x: X):
    """Folklore: what is symmetric takes half as many units of tanh; one of them has the same value at −x and x."""
    return eq(a * tanh(-w * x), a * tanh(w * x)), Refute(at={a: 1, w: 1, x: 1})


@claim(ledger=["twice-units-symmetric"], corrects=["tanh_unit_even"])
def tanh_pair_neg(a: X, w: X, b: X, u: X, x: X):
    """Networks of tanh without biases are odd, here one of two units."""
    return eq(a * tanh(-w * x) + b * tanh(-u * x), -(a * tanh(w * x) + b * tanh(u * x))), Calc()


@claim(ledger=["twice-units-symmetric"], corrects=["tanh_unit_even"])
def exists_tanh_pair_ne_abs(a: X, w: X, b: X, u: X):
    """So two tanh without biases are never the absolute value: they can't be right at 1 and at −1."""
    excess = a * tanh(w) + b * tanh(u) - 1
    left = Witness(-1, proof=Nonneg(2 + excess))
    return exists(t, Ne(a * tanh(w * t) + b * tanh(u * t), Abs(t))), Cases(
        on=excess, signs=SIGNS, then=(Witness(1), left, Witness(1))
    )


@claim(ledger=["twice-units-symmetric"])
def eq_zero_of_odd_of_even(a: X, w: X, b: X, u: X, x: X):
    """The only even function among networks of tanh without biases is zero, here of two units."""

    def net(at: Any) -> Any:
        return a * tanh(w * at) + b * tanh(u * at)

    return implies(eq(net(-x), net(x)), eq(net(x), 0)), Nonneg()
