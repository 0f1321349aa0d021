"""Text → a kernel term in one variable: what a person types where a function is asked for.

`parse("x*sigmoid(1.702*x)")`. The text may come from anywhere, so nothing is evaluated and nothing is built
that the text did not pay for: length, nesting and alphabet are bounded before Python's own parser sees it,
and of its syntax tree only the nodes below are read. Decimals are exact: 1.702 is 851/500.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from importlib import import_module
from importlib.resources import files
from keyword import iskeyword
from math import ceil

from theory.kernel.terms import HALF, ONE, ZERO, Term, add, fn, make, mul, neg, power, rat, sub, var
from theory.language.activations import activation_named
from theory.language.errors import ClaimError, GradproofError, KernelRefusal

MOST_CHARACTERS = 10_000
MOST_NESTED = 60  # each level costs a few frames of Python's stack here, and again wherever the term is read
MOST_OPERATIONS = 1_000  # Python's syntax tree of a sum is as deep as the sum is long
MOST_DIGITS = 1_000
MOST_DEGREE = 1_000
MOST_NAME = 40


class ExpressionError(GradproofError):
    """A text is no expression in the one variable; the message is one line."""


def parse(text: str, variable: str = "x") -> Term:
    """The kernel term that a text stands for, a real function of `variable`.

    Reads exact numbers, `+ - * / **`, `pi`, `e`, the functions of `functions()`, every activation of the
    ledger by its name, and `where(u > v, a, b)`. Rational constants are computed; all else stays as written,
    so that 0*log(x) is still undefined at 0. Raises `ExpressionError`.
    """
    _check_variable(variable)
    body = _scanned(text)
    try:
        tree = ast.parse(body, mode="eval")
        return _Reader(body, variable).term(tree.body)
    except SyntaxError as error:
        raise ExpressionError(f"the expression is broken near {_shown(body[max((error.offset or 1) - 1, 0) :])}") from None
    except (RecursionError, MemoryError):  # the caller's own stack may be nearly full
        raise ExpressionError("the expression is nested too deeply; simplify it") from None


def function(text: str, variable: str = "x") -> Term:
    """The same, where the bare name of an activation stands for that function of `variable`: `silu` is `silu(x)`."""
    name = text.strip(" ") if type(text) is str else text
    if type(name) is str and len(name) <= MOST_NAME and name.isidentifier() and name.isascii() and name != variable:
        _check_variable(variable)
        if name in _FUNCTIONS or name not in _CONSTANTS:
            return parse(f"{name}({variable})", variable)
    return parse(text, variable)


def functions() -> list[str]:
    """The names of the functions that an expression may call, activations apart."""
    return sorted({*_FUNCTIONS, "where"})


def _shown(text: str) -> str:
    """A short piece of what was typed, on one line, in ASCII."""
    shown = ascii(text[:24])
    return shown if len(text) <= 24 and len(shown) <= 40 else f"{shown[:40].rstrip(shown[0])}…{shown[0]}"


# --- before Python's parser ---------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<space> +)"
    # Possessive, so that ten thousand digits before a letter are read once and not from each of them.
    r"|(?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?+)(?![A-Za-z0-9_.])"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|<=|>=|==|!=|/(?!/)|[-+*(),<>])"
)
_HINTS = {
    "^": "; write ** for a power",
    "%": "; there is no remainder here",
    "=": "; only a comparison inside where(…) has one",
    "/": "; write / for a quotient",
    "[": "; write parentheses",
    "{": "; write parentheses",
    "\n": "; an expression stands on one line",
}


def _check_variable(variable: str) -> None:
    fits = type(variable) is str and len(variable) <= MOST_NAME and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", variable)
    if not fits or iskeyword(variable) or variable in _FUNCTIONS or variable in _CONSTANTS or variable == "where":
        raise ExpressionError(f"{_shown(str(variable))} cannot name the variable; use letters, as in x, and no function's name")


def _scanned(text: str) -> str:
    """The text without the spaces around it, once its length, alphabet and nesting are known to be harmless."""
    if type(text) is not str:
        raise ExpressionError(f"an expression is a text, not {_shown(type(text).__name__)}")
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has at most {MOST_CHARACTERS} characters, not {len(text)}")
    body = text.strip(" ")
    if not body:
        raise ExpressionError("the expression is empty; write one such as x*sigmoid(x)")
    # Right-nested operators (powers, signs) that are still open, for each open parenthesis.
    open_here, operations, place, ends_operand = [0], 0, 0, False
    while place < len(body):
        found = _TOKEN.match(body, place)
        if found is None:
            raise ExpressionError(f"{_shown(body[place:])} cannot be read{_HINTS.get(body[place], '')}")
        kind, token, place = found.lastgroup, found.group(), found.end()
        if kind == "space":
            continue
        if token == "(":
            open_here.append(0)
        elif token == ")":
            open_here.pop()
            if not open_here:
                raise ExpressionError("a parenthesis is closed that was not opened")
        elif kind == "operator":
            operations += 1
            nests = token == "**" or not ends_operand
            open_here[-1] = open_here[-1] + 1 if nests else 0
        elif kind == "name" and (iskeyword(token) or len(token) > MOST_NAME):
            raise ExpressionError(f"{_shown(token)} is not a function, constant or variable")
        ends_operand = token == ")" or kind in ("name", "number")
        if len(open_here) + sum(open_here) > MOST_NESTED:
            raise ExpressionError(f"the expression is nested more than {MOST_NESTED} deep; simplify it")
    if len(open_here) > 1:
        raise ExpressionError("a parenthesis is opened that is not closed")
    if operations > MOST_OPERATIONS:
        raise ExpressionError(f"an expression has at most {MOST_OPERATIONS} operations, not {operations}")
    return body


# --- numbers --------------------------------------------------------------------------------------------

_TOO_LARGE = 10**MOST_DIGITS


def _number(token: str) -> Fraction:
    """A decimal exactly; one that has too many digits is never computed."""
    mantissa, _, exponent = token.lower().partition("e")
    if len(mantissa) + (abs(int(exponent)) if exponent and len(exponent) < 10 else len(exponent) * MOST_DIGITS) > MOST_DIGITS:
        raise ExpressionError(f"a number has at most {MOST_DIGITS} digits; {_shown(token)} has more")
    return Fraction(token)


def _bounded(q: Fraction) -> Fraction:
    if max(abs(q.numerator), q.denominator) >= _TOO_LARGE:
        raise ExpressionError(f"a constant has more than {MOST_DIGITS} digits; write a smaller one")
    return q


def _bits(q: Fraction) -> int:
    return max(q.numerator.bit_length(), q.denominator.bit_length())


def _inverse(t: Term) -> Term:
    if t.op == "rat":
        if t.data == 0:
            raise ExpressionError("division by zero; the expression has a value nowhere")
        return rat(1 / t.data)
    return power(t, -1)


def _degree(t: Term, known: dict[Term, int]) -> int:
    """How large the exponents within t multiply up to be, so that (x**999)**999 is refused like x**998001."""
    if t not in known:
        inner = [_degree(a, known) for a in t.args]
        if t.op == "pow" and t.args[1].op == "rat":
            known[t] = max(inner[0], 1) * max(ceil(abs(t.args[1].data)), 1)
        else:
            known[t] = sum(inner) if t.op == "mul" else max(inner, default=int(t.op == "var"))
    return known[t]


# --- the functions ----------------------------------------------------------------------------------------


def _kernel(op: str) -> Callable[..., Term]:
    def build(u: Term) -> Term:
        try:
            return fn(op, u)
        except KernelRefusal:
            raise ExpressionError(f"{op} is not among the kernel's functions yet") from None

    return build


def _extreme(op: str) -> Callable[..., Term]:
    def build(*terms: Term) -> Term:
        found = terms[0]
        for other in terms[1:]:
            found = fn(op, found, other)
        return found

    return build


def _heaviside(u: Term, at: Term = HALF) -> Term:
    return fn("pw", u, ONE, at, ZERO)


# What the kernel has no operator for stands in those it has.
_DERIVED: dict[str, Callable[[Term], Term]] = {
    "log1p": lambda u: fn("log", add(ONE, u)),
    "expm1": lambda u: sub(fn("exp", u), ONE),
    "sqrt": lambda u: power(u, HALF),
    "erfc": lambda u: sub(ONE, fn("erf", u)),
    "sign": lambda u: fn("pw", u, ONE, ZERO, rat(-1)),
}
# Each with the least and the greatest number of arguments.
_FUNCTIONS: dict[str, tuple[Callable[..., Term], int, int]] = {
    **{name: (_kernel(name), 1, 1) for name in ("exp", "log", "abs", "erf", "sin", "cos", "tanh", "sinh", "cosh")},
    **dict.fromkeys(("atan", "arctan"), (_kernel("atan"), 1, 1)),
    **dict.fromkeys(("asinh", "arcsinh"), (_kernel("asinh"), 1, 1)),
    **dict.fromkeys(("lambertw", "W"), (_kernel("lambertw"), 1, 1)),  # the principal branch
    **{name: (build, 1, 1) for name, build in _DERIVED.items()},
    "max": (_extreme("max"), 2, 100),
    "min": (_extreme("min"), 2, 100),
    # At 0 it is 1/2, or the second argument, as NumPy has it.
    "heaviside": (_heaviside, 1, 2),
}
_CONSTANTS: dict[str, Callable[[], Term]] = {
    "pi": lambda: make("pi"),
    "euler_gamma": lambda: make("euler_gamma"),
    "e": lambda: fn("exp", ONE),
}


@cache
def _with_activations() -> None:
    """Have every activation of the ledger known by its name."""
    for entry in sorted(path.name for path in files("theory.activations").iterdir()):
        if entry.endswith(".py") and entry != "__init__.py":
            import_module(f"theory.activations.{entry.removesuffix('.py')}")


def _activation(name: str) -> Callable[[Term], Term]:
    _with_activations()
    try:
        head = activation_named(name)
    except ClaimError as error:
        hint = str(error).partition("; ")[2]
        near = f"; {hint}" if hint.startswith("did you mean") else ""
        raise ExpressionError(f"there is no function {_shown(name)}{near}") from None
    return lambda u: make("app", (make("fun", data=head.__name__), u))


# --- the syntax tree ----------------------------------------------------------------------------------------


class _Reader:
    """Reads the nodes of one text."""

    def __init__(self, body: str, variable: str) -> None:
        self._body = body
        self._variable = variable
        self._degrees: dict[Term, int] = {}

    def term(self, node: ast.expr) -> Term:
        """The term of a node, bounded in what it would cost to multiply out."""
        match node:
            case ast.Constant():
                return rat(_number(self._text(node)))
            case ast.Name(id=name) if name == self._variable:
                return var(name)
            case ast.Name(id=name):
                return self._constant(name)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.term(inner)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                u = self.term(inner)
                return rat(-u.data) if u.op == "rat" else neg(u)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self._product(node)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self._within(self._power(self.term(base), self.term(exponent)))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
            case ast.Compare():
                raise ExpressionError(f"{self._piece(node)} is a comparison; it belongs inside where(…, a, b)")
            case _:
                raise ExpressionError(f"{self._piece(node)} is no number, function of a number, sum, product or power")

    def _text(self, node: ast.expr) -> str:
        return self._body[node.col_offset : node.end_col_offset]

    def _piece(self, node: ast.expr) -> str:
        return _shown(self._text(node))

    def _within(self, t: Term) -> Term:
        if _degree(t, self._degrees) > MOST_DEGREE:
            raise ExpressionError(f"exponents multiply up to {MOST_DEGREE} at most; take smaller ones")
        return t

    def _constant(self, name: str) -> Term:
        if name in _CONSTANTS:
            return _CONSTANTS[name]()
        if name in _FUNCTIONS:
            raise ExpressionError(f"{name} is a function; write {name}({self._variable})")
        raise ExpressionError(f"{_shown(name)} is neither the variable {self._variable} nor pi or e")

    def _chain(self, node: ast.expr, ops: type[ast.operator], inverse: type[ast.operator]) -> list[tuple[bool, ast.expr]]:
        """The operands of a chain such as a − b + c, without a frame for each; True where one is inverted."""
        found: list[tuple[bool, ast.expr]] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, (ops, inverse)):
            found.append((isinstance(node.op, inverse), node.right))
            node = node.left
        return [(False, node), *reversed(found)]

    def _sum(self, node: ast.expr) -> Term:
        number, others = Fraction(0), list[Term]()
        for minus, operand in self._chain(node, ast.Add, ast.Sub):
            t = self.term(operand)
            if t.op == "rat":
                number = _bounded(number - t.data if minus else number + t.data)
            else:
                others.append(neg(t) if minus else t)
        if not others:
            return rat(number)
        return add(*others, rat(number)) if number else add(*others)

    def _product(self, node: ast.expr) -> Term:
        number, others = Fraction(1), list[Term]()
        for divided, operand in self._chain(node, ast.Mult, ast.Div):
            t = self.term(operand)
            t = _inverse(t) if divided else t
            if t.op == "rat":
                number = _bounded(number * t.data)
            else:
                others.append(t)
        if not others:
            return rat(number)
        # A factor 0 stays beside the others: where they are undefined, so is the product.
        return self._within(mul(*([rat(number)] if number != 1 else []), *others))

    def _power(self, base: Term, exponent: Term) -> Term:
        if exponent.op != "rat":
            if base.free or (base.op == "rat" and base.data <= 0):
                raise ExpressionError("a power has a rational exponent or a positive constant base; write exp(u*log(v))")
            return fn("exp", exponent if base is fn("exp", ONE) else mul(exponent, fn("log", base)))
        q = exponent.data
        if abs(q) > MOST_DEGREE or q.denominator > MOST_DEGREE:
            raise ExpressionError(f"an exponent is at most {MOST_DEGREE}, and so is its denominator")
        if base.op != "rat":
            return power(base, exponent)
        b: Fraction = base.data
        if b == 0 and q < 0:
            raise ExpressionError("division by zero; the expression has a value nowhere")
        if b < 0 and q.denominator != 1:
            raise ExpressionError("a root of a negative number; the expression has no real value")
        if q.denominator != 1:
            return power(base, exponent)
        # How large the power is at least, before it is computed.
        if (_bits(b) - 1) * abs(q) >= _TOO_LARGE.bit_length():
            raise ExpressionError(f"a constant has more than {MOST_DIGITS} digits; write a smaller one")
        return rat(_bounded(b ** int(q)))

    def _call(self, name: str, arguments: list[ast.expr]) -> Term:
        if name == "where":
            return self._where(arguments)
        if name == self._variable or name in _CONSTANTS:
            raise ExpressionError(f"{name} is no function; write {name}*(…) for a product")
        build, least, most = _FUNCTIONS[name] if name in _FUNCTIONS else (_activation(name), 1, 1)
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise ExpressionError(f"{_shown(name)} takes {wanted} argument{'s' * (most > 1)}, not {len(arguments)}")
        return build(*map(self.term, arguments))

    def _where(self, arguments: list[ast.expr]) -> Term:
        match arguments:
            case [ast.Compare(left=left, ops=[relation], comparators=[right]), yes, no]:
                a, b, high, low = map(self.term, (left, right, yes, no))
            case _:
                raise ExpressionError("where takes one comparison and two values, as in where(x > 0, x, 0)")
        u = a if b is ZERO else sub(a, b)
        match relation:
            case ast.Gt():
                return fn("pw", u, high, low, low)
            case ast.GtE():
                return fn("pw", u, high, high, low)
            case ast.Lt():
                return fn("pw", u, low, low, high)
            case ast.LtE():
                return fn("pw", u, low, high, high)
            case ast.Eq():
                return fn("pw", u, low, high, low)
            case ast.NotEq():
                return fn("pw", u, high, low, high)
            case _:
                raise ExpressionError("where compares by <, <=, >, >=, == or !=")
