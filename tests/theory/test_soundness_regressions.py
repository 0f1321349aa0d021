"""False things that the kernel, the gate or the reader once accepted: each must be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest
from sympy import Min, log

from theory.kernel.gate import Goal, Instance, refutes
from theory.kernel.replacing import substitute
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, le, literal, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer, replay
from theory.language.activations import Activation
from theory.language.claims import full_ledger
from theory.language.errors import GradproofError
from theory.storing_derivations import derivation_from_json, derivation_to_json

full_ledger()

x, y, z, u, v, w = (var(s) for s in "xyzuvw")
j, k, m, T = (var(s, "nat") for s in "jkmT")
KAPPA = var("κ0", "nat")
A, B = (var(s, "mat", ("n", "n")) for s in "AB")
I1 = make("ident", data=1)
TWO = add(ONE, ONE)  # the number 2, not as a constant


def fun(name: str) -> Term:
    return make("fun", data=name)


def instance(
    theorem: Theorem, values: Iterable[tuple[Term, Term]] = (), sizes: Iterable[tuple[Any, Any]] = (), *facts: Theorem
) -> Theorem:
    return infer("instantiate", [tuple(values), tuple(sizes)], [theorem, *facts])


def discharged(theorem: Theorem) -> Theorem:
    return infer("cut", [], [theorem, *(infer("decided", [h]) for h in theorem.hypotheses)])


def assumed(formula: Term) -> Theorem:
    return infer("assume", [formula])


class regression_log(Activation):  # noqa: N801 - activations are named as they are written
    """Defined on the positive half-line only."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return log(x)


class regression_quotient(Activation):  # noqa: N801 - as above
    """x/x: not defined at 0."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return x / x


class regression_steep(Activation):  # noqa: N801 - as above
    """x for x > 0 and 2x below: |f(x)| ≤ |x| at natural numbers only."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return x + Min(x, 0)


# --- derivations that prove something false -------------------------------------------------------


def mean_value_at_a_constant() -> Theorem:
    # u < v ⊢ 1 < 1: the "variable" is the constant 1, which substitution leaves alone
    return infer("monotone_by_derivative", [ONE, ONE, u, v, 1])


def mean_value_without_direction() -> Theorem:
    # a slope of sign 0 gave u < v ⊢ 5 < 5
    return infer("monotone_by_derivative", [rat(5), x, u, v, 0])


def mean_value_with_direction_nan() -> Theorem:
    # nan counted as positive for the slope and as negative for the conclusion: u < v ⊢ v < u
    return infer("monotone_by_derivative", [x, x, u, v, float("nan")])


def mean_value_over_naturals() -> Theorem:
    # m² + m grows on ℕ, not on ℝ: false at u = −2, v = −1
    return infer("monotone_by_derivative", [add(power(m, 2), m), m, u, v, 1])


def literal_dimension_replaced() -> Theorem:
    # ‖I₂‖_F < 3/2 became ‖I₉‖_F < 3/2
    bound = infer("decided", [lt(fn("frobenius", make("ident", data=2)), rat(Fraction(3, 2)))])
    return instance(bound, sizes=[(2, 9)])


def sum_bounded_by_its_own_variable() -> Theorem:
    # Σ_{k=1}^{k} k hides its free k: 1 = Σ_{j≤1} j = Σ_{j≤2} j = 3
    a, b = make("sum", (k, ONE, k, k)), make("sum", (j, ONE, k, j))
    there, back = infer("identity", [b, a]), infer("identity", [a, b])
    return infer("chain", [], [instance(there, [(k, rat(1))]), instance(back, [(k, rat(2))])])


def bound_name_captured_in_a_sum() -> Theorem:
    # Σ κ0·k became Σ κ0², as Σ k² did; at κ0 := m this is Σ m·k = Σ k²
    same = infer("identity", [make("sum", (k, ONE, T, mul(KAPPA, k))), make("sum", (k, ONE, T, mul(k, k)))])
    return instance(same, [(KAPPA, m)])


def fact_about_a_canonical_bound_name() -> Theorem:
    # a fact κ0 = 5 was used for the bound index: Σ_{k=1}^3 k A = Σ_{k=1}^3 5 A
    left = make("msum", (k, ONE, T, make("mscale", (k, A))))
    right = make("msum", (k, ONE, T, make("mscale", (rat(5), A))))
    return discharged(instance(infer("identity", [left, right], [assumed(eq(KAPPA, rat(5)))]), [(KAPPA, rat(5))]))


