"""Compiled marching tetrahedra."""

import numpy as np

from spinviz.physics.kernel import kernel

CORNERS = np.array(
    [[0, 1, 3, 7], [0, 1, 5, 7], [0, 2, 3, 7], [0, 2, 6, 7], [0, 4, 5, 7], [0, 4, 6, 7]], np.int64
)  # fmt: skip
"""Of the six tetrahedra of a cube; bit 0 of a corner is x, bit 1 y, bit 2 z."""


@kernel
def _at(values, z, y, x, corner):
    return values[z + (corner >> 2), y + ((corner >> 1) & 1), x + (corner & 1)]


@kernel
def count(values):
    """Number of triangles on which ``values`` (nz, ny, nx) are 0."""
    total = 0
    for z in range(values.shape[0] - 1):
        for y in range(values.shape[1] - 1):
            for x in range(values.shape[2] - 1):
                for n in range(6):
                    above, whole = 0, True
                    for k in range(4):
                        value = _at(values, z, y, x, CORNERS[n, k])
                        whole = whole and value == value
                        above += value > 0.0
                    if whole:
                        total += 2 if above == 2 else (1 if above == 1 or above == 3 else 0)
    return total


@kernel
def _put(values, carried, z, y, x, a, b, row):
    """Write the point between corners ``a`` and ``b`` of a cube at which the values are 0."""
    va, vb = _at(values, z, y, x, a), _at(values, z, y, x, b)
    part = va / (va - vb)
    row[0] = x + (a & 1) * (1.0 - part) + (b & 1) * part
    row[1] = y + ((a >> 1) & 1) * (1.0 - part) + ((b >> 1) & 1) * part
    row[2] = z + (a >> 2) * (1.0 - part) + (b >> 2) * part
    one = carried[z + (a >> 2), y + ((a >> 1) & 1), x + (a & 1)]
    other = carried[z + (b >> 2), y + ((b >> 1) & 1), x + (b & 1)]
    for i in range(one.size):
        row[3 + i] = one[i] * (1.0 - part) + other[i] * part


@kernel
def fill(values, carried, out):
    """Write the corners of all triangles to ``out`` (3 T, 3 + n): x, y, z and the ``carried`` (nz, ny, nx, n)."""
    high, low = np.zeros(4, np.int64), np.zeros(4, np.int64)
    at = 0
    for z in range(values.shape[0] - 1):
        for y in range(values.shape[1] - 1):
            for x in range(values.shape[2] - 1):
                for n in range(6):
                    above, below, whole = 0, 0, True
                    for k in range(4):
                        corner = CORNERS[n, k]
                        value = _at(values, z, y, x, corner)
                        whole = whole and value == value
                        if value > 0.0:
                            high[above] = corner
                            above += 1
                        else:
                            low[below] = corner
                            below += 1
                    if not whole or above == 0 or below == 0:
                        continue
                    if above == 2:
                        # In order around the quadrilateral, cut along a diagonal.
                        _put(values, carried, z, y, x, high[0], low[0], out[at])
                        _put(values, carried, z, y, x, high[0], low[1], out[at + 1])
                        _put(values, carried, z, y, x, high[1], low[1], out[at + 2])
                        out[at + 3] = out[at]
                        out[at + 4] = out[at + 2]
                        _put(values, carried, z, y, x, high[1], low[0], out[at + 5])
                        at += 6
                        continue
                    for k in range(3):
                        a = high[0] if above == 1 else high[k]
                        b = low[k] if above == 1 else low[0]
                        _put(values, carried, z, y, x, a, b, out[at + k])
                    at += 3
