"""Each activation as mpmath computes it, written independently of its definition in the library; its kinks; its far ends."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

from theory import (
    arctan,
    bent_identity,
    celu,
    elu,
    erf,
    gaussian,
    gelu,
    gelu_tanh,
    hard_sigmoid,
    hard_tanh,
    hardshrink,
    hardswish,
    identity,
    leaky_relu,
    lecun_tanh,
    logsigmoid,
    mish,
    normal_cdf,
    normal_pdf,
    prelu,
    quick_gelu,
    relu,
    relu6,
    relu_squared,
    selu,
    sigmoid,
    silu,
    sine,
    snake,
    softplus,
    softshrink,
    softsign,
    squareplus,
    swish,
    tanh,
    tanhshrink,
    tent,
    threshold,
)
from theory.language.activations import Activation

Head = type[Activation]
mp: Any = mpmath


def _lambda() -> Any:
    return mp.mpf("1.0507009873554804934193349852946")


def _selu(u: Any) -> Any:
    return _lambda() * (u if u > 0 else mp.mpf("1.6732632423543772848170429916717") * mp.expm1(u))


TRUTH: dict[Head, Callable[[Any], Any]] = {
    sigmoid: lambda u: 1 / (1 + mp.exp(-u)),
    tanh: mp.tanh,
    softplus: lambda u: mp.log1p(mp.exp(u)),
    silu: lambda u: u / (1 + mp.exp(-u)),
    swish: lambda u: u / (1 + mp.exp(-u)),
    gelu: lambda u: u * mp.ncdf(u),
    gelu_tanh: lambda u: u / (1 + mp.exp(-mp.sqrt(8 / mp.pi) * (u + mp.mpf("0.044715") * u**3))),
    quick_gelu: lambda u: u / (1 + mp.exp(-mp.mpf("1.702") * u)),
    mish: lambda u: u * mp.tanh(mp.log1p(mp.exp(u))),
    normal_cdf: mp.ncdf,
    normal_pdf: mp.npdf,
    erf: mp.erf,
    arctan: mp.atan,
    gaussian: lambda u: mp.exp(-u * u),
    logsigmoid: lambda u: -mp.log1p(mp.exp(-u)),
    tanhshrink: lambda u: u - mp.tanh(u),
    lecun_tanh: lambda u: mp.mpf("1.7159") * mp.tanh(2 * u / 3),
    softsign: lambda u: u / (1 + abs(u)),
    bent_identity: lambda u: u + (mp.hypot(u, 1) - 1) / 2,
    squareplus: lambda u: (u + mp.hypot(u, 2)) / 2,
    snake: lambda u: u + mp.sin(u) ** 2,
    sine: mp.sin,
    relu: lambda u: max(u, mp.mpf(0)),
    relu_squared: lambda u: max(u, mp.mpf(0)) ** 2,
    leaky_relu: lambda u: u if u > 0 else u / 100,
    prelu: lambda u: u if u > 0 else u / 4,
    elu: lambda u: u if u > 0 else mp.expm1(u),
    celu: lambda u: u if u > 0 else mp.expm1(u),
    selu: _selu,
    identity: lambda u: u,
    hard_tanh: lambda u: min(max(u, mp.mpf(-1)), mp.mpf(1)),
    hard_sigmoid: lambda u: min(max(u + 3, mp.mpf(0)), mp.mpf(6)) / 6,
    hardswish: lambda u: u * min(max(u + 3, mp.mpf(0)), mp.mpf(6)) / 6,
    relu6: lambda u: min(max(u, mp.mpf(0)), mp.mpf(6)),
    softshrink: lambda u: u - min(max(u, mp.mpf("-0.5")), mp.mpf("0.5")),
    hardshrink: lambda u: u if abs(u) > mp.mpf("0.5") else mp.mpf(0),
    threshold: lambda u: u if u > 0 else mp.mpf("0.5"),
    tent: lambda u: 1 - abs(2 * u - 1) if u > 0 else mp.mpf(0),
}

HALF = Fraction(1, 2)
# Where the first derivative does not exist: kinks and jumps.
KINKS: dict[Head, tuple[int | Fraction, ...]] = {
    relu: (0,),
    leaky_relu: (0,),
    prelu: (0,),
    selu: (0,),
    hard_tanh: (-1, 1),
    hard_sigmoid: (-3, 3),
    hardswish: (-3, 3),
    relu6: (0, 6),
    softshrink: (-HALF, HALF),
    hardshrink: (-HALF, HALF),
    threshold: (0,),
    tent: (0, HALF),
}
# Where the first derivative exists and the second does not, with the value of the first.
JOINS: dict[Head, tuple[int, int]] = {elu: (0, 1), celu: (0, 1), softsign: (0, 1), relu_squared: (0, 0)}
# How many digits show differences of functions as flat as e^{−37²/2}, which is 1e-298, and e^{−41²}, which is 1e-748.
DIGITS: dict[Head, int] = dict.fromkeys(TRUTH, 340) | {gaussian: 800, erf: 1700}
# Integrals, of which differences would cost seconds and whose slopes are what they are integrals of.
SLOPE: dict[Head, Callable[[Any], Any]] = {
    erf: lambda u: 2 * mp.exp(-u * u) / mp.sqrt(mp.pi),
    normal_cdf: lambda u: mp.exp(-u * u / 2) / mp.sqrt(2 * mp.pi),
}
# What SymPy's evalf, which gives up after a hundred more digits, does not tell from 0: the second derivative is 1e-2237 at 41.
UNSEEN: dict[Head, Any] = {gelu_tanh: mp.mpf(10) ** -150}
# Those that grow faster than a line stay finite up to here only.
FAR: dict[Head, float] = {relu_squared: 1e150}


def far(head: Head, order: int, u: Any) -> Any:
    """The value or derivative at |u| ≥ 745, where every exponential is below the smallest float."""
    right = u > 0
    if head in (hard_sigmoid, sigmoid, normal_cdf):
        return (right, 0, 0)[order]
    if head in (normal_pdf, gaussian):
        return 0
    if head in (tanh, hard_tanh, erf):
        return (1 if right else -1, 0, 0)[order]
    if head is lecun_tanh:
        return (mp.mpf("1.7159") * (1 if right else -1), 0, 0)[order]
    if head is tent:
        return (2 - 2 * u if right else 0, -2 * right, 0)[order]
    if head is relu6:
        return (6 * right, 0, 0)[order]
    if head is identity:
        return (u, 1, 0)[order]
    if head in (leaky_relu, prelu):
        slope = 1 if right else mp.mpf(1) / (100 if head is leaky_relu else 4)
        return (slope * u, slope, 0)[order]
    if head in (elu, celu):
        return (u if right else -1, right, 0)[order]
    if head is selu:
        return (_selu(u), _lambda() * right, 0)[order]
    if head is logsigmoid:
        return (0 if right else u, not right, 0)[order]
    if head is hardshrink:
        return (u, 1, 0)[order]
    if head is threshold:
        return (u if right else mp.mpf("0.5"), right, 0)[order]
    if head in (tanhshrink, softshrink):
        offset = 1 if head is tanhshrink else mp.mpf("0.5")
        return (u - offset if right else u + offset, 1, 0)[order]
    if head is softsign:
        return (TRUTH[head](u), (1 + abs(u)) ** -2, -2 * mp.sign(u) * (1 + abs(u)) ** -3)[order]
    if head is arctan:
        return (mp.atan(u), 1 / (1 + u * u), -2 * u / (1 + u * u) ** 2)[order]
    if head is bent_identity:
        r = mp.hypot(u, 1)
        return (TRUTH[head](u), 1 + u / (2 * r), r**-3 / 2)[order]
    if head is squareplus:
        r, size = mp.hypot(u, 2), (abs(u) + mp.hypot(u, 2)) / 2
        value = size if right else 1 / size
        return (value, value / r, 2 * r**-3)[order]
    if head in (snake, sine):
        s, c = mp.sin(u), mp.cos(u)
        return ((u + s * s, (s + c) ** 2, 2 * (c * c - s * s)) if head is snake else (s, c, -s))[order]
    if head is relu_squared:
        return (u * u if right else 0, 2 * u if right else 0, 2 * right)[order]
    return (u if right else 0, right, 0)[order]