def factor_captured_by_a_matrix_sum() -> Theorem:
    # A^m Σ_k B^k = Σ_k A^k B^k
    left = make("mmul", (make("mpow", (A, KAPPA)), make("msum", (k, ONE, T, make("mpow", (B, k))))))
    right = make("msum", (k, ONE, T, make("mmul", (make("mpow", (A, k)), make("mpow", (B, k))))))
    return instance(infer("identity", [left, right]), [(KAPPA, m)])


def fact_about_the_name_under_a_binder() -> Theorem:
    # Σ_{k=0}^{T} 1/k was defined because of a fact about a free variable called κk
    total = make("sum", (k, ZERO, T, power(k, -1)))
    named = var("κk", "nat")
    same = infer("identity", [sub(total, total), ZERO], [assumed(lt(ZERO, named))])
    return discharged(instance(same, [(named, ONE)]))


def dimension_that_frees_a_bound_variable() -> Theorem:
    # a real variable with a shape: n := 2 renamed the body but not the binder, giving 0 = e^{−x}
    wide, narrow = var("x", "real", ("n", "n")), var("x", "real", (2, 2))
    limit = instance(infer("limit_of_exponential", [wide, neg(wide), "oo"]), sizes=[("n", 2)])
    still = infer("limit_of_constant", [wide, fn("exp", neg(narrow)), "oo", ZERO, ""])
    here = still.conclusion.args[2]
    return infer("limit_denied", [limit.conclusion], [still, infer("order", ["ne", ZERO, here, here])])


def width_zero() -> Theorem:
    # 0 = ‖|I₀|‖ = ‖I₀‖ = 1
    empty, nothing = make("ident", data=0), make("zeros", data=(0, 0))
    entries = make("mabs", (empty,))
    vanishes, same = infer("decided", [eq(entries, nothing)]), infer("decided", [eq(entries, empty)])
    return infer(
        "chain",
        [],
        [
            infer("identity", [ZERO, fn("norm", entries)], [vanishes]),
            infer("identity", [fn("norm", entries), fn("norm", empty)], [same]),
            infer("norm_of_identity", ["norm", 0]),
        ],
    )


def natural_number_that_is_a_half() -> Theorem:
    return infer("witness", [make("exists", (m, eq(m, HALF))), HALF], [infer("identity", [HALF, HALF])])


def extremum_over_naturals_at_a_half() -> Theorem:
    # max over natural m of −(m − ½)² is −¼, not 0
    body = neg(power(sub(m, HALF), 2))
    bound = infer("order", ["le", body, ZERO, power(sub(m, HALF), 2)])
    reached = infer("identity", [substitute(body, {m: HALF}), ZERO])
    return infer("extremum", [make("extremum", (m, body, ZERO), (True, True)), HALF], [bound, reached])


def exponential_limit_of_an_undefined_exponent() -> Theorem:
    # e^{−x·y/y} → 0, read at y = 0
    limit = infer("limit_of_exponential", [x, mul(rat(-1), x, y, power(y, -1)), "oo"])
    return instance(limit, [(y, ZERO)])


def entry_beyond_the_matrix() -> Theorem:
    # a coordinate m ≥ 1 with (I₁)_{m,1} = 0: the index 1 + 1 is past the end
    formula = make("exists", (m, eq(make("entry", (I1, m, ONE)), ZERO), le(ONE, m)))
    reached = infer("identity", [make("entry", (I1, TWO, ONE)), ZERO])
    return infer("witness", [formula, TWO], [reached, infer("decided", [le(ONE, TWO)])])


def contradiction_from_a_coordinate_that_is_gone() -> Theorem:
    # with m ≠ 1 a coordinate of a column of length 1: ½ = σ(0) = 0, and m := 2 leaves no trace of the coordinate
    a, b = make("apply", (fun("sigmoid"), make("zeros", data=(1, 1)))), make("mscale", (HALF, I1))
    entry, beyond = make("entry", (a, m, ONE)), assumed(make("ne", (m, ONE)))
    half = infer("identity", [HALF, entry], [beyond])
    nothing = infer("identity", [entry, ZERO], [beyond, infer("decided", [eq(a, b)])])
    return discharged(instance(infer("chain", [], [half, nothing]), [(m, rat(2))]))


