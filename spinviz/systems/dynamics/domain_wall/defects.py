"""Defects of the track: where the anisotropy is lower, so that a wall costs less there and is held.

One row of cells has planes at equal distances, several rows have cylinders at random places, drawn from the seed of the
run block by block: the track has no end, and is the same whenever the wall comes back.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

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
    return np.asarray(found[np.abs(found[:, 0]) < half + reach])


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
    reach = p.size / 2 / p.dx + 1
    for at, high in middles(p, key, shift):
        near = slice(*np.searchsorted(x, (at - reach, at + reach)))
        across = np.abs(y - high)
        across = np.minimum(across, p.ny - across) if p.wide else across
        away = np.abs(x[near] - at)[None] if p.flat else np.hypot(x[near] - at, across[:, None])
        lacking[:, near] = np.maximum(lacking[:, near], np.clip(p.size / 2 / p.dx - away + 0.5, 0.0, 1.0))
    return np.asarray(p.depth * lacking)[None]


def slope(p: WallParameters, q: Values) -> Values:
    """dE/dq/(2 Ms) [T] of a flat wall at ``q`` (n,) [m] from the middle of a plane, to first order in its depth.

    A wall of width w costs E = -k w [tanh((h - q)/w) + tanh((h + q)/w)] less, k = depth K1, h half the plane. At the
    edge of a plane of h far above w the slope is k/(2 Ms), which is exact at any depth.
    """
    width, half = float(p.wall.width()), p.size / 2
    edges = np.cosh((half - q) / width) ** -2 - np.cosh((half + q) / width) ** -2
    return np.asarray(p.depth * p.K1 / (2 * p.Ms) * edges)


@lru_cache(maxsize=64)
def hold(p: WallParameters) -> tuple[Values, Values]:
    """Places (n,) [m] in a plane at which it holds the wall, from its middle on, and the fields [T] that it bears."""
    q = np.linspace(0.0, p.size / 2 + 3 * float(p.wall.width()), 4001)
    fields = slope(p, q)
    most = int(np.argmax(fields)) + 1
    return q[:most], fields[:most]


def release_field(p: WallParameters) -> float:
    """Field [T] in which a plane lets a flat wall go: the largest `slope`."""
    return float(hold(p)[1][-1])


def held_at(p: WallParameters, B: float, near: float) -> float:
    """Position [m] of a flat wall at rest in the plane that is ``near``, in the field ``B`` [T]; NaN where none is."""
    places, fields = hold(p)
    if abs(B) > fields[-1]:
        return float("nan")
    plane = (floor(near / p.spacing) + 0.5) * p.spacing
    return plane + float(np.copysign(np.interp(abs(B), fields, places), B))
