"""What plots show besides the history: arrays of the state, means, and the laws' curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.engine.averages import Averages
from spinviz.model.frame import History
from spinviz.model.law import Departure, Law
from spinviz.model.plots import Bands, Curve, Diagram, Graph, Histogram, Image, Levels, Plot, Spectrum, Trace
from spinviz.model.system import System

Values = NDArray[np.float64]
POINTS = 240
"""Points of a law's curve."""
AHEAD = 0.1
"""Part of a trace's window for which laws are drawn ahead once the run is longer than the window."""


def plots_of(system: System[Any, Any], state: Any, p: Any, averages: Averages) -> dict[str, Any]:
    """Return what each plot that is not a plain trace shows now, in arrays of its own."""
    shown: dict[str, Any] = {}
    for plot in system.plots:
        if isinstance(plot, Histogram | Image):
            shown[plot.name] = np.array(plot.values(state, p))
        elif isinstance(plot, Levels | Bands | Diagram):
            shown[plot.name] = plot.scheme(state, p)
        elif isinstance(plot, Graph):
            shown[plot.name] = plot.lines(state, p)
        elif isinstance(plot, Curve) and plot.mean:
            shown[plot.name] = averages.points(plot.x, plot.y)
    return shown


def curves_of(
    system: System[Any, Any], state: Any, p: Any, d: Departure, time: float, history: History
) -> dict[tuple[str, str], tuple[Values, Values]]:
    """Return every law's curve over every plot that shows it, where it holds now or the plot spans other settings."""
    curves: dict[tuple[str, str], tuple[Values, Values]] = {}
    for law in system.laws:
        if law.curve is None:
            continue
        holds = law.holds(state, p, d)
        for plot in system.plots:
            if _shows(plot, law) and (holds or _spans_settings(plot)):
                x = _axis(plot, p, time, history)
                curves[plot.name, law.name] = (x, np.asarray(law.curve(state, p, d, x), dtype=np.float64))
    return curves


def _spans_settings(plot: Plot) -> bool:
    """Whether the law's curve belongs to the whole axis: a plot of means over settings, M over T."""
    return isinstance(plot, Curve) and plot.mean


def _shows(plot: Plot, law: Law) -> bool:
    if plot.name in law.plots:
        return True
    if law.plots:
        return False
    if isinstance(plot, Trace):
        return law.observable in plot.observables
    return isinstance(plot, Curve) and plot.y == law.observable


def _axis(plot: Plot, p: Any, time: float, history: History) -> Values:
    if isinstance(plot, Trace):
        window = plot.window(p) if plot.window else 0.0
        start = max(0.0, time - window) if window else 0.0
        return np.linspace(start, max(time + AHEAD * window, window), POINTS)
    if isinstance(plot, Curve):
        seen = history.observables[plot.x]
        low = _limit(plot.x_low, p, float(np.nanmin(seen)) if len(seen) else 0.0)
        high = _limit(plot.x_high, p, float(np.nanmax(seen)) if len(seen) else 1.0)
        return np.linspace(low, high, POINTS)
    if isinstance(plot, Spectrum):
        low, high = plot.span(p) if plot.span else (-1.0, 1.0)
        return np.linspace(low, high, 2 * POINTS)
    low, high = (plot.low, plot.high) if isinstance(plot, Histogram) else (0.0, 1.0)
    return np.linspace(low, high, POINTS)


def _limit(limit: Any, p: Any, seen: float) -> float:
    if limit is None:
        return seen
    return float(limit(p)) if callable(limit) else float(limit)
