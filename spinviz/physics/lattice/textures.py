"""Magnetization textures to start from: unit vectors on a mesh, in closed form.

Every function returns (nz, ny, nx, 3) for a ``shape`` (nz, ny, nx); lengths are in cells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Shape = tuple[int, int, int]


def from_angles(theta: NDArray[np.float64], phi: NDArray[np.float64] | float) -> Vectors:
    """Unit vectors at the polar angles ``theta`` from z and azimuths ``phi`` [rad]."""
    return np.stack(
        np.broadcast_arrays(np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)), axis=-1
    )


def uniform(shape: Shape, theta: float, phi: float = 0.0) -> Vectors:
    """All vectors at the same angles."""
    return from_angles(np.full(shape, theta), phi)


def random(shape: Shape, rng: np.random.Generator) -> Vectors:
    """Directions evenly distributed over the sphere."""
    m = rng.standard_normal((*shape, 3))
    return np.asarray(m / np.linalg.norm(m, axis=-1, keepdims=True))


def wall(shape: Shape, width: float, phi: float = np.pi / 2) -> Vectors:
    """One domain wall in the middle, up on the left: theta = 2 atan exp(x/width). phi = pi/2 is a Bloch wall."""
    x = np.arange(shape[2]) - (shape[2] - 1) / 2
    theta = 2 * np.arctan(np.exp(np.clip(x / width, -300, 300)))
    return from_angles(np.broadcast_to(theta, shape), phi)


def skyrmion(shape: Shape, radius: float, width: float, outward: bool = True) -> Vectors:
    """A Neel skyrmion in the middle, core down in an up background; D > 0 wants the wall to point ``outward``.

    theta = 2 atan(sinh(r/w)/sinh(R/w)) + pi with R = ``radius``, w = ``width``: two 180 degree walls around the centre.
    Braun, Phys. Rev. B 50, 16485 (1994).
    """
    cx, cy = (shape[2] - 1) / 2, (shape[1] - 1) / 2
    y, x = np.meshgrid(np.arange(shape[1]) - cy, np.arange(shape[2]) - cx, indexing="ij")
    r = np.hypot(x, y)
    # tan(theta/2) = sinh(R/w)/sinh(r/w), in logarithms: both grow beyond all floats on a wide mesh.
    ratio = _log_sinh(radius / width) - _log_sinh(np.maximum(r, 1e-9) / width)
    theta = 2 * np.arctan(np.exp(np.clip(ratio, -300, 300)))
    phi = np.arctan2(y, x) + (0.0 if outward else np.pi)
    return from_angles(np.broadcast_to(theta, shape), np.broadcast_to(phi, shape))


def _log_sinh(x: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(x + np.log1p(-np.exp(-2 * np.asarray(x))) - np.log(2))


def wave(shape: Shape, periods: int, amplitude: float) -> Vectors:
    """A spin wave along x about z: m+ = amplitude exp(i k x) with ``periods`` wavelengths over the mesh."""
    x = np.arange(shape[2])
    theta = np.full(shape, np.arcsin(amplitude))
    return from_angles(theta, np.broadcast_to(2 * np.pi * periods * x / shape[2], shape))


def vortex(shape: Shape, core: float) -> Vectors:
    """A vortex in the plane with its core up: circulation counter-clockwise, core radius ``core``."""
    y, x = np.meshgrid(
        np.arange(shape[1]) - (shape[1] - 1) / 2, np.arange(shape[2]) - (shape[2] - 1) / 2, indexing="ij"
    )
    theta = np.pi / 2 * (1 - np.exp(-((np.hypot(x, y) / core) ** 2)))
    return from_angles(np.broadcast_to(theta, shape), np.broadcast_to(np.arctan2(y, x) + np.pi / 2, shape))
