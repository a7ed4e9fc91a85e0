"""How long one frame takes in the whole window while isochromats are integrated: steps, picture, plots, tables.

    python -m spinviz.bench.window_live 10000

plays a slice selection on so many isochromats, of which 2,000 are drawn, and prints as JSON: the mean milliseconds from
picture to picture, the processor's milliseconds for each, and how many arrows there were.
"""

from __future__ import annotations

import time

from spinviz.app import start
from spinviz.app.run.openings import Choice, open_choice
from spinviz.bench.own_window import answer, wait
from spinviz.model.visuals import Arrows
from spinviz.systems import system_named

SYSTEM, PRESET = "slice_selection", "ninety"
WARM_UP, LASTING = 4.0, 6.0
"""Seconds."""


def live_frames(count: int) -> dict[str, float]:
    """Open the window, let it run, and count its pictures."""
    start.make_application()
    window = start.make_window("dark")
    controller = window.controller
    view = window.picture.view
    if view is None:
        raise SystemExit("the window has no OpenGL: spinviz doctor says what is missing")
    pictures: list[float] = []
    view.drawn.connect(lambda: pictures.append(time.perf_counter()))
    parameters = system_named(SYSTEM).Parameters.of(**_preset(), isochromats=count)
    controller.start(open_choice(Choice(SYSTEM, PRESET, parameters)))
    window.resize(1280, 720)
    window.show()
    wait(WARM_UP)
    pictures.clear()
    began, used = time.perf_counter(), time.process_time()
    wait(LASTING)
    wall, used, drawn = time.perf_counter() - began, time.process_time() - used, max(len(pictures), 1)
    frame = controller.last_frame
    arrows = [len(v.positions) for v in frame.visuals if isinstance(v, Arrows)] if frame else []
    window.close()
    return {"frame": 1e3 * wall / drawn, "processor": 1e3 * used / drawn, "arrows": max(arrows, default=0)}


def _preset() -> dict[str, object]:
    return dict(next(p.parameters for p in system_named(SYSTEM).presets if p.name == PRESET))


if __name__ == "__main__":
    answer(live_frames)
