"""Progress of long work on standard error, when somebody is watching."""

from __future__ import annotations

import sys
from time import monotonic

from spinviz.model import interrupts

INTERVAL = 0.1


class Progress:
    """One line that is written over: "run 42 %, 3 s left". Silent when standard error is not a terminal."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.watched = sys.stderr is not None and sys.stderr.isatty()
        self._begun = monotonic()
        self._last = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.watched:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, done: float) -> None:
        """Show that the part ``done``, between 0 and 1, is done; end where a signal asks for it."""
        interrupts.check()
        now = monotonic()
        if not self.watched or now - self._last < INTERVAL:
            return
        self._last = now
        left = (now - self._begun) * (1 - done) / done if done > 0 else 0.0
        sys.stderr.write(f"\r\x1b[K{self.label} {100 * done:.0f} %, {left:.0f} s left")
        sys.stderr.flush()
