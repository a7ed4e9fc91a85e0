"""Mean field of a two-sublattice antiferromagnet of classical spins with an easy axis.

H = |J| sum over pairs once of s_i . s_j - K sum s_z^2, z neighbours, all on the other sublattice; kB = 1. A spin at the
angle theta to the axis, c = cos theta, has in the mean field z |J| n of the staggered moment n the weight

    w(c) = exp[(z |J| n c + K c^2)/T],  n = <c>.

A small field along the axis shifts it by z |J| dm against itself, one across has <1 - c^2>/(2T) as what a single spin
answers (the weight is that of Boltzmann, also across). Van Vleck, J. Chem. Phys. 9, 85 (1941); K = 0 is
`mean_field.antiferromagnet_parallel` and `mean_field.antiferromagnet_perpendicular`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

Values = NDArray[np.float64]

NODES = 240
"""Of Gauss and Legendre over c: peaks of the weight down to 1e-4 wide are resolved."""
HALVINGS = 48
SMALLEST = 1e-9
"""Staggered moment below which there is none."""


class UniaxialMeanField(NamedTuple):
    """Per spin: staggered moment n, susceptibilities along and across the axis [1/J], energy [J]."""

    n: Values
    parallel: Values
    perpendicular: Values
    energy: Values


@lru_cache(maxsize=1)
def _nodes() -> tuple[Values, Values]:
    c, weight = np.polynomial.legendre.leggauss(NODES)
    return c, weight


def neel_temperature(z: float, K: float, J: float = 1.0) -> float:
    """TN [J]: z |J| <c^2>/T = 1 without order. z |J|/3 for K = 0, z |J| for a large K (Ising)."""
    if not z * J > 0:
        raise ValueError(f"z |J| = {z * J:g} orders no spins: use a coupling above 0.")
    return float(brentq(lambda T: z * J * _moments(np.array([T]), 0 * np.ones(1), z * J, K)[1][0] - T, 1e-3, z * J))


def uniaxial_mean_field(T: ArrayLike, z: float, K: float, J: float = 1.0) -> UniaxialMeanField:
    """Return what orders along the axis at temperatures ``T`` (n,) [J] with K >= 0.

    Errors: ValueError for T <= 0, and for K < 0, which turns the moments into the plane.
    """
    T = np.atleast_1d(np.asarray(T, np.float64))
    if not (T > 0).all() or not K >= 0:
        raise ValueError(f"T = {T.min():g}, K = {K:g}: use T above 0 and K of 0 or more.")
    field = z * J
    low, high = np.full(T.shape, SMALLEST), np.ones(T.shape)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = _moments(T, middle, field, K)[0] > middle
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    n = np.where(high <= 2 * SMALLEST, 0.0, (low + high) / 2)
    first, second = _moments(T, n, field, K)
    along = (second - first**2) / T
    across = (1 - second) / (2 * T)
    return UniaxialMeanField(
        n, along / (1 + field * along), across / (1 + field * across), -field * n**2 / 2 - K * second
    )


def _moments(T: Values, n: Values, field: float, K: float) -> tuple[Values, Values]:
    """<c> and <c^2>, (n,) each."""
    c, weight = _nodes()
    exponent = (field * n[:, None] * c + K * c**2) / T[:, None]
    w = weight * np.exp(exponent - exponent.max(axis=1, keepdims=True))
    total = w.sum(axis=1)
    return np.asarray((w * c).sum(axis=1) / total), np.asarray((w * c**2).sum(axis=1) / total)
