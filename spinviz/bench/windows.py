"""What is measured in a window, each in a process of its own: frames, the start, gaps of the event loop.

They need a display (``xvfb-run -a -s "-screen 0 2000x1200x24" spinviz bench`` gives one to a server).
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from spinviz.bench.environment import original
from spinviz.bench.measurement import Result, Skipped, duration
from spinviz.files.programs import completed
from spinviz.model import interrupts

PATIENCE = 120.0
"""Seconds after which another process is given up."""
STARTS = 3
MOVING = re.compile(r"([\d.]+) s .*moving picture")
BEATS = 3.0
"""Seconds of each phase of the event loop that is measured."""
NO_DISPLAY = 'there is no display (xvfb-run -a -s "-screen 0 2000x1200x24" gives one)'
FROZEN = "the bundled program cannot start itself as Python"


def has_display() -> bool:
    """Whether a window can appear and be drawn into."""
    if sys.platform in ("win32", "darwin"):
        return True
    before = original()
    platform = before.get("QT_QPA_PLATFORM", "")
    return bool(before.get("DISPLAY") or before.get("WAYLAND_DISPLAY")) and platform not in ("offscreen", "minimal")


def _require_window() -> None:
    if getattr(sys, "frozen", False):
        raise Skipped(FROZEN)
    if not has_display():
        raise Skipped(NO_DISPLAY)


def said_by(module: str, *arguments: str) -> Any:
    """Run a module of this package and return the JSON of its last line."""
    words = [sys.executable, "-m", f"spinviz.bench.{module}", *arguments]
    try:
        done = completed(words, PATIENCE, original())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Skipped(f"the window did not answer: {error}") from error
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise Skipped((done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1])
    return json.loads(lines[-1])


@dataclass(frozen=True)
class WindowFrame:
    """Milliseconds per frame that a module of this package measures in a window, with ``count`` of what it shows."""

    name: str
    title: str
    module: str
    count: int
    key: str
    """What of the module's JSON counts."""
    target: float | None = None

    def measure(self) -> Result:
        """In a process with a display."""
        _require_window()
        return duration(self.name, float(said_by(self.module, str(self.count))[self.key]), "ms/frame", self.target)


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process to the first picture that moves."""

    name: str = "start"
    title: str = "From start to the first moving picture"
    target: float = 2.5

    def measure(self) -> Result:
        """Start the program a few times; the first time fills the caches and does not count."""
        _require_window()
        times = [seconds_to_moving_picture() for _ in range(STARTS + 1)][1:]
        return duration(self.name, statistics.median(times), "s", self.target)


def seconds_to_moving_picture() -> float:
    """Start the window with settings of its own, wait until it says that the picture moves, and end it."""
    with tempfile.TemporaryDirectory(prefix="spinviz-bench-", ignore_cleanup_errors=True) as folder:
        environment = original() | {"SPINVIZ_TIMING": "1"}
        environment |= {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE")}
        words = [sys.executable, "-m", "spinviz"]
        with subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
        ) as window:
            try:
                return _first_match(window)
            finally:
                _end(window)


def _first_match(window: subprocess.Popen[str]) -> float:
    last = ""
    for line in _lines(window.stderr):
        last = line.strip() or last
        if found := MOVING.search(line):
            return float(found[1])
    raise Skipped(f"the window showed no moving picture: {last or 'it said nothing'}")


def _lines(stream: IO[str] | None) -> Iterator[str]:
    """Lines as they come, until the stream ends or patience does."""
    arrived: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in stream or ():
            arrived.put(line)
        arrived.put(None)

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + PATIENCE
    while (left := deadline - time.monotonic()) > 0:
        interrupts.check()
        with contextlib.suppress(queue.Empty):
            line = arrived.get(timeout=min(left, 0.1))
            if line is None:
                return
            yield line


def _end(window: subprocess.Popen[str]) -> None:
    """Ask it to close, and insist after a while."""
    window.send_signal(signal.SIGTERM)
    try:
        window.wait(10.0)
    except subprocess.TimeoutExpired:
        window.kill()


@dataclass(frozen=True)
class Heartbeat:
    """99 % of the gaps of the event loop, in milliseconds, in the worst of the phases."""

    name: str = "event-loop"
    title: str = "Gaps of the event loop, 99 %, worst phase"
    target: float = 50.0

    def measure(self) -> Result:
        """While a simulation saturates its thread, kernels compile, observables are recorded, a movie is exported."""
        _require_window()
        phases = said_by("event_loop", "--seconds", str(BEATS))
        worst = max(float(phase["percentile_99"]) for phase in phases)
        return duration(self.name, worst, "ms", self.target)


BENCHMARKS = (
    WindowFrame(
        "window-arrows-40000", "40,000 arrows in a window, 1280x720", "window_frames", 40_000, "median", target=40
    ),
    WindowFrame(
        "window-isochromats-10000",
        "10,000 isochromats live, 2,000 drawn, with all plots, 1280x720",
        "window_live",
        10_000,
        "frame",
        target=33.4,
    ),
    WindowFrame("window-theme", "Standstill at a change of theme", "window_theme", 8, "median", target=50),
    Start(),
)
WITH_PATIENCE = (Heartbeat(),)
"""Measured only when asked for: it takes half a minute."""
