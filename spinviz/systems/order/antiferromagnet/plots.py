"""Plots of the antiferromagnet."""

from __future__ import annotations

from spinviz.model.plots import Curve, Graph, Trace
from spinviz.systems.order.antiferromagnet.guides import MEAN_FIELD, dispersion_lines
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters
from spinviz.systems.order.common.reciprocal import MOST, correlations_of, far

LENS, SLOW_LENS = 30.0, 4.0
"""Sweeps per second on screen: of Monte Carlo, of the equation of motion."""


def lens(p: AntiferromagnetParameters) -> float:
    """Sweeps per second on screen."""
    return SLOW_LENS if p.moves else LENS


def widest(p: AntiferromagnetParameters) -> float:
    """Right end of the axes of temperature."""
    return p.widest


def still(p: AntiferromagnetParameters) -> bool:
    """Whether means at fixed parameters say something: no waves at T = 0, no field that swings."""
    return not p.swings and (p.T > 0 or not p.moves)


def pinned(p: AntiferromagnetParameters) -> bool:
    """Whether an axis tells along from across."""
    return still(p) and p.K > 0 and p.bipartite


PLOTS = (
    Trace("traces", "n, |m| and e over time", ("staggered", "abs_m", "energy"), window=lambda p: 10 * lens(p),
          roles=("good", "net", "simulation")),
    Curve(
        "loop", "m along the field over h", "field", "m_h", x_low=lambda p: -1.1 * max(abs(p.h), 0.1),
        x_high=lambda p: 1.1 * max(abs(p.h), 0.1), low=-1.05, high=1.05,
        when=lambda p: p.swings or (p.h != 0 and not p.moves),
    ),
    Curve(
        "order", "n over T", "T", "staggered", x_low=0.0, x_high=widest, low=0.0, high=1.05,
        mean=True, guides=(MEAN_FIELD["order"],), when=still,
    ),
    Curve(
        "parallel", "χ∥ over T", "T", "chi_par", x_low=0.0, x_high=widest, low=0.0, mean=True,
        guides=(MEAN_FIELD["parallel"],), when=pinned,
    ),
    Curve(
        "perpendicular", "χ⊥ over T", "T", "chi_perp", x_low=0.0, x_high=widest, low=0.0, mean=True,
        guides=(MEAN_FIELD["perpendicular"],), when=pinned,
    ),
    Curve(
        "energy", "e over T", "T", "energy", x_low=0.0, x_high=widest, mean=True, guides=(MEAN_FIELD["energy"],),
        when=still,
    ),
    Curve(
        "square", "n² over T", "T", "n2", x_low=0.0, x_high=widest, low=0.0, high=1.05, mean=True,
        when=lambda p: still(p) and p.lattice == "chain",
    ),
    Trace(
        "wave", "Wave over time", ("wave",), window=lambda p: 6 * lens(p),
        when=lambda p: p.moves and p.bipartite and (p.waves > 0 or p.K != 0),
    ),
    Graph(
        "dispersion", "Frequencies of spin waves", dispersion_lines, "k", "ω", "rad/a", "γJ/μ", x_low=0.0, low=0.0,
        when=lambda p: p.moves and p.bipartite and p.K >= 0,
    ),
    Graph(
        "correlations", "C(r)", lambda s, p: correlations_of(p.geometry, s.spins.vectors()), "r/a",
        "C(r)", x_low=0.0, x_high=lambda p: far(p.geometry), low=-1.0, high=1.0,
        when=lambda p: p.geometry.count <= MOST,
    ),
)  # fmt: skip
