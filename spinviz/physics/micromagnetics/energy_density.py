"""Where the energy of a mesh is: the energy density of every cell by term, whose sum times the volume is the energy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.micromagnetics.stepping import STRAY, Motion

Values = NDArray[np.float64]


def densities_of(motion: Motion, spins: Spins, t: float = 0.0) -> dict[str, Values]:
    """Energy density [J/m^3] (nz, ny, nx) by name of the term; the sums times the volume are `Motion.energies`."""
    assert motion.cell is not None
    m, volume = spins.vectors()[..., 0, :].astype(np.float64), float(np.prod(motion.cell))
    if motion.cells is None:
        found = energy_densities(motion.hamiltonian, motion.geometry, m, volume, t)
    else:
        found = {name: part / volume for name, part in motion.cells.parts(m).items()}
        found |= energy_densities(motion.applied, motion.geometry, motion.weighted(m), volume, t)
    if motion.stray is not None:
        B = np.moveaxis(motion.stray_field(spins), 0, -1)
        found[STRAY] = stray_density(m, B, motion.stray.Ms, motion.stray.factors)
    return found


def energy_densities(
    hamiltonian: Hamiltonian, geometry: Geometry, m: NDArray[np.floating], volume: float, t: float = 0.0
) -> dict[str, Values]:
    """Energy density [J/m^3] (nz, ny, nx) of directions ``m`` (nz, ny, nx, 3) by name of the term, at time ``t``.

    ``volume`` of a cell [m^3]. The energy of a pair is shared by both its cells; exchange counts from the aligned
    state. 0 without material.
    """
    vectors = np.asarray(m, np.float64)[..., None, :]
    found: dict[str, Values] = {}
    for term in hamiltonian.terms:
        field = term.field(geometry, vectors, t)
        density = -np.einsum("...i,...i", vectors, field)[..., 0] / degree(term, geometry, t) / volume
        if term.couplings(geometry) is not None:
            density += aligned(term, geometry, vectors) / volume
        found[term.name] = found[term.name] + density if term.name in found else density
    return found


def degree(term: Term, geometry: Geometry, t: float = 0.0) -> int:
    """Degree of the energy as a polynomial of the vectors: the scalar product with the field is so many times it."""
    if term.quartic(geometry) is not None:
        return 4
    given = (term.couplings(geometry), term.bond_vectors(geometry), term.quadratic(geometry))
    return 2 if any(part is not None for part in given) else 1


def aligned(term: Term, geometry: Geometry, vectors: Values) -> Values:
    """Half of the J of all pairs of each cell (nz, ny, nx) [J]: what they would gain if they were parallel."""
    there = np.zeros_like(vectors)
    there[..., 0] = vectors.any(axis=-1)
    return np.asarray(there[..., 0, 0] * term.field(geometry, there)[..., 0, 0] / 2)


def stray_density(
    m: NDArray[np.floating], B: NDArray[np.floating], Ms: float, factors: NDArray[np.floating] | None = None
) -> Values:
    """-Ms m.B/2 [J/m^3] (nz, ny, nx) of directions ``m`` (nz, ny, nx, 3) in their own stray field ``B`` [T]."""
    density = -0.5 * Ms * np.einsum("...i,...i", m.astype(np.float64), B.astype(np.float64))
    return np.asarray(density if factors is None else density * factors)
