"""Uniaxial anisotropy: E = -K sum (S_i.u)^2. K > 0 makes u an easy axis, K < 0 the normal of an easy plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.term import Term, Vectors, kept, per_site
from spinviz.physics.stepping import Vector, unit


@dataclass(frozen=True)
class Uniaxial(Term):
    """``K``: energy of a site, one or for each site of the unit cell; ``axis`` u of any length."""

    K: ArrayLike = 1.0
    axis: Vector = (0.0, 0.0, 1.0)
    name: ClassVar[str] = "uniaxial anisotropy"

    def __post_init__(self) -> None:
        object.__setattr__(self, "K", kept(self.K, "K"))
        object.__setattr__(self, "axis", unit(self.axis))

    @property
    def equation(self) -> str:
        """-K sum (S_i.u)^2."""
        K = "-K \\sum_i" if isinstance(self.K, float) else r"-\sum_i K_i"
        return K + r" \left( \mathbf{S}_i \cdot \mathbf{u} \right)^2"

    def energy(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> float:
        """-K sum (S.u)^2."""
        return -float(np.sum(self._K(geometry) * (np.asarray(vectors, np.float64) @ self.axis) ** 2))

    def field(self, geometry: Geometry, vectors: Vectors, t: float = 0.0) -> Vectors:
        """2 K (S.u) u."""
        along = 2 * self._K(geometry) * (np.asarray(vectors, np.float64) @ self.axis)
        return np.asarray(along[..., None] * np.array(self.axis))

    def quadratic(self, geometry: Geometry) -> NDArray[np.float64]:
        """A = K u u^T, (basis, 3, 3)."""
        return np.asarray(self._K(geometry)[:, None, None] * np.outer(self.axis, self.axis))

    def _K(self, geometry: Geometry) -> NDArray[np.float64]:
        return per_site(self.K, geometry, "K")  # type: ignore[arg-type]
