"""A lattice over wave vectors: its structure factor as a sheet with the Brillouin zone, and C(r) and S(q) as lines."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.model.visuals import Cells, Labels, Lines, Shades, Stage, Visual, float32
from spinviz.physics.lattice.correlations import along, centred, correlation, plane_structure_factor
from spinviz.physics.lattice.crystals import radial_correlation, zone_section, zone_structure_factor
from spinviz.physics.lattice.geometry import Geometry
from spinviz.systems.order.common.view import LatticeView
from spinviz.systems.pictures.reciprocal import COLORS, EDGE, LEAST, RECIPROCAL, averaged, top_level

Vectors = NDArray[np.floating]
Values = NDArray[np.float64]

REACH = 2.2 * pi
"""The sheet reaches at least so far from q = 0 [1/a], in whole reciprocal cells."""
INSIDE = 0.95
"""Part of the sheet that has marks."""
MOST = 2**18
"""Sites up to which correlations are plotted in every picture."""


def shows_structure(geometry: Geometry, view: LatticeView) -> bool:
    """Whether the picture is S(q): a chain has only the line of a plot."""
    return view.shown == RECIPROCAL and geometry.cell.axes > 1


def zones_of(geometry: Geometry) -> tuple[int, int]:
    """Reciprocal cells of the unit cell along q_x and q_y that are shown: odd, so that no spot lies on the edge."""
    x, y = (ceil(REACH * geometry.cell.vectors[axis][axis] / pi - 1e-9) for axis in (0, 1))
    return x + 1 - x % 2, y + 1 - y % 2


def half_of(geometry: Geometry) -> tuple[float, float]:
    """How far the sheet reaches along q_x and q_y [1/a]."""
    x, y = (zones * pi / geometry.cell.vectors[axis][axis] for axis, zones in enumerate(zones_of(geometry)))
    return x, y


def lattice_structure(geometry: Geometry, vectors: Vectors) -> tuple[Visual, ...]:
    """log10 S(q_x, q_y, 0) of vectors (nz, ny, nx, basis, 3), zero for vacancies; the edge of the Brillouin zone."""
    S = averaged(zone_structure_factor(vectors, geometry.cell, zones_of(geometry)))
    ny, nx = S.shape
    with np.errstate(divide="ignore"):
        level = np.maximum(np.log10(S), LEAST)
    half = half_of(geometry)
    step = (2 * half[0] / nx, 2 * half[1] / ny)
    # The pixel in column nx//2 has its middle at q = 0.
    corner = (-(nx // 2 + 0.5) * step[0], -(ny // 2 + 0.5) * step[1], -0.005)
    return (
        Cells(float32(level[None]), corner, (*step, 0.01), COLORS, LEAST, top_level(geometry.count)),
        *_frame(geometry),
    )


def lattice_structure_stage(geometry: Geometry) -> Stage:
    """The sheet from above."""
    x, y = half_of(geometry)
    edge = max(x, y)
    return Stage(
        low=(-x - 0.3 * edge, -y - 0.72 * edge, -0.05), high=(x + 0.2 * edge, y + 0.4 * edge, 0.05), axes=False,
        azimuth=0.0, elevation=90.0, legend="colormap", colormap=COLORS, low_value=LEAST,
        high_value=round(top_level(geometry.count), 1), legend_title="log₁₀ S(q)",
    )  # fmt: skip


def structure_caption(geometry: Geometry) -> str:
    """What the sheet is."""
    plane = " · plane q_z = 0" if geometry.sides[2] > 1 else ""
    return f"structure factor |Σ S exp(−iq·r)|²/N{plane} · outline: Brillouin zone · a: distance of neighbours"


def correlations_of(geometry: Geometry, vectors: Vectors) -> tuple[Line, ...]:
    """C(r) of this moment: over all directions, and along the axes where a cell has one site; r in distances a."""
    r, C = radial_correlation(vectors, geometry.cell, geometry.periodic)
    found = [Line(r, C, "all directions", "muted")]
    if len(geometry.cell.sites) == 1 and geometry.cell.axes > 1:
        grid = correlation(vectors[..., 0, :], geometry.periodic)
        lines = [along(grid, axis)[: len(r)] for axis in range(geometry.cell.axes)]
        axes = np.asarray(np.mean(lines, axis=0, dtype=np.float64))
        found.append(Line(np.arange(float(len(axes))), axes, "along the axes", "simulation"))
    return tuple(found)


def chain_structure(vectors: Vectors) -> Line:
    """S(q) of a chain of vectors (1, 1, nx, 1, n) from 0 to pi/a."""
    S = centred(plane_structure_factor(vectors[..., 0, :]))[0]
    n = len(S)
    half = S[n // 2 :] if n % 2 else np.append(S[n // 2 :], S[0])
    return Line(2 * pi * np.arange(len(half)) / n, np.asarray(half, np.float64), "this moment", "simulation")


def far(geometry: Geometry) -> float:
    """Distance up to which C(r) is plotted [a]."""
    sides = zip(geometry.sides, np.diag(np.array(geometry.cell.vectors)))
    return max(float(int(min(n * length / 2 for n, length in sides if n > 1))), 1.0) if geometry.count > 1 else 1.0


@lru_cache(maxsize=8)
def _frame(geometry: Geometry) -> tuple[Visual, ...]:
    """Edge of the sheet, marks at multiples of pi with their numbers, names of the axes, the zone."""
    x, y = half_of(geometry)
    out = EDGE * max(x, y)
    corners = [(-x, -y), (x, -y), (x, y), (-x, y)]
    strokes = [point for n in range(4) for point in (corners[n], corners[(n + 1) % 4])]
    # None at the corners, where those of both axes would meet.
    last_x, last_y = (int(INSIDE * reach / pi) for reach in (x, y))
    below = [(pi * n, -y - out) for n in range(-last_x, last_x + 1)]
    left = [(-x - out, pi * n) for n in range(-last_y, last_y + 1)]
    strokes += [point for q, low in below for point in ((q, -y), (q, low))]
    strokes += [point for low, q in left for point in ((-x, q), (low, q))]
    zone = zone_section(geometry.cell)
    return (
        Lines(_lifted(strokes, 0.01), color="muted", width=1.5, kind="segments"),
        Lines(
            _lifted([*zone, zone[0]], 0.02),
            color=Shades(np.ones(len(zone) + 1, np.float32), COLORS, 0.0, 1.0),
            width=2.0,
        ),
        Labels(_lifted(below, 0.0), tuple(_tick(round(q / pi)) for q, _ in below), offset=(0.0, -0.9)),
        Labels(_lifted(left, 0.0), tuple(_tick(round(q / pi)) for _, q in left), offset=(-1.0, 0.0)),
        Labels(_lifted([(0.0, -y - out)], 0.0), ("qx a",), size=1.3, italic=True, offset=(0.0, -2.2)),
        Labels(_lifted([(-x - out, 0.0)], 0.0), ("qy a",), size=1.3, italic=True, offset=(-3.0, 0.0)),
    )


def _tick(n: int) -> str:
    """A multiple of pi in letters."""
    if n == 0:
        return "0"
    return f"{'−' if n < 0 else ''}{abs(n) if abs(n) > 1 else ''}π"


def _lifted(points: object, height: float) -> NDArray[np.float32]:
    flat = np.array(points, float)
    return float32(np.column_stack([flat, np.full(len(flat), height)]))
