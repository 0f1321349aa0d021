"""Bad input: one clear sentence each, and nothing is left half-written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    I,
    Integer,
    Le,
    MatrixSymbol,
    Mod,
    Piecewise,
    S,
    Symbol,
    gamma,
    nan,
    oo,
    zoo,
)

from theory.activations.sigmoid import deriv_sigmoid_le_quarter, sigmoid
from theory.activations.tanh import tanh
from theory.language.activations import Activation, activation_named
from theory.language.chance import FiniteLaw
from theory.language.claims import Claim, claim, full_ledger, ledger_of
from theory.language.domains import Interval, Matrices, Positive, Real
from theory.language.errors import ClaimError, GradproofError, UnknownName, UnsupportedTerm
from theory.language.matrices import Entry, Norm, Recurrence, SpectralRadius
from theory.language.statements import both, implies, slopes_within, supremum, tends
from theory.language.symbols import Square, X
from theory.tactics.kinds import Calc, Chain, Induction, Nonneg
from theory.tactics.settle import Verdict, settle

Other = Annotated[MatrixSymbol, Matrices(Symbol("m"))]
PACKAGE = "planted"


def build(body: Callable[[Any, Any], Any], x: Any = X, y: Any = X, name: str = "planted_claim") -> Callable[..., Any]:
    """A claim function of two variables with the given domains, not yet declared."""

    def builder(x: Any, y: Any) -> Any:
        return body(x, y)

    builder.__annotations__ = {"x": x, "y": y}
    builder.__module__, builder.__name__, builder.__doc__ = PACKAGE, name, "Means something."
    return builder


def declare(body: Callable[[Any, Any], Any], x: Any = X, y: Any = X, **options: Any) -> Claim:
    return claim(**options)(build(body, x, y))


@pytest.fixture(autouse=True)
def clean_ledger() -> Iterator[None]:
    """Planted claims live in a ledger of their own, which each test finds empty; theory's is untouched."""
    claims: dict[str, Claim] = vars(ledger_of(PACKAGE))["_claims"]
    claims.clear()
    names = [c.name for c in full_ledger()]
    yield
    claims.clear()
    assert [c.name for c in full_ledger()] == names


def check_sentence(message: str) -> None:
    """One line that does not end in the middle, of readable length, without Python's or the kernel's insides."""
    assert "\n" not in message
    assert 20 < len(message) < 260, message
    assert not re.search(r"Traceback|<class|object at 0x|mappingproxy|lambda", message)


def works() -> bool:
    """Whether a sound claim still settles: a failure before it has left nothing behind."""
    return settle(deriv_sigmoid_le_quarter).verdict is Verdict.PROVED


def check_refused(attempt: Callable[[], Any], kind: type[GradproofError], expected: str) -> None:
    """The attempt fails with this sentence, fails so again, and harms nothing else."""
    messages: list[str] = []
    for _ in range(2):
        with pytest.raises(kind) as caught:
            attempt()
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert expected in messages[0]
    check_sentence(messages[0])
    assert works()


# --- what is wrong when the file is imported -----------------------------------------------------------


def test_an_unknown_claim_is_told_with_near_names() -> None:
    ledger = full_ledger()
    with pytest.raises(UnknownName, match="there is no claim 'deriv_sigmoid_le_quater'; did you mean deriv_sigmoid_le_quarter"):
        ledger["deriv_sigmoid_le_quater"]
    with pytest.raises(UnknownName, match="there is no claim 'zzz'; list the names with `gradproof list`"):
        ledger["zzz"]
    assert "zzz" not in ledger


def test_an_unknown_source_is_refused_and_nothing_is_registered() -> None:
    builder = build(lambda x, y: (x <= y, Nonneg()), name="claim_of_unknown_source")
    builder.__module__ = "theory.activations.planted"
    with pytest.raises(ClaimError) as caught:
        claim(sources=["pascanu2013", "nobody1999"])(builder)
    assert str(caught.value) == ("claim claim_of_unknown_source: unknown source nobody1999; add an entry to theory/sources.bib")
    assert "claim_of_unknown_source" not in full_ledger()


