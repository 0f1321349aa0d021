"""Work on many claims, spread over processes: each reads the ledger for itself, since claims are code and do not travel."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

R = TypeVar("R")
T = TypeVar("T")


def default_jobs() -> int:
    """Two processes where there are two processors to use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2, usable)


def spread(task: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[R]:
    """The result of a task for each item, begun in their order, as they come; a pool that breaks ends early."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_collect_seldom)
    try:
        waiting = [pool.submit(task, item) for item in items]
        for future in as_completed(waiting):
            yield future.result()
    except (BrokenProcessPool, OSError):
        return
    finally:
        pool.shutdown(cancel_futures=True)


def _collect_seldom() -> None:
    """Terms and the ledger live as long as the worker does; to look through them for garbage again and again finds none."""
    gc.set_threshold(50_000, 20, 100)
