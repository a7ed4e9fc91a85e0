"""Picture of a mesh of vectors: coloured cells, arrows in the middle of cells, both about the origin."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, nan, prod

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.systems.dynamics.common.painted import Painted
from spinviz.systems.pictures.reciprocal import RECIPROCAL, structure_picture, structure_stage

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


def mesh_picture(
    m: NDArray[np.floating], spacing: Spacing, show: str, paint: Painted | None = None
) -> tuple[Visual, ...]:
    """Arrows, cells, a coloured plane with fewer arrows, or the structure factor of ``m`` (nz, ny, nx, 3).

    In colours of the directions, or of numbers.
    """
    if show == RECIPROCAL:
        return structure_picture(m, "Δ")
    nz, ny, nx = m.shape[:3]
    flat, cells = nz == 1, nx * ny * nz
    if show == "arrows" or (show == "auto" and (cells <= ARROWS or not flat)):
        return (arrows(m, spacing, sparse((nz, ny, nx), show), paint),)
    plane = cells_of(m, spacing, paint)
    if show == "cells" or not flat:
        return (plane,)
    return plane, arrows(m, spacing, sparse((nz, ny, nx), show), paint)


def cells_of(m: NDArray[np.floating], spacing: Spacing, paint: Painted | None = None) -> Cells:
    """Cells in colours of the directions ``m`` (nz, ny, nx, 3) or of numbers."""
    origin = corner(m.shape[:3], spacing)
    if paint is None:
        return Cells(coloured(m), origin, spacing, colormap="direction", one="site")
    bar = paint.bar
    return Cells(float32(paint.values), origin, spacing, bar.colormap, bar.low, bar.high, one="site")


def sparse(shape: Shape, show: str) -> Shape:
    """Of how many cells along each axis (z, y, x) one gets an arrow; of all where arrows are asked for."""
    nz, ny, nx = shape
    if show == "arrows" or prod(shape) <= ARROWS:
        return 1, 1, 1
    if nz == 1:
        every = ceil(max(nx, ny) / SPARSE)
        return 1, every, every
    every = 1
    while prod(ceil(n / every) for n in shape) > VOLUME:
        every += 1
    return min(every, nz), min(every, ny), min(every, nx)


def arrows(
    m: NDArray[np.floating], spacing: Spacing, every: tuple[int, int, int], paint: Painted | None = None
) -> Arrows:
    """One arrow for every n-th cell, in the middle of its cell."""
    nz, ny, nx = m.shape[:3]
    part = (
        slice(every[0] // 2, None, every[0]),
        slice(every[1] // 2, None, every[1]),
        slice(every[2] // 2, None, every[2]),
    )
    length = max(every) * (1.3 if nz == 1 else 0.95)
    return Arrows(
        positions((nz, ny, nx), spacing, every), float32(m[part].reshape(-1, 3)), length=length,
        color="direction" if paint is None else paint.shades(part), radius=0.13, pivot="middle", one="site", worth=1.0,
        sites=sites((nz, ny, nx), every),
    )  # fmt: skip


def mesh_stage(shape: Shape, spacing: Spacing, show: str, unit: str, unit_length: float) -> Stage:
    """What the camera frames: the mesh in units of the picture; seen from above when it is a plane."""
    nz, ny, nx = shape
    if show == RECIPROCAL:
        return structure_stage(nx * ny * nz)
    size = nx * spacing[0], ny * spacing[1], nz * spacing[2]
    half = (size[0] / 2, size[1] / 2, max(size[2] / 2, 0.5))
    flat = size[2] < 0.2 * max(size[0], size[1])
    return Stage(
        low=(-half[0], -half[1], -half[2]), high=half, unit=unit, unit_length=unit_length,
        azimuth=-24.0 if flat else 35.0, elevation=42.0 if flat else 24.0, legend="direction",
    )  # fmt: skip


def one_arrow_for(shape: Shape, show: str) -> str:
    """What is said where fewer arrows than cells are drawn."""
    every = [n for n, count in zip(sparse(shape, show), shape) if count > 1][::-1] if show == "auto" else []
    return f"one arrow for {' × '.join(map(str, every))} cells" if max(every, default=1) > 1 else ""
