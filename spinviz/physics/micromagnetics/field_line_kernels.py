"""Compiled tracing of field lines: Bogacki and Shampine's pair of third and second order in the arc length."""

from math import floor, sqrt

import numpy as np

from spinviz.physics.kernel import kernel

SMALLEST, LARGEST = 0.05, 1.5
"""Steps in cells."""
VANISHES = 1e-9
"""Of the largest field: no direction below it."""
CLOSED = 0.6
"""Distance in cells from the seed at which a line that has left it is closed."""
AGAIN = 6.0
"""Length in cells after which a line that comes into a cell in which it was ends: it goes round in a spiral."""
IDLE = 12
"""Steps in which a line that does not come farther than a cell has ended."""


@kernel
def _interpolate(field, x, y, z, out):
    """Write the trilinear ``field`` at a place in cells to ``out``; return whether it is in the grid."""
    nz, ny, nx = field.shape[0], field.shape[1], field.shape[2]
    if not (-0.5 <= x <= nx - 0.5 and -0.5 <= y <= ny - 0.5 and -0.5 <= z <= nz - 0.5):
        return False
    x, y, z = min(max(x, 0.0), nx - 1.0), min(max(y, 0.0), ny - 1.0), min(max(z, 0.0), nz - 1.0)
    i, j, k = min(floor(x), max(nx - 2, 0)), min(floor(y), max(ny - 2, 0)), min(floor(z), max(nz - 2, 0))
    a, b, c = x - i, y - j, z - k
    di, dj, dk = min(1, nx - 1), min(1, ny - 1), min(1, nz - 1)
    for n in range(3):
        low = (field[k, j, i, n] * (1 - a) + field[k, j, i + di, n] * a) * (1 - b) + (
            field[k, j + dj, i, n] * (1 - a) + field[k, j + dj, i + di, n] * a
        ) * b
        high = (field[k + dk, j, i, n] * (1 - a) + field[k + dk, j, i + di, n] * a) * (1 - b) + (
            field[k + dk, j + dj, i, n] * (1 - a) + field[k + dk, j + dj, i + di, n] * a
        ) * b
        out[n] = low * (1 - c) + high * c
    return True


@kernel
def _direction(field, edges, sign, least, place, out):
    """Write the step of unit length along the field, in cells, to ``out``; return the size of the field, -1 outside."""
    if not _interpolate(field, place[0], place[1], place[2], out):
        return -1.0
    if field.shape[0] == 1:
        out[2] = 0.0
    size = sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2])
    if size <= least:
        return 0.0
    for n in range(3):
        out[n] *= sign / (size * edges[n])
    return size


@kernel
def _trace(field, stops, edges, seed, sign, least, tolerance, most, line, row, step, been, from_on, apart):
    """Write places and field to the rows of ``line``, from ``row`` on by ``step``; return how many.

    ``been`` (nz, ny, nx): ``from_on`` and the length at which a cell was first met; less in cells that it did not meet.
    ``apart``: whether it ends in a cell through which another ran.
    """
    k1, k2, k3, k4 = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    place, there, old = seed.copy(), np.zeros(3), seed.copy()
    size = _direction(field, edges, sign, least, place, k1)
    if size <= 0.0:
        return 0
    h, way, length, left, idle = 0.5, 0.0, 0.0, False, 0
    line[row, :3], line[row, 3] = place, size
    count = 1
    while count < most:
        for n in range(3):
            there[n] = place[n] + h / 2 * k1[n]
        s2 = _direction(field, edges, sign, least, there, k2)
        for n in range(3):
            there[n] = place[n] + 3 * h / 4 * k2[n]
        s3 = _direction(field, edges, sign, least, there, k3)
        for n in range(3):
            there[n] = place[n] + h * (2 * k1[n] + 3 * k2[n] + 4 * k3[n]) / 9
        s4 = _direction(field, edges, sign, least, there, k4)
        if s2 <= 0.0 or s3 <= 0.0 or s4 <= 0.0:
            if h <= SMALLEST:
                break
            h = max(h / 2, SMALLEST)
            continue
        error = 0.0
        for n in range(3):
            error = max(error, abs(h * (-5 * k1[n] / 72 + k2[n] / 12 + k3[n] / 9 - k4[n] / 8)) * edges[n])
        if error > tolerance and h > SMALLEST:
            h = max(h / 2, SMALLEST)
            continue
        place[:], k1[:] = there, k4
        way += h
        length += h
        row += step
        line[row, :3], line[row, 3] = place, s4
        count += 1
        if error < tolerance / 10:
            h = min(2 * h, LARGEST)
        x = min(max(floor(place[0] + 0.5), 0), stops.shape[2] - 1)
        y = min(max(floor(place[1] + 0.5), 0), stops.shape[1] - 1)
        z = min(max(floor(place[2] + 0.5), 0), stops.shape[0] - 1)
        if been[z, y, x] < from_on:
            if apart and been[z, y, x] >= 0.0 and length > AGAIN:
                break
            been[z, y, x] = from_on + length
        if stops[z, y, x] or from_on + length - been[z, y, x] > AGAIN:
            break
        away = sqrt(((place[0] - seed[0]) * edges[0]) ** 2 + ((place[1] - seed[1]) * edges[1]) ** 2
                    + ((place[2] - seed[2]) * edges[2]) ** 2)  # fmt: skip
        left = left or away > 4 * CLOSED
        if left and away < CLOSED:
            break
        idle += 1
        if idle == IDLE:
            moved = 0.0
            for n in range(3):
                moved = max(moved, abs(place[n] - old[n]) * edges[n])
            if moved < min(1.0, way / 4):
                break
            old[:] = place
            way, idle = 0.0, 0
    return count


@kernel
def trace_all(field, stops, edges, seeds, backward, apart, tolerance, most, points, lengths):
    """Trace all lines into ``points`` (n, room, 4); ``lengths`` (n, 2): first row and the one behind the last."""
    largest = 0.0
    for value in field.flat:
        largest = max(largest, abs(value))
    least = VANISHES * largest
    been, longest = np.full(stops.shape, -1.0), 2.0 * LARGEST * most
    for n in range(seeds.shape[0]):
        middle = most if backward else 0
        line, seed, first = points[n], seeds[n], 2 * n * longest
        behind = 0
        ahead = _trace(field, stops, edges, seed, 1.0, least, tolerance, most, line, middle, 1, been, first, apart)
        if backward and ahead:
            # It writes the seed, which is there already, again.
            first += longest
            behind = _trace(
                field, stops, edges, seed, -1.0, least, tolerance, most, line, middle, -1, been, first, apart
            )
            behind -= 1
        lengths[n, 0] = middle - behind
        lengths[n, 1] = middle + ahead
