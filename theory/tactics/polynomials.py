"""The minimal polynomial of an extremum, proposed: a factor of the eliminated one, which the kernel checks."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq_poly, fmpz_poly

from theory.kernel.algebraic import critical_values, integral, sturm_count
from theory.kernel.functions import Function
from theory.language.errors import KernelRefusal


def polynomial_of(f: Function, low: Fraction, high: Fraction) -> tuple[int, ...]:
    """The minimal polynomial of the critical value in [low, high], its coefficients from the constant one upwards."""
    whole = critical_values(f)
    if sturm_count(whole, low, high) != 1:
        raise KernelRefusal("the enclosure does not single out one critical value")
    _, factors = fmpz_poly(integral(whole)).factor()
    for factor, _ in factors:
        if sturm_count(fmpq_poly(factor.coeffs()), low, high) == 1:
            found = tuple(int(c) for c in factor.coeffs())
            return found if found[-1] > 0 else tuple(-c for c in found)
    raise KernelRefusal("no factor of the polynomial has its root in the enclosure")
