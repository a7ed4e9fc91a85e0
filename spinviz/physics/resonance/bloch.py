"""Bloch equations of an ensemble of isochromats: exact jumps, shaped pulses, coil signal.

Convention: dM/dt = M x w - relaxation in the frame rotating at the carrier, with
w = (w1 cos(phase), w1 sin(phase), dw), w1 = gamma B1 and dw the offset, both [rad/s]. Free precession is
therefore M+ = M+(0) exp(-i dw t - t/T2), M+ = Mx + i My, and a 90 degree pulse about x turns z into +y.

All arrays are float64 of shape (N,): float32 would accumulate an error that grows with the number of steps.
"""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.kernel import kernel

Array = NDArray[np.float64]

SPINS_PER_CHUNK = 1024  # seven rows of 8 kB stay in the first two cache levels while time runs
_ROW = SPINS_PER_CHUNK + 72  # rows 576 bytes apart modulo a page: stores never alias the loads of other rows (-60 %)
_CACHE_LINE = 64
LARGEST_ROTATION = 1.0  # rad in one step of a shaped pulse: range of the long polynomials below
SMALL_ROTATION = 0.1  # rad: range of the short ones

# sqrt(2) sin(q/2)/q and sqrt(2) cos(q/2) in powers of q^2 on 0 <= q <= 1: Taylor series economized with
# Chebyshev polynomials in exact arithmetic; absolute errors 1.4e-17 and 3.5e-16.
_S0, _S1, _S2 = 0.7071067811865475, -0.02946278254943851, 0.0003682847818566636
_S3, _S4, _S5 = -2.192171272291032e-06, 7.611612689474184e-09, -1.7216349340493065e-11
_C0, _C1, _C2 = 1.4142135623730947, -0.17677669529661166, 0.0036828478183855216
_C3, _C4, _C5 = -3.069039723250777e-05, 1.3700828325337598e-07, -3.7842850453114257e-10
# (1 - cos q)/q^2 and sin(q)/q in powers of q^2 on 0 <= q <= 0.1, likewise; errors 2.2e-17 and 2.2e-16.
_f0, _f1, _f2, _f3 = 0.5, -0.04166666666659778, 0.0013888888544471324, -2.4796076424861866e-05
_g0, _g1, _g2, _g3 = 0.9999999999999998, -0.16666666666597788, 0.008333332988925553, -0.00019835759081960393


@dataclass
class Isochromats:
    """An ensemble of spins that each see one field: every array has shape (N,) and type float64.

    Attributes
    ----------
    mx, my, mz
        Magnetization in the rotating frame [in units of M0].
    T1, T2
        Relaxation times [s]; ``inf`` switches relaxation off.
    M0
        Equilibrium magnetization along z.
    dw
        Offset from the carrier [rad/s].
    """

    mx: Array
    my: Array
    mz: Array
    T1: Array
    T2: Array
    M0: Array
    dw: Array

    @classmethod
    def in_equilibrium(
        cls, dw: ArrayLike, T1: ArrayLike = np.inf, T2: ArrayLike = np.inf, M0: ArrayLike = 1.0
    ) -> "Isochromats":
        """Spins at rest along z; scalars are spread over the shape of ``dw``."""
        offsets = np.array(dw, dtype=np.float64, ndmin=1)
        T1, T2, M0 = (np.broadcast_to(np.asarray(x, np.float64), offsets.shape).copy() for x in (T1, T2, M0))
        zeros = np.zeros_like(offsets)
        return cls(zeros, zeros.copy(), M0.copy(), T1, T2, M0, offsets)

    @property
    def m(self) -> tuple[Array, Array, Array]:
        """The three components, as the kernels take them."""
        return self.mx, self.my, self.mz

    @property
    def tissue(self) -> tuple[Array, Array, Array, Array]:
        """T1, T2, M0 and dw, as the kernels take them."""
        return self.T1, self.T2, self.M0, self.dw


def precess(mx: Array, my: Array, mz: Array, T1: Array, T2: Array, M0: Array, dw: Array, dt: float) -> None:
    """Let the spins precess and relax for any time ``dt`` [s] in one exact step (error 3e-14)."""
    turn(mx, my, mz, *free_propagator(T1, T2, M0, dw, dt))


def free_propagator(T1: Array, T2: Array, M0: Array, dw: Array, dt: float) -> tuple[Array, Array, Array, Array]:
    """Coefficients of ``turn`` for a time ``dt`` [s]; keep them while dt and the tissue stay the same.

    Returns
    -------
    c, s, e1, r1
        M+ is multiplied by c - i s = exp(-i dw dt - dt/T2); Mz becomes r1 + e1 Mz, e1 = exp(-dt/T1).
    """
    e1, e2 = np.exp(-dt / T1), np.exp(-dt / T2)
    return e2 * np.cos(dw * dt), e2 * np.sin(dw * dt), e1, -M0 * np.expm1(-dt / T1)


