"""Compiled steps of shaped pulses with relaxation, gradients and transmitted field of each spin."""

import numpy as np

from spinviz.physics.bloch import (
    _C0,
    _C1,
    _C2,
    _C3,
    _C4,
    _C5,
    _S0,
    _S1,
    _S2,
    _S3,
    _S4,
    _S5,
    LARGEST_ROTATION,
    SMALL_ROTATION,
    _relax,
    _rotate_and_relax,
    _turn_slightly,
)
from spinviz.physics.kernel import kernel
from spinviz.physics.sequence_rows import B1, DR, DW, EARLY, LATE, PX, RELAX0, RM, X, Y, Z, phases, sincos

_TINY = 1e-60
_NEGLIGIBLE = 1e-9
"""Change of the magnetization below which jumps of a pulse need no correction."""


@kernel
def shaped(code, value, steps, rows, n, plain):
    """Steps of equal length of a shaped pulse: half relaxation, rotation, half relaxation in each.

    Where the pulse jumps, relaxation is corrected: see `sequence_reference._edge`.
    """
    full, half, ramping = RELAX0 + 3 * code[1], RELAX0 + 3 * code[2], value[8] > 0
    x, y, z, b1 = rows[X, :n], rows[Y, :n], rows[Z, :n], rows[B1, :n]
    early, late = rows[EARLY, :n], rows[LATE if ramping else EARLY, :n]
    dt, begin, end, shift = value[0], np.int64(value[1]), np.int64(value[2]), value[10]
    h1, h2, hr, rates, recovery = rows[half, :n], rows[half + 1, :n], rows[half + 2, :n], rows[DR, :n], rows[RM, :n]
    edged = value[11] * (_largest(rates) + _largest(recovery)) > _NEGLIGIBLE
    if edged:
        _edge(x, y, z, rates, recovery, b1, steps[begin, 15], steps[begin, 16])
    _relax(x, y, z, h1, h2, hr)
    edges = edged and value[12] > 0
    phases(rows, n, dt, steps[begin, 9], steps[begin, 10], steps[begin, 11], shift, early)
    free = _reach(rows, n, dt, shift, steps[begin:end, 9:]) if ramping else _largest(early)
    rotation = _rotation(value, free, 1.0 if plain else _largest(b1))
    same = plain and not ramping and rotation <= LARGEST_ROTATION
    small = same and rotation <= SMALL_ROTATION and value[7] > 0
    for k in range(begin, end):
        if edges and k > begin:
            _edge_and_relax(x, y, z, rates, recovery, b1, steps[k, 15], steps[k, 16], h1, h2, hr)
        relax = half if edges or k + 1 == end else full
        e1, e2, r1, step = rows[relax, :n], rows[relax + 1, :n], rows[relax + 2, :n], steps[k]
        if ramping:
            phases(rows, n, dt, step[9], step[10], step[11], shift, early)
            phases(rows, n, dt, step[12], step[13], step[14], shift, late)
        if small:
            _turn_slightly(x, y, z, early, e1, e2, r1, step)
        elif same:
            _rotate_and_relax(x, y, z, early, e1, e2, r1, step)
        elif rotation <= LARGEST_ROTATION:
            _rotate_near(x, y, z, early, late, b1, e1, e2, r1, step)
        else:
            _rotate_far(x, y, z, early, late, b1, e1, e2, r1, step)
    if edged and (value[13] != 0 or value[14] != 0):
        _edge(x, y, z, rates, recovery, b1, value[13], value[14])


@kernel(fastmath={"contract"})
def _edge(x, y, z, rates, recovery, b1, wx, wy):
    for i in range(x.size):
        ux, uy = -wy * b1[i], wx * b1[i]
        change, along = rates[i] * z[i] + recovery[i], ux * x[i] + uy * y[i]
        x[i] -= ux * change
        y[i] -= uy * change
        z[i] -= rates[i] * along