def test_a_claim_without_docstring_is_refused_and_nothing_is_registered() -> None:
    for doc in (None, "", "   "):
        builder = build(lambda x, y: (x <= y, Nonneg()))
        builder.__doc__ = doc
        with pytest.raises(
            ClaimError, match=r"^claim planted_claim has no docstring; say in one plain sentence what it means$"
        ):
            claim()(builder)
    assert len(ledger_of(PACKAGE)) == 0


def test_a_second_claim_of_one_name_is_refused_and_the_first_stays() -> None:
    first = declare(lambda x, y: (x <= y, Nonneg()))

    def planted_claim(x: X) -> Any:
        """Means something else."""
        return x <= 1, Nonneg()

    planted_claim.__module__ = PACKAGE
    with pytest.raises(ClaimError, match=r"^claim planted_claim is declared twice in planted; rename one of them$"):
        claim()(planted_claim)
    planted_claim.__module__ = f"{PACKAGE}.elsewhere"
    with pytest.raises(ClaimError, match=r"declared in planted and again in planted\.elsewhere; rename one of them$"):
        claim()(planted_claim)
    assert list(ledger_of(PACKAGE)) == [first]


def test_a_second_activation_of_one_name_is_refused_and_the_first_stays() -> None:
    known = activation_named("sigmoid")
    with pytest.raises(ClaimError, match=r"activation sigmoid exists already in theory\.activations\.sigmoid; choose another"):
        type("sigmoid", (Activation,), {"__module__": PACKAGE})
    assert activation_named("sigmoid") is known


def test_an_activation_without_a_definition_says_what_to_define() -> None:
    with pytest.raises(ClaimError, match="activation Activation has no definition; define the classmethod"):
        Activation.definition(Symbol("x"))


def test_an_unknown_activation_is_told_with_near_names() -> None:
    check_refused(lambda: activation_named("sigmoyd"), ClaimError, "there is no activation 'sigmoyd'; did you mean sigmoid")
    check_refused(
        lambda: activation_named("xyzzy"), ClaimError, "there is no activation 'xyzzy'; import its file, or define it"
    )


# --- circles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["a", 0.1, Symbol("x")])
def test_a_finite_law_is_one_of_exact_numbers(value: Any) -> None:
    check_refused(lambda: FiniteLaw({value: 1}), ClaimError, f"exact rational numbers, not of {value!r}; write Rational")


def test_a_finite_law_has_a_weight_for_each_value() -> None:
    check_refused(lambda: FiniteLaw(0, 1, 2), ClaimError, "give it as {value: weight, …}")


def test_a_circle_of_lemmas_is_refused_and_named() -> None:
    made: dict[str, Claim] = {}
    first = build(lambda x, y: (x**2 >= 0, Nonneg(by=[made["b"]])), name="a")
    second = build(lambda x, y: (x**2 >= 0, Nonneg(by=[made["c"].at(x=x)])), name="b")
    third = build(lambda x, y: (x**2 >= 0, Nonneg(by=[made["a"]])), name="c")
    made |= {"a": claim()(first), "b": claim()(second), "c": claim()(third)}
    expected = "the proofs go round in a circle: a → b → c → a; prove one of these without the others"
    check_refused(lambda: settle(made["a"]), ClaimError, expected)
    check_refused(lambda: settle(made["b"]), ClaimError, "b → c → a → b")


def test_a_claim_that_rests_on_itself_is_a_circle() -> None:
    made: list[Claim] = []
    made.append(declare(lambda x, y: (x**2 >= 0, Nonneg(by=[made[0]]))))
    check_refused(lambda: settle(made[0]), ClaimError, "circle: planted_claim → planted_claim;")


# --- statements that cannot be read ---------------------------------------------------------------------

