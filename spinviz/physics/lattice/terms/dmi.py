"""Dzyaloshinskii-Moriya interaction: E = D sum over pairs <ij> d_ij.(S_i x S_j), with d_ji = -d_ij.

With r the unit vector from i to j: at an interface with normal z d = z x r, in a bulk crystal without inversion d = r.
Along +x D > 0 lowers the energy of an S that turns from z towards -x (interface), or from y towards -z, which is a
left-handed helix (bulk). Fert and Levy, Phys. Rev. Lett. 44, 1538 (1980); Moriya, Phys. Rev. 120, 91 (1960).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.bonds import Bond
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.exchange import ALIKE
from spinviz.physics.lattice.terms.term import Term, Vectors, along_axes, kept, pair_energy, per_bond
from spinviz.physics.stepping import Vector

Direction = Callable[[Bond], tuple[float, float, float]]


def interfacial(bond: Bond) -> tuple[float, float, float]:
    """d = z x r: in the plane, across the bond; shorter than 1 for bonds that leave the plane, zero along z."""
    x, y, _ = bond.vector
    return -y / bond.length, x / bond.length, 0.0


def bulk(bond: Bond) -> tuple[float, float, float]:
    """d = r: along the bond."""
    x, y, z = bond.vector
    return x / bond.length, y / bond.length, z / bond.length


@dataclass(frozen=True)
class DMI(Term):
    """``D`` energy of a pair; ``direction`` gives d of a bond: `interfacial`, `bulk`, or an own function; ``shell``.

    ``along``: factors of D of the bonds along x, y and z, see `term.along_axes`.
    """

    D: float = 1.0
    direction: Direction = interfacial
    shell: int = 0
    along: Vector = ALIKE
    name: ClassVar[str] = "Dzyaloshinskii-Moriya interaction"

    def __post_init__(self) -> None:
        object.__setattr__(self, "D", kept(float(self.D), "D"))
        object.__setattr__(self, "along", kept(self.along, "factors of D along x, y, z"))

    @property
    def equation(self) -> str:
        """D sum d_ij.(S_i x S_j), with what d_ij is where it has a name."""
        known: dict[Direction, str] = {
            interfacial: r"\left( \mathbf{\hat z} \times \mathbf{\hat r}_{ij} \right)",
            bulk: r"\mathbf{\hat r}_{ij}",
        }
        d = known.get(self.direction, r"\mathbf{d}_{ij}")
        D = r"D \sum_{\langle ij \rangle} " if self.along == ALIKE else r"\sum_{\langle ij \rangle} D_{ij} "
        return D + d + r" \cdot \left( \mathbf{S}_i \times \mathbf{S}_j \right)"

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """D sum d.(S_i x S_j), each pair once."""
        return pair_energy(vectors, self.field(geometry, vectors))

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """D sum d_ij x S_j over the neighbours."""
        S = np.asarray(vectors, np.float64)
        h = np.zeros(S.shape)
        for bond, d in zip(geometry.bonds, self._vectors(geometry)):
            h[..., bond.a, :] += np.cross(d, geometry.neighbour(S, bond))
        return h

    def bond_vectors(self, geometry: Geometry) -> NDArray[np.float64]:
        """D d of each bond, (bonds, 3)."""
        of = dict(zip(geometry.bonds, self._vectors(geometry)))
        return per_bond(geometry, of.__getitem__)

    def _vectors(self, geometry: Geometry) -> list[NDArray[np.float64]]:
        """D d of each bond of the unit cell. Errors: ValueError where d of a bond is not minus d of its reverse."""
        if not 0 <= self.shell < geometry.shells:
            raise ValueError(f"D is given for shell {self.shell}, the lattice has bonds of {geometry.shells} shells")
        found = {}
        for b in geometry.bonds:
            d = np.array(self.direction(b), float) if b.shell == self.shell else np.zeros(3)
            found[b.a, b.b, b.shift, b.shell] = self.D * along_axes(b, self.along) * d
        for (a, other, (x, y, z), shell), D in found.items():
            if not np.allclose(D, -found[other, a, (-x, -y, -z), shell]):
                raise ValueError(f"d of the bond from site {a} to {other} must be minus d of its reverse")
        return list(found.values())
