"""How often what is shown: the picture as fast as it is drawn, plots and tables as fast as they are read."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer

HIDDEN = 250
"""Milliseconds after which a frame counts as shown although nothing was painted: the window is minimised."""


class OneInFlight(QObject):
    """Calls ``release`` once for each frame given: when it was painted, or after a while if nothing paints."""

    def __init__(self, release: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._release = release
        self.waiting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HIDDEN)
        self._timer.timeout.connect(self.painted)

    def given(self) -> None:
        """A frame was handed to the view."""
        self.waiting = True
        self._timer.start()

    def painted(self) -> None:
        """The view painted; other repaints than of a new frame do not count."""
        if self.waiting:
            self.waiting = False
            self._timer.stop()
            self._release()


class Sparingly(QObject):
    """Passes the latest frame on, at most every ``interval`` seconds and taking at most ``share`` of the time."""

    def __init__(
        self, update: Callable[[Any], None], interval: float, share: float = 0.25, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._update = update
        self._interval = interval
        self._share = share
        self._last = -1e9
        self._cost = 0.0
        self._frame: Any = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def __call__(self, frame: Any) -> None:
        """Pass ``frame`` on when it is time, unless a later one comes before."""
        self._frame = frame
        wait = self._last + max(self._interval, self._cost / self._share) - perf_counter()
        if wait <= 0:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start(max(1, round(1000 * wait)))

    def flush(self) -> None:
        """Pass on what waits."""
        self._timer.stop()
        frame, self._frame = self._frame, None
        if frame is None:
            return
        begun = perf_counter()
        self._update(frame)
        self._last = perf_counter()
        self._cost = self._last - begun

    def forget(self) -> None:
        """Drop what waits: it belongs to a run that is gone."""
        self._timer.stop()
        self._frame = None
