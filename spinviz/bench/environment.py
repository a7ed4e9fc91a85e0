"""The machine before this process measures: its environment, for processes that are measured, and its load."""

from __future__ import annotations

import os

THREAD_COUNTS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
QT = ("QT_QPA_PLATFORM", "EGL_PLATFORM", "QT_LOGGING_RULES")
BUSY = 0.75
"""Load per processor above which frames wait for other programs."""
_before: dict[str, str | None] = {}


_load: list[float] = []


def remember() -> None:
    """Keep what is about to change; the first call counts."""
    if not _load:
        _load.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0)
    for name in (*THREAD_COUNTS, *QT):
        _before.setdefault(name, os.environ.get(name))


def original() -> dict[str, str]:
    """A copy as it was."""
    found = {name: value for name, value in os.environ.items() if name not in _before}
    return found | {name: value for name, value in _before.items() if value is not None}


def processors() -> int:
    """How many this process may use: software OpenGL takes them all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def busy() -> str:
    """In words, what else ran on this machine when the measurements began; empty on a quiet one."""
    load = _load[0] if _load else 0.0
    return f"load {load:.1f} on {processors()} processors" if load > BUSY * processors() else ""
