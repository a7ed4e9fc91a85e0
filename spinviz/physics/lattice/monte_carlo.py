"""Monte Carlo of plane rotators and Heisenberg spins on any geometry: heat bath, over-relaxation, Metropolis.

The sites of one array have no bond between them, so that drawing them all at once equals drawing them one by one: the
Boltzmann distribution is stationary, exactly. Arrays follow one another; a sweep visits every site once.

Plane rotators are vectors (x, y, 0). Random numbers are functions of key, sweep and place: results do not depend on how
many sweeps are asked for at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice import vector_kernels
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Compiled

Single = NDArray[np.float32]

METHODS = {
    "heat bath": vector_kernels.HEAT_BATH,
    "over-relaxation": vector_kernels.OVER_RELAXATION,
    "metropolis": vector_kernels.METROPOLIS,
}
PLANE = {
    "heat bath": vector_kernels.PLANE_HEAT_BATH,
    "over-relaxation": vector_kernels.OVER_RELAXATION,
    "metropolis": vector_kernels.PLANE_METROPOLIS,
}
COLDEST = 1e-20
"""Temperature at which zero is taken: the largest 1/T that single precision multiplies safely."""


@dataclass(frozen=True)
class Sampler:
    """The Hamiltonian of a sample as the kernels read it, in single precision.

    J (bonds,), D (bonds, 3) or (0, 3), uniform (arrays, 3), own (arrays, 3, places) or (0, 3, 0), local (arrays, 7).
    """

    J: Single
    D: Single
    uniform: Single
    own: Single
    local: Single

    @classmethod
    def of(cls, compiled: Compiled) -> Sampler:
        """Take the arrays of a compiled Hamiltonian."""
        none = np.zeros((0, 3))
        A = compiled.quadratic
        parts = [A[:, 0, 0], A[:, 1, 1], A[:, 2, 2], 2 * A[:, 0, 1], 2 * A[:, 1, 2], 2 * A[:, 2, 0], compiled.quartic]
        own = none.reshape(0, 3, 0) if compiled.local is None else compiled.local.reshape(*compiled.local.shape[:2], -1)
        return cls(
            *(
                np.ascontiguousarray(values, np.float32)
                for values in (
                    compiled.J, none if compiled.D is None else compiled.D, compiled.uniform[compiled.basis], own,
                    np.stack(parts, axis=1)[compiled.basis],
                )
            )
        )  # fmt: skip


def sweep(
    spins: Spins, sampler: Sampler, T: float, methods: Sequence[str], *, sweeps: int = 1, reach: float = 1.0,
    plane: bool = False, free: NDArray[np.bool_] | None = None,
) -> None:  # fmt: skip
    """Sweep ``spins`` (float32, three components) in place: ``sweeps`` rounds of the ``methods`` in their order.

    Parameters
    ----------
    T
        Temperature kT in the unit of energy of the Hamiltonian, 0 or more; at 0 a spin follows its field.
    methods
        ``heat bath`` draws each spin anew, ``over-relaxation`` turns it half about its field and conserves energy
        (alone it never reaches equilibrium), ``metropolis`` proposes a turn and accepts it by its energy.
    reach
        Length of the random vector that a Metropolis step adds; for plane rotators the largest turn over pi, 0 to 1.
    plane
        Whether spins are plane rotators: their z stays 0, anisotropy and fields along z do not count.
    free
        Spins that move (nz, ny, nx, basis): the others stay, and the distribution is that with them fixed.

    Heat bath: Miyatake et al., J. Phys. C 19, 2539 (1986); over-relaxation: Creutz, Phys. Rev. D 36, 515 (1987).
    """
    known = PLANE if plane else METHODS
    if not T >= 0:
        raise ValueError(f"temperature T = {T:g} is below the limit 0: use T >= 0")
    if not 0 < reach <= (1.0 if plane else 100.0):
        raise ValueError(f"a reach of {reach:g} is outside 0 to {1 if plane else 100}")
    unknown = [m for m in methods if m not in known]
    if unknown:
        raise ValueError(f"no method is called '{unknown[0]}': use {', '.join(known)}")
    if spins.values.dtype != np.float32 or spins.components != 3:
        raise ValueError(f"spins of {spins.values.dtype} with {spins.components} components: use float32 with three")
    spins.geometry.need_colours()
    table = spins.geometry.table
    rounds = np.tile(np.array([known[m] for m in methods], np.int64), sweeps)
    vector_kernels.vector_sweeps(
        spins.values, table.first, table.other, table.offset, sampler.J, sampler.D, sampler.uniform,
        sampler.own, sampler.local, np.float32(1 / max(T, COLDEST)), np.float32(reach), spins.geometry.halo,
        spins.closed, _packed(spins, free), spins.rng, rounds,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _inside(geometry: Geometry) -> NDArray[np.float32]:
    """1 at the sites of an array and 0 in its halo, in the order of the kernels."""
    inside = np.ones(geometry.grid, np.float32)
    return np.pad(inside, [(h, h) for h in geometry.halo]).ravel()


def _packed(spins: Spins, free: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """What moves in the order of the kernels, (0, 0) for all."""
    if free is None:
        return np.zeros((0, 0), np.bool_)
    packed = spins.geometry.packed(np.asarray(free, np.bool_))
    return np.asarray(packed.reshape(spins.geometry.arrays, -1))


class FieldSums(NamedTuple):
    """Sums over a sample. The temperature of spins in equilibrium is <square>/<laplacian>: see `field_sums`."""

    bonds: float
    """Energy of exchange and DMI."""
    square: float
    """Sum of |S x H|^2, H = -dE/dS."""
    laplacian: float
    """Sum of the Laplacians of the energy on the sphere of each direction: 2 S.H where E is linear in S."""
    spins: NDArray[np.float64]
    """Sums (arrays, 3) of the spins."""


def field_sums(spins: Spins, sampler: Sampler, *, plane: bool = False) -> FieldSums:
    """Return the energy of the bonds, two sums the ratio of whose means is the temperature kT, and the sums of spins.

    Rotations of one spin leave the Boltzmann distribution alone: <laplacian of E> = <|gradient of E|^2>/kT, exactly, on
    any lattice and at any temperature. Nurdin and Schotte, Phys. Rev. E 61, 3579 (2000).
    """
    table, out = spins.geometry.table, np.empty((spins.geometry.arrays, 6))
    vector_kernels.field_sums(
        spins.values, table.first, table.other, table.offset, sampler.J, sampler.D, sampler.uniform, sampler.own,
        sampler.local, spins.geometry.halo, _inside(spins.geometry), plane, out,
    )  # fmt: skip
    work, square, laplacian = out[:, :3].sum(axis=0)
    return FieldSums(-work / 2, square, laplacian, out[:, 3:])
