"""Picture of a mesh of vectors: coloured cells, arrows in the middle of cells, both about the origin."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, inf, nan, prod, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Cells, Visual, float32
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState
from spinviz.systems.pictures.reciprocal import RECIPROCAL, structure_picture

Shape = tuple[int, int, int]
"""(nz, ny, nx)."""
Spacing = tuple[float, float, float]
"""Cell sizes along x, y, z in units of the picture."""
ARROWS = 2600
"""Cells up to which every one gets its arrow in a plane; beyond it a plane is coloured and carries fewer arrows."""
SPARSE = 44
"""Arrows along the longer side of a coloured plane."""
VOLUME = 64_000
"""Arrows at most in a volume: more would hide each other anyway."""


def coloured(m: NDArray[np.floating]) -> NDArray[np.float32]:
    """Vectors for `Cells`: NaN where there is no material."""
    values = np.array(m, dtype=np.float32)
    values[~values.any(axis=3)] = nan
    values.flags.writeable = False
    return values


def corner(shape: Shape, spacing: Spacing) -> Spacing:
    """Lower corner of the mesh, whose middle is the origin; a coloured plane lies under its arrows."""
    nz, ny, nx = shape
    low = -nz * spacing[2] / 2
    return -nx * spacing[0] / 2, -ny * spacing[1] / 2, low if nz > 1 else low - spacing[2] / 2


@lru_cache(maxsize=4)
def positions(shape: Shape, spacing: Spacing, every: tuple[int, int, int]) -> NDArray[np.float32]:
    """Middles (N, 3) of every n-th cell; one array for each mesh, so that it is uploaded once."""
    axes = [
        (np.arange(n // 2, count, n) - (count - 1) / 2) * size for count, n, size in zip(shape, every, spacing[::-1])
    ]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    return float32(np.stack([x, y, z], axis=-1).reshape(-1, 3))


@lru_cache(maxsize=4)
def sites(shape: Shape, every: tuple[int, int, int]) -> NDArray[np.int64]:
    """Cells (N, 2) of a plane or (N, 3), x first, from 1 on, in which the arrows of `positions` stand."""
    axes = [np.arange(n // 2, count, n) + 1 for count, n in zip(shape, every)]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    return np.stack([x, y, z] if shape[0] > 1 else [x, y], axis=-1).reshape(-1, len(shape) - (shape[0] == 1))


def picture(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """Arrows, cells, a coloured plane with fewer arrows, or the structure factor."""
    m = state.m
    if p.show == RECIPROCAL:
        return structure_picture(m, "Δ")
    spacing = (1.0, p.dy / p.dx, p.dz / p.dx)
    flat = p.nz == 1
    if p.show == "arrows" or (p.show == "auto" and (p.cells <= ARROWS or not flat)):
        return (arrows(m, p, sparse(p)),)
    cells = Cells(coloured(m), corner(p.shape, spacing), spacing, colormap="direction", one="site")
    if p.show == "cells" or not flat:
        return (cells,)
    return cells, arrows(m, p, sparse(p))


def sparse(p: ExchangeParameters) -> Shape:
    """Of how many cells along each axis (z, y, x) one gets an arrow; of all where arrows are asked for."""
    if p.show == "arrows" or p.cells <= ARROWS:
        return 1, 1, 1
    if p.nz == 1:
        every = ceil(max(p.nx, p.ny) / SPARSE)
        return 1, every, every
    every = 1
    while prod(ceil(n / every) for n in p.shape) > VOLUME:
        every += 1
    return min(every, p.nz), min(every, p.ny), min(every, p.nx)


def arrows(m: NDArray[np.floating], p: ExchangeParameters, every: tuple[int, int, int]) -> Arrows:
    """One arrow for every n-th cell, in the middle of its cell."""
    part = tuple(slice(n // 2, None, n) for n in every)
    length = max(every) * (1.3 if p.nz == 1 else 0.95)
    return Arrows(
        positions(p.shape, (1.0, p.dy / p.dx, p.dz / p.dx), every), float32(m[part].reshape(-1, 3)), length=length,
        radius=0.13, pivot="middle", one="site", worth=1.0,
        sites=sites(p.shape, every),
    )  # fmt: skip


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
