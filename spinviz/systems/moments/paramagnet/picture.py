"""Picture of moments: places in rows, quantised angles, circles on which they turn, the net moment beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import float32

Values = NDArray[np.float64]

FEW = 8
"""Up to so many moments the circles of the allowed angles are drawn around the first one."""
REACH = 0.8
"""Length of the arrow of a saturated M."""
FEET = float32([[-2.0, -0.3, 0.0], [-2.4, -0.3, 0.0]])
MAST = float32([[-2.0, -0.3, -REACH], [-2.0, -0.3, REACH]])
ALONG, MIDDLE, AGAINST = np.array([242, 120, 75]) / 255, np.array([170, 130, 170]) / 255, np.array([74, 141, 240]) / 255


@dataclass(frozen=True, eq=False)
class Grid:
    """Places (N, 3) of the moments, in rows, and the distance between neighbours."""

    positions: NDArray[np.float32]
    spacing: float

    @staticmethod
    @lru_cache(maxsize=4)
    def of(count: int) -> Grid:
        """A grid that fills 3.2 by 2 in the picture."""
        spacing = min(sqrt(3.2 * 2.0 / count), 1.5)
        columns = min(ceil(3.2 / spacing - 1e-9), count)
        rows = ceil(count / columns)
        spacing = min(3.2 / columns, 2.0 / rows, 1.5)
        index = np.arange(count)
        x = (index % columns - (columns - 1) / 2) * spacing
        y = (index // columns - (rows - 1) / 2) * spacing
        return Grid(float32(np.column_stack([x, y, np.zeros(count)])), spacing)


def directions_of(level: NDArray[np.int8], azimuth: Values, S: float) -> Values:
    """Unit vectors (N, 3) at cos theta = mu_z/mu = -m/sqrt(S(S + 1))."""
    z = (S - level) / sqrt(S * (S + 1))
    rho = np.sqrt(1 - z * z)
    return np.column_stack([rho * np.cos(azimuth), rho * np.sin(azimuth), z])


@lru_cache(maxsize=16)
def colors(S: float, sign: float) -> Values:
    """sRGB (2S + 1, 3): warm for a moment along the field, whose sign along z this is, cold for one against."""
    w = np.linspace(0, 1, round(2 * S) + 1)[:: -1 if sign < 0 else 1, None]
    return np.where(w < 0.5, ALONG + 2 * w * (MIDDLE - ALONG), MIDDLE + (2 * w - 1) * (AGAINST - MIDDLE))


CONE_POINTS = 49


@lru_cache(maxsize=8)
def cones(S: float, count: int) -> NDArray[np.float32]:
    """Circles on which the tips of the first moment turn, one for each level; shrunk to a point among many."""
    grid = Grid.of(count)
    phi = np.linspace(0, 2 * pi, CONE_POINTS)
    size = 0.46 * grid.spacing if count <= FEW else 0.0
    z = np.repeat((S - np.arange(round(2 * S) + 1)) / sqrt(S * (S + 1)), CONE_POINTS)
    rho = np.sqrt(1 - z * z)
    turned = np.tile(phi, round(2 * S) + 1)
    return float32(grid.positions[0] + size * np.column_stack([rho * np.cos(turned), rho * np.sin(turned), z]))


@lru_cache(maxsize=8)
def cone_breaks(S: float) -> NDArray[np.bool_]:
    """Where each circle begins."""
    breaks: NDArray[np.bool_] = np.arange((round(2 * S) + 1) * CONE_POINTS) % CONE_POINTS == 0
    breaks.flags.writeable = False
    return breaks


@lru_cache(maxsize=4)
def tips(sign: float) -> NDArray[np.float32]:
    """Where the letters of M and B are (2, 3)."""
    return float32([FEET[0] + [0, 0, 1.12 * REACH], FEET[1] + [0, 0, (sign or 1.0) * 1.12 * REACH]])
