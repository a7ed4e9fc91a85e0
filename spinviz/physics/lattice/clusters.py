"""Clusters of Wolff's algorithm for discrete spins and vectors on any lattice; J, h and T in one unit (kB = 1).

A reflection R that leaves the energy of pairs unchanged is chosen by chance: s to -s (Ising), two states of the Potts
model change places, one of q mirrors of the clock model, a mirror plane of vectors. From a random site the cluster
grows along each bond with probability 1 - exp(-dE/T), where dE > 0 is what the bond costs if only one of its ends is
reflected; then all its spins are. Exact for any couplings: of ferromagnets and two-sublattice antiferromagnets the
clusters are as large as correlations reach, in a frustrated lattice they are larger and of less use.
In a field the reflection is accepted with min(1, exp(-dE/T)): exact, but large clusters are then hardly ever turned
against the field. Wolff, Phys. Rev. Lett. 62, 361 (1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.cluster_kernels import CLOCK, ISING, POTTS, discrete_clusters, vector_clusters
from spinviz.physics.lattice.discrete import Model, arrays_of, check_states, shell_couplings, warmed
from spinviz.physics.lattice.geometry import Geometry, Sides
from spinviz.physics.lattice.spins import Spins, fill_halo

NUMBERS = {"ising": ISING, "potts": POTTS, "clock": CLOCK}
LARGEST_EXPONENT = 600.0
"""Boltzmann factors are kept above exp(-600): smaller ones are never drawn."""


def flip_clusters(
    spins: Spins, model: Model, T: float, clusters: int, *, sizes: NDArray[np.int64] | None = None
) -> int:
    """Grow and flip ``clusters`` clusters of discrete ``spins``. Returns the number of spins flipped.

    Parameters
    ----------
    sizes
        (clusters,) receives the size of each cluster, flipped or refused. Of the Ising model without field the mean of
        size/N is that of m^2.

    Errors: ValueError for T below 0, states that are none of the model's, a lattice without spins.
    """
    geometry, values = spins.geometry, arrays_of(spins, model)
    check_states(spins, model)
    _check_filled(spins)
    exponents = model.couplings(geometry)[:, None, None] * model.pairs
    T = warmed(T, float(max(np.abs(exponents).max(), abs(model.h))))
    exponents = (exponents - exponents.max(axis=(1, 2), keepdims=True)) / T
    factors = np.exp(np.maximum(exponents, -LARGEST_EXPONENT))
    queue, out = _room(geometry, clusters, sizes)
    return int(
        discrete_clusters(
            values, *_where(spins), factors, -model.h / T * model.singles, NUMBERS[model.kind], model.q, spins.rng,
            queue, out,
        )
    )  # fmt: skip


def flip_vector_clusters(
    spins: Spins,
    J: float | tuple[float, ...],
    T: float,
    clusters: int,
    *,
    h: Sequence[float] = (0.0, 0.0, 0.0),
    plane: bool = False,
    sizes: NDArray[np.int64] | None = None,
) -> int:
    """Grow and reflect ``clusters`` clusters of unit vectors of two or three components; see `flip_clusters`.

    H = -J_n sum over the pairs of shell n, each once, of S_i.S_j - h.sum S_i.

    Parameters
    ----------
    J
        Coupling of all shells or of each.
    h
        Field, at least as many components as the vectors have.
    plane
        Whether vectors of three components lie in the plane z = 0 and shall stay there.
    """
    geometry, components = spins.geometry, spins.components
    if spins.values.dtype.kind != "f" or components not in (2, 3):
        raise ValueError(
            f"spins of type {spins.values.dtype} with {components} components: give vectors of 2 or 3, see "
            "Spins.of_vectors"
        )
    field = np.array(h, float)[:components]
    if field.shape != (components,) or not np.isfinite(field).all():
        raise ValueError(f"field h = {tuple(h)}: give {components} finite components")
    _check_filled(spins)
    couplings = shell_couplings(J, geometry)
    T = warmed(T, float(max(np.abs(couplings).max(), np.abs(field).max())))
    queue, out = _room(geometry, clusters, sizes)
    queue = np.empty((2, queue.size), np.int32)
    marks = np.zeros((geometry.arrays, spins.flat.shape[2]), np.uint8)
    return int(
        vector_clusters(spins.values, *_where(spins), couplings / T, field / T, plane, spins.rng, queue, marks, out)
    )


def _where(spins: Spins) -> tuple[object, ...]:
    """What the kernels know of the lattice."""
    geometry, table = spins.geometry, spins.geometry.table
    places = places_of(geometry.grid, geometry.halo, spins.closed)
    return geometry.grid, geometry.halo, spins.closed, places, table.first, table.other, table.offset, table.shell


def _room(
    geometry: Geometry, clusters: int, sizes: NDArray[np.int64] | None
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    out = np.empty(int(clusters), np.int64) if sizes is None else sizes
    if out.shape != (clusters,):
        raise ValueError(f"sizes of shape {out.shape} for {clusters} clusters: give one for each")
    return np.empty(geometry.arrays * int(np.prod(geometry.grid)), np.int32), out


def _check_filled(spins: Spins) -> None:
    if not spins.values.any():
        raise ValueError("a lattice without spins has no clusters: fill at least one site")


@lru_cache(maxsize=16)
def places_of(grid: Sides, halo: Sides, closed: tuple[bool, bool, bool]) -> NDArray[np.int32]:
    """The true place of every place of an array with halo, all (z, y, x); free edges keep their own, which are empty.

    Shape (places,), read-only.
    """
    padded = tuple(n + 2 * h for n, h in zip(grid, halo))
    places = np.arange(np.prod(padded), dtype=np.int32).reshape(1, *padded)
    fill_halo(places, *halo, *closed)
    places.flags.writeable = False
    return places.reshape(-1)
