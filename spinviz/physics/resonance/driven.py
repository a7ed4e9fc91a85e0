"""Spins in any time-dependent field: each its own, so that offsets, amplitudes and drive frequencies may differ.

dM/dt = M x w(t) - relaxation, w [rad/s] given at the Gauss nodes of each step. The turn is a Magnus step of order 4,
theta = dt/2 (w- + w+) + (sqrt(3)/12) dt^2 w- x w+, enclosed by two half relaxations (as in `bloch.shaped_pulse`, for
which all spins see one pulse and steps are short).
"""

from __future__ import annotations

from math import ceil, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.kernel import kernel

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

LONGEST_TURN = 0.15
"""Radians that any spin turns in a step: the error of a modulated pulse stays below 1e-6."""
_EARLY = 0.5 - sqrt(3) / 6


def nodes(start: float, dt: float, steps: int) -> Array:
    """Gauss nodes (steps, 2) [s] of ``steps`` steps of ``dt`` from the time ``start`` [s]."""
    return np.asarray(start + dt * (np.arange(steps)[:, None] + np.array([_EARLY, 1 - _EARLY])))


def steps_for(duration: float, fastest: float, longest: float = LONGEST_TURN) -> int:
    """Steps so that a spin that turns with ``fastest`` [rad/s] turns by at most ``longest`` [rad] in each."""
    return max(1, ceil(duration * fastest / longest))


def drive(m: Array, field: Array, dt: float, T1: float = inf, T2: float = inf) -> None:
    """Advance ``m`` (3, N) in place by steps of ``dt`` [s] in ``field`` (steps, 2, 3, N) [rad/s] at the `nodes`.

    ``T1``, ``T2`` [s] belong to all spins, M0 = 1.
    """
    e1, e2 = float(np.exp(-dt / 2 / T1)), float(np.exp(-dt / 2 / T2))
    _drive(m, np.ascontiguousarray(field), float(dt), e1, e2)


def pulse_field(w1: Complex, b1: ArrayLike, dw: ArrayLike) -> Array:
    """Field (steps, 2, 3, N) of a pulse ``w1`` (steps, 2) [rad/s] for spins of scale ``b1`` and offset ``dw`` (N,)."""
    scale, offset = np.broadcast_arrays(np.asarray(b1, np.float64), np.asarray(dw, np.float64))
    field = np.empty((*w1.shape, 3, len(offset)))
    field[:, :, 0] = w1.real[:, :, None] * scale
    field[:, :, 1] = w1.imag[:, :, None] * scale
    field[:, :, 2] = offset
    return field


@kernel(fastmath={"contract"})
def _drive(m, field, dt, e1, e2):
    k = sqrt(3.0) / 12.0 * dt * dt
    for n in range(field.shape[0]):
        for i in range(m.shape[1]):
            ax, ay, az = field[n, 0, 0, i], field[n, 0, 1, i], field[n, 0, 2, i]
            bx, by, bz = field[n, 1, 0, i], field[n, 1, 1, i], field[n, 1, 2, i]
            tx = 0.5 * dt * (ax + bx) + k * (ay * bz - az * by)
            ty = 0.5 * dt * (ay + by) + k * (az * bx - ax * bz)
            tz = 0.5 * dt * (az + bz) + k * (ax * by - ay * bx)
            x, y, z = e2 * m[0, i], e2 * m[1, i], 1.0 - e1 * (1.0 - m[2, i])
            angle = np.sqrt(tx * tx + ty * ty + tz * tz)
            if angle > 0.0:
                nx, ny, nz = tx / angle, ty / angle, tz / angle
                c, s = np.cos(angle), np.sin(angle)
                along = (1.0 - c) * (nx * x + ny * y + nz * z)
                x, y, z = (
                    c * x + s * (y * nz - z * ny) + along * nx,
                    c * y + s * (z * nx - x * nz) + along * ny,
                    c * z + s * (x * ny - y * nx) + along * nz,
                )
            m[0, i], m[1, i], m[2, i] = e2 * x, e2 * y, 1.0 - e1 * (1.0 - z)


def torrey(
    t: ArrayLike, w1: float, T1: float, T2: float, start: tuple[float, float] = (0.0, 1.0)
) -> tuple[Array, Array]:
    """My and Mz (n,) at the times ``t`` [s] under a constant field w1 [rad/s] along x on resonance, M0 = 1.

    The distance from the steady state decays with (R1 + R2)/2 and turns with sqrt(w1^2 - (R2 - R1)^2/4).
    Torrey, Phys. Rev. 76, 1059 (1949).
    """
    t = np.asarray(t, np.float64)
    R1, R2 = 1 / T1, 1 / T2
    bottom = R1 * R2 + w1 * w1
    y_end, z_end = (w1 * R1 / bottom, R1 * R2 / bottom) if bottom > 0 else (start[0], start[1])
    y, z = start[0] - y_end, start[1] - z_end
    q = np.emath.sqrt(complex((R2 - R1) ** 2 / 4 - w1 * w1))
    c = np.cosh(q * t).real
    s = (np.sinh(q * t) / q).real if abs(q) > 1e-12 else t
    decay, half = np.exp(-(R1 + R2) / 2 * t), (R1 - R2) / 2
    my = y_end + decay * (c * y + s * (half * y + w1 * z))
    mz = z_end + decay * (c * z + s * (-half * z - w1 * y))
    return np.asarray(my), np.asarray(mz)


def locked_rate(tilt: ArrayLike, T1: float, T2: float) -> Array:
    """R1rho [1/s] = R1 cos^2 + R2 sin^2 of magnetization along a field tilted by ``tilt`` [rad] from z.

    Valid when the field turns M much faster than it relaxes. Trott and Palmer, J. Magn. Reson. 154, 157 (2002).
    """
    return np.asarray(np.cos(tilt) ** 2 / T1 + np.sin(tilt) ** 2 / T2)


def locked_equilibrium(tilt: float, T1: float, T2: float) -> float:
    """What is left along the field in the end (M0 = 1): R1 cos(tilt)/R1rho."""
    rate = float(locked_rate(tilt, T1, T2))
    return float(np.cos(tilt) / T1 / rate) if rate > 0 else 0.0


def bloch_siegert_shift(w1: float, w0: float) -> float:
    """Shift [rad/s] of the resonance by the counter-rotating half of a linear field 2 w1 cos(wt): w1^2/(4 w0).

    Bloch and Siegert, Phys. Rev. 57, 522 (1940).
    """
    return w1 * w1 / (4 * w0)
