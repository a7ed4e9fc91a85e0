"""Where the names at the ends of curves stand: beside their ends, off each other and off what is drawn there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SAMPLES = 12
"""Places along a name at which the curves below it are looked at."""
RISES = np.arange(-16, 17) / 4
"""Places that are tried, in line heights above the end of the curve."""
OVER_NAME, OUTSIDE, OVER_CURVE, MOVED = 100.0, 50.0, 8.0, 0.6
"""What makes a place worse, in line heights away from the end: all of a name covered, a place outside the graph, all of
a curve covered, another place than before."""


def below(curves: Sequence[tuple[Values, Values]], left: float, right: float) -> Values:
    """Return the heights (SAMPLES, k) of the curves (x, y) between ``left`` and ``right``; NaN where there is none."""
    x = np.linspace(left, right, SAMPLES)
    drawn = [np.interp(x, a, b, left=np.nan, right=np.nan) for a, b in curves if len(a)]
    return np.stack(drawn, axis=-1) if drawn else np.full((SAMPLES, 0), np.nan)


def rises(
    ends: Sequence[float], drawn: Sequence[Values], height: float, room: tuple[float, float], before: Sequence[float]
) -> list[float]:
    """Return how far above its end each name stands, in line heights.

    Parameters
    ----------
    ends
        Heights of the ends of the curves [pixels].
    drawn
        For each name the heights (n, k) of what is drawn where it may stand [pixels], as `below` gives them.
    height
        The height of a line of letters [pixels].
    room
        The lowest and the highest place for the middle of a name [pixels].
    before
        What was returned for the last frame: names keep their places unless another is clearly better.
    """
    found: list[float] = []
    taken: list[float] = []
    for end, curves, last in zip(ends, drawn, before):
        middle = end + RISES * height
        cost = np.abs(RISES) + MOVED * (last != RISES)
        for other in taken:
            cost += OVER_NAME * np.clip(1 - np.abs(middle - other) / height, 0, 1)
        cost += OUTSIDE * ((middle < room[0]) | (middle > room[1]))
        near = np.abs(curves[None] - middle[:, None, None]) < 0.5 * height
        cost += OVER_CURVE * near.any(axis=2).sum(axis=1) / SAMPLES
        best = int(np.argmin(cost))
        found.append(float(RISES[best]))
        taken.append(float(middle[best]))
    return found
