"""The compiled part of playing a sequence: chunks of spins outside, instructions inside, spins innermost.

A chunk is copied into padded rows that stay in the first two cache levels while all instructions run over it.
`sequence_program` writes the instructions and says what they mean.
"""

from math import pi

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
    SPINS_PER_CHUNK,
    _relax,
    _rotate_and_relax,
    _turn_slightly,
)
from spinviz.physics.kernel import kernel

RELAXATION, MULTIPLIER, JUMP, READ, RECOVER, HARD, SPOIL, SHAPED = range(8)
"""Kinds of instructions."""

_X, _Y, _Z, _DW, _PX, _PY, _PZ, _R1, _R2, _M0, _B1, _EARLY, _LATE, _U, _V = range(15)
RELAXATION_SLOTS = 12
"""Each keeps exp(-dt/T1), exp(-dt/T2) and M0 (1 - exp(-dt/T1)) of a time dt."""
MULTIPLIER_SLOTS = 20
"""Each keeps c and s, c - i s = exp(-i phase - dt/T2), of a time and gradient areas."""
_RELAX0 = _V + 1
_TURN0 = _RELAX0 + 3 * RELAXATION_SLOTS
_ROWS = _TURN0 + 2 * MULTIPLIER_SLOTS
_ROW = SPINS_PER_CHUNK + 72
"""Rows lie 576 bytes apart modulo a page: stores never alias the loads of other rows."""
_CACHE_LINE = 64

# pi in three parts, the first two of 33 bits: their products with whole numbers below 2^20 are exact.
_PI1, _PI2, _PI3 = 3.1415926534682512, 1.2154201012607932e-10, 4.044532497591901e-21
_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding and subtracting it rounds to the nearest whole number
# sin(r)/r and cos(r) in powers of r^2 on |r| <= pi/2, fitted to Chebyshev nodes; errors 2e-19 and 4e-18.
_SIN1, _SIN2, _SIN3, _SIN4 = -0.16666666666666666, 0.008333333333333186, -0.00019841269841208638, 2.7557319211223257e-06
_SIN5, _SIN6, _SIN7, _SIN8 = (
    -2.505210688997513e-08,
    1.6058940847832492e-10,
    -7.643025738964345e-13,
    2.7215660921125597e-15,
)
_COS2, _COS3, _COS4, _COS5 = 0.04166666666666666, -0.001388888888888853, 2.4801587301492586e-05, -2.755731920964734e-07
_COS6, _COS7, _COS8, _COS9 = (
    2.087675566605353e-09,
    -1.1470670142864075e-11,
    4.776871733415368e-14,
    -1.51197786600161e-16,
)
_TINY = 1e-60


