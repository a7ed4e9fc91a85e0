"""The files as a film: what is known of all of them from their headers, and each frame, read when it is shown."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from math import cos, nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.ovf.field import Vector
from spinviz.files.ovf.head import Head, head_of
from spinviz.files.ovf.lengths import cell_of
from spinviz.files.ovf.quantity import said
from spinviz.files.ovf.read import OVF, read_ovf
from spinviz.files.ovf.series import Series, read_series
from spinviz.model.units import show
from spinviz.physics.lattice import textures
from spinviz.physics.lattice.topology import topological_charge

Shape = tuple[int, int, int]

CACHED = 128 * 2**20
"""Bytes of frames that are kept; the last one is in any case."""
FILMS = 4
"""Films of which the headers are kept."""
LEAST_CELL, MOST_CELL = 1e-10, 1e-6
"""Cell sizes [m] between which numbers without a unit are taken as metres."""
MOST_RATIO = 1e4
"""Of the edges of a cell, beyond which nothing is to be seen."""

SMALL_FRAMES, SMALL_PERIOD, SMALL_STEP = 61, 30, 5e-12
"""Of the small film: frames, frames of one oscillation, time between two of them [s]."""
SMALL_SHAPE, SMALL_CELL = (1, 48, 48), (2e-9, 2e-9, 1e-9)
SMALL_RADIUS, SMALL_CHANGE, SMALL_WALL = 8.0, 2.0, 1.6
"""Radius of its skyrmion, change of the radius, width of the wall [cells]."""


@dataclass(frozen=True, eq=False)
class FilmFrame:
    """One frame: unit vectors ``m`` (nz, ny, nx, 3), zero without material; sum of all vectors over that of their
    lengths, ``mean`` (3,); topological charge, NaN where the mesh is no plane.
    """

    m: NDArray[np.float32]
    mean: tuple[float, float, float]
    charge: float


@dataclass(frozen=True, eq=False)
class Film:
    """A series with its mesh: ``shape`` (nz, ny, nx), ``cell`` (x, y, z) [m], None for cells of 1.

    Without ``series`` it is the small film. ``remarks``: what must be known of the files, a phrase each.
    """

    series: Series | None
    shape: Shape
    cell: Vector | None
    times: tuple[float, ...]
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.series.heads) if self.series else SMALL_FRAMES

    @property
    def plane(self) -> bool:
        """Whether the mesh is a plane, which has a topological charge."""
        nz, ny, nx = self.shape
        return nz == 1 and nx > 2 and ny > 2

    def time(self, number: int) -> float:
        """Time [s] of a frame, counted from 0; NaN where it is not known."""
        return self.times[number] if self.times else nan

    def name(self, number: int) -> str:
        """Name of the file of a frame; empty for the small film."""
        return self.series.heads[number].name if self.series else ""

    def frame(self, number: int) -> FilmFrame:
        """Return a frame, counted from 0. Errors: `FileError`."""
        if self.series is None:
            return _small_frame(number % SMALL_PERIOD)
        return _FRAMES.frame(self.series.heads[number])

    def numbers(self, number: int) -> tuple[float, float, float, float]:
        """Mean (x, y, z) and charge of a frame; those that were read once are known. Errors: `FileError`."""
        if self.series is None:
            frame = self.frame(number)
            return *frame.mean, frame.charge
        return _FRAMES.numbers(self.series.heads[number])

    def field(self, number: int) -> OVF:
        """Return the field of a frame with its own values. Errors: `FileError`."""
        if self.series is not None:
            return read_ovf(self.series.heads[number].path)
        return OVF.from_array(
            self.frame(number).m, SMALL_CELL, title="m", valuelabels=("m_x", "m_y", "m_z"), valueunits=("1",) * 3,
            desc=(f"Total simulation time:  {self.time(number):.9g}  s",),
        )  # fmt: skip


def film_of(text: str) -> Film:
    """Return the film of the files that ``text`` names, as it was when it was last made. Errors: `FileError`."""
    return known_film(text) or film_anew(text)


def known_film(text: str) -> Film | None:
    """Return the film if its headers were read, without looking at a file."""
    return _FILMS.get(text) if text else _small_film()


def film_if_any(text: str) -> Film | None:
    """Return the film; None where its files cannot be read, which whoever opens them is told."""
    try:
        return film_of(text)
    except FileError:
        return None


def film_anew(text: str) -> Film:
    """Look which files there are now, and return their film. Errors: `FileError`."""
    if not text:
        return _small_film()
    made = _made(read_series(text))
    _FILMS.pop(text, None)
    _FILMS[text] = made
    for oldest in list(_FILMS)[:-FILMS]:
        _FILMS.pop(oldest, None)
    return made


_FILMS: dict[str, Film] = {}


def _made(series: Series) -> Film:
    first = series.heads[0]
    cell, sizes = cell_of(first.path, first.stepsize, first.meshunit, LEAST_CELL, MOST_CELL)
    if max(first.stepsize) > MOST_RATIO * min(first.stepsize):
        problem = f"its cells have edges of a ratio above {MOST_RATIO:g} ({first.mesh})"
        raise FileError(first.path, problem, "check its stepsize")
    count = len(series.heads)
    much = f"{count} {'file' if count == 1 else 'files'} of {show(series.size, 'B', 3)}"
    other = () if first.is_magnetization else (
        f"{said(first.quantity, first.unit)} is no magnetization: its directions are shown",
    )  # fmt: skip
    left_out = (series.left_out,) if series.left_out else ()
    remarks = (f"{much} {series.order}" if count > 1 else much, *left_out, *other, *sizes)
    return Film(series, first.shape, cell, series.times, remarks)


class _Frames:
    """Frames of files, read once for each time that they are written; old ones are forgotten, their numbers are not."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: OrderedDict[tuple[str, int, int], FilmFrame] = OrderedDict()
        self._numbers: dict[tuple[str, int, int], tuple[float, float, float, float]] = {}

    def frame(self, head: Head) -> FilmFrame:
        """Return the frame of a file. Errors: `FileError`."""
        key = head.path, head.stamp, head.size
        found = self._frames.pop(key, None)
        if found is None:
            found = _read(head)
            self._numbers[key] = (*found.mean, found.charge)
        self._frames[key] = found
        while len(self._frames) > 1 and sum(one.m.nbytes for one in self._frames.values()) > self._most:
            self._frames.popitem(last=False)
        return found

    def numbers(self, head: Head) -> tuple[float, float, float, float]:
        """Return mean and charge of a file. Errors: `FileError`."""
        known = self._numbers.get((head.path, head.stamp, head.size))
        if known is None:
            frame = self.frame(head)
            known = (*frame.mean, frame.charge)
        return known


