"""Kernels that several threads run together, each on its part of the arrays, and that wait for each other on the way.

`together` runs one function in all threads at once; inside its kernels `meet` is the barrier. Half a microsecond
where every thread has a core; a thread that waits longer lets others have its core.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel

PATIENCE = 4000
"""Looks at the others, some microseconds, before a waiting thread lets others have its core."""
YIELDS = os.name == "posix"
"""Whether `PATIENCE` has an end."""

ENOUGH = 50_000
"""Spins for which a thread is worth while: some 0.1 ms a step."""
MOST = 8
"""Threads that share one sample."""

Meeting = NDArray[np.int64]

_yield: Any = types.ExternalFunction("sched_yield", types.int32()) if YIELDS else None


@intrinsic
def _arrive(typing, meeting):  # type: ignore[no-untyped-def]
    """Add one to the first element of ``meeting``; all that this thread has written is seen by those who see it."""

    def made(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", array.data, one, "acq_rel")

    return types.int64(meeting), made


@intrinsic
def _arrived(typing, meeting):  # type: ignore[no-untyped-def]
    """Look at the first element of ``meeting``."""

    def made(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.load_atomic(array.data, "acquire", 8)

    return types.int64(meeting), made


if YIELDS:

    @kernel
    def _wait(meeting, wanted):  # type: ignore[no-untyped-def]
        looks = 0
        while _arrived(meeting) < wanted:
            looks += 1
            if looks > PATIENCE:
                _yield()

else:

    @kernel
    def _wait(meeting, wanted):  # type: ignore[no-untyped-def]
        while _arrived(meeting) < wanted:
            pass


@kernel
def meet(meeting, threads, number):  # type: ignore[no-untyped-def]
    """Wait until ``threads`` have come to the ``number``-th meeting, counted from 1; ``meeting`` (1,) begins at 0."""
    if threads > 1:
        _arrive(meeting)
        _wait(meeting, threads * number)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_available = min(cores(), MOST)


def stay_alone() -> None:
    """Use one thread from now on: the other cores of this machine have work of their own."""
    global _available
    _available = 1


def threads_for(spins: int) -> int:
    """Return how many threads are worth while for so many spins."""
    return max(1, min(_available, spins // ENOUGH))


def together(threads: int, work: Callable[[Meeting, int], Any]) -> None:
    """Call ``work(meeting, thread)`` for each of ``threads`` at once, 0 in this one. Errors: those of ``work``."""
    meeting = np.zeros(1, np.int64)
    if threads == 1:
        work(meeting, 0)
        return
    others = [_helpers(threads - 1).submit(work, meeting, thread) for thread in range(1, threads)]
    try:
        work(meeting, 0)
    finally:
        wait(others)
    for each in others:
        each.result()


_own = threading.local()


def _helpers(count: int) -> ThreadPoolExecutor:
    """The helpers of this thread: those of two threads that shared them would wait for each other for ever."""
    wanted = os.getpid(), count  # The child of a fork has no helpers.
    if getattr(_own, "wanted", None) != wanted:
        _own.wanted, _own.pool = wanted, ThreadPoolExecutor(count)
    pool: ThreadPoolExecutor = _own.pool
    return pool
