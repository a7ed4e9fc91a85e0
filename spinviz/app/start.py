"""Opening the window: Qt first, the simulation thread beside the imports of the window, the picture as soon as it can.

With ``SPINVIZ_TIMING=1`` in the environment the steps of the start are printed, in seconds since the process began.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spinviz.model import interrupts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from spinviz.app.run.openings import Announce
    from spinviz.app.run.worker import Opening
    from spinviz.app.window.main_window import MainWindow
    from spinviz.view.probe import Probe

TIMING = "SPINVIZ_TIMING"
TICK = 200
"""Milliseconds within which Ctrl+C in a terminal is noticed."""


def start(target: str | None = "", *, preset: str = "", theme: str = "") -> int:
    """Open the window on ``target`` and return the exit code when it closes.

    Parameters
    ----------
    target
        Name of a system, path of a session or of a file that a system starts from; empty for the opening picture.
    preset
        Preset of the system.
    theme
        Name of a theme; empty for the one used last.
    """
    note = Stopwatch()
    with interrupts.looked_at():
        prefetch(target or "")
        application = make_application()
        note("Qt is ready")
        window = make_window(theme, note)
        controller = window.controller
        memory = controller.settings.memory * 2**20
        controller.start(opening_of(target or "", preset, memory, controller.announce))
        note("the simulation starts")
        window.show()
        note("the window is shown")
        return run(application, window, note)


def prefetch(target: str) -> None:
    """Begin to import what the simulation needs while the window is imported: much of it waits for the disk."""

    def fetch() -> None:
        from spinviz.systems import OPENING, system_named

        with suppress(Exception):  # whatever is wrong is told when it is opened
            system_named(OPENING if not target or Path(target).suffix else target)

    threading.Thread(target=fetch, name="prefetch", daemon=True).start()


class Stopwatch:
    """Prints seconds since the process began, when asked to in the environment."""

    def __init__(self) -> None:
        self._on = bool(os.environ.get(TIMING))
        self._frames = 0
        self("spinviz is imported")

    def __call__(self, what: str) -> None:
        """Print ``what`` with the time."""
        if self._on:
            print(f"{process_age():6.3f} s ({time.process_time():6.3f} s of processor)  {what}", file=sys.stderr)

    def frame(self) -> None:
        """Count a frame on the screen: the second one moves."""
        self._frames += 1
        if self._frames <= 2:
            self(("", "first picture", "moving picture")[self._frames])


def process_age() -> float:
    """Return the seconds since this process was started; where the system does not say, since Python counts."""
    try:
        began = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return time.process_time()


def make_application() -> QApplication:
    """Return the application, made with what OpenGL and the desktop need."""
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("spinviz")
    application.setApplicationDisplayName("spinviz")
    application.setDesktopFileName("spinviz")
    return application


def make_window(theme: str = "", note: Any = lambda what: None) -> MainWindow:
    """Return the main window, dressed but not shown, and without anything running."""
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from spinviz.app.run.settings import SettingsStore
    from spinviz.app.window import theme as dress
    from spinviz.model.theme import THEMES
    from spinviz.resources import path

    store = SettingsStore()
    settings = store.load()
    chosen = theme or settings.theme
    dress.load_fonts()
    application = QApplication.instance()
    if isinstance(application, QApplication):
        dress.apply(application, THEMES[chosen].lettered(settings.letters))
        application.setWindowIcon(QIcon(str(path("icons/spinviz.svg"))))
    note("the application has its style")
    from spinviz.app.window.main_window import MainWindow

    note("the window is imported")
    found = look_at_opengl()
    note("OpenGL is checked")
    window = MainWindow(store, chosen, found)
    note("the window is built")
    return window


def look_at_opengl() -> Probe:
    """Return what OpenGL offers to a window."""
    from PySide6.QtGui import QGuiApplication

    from spinviz.view.context import WITHOUT_DISPLAY
    from spinviz.view.probe import Probe, probe

    platform = QGuiApplication.platformName()
    if platform in WITHOUT_DISPLAY:
        return Probe(failure=f"Qt's platform '{platform}' shows no 3D picture in a window")
    return probe()


def opening_of(target: str, preset: str, memory: int, announce: Announce = lambda known: None) -> Opening:
    """Return what builds the first run: a file, or many, when there is one of that name, else a system."""
    from spinviz.app.run.openings import Choice, open_choice, open_file
    from spinviz.files.ovf.series import is_several
    from spinviz.systems import OPENING

    if target and (os.path.exists(target) or is_several(target)):
        return open_file(Path(target), memory=memory)
    return open_choice(Choice(target or OPENING, preset), memory, announce)


def run(application: QApplication, window: MainWindow, note: Stopwatch) -> int:
    """Run the event loop until the window closes."""
    from PySide6.QtCore import QTimer

    from spinviz.app.run.faults import Faults
    from spinviz.app.run.garbage import Collector
    from spinviz.files.log import close_log, open_log

    open_log()
    if sys.stderr is not None:
        faulthandler.enable()
    faults = Faults(lambda line, details: window.messages.say(line, details=details))
    collector = Collector(window)
    if window.picture.view is not None:
        window.picture.view.drawn.connect(note.frame)
    ticker = QTimer()
    # Python looks at signals only when it runs. Ending here, between two events, nothing is half done; `exit` asks no
    # dialog for its consent, as `quit` does.
    ticker.timeout.connect(lambda: application.exit(0) if interrupts.asked() else None)
    ticker.start(TICK)
    with interrupts.looked_at():
        try:
            return int(application.exec())
        finally:
            ticker.stop()
            window.close()
            collector.stop()
            faults.leave()
            close_log()
