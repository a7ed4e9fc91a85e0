"""How long one frame takes in the window: new directions of every arrow, upload, drawing, texts, composition.

    python -m spinviz.bench.window_frames 40000

prints the median and the least milliseconds as JSON. `windows.py` calls it in a process of its own, because Qt without
a display and Qt with one do not go together.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from spinviz.bench.drawing import SIZE, Frames, arrow_frames
from spinviz.model.theme import DARK
from spinviz.view.canvas import View

FRAMES, WARM_UP = 40, 5
PATIENCE = 60_000
"""Milliseconds."""
EQUATION = r"\dot{\mathbf m} = -\gamma\,\mathbf m\times\mathbf B + \alpha\,\mathbf m\times\dot{\mathbf m}"


def window_frame(count: int, size: tuple[int, int] = SIZE, frames: int = FRAMES) -> tuple[float, float]:
    """Median and least milliseconds per frame with ``count`` arrows on a square lattice, all changing."""
    return _times(arrow_frames(count), size, frames)


def _times(pictures: Frames, size: tuple[int, int], frames: int) -> tuple[float, float]:
    shown, stage = pictures
    if QApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication.instance() or QApplication([])
    view = View(DARK)
    view.resize(*size)
    view.set_equation(EQUATION)
    loop, moments = QEventLoop(), [time.perf_counter()]

    def next_frame() -> None:
        moments.append(time.perf_counter())
        if len(moments) > frames + WARM_UP:
            loop.quit()
            return
        view.set_texts(f"{len(moments) * 0.0125:.4f} ns", "1 s on screen = 50 ps", "a disturbed skyrmion")
        view.show_visuals(shown[len(moments) % len(shown)], stage)

    view.drawn.connect(next_frame)
    view.show_visuals(shown[0], stage)
    view.show()
    QTimer.singleShot(PATIENCE, loop.quit)
    loop.exec()
    view.close()
    view.deleteLater()
    application.processEvents()
    gaps = np.diff(moments)[WARM_UP:] * 1e3
    return float(np.median(gaps)), float(gaps.min())


if __name__ == "__main__":
    median, least = window_frame(int(sys.argv[1]))
    print(json.dumps({"median": median, "least": least}))
