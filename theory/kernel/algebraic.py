"""Exact values of extrema: the polynomial that a supremum is a root of, where a function is algebraic in e^{cx} or in x.

f = P/Q in one generator v with v' ≠ 0 everywhere (or in x and square roots of polynomials in x). At an interior
maximum f' = 0, so its value y is a common root: the resultant of f''s numerator with P − yQ vanishes. A
polynomial that divides this resultant, of which an enclosure of the maximum holds one root and the
resultant no other, is one that the maximum is a root of. Roots are counted by Sturm's theorem.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from flint import fmpq, fmpq_mpoly, fmpq_poly, fmpz_poly

from theory.kernel.fractions import GENERATORS, SLOTS, constant
from theory.kernel.functions import Function
from theory.language.errors import KernelRefusal, refuse_if

MOST_DEGREES = 400  # of two polynomials, multiplied: a second for both extrema
_Y = SLOTS - 1  # a generator that no tower of so few atoms hands out


def sturm_count(p: fmpq_poly, low: Fraction, high: Fraction) -> int:
    """The number of distinct real roots of p in [low, high], by Sturm's theorem."""
    if p.degree() < 1:
        return 0
    sequence = [p, p.derivative()]
    while sequence[-1].degree() > 0:
        remainder = -(sequence[-2] % sequence[-1])
        if remainder.degree() < 0:
            break
        sequence.append(remainder / abs(remainder.leading_coefficient()))  # signs stay, numbers stay short

    def changes(at: Fraction) -> int:
        values = [q(fmpq(at.numerator, at.denominator)) for q in sequence]
        signs = [1 if v > 0 else -1 for v in values if v != 0]
        return sum(a != b for a, b in pairwise(signs))

    at_low = 1 if p(fmpq(low.numerator, low.denominator)) == 0 else 0
    return changes(low) - changes(high) + at_low


def critical_values(f: Function) -> fmpq_poly:
    """A polynomial that vanishes at the value of f at every interior point where f' = 0, without repeated roots."""
    found = f.once("critical", lambda: _eliminated(f))
    return found if f.sign > 0 else found(fmpq_poly([0, -1]))


def _eliminated(f: Function) -> fmpq_poly:
    field = f.field
    value, slope = field.frac(f.derived), field.frac(f.smooth(f.order + 1))
    value = value.renewed()  # the slope may have made the exponentials finer
    refuse_if(slope.num.is_zero(), "a constant has no critical values")
    used = sorted({k for p in (value.num, value.den, slope.num) for k, d in enumerate(p.degrees()) if d > 0})
    roots = [k for k in used if k in field.ring.relations]
    base = [k for k in used if k not in roots]
    if len(base) != 1 or not field.moves(base[0], f.variable) or _Y in used:
        raise KernelRefusal("the function is not algebraic in one generator that increases or decreases strictly")
    curve, stationary = value.num - GENERATORS[_Y] * value.den, slope.num
    for index in reversed(roots):
        degree, power = field.ring.relations[index]
        relation = GENERATORS[index] ** degree * power.den - power.num
        curve = _resultant(curve, relation, index)
        stationary = _resultant(stationary, relation, index)
    # A factor without real roots has no critical point, and might share a complex root with the curve.
    real = constant(1)
    for factor, _ in fmpz_poly(integral(_univariate(stationary, base[0]))).factor()[1]:
        if _has_real_root(fmpq_poly(factor.coeffs())):
            real *= sum((constant(int(c)) * GENERATORS[base[0]] ** k for k, c in enumerate(factor.coeffs())), constant(0))
    p = _univariate(_resultant(real, curve, base[0]), _Y)
    refuse_if(p.degree() < 1, "the elimination left no condition on the value")
    return p // p.gcd(p.derivative())


def _univariate(p: fmpq_mpoly, index: int) -> fmpq_poly:
    coefficients: dict[int, fmpq] = {}
    for exponents, c in p.terms():
        refuse_if(any(e for k, e in enumerate(exponents) if k != index), "the elimination left another unknown")
        coefficients[int(exponents[index])] = c
    return fmpq_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=0) + 1)])


def integral(p: fmpq_poly) -> list[int]:
    """The coefficients of a multiple of p that has whole ones."""
    return [int(c) for c in (p * p.denom()).coeffs()]


def _has_real_root(p: fmpq_poly) -> bool:
    """Whether p has a real root; all of them lie within Cauchy's bound."""
    values = [abs(c) for c in integral(p)]
    bound = Fraction(max(values), values[-1]) + 1
    return sturm_count(p, -bound, bound) > 0


def _resultant(p: fmpq_mpoly, q: fmpq_mpoly, index: int) -> fmpq_mpoly:
    a, b = p.degrees()[index], q.degrees()[index]
    if a == 0 and b > 0:
        return p
    refuse_if(a * b > MOST_DEGREES, f"polynomials of degrees {a} and {b} take too long to eliminate from")
    return p.resultant(q, index)


def check_root(coefficients: tuple[int, ...], low: Fraction, high: Fraction, functions: list[Function]) -> None:
    """Refuse unless this irreducible polynomial has one root in [low, high], the only critical value there of any function."""
    m = fmpq_poly(list(coefficients))
    _, factors = fmpz_poly(list(coefficients)).factor()
    refuse_if(m.degree() < 1 or len(factors) != 1 or factors[0][1] != 1, "a minimal polynomial is irreducible")
    refuse_if(sturm_count(m, low, high) != 1, "the enclosure does not single out one root of this polynomial")
    for whole in map(critical_values, functions):
        refuse_if((whole % m).degree() >= 0, "the roots of this polynomial are no critical values")
        refuse_if(sturm_count(whole, low, high) != 1, "the enclosure does not single out one critical value")
