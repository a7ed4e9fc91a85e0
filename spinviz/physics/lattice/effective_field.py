"""The effective field and the energy of a spin lattice as the textbook writes them: the readable reference.

All functions take unit vectors ``m`` (nz, ny, nx, 3) in any precision, empty cells zero, and return float64.
Energies are in units of the moment: multiply by the moment of a site [J/T] (Ms dx dy dz for a cell) to get joules.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.spin_lattice import LatticeField, unit

Vectors = NDArray[np.float64]
AXIS_OF = {"x": 2, "y": 1, "z": 0}


class LatticeEnergy(NamedTuple):
    """Energies of the terms, per moment [T]."""

    exchange: float
    anisotropy: float
    zeeman: float
    dmi: float

    @property
    def total(self) -> float:
        """Sum of all terms."""
        return sum(self)


def neighbour(m: Vectors, axis: str, offset: int, periodic: tuple[bool, bool, bool]) -> Vectors:
    """Return for every site its neighbour's vector at ``offset`` (+1, -1) along ``axis``; zero where there is none."""
    array_axis = AXIS_OF[axis]
    shifted = np.roll(m, -offset, axis=array_axis)
    if not periodic["xyz".index(axis)]:
        edge = [slice(None)] * 4
        edge[array_axis] = slice(-1, None) if offset > 0 else slice(0, 1)
        shifted[tuple(edge)] = 0.0
    return shifted


def exchange_field(m: Vectors, field: LatticeField, periodic: tuple[bool, bool, bool]) -> Vectors:
    """B_i = sum over axes b_a [m(+a) + m(-a)] [T]."""
    return sum(  # type: ignore[return-value]
        b * (neighbour(m, axis, 1, periodic) + neighbour(m, axis, -1, periodic))
        for axis, b in zip("xyz", field.exchange)
    )


def anisotropy_field(m: Vectors, field: LatticeField) -> Vectors:
    """B_i = b_ani (m_i.u) u [T]."""
    u = np.array(unit(field.axis))
    return np.asarray(field.anisotropy * (m @ u)[..., None] * u)


def dmi_field(m: Vectors, field: LatticeField, periodic: tuple[bool, bool, bool]) -> Vectors:
    """B = b_x (dx mz ex - dx mx ez) + b_y (dy mz ey - dy my ez) with differences of the two neighbours [T]."""
    B = np.zeros(m.shape)
    for component, (axis, b) in enumerate(zip("xy", field.dmi)):
        difference = neighbour(m, axis, 1, periodic) - neighbour(m, axis, -1, periodic)
        B[..., component] += b * difference[..., 2]
        B[..., 2] -= b * difference[..., component]
    return B


def effective_field(m: NDArray[np.floating], field: LatticeField, periodic: tuple[bool, bool, bool]) -> Vectors:
    """Return the sum of all terms [T], (nz, ny, nx, 3), also on empty cells."""
    vectors = np.asarray(m, np.float64)
    local = anisotropy_field(vectors, field) + np.array(field.zeeman)
    return np.asarray(local + exchange_field(vectors, field, periodic) + dmi_field(vectors, field, periodic))


def torque(m: NDArray[np.floating], B: Vectors, alpha: float, gamma: float) -> Vectors:
    """dm/dt = -gamma/(1 + alpha^2) [m x B + alpha m x (m x B)] [1/s]."""
    m = np.asarray(m, np.float64)
    precession = np.cross(m, B)
    return -gamma / (1 + alpha**2) * (precession + alpha * np.cross(m, precession))


def heun_step(
    m: NDArray[np.floating],
    field: LatticeField,
    periodic: tuple[bool, bool, bool],
    dt: float,
    alpha: float,
    gamma: float,
) -> Vectors:
    """Return ``m`` after one noise-free Heun step, as `llg.step` computes it."""
    m = np.asarray(m, np.float64)
    first = torque(m, effective_field(m, field, periodic), alpha, gamma)
    predicted = m + dt * first
    second = torque(predicted, effective_field(predicted, field, periodic), alpha, gamma)
    corrected = m + dt / 2 * (first + second)
    length = np.linalg.norm(corrected, axis=3, keepdims=True)
    return corrected / np.where(length > 0, length, 1.0)


def energy(m: NDArray[np.floating], field: LatticeField, periodic: tuple[bool, bool, bool]) -> LatticeEnergy:
    """Return the energies per moment [T]; every bond once. For exchange and DMI that is -1/2 sum m.B.

    Exchange counts -b m_i.m_j per bond: a uniform state has -b times the number of bonds, not zero.
    """
    vectors = np.asarray(m, np.float64)
    projection = vectors @ np.array(unit(field.axis))
    return LatticeEnergy(
        exchange=-0.5 * float(np.sum(vectors * exchange_field(vectors, field, periodic))),
        anisotropy=-0.5 * field.anisotropy * float(np.sum(projection**2)),
        zeeman=-float(vectors.sum(axis=(0, 1, 2)) @ np.array(field.zeeman)),
        dmi=-0.5 * float(np.sum(vectors * dmi_field(vectors, field, periodic))),
    )
