"""Compiled steps of shaped pulses with relaxation, gradients and transmitted field of each spin."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.resonance.bloch import (
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
    _f0,
    _f1,
    _f2,
    _f3,
    _g0,
    _g1,
    _g2,
    _g3,
    _relax,
    _rotate_and_relax,
    _turn_slightly,
)  # fmt: skip
from spinviz.physics.sequence.rows import (
    B1,
    DR,
    DW,
    E1,
    E2,
    EARLY,
    LATE,
    PX,
    RELAX0,
    RM,
    RR,
    P,
    Q,
    X,
    Y,
    Z,
    copy,
    phases,
    sincos,
)

_TINY = 1e-60
_NEGLIGIBLE = 1e-13
"""Change of the magnetization below which jumps of a pulse need no correction."""


@kernel
def shaped(code, value, steps, rows, n, plain):
    """Steps of equal length of a shaped pulse: half relaxation, rotation, half relaxation in each.

    Where the pulse jumps by (wx, wy), relaxation is corrected, see `reference._edge`. With half relaxations
    before and behind it that is x' = e2 x + wy (p z + q), y' = e2 y - wx (p z + q), z' = r1 + e1 z - p (wx y - wy x).
    """
    half, begin, end = RELAX0 + 3 * code[2], np.int64(value[1]), np.int64(value[2])
    x, y, z, b1 = rows[X, :n], rows[Y, :n], rows[Z, :n], rows[B1, :n]
    rates, recovery = rows[DR, :n], rows[RM, :n]
    edged = value[11] * (_largest(rates) + _largest(recovery)) > _NEGLIGIBLE
    if edged:
        _edge(x, y, z, rates, recovery, b1, steps[begin, 15], steps[begin, 16])
    h1, h2, hr = rows[half, :n], rows[half + 1, :n], rows[half + 2, :n]
    _relax(x, y, z, h1, h2, hr)
    _couplings(h1, h2, hr, rates, recovery, rows[P, :n], rows[Q, :n])
    _rotations(code, value, steps[begin:end], rows, n, plain, edged and value[12] > 0)
    if edged and (value[13] != 0 or value[14] != 0):
        _edge(x, y, z, rates, recovery, b1, value[13], value[14])


@kernel
def _rotations(code, value, steps, rows, n, plain, edges):
    full, half, ramping, last = RELAX0 + 3 * code[1], RELAX0 + 3 * code[2], value[8] > 0, steps.shape[0] - 1
    x, y, z, b1, p, q = rows[X, :n], rows[Y, :n], rows[Z, :n], rows[B1, :n], rows[P, :n], rows[Q, :n]
    early, late = rows[EARLY, :n], rows[LATE if ramping else EARLY, :n]
    dt, shift = value[0], value[10]
    phases(rows, n, dt, steps[0, 9], steps[0, 10], steps[0, 11], shift, early)
    free = _reach(rows, n, dt, shift, steps[:, 9:]) if ramping else _largest(early)
    rotation = _rotation(value, free, 1.0 if plain else _largest(b1))
    same = plain and not ramping and rotation <= LARGEST_ROTATION
    small, simple = same and rotation <= SMALL_ROTATION, value[7] > 0
    e1, e2, r1 = rows[E1, :n], rows[E2, :n], rows[RR, :n]
    for k in range(last + 1):
        step = steps[k]
        if k == 0 or k == last:
            relax = full if k < last else half
            copy(rows[relax, :n], e1)
            copy(rows[relax + 1, :n], e2)
            copy(rows[relax + 2, :n], r1)
        # The edge behind this step; the one behind the last is the caller's.
        wx, wy = (steps[k + 1, 15], steps[k + 1, 16]) if edges and k < last else (0.0, 0.0)
        edge = wx != 0 or wy != 0
        if ramping:
            phases(rows, n, dt, step[9], step[10], step[11], shift, early)
            phases(rows, n, dt, step[12], step[13], step[14], shift, late)
        if small and simple and edge:
            _turn_over_edge(x, y, z, early, e1, e2, r1, p, q, step, wx, wy)
        elif small and simple:
            _turn_slightly(x, y, z, early, e1, e2, r1, step)
        elif small and not edge:
            _turn_slightly_magnus(x, y, z, early, e1, e2, r1, step)
        elif same and not edge:
            _rotate_and_relax(x, y, z, early, e1, e2, r1, step)
        elif rotation <= LARGEST_ROTATION:
            _rotate_near(x, y, z, early, late, b1, e1, e2, r1, p, q, step, wx, wy)
        else:
            _rotate_far(x, y, z, early, late, b1, e1, e2, r1, p, q, step, wx, wy)


@kernel(fastmath={"contract"})
def _edge(x, y, z, rates, recovery, b1, wx, wy):
    for i in range(x.size):
        ux, uy = -wy * b1[i], wx * b1[i]
        change, along = rates[i] * z[i] + recovery[i], ux * x[i] + uy * y[i]
        x[i] -= ux * change
        y[i] -= uy * change
        z[i] -= rates[i] * along


@kernel(fastmath={"contract"})
def _couplings(h1, h2, hr, rates, recovery, p, q):
    for i in range(p.size):
        p[i] = h1[i] * h2[i] * rates[i]
        q[i] = h2[i] * (rates[i] * hr[i] + recovery[i])


@kernel(fastmath={"contract"})
def _turn_over_edge(mx, my, mz, phi, e1, e2, r1, p, q, step, wx, wy):
    """`bloch._turn_slightly` and the edge behind it."""
    a, c = step[0], step[2]
    transverse = a * a + c * c
    for i in range(mx.size):
        b = phi[i]
        angle2 = transverse + b * b
        f = _f0 + angle2 * (_f1 + angle2 * (_f2 + angle2 * _f3))
        g = _g0 + angle2 * (_g1 + angle2 * (_g2 + angle2 * _g3))
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = c * z - b * y, b * x - a * z, a * y - c * x
        x += f * (c * uz - b * uy) - g * ux
        y += f * (b * ux - a * uz) - g * uy
        z += f * (a * uy - c * ux) - g * uz
        change = p[i] * z + q[i]
        mx[i] = e2[i] * x + wy * change
        my[i] = e2[i] * y - wx * change
        mz[i] = r1[i] + e1[i] * z - p[i] * (wx * y - wy * x)


@kernel(fastmath={"contract"})
def _turn_slightly_magnus(mx, my, mz, phi, e1, e2, r1, step):
    """`bloch._turn_slightly` with the commutator."""
    a, b, c, d, g0 = step[0], step[1], step[2], step[3], step[4]
    for i in range(mx.size):
        rx, ry, rz = a + b * phi[i], c + d * phi[i], g0 + phi[i]
        q = rx * rx + ry * ry + rz * rz
        f = _f0 + q * (_f1 + q * (_f2 + q * _f3))
        g = _g0 + q * (_g1 + q * (_g2 + q * _g3))
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = ry * z - rz * y, rz * x - rx * z, rx * y - ry * x
        mx[i] = e2[i] * (x + (f * (ry * uz - rz * uy) - g * ux))
        my[i] = e2[i] * (y + (f * (rz * ux - rx * uz) - g * uy))
        mz[i] = r1[i] + e1[i] * (z + (f * (rx * uy - ry * ux) - g * uz))


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
def _rotate_near(mx, my, mz, early, late, b1, e1, e2, r1, p, q, step, wx, wy):
    """`bloch._rotate_and_relax` with the transmitted field and the offsets (dt dw at both nodes) of each spin."""
    sx, sy, g = step[0], step[2], step[4]
    x1, y1, x2, y2 = step[5], step[6], step[7], step[8]
    for i in range(mx.size):
        b, p1, p2 = b1[i], early[i], late[i]
        rx = b * (sx + y1 * p2 - y2 * p1)
        ry = b * (sy + x2 * p1 - x1 * p2)
        rz = 0.5 * (p1 + p2) + b * b * g
        angle2 = rx * rx + ry * ry + rz * rz
        s = _S0 + angle2 * (_S1 + angle2 * (_S2 + angle2 * (_S3 + angle2 * (_S4 + angle2 * _S5))))
        k = _C0 + angle2 * (_C1 + angle2 * (_C2 + angle2 * (_C3 + angle2 * (_C4 + angle2 * _C5))))
        rx, ry, rz = rx * s, ry * s, rz * s
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = ry * z - rz * y, rz * x - rx * z, rx * y - ry * x
        x += ry * uz - rz * uy - k * ux
        y += rz * ux - rx * uz - k * uy
        z += rx * uy - ry * ux - k * uz
        change = b * (p[i] * z + q[i])
        mx[i] = e2[i] * x + wy * change
        my[i] = e2[i] * y - wx * change
        mz[i] = r1[i] + e1[i] * z - b * p[i] * (wx * y - wy * x)


@kernel(fastmath={"contract"})
def _rotate_far(mx, my, mz, early, late, b1, e1, e2, r1, p, q, step, wx, wy):
    """Any rotation, transmitted field and offsets (dt dw at both nodes) of each spin; as a quaternion (k, r)."""
    sx, sy, g = step[0], step[2], step[4]
    x1, y1, x2, y2 = step[5], step[6], step[7], step[8]
    for i in range(mx.size):
        b, p1, p2 = b1[i], early[i], late[i]
        rx = b * (sx + y1 * p2 - y2 * p1)
        ry = b * (sy + x2 * p1 - x1 * p2)
        rz = 0.5 * (p1 + p2) + b * b * g
        angle = np.sqrt(rx * rx + ry * ry + rz * rz + _TINY)
        s, k = sincos(0.5 * angle)
        # Polynomials with rounded coefficients are biased by 1e-17: in 1e5 steps the norm would show it.
        missing = 0.5 * ((1.0 - k * k) - s * s)
        s, k = s + s * missing, k + k * missing
        s /= angle
        rx, ry, rz = 2 * rx * s, 2 * ry * s, 2 * rz * s
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = ry * z - rz * y, rz * x - rx * z, rx * y - ry * x
        x += 0.5 * (ry * uz - rz * uy) - k * ux
        y += 0.5 * (rz * ux - rx * uz) - k * uy
        z += 0.5 * (rx * uy - ry * ux) - k * uz
        change = b * (p[i] * z + q[i])
        mx[i] = e2[i] * x + wy * change
        my[i] = e2[i] * y - wx * change
        mz[i] = r1[i] + e1[i] * z - b * p[i] * (wx * y - wy * x)
