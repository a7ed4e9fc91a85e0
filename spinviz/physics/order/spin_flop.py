"""A uniaxial antiferromagnet of two sublattices in a field along its axis, at T = 0: three fields and the resonances.

Energy per sublattice moment, in fields [T]: e = B_E m1.m2 - (B_A/2)(m1z^2 + m2z^2) - B (m1z + m2z), B_E = z|J|/mu the
exchange field of the other sublattice and B_A = 2K/mu the anisotropy field. Along the axis the sublattices stay
antiparallel; flopped they stand at the angle theta to the field, cos theta = B/(2 B_E - B_A), until they are parallel.

Neel, Ann. Phys. 5, 232 (1936); Keffer and Kittel, Phys. Rev. 85, 329 (1952).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO

Values = NDArray[np.float64]


def leaves_at(B_E: float, B_A: float) -> float:
    """Field [T] at which the antiparallel state becomes unstable, swept up: sqrt(2 B_E B_A + B_A^2)."""
    return sqrt(_checked(B_E, B_A) * (2 * B_E + B_A))


def equal_energies_at(B_E: float, B_A: float) -> float:
    """Field [T] at which both states have one energy: sqrt(2 B_E B_A - B_A^2)."""
    return sqrt(_checked(B_E, B_A) * (2 * B_E - B_A))


def returns_at(B_E: float, B_A: float) -> float:
    """Field [T] at which the flopped state becomes unstable, swept down: (2 B_E - B_A) sqrt(B_A/(2 B_E + B_A))."""
    return (2 * B_E - B_A) * sqrt(_checked(B_E, B_A) / (2 * B_E + B_A))


def flips_at(B_E: float, B_A: float) -> float:
    """Field [T] from which on the sublattices are parallel: 2 B_E - B_A."""
    return 2 * B_E - _checked(B_E, B_A)


def perpendicular_saturation(B_E: float, B_A: float) -> float:
    """Field [T] across the axis that makes the sublattices parallel: 2 B_E + B_A; below it m = B/(2 B_E + B_A)."""
    return 2 * B_E + _checked(B_E, B_A)


def flopped_moment(B: ArrayLike, B_E: float, B_A: float) -> Values:
    """Mean of m_z over both sublattices in the flopped state, at most 1."""
    return np.asarray(np.clip(np.asarray(B, np.float64) / flips_at(B_E, B_A), -1.0, 1.0))


def antiparallel_energy(B_E: float, B_A: float) -> float:
    """e of the antiparallel state, at any field."""
    return -B_E - B_A


def flopped_energy(B: ArrayLike, B_E: float, B_A: float) -> Values:
    """e of the flopped state, B_E (2c^2 - 1) - B_A c^2 - 2 B c with c = cos theta."""
    c = flopped_moment(B, B_E, B_A)
    return np.asarray(B_E * (2 * c**2 - 1) - B_A * c**2 - 2 * np.asarray(B) * c)


def swept_moment(B: ArrayLike, B_E: float, B_A: float, up: bool) -> Values:
    """Mean of m_z over both sublattices along a sweep at T = 0: zero, then a jump to the flopped state.

    Swept up the jump comes at ``leaves_at``, swept down at ``returns_at``: between the two lies the hysteresis.
    """
    jump = leaves_at(B_E, B_A) if up else returns_at(B_E, B_A)
    return np.asarray(np.where(np.abs(B) < jump, 0.0, flopped_moment(B, B_E, B_A)))


def antiparallel_modes(B: ArrayLike, B_E: float, B_A: float, gamma: float = ELECTRON_GYROMAGNETIC_RATIO) -> Values:
    """Angular frequencies (2, ...) [rad/s] about the antiparallel state: gamma [sqrt(2 B_E B_A + B_A^2) -+ B].

    The lower one is 0 where the state becomes unstable.
    """
    gap, B = leaves_at(B_E, B_A), np.abs(np.asarray(B, np.float64))
    return gamma * np.array([gap - B, gap + B])


def flopped_mode(B: ArrayLike, B_E: float, B_A: float, gamma: float = ELECTRON_GYROMAGNETIC_RATIO) -> Values:
    """Angular frequency [rad/s] about the flopped state; the other mode, a rotation about the axis, costs nothing.

    gamma sqrt{2 B_E [(2 B_E + B_A) cos^2 theta - B_A]}; NaN where the state is unstable; beyond the flip
    gamma (B + B_A).
    """
    B = np.abs(np.asarray(B, np.float64))
    square = 2 * B_E * ((2 * B_E + B_A) * flopped_moment(B, B_E, B_A) ** 2 - B_A)
    flopped = np.sqrt(np.where(square >= 0, square, np.nan))
    return np.asarray(gamma * np.where(flips_at(B_E, B_A) <= B, B + B_A, flopped))


def _checked(B_E: float, B_A: float) -> float:
    """B_A, which a flop needs below the exchange field."""
    if not 0 < B_A < B_E:
        raise ValueError(
            f"anisotropy field {B_A:g} T beside an exchange field of {B_E:g} T: use 0 < B_A < B_E, without which "
            "there is no flopped state."
        )
    return B_A
