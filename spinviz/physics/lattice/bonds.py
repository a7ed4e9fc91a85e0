"""Bonds of a lattice by shell of distance, and the smallest colouring under which no bond joins equal colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.unit_cells import UnitCell

Shift = tuple[int, int, int]

MOST_SHELLS = 6
SAME = 1e-6
"""Relative difference of two distances that belong to one shell."""
MOST_COLOURS = 8
LONGEST_PERIOD = 4
"""Cells along one axis after which the colours repeat, at most."""


@dataclass(frozen=True)
class Bond:
    """One directed bond: from basis site ``a`` to basis site ``b`` of the cell at ``shift`` (x, y, z).

    ``vector``: from one to the other; every bond has its reverse in the same list.
    """

    a: int
    b: int
    shift: Shift
    vector: tuple[float, float, float]
    shell: int

    @property
    def length(self) -> float:
        """Distance of the two sites."""
        return float(np.linalg.norm(self.vector))


def bonds_of(cell: UnitCell, shells: int = 1) -> tuple[Bond, ...]:
    """Return the directed bonds of the first ``shells`` shells, sorted by site and shell; shell 0 is the nearest.

    Shells are counted over all sites: in a basis with several distances not every site has bonds in each shell.
    """
    if not 1 <= shells <= MOST_SHELLS:
        raise ValueError(f"{shells} shells of neighbours: use 1 to {MOST_SHELLS}")
    reach = shells + 1
    vectors, sites = np.array(cell.vectors), cell.positions
    spans = [range(-reach, reach + 1) if axis < cell.axes else range(1) for axis in range(3)]
    shifts = np.array(list(product(*spans)))
    apart = sites[None, :, None] - sites[:, None, None] + (shifts @ vectors)[None, None]
    length = np.linalg.norm(apart, axis=3)
    known = np.unique(np.round(length[length > SAME], 9))
    distances: list[float] = []
    for d in known:
        if not distances or d > distances[-1] * (1 + SAME):
            distances.append(float(d))
        if len(distances) == shells:
            break
    found = []
    for number, d in enumerate(distances):
        for a, b, k in np.argwhere(np.abs(length - d) <= SAME * d):
            x, y, z = (int(s) for s in shifts[k])
            u, v, w = (float(c) for c in apart[a, b, k])
            found.append(Bond(int(a), int(b), (x, y, z), (u, v, w), number))
    return tuple(sorted(found, key=lambda bond: (bond.a, bond.shell, bond.shift, bond.b)))


@dataclass(frozen=True)
class Colouring:
    """Colours of sites that repeat after ``period`` (x, y, z) cells: (period z, y, x, basis) int."""

    period: Shift
    colours: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of colours."""
        return int(self.colours.max()) + 1


def colouring_of(cell: UnitCell, bonds: tuple[Bond, ...]) -> Colouring:
    """Return the colouring with fewest colours, and among those of shortest period, found from the bonds.

    Sites of one colour have no bond between them: they may be updated at once. Errors: ValueError where there is none.
    """
    spans = [range(1, LONGEST_PERIOD + 1) if axis < cell.axes else range(1, 2) for axis in range(3)]
    periods = [(x, y, z) for x, y, z in product(*spans)]
    periods.sort(key=lambda p: (prod(p), max(p), p[::-1]))
    for count in range(1, MOST_COLOURS + 1):
        for period in periods:
            x, y, z = period
            colours = _coloured(_joined(cell, bonds, period), count)
            if colours is not None:
                return Colouring((x, y, z), np.array(colours).reshape(z, y, x, len(cell.sites)))
    raise ValueError(
        f"the bonds of '{cell.name}' need more than {MOST_COLOURS} sublattices: use fewer shells of neighbours"
    )


def _joined(cell: UnitCell, bonds: tuple[Bond, ...], period: Shift) -> list[set[int]]:
    """The neighbours of each site of the enlarged cell, numbered (z, y, x, basis)."""
    nx, ny, nz = period
    n = len(cell.sites)
    joined: list[set[int]] = [set() for _ in range(prod(period) * n)]
    for z, y, x in product(range(nz), range(ny), range(nx)):
        for bond in bonds:
            u, v, w = (x + bond.shift[0]) % nx, (y + bond.shift[1]) % ny, (z + bond.shift[2]) % nz
            joined[((z * ny + y) * nx + x) * n + bond.a].add(((w * ny + v) * nx + u) * n + bond.b)
    return joined


def _coloured(joined: list[set[int]], count: int) -> list[int] | None:
    """Colours of a graph, by backtracking over the site with fewest colours left; None if ``count`` do not suffice."""
    if any(site in others for site, others in enumerate(joined)):
        return None
    if count == 1:
        return [0] * len(joined) if not any(joined) else None
    colours = [-1] * len(joined)
    tries = [20000]

    def free(site: int) -> Iterator[int]:
        taken = {colours[other] for other in joined[site]}
        used = max(colours) + 1
        return (c for c in range(min(count, used + 1)) if c not in taken)

    def complete() -> bool:
        left = [site for site, colour in enumerate(colours) if colour < 0]
        tries[0] -= 1
        if not left or tries[0] < 0:
            return not left
        site = min(left, key=lambda s: (count - len({colours[o] for o in joined[s]} - {-1}), s))
        for colour in free(site):
            colours[site] = colour
            if complete():
                return True
        colours[site] = -1
        return False

    return colours if complete() else None
