"""Who computes the points of a sweep: this process, others of this machine, or those of a cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from types import MappingProxyType
from typing import Any

from spinviz.engine.snapshots import Snapshot
from spinviz.engine.sweep.plan import Sweep
from spinviz.engine.sweep.point import Outcome, measured, task_of
from spinviz.physics.threads import stay_alone

NOTHING: Mapping[int, Snapshot] = MappingProxyType({})
LOOK = 0.1
"""Seconds between two looks at signals and progress."""


class WorkersLost(RuntimeError):
    """Those who compute are gone: one line with what happened and the remedy."""


class Here(Executor):
    """Computes at once, in this process. ``watch`` gets the part done of the point."""

    def __init__(self, watch: Callable[[float], None] | None = None) -> None:
        self.watch = watch

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Call ``function`` and return its result as a future."""
        found: Future[Any] = Future()
        found.set_result(function(*given, **named, watch=self.watch))
        return found


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Lend ``count`` processes of this machine, which end at once with the block, and with this process."""
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin_worker)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def outcomes(
    sweep: Sweep,
    missing: Iterable[int],
    executor: Executor,
    width: int,
    look: Callable[[], None] = lambda: None,
    ends: Mapping[int, Snapshot] = NOTHING,
) -> Iterator[Outcome]:
    """Compute the ``missing`` points, ``width`` at a time, and yield what came of each as it comes.

    A point that goes on from another waits for it; where the other is not missing it is computed all the same, unless
    its end is among ``ends``, by number of point. ``look`` is called while others compute, and may raise. Errors:
    `WorkersLost`.
    """
    wanted = set(missing)
    starts: dict[int, Snapshot | None] = {index - index % sweep.chain: None for index in sorted(wanted)}
    for index, end in ends.items():
        del starts[index - index % sweep.chain]
        starts[index + 1] = end
    ready = deque(task_of(sweep, index, before) for index, before in sorted(starts.items(), key=lambda one: one[0]))
    running: set[Future[Outcome]] = set()
    while ready or running:
        while ready and len(running) < width:
            running.add(_submitted(executor, ready.popleft()))
        done, running = wait(running, LOOK, FIRST_COMPLETED)
        look()
        for outcome in sorted(map(_result, done), key=lambda one: one.index):
            if outcome.index in wanted:
                yield outcome
            later = [index for index in _rest_of_chain(sweep, outcome.index) if index in wanted]
            if later and outcome.failure:
                yield from (Outcome(index, failure=f"the point before it failed: {outcome.failure}") for index in later)
            elif later:
                ready.appendleft(task_of(sweep, outcome.index + 1, outcome.end))


def _rest_of_chain(sweep: Sweep, index: int) -> range:
    return range(index + 1, index - index % sweep.chain + sweep.chain)


def _submitted(executor: Executor, task: Any) -> Future[Outcome]:
    try:
        return executor.submit(measured, task)
    except BrokenProcessPool as error:
        raise lost("run the same command again, with fewer --jobs") from error


def _result(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise lost("run the same command again, with fewer --jobs") from error


def lost(remedy: str) -> WorkersLost:
    """Return what is raised when a process that computes is gone."""
    return WorkersLost(f"a process that computes was ended from outside, perhaps for want of memory: {remedy}")


def _end(pool: ProcessPoolExecutor) -> None:
    """End processes in the middle of their work: nobody wants it."""
    running = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in running:
        process.terminate()
    for process in running:
        process.join()


def _begin_worker() -> None:
    """Leave Ctrl+C to the process that lent us, the other cores to the others, and end when that process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stay_alone()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="parent", daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
