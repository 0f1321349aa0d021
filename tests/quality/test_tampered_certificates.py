"""Certificates that somebody has tampered with: each of thirty kinds of change, on every function, is refused.

A change that leaves a certificate true proves nothing either way; so each kind is built to claim something false or to
leave something unproved, and the few cases where it cannot apply to a function are counted and bounded.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from sympy import Abs, Max, Min, Piecewise, Rational, Symbol, erf, exp, sin, sqrt

from theory import certificates, gelu, hard_tanh, leaky_relu, mish, normal_pdf, relu, sigmoid, silu, softplus, tanh
from theory.certify import certify
from theory.kernel.extrema import check
from theory.language.errors import GradproofError

x = Symbol("x")
FUNCTIONS: dict[str, tuple[Any, int]] = {
    "sigmoid'": (sigmoid(x), 1),
    "sigmoid''": (sigmoid(x), 2),
    "tanh''": (tanh(x), 2),
    "softplus'": (softplus(x), 1),
    "silu": (silu(x), 0),
    "silu'": (silu(x), 1),
    "silu''": (silu(x), 2),
    "gelu'": (gelu(x), 1),
    "gelu''": (gelu(x), 2),
    "mish'": (mish(x), 1),
    "relu'": (relu(x), 1),
    "leaky_relu'": (leaky_relu(x), 1),
    "hard_tanh": (hard_tanh(x), 0),
    "normal_pdf'": (normal_pdf(x), 1),
    "erf'": (erf(x), 1),
    "elu'": (Piecewise((x, x > 0), (exp(x) - 1, True)), 1),
    "softsign'": (x / (1 + Abs(x)), 1),
    "softsign''": (x / (1 + Abs(x)), 2),
    "hardswish'": (x * Min(6, Max(0, x + 3)) / 6, 1),
    "bent'": (x + (sqrt(x**2 + 1) - 1) / 2, 1),
    "snake'": (x + sin(x) ** 2, 1),
    "tie with a limit": (x**2 * exp(-x), 0),
    "flat": (1 / (1 + x**4), 0),
    "irrational kinks": (Abs(x**2 - 2), 0),
    "crossing": (Max(x, exp(-x)), 0),
    "level": (Abs(tanh(x) - Rational(1, 3)), 1),
    "denominator": (1 / (1 + x + x**2), 0),
    "periodic kinks": (Max(sin(x), Rational(1, 2)), 0),
}


def made(name: str) -> list[dict[str, Any]]:
    expr, order = FUNCTIONS[name]
    found = certify(expr, x, order=order)
    assert found.unsettled == ()
    return [e.to_json() for e in (found.sup, found.inf) if e is not None and e.status != "unbounded"]


Change = Callable[[dict[str, Any]], bool]


def moved(value: str, by: Fraction) -> str:
    return str(Fraction(value) + by)


def upper_below_lower(c: dict[str, Any]) -> bool:
    c["upper"] = moved(c["lower"], -Fraction(1, 10**6))
    return True


def both_bounds_lowered(c: dict[str, Any]) -> bool:
    c["lower"], c["upper"] = (moved(c[k], -Fraction(1, 1000)) for k in ("lower", "upper"))
    if c["others"] is not None:
        c["others"] = moved(c["others"], -Fraction(1, 1000))
    return True


def both_bounds_raised(c: dict[str, Any]) -> bool:
    c["lower"], c["upper"] = (moved(c[k], Fraction(1, 1000)) for k in ("lower", "upper"))
    return True


def lower_raised(c: dict[str, Any]) -> bool:
    c["lower"] = moved(c["upper"], Fraction(1, 10**20))
    c["upper"] = moved(c["lower"], Fraction(1, 10**20))
    return True


def cell_removed(c: dict[str, Any]) -> bool:
    cells = max(c["cells"], key=len)
    if len(cells) < 2:
        return False
    del cells[len(cells) // 2]
    return True


def first_cell_removed(c: dict[str, Any]) -> bool:
    del next(cells for cells in c["cells"] if cells)[0]
    return True


def last_cell_removed(c: dict[str, Any]) -> bool:
    del next(cells for cells in reversed(c["cells"]) if cells)[-1]
    return True


def end_moved(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells:
            if cell[1] is not None and len(cells) > 1:
                cell[1] = moved(cell[1], Fraction(1, 64))
                return True
    return False


def start_moved(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells[1:]:
            if cell[0] is not None:
                cell[0] = moved(cell[0], -Fraction(1, 64))
                return True
    return False


def cells_swapped(c: dict[str, Any]) -> bool:
    cells = max(c["cells"], key=len)
    if len(cells) < 2:
        return False
    cells[0], cells[-1] = cells[-1], cells[0]
    return True


def rule_unknown(c: dict[str, Any]) -> bool:
    next(cells for cells in c["cells"] if cells)[0][2] = "trust"
    return True


def rule_constant(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells:
            if cell[2] != "constant":
                cell[2] = "constant"
                return True
    return False


def merged_into_one(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        if len(cells) > 1:
            cells[:] = [[cells[0][0], cells[-1][1], "range", None]]
            return True
    return False


def peak_elsewhere(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells:
            if cell[2] == "peak":
                cell[3] = moved(cell[1], Fraction(1))
                return True
    return False


def order_changed(c: dict[str, Any]) -> bool:
    """Another order, but for one whose extremum is the same number: σ and σ′ both tend to 0 from above."""
    term, c["order"] = certificates.from_json(c).term, c["order"] + 1
    c["polynomial"], c["closed"], c["points"] = [], None, []
    found = certify(term, order=c["order"])
    other = found.sup if c["extremum"] == "sup" else found.inf
    return not constant(c) and (other is None or str(other.certificate.lower) != c["lower"])


def constant(c: dict[str, Any]) -> bool:
    """Pieces that are all constant have derivatives that are constant too: there another order may be true by chance."""
    return all(cell[2] == "constant" for cells in c["cells"] for cell in cells)


def other_function(c: dict[str, Any]) -> bool:
    c["term"] = ["mul", None, ["rat", "2"], c["term"]]
    c["polynomial"], c["closed"], c["points"] = [], None, []
    return Fraction(c["upper"]) != 0 or c["others"] is not None


def other_extremum(c: dict[str, Any]) -> bool:
    c["extremum"] = "inf" if c["extremum"] == "sup" else "sup"
    c["polynomial"], c["closed"], c["points"] = [], None, []
    return not (constant(c) and len({*c["kinks"]}) == 0)


def status_swapped(c: dict[str, Any]) -> bool:
    c["status"] = "approached" if c["status"] == "attained" else "attained"
    return True


def others_at_the_top(c: dict[str, Any]) -> bool:
    if c["others"] is None:
        return False
    c["others"] = c["upper"]
    return True


def kink_invented(c: dict[str, Any]) -> bool:
    c["kinks"] = sorted([*c["kinks"], "1/3"], key=Fraction)
    return True


def place_elsewhere(c: dict[str, Any]) -> bool:
    c["place"] = ["point", "12345/7", 0]
    return (
        c["cells"][-1][-1:] != [] and c["cells"][-1][-1][2] != "constant"
    )  # where the last piece has one value, that point is as good as another


def polynomial_of_another(c: dict[str, Any]) -> bool:
    c["polynomial"] = ["-2", "0", "1"]
    return True


def closed_form_of_another(c: dict[str, Any]) -> bool:
    c["closed"] = ["rat", "7/5"]
    return True


def switches_of(c: dict[str, Any]) -> list[Any]:
    return [switch for found in c["switches"] for switch in found]


def switches_removed(c: dict[str, Any]) -> bool:
    needed = bool(switches_of(c))
    c["switches"] = []
    return needed


def switch_turned(c: dict[str, Any]) -> bool:
    for switch in switches_of(c):
        switch[1] = -switch[1]
        return True
    return False


def switch_shortened(c: dict[str, Any]) -> bool:
    for switch in switches_of(c):
        del switch[2][0]
        return True
    return False


def switch_of_the_negative(c: dict[str, Any]) -> bool:
    for switch in switches_of(c):
        switch[0] = ["mul", None, ["rat", "-1"], switch[0]]
        return True
    return False


def switch_invented(rule: str) -> Change:
    def invented(c: dict[str, Any]) -> bool:
        ends = [None, *c["kinks"], None]
        added = [["add", None, c["variable"], ["rat", str(-(10**9))]], 1, [[ends[0], ends[1], rule, None]]]
        known: list[list[Any]] = c["switches"] or [[] for _ in c["cells"]]
        c["switches"] = [[added, *known[0]], *known[1:]]
        return True

    return invented


def hull_as_range(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells:
            if cell[2] == "hull":
                cell[2] = "range"
                return True
    return False


def top_elsewhere(c: dict[str, Any]) -> bool:
    for cells in c["cells"]:
        for cell in cells:
            if cell[2] == "top":
                cell[3] = str((2 * Fraction(cell[0]) + Fraction(cell[1])) / 3)
                return cell[3] != cell[0]
    return False


def kink_shifted(c: dict[str, Any]) -> bool:
    if not c["kinks"]:
        return False
    c["kinks"][0] = moved(c["kinks"][0], -Fraction(1, 2**20))
    return True


def zero_beside_itself(c: dict[str, Any]) -> bool:
    if c["place"][0] != "zero":
        return False
    c["place"][1] = c["kinks"][c["kinks"].index(c["place"][1]) + 1]
    return True


CHANGES: list[Change] = [
    switches_removed,
    switch_turned,
    switch_shortened,
    switch_of_the_negative,
    *(switch_invented(rule) for rule in ("tail", "constant", "hull", "range")),
    hull_as_range,
    top_elsewhere,
    kink_shifted,
    zero_beside_itself,
    upper_below_lower,
    both_bounds_lowered,
    both_bounds_raised,
    lower_raised,
    cell_removed,
    first_cell_removed,
    last_cell_removed,
    end_moved,
    start_moved,
    cells_swapped,
    rule_unknown,
    rule_constant,
    merged_into_one,
    peak_elsewhere,
    order_changed,
    other_function,
    other_extremum,
    status_swapped,
    others_at_the_top,
    kink_invented,
    place_elsewhere,
    polynomial_of_another,
    closed_form_of_another,
]


def accepted(c: dict[str, Any]) -> bool:
    try:
        check(certificates.from_json(c))
    except GradproofError:
        return False
    return True


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_tampering_is_refused(name: str) -> None:
    tried = 0
    for certificate in made(name):
        assert accepted(copy.deepcopy(certificate))
        for change in CHANGES:
            tampered = copy.deepcopy(certificate)
            if not change(tampered):
                continue
            tried += 1
            assert not accepted(tampered), f"{change.__name__} of {name} ({certificate['extremum']}) was accepted"
    assert tried >= 15


@pytest.mark.parametrize("missing", ["kind", "schema", "term", "cells", "place", "bits", "closed", "switches"])
def test_a_field_that_is_missing_is_refused(missing: str) -> None:
    (certificate, *_) = made("sigmoid'")
    del certificate[missing]
    assert not accepted(certificate)


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"kind": "record"}, {"kind": "certificate", "schema": 1}])
def test_what_is_no_certificate_is_refused(value: Any) -> None:
    assert not accepted(value)
