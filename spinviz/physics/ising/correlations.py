"""Exact correlations of the square Ising lattice along a row, at any temperature and distance."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ANGLES = 1 << 14
"""Angles over which the generating function is averaged: away from Tc the error falls exponentially with them."""
FARTHEST = 48
"""Sites up to which correlations are given."""


@lru_cache(maxsize=64)
def row_correlations(T: float) -> NDArray[np.float64]:
    """C(r) = <s(0,0) s(r,0)> (FARTHEST + 1,) of the infinite square lattice without field, J = 1, ``T`` > 0 [J/kB].

    The determinant of a_(i-j), i and j from 1 to r, with
    a_n = (1/2 pi) int e^(-i n t) [(1 - a1 e^(it)) (1 - a2 e^(-it))/((1 - a1 e^(-it)) (1 - a2 e^(it)))]^(1/2) dt,
    a1 = z (1 - z)/(1 + z), a2 = (1 - z)/(z (1 + z)), z = tanh(1/T). Below Tc it tends to the square of Yang's
    magnetization. Montroll, Potts and Ward, J. Math. Phys. 4, 308 (1963).
    """
    z = np.tanh(min(1 / T, 18.0))  # beyond, z is 1 to rounding
    angle = 2 * np.pi * (np.arange(ANGLES) + 0.5) / ANGLES  # not 0, where the root changes its sign above Tc
    turn = np.exp(1j * angle)
    # Every bracket over its complex conjugate: twice its phase, halved by the root.
    phase = np.angle(1 - z * (1 - z) / (1 + z) * turn) - np.angle(1 - (1 - z) / (z * (1 + z)) * turn)
    n = np.arange(1 - FARTHEST, FARTHEST)
    a = np.array([np.mean(np.cos(phase - k * angle)) for k in n])
    i, j = np.indices((FARTHEST, FARTHEST))
    matrix = a[i - j + FARTHEST - 1]
    found = [1.0, *(float(np.linalg.det(matrix[:r, :r])) for r in range(1, FARTHEST + 1))]
    result = np.array(found)
    result.flags.writeable = False
    return result
