"""The point of a curve that the mouse means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

REACH = 12.0
"""Pixels from a curve within which a click means it."""


def nearest(
    at: tuple[float, float], curves: Sequence[tuple[Values, Values]], pixel: tuple[float, float], joined: bool = True
) -> tuple[int, int] | None:
    """Return curve and row of the point that is nearest to ``at`` on the nearest curve; None where none is in reach.

    ``curves``: x (n,) and y (n,) in axis numbers, ``joined`` by straight lines or points alone; ``pixel``: width and
    height of a pixel in axis numbers. Where y is NaN there is no curve.
    """
    found: list[tuple[float, int, int]] = []
    for number, (x, y) in enumerate(curves):
        if not len(x):
            continue
        right, up = (np.asarray(x, float) - at[0]) / pixel[0], (np.asarray(y, float) - at[1]) / pixel[1]
        off = np.hypot(right, up)
        reach = _from_lines(right, up) if joined and len(x) > 1 else off
        if np.isfinite(reach).any() and (least := float(np.nanmin(reach))) <= REACH:
            place = int(np.nanargmin(reach))
            ends = [n for n in (place, place + 1) if n < len(off) and np.isfinite(off[n])]
            found.append((least, number, min(ends, key=lambda n: off[n])))
    return min(found)[1:] if found else None


def _from_lines(x: Values, y: Values) -> Values:
    """Distances (n,) of the origin from the lines between neighbours and, where those are missing, from the points."""
    a, along = np.column_stack([x, y]), np.column_stack([np.diff(x), np.diff(y)])
    with np.errstate(invalid="ignore", divide="ignore"):
        square = np.einsum("ij,ij->i", along, along)
        part = np.clip(np.nan_to_num(-np.einsum("ij,ij->i", a[:-1], along) / square), 0.0, 1.0)
        off = np.hypot(*(a[:-1] + part[:, None] * along).T)
    points = np.hypot(x, y)
    return np.fmin(points, np.append(off, np.nan))
