"""What the certifier finds once and keeps is what it would find again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import arb
from sympy import Symbol, exp

import theory.kernel.reading  # noqa: F401  # pyright: ignore[reportUnusedImport]  # installs the definitions
from theory.certify import certify
from theory.kernel import algebraic
from theory.kernel.extrema import check
from theory.kernel.functions import Function, exactly
from theory.kernel.growth import CONSTANT, NOTHING, Key, faster, grows, key_of, power_of, product, shape_of
from theory.kernel.pieces import differentiated, unfold
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision, expand
from theory.kernel.tails import Tails
from theory.kernel.terms import ONE, Term, add, fn, make, mul, neg, power, rat, var
from theory.language.activations import Activation
from theory.language.errors import KernelRefusal
from theory.parsing import parse

x = var("x")
SMOOTH = [
    "sigmoid(x)",
    "x * erf(x)",
    "tanh(x) / (2 + x**2)",
    "gelu_tanh(x)",
    "mish(x)",
    "sqrt(x**2 + 4) - exp(-x**2)",
    "x**3 - 2",
]
POINTS = [Fraction(-7, 3), Fraction(0), Fraction(1, 8), Fraction(5)]


def scaled_sigmoid(scale: int) -> type[Activation]:
    class shortcut_sigmoid(Activation):  # noqa: N801 - activations are named as they are written
        @classmethod
        def definition(cls, x: Any) -> Any:
            return scale / (1 + exp(-x))

    return shortcut_sigmoid


def test_what_is_defined_anew_is_unfolded_anew() -> None:
    for scale, largest in ((1, "1/4"), (2, "1/2"), (1, "1/4")):
        sup = certify(scaled_sigmoid(scale)(Symbol("x")), "x", order=1).sup
        assert sup is not None
        assert sup.closed_form == largest


def smooth(text: str) -> Term:
    return unfold(parse(text))


@pytest.mark.parametrize("text", SMOOTH)
def test_a_compiled_term_has_the_derivatives_of_calculus(text: str) -> None:
    t, slope = smooth(text), differentiated(smooth(text), x)
    with Precision(120):
        for at in POINTS:
            (_, first, second), (value, rise) = expand(t, x, exactly(at), 3), expand(slope, x, exactly(at), 2)
            assert first.overlaps(value)
            assert (2 * second).overlaps(rise)
            assert first.rad() < 1e-20
            assert not (first + 1).overlaps(value)


def test_numbers_in_a_compiled_term_are_as_precise_as_asked_for() -> None:
    t = mul(make("pi"), power(rat(2), Fraction(1, 2)), x)
    radii = list[arb]()
    for bits in (64, 256, 64):
        with Precision(bits):
            radii.append(expand(t, x, arb(1), 1)[0].rad())
    assert radii[1] < arb(2) ** -230 < radii[0]
    assert radii[0] == radii[2]


def test_a_compiled_term_evaluates_each_power_and_quotient_anew() -> None:
    t = power(add(x, rat(-1)), -1)
    with Precision(64):
        assert expand(t, x, arb(3), 1)[0].overlaps(arb(0.5))
        with pytest.raises(KernelRefusal, match="denominator"):
            expand(t, x, arb(1), 1)
        with pytest.raises(KernelRefusal, match="no power series"):
            expand(fn("abs", x), x, arb(1), 1)


def test_keys_of_tails_are_interned() -> None:
    decay = key_of(Fraction(2, 2), (((1, ONE), Fraction(1)),))
    assert decay is key_of(Fraction(1), (((1, ONE), Fraction(1)),))
    assert decay is not key_of(Fraction(1), NOTHING)
    assert product(decay, power_of(decay, Fraction(-1))) is CONSTANT
    assert product(decay, decay) is power_of(decay, Fraction(2))


def test_which_term_outgrows_another_is_asked_again_where_it_was_not_decided() -> None:
    def decay(q: Fraction) -> Key:
        return key_of(Fraction(0), (((1, power(rat(q), Fraction(1, 2))), Fraction(1)),))

    slower, sooner = decay(Fraction(2)), decay(2 + Fraction(1, 10**60))
    with Precision(64), pytest.raises(KernelRefusal, match="not decided"):
        faster(slower, sooner)
    with Precision(400):
        assert faster(slower, sooner)
        assert not faster(sooner, slower)
    with Precision(64):  # and what was decided is a fact
        assert faster(slower, sooner)
        assert grows(slower) == -1


def test_ranges_that_both_ends_share_are_those_of_each() -> None:
    t = smooth("mish(x)")
    with Precision(100):
        shared = dict[Key, arb]()
        for side in (1, -1, 1):
            tails, alone = Tails(Fraction(8), x, side, shared), Tails(Fraction(8), x, side)
            decaying = {key: part for key, part in tails.of(t).items() if grows(key) < 0}
            assert tails.bounded(decaying).mid() == alone.bounded(decaying).mid()
        assert shared


@pytest.mark.parametrize("text", ["exp(-x) - 3*exp(-2*x)*x", "2/x - 7/x**2 + exp(-x)", "x*exp(-x**2) - exp(-x**2)"])
def test_a_term_of_a_tail_encloses_the_square_of_many(text: str) -> None:
    t = smooth(text)
    with Precision(100):
        tails = Tails(Fraction(8), x)
        r = tails.of(t)
        assert len(r) > 1
        ((key, part),) = tails._square(r).items()  # pyright: ignore[reportPrivateUsage]
        a, _, decay = shape_of(key)
        for at in (Fraction(8), Fraction(17, 2), Fraction(40)):
            value = expand(t, x, exactly(at), 1)[0]
            size = exactly(at) ** a * (-sum((q * exactly(at) ** d for d, _, q in decay), arb(0))).exp()
            assert (part.ball * size).overlaps(value * value)
            assert not (part.ball * size).overlaps(value * value * 30)


@pytest.mark.parametrize("text", SMOOTH)
def test_a_tail_to_the_left_is_that_of_the_mirrored_term(text: str) -> None:
    t = smooth(text)
    with Precision(100):
        left = Tails(Fraction(8), x, -1).of(t)
        mirrored = Tails(Fraction(8), x).of(substitute(t, {x: neg(x)}))
        assert set(left) == set(mirrored)
        assert all(part.ball.overlaps(mirrored[key].ball) for key, part in left.items())


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("order", [0, 1])
def test_what_is_known_about_a_middle_holds_all_over_the_cell(order: int, sign: int) -> None:
    f = Function(smooth("x * erf(x)"), x, (None, None), order, sign)
    low, high = Fraction(1, 3), Fraction(1, 2)
    with Precision(100):
        for found in (f.taylor(low, high), f.times(-1).taylor(low, high) * -1):
            for at in (low, Fraction(5, 12), high):
                assert found.contains(f.over(at, at)[0])
            assert f.over(low, high)[0].contains(found)
            assert not found.overlaps(f.over(high, high)[0] + exactly(Fraction(1, 2)))


def test_a_polynomial_beside_a_closed_form_needs_no_elimination(monkeypatch: pytest.MonkeyPatch) -> None:
    found = certify(parse("arctan(x)"), order=2).sup
    assert found is not None
    c = found.certificate
    assert c.polynomial == (-27, 0, 64)
    assert c.closed is not None

    def eliminated(_: Function) -> object:
        raise KernelRefusal("an elimination was asked for")

    monkeypatch.setattr(algebraic, "critical_values", eliminated)
    check(c)
    with pytest.raises(KernelRefusal, match="elimination"):
        check(replace(c, closed=None, points=()))
    assert c.lower is not None
    other = (-c.lower.numerator, c.lower.denominator)  # with its root in the enclosure, at another number than the closed form
    with pytest.raises(KernelRefusal, match="elimination"):
        check(replace(c, polynomial=other))
    for reducible in ((0, -27, 0, 64), (27, 27, -64, -64)):
        with pytest.raises(KernelRefusal, match="irreducible"):
            check(replace(c, polynomial=reducible))
