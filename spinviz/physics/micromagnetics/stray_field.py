"""The stray field of a mesh and its energy: the magnetization convolved with the demagnetizing tensor.

B_i = -mu0 Ms sum over cells j of N_ij p_j m_j, p the factor of each cell's own Ms. In Fourier space, padded with zeros
along open axes only (to twice the length: no cell sees an image) and in the period along the others. The readable form
is `reference`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.demagnetizing_tensor import Edges, Sides, demagnetizing_tensor
from spinviz.physics.micromagnetics.newell import PARTS, Cell, Values

NOWHERE = np.zeros((0, 0, 0))
"""No factors: one Ms in all cells."""
KEPT = 2**16
"""Cells of the largest mesh whose transform is kept for the next one: 3 MB."""


@dataclass(frozen=True, eq=False)
class StrayField:
    """The stray field [T] of cells (dx, dy, dz) [m] of saturation magnetization ``Ms`` [A/m].

    ``factors`` (nz, ny, nx), if given: Ms of each cell over ``Ms``. Errors: ValueError for lengths that are not above 0
    and factors of another shape.
    """

    sides: Sides
    cell: Cell
    Ms: float
    periodic: Edges = (False, False, False)
    factors: NDArray[np.floating] | None = None
    _kept: dict[Any, NDArray[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.factors is not None and self.factors.shape != self.sides[::-1]:
            raise ValueError(f"factors of shape {self.factors.shape}: give {self.sides[::-1]}, one for each cell")

    @property
    def padded(self) -> Sides:
        """Lengths (x, y, z) of the transforms."""
        return padded(self.sides, self.periodic)

    def field(self, m: NDArray[Any], out: NDArray[Any]) -> None:
        """Write the field of ``m`` (3, nz+2, ny+2, nx+2), halo unused, to ``out`` (3, nz, ny+2, nx+2), of its type."""
        from spinviz.physics.micromagnetics.convolution_kernels import convolve

        convolve(m, *self.arrays(m.dtype), out)

    def arrays(self, dtype: DTypeLike) -> tuple[NDArray[Any], ...]:
        """Factors, tensor, and the arrays that `convolution_kernels.convolve` overwrites."""
        precision = np.dtype(dtype)
        if ("tensor", precision) not in self._kept:
            (x, y, z), (_, ny, nz) = self.padded, self.sides
            whole = -VACUUM_PERMEABILITY * self.Ms / (x * y * z)
            octant = transformed(self.sides, self.cell, self.periodic)
            parts = (0, 1, 2, 5) if z == 1 else range(6)
            tensor = np.empty((len(parts), *octant.shape[1:]), precision)
            for row, part in zip(tensor, parts):
                row[...] = whole * octant[part]
            factors = NOWHERE if self.factors is None else self.factors
            self._kept["tensor", precision] = tensor
            self._kept["factors", precision] = np.ascontiguousarray(factors, precision)
            self._kept["real", precision] = np.zeros((3, nz, ny, x), precision)
            spectrum = np.zeros((3, z, y, x // 2 + 1), np.result_type(precision, np.complex64))
            self._kept["spectrum", precision] = spectrum
        factors, tensor, real, spectrum = (self._kept[k, precision] for k in ("factors", "tensor", "real", "spectrum"))
        return factors, tensor, real, spectrum

    def energy(self, m: NDArray[Any], field: NDArray[Any]) -> float:
        """-1/2 sum of Ms V m.B [J] of ``m`` and its own ``field``, shaped as in `field`."""
        given = m[:, 1:-1, 1:-1, 1:-1], field[:, :, 1:-1, 1:-1]
        volume = self.cell[0] * self.cell[1] * self.cell[2]
        # Products in double precision without copies of the arrays.
        if self.factors is None:
            total = np.einsum("azyx,azyx->", *given, dtype=np.float64)
        else:
            total = np.einsum("azyx,azyx,zyx->", *given, self.factors, dtype=np.float64)
        return -0.5 * self.Ms * volume * float(total)


def padded(sides: Sides, periodic: Edges) -> Sides:
    """Return the length (x, y, z) of transforms: the period, or at least twice the side of good length."""
    from scipy.fft import next_fast_len

    x, y, z = (
        n if closed or n == 1 else next_fast_len(2 * n, real=axis == 0)
        for axis, (n, closed) in enumerate(zip(sides, periodic))
    )
    return x, y, z


def transformed(sides: Sides, cell: Cell, periodic: Edges) -> Values:
    """Return the Fourier transform of N: (6, z, y, x) for wave vectors from 0 to half the length; real.

    The last ones of meshes up to `KEPT` cells are kept. Not to be written to.
    """
    return (_remembered if prod(sides) <= KEPT else _transformed)(sides, cell, periodic)


@lru_cache(maxsize=4)
def _remembered(sides: Sides, cell: Cell, periodic: Edges) -> Values:
    return _transformed(sides, cell, periodic)


def _transformed(sides: Sides, cell: Cell, periodic: Edges) -> Values:
    """Even along an axis: a sum of cosines; odd along two: minus one of sines in both."""
    lengths = padded(sides, periodic)
    made = np.zeros((6, *(n // 2 + 1 for n in lengths[::-1])))
    for row, part, (i, j) in zip(made, demagnetizing_tensor(sides, cell, periodic), PARTS):
        for axis, length in enumerate(lengths):
            odd = i != j and axis in (i, j)
            values = np.moveaxis(part, 2 - axis, -1)
            line = np.zeros((*values.shape[:-1], length))
            count = values.shape[-1]
            line[..., :count] = values
            back = min(count - 1, length - count)
            if back:
                line[..., -back:] = (-1.0 if odd else 1.0) * values[..., back:0:-1]
            waves = np.fft.rfft(line, axis=-1)
            part = np.moveaxis(waves.imag if odd else waves.real, -1, 2 - axis)
        row[...] = -part if i != j else part
    made.setflags(write=False)
    return made


def reference(m: Values, stray: StrayField) -> Values:
    """The same field of ``m`` (nz, ny, nx, 3) by transforms of scipy: the readable form."""
    import scipy.fft

    shape = stray.padded[::-1]
    axes = (0, 1, 2)
    factors = 1.0 if stray.factors is None else stray.factors[..., None]
    waves = scipy.fft.rfftn(m * factors, shape, axes)
    octant = transformed(stray.sides, stray.cell, stray.periodic)
    field = np.zeros_like(waves)
    mirrored = [np.minimum(k := np.arange(n), n - k) for n in shape[:2]] + [np.arange(shape[2] // 2 + 1)]
    signs = [np.where(np.arange(n) > n - np.arange(n), -1.0, 1.0) for n in shape[:2]] + [np.ones(shape[2] // 2 + 1)]
    for part, (i, j) in zip(octant, PARTS):
        N = part[np.ix_(*mirrored)]
        if i != j:
            for axis in (i, j):
                N = N * signs[2 - axis].reshape([-1 if 2 - axis == d else 1 for d in range(3)])
            field[..., j] += N * waves[..., i]
        field[..., i] += N * waves[..., j]
    nx, ny, nz = stray.sides
    whole = np.asarray(scipy.fft.irfftn(field, shape, axes)[:nz, :ny, :nx])
    return -VACUUM_PERMEABILITY * stray.Ms * whole
