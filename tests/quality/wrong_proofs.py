"""Claims with proofs of the wrong kind, in a circle, or on lemmas that are false, open or given wrong values."""

from __future__ import annotations

from sympy import Abs, Rational, Symbol, exp, log, oo

from tests.quality.variants import LIMIT, false
from theory.activations.relu import deriv_relu_zero_eq_one, relu, relu_convex, relu_mul_of_nonneg
from theory.activations.sigmoid import deriv_sigmoid_le_quarter, exp_neg_le_one, sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh_linear_in_sigmoid
from theory.flow.recurrence import norm_jacobian_le_pow
from theory.flow.relu_networks import norm_orthogonal_jacobian_le_one, orthogonal_jacobian_isometry
from theory.language.claims import Claim, claim
from theory.language.matrices import Norm, Recurrence
from theory.language.statements import tends
from theory.language.symbols import T_, NonpositiveX, OrthogonalSquare, Square, X, eq
from theory.tactics import (
    Approached,
    Attained,
    Calc,
    Cases,
    Chain,
    GrowingOrbit,
    Have,
    Induction,
    Inverse,
    Monotone,
    Nonneg,
    Parts,
    Refute,
    Sign,
    SlopesFrom,
    Witness,
)

t = Symbol("t")


@false("circle")
@claim()
def one_below_zero(x: X):
    """exp x ≤ 0, from its own consequence."""
    return exp(x) <= 0, Calc(by=[two_below_zero])


@false("circle")
@claim()
def two_below_zero(x: X):
    """2 exp x ≤ 0, from its own consequence."""
    return 2 * exp(x) <= 0, Nonneg(by=[one_below_zero])


@false("circle")
@claim()
def below_itself(x: X):
    """x ≤ 0, from itself."""
    return x <= 0, Calc(by=[below_itself])


@false("lemma")
@claim()
def tanh_from_refuted(x: X):
    """2σ(2x) is odd, from a claim that is refuted."""
    return eq(2 * sigmoid(2 * x), -2 * sigmoid(-2 * x)), Calc(by=[tanh_linear_in_sigmoid])


@false("lemma", beyond=LIMIT)
@claim()
def limit_from_refuted():
    """The rectifier's slope at 0 is 1, from the claim itself, which is refuted."""
    return tends((relu(t) - relu(0)) / t, t, at=0, to=1), Sign(by=[deriv_relu_zero_eq_one])


@false("lemma")
@claim()
def norm_from_refuted(W: OrthogonalSquare, T: T_):
    """Orthogonal weights keep the norm at one, from the claim itself, which is refuted."""
    return eq(Norm(Recurrence(W, relu).jacobian(T)), 1), Chain(by=[orthogonal_jacobian_isometry])


@claim()
def left_open(x: X):
    """x ≤ 1, with a proof that fails."""
    return x <= 1, Nonneg()


@false("lemma")
@claim()
def from_open(x: X):
    """2x ≤ 2, from a lemma that is open."""
    return 2 * x <= 2, Nonneg(difference=2 * (1 - x), by=[left_open])


@false("lemma", exp_neg_le_one)
@claim()
def from_lemma_outside_domain(x: NonpositiveX):
    """e^{−x} ≤ 1 left of zero, from the lemma right of zero."""
    return exp(-x) <= 1, Calc(by=[exp_neg_le_one.at(x=x)])


@false("lemma", relu_mul_of_nonneg)
@claim()
def from_lemma_with_negative_factor(x: X):
    """relu(−x) = −relu(x), from homogeneity at −1."""
    return eq(relu(-x), -relu(x)), Calc(by=[relu_mul_of_nonneg.at(a=-1)])


@false("lemma", relu_convex)
@claim()
def from_lemma_with_weight_two(x: X, y: X):
    """relu(2x − y) ≤ 2 relu(x) − relu(y), from convexity with weight 2."""
    return relu(2 * x - y) <= 2 * relu(x) - relu(y), Calc(by=[relu_convex.at(w=2)])


@false("lemma", norm_orthogonal_jacobian_le_one)
@claim()
def from_lemma_about_orthogonal(W: Square, T: T_):
    """‖J‖ ≤ 1 for any weight, from the lemma about orthogonal ones."""
    return Norm(Recurrence(W, relu).jacobian(T)) <= 1, Chain(by=[norm_orthogonal_jacobian_le_one])


@false("lemma", norm_jacobian_le_pow)
@claim()
def from_lemma_with_small_slopes(W: Square, T: T_):
    """‖J‖ ≤ (‖W‖/2)^T for rectifiers, from the bound for slopes within 1/2."""
    bound = (Norm(W) / 2) ** T
    return Norm(Recurrence(W, relu).jacobian(T)) <= bound, Chain(by=[norm_jacobian_le_pow.at(phi=relu, gamma=Rational(1, 2))])


@false("lemma", deriv_sigmoid_le_quarter)
@claim()
def from_false_step(x: X):
    """σ' ≤ 1/8, from a statement in between that is false."""
    step = Have(sigmoid.d(x) <= Rational(1, 8), Nonneg(square=sigmoid(x) - Rational(1, 2)))
    return sigmoid.d(x) <= Rational(1, 8), Calc(by=[step])


@false("monotone")
@claim()
def from_log_of_negative(x: X):
    """log x ≤ x − 1 wherever, by applying exp to a false inequality."""
    return exp(log(2) * x) <= exp(x), Monotone("exp", (log(2) * x, x))


@false("cases")
@claim()
def from_missing_case(x: X):
    """|x| = x, by the cases + and 0."""
    return eq(Abs(x), x), Cases(on=x, signs=("+", "0"))


@false("cases")
@claim()
def from_case_of_another(x: X, y: X):
    """relu(x) = x, by cases on y."""
    return eq(relu(x), x), Cases(on=y, signs=("0+", "-"))


@false("induction")
@claim()
def from_false_base(T: T_):
    """T ≤ −1: the step holds, the base does not."""
    return T <= -1, Induction(on=T, base=Nonneg(), step=Nonneg())


@false("induction")
@claim()
def from_false_step_of_induction(T: T_):
    """T ≤ 0: the base holds, the step does not."""
    return T <= 0, Induction(on=T, base=Nonneg(), step=Nonneg())


@false("induction")
@claim()
def from_induction_later(T: T_):
    """1 ≤ T, from the least depth 1 on."""
    return T >= 1, Induction(on=T, base=Nonneg(), step=Nonneg(), least=1)


@false("induction")
@claim()
def from_induction_on_a_real(x: X):
    """0 ≤ x by induction over a real number."""
    return x >= 0, Induction(on=x, base=Nonneg(), step=Nonneg())


OF_EVERY_KIND = [
    Approached(bound=Nonneg(), limit=deriv_sigmoid_le_quarter),
    Attained(at=0, bound=Calc()),
    Calc(),
    Cases(on=t),
    Chain(),
    Induction(on=t),
    Inverse(),
    Monotone("exp", (0, 1)),
    Nonneg(),
    Nonneg(root=True),
    Parts((Calc(), Calc())),
    Refute(at={}),
    Refute(at={}, by=GrowingOrbit(h=[1], factor=2)),
    Sign(),
    Sign(squeeze=exp(-t)),
    SlopesFrom(deriv_sigmoid_le_quarter),
    Witness(1),
    GrowingOrbit(h=[1], factor=2),
    "Calc",
    oo,
]


@claim()
def gap_of_softplus(x: X):
    """softplus(x) ≤ x + 1/2, which is false; the frame for proofs of every kind."""
    return softplus(x) <= x + Rational(1, 2), Calc()


FRAME: Claim = gap_of_softplus
