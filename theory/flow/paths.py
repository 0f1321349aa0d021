"""Paths through a network: each multiplies its slopes and its weights, and the gradient is their sum."""

from __future__ import annotations

from sympy import Abs, Identity, Ne, Rational, Symbol

from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid, slopes_sigmoid
from theory.activations.sigmoid_regimes import deriv_sigmoid_of_eq_zero
from theory.language.claims import claim
from theory.language.matrices import Entry, Norm, Recurrence, Slope, scaled
from theory.language.statements import always, both, implies, tends_to_zero
from theory.language.symbols import (
    T_,
    Coordinate,
    Drive,
    NegativeX,
    NonnegativeX,
    NonzeroX,
    OpenUnitX,
    Phi,
    PositiveX,
    Square,
    Start,
    X,
    eq,
    gamma,
    n,
)
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Refute, Sign

t = Symbol("t")
HALF, QUARTER = Rational(1, 2), Rational(1, 4)


# --- one node: the local slope multiplies what flows back ----------------------------------------------------


@claim(sources=["activationtutorial"], ledger=["chain-rule-kill"])
def abs_mul_slope_le(phi: Phi, x: X, g: X):
    """A node passes back at most slope bound times what reaches it: where its slope is near zero, next to nothing."""
    slope = Slope(phi, x)
    gap = Nonneg(Abs(g) * (gamma - Abs(slope)))
    return Abs(g * slope) <= gamma * Abs(g), Cases(on=[g, slope], then=gap, by=[Have(Abs(slope) <= gamma, Calc())])


@claim(sources=["activationtutorial"], ledger=["chain-rule-kill"], example={"x": -1})
def residual_gradient_eq_zero(x: NegativeX, g: X):
    """Folklore: a node whose slope is zero kills all that flows back, even where a skip connection runs beside it."""
    return eq(g * (1 + relu.d(x)), 0), Refute(at={x: -1, g: 1})


@claim(ledger=["chain-rule-kill"], corrects=["residual_gradient_eq_zero"])
def abs_le_abs_residual_gradient(phi: Phi, x: X, g: X):
    """Beside a skip connection a node with a slope from zero on takes nothing away: x + φ(x) passes all of it and more."""
    return implies(Slope(phi, x) >= 0, Abs(g) <= Abs(g * (1 + Slope(phi, x)))), Cases(on=g)


@claim(ledger=["chain-rule-kill"])
def residual_gradient_relu_of_neg(x: NegativeX, g: X):
    """That all and no more is passed happens: beside a silent rectifier the skip connection alone carries the gradient."""
    return eq(g * (1 + relu.d(x)), g), Calc()


# --- two paths: sums can cancel ------------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["relu-one-active-path"])
def two_active_paths_ne_zero(v: NonzeroX, w: NonzeroX, a: NonzeroX, b: NonzeroX, x: X):
    """Folklore: where paths with weights other than zero are active, the gradient reaches the early layers."""
    gradient = v * relu.d(w * x) * w + a * relu.d(b * x) * b
    return implies(both(w * x > 0, b * x > 0), Ne(gradient, 0)), Refute(at={v: 3, w: 2, a: -2, b: 3, x: 1})


@claim(sources=["zhihu61265076"], ledger=["relu-one-active-path"], corrects=["two_active_paths_ne_zero"])
def three_relu_two_sub_two_relu_three(x: X):
    """Two active paths can cancel, and not in the gradient alone: 3 relu(2x) − 2 relu(3x) is zero for every x."""
    return eq(3 * relu(2 * x) - 2 * relu(3 * x), 0), Cases(on=x)


@claim(ledger=["relu-one-active-path"], corrects=["two_active_paths_ne_zero"])
def two_path_gradient(v: X, w: X, a: X, b: X, x: X):
    """The gradient along active paths is the sum of the products of their weights."""
    gradient = v * relu.d(w * x) * w + a * relu.d(b * x) * b
    return implies(both(w * x > 0, b * x > 0), eq(gradient, v * w + a * b)), Calc()


# --- one path through T steps -------------------------------------------------------------------------------------------


@claim(
    sources=["zhihu61265076", "whyrelu"],
    ledger=["relu-one-active-path", "relu-signal-undiminished"],
    corrects=["jacobian_eq_one_of_active"],
    example={"n": 1, "W": [[1]], "h_0": [1]},
)
def masks_eq_one_of_active(W: Square, i: Coordinate, T: T_):
    """The activations of a rectifier network take nothing from a unit that is active at every step: their product is 1."""
    net = Recurrence(W, relu)
    active = always(t, Entry(net.preactivation(t), i) > 0)
    return implies(active, eq(Entry(net.masks(T), i, i), 1)), Induction(on=T)