def equal_matrices_told_apart_beyond_their_end() -> Theorem:
    # σ(0) = ½ I₁ as 1 × 1 matrices, yet "entry (2, 1)" is ½ of the one and 0 of the other
    a, b = make("apply", (fun("sigmoid"), make("zeros", data=(1, 1)))), make("mscale", (HALF, I1))
    here, there = (make("entry", (q, TWO, ONE)) for q in (a, b))
    same = infer("identity", [here, there], [infer("decided", [eq(a, b)])])
    return infer("deny", [same.conclusion], [infer("order", ["ne", here, there, sub(there, here)])])


def slopes_from_natural_points() -> Theorem:
    # silu' ≥ 0 at every natural number, not at −3
    slope = make("der", (fun("silu"), m), 1)
    factor = add(ONE, mul(m, power(add(ONE, fn("exp", m)), -1)))
    shown = mul(make("app", (fun("sigmoid"), m)), factor)
    return infer("slopes_nonnegative", [u], [infer("order", ["le", ZERO, slope, shown])])


def slopes_off_every_point() -> Theorem:
    # x ≠ x excludes not finitely many points but all: every slope of the sigmoid would be 0
    apart, product = assumed(make("ne", (y, z))), assumed(eq(mul(w, sub(y, z)), ZERO))
    quotient = mul(rat(-1), mul(w, sub(y, z)), power(sub(y, z), -1))
    zero = instance(infer("order", ["eq", w, ZERO, quotient], [apart, product]), [(z, x), (y, x)])
    zero = infer("cut", [], [zero, infer("identity", [mul(w, sub(x, x)), ZERO])])
    slope = fn("abs", make("der", (fun("sigmoid"), x), 1))
    bound = infer("chain", [], [infer("order", ["le", slope, slope, ZERO]), instance(zero, [(w, slope)])])
    return infer("slopes_from_derivative", [], [bound])


def invariant_norm_of_nothing() -> Theorem:
    # ‖I 0⁻¹‖ = ‖0⁻¹‖: the inverse does not exist
    orthogonal = infer("decided", [eq(make("mmul", (make("tr", (I1,)), I1)), I1)])
    return infer("norm_invariant", ["norm", I1, make("inv", (make("zeros", data=(1, 1)),))], [orthogonal])


def activation_that_shrinks_natural_numbers() -> Theorem:
    # |f(m)| ≤ |m| on ℕ gave ‖f(u)‖ ≤ ‖u‖ for every column, at −1 too
    image = fn("abs", make("app", (fun("regression_steep"), m)))
    below = infer("order", ["le", image, fn("abs", m), ZERO])
    return infer("norm_of_activation", ["norm", make("mscale", (x, I1))], [below])


def bound_name_brought_in_by_a_list() -> Theorem:
    # names were looked for in tuples of parameters, not in lists
    named = var("κk", "nat")
    fact = infer("instantiate", [[(m, named)], []], [assumed(lt(ZERO, m))])
    total = make("sum", (k, ZERO, T, power(k, -1)))
    same = infer("instantiate", [[(named, ONE)], []], [infer("identity", [sub(total, total), ZERO], [fact])])
    return discharged(same)


def derivative_off_the_domain() -> Theorem:
    # log has no derivative at −1, though 1/x has a value there
    return infer("identity", [make("der", (fun("regression_log"), rat(-1)), 1), rat(-1)])


def unknown_activation_taken_off_its_domain() -> Theorem:
    # φ(x) − φ(x) = 0 with φ := log, x := −1
    phi = var("p", "fun")
    image = make("app", (phi, x))
    return instance(infer("identity", [sub(image, image), ZERO]), [(phi, fun("regression_log")), (x, rat(-1))])


def activation_applied_off_its_domain() -> Theorem:
    # x/x taken coordinate by coordinate is 1, at the zero column too
    column = var("c", "mat", (1, 1))
    image = make("entry", (make("apply", (fun("regression_quotient"), column)), ONE, ONE))
    return instance(infer("identity", [image, ONE]), [(column, make("zeros", data=(1, 1)))])


def power_with_a_hidden_denominator() -> Theorem:
    # 0 ≤ x ≤ 0 and T ≥ 1 gave x^{T−1} < 0, the sign of a quotient by x
    facts = [assumed(h) for h in (le(ZERO, x), le(x, ZERO), le(ONE, T))]
    p = power(x, make("nsub", (T, ONE)))
    return infer("order", ["lt", p, ZERO, neg(p)], facts)


