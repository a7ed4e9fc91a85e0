"""How long the window does not answer while it takes another theme.

    python -m spinviz.bench.window_theme 8

opens the window at 1280x720 with a system of many parameters and plots, changes the theme so many times, and prints as
JSON, in milliseconds: the median and the largest of the longest turns of the event loop after each change, the same of
the processor's time in this thread (what a turn takes where nothing else is running), and the median of the whole
change, until the window is painted in its new theme.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtWidgets import QApplication

from spinviz.app import start
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.window.theme import ThemeSwitch
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
    found = [_change(application, window.themes, names[(n + 1) % len(names)]) for n in range(changes)]
    window.close()
    longest, busiest = [max(turns.seconds) for turns in found], [max(turns.processor) for turns in found]
    return {
        "median": 1e3 * statistics.median(longest),
        "largest": 1e3 * max(longest),
        "processor": 1e3 * statistics.median(busiest),
        "largest_processor": 1e3 * max(busiest),
        "whole": 1e3 * statistics.median(turns.whole for turns in found),
    }


@dataclass
class Turns:
    """Seconds of each turn of the event loop after a change, on the wall and of the processor; and of the change."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    whole: float = 0.0

    def take(self, turn: Callable[[], None]) -> None:
        """Do one and measure it."""
        began, used = time.perf_counter(), time.thread_time()
        turn()
        self.seconds.append(time.perf_counter() - began)
        self.processor.append(time.thread_time() - used)


def _change(application: QApplication, themes: ThemeSwitch, name: str) -> Turns:
    """Change the theme, and measure the change itself and the turns that dress, lay out and paint."""
    turns, began = Turns(), time.perf_counter()
    turns.take(partial(themes.use, name))
    while time.perf_counter() < began + SETTLING:
        shown = themes.is_settled
        turns.take(application.processEvents)
        if shown and not turns.whole:
            turns.whole = time.perf_counter() - began
        time.sleep(0.001)
    return turns


if __name__ == "__main__":
    answer(standstills)
