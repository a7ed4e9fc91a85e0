"""Samples of a ferromagnet, what was counted of the first one, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.model.system import State
from spinviz.physics.lattice.magnet import Magnet
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters

ADAPTED = (0, 1, 3, 10, 30, 100, 180)
"""Sweeps after a change at which the number of clusters is chosen by the sizes of the last ones."""
MOST_CLUSTERS = 4096
Values = NDArray[np.float64]


@dataclass
class MagnetState(State):
    """Spins of the sample that is drawn and of the others, and what was counted after the last sweep.

    ``orders`` (samples, 3): mean vectors; ``magnitude``: length of the first order parameter; ``energy`` [J], and
    ``square`` [J^2] and ``laplacian`` [J] by which the temperature of the spins is known, per site;
    ``clusters`` of Wolff's algorithm in a sweep, ``since``: sweeps since a parameter changed.
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


def started(p: FerromagnetParameters, rng: np.random.Generator) -> MagnetState:
    """Return samples that are ordered or random."""
    make = p.magnet.ordered if p.start == "ordered" else p.magnet.random
    every = [make(p.geometry, rng) for _ in range(p.samples)]
    state = MagnetState(every[0], every[1:], np.zeros((p.samples, 3)))
    count(state, p.magnet)
    return state


def count(state: MagnetState, magnet: Magnet) -> None:
    """Find energy and order of the spins as they are."""
    found = magnet.counted(state.spins)
    state.energy, state.square, state.laplacian, first, state.magnitude = found
    state.orders = np.array([first, *(magnet.order(spins) for spins in state.others)])


def swept(state: MagnetState, p: FerromagnetParameters) -> None:
    """One sweep of all samples."""
    magnet = p.magnet
    touched = 0
    for spins in (state.spins, *state.others):
        if p.algorithm != "wolff":
            magnet.sweep(spins, p.T, p.algorithm)
        elif p.grows_clusters:
            touched += magnet.clusters(spins, p.T, state.clusters)
        if p.algorithm == "wolff" and (p.h or not p.grows_clusters):
            # In a field large clusters are refused: a sweep of single spins keeps them moving.
            magnet.sweep(spins, p.T, "heat bath")
    if touched and state.since in ADAPTED:
        # Only while means do not count: a number that followed the state would favour some states.
        size = touched / (state.clusters * (1 + len(state.others)))
        state.clusters = int(min(max(round(p.geometry.count / size), 1), MOST_CLUSTERS))
    state.since += 1
    count(state, magnet)


def renewed(state: MagnetState, p: FerromagnetParameters, ordered: bool) -> None:
    """Order or randomize all samples, with fresh numbers of their own generators."""
    magnet = p.magnet
    for spins in (state.spins, *state.others):
        rng = np.random.default_rng([int(spins.rng[0]), int(spins.rng[1])])
        made = magnet.ordered(spins.geometry, rng) if ordered else magnet.random(spins.geometry, rng)
        spins.values[...] = made.values
        spins.rng[1] += np.uint64(1)
    count(state, magnet)


def quenched(state: MagnetState, p: FerromagnetParameters) -> FerromagnetParameters:
    """From infinite temperature at once to 0.3 of the critical one."""
    renewed(state, p, ordered=False)
    Tc = p.Tc if p.Tc == p.Tc else p.mean_field_Tc
    return p.change(T=round(0.3 * Tc, 3) if Tc == Tc else 0.3, h=0.0)
