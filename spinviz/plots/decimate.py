"""Fewer points with the same picture: lowest and highest value per pixel column, pixels visited by a path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def visible(time: Values, start: float, end: float) -> slice:
    """Return the rows of sorted ``time`` within [start, end] and one more at each side."""
    first, last = np.searchsorted(time, (start, end), side="left")
    return slice(max(int(first) - 1, 0), min(int(last) + 1, len(time)))


def bucket_size(count: int, columns: int) -> int:
    """Return how many samples share a column: a power of two, so that columns keep their samples while time runs."""
    if count <= 2 * columns:
        return 1
    size = 4
    while count > columns * size:
        size *= 2
    return size


def envelope(x: Values, y: Values, rows: slice, columns: int) -> tuple[Values, Values]:
    """Return (x, y) of ``rows`` thinned to about two points per column; every extreme survives.

    x (n,) rising, y (n,), NaN marks gaps. Columns begin at multiples of their size, counted from the first sample
    ever, not from the first one shown: the picture does not shimmer while it scrolls.
    """
    size = bucket_size(rows.stop - rows.start, columns)
    if size == 1:
        return x[rows], y[rows]
    start = rows.start - rows.start % size
    buckets = (rows.stop - start) // size
    end = start + buckets * size
    low, high, falling = _extremes(y[start:end].reshape(buckets, size))
    kept = np.empty(2 * buckets)
    kept[0::2] = np.where(falling, high, low)
    kept[1::2] = np.where(falling, low, high)
    at = np.empty(2 * buckets)
    at[0::2] = x[start:end:size]
    at[1::2] = x[start + size - 1 : end : size]  # the end of a column: a steady slope stays straight
    return np.concatenate([at, x[end : rows.stop]]), np.concatenate([kept, y[end : rows.stop]])


def _extremes(blocks: Values) -> tuple[Values, Values, NDArray[np.bool_]]:
    """Lowest, highest value of each row, gaps ignored, and whether the row goes down.

    Halving the columns is several times faster than reducing short rows.
    """
    falling = blocks[:, 0] > blocks[:, -1]
    low = high = blocks
    while low.shape[1] > 1:
        low, high = np.fmin(low[:, 0::2], low[:, 1::2]), np.fmax(high[:, 0::2], high[:, 1::2])
    return low[:, 0], high[:, 0], falling


def path(x: Values, y: Values, dx: float, dy: float, most: int = 4000) -> tuple[Values, Values]:
    """Return the points of a path that move to another pixel of size (dx, dy); first and last always stay.

    Of more than ``most`` points those stay that move to another square of 2, 4 or 8 pixels, and at last the latest.
    """
    if len(x) < 3 or not (dx > 0 and dy > 0):
        return x, y
    for pixels in (1, 2, 4, 8):
        px, py = np.floor(x / (pixels * dx)), np.floor(y / (pixels * dy))
        kept = np.ones(len(x), dtype=bool)
        kept[1:-1] = (px[1:-1] != px[:-2]) | (py[1:-1] != py[:-2])
        x, y = x[kept], y[kept]
        if len(x) <= most:
            break
    return x[-most:], y[-most:]
