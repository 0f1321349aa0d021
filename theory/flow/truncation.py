"""Driven linear recursions s_t = A_t s_{t−1} + u_t, and what truncated backpropagation leaves out of them.

A gradient through time is one: A_t = D_t W carries it on, u_t is what step t adds to it.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Expr, Symbol, ZeroMatrix

from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.matrices import Norm, added, grouped, scaled
from theory.language.recursion import Recursion, product_of
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Drive, NonnegativeX, Start, Weights, X, eq, n
from theory.tactics import Chain, Induction, Nonneg

t = Symbol("t")
Rate = Annotated[Expr, Interval(0, 1, right_open=True)]


def run(name: str, A: Weights, u: Drive, start: Any) -> Recursion:
    """s_0 = start, s_t = A_t s_{t−1} + u_t."""
    return Recursion(name, start, lambda before, t: added(grouped(A.at(t), before), u.at(t)))


def apart(A: Weights, u: Drive, x: Start, y: Start, T: Symbol) -> Any:
    """How far two runs from different starts are from each other after T steps."""
    return added(run("r", A, u, x).at(T), scaled(-1, run("s", A, u, y).at(T)))


@claim(sources=["pascanu2013"], ledger=["tbptt-error", "stable-rnn-truncation"])
def norm_apart_le_prod(A: Weights, u: Drive, x: Start, y: Start, T: T_):
    """Two runs with the same input forget where they started: their distance is multiplied by at most ‖A_t‖ at each step."""
    factor = product_of(lambda k: Norm(A.at(k)), T)
    closer = added(run("r", A, u, x).at(T), scaled(-1, run("s", A, u, y).at(T)))
    return Norm(apart(A, u, x, y, T)) <= factor * Norm(added(x, scaled(-1, y))), Induction(
        on=T, step=Chain(through=[Norm(grouped(A.at(T + 1), closer))])
    )


@claim(ledger=["tbptt-error", "stable-rnn-truncation"], example={"n": 1, "A": [], "u": [], "x": [1], "y": [0], "q": 0, "T": 1})
def norm_apart_le_pow(A: Weights, u: Drive, x: Start, y: Start, q: NonnegativeX, T: T_):
    """Where every ‖A_t‖ is at most q, a difference of q^K is left after K steps."""
    closer = apart(A, u, x, y, T)
    return implies(always(t, Norm(A.at(t)) <= q), Norm(closer) <= q**T * Norm(added(x, scaled(-1, y)))), Induction(
        on=T, step=Chain(through=[Norm(grouped(A.at(T + 1), closer))])
    )


@claim(ledger=["tbptt-error"], example={"n": 1, "A": [], "u": [], "q": 0, "c": 1, "T": 1})
def norm_forced_le(A: Weights, u: Drive, q: Rate, c: NonnegativeX, T: T_):
    """What is added at each step, at most c, sums up to no more than c/(1 − q) where every ‖A_t‖ is at most q < 1."""
    small = both(always(t, Norm(A.at(t)) <= q), always(t, Norm(u.at(t)) <= c))
    return implies(small, Norm(run("s", A, u, ZeroMatrix(n, 1)).at(T)) <= c / (1 - q)), Induction(on=T)


@claim(ledger=["tbptt-error"], example={"n": 1, "A": [], "u": [], "q": 0, "c": 1, "x": [0], "K": 1})
def norm_truncation_error_le(A: Weights, u: Drive, x: Start, q: Rate, c: X, K: T_):
    """Cutting a gradient off after K steps is wrong by at most q^K·c/(1 − q): what had come before is forgotten."""
    small = both(always(t, Norm(A.at(t)) <= q), Norm(x) <= c / (1 - q))
    whole, cut = run("r", A, u, x), run("s", A, u, ZeroMatrix(n, 1))
    error = Norm(added(whole.at(K), scaled(-1, cut.at(K))))
    return implies(small, error <= q**K * c / (1 - q)), Nonneg(
        (q**K * Norm(x) - error) + q**K * (c / (1 - q) - Norm(x)), by=[norm_apart_le_pow.at(y=ZeroMatrix(n, 1), T=K)]
    )


@claim(ledger=["tbptt-error"])
def forced_by_constants(q: Rate, c: NonnegativeX, T: T_):
    """The bound is approached: with constant factors q and c the sum is (1 − q^T)·c/(1 − q)."""
    s = Recursion("s", 0, lambda before, t: q * before + c)
    return eq(s.at(T), (1 - q**T) * c / (1 - q)), Induction(on=T)
