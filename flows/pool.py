"""Spread work over processes: plain functions over picklable jobs, results in the order of the jobs."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from flows.errors import Stop

Each = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Does a plain function over jobs, here (`map`) or on the workers of a cluster."""

SMALL = 16 << 20  # bytes of text below which processes take longer to start than the work takes


def default_workers() -> int:
    """One per processor this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Any], Any], jobs: Sequence[Any], workers: int, done: Callable[[int], None] = lambda _: None
) -> list[Any]:
    """Do every job and return the results in order; ``done`` hears the number of each finished job.

    A worker that dies takes its unfinished jobs to a second pool. Raises Stop when that one dies too.
    """
    if workers <= 1 or len(jobs) <= 1:
        return [_one(work, number, job, done) for number, job in enumerate(jobs)]
    results: dict[int, Any] = {}
    for _ in range(2):
        try:
            _round(work, jobs, workers, results, done)
        except BrokenProcessPool:
            continue
        return [results[number] for number in range(len(jobs))]
    lost = len(jobs) - len(results)
    raise Stop(f"A worker process died twice, {lost} of {len(jobs)} shards undone; most often memory ran out. "
               "Try again with --workers 1; what is finished is kept.")  # fmt: skip


def _one(work: Callable[[Any], Any], number: int, job: Any, done: Callable[[int], None]) -> Any:
    result = work(job)
    done(number)
    return result


def _round(
    work: Callable[[Any], Any], jobs: Sequence[Any], workers: int, results: dict[int, Any], done: Callable[[int], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    waiting = [number for number in range(len(jobs)) if number not in results]
    count = min(workers, len(waiting))
    with ProcessPoolExecutor(count, context, initializer=_die_with, initargs=(os.getpid(),)) as pool:
        futures = {pool.submit(work, jobs[number]): number for number in waiting}
        try:
            for future in as_completed(futures):
                number = futures[future]
                results[number] = future.result()
                done(number)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _die_with(parent: int) -> None:
    """A worker whose parent was killed would wait for work for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
