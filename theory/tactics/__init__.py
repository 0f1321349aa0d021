"""Proof kinds and the untrusted search behind them; the kinds load at once, the search when a claim is settled."""

from theory.tactics.kinds import (
    Approached,
    Attained,
    Calc,
    Cases,
    Chain,
    GrowingOrbit,
    Have,
    Induction,
    Inverse,
    Monotone,
    Nonneg,
    Parts,
    Refute,
    Sign,
    SlopesFrom,
    Witness,
)

__all__ = [
    "Approached",
    "Attained",
    "Calc",
    "Cases",
    "Chain",
    "GrowingOrbit",
    "Have",
    "Induction",
    "Inverse",
    "Monotone",
    "Nonneg",
    "Parts",
    "Refute",
    "Sign",
    "SlopesFrom",
    "Witness",
]
