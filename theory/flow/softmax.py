"""The softmax p_k = e^{x_k}/∑e^{x_l} and its Jacobian J = diag(p) − ppᵀ, for any number T of logits."""

from __future__ import annotations

from typing import Any

from sympy import Identity, Matrix, Rational, exp, log

from theory.activations.sigmoid import sigmoid
from theory.flow.convolution import norm_mul_column_le
from theory.flow.inner_products import Numbers, inner, k, number, squares, sum_sq_nonneg, total
from theory.language.claims import claim
from theory.language.matrices import Norm, RowSumNorm, SumOf, added, grouped, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, NonnegativeX, PositiveX, X, eq
from theory.tactics import Calc, Chain, Have, Induction, Monotone, Nonneg

ROWS = ["softmax-half"]
NONE: dict[str, Any] = {"p": [], "v": [], "T": 1}


def weighted_squares(p: Any, v: Any, T: Any) -> Any:
    """∑ p_k v_k²."""
    return SumOf(number(p, k) * number(v, k) ** 2, k, 1, T)


def doubly_weighted_squares(p: Any, v: Any, T: Any) -> Any:
    """∑ p_k² v_k²."""
    return SumOf(number(p, k) ** 2 * number(v, k) ** 2, k, 1, T)


def jacobian_form(p: Any, v: Any, T: Any) -> Any:
    """vᵀJv = ∑ p_k v_k² − (∑ p_k v_k)²."""
    return weighted_squares(p, v, T) - inner(p, v, T) ** 2


# --- the Jacobian ------------------------------------------------------------------------------------


@claim(ledger=ROWS)
def softmax_eq_sigmoid(x: X, s: PositiveX):
    """One output of the softmax is a sigmoid of its logit, shifted by the logarithm of the sum s of the other exponentials."""
    return eq(exp(x) / (exp(x) + s), sigmoid(x - log(s))), Calc()


@claim(ledger=ROWS)
def deriv_softmax_own(x: X, s: PositiveX):
    """The slope of an output p in its own logit is p(1 − p), the diagonal of J."""
    p = exp(x) / (exp(x) + s)
    return eq(sigmoid.d(x - log(s)), p * (1 - p)), Calc()


@claim(ledger=ROWS)
def softmax_other_eq_sigmoid(x: X, y: X, s: NonnegativeX):
    """As a function of another logit y an output is a multiple of a falling sigmoid."""
    return eq(exp(x) / (exp(x) + exp(y) + s), exp(x) / (exp(x) + s) * (1 - sigmoid(y - log(exp(x) + s)))), Calc()


@claim(ledger=ROWS)
def deriv_softmax_other(x: X, y: X, s: NonnegativeX):
    """The slope of an output p in another logit, whose output is q, is −pq: the entries of J off the diagonal."""
    whole = exp(x) + exp(y) + s
    p, q = exp(x) / whole, exp(y) / whole
    return eq(-exp(x) / (exp(x) + s) * sigmoid.d(y - log(exp(x) + s)), -p * q), Calc()


@claim(ledger=ROWS, example={"p": [[1]], "T": 1, "q": 0})
def softmax_jacobian_row_sum(p: Numbers, q: X, T: T_):
    """Each row of J sums to zero: all logits raised alike change nothing."""
    S, row = total(p, T), SumOf(q * number(p, k), k, 1, T)
    factored = Have(eq(row, q * S), Induction(on=T))
    return implies(eq(S, 1), eq(q - row, 0)), Nonneg((row - q * S) + q * (S - 1), by=[factored])


@claim(ledger=ROWS, example={"p": [], "T": 1, "q": 1})
def softmax_jacobian_row_abs_sum_le_half(p: Numbers, q: X, T: T_):
    """The absolute values in a row of J add up to at most 1/2: the bound in the maximum norm and, by symmetry, the sum norm."""
    S, others = total(p, T), SumOf(q * number(p, k), k, 1, T)
    factored = Have(eq(others, q * S), Induction(on=T))
    gap = 2 * (q - Rational(1, 2)) ** 2 + (q * S - others) + q * (1 - q - S)
    return implies(eq(q + S, 1), q * (1 - q) + others <= Rational(1, 2)), Nonneg(gap, by=[factored])


# --- its quadratic form --------------------------------------------------------------------------------


@claim(example={**NONE, "c": 0})
def shifted_form_nonneg(p: Numbers, v: Numbers, c: X, T: T_):
    """∑ p_k (v_k + c)² is not negative for weights p ≥ 0, written out."""
    before = weighted_squares(p, v, T) + 2 * c * inner(p, v, T) + c**2 * total(p, T)
    new = number(p, T + 1) * (number(v, T + 1) + c) ** 2
    known = always(k, number(p, k) >= 0)
    return implies(known, before >= 0), Induction(on=T, base=Calc(), step=Nonneg(before + new))


