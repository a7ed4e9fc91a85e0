"""What the Ising domains are plotted as: numbers over time, temperature and field, and the correlation function."""

from __future__ import annotations

import numpy as np

from spinviz.model.plots import Curve, Graph, Line, Trace
from spinviz.physics.ising.correlations import FARTHEST, row_correlations
from spinviz.systems.order.ising_domains.laws import knows_rows
from spinviz.systems.order.ising_domains.parameters import IsingParameters, lens
from spinviz.systems.order.ising_domains.state import IsingState
from spinviz.systems.pictures.reciprocal import correlation_lines


def lines_of_correlation(state: IsingState, p: IsingParameters) -> tuple[Line, ...]:
    """C(r) of this moment, and the exact one along a row of the infinite lattice where it is known."""
    found = correlation_lines(state.spins, far(p))
    if not knows_rows(state, p):
        return found
    r = np.arange(min(int(far(p)), FARTHEST) + 1)
    return (*found, Line(r.astype(float), row_correlations(p.T)[r], "exact, along an axis", "theory", law=True))


def far(p: IsingParameters) -> float:
    """Sites up to which correlations are plotted."""
    return min(p.side // 2, 64)


PLOTS = (
    Trace("traces", "Magnetization and energy", ("m", "energy"), window=lambda p: 10 * lens(p)),
    Curve(
        "order", "Magnetization over temperature", "T", "abs_m", x_low=0.0, x_high=lambda p: 2 * p.Tc,
        low=0.0, high=1.05, mean=True, when=lambda p: not p.swings,
    ),
    Curve(
        "energy", "Energy over temperature", "T", "energy", x_low=0.0, x_high=lambda p: 2 * p.Tc,
        mean=True, when=lambda p: not p.swings,
    ),
    Curve(
        "loop", "Magnetization over field", "field", "m", low=-1.05, high=1.05,
        x_low=lambda p: -1.1 * max(abs(p.h), 0.1), x_high=lambda p: 1.1 * max(abs(p.h), 0.1),
        when=lambda p: p.h != 0,
    ),
    Graph(
        "correlations", "C(r)", lines_of_correlation, "r/a", "C(r)", x_low=0.0, x_high=far,
        low=-0.2, high=1.0,
    ),
)  # fmt: skip
