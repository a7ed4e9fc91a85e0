"""What chemical exchange is plotted as: decays, the spectrum, positions of the lines, the two-dimensional spectrum."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Graph, Image, Line, Trace
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.systems.resonance.chemical_exchange.laws import symmetric
from spinviz.systems.resonance.chemical_exchange.parameters import ExchangeParameters, sites, slowest, span
from spinviz.systems.resonance.chemical_exchange.state import MEASURED, ExchangeState, transform

Values = NDArray[np.float64]

RATES = 48
"""Points of the curve of line positions over the rate."""


def line_graph(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """The spectrum of the recorded decay and the lineshape of its start, in units of the largest of the latter."""
    shown = np.linspace(p.offset - span(p), p.offset + span(p), 480)
    key = sites(p)
    law = exchange.line(key, shown, -1j * state.decay_start, (state.sampled - 1) * state.decay_step)
    largest = float(np.max(np.abs(law))) or 1.0
    f, measured = transform(state)
    inside = np.abs(f - p.offset) <= 1.01 * span(p)
    return (
        Line(f[inside], measured[inside] / largest, "decay, transformed"),
        Line(shown, law / largest, "Gutowsky and Holm", role="theory", dashed=True),
    )


@lru_cache(maxsize=4)
def positions(p: ExchangeParameters, k_high: float) -> tuple[Values, Values, Values]:
    """Rates (n,), lower and upper position (n,) [Hz] of the maxima of the lineshape."""
    rates = np.linspace(k_high / RATES, k_high, RATES)
    f = np.linspace(p.offset - 0.8 * p.separation - 1, p.offset + 0.8 * p.separation + 1, 1601)
    found = [exchange.maxima(f, exchange.line(sites(p.change(k=k)), f)) for k in rates]
    ends = np.array([(peaks.min(), peaks.max()) if len(peaks) else (nan, nan) for peaks in found])
    return rates, ends[:, 0], ends[:, 1]


def highest_rate(p: ExchangeParameters) -> float:
    """End [1/s] of the axis of rates."""
    return 1.6 * max(exchange.coalescence_rate(p.separation), 1.0)


def position_graph(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """Where the lines are for every rate, by the law, and those measured so far."""
    if symmetric(p):
        k, name = highest_rate(p) * np.linspace(0, 1, 201) ** 0.5, "law with T₂"
        half = exchange.peak_distance(p.separation, k, p.T2A) / 2
        low, high = p.offset - half, p.offset + half
    else:
        k, low, high = positions(p.change(k=1.0), highest_rate(p))
        name = "maxima of the lineshape"
    law = [Line(k, ends, name, "theory", dashed=True) for ends, name in ((low, name), (high, ""))]
    seen = state.measured[: min(state.measurements, MEASURED)]
    inside = seen[seen[:, 0] <= highest_rate(p)]
    reach = 0.6 * p.separation * np.array([-1.0, 1.0])
    now = Line(np.full(2, min(p.k, highest_rate(p))), p.offset + reach, role="muted")
    return (*law, now, Line(np.repeat(inside[:, 0], 2), inside[:, 1:].ravel(), "measured", marks=True))


def exchange_image(state: ExchangeState, p: ExchangeParameters) -> Values:
    """The two-dimensional exchange spectrum (f2, f1), its highest peak 1."""
    f = np.linspace(p.offset - 0.9 * span(p), p.offset + 0.9 * span(p), 96)
    shortest = 8 / (pi * span(p))
    seen = replace(sites(p), T2A=min(p.T2A, shortest), T2B=min(p.T2B, shortest))  # broad enough for the pixels
    grid = exchange.exchange_map(seen, f, f, p.mixing)
    return np.asarray(grid / max(float(np.abs(grid).max()), 1e-300))


PLOTS = (
    Trace(
        "fid", "Coil voltage", ("voltage", "hopping"), -1.05, 1.05,
        window=lambda p: 6 / slowest(sites(p)),
    ),
    Graph(
        "line", "Spectrum", line_graph, "ν", "S", "Hz",
        x_low=lambda p: p.offset - span(p), x_high=lambda p: p.offset + span(p),
        low=lambda p: -1.1 if p.mixing > 0 else -0.15, high=1.1,
    ),
    Graph(
        "positions", "Line positions", position_graph, "k", "ν", "Hz", "Hz",
        x_low=0.0, x_high=highest_rate, low=lambda p: p.offset - 0.65 * max(p.separation, 1),
        high=lambda p: p.offset + 0.65 * max(p.separation, 1), when=lambda p: not (p.saturation or p.mixing),
    ),
    Trace(
        "recovery", "Longitudinal magnetization", ("mza", "mzb"), -1.05, 1.05,
        window=lambda p: 1.5 * max(p.T1A, p.T1B),
    ),
    Image("map", "Two-dimensional exchange spectrum", exchange_image, when=lambda p: p.mixing > 0),
)  # fmt: skip
