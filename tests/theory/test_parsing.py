"""Expressions as text: what they mean, and that no text does anything but mean something."""

from __future__ import annotations

import inspect
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from theory.kernel.exact import ball
from theory.kernel.field import Field
from theory.kernel.replacing import substitute
from theory.kernel.series import Precision
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, sub, var
from theory.language.errors import KernelRefusal
from theory.parsing import MOST_CHARACTERS, MOST_NESTED, MOST_OPERATIONS, ExpressionError, functions, parse

x = var("x")
SECONDS, BYTES = 1.0, 4_000_000


def applied(name: str, u: Term) -> Term:
    return make("app", (make("fun", data=name), u))


# --- what is read -----------------------------------------------------------------------------------------

READ: dict[str, Term] = {
    "x": x,
    " ( x ) ": x,
    "1.702": rat(Fraction(851, 500)),
    "1e-3": rat(Fraction(1, 1000)),
    "0.1 + 0.2": rat(Fraction(3, 10)),
    "5. + .5": rat(Fraction(11, 2)),
    "1E+2": rat(100),
    "-x**2": neg(power(x, 2)),
    "(-x)**2": power(neg(x), 2),
    "2**-1": HALF,
    "2**3**2": rat(512),
    "7 - 2 - 1": rat(4),
    "8 / 2 / 2": rat(2),
    "0**0": ONE,
    "1 - x": add(neg(x), ONE),
    "x/2": mul(HALF, x),
    "2/x": mul(rat(2), power(x, -1)),
    "x/x": mul(x, power(x, -1)),
    "0*log(x)": mul(ZERO, fn("log", x)),
    "x**0": power(x, 0),
    "x**(3/2)": power(x, Fraction(3, 2)),
    "x**0.5": power(x, HALF),
    "4**0.5": power(rat(4), HALF),
    "pi*x": mul(make("pi"), x),
    "euler_gamma*x": mul(make("euler_gamma"), x),
    "e**x": fn("exp", x),
    "2**x": fn("exp", mul(x, fn("log", rat(2)))),
    "exp(-x)": fn("exp", neg(x)),
    "log1p(x)": fn("log", add(ONE, x)),
    "expm1(x)": sub(fn("exp", x), ONE),
    "sqrt(x)": power(x, HALF),
    "erfc(x)": sub(ONE, fn("erf", x)),
    "asinh(x)": fn("asinh", x),
    "W(exp(x))": fn("lambertw", fn("exp", x)),
    "max(x, 0, 1)": fn("max", fn("max", x, ZERO), ONE),
    "min(x, 1)": fn("min", x, ONE),
    "sign(x)": fn("pw", x, ONE, ZERO, rat(-1)),
    "heaviside(x)": fn("pw", x, ONE, HALF, ZERO),
    "heaviside(x, 1)": fn("pw", x, ONE, ONE, ZERO),
    "where(x > 0, 2, x)": fn("pw", x, rat(2), x, x),
    "where(x >= 0, 2, x)": fn("pw", x, rat(2), rat(2), x),
    "where(x < 0, 2, x)": fn("pw", x, x, x, rat(2)),
    "where(x <= 0, 2, x)": fn("pw", x, x, rat(2), rat(2)),
    "where(x == 1, 2, x)": fn("pw", sub(x, ONE), x, rat(2), x),
    "where(x != 1, 2, x)": fn("pw", sub(x, ONE), rat(2), x, rat(2)),
    "x*sigmoid(1.702*x)": mul(x, applied("sigmoid", mul(rat(Fraction(851, 500)), x))),
    "normal_cdf(softplus(x))": applied("normal_cdf", applied("softplus", x)),
}


@pytest.mark.parametrize("text", READ)
def test_a_text_stands_for_a_term(text: str) -> None:
    assert parse(text) is READ[text]
    assert parse(re.sub(r"\bx\b", "t", text), "t") is substitute(READ[text], {x: var("t")})


def test_every_function_is_read_with_its_name() -> None:
    for name in set(functions()) - {"where", "max", "min"}:
        assert x in parse(f"{name}(x)").free
    for op, names in {"atan": ("atan", "arctan"), "asinh": ("asinh", "arcsinh"), "lambertw": ("lambertw", "W")}.items():
        assert {parse(f"{name}(x)") for name in names} == {fn(op, x)}


# --- what is refused ----------------------------------------------------------------------------------------