@kernel(fastmath={"contract"})
def turn(mx, my, mz, c, s, e1, r1):
    """Apply a ``free_propagator``: one complex multiplication and one recovery for each spin."""
    for i in range(mx.size):
        x = mx[i]
        mx[i] = c[i] * x + s[i] * my[i]
        my[i] = c[i] * my[i] - s[i] * x
        mz[i] = r1[i] + e1[i] * mz[i]


def rotate(mx: Array, my: Array, mz: Array, angle: float, phase: float) -> None:
    """Apply a pulse of zero duration: ``angle`` [rad] about the axis (cos(phase), sin(phase), 0)."""
    _rotate(mx, my, mz, float(angle), float(phase))


@kernel(fastmath={"contract"})
def _rotate(mx, my, mz, angle, phase):
    nx, ny, c, s = np.cos(phase), np.sin(phase), np.cos(angle), np.sin(angle)
    for i in range(mx.size):
        x, y, z = mx[i], my[i], mz[i]
        along = (nx * x + ny * y) * (1.0 - c)
        mx[i] = c * x + along * nx - s * (ny * z)
        my[i] = c * y + along * ny + s * (nx * z)
        mz[i] = c * z - s * (nx * y - ny * x)


def hard_pulse(mx: Array, my: Array, mz: Array, dw: Array, w1: float, phase: float, duration: float) -> None:
    """Apply a rectangular pulse exactly, without relaxation: each spin turns about its own tilted axis.

    Parameters
    ----------
    dw
        Offsets (N,) [rad/s].
    w1, phase, duration
        Amplitude gamma B1 [rad/s], direction of B1 in the transverse plane [rad], length [s].
    """
    _hard_pulse(mx, my, mz, dw, float(w1), float(phase), float(duration))


@kernel
def _hard_pulse(mx, my, mz, dw, w1, phase, duration):
    w1x, w1y = w1 * np.cos(phase), w1 * np.sin(phase)
    for i in range(mx.size):
        rate = np.sqrt(w1 * w1 + dw[i] * dw[i])
        if rate == 0.0:
            continue
        nx, ny, nz = w1x / rate, w1y / rate, dw[i] / rate
        c, s = np.cos(rate * duration), np.sin(rate * duration)
        x, y, z = mx[i], my[i], mz[i]
        along = (nx * x + ny * y + nz * z) * (1.0 - c)
        mx[i] = c * x + along * nx - s * (ny * z - nz * y)
        my[i] = c * y + along * ny - s * (nz * x - nx * z)
        mz[i] = c * z + along * nz - s * (nx * y - ny * x)


def gauss_times(duration: float, steps: int) -> Array:
    """Times (steps, 2) [s] at which ``shaped_pulse`` wants its pulse: the two Gauss nodes of each step."""
    dt = duration / steps
    return (np.arange(steps)[:, None] + 0.5 + np.array([-1.0, 1.0]) * (sqrt(3) / 6)) * dt


def nodes_of_samples(samples: ArrayLike, *, linear: bool = False) -> NDArray[np.complex128]:
    """Gauss-node values (steps, 2) of a recorded pulse, one step for each sample interval.

    ``samples`` (steps,) are constant over their step; with ``linear`` there are steps + 1 of them, joined
    by straight lines.
    """
    w1 = np.asarray(samples, dtype=np.complex128)
    if not linear:
        return np.repeat(w1[:, None], 2, axis=1)
    early = 0.5 - sqrt(3) / 6
    return np.stack([w1[:-1] + early * np.diff(w1), w1[1:] - early * np.diff(w1)], axis=1)


def magnus_steps(w1: ArrayLike, dt: float) -> Array:
    """Rotation vectors of a shaped pulse, fourth order (Magnus), as coefficients for every offset.

    With w(t) = (Re w1, Im w1, dw) at the Gauss nodes t-, t+ of a step, the step is a rotation by
    theta = dt/2 (w(t-) + w(t+)) + (sqrt(3)/12) dt^2 w(t-) x w(t+); the sign belongs to dM/dt = M x w.
    S. Blanes et al., Phys. Rep. 470, 151 (2009).

    Parameters
    ----------
    w1
        Complex amplitude (steps, 2) [rad/s] at ``gauss_times``.
    dt
        Step [s].

    Returns
    -------
    (steps, 5): theta = (a + b phi, c + d phi, g + phi), phi = dt dw, with columns a, b, c, d, g.
    """
    nodes = np.asarray(w1, dtype=np.complex128)
    x1, x2, y1, y2 = nodes[:, 0].real, nodes[:, 1].real, nodes[:, 0].imag, nodes[:, 1].imag
    k = sqrt(3) / 12 * dt
    columns = (dt / 2 * (x1 + x2), k * (y1 - y2), dt / 2 * (y1 + y2), k * (x2 - x1), k * dt * (x1 * y2 - y1 * x2))
    return np.ascontiguousarray(np.stack(columns, axis=1))


