"""What the exchange lattice is plotted as: means and energy over time, the spin wave, the distribution of m_z."""

from __future__ import annotations

from spinviz.model.plots import Histogram, Trace
from spinviz.systems.dynamics.exchange_lattice.state import lens, occupied_mz

PLOTS = (
    Trace(
        "magnetization", "Mean magnetization", ("mx", "mz"), -1.05, 1.05,
        window=lambda p: 10 * lens(p),
    ),
    Trace("energy", "Energy", ("energy",), window=lambda p: 10 * lens(p)),
    Trace(
        "wave", "Spin wave", ("wave",), window=lambda p: 10 * lens(p),
        when=lambda p: p.start == "wave" and not p.input,
    ),
    Histogram("distribution", "Distribution of m_z", lambda s, p: occupied_mz(s), "m_z"),
)  # fmt: skip
