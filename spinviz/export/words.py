"""The words over a picture: equation, caption, time and time lens."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from spinviz.model.clock import SLOW, clock, duration
from spinviz.model.frame import Frame
from spinviz.model.system import System
from spinviz.model.units import plain
from spinviz.view.overlay import Texts


def texts_of(system: System[Any, Any], frame: Frame, hidden: Collection[str] = ()) -> Texts:
    """Return the texts of a frame; the banner says what stopped it, or that it is slower than asked for.

    ``hidden``: names of `model.switches` that are off.
    """
    return Texts(
        equation="" if "equation" in hidden else system.equation,
        caption=frame.caption,
        time=clock(frame.time, frame.speed, system.time_unit),
        lens=_lens(frame, system.time_unit) if frame.speed else "",
        banner=frame.message,
    )


def _lens(frame: Frame, unit: str) -> str:
    part = frame.actual_speed / frame.speed if frame.actual_speed else 1.0
    kept = f", slowed to {plain(part, 2)}×" if part < SLOW else ""
    return f"1 s on screen = {duration(frame.speed, unit)}{kept}"
