"""The profile of a skyrmion in a film of infinite extent: the differential equation of its angle from the background.

Energy density A (grad m)^2 + D [mz div m - (m.grad) mz] + K (1 - mz^2) + Ms B (1 - mz), per thickness

    E = 2 pi int r dr [A (theta'^2 + sin^2(theta)/r^2) + D (theta' + sin(theta) cos(theta)/r) + K sin^2(theta)
        + Ms B (1 - cos(theta))],

theta = pi in the middle and 0 far away, D > 0 its modulus (the sense of rotation takes its sign). Bogdanov and Hubert,
J. Magn. Magn. Mater. 138, 255 (1994); Rohart and Thiaville, Phys. Rev. B 88, 184422 (2013).
"""

from __future__ import annotations

from functools import lru_cache
from math import nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

FAR = 14.0
"""Decay lengths beyond the wall at which the background is reached."""
ROUNDS = 200
LONGEST = 0.3
"""Largest change of an angle [rad] in one of the rounds."""


def decay_length(A: float, K: float, Ms: float, B: float) -> float:
    """Length [m] over which theta decays far away: sqrt(A/(K + Ms B/2)); NaN where the background is unstable."""
    stiffness = K + Ms * B / 2
    return sqrt(A / stiffness) if stiffness > 0 else nan


@lru_cache(maxsize=32)
def skyrmion_radius(A: float, D: float, K: float, Ms: float, B: float) -> float:
    """Radius [m] at which mz = 0 of the skyrmion at rest; NaN where there is none.

    ``B`` [T] along the background, ``D`` [J/m^2] of any sign. Above the field at which it expands without limit, and
    for D beyond 4 sqrt(A K)/pi without field, there is none.
    """
    length = decay_length(A, K, Ms, B)
    if not (length > 0 and D) or (B <= 0 and abs(D) >= 4 * sqrt(A * max(K, 0.0)) / pi):
        return nan
    # Lengths in units of the decay length, energies of A.
    d, k, b = abs(D) * length / A, K * length**2 / A, Ms * B * length**2 / (2 * A)
    coarse, fine = (_radius(points, d, k, b) for points in (0.02, 0.01))
    # Both leave errors of the second power of the distance of points.
    return (4 * fine - coarse) / 3 * length


def _radius(points: float, d: float, k: float, b: float) -> float:
    """Radius in decay lengths from points at this distance; NaN where there is no skyrmion."""
    for guess in (1.0, 0.4, 2.0, 4.0, 8.0, 16.0):
        r = points * np.arange(1, round((max(guess, 2.0) * 2.5 + FAR) / points), dtype=np.float64)
        theta = _at_rest(r, 2 * np.arctan(np.sinh(guess) / np.sinh(np.minimum(r, 300.0))), d, k, b)
        if theta is not None:
            at = int(np.argmax(theta < pi / 2))
            return float(r[at - 1] + points * (theta[at - 1] - pi / 2) / (theta[at - 1] - theta[at]))
    return nan


def _at_rest(r: Values, theta: Values, d: float, k: float, b: float) -> Values | None:
    """The angle at the points ``r`` that solves the equation, by Newton's method from ``theta``; None where it fails.

    theta'' + theta'/r - sin cos/r^2 + d sin^2/r - k sin cos - b sin = 0, pi before the first and 0 behind the last.
    """
    from scipy.linalg import solve_banded

    h = float(r[0])
    for _ in range(ROUNDS):
        before, behind = np.concatenate([[pi], theta[:-1]]), np.concatenate([theta[1:], [0.0]])
        s, c = np.sin(theta), np.cos(theta)
        misfit = (before - 2 * theta + behind) / h**2 + (behind - before) / (2 * h * r)
        misfit += -s * c / r**2 + d * s * s / r - k * s * c - b * s
        bands = np.zeros((3, r.size))
        bands[0, 1:] = (1 / h**2 + 1 / (2 * h * r))[:-1]
        bands[2, :-1] = (1 / h**2 - 1 / (2 * h * r))[1:]
        bands[1] = -2 / h**2 - (c * c - s * s) * (1 / r**2 + k) + 2 * d * s * c / r - b * c
        step = solve_banded((1, 1), bands, -misfit)
        theta = theta + step * min(1.0, LONGEST / float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-11:
            whole = theta.min() > -1e-6 and theta.max() < pi + 1e-6 and theta[0] > pi / 2
            return theta if whole and np.all(np.diff(theta) < 1e-6) and _is_stable(r, bands) else None
    return None


def _is_stable(r: Values, bands: Values) -> bool:
    """Whether the energy rises with every small change: r times the matrix is symmetric, and must be negative."""
    from scipy.linalg import eigh_tridiagonal

    beside = bands[0, 1:] * np.sqrt(r[:-1] / r[1:])
    largest = eigh_tridiagonal(bands[1], beside, True, select="i", select_range=(r.size - 1, r.size - 1))[0]
    return bool(largest < 0)
