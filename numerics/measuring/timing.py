"""Times of several operations, taken in turns, so that what slows a machine down for a while slows all of them down."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import perf_counter_ns

from numerics.measuring.figures import MeasurementError, is_number

Clock = Callable[[], int]
Operations = Mapping[str, Callable[[], object]]


def times_in_turns(
    made: Callable[[int], Operations], rounds: int, *, at_least_ns: int = 1_000_000, clock: Clock = perf_counter_ns
) -> dict[str, list[float]]:
    """Nanoseconds a call of each operation, one number a round.

    `made` gives the operations of a round, on arrays of its own, since where an array lies in memory changes its times.
    In each round every operation is called as often as takes about `at_least_ns`, so that reading the clock does not
    count; who comes first changes from round to round. The garbage collector sleeps meanwhile.
    """
    operations = made(0)
    names = list(operations)
    calls = {name: _calls(operations[name], at_least_ns, clock) for name in names}
    found: dict[str, list[float]] = {name: [] for name in names}
    awake = gc.isenabled()
    gc.disable()
    try:
        for number in range(rounds):
            operations = made(number)
            first = number % len(names)
            for name in names[first:] + names[:first]:
                operations[name]()  # the first call brings the arrays in
                found[name].append(float(f"{_timed(operations[name], calls[name], clock) / calls[name]:.4g}"))
    finally:
        if awake:
            gc.enable()
    return found


def _timed(operation: Callable[[], object], calls: int, clock: Clock) -> int:
    before = clock()
    for _ in range(calls):
        operation()
    return clock() - before


def _calls(operation: Callable[[], object], at_least_ns: int, clock: Clock) -> int:
    """How many calls take that long; the first call warms the caches and is not looked at."""
    operation()
    calls = 1
    while (taken := _timed(operation, calls, clock)) < at_least_ns:
        calls *= 2 if taken * 8 > at_least_ns else 4
    return calls


def times_of(raw: Mapping[str, object], name: str, rounds: int) -> list[float]:
    """The times of an operation among raw numbers: as many positive numbers as there were rounds, or `MeasurementError`."""
    found = raw.get(name)
    if not isinstance(found, list):
        raise MeasurementError(f"the times of {name} are missing")
    values = [float(value) for value in found if is_number(value) and value > 0]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]  # of JSON
    if len(values) != len(found) or len(values) != rounds:  # pyright: ignore[reportUnknownArgumentType]  # of JSON
        raise MeasurementError(f"{rounds} positive times of {name} were expected")
    return values


def ratios(above: list[float], below: list[float]) -> list[float]:
    """The quotients round by round, in which what slowed down a whole round cancels."""
    return [a / b for a, b in zip(above, below, strict=True)]


def least(*times: list[float]) -> list[float]:
    """The cheapest of several spellings of one operation, round by round."""
    return [min(row) for row in zip(*times, strict=True)]
