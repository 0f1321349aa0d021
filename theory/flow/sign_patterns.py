"""Signs of gradients: what positive inputs make of the gradient of a unit's weights."""

from __future__ import annotations

from typing import Any

from sympy import Max, Ne, ZeroMatrix, sqrt

from theory.activations.relu import relu, relu_nonneg
from theory.activations.sigmoid import sigmoid, sigmoid_mem_Ioo
from theory.flow.inner_products import Numbers, abs_inner_le_mul, inner, k, number, squares, sum_sq_nonneg, total
from theory.language.claims import claim
from theory.language.matrices import Entry, SumOf, added, scaled
from theory.language.statements import always, both, iff, implies
from theory.language.symbols import T_, Coordinate, NonnegativeX, NonzeroX, PositiveX, Start, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Parts, Refute

# --- one sample and a batch -----------------------------------------------------------------------


@claim(sources=["activationtutorial"], ledger=["positive-inputs-same-sign"], example={"n": 1, "x": [1]})
def weight_gradient_sign_of_pos_input(x: Start, delta: X, i: Coordinate):
    """Of one sample every weight with a positive input has a gradient δ·x_i of the sign of the unit's own δ."""
    gradient = Entry(scaled(delta, x), i)
    up = Parts((Nonneg(gradient / Entry(x, i)), Nonneg(delta * Entry(x, i))))
    down = Parts((Nonneg(-gradient / Entry(x, i)), Nonneg(-delta * Entry(x, i))))
    signs = both(iff(gradient > 0, delta > 0), iff(gradient < 0, delta < 0))
    return implies(Entry(x, i) > 0, signs), Parts((up, down))


@claim(sources=["activationtutorial"], ledger=["positive-inputs-same-sign"], corrects=["batch_gradient_entries_share_sign"])
def sample_gradient_entries_share_sign(x: Start, delta: X, i: Coordinate, j: Coordinate):
    """With positive inputs no two weights of a unit get gradients of opposite signs from one sample."""
    gradient = scaled(delta, x)
    product = delta**2 * (Entry(x, i) * Entry(x, j))
    return implies(both(Entry(x, i) > 0, Entry(x, j) > 0), Entry(gradient, i) * Entry(gradient, j) >= 0), Nonneg(product)


@claim(sources=["activationtutorial"], ledger=["only-two-quadrants"])
def batch_gradient_entries_share_sign(x: Start, y: Start, delta: X, epsilon: X, i: Coordinate, j: Coordinate):
    """Folklore: with positive inputs every update lies in the positive or in the negative orthant, over a batch too."""
    gradient = added(scaled(delta, x), scaled(epsilon, y))
    positive = both(Entry(x, i) > 0, Entry(x, j) > 0, Entry(y, i) > 0, Entry(y, j) > 0)
    return implies(positive, Entry(gradient, i) * Entry(gradient, j) >= 0), Refute(
        at={x: [1, 2], y: [2, 1], delta: 1, epsilon: -1, i: 1, j: 2}
    )


@claim(ledger=["only-two-quadrants"], corrects=["batch_gradient_entries_share_sign"])
def batch_gradient_reaches_every_direction(a: X, b: X):
    """Two positive samples, (1, 2) and (2, 1), already give any gradient (a, b) whatever by a choice of their two δ."""
    delta, epsilon = (2 * b - a) / 3, (2 * a - b) / 3
    return both(eq(delta * 1 + epsilon * 2, a), eq(delta * 2 + epsilon * 1, b)), Calc()


@claim(sources=["activationtutorial"], ledger=["zero-mean-data-fixes"])
def zero_mean_gradient_entries_differ_in_sign(x: Start, y: Start, delta: NonzeroX, i: Coordinate, j: Coordinate):
    """Folklore: where the data have mean zero, the gradient of a single sample is not all of one sign."""
    gradient = scaled(delta, x)
    centred = eq(added(x, y), ZeroMatrix(n, 1))
    return implies(both(centred, Ne(i, j)), Entry(gradient, i) * Entry(gradient, j) <= 0), Refute(
        at={x: [1, 1], y: [-1, -1], delta: 1, i: 1, j: 2}
    )


@claim(ledger=["zero-mean-data-fixes"], corrects=["zero_mean_gradient_entries_differ_in_sign"])
def sample_gradient_entries_agree_iff(x: Start, delta: NonzeroX, i: Coordinate, j: Coordinate):
    """Two weights get gradients of one sign from a sample exactly if its two inputs have one sign, whatever the mean."""
    gradient = scaled(delta, x)
    inputs, product = Entry(x, i) * Entry(x, j), Entry(gradient, i) * Entry(gradient, j)
    return iff(product > 0, inputs > 0), Parts((Nonneg(product / delta**2), Nonneg(delta**2 * inputs)))


# --- the best direction of one sign ---------------------------------------------------------------


def _difference(p: Any, q: Any, t: Any) -> Any:
    return number(p, t) - number(q, t)


@claim(sources=["activationtutorial"], ledger=["zigzag-inefficient"], example={"u": [], "p": [], "q": [], "T": 1})
def inner_le_of_nonneg_step(u: Numbers, p: Numbers, q: Numbers, T: T_):
    """A step u ≥ 0 has along a direction p − q, positive less negative part, at most its product with p."""
    signs = always(k, both(number(u, k) >= 0, number(q, k) >= 0))
    along = SumOf(number(u, k) * _difference(p, q, k), k, 1, T)
    less = (inner(u, p, T) - along) + number(u, T + 1) * number(q, T + 1)
    return implies(signs, along <= inner(u, p, T)), Induction(on=T, base=Calc(), step=Nonneg(less))