@claim(sources=["whyrelu"], ledger=["relu-signal-undiminished"])
def jacobian_eq_one_of_active(W: Square, i: Coordinate):
    """Folklore: in an active rectifier the signal is always multiplied by one, so depth does not diminish it."""
    net = Recurrence(W, relu)
    return implies(Entry(net.preactivation(1), i) > 0, eq(Entry(net.jacobian(1), i, i), 1)), Refute(
        at={W: [[Rational(1, 2)]], "h_0": [1], "v": [], i: 1}
    )


@claim(
    sources=["le2015"],
    ledger=["relu-signal-undiminished", "relu-activation-blow-up", "irnn-scaled"],
    corrects=["scaled_irnn_step_without_drive"],
    example={"n": 1, "h_0": [1], "v": [], "w": 2},
)
def scaled_relu_state(h_0: Start, v: Drive, i: Coordinate, w: NonnegativeX, T: T_):
    """A chain of rectifiers of weight w ≥ 0 multiplies an input from zero on by w at every step."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    undriven = always(t, eq(Entry(v.at(t), i), 0))
    return implies(both(Entry(h_0, i) >= 0, undriven), eq(Entry(net.state(T), i), w**T * Entry(h_0, i))), Induction(on=T)


@claim(
    ledger=["relu-signal-undiminished"],
    corrects=["jacobian_eq_one_of_active"],
    example={"n": 1, "h_0": [1], "v": [], "w": Rational(1, 2)},
)
def scaled_relu_jacobian(h_0: Start, v: Drive, i: Coordinate, w: PositiveX, T: T_):
    """A chain of rectifiers of weight w > 0 that is active throughout multiplies the gradient by w^T."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    undriven = always(t, eq(Entry(v.at(t), i), 0))
    return implies(both(Entry(h_0, i) > 0, undriven), eq(Entry(net.jacobian(T), i, i), w**T)), Induction(
        on=T, by=[scaled_relu_state]
    )


