"""A lattice as arrows, balls or cells, whole or a slab, in colours of direction, component, sublattice or energy.

The longest side of a sample is two picture units long, that of a chain `CHAIN`, and its middle lies at the origin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import SUBLATTICES, Arrows, Cells, Color, Lines, Shades, Spheres, Stage, Visual, float32
from spinviz.physics.lattice.geometry import Geometry
from spinviz.systems.order.common.view import LatticeView
from spinviz.systems.pictures.reciprocal import RECIPROCAL

Vectors = NDArray[np.floating]
Values = NDArray[np.float64]

ARROWS = 6000
"""Sites up to which arrows are drawn where the choice is free."""
TWO = ("down", "up")
"""Roles of the colours of two sublattices; those of more are `SUBLATTICES`."""
WARM = "inferno"
MOST_CELLS = 72**3
"""Cells of a volume that are drawn; of more spins every second, third ... along each axis is one."""
CHAIN = 3.6
"""Length of a chain in picture units: its spins would be small in the room of other samples."""
ARROW = 0.92
"""Length of an arrow in nearest-neighbour distances."""
BALL = 0.42


@dataclass(frozen=True, eq=False)
class Sites:
    """The sites that are drawn: cells (x, y, z) from ``low`` up to ``high``, and the scale of the picture."""

    geometry: Geometry
    scale: float
    low: tuple[int, int, int]
    high: tuple[int, int, int]

    @property
    def count(self) -> int:
        """Number of sites."""
        return prod(b - a for a, b in zip(self.low, self.high)) * len(self.geometry.cell.sites)

    @property
    def part(self) -> tuple[slice, slice, slice]:
        """Slices (z, y, x) of the cells."""
        z, y, x = (slice(a, b) for a, b in zip(self.low[::-1], self.high[::-1]))
        return z, y, x

    @cached_property
    def places(self) -> NDArray[np.float32]:
        """Places (count, 3) in the picture; large samples are drawn without them."""
        return float32(np.asarray(self.of(self.geometry.positions), np.float64) * self.scale)

    def of(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return the rows of ``values`` (nz, ny, nx, basis, ...) that are drawn."""
        return values[self.part].reshape(-1, *values.shape[4:])


def scale_of(geometry: Geometry) -> float:
    """Picture units for one nearest-neighbour distance."""
    return (CHAIN if geometry.cell.axes == 1 else 2.0) / max(float(np.max(_extent(geometry))), 1.0)


def _extent(geometry: Geometry) -> Values:
    """Lengths of the sample along x, y, z in nearest-neighbour distances."""
    vectors = np.abs(np.array(geometry.cell.vectors))
    return np.asarray(np.array(geometry.sides) @ vectors)


@lru_cache(maxsize=8)
def sites_of(geometry: Geometry, slab: str = "whole", middle: float = 0.5, thickness: int = 1) -> Sites:
    """Return the sites of the whole sample or of a slab of ``thickness`` cells about ``middle``."""
    low, high = [0, 0, 0], list(geometry.sides)
    if slab != "whole":
        axis = "xyz".index(slab)
        n = geometry.sides[axis]
        start = min(max(round(middle * n - thickness / 2), 0), max(n - thickness, 0))
        low[axis], high[axis] = start, min(start + thickness, n)
    return Sites(geometry, scale_of(geometry), (low[0], low[1], low[2]), (high[0], high[1], high[2]))


def drawn_sites(geometry: Geometry, view: LatticeView) -> Sites:
    """The sites that a view asks for."""
    if view.slab == "whole":
        return sites_of(geometry)
    return sites_of(geometry, view.slab, view.middle, view.thickness)


def form_of(geometry: Geometry, view: LatticeView) -> str:
    """What is drawn: "arrows", "balls" or "cells", which only a lattice of one site a cell has."""
    one = len(geometry.cell.sites) == 1
    if view.shown not in ("auto", RECIPROCAL):
        return "balls" if view.shown == "cells" and not one else view.shown
    if drawn_sites(geometry, view).count <= ARROWS:
        return "arrows"
    return "cells" if one else "balls"


