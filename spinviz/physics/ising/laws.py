"""Exact results of the Ising model that the Monte Carlo obeys; J, T and energies in one unit (kB = 1)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ellipe, ellipkm1

CRITICAL_TEMPERATURE_2D = 2.0 / np.log1p(np.sqrt(2.0))  # J/kB, Onsager 1944
CRITICAL_TEMPERATURE_3D = 1 / 0.221654626  # J/kB, Ferrenberg, Xu and Landau, Phys. Rev. E 97, 043301 (2018)


def spontaneous_magnetization(T: ArrayLike, J: float = 1.0) -> NDArray[np.float64]:
    """|M| per spin of the infinite square lattice without field: (1 - sinh(2J/T)^-4)^(1/8), 0 above Tc.

    J > 0. C. N. Yang, Phys. Rev. 85, 808 (1952).
    """
    T = np.asarray(T, np.float64)
    K = J / np.minimum(T, CRITICAL_TEMPERATURE_2D * J)
    # sinh overflows for tiny T where M is 1: beyond 2K = 60 the fourth power is below rounding.
    return np.asarray(
        np.maximum(1 - np.sinh(np.minimum(2 * K, 60.0)) ** -4, 0.0) ** 0.125 * (T < CRITICAL_TEMPERATURE_2D * J)
    )


def internal_energy(T: ArrayLike, J: float = 1.0) -> NDArray[np.float64]:
    """Energy per spin of the infinite square lattice without field.

    -J coth(2K) [1 + (2/pi) k' F(k)], K = J/T, k' = 2 tanh(2K)^2 - 1, k^2 = 1 - k'^2, F the complete elliptic
    integral of the first kind. L. Onsager, Phys. Rev. 65, 117 (1944).
    """
    K = np.abs(J) / np.asarray(T, np.float64)
    complement = 2 * np.tanh(2 * K) ** 2 - 1
    return np.asarray(-np.abs(J) / np.tanh(2 * K) * (1 + 2 / np.pi * _times_elliptic(complement)))


def specific_heat(T: ArrayLike, J: float = 1.0) -> NDArray[np.float64]:
    """Specific heat per spin [kB] of the infinite square lattice without field; infinite at Tc.

    (2/pi) (K coth 2K)^2 [2F - 2E - (1 - k') (pi/2 + k' F)], F and E the complete elliptic integrals of modulus k,
    K, k and k' as in ``internal_energy``. L. Onsager, Phys. Rev. 65, 117 (1944).
    """
    K = np.abs(J) / np.asarray(T, np.float64)
    complement = 2 * np.tanh(2 * K) ** 2 - 1
    with np.errstate(divide="ignore"):
        first, second = ellipkm1(complement**2), ellipe(1 - complement**2)
    bracket = 2 * first - 2 * second - (1 - complement) * (np.pi / 2 + _times_elliptic(complement))
    return np.asarray(2 / np.pi * (K / np.tanh(2 * K)) ** 2 * bracket)


def _times_elliptic(complement: NDArray[np.float64]) -> NDArray[np.float64]:
    """k' F(k): tends to 0 at Tc, where F diverges like a logarithm."""
    safe = np.where(complement == 0, 1.0, complement)
    return np.asarray(complement * ellipkm1(safe**2))


def mean_field_critical_temperature(neighbours: int, J: float = 1.0) -> float:
    """Curie temperature of the mean-field theory, zJ/kB: above the true one (Weiss 1907)."""
    return neighbours * J
