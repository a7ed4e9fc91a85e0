"""Picture of a mesh of vectors: coloured cells, arrows in the middle of cells, both about the origin."""

from __future__ import annotations

from functools import lru_cache
from math import nan

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import float32

Shape = tuple[int, int, int]
"""(nz, ny, nx)."""
Spacing = tuple[float, float, float]
"""Cell sizes along x, y, z in units of the picture."""


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
