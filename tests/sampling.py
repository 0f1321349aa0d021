"""Which claims a law is shown on in the ordinary suite, where all of them would take minutes; nightly it is all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zlib import crc32

import pytest

ONE_IN = 6
KINDS = frozenset(
    {
        "deriv_sigmoid_le_quarter",  # a square
        "sup_deriv_sigmoid",  # an extremum
        "deriv_sigmoid_eq_quarter_iff",  # an equivalence
        "sigmoid_tendsto_one",  # a limit
        "sigmoid_strictMono",  # an assumption within the statement
        "gelu_tanh_sub_gelu_mem_Icc",  # a certificate
        "norm_jacobian_le_pow",  # an induction
        "jacobian_tendsto_zero_of_spectralRadius_lt_one",  # a refutation
        "jacobian_tendsto_zero_of_normal",  # what rests on a cited theorem
        "norm_le_spectralRadius_of_normal",  # and that theorem
    }
)
"""Claims that every law is shown on: one of each kind of statement and of proof."""


def is_quick(name: str, one_in: int = ONE_IN) -> bool:
    """Whether a claim belongs to the part; that hangs on its name alone, so other claims may come and go."""
    return name in KINDS or crc32(name.encode()) % one_in == 0


def sampled(cases: Iterable[Any], one_in: int = ONE_IN, *, slow: frozenset[str] = frozenset()) -> list[Any]:
    """The cases (names, claims, or what `pytest.param` gives for one), those outside of the part or slow marked nightly."""
    return [case if is_quick(_name(case), one_in) and _name(case) not in slow else _nightly(case) for case in cases]


def _name(case: Any) -> str:
    value = case.values[0] if hasattr(case, "marks") else case
    return value if isinstance(value, str) else value.name


def _nightly(case: Any) -> Any:
    if not hasattr(case, "marks"):
        return pytest.param(case, marks=pytest.mark.nightly)
    return pytest.param(*case.values, marks=(*case.marks, pytest.mark.nightly), id=case.id)
