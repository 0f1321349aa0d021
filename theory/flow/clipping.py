"""Clipping gradients: g ↦ g·min(1, c/‖g‖), and what it does not do."""

from __future__ import annotations

from typing import Any

from sympy import Max, Min, sqrt

from theory.flow.inner_products import (
    Numbers,
    abs_inner_le_mul,
    inner,
    k,
    number,
    squares,
    sum_sq_combination,
    sum_sq_difference,
)
from theory.language.claims import claim
from theory.language.matrices import Entry, Norm, SumOf, added, scaled
from theory.language.statements import both, implies
from theory.language.symbols import T_, Coordinate, PositiveX, Start, X, eq
from theory.tactics import Calc, Cases, Chain, Have, Nonneg, Refute

SOURCES = ["pascanu2013"]
ROWS = ["clip-projection", "gradient-clipping-remedy"]


def clipped(g: Any, c: Any) -> Any:
    """The gradient g shortened to length c where it is longer."""
    return scaled(Min(1, c / Norm(g)), g)


@claim(sources=SOURCES, ledger=ROWS, example={"n": 1, "g": [1]})
def norm_clipped_eq_min(g: Start, c: PositiveX):
    """Clipping leaves a gradient of length ‖g‖ or c, whichever is less."""
    r = Norm(g)
    return implies(r > 0, eq(Norm(clipped(g, c)), Min(r, c))), Cases(on=c - r, then=Chain())


@claim(sources=SOURCES, ledger=ROWS, example={"n": 1, "g": [1]})
def norm_clipped_le(g: Start, c: PositiveX):
    """No clipped gradient is longer than c."""
    r = Norm(g)
    return implies(r > 0, Norm(clipped(g, c)) <= c), Cases(on=c - r, by=[norm_clipped_eq_min])


@claim(sources=SOURCES, ledger=ROWS, example={"n": 1, "g": [1], "c": 1})
def clipped_eq_self_of_norm_le(g: Start, c: PositiveX):
    """A gradient that is short enough stays as it is."""
    return implies(both(Norm(g) > 0, Norm(g) <= c), eq(clipped(g, c), g)), Calc()


@claim()
def norm_add_le(g: Start, y: Start):
    """A sum of two columns is no longer than the two together (the triangle inequality)."""
    return Norm(added(g, y)) <= Norm(g) + Norm(y), Chain()


@claim(sources=SOURCES, ledger=ROWS, example={"n": 1, "g": [1], "y": [0], "c": 1})
def clipped_is_nearest(g: Start, y: Start, c: PositiveX):
    """Clipping is the projection onto the ball of radius c: no point y of the ball is nearer to the gradient."""
    rest = added(g, scaled(-1, y))
    triangle = norm_add_le.at(g=rest, y=y)
    beyond = Have(Norm(g) - c <= Norm(rest), Nonneg((Norm(rest) + Norm(y) - Norm(g)) + (c - Norm(y)), by=[triangle]))
    moved = added(g, scaled(-1, clipped(g, c)))
    far = Chain(through=[Norm(scaled(1 - c / Norm(g), g)), Norm(g) - c], by=[beyond])
    return implies(both(Norm(g) > 0, Norm(y) <= c), Norm(moved) <= Norm(rest)), Cases(on=c - Norm(g), then=(Calc(), far))


@claim(sources=SOURCES, ledger=ROWS, corrects=["clipping_entries_keeps_direction"], example={"n": 1, "g": [1]})
def clipped_parallel(g: Start, c: PositiveX, i: Coordinate, j: Coordinate):
    """Clipping by length keeps the direction: the entries of the clipped gradient stand in the same ratios as before."""
    short = clipped(g, c)
    return implies(Norm(g) > 0, eq(Entry(short, i) * Entry(g, j), Entry(short, j) * Entry(g, i))), Calc()


# --- clipping brings no two gradients further apart ----------------------------------------------------


@claim(ledger=ROWS, example={"r": 1, "q": 1, "p": 1, "c": 1})
def sq_dist_clipped_le(r: PositiveX, q: PositiveX, p: X, c: PositiveX):
    """Two gradients of lengths r and q and of inner product p are no further apart once they are clipped."""
    s, t = Min(1, c / r), Min(1, c / q)
    after, before = s**2 * r**2 - 2 * s * t * p + t**2 * q**2, r**2 - 2 * p + q**2
    turned = 2 * (r * q - p)
    return implies(p <= r * q, after <= before), Cases(
        on=c - r,
        signs=("-", "0+"),
        then=(
            Cases(
                on=c - q,
                signs=("-", "0+"),
                then=(
                    Nonneg(turned * ((r - c) * q + c * (q - c)) / (r * q) + (r - q) ** 2),
                    Nonneg(turned * ((r - c) / r) + (r - c) * ((r - c) + 2 * (c - q))),
                ),
            ),
            Cases(
                on=c - q, signs=("-", "0+"), then=(Nonneg(turned * ((q - c) / q) + (q - c) * ((q - c) + 2 * (c - r))), Calc())
            ),
        ),
    )


@claim(sources=SOURCES, ledger=ROWS, example={"x": [[1]], "y": [[1]], "T": 1})
def clipping_lipschitz(x: Numbers, y: Numbers, c: PositiveX, T: T_):
    """Clipping is 1-Lipschitz in any dimension: it brings no two gradients further apart."""
    A, B, P = squares(x, T), squares(y, T), inner(x, y, T)
    s, t = Min(1, c / sqrt(A)), Min(1, c / sqrt(B))
    after = SumOf((s * number(x, k) - t * number(y, k)) ** 2, k, 1, T)
    before = SumOf((number(x, k) - number(y, k)) ** 2, k, 1, T)
    aligned = Have(sqrt(A) * sqrt(B) >= P, Cases(on=P, by=[abs_inner_le_mul]))
    facts = [
        aligned,
        sq_dist_clipped_le.at(r=sqrt(A), q=sqrt(B), p=P),
        sum_sq_combination.at(a=s, b=t),
        sum_sq_difference,
    ]
    scalar = A * s**2 - 2 * s * t * P + t**2 * B
    return implies(both(A > 0, B > 0), after <= before), Nonneg(
        (scalar - after) + ((A - 2 * P + B) - scalar) + (before - (A - 2 * P + B)), by=facts
    )


# --- what is not clipping -------------------------------------------------------------------------------


@claim(ledger=["gradient-clipping-remedy"])
def clipping_samples_keeps_sign_of_mean(a: X, b: X, d: X):
    """Folklore: clipping the gradient of each sample at 1 keeps the direction of their mean."""
    each = Max(-1, Min(1, a)) + Max(-1, Min(1, b)) + Max(-1, Min(1, d))
    return (a + b + d) / 3 * (each / 3) >= 0, Refute(at={a: 3, b: -1, d: -1})


@claim(ledger=["gradient-clipping-remedy"], corrects=["clipping_samples_keeps_sign_of_mean"])
def clipping_mean_keeps_sign(m: X, c: PositiveX):
    """Clipping the mean itself keeps its sign."""
    return m * Max(-c, Min(c, m)) >= 0, Cases(on=m, then=(Cases(on=c - m), Cases(on=c + m)))


@claim(ledger=["gradient-clipping-remedy"])
def clipping_entries_keeps_direction(a: X, b: X, c: PositiveX):
    """Folklore: clipping entry by entry leaves the direction of a gradient (a, b) as it is."""
    clip_a, clip_b = Max(-c, Min(c, a)), Max(-c, Min(c, b))
    return eq(a * clip_b, b * clip_a), Refute(at={a: 2, b: 1, c: 1})