def stride_of(geometry: Geometry, view: LatticeView) -> int:
    """Of how many sites along each axis one is drawn: 1 but for large volumes of cells."""
    sites = drawn_sites(geometry, view)
    if form_of(geometry, view) != "cells" or sites.count <= MOST_CELLS or geometry.cell.axes < 3:
        return 1
    return ceil(float(np.cbrt(sites.count / MOST_CELLS)))


def thinned(geometry: Geometry, view: LatticeView) -> str:
    """Say of how many spins one is drawn; empty where all are."""
    n = stride_of(geometry, view)
    return f"one cell for {n} × {n} × {n} spins" if n > 1 else ""


def lattice_picture(
    geometry: Geometry,
    vectors: Vectors,
    view: LatticeView,
    J: float = 1.0,
    one: str = "spin",
    *,
    sublattices: NDArray[np.integer] | None = None,
    moments: tuple[float, ...] = (),
) -> tuple[Visual, ...]:
    """Return the visuals of unit vectors (nz, ny, nx, basis, 3); vacancies are left out.

    ``J``: sign of the coupling, for local energies; ``one``: what a spin is called when it is clicked;
    ``sublattices`` (nz, ny, nx, basis), those of the colouring if None; ``moments``: lengths of the arrows of each site
    of the unit cell.
    """
    sites, form = drawn_sites(geometry, view), form_of(geometry, view)
    if form == "cells":
        return (_cells(geometry, vectors, view, J, sites, sublattices),)
    directions = float32(sites.of(vectors))
    colors = _colors(geometry, vectors, view, J, sites, sublattices)
    if form == "balls":
        here = np.any(directions, axis=1)
        radii = float32(BALL * sites.scale * here)
        return (Spheres(sites.places, radii, color=colors if not isinstance(colors, str) else Shades(directions)),)
    scales = np.array(moments or (1.0,))
    lengths = directions if not moments else float32(sites.of(vectors * scales[:, None]))
    return (
        Arrows(
            sites.places, lengths, length=ARROW * sites.scale, radius=0.1, color=colors, pivot="middle", one=one,
            worth=1.0,
        ),
    )  # fmt: skip


def local_energy(geometry: Geometry, vectors: Vectors, J: float = 1.0) -> Values:
    """Half the energy of the bonds of each site over J and its number of bonds, (nz, ny, nx, basis): -1/2 to 1/2."""
    return np.asarray(-0.5 * np.sign(J) * _parallel(geometry, vectors) / np.maximum(_neighbours(geometry, vectors), 1))


def local_order(geometry: Geometry, vectors: Vectors) -> Values:
    """Length of the mean over a site and its neighbours, (nz, ny, nx, basis): 0 to 1."""
    total = [vectors[..., k] + geometry.summed(vectors[..., k]) for k in range(3)]
    return np.asarray(np.sqrt(sum(t**2 for t in total)) / (1 + _neighbours(geometry, vectors)))


def flipped(colours: NDArray[np.integer], vectors: Vectors) -> Vectors:
    """The vectors with every second sublattice reversed."""
    return np.asarray(vectors * np.where(colours % 2, -1, 1)[..., None])


def _neighbours(geometry: Geometry, vectors: Vectors) -> NDArray[np.number]:
    """Number of neighbours of each site that are no vacancies."""
    here = np.any(vectors, axis=-1)
    return geometry.neighbour_count if here.all() else geometry.summed(here.astype(float))


def _parallel(geometry: Geometry, vectors: Vectors) -> Values:
    return np.asarray(sum(vectors[..., k] * geometry.summed(vectors[..., k]) for k in range(3)))


def _numbers(geometry: Geometry, vectors: Vectors, view: LatticeView, J: float) -> tuple[Values, str, float, float]:
    """The numbers that colours show, their colour map and its ends."""
    if view.coloured == "energy":
        return local_energy(geometry, vectors, J), WARM, -0.5, 0.5
    if view.coloured == "order":
        return local_order(geometry, vectors), "viridis", 0.0, 1.0
    return np.asarray(vectors[..., 2], np.float64), "spin", -1.0, 1.0


