"""Compiled sums of dipole fields over periodic images, for `demagnetizing_tensor`."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST

PIECE = 32  # cells of a row that are taken together


@kernel(fastmath=FAST)
def _smeared(x, y, z, points, weights, out):
    """Add (1/r^3 - 3 x_i x_j/r^5) at (x, y, z), averaged over ``points`` (3, n), to ``out`` (6,)."""
    px, py, pz = points[0], points[1], points[2]
    xx, yy, zz, yz, zx, xy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(weights.size):
        X, Y, Z = x + px[i], y + py[i], z + pz[i]
        square = 1.0 / (X * X + Y * Y + Z * Z)
        cube = weights[i] * square * np.sqrt(square)
        fifth = 3.0 * square * cube
        xx += cube - X * X * fifth
        yy += cube - Y * Y * fifth
        zz += cube - Z * Z * fifth
        yz -= Y * Z * fifth
        zx -= Z * X * fifth
        xy -= X * Y * fifth
    out[0] += xx
    out[1] += yy
    out[2] += zz
    out[3] += yz
    out[4] += zx
    out[5] += xy


@kernel(fastmath=FAST)
def _smeared_row(x, y, z, step, points, weights, xx, yy, zz, yz, zx, xy):
    """The same for cells at x, x + step, ...: all of them at once for one point after the other."""
    for n in range(weights.size):
        Y, Z, start, weight = y + points[1, n], z + points[2, n], x + points[0, n], weights[n]
        for i in range(xx.size):
            X = start + i * step
            square = 1.0 / (X * X + Y * Y + Z * Z)
            cube = weight * square * np.sqrt(square)
            fifth = 3.0 * square * cube
            xx[i] += cube - X * X * fifth
            yy[i] += cube - Y * Y * fifth
            zz[i] += cube - Z * Z * fifth
            yz[i] -= Y * Z * fifth
            zx[i] -= Z * X * fifth
            xy[i] -= X * Y * fifth


@kernel
def _class_of(distance, reach):
    """Which points do at a ``distance``."""
    which = 0
    while distance >= reach[which + 1]:
        which += 1
    return which


@kernel
def _one(X, Y, Z, near, cell, scale, reach, first, points, weights, total):
    """Add the field of the cell that is X, Y, Z cells away to ``total`` (6,)."""
    x, y, z = X * cell[0], Y * cell[1], Z * cell[2]
    distance = np.sqrt(x * x + y * y + z * z)
    if distance >= reach[0]:
        which = _class_of(distance, reach)
        _smeared(x, y, z, points[:, first[which] : first[which + 1]], weights[first[which] : first[which + 1]], total)
        return
    signs = (1, 1, 1, -1 if (Y < 0) != (Z < 0) else 1, -1 if (Z < 0) != (X < 0) else 1, -1 if (X < 0) != (Y < 0) else 1)
    for part in range(6):
        total[part] += signs[part] * near[part, abs(Z), abs(Y), abs(X)] / scale


@kernel
def add_images(tensor, near, cell, sides, images, reach, first, points, weights):
    """Add the field of the cells at i + a n, |a| <= ``images``, along each axis to ``tensor`` (6, nz, ny, nx).

    ``near`` (6, ...) holds what is closer than reach[0]; beyond, the dipole is averaged over the points
    first[k]:first[k+1], the first k with reach[k+1] above the distance of the closest cell of a piece of a row.
    """
    scale = cell[0] * cell[1] * cell[2] / (4.0 * np.pi)
    total = np.empty(6)
    xx, yy, zz, yz, zx, xy = (
        np.empty(PIECE),
        np.empty(PIECE),
        np.empty(PIECE),
        np.empty(PIECE),
        np.empty(PIECE),
        np.empty(PIECE),
    )
    for k in range(tensor.shape[1]):
        for j in range(tensor.shape[2]):
            for begin in range(0, tensor.shape[3], PIECE):
                count = min(PIECE, tensor.shape[3] - begin)
                sums = (xx[:count], yy[:count], zz[:count], yz[:count], zx[:count], xy[:count])
                for one in sums:
                    one[:] = 0.0
                for c in range(-images[2], images[2] + 1):
                    for b in range(-images[1], images[1] + 1):
                        for a in range(-images[0], images[0] + 1):
                            X, Y, Z = begin + a * sides[0], j + b * sides[1], k + c * sides[2]
                            nearest = max(X, -X - count + 1, 0)
                            x, y, z = nearest * cell[0], Y * cell[1], Z * cell[2]
                            distance = np.sqrt(x * x + y * y + z * z)
                            if distance >= reach[0]:
                                which = _class_of(distance, reach)
                                inside = slice(first[which], first[which + 1])
                                _smeared_row(X * cell[0], y, z, cell[0], points[:, inside], weights[inside], *sums)
                                continue
                            for i in range(count):
                                total[:] = 0.0
                                _one(X + i, Y, Z, near, cell, scale, reach, first, points, weights, total)
                                for part in range(6):
                                    sums[part][i] += total[part]
                for part in range(6):
                    for i in range(count):
                        tensor[part, k, j, begin + i] += scale * sums[part][i]
