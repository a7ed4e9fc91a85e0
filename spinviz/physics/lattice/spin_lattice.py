"""A simple cubic lattice of unit vectors, and the fields its neighbours exert, from either picture of magnetism."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import DTypeLike, NDArray

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO

Vector = tuple[float, float, float]


@dataclass
class SpinLattice:
    """Unit vectors on (nz, ny, nx) sites with a halo of one cell; a zero vector is an empty cell.

    Attributes
    ----------
    m : (nz+2, 3, ny+2, nx+2) float32 or float64
        One plane per component, x fastest. The halo is kept by the kernels: zero at open boundaries.
    periodic : (x, y, z)
    rng : (2,) uint64
        Key and counter of the thermal noise: a copy of the arrays is a copy of the generator.
    """

    m: NDArray[np.floating]
    periodic: tuple[bool, bool, bool]
    rng: NDArray[np.uint64]

    @classmethod
    def from_vectors(
        cls,
        vectors: NDArray[np.floating],
        *,
        dtype: DTypeLike = np.float32,
        periodic: tuple[bool, bool, bool] = (False, False, False),
        key: int = 0,
    ) -> "SpinLattice":
        """Copy ``vectors`` (nz, ny, nx, 3) of any length; zero vectors become empty cells."""
        given = np.asarray(vectors, np.float64)
        if given.ndim != 4 or given.shape[3] != 3 or given.size == 0:
            raise ValueError(f"vectors have shape {given.shape}; give (nz, ny, nx, 3), every size at least 1")
        if not np.isfinite(given).all():
            raise ValueError(f"{(~np.isfinite(given)).sum()} components are not finite; give numbers or zero vectors")
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"precision {np.dtype(dtype)} is not one of float32, float64")
        largest = np.abs(given).max(axis=3, keepdims=True)
        scaled = given / np.where(largest > 0, largest, 1.0)
        length = np.linalg.norm(scaled, axis=3, keepdims=True)
        nz, ny, nx = given.shape[:3]
        m = np.zeros((nz + 2, 3, ny + 2, nx + 2), dtype)
        lattice = cls(
            m, (bool(periodic[0]), bool(periodic[1]), bool(periodic[2])), np.array([key % 2**64, 0], np.uint64)
        )
        lattice.vectors[:] = scaled / np.where(length > 0, length, 1.0)
        return lattice

    @property
    def shape(self) -> tuple[int, int, int]:
        """(nz, ny, nx)."""
        return self.m.shape[0] - 2, self.m.shape[2] - 2, self.m.shape[3] - 2

    @property
    def vectors(self) -> NDArray[np.floating]:
        """A view (nz, ny, nx, 3) of the sites; it may be written to between steps."""
        return np.moveaxis(self.m[1:-1, :, 1:-1, 1:-1], 1, 3)

    def to_vectors(self) -> NDArray[np.floating]:
        """A contiguous copy (nz, ny, nx, 3)."""
        return np.ascontiguousarray(self.vectors)

    @property
    def occupied(self) -> int:
        """Number of cells that are not empty."""
        return int(np.any(self.vectors, axis=3).sum())

    def mean(self) -> NDArray[np.float64]:
        """Mean unit vector (3,) of the occupied cells."""
        total = self.m[1:-1, :, 1:-1, 1:-1].sum(axis=(0, 2, 3), dtype=np.float64)
        return np.asarray(total / max(self.occupied, 1))


@dataclass(frozen=True)
class LatticeField:
    """The terms of the effective field, all in tesla (or any unit in which gamma B is a rate).

    Attributes
    ----------
    exchange : per neighbour along x, y, z
    anisotropy, axis : B = anisotropy (m.u) u; the axis u of any length
    zeeman : uniform applied field
    dmi : interfacial Dzyaloshinskii-Moriya field per neighbour along x, y (symmetry axis z)
    """

    exchange: Vector = (0.0, 0.0, 0.0)
    anisotropy: float = 0.0
    axis: Vector = (0.0, 0.0, 1.0)
    zeeman: Vector = (0.0, 0.0, 0.0)
    dmi: tuple[float, float] = (0.0, 0.0)

    @property
    def bound(self) -> float:
        """Largest rate-determining field [T]: twice the exchange of all neighbours, plus the other terms."""
        exchange = 4 * sum(abs(b) for b in self.exchange) + 2 * sum(abs(b) for b in self.dmi)
        return exchange + abs(self.anisotropy) + sqrt(sum(b * b for b in self.zeeman))


def unit(axis: Vector) -> Vector:
    """Return ``axis`` scaled to length one."""
    x, y, z = (float(a) for a in axis)
    length = sqrt(x * x + y * y + z * z)
    if not 0 < length < float("inf"):
        raise ValueError(f"axis {axis} has length {length}; give a vector of finite length above zero")
    return x / length, y / length, z / length


def step_count(steps: int) -> int:
    """Return ``steps`` as the integer the kernels were compiled for."""
    if steps < 0:
        raise ValueError(f"{steps} steps; time goes forward: give 0 or more (a negative dt runs backwards)")
    return int(steps)


def atomistic_field(
    moment: float, *, J: float = 0.0, K: float = 0.0, axis: Vector = (0, 0, 1), B: Vector = (0, 0, 0), D: float = 0.0
) -> LatticeField:
    """Return the fields of an atomistic spin model; ``moment`` [J/T], J, K, D [J], B [T].

    H = - J sum (pairs once) Si.Sj - K sum (Si.u)^2 - moment sum B.Si + D sum (pairs once) (z x rij).(Si x Sj)

    with rij the unit vector from i to j. From B = -(1/moment) dH/dS: J/moment per neighbour, 2K/moment,
    D/moment. Evans et al., J. Phys.: Condens. Matter 26, 103202 (2014).
    """
    return LatticeField((J / moment,) * 3, 2 * K / moment, axis, B, (D / moment,) * 2)


def micromagnetic_field(
    Ms: float,
    cell: Vector,
    *,
    A: float = 0.0,
    K1: float = 0.0,
    axis: Vector = (0, 0, 1),
    B: Vector = (0, 0, 0),
    D: float = 0.0,
) -> LatticeField:
    """Return the fields of finite-difference micromagnetics.

    ``Ms`` [A/m], ``cell`` (dx, dy, dz) [m], exchange stiffness ``A`` [J/m], ``K1`` [J/m^3], interfacial ``D``
    [J/m^2]. Energy density A (grad m)^2 - K1 (m.u)^2 - Ms m.B + D [mz div m - (m.grad) mz]; central
    differences give 2A/(Ms d^2) per neighbour, 2 K1/Ms and D/(Ms d).
    Vansteenkiste et al., AIP Advances 4, 107133 (2014). Energies follow with the moment Ms dx dy dz.
    """
    dx, dy, dz = cell
    exchange = (2 * A / (Ms * dx**2), 2 * A / (Ms * dy**2), 2 * A / (Ms * dz**2))
    return LatticeField(exchange, 2 * K1 / Ms, axis, B, (D / (Ms * dx), D / (Ms * dy)))


def thermal_field(
    alpha: float, kT: float, moment: float, dt: float, gamma: float = ELECTRON_GYROMAGNETIC_RATIO
) -> float:
    """Return the standard deviation [T] of each component of the thermal field, constant during ``dt``.

    sqrt(2 alpha kT/(gamma moment dt)), Brown, Phys. Rev. 130, 1677 (1963); ``kT`` [J], ``moment`` [J/T].
    """
    return sqrt(2 * alpha * kT / (gamma * moment * dt))