def rectangular_left_inverse() -> Theorem:
    # QᵀQ = I₂ for a 3 × 2 matrix does not make Q Qᵀ = I₃
    q = var("Q", "mat", (3, 2))
    known = assumed(eq(make("mmul", (make("tr", (q,)), q)), make("ident", data=2)))
    theorem = infer("identity", [make("mmul", (q, make("tr", (q,)))), make("ident", data=3)], [known])
    columns = tuple(tuple(map(Fraction, row)) for row in ((1, 0), (0, 1), (0, 0)))
    return discharged(instance(theorem, [(q, literal(columns))]))


FALSE_THEOREMS: list[Callable[[], Theorem]] = [
    mean_value_at_a_constant,
    mean_value_without_direction,
    mean_value_with_direction_nan,
    mean_value_over_naturals,
    literal_dimension_replaced,
    sum_bounded_by_its_own_variable,
    bound_name_captured_in_a_sum,
    fact_about_a_canonical_bound_name,
    factor_captured_by_a_matrix_sum,
    fact_about_the_name_under_a_binder,
    dimension_that_frees_a_bound_variable,
    width_zero,
    natural_number_that_is_a_half,
    extremum_over_naturals_at_a_half,
    exponential_limit_of_an_undefined_exponent,
    entry_beyond_the_matrix,
    contradiction_from_a_coordinate_that_is_gone,
    equal_matrices_told_apart_beyond_their_end,
    slopes_from_natural_points,
    slopes_off_every_point,
    invariant_norm_of_nothing,
    activation_that_shrinks_natural_numbers,
    bound_name_brought_in_by_a_list,
    derivative_off_the_domain,
    unknown_activation_taken_off_its_domain,
    activation_applied_off_its_domain,
    power_with_a_hidden_denominator,
    rectangular_left_inverse,
]


def _stored_and_replayed(attempt: Callable[[], Theorem]) -> Theorem:
    # what a stored derivation could smuggle in: the same steps after a round trip through JSON
    return replay(derivation_from_json(derivation_to_json(attempt().derivation)))


@pytest.mark.parametrize("attempt", FALSE_THEOREMS, ids=lambda f: f.__name__)
def test_a_false_theorem_is_refused(attempt: Callable[[], Theorem]) -> None:
    with pytest.raises(GradproofError):
        _stored_and_replayed(attempt)


# --- forged refutations ---------------------------------------------------------------------------

W2 = var("W", "mat", (2, 2))
FORGED: dict[str, tuple[tuple[Term, ...], Term, Instance]] = {
    "a natural number that is −1": ((), le(ZERO, T), Instance({T: rat(-1)}, {})),
    "a 2 × 2 matrix that is 3 × 3": (
        (),
        le(power(fn("frobenius", W2), 2), mul(rat(2), power(fn("norm", W2), 2))),
        Instance({W2: make("ident", data=3)}, {}),
    ),
    "a given width 2 that becomes 9": (
        (),
        lt(fn("frobenius", make("ident", data=2)), rat(Fraction(3, 2))),
        Instance({}, {2: 9}),  # pyright: ignore[reportArgumentType]
    ),
    "a width n = 2 that is the number n = 1": (
        (),
        le(power(fn("frobenius", A), 2), mul(var("n"), power(fn("norm", A), 2))),
        Instance({A: make("ident", data=2), var("n"): rat(1)}, {"n": 2}),
    ),
}


def _decided_refutation(hypotheses: tuple[Term, ...], conclusion: Term, point: Instance) -> Theorem:
    denied = infer("decided", [make("not", (point.of(conclusion),))])
    return refutes(Goal(hypotheses, conclusion), point, denied.derivation)


@pytest.mark.parametrize("name", FORGED)
def test_a_true_claim_is_not_refuted_by_a_forged_point(name: str) -> None:
    hypotheses, conclusion, point = FORGED[name]
    with pytest.raises(GradproofError):
        _decided_refutation(hypotheses, conclusion, point)


def test_a_coordinate_past_the_width_refutes_nothing() -> None:
    def forged() -> Theorem:
        point = Instance({m: TWO}, {})
        conclusion = eq(make("entry", (I1, m, ONE)), ONE)
        below = infer("order", ["lt", make("entry", (I1, TWO, ONE)), ONE, ONE])
        denied = infer("deny", [point.of(conclusion)], [below])
        return refutes(Goal((le(ONE, m),), conclusion), point, denied.derivation)

    with pytest.raises(GradproofError):
        forged()


def test_a_refutation_rests_on_no_cited_claim() -> None:
    denied = infer("cited", ["anything", make("not", (le(ZERO, ONE),))])
    with pytest.raises(GradproofError):
        refutes(Goal((), le(ZERO, ONE)), Instance({}, {}), denied.derivation)
