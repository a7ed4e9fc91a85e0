"""Polycrystals: grains by Voronoi's construction, an easy axis and an anisotropy for each of them.

Seeds are chosen at random, and every cell of the mesh belongs to the nearest one. Aurenhammer, ACM Comput. Surv. 23,
345 (1991).
"""

from __future__ import annotations

from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.stepping import Vector

Shape = tuple[int, int, int]
Values = NDArray[np.float64]


def grains(
    shape: Shape, cell: Vector, size: float, periodic: tuple[bool, bool, bool], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the grain, from 0, that each cell of a mesh (nz, ny, nx) belongs to.

    ``size`` [m]: root of the mean area of a grain in the plane, of columns along z where the mesh is thinner than
    that; cubic root of its mean volume otherwise. ``periodic`` along x, y, z. Errors: ValueError for a size that is
    not above 0.
    """
    from scipy.spatial import cKDTree

    if not 0 < size < float("inf"):
        raise ValueError(f"grains of {size:g} m: give a size above 0")
    lengths = np.array(shape[::-1]) * np.array(cell)
    axes = 2 if lengths[2] <= size else 3
    count = max(1, round(float(np.prod(lengths[:axes] / size))))
    seeds = rng.uniform(0, 1, (count, axes)) * lengths[:axes]
    # Images beyond the edges of periodic axes, as far as a neighbour may be.
    images, number = seeds, np.arange(count)
    for axis in range(axes):
        if periodic[axis]:
            shift = np.zeros(axes)
            shift[axis] = lengths[axis]
            images = np.concatenate([images - shift, images, images + shift])
            number = np.tile(number, 3)
    z, y, x = np.meshgrid(*((np.arange(n) + 0.5) * d for n, d in zip(shape, cell[::-1])), indexing="ij")
    places = np.stack([x, y, z][:axes], axis=-1).reshape(-1, axes)
    nearest = cKDTree(images).query(places)[1]
    return np.asarray(number[nearest].reshape(shape), np.int64)


def scattered_axes(count: int, axis: Vector, angle: float, rng: np.random.Generator) -> Values:
    """Return ``count`` unit vectors (count, 3), even on the cone of half angle ``angle`` [degrees] about ``axis``.

    90 degrees are all directions of an easy axis, whose sign means nothing.
    """
    along = rng.uniform(cos(radians(angle)), 1, count)
    turn = rng.uniform(0, 2 * np.pi, count)
    across = np.sqrt(1 - along**2)
    n = np.array(axis) / np.linalg.norm(axis)
    other = np.eye(3)[np.argmin(np.abs(n))]
    u = np.cross(n, other) / np.linalg.norm(np.cross(n, other))
    v = np.cross(n, u)
    return np.asarray(along[:, None] * n + (across * np.cos(turn))[:, None] * u + (across * np.sin(turn))[:, None] * v)
