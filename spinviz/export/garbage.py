"""Cyclic garbage, collected by hand: a collection in another thread would delete Qt objects there."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_by_hand() -> Iterator[None]:
    """Stop Python's own collector meanwhile; call `collect_what_is_due` now and then."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def collect_what_is_due() -> None:
    """Collect as much as Python's own collector would by now, in this thread."""
    thresholds = gc.get_threshold()
    young, middle, old = gc.get_count()
    if young <= thresholds[0]:
        return
    if old > thresholds[2]:
        gc.collect(2)
    else:
        gc.collect(1 if middle > thresholds[1] else 0)
