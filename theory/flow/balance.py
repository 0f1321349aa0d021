"""What gradient flow keeps: balanced weights of rectifiers and of deep linear networks."""

from __future__ import annotations

from typing import Any

from sympy import Transpose, ZeroMatrix

from theory.activations.relu import relu
from theory.language.claims import claim
from theory.language.matrices import Entry, Slope, added, grouped, scaled
from theory.language.symbols import Square, Start, X, eq, n
from theory.tactics import Calc, Cases

RELU, LINEAR = ["relu-balancedness"], ["deep-linear-conservation"]


# --- one rectifier --------------------------------------------------------------------------------


@claim(ledger=RELU)
def relu_slope_mul_self(z: X):
    """The rectifier is positively homogeneous: slope times input is the output, whatever slope is used at the kink."""
    return eq(Slope(relu, z) * z, relu(z)), Cases(on=z, signs=("+", "0", "-"))


@claim(ledger=RELU)
def relu_gradients_balanced(w: Start, a: Start, x: Start, delta: Start):
    """Of a unit a·relu(wᵀx) the gradients satisfy ⟨∇_w, w⟩ = ⟨∇_a, a⟩, δ being the gradient in the output."""
    z, message = Entry(grouped(Transpose(w), x), 1), Entry(grouped(Transpose(a), delta), 1)
    incoming, outgoing = scaled(Slope(relu, z) * message, x), scaled(relu(z), delta)
    return eq(Entry(grouped(Transpose(w), incoming), 1), Entry(grouped(Transpose(a), outgoing), 1)), Cases(
        on=z, signs=("+", "0", "-")
    )


@claim(ledger=RELU)
def relu_flow_balanced(w: Start, a: Start, x: Start, delta: Start):
    """Along the gradient flow w′ = −∇_w, a′ = −∇_a of a rectifier ‖w‖² − ‖a‖² has the derivative 0."""
    z, message = Entry(grouped(Transpose(w), x), 1), Entry(grouped(Transpose(a), delta), 1)
    w_dot, a_dot = scaled(-Slope(relu, z) * message, x), scaled(-relu(z), delta)
    rate = 2 * Entry(grouped(Transpose(w), w_dot), 1) - 2 * Entry(grouped(Transpose(a), a_dot), 1)
    return eq(rate, 0), Cases(on=z, signs=("+", "0", "-"))


# --- a deep linear network ----------------------------------------------------------------------------


@claim(sources=["saxe2014"], ledger=LINEAR)
def deep_linear_flow_balanced(V: Square, W: Square, A: Square, B: Square, G: Square):
    """Along the gradient flow of a deep linear network A·V·W·B the derivative of VᵀV − WWᵀ is 0.

    V and W are any two neighbouring layers, A all the layers above them, B all those below, G the gradient in the product.
    """
    V_dot = scaled(-1, grouped(Transpose(A), G, Transpose(B), Transpose(W)))
    W_dot = scaled(-1, grouped(Transpose(V), Transpose(A), G, Transpose(B)))
    upper = added(grouped(Transpose(V_dot), V), grouped(Transpose(V), V_dot))
    lower = added(grouped(W_dot, Transpose(W)), grouped(W, Transpose(W_dot)))
    return eq(added(upper, scaled(-1, lower)), ZeroMatrix(n, n)), Calc()


@claim(sources=["saxe2014"], ledger=LINEAR)
def deep_linear_step_unbalanced(V: Square, W: Square, M: Square, eta: X):
    """A step of size η, along −MWᵀ and −VᵀM, changes VᵀV − WWᵀ by η² times that of the two gradients."""
    V_grad, W_grad = grouped(M, Transpose(W)), grouped(Transpose(V), M)

    def balance(P: Any, Q: Any) -> Any:
        return added(grouped(Transpose(P), P), scaled(-1, grouped(Q, Transpose(Q))))

    after = balance(added(V, scaled(-eta, V_grad)), added(W, scaled(-eta, W_grad)))
    return eq(after, added(balance(V, W), scaled(eta**2, balance(V_grad, W_grad)))), Calc()
