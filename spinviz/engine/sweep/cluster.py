"""The points of a sweep on a cluster of dask.distributed, an optional extra."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress

from spinviz.model.shortened import shortened

PATIENCE = 5.0
"""Seconds in which a scheduler has to answer, and to have a worker."""
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|ws|wss)://)?[^\s:/]+:\d{1,5}")


class NoCluster(ValueError):
    """A cluster that cannot be used: one line with its address and the remedy."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Lend the workers behind the scheduler at ``address`` ("tcp://host:8786"), and how many threads they have.

    What a lost worker was computing is computed by another. Errors: `NoCluster`.
    """
    shown = shortened(address)
    if not _ADDRESS.fullmatch(address):
        raise NoCluster(f"--scheduler '{shown}' is no address: write for example tcp://10.0.0.7:8786")
    try:
        from distributed import Client
    except ImportError as error:
        raise NoCluster("--scheduler needs the package distributed: pip install 'spinviz[cluster]'") from error
    for name in ("distributed", "asyncio", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise NoCluster(
            f"no scheduler answers at {shown} within {PATIENCE:g} s: start one there with 'dask scheduler', or check "
            "address and firewall"
        ) from error
    try:
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=PATIENCE)
        threads = sum(client.nthreads().values())
        if not threads:
            raise NoCluster(f"the scheduler at {shown} has no workers: start one with 'dask worker {shown}'")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large states that travel
            yield client.get_executor(retries=0), threads
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=PATIENCE)
