"""What makes the stray field and what it looks like: magnetic charges on the cells, arrows of the field around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Stage, Visual, float32
from spinviz.physics.micromagnetics.stray_field import StrayField
from spinviz.systems.dynamics.common.mesh_picture import Shape, Spacing, cells_of
from spinviz.systems.dynamics.common.painted import Painted

Vectors = NDArray[np.floating]
Factors = NDArray[np.floating] | None
"""Ms of each cell over that of the sample (nz, ny, nx); None for one Ms in all cells."""

FULL = 0.5
"""Charge of a cell in Ms over the edge of a cell that has the full colour: half of what a bare face carries."""
ARROWS = 44
"""Arrows of the field along the longer side."""
MOST = 40_000
"""Cells of a plane up to which its surroundings are shown, too: four times as many are computed."""


@dataclass(frozen=True)
class Sample:
    """A mesh of one magnet: ``shape`` (nz, ny, nx), ``cell`` (dx, dy, dz) [m], ``Ms`` [A/m].

    ``periodic`` along x, y, z.
    """

    shape: Shape
    cell: tuple[float, float, float]
    Ms: float
    periodic: tuple[bool, bool, bool] = (False, False, False)

    @property
    def spacing(self) -> Spacing:
        """Edges of a cell along x, y, z in units of the picture, the edge along x."""
        dx, dy, dz = self.cell
        return 1.0, dy / dx, dz / dx

    @property
    def margin(self) -> tuple[int, int]:
        """Empty cells along x and y that are computed around it in its plane, none along a period."""
        _, ny, nx = self.shape
        k = 0 if nx * ny > MOST else max(nx, ny) // 3
        return 0 if self.periodic[0] else k, 0 if self.periodic[1] else k

    @property
    def surrounded(self) -> tuple[int, int, int]:
        """Cells (x, y, z) of the sample with its margin."""
        nz, ny, nx = self.shape
        return nx + 2 * self.margin[0], ny + 2 * self.margin[1], nz


def with_margin(stage: Stage, sample: Sample) -> Stage:
    """The stage of the mesh with room for the field around it."""
    x, y = (k * step for k, step in zip(sample.margin, sample.spacing))
    low, high = stage.low, stage.high
    return replace(stage, low=(low[0] - x, low[1] - y, low[2]), high=(high[0] + x, high[1] + y, high[2]))


def field_around(m: Vectors, sample: Sample, factors: Factors = None) -> NDArray[np.float32]:
    """Stray field [T] (ny+2ky, nx+2kx, 3) of ``m`` in the middle plane of the sample and in the margin around it."""
    magnetized = m if factors is None else m * factors[..., None]
    return _field_of(np.asarray(magnetized, np.float32).tobytes(), sample)


def field_in_space(m: Vectors, sample: Sample, room: tuple[int, int, int]) -> NDArray[np.float32]:
    """Stray field [T] (nz+2kz, ny+2ky, nx+2kx, 3) of magnetizations ``m`` with ``room`` (kx, ky, kz) cells around."""
    (x, y, z), (nz, ny, nx) = room, sample.shape
    padded = np.zeros((3, nz + 2 * z + 2, ny + 2 * y + 2, nx + 2 * x + 2), np.float32)
    inside = slice(z + 1, z + 1 + nz), slice(y + 1, y + 1 + ny), slice(x + 1, x + 1 + nx)
    padded[:, *inside] = np.moveaxis(np.asarray(m, np.float32), 3, 0)
    out = np.zeros((3, nz + 2 * z, ny + 2 * y + 2, nx + 2 * x + 2), np.float32)
    _stray_of(sample, room).field(padded, out)
    found: NDArray[np.float32] = np.moveaxis(out[:, :, 1:-1, 1:-1], 0, 3)
    return found


@lru_cache(maxsize=1)
def _stray_of(sample: Sample, room: tuple[int, int, int]) -> StrayField:
    x, y, z = (n + 2 * k for n, k in zip(sample.shape[::-1], room))
    return StrayField((x, y, z), sample.cell, sample.Ms, sample.periodic)


@lru_cache(maxsize=1)
def _field_of(content: bytes, sample: Sample) -> NDArray[np.float32]:
    """The field of magnetizations given as bytes: picture and caption of a frame ask for the same."""
    m = np.frombuffer(content, np.float32).reshape(*sample.shape, 3)
    found: NDArray[np.float32] = field_in_space(m, sample, (*sample.margin, 0))[sample.shape[0] // 2]
    found.flags.writeable = False
    return found


def field_drawn(
    m: Vectors, sample: Sample, factors: Factors = None, paint: Painted | None = None
) -> tuple[Visual, ...]:
    """Cells in colours of directions or numbers, and arrows of the field as long as the root of its size."""
    spacing, nz = sample.spacing, sample.shape[0]
    B = field_around(m, sample, factors)
    every = ceil(max(B.shape[:2]) / ARROWS)
    some = B[every // 2 :: every, every // 2 :: every]
    size = np.linalg.norm(some, axis=2, keepdims=True)
    largest = max(float(size.max()), 1e-30)
    y, x = (np.arange(n)[every // 2 :: every] - (n - 1) / 2 for n in B.shape[:2])
    places = np.stack([*np.meshgrid(x, y * spacing[1]), np.zeros((len(y), len(x)))], axis=2)
    places[..., 2] = nz * spacing[2] / 2 + 0.6 * every
    arrows = some / np.maximum(size, 1e-30) * np.sqrt(size / largest)
    # Where they are too short to be seen they are left out.
    long = size[..., 0] > 1e-3 * largest
    return (
        cells_of(m, spacing, paint),
        Arrows(
            float32(places[long]), float32(arrows[long]), length=1.5 * every, radius=0.09, pivot="middle", color="text",
            label="stray field", one="arrow",
        ),
    )  # fmt: skip


def stray_words(m: Vectors, sample: Sample, factors: Factors = None) -> str:
    """What the lengths of the arrows mean."""
    largest = float(np.linalg.norm(field_around(m, sample, factors), axis=2).max())
    return f"arrows: stray field in the middle plane, length as its root, longest {show(largest, 'T')}"
