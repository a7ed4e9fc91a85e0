"""What the wall is plotted as: its course, and its velocity over field and current with the law."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Curve, Graph, Histogram, Line, Mean, Trace
from spinviz.physics.micromagnetics.walker import Walker
from spinviz.systems.dynamics.domain_wall.motion import lens
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters
from spinviz.systems.dynamics.domain_wall.state import WallState

Values = NDArray[np.float64]

POINTS = 161
"""Points of the law over field and current."""
SHOWN = 3.5
"""Breakdown fields that the axis of the field holds."""


def window(p: WallParameters) -> float:
    """Time shown at least [s]."""
    return max(10 * lens(p), p.rise)


def perfect(p: WallParameters) -> bool:
    """Whether the motion of a free wall is what is looked at."""
    return p.depth == 0 and p.rise == 0


def end_of_field(p: WallParameters) -> float:
    """Right end of the axis of the field [T]."""
    return max(SHOWN * p.wall.walker_field, 1.15 * abs(p.B), 1e-3)


def end_of_current(p: WallParameters) -> float:
    """Right end of the axis of the current [m/s]."""
    critical = p.wall.critical_drift
    return max(2.5 * critical if 0 < critical < 400 else 0.0, 1.15 * abs(p.u))


@lru_cache(maxsize=32)
def velocities(wall: Walker, over: str, end: float) -> tuple[Values, Values]:
    """The closed form (n,) over ``over``, field or current, from 0 to ``end``."""
    x = np.linspace(0.0, end, POINTS)
    y = np.array([replace(wall, **{over: float(value)}).mean_velocity for value in x])
    return x, y


def law_lines(wall: Walker, over: str, end: float, breakdown: float, name: str) -> tuple[Line, ...]:
    """The closed form and where it breaks down."""
    x, y = velocities(wall, over, end)
    lines = [Line(x, y, "law", "theory", dashed=True, law=True)]
    if isfinite(breakdown) and 0 < abs(breakdown) < abs(end):
        span = np.array([min(0.0, float(y.min())), max(0.0, float(y.max()))])
        lines.append(Line(np.full(2, breakdown), span, name, "muted", dashed=True, law=True))
    return tuple(lines)


def over_field(state: WallState, p: WallParameters) -> tuple[Line, ...]:
    """The law over the field, on the side on which the present field is."""
    side = -1 if p.B < 0 else 1
    wall = replace(p.wall, B=0.0)
    return law_lines(wall, "B", side * end_of_field(p), side * wall.walker_field, "Walker field")


def over_current(state: WallState, p: WallParameters) -> tuple[Line, ...]:
    """The law over the current, in the present field."""
    side = -1 if p.u < 0 else 1
    critical = p.wall.critical_drift if p.B == 0 else float("nan")
    return law_lines(replace(p.wall, u=0.0), "u", side * end_of_current(p), side * critical, "breakdown")


PLOTS = (
    Trace("velocity", "Velocity", ("velocity",), window=window),
    Trace("tilt", "Tilt", ("tilt",), window=window, when=perfect),
    Trace("position", "Position", ("position",), window=window),
    Curve("field_curve", "Position over field", "field", "position", when=lambda p: p.rise > 0),
    Histogram(
        "sizes", "Sizes of jumps", lambda s, p: np.log10(np.maximum(s.jumps, 1e-11) * 1e9), "log₁₀(Δq/nm)", low=-1.0,
        high=3.0, bins=24, when=lambda p: p.rise > 0 and p.depth > 0,
    ),
    Graph(
        "over_field", "Velocity over field", over_field, "B", "", "T", "m/s",
        x_low=lambda p: 0.0 if p.B >= 0 else -end_of_field(p), x_high=lambda p: end_of_field(p) if p.B >= 0 else 0.0,
        means=(Mean("field", "mean_velocity", "measured"),), when=lambda p: p.u == 0 and p.wide and perfect(p),
    ),
    Graph(
        "over_current", "Velocity over current", over_current, "u", "", "m/s", "m/s",
        x_low=lambda p: 0.0 if p.u >= 0 else -end_of_current(p),
        x_high=lambda p: end_of_current(p) if p.u >= 0 else 0.0,
        means=(Mean("current", "mean_velocity", "measured"),), when=lambda p: p.u != 0 and p.wide and perfect(p),
    ),
    Trace("mean_velocity", "Mean velocity", ("mean_velocity",), window=window, when=perfect),
    Trace("width", "Width", ("width",), window=window),
    Trace("energy", "Energy", ("wall_energy",), window=window),
)  # fmt: skip
