"""Correlations of a ferromagnet over distances and wave vectors, and what is exact of them."""

from __future__ import annotations

from math import pi

import numpy as np

from spinviz.model.plots import Graph, Line
from spinviz.physics.ising.correlations import FARTHEST, row_correlations
from spinviz.physics.order import rings
from spinviz.systems.order.common.reciprocal import MOST, chain_structure, correlations_of, far
from spinviz.systems.order.ferromagnet.laws import intact, is_ring, large, ring, yang
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState


def lines_of_correlation(state: MagnetState, p: FerromagnetParameters) -> tuple[Line, ...]:
    """C(r) of this moment, and the mean over time where it is known exactly."""
    return *correlations_of(p.geometry, p.magnet.vectors(state.spins)), *_exact(state, p)


def _exact(state: MagnetState, p: FerromagnetParameters) -> tuple[Line, ...]:
    if not intact(state, p):
        return ()
    if is_ring(p):
        C = rings.ring_correlations(p.geometry.count, p.T, 1.0, ring(p))[: p.geometry.count // 2 + 1]
        return (Line(np.arange(float(len(C))), C, "exact mean", "theory", law=True),)
    if large(p) and (p.Tc < p.T or (p.Tc > p.T and state.magnitude > 0.5 * yang(p, p.T))):
        r = np.arange(min(int(far(p.geometry)), FARTHEST) + 1)
        return (Line(r.astype(float), row_correlations(p.T)[r], "exact mean, along an axis", "theory", law=True),)
    return ()


def lines_of_structure(state: MagnetState, p: FerromagnetParameters) -> tuple[Line, ...]:
    """S(q) of a chain at this moment; of a ring also its exact mean, the Fourier sum of C(r)."""
    now = chain_structure(p.magnet.vectors(state.spins))
    if not (intact(state, p) and is_ring(p)):
        return (now,)
    n = p.geometry.count
    C = rings.ring_correlations(n, p.T, 1.0, ring(p))
    S = np.fft.fft(C).real[: n // 2 + 1]
    return now, Line(2 * pi * np.arange(n // 2 + 1) / n, S, "exact mean", "theory", law=True)


CORRELATIONS = (
    Graph(
        "correlations", "C(r)", lines_of_correlation, "r/a", "C(r)", x_low=0.0,
        x_high=lambda p: far(p.geometry), low=-1.0, high=1.0, when=lambda p: p.geometry.count <= MOST,
    ),
    Graph(
        "structure", "S(q)", lines_of_structure, "qa", "S(q)", x_low=0.0, x_high=pi, low=0.0,
        when=lambda p: p.lattice == "chain",
    ),
)  # fmt: skip