# Two spaces stand between one and the next.
HOSTILE = """
(x  x)  )(  x +  *x  x**  sin  sin x  x x  x,  x, x  ()  y  X  inf  oo  nan  I  x.real  x.__class__  1 .real  1..real
().__class__  x[0]  [x]  {x}  {x: x}  lambda: x  (lambda: 1)()  [x for x in x]  (x for x in x)  'x'  "x"  f'{x}'  b'x'
(x := 1)  exp(u=x)  x = 1  max(*x)  max(**x)  max(x)  exp()  exp(x, x)  x(2)  2(x)  pi(x)  (exp)(x)(x)  exp(exp)  eval(x)
open(x)  __import__('os')  exec(x)  print(x)  sigmoi(x)  Activation(x)  d(x)  True  False  None  ...  1j  1_000  0x10  0b1
1e  1e5e5  1.2.3  2x  007  x@x  x//2  x%2  x^2  x&x  x|x  x<<1  ~x  not x  x and x  x if x else x  x < 1  1 < x < 2
where(x, 1, 2)  where(0 < x < 1, 1, 2)  where(x > 0, 1)  where  where(x is x, 1, 2)  where(where(x > 0, 1, 2), 1, 2)
await x  yield x  x!  x?  x\\  $x  `x`  x;x  x#  1/0  0**-1  0**(-1/2)  1/(1 - 1)  x/(2 - 2)  (-8)**(1/3)  x**x  x**pi
0**x  (-2)**x  9**9**9**9  x**(10**9)  x**10**10  10**10**10  10**1000  x**1001  x**(1/1001)  ((x**10)**10)**11
x**600*x**600  1e1000  1e-1000  1e400*1e400*1e400  1e400*x*1e400*1e400  1e99999999999
""".strip()
# Python would fold most of these to ASCII names, digits or spaces.
LOOK_ALIKES = "ｘ  𝐱  ˢin(x)  ﬁ(x)  x＋x  １  x−1  ×  е  x\u200b  \u202ex  \ufeffx  x\u00a0+1  ℯ**x  π*x"
CONTROLS = ["", " ", "\t", "x\t", "x\n", "\nx", "x\r", "x\0", "\0"]
LARGE: dict[str, Callable[[], str]] = {
    "20,000 parentheses": lambda: "(" * 20_000 + "x" + ")" * 20_000,
    "20,000 signs": lambda: "-" * 20_000 + "x",
    "20,000 calls": lambda: "abs(" * 20_000 + "x" + ")" * 20_000,
    "20,000 powers": lambda: "x**" * 20_000 + "x",
    "a megabyte of names": lambda: "x" * 1_000_000,
    "a megabyte of zeros": lambda: "0." + "0" * 1_000_000,
    "a megabyte of look-alikes": lambda: "𝐱" * 250_000,
    "as many parentheses as fit": lambda: "(" * 4_999 + "x" + ")" * 4_999,
    "as many open parentheses as fit": lambda: "(" * MOST_CHARACTERS,
    "as many signs as fit": lambda: "-" * (MOST_CHARACTERS - 1) + "x",
    "as many signs in parentheses as fit": lambda: "-(" * 3_000 + "x" + ")" * 3_000,
    "as many powers as fit": lambda: "x**" * 3_333 + "x",
    "powers of signs": lambda: "2**-" * 2_499 + "x",
    "as many terms as fit": lambda: "x+" * 4_999 + "x",
    "as many comparisons as fit": lambda: "x<" * 4_999 + "x",
    "as many arguments as fit": lambda: f"max({'x,' * 4_990}x)",
    "as many digits as fit": lambda: "9" * MOST_CHARACTERS,
    "as many digits as fit before a letter": lambda: "9" * (MOST_CHARACTERS - 1) + "x",
    "as many decimals as fit before a letter": lambda: "9." + "9" * (MOST_CHARACTERS - 3) + "x",
    "as long an exponent as fits": lambda: "1e" + "9" * (MOST_CHARACTERS - 2),
    "as long a name as fits": lambda: "s" * (MOST_CHARACTERS - 3) + "(x)",
    "an error in the middle of all": lambda: "max(x," * 50 + "x x" + ")" * 50,
    "numbers that multiply": lambda: "*".join(["1e900"] * 900),
    "numbers that square": lambda: "(" * 50 + "3" + "**2)" * 50,
    "powers that multiply": lambda: "(" * 50 + "x" + "**2)" * 50,
}


