"""Times as people read them: on the clock over the picture, on the transport bar, as a lens."""

from __future__ import annotations

import math

from spinviz.model.units import plain, prefix_for, show

RESOLVED = 20
"""Differences of time that should be seen in the clock, per second on screen."""


def clock(time: float, speed: float, unit: str) -> str:
    """Return the time with as many decimals as move at this speed: "288 ms", "1.29 ns", "1250 sweeps"."""
    prefix, factor = prefix_for(time or speed, unit)
    finest = (speed or abs(time) or 1.0) / RESOLVED / factor
    decimals = min(max(0, -math.floor(math.log10(finest))), 6) if 0 < finest < math.inf else 0
    return f"{time / factor:.{decimals}f} {prefix}{_many(unit)}".replace("-", "−")


def duration(value: float, unit: str) -> str:
    """Return a duration for people."""
    return f"{plain(value, 3)} {unit if value == 1 else _many(unit)}" if unit == "sweep" else show(value, unit, 3)


def _many(unit: str) -> str:
    return "sweeps" if unit == "sweep" else unit
