"""Latching and its price: where a state is held robustly no gradient passes, and the linear unit that passes all of it."""

from __future__ import annotations

from sympy import Identity, Rational, Symbol, cosh, exp, log, sinh

from theory.activations.identity import identity
from theory.activations.tanh import tanh
from theory.language.claims import claim
from theory.language.matrices import Norm, Recurrence, grouped, scaled
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, NonnegativeX, Phi, PositiveX, Square, X, eq, n
from theory.tactics import Calc, Cases, Chain, Have, Induction, Nonneg, Parts, Sign

t = Symbol("t")
HALF = {"phi": identity, "gamma": 1, "n": 1, "W": [[0]], "r": 0}


# --- robust states pass no gradient -------------------------------------------------------------------


@claim(sources=["bengio1994"], ledger=["bengio94-latching", "hochreiter-cec"], example=HALF)
def norm_jacobian_le_pow_of_steps(W: Square, phi: Phi, r: NonnegativeX, T: T_):
    """Where every step along an orbit shrinks by r, the gradient through T of them is at most r^T."""
    net = Recurrence(W, phi)
    steps = always(t, Norm(grouped(net.mask(t), W)) <= r)
    regrouped = Norm(grouped(grouped(net.mask(T + 1), W), net.jacobian(T)))
    return implies(steps, Norm(net.jacobian(T)) <= r**T), Induction(on=T, step=Chain(through=[regrouped]))


@claim(sources=["bengio1994"], ledger=["bengio94-latching", "hochreiter-cec"], example=HALF)
def jacobian_tendsto_zero_of_steps(W: Square, phi: Phi, r: NonnegativeX):
    """What is stored robustly passes no gradient: steps that shrink by one r < 1 make it vanish."""
    net = Recurrence(W, phi)
    steps = always(t, Norm(grouped(net.mask(t), W)) <= r)
    return implies(both(steps, r < 1), tends_to_zero(Norm(net.jacobian(t)), t)), Sign(
        squeeze=r**t, by=[norm_jacobian_le_pow_of_steps.at(T=t)]
    )


# --- the constant error carousel ------------------------------------------------------------------------


@claim(sources=["hochreiter1991", "hochreiter1997"], ledger=["hochreiter-cec"])
def carousel_jacobian(T: T_):
    """Linear units with self-weight 1 pass the gradient back unchanged through any number of steps."""
    return eq(Recurrence(Identity(n), identity).jacobian(T), Identity(n)), Induction(on=T)


@claim(sources=["hochreiter1991"], ledger=["hochreiter-cec"])
def self_weight_jacobian(w: X, T: T_):
    """Linear units with self-weight w multiply the gradient by w at each step: it is kept at w = 1 and w = −1 alone."""
    return eq(Recurrence(scaled(w, Identity(n)), identity).jacobian(T), scaled(w**T, Identity(n))), Induction(on=T)


# --- two stable states of one tanh unit -----------------------------------------------------------------


@claim()
def one_le_cosh(x: X):
    """The hyperbolic cosine is at least 1."""
    return cosh(x) >= 1, Nonneg(square=exp(x / 2) - exp(-x / 2), times=Rational(1, 2))


@claim()
def sinh_sub_lt(x: X, y: X, e: PositiveX):
    """The hyperbolic sine rises more than any line flatter than 1."""
    return implies(x < y, e * x + (sinh(x) - x) < e * y + (sinh(y) - y)), Sign(by=[one_le_cosh])


@claim()
def le_sinh(x: PositiveX):
    """To the right of zero the hyperbolic sine is at least its argument."""
    gap = x - sinh(x)
    flatter = Calc(by=[sinh_sub_lt.at(x=0, y=x, e=gap / (2 * x))])
    return x <= sinh(x), Cases(on=gap, signs=("+", "-0"), then=(flatter, Calc()))


@claim()
def lt_sinh(x: PositiveX):
    """To the right of zero the hyperbolic sine is larger than its argument."""
    quarter = Have(sinh(x / 4) > 0, Nonneg(x / 4 + (sinh(x / 4) - x / 4), by=[le_sinh.at(x=x / 4)]))
    gap = 2 * (sinh(x / 2) - x / 2) * cosh(x / 2) + 2 * x * sinh(x / 4) ** 2
    return x < sinh(x), Nonneg(gap, by=[le_sinh.at(x=x / 2), quarter])


@claim(about=tanh, sources=["bengio1994"], ledger=["bengio94-latching"], example={"x": Rational(1, 2), "w": log(3)})
def deriv_at_stable_fixed_point_mem_Ioo(x: PositiveX, w: PositiveX):
    """One tanh unit that holds a state other than 0 does so robustly: the slope of x ↦ tanh(wx) there lies between 0 and 1."""
    u = w * x
    below = Nonneg(((sinh(2 * u) - 2 * u) * tanh.d(u) / 2 + (x - tanh(u))) / x, by=[lt_sinh.at(x=2 * u)])
    return implies(eq(tanh(u), x), both(w * tanh.d(u) > 0, w * tanh.d(u) < 1)), Parts((Nonneg(), below))