def largest_rotation(steps: Array, phi: Array) -> float:
    """Upper bound [rad] of the rotation of any spin in any step of ``magnus_steps``; ``phi`` (N,) = dt dw [rad]."""
    free = float(np.max(np.abs(phi), initial=0.0))
    a, b, c, d, g = np.abs(steps).T
    return float(np.max(np.sqrt((a + b * free) ** 2 + (c + d * free) ** 2 + (g + free) ** 2), initial=0.0))


def shaped_pulse(
    mx: Array, my: Array, mz: Array, T1: Array, T2: Array, M0: Array, dw: Array, w1: ArrayLike, dt: float
) -> None:
    """Apply a shaped pulse with relaxation: half relaxation, Magnus rotation, half relaxation in each step.

    Fourth order in dt for the rotation; relaxation enters at second order with the small factor dt/T.

    Parameters
    ----------
    w1
        Complex amplitude gamma B1 exp(i phase), (steps, 2) [rad/s], at ``gauss_times``; recordings go
        through ``nodes_of_samples``.
    dt
        Step [s].
    """
    steps, phi = magnus_steps(w1, dt), float(dt) * dw
    rotation = largest_rotation(steps, phi)
    if not rotation <= LARGEST_ROTATION:
        needed = steps.shape[0] * rotation / LARGEST_ROTATION
        raise ValueError(
            f"A pulse step turns a spin by {rotation:.3g} rad, the limit is {LARGEST_ROTATION:g} rad: "
            f"sample the pulse in at least {needed:.0f} steps instead of {steps.shape[0]}."
        )
    full, half = relaxation(T1, T2, M0, dt), relaxation(T1, T2, M0, dt / 2)
    simple = rotation <= SMALL_ROTATION and not np.any(steps[:, [1, 3, 4]])
    rf_steps(mx, my, mz, phi, *full, *half, steps, bool(simple), _scratch())


def _scratch() -> Array:
    """Seven rows for a chunk of spins, starting at a cache line."""
    raw = np.empty(7 * _ROW + _CACHE_LINE // 8)
    start = (-raw.ctypes.data % _CACHE_LINE) // 8
    return raw[start : start + 7 * _ROW].reshape(7, _ROW)


def relaxation(T1: Array, T2: Array, M0: Array, dt: float) -> tuple[Array, Array, Array]:
    """e1, e2, r1 of a pure relaxation: Mx,y -> e2 Mx,y; Mz -> r1 + e1 Mz."""
    return np.exp(-dt / T1), np.exp(-dt / T2), -M0 * np.expm1(-dt / T1)


@kernel(fastmath={"contract"})
def rf_steps(mx, my, mz, phi, e1, e2, r1, h1, h2, hr, steps, simple, scratch):
    """Run all ``steps`` of a pulse: time outside, chunks of spins inside; h1, h2, hr belong to dt/2.

    ``simple`` promises small rotations about a field that is constant during each step.
    """
    last = steps.shape[0] - 1
    if last < 0:
        return
    for begin in range(0, mx.size, SPINS_PER_CHUNK):
        end = min(begin + SPINS_PER_CHUNK, mx.size)
        n = end - begin
        x, y, z, turn = scratch[0, :n], scratch[1, :n], scratch[2, :n], scratch[3, :n]
        full1, full2, full_r = scratch[4, :n], scratch[5, :n], scratch[6, :n]
        x[:], y[:], z[:], turn[:] = mx[begin:end], my[begin:end], mz[begin:end], phi[begin:end]
        full1[:], full2[:], full_r[:] = e1[begin:end], e2[begin:end], r1[begin:end]
        half1, half2, half_r = h1[begin:end], h2[begin:end], hr[begin:end]
        _relax(x, y, z, half1, half2, half_r)
        for k in range(last):
            if simple:
                _turn_slightly(x, y, z, turn, full1, full2, full_r, steps[k])
            else:
                _rotate_and_relax(x, y, z, turn, full1, full2, full_r, steps[k])
        _rotate_and_relax(x, y, z, turn, half1, half2, half_r, steps[last])
        mx[begin:end], my[begin:end], mz[begin:end] = x, y, z


@kernel(fastmath={"contract"})
def _relax(mx, my, mz, e1, e2, r1):
    for i in range(mx.size):
        mx[i] *= e2[i]
        my[i] *= e2[i]
        mz[i] = r1[i] + e1[i] * mz[i]


@kernel(fastmath={"contract"})
def _rotate_and_relax(mx, my, mz, phi, e1, e2, r1, step):
    """Left-handed rotation by theta as a quaternion (k, r)/sqrt(2): M' = M + r x (r x M) - k r x M."""
    a, b, c, d, g = step[0], step[1], step[2], step[3], step[4]
    for i in range(mx.size):
        rx, ry, rz = a + b * phi[i], c + d * phi[i], g + phi[i]
        q = rx * rx + ry * ry + rz * rz
        s = _S0 + q * (_S1 + q * (_S2 + q * (_S3 + q * (_S4 + q * _S5))))
        k = _C0 + q * (_C1 + q * (_C2 + q * (_C3 + q * (_C4 + q * _C5))))
        rx, ry, rz = rx * s, ry * s, rz * s
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = ry * z - rz * y, rz * x - rx * z, rx * y - ry * x
        mx[i] = e2[i] * (x + (ry * uz - rz * uy - k * ux))
        my[i] = e2[i] * (y + (rz * ux - rx * uz - k * uy))
        mz[i] = r1[i] + e1[i] * (z + (rx * uy - ry * ux - k * uz))


@kernel(fastmath={"contract"})
def _turn_slightly(mx, my, mz, phi, e1, e2, r1, step):
    """``_rotate_and_relax`` without the commutator, by Rodrigues: M' = M + f w x (w x M) - g w x M, w = (a, c, phi)."""
    a, c = step[0], step[2]
    transverse = a * a + c * c
    for i in range(mx.size):
        p = phi[i]
        q = transverse + p * p
        f = _f0 + q * (_f1 + q * (_f2 + q * _f3))
        g = _g0 + q * (_g1 + q * (_g2 + q * _g3))
        x, y, z = mx[i], my[i], mz[i]
        ux, uy, uz = c * z - p * y, p * x - a * z, a * y - c * x
        mx[i] = e2[i] * (x + (f * (c * uz - p * uy) - g * ux))
        my[i] = e2[i] * (y + (f * (p * ux - a * uz) - g * uy))
        mz[i] = r1[i] + e1[i] * (z + (f * (a * uy - c * ux) - g * uz))


@kernel(fastmath={"contract", "reassoc"})
def signal_sums(mx, my, mz, T2, dw, sums):
    """Write the sums of Mx, My, Mz, Mx/T2, My/T2, dw Mx, dw My over the ensemble into ``sums`` (7,)."""
    x = y = z = dx = dy = wx = wy = 0.0
    for i in range(mx.size):
        x += mx[i]
        y += my[i]
        z += mz[i]
        dx += mx[i] / T2[i]
        dy += my[i] / T2[i]
        wx += dw[i] * mx[i]
        wy += dw[i] * my[i]
    sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6] = x, y, z, dx, dy, wx, wy


