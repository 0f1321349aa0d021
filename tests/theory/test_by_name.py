"""What holds for every activation of the ledger, whatever its name: its extrema are settled; some laws know it by its form."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theory.truths import TRUTH
from theory import full_ledger, hardshrink, prelu, relu, threshold
from theory.certify import certify
from theory.kernel.field import homogeneous
from theory.kernel.terms import literal, make, rat, var
from theory.kernel.theorem import Theorem, infer
from theory.language.activations import Activation
from theory.language.errors import KernelRefusal
from theory.parsing import parse

full_ledger()
NAMES = sorted(head.__name__ for head in TRUTH)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_every_activation_is_settled(name: str, order: int) -> None:
    found = certify(parse(f"{name}(x)"), order=order)
    assert found.unsettled == ()
    for extremum in (found.sup, found.inf):
        assert extremum is not None
        extremum.replay()


@pytest.mark.parametrize("name", NAMES)
def test_positive_factors_come_out_of_these_alone(name: str) -> None:
    assert homogeneous(name) == (name in {"identity", "leaky_relu", "prelu", "relu"})


def orbit(head: type[Activation], entry: Fraction, factor: Fraction) -> Theorem:
    weight, start = literal(((entry,),)), literal(((Fraction(1),),))
    return infer("growing_orbit", [weight, make("fun", data=head.__name__), start, rat(factor), var("T", "nat")])


def test_an_orbit_grows_under_every_homogeneous_activation() -> None:
    for head in (relu, prelu):
        assert orbit(head, Fraction(2), Fraction(2)).conclusion.args[0].args[0] is rat(2)


def test_an_orbit_under_others_says_nothing() -> None:
    for head, entry in ((hardshrink, 2), (threshold, 2)):
        with pytest.raises(KernelRefusal, match="positively homogeneous"):
            orbit(head, Fraction(entry), Fraction(entry))
    with pytest.raises(KernelRefusal, match="not multiplied"):
        orbit(prelu, Fraction(-2), Fraction(2))
