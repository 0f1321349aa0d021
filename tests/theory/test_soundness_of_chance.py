"""Forged theorems about expectations and remembered facts, each of which the kernel once gave: refused for good."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from sympy import Integer, exp, log

from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, le, literal, lt, make, mul, neg, power, rat, var
from theory.kernel.theorem import infer
from theory.language.activations import Activation, activation_named
from theory.language.claims import Claim, full_ledger
from theory.language.errors import ClaimError, KernelRefusal
from theory.language.symbols import X
from theory.language.symbols import eq as equal
from theory.tactics import Calc
from theory.tactics.settle import Verdict, settle

full_ledger()

x, y = var("x"), var("y")
k, T = var("k", "nat"), var("T", "nat")
LAW, NORMAL = var("L", "law"), make("gaussian")
Z = var("Z", "seq", (1, 1))
DRAW = fn("entry", fn("at", Z, ONE), ONE, ONE)


def mean(law: Term, body: Term) -> Term:
    return make("mean", (Z, law, body))


# --- a projection is on one column -----------------------------------------------------------------


@pytest.mark.parametrize(
    "matrix",
    [
        fn("diag", literal(((Fraction(3),), (Fraction(4),)))),  # the first entry of CᵀZ is 3Z₁₁, and ‖C‖ is 4
        literal(((Fraction(3), Fraction(4)),)),
        var("C", "mat", ("n", "m")),
    ],
)
def test_a_matrix_projects_on_no_column(matrix: Term) -> None:
    rows = matrix.shape[0] if matrix.shape else 1
    draws, number = var("Z", "seq", (rows, 1)), var("w", "seq", (1, 1))
    with pytest.raises(KernelRefusal, match="one column"):
        infer("mean_of_projection", [draws, matrix, x, power(x, 2), number])


def test_nor_do_draws_of_matrices_project() -> None:
    draws, matrix, number = var("Z", "seq", ("n", "m")), var("C", "mat", ("n", "m")), var("w", "seq", (1, 1))
    with pytest.raises(KernelRefusal, match="one column"):
        infer("mean_of_projection", [draws, matrix, x, power(x, 2), number])


def test_a_column_is_projected_on() -> None:
    draws, column, number = var("Z", "seq", ("n", 1)), var("c", "mat", ("n", 1)), var("w", "seq", (1, 1))
    assert infer("mean_of_projection", [draws, column, x, power(x, 2), number]).conclusion.op == "eq"


# --- some power of the draws is no number of which a root is small ------------------------------------


GROWN = power(add(ONE, power(DRAW, 2)), T)  # of a degree that no number bounds
TINY = Fraction(1, 10**6)
ROOTS = {
    "power": fn("exp", power(GROWN, TINY)),  # E e^{(1 + Z²)³} = ∞ at T = 3·10⁶
    "recursion": fn("exp", make("rec", (x, k, power(power(add(ONE, power(x, 2)), 10**6), TINY), DRAW, T))),
    "iterated": fn("exp", reduce(lambda u, _: power(u, Fraction(1, 2)), range(20), GROWN)),
}


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_of_some_power_is_some_power(root: str) -> None:
    infinite = mean(NORMAL, ROOTS[root])
    with pytest.raises(KernelRefusal, match="how exp grows"):
        infer("identity", [infinite, infinite])


def test_a_first_moment_is_none_of_a_root_of_some_power() -> None:
    infinite = mean(LAW, power(GROWN, TINY))
    with pytest.raises(KernelRefusal, match="not known to have a moment"):
        infer("identity", [infinite, infinite], [infer("assume", [make("lawful", (LAW,), 1)])])


def test_recursions_within_recursions_are_looked_at_once() -> None:
    within = DRAW
    for depth in range(40):
        x_t = var(f"x{depth}")
        within = make("rec", (x_t, var(f"k{depth}", "nat"), add(power(x_t, 2), within), DRAW, T))
    assert infer("identity", [mean(NORMAL, within), mean(NORMAL, within)]).conclusion.op == "eq"


# --- a fact about a free variable says nothing of a bound one -----------------------------------------


def existing(body: Term, law: Term, fact: Term) -> None:
    facts = [infer("assume", [fact]), infer("assume", [make("lawful", (LAW,), 1)])]
    infer("identity", [mean(law, body), mean(law, body)], facts)


SQUARE = mul(power(x, 2), fn("exp", power(x, 4)))
SHARE = mul(add(SQUARE, ONE), power(add(SQUARE, neg(SQUARE), ONE), -1))
BOUND: dict[str, tuple[Term, Term, Term]] = {
    "the exponential of the member before": (make("rec", (x, k, fn("exp", x), DRAW, ONE)), LAW, le(x, ZERO)),
    "a share of the member before": (make("rec", (x, k, SHARE, DRAW, ONE)), NORMAL, eq(x, ZERO)),
    "exponentials in a sum": (make("sum", (k, ONE, rat(2), fn("exp", mul(k, fn("abs", DRAW))))), LAW, eq(k, ZERO)),
}


@pytest.mark.parametrize("name", BOUND)
def test_an_expectation_does_not_exist_by_a_fact_about_another_variable(name: str) -> None:
    with pytest.raises(KernelRefusal):
        existing(*BOUND[name])


def test_a_recursion_that_keeps_its_growth_has_an_expectation() -> None:
    existing(make("rec", (x, k, add(x, ONE), DRAW, ONE)), LAW, le(y, ZERO))


# --- what an activation stands for today ---------------------------------------------------------------


def defined(name: str, body: Callable[[Any], Any]) -> Term:
    """An activation of that name, defined anew if it was defined before; at x."""

    def definition(_: type[Activation], u: Any) -> Any:
        return body(u)

    type(name, (Activation,), {"definition": classmethod(definition), "__module__": __name__})
    return make("app", (make("fun", data=name), x))


def test_what_facts_said_of_an_activation_is_forgotten_when_it_is_defined_anew() -> None:
    f = defined("audited_fact", lambda u: u)
    fact = infer("assume", [lt(ZERO, f)])
    assert infer("order", ["lt", ZERO, x, x], [fact]).conclusion is lt(ZERO, x)
    defined("audited_fact", lambda u: -u)
    with pytest.raises(KernelRefusal):
        infer("order", ["lt", ZERO, x, x], [fact])
    assert infer("order", ["lt", ZERO, neg(x), neg(x)], [fact]).conclusion is lt(ZERO, neg(x))


def _itself(x: X) -> Any:
    return equal(activation_named("audited_settled")(x), x), Calc()


def test_what_was_settled_of_an_activation_is_said_of_no_other() -> None:
    defined("audited_settled", lambda u: u)
    first, second = (Claim(name=f"audited_is_itself_{k}", module="here", meaning="It is x.", builder=_itself) for k in (1, 2))
    assert settle(first).verdict is Verdict.PROVED
    old = activation_named("audited_settled")
    defined("audited_settled", lambda u: u + 1)
    assert settle(second).verdict is Verdict.OPEN
    for speak in (lambda: settle(first), lambda: old.d(Integer(1))):
        with pytest.raises(ClaimError, match="was defined anew"):
            speak()


def test_where_an_activation_is_defined_hangs_on_those_that_it_is_made_of() -> None:
    defined("audited_inner", lambda u: u + u**2)
    outer = defined("audited_outer", lambda u: activation_named("audited_inner")(u) + u)
    infer("identity", [outer, outer])
    defined("audited_inner", log)
    at = make("app", (outer.args[0], rat(-1)))
    with pytest.raises(KernelRefusal):
        infer("identity", [mul(ZERO, at), ZERO])


def test_the_value_of_an_activation_is_that_of_today() -> None:
    f = make("app", (defined("audited_value", lambda u: exp(u) - Integer(2)).args[0], ONE))
    assert infer("decided", [lt(ZERO, f)]).conclusion is lt(ZERO, f)
    defined("audited_value", lambda u: exp(u) - Integer(3))
    with pytest.raises(KernelRefusal):
        infer("decided", [lt(ZERO, f)])


# --- constants are what they seem ------------------------------------------------------------------------


class _Named(str):
    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """Never, whatever it starts with."""
        return False


class _Positive(Fraction):
    def __lt__(self, _: object) -> bool:
        """Never less than anything."""
        return False


@pytest.mark.parametrize(
    "made",
    [
        lambda: var(_Named("κ of a stranger"), "nat"),
        lambda: make("rat", data=_Positive(-1234567, 7654321)),
        lambda: make("fun", data=_Named("no such name")),
        lambda: make("ident", data=_Named("no such width")),
    ],
    ids=["variable", "number", "activation", "width"],
)
def test_constants_of_another_type_make_no_terms(made: Callable[[], Term]) -> None:
    with pytest.raises(KernelRefusal):
        made()


# --- refused, and at once -----------------------------------------------------------------------------------


def doubled(t: Term, times: int) -> Term:
    for _ in range(times):
        t = add(t, t)
    return t


def nested(depth: int) -> tuple[Any, ...]:
    found: tuple[Any, ...] = ()
    for _ in range(depth):
        found = (found,)
    return found


UNKNOWN = make("app", (make("fun", data="no_such_activation"), x))
GROWING = make("rec", (x, k, mul(x, x), rat(3), rat(60)))
LONG = power(add(*(var(f"v{i}") for i in range(10))), 64)
TALL = power(power(power(rat(2), 4096), 4096), 4096)
UNEVEN = power(add(x, power(power(rat(2), 4096), 200)), 64)  # of x the coefficient is 1
ZEROS = fn("norm", make("zeros", data=(10**5, 10**5)))
STEEP = make("der", (make("fun", data="relu"), ONE), 10**9)
ODD: dict[str, tuple[Any, list[Any]]] = {
    "an unknown activation": ("identity", [UNKNOWN, UNKNOWN]),
    "a parameter within a hundred thousand others": ("lemma", [nested(100_000)]),
    "a rule that is no name": ([], []),
    "a draw doubled forty times": ("mean_of_one_draw", [Z, NORMAL, doubled(DRAW, 40), ONE]),
    "a number squared sixty times": ("identity", [GROWING, GROWING]),
    "a power of a long sum": ("identity", [LONG, LONG]),
    "a power of a power of a power": ("identity", [TALL, TALL]),
    "a power of a sum with one long coefficient": ("identity", [UNEVEN, UNEVEN]),
    "a matrix of ten thousand million zeros": ("identity", [ZEROS, ZERO]),
    "a derivative of high order": ("identity", [STEEP, STEEP]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_or_endless_parameters_are_refused(name: str) -> None:
    rule, parameters = ODD[name]
    with pytest.raises(KernelRefusal):
        infer(rule, parameters)


# --- z_0 is a draw like all others ----------------------------------------------------------------------------

COIN = make("finite", data=((Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))))
PAIR = var("Z", "seq", (1, 2))


def read(draws: Term, index: Term, column: int = 1) -> Term:
    return fn("entry", fn("at", draws, index), ONE, rat(column))


FIRST_ALONE: dict[str, tuple[Term, Term]] = {  # 0 where z_1 > 0, else what z_0 is: 1/4 in the mean, and never 0
    "z_0 itself": (Z, fn("pw", DRAW, ZERO, read(Z, ZERO), ZERO)),
    "of a matrix": (PAIR, fn("pw", fn("maxentry", fn("at", PAIR, ONE)), ZERO, read(PAIR, ZERO, 2), ZERO)),
    "a number that may be 0": (Z, fn("pw", DRAW, ZERO, read(Z, k), ZERO)),
    "the draw before the first": (
        Z,
        fn("pw", DRAW, ZERO, make("rec", (x, k, add(x, read(Z, fn("nsub", k, ONE))), ZERO, ONE)), ZERO),
    ),
}


@pytest.mark.parametrize("name", FIRST_ALONE)
def test_outcomes_are_summed_only_where_no_draw_before_the_first_is_read(name: str) -> None:
    draws, body = FIRST_ALONE[name]
    whole = make("mean", (draws, COIN, body))
    with pytest.raises(KernelRefusal):
        infer("identity", [whole, ZERO], [infer("assume", [le(k, ONE)])])


@pytest.mark.parametrize("width", [10**5, 10**9, 10**25])
@pytest.mark.parametrize("law", [make("finite", data=((Fraction(1), Fraction(1)),)), COIN])
def test_outcomes_of_wide_matrices_are_not_counted_out(width: int, law: Term) -> None:
    draws = var("Z", "seq", (width, width))
    whole = make("mean", (draws, law, read(draws, ONE)))
    assert infer("identity", [whole, whole]).conclusion is eq(whole, whole)


def test_a_layer_of_small_terms_does_not_grow_without_end() -> None:
    column, unit, image = fn("at", Z, ONE), literal(((Fraction(1),),)), var("y", "mat", (1, 1))
    function = fn("entry", image, ONE, ONE)
    for _ in range(12):
        column, function = fn("madd", column, column), add(function, function)
    with pytest.raises(KernelRefusal, match="of this size"):
        infer("mean_of_layer", [Z, column, unit, ONE, image, function])
