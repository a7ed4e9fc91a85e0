"""Uniformly magnetized rectangular prisms in closed form: demagnetizing factors, field and its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import atan, log, pi, prod, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Edges = tuple[float, float, float]


def prism_factor(a: float, b: float, c: float) -> float:
    """Return the mean demagnetizing factor along c of a uniformly magnetized prism with the edges 2a, 2b, 2c.

    Aharoni, J. Appl. Phys. 83, 3432 (1998).
    """
    ab, bc, ac, r = sqrt(a * a + b * b), sqrt(b * b + c * c), sqrt(a * a + c * c), sqrt(a * a + b * b + c * c)
    total = (
        (b * b - c * c) / (2 * b * c) * log((r - a) / (r + a))
        + (a * a - c * c) / (2 * a * c) * log((r - b) / (r + b))
        + b / (2 * c) * log((ab + a) / (ab - a))
        + a / (2 * c) * log((ab + b) / (ab - b))
        + c / (2 * a) * log((bc - b) / (bc + b))
        + c / (2 * b) * log((ac - a) / (ac + a))
        + 2 * atan(a * b / (c * r))
        + (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
        + (a * a + b * b - 2 * c * c) / (3 * a * b * c) * r
        + c / (a * b) * (ac + bc)
        - (ab**3 + bc**3 + ac**3) / (3 * a * b * c)
    )
    return total / pi


def prism_field(points: Values, edges: Edges, axis: int) -> Values:
    """Return N_i(r) = -H_i/M (n, 3) at ``points`` (n, 3) about the middle of a prism that is magnetized along ``axis``.

    It is that column, and row, of the tensor of the prism; infinite on edges. Engel-Herbert and Hesjedal, J. Appl.
    Phys. 97, 074504 (2005).
    """
    N = np.zeros((len(points), 3))
    for sign, corner, R in _corners(points, edges):
        X, Y, Z = (corner[:, (axis + turn) % 3] for turn in range(3))
        N[:, axis] += sign * np.arctan2(Y * Z * np.sign(X), abs(X) * R)
        N[:, (axis + 1) % 3] -= sign * np.arcsinh(Z / np.hypot(X, Y))
        N[:, (axis + 2) % 3] -= sign * np.arcsinh(Y / np.hypot(X, Z))
    return N / (4 * pi)


def prism_slope(points: Values, edges: Edges, axis: int) -> Values:
    """Return the derivative (n, 3) of `prism_field` along ``axis``, off faces and edges."""
    T = np.zeros((len(points), 3))
    for sign, corner, R in _corners(points, edges):
        X, Y, Z = (corner[:, (axis + turn) % 3] for turn in range(3))
        y, z = sign / ((X * X + Y * Y) * R), sign / ((X * X + Z * Z) * R)
        # The divergence is 0.
        T[:, axis] -= Y * Z * (y + z)
        T[:, (axis + 1) % 3] += X * Z * y
        T[:, (axis + 2) % 3] += X * Y * z
    return T / (4 * pi)


def _corners(points: Values, edges: Edges) -> Iterator[tuple[int, Values, Values]]:
    """Sign, vectors (n, 3) to the points and their lengths (n,), of the eight corners."""
    for signs in product((-1, 1), repeat=3):
        corner = points + np.array(signs) * np.array(edges) / 2
        yield prod(signs), corner, np.sqrt((corner * corner).sum(axis=1))
