"""Times as people read them: on the clock over the picture, on the transport bar, as a lens."""

from __future__ import annotations

import math

from spinviz.model.units import plain, prefix_for, show

COUNTED = {"sweep": "sweeps", "file": "files"}
"""Units of time that count, and their plurals."""
RESOLVED = 20
"""Differences of time that should be seen in the clock, per second on screen."""
SLOW = 0.9
"""A machine that keeps less than this part of the speed asked for is said to be slow."""


def clock(time: float, speed: float, unit: str) -> str:
    """Return the time with as many decimals as move at this speed: "288 ms", "1.29 ns", "1250 sweeps"."""
    prefix, factor = prefix_for(time or speed, unit)
    finest = (speed or abs(time) or 1.0) / RESOLVED / factor
    moves = 0 < finest < math.inf and unit not in COUNTED
    decimals = min(max(0, -math.floor(math.log10(finest))), 6) if moves else 0
    return f"{time / factor:.{decimals}f} {prefix}{_many(unit)}".replace("-", "−")


def duration(value: float, unit: str) -> str:
    """Return a duration for people."""
    return f"{plain(value, 3)} {unit if value == 1 else _many(unit)}" if unit in COUNTED else show(value, unit, 3)


def round_speed(speed: float) -> float:
    """Return the nearest 1, 2 or 5 times a power of ten: a scale that can be said, as of a map."""
    if not 0 < speed < math.inf:
        return speed
    return min(_scale(speed), key=lambda one: abs(math.log(one / speed)))


def scale_within(most: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten up to ``most``, which is above 0 and finite."""
    return speeds(most / 10, most)[-1]


def speeds(low: float, high: float) -> tuple[float, ...]:
    """Return all 1, 2 and 5 times powers of ten from ``low`` to ``high``, rising."""
    if not 0 < low <= high < math.inf:
        return ()
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    steps = (float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5))
    return tuple(step for step in steps if low * (1 - 1e-9) <= step <= high * (1 + 1e-9))


def _scale(speed: float) -> tuple[float, ...]:
    return speeds(speed / 3, speed * 3) or (speed,)


def _many(unit: str) -> str:
    return COUNTED.get(unit, unit)


def singular(text: str) -> str:
    """Return a time as typed, "50 sweeps", in the unit itself: "50 sweep"."""
    for one, many in COUNTED.items():
        text = text.replace(many, one)
    return text
