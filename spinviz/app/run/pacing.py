"""How often what is shown: the picture as fast as it is drawn, plots and tables as fast as they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer

HIDDEN = 250
"""Milliseconds after which a frame counts as shown although nothing was painted: the window is minimised."""

BREATH, LONGEST_BREATH = 1, 8
"""Milliseconds between a painted frame and the wish for the next: as many as it took to paint, within these, less
those for which the window had nothing to do because the frame was being made. So the window keeps its time for people,
and a quick graphics card its sixty pictures a second."""


class OneInFlight(QObject):
    """Calls ``release`` once for each frame given: when it was painted, or after a while if nothing paints."""

    def __init__(self, release: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._release = release
        self.waiting = False
        self._begun = 0.0
        self._asked = -1.0
        self._idle = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._let_go)

    def given(self) -> None:
        """A frame was handed to the view."""
        self.waiting = True
        self._begun = monotonic()
        self._idle = self._begun - self._asked if self._asked >= 0 else 0.0
        self._asked = -1.0
        self._timer.start(HIDDEN)

    def painted(self) -> None:
        """The view painted; other repaints than of a new frame do not count.

        The next frame is asked for from a timer: Qt delivers frames before timers and input, so that frames which
        follow each other at once would starve them (measured: gaps of 500 ms).
        """
        if self.waiting:
            self.waiting = False
            worked = 1000 * (monotonic() - self._begun)
            wanted = min(worked, LONGEST_BREATH) - 1000 * self._idle
            self._timer.start(max(round(wanted), BREATH))

    def _let_go(self) -> None:
        self.waiting = False
        self._asked = monotonic()
        self._release()


class InTurn(QObject):
    """Passes the latest frame to one part after the other, so that no single wait of the window holds them all.

    ``parts`` gives the functions that show a frame. Each frame goes to the next of them at once: it is then painted
    together with the picture, because painting any part of the window costs a composition of the whole. The last
    frame reaches the others at ``interval`` seconds.
    """

    def __init__(
        self, parts: Callable[[], Sequence[Callable[[Any], None]]], interval: float, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._frame: Any = None
        self._next = 0
        self._due = 0
        self._timer = QTimer(self)
        self._timer.setInterval(round(1000 * interval))
        self._timer.timeout.connect(self._show_one)

    def __call__(self, frame: Any) -> None:
        """Pass ``frame`` on."""
        self._frame = frame
        self._due = len(self._parts())
        self._timer.start()
        self._show_one()

    def forget(self) -> None:
        """Drop what waits: it belongs to a run that is gone."""
        self._frame = None
        self._timer.stop()

    def _show_one(self) -> None:
        parts = self._parts()
        if self._due == 0 or not parts or self._frame is None:
            self._timer.stop()
            return
        self._due -= 1
        self._next = (self._next + 1) % len(parts)
        parts[self._next](self._frame)
