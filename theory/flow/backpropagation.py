"""Backpropagation through three layers h_l = φ(W_l h_{l−1}), the slopes of each layer given as a diagonal matrix."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import MatrixSymbol, Transpose

from theory.language.claims import claim
from theory.language.domains import Matrices
from theory.language.matrices import added, grouped, scaled
from theory.language.statements import Statement, Structure
from theory.language.symbols import Square, Start, eq, n
from theory.tactics import Calc

ROWS = ["backprop-three-layer-formula"]


def _is_diagonal(D: Any) -> list[Statement]:
    return [Structure(D, "diagonal")]


Diagonal = Annotated[MatrixSymbol, Matrices(n).having("diagonal", _is_diagonal)]


def _message(g: Any, D_1: Any, D_2: Any, D_3: Any, W_2: Any, W_3: Any) -> Any:
    """δ = D₁W₂ᵀD₂W₃ᵀD₃g."""
    return grouped(D_1, Transpose(W_2), D_2, Transpose(W_3), D_3, g)


@claim(sources=["zhihu61265076"], ledger=ROWS)
def three_layer_move(E: Square, W_1: Square, W_2: Square, W_3: Square, D_1: Diagonal, D_2: Diagonal, D_3: Diagonal, x: Start):
    """With slopes held at D₁, D₂, D₃ the output is linear in the first weight: E moves it by D₃W₃D₂W₂D₁Ex."""
    after, before = (grouped(D_3, W_3, D_2, W_2, D_1, W, x) for W in (added(W_1, E), W_1))
    return eq(added(after, scaled(-1, before)), grouped(D_3, W_3, D_2, W_2, D_1, E, x)), Calc()


@claim(sources=["zhihu61265076"], ledger=ROWS)
def three_layer_backprop(E: Square, W_2: Square, W_3: Square, D_1: Diagonal, D_2: Diagonal, D_3: Diagonal, x: Start, g: Start):
    """Moving the first weight by E moves the output along g by δᵀEx with δ = D₁W₂ᵀD₂W₃ᵀD₃g: the gradient in W₁ is δxᵀ."""
    forward = grouped(Transpose(g), D_3, W_3, D_2, W_2, D_1, E, x)
    delta = _message(g, D_1, D_2, D_3, W_2, W_3)
    return eq(forward, grouped(Transpose(delta), E, x)), Calc()
