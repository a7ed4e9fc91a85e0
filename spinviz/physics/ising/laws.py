"""Exact results of the Ising model that the Monte Carlo obeys; J, T and energies in one unit (kB = 1)."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ellipe, ellipkm1

CRITICAL_TEMPERATURE_2D = 2.0 / np.log1p(np.sqrt(2.0))  # J/kB, Onsager 1944
SUSCEPTIBILITY_SERIES = (
    1, 4, 12, 36, 100, 276, 740, 1972, 5172, 13492, 34876, 89764, 229628, 585508, 1486308, 3763460, 9497380, 23918708,
    60080156, 150660388, 377009300,
)  # fmt: skip
"""Coefficients of v^n in kT chi, v = tanh K; Sykes, Gaunt, Roberts and Wyles, J. Phys. A 5, 624 (1972)."""
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


def susceptibility(T: float, J: float = 1.0) -> float:
    """Susceptibility per spin [1/J] of the infinite square lattice above Tc without field; infinite at Tc and below.

    chi = (1/T) sum of c_n v^n, v = tanh(J/T): the high-temperature series. Near Tc its known terms alone are too few
    (at T = 3 J they miss 2 %). The rest follows from their ratios, which tend to those of a pole of order 7/4 at
    v = sqrt(2) - 1: c_n/c_(n-1) = (1 + sqrt 2) (1 + 3/(4n)) (1 - a/n^2), with ``a`` from the last two of them. Within
    2e-4 of the expansion about Tc (Orrick, Nickel, Guttmann and Perk, J. Stat. Phys. 102, 795 (2001)) where both hold.
    """
    if T <= CRITICAL_TEMPERATURE_2D * J:
        return np.inf
    v, c, last = np.tanh(J / T), SUSCEPTIBILITY_SERIES, len(SUSCEPTIBILITY_SERIES) - 1
    total = float(sum(coefficient * v**n for n, coefficient in enumerate(c)))
    a = np.mean([n * n * (1 - c[n] / c[n - 1] / _pole(n)) for n in (last - 1, last)])
    # Terms until they are below rounding, at most a relative 1e-16 each.
    n = np.arange(last + 1, last + 1 + int(np.ceil(80 / -np.log(v * (1 + np.sqrt(2))))))
    rest = c[-1] * v**last * np.exp(np.cumsum(np.log(v * _pole(n) * (1 - a / n**2))))
    return float((total + rest.sum()) / T)


def _pole(n: ArrayLike) -> NDArray[np.float64]:
    """Ratio of neighbouring coefficients of (1 - (1 + sqrt 2) v)^(-7/4), to second order in 1/n."""
    return np.asarray((1 + np.sqrt(2.0)) * (1 + 0.75 / np.asarray(n)))


def _times_elliptic(complement: NDArray[np.float64]) -> NDArray[np.float64]:
    """k' F(k): tends to 0 at Tc, where F diverges like a logarithm."""
    safe = np.where(complement == 0, 1.0, complement)
    return np.asarray(complement * ellipkm1(safe**2))


@lru_cache(maxsize=4096)
def torus(T: float, side: int) -> tuple[float, float]:
    """Energy per spin [J] and specific heat per spin [kB] of the periodic square lattice of ``side`` x ``side`` spins.

    Exact at any temperature [J/kB], without field: E = -d ln Z/dK and C = K^2 d^2 ln Z/dK^2 of
    Z = (1/2) (2 sinh 2K)^(N/2) (Y1 + Y2 + Y3 + Y4), products over q of 2 cosh and 2 sinh of side gamma_q/2 with
    cosh gamma_q = cosh 2K coth 2K - cos(pi q/side), for odd q and for even q; gamma_0 = 2K + ln tanh K.
    B. Kaufman, Phys. Rev. 76, 1232 (1949); energies as by Ferdinand and Fisher, Phys. Rev. 185, 832 (1969).
    """
    K, n = 1 / T, side
    # Beyond 2K = 60 the flipped spin costs more than rounding knows.
    x = min(2 * K, 60.0)
    sinh, cosh = np.sinh(x), np.cosh(x)
    c1 = 2 * cosh * (2 - (cosh / sinh) ** 2)
    c2 = 4 * sinh * (2 - (cosh / sinh) ** 2) + 8 * cosh**2 / sinh**3
    logs, firsts, seconds, signs = [], [], [], []
    for odd in (1, 0):
        q = np.arange(n) * 2 + odd
        height = cosh * (cosh / sinh) - np.cos(np.pi * q / n)
        gamma = np.arccosh(np.maximum(height, 1.0))
        slope = np.sqrt(np.maximum(height**2 - 1, 0.0))
        if not odd:
            slope[0] = 1.0  # q = 0 has a form of its own
        first, second = c1 / slope, (c2 - height * (c1 / slope) ** 2) / slope
        if not odd:
            gamma[0] = x + np.log(np.tanh(x / 2))
            first[0], second[0] = 2 + 2 / sinh, -4 * cosh / sinh**2
        for hyperbolic in (np.cosh, np.sinh):
            log, one, two, sign = _product(n / 2 * gamma, n / 2 * first, n / 2 * second, hyperbolic is np.cosh)
            logs.append(log)
            firsts.append(one)
            seconds.append(two)
            signs.append(sign)
    weights = np.array(signs) * np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    mean = float(weights @ np.array(firsts))
    curvature = float(weights @ np.array(seconds)) - mean**2
    sites = n * n
    return float(-(cosh / sinh) - mean / sites), max(float(K**2 * (-2 / sinh**2 + curvature / sites)), 0.0)


def _product(
    g: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64], even: bool
) -> tuple[float, float, float, float]:
    """ln |Y|, Y'/Y, Y''/Y and the sign of the product Y over q of 2 cosh g or 2 sinh g; g' and g'' are given (q,).

    At the critical point sinh g of q = 0 vanishes and its derivatives do not: g is kept off zero by 1e-8.
    """
    g = np.where(np.abs(g) > 1e-8, g, 1e-8)
    size = np.abs(g) + np.log1p((1 if even else -1) * np.exp(-2 * np.abs(g)))
    ratio = np.tanh(g) if even else 1 / np.tanh(g)
    one = ratio * first
    slope = float(one.sum())
    # (ln Y)'' is the sum of (1 - ratio^2) g'^2 + ratio g''.
    bend = float(np.sum((1 - ratio**2) * first**2 + ratio * second))
    return float(size.sum()), slope, slope**2 + bend, 1.0 if even else float(np.prod(np.sign(g)))


def mean_field_critical_temperature(neighbours: int, J: float = 1.0) -> float:
    """Curie temperature of the mean-field theory, zJ/kB: above the true one (Weiss 1907)."""
    return neighbours * J