@kernel(fastmath={"contract"})
def _edge_and_relax(x, y, z, rates, recovery, b1, wx, wy, e1, e2, r1):
    for i in range(x.size):
        ux, uy = -wy * b1[i], wx * b1[i]
        change, along = rates[i] * z[i] + recovery[i], ux * x[i] + uy * y[i]
        x[i] = e2[i] * (x[i] - ux * change)
        y[i] = e2[i] * (y[i] - uy * change)
        z[i] = r1[i] + e1[i] * (z[i] - rates[i] * along)


@kernel(fastmath={"contract", "reassoc", "nnan"})
def _largest(values):
    most = 0.0
    for i in range(values.size):
        most = max(most, abs(values[i]))
    return most


@kernel
def _reach(rows, n, dt, shift, gradients):
    """Upper bound of the free precession in any step."""
    total = abs(shift) + dt * _largest(rows[DW, :n])
    for axis in range(3):
        most = 0.0
        for k in range(gradients.shape[0]):
            most = max(most, abs(gradients[k, axis]), abs(gradients[k, axis + 3]))
        total += most * _largest(rows[PX + axis, :n])
    return total


@kernel
def _rotation(value, free, b1):
    """Upper bound of the rotation in any step, see `Piece.bounds`."""
    x, y = b1 * (value[3] + value[4] * free), b1 * (value[5] + value[6] * free)
    return np.sqrt(x * x + y * y + (b1 * b1 * value[9] + free) ** 2)


@kernel(fastmath={"contract"})
def _rotate_near(x, y, z, early, late, b1, e1, e2, r1, step):
    """`bloch._rotate_and_relax` with the transmitted field and the offsets (dt dw at both nodes) of each spin."""
    sx, sy, g = step[0], step[2], step[4]
    x1, y1, x2, y2 = step[5], step[6], step[7], step[8]
    for i in range(x.size):
        b, p1, p2 = b1[i], early[i], late[i]
        rx = b * (sx + y1 * p2 - y2 * p1)
        ry = b * (sy + x2 * p1 - x1 * p2)
        rz = 0.5 * (p1 + p2) + b * b * g
        q = rx * rx + ry * ry + rz * rz
        s = _S0 + q * (_S1 + q * (_S2 + q * (_S3 + q * (_S4 + q * _S5))))
        k = _C0 + q * (_C1 + q * (_C2 + q * (_C3 + q * (_C4 + q * _C5))))
        rx, ry, rz = rx * s, ry * s, rz * s
        ux, uy, uz = ry * z[i] - rz * y[i], rz * x[i] - rx * z[i], rx * y[i] - ry * x[i]
        x[i] = e2[i] * (x[i] + (ry * uz - rz * uy - k * ux))
        y[i] = e2[i] * (y[i] + (rz * ux - rx * uz - k * uy))
        z[i] = r1[i] + e1[i] * (z[i] + (rx * uy - ry * ux - k * uz))


@kernel(fastmath={"contract"})
def _rotate_far(x, y, z, early, late, b1, e1, e2, r1, step):
    """Any rotation, transmitted field and offsets (dt dw at both nodes) of each spin; as a quaternion (k, r)."""
    sx, sy, g = step[0], step[2], step[4]
    x1, y1, x2, y2 = step[5], step[6], step[7], step[8]
    for i in range(x.size):
        b, p1, p2 = b1[i], early[i], late[i]
        rx = b * (sx + y1 * p2 - y2 * p1)
        ry = b * (sy + x2 * p1 - x1 * p2)
        rz = 0.5 * (p1 + p2) + b * b * g
        angle = np.sqrt(rx * rx + ry * ry + rz * rz + _TINY)
        s, k = sincos(0.5 * angle)
        s /= angle
        rx, ry, rz = 2 * rx * s, 2 * ry * s, 2 * rz * s
        ux, uy, uz = ry * z[i] - rz * y[i], rz * x[i] - rx * z[i], rx * y[i] - ry * x[i]
        x[i] = e2[i] * (x[i] + (0.5 * (ry * uz - rz * uy) - k * ux))
        y[i] = e2[i] * (y[i] + (0.5 * (rz * ux - rx * uz) - k * uy))
        z[i] = r1[i] + e1[i] * (z[i] + (0.5 * (rx * uy - ry * ux) - k * uz))
