"""Work on many claims, spread over processes: each reads the ledger for itself, since claims are code and do not travel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

R = TypeVar("R")


def default_jobs() -> int:
    """Two processes where there are two processors to use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2, usable)


def spread(task: Callable[[str], R], names: Sequence[str], workers: int) -> Iterator[R]:
    """The result of a task for each name, as they come; a pool that breaks ends early."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        waiting = [pool.submit(task, name) for name in names]
        for future in as_completed(waiting):
            yield future.result()
    except (BrokenProcessPool, OSError):
        return
    finally:
        pool.shutdown(cancel_futures=True)
