"""The surface on which a number on a mesh has one value, as triangles: marching tetrahedra.

Every cube of eight neighbouring cells is cut into six tetrahedra about its diagonal, all cubes alike, so that the
triangles of neighbours meet (Doi and Koide, IEICE Trans. E74, 214 (1991)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.isosurface_kernels import count, fill

MOST = 40_000
"""Triangles of one surface; of larger ones every second, third ... cell is taken."""


def isosurface(
    values: NDArray[np.floating], level: float, carried: NDArray[np.floating], most: int = MOST
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
    """Return the surface on which ``values`` (nz, ny, nx) are ``level``.

    ``carried`` (nz, ny, nx, n): other numbers that are interpolated onto it. NaN is no material: there the surface
    ends, as it does at the faces of the mesh, up to which the outermost values reach.

    Returns
    -------
    points : (3 T, 3) corners of T triangles (x, y, z) in cells, the middle of cell (0, 0, 0) at 0
    normals : (3 T, 3) along the gradient, unit vectors
    carried : (3 T, n)
    stride : of how many cells along each axis one was taken, 1 up to ``most`` triangles
    """
    stride = 1
    while True:
        some = np.asarray(values, np.float64)[::stride, ::stride, ::stride]
        padded = np.pad(some, 1, mode="edge") - level
        triangles = count(padded)
        if triangles <= most or stride >= max(values.shape):
            break
        stride += 1
    rest = np.asarray(carried, np.float64)[::stride, ::stride, ::stride]
    rest = np.pad(rest, ((1, 1), (1, 1), (1, 1), (0, 0)), mode="edge")
    along_z, along_y, along_x = np.gradient(padded)
    gradients = np.stack([along_x, along_y, along_z], axis=-1)
    found = np.zeros((3 * triangles, 6 + rest.shape[3]))
    fill(padded, np.concatenate([np.nan_to_num(gradients), rest], axis=3), found)
    points = np.clip((found[:, :3] - 1) * stride, -0.5, np.array(values.shape[::-1]) - 0.5)
    normals = found[:, 3:6]
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    return points, normals, found[:, 6:], stride
