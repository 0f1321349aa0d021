"""What the tests of derivations share: the activations with their kinks, independent values, and all small orders."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import pytest
from sympy import S, Symbol

from theory.activations.gelu import gelu
from theory.activations.hard_tanh import hard_tanh
from theory.activations.identity import identity
from theory.activations.leaky_relu import leaky_relu
from theory.activations.mish import mish
from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.derivations import Derivation
from theory.language.activations import Activation

mp: Any = mpmath
x = Symbol("x")

# Each activation as mpmath computes it, written independently of its definition in the library.
TRUTH: dict[type[Activation], Callable[[Any], Any]] = {
    sigmoid: lambda u: 1 / (1 + mp.exp(-u)),
    tanh: mp.tanh,
    softplus: lambda u: mp.log1p(mp.exp(u)),
    silu: lambda u: u / (1 + mp.exp(-u)),
    gelu: lambda u: u * mp.ncdf(u),
    mish: lambda u: u * mp.tanh(mp.log1p(mp.exp(u))),
    normal_cdf: mp.ncdf,
    normal_pdf: mp.npdf,
    relu: lambda u: max(u, mp.mpf(0)),
    leaky_relu: lambda u: u if u > 0 else u / 100,
    identity: lambda u: u,
    hard_tanh: lambda u: min(max(u, mp.mpf(-1)), mp.mpf(1)),
}
KINKS: dict[type[Activation], tuple[Any, ...]] = {relu: (S.Zero,), leaky_relu: (S.Zero,), hard_tanh: (-S.One, S.One)}
POINTS = ("-41/13", "-1/7", "3/11", "19/9")
ORDERS = (0, 1, 2, 3)
CASES = [(head, order) for head in TRUTH for order in ORDERS]


def named(case: tuple[type[Activation], int]) -> str:
    return f"{case[0].__name__}-{case[1]}"


each_case = pytest.mark.parametrize("case", CASES, ids=named)
each_head = pytest.mark.parametrize("head", TRUTH, ids=lambda h: h.__name__)


@cache
def derived(head: type[Activation], order: int) -> Derivation:
    return head.derivation(order)


def applied(head: type[Activation], u: Any, order: int) -> Any:
    return head(u) if order == 0 else head.d(u, order)


def activation(name: str, form: Callable[[Any], Any], module: str = __name__) -> type[Activation]:
    """An activation as a user defines one, in a module."""

    def definition(_: Any, u: Any) -> Any:
        return form(u)

    return type(name, (Activation,), {"definition": classmethod(definition), "__module__": module})
