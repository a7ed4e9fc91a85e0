"""Unit cells of the lattices that are offered by name, and own ones; lengths in nearest-neighbour distances.

The plane lattices have rectangular cells, so that a sample of whole cells is a rectangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]

MOST_SITES = 64
"""Sites of an own cell."""


@dataclass(frozen=True)
class UnitCell:
    """A cell that repeats along its vectors.

    Attributes
    ----------
    vectors : three of three, rows a, b, c; a plane lattice has c = (0, 0, 1), a chain also b = (0, 1, 0)
    sites : positions of the basis, Cartesian
    axes : number of directions in which it repeats: 1 chain, 2 plane, 3 crystal
    """

    name: str
    vectors: tuple[Point, Point, Point]
    sites: tuple[Point, ...]
    axes: int

    def __post_init__(self) -> None:
        numbers = np.array([*self.vectors, *self.sites], float)
        if not np.isfinite(numbers).all():
            raise ValueError(f"cell '{self.name}' has components that are not finite: give numbers")
        if not 1 <= len(self.sites) <= MOST_SITES:
            raise ValueError(f"cell '{self.name}' has {len(self.sites)} sites: give 1 to {MOST_SITES}")
        if abs(np.linalg.det(np.array(self.vectors))) < 1e-9:
            raise ValueError(f"the vectors of cell '{self.name}' span no volume: give three independent ones")
        fractions = np.array(self.sites) @ np.linalg.inv(np.array(self.vectors))
        apart = fractions[:, None] - fractions[None]
        apart -= np.round(apart) * (np.arange(3) < self.axes)
        distance = np.linalg.norm(apart @ np.array(self.vectors), axis=2) + np.eye(len(self.sites))
        if distance.min() < 1e-6:
            raise ValueError(f"cell '{self.name}' has two sites at one place: give distinct sites")

    @property
    def positions(self) -> NDArray[np.float64]:
        """Sites (n, 3)."""
        return np.array(self.sites, float)


def _cell(name: str, vectors: NDArray[np.float64], fractions: list[Point], axes: int) -> UnitCell:
    rows = np.diag(vectors).astype(float)
    a, b, c = ((float(x), float(y), float(z)) for x, y, z in rows)
    x, y, z = rows
    sites = tuple((float(p[0]), float(p[1]), float(p[2])) for p in (f[0] * x + f[1] * y + f[2] * z for f in fractions))
    return UnitCell(name, (a, b, c), sites, axes)


_ROOT = sqrt(3.0)
_FACES: list[Point] = [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]
CELLS: dict[str, UnitCell] = {
    cell.name: cell
    for cell in (
        _cell("chain", np.array([1, 1, 1]), [(0, 0, 0)], 1),
        _cell("square", np.array([1, 1, 1]), [(0, 0, 0)], 2),
        _cell("triangular", np.array([1, _ROOT, 1]), [(0, 0, 0), (0.5, 0.5, 0)], 2),
        _cell(
            "honeycomb", np.array([_ROOT, 3, 1]), [(0, 0, 0), (0.5, 1 / 6, 0), (0.5, 0.5, 0), (0, 2 / 3, 0)], 2
        ),
        _cell(
            "kagome", np.array([2, 2 * _ROOT, 1]),
            [(0, 0, 0), (0.5, 0, 0), (0.25, 0.25, 0), (0.5, 0.5, 0), (0, 0.5, 0), (0.75, 0.75, 0)], 2,
        ),
        _cell("simple cubic", np.array([1, 1, 1]), [(0, 0, 0)], 3),
        _cell("bcc", np.full(3, 2 / _ROOT), [(0, 0, 0), (0.5, 0.5, 0.5)], 3),
        _cell("fcc", np.full(3, sqrt(2.0)), _FACES, 3),
    )
}  # fmt: skip
"""The lattices by name. The cubic cells of bcc and fcc hold two and four sites."""
NEIGHBOURS = {
    "chain": 2, "square": 4, "triangular": 6, "honeycomb": 3, "kagome": 4, "simple cubic": 6, "bcc": 8, "fcc": 12
}  # fmt: skip
"""Number of nearest neighbours, z."""


def unit_cell(name: str) -> UnitCell:
    """Return a cell by its name. Errors: ValueError with the known names."""
    try:
        return CELLS[name]
    except KeyError:
        raise ValueError(f"no lattice is called '{name}': use one of {', '.join(CELLS)}") from None
