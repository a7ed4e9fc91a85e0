"""Lines of the stray field or of B through and around a magnet: in its middle plane, in space about a small block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Lines, Stage, Visual, float32
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.charges import charge_density
from spinviz.physics.micromagnetics.field_lines import FieldLines, field_lines, seeds_by_flux
from spinviz.systems.dynamics.common.mesh_picture import arrows, cells_of
from spinviz.systems.dynamics.common.mesh_view import FLUX
from spinviz.systems.dynamics.common.painted import Painted
from spinviz.systems.dynamics.common.stray_picture import Factors, Sample, Vectors, field_around, field_in_space
from spinviz.systems.dynamics.common.surfaces import edges_of

USUAL, MOST = 30, 120
"""Lines of a block magnetized along the axis in which it has least flux, and of any."""
APART = 0.9
"""Distance in cells from the middle of a charged cell at which its lines begin, on both its sides along m."""
ENDS = 0.15
"""Charge of a cell in Ms over its shortest edge at which lines end."""
STRENGTHS = (0.03, 0.003, 0.0)
"""Parts of the largest field down to which lines are drawn alike."""
OPACITIES = (0.95, 0.5, 0.22)
HEADS = 2
"""Of so many lines one has an arrow."""
LONG = 4.0
"""Length of a line in those of its arrow from which on it has one."""
DEEP = 4
"""Layers from which on lines are traced in space."""
BOX = 90_000
"""Cells of the largest space in which they are."""
ARROWS = 7
"""Arrows of m along the longest side where lines run in space."""


@dataclass(frozen=True, eq=False)
class Traced:
    """Lines with the places of their points in the picture, and the largest field [T] on them."""

    lines: FieldLines
    places: NDArray[np.float64]
    largest: float

    @property
    def count(self) -> int:
        """How many lines."""
        return int(self.lines.starts.sum())


def in_space(sample: Sample) -> bool:
    """Whether lines run in space: about a block that is small and thick enough."""
    nz, ny, nx = sample.shape
    return nz >= DEEP and 3 * nz >= max(nx, ny) and prod(n + 2 * k for n, k in zip((nx, ny, nz), room(sample))) <= BOX


def room(sample: Sample) -> tuple[int, int, int]:
    """Cells along x, y, z between the block and the edges of its space."""
    k = max(sample.shape) // 2
    x, y, z = (0 if closed else k for closed in sample.periodic)
    return x, y, z


def traced(m: Vectors, sample: Sample, shown: str, factors: Factors = None) -> Traced:
    """The lines of the stray field of ``m`` (nz, ny, nx, 3), or of B."""
    magnetized = m if factors is None else m * factors[..., None]
    return _traced(np.asarray(magnetized, np.float32).tobytes(), sample, shown)


@lru_cache(maxsize=1)
def _traced(content: bytes, sample: Sample, shown: str) -> Traced:
    """The lines of magnetizations given as bytes: picture and caption of a frame ask for the same."""
    m = np.frombuffer(content, np.float32).reshape(*sample.shape, 3)
    if in_space(sample):
        around, field = room(sample), field_in_space(m, sample, room(sample))
    else:
        m = m[m.shape[0] // 2][None] if m.shape[0] > 1 else m
        around = (*sample.margin, 0)
        whole = np.frombuffer(content, np.float32).reshape(*sample.shape, 3)
        field = field_around(whole, sample)[None]
    charge = charge_density(m, sample.cell, sample.periodic)
    inside = tuple(slice(k, k + n) for k, n in zip(around[::-1], m.shape[:3]))
    stops = np.zeros(field.shape[:3], bool)
    if shown == FLUX:
        field = field.copy()
        field[inside] += VACUUM_PERMEABILITY * sample.Ms * m
    else:
        stops[inside] = charge < -ENDS / min(sample.cell)
    begins, through = _begins(m, charge, sample, shown) + np.array(around), shown == FLUX
    lines = field_lines(field, begins, sample.cell, stops, backward=through, apart=through)
    middle = (np.array(field.shape[2::-1]) - 1) / 2
    places = (lines.points - middle) * np.array(sample.spacing)
    return Traced(lines, places, float(lines.strength.max(initial=0.0)))


def _begins(m: Vectors, charge: NDArray[np.float64], sample: Sample, shown: str) -> NDArray[np.float64]:
    """Where lines begin (n, 3) [cells]: as many as there is flux, beside the cells from which it comes."""
    faces = [charge.size / n / d for n, d in zip(charge.shape[::-1], sample.cell) if n > 1]
    flux = float(np.maximum(charge, 0.0).sum()) / min(faces, default=1.0)
    count = min(round(USUAL * flux), MOST)
    cells = seeds_by_flux(charge, count // (1 if shown == FLUX else 2)) if count > 1 else np.zeros((0, 3), np.int64)
    along = m[cells[:, 2], cells[:, 1], cells[:, 0]].astype(np.float64)
    if m.shape[0] == 1:
        along[:, 2] = 0.0
    along *= APART / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return cells + along if shown == FLUX else np.concatenate([cells + along, cells - along])


def lines_drawn(
    m: Vectors, sample: Sample, shown: str, factors: Factors = None, paint: Painted | None = None
) -> tuple[Visual, ...]:
    """Cells, or some arrows in a block, and the lines: fainter where the field is weak, each with its direction."""
    found = traced(m, sample, shown, factors)
    spacing, nz = sample.spacing, sample.shape[0]
    if in_space(sample):
        n = -(-max(sample.shape) // ARROWS)
        z, y, x = (min(n, side) for side in sample.shape)
        body: tuple[Visual, ...] = (
            arrows(m, spacing, (z, y, x), paint),
            Lines(edges_of(sample.shape, spacing), color="muted", width=1.4, kind="segments"),
        )
        places = found.places
    else:
        body = (cells_of(m, spacing, paint),)
        places = found.places + np.array([0.0, 0.0, nz * spacing[2] / 2 + 0.4])
    return *body, *_faint(found, places), _heads(found, places, max(sample.surrounded) / 60)


def _faint(found: Traced, places: NDArray[np.float64]) -> tuple[Lines, ...]:
    """The lines in parts of about the same strength: stretches of a class, from point to point."""
    between = ~found.lines.starts[1:]
    strength = np.minimum(found.lines.strength[1:], found.lines.strength[:-1]) / max(found.largest, 1e-30)
    kind = np.where(between, np.searchsorted(-np.array(STRENGTHS), -strength), -1)
    ends = np.concatenate([[0], np.flatnonzero(np.diff(kind)) + 1, [len(kind)]])
    parts: list[list[NDArray[np.intp]]] = [[] for _ in STRENGTHS]
    for first, last in pairwise(ends):
        if last > first and kind[first] >= 0:
            parts[kind[first]].append(np.arange(first, last + 1))
    drawn = []
    for stretches, opacity in zip(parts, OPACITIES):
        rows = np.concatenate(stretches) if stretches else np.zeros(0, np.intp)
        begins = np.zeros(len(rows), bool)
        begins[np.cumsum([0, *(len(s) for s in stretches[:-1])]) if stretches else []] = True
        drawn.append(Lines(float32(places[rows]), color="text", width=1.3, breaks=begins, opacity=opacity))
    return tuple(drawn)


def _heads(found: Traced, places: NDArray[np.float64], length: float) -> Arrows:
    """Arrows in the middle of some lines, along them."""
    first = np.flatnonzero(found.lines.starts)
    last = np.append(first[1:], len(places))[: len(first)] - 1
    way = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1)))
    some = np.flatnonzero(way[last] - way[first] > LONG * length)[::HEADS]
    first, last = first[some], last[some]
    middle = np.clip(np.searchsorted(way, (way[first] + way[last]) / 2), first, last - 1)
    along = places[middle + 1] - places[middle]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    return Arrows(float32(places[middle]), float32(along), length=length, radius=0.1, color="text", pivot="middle")


def with_room(stage: Stage, sample: Sample) -> Stage:
    """The stage with the space of a block around it."""
    more = [k * step for k, step in zip(room(sample), sample.spacing)]
    low, high = stage.low, stage.high
    return replace(
        stage, low=(low[0] - more[0], low[1] - more[1], low[2] - more[2]),
        high=(high[0] + more[0], high[1] + more[1], high[2] + more[2]),
    )  # fmt: skip


def line_words(m: Vectors, sample: Sample, shown: str, factors: Factors = None) -> str:
    """What the lines are, and how many."""
    found = traced(m, sample, shown, factors)
    what = "B" if shown == FLUX else "the stray field"
    where = "" if in_space(sample) else " in the middle plane"
    strongest = f", at most {show(found.largest, 'T', 3)}" if found.count else ""
    crowd = ", cut where they crowd" if shown == FLUX else ""
    return f"{found.count} lines of {what}{where}, their number as the flux{crowd}{strongest}, faint where it is weak"
