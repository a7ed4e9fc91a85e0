"""How long the window does not answer while it takes another theme.

    python -m spinviz.bench.window_theme 8

opens the window at 1280x720 with a system of many parameters and plots, changes the theme so many times, and prints as
JSON the median and the largest of the milliseconds for which the event loop stood still after each change.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication

from spinviz.app import start
from spinviz.app.run.openings import Choice, open_choice
from spinviz.bench.own_window import answer, wait
from spinviz.model.theme import THEMES

SYSTEM = "imaging"
WARM_UP, SETTLING = 4.0, 1.0
"""Seconds."""


def standstills(changes: int) -> dict[str, float]:
    """Open the window, change the theme, and look how long each turn of the event loop takes."""
    application = start.make_application()
    window = start.make_window("dark")
    window.controller.start(open_choice(Choice(SYSTEM)))
    window.resize(1280, 720)
    window.show()
    wait(WARM_UP)
    names = list(THEMES)
    longest = [_longest(application, partial(window.set_theme, names[(n + 1) % len(names)])) for n in range(changes)]
    window.close()
    return {"median": 1e3 * statistics.median(longest), "largest": 1e3 * max(longest)}


def _longest(application: QApplication, change: Callable[[], None]) -> float:
    """Seconds of the longest turn: the change itself, or one of those that lay out and paint."""
    began = time.perf_counter()
    change()
    longest, end = time.perf_counter() - began, began + SETTLING
    while (turn := time.perf_counter()) < end:
        application.processEvents()
        longest = max(longest, time.perf_counter() - turn)
        time.sleep(0.001)
    return longest


if __name__ == "__main__":
    answer(standstills)
