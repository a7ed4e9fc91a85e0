"""Spin waves about the antiparallel state of two sublattices at T = 0, with damping.

H = |J| sum over pairs once of S_i . S_j - K sum S_z^2 - h sum S_z; sublattice A points up and B down. With B_E = z |J|,
B_A = 2 K, S_+ = S_x + i S_y and gamma_k = (1/z) sum over the neighbours d of an A site of exp(ik.d), small amplitudes
S_+ = a exp(ik.r) on A and b exp(ik.r) on B obey

    da/dt = (+i - alpha)/(1 + alpha^2) [(B_E + B_A + h) a + B_E gamma_k b]
    db/dt = (-i - alpha)/(1 + alpha^2) [(B_E + B_A - h) b + B_E gamma_k^* a],

times gamma/mu. Without damping w = sqrt[(B_E + B_A)^2 - B_E^2 |gamma_k|^2] +- h, at k = 0 those of
`spin_flop.antiparallel_modes`. Keffer and Kittel, Phys. Rev. 85, 329 (1952); Gilbert, IEEE Trans. Magn. 40, 3443
(2004).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.geometry import Geometry

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

SMALL = 1e-6
"""Half the splitting of the two rates, over the rates, below which they count as one."""


def structure_factor(geometry: Geometry, k: ArrayLike) -> Complex:
    """gamma_k of wave vectors along x, ``k`` (n,) in radians per nearest-neighbour distance, from a site of colour 0.

    Errors: ValueError for a lattice that needs more than two sublattices.
    """
    if geometry.colouring.count != 2:
        raise ValueError(f"{geometry.colouring.count} sublattices of the {geometry.cell.name} lattice: use one of two")
    site = int(np.argmax(geometry.colouring.colours[0, 0, 0] == 0))
    steps = np.array([bond.vector[0] for bond in geometry.bonds if bond.a == site and bond.shell == 0])
    return np.asarray(np.exp(1j * np.multiply.outer(np.asarray(k, float), steps)).mean(axis=-1))


def frequencies(gamma_k: ArrayLike, B_E: float, B_A: float, h: float) -> Values:
    """w (2, n) of the two modes, the faster first; NaN where the antiparallel state is unstable."""
    square = (B_E + B_A) ** 2 - B_E**2 * np.abs(np.asarray(gamma_k)) ** 2
    w = np.sqrt(np.where(square >= -1e-12, np.maximum(square, 0.0), np.nan))
    return np.array([w + abs(h), w - abs(h)])


def amplitudes(
    t: ArrayLike, start: ArrayLike, gamma_k: complex, B_E: float, B_A: float, h: float, alpha: float
) -> Complex:
    """a and b, (2, n), at times ``t`` (n,) after they were ``start`` (2,)."""
    t, v = np.asarray(t, float), np.asarray(start, complex)
    up, down = (1j - alpha) / (1 + alpha**2), (-1j - alpha) / (1 + alpha**2)
    M = np.array([[up * (B_E + B_A + h), up * B_E * gamma_k], [down * B_E * np.conj(gamma_k), down * (B_E + B_A - h)]])
    mean = np.trace(M) / 2
    split = np.sqrt(mean**2 - np.linalg.det(M) + 0j)
    turned = (M - mean * np.eye(2)) @ v
    if abs(split) < SMALL * np.abs(M).max():
        return np.asarray(np.exp(mean * t) * (v[:, None] + turned[:, None] * t))
    one, two = np.exp((mean + split) * t), np.exp((mean - split) * t)
    return np.asarray((one + two) / 2 * v[:, None] + (one - two) / (2 * split) * turned[:, None])
