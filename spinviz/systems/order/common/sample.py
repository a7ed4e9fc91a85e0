"""The sample of a lattice by its name and edge: as many whole cells as fit the sublattices, about as wide as long."""

from __future__ import annotations

from functools import lru_cache
from math import prod

from spinviz.physics.lattice.bonds import bonds_of, colouring_of
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.unit_cells import unit_cell


@lru_cache(maxsize=32)
def sample_of(lattice: str, edge: int, periodic: bool = True, shells: int = 1) -> Geometry:
    """Return a sample of ``edge`` cells along x and about as long along its other axes.

    Periodic sides are rounded up to whole repeats of the sublattices: `taken` says so.
    """
    cell = unit_cell(lattice)
    period = colouring_of(cell, bonds_of(cell, shells)).period
    lengths = [sum(v * v for v in vector) ** 0.5 for vector in cell.vectors]
    sides = []
    for axis in range(3):
        wanted = max(round(edge * lengths[0] / lengths[axis]), 1) if axis < cell.axes else 1
        step = period[axis] if periodic and axis < cell.axes else 1
        sides.append(-(-wanted // step) * step)
    return Geometry.of(cell, (sides[0], sides[1], sides[2]), periodic, shells)


def taken(geometry: Geometry, edge: int) -> str:
    """Say that another edge than the one asked for was taken, and why; empty where it was not."""
    n = geometry.sides[0]
    if n == edge:
        return ""
    period = geometry.colouring.period[0]
    return f"L = {edge} does not fit sublattices that repeat after {period} cells: {n} is taken"


def size_of(geometry: Geometry, occupied: int | None = None) -> str:
    """How large it is, in words; ``occupied``: number of sites that have a spin, None for all."""
    cells = " × ".join(str(n) for n in geometry.sides[: geometry.cell.axes])
    what = "cells" if len(geometry.cell.sites) > 1 else "spins"
    number = prod(geometry.shape) if occupied is None else occupied
    spins = "" if what == "spins" and geometry.cell.axes == 1 and number == geometry.count else f", {number:,} spins"
    edges = "periodic" if any(geometry.periodic) else "free edges"
    return f"{geometry.cell.name}, {cells} {what if not spins else 'cells'}{spins}, {edges}".replace(",", ",")