@claim(sources=["activationtutorial"], ledger=["zigzag-inefficient"], example={"u": [], "p": [], "q": [], "T": 1})
def alignment_of_nonneg_step_le(u: Numbers, p: Numbers, q: Numbers, T: T_):
    """The cosine between a step u ≥ 0 and a direction p − q of length 1 is at most ‖p‖, p being its positive part."""
    signs = always(k, both(number(u, k) >= 0, number(q, k) >= 0))
    along = SumOf(number(u, k) * _difference(p, q, k), k, 1, T)
    bound = sqrt(squares(u, T)) * sqrt(squares(p, T))
    lengths = [sum_sq_nonneg.at(x=u), sum_sq_nonneg.at(x=p)]
    below = Have(inner(u, p, T) <= bound, Cases(on=inner(u, p, T), by=[abs_inner_le_mul.at(x=u, y=p), *lengths]))
    gap = (inner(u, p, T) - along) + (bound - inner(u, p, T))
    return implies(signs, along <= bound), Nonneg(gap, by=[*lengths, inner_le_of_nonneg_step, below])


@claim(ledger=["zigzag-inefficient"], example={"p": [], "q": [], "T": 1})
def inner_eq_of_positive_part(p: Numbers, q: Numbers, T: T_):
    """The best alignment is attained by a step along p itself, the positive part of the direction p − q."""
    apart = always(k, eq(number(p, k) * number(q, k), 0))
    along = SumOf(number(p, k) * _difference(p, q, k), k, 1, T)
    by_parts = (squares(p, T) - along) + number(p, T + 1) * number(q, T + 1)
    return implies(apart, eq(along, squares(p, T))), Induction(on=T, base=Calc(), step=Nonneg(by_parts))


@claim(ledger=["zigzag-inefficient"], example={"p": [], "q": [], "T": 1})
def sum_sq_of_parts(p: Numbers, q: Numbers, T: T_):
    """The squared lengths of the positive and of the negative part of a direction p − q add up to its own."""
    apart = always(k, eq(number(p, k) * number(q, k), 0))
    whole = SumOf(_difference(p, q, k) ** 2, k, 1, T)
    by_parts = (squares(p, T) + squares(q, T) - whole) + 2 * (number(p, T + 1) * number(q, T + 1))
    step = Nonneg(by_parts)
    return implies(apart, eq(whole, squares(p, T) + squares(q, T))), Induction(on=T, base=Calc(), step=step)


@claim(ledger=["zigzag-inefficient"], example={"p": 1, "q": 0})
def best_alignment_ge_sqrt_half(p: NonnegativeX, q: NonnegativeX):
    """Some step of one sign, along the positive or against the negative part, is within 45° of any direction of length 1."""
    unit = p**2 + q**2 - 1
    better = Nonneg(((p - q) * (p + q) + unit) / (2 * (p + 1 / sqrt(2))))
    worse = Nonneg(((q - p) * (p + q) + unit) / (2 * (q + 1 / sqrt(2))))
    return implies(eq(p**2 + q**2, 1), Max(p, q) >= 1 / sqrt(2)), Cases(on=p - q, then=(better, worse))


@claim(ledger=["zigzag-inefficient"])
def best_alignment_sqrt_half_attained():
    """The angle of 45° is attained, by the direction (1, −1)/√2, so nothing better holds for all directions."""
    part = 1 / sqrt(2)
    return both(eq(part**2 + part**2, 1), eq(Max(part, part), 1 / sqrt(2))), Calc()


@claim(ledger=["zigzag-inefficient"], example={"p": 0, "q": 1})
def alignment_lt_one_of_both_signs(p: X, q: PositiveX):
    """A direction of length 1 with entries of both signs is never met exactly by a step of one sign: p = ‖v⁺‖ < 1."""
    steps = Nonneg((q**2 + (1 - p**2 - q**2)) / (1 + p)), Nonneg(-p + 1)
    return implies(eq(p**2 + q**2, 1), p < 1), Cases(on=p, signs=("0+", "-"), then=steps)


# --- the sign of the output ---------------------------------------------------------------------------


@claim(sources=["activationtutorial"], ledger=["positive-inputs-positive-output"])
def output_pos_of_pos_inputs(w: X, x: PositiveX):
    """Folklore: with positive inputs the output of a unit is positive."""
    return w * x > 0, Refute(at={w: -1, x: 1})


@claim(
    ledger=["positive-inputs-positive-output"],
    corrects=["output_pos_of_pos_inputs"],
    example={"w": [], "x": [], "m": -1, "T": 1},
)
def output_ge_of_nonneg_weights(w: Numbers, x: Numbers, m: X, T: T_):
    """With weights w ≥ 0 and inputs of at least m the output is at least m times the sum of the weights."""
    known = always(k, both(number(w, k) >= 0, number(x, k) >= m))
    more = (inner(w, x, T) - m * total(w, T)) + number(w, T + 1) * (number(x, T + 1) - m)
    return implies(known, m * total(w, T) <= inner(w, x, T)), Induction(on=T, base=Calc(), step=Nonneg(more))


@claim(ledger=["positive-inputs-positive-output"], corrects=["output_pos_of_pos_inputs"])
def activation_nonneg_of_any_weights(w: X, x: X, b: X):
    """What comes out of a rectifier or a sigmoid is not negative, whatever weights and inputs are."""
    return both(relu(w * x + b) >= 0, sigmoid(w * x + b) >= 0), Calc(
        by=[relu_nonneg.at(x=w * x + b), sigmoid_mem_Ioo.at(x=w * x + b)]
    )
