"""Picture of the exchange lattice: its mesh of vectors, and whether its cells are small enough."""

from __future__ import annotations

from math import inf, sqrt

from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.common.mesh_picture import mesh_picture, mesh_stage
from spinviz.systems.dynamics.common.stray_picture import Sample
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState


def sample_of(p: ExchangeParameters) -> Sample:
    """The mesh of the magnet."""
    return Sample(p.mesh, (p.dx, p.dy, p.dz), p.Ms, p.closed)


def picture(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """Arrows, cells, a coloured plane with fewer arrows, or the structure factor."""
    return mesh_picture(state.m, sample_of(p).spacing, p.show)


def stage_of(p: ExchangeParameters) -> Stage:
    """The mesh, in cells along x; seen from above when it is a plane."""
    return mesh_stage(p.mesh, sample_of(p).spacing, p.show, "m", p.dx)


def coarse(p: ExchangeParameters) -> str:
    """A warning where cells exceed a third of the shortest length, of walls or of the helix over 2 pi.

    A skyrmion on cells of 2 nm, 0.4 of the width of its wall, comes out 7 % too small. With stray field cells must not
    be longer than the exchange length sqrt(2A/(mu0 Ms^2)).
    """
    if p.stray:
        length = sqrt(2 * p.A / (VACUUM_PERMEABILITY * p.Ms**2))
        longest = max((size for size, n in ((p.dx, p.nx), (p.dy, p.ny), (p.dz, p.nz)) if n > 1), default=0.0)
        long = f" · cells of {longest * 1e9:.3g} nm are longer than the exchange length of {length * 1e9:.2g} nm"
        return long if longest > length else ""
    width = sqrt(p.A / abs(p.K1)) if p.K1 else inf
    if p.D:
        width = min(width, 2 * p.A / abs(p.D))
    largest = max((size for size, n in ((p.dx, p.nx), (p.dy, p.ny), (p.dz, p.nz)) if n > 1), default=0.0)
    if not 0 < width < 3 * largest:
        return ""
    what = "too large" if width < largest else "coarse"
    return f" · {what} for walls of {width * 1e9:.2g} nm"
