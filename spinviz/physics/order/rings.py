"""Exact rings and open chains of N classical spins: what the 4 x 4 lattice is to Ising, they are to vectors.

H = -J sum over bonds of s_i . s_(i+1), unit vectors of n = 3 (Heisenberg) or n = 2 (XY) components, kB = 1, K = J/T.
The transfer matrix exp(K s.s') is diagonal in spherical harmonics with the modified spherical Bessel functions i_l(K),
in plane waves with the Bessel functions I_m(K):

    Heisenberg  Z = sum over l >= 0 of (2l + 1) i_l(K)^N,      XY  Z = sum over all m of I_m(K)^N.

Joyce, Phys. Rev. 155, 478 (1967). An open chain has only the first ratio, u = i_1/i_0 = coth K - 1/K (Fisher, Am. J.
Phys. 32, 343 (1964)) or I_1/I_0, per bond. All ratios are of exponentially scaled functions, so nothing overflows.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ive

from spinviz.physics.moments.levels import langevin

Values = NDArray[np.float64]
Spins = Literal["heisenberg", "xy"]

NEGLIGIBLE = 1e-18
"""Of the largest term of Z; terms below are left out."""
LARGEST_K = 1e8
"""|J|/T beyond which the Bessel functions lose digits."""


def ring_energy(N: int, T: float, J: float = 1.0, spins: Spins = "heisenberg") -> float:
    """Energy per bond, -J <s_0 . s_1>, of a ring of N >= 2 spins (the ring of two has two bonds between one pair).

    Errors: ValueError for T <= 0 or below |J| 1e-8, and for an odd ring with J < 0, whose terms alternate.
    """
    return -J * float(ring_correlations(N, T, J, spins)[1])


def ring_mean_square(N: int, T: float, J: float = 1.0, spins: Spins = "heisenberg") -> float:
    """<m^2> of the mean moment of a ring: the mean of all its correlations. Errors: as ``ring_energy``."""
    return float(ring_correlations(N, T, J, spins).mean())


def ring_correlations(N: int, T: float, J: float = 1.0, spins: Spins = "heisenberg") -> Values:
    """<s_0 . s_r> (N,) of a ring for r = 0 .. N - 1.

    Between the two spins l (or m) is one higher or lower: r functions of l + 1 and N - r of l, or the other way round,
    with the weight l + 1 (XY: 1). Errors: as ``ring_energy``.
    """
    K = _coupling(N, T, J)
    ratio = _ratios(N, abs(K), spins)
    weight = np.arange(1.0, len(ratio)) if spins == "heisenberg" else np.ones(len(ratio) - 1)
    log = np.log(np.maximum(ratio, 1e-300))
    r = np.arange(N)[:, None]
    pairs = np.exp((N - r) * log[:-1] + r * log[1:]) + np.exp((N - r) * log[1:] + r * log[:-1])
    total = (pairs * weight).sum(axis=1)
    # At r = 0 this is Z: (l + 1) + l = 2l + 1 times each l; once each m, with m and -m together.
    correlations = total / total[0]
    return np.asarray(correlations * np.where(np.arange(N) % 2 == 1, np.sign(K) or 1.0, 1.0))


def chain_bond(T: ArrayLike, J: float = 1.0, spins: Spins = "heisenberg") -> Values:
    """u = <s_0 . s_1> of neighbours in an open or infinite chain; the energy of a bond is -J u."""
    K = np.asarray(J / np.asarray(T, np.float64))
    if spins == "heisenberg":
        return langevin(K)
    return np.asarray(np.sign(K) * ive(1, np.abs(K)) / ive(0, np.abs(K)))


def chain_mean_square(N: int, T: float, J: float = 1.0, spins: Spins = "heisenberg") -> float:
    """<m^2> of an open chain of N spins: the mean of u^|i - j| over all pairs."""
    u, r = float(chain_bond(T, J, spins)), np.arange(1, N)
    return float((N + 2 * ((N - r) * u**r).sum()) / N**2)


def _coupling(N: int, T: float, J: float) -> float:
    if N < 2:
        raise ValueError(f"a ring of {N} spins has no bond: use 2 or more.")
    if not T > 0 or not abs(J) <= LARGEST_K * T:
        raise ValueError(f"T = {T:g} with J = {J:g}: use a temperature above |J|/{LARGEST_K:g}.")
    if J < 0 and N % 2:
        raise ValueError(f"an antiferromagnetic ring of {N} spins is frustrated: use an even number.")
    return J / T


def _ratios(N: int, K: float, spins: Spins) -> Values:
    """i_l/i_0 or I_m/I_0 (levels,) up to what is negligible in Z."""
    half = 0.5 if spins == "heisenberg" else 0.0
    count = 64
    while True:
        order = np.arange(count) + half
        scaled = ive(order, max(K, 1e-200))
        ratio = np.asarray(scaled / scaled[0])
        if count * ratio[-1] ** N < NEGLIGIBLE:
            return ratio
        count *= 2
