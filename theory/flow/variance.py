"""How weights have to be drawn to keep variances: Xavier's and He's rules, and how far a relu network strays from the mean."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Rational, Symbol, Transpose, sqrt

from theory.activations.relu import relu
from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean, standard_normal
from theory.language.claims import claim
from theory.language.domains import Laws, Sequences
from theory.language.matrices import Sequence
from theory.language.norms import Entry, Norm
from theory.language.recursion import Recursion, product_of
from theory.language.statements import iff
from theory.language.symbols import T_, NonnegativeX, PositiveX, Start, Step, X, eq, n
from theory.tactics import Have, Induction, Moments, Nonneg, Parts

Z = Draws("Z")
w = Draws("w", n)
Numbers = Annotated[Sequence, Sequences(1)]
Weights = Annotated[LawVariable, Laws(mean=0, variance=Symbol("v"))]
Factors = Annotated[LawVariable, Laws(mean=1, variance=Symbol("v"))]

FAIR = FiniteLaw({0: Rational(1, 2), 2: Rational(1, 2)})

# --- linear layers: Xavier ------------------------------------------------------------------------


def _number(x: Any, k: Any) -> Any:
    return Entry(x.at(k), 1, 1)


def _weighted(x: Any, m: Any) -> Any:
    """Σ x_k·Z_k over the first m."""
    return Recursion("S", 0, lambda before, t: before + _number(x, t) * Z(t)).at(m)


def _squares(x: Any, m: Any) -> Any:
    return Recursion("Q", 0, lambda before, t: before + _number(x, t) ** 2).at(m)


@claim(ledger=["xavier"])
def mean_weighted_sum_eq_zero(x: Numbers, v: NonnegativeX, mu: Weights, m: T_):
    """A linear unit whose weights have mean 0 outputs 0 in the mean, whatever its input."""
    return eq(Mean(_weighted(x, m), Z, mu), 0), Induction(on=m, base=Moments(), step=Moments())


@claim(sources=["glorot2010"], ledger=["xavier"])
def variance_weighted_sum(x: Numbers, v: NonnegativeX, mu: Weights, m: T_):
    """A linear unit whose weights have mean 0 and variance v multiplies the sum of squares of its inputs by v in the mean."""
    total = Mean(_weighted(x, m) ** 2, Z, mu)
    return eq(total, v * _squares(x, m)), Induction(on=m, base=Moments(), step=Moments(by=[mean_weighted_sum_eq_zero]))


@claim(sources=["glorot2010"], ledger=["xavier"])
def variance_kept_forward_iff(n: PositiveX, v: X, q: PositiveX):
    """Of n inputs of variance q each a unit makes n·v·q: the forward signal keeps its variance exactly if v = 1/n."""
    return iff(eq(n * (v * q), q), eq(v, 1 / n)), Parts((Nonneg((q - n * (v * q)) / (n * q)), Nonneg(n * q * (1 / n - v))))


@claim(sources=["glorot2010"], ledger=["xavier"], example={"p": 1, "q": 1})
def xavier_keeps_forward_iff(p: PositiveX, q: PositiveX):
    """The compromise 2/(p + q) for p inputs and q outputs keeps the forward variance exactly if p = q."""
    kept = eq(p * (2 / (p + q)), 1)
    return iff(kept, eq(p, q)), Parts((Nonneg((p + q) * (1 - p * (2 / (p + q)))), Nonneg((q - p) / (p + q))))


@claim(sources=["glorot2010"], ledger=["xavier"])
def xavier_keeps_backward_iff(p: PositiveX, q: PositiveX):
    """The compromise keeps the variance of the gradient, which comes back over q outputs, exactly if p = q too."""
    kept = eq(q * (2 / (p + q)), 1)
    return iff(kept, eq(p, q)), Parts((Nonneg((p + q) * (q * (2 / (p + q)) - 1)), Nonneg((p - q) / (p + q))))


@claim(ledger=["xavier"])
def fan_in_eq_fan_out_of_both_kept(p: PositiveX, q: PositiveX):
    """The variance 1/q, which keeps the gradient, keeps the signal too exactly if there are as many inputs as outputs."""
    return iff(eq(p * (1 / q), 1), eq(p, q)), Parts((Nonneg(q * (1 - p * (1 / q))), Nonneg((q - p) / q)))


# --- relu layers: He ------------------------------------------------------------------------------


def _unit(x: Any, s: Any, t: Any) -> Any:
    """relu(s·wᵀx) with the normal weights w of the t-th unit."""
    return relu(s * Entry(Transpose(x) * w.at(t), 1, 1))


def _layer(x: Any, s: Any, m: Any) -> Any:
    """‖relu(Wx)‖² for a layer of m units."""
    return Recursion("H", 0, lambda before, t: before + _unit(x, s, t) ** 2).at(m)


@claim(sources=["he2015"], ledger=["he-variance"])
def mean_sq_relu_unit(x: Start, s: NonnegativeX):
    """A relu unit with normal weights of deviation s outputs s²‖x‖²/2 in the mean square: half of a linear one."""
    return eq(Mean(_unit(x, s, 1) ** 2, w, standard_normal), s**2 * Norm(x) ** 2 / 2), Moments()


@claim(sources=["he2015"], ledger=["he-variance"])
def mean_sq_norm_relu_layer(x: Start, s: NonnegativeX, m: T_):
    """A relu layer of m units multiplies the squared length of its input by m·s²/2 in the mean."""
    return eq(Mean(_layer(x, s, m), w, standard_normal), m * s**2 * Norm(x) ** 2 / 2), Induction(
        on=m, base=Moments(), step=Moments()
    )


def _he(m: Any) -> Any:
    """The deviation √(2/m) of He's rule, and that it is one."""
    return sqrt(2 / m), Have(m > 0, Nonneg((m - 1) + 1))