@claim(example=NONE)
def sq_mean_le_mean_sq(p: Numbers, v: Numbers, T: T_):
    """A weighted mean's square is at most the weighted mean of squares, the weights p ≥ 0 taken as they are."""
    S, M, Q = total(p, T), inner(p, v, T), weighted_squares(p, v, T)
    new, at = number(p, T + 1), number(v, T + 1)
    shifted = Have(Q - 2 * at * M + at**2 * S >= 0, Calc(by=[shifted_form_nonneg.at(c=-at, T=T)]))
    step = Nonneg((S * Q - M**2) + new * (Q - 2 * at * M + at**2 * S), by=[shifted])
    return implies(always(k, number(p, k) >= 0), M**2 <= S * Q), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS, example={**NONE, "p": [[1]]})
def softmax_jacobian_posSemidef(p: Numbers, v: Numbers, T: T_):
    """J is positive semidefinite: its quadratic form is a variance."""
    known = both(always(k, number(p, k) >= 0), eq(total(p, T), 1))
    S, M, Q = total(p, T), inner(p, v, T), weighted_squares(p, v, T)
    return implies(known, jacobian_form(p, v, T) >= 0), Nonneg((S * Q - M**2) + Q * (1 - S), by=[sq_mean_le_mean_sq])


@claim(example=NONE)
def flipped_form_nonneg(p: Numbers, v: Numbers, T: T_):
    """∑ p_k p_l (v_k + v_l)² over all pairs k < l is not negative, written out."""
    S, M, Q, R = total(p, T), inner(p, v, T), weighted_squares(p, v, T), doubly_weighted_squares(p, v, T)
    new, at = number(p, T + 1), number(v, T + 1)
    shifted = Have(Q + 2 * at * M + at**2 * S >= 0, Calc(by=[shifted_form_nonneg.at(c=at, T=T)]))
    before = S * Q - 2 * R + M**2
    step = Nonneg(before + new * (Q + 2 * at * M + at**2 * S), by=[shifted])
    return implies(always(k, number(p, k) >= 0), before >= 0), Induction(on=T, base=Calc(), step=step)


@claim(ledger=ROWS, example={**NONE, "p": [[1]]})
def softmax_jacobian_le_twice_diagonal(p: Numbers, v: Numbers, T: T_):
    """The quadratic form of J is at most twice that of its diagonal, 2·∑ p_k(1 − p_k) v_k²."""
    known = both(always(k, number(p, k) >= 0), eq(total(p, T), 1))
    S, M, Q, R = total(p, T), inner(p, v, T), weighted_squares(p, v, T), doubly_weighted_squares(p, v, T)
    gap = (S * Q - 2 * R + M**2) + Q * (1 - S)
    return implies(known, jacobian_form(p, v, T) <= 2 * (Q - R)), Nonneg(gap, by=[flipped_form_nonneg])


@claim()
def twice_diagonal_le_half(p: Numbers, v: Numbers, T: T_):
    """Twice the diagonal of J is at most 1/2, since p(1 − p) ≤ 1/4 for every p."""
    before = squares(v, T) / 2 - 2 * (weighted_squares(p, v, T) - doubly_weighted_squares(p, v, T))
    new = (1 - 2 * number(p, T + 1)) ** 2 * number(v, T + 1) ** 2 / 2
    return before >= 0, Induction(on=T, base=Calc(), step=Nonneg(before + new))


@claim(ledger=ROWS, example={**NONE, "p": [[1]]})
def softmax_jacobian_le_half(p: Numbers, v: Numbers, T: T_):
    """J is at most 1/2 in every direction, for any number of logits; as J is symmetric and positive semidefinite, ‖J‖ ≤ 1/2."""
    known = both(always(k, number(p, k) >= 0), eq(total(p, T), 1))
    twice = 2 * (weighted_squares(p, v, T) - doubly_weighted_squares(p, v, T))
    gap = (squares(v, T) / 2 - twice) + (twice - jacobian_form(p, v, T))
    return implies(known, jacobian_form(p, v, T) <= squares(v, T) / 2), Nonneg(
        gap, by=[softmax_jacobian_le_twice_diagonal, twice_diagonal_le_half]
    )


SWAP = Matrix([[0, 1], [1, 0]])
EVEN = Matrix([[Rational(1, 4), Rational(-1, 4)], [Rational(-1, 4), Rational(1, 4)]])
APART = Matrix([[1], [-1]])


