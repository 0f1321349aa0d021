"""Statements in which two things would look alike in print are refused; those in which they do not are settled."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import E, Integer, Le, Lt, Symbol, pi

from theory.kernel.gate import goal_of
from theory.language.chance import Draws, Mean, standard_normal
from theory.language.claims import Claim, claim, full_ledger
from theory.language.domains import Depth
from theory.language.errors import ClaimError
from theory.language.matrices import monus
from theory.language.recursion import Recursion
from theory.language.statements import exists, infimum, supremum
from theory.language.symbols import T_, NegativeX, PositiveX, X
from theory.language.symbols import eq as equal
from theory.tactics import Attained, Calc, Nonneg, Witness
from theory.tactics.settle import Verdict, settle
from theory.typeset import statement_latex, statement_text
from theory.typeset.alike import clash

k = Symbol("k")


@claim()
def alike_subscripts(x1: X) -> Any:
    """Some x_1 is x1 + 1."""
    return exists(Symbol("x_1"), equal(Symbol("x_1"), x1 + 1)), Witness(x1 + 1)


@claim()
def alike_greek(eps: NegativeX, epsilon: PositiveX) -> Any:
    """One is smaller than the other."""
    return Lt(eps, epsilon), Nonneg()


@claim()
def alike_numbers() -> Any:
    """Some e is E + 1."""
    return exists(Symbol("e"), equal(Symbol("e"), E + 1)), Witness(E + 1)


@claim()
def alike_pi() -> Any:
    """Some pi is π + 1."""
    return exists(Symbol("pi"), equal(Symbol("pi"), pi + 1)), Witness(pi + 1)


@claim()
def alike_recursions() -> Any:
    """What begins with 0 is less than what begins with 1."""
    low, high = (Recursion("x", start, lambda before, t: before) for start in (0, 1))
    return Lt(low.at(1), high.at(1)), Calc()


@claim()
def alike_members(x_1: X) -> Any:
    """The first member of x is at most a number called x_1."""
    return Le(Recursion("x", 0, lambda before, t: before).at(1), x_1**2), Nonneg()


@claim()
def alike_draws(Z_1: PositiveX) -> Any:
    """A number called Z_1 beside draws called Z."""
    Z = Draws("Z")
    return equal(Mean(Z_1 * Z(1), Z, standard_normal), 0), Calc()


ALIKE: dict[Claim, str] = {
    alike_subscripts: "x_1 and x1 are both printed x₁",
    alike_greek: "epsilon and eps are both printed ε",
    alike_numbers: "e and the number e are both printed e",
    alike_pi: "pi and the number π are both printed π",
    alike_recursions: "two recursions are both called x",
    alike_members: "the variable x_1 looks like a member of x",
    alike_draws: "the variable Z_1 looks like a member of Z",
}


@pytest.mark.parametrize("confusing", ALIKE, ids=lambda c: c.name)
def test_what_looks_alike_is_refused(confusing: Claim) -> None:
    with pytest.raises(ClaimError, match=ALIKE[confusing]):
        settle(confusing)


def test_nothing_in_the_ledger_looks_alike() -> None:
    goals = {claim.name: goal_of(claim) for claim in full_ledger()}
    assert {name: found for name, g in goals.items() if (found := clash((*g.hypotheses, g.conclusion)))} == {}


@claim()
def start_of_its_recursion(x_0: X) -> Any:
    """A recursion may begin with a number that is called as its first member is."""
    return equal(Recursion("x", x_0, lambda before, t: before).at(0), x_0), Calc()


def test_a_start_looks_like_the_member_that_it_is() -> None:
    assert settle(start_of_its_recursion).verdict is Verdict.PROVED


# --- what is printed of natural numbers ------------------------------------------------------------------


@claim()
def least_depth() -> Any:
    """The least depth is 0, where there is no least real number."""
    return infimum(k, k, 0, attained=True, domain=Depth), Attained(at=0, bound=Nonneg(difference=k))


@claim()
def largest_share() -> Any:
    """1/(k + 1) is largest at the depth 0."""
    return supremum(1 / (k + 1), k, 1, attained=True, domain=Depth), Attained(at=0, bound=Nonneg(difference=k / (k + 1)))


@claim()
def no_less_than_nothing(T: T_) -> Any:
    """What is left of T when three are taken away is at least 0."""
    return Le(0, monus(T, 3)), Nonneg()


PRINTED: dict[Claim, tuple[str, str]] = {
    least_depth: ("inf over natural k of k = 0", r"\inf_{\text{natural }k} k = 0"),
    largest_share: ("sup over natural k of 1/(k + 1) = 1", r"\sup_{\text{natural }k}"),
    no_less_than_nothing: ("0 ≤ max(0, T − 3)", r"0 \le \max(0,T-3)"),
}


@pytest.mark.parametrize("natural", PRINTED, ids=lambda c: c.name)
def test_natural_numbers_are_printed_as_such(natural: Claim) -> None:
    assert settle(natural).verdict is Verdict.PROVED
    text, latex = PRINTED[natural]
    assert text in statement_text(natural)
    assert latex in statement_latex(natural)


def test_a_step_is_called_by_no_letter_that_the_statement_speaks_of() -> None:
    names = [Symbol(name) for name in ("t", "k", "s", "r", "q")]
    sequence = Recursion("c", Integer(0), lambda before, t: before + 1)

    @claim()
    def step_of_another_name(t: X, k: X, s: X, r: X, q: X) -> Any:
        """Five numbers, and a recursion whose step is none of them."""
        return equal(sequence.at(1) + sum(names) - sum(names), 1), Calc()

    assert "c_i = c_{i−1} + 1" in statement_text(step_of_another_name)