@claim(sources=["he2015"], ledger=["he-variance"], example={"n": 1, "x": [1], "m": 2})
def he_keeps_mean_sq_norm(x: Start, m: Step):
    """With He's variance 2/m a relu layer of m units keeps the squared length of its input in the mean."""
    s, positive = _he(m)
    known = mean_sq_norm_relu_layer.at(s=s)
    return eq(Mean(_layer(x, s, m), w, standard_normal), Norm(x) ** 2), Moments(by=[positive, known])


@claim(ledger=["he-fourth-moment"])
def mean_fourth_norm_relu_layer(x: Start, s: NonnegativeX, m: T_):
    """A relu layer of m units multiplies the fourth power of the length by (m² + 5m)·s⁴/4 in the mean."""
    fourth = (m**2 + 5 * m) * s**4 * Norm(x) ** 4 / 4
    proof = Induction(on=m, base=Moments(), step=Moments(by=[mean_sq_norm_relu_layer]))
    return eq(Mean(_layer(x, s, m) ** 2, w, standard_normal), fourth), proof


@claim(sources=["hanin2018"], ledger=["he-fourth-moment"], example={"n": 1, "x": [1], "m": 2})
def he_fourth_moment(x: Start, m: Step):
    """With He's variance the squared length strays: its square is multiplied by 1 + 5/m in the mean."""
    s, positive = _he(m)
    known = mean_fourth_norm_relu_layer.at(s=s)
    return eq(Mean(_layer(x, s, m) ** 2, w, standard_normal), (1 + 5 / m) * Norm(x) ** 4), Moments(by=[positive, known])


# --- many layers ----------------------------------------------------------------------------------


def _product(L: Any) -> Any:
    return product_of(Z, L)


@claim(ledger=["he-variance"], example={"v": 1, "mu": FAIR})
def mean_product_eq_one(v: NonnegativeX, mu: Factors, L: T_):
    """A product of L independent factors of mean 1, such as the gains of layers with He's rule, has mean 1 at every depth."""
    return eq(Mean(_product(L), Z, mu), 1), Induction(on=L, base=Moments(), step=Moments())


@claim(ledger=["he-fourth-moment"], example={"v": 1, "mu": FAIR})
def mean_sq_product(v: NonnegativeX, mu: Factors, L: T_):
    """A product of L independent factors of mean 1 and variance v has the mean square (1 + v)^L."""
    return eq(Mean(_product(L) ** 2, Z, mu), (1 + v) ** L), Induction(on=L, base=Moments(), step=Moments())


@claim(sources=["hanin2018"], ledger=["he-fourth-moment"], example={"v": 1, "mu": FAIR})
def variance_product(v: NonnegativeX, mu: Factors, L: T_):
    """A product of L gains of mean 1 and variance v, 5/m for layers of m units, has the variance (1 + v)^L − 1."""
    variance = Mean((_product(L) - 1) ** 2, Z, mu)
    return eq(variance, (1 + v) ** L - 1), Moments(by=[mean_product_eq_one, mean_sq_product])
