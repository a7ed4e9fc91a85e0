"""Plots of the local moments: spectrum, order and lengths over time and temperature, how lengths are distributed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Curve, Graph, Histogram, Line, Trace
from spinviz.physics.order import mossbauer
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters
from spinviz.systems.order.local_moments.state import LocalMomentState

Values = NDArray[np.float64]

POINTS = 361
BINS = 24
"""Strengths of the field by which the lengths of all moments are represented."""
DEPTH = 10.0
"""Depth [%] of the outer lines where nothing fluctuates."""
LOWEST = 89.0
"""Transmission [%] at the lower end of the plot: the one line of no mean field at all is cut there."""
ROOM = 1.25
"""Half width of the spectrum over the outer line of M0."""
LONGEST = 1.8
"""Length over M0 up to which lengths are counted."""


@lru_cache(maxsize=8)
def velocities(B_hf: float) -> Values:
    """Velocities (n,) [m/s] of the source."""
    top = ROOM * float(mossbauer.lines(B_hf)[-1])
    v = np.linspace(-top, top, POINTS)
    v.flags.writeable = False
    return v


def fields(state: LocalMomentState, p: LocalMomentParameters) -> tuple[Values, Values]:
    """Strengths (k,) [T] of the hyperfine fields of the moments, and the parts of all moments that have them."""
    lengths = np.sort(state.lengths) * p.B_hf / p.M0
    groups = np.array_split(lengths, BINS)
    return np.array([group.mean() for group in groups]), np.array([len(group) for group in groups]) / len(lengths)


def transmission(p: LocalMomentParameters, absorption: Values) -> Values:
    """Transmission [%] of a thin absorber whose outer lines take `DEPTH` when nothing fluctuates."""
    line = mossbauer.areas()[-1] * 2 / (np.pi * p.width)
    return np.asarray(100 - DEPTH * absorption / line)


def spectrum_lines(state: LocalMomentState, p: LocalMomentParameters) -> tuple[Line, ...]:
    """The spectrum at this rate, and its limits: every field as it is, and the mean field alone."""
    v = velocities(p.B_hf)
    strengths, parts = fields(state, p)
    mean = p.B_hf * state.M / p.M0
    both = mossbauer.two_signs(strengths, parts, mean)
    slow = mossbauer.spectrum(v, strengths, parts, 0.0, p.width)
    fast = mossbauer.fast_spectrum(v, mean, p.width)
    now = mossbauer.spectrum(v, *both, p.rate, p.width)
    return (
        Line(v, transmission(p, slow), "slow", "theory", dashed=True, law=True),
        Line(v, transmission(p, fast), "fast", "muted", dashed=True, law=True),
        Line(v, transmission(p, now), "now", "simulation"),
    )


def widest(p: LocalMomentParameters) -> float:
    """Right end of the axes of temperature [J/kB]."""
    return max(2 * p.Tc, p.T)


PLOTS = (
    Graph(
        "spectrum", "⁵⁷Fe spectrum", spectrum_lines, "v", "I/I₀", "m/s", "%",
        x_low=lambda p: float(velocities(p.B_hf)[0]), x_high=lambda p: float(velocities(p.B_hf)[-1]),
        low=LOWEST, high=101.0,
    ),
    Trace("traces", "Order and lengths", ("rms", "M"), 0.0, 1.2, window=lambda p: 600.0),
    Curve(
        "order", "M over T", "T", "M", x_low=0.0, x_high=widest, low=0.0, high=1.2, mean=True,
    ),
    Curve(
        "lengths", "Lengths over T", "T", "rms", x_low=0.0, x_high=widest, low=0.0, high=1.2, mean=True,
    ),
    Histogram(
        "histogram", "Lengths of the moments", lambda s, p: s.lengths / p.M0, "m/M₀", low=0.0, high=LONGEST, bins=36
    ),
)  # fmt: skip
