"""Magnetic charges of a mesh, from which its stray field comes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.micromagnetics.demagnetizing_tensor import Edges
from spinviz.physics.micromagnetics.newell import Cell


def charge_density(
    m: NDArray[np.floating], cell: Cell, periodic: Edges = (False, False, False),
    factors: NDArray[np.floating] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """-div M (nz, ny, nx) over Ms [1/m] of directions ``m`` (nz, ny, nx, 3): what enters a cell and does not leave it.

    ``cell`` (dx, dy, dz) [m]; ``factors`` (nz, ny, nx): Ms of each cell over Ms. No M leaves an open face nor enters a
    cell without material, so the charge M.n of a face is in its outermost cells, and the sum of all is 0. The two faces
    of a single layer cancel.
    """
    found = np.zeros(m.shape[:3])
    vectors = np.asarray(m, np.float64)
    if factors is not None:
        vectors = vectors * factors[..., None]
    solid: NDArray[np.bool_] = np.asarray(vectors.any(axis=3))
    for axis, closed, d in ((2, periodic[0], cell[0]), (1, periodic[1], cell[1]), (0, periodic[2], cell[2])):
        if m.shape[axis] == 1:
            continue
        along = np.moveaxis(vectors[..., 2 - axis], axis, -1)
        there = np.moveaxis(solid, axis, -1)
        flux = np.zeros((*along.shape[:-1], along.shape[-1] + 1))
        flux[..., 1:-1] = (along[..., 1:] + along[..., :-1]) / 2 * (there[..., 1:] & there[..., :-1])
        if closed:
            flux[..., 0] = flux[..., -1] = (along[..., 0] + along[..., -1]) / 2 * (there[..., 0] & there[..., -1])
        found -= np.moveaxis(np.diff(flux, axis=-1), -1, axis) / d
    return found
