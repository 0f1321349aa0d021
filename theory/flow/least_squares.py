"""Least squares with inputs that are not centred: the mean of xxᵀ, and which step sizes are stable."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Identity, Symbol, Transpose

from theory.flow.eigenvalues import pow_eigenvector
from theory.flow.inner_products import k
from theory.language.claims import claim
from theory.language.matrices import Entry, MatrixSum, SumOf, added, grouped, scaled
from theory.language.statements import iff, implies, tends_to_zero
from theory.language.symbols import T_, Drive, PositiveX, Square, Start, Step, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Parts, Sign

t = Symbol("t")
ROWS = ["lecun-mean-hessian"]


def outer(x: Any) -> Any:
    """The matrix x xᵀ."""
    return grouped(x, Transpose(x))


def mean(x: Any, T: Any) -> Any:
    """The mean of the columns x_1, …, x_T."""
    return scaled(1 / T, MatrixSum(x.at(k), k, 1, T))


def hessian(x: Any, T: Any) -> Any:
    """The mean of x xᵀ: the Hessian of least squares on the inputs x_1, …, x_T."""
    return scaled(1 / T, MatrixSum(outer(x.at(k)), k, 1, T))


def _around(x: Any, c: Any, T: Any) -> Any:
    """The sum of (x + c)(x + c)ᵀ."""
    return MatrixSum(outer(added(x.at(k), c)), k, 1, T)


def _some(T: Any) -> Any:
    return Have(T > 0, Nonneg((T - 1) + 1))


# --- the Hessian ----------------------------------------------------------------------------------------


@claim()
def sum_outer_shifted(x: Drive, c: Start, T: T_):
    """The outer products of T columns, all shifted by c, added up."""
    outers, sums = MatrixSum(outer(x.at(k)), k, 1, T), MatrixSum(x.at(k), k, 1, T)
    expanded = added(outers, grouped(sums, Transpose(c)), grouped(c, Transpose(sums)), scaled(T, outer(c)))
    return eq(_around(x, c, T), expanded), Induction(on=T)


@claim(ledger=ROWS)
def hessian_eq_covariance_add_mean(x: Drive, T: Step):
    """The mean of xxᵀ is the covariance of the inputs plus μμᵀ, with μ their mean."""
    mu = mean(x, T)
    back = scaled(-1, mu)
    covariance = scaled(1 / T, _around(x, back, T))
    return eq(hessian(x, T), added(covariance, outer(mu))), Calc(by=[_some(T), sum_outer_shifted.at(c=back)])


@claim()
def sq_sum_along_le(x: Drive, v: Start, T: T_):
    """The square of a sum of T coordinates along v is at most T times the sum of their squares."""
    along = Entry(grouped(Transpose(v), x.at(k)), 1)
    S, Q, new = SumOf(along, k, 1, T), SumOf(along**2, k, 1, T), Entry(grouped(Transpose(v), x.at(T + 1)), 1)
    later = Nonneg((T * Q - S**2) * (1 + 1 / T) + (S - T * new) ** 2 / T)
    return S**2 <= T * Q, Induction(on=T, base=Calc(), step=Cases(on=T, signs=("+", "0"), then=(later, Calc())))


@claim(ledger=[*ROWS, "zigzag-inefficient"])
def sq_mean_along_le_hessian(x: Drive, v: Start, T: Step):
    """Along any v the Hessian is at least (vᵀμ)²; with v = μ/‖μ‖ its largest eigenvalue is at least ‖μ‖²."""
    along = Entry(grouped(Transpose(v), x.at(k)), 1)
    S, Q = SumOf(along, k, 1, T), SumOf(along**2, k, 1, T)
    return (S / T) ** 2 <= Q / T, Nonneg((T * Q - S**2) / T**2, by=[_some(T), sq_sum_along_le])


# --- stable step sizes -------------------------------------------------------------------------------------


@claim(ledger=ROWS, example={"n": 1, "H": [[1]], "v": [1], "c": 1})
def descent_eigenvector(H: Square, v: Start, eta: X, c: X, T: T_):
    """T steps of gradient descent multiply the error along an eigenvector of H by (1 − ηλ)^T, here with c for λ."""
    step = added(Identity(n), scaled(-eta, H))
    return implies(eq(grouped(H, v), scaled(c, v)), eq(grouped(step**T, v), scaled((1 - eta * c) ** T, v))), Calc(
        by=[pow_eigenvector.at(P=step, h=v, c=1 - eta * c)]
    )


def _short(eta: Any, c: Any) -> Any:
    """Why |1 − ηc| is below 1 for a step size below 2/c."""
    return Cases(on=1 - eta * c, then=(Nonneg(eta * c), Nonneg(c * (2 / c - eta))))


@claim(ledger=ROWS)
def abs_descent_factor_lt_one_iff(eta: PositiveX, c: PositiveX):
    """A step shrinks the error along an eigenvalue c > 0 exactly if the step size is below 2/c."""
    q = 1 - eta * c
    too_long = Cases(on=q, then=(Nonneg((1 + q) / c), Nonneg((1 - Abs(q)) / c)))
    return iff(Abs(q) < 1, eta < 2 / c), Parts((too_long, _short(eta, c)))


@claim(ledger=ROWS, example={"eta": 1, "c": 1})
def descent_error_tendsto_zero(eta: PositiveX, c: PositiveX):
    """Below 2/c the error along this eigenvalue vanishes."""
    q = 1 - eta * c
    return implies(eta < 2 / c, tends_to_zero(Abs(q) ** t, t)), Sign(by=[Have(Abs(q) < 1, _short(eta, c))])


@claim(ledger=ROWS, example={"eta": 3, "c": 1})
def descent_error_grows(eta: PositiveX, c: PositiveX, T: T_):
    """Above 2/c it grows beyond all bounds, by at least ηc − 2 in each step."""
    a = eta * c - 1
    steep = Have(a - 1 > 0, Nonneg(c * (eta - 2 / c)))
    facts = [steep, Have(a > 0, Nonneg((a - 1) + 1)), Have(1 - eta * c < 0, Nonneg((a - 1) + 1))]
    step = Nonneg(a * (Abs(1 - eta * c) ** T - 1 - T * (a - 1)) + T * (a - 1) ** 2)
    return implies(eta > 2 / c, Abs(1 - eta * c) ** T >= 1 + T * (a - 1)), Induction(on=T, base=Calc(), step=step, by=facts)
