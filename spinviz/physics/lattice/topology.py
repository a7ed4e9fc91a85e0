"""Topological charge of a plane of unit vectors: how often they wrap the sphere, and where."""

from math import atan2, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel


@kernel
def _solid_angle(a, b, c):
    """Signed solid angle of a spherical triangle (van Oosterom and Strackee 1983)."""
    ab = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    bc = b[0] * c[0] + b[1] * c[1] + b[2] * c[2]
    ca = c[0] * a[0] + c[1] * a[1] + c[2] * a[2]
    volume = (
        a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    return 2.0 * atan2(volume, 1.0 + ab + bc + ca)


@kernel
def _share(m, periodic_x, periodic_y, out):
    """Add a third of the solid angle of every triangle to each of its corners in ``out`` (ny, nx)."""
    rows, columns = m.shape[0], m.shape[1]
    for y in range(rows if periodic_y else rows - 1):
        for x in range(columns if periodic_x else columns - 1):
            east, north = (x + 1) % columns, (y + 1) % rows
            a, b, c, d = m[y, x], m[y, east], m[north, east], m[north, x]
            if not (a.any() and c.any()):
                continue
            if b.any():
                third = _solid_angle(a, b, c) / 3.0
                out[y, x] += third
                out[y, east] += third
                out[north, east] += third
            if d.any():
                third = _solid_angle(a, c, d) / 3.0
                out[y, x] += third
                out[north, east] += third
                out[north, x] += third


def topological_density(m: NDArray[np.floating], periodic: tuple[bool, bool] = (False, False)) -> NDArray[np.float64]:
    """Return what each cell of ``m`` (ny, nx, 3) has of the charge, (ny, nx), whose sum is `topological_charge`.

    A triangle is shared by its three corners.
    """
    vectors = np.array(m, np.float64, order="C")
    length = np.linalg.norm(vectors, axis=2, keepdims=True)
    vectors /= np.where(length > 0, length, 1.0)
    shares = np.zeros(vectors.shape[:2])
    _share(vectors, bool(periodic[0]), bool(periodic[1]), shares)
    return shares / (4 * pi)


def topological_charge(m: NDArray[np.floating], periodic: tuple[bool, bool] = (False, False)) -> float:
    """Return the charge Q of ``m`` (ny, nx, 3): the solid angles of all triangles over 4 pi.

    Berg and Luscher, Nucl. Phys. B 190, 412 (1981): an integer, exact to rounding, when the plane is periodic in
    x and y; otherwise the open edge leaves a fraction. Triangles with an empty cell are left out. A skyrmion whose
    core points down in an up background (and wall in Neel or Bloch form) has Q = -1.
    """
    return float(topological_density(m, periodic).sum())
