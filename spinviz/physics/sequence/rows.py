"""Rows of numbers for a chunk of spins, as the kernels of the fast engine share them, and vectorised sines."""

from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.resonance.bloch import SPINS_PER_CHUNK

X, Y, Z, EARLY, LATE, E1, E2, RR, P, Q, B1, DW, PX, PY, PZ, R1, R2, M0, DR, RM = range(20)
"""Magnetization; what inner loops read, transmitted field; offset, position, relaxation rates, equilibrium; their
combinations 1/T2 - 1/T1 and M0/T1.
"""
RELAXATION_SLOTS = 12
"""Each keeps exp(-dt/T1), exp(-dt/T2) and M0 (1 - exp(-dt/T1)) of a time dt."""
MULTIPLIER_SLOTS = 20
"""Each keeps c and s, c - i s = exp(-i phase - dt/T2), of a time and gradient areas."""
RELAX0 = RM + 1
TURN0 = RELAX0 + 3 * RELAXATION_SLOTS
ROWS = TURN0 + 2 * MULTIPLIER_SLOTS
ROW = SPINS_PER_CHUNK + 40
"""Of the first dozen rows, none begins at most 320 bytes before another one modulo a page: a load that follows the
store to such a row would wait for it (-40 %).
"""
CACHE_LINE = 64

# pi in three parts, the first two of 33 bits: their products with whole numbers below 2^20 are exact.
_PI1, _PI2, _PI3 = 3.1415926534682512, 1.2154201012607932e-10, 4.044532497591901e-21
_ROUND = 6755399441055744.0  # 1.5 * 2^52: adding and subtracting it rounds to the nearest whole number
# sin(r)/r and cos(r) in powers of r^2 on |r| <= pi/2, fitted to Chebyshev nodes; errors 2e-19 and 4e-18.
_SIN1, _SIN2, _SIN3 = -0.16666666666666666, 0.008333333333333186, -0.00019841269841208638
_SIN4, _SIN5, _SIN6 = 2.7557319211223257e-06, -2.505210688997513e-08, 1.6058940847832492e-10
_SIN7, _SIN8 = -7.643025738964345e-13, 2.7215660921125597e-15
_COS2, _COS3, _COS4 = 0.04166666666666666, -0.001388888888888853, 2.4801587301492586e-05
_COS5, _COS6, _COS7 = -2.755731920964734e-07, 2.087675566605353e-09, -1.1470670142864075e-11
_COS8, _COS9 = 4.776871733415368e-14, -1.51197786600161e-16


def workspace() -> NDArray[np.float64]:
    """Rows for a chunk of spins, starting at a cache line."""
    raw = np.empty(ROWS * ROW + CACHE_LINE // 8)
    start = (-raw.ctypes.data % CACHE_LINE) // 8
    return raw[start : start + ROWS * ROW].reshape(ROWS, ROW)


@kernel
def copy(source, target):
    """``target[:] = source``, which takes numba five times as long to compile."""
    for i in range(target.size):
        target[i] = source[i]


@kernel(fastmath={"contract"})
def sincos(phase):
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
def phases(rows, n, dt, ax, ay, az, shift, phase):
    """Write the phases [rad] of a time dt [s] and of 2 pi times gradient areas, shifted."""
    dw, px, py, pz = rows[DW, :n], rows[PX, :n], rows[PY, :n], rows[PZ, :n]
    for i in range(phase.size):
        phase[i] = (dw[i] * dt + shift) + (ax * px[i] + ay * py[i] + az * pz[i])
