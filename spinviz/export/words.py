"""The words over a picture: equation, caption, time and time lens."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from spinviz.model.clock import clock, duration
from spinviz.model.frame import Frame
from spinviz.model.system import System
from spinviz.view.overlay import Texts


def texts_of(system: System[Any, Any], frame: Frame, hidden: Collection[str] = ()) -> Texts:
    """Return the texts of a frame; the banner says what stopped it, or that it is slower than asked for.

    ``hidden``: names of `model.switches` that are off.
    """
    return Texts(
        equation="" if "equation" in hidden else system.equation,
        caption=frame.caption,
        time=clock(frame.time, frame.speed, system.time_unit),
        lens=f"1 s on screen = {duration(frame.actual_speed or frame.speed, system.time_unit)}" if frame.speed else "",
        banner=frame.message,
    )
