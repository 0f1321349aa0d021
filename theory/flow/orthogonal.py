"""Orthogonal weights: what turns without stretching, what masks take from it, and steps of a skew-symmetric flow."""

from __future__ import annotations

from typing import Annotated

from sympy import Identity, MatrixSymbol, Ne, Transpose

from theory.activations.identity import identity
from theory.activations.relu import relu
from theory.language.claims import claim
from theory.language.domains import Matrices
from theory.language.matrices import Entry, Norm, Recurrence, SpectralRadius, added, grouped, scaled
from theory.language.statements import both, implies
from theory.language.symbols import T_, Coordinate, NonnegativeX, OrthogonalSquare, Square, Start, X, eq, n
from theory.tactics import Calc, Chain, Have, Induction, Nonneg, Refute

Single = Annotated[MatrixSymbol, Matrices(1)]


# --- linear networks ----------------------------------------------------------------------------------


@claim(sources=["saxe2014", "arjovsky2016", "henaff2016"], ledger=["dynamical-isometry", "unitary-rnn"])
def orthogonal_linear_jacobian_isometry(W: OrthogonalSquare, T: T_):
    """Without an activation orthogonal weights keep the gradient an isometry: all its singular values are 1."""
    J = Recurrence(W, identity).jacobian(T)
    return eq(Transpose(J) * J, Identity(n)), Induction(on=T)


@claim(sources=["arjovsky2016", "henaff2016"], ledger=["unitary-rnn"])
def norm_orthogonal_linear_jacobian_eq_one(W: OrthogonalSquare, T: T_):
    """Without an activation orthogonal weights keep the gradient at norm 1."""
    return eq(Norm(Recurrence(W, identity).jacobian(T)), 1), Induction(on=T, base=Chain(), step=Chain())


@claim(sources=["saxe2014"], ledger=["dynamical-isometry"], example={"n": 1, "W": [[1]], "h_0": [-1], "v": [], "T": 0})
def relu_jacobian_row_eq_zero_of_inactive(W: Square, i: Coordinate, j: Coordinate, T: T_):
    """A unit that is inactive at the last step takes a row from the gradient, whatever the weight: 0 is a singular value."""
    net = Recurrence(W, relu)
    return implies(Entry(net.preactivation(T + 1), i) < 0, eq(Entry(net.jacobian(T + 1), i, j), 0)), Calc()


# --- a multiple of an orthogonal weight ------------------------------------------------------------------


@claim(
    sources=["zhihu61265076"], ledger=["cnn-sparse-different-cancel"], corrects=["norm_product_of_doubled_orthogonal_le_two"]
)
def norm_scaled_orthogonal_product(P: OrthogonalSquare, Q: OrthogonalSquare, A: Square, c: NonnegativeX):
    """Different orthogonal weights, permutations among them, cancel nothing: each factor cQ makes a product exactly c times
    as large."""
    return eq(Norm(grouped(scaled(c, P), scaled(c, Q), A)), c**2 * Norm(A)), Chain()


@claim(sources=["zhihu61265076"], ledger=["cnn-sparse-different-cancel"])
def norm_scaled_orthogonal_linear_jacobian(Q: OrthogonalSquare, c: NonnegativeX, T: T_):
    """The weight cQ with Q orthogonal grows the gradient exactly like c^T, however sparse Q is."""
    return eq(Norm(Recurrence(scaled(c, Q), identity).jacobian(T)), c**T), Induction(on=T, base=Chain(), step=Chain())


@claim(sources=["zhihu61265076"], ledger=["cnn-sparse-different-cancel"])
def norm_product_of_doubled_orthogonal_le_two(P: OrthogonalSquare, Q: OrthogonalSquare):
    """Folklore: weights that are sparse and differ from each other cancel. Two different permutations, doubled, multiply to
    norm 4."""
    return Norm(grouped(scaled(2, P), scaled(2, Q))) <= 2, Refute(at={"P": [[0, 1], [1, 0]], "Q": [[1, 0], [0, 1]]})


# --- skew-symmetric weights --------------------------------------------------------------------------------


@claim(ledger=["antisymmetric-rnn"], example={"n": 1, "A": [[0]]})
def euler_step_gram(A: Square, e: X):
    """A step I + eA of a skew-symmetric flow stretches every direction that A does not kill."""
    step = added(Identity(n), scaled(e, A))
    stretched = added(Identity(n), scaled(e**2, grouped(Transpose(A), A)))
    return implies(eq(Transpose(A), scaled(-1, A)), eq(Transpose(step) * step, stretched)), Calc()


@claim(ledger=["antisymmetric-rnn"], example={"n": 2, "A": [[0, 1], [-1, 0]]})
def euler_jacobian_gram(A: Square, e: X, T: T_):
    """With a quarter turn A the gradient of the weight I + eA grows like (1 + e²)^(T/2) in every direction."""
    J = Recurrence(added(Identity(n), scaled(e, A)), identity).jacobian(T)
    turn = both(eq(Transpose(A), scaled(-1, A)), eq(A**2, scaled(-1, Identity(n))))
    return implies(turn, eq(Transpose(J) * J, scaled((1 + e**2) ** T, Identity(n)))), Induction(on=T)


# --- skew-symmetric matrices --------------------------------------------------------------------------------


@claim()
def entry_transpose(S: Single):
    """A matrix with one entry is its own transpose."""
    return eq(Entry(Transpose(S), 1, 1), Entry(S, 1, 1)), Calc()


@claim(ledger=["antisymmetric-rnn"], example={"n": 1, "A": [[0]], "u": [1]})
def skew_quadratic_form_eq_zero(A: Square, u: Start):
    """A skew-symmetric matrix moves every column at a right angle to itself."""
    form = grouped(Transpose(u), A, u)
    return implies(eq(Transpose(A), scaled(-1, A)), eq(Entry(form, 1, 1), 0)), Calc(by=[entry_transpose.at(S=form)])


@claim(ledger=["antisymmetric-rnn"], example={"n": 1, "A": [[0]], "u": [1], "a": 0})
def skew_eigenvalue_eq_zero(A: Square, u: Start, a: X):
    """A skew-symmetric matrix has no real eigenvalue but 0: its spectrum is imaginary."""
    skew, length = eq(Transpose(A), scaled(-1, A)), Entry(Transpose(u) * u, 1, 1)
    form = Entry(grouped(Transpose(u), A, u), 1, 1)
    along = Have(eq(form, a * length), Calc())
    nothing = Have(eq(a * length, 0), Calc(by=[along, skew_quadratic_form_eq_zero]))
    return implies(both(skew, eq(A * u, scaled(a, u)), length > 0), eq(a, 0)), Nonneg(-a * length / length, by=[nothing])


@claim(
    ledger=["antisymmetric-rnn"],
    example={"n": 2, "A": [[0, 1], [-1, 0]], "e": 1},
    unproved="the spectral theorem for normal matrices is outside the kernel",
)
def one_lt_spectralRadius_euler_step(A: Square, e: X):
    """Every step I + eA of a skew-symmetric flow has an eigenvalue above one in modulus: explicit steps are unstable."""
    conditions = both(eq(Transpose(A), scaled(-1, A)), Norm(A) > 0, Ne(e, 0))
    return implies(conditions, SpectralRadius(added(Identity(n), scaled(e, A))) > 1)
