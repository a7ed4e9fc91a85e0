"""Cells of several materials: exchange, DMI and anisotropy of each cell, their field and their energy.

Energy density as in `mesh.micromagnetic`, and Kc (mx^2 my^2 + my^2 mz^2 + mz^2 mx^2) of cubic crystals whose axes are
x, y, z. Two neighbours are coupled by the harmonic mean 2 A_i A_j/(A_i + A_j), for which the flux A dm/dx is continuous
in the middle of a sharp boundary, and by the mean of D; between different grains by a part of both. Exchange counts
from the aligned state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.stepping import Vector

Values = NDArray[np.float64]
Shape = tuple[int, int, int]
BONDS = 10
"""Rows of `Cells.rows` that hold exchange and DMI ahead and behind."""
ROWS = 17


@dataclass(frozen=True, eq=False)
class Cells:
    """Constants of each cell of a mesh ``shape`` (nz, ny, nx), numbers or arrays of that shape.

    ``cell`` (dx, dy, dz) [m], ``periodic`` along x, y, z; ``Ms`` [A/m], 0 of an empty cell; ``A`` [J/m], ``K1`` and
    cubic ``Kc`` [J/m^3], ``D`` [J/m^2], ``alpha``; ``axis`` (nz, ny, nx, 3) or one vector, of any length. Neighbours of
    different ``grains`` keep ``coupling`` of their exchange. Errors: ValueError for constants that are not finite or
    below 0 where they must not be, other shapes, and where no cell is left.
    """

    shape: Shape
    cell: Vector
    periodic: tuple[bool, bool, bool]
    Ms: ArrayLike
    A: ArrayLike = 0.0
    K1: ArrayLike = 0.0
    axis: ArrayLike = (0.0, 0.0, 1.0)
    Kc: ArrayLike = 0.0
    D: ArrayLike = 0.0
    alpha: ArrayLike = 0.0
    grains: ArrayLike = 0
    coupling: float = 1.0
    _kept: dict[str, Values] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("Ms", "A", "K1", "Kc", "D", "alpha"):
            values = self.of(name)
            if not np.isfinite(values).all():
                raise ValueError(f"{name} is not finite in {np.sum(~np.isfinite(values))} cells: give finite numbers")
            if name in ("Ms", "A", "alpha") and values.min() < 0:
                raise ValueError(f"{name} = {values.min():g} in a cell: give 0 or more")
        if not 0 <= self.coupling <= 1:
            raise ValueError(f"a coupling of {self.coupling} between grains: give a part from 0 to 1")
        if not self.full.any():
            raise ValueError("no cell has a magnetization: leave at least one")

    def of(self, name: str) -> Values:
        """A constant of every cell, (nz, ny, nx)."""
        if name not in self._kept:
            given = np.asarray(getattr(self, name), np.float64)
            if given.shape not in ((), self.shape):
                raise ValueError(f"{name} of shape {given.shape}: give one number, or {self.shape}")
            self._kept[name] = np.broadcast_to(given, self.shape)
        return self._kept[name]

    @property
    def full(self) -> NDArray[np.bool_]:
        """Cells that have a magnetization, (nz, ny, nx)."""
        return np.asarray(self.of("Ms") > 0)

    @property
    def volume(self) -> float:
        """Of a cell [m^3]."""
        return self.cell[0] * self.cell[1] * self.cell[2]

    @cached_property
    def largest(self) -> float:
        """Largest Ms [A/m]."""
        return float(self.of("Ms").max())

    @cached_property
    def factors(self) -> Values | None:
        """Ms of each cell over the largest; None where all that are not empty are equal."""
        Ms = self.of("Ms")
        return None if np.all((Ms == 0) | (Ms == self.largest)) else Ms / self.largest

    @cached_property
    def axes(self) -> Values:
        """Easy axes (nz, ny, nx, 3) of length 1."""
        given = np.asarray(self.axis, np.float64)
        length = np.linalg.norm(given, axis=-1, keepdims=True)
        if given.shape not in ((3,), (*self.shape, 3)) or not (np.isfinite(length).all() and (length > 0).all()):
            raise ValueError(f"axes of shape {given.shape}: give vectors above 0, (3,) or {(*self.shape, 3)}")
        return np.broadcast_to(given / length, (*self.shape, 3))

    def bonds(self, axis: int, name: str) -> Values:
        """Field [J] by which a cell is coupled to the one ahead along ``axis`` (x, y, z), (nz, ny, nx).

        ``name`` A: 2 A V/d^2; D: D V/d along x and y. Zero where there is none ahead.
        """
        if (found := self._kept.get(f"{name} along {axis}")) is not None:
            return found
        here = self.of(name)
        along, d = 2 - axis, self.cell[axis]
        ahead, other = (np.roll(v, -1, along) for v in (here, self.of("grains")))
        if name == "A":
            mean = 2 * here * ahead / np.where(here + ahead > 0, here + ahead, 1.0)
            bonds = 2 * mean * self.volume / d**2
        else:
            bonds = (here + ahead) / 2 * self.volume / d
        bonds = np.where(other != self.of("grains"), self.coupling * bonds, bonds)
        full = self.full
        bonds[~(full & np.roll(full, -1, along))] = 0.0
        if not self.periodic[axis] or self.shape[along] == 1:
            np.moveaxis(bonds, along, 0)[-1] = 0.0
        self._kept[f"{name} along {axis}"] = bonds
        return np.asarray(bonds)

    @property
    def rows(self) -> Values:
        """What the kernels need of each cell, (17, nz, ny, nx), fields in T.

        Exchange ahead and behind along x, y, z; DMI ahead and behind along x, y; 2 K1/Ms, axis, 2 Kc/Ms, alpha, and the
        root of alpha times the largest Ms over that of the cell, by which thermal fields differ.
        """
        moment = np.where(self.full, self.of("Ms"), np.inf) * self.volume
        found = []
        for axis, name in ((0, "A"), (1, "A"), (2, "A"), (0, "D"), (1, "D")):
            ahead = self.bonds(axis, name)
            found += [ahead / moment, np.roll(ahead, 1, 2 - axis) / moment]
        found.append(2 * self.of("K1") * self.volume / moment)
        found += list(np.moveaxis(self.axes, -1, 0))
        found.append(2 * self.of("Kc") * self.volume / moment)
        found += [self.of("alpha"), np.sqrt(self.of("alpha") * self.largest * self.volume / moment)]
        return np.array(found)

    @cached_property
    def largest_field(self) -> float:
        """Field [T] of neighbours that are opposed, with anisotropy, in the cell where it is largest."""
        rows = np.abs(self.rows)
        own = 2 * rows[:6].sum(axis=0) + rows[6:BONDS].sum(axis=0) + rows[BONDS] + rows[14]
        return float(own.max())

    def parts(self, m: Values) -> dict[str, Values]:
        """Energy [J] of each cell by term of ``m`` (nz, ny, nx, 3), half of each pair in either cell."""
        V, there = self.volume, m.any(axis=-1)
        exchange, dmi = np.zeros(self.shape), np.zeros(self.shape)
        for axis in range(3):
            along = 2 - axis
            J, ahead = self.bonds(axis, "A"), np.roll(m, -1, along)
            both = there & np.roll(there, -1, along)
            pair = J * both * (1 - np.einsum("...i,...i", m, ahead)) / 2
            exchange += pair + np.roll(pair, 1, along)
            if axis < 2:
                crossed = m[..., 2] * ahead[..., axis] - m[..., axis] * ahead[..., 2]
                pair = self.bonds(axis, "D") * crossed / 2
                dmi += pair + np.roll(pair, 1, along)
        x, y, z = np.moveaxis(m**2, -1, 0)
        found = {
            Exchange.name: exchange,
            Uniaxial.name: -self.of("K1") * V * np.einsum("...i,...i", m, self.axes) ** 2,
        }
        if self.of("D").any():
            found[DMI.name] = dmi
        if self.of("Kc").any():
            found[Cubic.name] = self.of("Kc") * V * (x * y + y * z + z * x)
        return found

    def field(self, m: Values) -> Values:
        """Field [T] (nz, ny, nx, 3) of ``m``: minus the gradient of `parts` over Ms V, the readable form."""
        B = np.zeros((*self.shape, 3))
        rows = self.rows
        for axis in range(3):
            for row, step in ((2 * axis, -1), (2 * axis + 1, 1)):
                B += rows[row][..., None] * np.roll(m, step, 2 - axis)
        for axis in range(2):
            for row, step, sign in ((6 + 2 * axis, -1, 1), (7 + 2 * axis, 1, -1)):
                beside = sign * rows[row][..., None] * np.roll(m, step, 2 - axis)
                B[..., axis] += beside[..., 2]
                B[..., 2] -= beside[..., axis]
        u = self.axes
        B += (rows[BONDS] * np.einsum("...i,...i", m, u))[..., None] * u
        squares = m**2
        B -= rows[14][..., None] * m * (squares.sum(axis=-1, keepdims=True) - squares)
        return B