_FRAMES = _Frames(CACHED)


def _read(head: Head) -> FilmFrame:
    now = head_of(head.path)
    if (now.stamp, now.size) != (head.stamp, head.size):
        raise FileError(
            head.path, "it was written again since the series was opened", "rewind or open the series again"
        )
    ovf = read_ovf(head.path)
    # In parts of the largest component no square overflows; what is below 1e-154 of it counts as no material.
    largest = float(np.abs(ovf.values).max())
    vectors = ovf.values.astype(np.float64) / (largest or 1.0)
    lengths = np.sqrt(np.einsum("...i,...i", vectors, vectors))
    mean = vectors.sum(axis=(0, 1, 2)) / (float(lengths.sum()) or 1.0)
    return _frame_of(vectors / np.where(lengths > 0, lengths, 1.0)[..., None], mean)


def _frame_of(m: NDArray[np.float64], mean: NDArray[np.float64]) -> FilmFrame:
    vectors = m.astype(np.float32)
    vectors.flags.writeable = False
    nz, ny, nx = m.shape[:3]
    charge = topological_charge(m[0]) if nz == 1 and nx > 2 and ny > 2 else nan
    x, y, z = mean.tolist()
    return FilmFrame(vectors, (x, y, z), charge)


@lru_cache(maxsize=1)
def _small_film() -> Film:
    return Film(None, SMALL_SHAPE, SMALL_CELL, tuple(n * SMALL_STEP for n in range(SMALL_FRAMES)))


@lru_cache(maxsize=SMALL_PERIOD)
def _small_frame(number: int) -> FilmFrame:
    """A skyrmion whose radius oscillates."""
    radius = SMALL_RADIUS + SMALL_CHANGE * cos(2 * pi * number / SMALL_PERIOD)
    m = textures.skyrmion(SMALL_SHAPE, radius, SMALL_WALL)
    return _frame_of(m, m.mean(axis=(0, 1, 2)))
