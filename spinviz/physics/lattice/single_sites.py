"""Ising spins one at a time: at random sites, as the textbook's algorithm does, or at given ones in their order.

Metropolis et al., J. Chem. Phys. 21, 1087 (1953). Sites that are never visited are fixed: the others have the
Boltzmann distribution, given those.
"""

from __future__ import annotations

from functools import lru_cache
from math import log, prod

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.cluster_kernels import below, unit64
from spinviz.physics.lattice.clusters import places_of
from spinviz.physics.lattice.discrete import Method, Model, arrays_of, check_states, warmed
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.ising_kernels import exp2
from spinviz.physics.lattice.spins import Spins, fill_halo
from spinviz.physics.noise import GOLDEN, split

_NONE = np.empty(0, np.int64)


def random_updates(
    spins: Spins,
    model: Model,
    T: float,
    attempts: int,
    *,
    method: Method = "metropolis",
    tried: NDArray[np.int64] | None = None,
    flipped: NDArray[np.uint8] | None = None,
) -> int:
    """Try ``attempts`` flips at random sites of an Ising lattice. Returns the flips made.

    Parameters
    ----------
    tried, flipped
        Both (attempts,): receive the flat index (natural order) of each attempt and whether its spin flipped.

    Errors: as `discrete.sweeps`; ValueError for another model than Ising's.
    """
    return _updates(spins, model, T, attempts, _NONE, method, tried, flipped)


def update_sites(
    spins: Spins,
    model: Model,
    T: float,
    sites: NDArray[np.integer],
    *,
    method: Method = "heat bath",
    flipped: NDArray[np.uint8] | None = None,
) -> int:
    """Try a flip at each of ``sites`` (n,), flat indices in natural order; otherwise as `random_updates`."""
    given = np.asarray(sites, np.int64)
    if given.size and not 0 <= given.min() <= given.max() < spins.geometry.count:
        raise ValueError(f"sites {given.min()} to {given.max()}: use 0 to {spins.geometry.count - 1}")
    return _updates(spins, model, T, given.size, given, method, None, flipped) if given.size else 0


def _updates(
    spins: Spins,
    model: Model,
    T: float,
    attempts: int,
    sites: NDArray[np.int64],
    method: Method,
    tried: NDArray[np.int64] | None,
    flipped: NDArray[np.uint8] | None,
) -> int:
    if model.kind != "ising":
        raise ValueError(f"single flips of the {model.kind} model: use ising")
    if method not in ("heat bath", "metropolis"):
        raise ValueError(f"method '{method}' is unknown: use heat bath or metropolis")
    geometry, values, table = spins.geometry, arrays_of(spins, model), spins.geometry.table
    check_states(spins, model)
    J = model.couplings(geometry)
    T = warmed(T, float(np.abs([*J, model.h]).max()))
    places = places_of(geometry.grid, geometry.halo, spins.closed)
    bonds = (places, table.first, table.other, table.offset, table.shell)
    visited = np.empty(0, np.int64) if tried is None else tried
    fates = np.empty(0, np.uint8) if flipped is None else flipped
    rest, scale = float(method == "heat bath"), 2 / (log(2) * T)
    where = (geometry.halo, spins.closed, spots_of(geometry))
    rules = (J * scale, model.h * scale, rest, spins.rng, int(attempts))
    return int(_visit(values, *where, *bonds, *rules, sites, visited, fates))


@lru_cache(maxsize=8)
def spots_of(geometry: Geometry) -> NDArray[np.int32]:
    """Where each site (sites,), in natural order, lies in the memory of all arrays; read-only."""
    where = np.arange(geometry.arrays * prod(geometry.padded), dtype=np.int32)
    spots = geometry.natural(where.reshape(geometry.arrays, *geometry.padded)).reshape(-1)
    spots.flags.writeable = False
    return spots  # type: ignore[return-value]


@kernel
def _visit(
    values, halo, closed, spots, places, first, other, offset, shell, J, h, rest, rng, attempts, sites, tried, flipped
):
    """J (shells,) and h: 2 J/(T ln 2) and 2 h/(T ln 2)."""
    arrays, pz, py, px = values.shape
    count, flips = pz * py * px, 0
    flat = values.reshape(arrays * count)
    key, counter, begin = split(rng[0]), rng[1], other * count
    for k in range(attempts):
        word = split(key ^ counter)
        counter += np.uint64(1)
        site = sites[k] if sites.size > 0 else below(split(word), spots.size)
        spot = np.int64(spots[np.uint64(site)])
        array = spot // count
        place = spot - array * count
        force = h
        for i in range(first[array], first[array + 1]):
            there = begin[i] + places[np.uint64(place + offset[i])]
            force += J[shell[i]] * flat[np.uint64(there)]
        spin = flat[np.uint64(spot)]
        cost = np.float64(exp2(np.float32(spin * force)))
        flip = spin != 0 and unit64(split(word + GOLDEN)) * (rest + cost) < 1
        if flip:
            flat[np.uint64(spot)] = -spin
            flips += 1
        if tried.size > 0:
            tried[k] = site
        if flipped.size > 0:
            flipped[k] = flip
    rng[1] = counter
    for array in range(arrays):
        fill_halo(values[array : array + 1], halo[0], halo[1], halo[2], closed[0], closed[1], closed[2])
    return flips
