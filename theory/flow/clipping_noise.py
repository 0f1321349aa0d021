"""Clipping noisy gradients one by one: what it does to their mean, and to their size."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Max, Min, Rational

from theory.language.chance import Draws, FiniteLaw, LawVariable, Mean
from theory.language.claims import claim
from theory.language.domains import Laws
from theory.language.statements import both
from theory.language.symbols import PositiveX, eq
from theory.tactics import Calc, Cases, Have, Moments, Nonneg, Parts, Refute

Z = Draws("Z")
Integrable = Annotated[LawVariable, Laws(order=1)]
Symmetric = Annotated[LawVariable, Laws(symmetric=True, order=1)]
Square = Annotated[LawVariable, Laws(order=2)]
ONE_LARGE = FiniteLaw({3: Rational(1, 3), -1: Rational(2, 3)})
"""One sample in three is 3, the others are −1."""
SOURCES = ["pascanu2013"]
ROWS = ["gradient-clipping-remedy"]


def clipped(g: Any, c: Any) -> Any:
    """The number within ±c that is nearest to g."""
    return Max(-c, Min(c, g))


def in_three(c: Any, then: Any) -> Cases:
    """What is shown of Z_1 above c, between −c and c, and below −c."""
    z = Z(1)
    above, below = Have(-c - z <= 0, Nonneg((z - c) + 2 * c)), Have(z - c <= 0, Nonneg(2 * c - (z + c)))
    return Cases(z - c, (then(by=[above]), Cases(z + c, (then(), then(by=[below])))))


@claim(ledger=ROWS)
def mean_clipped_of_one_large():
    """Samples that are 3 with probability 1/3 and −1 otherwise have the mean 1/3; clipped at 1 they have the mean −1/3."""
    third = Rational(1, 3)
    return both(eq(Mean(Z(1), Z, ONE_LARGE), third), eq(Mean(clipped(Z(1), 1), Z, ONE_LARGE), -third)), Calc()


@claim(ledger=ROWS)
def mean_clipped_keeps_sign(c: PositiveX, mu: Integrable):
    """Folklore: clipping the gradient of each sample keeps the sign of their mean."""
    return Mean(Z(1), Z, mu) * Mean(clipped(Z(1), c), Z, mu) >= 0, Refute(at={c: 1, mu: ONE_LARGE})


@claim(ledger=ROWS, corrects=["mean_clipped_keeps_sign"])
def mean_clipped_of_symmetric(c: PositiveX, mu: Symmetric):
    """Noise that is symmetric about 0 keeps the mean 0 when it is clipped."""
    odd = Have(eq(clipped(-Z(1), c), -clipped(Z(1), c)), in_three(c, Calc))
    mean, mirrored = Mean(clipped(Z(1), c), Z, mu), Mean(clipped(-Z(1), c), Z, mu)
    return eq(mean, 0), Moments(-((mean - mirrored) + (mirrored + mean)) / 2, also=[mean, mirrored], below=[odd])


@claim(ledger=ROWS, corrects=["mean_clipped_keeps_sign"])
def mean_sub_mean_clipped(c: PositiveX, mu: Integrable):
    """What clipping takes from the mean: what lies above c less what lies below −c."""
    above, under, short = Max(Z(1) - c, 0), Max(-c - Z(1), 0), clipped(Z(1), c)
    pointwise = Have(eq(short, Z(1) - above + under), in_three(c, Calc))
    lost = Mean(above, Z, mu) - Mean(under, Z, mu)
    return eq(Mean(Z(1), Z, mu) - Mean(short, Z, mu), lost), Moments(below=[pointwise])


@claim(sources=SOURCES, ledger=ROWS)
def mean_sq_clipped_le(c: PositiveX, mu: Square):
    """Clipping never raises the mean square of a gradient."""
    z, low, high = Z(1), Z(1) - c, Z(1) + c
    beyond = Cases(high, (Calc(), Nonneg(-high * (2 * c - high))))
    pointwise = Have(clipped(z, c) ** 2 <= z**2, Cases(low, (Nonneg(low * (low + 2 * c)), beyond)))
    return Mean(clipped(Z(1), c) ** 2, Z, mu) <= Mean(Z(1) ** 2, Z, mu), Moments(below=[pointwise])


@claim(sources=SOURCES, ledger=ROWS)
def mean_clipped_mem_Icc(c: PositiveX, mu: Integrable):
    """However large a gradient may get, clipped at c its mean lies within ±c."""
    short = clipped(Z(1), c)
    inside = [
        Have(-c <= short, Cases([Z(1) - c, Z(1) + c], Nonneg())),
        Have(short <= c, Cases([Z(1) - c, Z(1) + c], Nonneg())),
    ]
    mean = Mean(short, Z, mu)
    return both(-c <= mean, mean <= c), Parts((Moments(below=inside[:1]), Moments(below=inside[1:])))
