"""Second-order effects in networks of rectifiers: none within a layer, and those of any product between layers."""

from __future__ import annotations

from typing import Any

from theory.activations.relu import relu
from theory.language.claims import claim
from theory.language.statements import both, implies
from theory.language.symbols import X, eq
from theory.tactics import Calc, Refute

# Second differences stand for second derivatives: within a linear region the output is a polynomial of the weights, and
# where f is v·w·x, the mixed difference over steps a and b is exactly a·b times the mixed derivative.


def output(v: Any, w: Any, x: Any) -> Any:
    """The smallest network of two layers, v·relu(wx)."""
    return v * relu(w * x)


def mixed_difference(v: Any, w: Any, x: Any, a: Any, b: Any) -> Any:
    """What both steps together change beyond the sum of what each changes: a in w, b in v."""
    return output(v + b, w + a, x) - output(v + b, w, x) - output(v, w + a, x) + output(v, w, x)


@claim(sources=["whyrelu"], ledger=["better-gradient-direction"])
def mixed_difference_eq_zero(v: X, w: X, x: X, a: X, b: X):
    """Folklore: since relu″ = 0 a gradient step meets no second-order effects while the units stay active."""
    return implies(both(w * x > 0, (w + a) * x > 0), eq(mixed_difference(v, w, x, a, b), 0)), Refute(
        at={v: 0, w: 1, x: 1, a: 1, b: 1}
    )


@claim(sources=["whyrelu"], ledger=["better-gradient-direction"], corrects=["mixed_difference_eq_zero"])
def mixed_difference_eq_mul(v: X, w: X, x: X, a: X, b: X):
    """Between the two layers the second derivative is the input x, as in a linear network: relu″ = 0 does not remove it."""
    return implies(both(w * x > 0, (w + a) * x > 0), eq(mixed_difference(v, w, x, a, b), a * b * x)), Calc()


@claim(ledger=["better-gradient-direction"])
def second_difference_inner_eq_zero(v: X, w: X, x: X, a: X):
    """Within the inner layer the output is linear while its unit stays active."""
    second = output(v, w + a, x) - 2 * output(v, w, x) + output(v, w - a, x)
    return implies(both(w * x > 0, (w + a) * x > 0, (w - a) * x > 0), eq(second, 0)), Calc()


@claim(ledger=["better-gradient-direction"])
def second_difference_outer_eq_zero(v: X, w: X, x: X, b: X):
    """In the outer layer the output is linear without any condition."""
    return eq(output(v + b, w, x) - 2 * output(v, w, x) + output(v - b, w, x), 0), Calc()


@claim(ledger=["better-gradient-direction"], corrects=["mixed_difference_eq_zero"])
def second_difference_loss_eq_sq(v: X, w: X, x: X, y: X, b: X):
    """A squared loss is curved within a layer too: by the square of what the layer is given."""

    def loss(outer: Any) -> Any:
        return (output(outer, w, x) - y) ** 2 / 2

    return eq(loss(v + b) - 2 * loss(v) + loss(v - b), (b * relu(w * x)) ** 2), Calc()
