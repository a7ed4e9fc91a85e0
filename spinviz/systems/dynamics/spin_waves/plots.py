"""Plots of the spin waves: their amplitude over wave number and frequency with the law, a cut, one wave over time."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Graph, Line, Sheet, Trace
from spinviz.systems.dynamics.spin_waves.laws import emitted_root
from spinviz.systems.dynamics.spin_waves.parameters import SpinWaveParameters, floor_frequency, lens, shown_branches
from spinviz.systems.dynamics.spin_waves.spectra import (
    DECADES,
    LEAST,
    emission,
    intensity,
    ridge,
    shown_frequency,
)
from spinviz.systems.dynamics.spin_waves.state import SpinWaveState, transverse

Values = NDArray[np.float64]
DEGREES = 180 / pi
POINTS = 161


def last_k(p: SpinWaveParameters) -> float:
    """Wave number [rad/m] at the right end of the plots."""
    return 2 * pi / p.length * (p.band + 0.5)


def law_lines(p: SpinWaveParameters, both_ways: bool) -> tuple[Line, ...]:
    """The law of all branches over the wave number."""
    last = 2 * pi / p.length * p.band
    k = np.linspace(-last if both_ways else 0.0, last, POINTS)
    names = ("theory", "law of the other sense") if p.chain else ("theory",)
    lines = [Line(k, f, name, "theory", law=True) for name, f in zip(names, shown_branches(p, k))]
    return tuple(lines)


def map_lines(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Line, ...]:
    """The amplitude over k and f, the law over it, and the wave that is measured."""
    values = intensity(state, p)
    top = values.shape[0] * shown_frequency(p) / max(values.shape[0], 1)
    ends = np.array([-last_k(p), last_k(p)])
    found = np.array(state.numbers[:2])
    if p.driven:
        now: tuple[Line, ...] = (Line(ends, np.full(2, p.f), "frequency of the antenna", "net", dashed=True),)
    else:
        now = (Line(np.full(2, p.k), found, "measured", "net", marks=True),)
    return (
        Sheet(ends, np.array([0.0, top]), role="muted", values=values, low=-DECADES, high=0.0),
        *law_lines(p, both_ways=True),
        *now,
    )


def ridge_lines(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Line, ...]:
    """Frequencies found of all waves, and the law."""
    found = ridge(state, p)
    k = p.wave_numbers
    return (
        *(Line(k, f, "measured" if n == 0 else "", "simulation", marks=True) for n, f in enumerate(found)),
        *law_lines(p, both_ways=False),
    )


def emission_lines(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Line, ...]:
    """Amplitudes [deg] right of the antenna at its frequency, and the wave number of the law."""
    if state.filled < LEAST:
        return ()
    k, found = emission(state, p)
    law = emitted_root(state, p)
    return (
        Line(k, found * DEGREES, "measured", "simulation"),
        Line(np.full(2, law), np.array([0.0, found.max() * DEGREES]), "theory", "theory", law=True),
    )


def cut_lines(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Line, ...]:
    """Transverse components along the film or the chain now [deg]."""
    x = np.asarray((np.arange(p.count) - p.count // 2) * p.dx, np.float64)
    u, v = transverse(state.m, p)
    if p.chain:
        return (
            Line(x[::2], u[::2] * DEGREES, "sublattice A", "x"), Line(x[1::2], u[1::2] * DEGREES, "sublattice B", "z"),
        )  # fmt: skip
    in_plane = "m_y" if p.geometry == "backward volume" else "m_x"
    other = "m_y" if p.geometry == "forward volume" else "m_z"
    # The second axis of Damon and Eshbach points down.
    sign = -1.0 if p.geometry == "Damon-Eshbach" else 1.0
    return Line(x, u * DEGREES, in_plane, "simulation"), Line(x, sign * v * DEGREES, other, "secondary")


PLOTS = (
    Graph(
        "map", "Spectrum", map_lines, "k", "", "rad/m", "Hz",
        x_low=lambda p: -last_k(p), x_high=last_k, low=floor_frequency, high=shown_frequency,
    ),
    Graph(
        "cut", "Along the waves", cut_lines, "x", "", "m", "°", x_low=lambda p: -p.length / 2,
        x_high=lambda p: p.length / 2,
    ),
    Trace("wave", "One wave", ("wave",), window=lambda p: 2 * lens(p), when=lambda p: not p.driven),
    Graph(
        "dispersion", "Frequencies", ridge_lines, "k", "", "rad/m", "Hz",
        x_low=0.0, x_high=last_k, low=floor_frequency, high=shown_frequency, when=lambda p: not p.driven,
    ),
    Graph(
        "emission", "Right of the antenna", emission_lines, "k", "", "rad/m", "°", x_low=lambda p: -last_k(p),
        x_high=last_k, low=0.0, when=lambda p: p.driven,
    ),
    Trace(
        "amplitude", "Amplitude of the wave", ("amplitude",), low=0.0, window=lambda p: 10 * lens(p),
        when=lambda p: not p.driven,
    ),
)  # fmt: skip
