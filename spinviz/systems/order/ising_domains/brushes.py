"""What a brush does to the Ising lattice, and its sweeps while some spins are pinned."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from spinviz.model.brush import Indices, MeshSites
from spinviz.physics.lattice.discrete import Method, Model
from spinviz.physics.lattice.single_sites import update_sites
from spinviz.systems.order.ising_domains.parameters import IsingParameters
from spinviz.systems.order.ising_domains.state import IsingState, count, field_at, fresh_generator, turn

BRUSHES = ("flip", "+z", "-z", "randomize", "heat", "pin", "release")
HOT, WARMING = 2.0, 8
"""Temperature of the brush that heats [Tc], and its heat-bath updates of each site: at 2 Tc spins forget in two."""


@lru_cache(maxsize=4)
def sites_of(shape: tuple[int, int, int]) -> MeshSites:
    """Where the sites are in the picture, whose half width is 1."""
    edge = 2 / shape[2]
    z = 0.0 if shape[0] == 1 else -1 + edge / 2
    return MeshSites(shape, (-1 + edge / 2, -1 + edge / 2, z), (edge, edge, edge), edge)


def paint(state: IsingState, p: IsingParameters, brush: str, sites: Indices) -> None:
    """See `abilities.Brushable`; what is set stays set where a spin is pinned."""
    spins = state.spins.copy()
    flat = spins.reshape(-1)
    if brush == "flip":
        flat[sites] = -flat[sites]
    elif brush in ("+z", "-z"):
        flat[sites] = 1 if brush == "+z" else -1
    elif brush == "randomize":
        flat[sites] = 2 * fresh_generator(state).integers(0, 2, len(sites), dtype=np.int8) - 1
    if brush in ("flip", "+z", "-z", "randomize"):
        turn(state, spins)
    elif brush == "heat":
        free = np.setdiff1d(sites, state.pinned, assume_unique=True)
        model = Model(h=field_at(p, state.time))
        for _ in range(WARMING):
            update_sites(state.lattice, model, HOT * p.Tc, free)
    elif brush == "pin":
        state.pinned = np.union1d(state.pinned, sites)
    elif brush == "release":
        state.pinned = np.setdiff1d(state.pinned, sites, assume_unique=True)
    count(state)


def sweep_between_pins(state: IsingState, p: IsingParameters, h: float) -> None:
    """One sweep of the spins that are free, or one attempt where each is to be seen: pinned ones refuse.

    Wolff's clusters would have to be refused where they touch a pin: the heat bath stands in for them.
    """
    method: Method = "metropolis" if p.algorithm in ("metropolis", "single") else "heat bath"
    size = state.lattice.geometry.count
    if p.algorithm != "single":
        sites = np.delete(np.arange(size), state.pinned)
    else:
        drawn = fresh_generator(state).integers(0, size, 1 if p.alone else size)
        sites = drawn[~np.isin(drawn, state.pinned)]
        state.tried[0] = drawn[-1]
    flips = update_sites(state.lattice, Model(h=h), p.T, sites, method=method)
    state.flipped[0] = p.alone and flips > 0
