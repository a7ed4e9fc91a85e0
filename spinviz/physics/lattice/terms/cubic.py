"""Cubic anisotropy: E = K1 sum (Sx^2 Sy^2 + Sy^2 Sz^2 + Sz^2 Sx^2). K1 > 0: easy axes <100>; K1 < 0: <111>.

The crystal axes are x, y, z, as those of the lattices offered by name. Same sign as in Coey, Magnetism and Magnetic
Materials (2010), eq. 5.65.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.term import Term, Vectors, kept, per_site


@dataclass(frozen=True)
class Cubic(Term):
    """``K1``: energy of a site, one or for each site of the unit cell."""

    K1: ArrayLike = 1.0
    name: ClassVar[str] = "cubic anisotropy"

    def __post_init__(self) -> None:
        object.__setattr__(self, "K1", kept(self.K1, "K1"))

    @property
    def equation(self) -> str:
        """K1 sum (Sx^2 Sy^2 + Sy^2 Sz^2 + Sz^2 Sx^2)."""
        K1 = r"K_1 \sum_i" if isinstance(self.K1, float) else r"\sum_i K_{1,i}"
        return K1 + r" \left( S_{ix}^2 S_{iy}^2 + S_{iy}^2 S_{iz}^2 + S_{iz}^2 S_{ix}^2 \right)"

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """K1 sum (Sx^2 Sy^2 + Sy^2 Sz^2 + Sz^2 Sx^2)."""
        x, y, z = np.moveaxis(np.asarray(vectors, np.float64) ** 2, -1, 0)
        return float(np.sum(self.quartic(geometry) * (x * y + y * z + z * x)))

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """-2 K1 Sx (Sy^2 + Sz^2) along x, and so on."""
        S = np.asarray(vectors, np.float64)
        others = np.sum(S**2, axis=-1, keepdims=True) - S**2
        return np.asarray(-2 * self.quartic(geometry)[:, None] * S * others)

    def quartic(self, geometry: Geometry) -> NDArray[np.float64]:
        """K1 of each site of the unit cell, (basis,)."""
        return per_site(self.K1, geometry, "K1")  # type: ignore[arg-type]
