"""Defects of the track: where the anisotropy is lower, so that a wall costs less there and is held.

One row of cells has planes at equal distances, several rows have cylinders at random places, drawn from the seed of the
run block by block: the track has no end, and is the same whenever the wall comes back.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, cosh, floor

import numpy as np
from numpy.typing import NDArray

from spinviz.systems.dynamics.domain_wall.parameters import WallParameters

Values = NDArray[np.float64]

BLOCK = 64
"""Columns whose defects are drawn together."""
BEFORE = 2**40
"""Blocks before the beginning of the track: numbers of blocks are seeds, which are not negative."""


def middles(p: WallParameters, key: int, shift: int) -> Values:
    """Middles (n, 2) [cells] of all defects that reach into the mesh, x from its middle and y from its lower edge."""
    if p.depth == 0:
        return np.zeros((0, 2))
    half, reach = p.nx / 2, p.size / 2 / p.dx + 1
    if p.flat:
        apart = p.spacing / p.dx
        first, last = ceil((shift - half - reach) / apart - 0.5), floor((shift + half + reach) / apart - 0.5)
        x = (np.arange(first, last + 1) + 0.5) * apart - shift
        return np.stack([x, np.full(len(x), 0.5)], axis=1)
    blocks = range(floor((shift - half - reach) / BLOCK), floor((shift + half + reach) / BLOCK) + 1)
    found = np.concatenate([scattered(p.ny, p.spacing / p.dx, key, block) for block in blocks])
    found = found - np.array([shift, 0.0])
    return found[np.abs(found[:, 0]) < half + reach]


@lru_cache(maxsize=64)
def scattered(ny: int, apart: float, key: int, block: int) -> Values:
    """Defects (n, 2) [cells] of one block of columns, one in an area of ``apart`` squared on the average."""
    rng = np.random.default_rng([key, BEFORE + block])
    count = rng.poisson(BLOCK * ny / apart**2)
    return np.asarray(rng.uniform((block * BLOCK, 0.0), ((block + 1) * BLOCK, ny), (count, 2)))


def softness(p: WallParameters, key: int, shift: int) -> Values:
    """Part of the anisotropy that each cell lacks, (1, ny, nx): ``depth`` in a defect, in between at its rim."""
    x = np.arange(p.nx) - (p.nx - 1) / 2
    y = np.arange(p.ny) + 0.5
    lacking = np.zeros((p.ny, p.nx))
    for at, high in middles(p, key, shift):
        across = np.abs(y - high)
        across = np.minimum(across, p.ny - across) if p.wide else across
        away = np.abs(x - at)[None] if p.flat else np.hypot(x - at, across[:, None])
        lacking = np.maximum(lacking, np.clip(p.size / 2 / p.dx - away + 0.5, 0.0, 1.0))
    return np.asarray(p.depth * lacking)[None]


def release_field(p: WallParameters) -> float:
    """Field [T] in which a plane lets a flat wall go, to first order in its depth.

    A wall at q has 2 Ms B = dE/dq with E = -k w [tanh((h - q)/w) + tanh((h + q)/w)], k = depth K1, h half the plane:
    the largest slope is that of the sum of two sech^2, k [sech^2((h - q)/w) - sech^2((h + q)/w)]. For h far above w it
    is k/(2 Ms), which is exact.
    """
    width, half = float(p.wall.width()), p.size / 2
    q = np.linspace(0.0, half + 3 * width, 400)
    slopes = [1 / cosh((half - at) / width) ** 2 - 1 / cosh((half + at) / width) ** 2 for at in q]
    return p.depth * p.K1 / (2 * p.Ms) * max(slopes)
