"""Newell's demagnetizing tensor of two equal cells, by differences of closed forms: for neighbours.

N_ij(R) is the mean over a cell at R of the field -H_i/M_j of a cell at the origin that is magnetized along j. Newell,
Williams and Dunlop, J. Geophys. Res. 98, 9551 (1993). The sixth differences lose six digits with each decade of
distance: further away take the expansion of `demagnetizing_tensor`.
"""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Cell = tuple[float, float, float]
PARTS = ((0, 0), (1, 1), (2, 2), (1, 2), (2, 0), (0, 1))
"""Order of the elements of a symmetric tensor."""


def newell(shape: tuple[int, int, int], cell: Cell) -> Values:
    """Return N_xx, N_yy, N_zz, N_yz, N_zx, N_xy, (6, nz, ny, nx), at 0 to n-1 cells (dx, dy, dz) along each axis.

    Error: some 1e-16 (R/d)^3 at R cells.
    """
    z, y, x = np.meshgrid(*(np.arange(-1, n + 1) * d for n, d in zip(shape, cell[::-1])), indexing="ij")
    potentials = (_f(x, y, z), _f(y, z, x), _f(z, x, y), _g(y, z, x), _g(z, x, y), _g(x, y, z))
    out = np.empty((6, *shape))
    for part, potential in zip(out, potentials):
        for axis in range(3):
            potential = np.diff(potential, 2, axis)
        part[...] = -potential / (4 * pi * cell[0] * cell[1] * cell[2])
    return out


def _f(x: Values, y: Values, z: Values) -> Values:
    """Potential of N_xx; even in all arguments."""
    x, y, z = abs(x), abs(y), abs(z)
    R = np.sqrt(x * x + y * y + z * z)
    return (
        y / 2 * (z * z - x * x) * _arcsinh(y, np.hypot(x, z))
        + z / 2 * (y * y - x * x) * _arcsinh(z, np.hypot(x, y))
        - x * y * z * np.arctan2(y * z, x * R)
        + (2 * x * x - y * y - z * z) * R / 6
    )


def _g(x: Values, y: Values, z: Values) -> Values:
    """Potential of N_xy; odd in x and y, even in z."""
    sign = np.sign(x) * np.sign(y)
    x, y, z = abs(x), abs(y), abs(z)
    R = np.sqrt(x * x + y * y + z * z)
    return np.asarray(
        sign
        * (
            x * y * z * _arcsinh(z, np.hypot(x, y))
            + y / 6 * (3 * z * z - y * y) * _arcsinh(x, np.hypot(y, z))
            + x / 6 * (3 * z * z - x * x) * _arcsinh(y, np.hypot(x, z))
            - z**3 / 6 * np.arctan2(x * y, z * R)
            - z * y * y / 2 * np.arctan2(x * z, y * R)
            - z * x * x / 2 * np.arctan2(y * z, x * R)
            - x * y * R / 3
        )
    )


def _arcsinh(length: Values, distance: Values) -> Values:
    """Asinh of the ratio; its factor is zero where the distance is."""
    return np.asarray(np.arcsinh(length / np.where(distance > 0, distance, 1.0)))