def refused(text: Any) -> str:
    """The message of the refusal, which comes at once, in little memory, on one line and without the text."""
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(ExpressionError) as caught:
            parse(text)
        seconds, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seconds < SECONDS
    assert peak < BYTES
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) <= 140
    # No piece of the input longer than 60 characters comes back.
    assert not isinstance(text, str) or all(text[k : k + 61] not in message for k in range(min(len(text) - 60, 400)))
    return message


@pytest.fixture(scope="module", autouse=True)
def activations_are_imported() -> None:
    parse("sigmoid(x)")  # the first call imports them, which costs more than any text may


@pytest.mark.parametrize("text", [*re.split("  |\n", HOSTILE), *LOOK_ALIKES.split("  "), *CONTROLS])
def test_a_hostile_text_gets_one_line_at_once(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_text_gets_one_line_at_once(text: Callable[[], str]) -> None:
    refused(text())


@pytest.mark.parametrize("value", [None, 1, 1.5, b"x", ["x"], type("Text", (str,), {})("x")])
def test_only_text_is_read(value: Any) -> None:
    assert "an expression is a text" in refused(value)


@pytest.mark.parametrize(
    "name", ["", "1x", "x y", "e", "pi", "euler_gamma", "exp", "where", "lambda", "x.y", "ｘ", "_x", "x" * 99, None]
)
def test_a_variable_has_a_plain_name(name: Any) -> None:
    with pytest.raises(ExpressionError, match="cannot name the variable"):
        parse("1", name)


def test_what_is_just_within_the_bounds_is_read() -> None:
    deep = MOST_NESTED - 1
    assert parse("(" * deep + "x" + ")" * deep) is x
    assert parse("-" * deep + "x") is not x
    assert len(parse("x" + "+x" * MOST_OPERATIONS).args) == MOST_OPERATIONS + 1
    assert parse("x**1000").op == "pow"
    assert parse("10**999") is parse("1e999") is rat(10**999)
    for beyond in [
        "(" * (deep + 1) + "x" + ")" * (deep + 1),
        "-" * (deep + 1) + "x",
        "x" + "+x" * (MOST_OPERATIONS + 1),
        "x**1001",
    ]:
        refused(beyond)


def test_a_stack_that_is_nearly_full_is_an_error_of_ours() -> None:
    def below(levels: int) -> tuple[Term | None, str]:
        return below(levels - 1) if levels else read("-" * (MOST_NESTED - 1) + "x")

    left = sys.getrecursionlimit() - len(inspect.stack(0))
    assert below(left - 30)[1] == "the expression is nested too deeply; simplify it"
    assert below(left - 200)[0] is not None


def test_messages_say_what_to_do() -> None:
    assert "write ** for a power" in refused("x^2")
    assert "did you mean sigmoid" in refused("sigmoi(x)")
    assert "write exp(x)" in refused("exp + 1")
    assert "division by zero" in refused("1/0")
    assert "'y'" in refused("x + y")


ALPHABET = st.sampled_from(
    [*"x01.9e+-*/()<>=, ", "**", "exp(", "where(", "sigmoid(", "max(", "x)", "1e9", "\n", "ｘ", "j", "_", "@"]
)


def read(text: str) -> tuple[Term | None, str]:
    """The term, or the message of the refusal; any other exception comes through."""
    try:
        return parse(text), ""
    except ExpressionError as error:
        return None, str(error)


@given(st.one_of(st.text(max_size=40), st.lists(ALPHABET, max_size=40).map("".join)))
def test_any_text_is_a_term_or_an_error(text: str) -> None:
    found, message = read(text)
    if found is None:
        assert message.isprintable()
        assert 10 < len(message) <= 140
    else:
        assert found.sort in ("real", "nat")
        assert found.free <= {x}


# --- the value of what is read ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tree:
    """An expression, its text, and its value as balls give it without the kernel."""

    text: str
    value: Callable[[arb], arb]


def leaf(q: Fraction) -> Tree:
    text = str(q.numerator) if q.denominator == 1 else f"{q.numerator / q.denominator:.3f}"
    exact = Fraction(text)
    return Tree(f"({text})", lambda _: arb(fmpq(exact.numerator, exact.denominator)))


BINARY: dict[str, Callable[[arb, arb], arb]] = {
    "{}+{}": lambda a, b: a + b,
    "{} - {}": lambda a, b: a - b,
    "{}*{}": lambda a, b: a * b,
    "{} / {}": lambda a, b: a / b,
    "max({}, {})": lambda a, b: a.max(b),
    "min({},{})": lambda a, b: a.min(b),
    "where({} > {}, 1, 2)": lambda a, b: arb(1) if a > b else arb(2) if a < b else arb.nan(),
    "where({} <= {}, exp(1), 2)": lambda a, b: arb(2) if a > b else arb(1).exp() if a < b else arb.nan(),
}
UNARY: dict[str, Callable[[arb], arb]] = {
    "-{}": lambda a: -a,
    "+{}": lambda a: a,
    "{}**2": lambda a: a * a,
    "-{}**2": lambda a: -(a * a),
    "{}**-3": lambda a: 1 / (a * a * a),
    "(1+{}**2)**0.5": lambda a: (1 + a * a).sqrt(),
    "2**{}": lambda a: (a * arb(2).log()).exp(),
    "exp(tanh({}))": lambda a: a.tanh().exp(),
    "sin({})": lambda a: a.sin(),
    "cos({})": lambda a: a.cos(),
    "abs({})": abs,
    "erfc({})": lambda a: a.erfc(),
    "log1p({}**2)": lambda a: (1 + a * a).log(),
    "expm1(sin({}))": lambda a: a.sin().exp() - 1,
    "sqrt(3 + cos({}))": lambda a: (3 + a.cos()).sqrt(),
    "asinh({})": lambda a: a.asinh(),
    "sigmoid({})": lambda a: 1 / (1 + (-a).exp()),
    "relu({})": lambda a: a.max(arb(0)),
    "sign({})": lambda a: arb(1) if a > 0 else arb(-1) if a < 0 else arb.nan(),
}


def joined(made: tuple[str, Tree, Tree]) -> Tree:
    form, a, b = made
    return Tree(f"({form.format(a.text, b.text)})", lambda q: BINARY[form](a.value(q), b.value(q)))


def wrapped(made: tuple[str, Tree]) -> Tree:
    form, a = made
    return Tree(f"({form.format(a.text)})", lambda q: UNARY[form](a.value(q)))


def larger(smaller: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from(list(BINARY)), smaller, smaller).map(joined),
        st.tuples(st.sampled_from(list(UNARY)), smaller).map(wrapped),
    )


