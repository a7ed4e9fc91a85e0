"""How long the window does not answer while the simulation saturates its thread, and whether its memory stays flat.

    xvfb-run -a -s "-screen 0 2000x1200x24" python tests/benchmarks/window_bench.py [--seconds 10] [--flat 600]

Asked for: 99 % of the gaps between beats of the event loop at most 50 ms, none above 150 ms, drawing of 10,000 arrows
included, also while kernels compile, observables are recorded and an animation is exported. A phase per line.
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

SCRATCH = tempfile.mkdtemp(prefix="spinviz-bench-")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = SCRATCH
if "--cold" in sys.argv:
    os.environ["NUMBA_CACHE_DIR"] = SCRATCH

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402

from spinviz.app import start  # noqa: E402
from spinviz.app.export_job import ExportPlan  # noqa: E402
from spinviz.app.heartbeat import Gaps, Heartbeat, resident_bytes  # noqa: E402
from spinviz.app.main_window import MainWindow  # noqa: E402
from spinviz.app.openings import Choice, open_choice  # noqa: E402
from spinviz.app.worker import Opened  # noqa: E402
from spinviz.engine.loop import Loop  # noqa: E402
from spinviz.model.parameters import Parameters, quantity  # noqa: E402
from spinviz.model.plots import Curve, Histogram, Trace  # noqa: E402
from spinviz.model.system import Observable, Preset, System  # noqa: E402
from spinviz.model.visuals import Arrows, Stage, float32  # noqa: E402
from spinviz.physics.kernel import kernel  # noqa: E402

SIDE = 100
MIB = 2**20


@kernel
def turn(m, angle):
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
        self.window.picture.view.drawn.connect(self._count)
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
    """Run all phases and print them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--flat", type=float, default=0.0, help="seconds of a last phase that shows flat memory")
    parser.add_argument("--cold", action="store_true", help="let kernels compile anew")
    options = parser.parse_args()
    bench = Bench(options.seconds)
    controller = bench.window.controller
    bench.phase("saturated, 10,000 arrows")
    controller.start_recording(Path(SCRATCH) / "r.h5")
    bench.phase("recording")
    controller.stop_recording()
    controller.worker.open(open_choice(Choice("isochromats")))
    bench.phase("another system opens", 5.0)
    files = bench.window.files
    files.export(ExportPlan(str(Path(SCRATCH) / "a.mp4"), "640x360", length=2.0))
    bench.wait(5.0, lambda: files.job is not None)
    bench.phase("export", 60.0, until=lambda: files.job is None)
    if options.flat:
        controller.worker.open(lambda progress: Opened(Loop(Storm()), 1e9))
        bench.wait(20.0)
        bench.phase("flat memory", options.flat)
    bench.window.close()
    print(json.dumps(bench.results))


if __name__ == "__main__":
    main()