def sublattice_colours(count: int) -> tuple[str, float]:
    """Colour map of ``count`` sublattices and the number at its end: two as down and up, more in colours of a set."""
    return ("spin", 1.0) if count <= 2 else ("sublattices", len(SUBLATTICES) - 1.0)


def sublattice_shades(numbers: NDArray[np.generic], count: int) -> Shades:
    """Colours of sublattices by their ``numbers``, of ``count``."""
    colormap, high = sublattice_colours(count)
    return Shades(float32(numbers), colormap, 0.0, high)


def _colors(
    geometry: Geometry, vectors: Vectors, view: LatticeView, J: float, sites: Sites,
    sublattices: NDArray[np.integer] | None,
) -> Color:  # fmt: skip
    if view.coloured == "direction":
        return "direction"
    colours = geometry.colours if sublattices is None else sublattices
    if view.coloured == "flipped":
        return Shades(float32(sites.of(flipped(colours, vectors))))
    if view.coloured == "sublattice":
        return sublattice_shades(sites.of(colours), int(colours.max()) + 1)
    numbers, colormap, low, high = _numbers(geometry, vectors, view, J)
    return Shades(float32(sites.of(numbers)), colormap, low, high)


def _cells(
    geometry: Geometry, vectors: Vectors, view: LatticeView, J: float, sites: Sites,
    sublattices: NDArray[np.integer] | None,
) -> Cells:  # fmt: skip
    every = stride_of(geometry, view)
    z, y, x = sites.part
    part = tuple(slice(s.start, s.stop, every) for s in (z, y, x))
    inside = vectors[part][..., 0, :]
    corner = (np.array(sites.low) - np.array(geometry.sides) / 2) * sites.scale
    origin, edge = (float(corner[0]), float(corner[1]), float(corner[2])), every * sites.scale
    if view.coloured == "direction":
        there = np.any(inside, axis=-1, keepdims=True)
        return Cells(float32(np.where(there, inside, np.nan)), origin, (edge,) * 3, "direction")
    colours = geometry.colours if sublattices is None else sublattices
    if view.coloured == "flipped":
        there = np.any(inside, axis=-1, keepdims=True)
        shown = flipped(colours, vectors)[part][..., 0, :]
        return Cells(float32(np.where(there, shown, np.nan)), origin, (edge,) * 3, "direction")
    if view.coloured == "sublattice":
        colormap, high = sublattice_colours(int(colours.max()) + 1)
        numbers, low = colours.astype(float), 0.0
    else:
        numbers, colormap, low, high = _numbers(geometry, vectors, view, J)
    values = np.where(np.any(inside, axis=-1), numbers[part][..., 0], np.nan)
    return Cells(float32(values), origin, (edge,) * 3, colormap, low, high)


@lru_cache(maxsize=8)
def frame_of(geometry: Geometry) -> Lines:
    """Edges of the sample."""
    half = _extent(geometry) * scale_of(geometry) / 2
    corners = np.array([(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], float)
    pairs = [(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit]
    if geometry.sides[2] == 1:
        corners[:, 2] = 0
        pairs = [(a, b) for a, b in pairs if b < 4]
    return Lines(float32((corners * half)[np.array(pairs).ravel()]), color="muted", width=1.4, kind="segments")


def with_legend(stage: Stage, view: LatticeView, count: int = 0, *, always: bool = False) -> Stage:
    """Return the stage with what it says of the colours.

    ``count``: number of sublattices, which are named where colours show them, or ``always``.
    """
    bars = {
        "component": ("spin", -1.0, 1.0, "component along z"),
        "energy": (WARM, -0.5, 0.5, "energy per bond [J]"),
        "order": ("viridis", 0.0, 1.0, "local order"),
    }
    if always or view.coloured == "sublattice":
        named = zip(TWO if count <= 2 else SUBLATTICES, "ABCD"[:count])
        stage = replace(stage, entries=tuple((role, f"sublattice {name}") for role, name in named))
    if view.coloured == "sublattice":
        return replace(stage, legend="none")
    if view.coloured not in bars:
        return replace(stage, legend="direction")
    colormap, low, high, title = bars[view.coloured]
    return replace(stage, legend="colormap", colormap=colormap, low_value=low, high_value=high, legend_title=title)
