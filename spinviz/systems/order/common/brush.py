"""A brush on a lattice of any geometry: where its sites are, and what is painted on vectors and on states."""

from __future__ import annotations

from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices, PlacedSites
from spinviz.physics.lattice.brushes import VECTOR_BRUSHES, brushed
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.order.common.picture import scale_of

HOT, WARMING = 2.0, 8
"""Temperature of the brush that heats, in one at which each system has lost its order, and its sweeps of the sites."""
PINS = ("pin", "release")
PLANE_BRUSHES = ("flip", "+x", "-x", "+y", "-y", "randomize", "vacancy")
"""Those of plane rotators."""
ISING_BRUSHES = ("flip", "+z", "-z", "randomize", "vacancy")


@lru_cache(maxsize=4)
def sites_of_brush(geometry: Geometry) -> PlacedSites:
    """Where the sites are in the picture, in natural order."""
    scale = scale_of(geometry)
    return PlacedSites(geometry.positions.reshape(-1, 3) * scale, scale)


def painted(spins: Spins, brush: str, sites: Indices, *, plane: bool = False) -> None:
    """Paint vectors of three components with a brush of `VECTOR_BRUSHES`; plane rotators stay in their plane."""
    vectors = spins.vectors().astype(np.float64)
    flat = vectors.reshape(-1, 3)
    new = brushed(flat[sites], brush, generator_of(spins))
    if plane:
        new[:, 2] = 0
        length = np.linalg.norm(new, axis=1, keepdims=True)
        new /= np.where(length > 0, length, 1.0)
    flat[sites] = new
    spins.set(vectors)


def painted_states(spins: Spins, brush: str, sites: Indices) -> None:
    """Paint Ising spins with a brush of `ISING_BRUSHES`."""
    states = spins.states().copy()
    flat = states.reshape(-1)
    old = flat[sites]
    random = 2 * generator_of(spins).integers(0, 2, len(sites)) - 1
    new = {"flip": -old, "+z": np.ones_like(old), "-z": -np.ones_like(old), "randomize": random * (old != 0)}
    flat[sites] = new.get(brush, np.zeros_like(old))
    spins.set(states)


def generator_of(spins: Spins) -> np.random.Generator:
    """A generator of its own for one change, from the spins' own, which moves on."""
    made = np.random.default_rng([int(spins.rng[0]), int(spins.rng[1])])
    spins.rng[1] += np.uint64(1)
    return made


def nobody() -> Indices:
    """No sites."""
    return np.empty(0, np.int64)


def pinned_after(pinned: Indices, brush: str, sites: Indices) -> Indices:
    """Sites that are pinned after a stroke with one of `PINS`, in order."""
    return np.union1d(pinned, sites) if brush == "pin" else np.setdiff1d(pinned, sites)


def free_of(geometry: Geometry, pinned: Indices) -> NDArray[np.bool_] | None:
    """Which sites move (nz, ny, nx, basis); None for all."""
    return ~among(geometry.shape, pinned) if len(pinned) else None


def heated(shape: tuple[int, ...], sites: Indices, pinned: Indices) -> NDArray[np.bool_]:
    """Which sites of ``shape`` the brush that heats moves: those it reaches that are not pinned."""
    return among(shape, np.setdiff1d(sites, pinned))


def among(shape: tuple[int, ...], sites: Indices) -> NDArray[np.bool_]:
    """Whether a site of ``shape`` is among ``sites``, flat indices."""
    found = np.zeros(prod(shape), bool)
    found[sites] = True
    return found.reshape(shape)


__all__ = [
    "HOT", "ISING_BRUSHES", "PINS", "PLANE_BRUSHES", "VECTOR_BRUSHES", "WARMING", "among", "free_of", "generator_of",
    "heated", "nobody", "painted", "painted_states", "pinned_after", "sites_of_brush",
]  # fmt: skip
