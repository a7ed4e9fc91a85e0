"""What the macrospins are plotted as: components and energy over time, the loop, the distribution of m_z."""

from __future__ import annotations

from spinviz.model.plots import Curve, Histogram, Trace
from spinviz.systems.dynamics.macrospin.parameters import lens

PLOTS = (
    Trace("components", "Magnetization", ("mx", "mz"), -1.05, 1.05, window=lambda p: 10 * lens(p)),
    Trace("energy", "Energy of a particle", ("energy",), window=lambda p: 10 * lens(p)),
    Curve(
        "loop", "Magnetization over field", "field", "along", low=-1.05, high=1.05,
        x_low=lambda p: -1.1 * max(abs(p.B), 1e-3), x_high=lambda p: 1.1 * max(abs(p.B), 1e-3),
        when=lambda p: p.period > 0,
    ),
    Histogram("distribution", "Distribution of m_z", lambda s, p: s.spins.m[2], "m_z", when=lambda p: p.count > 1),
)  # fmt: skip
