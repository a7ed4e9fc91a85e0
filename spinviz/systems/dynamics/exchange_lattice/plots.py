"""What the exchange lattice is plotted as: means and energy over time, the spin wave, the distribution of m_z."""

from __future__ import annotations

from spinviz.model.plots import Graph, Histogram, Line, Trace
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, lens, occupied_mz
from spinviz.systems.pictures.reciprocal import correlation_lines_by_axis

SHOWN = {
    "energies": ("energy", "stray_energy", "exchange_energy"),
    "energies_anisotropy": ("stray_energy", "exchange_energy", "anisotropy_energy"),
    "energies_without_stray": ("energy", "exchange_energy", "anisotropy_energy"),
    "energies_dmi": ("exchange_energy", "anisotropy_energy", "dmi_energy"),
}
"""Three energies that matter: more labels have no room in small windows; the table has all."""


def energies_of(p: ExchangeParameters) -> str:
    """Which of `SHOWN` says most."""
    if p.stray:
        return "energies_anisotropy" if p.K1 or not p.plain else "energies"
    return "energies_dmi" if p.D else "energies_without_stray"


def _energies(name: str) -> Trace:
    return Trace(
        name, "Energy by term", SHOWN[name], window=lambda p: 10 * lens(p), when=lambda p: energies_of(p) == name
    )


def lines_of_correlation(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """C(r) of the directions at this moment, r in metres."""
    return correlation_lines_by_axis(state.m, (p.dx, p.dy, p.dz), state.spins.geometry.periodic)


PLOTS = (
    Trace(
        "magnetization", "Mean magnetization", ("mx", "my", "mz"), -1.05, 1.05,
        window=lambda p: 10 * lens(p),
    ),
    *(_energies(name) for name in SHOWN),
    Trace(
        "wave", "Spin wave", ("wave",), window=lambda p: 10 * lens(p),
        when=lambda p: p.start == "wave" and not p.input,
    ),
    Histogram("distribution", "Distribution of m_z", lambda s, p: occupied_mz(s), "m_z"),
    Graph(
        "correlations", "Correlation function", lines_of_correlation, "r", "C(r)", "m", x_low=0.0, low=-1.0, high=1.0,
    ),
)  # fmt: skip