@claim(ledger=ROWS)
def norm_softmax_jacobian_half_attained():
    """The bound 1/2 is attained for two equal logits, in the spectral norm and in the row-sum norm, along (1, −1)."""
    halved = scaled(Rational(1, 4), added(Identity(2), scaled(-1, SWAP)))
    upper = Have(Norm(EVEN) <= Rational(1, 2), Chain(through=[Norm(halved)], by=[Have(eq(EVEN, halved), Calc())]))
    stretched = (Norm(EVEN) * Norm(APART) - Norm(grouped(EVEN, APART))) / Norm(APART)
    lower = Have(Norm(EVEN) >= Rational(1, 2), Nonneg(stretched, by=[norm_mul_column_le.at(W=EVEN, u=APART)]))
    return both(eq(Norm(EVEN), Rational(1, 2)), eq(RowSumNorm(EVEN), Rational(1, 2))), Calc(by=[upper, lower])


@claim(ledger=ROWS)
def softmax_jacobian_eigenvector():
    """For two equal logits J halves (1, −1), so in no norm whatever is it less than 1/2."""
    return eq(grouped(EVEN, APART), scaled(Rational(1, 2), APART)), Calc()


# --- attention that is sure of itself -------------------------------------------------------------------


@claim(example=NONE)
def weighted_squares_le(p: Numbers, v: Numbers, T: T_):
    """∑ p_k v_k² is at most ∑ p_k times ∑ v_k², for weights p ≥ 0."""
    S, Q, V = total(p, T), weighted_squares(p, v, T), squares(v, T)
    facts = [sum_sq_nonneg.at(x=v), Have(S >= 0, Induction(on=T, step=Calc()))]
    step = Nonneg((S * V - Q) + number(p, T + 1) * V + S * number(v, T + 1) ** 2)
    return implies(always(k, number(p, k) >= 0), Q <= S * V), Induction(on=T, base=Calc(), step=step, by=facts)


@claim(ledger=["attention-saturation"], example={"a": [], "v": [], "A": 1, "w": 1, "epsilon": 1, "T": 1})
def softmax_jacobian_le_of_leader(a: Numbers, v: Numbers, A: PositiveX, w: X, epsilon: X, T: T_):
    """If no exponential a_k of T logits exceeds ε times the leader's A, then J is at most 2Tε in every direction (w, v)."""
    S, M, Q, R = total(a, T), inner(a, v, T), weighted_squares(a, v, T), doubly_weighted_squares(a, v, T)
    Z, V = A + S, squares(v, T)
    form = (A * w**2 + Q) / Z - ((A * w + M) / Z) ** 2
    weights = always(k, number(a, k) >= 0)
    known = both(weights, always(k, number(a, k) <= epsilon * A))
    facts = [
        *(Have(fact, Induction(on=T, base=Calc(), step=Calc())) for fact in (S >= 0, R >= 0)),
        Have(
            T * epsilon * A >= S,
            Induction(on=T, base=Calc(), step=Nonneg((T * epsilon * A - S) + (epsilon * A - number(a, T + 1)))),
        ),
        Have(T * epsilon >= 0, Nonneg(((T * epsilon * A - S) + S) / A)),
        *(flipped_form_nonneg.at(p=a), shifted_form_nonneg.at(p=a, c=w), weighted_squares_le.at(p=a), sum_sq_nonneg.at(x=v)),
    ]
    pairs = (S * Q - 2 * R + M**2) + A * (Q + 2 * w * M + w**2 * S)
    diagonal = 2 * (w**2 * S * S + Z * (S * V - Q) + R)
    behind = 2 * ((T * epsilon * A - S) + T * epsilon * S) / Z * (w**2 + V)
    return implies(known, form <= 2 * T * epsilon * (w**2 + V)), Nonneg(behind + (pairs + diagonal) / Z**2, by=facts)


@claim(ledger=["attention-saturation"], example={"y": [], "x": 0, "Delta": 0, "T": 1})
def attention_rest_le_exp_neg_gap(y: Numbers, x: X, Delta: X, T: T_):
    """If one logit x leads T others by Δ or more, all the others together get at most T·e^(−Δ) of the attention."""
    E, bound, new = SumOf(exp(number(y, k)), k, 1, T), T * exp(-Delta), number(y, T + 1)
    less = Have(exp(new) <= exp(x - Delta), Monotone("exp", sides=(new, x - Delta)))
    step = Nonneg((T * exp(x - Delta) - E) + (exp(x - Delta) - exp(new)), by=[less])
    facts = [
        Have(E >= 0, Induction(on=T, step=Calc())),
        Have(T * exp(x - Delta) >= E, Induction(on=T, base=Calc(), step=step)),
    ]
    gap = ((T * exp(x - Delta) - E) + bound * E) / (exp(x) + E)
    return implies(always(k, number(y, k) <= x - Delta), E / (exp(x) + E) <= bound), Nonneg(gap, by=facts)
