"""Structure factor and correlations of lattices with a basis, and the section of the Brillouin zone at q_z = 0.

Cells are rectangular, as all of `unit_cells`. Lengths are in nearest-neighbour distances a, wave vectors in 1/a.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.unit_cells import UnitCell

Values = NDArray[np.float64]
Sides = tuple[int, int, int]
Edges = tuple[bool, bool, bool]

NEAREST = 4
"""Reciprocal cells in which the planes that bound a zone are looked for."""


def zone_structure_factor(vectors: NDArray[np.floating], cell: UnitCell, zones: tuple[int, int] = (1, 1)) -> Values:
    """S(q_x, q_y, 0) = |sum_b exp(-i q.r_b) F_b(q)|^2/N over ``zones`` (x, y) reciprocal cells, (ky, kx).

    F_b is the Fourier sum over cells of the spins on site b of the basis, ``vectors`` (nz, ny, nx, basis, n); N counts
    what is no zero vector. q_x = 2 pi k/(n_x A_x), k from -(m//2) on, m = ``zones`` n_x values; q_y alike: q = 0 is at
    row and column m//2. The mean over all q of a plane lattice is <s^2>, where the zones hold whole periods of S.
    Errors: ValueError for oblique cells.
    """
    from scipy import fft  # here, because loading it would delay the first picture

    lengths = _lengths(cell)
    flat = np.asarray(vectors).sum(axis=0)
    F = fft.fft2(flat, axes=(0, 1))
    number = max(int(np.count_nonzero(np.any(vectors, axis=-1))), 1)
    ny, nx = flat.shape[:2]
    ky, kx = (np.arange(m) - m // 2 for m in (zones[1] * ny, zones[0] * nx))
    if len(cell.sites) == 1:
        S = np.sum(F[:, :, 0].real ** 2 + F[:, :, 0].imag ** 2, axis=-1) / number
        return np.asarray(S[ky % ny][:, kx % nx])
    total = np.zeros((len(ky), len(kx), flat.shape[-1]), F.dtype)
    for b, (x, y, _) in enumerate(cell.positions / lengths):
        down, right = np.exp(-2j * pi * ky * y / ny), np.exp(-2j * pi * kx * x / nx)
        phase = np.outer(down, right).astype(F.dtype)
        total += phase[..., None] * F[ky % ny][:, kx % nx, b]
    return np.asarray(np.sum(total.real**2 + total.imag**2, axis=-1) / number)


def radial_correlation(vectors: NDArray[np.floating], cell: UnitCell, periodic: Edges) -> tuple[Values, Values]:
    """Return r (m,) and C (m,), means over all pairs of spins in a shell of distances: k - 1/2 to k + 1/2.

    ``vectors`` (nz, ny, nx, basis, n), zero vectors are vacancies; C is NaN where a shell has no pair. Shells end at
    half the shortest side of more than one cell. Errors: ValueError for oblique cells.
    """
    from scipy import fft  # here, because loading it would delay the first picture

    nz, ny, nx, basis = vectors.shape[:4]
    size, shell = _shells(cell, (nx, ny, nz), periodic)
    shape = _padded((nx, ny, nz), periodic)
    spins = fft.rfftn(vectors, shape, axes=(0, 1, 2))
    there = fft.rfftn(np.any(vectors, axis=-1).astype(vectors.dtype), shape, axes=(0, 1, 2))
    total, pairs = np.zeros(len(size)), np.zeros(len(size))
    for n, (a, b) in enumerate(_pairs(basis)):
        product_ab = np.sum(spins[..., a, :].conj() * spins[..., b, :], axis=-1)
        found = fft.irfftn(product_ab, shape, axes=(0, 1, 2))
        count = np.round(fft.irfftn(there[..., a].conj() * there[..., b], shape, axes=(0, 1, 2)))
        weight = 1 if a == b else 2
        total += weight * np.bincount(shell[n], found.ravel(), len(size) + 1)[:-1]
        pairs += weight * np.bincount(shell[n], count.ravel(), len(size) + 1)[:-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return size, np.asarray(np.where(pairs > 0, total / pairs, np.nan))


@lru_cache(maxsize=8)
def zone_section(cell: UnitCell) -> Values:
    """Corners (m, 2) of the Brillouin zone of the true lattice where q_z = 0, counter-clockwise.

    The points nearer to 0 than to any reciprocal vector G that all translations leave alone: q.G <= |G|^2/2.
    Errors: ValueError for oblique cells.
    """
    lengths = _lengths(cell)
    fractions = cell.positions / lengths
    moves = [f - fractions[0] for f in fractions if _same(fractions, fractions + f - fractions[0])]
    counts = [range(-NEAREST, NEAREST + 1) if axis < cell.axes else (0,) for axis in range(3)]
    far = 2 * pi * NEAREST
    corners = np.array([(far, -far), (far, far), (-far, far), (-far, -far)])
    for h in product(*counts):
        G = 2 * pi * np.array(h) / lengths
        if np.any(G[:2]) and all(abs(np.dot(h, t) - round(float(np.dot(h, t)))) < 1e-9 for t in moves):
            corners = _cut(corners, G[:2], float(G @ G) / 2)
    return corners


def _cut(corners: Values, normal: Values, limit: float) -> Values:
    """What of a convex polygon has q.normal <= limit."""
    kept: list[Values] = []
    over = corners @ normal - limit
    for (p, u), (q, v) in zip(zip(corners, over), zip(np.roll(corners, -1, axis=0), np.roll(over, -1))):
        if u <= 1e-9:
            kept.append(p)
        if (u < -1e-9 and v > 1e-9) or (u > 1e-9 and v < -1e-9):
            kept.append(p + (q - p) * u / (u - v))
    return np.array(kept)


def _same(sites: Values, moved: Values) -> bool:
    """Whether sites, as fractions, are the same crystal."""
    apart = sites[:, None] - moved[None]
    return bool(np.all(np.abs(apart - np.round(apart)).max(axis=2).min(axis=1) < 1e-9))


def _lengths(cell: UnitCell) -> Values:
    vectors = np.array(cell.vectors)
    if np.any(vectors != np.diag(np.diag(vectors))):
        raise ValueError(f"the cell '{cell.name}' is oblique: give one with right angles")
    return np.diag(vectors)


def _padded(sides: Sides, periodic: Edges) -> Sides:
    """Shape (z, y, x) of the transforms: open sides get as many zeros."""
    x, y, z = (n if closed or n == 1 else 2 * n for n, closed in zip(sides, periodic))
    return z, y, x


def _pairs(basis: int) -> list[tuple[int, int]]:
    return [(a, b) for a in range(basis) for b in range(a, basis)]


@lru_cache(maxsize=2)
def _shells(cell: UnitCell, sides: Sides, periodic: Edges) -> tuple[Values, list[NDArray[np.int64]]]:
    """Mean |r| of each shell, and for each pair of basis sites the shell of every r; the last number is beyond all."""
    lengths, shape = _lengths(cell), _padded(sides, periodic)
    fractions = cell.positions / lengths
    last = int(min((n * a / 2 for n, a in zip(sides, lengths) if n > 1), default=0.0))
    found, size, count = [], np.zeros(last + 2), np.zeros(last + 2)
    for a, b in _pairs(len(fractions)):
        axes = []
        for axis, m in enumerate(shape[::-1]):
            steps = np.fft.fftfreq(m, 1 / m) + fractions[b, axis] - fractions[a, axis]
            axes.append(((steps + m / 2) % m - m / 2 if m > 1 or sides[axis] > 1 else steps) * lengths[axis])
        z, y, x = np.meshgrid(*axes[::-1], indexing="ij")
        distance = np.sqrt(x**2 + y**2 + z**2).ravel()
        shell = np.minimum(np.floor(distance + 0.5).astype(np.int64), last + 1)
        found.append(shell)
        size += np.bincount(shell, distance, last + 2)
        count += np.bincount(shell, None, last + 2)
    return size[:-1] / np.maximum(count[:-1], 1), found
