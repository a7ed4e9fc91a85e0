"""The environment before this process changed it for its own measurements, for processes that are measured."""

from __future__ import annotations

import os

THREAD_COUNTS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
QT = ("QT_QPA_PLATFORM", "EGL_PLATFORM", "QT_LOGGING_RULES")
_before: dict[str, str | None] = {}


def remember() -> None:
    """Keep what is about to change; the first call counts."""
    for name in (*THREAD_COUNTS, *QT):
        _before.setdefault(name, os.environ.get(name))


def original() -> dict[str, str]:
    """A copy as it was."""
    found = {name: value for name, value in os.environ.items() if name not in _before}
    return found | {name: value for name, value in _before.items() if value is not None}
