"""What the exchange lattice is plotted as: means and energy over time, the spin wave, the distribution of m_z."""

from __future__ import annotations

from spinviz.model.plots import Graph, Histogram, Line, Trace
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import BY_TERM, ExchangeState, lens, occupied_mz
from spinviz.systems.pictures.reciprocal import correlation_lines_by_axis

OUTER = ("field_energy", "dmi_energy")
INNER = tuple(name for name in BY_TERM if name not in OUTER)


def lines_of_correlation(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """C(r) of the directions at this moment, r in metres."""
    return correlation_lines_by_axis(state.m, (p.dx, p.dy, p.dz), state.spins.geometry.periodic)


PLOTS = (
    Trace(
        "magnetization", "Mean magnetization", ("mx", "my", "mz"), -1.05, 1.05,
        window=lambda p: 10 * lens(p),
    ),
    Trace("energies", "Energy by term", ("energy", *INNER), window=lambda p: 10 * lens(p)),
    Trace("applied_energies", "Energy of field and DMI", OUTER, window=lambda p: 10 * lens(p)),
    Trace(
        "wave", "Spin wave", ("wave",), window=lambda p: 10 * lens(p),
        when=lambda p: p.start == "wave" and not p.input,
    ),
    Histogram("distribution", "Distribution of m_z", lambda s, p: occupied_mz(s), "m_z"),
    Graph(
        "correlations", "Correlation function", lines_of_correlation, "r", "C(r)", "m", x_low=0.0, low=-1.0, high=1.0,
    ),
)  # fmt: skip
