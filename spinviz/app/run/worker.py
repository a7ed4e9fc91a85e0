"""The simulation thread: it owns the loop, and tells the window about frames, failures and long work.

The thread is a plain Python thread that holds no QObject; `Worker` lives in the window's thread and its signals are
queued there. One frame is in flight: the next is built after `Worker.shown`.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from spinviz.app.run.compilation import watch_compilation
from spinviz.engine.live import Call, Command, Live
from spinviz.engine.loop import Loop, Stopped
from spinviz.files.errors import with_notes
from spinviz.model import interrupts
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.system import System

SWITCH_INTERVAL = 0.002
"""Seconds after which a Python thread gives way. With Python's 5 ms the window waits longer for its turn while the
simulation runs; below 1 ms the threads spend their time changing turns (99 % of the gaps: 80, 50 and 90 ms)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A loop ready to run, and where it came from. ``note``: a line for the user."""

    loop: Loop
    speed: float
    running: bool = True
    path: Path | None = None
    theme: str = ""
    camera: dict[str, float | bool] = field(default_factory=dict)
    note: str = ""
    kept: tuple[Kept, ...] | None = None
    """Curves of a session; None leaves those that are kept of the system."""
    hidden: tuple[str, ...] | None = None
    """Switches that are off in a session; None leaves them as they are."""
    chosen: tuple[Any, Any] | None = None
    """The `Choice` that ran when this was chosen, and this one; None where it is no step that can be undone."""


class Progress(Protocol):
    """Called with the part done, 0 to 1, below 0 where it is not known; raises `Stopped` when the work is unwanted."""

    def __call__(self, part: float, task: str = "") -> None:
        """``task``: what is being done, where that was not said before."""


Opening = Callable[[Progress], Opened]
"""Builds a loop; called in the simulation thread, where imports, compilation and replays belong."""


class Worker(QObject):
    """Starts the thread, sends it commands, and stops it."""

    frame = Signal(object)
    failed = Signal(str)
    compiling = Signal(bool)
    opened = Signal(object)
    progress = Signal(float)
    """Part done of the opening under way, below 0 where it is not known; 1 when it ended, well or not."""
    task = Signal(str)
    """What the opening under way does."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live: Live | None = None
        self._stop = threading.Event()
        self._cancel = threading.Event()
        self._openings: list[Opening] = []
        self._waiting: list[Command] = []
        self._lock = threading.Condition()
        self._stuck = False
        self._observer: Callable[[Loop], None] | None = None
        self.prepare: Callable[[System[Any, Any]], None] = lambda system: None
        """Called in the simulation thread before a system is shown: what the window can have done there."""
        self._thread = threading.Thread(target=self._work, name="simulation", daemon=True)

    # --- called by the window -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread, once; it idles until something is opened."""
        if self._thread.ident is None:
            sys.setswitchinterval(SWITCH_INTERVAL)
            self._thread.start()

    def open(self, opening: Opening) -> None:
        """Build another loop and go on with it; `opened` follows, or `failed` and the old loop stays."""
        self.start()
        with self._lock:
            if self._live is None:
                self._openings.append(opening)
                self._lock.notify()
                return
        self.send(Call(partial(self._open_later, opening)))

    def send(self, command: Command) -> None:
        """Queue a command; before the first loop exists it waits."""
        with self._lock:
            live = self._live
            if live is None:
                self._waiting.append(command)
                return
        live.send(command)
        if self._stuck:
            self._stuck = False
            live.shown()

    def call(self, function: Callable[[Loop], None]) -> None:
        """Call ``function`` with the loop between two steps, in the simulation thread; its errors become `failed`."""
        self.send(Call(lambda loop: self._guarded(function, loop)))

    def shown(self) -> None:
        """Say that the last frame is on the screen."""
        if self._live is not None:
            self._live.shown()

    def cancel(self) -> None:
        """Stop the opening under way."""
        self._cancel.set()

    def observe(self, observer: Callable[[Loop], None] | None) -> None:
        """Let ``observer`` see the loop after every batch of steps: a recording. An error ends it and is told."""
        self.call(lambda loop: self._listen(loop, observer))

    def flush(self, timeout: float = 3.0) -> bool:
        """Wait until everything asked for so far is done; return whether it was in time."""
        if self._live is None or not self._thread.is_alive():
            return True
        done = threading.Event()
        self.call(lambda _: done.set())
        return done.wait(timeout)

    def stop(self, timeout: float = 3.0) -> bool:
        """Stop the thread; return whether it ended in time (a step of seconds is left behind)."""
        self._stop.set()
        self._cancel.set()
        with self._lock:
            self._lock.notify()
        if self._live is not None:
            self._live.shown()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    # --- in the simulation thread -------------------------------------------------------------------------------

    def _work(self) -> None:
        leave = watch_compilation(lambda begins: self._emit(self.compiling, begins))
        try:
            with suppress(KeyboardInterrupt, interrupts.Terminated):  # long work that a closed window left behind
                while not self._stop.is_set() and self._live is None:
                    self._open_first()
                while self._live is not None and not self._stop.is_set():
                    self._serve(self._live)
        finally:
            leave()

    def _open_first(self) -> None:
        with self._lock:
            if not self._openings:
                self._lock.wait(0.5)
                return
            opening = self._openings.pop(0)
        self._open(opening)

    def _open(self, opening: Opening) -> None:
        self._cancel.clear()
        try:
            opened = opening(self._went_on)
            self.prepare(opened.loop.system)
        except Stopped:
            return
        except Exception as error:
            self._tell(error)
            return
        finally:
            self._emit(self.progress, 1.0)
        self._use(opened)
        self._emit(self.opened, opened)

    def _open_later(self, opening: Opening, _: Loop) -> None:
        self._open(opening)

    def _went_on(self, part: float, task: str = "") -> None:
        if self._cancel.is_set():
            raise Stopped
        if task:
            self._emit(self.task, task)
        self._emit(self.progress, min(part, 0.999))

    def _use(self, opened: Opened) -> None:
        live = self._live
        if live is None:
            live = Live(opened.loop, opened.speed, running=opened.running)
            with self._lock:
                for command in self._waiting:
                    live.send(command)
                self._waiting.clear()
                for opening in self._openings:  # Another choice was made while the first was being built.
                    live.send(Call(partial(self._open_later, opening)))
                self._openings.clear()
                self._live = live
            return
        live.loop, live.running, live.message, live.arrival = opened.loop, opened.running, "", ""
        live.lookout, live.beside, live.sweep = None, {}, None
        live.speed = live.actual_speed = opened.speed

    def _serve(self, live: Live) -> None:
        try:
            live.serve(self._publish, self._stop)
        except Exception as error:
            live.running = False
            self._stuck = True
            log.exception("the simulation was interrupted")
            self._emit(self.failed, live.message or _line(error))

    def _publish(self, frame: Frame) -> None:
        self._emit(self.frame, frame)

    def _listen(self, loop: Loop, observer: Callable[[Loop], None] | None) -> None:
        self._observer = observer
        if self._live is not None:
            self._live.observer = self._watch if self._observer else None
            self._watch(loop)

    def _watch(self, loop: Loop) -> None:
        if self._observer is not None:
            observer = self._observer
            try:
                observer(loop)
            except Exception as error:
                self._observer = None
                self._tell(error)

    def _guarded(self, function: Callable[[Loop], None], loop: Loop) -> None:
        try:
            function(loop)
        except Exception as error:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, ValueError):
            log.error("in the simulation thread", exc_info=error)
        self._emit(self.failed, _line(error))

    def _emit(self, signal: Any, value: Any) -> None:
        if not self._stop.is_set():
            signal.emit(value)


def _line(error: Exception) -> str:
    """The project's own errors are lines for people; others are named."""
    text = " ".join(with_notes(error).split()) or "no more is known"
    ours = isinstance(error, ValueError) or type(error).__module__.startswith("spinviz")
    return text if ours else f"{type(error).__name__}: {text}"
