"""Work that goes on beside the drawing: frames computed ahead, and pictures encoded behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from spinviz.model import interrupts

T = TypeVar("T")

ROOM = 2
"""Finished items that wait at most: memory stays bounded however slow the other side is."""
_PAUSE = 0.05
"""Seconds after which a full queue looks whether anybody still takes from it."""


def ahead(items: Iterator[T], room: int = ROOM) -> Iterator[T]:
    """Yield ``items``, which a thread of its own computes up to ``room`` ahead; its errors are raised here.

    Whoever stops early waits for the item that is being computed, and no longer.
    """
    finished: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(room)
    stopped = threading.Event()
    thread = threading.Thread(target=_compute, args=(items, finished, stopped), name="ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = _next(finished)
            if error is not None:
                if isinstance(error, _End):
                    return
                raise error
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()


def _next(finished: queue.Queue[T]) -> T:
    """Take the next, and look at the signals while it takes long."""
    while True:
        interrupts.check()
        with suppress(queue.Empty):
            return finished.get(timeout=_PAUSE)


class _End(Exception):
    """There are no more items."""


def _compute(
    items: Iterator[T], finished: queue.Queue[tuple[T | None, BaseException | None]], stopped: threading.Event
) -> None:
    try:
        for item in items:
            _put(finished, (item, None), stopped)
            if stopped.is_set():
                return
        last: BaseException = _End()
    except BaseException as error:
        last = error
    _put(finished, (None, last), stopped)


def _put(finished: queue.Queue[T], item: T, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            finished.put(item, timeout=_PAUSE)
            return
        except queue.Full:
            continue


@contextmanager
def behind(work: Callable[[T], None], room: int = ROOM) -> Iterator[Callable[[T], None]]:
    """Lend a function that hands items to ``work`` in a thread of its own, in order, and waits while ``room`` wait.

    All is done when the context ends. An error of ``work`` is raised at the next item or at the end; nothing is worked
    on after it.
    """
    waiting: list[Future[None]] = []
    failed = threading.Event()

    def unless_failed(item: T) -> None:
        if failed.is_set():
            return
        try:
            work(item)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(1, thread_name_prefix="behind") as pool:

        def send(item: T) -> None:
            if len(waiting) >= room:
                waiting.pop(0).result()
            waiting.append(pool.submit(unless_failed, item))

        try:
            yield send
            while waiting:
                waiting.pop(0).result()
        finally:
            pool.shutdown(cancel_futures=True)
