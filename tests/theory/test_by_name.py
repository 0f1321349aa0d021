"""What holds for every activation of the ledger, whatever its name: its extrema are settled; some laws know it by its form."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.theory.truths import TRUTH
from theory import full_ledger
from theory.certify import certify
from theory.kernel.terms import fn, literal, make, rat, sequence_literal, var
from theory.kernel.theorem import Theorem
from theory.language.errors import KernelRefusal
from theory.parsing import parse
from theory.tactics.orbits import along_orbit

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


def orbit(name: str, entry: int, factor: int) -> Theorem:
    weight, start = literal(((Fraction(entry),),)), literal(((Fraction(1),),))
    net = fn("net", weight, make("fun", data=name), start, sequence_literal((), 1))
    return along_orbit(net, start, rat(factor), var("T", "nat"))


@pytest.mark.parametrize("name", NAMES)
def test_an_orbit_grows_where_positive_factors_come_out(name: str) -> None:
    if name in {"celu", "elu", "identity", "leaky_relu", "prelu", "relu", "threshold"}:
        assert orbit(name, 2, 2).conclusion.args[0].args[0] is rat(2)
    else:
        with pytest.raises(KernelRefusal):
            orbit(name, 2, 2)


def test_an_orbit_that_turns_says_nothing() -> None:
    for entry, factor in ((-2, 2), (2, 3)):
        with pytest.raises(KernelRefusal):
            orbit("prelu", entry, factor)