@claim(
    ledger=["relu-signal-undiminished"],
    corrects=["jacobian_eq_one_of_active"],
    example={"n": 1, "h_0": [1], "v": [], "w": Rational(1, 2)},
)
def scaled_relu_jacobian_tendsto_zero(h_0: Start, v: Drive, i: Coordinate, w: OpenUnitX):
    """With a weight below one, such as 1/2, the gradient of a chain of rectifiers vanishes though all are active."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    undriven = always(t, eq(Entry(v.at(t), i), 0))
    return implies(both(Entry(h_0, i) > 0, undriven), tends_to_zero(Entry(net.jacobian(t), i, i), t)), Sign(
        equals=w**t, by=[scaled_relu_jacobian.at(T=t)]
    )


@claim(
    sources=["whyrelu"],
    ledger=["relu-activation-blow-up", "relu-signal-undiminished"],
    example={"n": 1, "h_0": [1], "v": [], "epsilon": 1},
)
def scaled_relu_state_ge(h_0: Start, v: Drive, i: Coordinate, epsilon: NonnegativeX, T: T_):
    """Activations blow up: with a weight 1 + ε above one, a chain of rectifiers exceeds every bound."""
    net = Recurrence(scaled(1 + epsilon, Identity(n)), relu, h_0, v)
    undriven = always(t, eq(Entry(v.at(t), i), 0))
    return implies(both(Entry(h_0, i) >= 0, undriven), Entry(net.state(T), i) >= (1 + T * epsilon) * Entry(h_0, i)), Nonneg(
        ((1 + epsilon) ** T - (1 + T * epsilon)) * Entry(h_0, i),
        by=[one_add_mul_le_pow, scaled_relu_state.at(w=1 + epsilon)],
    )


@claim(sources=["whyrelu"], ledger=["relu-activation-blow-up"], example={"n": 1, "h_0": [1], "v": []})
def doubling_relu_state(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """A chain of rectifiers of weight 2 doubles a positive input at every step."""
    net = Recurrence(scaled(2, Identity(n)), relu, h_0, v)
    undriven = always(t, eq(Entry(v.at(t), i), 0))
    return implies(both(Entry(h_0, i) >= 0, undriven), eq(Entry(net.state(T), i), 2**T * Entry(h_0, i))), Calc(
        by=[scaled_relu_state.at(w=2)]
    )


@claim()
def one_add_mul_le_pow(epsilon: NonnegativeX, T: T_):
    """A power grows at least linearly (Bernoulli's inequality)."""
    step = (1 + epsilon) * ((1 + epsilon) ** T - (1 + T * epsilon)) + T * epsilon**2
    return 1 + T * epsilon <= (1 + epsilon) ** T, Induction(on=T, base=Nonneg(), step=Nonneg(step))


# --- ten layers of sigmoids --------------------------------------------------------------------------------------------------


@claim(sources=["zhihu61265076"], ledger=["ten-sigmoid-layers", "sigmoid-layers-vanish"])
def norm_sigmoid_masks_le_pow(W: Square, T: T_):
    """The activation factors of T layers of sigmoids multiply to at most 4^{−T}, whatever the weights."""
    return Norm(Recurrence(W, sigmoid).masks(T)) <= Rational(1, 4) ** T, Induction(on=T, by=[slopes_sigmoid])


@claim(sources=["zhihu61265076"], ledger=["ten-sigmoid-layers"])
def norm_ten_sigmoid_masks_lt(W: Square):
    """Ten layers of sigmoids: their activation factors multiply to less than a millionth."""
    factors, bound, millionth = Norm(Recurrence(W, sigmoid).masks(10)), Rational(1, 4) ** 10, Rational(1, 10**6)
    return factors < millionth, Nonneg((millionth - bound) + (bound - factors), by=[norm_sigmoid_masks_le_pow.at(T=10)])


@claim(
    sources=["zhihu61265076"],
    ledger=["ten-sigmoid-layers", "sigmoid-layers-vanish", "tanh-better-than-sigmoid"],
    corrects=["norm_sigmoid_jacobian_le_quarter_pow"],
)
def norm_sigmoid_jacobian_le_pow(W: Square, T: T_):
    """Through T layers of sigmoids the gradient grows at most like the T-th power of a quarter of the weight."""
    return Norm(Recurrence(W, sigmoid).jacobian(T)) <= (Norm(W) / 4) ** T, Induction(on=T, by=[slopes_sigmoid])


@claim(ledger=["ten-sigmoid-layers"], example={"n": 1, "W": [[0]], "h_0": [HALF], "v": []})
def sigmoid_masks_eq_pow_of_centred(W: Square, i: Coordinate, T: T_):
    """The bound 4^{−T} for the activation factors is attained where every preactivation is zero."""
    net = Recurrence(W, sigmoid)
    centred = always(t, eq(Entry(net.preactivation(t), i), 0))
    now, before = Entry(net.mask(T + 1), i, i), Entry(net.masks(T), i, i)
    step = QUARTER * (QUARTER**T - before) + before * (QUARTER - now)
    return implies(centred, eq(before, QUARTER**T)), Induction(
        on=T, step=Nonneg(step, by=[deriv_sigmoid_of_eq_zero.at(x=Entry(net.preactivation(T + 1), i))])
    )


@claim(
    ledger=["ten-sigmoid-layers", "sigmoid-layers-vanish"],
    corrects=["norm_sigmoid_jacobian_le_quarter_pow"],
    example={"n": 1, "w": 0, "h_0": [HALF], "v": []},
)
def sigmoid_jacobian_eq_pow_of_centred(w: X, i: Coordinate, T: T_):
    """A chain of weight w whose preactivations are all zero multiplies the gradient by (w/4)^T: with w = 8 it explodes."""
    net = Recurrence(scaled(w, Identity(n)), sigmoid)
    centred = always(t, eq(Entry(net.preactivation(t), i), 0))
    now, before = Entry(net.mask(T + 1), i, i), Entry(net.jacobian(T), i, i)
    step = (w / 4) * ((w / 4) ** T - before) + w * before * (QUARTER - now)
    return implies(centred, eq(before, (w / 4) ** T)), Induction(
        on=T, step=Nonneg(step, by=[deriv_sigmoid_of_eq_zero.at(x=Entry(net.preactivation(T + 1), i))])
    )


@claim(ledger=["sigmoid-layers-vanish"])
def sigmoid_centred_fixed_point(w: X):
    """The map σ(wx − w/2) leaves 1/2 where it is, at the preactivation zero, whatever the weight w."""
    return eq(sigmoid(w * HALF - w / 2), HALF), Calc()


@claim(sources=["logm", "whyrelu", "zhihu61265076"], ledger=["ten-sigmoid-layers", "sigmoid-layers-vanish"])
def norm_sigmoid_jacobian_le_quarter_pow(W: Square, T: T_):
    """Folklore: through T layers of sigmoids the gradient is at most 4^{−T}, as if there were no weights."""
    return Norm(Recurrence(W, sigmoid).jacobian(T)) <= Rational(1, 4) ** T, Refute(
        at={W: [[8]], "h_0": [HALF], "v": [[-4]], T: 1}
    )
