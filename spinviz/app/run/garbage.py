"""Collecting cyclic garbage in the window's thread only.

Python collects in whichever thread allocates; a collection in the simulation thread would delete Qt objects there.
It also keeps long collections out of the simulation and in moments when the window has nothing to do.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from spinviz.export.garbage import collect_what_is_due

INTERVAL = 200


class Collector(QObject):
    """Takes over from Python's own collector until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        # What start-up made stays for good: a full collection need not walk through it again.
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()

    def stop(self) -> None:
        """Give the work back."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
