"""What a name stands for, and of which sort a number is: false things that were once proved by mixing two of them up."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from sympy import Identity, Integer, Le, Lt, MatrixSymbol, Symbol

from theory.kernel.gate import Instance, goal_of, inhabits
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, make, rat, sub, var
from theory.kernel.theorem import Theorem, infer, replay
from theory.language.activations import Activation
from theory.language.chance import LawVariable
from theory.language.claims import Claim, claim
from theory.language.domains import Laws, Sequences
from theory.language.errors import GradproofError, KernelRefusal
from theory.language.matrices import Entry, FrobeniusNorm, Norm, Sequence, SumOf
from theory.language.recursion import Recursion
from theory.language.statements import Structure, both, exists
from theory.language.symbols import Phi, SmallSquare, Square, X, gamma, n
from theory.language.symbols import eq as equal
from theory.tactics import Calc, Induction, Nonneg, Parts, Witness
from theory.tactics.settle import Verdict, settle

T, k, y = var("T", "nat"), var("k", "nat"), var("y")
Z = var("Z", "seq", (1, 1))
DISGUISES = {
    "entry": fn("entry", fn("mscale", T, make("ident", data=1)), ONE, ONE),
    "rec": fn("rec", y, k, y, T, ZERO),
    "mean": fn("mean", Z, make("gaussian"), T),
}


# --- sorts -------------------------------------------------------------------------------------------


def zero_is_one(disguise: Term) -> Theorem:
    """0^T = 0^(y+1) = 0 from "T in disguise is y + 1", with T − 1 for y; and 0^0 = 1."""
    assumed = infer("assume", [eq(disguise, add(y, ONE))])
    power = infer("identity", [ZERO, fn("pow", ZERO, T)], [assumed])
    free = infer("instantiate", [((y, sub(T, ONE)),), ()], [power])
    granted = infer("cut", [], [free, infer("identity", [disguise, add(sub(T, ONE), ONE)])])
    at_zero = infer("instantiate", [((T, ZERO),), ()], [granted])
    return infer("chain", [], [at_zero, infer("identity", [fn("pow", ZERO, ZERO), ONE])])


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_natural_number_that_looks_real_takes_no_real_value(disguise: str) -> None:
    with pytest.raises(KernelRefusal):
        replay(zero_is_one(DISGUISES[disguise]).derivation)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_it_takes_a_natural_value(disguise: str) -> None:
    assumed = infer("assume", [eq(DISGUISES[disguise], add(k, ONE))])
    known = infer("identity", [ZERO, fn("pow", ZERO, T)], [assumed])
    assert known.conclusion is eq(ZERO, fn("pow", ZERO, T))


# --- names -------------------------------------------------------------------------------------------

v, x_again = Symbol("v"), Symbol("x", real=True)
NATURAL = Induction(on=gamma, base=Nonneg(), step=Nonneg(difference=(gamma + 1) * gamma))


@claim()
def names_bound_and_ambient(phi: Phi) -> Any:
    """γ(γ − 1) ≥ 0 for every bound γ on slopes: the sum over γ made it a natural number."""
    return both(equal(SumOf(gamma, gamma, 1, 2), 3), Le(0, gamma * (gamma - 1))), Parts((Calc(), NATURAL))


@claim()
def names_bound_and_in_a_domain(phi: Phi) -> Any:
    """A sum over γ alone, after which the domain of φ would speak of a natural number."""
    return equal(SumOf(gamma, gamma, 1, 2), 3), Calc()


@claim()
def names_of_a_drive() -> Any:
    """v(v − 1) ≥ 0 for a number v that nothing quantifies: it is called as drives are."""
    natural = Induction(on=v, base=Nonneg(), step=Nonneg(difference=(v + 1) * v))
    return both(equal(SumOf(v, v, 1, 2), 3), Le(0, v * (v - 1))), Parts((Calc(), natural))


@claim()
def names_with_assumptions(x: X) -> Any:
    """Every x is 1: another symbol called x was read as the one that exists."""
    return exists(x_again, equal(x, 1 + 0 * x_again)), Witness(1)


@claim()
def names_of_members() -> Any:
    """1, 1 + c, 1 + 2c: the third is 4 for every c. The member before is called as c is."""
    return equal(Recursion("x", 1, lambda before, t: x_again + before).at(2), 4), Calc()


@claim()
def names_of_draws(
    Z: Annotated[Sequence, Sequences(1)],
    L: Annotated[LawVariable, Laws(mean=Entry(Sequence("Z", 1).at(1), 1, 1), variance=1)],
) -> Any:
    """0 = 1 for a law around Z₁: its moments are of draws that are called Z as well."""
    return equal(Integer(1), Integer(0)), Calc()


@claim()
def names_of_two_sizes(W: SmallSquare) -> Any:
    """A small W of n rows, and a W of two."""
    return Lt(Norm(MatrixSymbol("W", 2, 2)), 1), Calc()


@claim()
def names_of_an_index_and_a_width() -> Any:
    """‖I_1‖ + ‖I_2‖ + ‖I_3‖ = 3‖I_n‖ for every width n, in which the index n counts widths as well."""
    size = FrobeniusNorm(Identity(n))
    return equal(SumOf(size, n, 1, 3), 3 * size), Calc()


CONFUSED = {
    names_bound_and_ambient: "gamma is quantified or a width, and bound",
    names_bound_and_in_a_domain: "gamma is quantified or a width, and bound",
    names_of_a_drive: "v is not quantified",
    names_with_assumptions: "two symbols are called x",
    names_of_members: "two symbols are called x",
    names_of_draws: "Z is quantified or a width, and bound",
    names_of_two_sizes: "W is not quantified",
    names_of_an_index_and_a_width: "n is quantified or a width, and bound",
}


@pytest.mark.parametrize("confused", CONFUSED, ids=lambda c: c.name)
def test_one_name_stands_for_one_thing(confused: Claim) -> None:
    with pytest.raises(GradproofError, match=CONFUSED[confused]):
        goal_of(confused)


@claim()
def names_apart(phi: Phi) -> Any:
    """The same sum over another name."""
    return both(equal(SumOf(Symbol("k"), Symbol("k"), 1, 2), 3), Le(0, gamma)), Parts((Calc(), Nonneg()))


def test_names_apart_are_read() -> None:
    assert settle(names_apart).verdict is Verdict.PROVED
    assert {str(h.data) for h in goal_of(names_apart).variables} == {"gamma", "phi"}


# --- what would hang, or end in an error that is not ours ---------------------------------------------


class names_itself(Activation):  # noqa: N801 - activations are named as they are written
    """Defined by itself."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return 1 + names_itself(x)


def test_an_activation_is_not_defined_by_itself() -> None:
    value = {var("phi", "fun"): make("fun", data="names_itself")}
    with pytest.raises(KernelRefusal, match="names_itself uses names_itself"):
        inhabits((), Instance(value, {}))


@claim()
def names_of_structures(W: Square) -> Any:
    """A structure that is a list."""
    return Structure(W, ["diagonal"]), Calc()  # pyright: ignore[reportArgumentType]


def test_a_structure_is_a_word() -> None:
    with pytest.raises(GradproofError, match="cannot be the constant of structure"):
        goal_of(names_of_structures)


def test_sums_within_sums_unfold_so_often_and_no_oftener() -> None:
    ks = [var(f"k{i}", "nat") for i in range(3)]
    body = add(*ks)
    for one in ks:
        body = fn("sum", one, ONE, rat(60), body)
    with pytest.raises(KernelRefusal, match="times in all"):
        infer("identity", [body, body])
