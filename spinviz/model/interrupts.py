"""Ctrl+C and SIGTERM set a flag, and long work looks at it between two steps.

A handler that raises does so wherever the interpreter happens to be: inside a callback of ctypes, Qt or a weak
reference the exception is lost, and inside a library it leaves a disorder behind.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

WATCHED = (signal.SIGINT, signal.SIGTERM)
AT_ONCE = 0.5
"""Seconds within which signals are one request: ``timeout`` sends its own twice, to the program and to its group."""


class Terminated(BaseException):
    """SIGTERM arrived."""


@dataclass
class _Arrived:
    """The first signal that nobody has answered yet, and when it came."""

    number: int = 0
    time: float = 0.0
    watchers: int = 0
    looked_at: int = 0
    """How many look at `asked` themselves, so that `check` has nothing to do."""


_arrived = _Arrived()


def asked() -> int:
    """Return the number of the signal that asks for an end; 0 while none does."""
    return _arrived.number


def check() -> None:
    """Raise `KeyboardInterrupt` or `Terminated` once a signal asks for an end; in any thread."""
    if _arrived.number and not _arrived.looked_at:
        raise KeyboardInterrupt if _arrived.number == signal.SIGINT else Terminated


def watch() -> dict[int, Any]:
    """Note Ctrl+C and SIGTERM from now on instead of raising, and return the handlers before by their signals.

    A second signal has its default action and ends the process. What whoever started us wanted ignored (``nohup``, a
    job in the background) stays ignored. Outside of the main thread nothing is changed: whoever called us handles
    signals.
    """
    before: dict[int, Any] = {}
    with suppress(ValueError):
        for number in WATCHED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, _note)
    return before


@contextmanager
def watched() -> Iterator[None]:
    """`watch` until the block ends."""
    before = watch()
    _arrived.watchers += 1
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _arrived.watchers -= 1
        if not _arrived.watchers:
            _arrived.number = 0


@contextmanager
def looked_at() -> Iterator[None]:
    """Watch for somebody who looks at `asked` and ends in good order: `check` is silent meanwhile."""
    with watched():
        _arrived.looked_at += 1
        try:
            yield
        finally:
            _arrived.looked_at -= 1


def _note(number: int, frame: object) -> None:
    """The handler: nothing here can raise, whatever it interrupts."""
    now = monotonic()
    if not _arrived.number:
        _arrived.number, _arrived.time = number, now
    elif now - _arrived.time > AT_ONCE:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
