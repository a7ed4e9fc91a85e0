"""What every term of a Hamiltonian is.

Unit vectors S_i stand on the sites, zero vectors on vacancies. Energies are in one unit of the caller's choice (joules,
meV, or J itself), and a field is h_i = -dE/dS_i in that unit: divided by the moment of the site it is a magnetic field.
Sums over pairs <ij> count each pair once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.bonds import Bond
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.stepping import Vector

Vectors = NDArray[np.float64]
Numbers = float | tuple[Any, ...]
"""A number, or numbers nested in tuples: what a frozen term keeps of an array."""


class Term(ABC):
    """A term: energy and field as the textbook writes them, and the coefficients that the kernels need.

    ``vectors`` and fields are (nz, ny, nx, basis, 3) in natural order. A term that has nothing of a kind returns None.
    """

    name: ClassVar[str]

    @property
    @abstractmethod
    def equation(self) -> str:
        """The term in LaTeX, with its sign and factors."""

    @abstractmethod
    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """Energy of the sample at time ``t``."""

    @abstractmethod
    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """-dE/dS_i at time ``t``, also on vacancies."""

    def couplings(self, geometry: Geometry) -> NDArray[np.float64] | None:
        """J of each bond of `Geometry.table`, (bonds,): the field gains J S_j."""
        return None

    def bond_vectors(self, geometry: Geometry) -> NDArray[np.float64] | None:
        """D of each bond of `Geometry.table`, (bonds, 3): the field gains D x S_j."""
        return None

    def quadratic(self, geometry: Geometry) -> NDArray[np.float64] | None:
        """A of each site of the unit cell, symmetric (basis, 3, 3): the energy gains -S.A.S."""
        return None

    def quartic(self, geometry: Geometry) -> NDArray[np.float64] | None:
        """K1 of each site of the unit cell, (basis,): the energy gains K1 (Sx^2 Sy^2 + Sy^2 Sz^2 + Sz^2 Sx^2)."""
        return None

    def uniform(self, geometry: Geometry, t: float = 0.0) -> NDArray[np.float64] | None:
        """Field of each site of the unit cell at time ``t``, (basis, 3), in units of energy."""
        return None

    def local(self, geometry: Geometry) -> Vectors | None:
        """Constant field of every site, (nz, ny, nx, basis, 3), in units of energy."""
        return None

    def swinging(self, geometry: Geometry) -> tuple[Vectors, Callable[[float], float]] | None:
        """Field of every site that swings as a whole, as `local`, and its factor at a time."""
        return None

    @property
    def varies(self) -> bool:
        """Whether it depends on time."""
        return False


def kept(values: ArrayLike, what: str) -> Numbers:
    """Return finite ``values`` as nested tuples. Errors: ValueError."""
    array = np.asarray(values, np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{what} = {array.tolist()}: give finite numbers")
    nested: Any = array.tolist()
    return _tuples(nested)


def _tuples(values: Any) -> Numbers:
    return tuple(_tuples(v) for v in values) if isinstance(values, list) else float(values)


def per_site(values: Numbers, geometry: Geometry, what: str) -> NDArray[np.float64]:
    """Return a number for each site of the unit cell, (basis,). Errors: ValueError where there are others."""
    sites = len(geometry.cell.sites)
    array = np.asarray(values, np.float64)
    if array.shape not in ((), (sites,)):
        raise ValueError(f"{what} of shape {array.shape}: give one number, or {sites} for the sites of the unit cell")
    return np.broadcast_to(array, (sites,)).copy()


def per_bond(geometry: Geometry, value: Callable[[Bond], ArrayLike]) -> NDArray[np.float64]:
    """Return ``value`` of each bond in the order of `Geometry.table`, (bonds, ...)."""
    sites = len(geometry.cell.sites)
    of_site = [[np.asarray(value(b), np.float64) for b in geometry.bonds if b.a == a] for a in range(sites)]
    return np.array([v for array in range(geometry.arrays) for v in of_site[array % sites]])


def along_axes(bond: Bond, factors: Vector) -> float:
    """Factor of a bond: that of its axis, between two axes their mean weighted by the squared cosines."""
    return float(np.dot(factors, np.square(bond.vector))) / bond.length**2


def pair_energy(vectors: Vectors, field: Vectors) -> float:
    """-1/2 sum S.h: the energy of a term that couples pairs, from its field."""
    return -0.5 * float(np.sum(np.asarray(vectors, np.float64) * field))
