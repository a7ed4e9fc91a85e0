"""The permanent magnet beyond the end of the bar, a block that is magnetized along the bar: its field and its pull."""

from __future__ import annotations

from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.prisms import prism_field, prism_slope
from spinviz.systems.dynamics.bar.parameters import BarParameters

Values = NDArray[np.float64]
Edges = tuple[float, float, float]


def block(p: BarParameters) -> Edges:
    """Edges [m] of the magnet: as long and wide as the bar is wide, half as high."""
    return p.width, p.width, p.width / 2


@lru_cache(maxsize=4)
def middles(edges: Edges, shape: tuple[int, int, int]) -> Values:
    """Middles (cells, 3) [m] of the cells about the middle of the bar, x fastest."""
    axes = [((np.arange(n) + 0.5) / n - 0.5) * size for n, size in zip(shape, edges[::-1])]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    found = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    found.flags.writeable = False
    return found


def _seen_from(p: BarParameters, gap: float) -> tuple[Values, Edges]:
    """Middles of the cells about the middle of the magnet, and its edges."""
    return middles(p.edges, p.shape) - np.array([p.length / 2 + gap + p.width / 2, 0.0, 0.0]), block(p)


@lru_cache(maxsize=4)
def field_of(p: BarParameters, gap: float) -> Values:
    """B [T] of the magnet (cells, 3) at the distance ``gap`` [m] from the end; in the middle of each cell."""
    found = np.asarray(-p.strength * prism_field(*_seen_from(p, gap), 0))
    found.flags.writeable = False
    return found


@lru_cache(maxsize=2)
def slope_of(p: BarParameters, gap: float) -> Values:
    """dB/dx [T/m] of it (cells, 3)."""
    return np.asarray(-p.strength * prism_slope(*_seen_from(p, gap), 0))


def pull(m: Values, p: BarParameters, gap: float) -> float:
    """Force [N] on the bar along x, towards the magnet, sum of Ms V (m.grad) B; ``m`` (cells, 3)."""
    return p.moment * float(np.sum(m * slope_of(p, gap)))


def energy_in_field(m: Values, p: BarParameters, gap: float) -> float:
    """Energy [J] of ``m`` (cells, 3) in the field of the magnet at the distance ``gap`` [m]."""
    return -p.moment * float(np.sum(m * field_of(p, gap)))


def far_pull(mean: Values, p: BarParameters, gap: float) -> float:
    """The same force [N] if both were dipoles in their middles: 3 mu0 m m'/(2 pi r^4)."""
    r = p.length / 2 + gap + p.width / 2
    moments = p.moment * p.cells * mean[0] * p.strength * prod(block(p)) / VACUUM_PERMEABILITY
    return float(3 * VACUUM_PERMEABILITY * moments / (2 * np.pi * r**4))
