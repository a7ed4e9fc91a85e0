"""The demagnetizing tensor of a mesh of equal cells, open or periodic along each axis, in double precision.

N_ij(R) averages the dipole tensor (V/4 pi) (delta_ij/r^3 - 3 r_i r_j/r^5) over both cells, that is over r = R + u with
the density (1 - |u|/d)/d along each axis. Close by, Newell's closed forms (`newell`) give it; further away, where their
differences lose digits, Gauss's quadrature of that density does: n points are exact to the order 2n - 1 of the
expansion in 1/R. Images are added one by one to the distance `FAR`, and beyond by an integral over their continuum
(`tails`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import ceil

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.micromagnetics.newell import PARTS, Cell, Values, newell
from spinviz.physics.micromagnetics.quadrature import gauss
from spinviz.physics.micromagnetics.tails import tail
from spinviz.physics.micromagnetics.tensor_kernels import add_images

Sides = tuple[int, int, int]
Edges = tuple[bool, bool, bool]

ACCURACY = ((5, 7), (6, 6), (8, 5), (12, 4), (20, 3), (60, 2), (600, 1))
"""From which distance on, in the longest edge of a cell, how many points along each axis do: error below 5e-14."""
FAR = 8.0
"""Distance in periods, the longest one, to which images are added one by one."""


def demagnetizing_tensor(sides: Sides, cell: Cell, periodic: Edges = (False, False, False)) -> Values:
    """Return N at the distances 0, 1, ... cells along each axis: (6, z, y, x) in the order of `PARTS`.

    ``sides`` (nx, ny, nz) in cells, ``cell`` (dx, dy, dz) in any unit. Open axes have n distances, periodic ones
    n//2 + 1: the tensor is even in each distance, but odd in both that an off-diagonal element names. With all three
    axes periodic no charges lie at infinity: a uniform magnetization has no field.

    Error of an element: below 1e-13 for cells that are nearly cubes, 1e-12 for flat and long ones, 1e-9 with periodic
    axes (see `tails`). Errors: ValueError for lengths that are not above 0.
    """
    if min(sides) < 1 or not 0 < min(cell) <= max(cell) < np.inf:
        raise ValueError(f"{sides} cells of {cell}: give at least one cell of edges above 0")
    scaled = np.array(cell) / max(cell)
    edges: Cell = (float(scaled[0]), float(scaled[1]), float(scaled[2]))
    counts = tuple(n // 2 + 1 if closed else n for n, closed in zip(sides, periodic))
    out = np.zeros((6, *counts[::-1]))
    periods = np.array(sides) * scaled
    distance = FAR * max([1.0, *periods[list(periodic)]])
    images = np.array([ceil(distance / period) if closed else 0 for period, closed in zip(periods, periodic)])
    near = newell(_near(sides, edges, periodic), edges)
    reach, first, points, weights = _quadrature(edges)
    add_images(out, near, scaled, np.array(sides), images, reach, first, points, weights)
    if any(periodic):
        out += tail(counts, edges, periods, images, periodic)
    _vanish_where_odd(out, sides, periodic)
    return out


def _near(sides: Sides, cell: Cell, periodic: Edges) -> Sides:
    """Distances (z, y, x) at which Newell's form is needed."""
    within = [ceil(ACCURACY[0][0] / d) + 1 for d in cell]
    x, y, z = (w if closed else min(w, n) for w, n, closed in zip(within, sides, periodic))
    return z, y, x


def _vanish_where_odd(tensor: Values, sides: Sides, periodic: Edges) -> None:
    """Odd elements are zero at no distance, and at half a period, to where both ways are as long."""
    for part, (i, j) in zip(tensor, PARTS):
        for axis in {i, j} if i != j else ():
            lines = np.moveaxis(part, 2 - axis, 0)
            lines[0] = 0.0
            if periodic[axis] and sides[axis] % 2 == 0:
                lines[-1] = 0.0


def _quadrature(cell: Cell) -> tuple[Values, NDArray[np.int64], Values, Values]:
    """Distances, where the points of each begin, points (3, all) and weights, as `add_images` takes them."""
    points, weights, first = [], [], [0]
    for _, n in ACCURACY:
        at, weight = gauss(n)
        mesh = np.array(list(product(at, at, at))).T
        points.append(mesh * np.array(cell)[:, None])
        weights.append(np.array([a * b * c for a, b, c in product(weight, weight, weight)]))
        first.append(first[-1] + n**3)
    reach = np.array([*(float(distance) for distance, _ in ACCURACY), np.inf])
    return reach, np.array(first), np.concatenate(points, axis=1), np.concatenate(weights)


def full(tensor: Values, sides: Sides, periodic: Edges) -> Iterator[tuple[tuple[int, int, int], Values]]:
    """Yield every displacement (x, y, z) in cells between two cells of a mesh, with N as a (3, 3) matrix."""
    ranges = [range(n) if closed else range(1 - n, n) for n, closed in zip(sides, periodic)]
    for shift in product(*ranges):
        sign, at = [1.0] * 3, [0] * 3
        for axis, (step, n, closed) in enumerate(zip(shift, sides, periodic)):
            step = step - n if closed and 2 * step > n else step
            sign[axis], at[axis] = -1.0 if step < 0 else 1.0, abs(step)
        N = np.empty((3, 3))
        for part, (i, j) in zip(tensor[:, at[2], at[1], at[0]], PARTS):
            N[i, j] = N[j, i] = part * (1.0 if i == j else sign[i] * sign[j])
        yield (shift[0], shift[1], shift[2]), N
