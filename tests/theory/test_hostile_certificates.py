"""Certificates made by hand in the same process, or small ones that ask for much: refused, and at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest

import theory.kernel.reading  # noqa: F401  # pyright: ignore[reportUnusedImport]  # installs the definitions
from theory import certificates
from theory.kernel.enclosure import Cell, Certificate, Place
from theory.kernel.extrema import check
from theory.kernel.field import Field
from theory.kernel.terms import ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, var
from theory.kernel.theorem import infer
from theory.language.errors import KernelRefusal

x = var("x")
WHOLE = Cell(None, None, "constant")
THIRD = rat(Fraction(1, 3))


def certificate(t: Term, cells: Any, place: Place, lower: Any, upper: Any, status: str, **more: Any) -> Certificate:
    known: dict[str, Any] = {"order": 0, "sign": 1, "bits": 128, "kinks": (), "others": None, "variable": x} | more
    return Certificate(term=t, cells=cells, lower=lower, upper=upper, place=place, status=status, **known)


def constant(t: Term, value: Fraction, **more: Any) -> Certificate:
    return certificate(t, ((WHOLE,),), Place("constant", None), value, value, "attained", **more)


TRUE = constant(add(THIRD, mul(ZERO, x)), Fraction(1, 3), closed=THIRD)


def test_the_certificate_that_is_tampered_with_is_accepted_as_it_is() -> None:
    check(TRUE)


class _TwoFaced:
    """Stands for a switch, and says one sign when it is checked and another when it is believed."""

    def __init__(self) -> None:
        self.term = add(rat(2), fn("sin", x))
        self.cells = tuple(Cell(Fraction(k), Fraction(k + 1), "range") for k in range(7))
        self.asked = 0

    @property
    def sign(self) -> int:
        """1 when asked first, −1 from then on."""
        self.asked += 1
        return 1 if self.asked == 1 else -1


def test_a_sign_that_is_a_float_rounds_nothing() -> None:
    below = Fraction(1 / 3)  # the double below 1/3
    assert below < Fraction(1, 3)
    forged = replace(TRUE, sign=1.0, lower=below, upper=below, closed=rat(below))  # pyright: ignore[reportArgumentType]
    with pytest.raises(KernelRefusal, match="no int"):
        infer("certified", (fn("le", TRUE.term, rat(below)), forged))


def test_what_is_no_switch_is_not_asked_for_its_sign() -> None:
    switch = _TwoFaced()
    f = fn("pw", switch.term, ONE, ZERO, ZERO)  # 1 everywhere
    with pytest.raises(KernelRefusal, match="made of switches"):
        infer("certified", (fn("le", f, ZERO), constant(f, Fraction(0), switches=((switch,),))))
    assert switch.asked == 0


ODD: list[Any] = [0.5, True, "1", object(), [], (0.5,), ((0.5,),), (("cell",),), 10**6]


@pytest.mark.parametrize("field", [field.name for field in fields(Certificate)])
def test_odd_parts_are_refused_and_nothing_else_is_raised(field: str) -> None:
    for odd in ODD:
        with pytest.raises(KernelRefusal):
            check(replace(TRUE, **{field: odd}))


@pytest.mark.parametrize("end", [0.1, True])
def test_kinks_and_ends_of_cells_are_fractions(end: Any) -> None:
    cells = ((Cell(None, end, "constant"),), (Cell(end, None, "constant"),))
    with pytest.raises(KernelRefusal, match="no Fraction"):
        check(replace(TRUE, kinks=(end,), cells=cells))


# --- small and costly ------------------------------------------------------------------------------


def nested(t: Term, times: int, step: Callable[[Term], Term]) -> Term:
    for _ in range(times):
        t = step(t)
    return t


def unbounded(t: Term, kinks: tuple[Fraction, ...] = (), cells: Any = ((),)) -> Certificate:
    return certificate(t, cells, Place("infinity", Fraction(40), 1), None, None, "unbounded", kinks=kinks)


GAP = (Fraction(-1, 8), Fraction(1, 8))
NOWHERE = Place("constant", None)
DEEP = add(rat(60), fn("sin", x))
SUM = add(x, *(fn("exp", power(x, k)) for k in range(1, 17)))
COSTLY: dict[str, Callable[[], Certificate]] = {
    "a bound of astronomic size": lambda: certificate(
        fn("atan", fn("exp", fn("exp", DEEP))),
        ((), (Cell(Fraction(0), Fraction(7), "hull"),), ()),
        Place("point", Fraction(1)),
        Fraction(1),
        Fraction(2),
        "unknown",
        kinks=(Fraction(0), Fraction(7)),
    ),
    "a derivative of high order": lambda: unbounded(add(x, make("der", (make("fun", data="identity"), x), 10**9))),
    "powers of powers of a number": lambda: certificate(
        mul(x, nested(rat(2), 4, lambda t: power(t, 4096))),
        ((WHOLE,),),
        Place("constant", None),
        Fraction(0),
        Fraction(1),
        "unknown",
    ),
    "a power of a long sum": lambda: certificate(
        add(power(SUM, 64), neg(power(SUM, 64))), ((WHOLE,),), NOWHERE, Fraction(0), Fraction(1), "unknown"
    ),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_small_certificate_does_not_keep_a_check_busy(name: str) -> None:
    given = certificates.from_json(json.loads(json.dumps(certificates.to_json(COSTLY[name]()))))
    with pytest.raises(KernelRefusal):
        check(given)


def test_a_hull_of_many_factors_is_taken_once() -> None:
    """x⁶¹ is unbounded, and each factor of it is looked at from both sides."""
    check(unbounded(nested(x, 60, lambda t: mul(x, t)), GAP, ((), (Cell(*GAP, "hull"),), ())))


def test_terms_that_share_their_parts_are_walked_once() -> None:
    """Sixty doublings: as a tree 2⁶⁰ leaves, as it is held in memory sixty sums."""
    doubled = nested(fn("sin", x), 60, lambda t: add(t, t))
    with pytest.raises(KernelRefusal):
        check(unbounded(doubled))


def test_sums_are_not_multiplied_out_without_end() -> None:
    factors = [add(ONE, var(f"y{k}")) for k in range(30)]
    with pytest.raises(KernelRefusal, match="too large"):
        Field().frac(mul(*factors))


def test_a_piecewise_term_whose_condition_does_not_exist_has_no_value() -> None:
    # (√(−x² − 1))² is nowhere defined: as a square it is not negative, as −x² − 1 it is
    nowhere = power(power(add(neg(power(x, 2)), rat(-1)), Fraction(1, 2)), 2)
    t = add(fn("abs", x), fn("pw", add(rat(2), fn("sin", x)), ZERO, ZERO, fn("pw", nowhere, ONE, rat(2), rat(3))))
    near = Fraction(1, 8)
    cells = ((Cell(None, -near, "constant"),), (Cell(-near, near, "hull"),), (Cell(near, None, "constant"),))
    forged = certificate(t, cells, Place("zero", -near), Fraction(0), Fraction(0), "attained", sign=-1, kinks=(-near, near))
    with pytest.raises(KernelRefusal):
        check(forged)


def test_contradictory_facts_leave_no_branch() -> None:
    with pytest.raises(KernelRefusal, match="sign of its condition"):
        Field([fn("lt", x, ZERO), fn("lt", ZERO, x)]).frac(fn("pw", x, ONE, rat(2), rat(3)))


@pytest.mark.parametrize(("count", "factor"), [(20_000, 1), (400, 3**2000), (30, 3**2000), (20_000, 0)])
def test_a_polynomial_that_takes_long_to_factor_is_not_factored(count: int, factor: int) -> None:
    many = tuple((7 * k * k + 3) % 10007 * factor for k in range(count))
    with pytest.raises(KernelRefusal, match="more than a check may cost"):
        check(replace(TRUE, polynomial=many))
