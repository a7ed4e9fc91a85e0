"""Lines of a vector field on a grid: seeds evenly by flux, traced by an adaptive Runge-Kutta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.micromagnetics.field_line_kernels import trace_all

Values = NDArray[np.float64]

POINTS = 400
"""Of one line at most."""
TOLERANCE = 0.02
"""Error of a step in cells."""


@dataclass(frozen=True, eq=False)
class FieldLines:
    """Lines one after another: ``points`` (N, 3) in cells (x, y, z), the middle of cell (0, 0, 0) at 0.

    ``starts`` (N,): where a line begins; ``strength`` (N,): length of the field there.
    """

    points: Values
    starts: NDArray[np.bool_]
    strength: Values


def seeds_by_flux(sources: NDArray[np.floating], lines: int) -> NDArray[np.int64]:
    """Return cells (x, y, z), (lines, 3), in which ``lines`` begin: of ``sources`` (nz, ny, nx), evenly by flux.

    A cell of the source q gets a part q of them over the sum of all that are positive; there are none without.
    """
    total = np.cumsum(np.maximum(np.asarray(sources, np.float64).ravel(), 0.0))
    if not total[-1] > 0:
        return np.zeros((0, 3), np.int64)
    wanted = (np.arange(lines) + 0.5) / lines * total[-1]
    return np.stack(np.unravel_index(np.searchsorted(total, wanted), sources.shape)[::-1], axis=1)


def field_lines(
    field: NDArray[np.floating], seeds: Values, cell: tuple[float, float, float] = (1.0, 1.0, 1.0),
    stops: NDArray[np.bool_] | None = None, *, backward: bool = False, apart: bool = False, most: int = POINTS,
) -> FieldLines:  # fmt: skip
    """Trace the lines of ``field`` (nz, ny, nx, 3) through ``seeds`` (n, 3) [cells].

    ``cell``: edges in any unit. A line ends at the edge of the grid, in a cell of ``stops`` (nz, ny, nx), back at its
    seed or in a cell through which it ran, where the field vanishes, and after ``most`` points; with ``backward`` it
    also runs against the field, and with ``apart`` it ends where another ran through the cell. A grid of one layer is a
    plane.
    """
    values = np.ascontiguousarray(field, np.float64)
    ends = np.zeros(values.shape[:3], bool) if stops is None else np.ascontiguousarray(stops)
    room = 2 * most if backward else most
    points = np.zeros((len(seeds), room, 4))
    lengths = np.zeros((len(seeds), 2), np.int64)
    edges = np.array(cell) / min(cell)
    trace_all(values, ends, edges, np.asarray(seeds, np.float64), backward, apart, TOLERANCE, most, points, lengths)
    found = [line[begin:end] for line, (begin, end) in zip(points, lengths) if end - begin > 1]
    if not found:
        return FieldLines(np.zeros((0, 3)), np.zeros(0, bool), np.zeros(0))
    starts = [np.arange(len(line)) == 0 for line in found]
    rows = np.concatenate(found)
    return FieldLines(rows[:, :3], np.concatenate(starts), rows[:, 3])
