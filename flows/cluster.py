"""Spread work over a Dask cluster: the same plain functions over the same jobs as `flows.pool.spread`.

Workers read and write the clean folder themselves, so it must be one that all of them see; what travels through the
scheduler are names, numbers and the fates of documents, never their texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from flows.errors import JiaokanError, Stop
from flows.pool import default_workers

ENGINES = ("local", "dask")
_PATIENCE = 10  # seconds to reach a scheduler


@contextmanager
def engine(name: str, address: str, workers: int) -> Iterator[str]:
    """The address of the Dask scheduler to work with while this lasts; empty for the processes of this machine.

    Without an address a cluster of ``workers`` processes (0: one per processor) is started here. Raises Stop.
    """
    check(name, address)
    if name == "local" or address:
        yield address
        return
    from prefect_dask.task_runners import DaskTaskRunner

    here = {"n_workers": workers or default_workers(), "threads_per_worker": 1, "dashboard_address": None}
    with DaskTaskRunner(cluster_kwargs=here | {"host": "127.0.0.1"}) as runner:
        yield str(runner.client.scheduler_info()["address"])


def check(name: str, address: str) -> None:
    """Raise Stop for an engine there is not, or a scheduler that does not answer."""
    if name not in ENGINES:
        raise Stop(f"There is no engine {name!r}. Valid: {', '.join(ENGINES)}.")
    if name == "local" and address:
        raise Stop("--address names a Dask scheduler; it goes with --engine dask.")
    if name == "dask" and not find_spec("prefect_dask"):
        raise Stop("The engine dask needs prefect-dask: pip install 'jiaokan[dask]'.")
    if address:
        with _client(address):
            pass


@contextmanager
def _client(address: str) -> Iterator[Any]:
    from distributed import Client

    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        start = "Start one with `dask scheduler` and workers with `dask worker`, or leave --address out"
        raise Stop(f"No Dask scheduler answers at {address}. {start}.") from error
    with client:
        yield client


def spread(
    work: Callable[[Any], Any], jobs: Sequence[Any], address: str, done: Callable[[int], None] = lambda _: None
) -> list[Any]:
    """Do every job on the cluster and return the results in order; ``done`` hears the number of each finished job.

    A job whose worker dies is given to another; Dask gives up on one that killed several. Raises Stop then.
    """
    from distributed import KilledWorker, as_completed

    with _client(address) as client:
        futures = client.map(work, list(jobs), pure=False)
        number_of = {future.key: number for number, future in enumerate(futures)}
        results: list[Any] = [None] * len(jobs)
        try:
            for future in as_completed(futures):
                number = number_of[future.key]
                results[number] = future.result()
                done(number)
        except KilledWorker as error:
            client.cancel(futures)
            message = "A shard killed several Dask workers; most often memory ran out. What is finished is kept."
            raise Stop(message) from error
        except JiaokanError:
            client.cancel(futures)
            raise
    return results
