"""A plane as a surface of heights, a volume as the surface on which a component of m has one value."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import plain, show
from spinviz.model.visuals import Lines, Shades, Stage, Surface, Visual, float32
from spinviz.physics.lattice.isosurface import isosurface
from spinviz.systems.dynamics.common.mesh_picture import Shape, Spacing, cells_of
from spinviz.systems.dynamics.common.mesh_view import AXES
from spinviz.systems.dynamics.common.painted import Bar, Painted

Vectors = NDArray[np.floating]
Found = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]

RELIEF = 0.13
"""Height of a surface in parts of the shorter side of its plane."""
BELOW = 0.4
"""Room for its plinth, in heights."""


def relief_of(shape: Shape, spacing: Spacing) -> float:
    """Height of a surface in units of the picture."""
    return RELIEF * min(shape[2] * spacing[0], shape[1] * spacing[1])


def height_surface(m: Vectors, spacing: Spacing, component: str, paint: Painted | None = None) -> tuple[Visual, ...]:
    """The middle layer of ``m`` (nz, ny, nx, 3) as a relief: of a component in colours of directions, or of numbers."""
    middle = slice(m.shape[0] // 2, m.shape[0] // 2 + 1)
    layer, flat = m[middle], (spacing[0], spacing[1], 0.0)
    some = None if paint is None else replace(paint, values=paint.values[middle])
    cells = cells_of(layer, flat, some)
    heights = None if some is not None else float32(layer[0, ..., AXES.index(component)])
    return (replace(cells, relief=relief_of(m.shape[:3], spacing), heights=heights),)


def height_words(
    shape: Shape, spacing: Spacing, length: float, component: str, bar: Bar | None, unit: str = "m"
) -> str:
    """What is high; ``length`` of a unit of the picture, in ``unit``."""
    what = f"m_{component}, −1 to 1" if bar is None else "as the colour"
    layer = " of the middle layer" if shape[0] > 1 else ""
    return f"height{layer}: {what} in {show(relief_of(shape, spacing) * length, unit, 2)}"


def with_height(stage: Stage, shape: Shape, spacing: Spacing) -> Stage:
    """The stage with room for a surface and its plinth, seen aslant."""
    high = relief_of(shape, spacing)
    low, top = stage.low, stage.high
    return replace(
        stage, low=(low[0], low[1], -BELOW * high), high=(top[0], top[1], high), azimuth=-24.0, elevation=42.0
    )


def isosurface_drawn(
    m: Vectors, spacing: Spacing, component: str, level: float, paint: Painted | None = None
) -> tuple[Visual, ...]:
    """The surface on which a component of ``m`` (nz, ny, nx, 3) is ``level``, and the edges of the mesh.

    In colours of the directions on it, or of numbers.
    """
    points, normals, carried, _ = surface_of(m, component, level, paint)
    middle = (np.array(m.shape[2::-1]) - 1) / 2
    colors = Shades(float32(carried))
    if paint is not None:
        colors = Shades(float32(carried[:, 0]), paint.bar.colormap, paint.bar.low, paint.bar.high)
    # Normals of cells that are no cubes: the gradient along an axis is that over its edge.
    steps = np.array(spacing)
    return (
        Surface(float32((points - middle) * steps), float32(normals / steps), color=colors),
        Lines(edges_of(m.shape[:3], spacing), color="muted", width=1.4, kind="segments"),
    )


def surface_of(m: Vectors, component: str, level: float, paint: Painted | None = None) -> Found:
    """See `isosurface`; it carries the directions, or numbers."""
    carried = m if paint is None else np.nan_to_num(paint.values)[..., None]
    values = np.where(m.any(axis=3), m[..., AXES.index(component)], np.nan)
    return _surface_of(values.astype(np.float32).tobytes(), carried.astype(np.float32).tobytes(), carried.shape, level)


@lru_cache(maxsize=1)
def _surface_of(values: bytes, carried: bytes, shape: tuple[int, ...], level: float) -> Found:
    """The surface of numbers given as bytes: picture and caption of a frame ask for the same."""
    numbers = np.frombuffer(values, np.float32).reshape(shape[:3])
    return isosurface(numbers, level, np.frombuffer(carried, np.float32).reshape(shape))


def isosurface_words(m: Vectors, component: str, level: float, paint: Painted | None = None) -> str:
    """Which surface, and of how many cells."""
    points, _, _, stride = surface_of(m, component, level, paint)
    none = "" if len(points) else ", which is nowhere"
    every = f" through one cell of {stride} × {stride} × {stride}" if stride > 1 else ""
    return f"surface m_{component} = {plain(level, 3)}{every}{none}"


def edges_of(shape: Shape, spacing: Spacing) -> NDArray[np.float32]:
    """Ends (24, 3) of the edges of the mesh."""
    half = np.array(shape[::-1]) * np.array(spacing) / 2
    corners = np.array([(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], float) * half
    pairs = [(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit]
    return float32(corners[np.array(pairs).ravel()])