def net_magnetization(mx: Array, my: Array, mz: Array) -> Array:
    """Mean magnetization (3,) of the ensemble."""
    return np.array([mx.mean(), my.mean(), mz.mean()])


def coil_voltage(spins: Isochromats, carrier: float = 0.0) -> complex:
    """Voltage per spin of a quadrature coil of unit sensitivity, demodulated at the carrier.

    Faraday: emf = -d/dt M+ with M+ exp(-i carrier t) in the laboratory; the derivative is taken from the
    Bloch equation during free precession, emf = <(i (carrier + dw) + 1/T2) M+>. The voltage of one real coil
    along x is Re(emf exp(-i carrier t)). Hoult and Richards, J. Magn. Reson. 24, 71 (1976).
    """
    sums = np.empty(7)
    signal_sums(*spins.m, spins.T2, spins.dw, sums)
    m, decay, offset = sums[0] + 1j * sums[1], sums[3] + 1j * sums[4], sums[5] + 1j * sums[6]
    return complex(1j * (carrier * m + offset) + decay) / spins.mx.size


OFFSET_DISTRIBUTIONS = ("lorentzian", "gaussian", "uniform")


def offset_quantiles(count: int, distribution: str, width: float) -> Array:
    """Offsets (count,) [rad/s] that sample a distribution without noise: its quantiles at (i + 1/2)/count.

    Their signal follows the continuous decay (``bloch_laws.dephasing``) until neighbours in the middle of the
    distribution come back into phase, at about 2 pi divided by their distance.

    Parameters
    ----------
    distribution
        ``lorentzian`` (``width`` = half width at half maximum), ``gaussian`` (standard deviation) or
        ``uniform`` (half of the full range).
    width
        [rad/s].
    """
    p = (np.arange(count) + 0.5) / count
    if distribution == "lorentzian":
        return width * np.tan(pi * (p - 0.5))
    if distribution == "gaussian":
        from scipy.special import ndtri  # here, because loading it would delay the first picture

        return np.asarray(width * ndtri(p))
    if distribution == "uniform":
        return width * (2 * p - 1)
    raise ValueError(f"Offset distribution {distribution!r} is unknown: use {', '.join(OFFSET_DISTRIBUTIONS)}.")
