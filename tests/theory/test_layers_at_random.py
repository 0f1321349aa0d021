"""Layers of drawn matrices: the rules that take them apart, and what they must not be fooled by."""

from __future__ import annotations

from typing import Any

import pytest

from theory.flow.normal_layers import mean_log_gain_ge, mean_log_norm_normal_layers, mean_sq_norm_normal_layers
from theory.kernel.moments import GAUSSIAN, mean
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, le, literal, lt, make, mul, neg, power, rat, var
from theory.kernel.theorem import Theorem, infer
from theory.language.chance import Draws
from theory.language.errors import ClaimError, KernelRefusal
from theory.tactics.settle import Verdict, settle

G = var("G", "seq", ("n", "n"))
x, u, y = (var(name, "mat", ("n", 1)) for name in "xuy")
T, k = var("T", "nat"), var("k", "nat")
NUMBER, NUMBERS = var("t"), var("w", "seq", (1, 1))


def drawn(index: Term) -> Term:
    return fn("at", G, index)


def reached(depth: Term, before: int = 0) -> Term:
    """r_T of r_t = G_{t + before}·r_{t−1} from x."""
    step = fn("mmul", drawn(add(k, rat(before))), y)
    return make("mrec", (y, k, step, x, depth))


def unit(column: Term = u, length: Term = ONE) -> Theorem:
    return infer("assume", [eq(fn("norm", column), length)])


SQUARE = power(fn("norm", var("z", "mat", ("n", 1))), 2)
Z = var("z", "mat", ("n", 1))


def layer(*facts: Theorem, **changed: Any) -> Theorem:
    given: dict[str, Any] = {"draws": G, "column": reached(T), "unit": u, "last": T, "image": Z, "function": SQUARE}
    return infer("mean_of_layer", list({**given, **changed}.values()), facts or [unit()])


def test_a_layer_stretches_every_column_alike() -> None:
    told = layer().conclusion
    image = fn("mmul", drawn(add(T, ONE)), reached(T))
    turned = fn("mscale", fn("norm", reached(T)), fn("mmul", drawn(add(T, ONE)), u))
    assert told is eq(*(mean(G, GAUSSIAN, power(fn("norm", column), 2)) for column in (image, turned)))


ENTRY = fn("entry", fn("mmul", fn("tr", x), drawn(add(T, ONE)), Z), ONE, ONE)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "v reads the layer": ({"column": reached(add(T, ONE))}, "may read the matrix of this layer"),
    "v reads it at the last step": ({"column": reached(T, before=1)}, "may read the matrix of this layer"),
    "v reads a later one": ({"column": fn("mmul", drawn(add(T, rat(5))), x)}, "may read the matrix of this layer"),
    "f reads the layer": ({"function": ENTRY}, "may read the matrix of this layer"),
    "f reads all draws": ({"function": mul(SQUARE, fn("norm", fn("at", G, add(T, T))))}, "may read the matrix of this layer"),
    "u is drawn": ({"unit": fn("mmul", drawn(ONE), u)}, "no matter of chance"),
    "the image is a row": ({"image": var("z", "mat", (1, "n"))}, "a function of one column"),
    "the image stands in v": ({"image": x}, "a function of one column"),
    "the expectation may not exist": ({"function": power(fn("norm", Z), -1)}, "may vanish"),
    "nothing is known of a logarithm": ({"function": fn("log", SQUARE)}, "may not be positive"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_new_layer_is_refused(name: str) -> None:
    changed, why = REFUSED[name]
    with pytest.raises(KernelRefusal, match=why):
        layer(**changed)


def test_the_direction_has_length_one() -> None:
    for facts in ([unit(length=rat(2))], [infer("assume", [le(fn("norm", u), ONE)])], [unit(x)]):
        with pytest.raises(KernelRefusal, match="length 1"):
            layer(*facts)


def test_a_fact_about_the_draws_does_not_help() -> None:
    with pytest.raises(KernelRefusal, match="says nothing of a bound one"):
        layer(unit(), infer("assume", [lt(ZERO, fn("norm", drawn(ONE)))]))


# --- logarithms ---------------------------------------------------------------------------------------------


def log_of(t: Term) -> Term:
    return mean(G, GAUSSIAN, fn("log", t))


GAIN = power(fn("norm", fn("mmul", drawn(ONE), u)), 2)
EXISTS = infer("assume", [le(ZERO, log_of(GAIN))])


def test_the_logarithm_of_a_square_is_twice_one() -> None:
    twice = infer("identity", [power(GAIN, 2), mul(GAIN, GAIN)])
    assert infer("mean_of_log", [G, GAUSSIAN], [twice, EXISTS]).conclusion is eq(
        log_of(power(GAIN, 2)), add(*[log_of(GAIN)] * 2)
    )


def test_a_logarithm_whose_expectation_may_not_exist_is_refused() -> None:
    twice = infer("identity", [power(GAIN, 2), mul(GAIN, GAIN)])
    with pytest.raises(KernelRefusal, match="may not be positive"):
        infer("mean_of_log", [G, GAUSSIAN], [twice])
    # (−g)·(−g) = g², and −g has no logarithm.
    both = infer("identity", [power(GAIN, 2), mul(neg(GAIN), neg(GAIN))])
    with pytest.raises(KernelRefusal):
        infer("mean_of_log", [G, GAUSSIAN], [both, EXISTS])


def test_an_equation_for_some_draws_alone_is_refused() -> None:
    with pytest.raises(KernelRefusal, match="for all draws"):
        infer("mean_of_log", [G, GAUSSIAN], [infer("assume", [eq(GAIN, mul(GAIN, GAIN))]), EXISTS])


# --- the length of one column ---------------------------------------------------------------------------------


def length(rows: int | str = 2, function: Term | None = None, **changed: Any) -> Theorem:
    draws, column = var("G", "seq", (rows, 2)), literal(((rat(3).data / 5,), (rat(4).data / 5,)))
    given: dict[str, Any] = {
        "draws": draws,
        "unit": column,
        "x": NUMBER,
        "function": function or NUMBER,
        "number": NUMBERS,
        "k": k,
    }
    return infer("mean_of_length", list({**given, **changed}.values()))


def test_a_length_is_that_of_so_many_numbers() -> None:
    told = length(3).conclusion
    squares = power(fn("entry", fn("at", NUMBERS, k), ONE, ONE), 2)
    assert told.args[1] is mean(NUMBERS, GAUSSIAN, fn("sum", k, ONE, rat(3), squares))


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": "n"},
        {"unit": literal(((rat(1).data,), (rat(1).data,)))},
        {"function": fn("exp", power(NUMBER, 2))},
        {"function": mul(NUMBER, fn("entry", fn("at", NUMBERS, ONE), ONE, ONE))},
        {"x": k},
        {"number": var("w", "seq", (2, 1))},
        {"k": NUMBER},
    ],
)
def test_a_length_that_is_not_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(KernelRefusal):
        length(**changed)


# --- claims -----------------------------------------------------------------------------------------------------


def test_many_layers_are_settled() -> None:
    assert settle(mean_sq_norm_normal_layers).verdict is Verdict.PROVED
    told = settle(mean_log_norm_normal_layers)
    assert (told.verdict, told.rests_on) == (Verdict.CONDITIONAL, (mean_log_gain_ge.name,))


def test_a_matrix_of_draws_is_no_number() -> None:
    with pytest.raises(ClaimError, match="is no number"):
        Draws("G", 1, 2)(1)
