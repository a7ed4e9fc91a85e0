"""How long one frame takes in the window: new directions of every arrow, upload, drawing, texts, composition.

xvfb-run -a -s "-screen 0 2000x1200x24" python tests/benchmarks/render_bench.py
"""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from spinviz.model.theme import DARK
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.view.canvas import View


def window_frame(count: int = 40_000, size: tuple[int, int] = (1280, 720), frames: int = 60) -> tuple[float, float]:
    """Least and median milliseconds per frame with ``count`` arrows on a square lattice, all changing."""
    side = round(count**0.5)
    stage = Stage((0, 0, 0), (side, side, 1), elevation=50, legend="direction", unit="m", unit_length=1e-9)
    return _frames(arrow_frames(side), stage, size, frames)


def cell_frame(side: int = 1000, size: tuple[int, int] = (1280, 720), frames: int = 30) -> tuple[float, float]:
    """Least and median milliseconds per frame with a plane of ``side`` squared cells, all changing."""
    rng = np.random.default_rng(0)
    shown = [(Cells(float32(rng.choice([-1, 1], (1, side, side)))),) for _ in range(3)]
    stage = Stage((0, 0, 0), (side, side, 1), azimuth=0, elevation=90, parallel=True, legend="colormap")
    return _frames(shown, stage, size, frames)


def arrow_frames(side: int, count: int = 4) -> list[tuple[Visual, ...]]:
    """Frames of a disturbed skyrmion that share their positions."""
    x, y = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5)
    r = np.hypot(x - side / 2, y - side / 2)
    theta = np.pi / (1 + np.exp((r - side / 4) / (side / 18)))
    m = np.stack([np.sin(theta) * (x - side / 2) / r, np.sin(theta) * (y - side / 2) / r, np.cos(theta)], axis=-1)
    positions = float32(np.column_stack([x.ravel(), y.ravel(), np.full(side * side, 0.5)]))
    rng = np.random.default_rng(0)
    noisy = [m.reshape(-1, 3) + 0.1 * rng.normal(size=(side * side, 3)) for _ in range(count)]
    return [
        (Arrows(positions, float32(d / np.linalg.norm(d, axis=1, keepdims=True)), 0.95, 0.1, pivot="middle"),)
        for d in noisy
    ]


def _frames(shown: list[tuple[Visual, ...]], stage: Stage, size: tuple[int, int], frames: int) -> tuple[float, float]:
    if QApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication.instance() or QApplication([])
    view = View(DARK)
    view.resize(*size)
    view.set_equation(r"\dot{\mathbf m} = -\gamma\,\mathbf m\times\mathbf B + \alpha\,\mathbf m\times\dot{\mathbf m}")
    loop, moments = QEventLoop(), [time.perf_counter()]

    def next_frame() -> None:
        moments.append(time.perf_counter())
        if len(moments) > frames:
            loop.quit()
            return
        view.set_texts(f"{len(moments) * 0.0125:.4f} ns", "1 s on screen = 50 ps", "a disturbed skyrmion")
        view.show_visuals(shown[len(moments) % len(shown)], stage)

    view.drawn.connect(next_frame)
    view.show_visuals(shown[0], stage)
    view.show()
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()
    view.close()
    view.deleteLater()
    application.processEvents()
    gaps = np.diff(moments)[5:] * 1e3
    return float(gaps.min()), float(np.median(gaps))


if __name__ == "__main__":
    for number in (4_096, 10_000, 40_000, 1_000_000):
        least, median = window_frame(number)
        print(f"{number:>9,} arrows 1280x720: least {least:5.1f} ms, median {median:5.1f} ms")
    least, median = cell_frame()
    print(f"1,000,000 cells  1280x720: least {least:5.1f} ms, median {median:5.1f} ms")
