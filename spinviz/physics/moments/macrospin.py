"""Independent macrospins: Landau-Lifshitz-Gilbert with spin-transfer torque and thermal noise, to fourth order.

Equation (Gilbert's form, gamma > 0, Slonczewski's torque a_J towards the polarisation p)::

    dm/dt = -gamma m x B + alpha m x dm/dt - gamma a_J m x (m x p)

    B = B_zeeman + b_k (m.u) u - (Nx mx, Ny my, Nz mz) mu0 Ms + thermal field

Solved for dm/dt it is -gamma/(1 + alpha^2) [m x B' + alpha m x (m x B')] with B' = B + a_J m x p.
The thermal field is constant during a step, so that the classical Runge-Kutta step converges to the Stratonovich
solution (Wong-Zakai): order 4 without noise, averages of order 1 with noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, ELEMENTARY_CHARGE, HBAR, VACUUM_PERMEABILITY
from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST, fill_normals, stream
from spinviz.physics.stepping import Vector, step_count, unit

CHUNK = 512  # spins stepped together: their noise and state stay in the nearest cache
ONE_STEP = np.uint64(1)


@dataclass
class Macrospins:
    """``m`` (3, N) float64 unit vectors; ``rng`` (2,) uint64 key and counter of the thermal noise."""

    m: NDArray[np.float64]
    rng: NDArray[np.uint64]

    @classmethod
    def from_vectors(cls, vectors: NDArray[np.floating], *, key: int = 0) -> "Macrospins":
        """Normalise ``vectors`` (N, 3) or (3,)."""
        given = np.atleast_2d(np.asarray(vectors, np.float64))
        length = np.linalg.norm(given, axis=1)
        if given.ndim != 2 or given.shape[1] != 3 or not np.all((length > 0) & np.isfinite(length)):
            raise ValueError(f"vectors of shape {given.shape}: give (N, 3), finite and longer than zero")
        m = np.ascontiguousarray((given / length[:, None]).T)
        return cls(m, np.array([key % 2**64, 0], np.uint64))

    def to_vectors(self) -> NDArray[np.float64]:
        """A contiguous copy (N, 3)."""
        return np.ascontiguousarray(self.m.T)


@dataclass(frozen=True)
class MacrospinField:
    """The terms of the effective field in tesla.

    Attributes
    ----------
    zeeman : applied field
    anisotropy, axis : B = anisotropy (m.u) u, 2 K1/Ms for an anisotropy constant K1
    demagnetization : mu0 Ms (Nx, Ny, Nz)
    torque, polarization : a_J and the direction p of the incoming spins
    """

    zeeman: Vector = (0.0, 0.0, 0.0)
    anisotropy: float = 0.0
    axis: Vector = (0.0, 0.0, 1.0)
    demagnetization: Vector = (0.0, 0.0, 0.0)
    torque: float = 0.0
    polarization: Vector = (0.0, 0.0, 1.0)


def macrospin_field(
    Ms: float,
    *,
    B: Vector = (0, 0, 0),
    K1: float = 0.0,
    axis: Vector = (0, 0, 1),
    N: Vector = (0, 0, 0),
    a_J: float = 0.0,
    p: Vector = (0, 0, 1),
) -> MacrospinField:
    """Return the fields of a uniform body: Ms [A/m], K1 [J/m^3], demagnetizing factors N, B and a_J [T]."""
    mu0_Ms = VACUUM_PERMEABILITY * Ms
    return MacrospinField(B, 2 * K1 / Ms, axis, (mu0_Ms * N[0], mu0_Ms * N[1], mu0_Ms * N[2]), a_J, p)


def slonczewski_field(current_density: float, Ms: float, thickness: float, efficiency: float) -> float:
    """Return a_J = hbar eta J/(2 e Ms t) [T]; J [A/m^2], Ms [A/m], t [m].

    Slonczewski, J. Magn. Magn. Mater. 159, L1 (1996). A perpendicular layer switches above alpha B_k,eff.
    """
    return HBAR * efficiency * current_density / (2 * ELEMENTARY_CHARGE * Ms * thickness)


@kernel(fastmath=FAST)
def _slope(x, y, z, hx, hy, hz, c):
    """Return dt dm/dt; h: applied and thermal field, c: coefficients, all fields as angles per step."""
    projection = x * c[0] + y * c[1] + z * c[2]
    bx = hx + projection * c[3] - c[6] * x + (y * c[11] - z * c[10])
    by = hy + projection * c[4] - c[7] * y + (z * c[9] - x * c[11])
    bz = hz + projection * c[5] - c[8] * z + (x * c[10] - y * c[9])
    gx = bx + c[12] * (y * bz - z * by)
    gy = by + c[12] * (z * bx - x * bz)
    gz = bz + c[12] * (x * by - y * bx)
    return gy * z - gz * y, gz * x - gx * z, gx * y - gy * x


@kernel(fastmath=FAST)
def _rk4_chunk(mx, my, mz, nx, ny, nz, zx, zy, zz, sd, c):
    for i in range(mx.size):
        x, y, z = mx[i], my[i], mz[i]
        hx, hy, hz = zx + sd * nx[i], zy + sd * ny[i], zz + sd * nz[i]
        ax, ay, az = _slope(x, y, z, hx, hy, hz, c)
        bx, by, bz = _slope(x + 0.5 * ax, y + 0.5 * ay, z + 0.5 * az, hx, hy, hz, c)
        cx, cy, cz = _slope(x + 0.5 * bx, y + 0.5 * by, z + 0.5 * bz, hx, hy, hz, c)
        dx, dy, dz = _slope(x + cx, y + cy, z + cz, hx, hy, hz, c)
        x += (ax + dx + 2.0 * (bx + cx)) / 6.0
        y += (ay + dy + 2.0 * (by + cy)) / 6.0
        z += (az + dz + 2.0 * (bz + cz)) / 6.0
        scale = 1.0 / np.sqrt(x * x + y * y + z * z)
        mx[i] = x * scale
        my[i] = y * scale
        mz[i] = z * scale


@kernel
def macrospin_steps(m, coefficients, rng, steps):
    """Advance ``m`` (3, N) in place by ``steps`` steps; every chunk of spins runs through all of them."""
    q = coefficients
    c = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], q[8], q[9], q[10], q[11], q[12])
    sd = q[16]
    count = m.shape[1]
    normal = np.zeros(3 * CHUNK, np.float32)
    for chunk in range((count + CHUNK - 1) // CHUNK):
        first, last = chunk * CHUNK, min((chunk + 1) * CHUNK, count)
        mx, my, mz = m[0, first:last], m[1, first:last], m[2, first:last]
        size = mx.size
        nx, ny, nz = normal[:size], normal[CHUNK : CHUNK + size], normal[2 * CHUNK : 2 * CHUNK + size]
        for step in range(steps):
            if sd > 0:
                key0, key1, key2 = stream(rng[0], rng[1] + np.uint64(step), np.uint64(chunk))
                fill_normals(normal, key0, key1, key2)
            _rk4_chunk(mx, my, mz, nx, ny, nz, q[13], q[14], q[15], sd, c)
    rng[1] += np.uint64(steps)


def step(
    spins: Macrospins,
    field: MacrospinField,
    *,
    dt: float,
    steps: int = 1,
    alpha: float = 0.0,
    noise: float = 0.0,
    gamma: float = ELECTRON_GYROMAGNETIC_RATIO,
) -> None:
    """Advance the ensemble in place by ``steps`` steps of ``dt`` [s].

    ``noise`` is the standard deviation [T] of the thermal field per component (`thermal_field`). The error per
    unit time is of order dt^4 without noise; |m| = 1 to rounding. Results do not depend on the steps per call.
    """
    angle = gamma * dt / (1 + alpha**2)
    u, p = unit(field.axis), unit(field.polarization)
    terms = [*u, *(angle * field.anisotropy * a for a in u), *(angle * b for b in field.demagnetization)]
    terms += [*(angle * field.torque * a for a in p), alpha, *(angle * b for b in field.zeeman), angle * noise]
    coefficients = np.array(terms, np.float64)
    if not np.isfinite(coefficients).all() or noise < 0:
        raise ValueError(f"dt {dt}, alpha {alpha}, noise {noise}, {field}: all must be finite, noise at least 0")
    macrospin_steps(spins.m, coefficients, spins.rng, step_count(steps))


def precession(t: NDArray[np.float64], B: float, alpha: float, gamma: float) -> NDArray[np.float64]:
    """Return m(t) (..., 3) of a spin that starts along x in a field B along z; ``t`` [s].

    With w = gamma B/(1 + alpha^2): (cos wt, sin wt, sinh(alpha w t))/cosh(alpha w t). Evans et al., J. Phys.:
    Condens. Matter 26, 103202 (2014), eq. 22.
    """
    w = gamma * B / (1 + alpha**2)
    return np.stack((np.cos(w * t), np.sin(w * t), np.sinh(alpha * w * t)), axis=-1) / np.cosh(alpha * w * t)[..., None]
