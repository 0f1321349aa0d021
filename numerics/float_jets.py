"""Derivatives of activations in floats, for whole arrays: truncated Taylor series with array coefficients.

Used to propose points alone, so a NaN near a kink or an overflow costs a proposal and nothing else.
"""

from __future__ import annotations

from math import factorial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import erf, lambertw

from theory.kernel.definitions import ARGUMENT, definition
from theory.kernel.terms import Term

Array: TypeAlias = npt.NDArray[np.float64]
Series: TypeAlias = "list[Array]"


def derivative(name: str, order: int, x: Array) -> Array:
    """The derivative of an activation at each entry; at a kink the one from the right."""
    series = [x, np.ones_like(x), *(np.zeros_like(x) for _ in range(order - 1))][: order + 1]
    return series_of(definition(name), series)[order] * factorial(order)


def series_of(t: Term, x: Series) -> Series:
    """The series of a term where `ARGUMENT` has the series x."""
    match t.op, t.args:
        case "var", _ if t is ARGUMENT:
            return x
        case "rat", _:
            return _constant(float(t.data), x)
        case "pi", _:
            return _constant(np.pi, x)
        case "euler_gamma", _:
            return _constant(np.euler_gamma, x)
        case "add", parts:
            return [sum(column, np.zeros_like(x[0])) for column in zip(*(series_of(p, x) for p in parts), strict=True)]
        case "mul", parts:
            product = series_of(parts[0], x)
            for part in parts[1:]:
                product = _times(product, series_of(part, x))
            return product
        case "pow", (base, exponent):
            return _power(series_of(base, x), series_of(exponent, x)[0])
        case "abs", (u,):
            inner = series_of(u, x)
            return [np.where(inner[0] < 0, -c, c) for c in inner]
        case (("max" | "min"), (a, b)):
            left, right = series_of(a, x), series_of(b, x)
            ahead = left[0] > right[0] if t.op == "max" else left[0] < right[0]
            return [np.where(ahead, c, d) for c, d in zip(left, right, strict=True)]
        case "pw", (u, above, equal, below):
            where, *branches = (series_of(p, x) for p in (u, above, equal, below))
            high, level, low = branches
            columns = zip(high, level, low, strict=True)
            return [np.where(where[0] > 0, c, np.where(where[0] < 0, e, d)) for c, d, e in columns]
        case "app", (f, u):
            return series_of(definition(f.data), series_of(u, x))
        case name, (u,):
            return _elementary(name, series_of(u, x))
        case _:
            return _constant(np.nan, x)


def _constant(c: float, like: Series) -> Series:
    return [np.full_like(like[0], c), *(np.zeros_like(like[0]) for _ in like[1:])]


def _times(a: Series, b: Series) -> Series:
    return [sum((a[i] * b[k - i] for i in range(k + 1)), np.zeros_like(a[0])) for k in range(len(a))]


def _power(u: Series, exponent: Array) -> Series:
    e = float(exponent.flat[0]) if exponent.size else 0.0
    if e == int(e) and 0 <= e <= 64:
        product = _constant(1.0, u)
        for _ in range(int(e)):
            product = _times(product, u)
        return product
    # y = uᵉ satisfies u y' = e u' y, which gives one coefficient after another.
    y = [np.power(u[0], e)]
    for k in range(1, len(u)):
        total = sum(((e * i - (k - i)) * u[i] * y[k - i] for i in range(1, k + 1)), np.zeros_like(u[0]))
        y.append(total / (k * u[0]))
    return y


def _integrated(first: Array, slope: Series) -> Series:
    """The series with the given start and derivative."""
    return [first, *(slope[k] / (k + 1) for k in range(len(slope) - 1))]


def _slopes(u: Series) -> Series:
    """The derivative of a series, with a last coefficient that nothing reads."""
    return [*((k + 1) * u[k + 1] for k in range(len(u) - 1)), np.zeros_like(u[0])]


def _exponential(u: Series) -> Series:
    y = [np.exp(u[0])]
    for k in range(1, len(u)):
        y.append(sum((i * u[i] * y[k - i] for i in range(1, k + 1)), np.zeros_like(u[0])) / k)
    return y


def _elementary(name: str, u: Series) -> Series:
    du = _slopes(u)
    match name:
        case "exp":
            return _exponential(u)
        case "log":
            return _integrated(np.log(u[0]), _times(du, _power(u, np.array(-1.0))))
        case "erf":
            bell = _exponential([-c for c in _times(u, u)])
            return _integrated(erf(u[0]), [c * 2 / np.sqrt(np.pi) for c in _times(bell, du)])
        case "atan":
            one = _constant(1.0, u)
            return _integrated(np.arctan(u[0]), _times(du, _power(_plus(one, _times(u, u)), np.array(-1.0))))
        case "asinh":
            one = _constant(1.0, u)
            return _integrated(np.arcsinh(u[0]), _times(du, _power(_plus(one, _times(u, u)), np.array(-0.5))))
        case "lambertw":
            return _lambertw(u)
        case "tanh":
            flip = np.where(u[0] < 0, -1.0, 1.0)
            decay = _exponential([-2 * flip * c for c in u])
            one = _constant(1.0, u)
            quotient = _times([a - b for a, b in zip(one, decay, strict=True)], _power(_plus(one, decay), np.array(-1.0)))
            return [flip * c for c in quotient]
        case "sin" | "cos":
            return _trigonometric(u, sine=name == "sin")
        case "sinh" | "cosh":
            up, down = _exponential(u), _exponential([-c for c in u])
            return [(a + b if name == "cosh" else a - b) / 2 for a, b in zip(up, down, strict=True)]
        case _:
            return _constant(np.nan, u)


def _lambertw(u: Series) -> Series:
    """y = W(u) by y'·(e^y + u) = u', one coefficient after another."""
    y, e = [principal_lambertw(u[0])], [np.exp(principal_lambertw(u[0]))]
    for k in range(1, len(u)):
        known = sum(((k - j) * (e[j] + u[j]) * y[k - j] for j in range(1, k)), np.zeros_like(u[0]))
        y.append((k * u[k] - known) / (k * (e[0] + u[0])))
        e.append(sum((j * y[j] * e[k - j] for j in range(1, k + 1)), np.zeros_like(u[0])) / k)
    return y


def principal_lambertw(x: Array) -> Array:
    """The principal branch of Lambert's W, NaN below −1/e."""
    value = lambertw(x).real  # pyright: ignore[reportArgumentType]  # the stubs know its scalar form alone
    return np.where(x >= -np.exp(-1.0), value, np.nan)


def _plus(a: Series, b: Series) -> Series:
    return [c + d for c, d in zip(a, b, strict=True)]


def _trigonometric(u: Series, *, sine: bool) -> Series:
    s, c = [np.sin(u[0])], [np.cos(u[0])]
    for k in range(1, len(u)):
        s.append(sum((i * u[i] * c[k - i] for i in range(1, k + 1)), np.zeros_like(u[0])) / k)
        c.append(-sum((i * u[i] * s[k - i] for i in range(1, k + 1)), np.zeros_like(u[0])) / k)
    return s if sine else c
