"""Picture of the alloy: atoms with their moments and one unit cell, or cells coloured by order; beside it M.

The longest edge of the sample is two picture units long and its middle lies at the origin.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import PlacedSites
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Shades, Spheres, Stage, Visual, float32
from spinviz.physics.order.atom_exchange import local_order
from spinviz.systems.order.alloy_order.laws import moment
from spinviz.systems.order.alloy_order.parameters import AlloyParameters
from spinviz.systems.order.alloy_order.state import AlloyState

Values = NDArray[np.float64]

AZIMUTH, ELEVATION = 27.0, 17.0
MAST = 0.8
"""Length of the arrow of M at S = 1."""
HEADROOM = 1.36
"""Room above the sample for what is written there."""
GAP = 0.58
TOP = np.array([0.0, 0.0, 1.0])
RADIUS = {1: 0.155, -1: 0.175}
"""Of the balls of Mn and Al, in edges a: as their metallic radii, 127 pm and 143 pm."""
ARROW = 0.78
"""Length of a moment in edges c."""


@lru_cache(maxsize=8)
def edges(L: int, ratio: float) -> tuple[float, float, float]:
    """Edges (x, y, z) of a unit cell in picture units, ``ratio`` = c/a."""
    a = 2.0 / (L * max(ratio, 1.0))
    return a, a, a * ratio


def edges_of(p: AlloyParameters) -> Values:
    """Edges of the unit cell in the picture (3,)."""
    return np.array(edges(p.L, p.c / p.a))


@lru_cache(maxsize=8)
def kept(L: int, cut: str) -> NDArray[np.bool_]:
    """Which cells (nz, ny, nx) are drawn."""
    inside = np.ones((L, L, L), bool)
    half = L // 2
    if cut == "corner" and L > 4:
        inside[L - half :, :half, L - half :] = False
    if cut == "layer":
        inside[:, np.arange(L) != half] = False
    return inside


@lru_cache(maxsize=8)
def places(L: int, ratio: float, cut: str) -> NDArray[np.float32]:
    """Places of the corners that are drawn, then of the centres, (n, 3)."""
    z, y, x = np.nonzero(kept(L, cut))
    corners = np.column_stack([x, y, z]).astype(float) - L / 2
    return float32(np.concatenate([corners + 0.25, corners + 0.75]) * np.array(edges(L, ratio)))


@lru_cache(maxsize=4)
def sites(L: int, ratio: float) -> PlacedSites:
    """All corners, then all centres, for a brush; the edge a is the unit."""
    return PlacedSites(places(L, ratio, "whole"), edges(L, ratio)[0])


@lru_cache(maxsize=8)
def frame_of(L: int, ratio: float) -> Lines:
    """Edges of the sample."""
    corners = np.array([(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], float)
    pairs = np.array([(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit]).ravel()
    return Lines(
        float32((corners * L / 2 * np.array(edges(L, ratio)))[pairs]), color="muted", width=1.3, kind="segments"
    )


@lru_cache(maxsize=8)
def cell_of(L: int, ratio: float) -> tuple[Lines, Labels]:
    """One unit cell between corner atoms, at the front right above, and the letters of its edges."""
    size = np.array(edges(L, ratio))
    low = (np.array([L - 2, 0, L - 2]) - L / 2 + 0.25) * size
    corners = np.array([(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)], float)
    pairs = np.array([(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit]).ravel()
    middles = np.array([[0.5, 0.0, 0.0], [1.0, 0.0, 0.5]])
    return (
        Lines(float32(low + corners[pairs] * size), color="text", width=2.4, kind="segments"),
        Labels(float32(low + middles * size), ("a", "c"), italic=True, size=1.2, offset=(0.4, -0.6)),
    )


@lru_cache(maxsize=8)
def foot(L: int, ratio: float) -> Values:
    """Middle of the scale of M (3,): at the right of the sample as the camera sees it."""
    right = np.array([cos(radians(AZIMUTH)), sin(radians(AZIMUTH)), 0.0])
    half = L / 2 * np.array(edges(L, ratio))
    return np.asarray(right * (float(half @ np.abs(right)) + GAP))


@lru_cache(maxsize=8)
def scale_of(L: int, ratio: float) -> Lines:
    """The scale of M from S = -1 to 1, with a mark at each end and at 0."""
    at = foot(L, ratio)
    tick = 0.05 * np.array([cos(radians(AZIMUTH)), sin(radians(AZIMUTH)), 0.0])
    points = [at - MAST * TOP, at + MAST * TOP]
    for z in (-MAST, 0.0, MAST):
        points += [at + z * TOP - tick, at + z * TOP + tick]
    return Lines(float32(points), color="muted", width=1.6, kind="segments")


def atoms_drawn(state: AlloyState, p: AlloyParameters) -> tuple[Visual, ...]:
    """Balls of all atoms, and the moments of Mn."""
    inside = kept(p.L, p.cut)
    here = places(p.L, p.c / p.a, p.cut)
    kind = np.concatenate([state.atoms[0][inside], state.atoms[1][inside]])
    sign = np.repeat([1.0, -1.0], len(kind) // 2) * (kind > 0)
    sizes = {one: float32(RADIUS[one] * edges_of(p)[0] * (kind == one)) for one in RADIUS}
    directions = np.zeros((len(kind), 3))
    directions[:, 2] = sign
    others: Shades | str = "muted"
    colors = Shades(float32(sign))
    if p.coloured == "order":
        order = local_order(state.atoms)
        others = colors = Shades(float32(np.concatenate([order[0][inside], order[1][inside]])))
    return (
        Spheres(here, sizes[1], color=colors),
        Spheres(here, sizes[-1], color=others),
        Arrows(
            here, float32(directions), length=ARROW * edges_of(p)[2], radius=0.055, pivot="middle", one="atom",
            worth=p.mu, color=colors,
        ),
    )  # fmt: skip


def cells_drawn(state: AlloyState, p: AlloyParameters) -> Cells:
    """The order of every cell that is kept."""
    values = np.where(kept(p.L, p.cut), local_order(state.atoms).mean(axis=0), np.nan)
    size = edges_of(p)
    low, steps = -p.L / 2 * size, (float(size[0]), float(size[1]), float(size[2]))
    return Cells(float32(values), (float(low[0]), float(low[1]), float(low[2])), steps)


def picture(state: AlloyState, p: AlloyParameters) -> tuple[Visual, ...]:
    """The sample and its magnetization."""
    ratio = p.c / p.a
    sample: tuple[Visual, ...]
    if p.form == "cells":
        sample = (cells_drawn(state, p), frame_of(p.L, ratio))
    else:
        sample = (*atoms_drawn(state, p), *cell_of(p.L, ratio), frame_of(p.L, ratio))
    M = moment(state, p)
    at = foot(p.L, ratio)
    names = np.array([at + MAST * TOP, at - MAST * TOP])
    return (
        *sample,
        scale_of(p.L, ratio),
        Arrows(float32(at[None]), float32([[0, 0, M / p.full]]), length=MAST, radius=0.085, color="net"),
        Labels(float32(names[:1]), (f"M = {show(M, 'A/m', 3)}",), italic=True, size=1.3, offset=(0.0, 1.0)),
        Labels(float32(names[1:]), (f"S = {state.order:.2f}".replace("-", "−"),), italic=True, size=1.3,
               offset=(0.0, -1.2)),
    )  # fmt: skip


def stage(p: AlloyParameters) -> Stage:
    """The sample and the scale beside it."""
    ratio = p.c / p.a
    size = edges_of(p)
    half, at = p.L / 2 * size, foot(p.L, ratio)
    low, high = np.minimum(-half, at), np.maximum(half, at)
    low[2], high[2] = min(low[2], -MAST - 0.12), HEADROOM * max(high[2], MAST)
    order = p.form == "cells" or p.coloured == "order"
    kinds = (("up", "Mn on a corner (a)"), ("down", "Mn on a centre (b)"), ("muted", "Al"), ("text", "a unit cell"))
    net = (("net", "magnetization M"),)
    return Stage(
        low=(float(low[0]), float(low[1]), float(low[2])), high=(float(high[0]), float(high[1]), float(high[2])),
        unit="m", unit_length=p.a / float(size[0]), azimuth=AZIMUTH, elevation=ELEVATION, axes=False,
        legend="colormap" if order else "none", legend_title="local order" if order else "",
        entries=net if order else kinds + net,
    )  # fmt: skip