LEAVES = st.one_of(st.just(Tree("x", lambda q: q)), st.fractions(-9, 9, max_denominator=40).map(leaf))
TREES = st.recursive(LEAVES, larger, max_leaves=8)
POINTS = st.fractions(-3, 3, max_denominator=9)


@given(TREES, POINTS)
def test_a_tree_and_its_text_have_one_value(tree: Tree, point: Fraction) -> None:
    with Precision(300):
        expected = tree.value(arb(fmpq(point.numerator, point.denominator)))
        term, message = read(tree.text)
        if term is None:
            assert "digits" in message or "exponent" in message or not expected.is_finite()
            return
        try:
            found = ball(substitute(term, {x: rat(point)}))
        except ZeroDivisionError:
            return  # 0 to a negative power
        if expected.is_finite() and expected.rad() < 0.01 and found.is_finite():
            assert expected.overlaps(found)
            assert not expected.overlaps(found + 1), "both are narrow enough to tell values apart"


ARITHMETIC = st.recursive(
    st.one_of(st.integers(0, 99).map(str), st.sampled_from(["0.5", "1.25", ".1", "2e-1", "x"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", " * ", " - ", "/"]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=12,
)


@given(ARITHMETIC, POINTS)
def test_precedence_is_pythons_and_decimals_are_exact(text: str, point: Fraction) -> None:
    scope = {"F": Fraction, "x": point}
    # The same text, its numbers made exact, as Python computes it.
    exact = "".join(f"F('{part}')" if part[0] in "0123456789." else part for part in _pieces(text))
    try:
        expected = eval(exact, scope)  # text that this file made
    except ZeroDivisionError:
        expected = None
    term, message = read(text)
    if term is None:
        assert expected is None if "zero" in message else "digits" in message
        return
    closed, field = substitute(term, {x: rat(point)}), Field()
    try:
        field.require_defined(closed)
        found = field.frac(closed).constant()
    except KernelRefusal:
        found = None
    assert found == expected


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        numeric = character in "0123456789.e" or (character == "-" and found and found[-1].endswith("e"))
        if found and numeric and found[-1][0] in "0123456789.":
            found[-1] += character
        else:
            found.append(character)
    return found
