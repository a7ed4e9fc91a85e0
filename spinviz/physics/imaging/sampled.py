"""An image from the samples of any sequence, wherever its gradients went in k-space.

The two axes along which k reaches farthest span the image; along the third, the plane through a given point is shown.
Samples on a raster become an image by an exact discrete Fourier transform, others by gridding (`reconstruction`).
Samples at the same place of k-space count by their mean: a sequence that passes k-space several times (slices, echoes,
repetitions) gives several images, and each pass may be taken alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.head import pixel_centres
from spinviz.physics.imaging.reconstruction import Gridder
from spinviz.physics.sequence.blocks import Array, Complex
from spinviz.physics.sequence.timeline import Timeline

Index = NDArray[np.int64]

MOST_SAMPLES = 2**20
"""Of which an image is made; later ones are left out."""
MOST_PIXELS = 512
"""Along an edge."""
OFF_RASTER = 0.02
"""Steps of a raster by which samples may miss it."""
FILLED = 0.2
"""Part of a raster that must be sampled: others are no raster."""
ROUNDED = 1e-3
"""Pixels that a field of view may exceed a whole number of them by."""
FLAT = 1e-6
"""Parts of the reach of k below which it stands still: a readout without gradients makes no image."""


@dataclass(frozen=True, eq=False)
class Raster:
    """Samples on a raster: ``cells`` (n, axes) whole numbers, k = ``first`` + cells ``step`` (axes,) [1/m]."""

    cells: Index
    first: Array
    step: Array

    @property
    def shape(self) -> Index:
        """Cells along each axis that were reached."""
        return np.asarray(self.cells.max(axis=0) + 1)

    @property
    def _low(self) -> Index:
        """Number (axes,) of the lowest cell, counted from the one at k = 0 or just above."""
        return np.asarray(np.floor(self.first / self.step + OFF_RASTER), dtype=np.int64)

    @property
    def half(self) -> Index:
        """Half (axes,) of the cells of a raster about k = 0 of which these are all, or the farther side: then a part
        was left out.
        """
        whole = np.abs(2 * self._low + self.shape) <= 2
        part = np.maximum(-self._low, self._low + self.shape)
        return np.asarray(np.where(whole, (self.shape + 1) // 2, part), dtype=np.int64)

    @property
    def offset(self) -> Index:
        """Number (axes,) of the lowest cell in that raster, whose cells count from 0 to 2 ``half`` - 1."""
        return np.asarray(np.clip(self.half + self._low, 0, 2 * self.half - self.shape), dtype=np.int64)

    @property
    def centre(self) -> Index:
        """Number (axes,) of the cell at k = 0 in that raster."""
        return np.asarray(self.offset - self._low)


@dataclass(frozen=True, eq=False)
class ImagePlan:
    """How samples become an image.

    ``used`` (n,): which of the samples of the sequence; ``k`` (3, n) [1/m]; ``plane``: the axes along columns and rows;
    ``shape`` (rows, columns); ``pixel`` [m]; ``through`` (3,) [m]: the middle of the image. ``passes`` (n,): for how
    often k-space was at the place of each sample before; ``raster`` None where there is none.
    """

    used: Index
    k: Array
    plane: tuple[int, int]
    shape: tuple[int, int]
    pixel: float
    through: Array
    passes: Index
    raster: Raster | None

    @property
    def count(self) -> int:
        """Images: times that k-space is passed."""
        return int(self.passes.max()) + 1

    @cached_property
    def _gridder(self) -> Gridder:
        edge = max(self.shape)
        return Gridder(self.k[list(self.plane)], edge, edge * self.pixel)

    @cached_property
    def _phase(self) -> Complex:
        """What brings the point ``through`` into the middle (n,)."""
        return np.asarray(np.exp(2j * pi * self.through @ self.k), dtype=np.complex128)

    def image(self, signal: Complex, number: int = 0) -> Complex:
        """Return the image (rows, columns): transverse magnetization in each pixel, in the unit of ``signal``.

        Row 0 lies at the lowest coordinate. ``signal``: samples from the first on, those that are missing are zero.
        ``number``: of a pass from 1 on, or 0 for the mean of all.
        """
        known = self.used < len(signal)
        if number:
            known &= self.passes == min(number, self.count) - 1
        values = np.zeros(len(self.used), np.complex128)
        values[known] = np.asarray(signal)[self.used[known]] * self._phase[known]
        if self.raster is not None:
            return self._of_raster(self.raster, values, known) * self.pixel**2
        weight = self.count if number else 1
        whole = self._gridder.image(values * weight)
        top, left = ((max(self.shape) - n) // 2 for n in self.shape)
        return whole[top : top + self.shape[0], left : left + self.shape[1]] * self.pixel**2

    def _of_raster(self, raster: Raster, values: Complex, known: NDArray[np.bool_]) -> Complex:
        columns, rows = (int(n) for n in raster.shape[:2])
        third = int(raster.shape[2]) if raster.cells.shape[1] > 2 else 1
        x, y = raster.cells[:, 0], raster.cells[:, 1]
        z = raster.cells[:, 2] if third > 1 else np.zeros_like(x)
        place = (z * rows + y) * columns + x
        size = third * rows * columns
        counts = np.bincount(place[known], minlength=size)
        sums = np.bincount(place, values.real, size) + 1j * np.bincount(place, values.imag, size)
        # Partitions along the third axis count by their mean: that shows the plane through the middle.
        grid = (sums / np.maximum(counts, 1)).reshape(third, rows, columns).mean(axis=0)
        waves = []
        for axis, n in ((0, self.shape[1]), (1, self.shape[0])):
            k = raster.first[axis] + raster.step[axis] * np.arange(raster.shape[axis])
            waves.append(np.exp(2j * pi * np.outer(pixel_centres(n, n * self.pixel), k)) * raster.step[axis])
        return np.asarray(waves[1] @ grid @ waves[0].T, dtype=np.complex128)


def image_plan(timeline: Timeline, middle: Array, size: Array, fov: Array | None = None) -> ImagePlan | None:
    """Return how the samples of a sequence become an image, or None where k-space is not covered in two directions.

    The image shows the plane through the ``middle`` (3,) [m] of the object, about the middle of the scanner. It is as
    wide as ``fov`` (3,) [m] where the sequence says it, as a raster of samples tells apart, or half as wide again as
    the object, which has a ``size`` (3,) [m].
    """
    used = _moving(timeline)
    k = timeline.kspace[:, used]
    if not len(used):
        return None
    reach = np.ptp(k, axis=1)
    order = np.argsort(-reach, kind="stable")
    if reach[order[1]] <= FLAT * reach[order[0]] or reach[order[0]] == 0:
        return None
    plane = (int(min(order[:2])), int(max(order[:2])))
    axes = [*plane, int(order[2])] if reach[order[2]] > FLAT * reach[order[0]] else list(plane)
    raster = _raster(k[axes])
    wide = fov if fov is not None else 1.5 * size if raster is None else None
    pixel, shape = _pixels(k[list(plane)], raster, None if wide is None else wide[list(plane)])
    through = np.where(np.isin(np.arange(3), plane), 0.0, middle)
    passes = _passes(raster.cells) if raster is not None else np.zeros(len(used), np.int64)
    return ImagePlan(used, k, plane, shape, pixel, through, passes, raster)


def _moving(timeline: Timeline) -> Index:
    """Numbers of the samples of readouts in which k moves, or of all where it never does."""
    k, first = timeline.kspace[:, :MOST_SAMPLES], 0
    reach, moving, every = float(np.ptp(k, axis=1).max(initial=0.0)) if k.size else 0.0, [], []
    for placed in timeline.readouts:
        numbers = np.arange(first, min(first + placed.what.samples, k.shape[1]))  # type: ignore[union-attr]
        first += placed.what.samples  # type: ignore[union-attr]
        if len(numbers):
            every.append(numbers)
            if np.ptp(k[:, numbers], axis=1).max() > FLAT * reach:
                moving.append(numbers)
    chosen = moving or every
    return np.concatenate(chosen) if chosen else np.zeros(0, np.int64)


def _raster(k: Array) -> Raster | None:
    """The raster on which samples (axes, n) lie, or None."""
    cells, first, steps = [], [], []
    for row in k:
        step = _step(row)
        if step == 0:
            return None
        cells.append(np.rint((row - row.min()) / step).astype(np.int64))
        first.append(float(row.min()))
        steps.append(step)
    found = Raster(np.stack(cells, axis=1), np.array(first), np.array(steps))
    places = float(np.prod(found.shape.astype(np.float64)))
    sampled = len(np.unique(found.cells, axis=0)) if places < 1e9 else 0
    return found if sampled >= FILLED * places else None


def _step(row: Array) -> float:
    """The step of the raster on which numbers lie to `OFF_RASTER`, or 0."""
    reach = float(np.ptp(row))
    gaps = np.diff(np.unique(np.round(row / reach, 9))) * reach
    coarse = gaps[gaps > 1e-4 * reach]
    if not len(coarse):
        return 0.0
    step = reach / max(1, round(reach / float(np.median(coarse))))
    places = (row - row.min()) / step
    return step if np.all(np.abs(places - np.rint(places)) < OFF_RASTER) else 0.0


def _pixels(k: Array, raster: Raster | None, wide: Array | None) -> tuple[float, tuple[int, int]]:
    """Edge of a pixel [m], half a period of the farthest k, and how many (rows, columns) cover ``wide`` (2,) [m], or
    one period of the raster.
    """
    # A raster of n steps reaches to -n/2 and one step less far on the other side.
    far = float(np.abs(k).max() if raster is None else (raster.step * raster.half)[:2].max())
    if raster is not None and wide is None:
        wide = 1 / raster.step[:2]
    assert wide is not None
    least = 2 / (2 * far)
    wide = np.maximum(wide, least)
    if raster is None:
        wide = np.minimum(wide, MOST_PIXELS / (2 * far))
    pixel = max(1 / (2 * far), float(np.max(wide)) / MOST_PIXELS)
    columns, rows = (2 * ceil(float(w) / pixel / 2 - ROUNDED) for w in wide)
    return pixel, (rows, columns)


def _passes(cells: Index) -> Index:
    """How often a cell came before, for each of ``cells`` (n, axes) in the order of time."""
    _, place = np.unique(cells, axis=0, return_inverse=True)
    place = place.ravel()
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    ranks = np.arange(len(place)) - np.repeat(starts, np.diff(np.append(starts, len(place))))
    found = np.empty(len(place), np.int64)
    found[order] = ranks
    return found
