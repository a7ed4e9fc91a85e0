"""The spins of a sample as the kernels hold them, with the generator of their noise.

A site of no spin, a vacancy or a place beyond a free edge, is a zero: it exerts no field, and no kernel moves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.geometry import Geometry


@dataclass
class Spins:
    """Spins on all sites of a ``geometry``.

    Attributes
    ----------
    values : (arrays, components, z, y, x)
        Vectors as float32 or float64 (two components for plane rotators, three for Heisenberg spins), or one component
        of int8: +1 and -1 of the Ising model, 1 to q of Potts and clock models. The halo is kept by the kernels.
    rng : (2,) uint64
        Key and counter: a copy of the arrays is a copy of the generator.
    """

    geometry: Geometry
    values: NDArray[np.generic]
    rng: NDArray[np.uint64]

    @classmethod
    def of_vectors(
        cls, geometry: Geometry, vectors: NDArray[np.floating], *, key: int = 0, dtype: DTypeLike = np.float32
    ) -> Spins:
        """Take ``vectors`` (nz, ny, nx, basis, components) of any length; zero vectors are vacancies."""
        given = np.asarray(vectors, np.float64)
        if given.shape[:-1] != geometry.shape or not np.isfinite(given).all():
            raise ValueError(f"vectors of shape {given.shape}: give finite ones of shape {geometry.shape} + components")
        length = np.linalg.norm(given, axis=-1, keepdims=True)
        unit = (given / np.where(length > 0, length, 1.0)).astype(dtype)
        spins = cls(geometry, geometry.packed(unit, given.shape[-1]), np.array([key % 2**64, 0], np.uint64))
        spins.fill_halo()
        return spins

    @classmethod
    def of_states(cls, geometry: Geometry, states: NDArray[np.integer], *, key: int = 0) -> Spins:
        """Take whole numbers (nz, ny, nx, basis), 0 for vacancies."""
        if states.shape != geometry.shape:
            raise ValueError(f"states of shape {states.shape}: give {geometry.shape}")
        packed = geometry.packed(np.asarray(states, np.int8)[..., None], 1)
        spins = cls(geometry, packed, np.array([key % 2**64, 0], np.uint64))
        spins.fill_halo()
        return spins

    @property
    def components(self) -> int:
        """Numbers per site."""
        return int(self.values.shape[1])

    @property
    def flat(self) -> NDArray[np.generic]:
        """The same memory as (arrays, components, places)."""
        return self.values.reshape(*self.values.shape[:2], -1)

    @property
    def sites(self) -> NDArray[np.generic]:
        """A view (nz, ny, nx, basis, components) in natural order that may be written to between steps.

        Errors: ValueError for a coloured sample, whose sites lie apart; `fill_halo` after writing is for Monte Carlo.
        """
        if self.geometry.coloured:
            raise ValueError("the sites of a coloured sample are no view of its arrays: use vectors() and set()")
        (hz, hy, hx), (gz, gy, gx) = self.geometry.halo, self.geometry.grid
        return self.values[..., hz : hz + gz, hy : hy + gy, hx : hx + gx].transpose(2, 3, 4, 0, 1)

    def vectors(self) -> NDArray[np.floating]:
        """A copy (nz, ny, nx, basis, components) in natural order."""
        return self.geometry.natural(self.values)  # type: ignore[return-value]

    def states(self) -> NDArray[np.int8]:
        """A copy (nz, ny, nx, basis) in natural order, of spins of one component."""
        return self.vectors()[..., 0]  # type: ignore[return-value]

    def set(self, values: NDArray[np.generic]) -> None:
        """Put ``values`` (nz, ny, nx, basis[, components]) in place of the present ones."""
        one = values[..., None] if values.ndim == 4 else values
        self.values[...] = self.geometry.packed(one.astype(self.values.dtype), self.components)
        self.fill_halo()

    def fill_halo(self) -> None:
        """Bring the halo into line with the sites."""
        g = self.geometry
        for index in range(g.arrays):
            fill_halo(self.values[index], *g.halo, *self.closed)

    @property
    def closed(self) -> tuple[bool, bool, bool]:
        """Periodic along z, y, x."""
        x, y, z = self.geometry.periodic
        return z, y, x

    def sums(self) -> NDArray[np.float64]:
        """Sums (arrays, components) over the sites of each array."""
        (hz, hy, hx), (gz, gy, gx) = self.geometry.halo, self.geometry.grid
        middle = self.values[..., hz : hz + gz, hy : hy + gy, hx : hx + gx]
        return np.asarray(middle.sum(axis=(2, 3, 4), dtype=np.float64))


@kernel
def fill_halo(array, hz, hy, hx, closed_z, closed_y, closed_x):
    """Copy the far sides of ``array`` (components, z, y, x) into its halo, along the closed axes; corners too."""
    gz, gy, gx = array.shape[1] - 2 * hz, array.shape[2] - 2 * hy, array.shape[3] - 2 * hx
    for c in range(array.shape[0]):
        values = array[c]
        if closed_x:
            for i in range(hx):
                left, right = hx + (i - hx) % gx, hx + i % gx
                for z in range(hz, hz + gz):
                    for y in range(hy, hy + gy):
                        values[z, y, i] = values[z, y, left]
                        values[z, y, hx + gx + i] = values[z, y, right]
        if closed_y:
            for i in range(hy):
                below, above = hy + (i - hy) % gy, hy + i % gy
                for z in range(hz, hz + gz):
                    values[z, i] = values[z, below]
                    values[z, hy + gy + i] = values[z, above]
        if closed_z:
            for i in range(hz):
                values[i] = values[hz + (i - hz) % gz]
                values[hz + gz + i] = values[hz + i % gz]
