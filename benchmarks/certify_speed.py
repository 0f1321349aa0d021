"""How fast extrema are certified: the 27 functions, against SymPy's `function_range`, more digits, and replay.

    python benchmarks/certify_speed.py [--json PATH] [--without-sympy]

Seconds are those of the processor, and the least of three trials on either side. SymPy keeps what it finds, so each of its
trials has a process of its own. Exits with 1 where a figure is over its limit.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing import Process, Queue
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from sympy import Interval, S, Symbol, diff

from theory.certify import certify
from theory.kernel.extrema import check
from theory.language.activations import Activation, activation_named
from theory.language.claims import full_ledger

NAMES = [
    "sigmoid",
    "tanh",
    "softplus",
    "silu",
    "gelu",
    "gelu_tanh",
    "mish",
    "arctan",
    "erf",
    "logsigmoid",
    "tanhshrink",
    "gaussian",
    "bent_identity",
    "squareplus",
    "lecun_tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "softsign",
    "hard_sigmoid",
    "hard_tanh",
    "relu6",
    "hardswish",
    "softshrink",
    "snake",
]
LIMITS = {"all in seconds": 2.0, "least ratio to function_range": 30.0, "300 digits / 30 digits": 5.0, "replay / search": 1 / 3}
PATIENCE = 20  # seconds that SymPy is given for one range
x = Symbol("x", real=True)
function_range: Any = import_module("sympy.calculus.util").function_range  # without annotations, like all of SymPy


def timed(work: Callable[[], Any]) -> float:
    """Seconds that a piece of work takes."""
    start = process_time()
    work()
    return process_time() - start


def least(work: Callable[[], Any]) -> float:
    """The least seconds that a piece of work takes in three trials."""
    return min(timed(work) for _ in range(3))


def everything(digits: int = 30) -> float:
    """The least seconds for the extrema of the first and second derivatives of all functions."""
    heads = [activation_named(name) for name in NAMES]

    def work() -> None:
        for head in heads:
            for order in (1, 2):
                found = certify(head(Symbol("x")), "x", order=order, digits=digits)
                assert not found.unsettled, (head, order, found.unsettled)

    return least(work)


def replay_share() -> float:
    """Seconds of replay over seconds of search, for all of them."""
    search = replay = 0.0
    for name in NAMES:
        for order in (1, 2):
            head = activation_named(name)
            search += least(lambda h=head, k=order: certify(h(Symbol("x")), "x", order=k))
            found = certify(head(Symbol("x")), "x", order=order)
            assert found.sup is not None
            assert found.inf is not None
            both = found.sup.certificate, found.inf.certificate
            replay += least(lambda pair=both: check(pair[1], check(pair[0])))  # as `gradproof replay` does with a file of both
    return replay / search


def _range(name: str, order: int, queue: Any) -> None:
    full_ledger()
    head: type[Activation] = activation_named(name)
    f = diff(head.definition(x), x, order)
    start = process_time()
    try:
        function_range(f, x, Interval(S.NegativeInfinity, S.Infinity))
        queue.put(process_time() - start)
    except Exception:  # SymPy raises whatever it likes where it gives up
        queue.put(None)


def sympy_seconds(name: str, order: int) -> float | None:
    """Seconds that `function_range` takes, None where it raises or takes longer than it is given."""
    queue: Any = Queue()  # pyright: ignore[reportUnknownVariableType]  # of what, multiprocessing does not say
    process = Process(target=_range, args=(name, order, queue))
    process.start()
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        return None
    return queue.get() if not queue.empty() else None


def in_turns() -> dict[tuple[str, int], tuple[float | None, float]]:
    """For each function and order the least seconds of three, SymPy's and ours, which take turns over all of them."""
    found: dict[tuple[str, int], tuple[float | None, float]] = {
        (name, k): (float("inf"), float("inf")) for name in NAMES for k in (1, 2)
    }
    for _ in range(3):
        everything()  # not counted: after a fork, what a process writes to is copied at the cost of its own time
        mine = {on: timed(lambda on=on: certify(activation_named(on[0])(Symbol("x")), "x", order=on[1])) for on in found}
        for on, (before, ours) in found.items():
            now = None if before is None else sympy_seconds(*on)
            theirs = None if before is None or now is None else min(before, now)
            found[on] = theirs, min(ours, mine[on])
    return found


def compared() -> list[float]:
    """Prints how long both take on each range that SymPy finds; how many times as long SymPy takes."""
    ratios: list[float] = []
    print(f"{'function':16} {'order':>5} {'SymPy':>9} {'here':>9} {'ratio':>7}")
    for (name, order), (theirs, mine) in in_turns().items():
        ratios += [theirs / mine] if theirs is not None else []
        shown = f"{theirs:8.3f}s" if theirs is not None else f"{'—':>9}"
        print(f"{name:16} {order:5} {shown} {mine:8.4f}s {theirs / mine if theirs is not None else float('nan'):7.1f}")
    return ratios


def main() -> None:
    """Measure, print, and say what is over its limit."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--json", type=Path)
    options.add_argument("--without-sympy", action="store_true", help="leave out the slow peer")
    asked = options.parse_args()
    full_ledger()
    everything()  # definitions are read once
    gc.freeze()  # on either side, or the search for garbage among all that is loaded would double a trial now and then
    figures: dict[str, float] = {"all in seconds": everything()}
    figures["300 digits / 30 digits"] = everything(300) / figures["all in seconds"]
    figures["replay / search"] = replay_share()
    if not asked.without_sympy:
        ratios = compared()
        figures["ranges that SymPy finds"] = len(ratios)
        figures["least ratio to function_range"] = min(ratios)
        figures["median ratio to function_range"] = median(ratios)
    over: list[str] = []
    for name, value in figures.items():
        limit = LIMITS.get(name)
        bad = limit is not None and (value < limit if name.startswith("least") else value > limit)
        over += [name] * bad
        print(f"{name:32} {value:10.3g}" + (f"   limit {limit:.3g}" if limit else "") + ("   OVER" if bad else ""))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
