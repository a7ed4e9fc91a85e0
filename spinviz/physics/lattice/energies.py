"""The energy of spins by term, for every frame: from sums of one kernel, equal to what each term says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.energy_kernels import sums
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import ORDER
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term

Values = NDArray[np.float64]
OFTEN = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
"""How often a symmetric matrix has each of its elements in `ORDER`."""


@dataclass(frozen=True)
class Energies:
    """Energies of the terms of ``hamiltonian`` on a sample.

    ``from_aligned``: whether exchange counts from the state in which all spins are parallel, as A (grad m)^2 does, in
    place of -J per pair.
    """

    geometry: Geometry
    hamiltonian: Hamiltonian
    from_aligned: bool = False

    def of(self, spins: Spins, t: float = 0.0) -> dict[str, float]:
        """Energy by name of the term at time ``t``; terms of one name are added. Fills the halo of ``spins``."""
        table = self.geometry.table
        bonds, sites = np.empty((len(table.other), 5)), np.empty((self.geometry.arrays, 10))
        spins.fill_halo()
        sums(spins.values, self.geometry.halo, table.first, table.other, table.offset, *self._taken, bonds, sites)
        found: dict[str, float] = {}
        for term, (of_bonds, of_sites, own) in zip(self.hamiltonian.terms, self._weights):
            total = np.vdot(of_bonds, bonds) + np.vdot(of_sites, sites)
            if (h := term.uniform(self.geometry, t)) is not None:
                total -= np.vdot(h[self._basis], sites[:, :3])
            if own is not None:
                total -= np.vdot(own, spins.vectors())
            if (swing := term.swinging(self.geometry)) is not None:
                total -= swing[1](t) * np.vdot(swing[0], spins.vectors())
            found[term.name] = found.get(term.name, 0.0) + float(total)
        return found

    @cached_property
    def _basis(self) -> NDArray[np.int64]:
        return np.arange(self.geometry.arrays) % len(self.geometry.cell.sites)

    @cached_property
    def _ahead(self) -> NDArray[np.bool_]:
        """One of two opposite bonds: each pair once."""
        return np.array([tuple(v) > (0.0, 0.0, 0.0) for v in np.round(self.geometry.table.vector, 9)], bool)

    @cached_property
    def _taken(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Bonds whose dots and crosses count."""
        used = np.zeros((len(self._ahead), 5), bool)
        for of_bonds, *_ in self._weights:
            used |= of_bonds != 0
        return used[:, 0], np.asarray(used[:, 2:].any(axis=1))

    @cached_property
    def _weights(self) -> tuple[tuple[Values, Values, Values | None], ...]:
        return tuple(self._of(term) for term in self.hamiltonian.terms)

    def _of(self, term: Term) -> tuple[Values, Values, Values | None]:
        """By which the sums of `energy_kernels.sums` and the vectors are multiplied, but for the uniform field."""
        geometry = self.geometry
        bonds, sites = np.zeros((len(self._ahead), 5)), np.zeros((geometry.arrays, 10))
        if (J := term.couplings(geometry)) is not None:
            bonds[:, 0] = -J
            bonds[:, 1] = J if self.from_aligned else 0.0
        if (D := term.bond_vectors(geometry)) is not None:
            bonds[:, 2:] = D
        if (A := term.quadratic(geometry)) is not None:
            sites[:, 3:9] = -(np.stack([A[:, i, j] for i, j in ORDER], axis=1) * OFTEN)[self._basis]
        if (K := term.quartic(geometry)) is not None:
            sites[:, 9] = K[self._basis]
        return bonds * self._ahead[:, None], sites, term.local(geometry)
