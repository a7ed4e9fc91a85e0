"""Chemical exchange: the magnetization of spins that hop between two sites, by the Bloch-McConnell equations.

Convention as in `bloch`: dM/dt = M x w - relaxation, free precession M+ = M+(0) exp(-i w t - t/T2), M0 = 1 in all.
A spin at A leaves it at the rate kAB = 2 k pB, one at B at the rate kBA = 2 k pA: detailed balance pA kAB = pB kBA
keeps the populations, and k = kAB = kBA when they are equal. With m = (mA, mB)

    dm+/dt = L m+,          L = (-i wA - 1/T2A - kAB, kBA; kAB, -i wB - 1/T2B - kBA)
    dmz/dt = K (mz - p),    K = (-1/T1A - kAB, kBA; kAB, -1/T1B - kBA),    p = (pA, pB)

McConnell, J. Chem. Phys. 28, 430 (1958). Both are solved by the exponential of a 2 x 2 matrix, here in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.rng import next_unit

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class Sites:
    """Two sites between which spins hop.

    Attributes
    ----------
    pA
        Population of A, between 0 and 1; B has the rest.
    k
        Mean rate of exchange [1/s].
    wA, wB
        Offsets [rad/s].
    T1A, T1B, T2A, T2B
        Relaxation times [s]; ``inf`` switches relaxation off.
    saturated
        Whether a strong field keeps the magnetization of A at zero.
    """

    pA: float
    k: float
    wA: float
    wB: float
    T1A: float = inf
    T1B: float = inf
    T2A: float = inf
    T2B: float = inf
    saturated: bool = False

    @property
    def populations(self) -> Values:
        """(pA, pB)."""
        return np.array([self.pA, 1 - self.pA])

    @property
    def rates(self) -> tuple[float, float]:
        """Rates (kAB, kBA) at which a spin leaves A and B [1/s]."""
        return 2 * self.k * (1 - self.pA), 2 * self.k * self.pA

    @property
    def equilibrium(self) -> Values:
        """Longitudinal magnetization (2,) at rest: the populations; with A saturated mB = pB/(1 + kBA T1B).

        Forsen and Hoffman, J. Chem. Phys. 39, 2892 (1963).
        """
        if not self.saturated:
            return self.populations
        return np.array([0.0, (1 - self.pA) / (1 + self.rates[1] * self.T1B)])

    def transverse(self) -> Complex:
        """Generator L (2, 2) of m+ [1/s]."""
        kAB, kBA = self.rates
        generator = np.array(
            [[-1j * self.wA - 1 / self.T2A - kAB, kBA], [kAB, -1j * self.wB - 1 / self.T2B - kBA]], dtype=np.complex128
        )
        return self._without_saturated(generator)

    def longitudinal(self) -> Complex:
        """Generator K (2, 2) of mz - equilibrium [1/s]."""
        kAB, kBA = self.rates
        generator = np.array([[-1 / self.T1A - kAB, kBA], [kAB, -1 / self.T1B - kBA]], dtype=np.complex128)
        return self._without_saturated(generator)

    def _without_saturated(self, generator: Complex) -> Complex:
        if self.saturated:
            generator[0, 1] = generator[1, 0] = 0.0
        return generator


def exponential(generator: Complex, t: ArrayLike) -> Complex:
    """exp(L t) (..., 2, 2) of a 2 x 2 matrix L at the times ``t`` (...) [s].

    exp(L t) = e^{st} [cosh(qt) 1 + (sinh(qt)/q) (L - s 1)], s = tr L/2, q^2 = s^2 - det L. Far from coalescence
    (q = 0) the exponentials of s + q and s - q are taken one by one, so that none overflows. Error 2e-16 (1 + |L| t).
    """
    time = np.asarray(t, dtype=np.float64)[..., None, None]
    (a, b), (c, d) = generator
    s, half = (a + d) / 2, (a - d) / 2
    q = np.sqrt(complex(half * half + b * c))
    q = -q if q.real < 0 else q
    near = np.abs(q * time) < 0.5
    x = np.where(near, q * time, 0.0)
    slow, fast, middle = np.exp((s + q) * time), np.exp((s - q) * time), np.exp(s * time)
    even = np.where(near, middle * np.cosh(x), (slow + fast) / 2)
    odd = np.where(near, middle * time * sinhc(x), (slow - fast) / (2 * q if q != 0 else 1.0))
    return np.asarray(even * np.eye(2) + odd * np.array([[half, b], [c, -half]]))


def sinhc(x: ArrayLike) -> Complex:
    """sinh(x)/x, also at 0."""
    z = np.asarray(x, dtype=np.complex128)
    small = np.abs(z) < 1e-4
    safe = np.where(small, 1.0, z)
    return np.asarray(np.where(small, 1 + z * z / 6, np.sinh(safe) / safe))


def precess(sites: Sites, m: Complex, t: ArrayLike) -> Complex:
    """Transverse magnetization m+ (..., 2) of the sites after free precession for ``t`` (...) [s] from ``m`` (2,)."""
    return np.asarray(exponential(sites.transverse(), t) @ m)


def relax(sites: Sites, mz: Values, t: ArrayLike) -> Values:
    """Longitudinal magnetization (..., 2) of the sites after ``t`` (...) [s] from ``mz`` (2,)."""
    rest = sites.equilibrium
    return np.asarray(rest + (exponential(sites.longitudinal(), t) @ (mz - rest)).real)


def resolvent(sites: Sites, f: ArrayLike) -> Complex:
    """The Laplace transform (i w - L)^-1 (..., 2, 2) of exp(L t) [s] at frequencies ``f`` (...) [Hz], w = -2 pi f.

    The receiver takes the complex conjugate of m+, so that a positive offset is a positive frequency.
    """
    (a, b), (c, d) = sites.transverse()
    s = -2j * pi * np.asarray(f, dtype=np.float64)
    det = (s - a) * (s - d) - b * c
    return np.moveaxis(np.array([[s - d, b + 0 * s], [c + 0 * s, s - a]]) / det, (0, 1), (-2, -1))


def line(sites: Sites, f: ArrayLike, m: Complex | None = None, duration: float = inf) -> Values:
    """Absorption spectrum (...) [s] at the frequencies ``f`` (...) [Hz] of the free decay from ``m`` (2,) in phase.

    Re 1^T (i w - L)^-1 m; for the populations as ``m`` the lineshape of Gutowsky and Holm, J. Chem. Phys. 25, 1228
    (1956), here with the relaxation times and populations of both sites. Of a decay that is recorded for ``duration``
    [s] only: what comes later, the line of what is left then, is taken away.
    """
    start = sites.populations if m is None else m
    if duration < inf:
        left = exponential(sites.transverse(), duration) @ start
        turned = np.exp(2j * pi * np.asarray(f, dtype=np.float64) * duration)
        start = start - turned[..., None] * left
        return np.asarray((resolvent(sites, f) @ start[..., None])[..., 0].sum(axis=-1).real)
    return np.asarray((resolvent(sites, f) @ start).sum(axis=-1).real)


def exchange_map(sites: Sites, f1: Values, f2: Values, mixing: float) -> Values:
    """Two-dimensional exchange spectrum (f2, f1) of pure absorption, 90 - t1 - 90 - mixing - 90 - t2.

    Peaks off the diagonal are spins that hopped during ``mixing`` [s]. Jeener et al., J. Chem. Phys. 71, 4546 (1979).
    """
    before = (resolvent(sites, f1) @ sites.populations).real
    after = resolvent(sites, f2).sum(axis=-2).real
    return np.asarray(after @ exponential(sites.longitudinal(), mixing).real @ before.T)


def coalescence_rate(separation: float) -> float:
    """Rate [1/s] at which two equally populated lines ``separation`` [Hz] apart become one: pi dnu/sqrt 2."""
    return pi * separation / sqrt(2)


def peak_distance(separation: float, k: ArrayLike, T2: float = inf) -> Values:
    """Distance (...) [Hz] of the two maxima of the line of equally populated sites; 0 beyond coalescence.

    sqrt(dnu^2 - 2 k^2/pi^2) without relaxation, dnu = ``separation`` [Hz], Gutowsky and Holm 1956. With R = 1/T2,
    d = pi dnu, C = R^2 + 2 k R + d^2 and P = (R + 2 k) C the line is (P + R x)/((C - x)^2 + 4 (R + k)^2 x), x = w^2,
    and its derivative vanishes where R x^2 + 2 P x = Q, Q = P (2 C - 4 (R + k)^2) + R C^2.
    """
    k, R, d = np.asarray(k, dtype=np.float64), 1 / T2, pi * separation
    C = R * R + 2 * k * R + d * d
    P = (R + 2 * k) * C
    Q = P * (2 * C - 4 * (R + k) ** 2) + R * C * C
    root = np.sqrt(np.maximum(P * P + R * Q, 0.0))
    x = np.where(P + root > 0, Q / np.where(P + root > 0, P + root, 1.0), d * d)
    return np.asarray(np.sqrt(np.maximum(x, 0.0)) / pi)


def maxima(f: Values, spectrum: Values, least: float = 0.02) -> Values:
    """Frequencies (n,) of the maxima of a sampled line, by a parabola through three points each.

    Those lower than the part ``least`` of the highest are left out.
    """
    y = np.asarray(spectrum)
    inner = np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > least * y.max())) + 1
    below, here, above = y[inner - 1], y[inner], y[inner + 1]
    return np.asarray(f[inner] + (f[1] - f[0]) * (below - above) / (2 * (below - 2 * here + above)))


@kernel
def hop(
    site: Any, waiting: Any, mx: Any, my: Any, mz: Any, leave: Any, w: Any, R1: Any, R2: Any, saturated: Any,
    dt: Any, state: Any,
) -> None:  # fmt: skip
    """Let single spins precess, relax and hop at random for a time dt, exactly: from one hop to the next.

    ``waiting`` (N,) is what is left of an exponential waiting time of mean 1, used up at the rate ``leave[site]``, so
    that rates may change at any time; ``state`` is the generator of `rng`. The mean over the spins follows the
    Bloch-McConnell equations.
    """
    for i in range(site.size):
        left = dt
        while left > 0.0:
            j = site[i]
            rate = leave[j]
            stays = rate * left < waiting[i]
            tau = left if stays else min(waiting[i] / rate, left)
            if saturated and j == 0:
                mx[i], my[i], mz[i] = 0.0, 0.0, 0.0
            else:
                c, s, e2 = np.cos(w[j] * tau), np.sin(w[j] * tau), np.exp(-R2[j] * tau)
                x, y = mx[i], my[i]
                mx[i], my[i] = e2 * (c * x + s * y), e2 * (c * y - s * x)
                mz[i] = 1.0 + (mz[i] - 1.0) * np.exp(-R1[j] * tau)
            left -= tau
            if stays:
                waiting[i] -= rate * tau
            else:
                site[i] = 1 - j
                waiting[i] = -np.log(1.0 - next_unit(state))
                if saturated and site[i] == 0:
                    mx[i], my[i], mz[i] = 0.0, 0.0, 0.0
