"""Exchange: E = -sum over pairs <ij> J_ij S_i.S_j. J > 0 is ferromagnetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.bonds import Bond
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.term import Term, Vectors, along_axes, kept, pair_energy, per_bond
from spinviz.physics.stepping import Vector

ALIKE = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Exchange(Term):
    """Exchange by shells of neighbours.

    ``J``: a number for nearest neighbours, (shells,) for each shell, or (shells, basis, basis) for each pair of sites
    of the unit cell too, symmetric in the two. Shells that are not given have J = 0. ``along``: factors of J of the
    bonds along x, y and z, see `term.along_axes`.
    """

    J: ArrayLike = 1.0
    along: Vector = ALIKE
    name: ClassVar[str] = "exchange"

    def __post_init__(self) -> None:
        kept_J = kept(self.J, "J")
        array = np.asarray(kept_J)
        if array.ndim not in (0, 1, 3) or array.size == 0:
            raise ValueError(f"J of shape {array.shape}: give a number, (shells,) or (shells, basis, basis)")
        if array.ndim == 3 and (array.shape[1] != array.shape[2] or not np.array_equal(array, array.swapaxes(1, 2))):
            raise ValueError("J of sites a, b must be J of b, a: a pair has one energy")
        object.__setattr__(self, "J", kept_J)
        object.__setattr__(self, "along", kept(self.along, "factors of J along x, y, z"))

    @property
    def equation(self) -> str:
        """-J sum S_i.S_j; J with indices where it depends on the pair."""
        if isinstance(self.J, float) and self.along == ALIKE:
            return r"-J \sum_{\langle ij \rangle} \mathbf{S}_i \cdot \mathbf{S}_j"
        return r"-\sum_{\langle ij \rangle} J_{ij} \, \mathbf{S}_i \cdot \mathbf{S}_j"

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """-sum J S_i.S_j, each pair once."""
        return pair_energy(vectors, self.field(geometry, vectors))

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """sum J S_j over the neighbours."""
        J = self.by_pair(geometry)
        S = np.asarray(vectors, np.float64)
        h = np.zeros(S.shape)
        for bond in geometry.bonds:
            h[..., bond.a, :] += self._of(bond, J) * geometry.neighbour(S, bond)
        return h

    def couplings(self, geometry: Geometry) -> NDArray[np.float64]:
        """J of each bond, (bonds,)."""
        J = self.by_pair(geometry)
        return per_bond(geometry, lambda bond: self._of(bond, J))

    def _of(self, bond: Bond, J: NDArray[np.float64]) -> float:
        return float(J[bond.shell, bond.a, bond.b]) * along_axes(bond, self.along)

    def by_pair(self, geometry: Geometry) -> NDArray[np.float64]:
        """J (shells, basis, basis) of ``geometry``, without the factors. Errors: ValueError where they do not fit."""
        sites = len(geometry.cell.sites)
        J = np.asarray(self.J, np.float64)
        given = J.reshape(-1, 1, 1) if J.ndim < 3 else J
        if len(given) > geometry.shells:
            raise ValueError(
                f"J is given for {len(given)} shells, the lattice has bonds of {geometry.shells}: give it more shells"
            )
        if J.ndim == 3 and J.shape[1] != sites:
            raise ValueError(f"J is given for {J.shape[1]} sites of the unit cell, the lattice has {sites}")
        out = np.zeros((geometry.shells, sites, sites))
        out[: len(given)] = given
        return out