def workspace():
    """Rows for a chunk of spins, starting at a cache line."""
    raw = np.empty(_ROWS * _ROW + _CACHE_LINE // 8)
    start = (-raw.ctypes.data % _CACHE_LINE) // 8
    return raw[start : start + _ROWS * _ROW].reshape(_ROWS, _ROW)


@kernel
def run(codes, values, steps, m, spins, plain, first, last, chunk, work, signal):
    """Run all instructions over the spins ``first`` to ``last``, ``chunk`` at a time.

    Parameters
    ----------
    codes, values, steps
        Instructions (n, 4) and (n, 10), steps of shaped pulses (k, 15): see `sequence_program`.
    m, spins
        (3, N) and (8, N): dw, x, y, z, 1/T1, 1/T2, M0, b1.
    plain
        All b1 are 1.
    signal
        (samples, 2): sums of Mx and My are added.
    """
    for begin in range(first, last, chunk):
        end = min(begin + chunk, last)
        n = end - begin
        for k in range(3):
            work[k, :n] = m[k, begin:end]
        for k in range(8):
            work[_DW + k, :n] = spins[k, begin:end]
        for k in range(codes.shape[0]):
            _instruction(codes[k], values[k], steps, work, n, plain, signal)
        for k in range(3):
            m[k, begin:end] = work[k, :n]


@kernel
def _instruction(code, value, steps, rows, n, plain, signal):
    kind, slot = code[0], code[1]
    if kind == JUMP:
        u = _TURN0 + 2 * slot
        _jump(rows[_X, :n], rows[_Y, :n], rows[u, :n], rows[u + 1, :n])
    elif kind == READ:
        u = _TURN0 + 2 * slot
        _read(
            rows[_X, :n],
            rows[_Y, :n],
            rows[u, :n],
            rows[u + 1, :n],
            rows[_U, :n],
            rows[_V, :n],
            signal,
            code[2],
            code[3],
        )
    elif kind == RECOVER:
        u = _RELAX0 + 3 * slot
        _recover(rows[_Z, :n], rows[u, :n], rows[u + 2, :n])
    elif kind == MULTIPLIER:
        u = _TURN0 + 2 * slot
        _phases(rows, n, value[0], value[1], value[2], value[3], rows[_EARLY, :n])
        _multiplier(rows[_EARLY, :n], rows[_RELAX0 + 3 * code[2] + 1, :n], rows[u, :n], rows[u + 1, :n])
    elif kind == RELAXATION:
        u = _RELAX0 + 3 * slot
        _relaxation(
            rows[_R1, :n], rows[_R2, :n], rows[_M0, :n], value[0], rows[u, :n], rows[u + 1, :n], rows[u + 2, :n]
        )
    elif kind == HARD:
        _hard(rows[_X, :n], rows[_Y, :n], rows[_Z, :n], rows[_B1, :n], value[0], value[1])
    elif kind == SPOIL:
        rows[_X, :n] = 0.0
        rows[_Y, :n] = 0.0
    else:
        _shaped(code, value, steps, rows, n, plain)


@kernel(fastmath={"contract"})
def _sincos(phase):
    """Sine and cosine of |phase| < 2^20 pi."""
    k = (phase * (1 / pi) + _ROUND) - _ROUND
    r = ((phase - k * _PI1) - k * _PI2) - k * _PI3
    half = 0.5 * k
    odd = half - ((half + _ROUND) - _ROUND)  # 0 or +-1/2
    sign = 1.0 - 8.0 * odd * odd
    q = r * r
    s = _SIN1 + q * (_SIN2 + q * (_SIN3 + q * (_SIN4 + q * (_SIN5 + q * (_SIN6 + q * (_SIN7 + q * _SIN8))))))
    c = _COS2 + q * (_COS3 + q * (_COS4 + q * (_COS5 + q * (_COS6 + q * (_COS7 + q * (_COS8 + q * _COS9))))))
    return sign * (r + r * (q * s)), sign * (1.0 + q * (q * c - 0.5))


@kernel(fastmath={"contract"})
def _phases(rows, n, dt, ax, ay, az, phase):
    dw, px, py, pz = rows[_DW, :n], rows[_PX, :n], rows[_PY, :n], rows[_PZ, :n]
    for i in range(phase.size):
        phase[i] = dw[i] * dt + (ax * px[i] + ay * py[i] + az * pz[i])


@kernel(fastmath={"contract"})
def _multiplier(phase, e2, c, s):
    for i in range(phase.size):
        sine, cosine = _sincos(phase[i])
        c[i] = e2[i] * cosine
        s[i] = e2[i] * sine


@kernel
def _relaxation(R1, R2, M0, dt, e1, e2, r1):
    for i in range(R1.size):
        e1[i] = np.exp(-dt * R1[i])
        e2[i] = np.exp(-dt * R2[i])
        r1[i] = M0[i] * (1.0 - e1[i])


@kernel(fastmath={"contract"})
def _jump(x, y, c, s):
    for i in range(x.size):
        u = x[i]
        x[i] = c[i] * u + s[i] * y[i]
        y[i] = c[i] * y[i] - s[i] * u


@kernel(fastmath={"contract"})
def _recover(z, e1, r1):
    for i in range(z.size):
        z[i] = r1[i] + e1[i] * z[i]


@kernel
def _read(x, y, c, s, u, v, signal, first, count):
    """Add ``count`` samples, each one multiplication later. One sample moves the spins, several leave them."""
    if count == 1:
        _sample(x, y, c, s, x, y, signal[first])
        return
    _sample(x, y, c, s, u, v, signal[first])
    k = 1
    while k + 4 <= count:
        _four_samples(u, v, c, s, signal[first + k : first + k + 4])
        k += 4
    while k < count:
        _sample(u, v, c, s, u, v, signal[first + k])
        k += 1


@kernel(fastmath={"contract", "reassoc"})
def _sample(x, y, c, s, u, v, total):
    """(u, v) = the spins (x, y) one step later, and their sum."""
    real = imaginary = 0.0
    for i in range(x.size):
        a = c[i] * x[i] + s[i] * y[i]
        b = c[i] * y[i] - s[i] * x[i]
        real += a
        imaginary += b
        u[i] = a
        v[i] = b
    total[0] += real
    total[1] += imaginary


@kernel(fastmath={"contract", "reassoc"})
def _four_samples(u, v, c, s, total):
    x1 = x2 = x3 = x4 = y1 = y2 = y3 = y4 = 0.0
    for i in range(u.size):
        p, q = c[i], s[i]
        a, b = p * u[i] + q * v[i], p * v[i] - q * u[i]
        x1 += a
        y1 += b
        a, b = p * a + q * b, p * b - q * a
        x2 += a
        y2 += b
        a, b = p * a + q * b, p * b - q * a
        x3 += a
        y3 += b
        a, b = p * a + q * b, p * b - q * a
        x4 += a
        y4 += b
        u[i] = a
        v[i] = b
    total[0, 0] += x1
    total[0, 1] += y1
    total[1, 0] += x2
    total[1, 1] += y2
    total[2, 0] += x3
    total[2, 1] += y3
    total[3, 0] += x4
    total[3, 1] += y4


@kernel(fastmath={"contract"})
def _hard(x, y, z, b1, angle, phase):
    nx, ny = np.cos(phase), np.sin(phase)
    for i in range(x.size):
        s, c = _sincos(angle * b1[i])
        along = (nx * x[i] + ny * y[i]) * (1.0 - c)
        across = ny * x[i] - nx * y[i]
        x[i], y[i] = c * x[i] + along * nx - s * (ny * z[i]), c * y[i] + along * ny + s * (nx * z[i])
        z[i] = c * z[i] + s * across


@kernel
def _shaped(code, value, steps, rows, n, plain):
    """Steps of equal length of a shaped pulse: half relaxation, rotation, half relaxation in each."""
    full, half, ramping = _RELAX0 + 3 * code[1], _RELAX0 + 3 * code[2], value[8] > 0
    x, y, z, b1 = rows[_X, :n], rows[_Y, :n], rows[_Z, :n], rows[_B1, :n]
    early, late = rows[_EARLY, :n], rows[_LATE if ramping else _EARLY, :n]
    dt, begin, end = value[0], np.int64(value[1]), np.int64(value[2])
    _relax(x, y, z, rows[half, :n], rows[half + 1, :n], rows[half + 2, :n])
    _phases(rows, n, dt, steps[begin, 9], steps[begin, 10], steps[begin, 11], early)
    free = _reach(rows, n, dt, steps[begin:end, 9:]) if ramping else _largest(early)
    rotation = _rotation(value, free, 1.0 if plain else _largest(b1))
    same = plain and not ramping and rotation <= LARGEST_ROTATION
    small = same and rotation <= SMALL_ROTATION and value[7] > 0
    for k in range(begin, end):
        relax = full if k + 1 < end else half
        e1, e2, r1, step = rows[relax, :n], rows[relax + 1, :n], rows[relax + 2, :n], steps[k]
        if ramping:
            _phases(rows, n, dt, step[9], step[10], step[11], early)
            _phases(rows, n, dt, step[12], step[13], step[14], late)
        if small:
            _turn_slightly(x, y, z, early, e1, e2, r1, step)
        elif same:
            _rotate_and_relax(x, y, z, early, e1, e2, r1, step)
        elif rotation <= LARGEST_ROTATION:
            _rotate_near(x, y, z, early, late, b1, e1, e2, r1, step)
        else:
            _rotate_far(x, y, z, early, late, b1, e1, e2, r1, step)


@kernel(fastmath={"contract", "reassoc", "nnan"})
def _largest(values):
    most = 0.0
    for i in range(values.size):
        most = max(most, abs(values[i]))
    return most


@kernel
def _reach(rows, n, dt, gradients):
    """Upper bound of the free precession in any step."""
    total = dt * _largest(rows[_DW, :n])
    for axis in range(3):
        most = 0.0
        for k in range(gradients.shape[0]):
            most = max(most, abs(gradients[k, axis]), abs(gradients[k, axis + 3]))
        total += most * _largest(rows[_PX + axis, :n])
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
        s, k = _sincos(0.5 * angle)
        s /= angle
        rx, ry, rz = 2 * rx * s, 2 * ry * s, 2 * rz * s
        ux, uy, uz = ry * z[i] - rz * y[i], rz * x[i] - rx * z[i], rx * y[i] - ry * x[i]
        x[i] = e2[i] * (x[i] + (0.5 * (ry * uz - rz * uy) - k * ux))
        y[i] = e2[i] * (y[i] + (0.5 * (rz * ux - rx * uz) - k * uy))
        z[i] = r1[i] + e1[i] * (z[i] + (0.5 * (rx * uy - ry * ux) - k * uz))
