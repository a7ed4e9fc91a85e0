"""The arrays a plot shows, computed from a frame: shared by the picture and the saved table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.frame import Frame
from spinviz.model.plots import Histogram, Spectrum
from spinviz.model.system import System
from spinviz.plots.transform import Lines, spectrum

Values = NDArray[np.float64]


def density(plot: Histogram, frame: Frame) -> tuple[Values, Values]:
    """Return edges (bins + 1,) and the probability density (bins,) of the values a frame brought."""
    values = np.asarray(frame.plots.get(plot.name, np.zeros(0)), dtype=float).ravel()
    counts, edges = np.histogram(values, bins=plot.bins, range=(plot.low, plot.high))
    width = edges[1] - edges[0]
    return edges, counts / (max(len(values), 1) * width)


def lines_of(plot: Spectrum, frame: Frame) -> Lines:
    """Return the spectrum of a plot's observables since the last mark."""
    history = frame.history
    rows = history.since(history.marks[-1][0]) if history.marks else slice(None)
    signal: Any = history.observables[plot.real][rows]
    if plot.imaginary:
        signal = signal + 1j * history.observables[plot.imaginary][rows]
    span = plot.span(frame.parameters) if plot.span is not None else (0.0, 0.0)
    return spectrum(history.time[rows], signal, max(abs(span[0]), abs(span[1])))


def frequency_unit(system: System[Any, Any]) -> str:
    """Return the unit of the frequency axis."""
    return "Hz" if system.time_unit == "s" else f"1/{system.time_unit}"
