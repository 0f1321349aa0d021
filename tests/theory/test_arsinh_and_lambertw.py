"""arsinh and Lambert's W: identities, signs and domains; their balls hold what mpmath computes, near and far out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Annotated, Any

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq
from sympy import Expr, LambertW, Rational, Symbol, asinh, exp, lambdify, log, oo, sinh, sqrt

from theory.certify import certify
from theory.kernel.series import Precision, expand
from theory.kernel.tails import Tail, Tails
from theory.kernel.terms import Term, var
from theory.language.activations import Activation
from theory.language.claims import Claim, claim
from theory.language.domains import Interval
from theory.language.errors import KernelRefusal
from theory.language.statements import both, implies
from theory.language.symbols import NonnegativeX, PositiveX, X, eq
from theory.parsing import parse
from theory.tactics import Calc, Nonneg, Sign
from theory.tactics.settle import Verdict, settle

mp: Any = mpmath
x = var("x")
OnBranch = Annotated[Expr, Interval(-exp(-1), oo)]
InsideBranch = Annotated[Expr, Interval(-exp(-1), oo, left_open=True)]

# --- what the kernel proves, and what it does not -----------------------------------------------------------


@claim()
def lambertw_mul_exp(x: OnBranch):
    """W(x) e^{W(x)} = x on the branch."""
    return eq(LambertW(x) * exp(LambertW(x)), x), Calc()


@claim()
def exp_half_lambertw(x: OnBranch):
    """(e^{W(x)/2})² W(x) = x, half of an exponent included."""
    return eq(LambertW(x) * exp(LambertW(x) / 2) ** 2, x), Calc()


@claim()
def log_lambertw(x: PositiveX):
    """log W(x) = log x − W(x)."""
    return eq(log(LambertW(x)), log(x) - LambertW(x)), Calc()


@claim()
def exp_neg_lambertw(x: PositiveX):
    """e^{−1−W(x)} = W(x)/(e x): an exponent is taken apart."""
    return eq(exp(-1 - LambertW(x)), LambertW(x) / (x * exp(1))), Calc()


@claim()
def lambertw_nonneg(x: NonnegativeX):
    """W is not negative to the right of zero, and above −1 all the more."""
    return both(LambertW(x) >= 0, 1 + LambertW(x) > 0), Calc()


@claim()
def neg_one_le_lambertw(x: OnBranch):
    """W is at least −1."""
    return LambertW(x) >= -1, Nonneg(difference=1 + LambertW(x))


@claim()
def lambertw_strictMono(x: InsideBranch, y: InsideBranch):
    """W is strictly increasing."""
    return implies(x < y, LambertW(x) < LambertW(y)), Sign()


@claim()
def asinh_eq_log(x: X):
    """arsinh is a logarithm."""
    return eq(exp(asinh(x)), x + sqrt(1 + x**2)), Calc()


@claim()
def asinh_neg(x: X):
    """arsinh is odd."""
    return eq(asinh(-x), -asinh(x)), Calc()


@claim()
def sinh_asinh(x: X):
    """arsinh undoes sinh."""
    return eq(sinh(asinh(x)), x), Calc()


@claim()
def asinh_strictMono(x: X, y: X):
    """arsinh is strictly increasing."""
    return implies(x < y, asinh(x) < asinh(y)), Sign()


@claim()
def lambertw_mul_exp_everywhere(x: X):
    """W(x) e^{W(x)} = x for every real number."""
    return eq(LambertW(x) * exp(LambertW(x)), x), Calc()


@claim()
def lambertw_eq_self(x: PositiveX):
    """W(x) = x."""
    return eq(LambertW(x), x), Calc()


@claim()
def lambertw_mul_exp_two(x: OnBranch):
    """W(x) e^{2W(x)} = x."""
    return eq(LambertW(x) * exp(2 * LambertW(x)), x), Calc()


@claim()
def neg_one_lt_lambertw(x: OnBranch):
    """W is above −1, at the end of the branch too."""
    return LambertW(x) > -1, Nonneg(difference=1 + LambertW(x))


@claim()
def lambertw_pos(x: OnBranch):
    """W is positive on its branch."""
    return LambertW(x) > 0, Nonneg()


@claim()
def lambertw_strictMono_closed(x: OnBranch, y: OnBranch):
    """W has a positive derivative at the end of its branch."""
    return implies(x < y, LambertW(x) < LambertW(y)), Sign()


@claim()
def asinh_eq_log_neg(x: X):
    """arsinh with the wrong root."""
    return eq(exp(asinh(x)), x - sqrt(1 + x**2)), Calc()


@claim()
def asinh_even(x: X):
    """arsinh is even."""
    return eq(asinh(-x), asinh(x)), Calc()


PROVED = [
    lambertw_mul_exp,
    exp_half_lambertw,
    log_lambertw,
    exp_neg_lambertw,
    lambertw_nonneg,
    neg_one_le_lambertw,
    lambertw_strictMono,
    asinh_eq_log,
    asinh_neg,
    sinh_asinh,
    asinh_strictMono,
]
REFUSED = [
    lambertw_mul_exp_everywhere,
    lambertw_eq_self,
    lambertw_mul_exp_two,
    neg_one_lt_lambertw,
    lambertw_pos,
    lambertw_strictMono_closed,
    asinh_eq_log_neg,
    asinh_even,
]


@pytest.mark.parametrize("true", PROVED, ids=lambda c: c.name)
def test_what_holds_on_the_branch_is_proved(true: Claim) -> None:
    settled = settle(true)
    assert settled.verdict is Verdict.PROVED, settled.reason


@pytest.mark.parametrize("false", REFUSED, ids=lambda c: c.name)
def test_what_is_false_or_undefined_is_not(false: Claim) -> None:
    assert settle(false).verdict is Verdict.OPEN


# --- balls --------------------------------------------------------------------------------------------------

VALUES: dict[str, Callable[[Any], Any]] = {
    "asinh(x)": mp.asinh,
    "x*asinh(x)": lambda u: u * mp.asinh(u),
    "asinh(x)/(1+x**2)": lambda u: mp.asinh(u) / (1 + u * u),
    "asinh(-3*x**3)": lambda u: mp.asinh(-3 * u**3),
    "asinh(exp(x))-x": lambda u: mp.asinh(mp.exp(u)) - u,
    "asinh(2-tanh(x))": lambda u: mp.asinh(2 - mp.tanh(u)),
    "asinh(1/(1+x**2))": lambda u: mp.asinh(1 / (1 + u * u)),
    "log(3+x**2)": lambda u: mp.log(3 + u * u),
    "log(1+x**2)**3/sqrt(1+x**2)": lambda u: mp.log(1 + u * u) ** 3 / mp.sqrt(1 + u * u),
    "1/log(2+x**2)": lambda u: 1 / mp.log(2 + u * u),
    "exp(-log(1+x**2)/2)": lambda u: (1 + u * u) ** mp.mpf("-0.5"),
    "lambertw(exp(x))": lambda u: mp.lambertw(mp.exp(u)).real,
    "lambertw(3+x**2)": lambda u: mp.lambertw(3 + u * u).real,
    "lambertw(exp(-x**2))": lambda u: mp.lambertw(mp.exp(-u * u)).real,
    "lambertw(exp(x-x**2/9))": lambda u: mp.lambertw(mp.exp(u - u * u / 9)).real,
    "lambertw(1+tanh(x))": lambda u: mp.lambertw(1 + mp.tanh(u)).real,
    "x/lambertw(1+x**2)": lambda u: u / mp.lambertw(1 + u * u).real,
}


def ball(u: Any) -> arb:
    return arb(mp.nstr(u, 60)) * (1 + arb(0, 1) * arb("1e-55"))


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_taylor_coefficients_are_those_of_mpmath(text: str, order: int) -> None:
    with Precision(160), mp.workdps(120):
        for at in (Fraction(-7, 2), Fraction(-1, 3), Fraction(1, 1000), Fraction(9, 4), Fraction(6)):
            found = expand(parse(text), x, arb(fmpq(at.numerator, at.denominator)), order + 1)[order]
            true = mp.taylor(VALUES[text], mp.mpf(at.numerator) / at.denominator, order)[order]
            assert found.overlaps(ball(true))
            assert found.rad() < abs(found) * arb("1e-20") + arb("1e-25")


@pytest.mark.parametrize("text", VALUES)
def test_a_wide_ball_holds_every_value(text: str) -> None:
    with Precision(96), mp.workdps(80):
        for low, high in ((-1, 1), (2, 3), (-9, -8)):
            try:
                found = expand(parse(text), x, arb(low).union(arb(high)), 1)[0]
            except KernelRefusal:
                continue
            for k in range(11):
                assert found.overlaps(ball(VALUES[text](low + mp.mpf(high - low) * k / 10)))


def at_point(tail: Tail, u: arb) -> arb:
    """The ball of a tail at a point: (log x)^b is written as the exponent of degree 0."""
    total = arb(0)
    for (a, p), part in tail.items():
        factor = u ** fmpq(a.numerator, a.denominator)
        for (degree, c), q in p:
            rational = fmpq(q.numerator, q.denominator)
            number = expand(c, x, arb(1), 1)[0] * rational
            factor *= (-number * u**degree).exp() if degree else u.log() ** (-rational)
        total += part.ball * factor
    return total


@pytest.mark.parametrize("text", VALUES)
def test_far_out_a_tail_holds_every_value(text: str) -> None:
    seen = 0
    for start in (8, 32, 128):
        with Precision(128), mp.workdps(400):
            try:
                tails = Tails(Fraction(start), x)
                tail = tails.of(parse(text))
            except KernelRefusal:
                continue
            for factor in (1, 1.125, 2, 40, 1000):
                u = mp.mpf(start) * factor
                if u > 200 and "exp(x)" in text:
                    continue
                seen += 1
                assert at_point(tail, ball(u)).overlaps(ball(VALUES[text](u))), (start, factor)
                with suppress(KernelRefusal):  # it is only asked for where every term decays from its start on
                    assert tails.bounded(tail).overlaps(ball(VALUES[text](u)))
    assert seen >= 5


@pytest.mark.parametrize("text", ["lambertw(x)", "lambertw(-1+exp(-x**2))", "lambertw(-0.37*tanh(x)**2)"])
def test_off_the_branch_nothing_is_settled(text: str) -> None:
    found = certify(parse(text), seconds=3)
    assert (found.sup, found.inf) == (None, None)


CERTIFIED: list[tuple[str, int, str, str]] = [
    ("asinh(x)/(1+x**2)", 0, "0.447743204694", "-0.447743204694"),
    ("lambertw(exp(-x**2))", 0, "0.567143290409", "0"),
    ("lambertw(exp(x))", 1, "1", "0"),
    ("lambertw(exp(x))", 2, "0.148148148148", "0"),
    ("x*lambertw(exp(-x**2))", 0, "0.292879070668", "-0.292879070668"),
]


@pytest.mark.parametrize(("text", "order", "high", "low"), CERTIFIED)
def test_extrema_with_arsinh_and_lambertw(text: str, order: int, high: str, low: str) -> None:
    found = certify(parse(text), order=order)
    for extremum, wanted in ((found.sup, high), (found.inf, low)):
        assert extremum is not None
        assert extremum.lower is not None
        assert abs(extremum.lower - Fraction(wanted)) < Fraction(1, 10**11)
        extremum.replay()


def test_the_slope_of_WrightOmega_lies_strictly_between_zero_and_one() -> None:
    found = certify(parse("lambertw(exp(x))"), order=1)
    assert found.sup is not None
    assert found.inf is not None
    assert (found.sup.status, found.inf.status) == ("approached", "approached")


def test_a_rational_form_is_the_same_for_every_reader() -> None:
    terms: set[Term] = {parse(text) for text in ("W(exp(x))", "lambertw(exp(x))")}
    assert len(terms) == 1


# --- activations of one's own made of them --------------------------------------------------------------------


class WrightOmega(Activation):
    """W(e^x), a softplus that solves w + log w = x."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        """W(e^x)."""
        return LambertW(exp(x))


class Arsinh(Activation):
    """The inverse hyperbolic sine."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        """SymPy's inverse hyperbolic sine."""
        return asinh(x)


TRUTHS: dict[type[Activation], Callable[[Any], Any]] = {WrightOmega: VALUES["lambertw(exp(x))"], Arsinh: mp.asinh}


@pytest.mark.parametrize("head", TRUTHS)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_an_activation_made_of_them_is_computed_and_derived(head: type[Activation], order: int) -> None:
    u = Symbol("x")
    e: Any = head.d(u, order) if order else head(u)
    with mp.workdps(60):
        true = mp.diff(TRUTHS[head], mp.mpf(2) / 7, order) if order else TRUTHS[head](mp.mpf(2) / 7)
        assert abs(mp.mpf(str(e.subs(u, Rational(2, 7)).evalf(30))) - true) < mp.mpf(10) ** -28
        in_floats: Any = lambdify(u, e, "numpy")
        found = in_floats(np.array([2 / 7]))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, [float(true)], rtol=1e-13)
        in_digits: Any = lambdify(u, e, "mpmath")
        assert abs(in_digits(mp.mpf(2) / 7) - true) < mp.mpf(10) ** -40
    assert head.derivation(order, u).steps
