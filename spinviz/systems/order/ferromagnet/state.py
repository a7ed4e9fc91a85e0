"""Samples of a ferromagnet, what was counted of the first one, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices
from spinviz.model.system import State
from spinviz.physics.lattice.magnet import Magnet
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.order.common.brush import (
    HOT,
    ISING_BRUSHES,
    PINS,
    PLANE_BRUSHES,
    VECTOR_BRUSHES,
    WARMING,
    free_of,
    heated,
    nobody,
    painted,
    painted_states,
    pinned_after,
)
from spinviz.systems.order.common.heisenberg import adapted
from spinviz.systems.order.common.motion import precess
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.sample_shape import empty, empty_sites, occupied, read_anew

Values = NDArray[np.float64]


@dataclass
class MagnetState(State):
    """Spins of the sample that is drawn and of the others, and what was counted after the last sweep.

    ``orders`` (samples, 3): mean vectors; ``magnitude``: length of the first order parameter; ``energy`` [J], and
    ``square`` [J^2] and ``laplacian`` [J] by which the temperature of the spins is known, per site;
    ``clusters`` of Wolff's algorithm in a sweep, ``since``: sweeps since a parameter changed;
    ``holes``: empty sites of the first sample, ``left_out`` of each of the others; ``pinned`` (k,): flat indices of
    those sites of the first that never move.
    """

    spins: Spins
    others: list[Spins]
    orders: Values
    magnitude: float = 0.0
    energy: float = 0.0
    clusters: int = 1
    since: int = 0
    square: float = 0.0
    laplacian: float = 0.0
    holes: int = 0
    left_out: int = 0
    pinned: Indices = field(default_factory=nobody)


def started(p: FerromagnetParameters, rng: np.random.Generator) -> MagnetState:
    """Return samples as they are chosen to be, without what is outside their shape. Errors: as `mask_of`."""
    read_anew()
    every = []
    for _ in range(p.samples):
        spins = made(p, p.start, rng)
        there = occupied(p.geometry, p, rng)
        if there is not None:
            empty(spins, ~there)
        every.append(spins)
    holes = p.geometry.count - p.spins
    state = MagnetState(every[0], every[1:], np.zeros((p.samples, 3)), holes=holes, left_out=holes)
    count(state, p.magnet)
    return state


def made(p: FerromagnetParameters, start: str, rng: np.random.Generator) -> Spins:
    """A whole lattice of spins that are ordered, random, or along circles."""
    if start == "random":
        return p.magnet.random(p.geometry, rng)
    spins = p.magnet.ordered(p.geometry, rng)
    if start == "vortex" and p.magnet.continuous:
        x, y, _ = np.moveaxis(p.geometry.positions, -1, 0)
        angle = np.arctan2(y, x) + np.pi / 2
        spins.set(np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=-1))
    return spins


def count(state: MagnetState, magnet: Magnet) -> None:
    """Find energy and order of the spins as they are."""
    sites = state.spins.geometry.count
    filled, others = (sites / max(sites - holes, 1) for holes in (state.holes, state.left_out))
    energy, square, laplacian, first, magnitude = magnet.counted(state.spins)
    state.energy, state.square, state.laplacian = filled * energy, filled * square, filled * laplacian
    state.orders = np.array([first, *(magnet.order(spins) for spins in state.others)])
    state.magnitude = magnitude
    if magnet.continuous:
        state.orders[0] *= filled
        state.orders[1:] *= others
        state.magnitude *= filled


def swept(state: MagnetState, p: FerromagnetParameters) -> None:
    """One sweep of all samples."""
    magnet = p.magnet
    touched, free = 0, free_of(p.geometry, state.pinned)
    for n, spins in enumerate((state.spins, *state.others)):
        if n == 0 and free is not None:
            # Clusters and precession would move what is pinned: the heat bath stands in for them.
            magnet.sweep(spins, p.T, "metropolis" if p.algorithm == "metropolis" else "heat bath", free=free)
            continue
        if p.precesses:
            precess(spins, magnet.terms, p.T, p.alpha)
        elif p.algorithm != "wolff":
            magnet.sweep(spins, p.T, "heat bath" if p.algorithm == "llg" else p.algorithm)
        elif p.grows_clusters:
            touched += magnet.clusters(spins, p.T, state.clusters)
        if p.algorithm == "wolff" and (p.h or not p.grows_clusters):
            # In a field large clusters are refused: a sweep of single spins keeps them moving.
            magnet.sweep(spins, p.T, "heat bath")
    samples = 1 + len(state.others)
    state.clusters = adapted(state.clusters, touched, state.since, p.geometry.count * samples)
    state.since += 1
    count(state, magnet)


def renewed(state: MagnetState, p: FerromagnetParameters, start: str) -> None:
    """Begin anew with all samples, with fresh numbers of their own generators; empty sites stay empty."""
    for spins in (state.spins, *state.others):
        rng = np.random.default_rng([int(spins.rng[0]), int(spins.rng[1])])
        gone = empty_sites(spins)
        spins.values[...] = made(p, start, rng).values
        if gone.any():
            empty(spins, gone)
        spins.rng[1] += np.uint64(1)
    count(state, p.magnet)


def quenched(state: MagnetState, p: FerromagnetParameters) -> FerromagnetParameters:
    """From infinite temperature at once to 0.3 of the critical one."""
    renewed(state, p, "random")
    Tc = p.Tc if p.Tc == p.Tc else p.mean_field_Tc
    return p.change(T=round(0.3 * Tc, 3) if Tc == Tc else 0.3, h=0.0)


def brushes(p: FerromagnetParameters) -> tuple[str, ...]:
    """What can be painted: states of Potts and clock models only in time, by changing the temperature."""
    if p.model in ("potts", "clock"):
        return ()
    own = {"heisenberg": VECTOR_BRUSHES, "xy": PLANE_BRUSHES}.get(p.model, ISING_BRUSHES)
    return (*own, "heat", *PINS)


def paint(state: MagnetState, p: FerromagnetParameters, brush: str, sites: Indices) -> None:
    """Paint the first sample; what is pinned can be painted, and stays so."""
    magnet = p.magnet
    if brush in PINS:
        state.pinned = pinned_after(state.pinned, brush, sites)
    elif brush == "heat":
        hot = heated(p.geometry.shape, sites, state.pinned)
        magnet.sweep(state.spins, HOT * p.mean_field_Tc, "heat bath", WARMING, free=hot)
    elif magnet.continuous:
        painted(state.spins, brush, sites, plane=magnet.plane)
    else:
        painted_states(state.spins, brush, sites)
    state.holes = int(empty_sites(state.spins).sum())
    count(state, magnet)
