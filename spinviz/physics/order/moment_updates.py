"""Monte Carlo of moments whose direction and length both change: heat bath for one, Metropolis for the other.

    H = sum of (-a m_i^2 + b m_i^4) - (J0/2N) |sum of m_i|^2 - J sum over nearest neighbours once of m_i . m_j

with the measure d^3m = m^2 dm d(direction), without whose m^2 the lengths would collapse. Sites are visited in turn;
each update leaves exp(-H/T) unchanged, kB = 1. Periodic; axes with one site have no neighbours, with two each neighbour
counts twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.rng import RandomState, next_unit

Values = NDArray[np.float64]


@kernel
def _sweep(
    m: Any, total: Any, a: Any, b: Any, J0: Any, J: Any, T: Any, step: Any, held: Any, free: Any, random: Any
) -> None:
    nz, ny, nx, _ = m.shape
    common = J0 / (nz * ny * nx)
    own = a + 0.5 * common  # of -(J0/2N) |sum|^2 the part that a moment has with itself
    for c in range(3):
        total[c] = m[:, :, :, c].sum()  # what rounding has left of the last sweep's sum is forgotten
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                if free.size and not free[z, y, x]:
                    continue
                mx, my, mz = m[z, y, x]
                hx, hy, hz = common * (total[0] - mx), common * (total[1] - my), common * (total[2] - mz)
                if J != 0.0:
                    for k in range(6):
                        side = 1 if k % 2 == 0 else -1
                        axis = k // 2
                        if axis == 0 and nx > 1:
                            i, j, l = z, y, (x + side) % nx
                        elif axis == 1 and ny > 1:
                            i, j, l = z, (y + side) % ny, x
                        elif axis == 2 and nz > 1:
                            i, j, l = (z + side) % nz, y, x
                        else:
                            continue
                        hx += J * m[i, j, l, 0]
                        hy += J * m[i, j, l, 1]
                        hz += J * m[i, j, l, 2]
                length = np.sqrt(mx * mx + my * my + mz * mz)
                if not held:
                    along = (hx * mx + hy * my + hz * mz) / length
                    new = abs(length + step * (2 * next_unit(random) - 1))
                    old2, new2 = length * length, new * new
                    cost = (new2 - old2) * (b * (new2 + old2) - own) - along * (new - length)
                    if next_unit(random) * old2 < new2 * np.exp(-cost / T):
                        length = new
                h = np.sqrt(hx * hx + hy * hy + hz * hz)
                X = length * h / T
                u = next_unit(random)
                cosine = 1 - 2 * u if X < 1e-12 else 1 + np.log1p(u * np.expm1(-2 * X)) / X
                sine = np.sqrt(max(1 - cosine * cosine, 0.0))
                turn = 2 * np.pi * next_unit(random)
                p, q = sine * np.cos(turn), sine * np.sin(turn)
                ex, ey, ez = (hx / h, hy / h, hz / h) if h > 0.0 else (0.0, 0.0, 1.0)
                # Two unit vectors across e (Frisvad 2012, in the form of Duff et al. 2017).
                s = 1.0 if ez >= 0 else -1.0
                f = -1 / (s + ez)
                g = ex * ey * f
                vx = length * (cosine * ex + p * (1 + s * ex * ex * f) + q * g)
                vy = length * (cosine * ey + p * s * g + q * (s + ey * ey * f))
                vz = length * (cosine * ez - p * s * ex - q * ey)
                m[z, y, x, 0], m[z, y, x, 1], m[z, y, x, 2] = vx, vy, vz
                total[0] += vx - mx
                total[1] += vy - my
                total[2] += vz - mz


@kernel
def bond_sum(m: Any) -> Any:
    """Sum of m_i . m_j over nearest neighbours of ``m`` (nz, ny, nx, 3), each bond once."""
    nz, ny, nx, _ = m.shape
    total = 0.0
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                for c in range(3):
                    around = 0.0
                    if nx > 1:
                        around += m[z, y, (x + 1) % nx, c]
                    if ny > 1:
                        around += m[z, (y + 1) % ny, x, c]
                    if nz > 1:
                        around += m[(z + 1) % nz, y, x, c]
                    total += m[z, y, x, c] * around
    return total


ALL: NDArray[np.bool_] = np.ones((0, 0, 0), bool)
"""Every moment moves."""


def sweep(
    m: Values,
    total: Values,
    a: float,
    b: float,
    J0: float,
    J: float,
    T: float,
    random: RandomState,
    held: bool = False,
    free: NDArray[np.bool_] = ALL,
) -> None:
    """Visit every moment of ``m`` (nz, ny, nx, 3) once, in place; ``total`` (3,) becomes their sum.

    ``held`` keeps all lengths; ``free`` (nz, ny, nx) says which moments move. ``random`` advances: the result does not
    depend on how sweeps are cut into calls.
    Moments must not be zero. Errors: ValueError for T <= 0.
    """
    if not T > 0:
        raise ValueError(f"T = {T:g}: use a temperature above 0.")
    step = length_step(a, b, J0 + 6 * abs(J), T)
    _sweep(m, total, float(a), float(b), float(J0), float(J), float(T), step, bool(held), free, random)


def length_step(a: float, b: float, J: float, T: float) -> float:
    """Largest change of a length tried at once: some deviations about the ground state, less in a wide well."""
    curvature = 4 * a + 3 * J  # -2a + 12 b m^2 at m^2 = (2a + J)/4b
    near = 2.5 * np.sqrt(T / curvature) if curvature > 0 else np.inf
    return float(min(near, 2.0 * (T / b) ** 0.25))
