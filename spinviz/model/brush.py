"""Strokes of a brush on a lattice: what brushes do, the sites that a stroke reaches, and the stroke as data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]
Values = NDArray[np.float64]
Indices = NDArray[np.int64]

FINEST = 3
"""Decimals of a place in lattice constants: a stroke is written down in few digits."""
LARGEST = 1000.0
"""Radius at most, in lattice constants."""
FARTHEST = 1e6
"""Of a place from the origin, in lattice constants."""
MOST_POINTS = 256
"""Points of the path of one stroke; a longer way of the mouse is several strokes."""


@dataclass(frozen=True)
class Brush:
    """What a brush does to the sites it reaches: ``title`` is an imperative, ``help`` one sentence."""

    name: str
    title: str
    help: str


BRUSHES = {
    brush.name: brush
    for brush in (
        Brush("+z", "Set up (+z)", "Spins are set along +z, also where a site was empty."),
        Brush("-z", "Set down (−z)", "Spins are set along −z, also where a site was empty."),
        Brush("+x", "Set along +x", "Spins are set along +x, also where a site was empty."),
        Brush("-x", "Set along −x", "Spins are set along −x, also where a site was empty."),
        Brush("+y", "Set along +y", "Spins are set along +y, also where a site was empty."),
        Brush("-y", "Set along −y", "Spins are set along −y, also where a site was empty."),
        Brush("flip", "Flip", "Every spin is reversed."),
        Brush("randomize", "Randomize", "Every spin takes a direction at random."),
        Brush("heat", "Heat", "Spins are brought to a high temperature for a moment, by some local heat-bath updates."),
        Brush("pin", "Pin", "Spins stay as they are until they are released."),
        Brush("release", "Release", "Pinned spins move again."),
        Brush("swap", "Swap a and b", "In every cell that is reached corner (a) and centre (b) change their atoms."),
        Brush("mix", "Mix", "The atoms that are reached change places at random."),
        Brush("vacancy", "Remove", "Spins are removed: the sites are empty."),
    )
}
"""All brushes by name; a system offers those that it can do exactly."""


@dataclass(frozen=True)
class Stroke:
    """A brush drawn along ``path``: it reaches the sites within ``radius`` of it.

    Places (x, y, z) and radius are in lattice constants, about the origin of the picture, so that a stroke is small
    and means the same however the lattice is drawn. A stroke that ``goes_on`` is the next part of a drag: it leaves
    out the sites that the strokes before it have reached, so that a drag flips each only once. Errors: `ValueError`,
    one line.
    """

    brush: str
    path: tuple[Point, ...]
    radius: float
    goes_on: bool = False

    def __post_init__(self) -> None:
        if self.brush not in BRUSHES:
            raise ValueError(f"unknown brush '{self.brush[:40]}': use one of {', '.join(BRUSHES)}")
        if not 0 < self.radius <= LARGEST:
            raise ValueError(f"the radius of a stroke is {self.radius:g}: use more than 0 and at most {LARGEST:g}")
        if not 0 < len(self.path) <= MOST_POINTS:
            raise ValueError(f"the path of a stroke has {len(self.path)} points: use 1 to {MOST_POINTS}")
        if not all(isfinite(x) and abs(x) <= FARTHEST for point in self.path for x in point):
            raise ValueError(f"a stroke leaves the picture: use places within {FARTHEST:g} sites of its middle")


class Sites(ABC):
    """Where the sites of a lattice are in the picture, in the order in which a stroke names them.

    ``constant``: the lattice constant in units of the picture.
    """

    constant: float

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of sites."""

    @property
    @abstractmethod
    def plane(self) -> float | None:
        """The height z of a flat lattice [picture]; None where the lattice is not flat."""

    @abstractmethod
    def within(self, low: Values, high: Values) -> tuple[Indices, Values]:
        """Return the indices (n,) and places (n, 3) of the sites in the box ``low``..``high`` (3,) [picture]."""

    def reached(self, stroke: Stroke) -> Indices:
        """Return the indices (n,), in order, of the sites within the radius of the path."""
        path, radius = self.constant * np.array(stroke.path), self.constant * stroke.radius
        found = [self._along(a, b, radius) for a, b in zip(path, [*path[1:], path[-1]])]
        return np.asarray(np.unique(np.concatenate(found)))

    def _along(self, start: Values, end: Values, radius: float) -> Indices:
        """Sites within ``radius`` of the line from ``start`` to ``end``."""
        indices, places = self.within(np.minimum(start, end) - radius, np.maximum(start, end) + radius)
        along = end - start
        part = np.clip((places - start) @ along / max(float(along @ along), 1e-300), 0.0, 1.0)
        off = places - start - part[:, None] * along
        # A site whose distance is the radius is reached, whatever the last digit says.
        return np.asarray(indices[np.einsum("ij,ij->i", off, off) <= (radius * (1 + 1e-6)) ** 2])