undefined: Any = Function("f")
one_and_a_half: Any = 1.5
Body = Callable[[Any, Any], Any]
UNREADABLE: dict[str, tuple[Body, type[GradproofError], str]] = {
    "float": (
        lambda x, y: (sigmoid(x) <= 0.25, Nonneg()),
        UnsupportedTerm,
        "0.250000000000000 is a binary float; write it as Rat",
    ),
    "float exponent": (lambda x, y: (x**0.5 <= y, Nonneg()), UnsupportedTerm, "statements are exact, but 0.5"),
    "gamma function": (
        lambda x, y: (gamma(x) <= y, Nonneg()),
        UnsupportedTerm,
        "gamma (gamma(x)) is not in the statement language",
    ),
    "undefined function": (lambda x, y: (undefined(x) <= y, Calc()), UnsupportedTerm, "f (f(x)) is not in the statement"),
    "remainder": (lambda x, y: (Mod(x, 2) <= y, Nonneg()), UnsupportedTerm, "Mod (Mod(x, 2)) is not in the statement language"),
    "derivative": (
        lambda x, y: (Derivative(sigmoid(x), x) <= y, Calc()),
        UnsupportedTerm,
        "Derivative(sigmoid(x), x)) is not in",
    ),
    "complex constant": (
        lambda x, y: (Eq(x + I, y), Calc()),
        UnsupportedTerm,
        "ImaginaryUnit (I) is not in the statement language",
    ),
    "not a number": (lambda x, y: (Le(x, nan), Nonneg()), UnsupportedTerm, "NaN (nan) is not in the statement language"),
    "infinity": (lambda x, y: (x <= oo, Nonneg()), UnsupportedTerm, "Infinity (oo) is not in the statement language"),
    "complex infinity": (lambda x, y: (Eq(x, zoo), Nonneg()), UnsupportedTerm, "ComplexInfinity (zoo) is not in the statement"),
    "infinite limit": (lambda x, y: (tends(x, x, at=oo, to=oo), Calc()), UnsupportedTerm, "Infinity (oo) is not in the"),
    "limit at nan": (lambda x, y: (tends(x, x, at=nan, to=0), Calc()), UnsupportedTerm, "NaN (nan) is not in the statement"),
    "infinite supremum": (
        lambda x, y: (supremum(x, x, oo, attained=False), Calc()),
        UnsupportedTerm,
        "Infinity (oo) is not in",
    ),
    "three pieces": (
        lambda x, y: (Piecewise((1, x > 0), (2, x > -1), (0, True)) <= y, Calc()),
        UnsupportedTerm,
        "a Piecewise has two pieces here",
    ),
    "evaluated to true": (lambda x, y: (S.true, Nonneg()), ClaimError, "already evaluated to True; state it of variables"),
    "evaluated to false": (
        lambda x, y: (Integer(2) < Integer(1), Nonneg()),
        ClaimError,
        "already evaluated to False; state it of",
    ),
    "plain bool": (lambda x, y: (True, Nonneg()), ClaimError, "already evaluated to True"),
    "true inside": (
        lambda x, y: (implies(S.true, x <= y), Nonneg()),
        UnsupportedTerm,
        "True is not a statement; use a relation",
    ),
    "no relation": (lambda x, y: (x + y, Nonneg()), UnsupportedTerm, "x + y is not a statement; use a relation, implies, both"),
    "nothing": (lambda x, y: (None, Nonneg()), UnsupportedTerm, "None is not a statement; use a relation"),
    "text": (lambda x, y: ("x <= y", Nonneg()), UnsupportedTerm, "'x <= y' is not a statement; use a relation"),
    "SymPy's and": (
        lambda x, y: (And(x <= y, y <= x), Calc()),
        UnsupportedTerm,
        "is not a statement; use a relation, implies, both",
    ),
    "chained relation": (
        lambda x, y: (0 <= x <= y, Calc()),
        ClaimError,
        "truth value of Relational: x >= 0; join relations with both",
    ),
    "a mistake in Python": (lambda x, y: (x / 0 + [] <= y, Calc()), ClaimError, "its statement cannot be built, TypeError: "),
    "both of one": (lambda x, y: (both(x <= y), Calc()), ClaimError, "both() joins two statements or more, not 1"),
    "a side of a limit": (lambda x, y: (tends(x, x, at=0, to=0, side="up"), Calc()), ClaimError, "side is '+', '-' or ''"),
    "no proof": (
        lambda x, y: x <= y,
        ClaimError,
        "planted_claim returns no proof; return (statement, proof), or say in `unproved`",
    ),
    "three values": (lambda x, y: (x <= y, Calc(), 1), ClaimError, "planted_claim returns 3 values; return (statement, proof)"),
    "negative order": (
        lambda x, y: (sigmoid.d(x, -1) <= y, Calc()),
        ClaimError,
        "positive integer, not -1; write sigmoid(x) for",
    ),
    "fractional order": (lambda x, y: (sigmoid.d(x, one_and_a_half) <= y, Calc()), ClaimError, "positive integer, not 1.5"),
    "norm of a number": (lambda x, y: (Norm(x) <= y, Calc()), ClaimError, "Norm takes a matrix expression, not x"),
    "entry of a number": (lambda x, y: (Entry(x, 1, 1) <= y, Calc()), ClaimError, "Entry takes a matrix expression, not x"),
    "network of a number": (
        lambda x, y: (Norm(Recurrence(x, tanh).state(1)) <= y, Calc()),
        ClaimError,
        "Recurrence takes a matrix",
    ),
    "unknown slopes": (
        lambda x, y: (slopes_within("tanhh", 1), Calc()),
        ClaimError,
        "needs an activation such as tanh, not 'tanhh'",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_statement_that_cannot_be_read_says_why(case: str) -> None:
    body, kind, expected = UNREADABLE[case]
    made = declare(body)
    check_refused(lambda: settle(made), kind, expected)
    assert list(ledger_of(PACKAGE)) == [made]


UNREADABLE_MATRICES: dict[str, tuple[Body, type[GradproofError], str]] = {
    "order of matrices": (
        lambda W, V: (W <= V, Chain()),
        UnsupportedTerm,
        "matrices are compared by Eq or Entrywise; an order needs",
    ),
    "order with a number": (lambda W, V: (W <= 0, Chain()), UnsupportedTerm, "an order needs a norm or an entry"),
    "unknown activation": (
        lambda W, V: (Norm(Recurrence(W, "tanhh").jacobian(2)) <= 1, Chain()),
        ClaimError,
        "a network needs an activation such as tanh, not 'tanhh'; import one or declare a Slopes variable",
    ),
    "negative depth": (
        lambda W, V: (Norm(Recurrence(W, tanh).jacobian(-1)) <= 1, Chain()),
        ClaimError,
        "Jacobian has no depth -1",
    ),
    "fractional depth": (
        lambda W, V: (Norm(Recurrence(W, tanh).state(S.Half)) <= 1, Chain()),
        ClaimError,
        "State has no depth 1/2",
    ),
    "mask of step zero": (lambda W, V: (Norm(Recurrence(W, tanh).mask(0)) <= 1, Chain()), ClaimError, "whole number from 1 on"),
    "row zero": (lambda W, V: (Entry(W, 0, 1) <= 1, Chain()), ClaimError, "there is no row 0; rows and columns count from 1"),
    "start of another width": (
        lambda W, V: (Norm(Recurrence(W, tanh, MatrixSymbol("h", 3, 1)).state(1)) <= 1, Chain()),
        ClaimError,
        "the start of a network of width n is a column of that length, not 3 by 1; use one width",
    ),
    "weight that is not square": (
        lambda W, V: (Norm(Recurrence(MatrixSymbol("A", 2, 3), tanh).state(1)) <= 1, Chain()),
        ClaimError,
        "a recurrent weight is square, not 2 by 3; use one width for both",
    ),
    "eigenvalues of a rectangle": (
        lambda W, V: (SpectralRadius(MatrixSymbol("A", 2, 3)) <= 1, Chain()),
        ClaimError,
        "a square matrix has eigenvalues, not one of 2 by 3",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE_MATRICES)
def test_a_statement_about_matrices_that_cannot_be_read_says_why(case: str) -> None:
    body, kind, expected = UNREADABLE_MATRICES[case]
    made = declare(body, Square, Square)
    check_refused(lambda: settle(made), kind, expected)


WRONG_SHAPES: dict[str, Body] = {
    "product": lambda W, V: (Norm(W * V) <= 1, Chain()),
    "sum": lambda W, V: (Norm(W + V) <= 1, Chain()),
    "equation": lambda W, V: (Eq(W, V), Chain()),
    "matrix and number": lambda W, V: (Eq(W, 0), Calc()),
}


@pytest.mark.parametrize("case", WRONG_SHAPES)
def test_shapes_that_do_not_fit_are_refused(case: str) -> None:
    made = declare(WRONG_SHAPES[case], Square, Other)
    with pytest.raises(GradproofError):
        settle(made)
    assert works()


def test_errors_while_a_statement_is_built_name_the_claim() -> None:
    made = declare(lambda x, y: (sigmoid.d(x, 0) <= y, Calc()))
    check_refused(lambda: made.statement, ClaimError, "claim planted_claim: the order of a derivative is a positive integer")


def test_a_depth_must_be_declared_as_one() -> None:
    made = declare(lambda W, y: (Norm(Recurrence(W, tanh).jacobian(y)) <= 1, Chain()), Square, X)
    check_refused(lambda: settle(made), UnsupportedTerm, "y stands where a natural number is needed; declare its variable with")


# --- binders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("annotation", [None, Expr, Annotated[Expr, "real"], Annotated[Expr, Real, Positive], int])
def test_a_parameter_needs_exactly_one_domain(annotation: Any) -> None:
    made = declare(lambda x, y: (x <= y, Nonneg()), X, annotation)
    with pytest.raises(ClaimError, match="claim planted_claim: parameter y needs one domain, as in Annotated"):
        settle(made)
    assert works()


def test_an_annotation_that_names_nothing_is_told() -> None:
    made = declare(lambda x, y: (x <= y, Nonneg()), X, "Nonexistent")
    check_refused(lambda: made.binders, ClaimError, "name 'Nonexistent' is not defined; import at the top of the file")


def test_a_float_in_a_domain_is_refused_as_in_a_statement() -> None:
    made = declare(lambda x, y: (sigmoid(x) <= 1, Nonneg()), Annotated[Expr, Interval(0, 0.5)])
    check_refused(lambda: settle(made), UnsupportedTerm, "0.500000000000000 is a binary float")


def test_a_predicate_that_is_not_there_cannot_be_dropped() -> None:
    check_refused(
        lambda: Positive.without("bounded"), ClaimError, "there is no predicate 'bounded' to drop; this domain has positive"
    )


def test_a_lemma_is_used_at_its_own_variables() -> None:
    check_refused(lambda: deriv_sigmoid_le_quarter.at(z=1), ClaimError, "deriv_sigmoid_le_quarter has no variable z; it has x")


# --- proofs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["by magic", Nonneg, [Nonneg()], 3], ids=["text", "class", "list", "number"])
def test_what_is_no_proof_kind_leaves_the_claim_open_with_one_sentence(proof: Any) -> None:
    settled = settle(declare(lambda x, y: (sigmoid(x) <= 1, proof)))
    assert settled.verdict is Verdict.OPEN
    assert settled.reason.endswith("is not a proof kind; use one of those in theory.tactics")
    check_sentence(settled.reason)
    assert works()


def test_a_proof_of_the_wrong_kind_leaves_the_claim_open_with_one_sentence() -> None:
    settled = settle(declare(lambda x, y: (sigmoid(x) <= 1, Induction(on=x))))
    assert settled.verdict is Verdict.OPEN
    assert settled.theorem is None
    assert settled.reason == "induction runs over a natural variable from a natural number"
    assert works()
