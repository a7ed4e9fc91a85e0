"""What periodic images beyond a block of them add to the demagnetizing tensor: an integral over their continuum.

The images outside of |x| < B = (images + 1/2) L are smeared out along the periodic axes, one dipole V per period, and
the integral of the dipole tensor over a half line, a plane without a rectangle, or space without a block has a closed
form. A cell at the middle of a period is a sum of such smeared dipoles with the same moments up to the fifth,
shifted by half a period and by whole ones (`shifts`): what is left is of order (L/B)^6 of the integral.
"""

from __future__ import annotations

from itertools import product
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.micromagnetics.newell import PARTS
from spinviz.physics.micromagnetics.quadrature import gauss

Values = NDArray[np.float64]

OFFSETS = np.array([0.0, 0.5, 1.0])
"""Shifts, in periods, of `shifts`."""


def tail(
    counts: tuple[int, ...],
    cell: tuple[float, float, float],
    periods: Values,
    images: NDArray[np.int64],
    periodic: tuple[bool, bool, bool],
) -> Values:
    """Return the part (6, z, y, x) of all images beyond ``images`` (x, y, z) along the ``periodic`` axes."""
    closed = [axis for axis in range(3) if periodic[axis]]
    order = closed + [axis for axis in range(3) if not periodic[axis]]  # the closed forms have periodic axes first
    place = [order.index(axis) for axis in range(3)]
    half = [(images[axis] + 0.5) * periods[axis] for axis in closed]
    scale = np.prod(cell) / (4 * pi) / np.prod(periods[closed])
    positions = np.meshgrid(*(np.arange(n) * d for n, d in zip(counts[::-1], cell[::-1])), indexing="ij")[::-1]
    smear = []
    for axis in range(3):
        at, weight = shifts(cell[axis] / periods[axis]) if periodic[axis] else gauss(3)
        smear.append([(a * (periods[axis] if periodic[axis] else cell[axis]), w) for a, w in zip(at, weight)])
    form = (None, _beyond_line, _beyond_rectangle, _beyond_block)[len(closed)]
    assert form is not None
    out = np.zeros((6, *counts[::-1]))
    for each in product(*smear):
        x, y, z = (positions[axis] + each[axis][0] for axis in order)
        found = form(x, y, z, *half)
        weight = scale * each[0][1] * each[1][1] * each[2][1]
        for number, (i, j) in enumerate(PARTS):
            pair = sorted((place[i], place[j]))
            out[number] += weight * found[[sorted(part) for part in PARTS].index(pair)]
    return out


def shifts(edge: float) -> tuple[Values, Values]:
    """Return shifts in periods and weights of homogeneous periods that have the moments of the pair of cells.

    ``edge``: of the cell, in periods. A homogeneous period has the moments 1/12 and 1/80; two cells' displacement
    1 - |u|/d has d^2/6 and d^4/15.
    """
    h = OFFSETS**2
    moments = np.array([np.ones(3), h + 1 / 12, h * h + h / 2 + 1 / 80])
    middle, near, far = np.linalg.solve(moments, [1.0, edge**2 / 6, edge**4 / 15])
    at = np.concatenate([-OFFSETS[:0:-1], OFFSETS])
    return at, np.array([far / 2, near / 2, middle, near / 2, far / 2])


def _beyond_line(x: Values, y: Values, z: Values, half: float) -> tuple[Values, ...]:
    """Integral over |x'| > half of delta_ij/r^3 - 3 r_i r_j/r^5, r = (x + x', y, z), in the order of `PARTS`."""
    out = [np.zeros_like(x) for _ in range(6)]
    for sign in (1.0, -1.0):
        a = half + sign * x
        r = np.sqrt(a * a + y * y + z * z)
        third, fifth = 1 / (r * (r + a)), (2 * r + a) / (r**3 * (r + a) ** 2)  # integrals of 1/r^3 and 3/r^5 from a on
        diagonal = (-a / r**3, third - y * y * fifth, third - z * z * fifth)
        mixed = (-y * z * fifth, -sign * z / r**3, -sign * y / r**3)
        for total, part in zip(out, diagonal + mixed):
            total += part
    return tuple(out)


def _corners(*limits: tuple[Values, float]) -> list[tuple[float, list[Values]]]:
    """Both ends x -+ half of each integral, with the sign of their product."""
    found = []
    for ends in product((-1.0, 1.0), repeat=len(limits)):
        found.append((float(np.prod(ends)), [x + end * half for end, (x, half) in zip(ends, limits)]))
    return found


def _beyond_rectangle(x: Values, y: Values, z: Values, half_x: float, half_y: float) -> tuple[Values, ...]:
    """The same over the plane without |x'| < half_x, |y'| < half_y."""
    out = [np.zeros_like(x) for _ in range(6)]
    for sign, (a, b) in _corners((x, half_x), (y, half_y)):
        r = np.sqrt(a * a + b * b + z * z)
        along, across = sign / ((a * a + z * z) * r), sign / ((b * b + z * z) * r)
        xx, yy = -a * b * along, -a * b * across
        for total, part in zip(out, (xx, yy, -xx - yy, -z * a * across, -z * b * along, sign / r)):
            total += part
    return tuple(out)


def _beyond_block(x: Values, y: Values, z: Values, half_x: float, half_y: float, half_z: float) -> tuple[Values, ...]:
    """The same over space without |x'| < half_x and so on, and without charges at infinity."""
    out = [np.zeros_like(x) for _ in range(6)]
    for sign, (a, b, c) in _corners((x, half_x), (y, half_y), (z, half_z)):
        r = np.sqrt(a * a + b * b + c * c)
        diagonal = (-np.arctan(b * c / (a * r)), -np.arctan(c * a / (b * r)), -np.arctan(a * b / (c * r)))
        mixed = (np.arcsinh(a / np.hypot(b, c)), np.arcsinh(b / np.hypot(c, a)), np.arcsinh(c / np.hypot(a, b)))
        for total, part in zip(out, diagonal + mixed):
            total += sign * part
    return tuple(out)
