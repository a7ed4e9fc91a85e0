"""Picture of the wall: the mesh around it, the moment of the wall above it, and the track that passes below."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, cos, floor, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.clock import scale_within
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Stage, Visual, float32
from spinviz.systems.dynamics.common.mesh_picture import (
    ARROWS,
    Spacing,
    arrows,
    coloured,
    corner,
    mesh_picture,
    mesh_stage,
    one_arrow_for,
)
from spinviz.systems.dynamics.domain_wall.defects import middles
from spinviz.systems.dynamics.domain_wall.parameters import SPAN, WallParameters
from spinviz.systems.dynamics.domain_wall.state import WallState, offset, walled

ROWS = 20
"""Rows that are drawn of a wall that is computed in one."""
RING = np.array([np.cos(np.linspace(0, 2 * np.pi, 17)), np.sin(np.linspace(0, 2 * np.pi, 17))])
EVERY = 2
"""Of so many cells along and across one gets an arrow, which is larger for it."""
COARSE = 1.5
"""Cells in a width below which the mesh begins to hold a wall by itself."""
TICKS = 4
"""Marks along the track at least."""


def rows_of(p: WallParameters) -> int:
    """Rows of cells that are drawn."""
    return ROWS if p.flat and p.wide else p.ny


def spacing_of(p: WallParameters) -> Spacing:
    """Cell sizes along x, y, z in units of the picture, a cell along x."""
    return 1.0, 1.0, p.cell[2] / p.dx


def drawn(state: WallState, p: WallParameters) -> NDArray[np.floating]:
    """The unit vectors that are drawn (1, rows, nx, 3)."""
    return np.broadcast_to(state.m, (1, rows_of(p), p.nx, 3)) if p.flat else state.m


def picture(state: WallState, p: WallParameters) -> tuple[Visual, ...]:
    """The mesh, the wall's moment, marks of the track."""
    m = drawn(state, p)
    if p.show != "auto" or p.nx * rows_of(p) > ARROWS:
        return *mesh_picture(m, spacing_of(p), p.show), moment(state, p), rims(state, p), *marks(state, p)
    plane = Cells(coloured(m), corner(m.shape[:3], spacing_of(p)), spacing_of(p), colormap="direction", one="site")
    return plane, arrows(m, spacing_of(p), (1, EVERY, EVERY)), moment(state, p), rims(state, p), *marks(state, p)


def moment(state: WallState, p: WallParameters) -> Arrows:
    """The direction of the wall's moment, above the wall."""
    here = offset(state, p) if walled(state) else 0.0
    high = top(p)
    there = float(walled(state))
    return Arrows(
        float32([[here, 0.0, 0.6 * high]]), float32([[there * cos(state.angle), there * sin(state.angle), 0.0]]),
        length=0.8 * high, radius=0.07, color="net", pivot="middle", label="moment of the wall",
    )  # fmt: skip


def rims(state: WallState, p: WallParameters) -> Lines:
    """The rims of the defects, on the ground."""
    radius, edge, segments = p.size / 2 / p.dx, rows_of(p) / 2, []
    for x, y in middles(p, state.key, state.shift):
        if p.flat:
            segments += [((x + side, -edge), (x + side, edge)) for side in (-radius, radius)]
        else:
            ring = np.stack([x + radius * RING[0], y - edge + radius * RING[1]], axis=1)
            segments += list(pairwise(ring))
    points = np.array(segments, np.float64).reshape(-1, 2, 2)
    inside = (np.abs(points[..., 0]) <= p.nx / 2) & (np.abs(points[..., 1]) <= edge)
    flat = points[inside.all(axis=1)].reshape(-1, 2)
    low = corner((1, rows_of(p), p.nx), spacing_of(p))[2] + spacing_of(p)[2] / 2
    return Lines(
        float32(np.column_stack([flat, np.full(len(flat), low + 0.1)])), "simulation", width=1.6, kind="segments",
        label="defects" if p.depth else "",
    )  # fmt: skip


def top(p: WallParameters) -> float:
    """Height of the picture above the track."""
    return 0.16 * p.nx


def marks(state: WallState, p: WallParameters) -> tuple[Lines, Labels]:
    """Ticks that are fixed to the track, with their positions."""
    apart = scale_within(p.nx * p.dx / TICKS)
    middle, half, edge = state.shift, p.nx / 2, rows_of(p) / 2
    first, last = ceil((middle - half) * p.dx / apart), floor((middle + half) * p.dx / apart)
    numbers = range(first, last + 1)
    x = [n * apart / p.dx - middle for n in numbers]
    low = -edge - 0.5
    ends = [(at, low - step, 0.0) for at in x for step in (0.0, 0.03 * p.nx)]
    points = [(-half, low, 0.0), (half, low, 0.0), *ends]
    labels = float32([(at, low - 0.045 * p.nx, 0.0) for at in x]) if x else np.zeros((0, 3), np.float32)
    texts = tuple(show(n * apart, "m") if n else "0" for n in numbers)
    return (
        Lines(float32(points), "muted", kind="segments"),
        Labels(labels, texts, "secondary", 0.85, offset=(0.0, -0.6)),
    )


def stage_of(p: WallParameters) -> Stage:
    """The mesh in cells, and the room above it."""
    stage = mesh_stage((1, rows_of(p), p.nx), spacing_of(p), p.show, "m", p.dx)
    low, high = np.array(stage.low), np.array(stage.high)
    low[1] -= 0.06 * p.nx
    high[2] = top(p)
    return Stage(
        low=tuple(low.tolist()), high=tuple(high.tolist()), unit="m", unit_length=p.dx, azimuth=-16.0, elevation=46.0,
        legend="direction",
    )  # fmt: skip


def caption_of(state: WallState, p: WallParameters) -> str:
    """Mesh, what is idealised, and that the view follows the wall."""
    size = f"cells of {p.dx * 1e9:.3g} nm"
    wide = "one row of cells, repeated" if p.flat else "wide track, repeated"
    kind = wide if p.wide else f"strip, {p.ny * p.dx * 1e9:.3g} × {p.thickness * 1e9:.3g} nm"
    follows = "the view follows the wall" if walled(state) else "no wall is left"
    thin = one_arrow_for((1, rows_of(p), p.nx), p.show)
    return " · ".join(filter(None, (follows, coarse(p), kind, f"{size}, stray field", thin)))


def coarse(p: WallParameters) -> str:
    """A warning where the wall does not suit the mesh."""
    if p.resolved or not p.wide:
        return ""
    width = (p.A / p.K1) ** 0.5
    if width > p.nx * p.dx / SPAN:
        return f"the wall, {width * 1e9:.2g} nm, is too wide for the mesh"
    return f"cells coarse for a wall of {width * 1e9:.2g} nm" if width < COARSE * p.dx else ""
