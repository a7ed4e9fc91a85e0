"""A Hamiltonian: the sum of its terms, printed, as energy and field, and as the arrays of the compiled kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.geometry import BondTable, Geometry
from spinviz.physics.lattice.terms.term import Term, Vectors

EACH_PAIR_ONCE = "sums over ⟨ij⟩ count each pair once"
"""To be shown beside the equation."""


@dataclass(frozen=True)
class Compiled:
    """What the kernels of a sample need, float64, energies in the unit of the terms.

    The field of a site of array k, which is site ``basis[k]`` of the unit cell (b below), is::

        h = sum over its bonds n in table.first[k] .. table.first[k+1] - 1 of  J[n] S_n + D[n] x S_n
            + 2 quadratic[b] S - 2 quartic[b] [Sx (Sy^2 + Sz^2), ...] + uniform[b] + local[k] at the site

    Attributes
    ----------
    J : (bonds,)
    D : (bonds, 3), or None where no term has bond vectors
    quadratic : (basis, 3, 3) symmetric; energy -S.A.S. Uniaxial anisotropy is A = K u u^T
    quartic : (basis,) K1 of cubic anisotropy
    uniform : (basis, 3) mu B of the uniform field, at the time asked for
    local : (arrays, 3, z, y, x) field of every site at the time asked for, as `Spins.values`, or None where it is zero
    basis : (arrays,) site of the unit cell of each array
    """

    table: BondTable
    J: NDArray[np.float64]
    D: NDArray[np.float64] | None
    quadratic: NDArray[np.float64]
    quartic: NDArray[np.float64]
    uniform: NDArray[np.float64]
    local: NDArray[np.float64] | None
    basis: NDArray[np.int64]

    @property
    def linear(self) -> bool:
        """Whether the energy is linear in each spin: no anisotropy."""
        return not (self.quadratic.any() or self.quartic.any())

    @property
    def pair_bound(self) -> NDArray[np.float64]:
        """Largest length of the neighbours' field, (basis,)."""
        D = 0 * self.J if self.D is None else np.linalg.norm(self.D, axis=1)
        return self.exchange_bound + self._of_bonds(D)

    @property
    def exchange_bound(self) -> NDArray[np.float64]:
        """The same of exchange alone."""
        return self._of_bonds(np.abs(self.J))

    def _of_bonds(self, strength: NDArray[np.float64]) -> NDArray[np.float64]:
        first, sites = self.table.first, len(self.quartic)
        return np.array([strength[first[a] : first[a + 1]].sum() for a in range(sites)])

    @property
    def site_bound(self) -> NDArray[np.float64]:
        """Largest length of the field of anisotropy and applied fields, (basis,)."""
        bound = 2 * np.linalg.norm(self.quadratic, 2, axis=(1, 2)) + 2 * np.abs(self.quartic)
        bound = bound + np.linalg.norm(self.uniform, axis=1)
        if self.local is not None:
            largest = np.sqrt((self.local**2).sum(axis=1).max(axis=(1, 2, 3)))
            np.maximum.at(most := np.zeros(len(bound)), self.basis, largest)
            bound = bound + most
        return np.asarray(bound)


@dataclass(frozen=True)
class Hamiltonian:
    """The sum of ``terms``."""

    terms: tuple[Term, ...]

    @property
    def equation(self) -> str:
        """H = ... in LaTeX; sums over <ij> count each pair once."""
        text = "H ="
        for number, term in enumerate(self.terms):
            equation = term.equation
            negative = equation.startswith("-")
            sign = " -" if negative else (" +" if number else "")
            text += f"{sign} {equation.removeprefix('-').strip()}"
        return text if self.terms else "H = 0"

    @property
    def varies(self) -> bool:
        """Whether a term depends on time."""
        return any(term.varies for term in self.terms)

    def energies(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> dict[str, float]:
        """Energy by name of the term; terms of one name are added."""
        found: dict[str, float] = {}
        for term in self.terms:
            found[term.name] = found.get(term.name, 0.0) + term.energy(geometry, vectors, t)
        return found

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """Energy of the sample."""
        return sum(term.energy(geometry, vectors, t) for term in self.terms)

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """-dE/dS_i, (nz, ny, nx, basis, 3)."""
        h = np.zeros((*geometry.shape, 3))
        for term in self.terms:
            h += term.field(geometry, vectors, t)
        return h

    def uniform(self, geometry: Geometry, t: float = 0.0) -> NDArray[np.float64]:
        """mu B of the uniform field at time ``t``, (basis, 3)."""
        parts = [term.uniform(geometry, t) for term in self.terms]
        return _total(parts, (len(geometry.cell.sites), 3))

    def swinging(self, geometry: Geometry) -> list[tuple[Vectors, Callable[[float], float]]]:
        """Fields of every site that swing as a whole, and their factors at a time."""
        return [v for term in self.terms if (v := term.swinging(geometry)) is not None]

    def compiled(self, geometry: Geometry, t: float = 0.0) -> Compiled:
        """Return what the kernels need, fields at time ``t``."""
        bonds, sites = len(geometry.table.other), len(geometry.cell.sites)
        vectors = [v for term in self.terms if (v := term.bond_vectors(geometry)) is not None]
        local = [v for term in self.terms if (v := term.local(geometry)) is not None]
        local += [course(t) * v for v, course in self.swinging(geometry)]
        whole = None if not local else _total(local, (*geometry.shape, 3))
        return Compiled(
            table=geometry.table,
            J=_total([term.couplings(geometry) for term in self.terms], (bonds,)),
            D=_total(vectors, (bonds, 3)) if vectors else None,
            quadratic=_total([term.quadratic(geometry) for term in self.terms], (sites, 3, 3)),
            quartic=_total([term.quartic(geometry) for term in self.terms], (sites,)),
            uniform=self.uniform(geometry, t),
            local=None if whole is None else geometry.packed(whole, 3),  # type: ignore[arg-type]
            basis=np.arange(geometry.arrays) % sites,
        )


def _total(
    parts: list[NDArray[np.float64] | None] | list[NDArray[np.float64]], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    out = np.zeros(shape)
    for part in parts:
        if part is not None:
            out += part
    return out
