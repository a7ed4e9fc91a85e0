"""One frame without a window: new directions, upload, drawing, texts and legends, read back as pixels.

One sample per pixel, as in a window on software OpenGL. Nothing here needs a display.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spinviz.bench.measurement import Result, Skipped, duration, rounds
from spinviz.model.theme import DARK
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32

SIZE = (1280, 720)
FRAMES = 4
"""Different pictures shown in turns."""
MOST_ARROWS = 102_400
Frames = tuple[Sequence[tuple[Visual, ...]], Stage]


def arrow_frames(count: int) -> Frames:
    """A disturbed skyrmion of about ``count`` arrows on a square lattice; all frames share their positions."""
    side = round(count**0.5)
    x, y = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5)
    r = np.maximum(np.hypot(x - side / 2, y - side / 2), 0.1)
    theta = np.pi / (1 + np.exp((r - side / 4) / (side / 18)))
    m = np.stack([np.sin(theta) * (x - side / 2) / r, np.sin(theta) * (y - side / 2) / r, np.cos(theta)], axis=-1)
    positions = float32(np.column_stack([x.ravel(), y.ravel(), np.full(side * side, 0.5)]))
    rng = np.random.default_rng(0)
    noisy = (m.reshape(-1, 3) + 0.1 * rng.normal(size=(side * side, 3)) for _ in range(FRAMES))
    shown = [
        (Arrows(positions, float32(d / np.linalg.norm(d, axis=1, keepdims=True)), 0.95, 0.1, pivot="middle"),)
        for d in noisy
    ]
    stage = Stage((0, 0, 0), (side, side, 1), elevation=50, legend="direction", unit="m", unit_length=1e-9)
    return shown, stage


def cell_frames(shape: tuple[int, int, int]) -> Frames:
    """Cells (nz, ny, nx) that all change: a plane seen from above, or a volume."""
    rng = np.random.default_rng(0)
    shown = [(Cells(float32(rng.choice([-1, 1], shape))),) for _ in range(FRAMES)]
    nz, ny, nx = shape
    flat = nz == 1
    stage = Stage((0, 0, 0), (nx, ny, nz), elevation=90 if flat else 25, parallel=flat, legend="colormap")
    return shown, stage


@dataclass(frozen=True)
class Frame:
    """Milliseconds per frame; ``target``: the most it should take."""

    name: str
    title: str
    frames: Callable[[], Frames]
    target: float | None = None
    budget: int = 40_000
    """Items above which the level of detail sets in."""

    def measure(self) -> Result:
        """Draw, twice to warm up."""
        return duration(self.name, statistics.median(self._times()), "ms/frame", self.target)

    def _times(self) -> list[float]:
        from spinviz.export.headless import prepare

        application = prepare()
        from spinviz.view.camera import home
        from spinviz.view.context import OpenGLMissing
        from spinviz.view.offscreen import Offscreen
        from spinviz.view.overlay import Texts

        shown, stage = self.frames()
        try:
            offscreen = Offscreen(SIZE, DARK, samples=1, budget=self.budget)
        except OpenGLMissing as error:
            raise Skipped(f"{error} (spinviz doctor says what to install)") from error
        times = []
        with offscreen:
            for k in (-2, -1, *rounds(20)):
                began = time.perf_counter()
                texts = Texts(time=f"{k * 0.0125:.4f} ns", lens="1 s on screen = 50 ps")
                offscreen.picture(shown[k % len(shown)], stage, home(stage), texts)
                times.append(1e3 * (time.perf_counter() - began))
        return times[2:] if application is not None else []


def _arrows(count: int, target: float | None = None) -> Frame:
    """All arrows are drawn, of a million as many as a window on software OpenGL draws."""
    fewer = count > MOST_ARROWS
    title = f"{count:,} arrows{', level of detail' if fewer else ''}, 1280x720"
    budget = {"budget": max(count, MOST_ARROWS)} if not fewer else {}
    return Frame(f"arrows-{count}", title, lambda: arrow_frames(count), target, **budget)


BENCHMARKS = (
    _arrows(10_000),
    _arrows(40_000, 40),
    _arrows(102_400),
    _arrows(1_000_000),
    Frame("cells-512x512", "512x512 cells, 1280x720", lambda: cell_frames((1, 512, 512))),
    Frame("cells-64x64x64", "64x64x64 cells, 1280x720", lambda: cell_frames((64, 64, 64))),
)
