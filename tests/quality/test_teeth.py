"""The kill rate: of what is false and near to a claim the attack breaks at least 97 %, and the kernel proves none of it."""

from __future__ import annotations

from functools import cache

import pytest

from gradproof.teeth import PASSING, bite_all, counts_of, kill_rate
from numerics.teeth import Bitten, Fate
from tests.sampling import is_quick
from theory.kernel.gate import goal_of
from theory.kernel.replacing import walk
from theory.language.claims import Claim, full_ledger

SAMPLE = 40
"""One claim in so many is put to the test in the ordinary suite; all are nightly."""


def _averages(claim: Claim) -> bool:
    """Whether a claim is about expectations, which take more draws to bite on than the dev profile has."""
    return any(node.op == "mean" for node in walk(goal_of(claim).conclusion))


SLOW = frozenset({"mean_sq_sensitivity_tendsto", "norm_ten_sigmoid_layers_jacobian_le"})
"""A limit whose proofs are searched for minutes, and products of ten layers."""


@cache
def results(stride: int) -> list[Bitten]:
    some = [claim for claim in full_ledger() if is_quick(claim.name, stride)]
    some = [claim for claim in some if stride == 1 or (claim.name not in SLOW and not _averages(claim))]
    return bite_all(some, "dev" if stride > 1 else "ci", 0, jobs=1 if stride > 1 else None)


@pytest.mark.parametrize("stride", [SAMPLE, pytest.param(1, marks=pytest.mark.nightly)])
def test_the_kernel_proves_nothing_that_is_broken(stride: int) -> None:
    assert [(r.name, b) for r in results(stride) for b in r.bites if b.fate is Fate.CONTRADICTION] == []


@pytest.mark.parametrize("stride", [SAMPLE, pytest.param(1, marks=pytest.mark.nightly)])
def test_the_kill_rate(stride: int) -> None:
    counts = counts_of(results(stride))
    rate = kill_rate(counts)
    survivors = [f"{r.name}: {b.change}" for r in results(stride) for b in r.bites if b.fate is Fate.SURVIVED]
    assert rate is not None
    assert rate >= PASSING, "; ".join(survivors)
    assert counts[Fate.BROKEN] >= 100


@pytest.mark.parametrize("stride", [SAMPLE, pytest.param(1, marks=pytest.mark.nightly)])
def test_every_claim_has_a_variant_or_says_why_not(stride: int) -> None:
    assert [r.name for r in results(stride) if not r.bites and not r.note] == []


@pytest.mark.parametrize("stride", [SAMPLE, pytest.param(1, marks=pytest.mark.nightly)])
def test_every_variant_says_what_became_of_it(stride: int) -> None:
    for result in results(stride):
        for bite in result.bites:
            said = {Fate.BROKEN: bite.witness, Fate.PROVED: bite.by}.get(bite.fate, bite.reason)
            assert said, (result.name, bite)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [1, 2])
def test_the_kill_rate_is_no_luck_of_a_seed(seed: int) -> None:
    rate = kill_rate(counts_of(bite_all(list(full_ledger()), "ci", seed)))
    assert rate is not None
    assert rate >= PASSING
