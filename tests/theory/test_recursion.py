"""Sequences defined step by step: what they mean, how they unfold, and what no substitution may do to them."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Annotated, Any

import pytest
from sympy import Identity, Integer, Matrix, MatrixSymbol, Rational, Symbol

from numerics.attack import attack
from numerics.balls import Number, exact, fraction
from numerics.evaluate import ExactView
from theory.activations.relu import relu
from theory.activations.tanh import tanh
from theory.exposition import written_proof
from theory.flow.lstm import units_of_pair_orthonormal
from theory.kernel.field import Field
from theory.kernel.gate import goal_of
from theory.kernel.reading import Reader
from theory.kernel.replacing import substitute
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, literal, make, mul, power, rat, sequence_literal, sub, var
from theory.kernel.theorem import infer
from theory.language.claims import Claim, claim
from theory.language.domains import Interval
from theory.language.errors import ClaimError, KernelRefusal
from theory.language.matrices import Entry, Norm, Sequence, added, grouped
from theory.language.recursion import Applied, Diagonal, Recursion, SlopesAt, product_of, slopes_at
from theory.language.symbols import T_, Coordinate, Drive, Phi, Start, Weights, X, gamma, n
from theory.language.symbols import eq as equal
from theory.tactics import Calc, Induction, Nonneg
from theory.tactics.settle import Verdict, settle
from theory.typeset import latex, proof_of, statement_latex, statement_text, text

x, y, c = var("x"), var("y"), var("c")
t, T, k = var("t", "nat"), var("T", "nat"), var("k", "nat")
W = Sequence("W", n, n)
h_0 = MatrixSymbol("h_0", n, 1)


def rec(step: Term, base: Term, depth: Term) -> Term:
    """x_depth of x_0 = base, x_t = step."""
    return fn("rec", x, t, step, base, depth)


def rational(value: Number) -> Fraction:
    """A value that is known to be rational."""
    found = fraction(value)
    assert found is not None
    return Fraction(int(found.numerator), int(found.denominator))


# --- what it means ------------------------------------------------------------------------------------

STEPS = {
    "geometric": mul(rat(3), x),
    "factorial": mul(t, x),
    "logistic": mul(rat(2), x, sub(ONE, x)),
    "triangular": add(x, t),
    "tent": sub(ONE, fn("abs", sub(ONE, mul(rat(2), x)))),
    "its own number": power(t, 2),
    "nested": add(x, fn("rec", y, k, add(y, k), ZERO, t)),
}


@pytest.mark.parametrize("depth", range(6))
@pytest.mark.parametrize("name", STEPS)
def test_the_kernel_and_the_attack_run_it_alike(name: str, depth: int) -> None:
    expected = Fraction(2, 7)
    term = rec(STEPS[name], rat(expected), rat(depth))
    for step in range(1, depth + 1):
        expected = rational(ExactView({x: rat(expected), t: rat(step)}, {}).scalar(STEPS[name]))
    assert Field().frac(term).constant() == expected
    assert ExactView({}, {}).scalar(term) == exact(expected)


def test_one_step_more_is_the_step_applied_once() -> None:
    here, after = rec(mul(c, x), y, T), rec(mul(c, x), y, add(T, ONE))
    assert Field().same(after, mul(c, here))
    assert not Field().same(after, here)


def test_matrices_unfold_and_run_alike() -> None:
    shear, start = ((1, 2), (0, 1)), ((3,), (5,))
    a, b = (literal(tuple(tuple(map(Fraction, row)) for row in m)) for m in (shear, start))
    v, w = var("h", "mat", (2, 1)), var("W", "seq", (2, 2))
    product = fn("mrec", v, t, fn("mmul", fn("at", w, t), v), b, rat(2))
    given = sequence_literal(tuple(tuple(x for row in a.data for x in row) for _ in range(3)), 2, 2)
    found = [Field().frac(fn("entry", substitute(product, {w: given}), rat(i), ONE)).constant() for i in (1, 2)]
    assert found == [3 + 4 * 5, 5]
    column = ExactView({w: given}, {}).matrix(product)
    assert [rational(column[i, 0]) for i in (0, 1)] == found


def test_a_sequence_of_matrices_is_zero_after_what_is_given() -> None:
    given = sequence_literal(((Fraction(1),) * 4,), 2, 2)
    later = fn("entry", fn("at", given, rat(2)), ONE, ONE)
    assert Field().frac(later).is_zero()
    with pytest.raises(KernelRefusal, match="the entries of its shape"):
        sequence_literal(((Fraction(1),) * 3,), 2, 2)


# --- bound names --------------------------------------------------------------------------------------


def test_what_is_put_in_is_not_captured() -> None:
    term = rec(mul(c, x), ONE, T)  # c^T
    for inner in (x, t):
        moved = substitute(term, {c: inner})
        assert moved.free == {inner, T}
        assert not Field().same(substitute(moved, {T: rat(2)}), rec(mul(x, x), ONE, rat(2)))
        assert Field().same(substitute(moved, {T: rat(2)}), power(inner, 2))


def test_two_widths_that_become_one_do_not_mix_two_columns() -> None:
    bound, free = var("h", "mat", ("n", 1)), var("h", "mat", ("m", 1))
    weight = var("A", "mat", ("n", "m"))
    term = fn("mrec", bound, t, fn("mmul", weight, free), var("b", "mat", ("n", 1)), T)
    merged = substitute(term, {}, {"n": 2, "m": 2})
    assert var("h", "mat", (2, 1)) in merged.free
    assert Field().same(substitute(merged, {T: ONE}), substitute(fn("mmul", weight, free), {}, {"n": 2, "m": 2}))


@pytest.mark.parametrize(
    "arguments",
    [
        (x, t, x, x, T),  # the base speaks of the running member
        (x, t, x, ONE, add(t, ONE)),  # the depth speaks of the step's number
        (k, t, k, ONE, T),  # a natural number would carry its sign into the step
        (x, var("i", "nat", ("n", 1)), x, ONE, T),
        (add(x, ONE), t, x, ONE, T),
        (x, y, x, ONE, T),
    ],
    ids=repr,
)
def test_what_is_no_recursion_is_refused(arguments: tuple[Term, ...]) -> None:
    with pytest.raises(KernelRefusal):
        make("rec", arguments)


def test_a_column_keeps_its_shape() -> None:
    h, wide = var("h", "mat", ("n", 1)), var("A", "mat", ("n", "n"))
    with pytest.raises(KernelRefusal):
        fn("mrec", h, t, wide, h, T)


def test_a_fact_about_a_variable_says_nothing_of_the_running_member() -> None:
    # x = 0 is known of a free x; the member that the step calls x is 1.
    term = rec(add(x, c), ONE, T)
    with pytest.raises(KernelRefusal):
        infer("identity", [term, rec(c, ONE, T)], [infer("assume", [eq(x, ZERO)])])


def test_a_step_is_defined_for_every_member_before() -> None:
    with pytest.raises(KernelRefusal, match="a denominator may vanish"):
        infer("identity", [rec(power(x, -1), ONE, T), rec(power(x, -1), ONE, T)])


def test_nothing_is_known_of_the_sign_of_a_member() -> None:
    term = rec(mul(x, x), ONE, T)
    with pytest.raises(KernelRefusal):
        infer("order", ["le", ZERO, term, term])


def test_it_is_not_differentiated() -> None:
    z = var("z")
    term = rec(mul(z, x), ONE, T)
    with pytest.raises(KernelRefusal, match="cannot differentiate"):
        infer("monotone_by_derivative", [term, z, var("u"), var("w"), 1])


# --- the language -------------------------------------------------------------------------------------


def test_a_step_that_changes_the_shape_is_refused() -> None:
    with pytest.raises(ClaimError, match="keeps its shape"):
        Recursion("h", h_0, lambda before, s: Identity(n))


def test_a_step_that_speaks_of_another_thing_of_its_name_is_refused() -> None:
    with pytest.raises(ClaimError, match="something else that is called p"):
        Recursion("p", 1, lambda before, s: Symbol("p") * 2)


def test_a_recursion_within_a_recursion_has_a_number_of_its_own() -> None:
    inner = Recursion("a", 1, lambda before, s: 2 * before)
    outer = Recursion("b", 0, lambda before, s: before + inner.at(s))
    read = Reader().term(outer.at(3))
    assert Field().frac(read).constant() == 2 + 4 + 8
    assert outer.at(Symbol("T")).free_symbols == {Symbol("T")}


@pytest.mark.parametrize(
    "e",
    [
        Recursion("h", h_0, lambda h, s: Applied(tanh, W.at(s) * h)).at(Symbol("T")),
        slopes_at(relu, h_0),
        SlopesAt(tanh, h_0),
    ],
    ids=str,
)
def test_it_survives_pickling(e: Any) -> None:
    assert pickle.loads(pickle.dumps(e)) == e


def test_widths_are_replaced_within() -> None:
    assert W.subs(n, 2) == Sequence("W", 2, 2)
    assert W.at(3).shape == (n, n)
    assert Diagonal(h_0).shape == (n, n)
    with pytest.raises(ClaimError, match="as a column"):
        Diagonal(MatrixSymbol("A", n, n))
    with pytest.raises(ClaimError, match="takes a column"):
        Applied(tanh, MatrixSymbol("A", n, n))


def test_how_it_is_told() -> None:
    product = Reader().term(product_of(lambda s: Norm(W.at(s)), Integer(4)))
    assert text(product) == "∏_{τ=1}^{4} ‖W_τ‖"
    assert latex(product) == r"\prod_{\tau=1}^{4} \lVert W_{\tau}\rVert"
    assert "where h_t = tanh(W_t·h_{t−1})" in statement_text(_bounded_layers)
    assert r"h_t = \tanh" in statement_latex(_bounded_layers)
    assert "every sequence W of n × n matrices" in statement_text(_bounded_layers)


def test_unit_columns_of_a_pair_are_told_beside_its_equations() -> None:
    told = "where e₁ = [1, 0]ᵀ, e₂ = [0, 1]ᵀ, s₀ = h₀e₁ᵀ + be₂ᵀ and s_t = s_{t−1}e₂e₁ᵀ + s_{t−1}e₁e₂ᵀ: s₂e₁ = h₀"
    assert told in statement_text(_swapped_twice)
    assert r"where \(e_1 = \begin{pmatrix} 1 \\ 0 \end{pmatrix}\)" in statement_latex(_swapped_twice)
    settlement = settle(_swapped_twice)
    written = written_proof(settlement)
    assert written is not None
    assert settlement.theorem is not None
    assert written.steps[0].text.startswith("s₂e₁ = h₀")
    # A proof that stands alone calls nothing by a name that nobody has told.
    assert proof_of(settlement.theorem.derivation).steps[0].text.startswith("s₂[1, 0]ᵀ = h₀")


def test_numbers_are_printed_where_something_else_is_called_e() -> None:
    assert "where s₀ = h₀[[1, 0]] + e[[0, 1]] and" in statement_text(_swapped_twice_with_e)
    written = written_proof(settle(_swapped_twice_with_e))
    assert written is not None
    assert "e₁" not in written.steps[0].text


# --- claims -------------------------------------------------------------------------------------------

FIRST, SECOND = Matrix([1, 0]), Matrix([0, 1])


def _swapped(a: Any, b: Any) -> Recursion:
    start = added(grouped(a, FIRST.T), grouped(b, SECOND.T))
    return Recursion("s", start, lambda s, t: added(grouped(s, SECOND, FIRST.T), grouped(s, FIRST, SECOND.T)))


@claim()
def _swapped_twice(h_0: Start, b: Start) -> Any:
    """Two columns that change places twice stand as they stood."""
    return equal(grouped(_swapped(h_0, b).at(2), FIRST), h_0), Calc(by=[units_of_pair_orthonormal])


@claim()
def _swapped_twice_with_e(h_0: Start, e: Start) -> Any:
    """The same of columns one of which is called e."""
    return equal(grouped(_swapped(h_0, e).at(2), FIRST), h_0), Calc(by=[units_of_pair_orthonormal])


@claim()
def _bounded_layers(W: Weights, h_0: Start, i: Coordinate, T: T_) -> Any:
    """No coordinate of a deep tanh network reaches 1."""
    h = Recursion("h", h_0, lambda before, s: Applied(tanh, W.at(s) * before))
    return Entry(h.at(T + 1), i) < 1, Calc()


@claim()
def _norm_of_layers(W: Weights, v: Drive, h_0: Start, phi: Phi, T: T_) -> Any:
    """A deep gradient is at most the product of slopes times weights."""
    h = Recursion("h", h_0, lambda before, s: Applied(phi, W.at(s) * before + v.at(s)))
    J = Recursion("J", Identity(n), lambda before, s: grouped(slopes_at(phi, W.at(s) * h.at(s) + v.at(s)), W.at(s), before))
    return Norm(J.at(T)) <= product_of(lambda s: gamma * Norm(W.at(s)), T), Induction(on=T)


@claim()
def _norm_of_layers_without_slopes(W: Weights, h_0: Start, phi: Phi, T: T_) -> Any:
    """False: the slopes are left out."""
    J = Recursion("J", Identity(n), lambda before, s: grouped(slopes_at(phi, W.at(s) * h_0), W.at(s), before))
    return Norm(J.at(T)) <= product_of(lambda s: Norm(W.at(s)), T), Induction(on=T)


@claim()
def _power(a: X, T: T_) -> Any:
    """A product of equal factors is a power."""
    return equal(product_of(lambda s: a, T), a**T), Induction(on=T)


@claim()
def _power_too_high(a: X, T: T_) -> Any:
    """False: one factor too many."""
    return equal(product_of(lambda s: a, T), a ** (T + 1)), Induction(on=T)


@claim()
def _stays_small(a: Annotated[Any, Interval(0, 1)], T: T_) -> Any:
    """The logistic map keeps the unit interval."""
    x = Recursion("x", a, lambda before, s: 4 * before * (1 - before))
    return x.at(T) <= 1, Induction(on=T, step=Nonneg(square=2 * x.at(T) - 1))


@claim()
def _stays_smaller(a: Annotated[Any, Interval(0, 1)], T: T_) -> Any:
    """False: it reaches 1."""
    x = Recursion("x", a, lambda before, s: 4 * before * (1 - before))
    return x.at(T) <= Rational(99, 100), Induction(on=T)


@pytest.mark.parametrize("proved", [_bounded_layers, _power, _stays_small], ids=lambda c: c.name)
def test_true_claims_are_proved_and_hold(proved: Claim) -> None:
    assert settle(proved).verdict is Verdict.PROVED
    found = attack(proved, profile="dev")
    assert not found.broken
    assert found.held + found.touching > 50


def test_deep_networks_are_bounded_for_any_masks() -> None:
    assert settle(_norm_of_layers).verdict is Verdict.PROVED


@pytest.mark.parametrize("wrong", [_norm_of_layers_without_slopes, _power_too_high, _stays_smaller], ids=lambda c: c.name)
def test_false_claims_stay_open_and_are_broken(wrong: Claim) -> None:
    assert settle(wrong).verdict is Verdict.OPEN
    assert attack(wrong, profile="ci").broken


def test_the_goal_names_what_is_free_and_nothing_that_is_bound() -> None:
    assert {v.data for v in goal_of(_norm_of_layers).variables} == {"W", "v", "h_0", "phi", "gamma", "T"}
