"""Where the sites of a sample are, and how its kernels hold them.

The kernels keep one contiguous array per *colour site*: the unit cell is enlarged until no bond joins a site of the
enlarged cell to its own copy in another one (`bonds.colouring_of`), and each of its sites gets an array over the
enlarged cells, with a halo as wide as the bonds are long. The neighbours along one bond of all sites of an array are
then one slice of another, shifted by a constant: no lists of neighbours, and a whole array may be updated at once.

A sample that is not ``coloured`` has one array per site of the unit cell, whatever bonds there are inside it: any side
may be periodic, all spins move at once, and none may be updated alone.

What is shown and saved is in natural order: (nz, ny, nx, basis) of unit cells, x fastest but for the basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.bonds import Bond, Colouring, bonds_of, colouring_of
from spinviz.physics.lattice.unit_cells import UnitCell

Sides = tuple[int, int, int]
Edges = tuple[bool, bool, bool]

MOST_SITES = 2**28


@dataclass(frozen=True)
class BondTable:
    """The bonds of every colour site as the kernels read them; all arrays share their first axis but ``first``.

    Attributes
    ----------
    first : (arrays + 1,) where the bonds of an array begin
    other : array in which the neighbours lie
    offset : by how many places they are shifted
    shell, a, b : shell and the sites of the unit cell at both ends
    vector : (bonds, 3) from the site to its neighbour, in nearest-neighbour distances
    """

    first: NDArray[np.int64]
    other: NDArray[np.int64]
    offset: NDArray[np.int64]
    shell: NDArray[np.int64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    vector: NDArray[np.float64]


@dataclass(frozen=True)
class Geometry:
    """A sample of ``sides`` (x, y, z) unit cells, ``periodic`` or free along each axis, with bonds of some shells.

    ``coloured``: whether sublattices are found from the bonds; Monte Carlo methods need them.

    Errors: ValueError for sides below 1, more sites than 2^28, and a periodic side that does not hold whole
    repeats of the sublattices: sites that are updated at once would be neighbours there.
    """

    cell: UnitCell
    sides: Sides
    periodic: Edges = (True, True, True)
    shells: int = 1
    coloured: bool = True

    def __post_init__(self) -> None:
        if min(self.sides) < 1 or any(n > 1 for n in self.sides[self.cell.axes :]):
            raise ValueError(f"sides {self.sides} of a lattice in {self.cell.axes} dimensions: use 1 or more, 1 beyond")
        if self.count > MOST_SITES:
            raise ValueError(f"{self.count} sites: the limit is {MOST_SITES}; use shorter sides")
        for name, n, period, closed in zip("xyz", self.sides, self.colouring.period, self.periodic):
            if closed and n % period:
                fits = " or ".join(str(m) for m in (n - n % period, n - n % period + period) if m > 0)
                raise ValueError(
                    f"a periodic side of {n} cells along {name} does not fit the sublattices of the {self.cell.name} "
                    f"lattice, which repeat after {period}: use {fits}, or a free edge"
                )

    @classmethod
    def of(
        cls, cell: UnitCell, sides: Sides, periodic: bool | Edges = True, shells: int = 1, *, coloured: bool = True
    ) -> Geometry:
        """Return the sample; ``periodic`` for all its axes or each."""
        closed = (periodic,) * 3 if isinstance(periodic, bool) else periodic
        x, y, z = (bool(c) and axis < cell.axes for axis, c in enumerate(closed))
        return cls(cell, sides, (x, y, z), shells, coloured)

    @cached_property
    def bonds(self) -> tuple[Bond, ...]:
        """Directed bonds of the unit cell."""
        return bonds_of(self.cell, self.shells)

    @cached_property
    def colouring(self) -> Colouring:
        """Sublattices found from the bonds; a single one where the sample is not coloured."""
        if not self.coloured:
            return Colouring((1, 1, 1), np.zeros((1, 1, 1, len(self.cell.sites)), np.int64))
        return colouring_of(self.cell, self.bonds)

    def need_colours(self) -> None:
        """Errors: ValueError for a sample whose arrays may not be updated at once."""
        if not self.coloured:
            raise ValueError("the sample is not coloured: its neighbours would be updated at once; build it coloured")

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(nz, ny, nx, basis): natural order."""
        return (*self.sides[::-1], len(self.cell.sites))

    @property
    def count(self) -> int:
        """Number of sites, also empty ones."""
        return prod(self.shape)

    @property
    def period(self) -> Sides:
        """Unit cells (z, y, x) of an enlarged cell."""
        return self.colouring.period[::-1]

    @property
    def arrays(self) -> int:
        """Number of colour sites."""
        return prod(self.period) * len(self.cell.sites)

    @property
    def grid(self) -> Sides:
        """Enlarged cells (z, y, x); at free edges they may reach beyond the sample."""
        z, y, x = (-(-n // period) for n, period in zip(self.shape, self.period))
        return z, y, x

    @cached_property
    def halo(self) -> Sides:
        """Width (z, y, x) of the halo, in enlarged cells."""
        spans = [max(abs(b.shift[axis]) for b in self.bonds) for axis in (2, 1, 0)]
        z, y, x = (-(-span // period) for span, period in zip(spans, self.period))
        return z, y, x

    @property
    def padded(self) -> Sides:
        """Shape (z, y, x) of an array with its halo."""
        z, y, x = (n + 2 * h for n, h in zip(self.grid, self.halo))
        return z, y, x

    @cached_property
    def table(self) -> BondTable:
        """The bonds as the kernels read them, sorted by array."""
        mz, my, mx = self.period
        _, rows, row = self.padded
        n = len(self.cell.sites)
        first, found = [0], []
        for index in range(self.arrays):
            rest, a = divmod(index, n)
            rest, kx = divmod(rest, mx)
            kz, ky = divmod(rest, my)
            for bond in (b for b in self.bonds if b.a == a):
                sx, x = divmod(kx + bond.shift[0], mx)
                sy, y = divmod(ky + bond.shift[1], my)
                sz, z = divmod(kz + bond.shift[2], mz)
                number = ((z * my + y) * mx + x) * n + bond.b
                found.append((number, (sz * rows + sy) * row + sx, bond.shell, a, bond.b))
            first.append(len(found))
        vectors = [b.vector for i in range(self.arrays) for b in self.bonds if b.a == i % n]
        columns = np.array(found, np.int64).reshape(-1, 5)
        other, offset, shell, here, there = (columns[:, k].copy() for k in range(5))
        return BondTable(np.array(first), other, offset, shell, here, there, np.array(vectors, float).reshape(-1, 3))

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Positions (nz, ny, nx, basis, 3) about the middle of the sample, in nearest-neighbour distances."""
        nx, ny, nz = self.sides
        vectors = np.array(self.cell.vectors)
        z, y, x = np.meshgrid(np.arange(nz), np.arange(ny), np.arange(nx), indexing="ij")
        corners = np.stack([x, y, z], axis=-1) @ vectors
        places = corners[:, :, :, None] + self.cell.positions
        return np.asarray(places - (places.min(axis=(0, 1, 2, 3)) + places.max(axis=(0, 1, 2, 3))) / 2)

    @cached_property
    def colours(self) -> NDArray[np.int64]:
        """Sublattice of each site, (nz, ny, nx, basis)."""
        nx, ny, nz = self.sides
        tiles = [-(-n // p) for n, p in zip((nz, ny, nx), self.period)]
        return np.tile(self.colouring.colours, (*tiles, 1))[:nz, :ny, :nx]

    @cached_property
    def neighbour_count(self) -> NDArray[np.int64]:
        """Number of directed bonds that end in the sample, per site, (nz, ny, nx, basis)."""
        return self.summed(np.ones(self.shape)).astype(np.int64)

    def summed(self, values: NDArray[np.floating], shell: int | None = None) -> NDArray[np.float64]:
        """Return per site the sum of ``values`` (nz, ny, nx, basis) of its neighbours: the readable reference."""
        out = np.zeros(self.shape)
        for bond in self.bonds:
            if shell is None or bond.shell == shell:
                out[..., bond.a] += self.neighbour(np.asarray(values, float), bond)
        return out

    def neighbour(self, values: NDArray[np.float64], bond: Bond) -> NDArray[np.float64]:
        """Return (nz, ny, nx, ...) of what each site ``bond.a`` finds along ``bond``; zero beyond free edges.

        ``values``: (nz, ny, nx, basis, ...).
        """
        there = values[:, :, :, bond.b]
        for axis, (step, closed) in enumerate(zip(bond.shift[::-1], self.periodic[::-1])):
            there = np.roll(there, -step, axis)
            if step and not closed:
                edge: list[slice] = [slice(None)] * there.ndim
                edge[axis] = slice(-step, None) if step > 0 else slice(None, -step)
                there[tuple(edge)] = 0
        return there

    def packed(self, values: NDArray[np.generic], components: int = 0) -> NDArray[np.generic]:
        """Return ``values`` (nz, ny, nx, basis[, components]) as (arrays[, components], z, y, x) with an empty halo."""
        inner = (components,) if components else ()
        out = np.zeros((self.arrays, *inner, *self.padded), values.dtype)
        self._view(out, bool(components))[...] = self._split(values)
        return out

    def natural(self, packed: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a copy in natural order of what the kernels hold, without the halo; see `packed`."""
        inner = packed.shape[1:-3]
        (mz, my, mx), (hz, hy, hx), (gz, gy, gx) = self.period, self.halo, self.grid
        n = len(self.cell.sites)
        whole = np.empty((gz * mz, gy * my, gx * mx, n, *inner), packed.dtype)
        split = whole.reshape(gz, mz, gy, my, gx, mx, n, *inner)
        middle = packed[..., hz : hz + gz, hy : hy + gy, hx : hx + gx]
        # Array by array: long strides in one loop are faster than short ones in many.
        for array, (z, y, x, site) in zip(middle, np.ndindex(mz, my, mx, n)):
            split[:, z, :, y, :, x, site] = np.moveaxis(array, 0, -1) if inner else array
        nx, ny, nz = self.sides
        return np.ascontiguousarray(whole[:nz, :ny, :nx])

    def _split(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """(gz, mz, gy, my, gx, mx, basis, ...): beyond the sample zero."""
        short = [g * m - n for g, m, n in zip(self.grid, self.period, self.shape)]
        filled = np.pad(values, [(0, s) for s in short] + [(0, 0)] * (values.ndim - 3)) if any(short) else values
        (gz, gy, gx), (mz, my, mx) = self.grid, self.period
        return filled.reshape(gz, mz, gy, my, gx, mx, *values.shape[3:])

    def _view(self, packed: NDArray[np.generic], inner: bool) -> NDArray[np.generic]:
        """The same memory as (gz, mz, gy, my, gx, mx, basis[, components]), without the halo."""
        (mz, my, mx), (hz, hy, hx), (gz, gy, gx) = self.period, self.halo, self.grid
        middle = packed[..., hz : hz + gz, hy : hy + gy, hx : hx + gx]
        split = middle.reshape(mz, my, mx, len(self.cell.sites), *middle.shape[1:])
        order = (5, 0, 6, 1, 7, 2, 3, 4) if inner else (4, 0, 5, 1, 6, 2, 3)
        return split.transpose(order)