@dataclass(frozen=True, eq=False)
class MeshSites(Sites):
    """A rectangular mesh of ``shape`` (nz, ny, nx), x fastest.

    ``first``: the place of site 0; ``spacing``: distances (x, y, z) of neighbours [picture].
    """

    shape: tuple[int, int, int]
    first: Point
    spacing: Point
    constant: float

    @property
    def count(self) -> int:
        """See `Sites`."""
        return self.shape[0] * self.shape[1] * self.shape[2]

    @property
    def plane(self) -> float | None:
        """See `Sites`."""
        return self.first[2] if self.shape[0] == 1 else None

    def within(self, low: Values, high: Values) -> tuple[Indices, Values]:
        """See `Sites`."""
        ranges, axes = [], []
        for n, first, step, least, most in zip(self.shape[::-1], self.first, self.spacing, low, high):
            begin = max(int(np.ceil((least - first) / step - 1e-6)), 0)
            end = min(int(np.floor((most - first) / step + 1e-6)) + 1, n)
            ranges.append(np.arange(begin, max(begin, end)))
            axes.append(first + step * ranges[-1])
        _, ny, nx = self.shape
        i, j, k = (r.astype(np.int64) for r in ranges)
        indices = (k[:, None, None] * ny + j[:, None]) * nx + i
        z, y, x = np.meshgrid(axes[2], axes[1], axes[0], indexing="ij")
        return indices.ravel(), np.stack([x.ravel(), y.ravel(), z.ravel()], axis=1)


@dataclass(frozen=True, eq=False)
class PlacedSites(Sites):
    """Sites at ``positions`` (N, 3) [picture], in any order: a lattice of any geometry."""

    positions: NDArray[np.floating]
    constant: float

    @property
    def count(self) -> int:
        """See `Sites`."""
        return len(self.positions)

    @property
    def plane(self) -> float | None:
        """See `Sites`."""
        z = self.positions[:, 2]
        return float(z[0]) if len(z) and float(np.ptp(z)) < 1e-6 * self.constant else None

    def within(self, low: Values, high: Values) -> tuple[Indices, Values]:
        """See `Sites`."""
        inside = np.all((self.positions >= low) & (self.positions <= high), axis=1)
        indices = np.flatnonzero(inside).astype(np.int64)
        return indices, self.positions[indices].astype(np.float64)


def stroke_of(brush: str, path: list[Point], radius: float, goes_on: bool = False) -> Stroke:
    """Return a stroke of few digits through at most `MOST_POINTS` of the points of ``path``, the last among them."""
    places = [(round(x, FINEST), round(y, FINEST), round(z, FINEST)) for x, y, z in path]
    distinct = [one for n, one in enumerate(places) if n == 0 or one != places[n - 1]]
    every = -(-len(distinct) // MOST_POINTS)
    return Stroke(brush, tuple(distinct[::-1][::every][::-1]), round(radius, FINEST), goes_on)
