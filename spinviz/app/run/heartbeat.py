"""Measuring how long the window does not answer: a timer beats, and the gaps between beats are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

BEAT = 5
"""Milliseconds."""
PAGE = 4096


@dataclass(frozen=True)
class Gaps:
    """Gaps between beats in milliseconds."""

    count: int
    median: float
    percentile_99: float
    longest: float

    def __str__(self) -> str:
        return (
            f"{self.count} beats: median {self.median:.1f} ms, 99 % within {self.percentile_99:.1f} ms, "
            f"longest {self.longest:.1f} ms"
        )


class Heartbeat(QObject):
    """Beats in the window's thread; everything that holds it up, drawing included, shows as a gap."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps: list[float] = []
        self._last: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin, forgetting earlier gaps."""
        self._gaps.clear()
        self._last = None
        self._timer.start()

    def stop(self) -> Gaps:
        """End and return the gaps."""
        self._timer.stop()
        gaps = np.array(self._gaps or [0.0]) * 1e3
        return Gaps(len(self._gaps), float(np.median(gaps)), float(np.percentile(gaps, 99)), float(gaps.max()))

    def _beat(self) -> None:
        now = perf_counter()
        if self._last is not None:
            self._gaps.append(now - self._last)
        self._last = now


def resident_bytes() -> int:
    """Return the memory this process holds [bytes], 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError, ValueError):
        return 0
