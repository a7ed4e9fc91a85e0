"""Heisenberg spins of a Hamiltonian in an applied field, by Monte Carlo or by the equation of motion, on one array.

Energies in the unit of the terms, kB = 1; the time of the equation of motion is in mu/(gamma times that unit).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice import clusters, monte_carlo
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.magnet import Counted
from spinviz.physics.lattice.monte_carlo import Sampler
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Compiled, Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.stepping import Vector
from spinviz.systems.order.common.motion import precess
from spinviz.systems.order.common.samplers import METHODS, sampler_of

Values = NDArray[np.float64]
Method = Literal["heat bath", "over-relaxation", "metropolis"]

TURN = 0.1
"""Largest rotation [rad] of a spin in one step of the equation of motion."""
ADAPTED = (0, 1, 3, 10, 30, 100, 180)
"""Sweeps after a change at which the number of clusters is chosen by the sizes of the last ones."""
MOST_CLUSTERS = 4096


@dataclass(frozen=True)
class Model:
    """Spins of a ``geometry`` with ``terms``, without the applied field, and unit moments."""

    geometry: Geometry
    terms: tuple[Term, ...]

    def sweep(
        self, spins: Spins, T: float, method: Method, field: Vector, free: NDArray[np.bool_] | None = None
    ) -> None:
        """One sweep in place, in the ``field`` [energy]; at T = 0 see `relax`, but for Metropolis.

        ``free``: spins that move (nz, ny, nx, basis), None for all.
        """
        if T == 0 and method != "metropolis" and self.anisotropic:
            self.relax(spins, field, free)
            return
        reach = min(1.2 * float(np.sqrt(max(T, 1e-3))), 3.0)
        monte_carlo.sweep(spins, sampler_in(self, field), T, METHODS[method], reach=reach, free=free)

    @property
    def anisotropic(self) -> bool:
        """Whether the energy is quadratic in single spins."""
        return bool(compiled_of(self).quadratic.any())

    def relax(self, spins: Spins, field: Vector, free: NDArray[np.bool_] | None = None) -> None:
        """Turn every spin into its field, that of the anisotropy included: no step raises the energy.

        -S.A.S, made convex by a multiple of |S|^2 = 1, lies below its tangent at the present S: the spin that is best
        in the field H + 2 A S is better than the present one. (The heat bath draws in H alone and rejects by the
        anisotropy: at T = 0 it would reject for ever.)
        """
        compiled = compiled_of(self)
        least = np.linalg.eigvalsh(compiled.quadratic).min(axis=1)
        A = compiled.quadratic - least[:, None, None] * np.eye(3)
        own = np.einsum("aij,ajn->ain", 2 * A[compiled.basis].astype(np.float32), np.asarray(spins.flat, np.float32))
        frozen = replace(sampler_in(self, field), own=own, local=np.zeros((len(own), 7), np.float32))
        monte_carlo.sweep(spins, frozen, 0.0, ("heat bath",), free=free)

    def clusters(self, spins: Spins, J: float, T: float, count: int, field: Vector) -> int:
        """Flip ``count`` of Wolff's clusters of exchange ``J`` and no other term; return how many spins they had."""
        sizes = np.empty(count, np.int64)
        clusters.flip_vector_clusters(spins, J, T, count, h=field, sizes=sizes)
        return int(sizes.sum())

    def move(
        self, spins: Spins, T: float, alpha: float, field: Vector | Callable[[float], Vector], t: float, dt: float
    ) -> None:
        """Advance in place by ``dt`` from time ``t`` with damping ``alpha``; without it the energy is kept.

        ``field``: constant, or a function of time that can be hashed.
        """
        applied = Zeeman(1.0, (0.0, 0.0, 0.0), field) if callable(field) else Zeeman(1.0, field)
        precess(spins, (*self.terms, applied), T, alpha, dt, t=t, angle=TURN)

    def counted(self, spins: Spins, field: Vector) -> Counted:
        """Energy per site, and what the temperature of the spins is known by: `monte_carlo.field_sums`."""
        sums = monte_carlo.field_sums(spins, sampler_in(self, field))
        net = sums.spins.sum(axis=0)
        total = sums.bonds - float(net @ np.array(field)) + self._anisotropy(spins)
        sites = spins.geometry.count
        m = net / sites
        return Counted(total / sites, sums.square / sites, sums.laplacian / sites, m, float(np.linalg.norm(m)))

    def _anisotropy(self, spins: Spins) -> float:
        """-sum of S.A.S."""
        compiled, g = compiled_of(self), self.geometry
        inner = (slice(None), *(slice(h, h + n) for h, n in zip(g.halo, g.grid)))
        A, total = compiled.quadratic[compiled.basis], 0.0
        for i, j in zip(*np.nonzero(A.any(axis=0))):
            products = np.multiply(spins.values[:, i][inner], spins.values[:, j][inner], dtype=np.float64)
            total -= float(A[:, i, j] @ products.reshape(len(A), -1).sum(axis=1))
        return total


def adapted(count: int, touched: int, since: int, sites: int) -> int:
    """Return how many clusters a sweep needs for ``touched`` spins of ``count`` clusters to become all ``sites``.

    Only some sweeps after a change: a number that followed the state while means count would favour some states.
    """
    if not touched or since not in ADAPTED:
        return count
    return int(min(max(round(sites * count / touched), 1), MOST_CLUSTERS))


def sublattice_means(spins: Spins, filled: Values) -> Values:
    """Mean vector of each sublattice of the lattice's colouring, (colours, 3), that has ``filled`` (colours,) spins."""
    g = spins.geometry
    colours = g.colouring.colours.ravel()
    totals = np.zeros((g.colouring.count, 3))
    np.add.at(totals, colours, spins.sums())
    return totals / np.maximum(filled, 1)[:, None]


def filled_sites(spins: Spins) -> Values:
    """Number of spins on each sublattice, (colours,)."""
    g = spins.geometry
    here = np.any(spins.vectors(), axis=-1)
    return np.bincount(g.colours.ravel(), here.ravel(), g.colouring.count).astype(float)


@lru_cache(maxsize=16)
def compiled_of(model: Model) -> Compiled:
    """The terms as arrays."""
    return Hamiltonian(model.terms).compiled(model.geometry)


def sampler_in(model: Model, field: Vector) -> Sampler:
    """The Hamiltonian in a field, for Monte Carlo."""
    bare = sampler_of(model.terms, model.geometry)
    uniform = np.tile(np.array(field, np.float32), (len(bare.uniform), 1))
    return bare if not any(field) else replace(bare, uniform=uniform)
