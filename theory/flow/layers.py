"""Deep networks whose layers have weights of their own: what their gradients are bounded by, and what that takes."""

from __future__ import annotations

from typing import Annotated

from sympy import Expr, Rational, Symbol

from theory.activations.sigmoid import sigmoid, slopes_sigmoid
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.layers import FeedForward
from theory.language.matrices import Norm, monus
from theory.language.recursion import Recursion, product_of
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import T_, Drive, NonnegativeX, Phi, Start, Weights, X, eq, gamma
from theory.tactics import Chain, Induction, Nonneg, Refute, Sign

t, s = Symbol("t"), Symbol("s")


# --- any activation -----------------------------------------------------------------------------------


@claim(sources=["zhihu61265076", "whyrelu"], ledger=["lipschitz-composition", "vanishing-not-only-activation"])
def norm_layers_jacobian_le_prod(W: Weights, v: Drive, h_0: Start, phi: Phi, T: T_):
    """A gradient through layers is at most the product over the layers of slope times weight."""
    net = FeedForward(W, phi, h_0, v)
    return Norm(net.jacobian(T)) <= product_of(lambda k: gamma * Norm(W.at(k)), T), Induction(on=T)


@claim(sources=["whyrelu"], ledger=["gradient-multiplicative-early-layers"])
def norm_layers_jacobian_succ_le(W: Weights, v: Drive, h_0: Start, phi: Phi, T: T_):
    """One layer more multiplies a gradient by at most its own slope times weight: growth as well as decay."""
    net = FeedForward(W, phi, h_0, v)
    return Norm(net.jacobian(T + 1)) <= gamma * Norm(W.at(T + 1)) * Norm(net.jacobian(T)), Chain()


@claim(sources=["whyrelu"], ledger=["gradient-multiplicative-early-layers"])
def norm_layers_jacobian_antitone_of_norm_le_one(W: Weights, v: Drive, h_0: Start, phi: Phi, T: T_):
    """Gradients never grow from layer to layer where slope times weight is at most one in the layer between."""
    net = FeedForward(W, phi, h_0, v)
    step, before = gamma * Norm(W.at(T + 1)), Norm(net.jacobian(T))
    return implies(step <= 1, Norm(net.jacobian(T + 1)) <= Norm(net.jacobian(T))), Nonneg(
        (1 - step) * before + (step * before - Norm(net.jacobian(T + 1))), by=[norm_layers_jacobian_succ_le]
    )


# --- sigmoids -----------------------------------------------------------------------------------------


@claim(sources=["logm", "whyrelu", "zhihu61265076"], ledger=["sigmoid-layers-vanish"])
def norm_sigmoid_layers_jacobian_le_prod(W: Weights, v: Drive, h_0: Start, T: T_):
    """A gradient through sigmoid layers is at most the product of the weights' norms, each over four."""
    net = FeedForward(W, sigmoid, h_0, v)
    return Norm(net.jacobian(T)) <= product_of(lambda k: Rational(1, 4) * Norm(W.at(k)), T), Chain(
        by=[slopes_sigmoid, norm_layers_jacobian_le_prod.at(phi=sigmoid, gamma=Rational(1, 4), W=W, v=v, h_0=h_0, T=T)]
    )


@claim(sources=["logm", "whyrelu", "zhihu61265076"], ledger=["sigmoid-layers-vanish"])
def norm_sigmoid_layers_jacobian_le_pow(W: Weights, v: Drive, h_0: Start, c: NonnegativeX, T: T_):
    """With weights of norm at most c, T sigmoid layers pass at most (c/4)^T of a gradient."""
    net = FeedForward(W, sigmoid, h_0, v)
    return implies(always(t, Norm(W.at(t)) <= c), Norm(net.jacobian(T)) <= (c / 4) ** T), Induction(on=T, by=[slopes_sigmoid])


@claim(ledger=["sigmoid-layers-vanish"], example={"n": 1, "h_0": [0], "c": 1})
def sigmoid_layers_jacobian_tendsto_zero(W: Weights, v: Drive, h_0: Start, c: Annotated[Expr, Interval(0, 4, right_open=True)]):
    """Gradients through sigmoid layers vanish when every weight has norm at most c < 4."""
    net = FeedForward(W, sigmoid, h_0, v)
    return implies(always(t, Norm(W.at(t)) <= c), tends_to_zero(Norm(net.jacobian(s)), s)), Sign(
        squeeze=(c / 4) ** s, by=[norm_sigmoid_layers_jacobian_le_pow.at(T=s)]
    )


@claim(ledger=["sigmoid-layers-vanish"])
def sigmoid_chain_jacobian_eq_pow(w: X, T: T_):
    """The bound is attained: one sigmoid after another, each with weight w and at its steepest point, multiplies by w/4."""
    h = Recursion("h", Rational(1, 2), lambda before, k: sigmoid(w * before - w / 2))
    J = Recursion("J", 1, lambda before, k: sigmoid.d(w * h.at(monus(k, 1)) - w / 2) * w * before)
    return both(eq(h.at(T), Rational(1, 2)), eq(J.at(T), (w / 4) ** T)), Induction(on=T)


@claim(sources=["logm", "whyrelu"], ledger=["sigmoid-layers-vanish"])
def norm_sigmoid_layers_jacobian_le_quarter_pow(W: Weights, v: Drive, h_0: Start, T: T_):
    """Folklore: each sigmoid layer shrinks a gradient fourfold, whatever the weights."""
    net = FeedForward(W, sigmoid, h_0, v)
    return Norm(net.jacobian(T)) <= Rational(1, 4) ** T, Refute(
        at={"n": 1, "W": [[8]], "v": [[-4]], "h_0": [Rational(1, 2)], "T": 1}
    )


@claim(sources=["zhihu61265076"], ledger=["ten-sigmoid-layers"])
def norm_ten_sigmoid_layers_jacobian_le(W: Weights, v: Drive, h_0: Start):
    """Ten sigmoid layers shrink a gradient by 4^10, about a million, times what their weights make of it."""
    net = FeedForward(W, sigmoid, h_0, v)
    weights = product_of(lambda k: Norm(W.at(k)), 10)
    return Norm(net.jacobian(10)) <= Rational(1, 4) ** 10 * weights, Chain(by=[norm_sigmoid_layers_jacobian_le_prod.at(T=10)])
