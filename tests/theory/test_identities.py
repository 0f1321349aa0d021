"""Identities that `Calc` decides, and near-identities, off by a sign, an exponent, a term or 1e-9, that nothing proves."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

import pytest
from sympy import Abs, Max, Min, Rational, Symbol, cos, cosh, erf, evaluate, exp, log, pi, sin, sinh, sqrt

from numerics.attack import attack
from theory.activations.gelu import gelu
from theory.activations.hard_tanh import hard_tanh
from theory.activations.leaky_relu import leaky_relu
from theory.activations.mish import mish
from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language.claims import Claim
from theory.language.symbols import T_, NonnegativeX, NonzeroX, PositiveX, X, eq
from theory.tactics import Calc, Cases, Chain, Have, Nonneg
from theory.tactics.settle import Verdict, settle

EPS = Rational(1, 10**9)
SIGNS = ("0+", "-0")


# Built unevaluated, as in a claim, of the symbols that `Real` and `Depth` stand for.
x: Any = Symbol("x")
y: Any = Symbol("y")
beta: Any = Symbol("beta")
T: Any = Symbol("T")


@dataclass(frozen=True)
class Equation:
    """Two sides, and the domains of their variables."""

    name: str
    left: Any
    right: Any
    domains: dict[str, Any]

    def claimed(self, proof: Any) -> Claim:
        def builder(**_: Any) -> Any:
            return eq(self.left, self.right), proof

        kind = Parameter.POSITIONAL_OR_KEYWORD
        builder.__annotations__ = self.domains
        builder.__dict__["__signature__"] = Signature([Parameter(name, kind) for name in self.domains])
        return Claim(self.name, __name__, "Two sides are equal.", builder)


def equation(name: str, left: Any, right: Any, **domains: Any) -> Equation:
    return Equation(name, left, right, domains or {"x": X})


with evaluate(False):
    SPLIT = Cases(on=x, signs=SIGNS)
    # x ≥ 1, else −1 ≤ x, else x ≤ −1
    HARD = Cases(on=x - 1, then=(Calc(by=[Have(x + 1 >= 0, Nonneg((x - 1) + 2))]), Cases(on=x + 1, signs=SIGNS)), signs=SIGNS)
    TRUE = [
        equation("mish rational", mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 2)),
        equation("mish by squares", mish(x), x * ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1)),
        equation("softplus reflected", softplus(x), x + softplus(-x)),
        equation("softplus as −log σ", softplus(-x), -log(sigmoid(x))),
        equation("exp of softplus", exp(softplus(x)), 1 + exp(x)),
        equation("σ of log", sigmoid(log(x)), x / (1 + x), x=PositiveX),
        equation("silu in tanh", silu(x), x / 2 * (1 + tanh(x / 2))),
        equation("silu reflected", silu(x) - silu(-x), x),
        equation("silu'", silu.d(x), sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))),
        equation("silu' by silu", silu.d(x), silu(x) + sigmoid(x) * (1 - silu(x))),
        equation("gelu' = Φ + xφ", gelu.d(x), normal_cdf(x) + x * normal_pdf(x)),
        equation("gelu'' = (2 − x²)φ", gelu.d(x, 2), (2 - x**2) * normal_pdf(x)),
        equation("gelu in erf", gelu(x), x / 2 * (1 + erf(x / sqrt(2)))),
        equation("gelu reflected", gelu(x) - gelu(-x), x),
        equation("Φ' = φ", normal_cdf.d(x), normal_pdf(x)),
        equation("φ' = −xφ", normal_pdf.d(x), -x * normal_pdf(x)),
        equation("Φ reflected", normal_cdf(x) + normal_cdf(-x), 1),
        equation("σ in tanh(x/2)", sigmoid(x), (1 + tanh(x / 2)) / 2),
        equation("tanh in σ", tanh(x), 2 * sigmoid(2 * x) - 1),
        equation("1 − σ = σ(−x)", 1 - sigmoid(x), sigmoid(-x)),
        equation("σ' even", sigmoid.d(x), sigmoid.d(-x)),
        equation("σ'' in σ", sigmoid.d(x, 2), sigmoid(x) * (1 - sigmoid(x)) * (1 - 2 * sigmoid(x))),
        equation(
            "σ''' in σ",
            sigmoid.d(x, 3),
            sigmoid(x) * (1 - sigmoid(x)) * (1 - 6 * sigmoid(x) + 6 * sigmoid(x) ** 2),
        ),
        equation(
            "σ'''' in σ",
            sigmoid.d(x, 4),
            sigmoid.d(x) * (1 - 14 * sigmoid(x) + 36 * sigmoid(x) ** 2 - 24 * sigmoid(x) ** 3),
        ),
        equation("tanh'' in tanh", tanh.d(x, 2), -2 * tanh(x) + 2 * tanh(x) ** 3),
        equation("tanh''' in tanh", tanh.d(x, 3), -2 * (1 - tanh(x) ** 2) * (1 - 3 * tanh(x) ** 2)),
        equation("tanh'''' by tanh'", tanh.d(x, 4), tanh.d(x) * (16 * tanh(x) - 24 * tanh(x) ** 3)),
        equation("softplus''''", softplus.d(x, 4), sigmoid.d(x, 3)),
        equation("tanh doubled", tanh(2 * x), 2 * tanh(x) / (1 + tanh(x) ** 2)),
        equation("tanh added", tanh(x + y), (tanh(x) + tanh(y)) / (1 + tanh(x) * tanh(y)), x=X, y=X),
        equation("cosh² − sinh²", cosh(x) ** 2 - sinh(x) ** 2, 1),
        equation("cosh doubled", cosh(2 * x), 2 * cosh(x) ** 2 - 1),
        equation("sin² + cos²", sin(3 * x) ** 2 + cos(3 * x) ** 2, 1),
        equation("exponents add", exp(x + y), exp(x) * exp(y), x=X, y=X),
        equation("exponents multiply", exp(x / 2) ** 6, exp(3 * x)),
        equation("exponents halve", 1 / exp(-x / 3) ** 3, exp(x)),
        equation("powers of a product", (x * y) ** T, x**T * y**T, x=X, y=X, T=T_),
        equation("powers add", x ** (T + 2), x**T * x**2, x=X, T=T_),
        equation("log of e^x", log(exp(3 * x)), 3 * x),
        equation("e^{log x}", exp(2 * log(x)), x**2, x=PositiveX),
        equation("log of an inverse", log(1 / x), -log(x), x=PositiveX),
        equation("log of e^x times", log(exp(x) + exp(2 * x)), x + softplus(x)),
        equation("square of a root", sqrt(x) ** 4, x**2, x=NonnegativeX),
        equation("roots of numbers", x * sqrt(12), 2 * x * sqrt(3)),
        equation("σ of softplus", sigmoid(softplus(x)), (1 + exp(x)) / (2 + exp(x))),
        equation("tanh of softplus", tanh(softplus(x)), (exp(x) ** 2 + 2 * exp(x)) / (exp(x) ** 2 + 2 * exp(x) + 2)),
        equation("logit", log(sigmoid(x) / (1 - sigmoid(x))), x),
        equation("softplus' with β", softplus.d(beta * x) * beta, beta * sigmoid(beta * x), beta=PositiveX, x=X),
        equation("swish with β", silu(beta * x) / beta, x * sigmoid(beta * x), beta=NonzeroX, x=X),
        equation("σ with β in tanh", 2 * sigmoid(beta * x) - 1, tanh(beta * x / 2), beta=X, x=X),
        equation("x/x", x / x, 1, x=NonzeroX),
        equation("difference of squares", (x**2 - 1) / (x**2 + 1) + 2 / (x**2 + 1), 1),
        equation("relu by |x|", relu(x), (x + Abs(x)) / 2),
        equation("relu reflected", relu(x) - relu(-x), x),
        equation("max plus min", Max(x, y) + Min(x, y), x + y, x=X, y=X),
        equation("φ squared", normal_pdf(x) ** 2, exp(-(x**2)) / (2 * pi)),
    ]
    BY_CASES = [
        (equation("hard tanh by |x|", hard_tanh(x), (Abs(x + 1) - Abs(x - 1)) / 2), HARD),
        (equation("hard tanh by relu", hard_tanh(x), relu(x + 1) - relu(x - 1) - 1), HARD),
        (equation("hard tanh is odd", hard_tanh(-x), -hard_tanh(x)), HARD),
        (equation("leaky relu by |x|", leaky_relu(x), (101 * x + 99 * Abs(x)) / 200), SPLIT),
        (equation("√x² = |x|, squared", Abs(x) ** 2, x**2), SPLIT),
        (equation("|relu| + |relu(−x)|", relu(x) + relu(-x), Abs(x)), SPLIT),
        (equation("x · relu", x * relu(x), relu(x) ** 2), SPLIT),
    ]
    FALSE = [
        equation("mish, a constant", mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2 * exp(x) + 2 + EPS)),
        equation("mish, an exponent", mish(x), x * exp(x) * (exp(x) + 2) / (exp(3 * x) + 2 * exp(x) + 2)),
        equation("mish, a missing term", mish(x), x * exp(x) * (exp(x) + 2) / (exp(2 * x) + 2)),
        equation("softplus, a sign", softplus(x), x - softplus(-x)),
        equation("softplus, a constant", softplus(x), x + softplus(-x) + EPS),
        equation("softplus', a scale", softplus.d(x), (1 + EPS) * sigmoid(x)),
        equation("silu, half", silu(x), x / 2 * (1 + tanh(x))),
        equation("silu, a constant", silu(x), x / 2 * (1 + EPS + tanh(x / 2))),
        equation("silu', without σ'", silu.d(x), sigmoid(x)),
        equation("gelu', a sign", gelu.d(x), normal_cdf(x) - x * normal_pdf(x)),
        equation("gelu', a factor", gelu.d(x), normal_cdf(x) + normal_pdf(x)),
        equation("gelu', a constant", gelu.d(x), normal_cdf(x) + (x + EPS) * normal_pdf(x)),
        equation("gelu'', an exponent", gelu.d(x, 2), (2 - x**3) * normal_pdf(x)),
        equation("Φ', a root", normal_cdf.d(x), exp(-(x**2) / 2) / (2 * pi)),
        equation("gelu as silu", gelu(x), x * sigmoid(Rational(1702, 1000) * x)),
        equation("gelu in tanh", gelu(x), x / 2 * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3)))),
        equation("σ in tanh, a shift", sigmoid(x), (1 + EPS + tanh(x / 2)) / 2),
        equation("tanh in σ, no shift", tanh(x), 2 * sigmoid(2 * x)),
        equation("tanh in σ, no doubling", tanh(x), 2 * sigmoid(x) - 1),
        equation("σ'', a factor", sigmoid.d(x, 2), sigmoid(x) * (1 - sigmoid(x)) * (1 - sigmoid(x))),
        equation(
            "σ''', a coefficient",
            sigmoid.d(x, 3),
            sigmoid(x) * (1 - sigmoid(x)) * (1 - 6 * sigmoid(x) + 5 * sigmoid(x) ** 2),
        ),
        equation("tanh''', a sign", tanh.d(x, 3), 2 * (1 - tanh(x) ** 2) * (1 - 3 * tanh(x) ** 2)),
        equation("tanh doubled, a sign", tanh(2 * x), 2 * tanh(x) / (1 - EPS + tanh(x) ** 2)),
        equation("tanh is additive", tanh(x + y), tanh(x) + tanh(y), x=X, y=X),
        equation("cosh² + sinh²", cosh(x) ** 2 + sinh(x) ** 2, 1),
        equation("sin² + cos² of other angles", sin(3 * x) ** 2 + cos(2 * x) ** 2, 1),
        equation("exp is additive", exp(x + y), exp(x) + exp(y), x=X, y=X),
        equation("exponents, one too many", exp(x / 2) ** 6, exp(4 * x)),
        equation("powers, one too many", x ** (T + 2), x**T * x, x=X, T=T_),
        equation("powers of a sum", (x + y) ** T, x**T + y**T, x=X, y=X, T=T_),
        equation("log of a sum", log(x + y), log(x) + log(y), x=PositiveX, y=PositiveX),
        equation("log of an inverse, a sign", log(1 / x), log(x), x=PositiveX),
        equation("root of a sum", sqrt(x**2 + 1), x + 1, x=NonnegativeX),
        equation("root of a square", sqrt(x**2), x),
        equation("√3 rounded", x * sqrt(12), 2 * x * Rational(1732050808, 10**9)),
        equation("π rounded", x * pi, x * Rational(355, 113)),
        equation("hard tanh, a bend", hard_tanh(x), (Abs(x + 1 + EPS) - Abs(x - 1)) / 2),
        equation("leaky relu as relu", leaky_relu(x), relu(x)),
        equation("relu is odd", relu(-x), -relu(x)),
        equation("swish with β, a factor", silu(beta * x), x * sigmoid(beta * x), beta=NonzeroX, x=X),
    ]


@pytest.mark.parametrize("true", TRUE, ids=lambda e: e.name)
def test_an_identity_is_decided(true: Equation) -> None:
    settled = settle(true.claimed(Calc()))
    assert settled.verdict is Verdict.PROVED, settled.reason
    assert settled.uses == ()


@pytest.mark.parametrize(("true", "cases"), BY_CASES, ids=lambda e: getattr(e, "name", ""))
def test_an_identity_is_decided_by_cases(true: Equation, cases: Cases) -> None:
    settled = settle(true.claimed(cases))
    assert settled.verdict is Verdict.PROVED, settled.reason


@pytest.mark.parametrize("false", FALSE, ids=lambda e: e.name)
def test_a_near_identity_is_not(false: Equation) -> None:
    variables = false.claimed(Calc()).variables
    splits = [Cases(on=v, signs=signs) for v in variables.values() for signs in (("0+", "-"), SIGNS, ("+", "0", "-"))]
    for proof in (Calc(), Nonneg(), Chain(), *splits):
        settled = settle(false.claimed(proof))
        assert settled.verdict is Verdict.OPEN, proof
        assert settled.reason


@pytest.mark.parametrize("false", FALSE, ids=lambda e: e.name)
def test_a_near_identity_is_broken(false: Equation) -> None:
    assert attack(false.claimed(Calc())).broken


def test_there_are_enough() -> None:
    assert len(TRUE) + len(BY_CASES) >= 35
    assert len(FALSE) >= 25
    assert len({e.name for e in [*TRUE, *FALSE]}) == len(TRUE) + len(FALSE)
