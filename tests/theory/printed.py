"""Terms and activations that tests of the printer print."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.terms import HALF, Term, fn, literal, make, power, rat, var
from theory.kernel.terms import sequence_literal as sequence
from theory.language.activations import Activation


class printed_sigma(Activation):  # noqa: N801 - heads are functions
    """A head with a Greek name."""

    symbol = "σ"
    latex_symbol = r"\sigma"


class printed_ramp(Activation):  # noqa: N801 - as above
    """A head with a name of letters."""

    symbol = "ramp"
    latex_symbol = r"\operatorname{ramp}"


def nat(name: str) -> Term:
    return var(name, "nat")


def matrix(name: str) -> Term:
    return var(name, "mat", ("n", "n"))


def matrix2(name: str) -> Term:
    return var(name, "mat", (2, 2))


x, y, gamma = var("x"), var("y"), var("gamma")
T, t = map(nat, "Tt")
i, j = (var(name, "nat", ("n", 1)) for name in "ij")
W, V = matrix("W"), matrix("V")
h0, v, phi = var("h_0", "mat", ("n", 1)), var("v", "seq", ("n", 1)), var("phi", "fun")
sigma, ramp = make("fun", data="printed_sigma"), make("fun", data="printed_ramp")
s = fn("app", sigma, x)
net, unknown = make("net", (W, ramp, h0, v)), make("net", (W, phi, h0, v))
jac = make("jac", (net, T))
weight = literal(((Fraction(2), Fraction(4)), (Fraction(-1), Fraction(-2))))
column = literal(((Fraction(1),), (Fraction(0),)))
fixed = make("net", (weight, ramp, column, sequence((), 2)))
quarter, root2 = rat(Fraction(1, 4)), power(rat(2), HALF)
