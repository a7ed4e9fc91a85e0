"""Small spin waves of a film with stray field, magnetized uniformly: along k, across k in the plane, across the plane.

The transverse components u, v of m, right-handed with the magnetization, obey

    du/dt = gamma/(1 + alpha^2) [-B_v v - alpha B_u u],    dv/dt = gamma/(1 + alpha^2) [B_u u - alpha B_v v],

with the stiffness fields B_u = B_0 + 2 A k^2/Ms + mu0 Ms N_u(k) and B_v alike. For magnetization that does not vary
through a film of thickness d the charges of its faces have the demagnetizing factor 1 - P across the plane, and those
along k the factor P = 1 - (1 - exp(-|k|d))/(|k|d): the lowest branch of Kalinikos and Slavin, J. Phys. C 19, 7013
(1986), with free spins at the faces and without mixing of the branches; at k = 0 it is Kittel's, Phys. Rev. 73, 155
(1948). On a mesh of cells of length dx along k, P is averaged over both cells, and exchange is (4 A/(Ms dx^2))
(1 - cos k dx).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import nan, pi
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

Values = NDArray[np.float64]
Geometry = Literal["backward volume", "Damon-Eshbach", "forward volume"]

ALIASES = 200
"""Wave vectors k + 2 pi n/dx of either sign that a mesh cannot tell from k and that are added one by one."""
THIN = 1e-4
"""Below this k d the series of P is taken."""


def dipole_factor(k: ArrayLike, d: float) -> Values:
    """Return P = 1 - (1 - exp(-|k|d))/(|k|d) of wave numbers ``k`` [1/m] in a film of thickness ``d`` [m]."""
    x = np.abs(np.asarray(k, np.float64)) * d
    safe = np.maximum(x, THIN)
    return np.where(x < THIN, x / 2 - x**2 / 6, 1 + np.expm1(-safe) / safe)


def mesh_dipole_factor(k: ArrayLike, d: float, dx: float) -> Values:
    """Return P of cells ``dx`` long: the sum over all k + 2 pi n/dx of sinc^2(k dx/2) P; the weights add up to 1."""
    shifts = 2 * pi / dx * np.arange(-ALIASES, ALIASES + 1)
    all_k = np.asarray(k, np.float64)[..., None] + shifts
    weights = np.sinc(all_k * dx / (2 * pi)) ** 2
    # Beyond, 1 - P is 1/(|k|d), and the sum one of 1/n^3.
    beyond = 4 * dx / ((2 * pi) ** 3 * d * (ALIASES + 0.5) ** 2) * np.sin(np.asarray(k) * dx / 2) ** 2
    return np.asarray(1 - np.sum(weights * (1 - dipole_factor(all_k, d)), axis=-1) - beyond)


@dataclass(frozen=True)
class Film:
    """A film of thickness ``d`` [m] in a field ``B`` [T] along its magnetization; ``dx`` [m]: of a mesh, 0 of none."""

    geometry: Geometry
    B: float
    d: float
    Ms: float
    A: float
    dx: float = 0.0
    alpha: float = 0.0

    @property
    def continuum(self) -> Film:
        """The film without a mesh."""
        return replace(self, dx=0.0)

    @property
    def saturation(self) -> float:
        """mu0 Ms [T]."""
        return VACUUM_PERMEABILITY * self.Ms

    @property
    def inner(self) -> float:
        """Field [T] inside, along the magnetization."""
        return self.B - (self.saturation if self.geometry == "forward volume" else 0.0)

    def exchange(self, k: ArrayLike) -> Values:
        """Field [T] of exchange on waves ``k`` [1/m]."""
        k = np.asarray(k, np.float64)
        square = k**2 if self.dx == 0 else 2 * (1 - np.cos(k * self.dx)) / self.dx**2
        return np.asarray(2 * self.A / self.Ms * square)

    def stiffness(self, k: ArrayLike) -> tuple[Values, Values]:
        """B_u and B_v [T] of waves ``k`` (n,) [1/m].

        u and v lie along y and z (backward volume), x and -z (Damon-Eshbach), x and y (forward volume), k along x.
        """
        k = np.asarray(k, np.float64)
        P = dipole_factor(k, self.d) if self.dx == 0 else mesh_dipole_factor(k, self.d, self.dx)
        even = self.inner + self.exchange(k)
        along, across = even + self.saturation * P, even + self.saturation * (1 - P)
        if self.geometry == "backward volume":
            return even, across
        return (along, across) if self.geometry == "Damon-Eshbach" else (along, even)

    def at(self, k: float) -> tuple[float, float]:
        """B_u and B_v [T] of one wave."""
        return _stiffness_at(self, k)

    def frequency(self, k: ArrayLike) -> Values:
        """Frequency [Hz] of waves ``k`` (n,), without damping; NaN where the magnetization is unstable."""
        u, v = self.stiffness(k)
        stable = (u >= 0) & (v >= 0)
        return np.where(stable, ELECTRON_GYROMAGNETIC_RATIO / (2 * pi) * np.sqrt(np.where(stable, u * v, 0.0)), nan)

    def group_velocity(self, k: float, step: float) -> float:
        """Slope of 2 pi f(k) [m/s] at ``k``, as the difference over ``step`` [1/m] on either side."""
        below, above = self.frequency(np.array([k - step, k + step]))
        return float(pi * (above - below) / step)

    def amplitudes(self, t: ArrayLike, start: tuple[complex, complex], k: float) -> NDArray[np.complex128]:
        """u and v, (2, n), of the wave ``k`` at times ``t`` (n,) [s] after they were ``start``."""
        u, v = self.at(k)
        rate = ELECTRON_GYROMAGNETIC_RATIO / (1 + self.alpha**2)
        matrix = rate * np.array([[-self.alpha * u, -v], [u, -self.alpha * v]])
        return evolved(matrix, np.asarray(start, complex), np.asarray(t, np.float64))


@lru_cache(maxsize=256)
def _stiffness_at(film: Film, k: float) -> tuple[float, float]:
    u, v = film.stiffness(np.array([k]))
    return float(u[0]), float(v[0])


def evolved(matrix: NDArray[np.floating], start: NDArray[np.complex128], t: Values) -> NDArray[np.complex128]:
    """Return exp(matrix t) start, (2, n), of a real matrix (2, 2) [1/s] at times ``t`` (n,) [s]."""
    mean = np.trace(matrix) / 2
    rest = matrix - mean * np.eye(2)
    split = np.sqrt(-np.linalg.det(rest) + 0j)
    x = split * t
    # sinh(x)/split, which is t where both rates are one.
    sine = np.where(np.abs(x) < 1e-6, t * (1 + x**2 / 6), np.sinh(x) / (split if split else 1.0))
    growth = np.exp(mean * t)
    return np.asarray(growth * (np.cosh(x) * start[:, None] + sine * (rest @ start)[:, None]))
