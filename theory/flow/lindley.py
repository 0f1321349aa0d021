"""The IRNN in closed form: Lindley's recursion of queueing theory, as a sum and its running maximum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Identity, Max, Symbol

from theory.activations.relu import relu
from theory.language.claims import claim
from theory.language.matrices import Entry, Recurrence, SumOf, scaled
from theory.language.recursion import Recursion
from theory.language.symbols import T_, Coordinate, Drive, PositiveX, Start, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg

k = Symbol("k")


def record(name: str, start: Any, total: Callable[[Any], Any]) -> Recursion:
    """The largest of the start and of the sums so far negated: how deep they have fallen."""
    return Recursion(name, start, lambda before, t: Max(before, -total(t)))


@claim(sources=["lindley1952"], ledger=["irnn-lindley", "irnn-no-large-output"])
def irnn_state_eq_sum_add_record(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """A unit of the IRNN is the sum of its inputs plus the largest of its start and of all earlier sums negated."""
    net = Recurrence(Identity(n), relu, h_0, v)

    def total(T: Any) -> Any:
        return SumOf(Entry(v.at(k), i), k, 1, T)

    return eq(Entry(net.state(T), i), total(T) + record("R", Entry(h_0, i), total).at(T)), Induction(on=T)


@claim(sources=["lindley1952"], ledger=["irnn-lindley", "irnn-scaled"])
def scaled_irnn_state_eq_sum_add_record(h_0: Start, v: Drive, w: PositiveX, i: Coordinate, T: T_):
    """The same with W = wI, w > 0, once every input is divided by the growth since the start."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)

    def total(T: Any) -> Any:
        return SumOf(Entry(v.at(k), i) / w**k, k, 1, T)

    highest = record("R", Entry(h_0, i), total).at(T)
    argument, above_record = Entry(net.preactivation(T + 1), i), highest + total(T + 1)
    active = Calc(by=[Have(argument >= 0, Nonneg(w ** (T + 1) * above_record))])
    inactive = Calc(by=[Have(argument <= 0, Nonneg(-(w ** (T + 1)) * above_record))])
    return eq(Entry(net.state(T), i), w**T * (total(T) + highest)), Induction(
        on=T, step=Cases(on=above_record, then=(active, inactive))
    )
