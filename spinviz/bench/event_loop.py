"""How long the window does not answer while the simulation saturates its thread, and whether its memory stays flat.

    xvfb-run -a -s "-screen 0 2000x1200x24" python -m spinviz.bench.event_loop [--seconds 10] [--flat 600]

Asked for: 99 % of the gaps between beats of the event loop at most 50 ms, none above 150 ms, drawing of 10,000 arrows
included, also while kernels compile, observables are recorded and an animation is exported. A phase per line; the last
line is JSON. NUMBA_CACHE_DIR in an empty folder lets the kernels compile anew.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QTimer

from spinviz.app import start
from spinviz.app.run.heartbeat import Gaps, Heartbeat, resident_bytes
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.worker import Opened
from spinviz.app.window.main_window import MainWindow
from spinviz.engine.loop import Loop
from spinviz.export.plan import ExportPlan
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.plots import Curve, Histogram, Trace
from spinviz.model.system import Observable, Preset, System
from spinviz.model.visuals import Arrows, Stage, float32
from spinviz.physics.kernel import kernel

SIDE = 100
MIB = 2**20


@kernel
def turn(m, angle):  # type: ignore[no-untyped-def]
    """Turn every vector about z by its own angle."""
    for i in range(m.shape[0]):
        c, s = np.cos(angle * (1 + i % 7)), np.sin(angle * (1 + i % 7))
        x, y = m[i, 0], m[i, 1]
        m[i, 0], m[i, 1] = c * x - s * y, s * x + c * y


class StormParameters(Parameters):
    """Nothing to choose but a rate."""

    rate: float = quantity(0.01, "rad", "Angle of each step.", ge=0, le=1)


@dataclass
class StormState:
    """Unit vectors (N, 3)."""

    m: NDArray[np.float64]


class Storm(System[StormParameters, StormState]):
    """Ten thousand turning arrows with plots: as much drawing as a lattice asks for, at any rate of steps."""

    name, title, chapter = "storm", "Storm", "Benchmarks"
    summary, equation = "Turning arrows.", r"\dot m = m \times e_z"
    Parameters = StormParameters
    observables = (Observable("mx", "m_x", "m_x"), Observable("my", "m_y", "m_y"))
    plots = (
        Trace("trace", "Means", ("mx", "my")),
        Curve("path", "Path", "mx", "my"),
        Histogram("histogram", "x components", lambda s, p: s.m[:, 0], "m_x"),
    )
    presets = (Preset("storm", "Storm"),)
    places = float32([(x, y, 0) for x in range(SIDE) for y in range(SIDE)])

    def initial_state(self, p: StormParameters, rng: np.random.Generator) -> StormState:
        """Random directions."""
        m = rng.normal(size=(SIDE * SIDE, 3))
        return StormState(m / np.linalg.norm(m, axis=1)[:, None])

    def step(self, state: StormState, p: StormParameters, dt: float) -> None:
        """Turn everything."""
        turn(state.m, p.rate)

    def timestep(self, p: StormParameters) -> float:
        """One."""
        return 1.0

    def speed(self, p: StormParameters) -> float:
        """More than any machine keeps."""
        return 1e9

    def observe(self, state: StormState, p: StormParameters) -> dict[str, float]:
        """Means."""
        return {"mx": float(state.m[:, 0].mean()), "my": float(state.m[:, 1].mean())}

    def draw(self, state: StormState, p: StormParameters) -> tuple[Arrows]:
        """All of them."""
        return (Arrows(self.places, float32(state.m), pivot="middle"),)

    def stage(self, p: StormParameters) -> Stage:
        """The square."""
        return Stage((0, 0, -1), (SIDE, SIDE, 1))


class Bench:
    """One window, several phases."""

    def __init__(self, seconds: float) -> None:
        self.application = start.make_application()
        self.window: MainWindow = start.make_window("dark")
        self.heart = Heartbeat()
        self.seconds = seconds
        self.frames = 0
        view = self.window.picture.view
        if view is None:
            raise SystemExit("the window has no OpenGL: spinviz doctor says what is missing")
        view.drawn.connect(self._count)
        self.results: list[dict[str, object]] = []
        self.window.controller.start(lambda progress: Opened(Loop(Storm()), 1e9))
        self.window.resize(1280, 720)
        self.window.show()
        self.wait(3.0)

    def _count(self) -> None:
        self.frames += 1

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Run the event loop."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        look = QTimer()
        look.timeout.connect(lambda: loop.quit() if until() else None)
        look.start(50)
        loop.exec()
        look.stop()

    def phase(self, name: str, seconds: float | None = None, until: Callable[[], bool] = lambda: False) -> Gaps:
        """Measure one phase."""
        before, self.frames = resident_bytes(), 0
        lasting = seconds or self.seconds
        self.heart.start()
        self.wait(lasting, until)
        gaps = self.heart.stop()
        after = resident_bytes()
        steps = self.window.controller.last_frame.step if self.window.controller.last_frame else 0
        print(
            f"{name:28s} {gaps}; {self.frames} pictures, step {steps}, "
            f"memory {before / MIB:.0f} -> {after / MIB:.0f} MiB",
            file=sys.stderr,
        )
        self.results.append({"phase": name, "pictures": self.frames, "memory": [before, after], **asdict(gaps)})
        return gaps


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--flat", type=float, default=0.0, help="seconds of a last phase that shows flat memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spinviz-bench-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = folder
        print(json.dumps(measure(Path(folder), options.seconds, options.flat)))


def measure(folder: Path, seconds: float, flat: float) -> list[dict[str, object]]:
    """Run all phases, with files in ``folder``; a last phase of ``flat`` seconds looks at memory."""
    bench = Bench(seconds)
    controller = bench.window.controller
    bench.phase("saturated, 10,000 arrows")
    controller.start_recording(folder / "r.h5")
    bench.phase("recording")
    controller.stop_recording()
    controller.worker.open(open_choice(Choice("isochromats")))
    bench.phase("another system opens", 5.0)
    files = bench.window.files
    files.export(ExportPlan(str(folder / "a.mp4"), "640x360", length="2"))
    bench.wait(5.0, lambda: files.job is not None)
    bench.phase("export", 60.0, until=lambda: files.job is None)
    if flat:
        controller.worker.open(lambda progress: Opened(Loop(Storm()), 1e9))
        bench.wait(20.0)
        bench.phase("flat memory", flat)
    bench.window.close()
    return bench.results


if __name__ == "__main__":
    main()
