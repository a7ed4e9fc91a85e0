"""The terms of a Hamiltonian as the compiled kernels read them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.lattice.geometry import Geometry

Single = NDArray[np.float32]


@dataclass(frozen=True)
class Couplings:
    """Coefficients of a Hamiltonian on one geometry, in units of energy; every pair counts once in it.

    H = - sum over pairs [J S_i.S_j - D.(S_i x S_j)]
        - sum over sites [h.S + K (S.u)^2 - Kc (x^2 y^2 + y^2 z^2 + z^2 x^2)]

    Attributes
    ----------
    J : (bonds,) of the directed bonds of `Geometry.table`
    D : (bonds, 3), or (0, 3) without: the field on S_i is D x S_j
    uniform : (arrays, 3) field h on all sites of an array
    own : (arrays, 3, places) further field of single sites, or (0, 3, 0)
    local : (5,) K, u of unit length, Kc
    """

    J: Single
    D: Single
    uniform: Single
    own: Single
    local: Single = field(default_factory=lambda: np.array([0, 0, 0, 1, 0], np.float32))

    @classmethod
    def of(cls, geometry: Geometry, J: ArrayLike = 1.0, h: ArrayLike = (0.0, 0.0, 0.0)) -> Couplings:
        """Return exchange ``J`` (a number, or one a shell) and a field ``h`` (3,) on every site."""
        table = geometry.table
        by_shell = np.broadcast_to(np.asarray(J, np.float32), (geometry.shells,))
        uniform = np.broadcast_to(np.asarray(h, np.float32), (geometry.arrays, 3))
        none = np.zeros((0, 3), np.float32)
        return cls(by_shell[table.shell], none, np.ascontiguousarray(uniform), none.reshape(0, 3, 0))
