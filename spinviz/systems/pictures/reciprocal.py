"""A lattice seen as a whole: its structure factor as a sheet over wave vectors, its correlations as lines of a plot."""

from __future__ import annotations

from functools import lru_cache
from math import log10, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.model.visuals import Cells, Labels, Lines, Stage, Visual, float32
from spinviz.physics.lattice.correlations import (
    along,
    centred,
    correlation,
    correlation_along,
    plane_structure_factor,
    radial,
)

Values = NDArray[np.float64]

RECIPROCAL = "reciprocal"
"""The display choice that shows S(q)."""
SHOWN = "S(q)"
"""Its words."""
COLORS = "viridis"
LEAST = -2.0
"""log10 S at the dark end of the colours; the other end is that of a lattice in full order, S(0) = N."""
PIXELS = 256
"""Wave vectors along an axis that are shown at most: more are averaged, which also calms the speckle."""
MOST_SITES = 100_000
"""Of the rows whose correlations are shown: the errors of more would not be seen, the time would."""
EDGE = 0.02
"""Length of the marks at -pi, 0 and pi in parts of the sheet."""


def structure_picture(spins: NDArray[np.generic], spacing: str = "a") -> tuple[Visual, ...]:
    """log10 S(q_x, q_y, 0) of spins (nz, ny, nx) or (nz, ny, nx, n), q from -pi to pi in units of 1/``spacing``."""
    S = averaged(centred(plane_structure_factor(spins)))
    ny, nx = S.shape
    with np.errstate(divide="ignore"):
        level = np.maximum(np.log10(S), LEAST)
    step = (2 * pi / nx, 2 * pi / ny)
    # The pixel in column nx//2 has its middle at q = 0.
    corner = (-(nx // 2 + 0.5) * step[0], -(ny // 2 + 0.5) * step[1], -0.005)
    ends = (f"−π/{spacing}", "0", f"π/{spacing}")
    sites = int(np.prod(np.shape(spins)[:3]))
    return (
        Cells(float32(level[None]), corner, (*step, 0.01), COLORS, LEAST, top_level(sites)),
        Lines(_marks(), color="muted", width=1.5, kind="segments"),
        Labels(_below(), ends, offset=(0.0, -0.9)),
        Labels(_left(), ends, offset=(-1.4, 0.0)),
        Labels(_below()[1:2], ("qx",), size=1.3, italic=True, offset=(0.0, -2.2)),
        Labels(_left()[1:2], ("qy",), size=1.3, italic=True, offset=(-2.6, 0.0)),
    )


def structure_stage(sites: int) -> Stage:
    """The sheet from above."""
    return Stage(
        low=(-1.3 * pi, -1.45 * pi, -0.05), high=(1.2 * pi, 1.3 * pi, 0.05), axes=False, azimuth=0.0, elevation=90.0,
        legend="colormap", colormap=COLORS, low_value=LEAST, high_value=round(top_level(sites), 1),
        legend_title="log₁₀ S(q)",
    )  # fmt: skip


def structure_words(layers: int) -> str:
    """What the sheet is."""
    return "structure factor |Σ s exp(−iq·r)|²/N" + (" · plane q_z = 0" if layers > 1 else "")


def top_level(sites: int) -> float:
    """log10 S at the bright end."""
    return max(log10(max(sites, 1)), LEAST + 1)


def averaged(S: Values) -> Values:
    """Means over blocks of q about those that are kept, where there are more than `PIXELS`; the mean of all stays."""
    for axis in (0, 1):
        n = S.shape[axis]
        block = next((b for b in range(-(-n // PIXELS), n + 1) if n % b == 0 and (n // b) % 2 == 0), 1)
        if n <= PIXELS or block == 1:
            continue
        # q = 0 is the middle of its block: an even one takes half of the values at both its ends.
        folded = [np.roll(S, shift, axis) for shift in {block // 2, (block - 1) // 2}]
        split = (*S.shape[:axis], n // block, block, *S.shape[axis + 1 :])
        S = np.mean([part.reshape(split).mean(axis=axis + 1) for part in folded], axis=0)
    return S


def correlation_lines(spins: NDArray[np.integer], reach: float) -> tuple[Line, ...]:
    """C(r) of a periodic lattice (nz, ny, nx) whose axes are alike: over all directions, and along the axes.

    r in sites, up to ``reach``.
    """
    C = correlation(spins)
    axes = np.mean([along(C, axis) for axis in range(3) if C.shape[2 - axis] > 1], axis=0)
    r = np.arange(len(axes), dtype=np.float64)
    return _line(*radial(C), reach, "all directions", "muted"), _line(r, axes, reach, "along the axes", "simulation")


def correlation_lines_by_axis(
    spins: NDArray[np.floating], spacing: tuple[float, float, float], periodic: tuple[bool, bool, bool]
) -> tuple[Line, ...]:
    """C(r) of vectors (nz, ny, nx, n) along each axis of more than one cell; ``spacing`` (x, y, z) is that of r.

    Of large lattices some rows are taken, and the label says how many.
    """
    lines = []
    for axis in (axis for axis in range(3) if spins.shape[2 - axis] > 1):
        rows = _some_rows(spins, 2 - axis)
        far = correlation_along(rows, axis, periodic[axis])
        r = spacing[axis] * np.arange(len(far), dtype=np.float64)
        some = "" if rows.size == spins.size else f", {rows[..., 0].size // rows.shape[2 - axis]} rows"
        lines.append(_line(r, far, np.inf, f"along {'xyz'[axis]}{some}", "xyz"[axis]))
    return tuple(lines)


def _some_rows(spins: NDArray[np.floating], along: int) -> NDArray[np.floating]:
    """Rows along an axis, evenly spread, of about `MOST_SITES` sites; all where there are no more."""
    across = [axis for axis in range(3) if axis != along and spins.shape[axis] > 1]
    every = 1
    while across and spins[..., 0].size / every ** len(across) > MOST_SITES:
        every += 1
    return spins[tuple(slice(None, None, every if axis in across else None) for axis in range(3))]


def _line(r: Values, C: Values, reach: float, label: str, role: str) -> Line:
    shown = r <= reach * (1 + 1e-9)
    return Line(r[shown], np.asarray(C[shown], np.float64), label, role)


@lru_cache(maxsize=1)
def _marks() -> NDArray[np.float32]:
    """The edge of the sheet and marks at -pi, 0 and pi, as segments."""
    corners = [(-pi, -pi), (pi, -pi), (pi, pi), (-pi, pi)]
    strokes = [point for n in range(4) for point in (corners[n], corners[(n + 1) % 4])]
    for q in (-pi, 0.0, pi):
        strokes += [(q, -pi), (q, -pi * (1 + 2 * EDGE)), (-pi, q), (-pi * (1 + 2 * EDGE), q)]
    return float32(np.column_stack([np.array(strokes), np.full(len(strokes), 0.01)]))


@lru_cache(maxsize=1)
def _below() -> NDArray[np.float32]:
    return float32([(q, -pi * (1 + 2 * EDGE), 0.0) for q in (-pi, 0.0, pi)])


@lru_cache(maxsize=1)
def _left() -> NDArray[np.float32]:
    return float32([(-pi * (1 + 2 * EDGE), q, 0.0) for q in (-pi, 0.0, pi)])
